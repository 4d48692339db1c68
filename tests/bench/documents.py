"""Benchmarks of letters and minutes: one letter, a table of letters, its memory, long minutes."""

from __future__ import annotations

import csv
import io
import json
import shutil
import statistics
import subprocess
import sys
import time
import tomllib
from typing import TYPE_CHECKING

from docgen.model.registration_number import is_registration_number
from tests.bench.measure import DOCGEN, PYTHON, alternate, measured, table

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1024 * 1024
BARE_DOCXTPL = """
import sys
from docxtpl import DocxTemplate
template = DocxTemplate(sys.argv[1])
values = {"name": 'Biedrība "Drošā pilsēta"', "number": "40008999902", "date": "2026. gada 20. novembrī"}
template.render(values, autoescape=True)
template.save(sys.argv[2])
"""


def letters(folder: Path) -> None:
    """One letter, cold, beside a bare docxtpl letter without and with LibreOffice's PDF; then both warm."""
    data = folder / "ngo.toml"
    example = subprocess.run([*DOCGEN, "letter", "accession", "--example"], capture_output=True, check=True)
    data.write_bytes(example.stdout)
    make = [*DOCGEN, "letter", "accession", "--data", str(data), "-o", str(folder / "letters")]
    template, script = folder / "template.docx", folder / "bare.py"
    script.write_text(BARE_DOCXTPL, "utf-8")
    words = "{{ name }} {{ number }} {{ date }}"
    make_template = f"import docx; d = docx.Document(); d.add_paragraph({words!r}); d.save({str(template)!r})"
    subprocess.run([PYTHON, "-c", make_template], check=True)
    bare = [PYTHON, str(script), str(template), str(folder / "bare.docx")]
    commands = {
        "docgen letter, PDF + DOCX": make,
        "docgen letter, PDF": [*make, "--format", "pdf"],
        "bare docxtpl, DOCX": bare,
    }
    office = shutil.which("soffice")
    if office:
        convert = f"{' '.join(_office(office, folder))} {folder}/bare.docx"
        commands["bare docxtpl + LibreOffice, DOCX + PDF"] = ["sh", "-c", f"{' '.join(bare)} && {convert}"]
    else:
        sys.stdout.write("LibreOffice is absent\n")
    table("one letter, cold", alternate(commands, 5))
    if office:
        _warm(folder, office)


def _office(office: str, folder: Path) -> list[str]:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    return [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder / "converted")]


def _warm(folder: Path, office: str) -> None:
    """A letter within a batch: whole processes over many letters, from which that over one letter is taken off."""
    many, one = letter_table(folder / "warm.csv", 200), letter_table(folder / "one.csv", 1)
    ours, theirs = [], []
    copies = [folder / f"warm-{number}.docx" for number in range(20)]
    for copy in copies:
        shutil.copy(folder / "bare.docx", copy)
    for _ in range(3):
        ours.append((_wall(_batch(many, folder)) - _wall(_batch(one, folder))) / 199)
        office_call = _office(office, folder)
        alone = _wall([*office_call, str(copies[0])])
        theirs.append((_wall([*office_call, *map(str, copies)]) - alone) / (len(copies) - 1))
    table(
        "one letter, warm (docgen: of a table of 200, PDF + DOCX; LibreOffice: of 20 files in one call, PDF alone)",
        {"docgen": ours, "LibreOffice": theirs},
    )


def _wall(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - began


def _batch(path: Path, folder: Path, *more: str) -> list[str]:
    output = folder / "batch"
    shutil.rmtree(output, ignore_errors=True)
    return [*DOCGEN, "letter", "accession", "--table", str(path), "-o", str(output), *more]


def letter_table(path: Path, rows: int) -> Path:
    """Write a table with so many letters of as many organisations."""
    example = subprocess.run([*DOCGEN, "letter", "accession", "--table-example"], capture_output=True, check=True)
    header, first = csv.reader(io.StringIO(example.stdout.decode("utf-8-sig")), delimiter=";")
    number, name = header.index("organisation.registration_number"), header.index("organisation.name")
    numbers = (str(one) for one in range(40000000000, 50000000000) if is_registration_number(str(one)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        for count in range(rows):
            row = list(first)
            row[number], row[name] = next(numbers), f'Biedrība "Organizācija {count}"'
            writer.writerow(row)
    return path


def tables(folder: Path) -> None:
    """Letters of a table in one process and in two; and the memory at 1,000 and at 10,000 rows, from CSV and Excel."""
    few, many = letter_table(folder / "1000.csv", 1_000), letter_table(folder / "10000.csv", 10_000)
    sys.stdout.write("\nletters of a table, PDF (whole process)\n")
    for jobs in ("1", "2", "1", "2"):
        run = measured(_batch(few, folder, "--format", "pdf"), DOCGEN_JOBS=jobs)
        sys.stdout.write(
            f"  1,000 rows, {jobs} process(es): {1000 / run.wall:6.0f} a second;"
            f" {run.processor:.2f} ms of processor a letter, that is {1000 * int(jobs) / run.processor:.0f} a second"
            f" on {jobs} idle core(s)\n"
        )
    for path in (few, many, _workbook(few), _workbook(many)):
        run = measured(_batch(path, folder, "--format", "pdf"), DOCGEN_JOBS="2")
        sys.stdout.write(
            f"  {path.name:<12} {run.wall:6.1f} s; largest process {run.largest / MIB:.0f} MiB,"
            f" all together {run.together / MIB:.0f} MiB\n"
        )
        sys.stdout.flush()


def _workbook(path: Path) -> Path:
    import openpyxl  # noqa: PLC0415 - only here

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter=";"):
            sheet.append(row)
    made = path.with_suffix(".xlsx")
    book.save(made)
    return made


def minutes(folder: Path) -> None:
    """Minutes of at least 60 pages with 40 items, cold, PDF and DOCX."""
    example = subprocess.run([*DOCGEN, "minutes", "--example"], capture_output=True, check=True)
    data = tomllib.loads(example.stdout.decode())
    words = "Padomes locekļi apsprieda sagatavoto informāciju un izteica priekšlikumus par turpmāko rīcību. "
    item = next(one for one in data["items"] if one.get("summary"))
    data["items"] = [
        {**item, "number": number, "summary": "\n\n".join([words * 6] * 8), "decisions": [{"text": words.strip()}]}
        for number in range(1, 41)
    ]
    sitting = folder / "sitting.json"
    sitting.write_text(json.dumps(data, default=str, ensure_ascii=False), "utf-8")
    command = [*DOCGEN, "minutes", str(sitting), "-o", str(folder / "minutes")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    import pypdfium2  # noqa: PLC0415 - only here

    (pdf,) = (folder / "minutes").glob("*.pdf")
    pages = len(pypdfium2.PdfDocument(pdf))
    seconds = alternate({"PDF + DOCX": command, "PDF": [*command, "--format", "pdf"]}, 3)
    table(f"minutes of {pages} pages with 40 items, cold", seconds)
    sys.stdout.write(f"  median {statistics.median(seconds['PDF + DOCX']):.2f} s\n")

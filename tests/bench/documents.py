"""Benchmarks of letters and minutes: one letter, a table of letters, its memory, long minutes."""

from __future__ import annotations

import csv
import io
import json
import os
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
# What a program written with docxtpl and LibreOffice does for each letter: fill the template, have the PDF made.
# Arguments: template, file to make, how many letters, LibreOffice's command or nothing. Prints the seconds of each.
BARE_DOCXTPL = """
import subprocess, sys, time
from docxtpl import DocxTemplate
template_path, made, count, *office = sys.argv[1:]
values = {"name": 'Biedrība "Drošā pilsēta"', "number": "40008999902", "signatory": "Anna Bērziņa"}
for _ in range(int(count)):
    began = time.perf_counter()
    template = DocxTemplate(template_path)
    template.render(values, autoescape=True)
    template.save(made)
    if office:
        subprocess.run([*office, made], check=True, capture_output=True)
    print(time.perf_counter() - began)
"""


def letters(folder: Path) -> None:
    """One letter, cold, beside a bare docxtpl letter without and with LibreOffice's PDF; then both warm."""
    data = folder / "ngo.toml"
    example = subprocess.run([*DOCGEN, "letter", "accession", "--example"], capture_output=True, check=True)
    data.write_bytes(example.stdout)
    make = [*DOCGEN, "letter", "accession", "--data", str(data), "-o", str(folder / "letters")]
    template, script = folder / "template.docx", folder / "bare.py"
    script.write_text(BARE_DOCXTPL, "utf-8")
    subprocess.run(make, capture_output=True, check=True)
    _same_letter(next((folder / "letters").glob("*.docx")), template)
    bare = [PYTHON, str(script), str(template), str(folder / "bare.docx"), "1"]
    commands = {
        "docgen letter, PDF + DOCX": make,
        "docgen letter, PDF": [*make, "--format", "pdf"],
        "bare docxtpl, DOCX": bare,
    }
    office = shutil.which("soffice")
    if office:
        commands["bare docxtpl + LibreOffice, DOCX + PDF"] = [*bare, *_office(office, folder)]
    else:
        sys.stdout.write("LibreOffice is absent\n")
    table("one letter, cold: a whole process for it", alternate(commands, 5))
    if office:
        _running(folder, bare[:-1], _office(office, folder))


def _same_letter(letter: Path, template: Path) -> None:
    """Make the partner's template: docgen's letter in Word, with places to fill where the example's values stood."""
    import docx  # noqa: PLC0415 - only here

    values = {
        'Biedrība "Drošā pilsēta"': "{{ name }}",
        "40008999902": "{{ number }}",
        "Anna Bērziņa": "{{ signatory }}",
    }
    document = docx.Document(str(letter))
    tables = (cell.paragraphs for one in document.tables for row in one.rows for cell in row.cells)
    filled = set()
    for paragraph in (*document.paragraphs, *(one for paragraphs in tables for one in paragraphs)):
        for run in paragraph.runs:
            for value, place in values.items():
                if value in run.text:
                    run.text = run.text.replace(value, place)
                    filled.add(place)
    if filled != set(values.values()):
        raise RuntimeError(f"the partner's template lacks {set(values.values()) - filled}")
    document.save(str(template))


def _office(office: str, folder: Path) -> list[str]:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    return [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder / "converted")]


def _running(folder: Path, bare: list[str], office: list[str]) -> None:
    """One more letter of a program that runs already, on one core each.

    docgen: the whole process over a table of 200 letters, from which that over one letter is taken off. Its partners: a
    program that has docxtpl loaded and starts LibreOffice for each letter, which has no other way to be asked for one
    PDF; and LibreOffice alone, given twenty files in one call, from which a call with one file is taken off.
    """
    many, one = letter_table(folder / "warm.csv", 200), letter_table(folder / "one.csv", 1)
    copies = [folder / f"warm-{number}.docx" for number in range(20)]
    for copy in copies:
        shutil.copy(folder / "bare.docx", copy)
    ours, each, together = [], [], []
    for _ in range(5):
        ours.append((_wall(_batch(many, folder), DOCGEN_JOBS="1") - _wall(_batch(one, folder), DOCGEN_JOBS="1")) / 199)
        run = subprocess.run([*bare, "4", *office], capture_output=True, text=True, check=True)
        each.append(statistics.median(map(float, run.stdout.split()[1:])))
        alone = _wall([*office, str(copies[0])])
        together.append((_wall([*office, *map(str, copies)]) - alone) / (len(copies) - 1))
    table(
        "one more letter of a running program, DOCX + PDF, one core",
        {
            "docgen": ours,
            "docxtpl + LibreOffice": each,
            "LibreOffice alone, PDF of 20 files in one call": together,
        },
    )


def _wall(command: list[str], **environment: str) -> float:
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True, env={**os.environ, **environment})
    return time.perf_counter() - began


def _batch(path: Path, folder: Path, *more: str) -> list[str]:
    output = folder / "batch"
    shutil.rmtree(output, ignore_errors=True)
    return [*DOCGEN, "letter", "accession", "--table", str(path), "-o", str(output), *more]


def letter_table(path: Path, rows: int) -> Path:
    """Write a table with so many letters of as many organisations."""
    example = subprocess.run([*DOCGEN, "letter", "accession", "--table-example"], capture_output=True, check=True)
    header, first = csv.reader(io.StringIO(example.stdout.decode("utf-8-sig")), delimiter=";")
    number, name, e_address = (
        header.index(f"organisation.{key}") for key in ("registration_number", "name", "e_address")
    )
    numbers = (str(one) for one in range(40000000000, 50000000000) if is_registration_number(str(one)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        for count in range(rows):
            row = list(first)
            row[number], row[name] = next(numbers), f'Biedrība "Organizācija {count}"'
            row[e_address] = f"_DEFAULT@{row[number]}"
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

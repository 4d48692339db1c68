"""`docgen letter --table`: one row, one letter; what is wrong is named by row and column, and stops no other row."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from docgen.documents.batch import Batch, make_letters
from docgen.documents.letters import fields_of, make_letter
from docgen.documents.packs import load_pack
from docgen.documents.tables import MOST_ROWS, columns_of, open_table
from docgen.errors import DataError, ExitCode, UnreadableError
from docgen.model.certificates import mask_codes
from docgen.model.registration_number import is_registration_number
from docgen.workspace import pack_folder

PACK = load_pack(pack_folder(None, "iem"))
FIELDS = fields_of("accession", PACK)
NUMBERS = [str(number) for number in range(40000000000, 40000003000) if is_registration_number(str(number))]
ROW = {
    "organisation.name": 'Biedrība "Zaļā; iela"',
    "organisation.registration_number": NUMBERS[0],
    "organisation.legal_address": "Parauga iela 1, Rīga",
    "organisation.email": "birojs@alfa.example",
    "letter.date": "2026-11-20",
    "signatories[1].name": "Anna Bērziņa",
    "signatories[1].position": "valdes locekle",
    "signatories[1].mandate": "statutory",
    "contact.name": "Līga Kalna",
    "contact.phone": "+371 60000000",
}


def docgen(*arguments, cwd, language="en", env=None, **more):
    return subprocess.run(
        [sys.executable, "-m", "docgen", "--lang", language, *arguments],
        text=True, check=False, cwd=cwd, env={**os.environ, **(env or {})}, timeout=120,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
    )  # fmt: skip


def rows(count, **changed):
    return [{**ROW, "organisation.registration_number": NUMBERS[number], **changed} for number in range(count)]


def csv_of(table, *, delimiter=";", encoding="utf-8", line_end="\r\n"):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table[0]), delimiter=delimiter, lineterminator=line_end)
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue().encode(encoding)


def xlsx_of(table, change=None):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(table[0]))
    for row in table:
        sheet.append(list(row.values()))
    if change is not None:
        change(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(content, fields=FIELDS):
    with open_table(io.BytesIO(content), fields, kind="accession", source="t") as table:
        return list(table.rows)


def refused(content):
    with pytest.raises(DataError) as caught:
        read(content)
    return [(problem.path, str(problem.message)) for problem in caught.value.problems]


def made(content, folder, jobs=1):
    batch = Batch(kind="accession", pack=PACK, formats=("pdf",), folder=folder)
    with open_table(io.BytesIO(content), FIELDS, kind="accession", source="t") as table:
        return list(make_letters(batch, table.rows, jobs))


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_a_csv_is_read_with_any_of_its_delimiters_marks_and_line_ends(delimiter, encoding, line_end):
    found = read(csv_of(rows(2), delimiter=delimiter, encoding=encoding, line_end=line_end))
    assert [row.number for row in found] == [2, 3]
    assert found[0].data["organisation"]["name"] == ROW["organisation.name"]
    assert found[1].data["signatories"] == [
        {"name": "Anna Bērziņa", "position": "valdes locekle", "mandate": "statutory"}
    ]


def test_a_workbook_gives_the_same_data_as_the_csv():
    def as_excel_has_it(sheet):
        sheet["B2"].value, sheet["E2"].value = int(NUMBERS[0]), date(2026, 11, 20)
        sheet["B3"].value, sheet["E3"].value = float(NUMBERS[1]), datetime(2026, 11, 20)  # noqa: DTZ001 - as Excel

    table = rows(2)
    from_csv, from_workbook = read(csv_of(table)), read(xlsx_of(table, as_excel_has_it))
    assert from_workbook[0].data["letter"]["date"] == date(2026, 11, 20)
    for one in from_csv:
        one.data["letter"]["date"] = date.fromisoformat(one.data["letter"]["date"])
    assert from_csv == from_workbook


def test_one_row_is_one_letter_and_the_same_as_from_a_data_file(tmp_path):
    (tmp_path / "t.csv").write_bytes(csv_of(rows(2)))
    run = docgen("letter", "accession", "--table", "t.csv", "-o", "from-table", cwd=tmp_path)
    assert (run.returncode, len(run.stdout.splitlines())) == (0, 4)
    assert "2 letters were made; 0 rows failed." in run.stderr
    (tmp_path / "one.json").write_text(json.dumps(read(csv_of(rows(1)))[0].data), "utf-8")
    assert docgen("letter", "accession", "--data", "one.json", "-o", "one", cwd=tmp_path).returncode == 0
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "from-table" / path.name).read_bytes()


def test_what_is_wrong_is_named_by_row_and_column_and_good_rows_are_written(tmp_path):
    table = rows(4)
    table[1]["organisation.registration_number"] = "40008999903"
    table[2]["signatories[1].mandate"] = "likums"
    table[2]["letter.date"] = "31.11.2026"
    (tmp_path / "t.csv").write_bytes(csv_of(table))
    run = docgen("letter", "accession", "--table", "t.csv", "-o", "o", "--format", "pdf", cwd=tmp_path)
    assert run.returncode == ExitCode.UNREADABLE
    assert "row 3, organisation.registration_number: check digit is wrong\n" in run.stderr
    assert "row 4, letter.date: is no date of the calendar\n" in run.stderr
    assert "row 4, signatories[1].mandate: must be one of: statutory" in run.stderr
    assert "2 letters were made; 2 rows failed." in run.stderr
    assert len(list((tmp_path / "o").iterdir())) == 2
    said = docgen("letter", "accession", "--table", "t.csv", "-o", "o", cwd=tmp_path, language="lv").stderr
    assert "3. rinda, organisation.registration_number: kontrolcipars ir nepareizs" in said


def test_what_failed_is_told_together_at_the_end(tmp_path):
    table = rows(6)
    table[0]["letter.date"] = table[3]["letter.date"] = "rīt"
    (tmp_path / "t.csv").write_bytes(csv_of(table))
    call = ("letter", "accession", "--table", "t.csv", "--format", "pdf", "-o", "o")
    lines = docgen(*call, cwd=tmp_path, stderr=subprocess.STDOUT)
    *files, first, second, count = lines.stdout.splitlines()
    assert [Path(name).suffix for name in files] == [".pdf"] * 4
    assert first == "row 2, letter.date: must be a date such as 2026-11-20, or time-stamp"
    assert second == "row 5, letter.date: must be a date such as 2026-11-20, or time-stamp"
    assert count == "4 letters were made; 2 rows failed."


def test_json_has_every_row_and_is_whole(tmp_path):
    table = rows(3)
    table[1]["contact.phone"] = "12"
    (tmp_path / "t.csv").write_bytes(csv_of(table))
    run = docgen("letter", "accession", "--table", "t.csv", "-o", "o", "--format", "pdf", "--json", cwd=tmp_path)
    told = json.loads(run.stdout)
    assert (told["schema"], told["exit_code"], run.returncode) == ("docgen-letter-table/1", 4, 4)
    assert [row["row"] for row in told["rows"]] == [2, 3, 4]
    assert [row["exit_code"] for row in told["rows"]] == [0, 4, 0]
    assert told["rows"][1]["problems"][0]["path"] == "contact.phone"
    assert told["rows"][1]["files"] == []
    assert all(Path(tmp_path / path).is_file() for row in told["rows"] for path in row["files"])
    bad = docgen("letter", "accession", "--table", "none.csv", "--json", cwd=tmp_path)
    assert json.loads(bad.stdout)["exit_code"] == bad.returncode == 4


def test_the_same_letter_twice_is_made_once_and_named(tmp_path):
    results = made(csv_of([*rows(2), rows(1)[0]]), tmp_path)
    assert [result.code for result in results] == [0, 0, 4]
    (problem,) = results[2].problems
    assert str(problem.message) == "the same letter as in row 2; it was made once"
    assert len(list(tmp_path.iterdir())) == 2


def test_another_file_in_the_place_is_never_overwritten_and_the_worst_row_is_the_exit_code(tmp_path):
    (first, *_) = made(csv_of(rows(1)), tmp_path)
    first.files[0].write_bytes(b"another")
    table = rows(3)
    table[1]["contact.phone"] = "12"
    (tmp_path / "t.csv").write_bytes(csv_of(table))
    run = docgen("letter", "accession", "--table", "t.csv", "-o", ".", "--format", "pdf", cwd=tmp_path)
    assert run.returncode == ExitCode.UNWRITABLE
    assert "row 2: " in run.stderr
    assert "exists already and is another file" in run.stderr
    assert first.files[0].read_bytes() == b"another"
    assert len(list(tmp_path.glob("*.pdf"))) == 2
    first.files[0].unlink()
    assert [result.code for result in made(csv_of(rows(3)), tmp_path)] == [0, 0, 0]
    assert [result.code for result in made(csv_of(rows(3)), tmp_path)] == [0, 0, 0]


def test_several_processes_make_the_same_files_in_the_same_order(tmp_path):
    table = rows(60)
    table[41]["letter.date"] = "rīt"
    one, two = (made(csv_of(table), tmp_path / name, jobs) for name, jobs in (("a", 1), ("b", 2)))
    assert [(result.row, result.code) for result in one] == [(result.row, result.code) for result in two]
    assert [result.row for result in two] == list(range(2, 62))
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "ab")
    assert first == second
    assert len(first) == 59


def test_the_example_of_a_table_makes_its_letter(tmp_path):
    run = docgen("letter", "accession", "--table-example", cwd=tmp_path)
    assert run.stdout.startswith("\ufefforganisation.name;")
    (tmp_path / "t.csv").write_text(run.stdout, "utf-8")
    assert docgen("letter", "accession", "--table", "t.csv", cwd=tmp_path).returncode == 0
    assert docgen("letter", "accession", "--table", "-", "-o", "b", cwd=tmp_path, input=run.stdout).returncode == 0
    assert len(list((tmp_path / "b").iterdir())) == 2


@pytest.mark.parametrize("kind", ["accession", "withdrawal", "council-notice", "answer", "return", "sitting-notice"])
def test_every_kind_of_letter_has_a_table_that_works(kind, tmp_path):
    example = docgen("letter", kind, "--table-example", cwd=tmp_path)
    run = docgen("letter", kind, "--table", "-", "--format", "pdf", cwd=tmp_path, input=example.stdout)
    assert (run.returncode, len(run.stdout.splitlines())) == (0, 1), run.stderr


def test_entries_of_lists_have_their_numbers_in_the_header_and_in_what_is_told(tmp_path):
    changed = {"signatories.3.name": "Jānis Ozols", "signatories.3.position": "", "signatories.3.mandate": "statutory"}
    (row,) = read(csv_of([{**ROW, **changed}]))
    assert [one["name"] for one in row.data["signatories"]] == ["Anna Bērziņa", "Jānis Ozols"]
    (result,) = made(csv_of([{**ROW, **changed}]), tmp_path)
    assert [(one.path, str(one.message)) for one in result.problems] == [("signatories[3].position", "is missing")]


def test_every_problem_of_the_header_is_told_at_once_with_what_was_meant():
    header = [title for title in ROW if title != "letter.date"] + ["organisation.name", "organistion.phone"]
    header.append("signatories[].name")
    with pytest.raises(DataError) as caught:
        columns_of(header, FIELDS, kind="accession", source="t")
    assert [(one.path, str(one.message)) for one in caught.value.problems] == [
        ("organistion.phone", "is no field of this letter; organisation.phone is"),
        ("signatories[].name", "is no field of this letter; signatories[1].name is"),
        ("organisation.name", "stands twice in the header"),
        ("letter.date", "is missing in the header"),
    ]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("organisation.registration_number", "4,0009E+10", "is a number that the spreadsheet has rounded"),
        ("contact.phone", "3.716E+10", "is a number that the spreadsheet has rounded"),
        ("organisation.legal_address", "Parauga iela 1\nRīga", "has a line break: write it in one line"),
        ("organisation.legal_address", "Parauga iela 1\r\nRīga", "has a line break: write it in one line"),
    ],
)
def test_what_a_spreadsheet_made_of_a_cell_is_said_as_what_it_is(column, cell, words):
    (row,) = read(csv_of(rows(1, **{column: cell})))
    assert [(one.path, words in str(one.message)) for one in row.problems] == [(column, True)]


@pytest.mark.parametrize("phone", ["+37160000001", "+371 60000001", "+37251234567"])
def test_a_phone_written_without_a_space_is_no_personal_code_where_it_is_read_or_shown(phone, tmp_path):
    (result,) = made(csv_of(rows(1, **{"contact.phone": phone})), tmp_path)
    assert result.code == ExitCode.DONE, result.problems
    assert mask_codes(f"tālr. {phone}, 010203-12345, 01020312345") == f"tālr. {phone}, ******-*****, ******-*****"


@pytest.mark.parametrize(
    ("column", "text"),
    [("organisation.legal_address", "Rīga, +01020312345"), ("contact.email", "anna+12020312345@a.example")],
)
def test_a_plus_with_which_no_phone_begins_hides_no_personal_code(column, text, tmp_path):
    (result,) = made(csv_of(rows(1, **{column: text})), tmp_path)
    assert [(one.path, "personal code" in str(one.message)) for one in result.problems] == [(column, True)]
    assert "******-*****" in mask_codes(text)


@pytest.mark.parametrize("phone", [37160000001, "37160000001"])
def test_a_phone_whose_plus_the_spreadsheet_took_is_a_phone_and_no_personal_code(phone, tmp_path):
    make = csv_of if isinstance(phone, str) else xlsx_of
    (result,) = made(make(rows(1, **{"contact.phone": phone})), tmp_path)
    assert result.code == ExitCode.DONE, result.problems
    (row,) = read(make(rows(1, **{"contact.phone": phone})))
    assert row.data["contact"]["phone"] == "+371 60000001"


def test_merged_cells_are_refused_because_only_the_first_has_the_value():
    found = refused(xlsx_of(rows(2), lambda sheet: sheet.merge_cells("D2:D3")))
    assert found == [("D2:D3", "are merged cells: unmerge them, and write the value into each")]


def test_a_cell_beyond_the_header_is_not_lost():
    content = csv_of(rows(1)).rstrip(b"\r\n") + b";extra\r\n"
    (row,) = read(content)
    assert [(one.path, str(one.message)) for one in row.problems] == [("K", "has a value, but no title in the header")]


def test_empty_rows_are_passed_over_and_numbers_stay_those_of_the_spreadsheet():
    lines = csv_of(rows(2)).split(b"\r\n")
    lines.insert(2, b";" * (len(ROW) - 1))
    lines.insert(2, b"")
    assert [row.number for row in read(b"\r\n".join(lines))] == [2, 5]

    def gap(sheet):
        sheet.insert_rows(3, 4)

    assert [row.number for row in read(xlsx_of(rows(2), gap))] == [2, 7]


@pytest.mark.parametrize(
    ("content", "path", "words"),
    [
        (csv_of(rows(1)) + b'"open;x\r\n', "line 3", "a quotation mark is not closed"),
        (csv_of(rows(1)) + b'"a"b;x\r\n', "line 3", "a quotation mark is not closed"),
        (csv_of(rows(1)) + b"\r\n\xe2\xf2", "line 4", "the text is not UTF-8"),
        (csv_of(rows(1), encoding="utf-16"), "line 1", "the text is not UTF-8"),
        (b"a" + b";" * 600, "line 1", "has more than 500 columns"),
        (b"", "organisation.name", "is missing in the header"),
        (b"sep=;\r\n" + csv_of(rows(1)), "row 1", "is no header: none of its cells names a field"),
        (b"Saraksts;;\r\n" + csv_of(rows(1)), "row 1", "is no header: none of its cells names a field"),
        (csv_of(rows(1)).split(b"\r\n")[0], "-", "has no row below its header"),
        (csv_of(rows(1)).split(b"\r\n")[0] + b"\r\n;; ;\r\n\r\n", "-", "has no row below its header"),
    ],
    ids=[
        *("open quote", "quote inside", "latin", "utf-16", "many columns", "nothing", "Excel's own line", "a title"),
        *("no row", "blank rows"),
    ],
)  # fmt: skip
def test_a_csv_that_is_none_is_refused_with_its_line(content, path, words):
    (first, *_) = refused(content)
    assert first[0] == path
    assert words in first[1]


def test_more_rows_than_allowed_are_refused_before_the_first_letter():
    line = csv_of(rows(1)).split(b"\r\n")[1]
    found = refused(csv_of(rows(1)) + (line + b"\r\n") * MOST_ROWS)
    assert found == [("-", f"has more than {MOST_ROWS} rows")]


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("A2", "=1+1", "is a formula: put its value there"),
        ("A2", True, "is true or false for the spreadsheet"),
        ("A2", 1.5, "is a number with decimals"),
        ("F2", date(2026, 5, 1), "is a date for the spreadsheet"),
        ("E2", datetime(2026, 5, 1, 12, 30), "is a date with a time of day"),  # noqa: DTZ001 - as Excel has it
        ("A2", "#N/A", "is an error of the spreadsheet: #N/A"),
    ],
    ids=["formula", "boolean", "decimals", "date", "time of day", "error"],
)  # fmt: skip
def test_a_cell_that_no_letter_can_take_is_refused_by_itself(cell, value, words, tmp_path):
    def change(sheet):
        sheet[cell].value = value

    results = made(xlsx_of(rows(2), change), tmp_path)
    assert [result.code for result in results] == [4, 0]
    (problem,) = results[0].problems
    assert problem.path == list(ROW)["ABCDEFGH".index(cell[0])]
    assert words in str(problem.message)


def _zip(content, change):
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            target.writestr(info.filename, change(data) if info.filename == "xl/worksheets/sheet1.xml" else data)
        change(target)
    return stream.getvalue()


def _hostile(old, new):
    def change(what):
        return re.sub(old, new, what, count=1) if isinstance(what, bytes) else None

    return _zip(xlsx_of(rows(3)), change)


def _added(name, data):
    def change(what):
        if isinstance(what, zipfile.ZipFile):
            what.writestr(name, data)
        return what

    return _zip(xlsx_of(rows(1)), change)


HOSTILE = {
    "document type": (_hostile(b"<worksheet", b'<!DOCTYPE a [<!ENTITY e "x">]><worksheet'), "is no XML that"),
    "rows out of order": (_hostile(b'<row r="3"', b'<row r="2"'), "rows are out of order"),
    "cells out of order": (_hostile(b'r="B2"', b'r="A2"'), "cells are out of order"),
    "a cell of another row": (_hostile(b'r="B2"', b'r="B3"'), "cells are out of order"),
    "a far row": (_hostile(b'<row r="4"', b'<row r="1048576"'), "has more than 100000 rows"),
    "a far column": (_hostile(b'r="J2"', b'r="XFD2"'), "has more than 500 columns"),
    "a hidden row": (_hostile(b'<row r="3"', b'<row hidden="1" r="3"'), "is hidden: show it, or delete it"),
    "a bomb": (_added("xl/media/a.bin", b"\0" * 30_000_000), "a ZIP bomb"),
    "a large entry": (_added("xl/theme/b.xml", b"<a>" + os.urandom(100) * 350_000), "bytes unpacked"),
    "many entries": (_zip(xlsx_of(rows(1)), lambda what: what if isinstance(what, bytes) else
                          [what.writestr(f"x{n}", b"") for n in range(600)]), "files inside"),
    "a path upwards": (_added("../x.xml", b"<a/>"), "is no name for a file inside a workbook"),
    "a macro": (_added("xl/vbaProject.bin", b"x"), "is a macro"),
    "one name twice": (_added("XL/workbook.xml", b"<a/>"), "two files of one name"),
    "deep": (_hostile(b"<sheetData>", b"<sheetData>" + b"<a>" * 100), "is no XML that a workbook"),
    "no workbook": (b"PK\x03\x04" + b"x" * 100, "is no workbook that docgen reads"),
    "a Word file": (_zip(xlsx_of(rows(1)), lambda what: b"<a/>" if isinstance(what, bytes) else None), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_before_anything_is_made(name):
    content, words = HOSTILE[name]
    assert any(words in message for _, message in refused(content))


def test_a_first_sheet_that_is_hidden_is_not_what_people_see():
    def change(sheet):
        sheet.sheet_state = "hidden"
        sheet.parent.active = sheet.parent.create_sheet("seen")

    assert refused(xlsx_of(rows(1), change)) == [("Sheet", "is hidden: show it, or delete it")]


def test_what_a_workbook_says_of_its_size_hides_no_cell():
    found = read(_hostile(rb'<dimension ref="[^"]*"', b'<dimension ref="B2:B2"'))
    assert [row.data["organisation"]["registration_number"] for row in found] == NUMBERS[:3]


def test_an_old_workbook_is_named_as_one():
    with pytest.raises(UnreadableError, match="old Excel"):
        read(b"\xd0\xcf\x11\xe0" + b"\0" * 600)


def test_values_are_data_whatever_their_characters(tmp_path):
    (result,) = made(csv_of([{**ROW, "organisation.name": '=cmd|"#x" {{ y }} *z* <w>'}]), tmp_path)
    assert (result.code, len(result.files)) == (0, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupt_leaves_whole_files_only_and_the_same_command_goes_on(tmp_path):
    (tmp_path / "t.csv").write_bytes(csv_of(rows(150)))
    call = [sys.executable, "-m", "docgen", "letter", "accession", "--table", "t.csv", "-o", "o", "--json"]
    env = {**os.environ, "DOCGEN_JOBS": "2", "DOCGEN_LANG": "en"}
    pipe = subprocess.PIPE
    with subprocess.Popen(call, cwd=tmp_path, stdout=pipe, stderr=pipe, env=env, start_new_session=True) as process:
        while process.poll() is None and len(list(tmp_path.glob("o/*.pdf"))) < 10:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED
    assert json.loads(out)["exit_code"] == ExitCode.INTERRUPTED
    assert "Traceback" not in err.decode()
    left = list((tmp_path / "o").iterdir())
    assert 0 < len(left) < 300
    assert all(path.suffix in {".pdf", ".docx"} for path in left)
    assert all(path.read_bytes().endswith(b"%%EOF\n") for path in left if path.suffix == ".pdf")
    assert docgen("letter", "accession", "--table", "t.csv", "-o", "o", cwd=tmp_path).returncode == 0
    assert len(list((tmp_path / "o").iterdir())) == 300


def test_a_process_that_dies_costs_its_own_row_only(tmp_path):
    code = (
        "import os, sys, pathlib, docgen.documents.batch as b\n"
        "whole = b.Batch.make\n"
        "def make(self, row):\n"
        "    if row.number == 12: os._exit(9)\n"
        "    return whole(self, row)\n"
        "b.Batch.make = make\n"
        "if __name__ == '__main__':\n"
        "    from docgen.cli import main\n"
        "    main()\n"
    )
    (tmp_path / "dying.py").write_text(code)
    (tmp_path / "t.csv").write_bytes(csv_of(rows(30)))
    call = ["letter", "accession", "--table", "t.csv", "-o", "o", "--format", "pdf", "--json"]
    env = {**os.environ, "DOCGEN_JOBS": "2"}
    run = subprocess.run(
        [sys.executable, "dying.py", *call], cwd=tmp_path, capture_output=True, check=False, env=env, timeout=240
    )
    told = json.loads(run.stdout)
    assert [row["row"] for row in told["rows"] if row["exit_code"]] == [12]
    assert len(list((tmp_path / "o").iterdir())) == 29


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal of POSIX")
def test_a_bar_shows_how_far_it_is_on_a_terminal_only(tmp_path):
    (tmp_path / "t.csv").write_bytes(csv_of(rows(3)))
    call = [sys.executable, "-m", "docgen", "letter", "accession", "--table", "t.csv", "--format", "pdf"]
    outer, inner = os.openpty()
    with subprocess.Popen(call, cwd=tmp_path, stdout=subprocess.PIPE, stderr=inner) as process:
        os.close(inner)
        seen = b""
        try:
            while part := os.read(outer, 65536):
                seen += part
        except OSError:
            pass
        results = process.stdout.read().decode()
    os.close(outer)
    assert "3/3" in seen.decode()
    assert len(results.splitlines()) == 3
    assert "3/3" not in docgen("letter", "accession", "--table", "t.csv", "--format", "pdf", cwd=tmp_path).stderr


def test_a_template_of_the_workspace_makes_the_letters_of_a_table(tmp_path):
    (tmp_path / "docgen.toml").write_text('pack = "iem"\n', "utf-8")
    own = tmp_path / "templates" / "iem"
    own.mkdir(parents=True)
    (own / "accession.md").write_text(PACK.template("accession").replace("::: subject", "::: subject\nJauns:"), "utf-8")
    (tmp_path / "t.csv").write_bytes(csv_of(rows(20)))
    env = {"DOCGEN_JOBS": "2"}
    run = docgen("letter", "accession", "--table", "t.csv", "--format", "pdf", "-o", "o", cwd=tmp_path, env=env)
    assert (run.returncode, len(run.stdout.splitlines())) == (0, 20), run.stderr


def test_a_call_that_says_two_things_at_once_is_refused(tmp_path):
    for more in (("--data", "x.toml"), ("--ask",), ("--preview",)):
        run = docgen("letter", "accession", "--table", "t.csv", *more, cwd=tmp_path)
        assert run.returncode == ExitCode.USAGE


def test_a_bug_that_one_row_brings_about_says_so_and_stops_no_other(tmp_path, monkeypatch, capsys):
    def broken(letter, formats):
        if letter.payload.organisation == NUMBERS[1]:
            raise RuntimeError
        return make_letter(letter, formats)

    monkeypatch.setattr("docgen.documents.batch.make_letter", broken)
    results = made(csv_of(rows(3)), tmp_path)
    assert [result.code for result in results] == [0, ExitCode.BUG, 0]
    assert "this is a bug in docgen: RuntimeError" in str(results[1].problems[0].message)
    assert "Traceback" in capsys.readouterr().err

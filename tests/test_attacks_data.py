"""Data, tables and packs of somebody else that cost more, or say other things, than they seem to."""

import csv
import io
import re
import zipfile

import openpyxl
import pytest

from docgen.documents.datafile import parse_datafile
from docgen.documents.workbook import open_workbook
from docgen.errors import DataError
from docgen.model.reading import read_table
from docgen.register.export import csv_of

MANY_PARTS = {
    "key": "a." * 300 + "a = 1",
    "table": "[" + "a." * 300 + "a]",
    "list of tables": "[[" + "a . " * 300 + "a]]",
    "quoted": '"a\\"".' * 300 + "a = 1",
    "both marks": "'a'.\"b\"." * 300 + "a = 1",
    "within a table": "x = {b = 1, " + "a." * 300 + "a = 1}",
}


@pytest.mark.parametrize("case", MANY_PARTS)
def test_a_key_of_very_many_parts_is_refused_before_it_is_parsed(case):
    """Python's parser takes the square of their number: an hour for a file of 1 MiB."""
    with pytest.raises(DataError, match="nested too deeply"):
        parse_datafile(f"b = 1\n{MANY_PARTS[case]}\n".encode(), source="dati.toml")
    with pytest.raises(DataError, match="nested too deeply"):
        parse_datafile(("a." * 500_000 + "a = 1").encode(), source="dati.toml")


def test_numbers_with_full_stops_in_a_text_are_no_key_of_many_parts():
    lines = " ".join(f"{number}." for number in range(1, 90))
    assert parse_datafile(f'a = """\n{lines}"""\n'.encode(), source="dati.toml") == {"a": lines}


@pytest.mark.parametrize("number", ["0x" + "f" * 5_000, "1_000_000_000", "-1", "1.5", "inf", "true"])
def test_a_number_that_no_document_has_is_refused_wherever_one_is_read(number):
    """Python writes no number of more than 4300 digits, and reads one in hexadecimal."""
    table = read_table(parse_datafile(f"number = {number}\n".encode(), source="dati.toml"))
    assert table.whole("number") is None
    assert [problem.path for problem in table.problems()] == ["number"]
    allowed = read_table(parse_datafile(b"number = 999_999_999\n", source="dati.toml"))
    assert allowed.whole("number") == 999_999_999


# -- what leaves as CSV -----------------------------------------------------------------------------------------------

FORMULAS = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://a.example")', "\u22121"),
    *("\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\u3000=1", "\x00=1", "\x1f=1", "\u202e=1"),
    *(
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20SUM(A1)",
        "\ufe661",
        "\ufe621",
        "\ufe631",
        "\ufe6bSUM(A1)",
        "\tx",
        "\rx",
        "\nx",
    ),
)


@pytest.mark.parametrize("value", FORMULAS)
def test_no_cell_of_an_export_begins_as_a_formula(value):
    rows = list(csv.reader(io.StringIO(csv_of([{"a": 1, "b": value}], ["a", "b"]), newline="")))
    assert rows[1][1].startswith("'")


@pytest.mark.parametrize("value", FORMULAS[:20])
@pytest.mark.parametrize("mark", [";", "\t", "\n"])
def test_nor_does_one_where_a_spreadsheet_parts_the_cells_elsewhere(value, mark):
    """Excel in Latvia parts at semicolons: `1,"Alfa;=HYPERLINK(…);"` would be three cells, one of them a formula."""
    text = csv_of([{"a": 1, "b": f'Alfa{mark}{value}{mark}"'}], ["a", "b"])
    beginnings = [
        part.strip(' \t\r\n\x00\x1f\u00a0\u200b\ufeff\u3000\u202e"') for part in re.split(r"[;\t\r\n,]", text)
    ]
    assert not [part for part in beginnings if part.startswith(tuple("=+-@\u2212\uff1d\uff0b"))]


def test_other_texts_of_an_export_are_as_they_were():
    texts = ["Alfa", "a=b", "1-2", "a; b", "a;b", "A, +371", "'Alfa'", "", "\u201eAlfa\u201c"]
    rows = list(csv.reader(io.StringIO(csv_of([{"a": text} for text in texts], ["a"]), newline="")))
    assert [row[0] if row else "" for row in rows[1:]] == texts


# -- workbooks --------------------------------------------------------------------------------------------------------


def workbook(change):
    """Return a workbook of one column and two rows whose first sheet was changed as text."""
    book = openpyxl.Workbook()
    for text in ("organisation.name", "Alfa", "Beta"):
        book.active.append([text])
    first, second = io.BytesIO(), io.BytesIO()
    book.save(first)
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, change(data.decode()).encode() if name.endswith("sheet1.xml") else data)
    return second


def rows_of(change):
    with open_workbook(workbook(change), source="tabula.xlsx", most_rows=10, most_columns=10) as (_, rows):
        return [cells for _, cells in rows]


HIDDEN = {
    "row without height": ('<row r="3"', '<row r="3" ht="0" customHeight="1"'),
    "row of a hair's height": ('<row r="3"', '<row r="3" ht="0.01"'),
    "row of no number": ('<row r="3"', '<row r="3" ht="NaN"'),
    "column without width": ("<sheetData>", '<cols><col min="1" max="1" width="0"/></cols><sheetData>'),
    "all rows": ("<sheetFormatPr", '<sheetFormatPr zeroHeight="1"'),
    "all columns": ("<sheetFormatPr", '<sheetFormatPr defaultColWidth="0"'),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_rows_and_columns_without_size_are_hidden(case):
    before, after = HIDDEN[case]
    with pytest.raises(DataError, match="is hidden"):
        rows_of(lambda sheet: sheet.replace(before, after))


@pytest.mark.parametrize("count", [201, 60_000])
def test_a_tag_of_very_many_attributes_is_stopped_before_it_is_taken_apart(count):
    tag = "<x " + " ".join(f'a{number}="1"' for number in range(count)) + "/>"
    with pytest.raises(DataError, match="too much of it"):
        rows_of(lambda sheet: sheet.replace("<sheetData>", f"{tag}<sheetData>"))


def test_long_texts_are_no_long_tags():
    text = "".join(f"ā{number} " for number in range(30_000))
    (_, (cell,), _) = rows_of(lambda sheet: sheet.replace("Alfa", text.strip()))
    assert cell == text.strip()

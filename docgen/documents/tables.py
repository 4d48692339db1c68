"""A table of letters, one row a letter: CSV or an Excel workbook, whose columns are the paths of declared fields.

A column of a list of tables has its number from one: `signatories[1].name`, or `signatories.1.name`. A table is looked
through before its first row is used (encoding, quotes, the header, what a workbook must not have), then read row by
row: no more than one row is held, however many there are.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from docgen.documents.cells import text_in_cell
from docgen.documents.letters import LETTER_SCHEMA
from docgen.errors import DataError, Problem, UnreadableError
from docgen.model.fields import FieldType, Required
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from typing import TypeAlias

    from docgen.model.fields import Field

    # What a cell holds; a message where it holds what no letter can take.
    Cell: TypeAlias = "str | int | date | Message | None"

__all__ = [
    "LARGEST",
    "MOST_ROWS",
    "Column",
    "LetterTable",
    "Row",
    "column_letters",
    "columns_of",
    "open_table",
    "row_of",
]

MOST_ROWS = 100_000
LARGEST = 64 * 1024 * 1024
_MOST_COLUMNS = 500
_ALPHABET = 26
_DELIMITERS = (";", ",", "\t")
_MOST_ENTRIES = 20
_NUMBERED = re.compile(r"\[([1-9][0-9]?)\]\.|\.([1-9][0-9]?)\.")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_AS_CSV = say("Save the table as .xlsx, or as CSV in UTF-8, and try again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: `title` as it is written, and the field, with the number of its entry where it lies in a list."""

    title: str
    field: Field
    entry: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: `number` as a spreadsheet shows it, its data as a data file has them, and what its cells cannot be.

    `entries` has for each list the numbers that its entries have in the columns: an entry left empty leaves no gap.
    """

    number: int
    data: dict[str, object]
    problems: tuple[Problem, ...] = ()
    entries: tuple[tuple[str, tuple[int, ...]], ...] = ()

    def place(self, path: str) -> str:
        """Return the path of a column for one of the data: `signatories[0].name` is `signatories[1].name`."""
        for name, numbers in self.entries:
            found = re.match(rf"{re.escape(name)}\[(\d+)\]", path)
            if found and int(found[1]) < len(numbers):
                return f"{name}[{numbers[int(found[1])]}]{path[found.end() :]}"
        return path


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTable:
    """An open table: how many rows follow its header, at most, and the rows, to be read once."""

    total: int
    rows: Iterator[Row]


@contextmanager
def open_table(file: BinaryIO, fields: Sequence[Field], *, kind: str, source: str) -> Iterator[LetterTable]:
    """Give the table in an open file, which can be read again from its begin; rows without any value are passed over.

    Raises `UnreadableError`, and `DataError` with every problem of the header and of what a table may not be.
    """
    columns_for = partial(columns_of, fields=fields, kind=kind, source=source)
    if file.seek(0, io.SEEK_END) > LARGEST:
        raise UnreadableError(say("{file} has more than {limit} bytes", file=source, limit=LARGEST))
    file.seek(0)
    begin = file.read(4)
    file.seek(0)
    if begin == _OLD_EXCEL:
        raise UnreadableError(say("{file} is a workbook of an old Excel (.xls)", file=source), _AS_CSV)
    if begin != _ZIP:
        total, delimiter = _look_through(file, source)
        with closing(_csv_cells(file, delimiter, source)) as records:
            yield _table(total, records, columns_for, source)
        return
    from docgen.documents.workbook import open_workbook  # noqa: PLC0415 - openpyxl only where there is a workbook

    with open_workbook(file, source=source, most_rows=MOST_ROWS, most_columns=_MOST_COLUMNS) as (total, cells):
        yield _table(total, cells, columns_for, source)


def _table(
    total: int,
    cells: Iterator[tuple[int, Sequence[Cell]]],
    columns_for: Callable[[Sequence[str]], tuple[Column | None, ...]],
    source: str,
) -> LetterTable:
    _, header = next(cells, (1, ()))
    titles = ["" if cell is None else cell.strip() if isinstance(cell, str) else str(cell) for cell in header]
    columns = columns_for(titles)
    filled = ((number, values) for number, values in cells if not all(map(_is_blank, values)))
    first = next(filled, None)
    if first is None:
        raise DataError(source, [Problem(path="-", message=say("has no row below its header"))])
    rows = (row_of(number, values, columns) for number, values in chain([first], filled))
    return LetterTable(total=max(0, total - 1), rows=rows)


def columns_of(header: Sequence[str], fields: Sequence[Field], *, kind: str, source: str) -> tuple[Column | None, ...]:
    """Return the columns of a header; None for one without a title. Raises `DataError` with every problem."""
    known = {field.path: field for field in fields}
    columns: list[Column | None] = []
    problems: list[Problem] = []
    for title in header:
        path, entry = _path_of(title)
        field = known.get(path)
        if field is not None and entry <= _MOST_ENTRIES and bool(entry) == ("[]" in path):
            columns.append(Column(title=title, field=field, entry=entry))
            continue
        columns.append(None)
        if title:
            problems.append(Problem(path=title[:80], message=_unknown(title, fields)))
    if not any(columns) and any(header):
        # A title above the table, or names of somebody's own: what is missing says nothing more.
        none = say("is no header: none of its cells names a field of this letter")
        raise DataError(source, [Problem(path="row 1", message=none)], _header_hint(kind))
    problems += _twice(columns)
    paths = {column.field.path for column in columns if column is not None}
    problems += [
        Problem(path=field.path.replace("[]", "[1]"), message=say("is missing in the header"))
        for field in fields
        if field.path not in paths and _always_needed(field, fields)
    ]
    if problems:
        raise DataError(source, problems, _header_hint(kind))
    return tuple(columns)


def _header_hint(kind: str) -> Message:
    return say("Correct the header; this prints a right one: docgen letter {kind} --table-example", kind=kind)


def _twice(columns: Sequence[Column | None]) -> list[Problem]:
    seen: set[tuple[str, int]] = set()
    problems = []
    for column in columns:
        if column is not None:
            key = (column.field.path, column.entry)
            if key in seen:
                problems.append(Problem(path=column.title, message=say("stands twice in the header")))
            seen.add(key)
    return problems


def _path_of(title: str) -> tuple[str, int]:
    """Return the path of a field and the number of the entry that a title names."""
    found = _NUMBERED.search(title)
    if found is None:
        return title, 0
    return f"{title[: found.start()]}[].{title[found.end() :]}", int(found[1] or found[2])


def _unknown(title: str, fields: Sequence[Field]) -> Message:
    titles = [field.path.replace("[]", "[1]") for field in fields]
    near = difflib.get_close_matches(title.lower(), titles, n=1)
    return say("is no field of this letter; {near} is", near=near[0]) if near else say("is no field of this letter")


def _always_needed(field: Field, fields: Sequence[Field]) -> bool:
    optional = any(other.table == field.table and other.when == "given" for other in fields)
    return field.required is Required.YES and not field.when and not optional


def row_of(number: int, cells: Sequence[Cell], columns: Sequence[Column | None]) -> Row:
    """Return the data of a row; cells that cannot be are its problems."""
    data: dict[str, object] = {"schema": LETTER_SCHEMA}
    problems: list[Problem] = []
    lists: dict[str, dict[int, dict[str, object]]] = {}
    for index, cell in enumerate(cells):
        if cell is None or _is_blank(cell):
            continue
        column = columns[index] if index < len(columns) else None
        if column is None:
            message = say("has a value, but no title in the header")
            problems.append(Problem(path=column_letters(index + 1), message=message))
            continue
        value = _value(column.field, cell)
        if isinstance(value, Message):
            problems.append(Problem(path=column.title, message=value))
        elif value is not None:
            _table_of(column, data, lists)[column.field.key] = value
    for name, entries in lists.items():
        *above, key = name.split(".")
        _descend(data, above)[key] = [entries[entry] for entry in sorted(entries)]
    numbers = tuple((name, tuple(sorted(entries))) for name, entries in lists.items())
    return Row(number=number, data=data, problems=tuple(problems), entries=numbers)


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def column_letters(number: int) -> str:
    """Return what spreadsheets call a column: A is the first, AA the one after Z."""
    letters = ""
    while number > 0:
        number, place = divmod(number - 1, _ALPHABET)
        letters = chr(ord("A") + place) + letters
    return letters


def _table_of(
    column: Column, data: dict[str, object], lists: dict[str, dict[int, dict[str, object]]]
) -> dict[str, object]:
    """Return the table into which the value of a column goes."""
    before, many, rest = column.field.table.partition("[]")
    if not many:
        return _descend(data, before.split(".") if before else [])
    entry = lists.setdefault(before, {}).setdefault(column.entry, {})
    return _descend(entry, rest.lstrip(".").split(".") if rest else [])


def _descend(table: dict[str, object], names: Sequence[str]) -> dict[str, object]:
    for name in names:
        below = table.setdefault(name, {})
        assert isinstance(below, dict)
        table = below
    return table


def _value(field: Field, cell: Cell) -> object:
    """Return the value of a cell for a field, as a data file has it; a message where the cell cannot be that."""
    if isinstance(cell, str):
        return text_in_cell(field, cell)
    if isinstance(cell, date) and field.type not in {FieldType.DATE, FieldType.DOCUMENT_DATE}:
        return say("is a date for the spreadsheet: format the cell as text, and type it again")
    if isinstance(cell, int) and field.type is not FieldType.NUMBER:
        return text_in_cell(field, str(cell))
    return cell


def _look_through(file: BinaryIO, source: str) -> tuple[int, str]:
    """Return how many records a CSV has, its header included, and what parts its cells; leave the file at its begin."""
    decoder, line = codecs.getincrementaldecoder("utf-8-sig")(), 1
    try:
        for block in iter(lambda: file.read(64 * 1024), b""):
            line += decoder.decode(block).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as exc:
        line += exc.object.count(b"\n", 0, exc.start)
        problem = Problem(path=f"line {line}", message=say("the text is not UTF-8"))
        raise DataError(source, [problem], _AS_CSV) from exc
    file.seek(0)
    first = file.readline(1024 * 1024).decode("utf-8-sig", errors="replace")
    delimiter = max(_DELIMITERS, key=first.count)
    file.seek(0)
    total = sum(1 for _ in _csv_cells(file, delimiter, source))
    file.seek(0)
    if total > MOST_ROWS:
        raise DataError(source, [Problem(path="-", message=say("has more than {limit} rows", limit=MOST_ROWS))])
    return total, delimiter


def _csv_cells(file: BinaryIO, delimiter: str, source: str) -> Generator[tuple[int, Sequence[Cell]], None, None]:
    """Yield the records of a CSV with their numbers. A quotation mark that nothing closes is an error."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                if len(cells) > _MOST_COLUMNS:
                    message = say("has more than {limit} columns", limit=_MOST_COLUMNS)
                    raise DataError(source, [Problem(path=f"line {reader.line_num}", message=message)])
                yield number, cells
        except csv.Error as exc:
            # A cell of more than 131,072 characters is refused by the reader: a quotation mark that nothing closes.
            message = say("a quotation mark is not closed, or stands in the middle of a cell")
            hint = say("A cell with quotation marks stands in quotation marks, and each of them twice.")
            raise DataError(source, [Problem(path=f"line {reader.line_num}", message=message)], hint) from exc
    finally:
        text.detach()

"""An Excel workbook is read: its first sheet, row by row, through openpyxl. Only this module imports openpyxl.

A workbook is a file that somebody sent round: before openpyxl sees it, its package meets the rules for ZIP and XML
(security.md §4.3, §4.6), and its first sheet has nothing that would be lost: hidden rows, rows out of order, merged
cells. A formula is not computed and its last value is not believed: such a cell is refused when its row is read.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, BinaryIO
from xml.parsers import expat

from docgen.documents.plainzip import not_plain
from docgen.errors import DataError, Problem
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docgen.documents.tables import Cell

__all__ = ["open_workbook"]

_ENTRIES = 500
_LARGEST_ENTRY = 128 * 1024 * 1024
_LARGEST_STRINGS = 32 * 1024 * 1024  # shared strings and styles are held whole
_LARGEST_WHOLE = 192 * 1024 * 1024
_RATIO = 200
_FREE = 64 * 1024  # below this an entry may be packed as tightly as it likes
_ELEMENTS = 5_000_000
_DEPTH = 64
_ENCRYPTED = 0x1
_FILE_TYPE, _REGULAR = 0o170000, 0o100000
_XML = (".xml", ".rels", ".vml")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_LETTERS = 26
_SMALLEST = 0.5  # of a point, or of a character
_BLOCK = 64 * 1024
# A tag of very many attributes takes the parser the square of their number: it is stopped before the tag ends.
_XML_BLOCK = 16 * 1024
_LARGEST_TAG = 64 * 1024
_ATTRIBUTES = 200
_SAVE = say("Open it in the spreadsheet program, copy the values into a new workbook, and save that as .xlsx.")


@contextmanager
def open_workbook(
    file: BinaryIO, *, source: str, most_rows: int, most_columns: int
) -> Iterator[tuple[int, Iterator[tuple[int, Sequence[Cell]]]]]:
    """Give how many rows the first sheet of a workbook has, and the rows with their numbers and the values of cells.

    Raises `DataError` with what is wrong; a row does where openpyxl cannot read it after all.
    """
    _check_package(file, source)
    import openpyxl  # noqa: PLC0415 - loaded by those who read a workbook only

    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl would not keep if it wrote the file
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
            sheet = book.worksheets[0]
            with book._archive.open(sheet._worksheet_path) as stream:  # noqa: SLF001 - the sheet's own entry, by its name
                total = _check_sheet(stream, source, most_rows, most_columns)
        except DataError:
            raise
        except Exception as exc:  # openpyxl raises whatever its own code meets in a damaged file
            raise _refused(source, say("is no workbook that docgen reads")) from exc
        try:
            if sheet.sheet_state != "visible":
                # Whoever looks at the workbook sees another sheet.
                raise _refused(source, say("is hidden: show it, or delete it"), sheet.title[:80])
            # What the sheet says of its own size is not believed: it may leave rows and columns out.
            sheet.reset_dimensions()
            yield total, _rows(sheet.iter_rows(min_row=1, min_col=1), source)
        finally:
            book.close()


def _rows(rows: Iterator[Sequence[object]], source: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    number = 0
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except Exception as exc:  # as above
            raise _refused(source, say("is no workbook that docgen reads"), f"row {number + 1}") from exc
        number += 1
        yield number, [_cell(cell) for cell in cells]


def _cell(cell: object) -> Cell:  # noqa: PLR0911 - a line a kind
    value, kind = getattr(cell, "value", None), getattr(cell, "data_type", "n")
    if value is None:
        return None
    if kind == "f":
        return say("is a formula: put its value there")
    if kind == "e":
        return say("is an error of the spreadsheet: {value}", value=str(value)[:20])
    if isinstance(value, bool):
        return say("is true or false for the spreadsheet: format the cell as text, and type it again")
    if isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else say("is a number with decimals, which no field takes")
    if isinstance(value, datetime):
        whole = value.hour == value.minute == value.second == value.microsecond == 0
        return value.date() if whole else say("is a date with a time of day: leave the time out")
    return value if isinstance(value, date) else say("is no text, number or date")


def _check_package(file: BinaryIO, source: str) -> None:
    """Refuse a package that breaks the rules for ZIP and XML, with every reason."""
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            if (wrong := not_plain(file, archive)) is not None:
                raise _refused(source, wrong)
            if len(infos) > _ENTRIES:
                raise _refused(source, say("has more than {limit} files inside", limit=_ENTRIES))
            problems = [Problem(path=_shown(info), message=what) for info in infos for what in _entry(info)]
            names = [unicodedata.normalize("NFKC", info.filename).casefold() for info in infos]
            if len(set(names)) != len(names):
                problems.append(Problem(path="-", message=say("has two files of one name inside")))
            if sum(info.file_size for info in infos) > _LARGEST_WHOLE:
                message = say("has more than {limit} bytes unpacked", limit=_LARGEST_WHOLE)
                problems.append(Problem(path="-", message=message))
            if problems:
                raise DataError(source, problems, _SAVE)
            for info in infos:
                _check_content(archive, info, source)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError, OSError) as exc:
        raise _refused(source, say("is no workbook that docgen reads")) from exc


def _entry(info: zipfile.ZipInfo) -> Iterator[Message]:
    parts = info.orig_filename.removesuffix("/").split("/")
    hidden = any(part in {"", ".", ".."} for part in parts) or "\\" in info.orig_filename or ":" in info.orig_filename
    if info.orig_filename != info.filename or hidden or not info.filename.isprintable():
        yield say("is no name for a file inside a workbook")
    if info.flag_bits & _ENCRYPTED:
        yield say("is encrypted")
    kind = (info.external_attr >> 16) & _FILE_TYPE
    stored = info.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    if not stored or (kind not in {0, _REGULAR} and not info.is_dir()):
        yield say("is no plain file")
    held_whole = info.filename.lower().endswith(_XML) and "/worksheets/" not in info.filename.lower()
    largest = _LARGEST_STRINGS if held_whole else _LARGEST_ENTRY
    if info.file_size > largest:
        yield say("has more than {limit} bytes unpacked", limit=largest)
    elif info.file_size > _FREE and info.file_size > _RATIO * max(1, info.compress_size):
        yield say("is packed more than {limit} times: a ZIP bomb", limit=_RATIO)
    if info.filename.lower().endswith("vbaproject.bin"):
        yield say("is a macro")


def _check_content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: str) -> None:
    """Read an entry within the size that it claims; XML has no document type, and not too much of anything."""
    with archive.open(info) as stream:
        if info.filename.lower().endswith(_XML):
            _parse(stream, source, info.filename, _Budget())
            return
        left = info.file_size
        for block in iter(lambda: stream.read(_BLOCK), b""):
            left -= len(block)
            if left < 0:
                raise _refused(source, say("is no workbook that docgen reads"), _shown(info))


class _Budget:
    """Counts the elements of one entry, and may look at each."""

    def __init__(self) -> None:
        self._left, self._depth = _ELEMENTS, 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Count an element. Raises `ValueError` at the limit."""
        self._left -= 1
        self._depth += 1
        if self._left < 0 or self._depth > _DEPTH or len(attributes) > _ATTRIBUTES:
            msg = "too many elements"
            raise ValueError(msg)
        self.look(name, attributes)

    def end(self, _name: str) -> None:
        """Leave an element."""
        self._depth -= 1

    def look(self, name: str, attributes: dict[str, str]) -> None:
        """Look at an element."""


class _Sheet(_Budget):
    """Looks for what openpyxl would pass over or fill up: rows and cells out of order, hidden rows, far places."""

    def __init__(self, most_rows: int, most_columns: int) -> None:
        super().__init__()
        self.problems: list[Problem] = []
        self.row = self._column = 0
        self._most_rows, self._most_columns = most_rows, most_columns

    def look(self, name: str, attributes: dict[str, str]) -> None:
        """Look at rows, columns and cells."""
        match name.rpartition(":")[2]:
            case "row":
                text = attributes.get("r", str(self.row + 1))
                number = int(text) if text.isascii() and text.isdecimal() and len(text) < len("10000000") else 0
                if not self.row < number:
                    self._add(say("rows are out of order"))
                if number > self._most_rows:
                    self._add(say("has more than {limit} rows", limit=self._most_rows))
                    raise ValueError(name)
                self.row, self._column = max(number, self.row), 0
                if _is_hidden(attributes, "ht"):
                    self._add(say("is hidden: show it, or delete it"), f"row {self.row}")
            case "sheetFormatPr" if _is_hidden(attributes, "defaultRowHeight", "defaultColWidth"):
                self._add(say("is hidden: show it, or delete it"))
            case "col":
                if _is_hidden(attributes, "width"):
                    self._add(say("is hidden: show it, or delete it"), _letters(attributes.get("min", "")))
            case "c":
                self._cell(attributes.get("r"))
            case "mergeCell":
                # People see one value in all of these cells; only the first has it.
                message = say("are merged cells: unmerge them, and write the value into each")
                self._add(message, attributes.get("ref", "-")[:40])

    def _cell(self, reference: str | None) -> None:
        place = None if reference is None else _REFERENCE.fullmatch(reference)
        column = self._column + 1 if place is None else _column(place[1])
        wrong_row = place is not None and int(place[2]) != self.row
        if (reference is not None and place is None) or wrong_row or column <= self._column:
            self._add(say("cells are out of order"), f"row {self.row}")
        if column > self._most_columns:
            self._add(say("has more than {limit} columns", limit=self._most_columns), f"row {self.row}")
            raise ValueError(reference)
        self._column = max(column, self._column)

    def _add(self, message: Message, path: str = "-") -> None:
        problem = Problem(path=path, message=message)
        if problem not in self.problems[-1:]:
            self.problems.append(problem)
        if len(self.problems) > _DEPTH:
            msg = "enough problems"
            raise ValueError(msg)


def _is_hidden(attributes: dict[str, str], *sizes: str) -> bool:
    """Whether rows or columns are not shown: by their word, or because they are as good as without size."""
    said = any(attributes.get(key, "0") not in {"0", "false"} for key in ("hidden", "zeroHeight"))
    return said or any(key in attributes and not float(attributes[key]) >= _SMALLEST for key in sizes)


def _check_sheet(stream: IO[bytes], source: str, most_rows: int, most_columns: int) -> int:
    sheet = _Sheet(most_rows, most_columns)
    _parse(stream, source, "-", sheet)
    return sheet.row


def _parse(stream: IO[bytes], source: str, place: str, budget: _Budget) -> None:
    """Parse an entry. What is wrong with it, or what its sheet must not have: `DataError`."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = budget.start, budget.end
    parser.StartDoctypeDeclHandler = _no_doctype
    found: tuple[Problem, ...] = ()
    read = 0
    try:
        for block in iter(lambda: stream.read(_XML_BLOCK), b""):
            parser.Parse(block, False)
            read += len(block)
            if read - parser.CurrentByteIndex > _LARGEST_TAG:
                raise ValueError(place)  # noqa: TRY301 - told as what the parser refuses
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        found = (Problem(path=place[:80], message=say("is no XML that a workbook has, or too much of it")),)
    known = tuple(budget.problems) if isinstance(budget, _Sheet) else ()
    if known or found:
        raise DataError(source, known or found, _SAVE)


def _no_doctype(*_declared: object) -> None:
    msg = "a document type"
    raise ValueError(msg)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


def _letters(number: str) -> str:
    from docgen.documents.tables import column_letters  # noqa: PLC0415 - tables opens workbooks

    short = number.isascii() and number.isdecimal() and len(number) < len("100000")
    return column_letters(int(number)) if short else "-"


def _shown(info: zipfile.ZipInfo) -> str:
    return "".join(character if character.isprintable() else "?" for character in info.filename)[:80] or "-"


def _refused(source: str, message: Message, path: str = "-") -> DataError:
    return DataError(source, [Problem(path=path, message=message)], _SAVE)

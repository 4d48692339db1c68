"""TOML that people write: read whole, or refused with the place and a sentence of our own.

Python's parser speaks English only. Its messages are grouped by what a person must mend; one that is not known here
gets a general sentence, never the parser's words.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["decode_text", "parse_toml"]

_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_UNCLOSED = say("the text is not closed: a quotation mark is missing")
_CHARACTER = say("a character that may not stand here")
_TWICE = say("the same key or table stands twice")
_NO_BRACKET = say("a closing bracket is missing after the name of the table")
_NO_UNICODE = say("the number after the backslash stands for no character")

# How a message of tomllib begins -> what it means; the first that fits.
_MEANINGS: tuple[tuple[str, Message], ...] = (
    ("Expected newline", say("something follows after the value")),
    ("Illegal character '\\n'", _UNCLOSED),
    ("Illegal character '\\r'", _UNCLOSED),
    ("Unterminated string", _UNCLOSED),
    ("Expected '=", say("“=” is missing after the key")),
    ("Expected ']", _NO_BRACKET),
    ('Expected "', _UNCLOSED),
    ("Expected '", _UNCLOSED),
    ("Cannot ", _TWICE),
    ("Duplicate inline table key", _TWICE),
    ("Illegal character", _CHARACTER),
    ("Found invalid character", _CHARACTER),
    ("Invalid statement", say("a key, a table in brackets or a comment must begin here")),
    ("Invalid initial character for a key part", say("a key cannot be written like this")),
    ("Unclosed array", say("the list is not closed: “]” is missing")),
    ("Unclosed inline table", say("the table is not closed: “}}” is missing")),
    ("Unescaped '\\'", say("a backslash in a text must stand twice")),
    ("Invalid hex value", _NO_UNICODE),
    ("Escaped character is not", _NO_UNICODE),
    ("Invalid date or datetime", say("there is no such date or time")),
    ("Invalid value", say("the value is not understood: a text stands in quotation marks, a date is 2026-11-20")),
)

# A key of very many parts: Python's parser takes time that grows with their square, minutes for a small file.
_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_MANY_PARTS = re.compile(rf"(?:^|[\[{{,])[ \t]*+{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{100}}", re.MULTILINE)

_CORRECT = say("Correct the file there and try again.")
_QUOTES = say(
    "A text that has quotation marks in it stands between apostrophes: {example}", example="name = 'Biedrība \"Tilts\"'"
)
_SAVE_AS_UTF8 = say("Open the file in a text editor, save it anew with the encoding UTF-8, and try again.")

_DOCUMENTS = (b"%PDF", b"PK\x03\x04")  # what a PDF, and a Word document or a workbook, begin with
_NO_TEXT = say("This is a finished document; give the file with its data (TOML or JSON).")


def decode_text(data: bytes, *, source: str) -> str:
    """Return the text of a file in UTF-8; a byte order mark is allowed. Raises `DataError` with the line."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data[: exc.start].count(b"\n") + 1
        problem = Problem(path=f"line {line}", message=say("the text is not UTF-8"))
        raise DataError(source, [problem], _NO_TEXT if data.startswith(_DOCUMENTS) else _SAVE_AS_UTF8) from exc


def parse_toml(text: str, *, source: str) -> Mapping[str, object]:
    """Return the root table of a TOML text. Raises `DataError` with line and column."""
    found = _MANY_PARTS.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        raise DataError(source, [Problem(path=f"line {line}", message=say("it is nested too deeply"))], _CORRECT)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise _broken(str(exc), text, source) from exc
    except ValueError as exc:  # a number of thousands of digits
        raise DataError(source, [Problem(path="-", message=say("a number is too long"))], _CORRECT) from exc
    except RecursionError as exc:
        raise DataError(source, [Problem(path="-", message=say("it is nested too deeply"))], _CORRECT) from exc


def _broken(words: str, text: str, source: str) -> DataError:
    place = _PLACE.search(words)
    lines = text.split("\n")
    row = int(place[1]) if place else len(lines)
    column = int(place[2]) if place else len(lines[-1]) + 1
    meaning = next((said for begins, said in _MEANINGS if words.startswith(begins)), None)
    problem = Problem(path=f"line {row}, column {column}", message=meaning or say("the TOML is not understood here"))
    inner = words.startswith("Expected newline") and _has_inner_quotes(lines[row - 1])
    return DataError(source, [problem], _QUOTES if inner else _CORRECT)


def _has_inner_quotes(line: str) -> bool:
    return line.replace('\\"', "").count('"') > len('""')

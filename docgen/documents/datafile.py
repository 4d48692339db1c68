"""Data files that people write: TOML or JSON, read whole, with line and column where they are broken."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem
from docgen.model.text import Message, say
from docgen.toml import decode_text, parse_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LIMIT", "parse_datafile"]

LIMIT = 1024 * 1024

# How a message of Python's JSON parser begins -> what it means; the first that fits.
_MEANINGS: tuple[tuple[str, Message], ...] = (
    ("Expecting ',' delimiter", say("a comma or a closing bracket is missing here")),
    ("Expecting ':' delimiter", say("a colon is missing after the key")),
    ("Expecting property name", say("a key in quotation marks must stand here")),
    ("Expecting value", say("a value is missing here")),
    ("Illegal trailing comma", say("a comma that nothing follows")),
    ("Extra data", say("something follows after the end")),
    ("Unterminated string", say("the text is not closed: a quotation mark is missing")),
    ("Invalid control character", say("a line break or another control character within a text")),
    ("Invalid \\", say("a backslash in a text must stand twice")),
)


class _NotJsonError(ValueError):
    """What the parser's hooks found."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


def parse_datafile(data: bytes, *, source: str) -> Mapping[str, object]:
    """Return the root table of a data file; JSON where it begins with `{`, else TOML.

    A byte order mark is allowed. Raises `DataError` with line and column.
    """
    if len(data) > LIMIT:
        raise _broken(source, "-", say("it is longer than {limit} bytes", limit=LIMIT))
    text = decode_text(data, source=source)
    return _json(text, source) if text.lstrip().startswith("{") else parse_toml(text, source=source)


def _json(text: str, source: str) -> Mapping[str, object]:
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as exc:
        why = next((said for begins, said in _MEANINGS if exc.msg.startswith(begins)), None)
        why = why or say("the JSON is not understood here")
        raise _broken(source, f"line {exc.lineno}, column {exc.colno}", why) from exc
    except _NotJsonError as exc:
        raise _broken(source, "-", exc.why) from exc
    except ValueError as exc:
        raise _broken(source, "-", say("a number is too long")) from exc
    except RecursionError as exc:
        raise _broken(source, "-", say("it is nested too deeply")) from exc
    return value if isinstance(value, dict) else {}


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for key, value in pairs:
        if key in members:
            raise _NotJsonError(say("the key “{key}” stands twice", key=key[:80]))
        members[key] = value
    return members


def _no_constant(name: str) -> object:
    raise _NotJsonError(say("{name} is no number", name=name))


def _broken(source: str, where: str, why: Message) -> DataError:
    return DataError(source, [Problem(path=where, message=why)], say("Correct the file there and try again."))

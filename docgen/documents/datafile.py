"""Data files that people write: TOML or JSON, read whole, with line and column where they are broken."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LIMIT", "parse_datafile"]

LIMIT = 1024 * 1024
_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


def parse_datafile(data: bytes, *, source: str) -> Mapping[str, object]:
    """Return the root table of a data file; JSON where it begins with `{`, else TOML.

    A byte order mark is allowed. Raises `DataError` with line and column.
    """
    if len(data) > LIMIT:
        raise _broken(source, "-", f"it is longer than {LIMIT} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data[: exc.start].count(b"\n") + 1
        raise _broken(source, f"line {line}", "the text is not UTF-8") from exc
    if text.lstrip().startswith("{"):
        return _json(text, source)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        what = str(exc)
        place = _PLACE.search(what)
        lines = text.split("\n")
        row = place[1] if place else str(len(lines))
        column = place[2] if place else str(len(lines[-1]) + 1)
        raise _broken(source, f"line {row}, column {column}", re.sub(r" \(at .*\)$", "", what)) from exc
    except ValueError as exc:  # a number of thousands of digits
        raise _broken(source, "-", str(exc)) from exc
    except RecursionError as exc:
        raise _broken(source, "-", "it is nested too deeply") from exc


def _json(text: str, source: str) -> Mapping[str, object]:
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as exc:
        raise _broken(source, f"line {exc.lineno}, column {exc.colno}", exc.msg) from exc
    except (ValueError, RecursionError) as exc:
        raise _broken(source, "-", str(exc)) from exc
    return value if isinstance(value, dict) else {}


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        msg = "a key stands twice"
        raise ValueError(msg)
    return members


def _no_constant(name: str) -> object:
    msg = f"{name} is no number"
    raise ValueError(msg)


def _broken(source: str, where: str, why: str) -> DataError:
    message = say("cannot be read: {why}", why=why)
    return DataError(source, [Problem(path=where, message=message)], say("Correct the file there and try again."))

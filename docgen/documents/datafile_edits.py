"""Answers are put into a data file that a person wrote: its comments, order, spaces and quoting stay as they are."""

from __future__ import annotations

from datetime import date
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from docgen.documents.datafile import LIMIT
from docgen.documents.examples import TABLE_NOTES, comment_of, example_value, toml_value
from docgen.documents.letters import fields_of
from docgen.documents.tomltext import Line, edited
from docgen.errors import DataError
from docgen.toml import decode_text, parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from docgen.documents.packs import Pack
    from docgen.documents.tomltext import Place
    from docgen.model.fields import Field

__all__ = ["data_file_with"]

_BOM = b"\xef\xbb\xbf"


class _UnfitError(ValueError):
    """The data differ from the file in more than values of declared keys."""


def data_file_with(original: bytes, kind: str, pack: Pack, language: str, data: Mapping[str, object]) -> bytes | None:
    """Return a TOML data file with these data in it, changed only where they differ from what it says.

    A new key has the comment that `example_of` gives it, and stands after those that are declared before it; a table
    that was not there stands at the end. A value that the data leave out is commented out. Line ends and a byte order
    mark stay. It reads as the data: where that cannot be had (the file is JSON, or its text is such as cannot be kept),
    the answer is None.
    """
    fields = fields_of(kind, pack)
    try:
        text = decode_text(original, source="-")
        whole = text.replace("\r\n", "\n")
        removed, given = _differences(parse_toml(text, source="-"), _full(data), ())
        lines = [_line(place, value, fields, language) for place, value in given]
        lines.sort(key=lambda line: _order(line.place, fields))
        changed = edited(whole, removed=removed, lines=lines, notes=TABLE_NOTES)
        if changed is None or _plain(parse_toml(changed, source="-")) != _plain(_full(data)):
            return None
    except (DataError, _UnfitError):
        return None
    result = (_BOM if original.startswith(_BOM) else b"") + _with_line_ends(changed, text).encode()
    return result if len(result) <= LIMIT else None


def _differences(
    old: Mapping[str, object], new: Mapping[str, object], place: Place
) -> tuple[list[Place], list[tuple[Place, object]]]:
    """Return what the new data leave out, tables after their keys, and what they have otherwise."""
    removed: list[Place] = []
    given: list[tuple[Place, object]] = []
    for key in (key for key in old if key not in new):
        was = old[key]
        removed += [*(_differences(was, {}, (*place, key))[0] if isinstance(was, dict) else []), (*place, key)]
    for key, value in new.items():
        if key in old and _plain(old[key]) == _plain(value):
            continue
        if not isinstance(value, dict) and not _is_tables(value):
            given.append(((*place, key), value))
            continue
        for one, two, here in _pairs(old.get(key), value, (*place, key)):
            below = _differences(one, two, here)
            removed += below[0]
            given += below[1]
    return removed, given


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


def _pairs(old: object, new: object, place: Place) -> Iterator[tuple[dict[str, object], dict[str, object], Place]]:
    """Yield the tables of both, one by one. Raises `_UnfitError` where they are not of one kind, or one is gone."""
    if isinstance(new, list):
        entries = [] if old is None else old
        if not isinstance(entries, list) or len(entries) > len(new):
            raise _UnfitError
        for number, entry in enumerate(new):
            yield from _pairs(entries[number] if number < len(entries) else None, entry, (*place, number))
    elif isinstance(new, dict) and (old is None or isinstance(old, dict)):
        yield old or {}, new, place
    else:
        raise _UnfitError


def _path(place: Place) -> str:
    return "".join("[]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def _order(place: Place, fields: Sequence[Field]) -> tuple[int, tuple[int, ...], int]:
    """Return what sorts keys as they are declared: by table, entry by entry."""
    path = _path(place)
    tables = list(dict.fromkeys(field.table for field in fields))
    numbers = tuple(part for part in place if isinstance(part, int))
    table, _, _ = path.rpartition(".")
    index = next((n for n, field in enumerate(fields) if field.path == path), -1)
    return (tables.index(table) if table in tables else -1, numbers, index)


def _line(place: Place, value: object, fields: Sequence[Field], language: str) -> Line:
    field = next((field for field in fields if field.path == _path(place)), None)
    if field is None:
        if place != ("schema",):
            raise _UnfitError
        return Line(place=place, value=f'"{value}"')
    before = [other.key for other in fields if other.table == field.table]
    first = not any(isinstance(part, int) and part for part in place)
    silent = f"{field.key} = {toml_value(field, example_value(field))}".split("\n")
    return Line(
        place=place,
        value=toml_value(field, value),
        comments=tuple(comment_of(field, fields, language)) if first else (),
        after=tuple(before[: before.index(field.key)]),
        silent=tuple(f"#{line}" for line in silent),
    )


def _full(data: Mapping[str, object]) -> dict[str, object]:
    """Return the data without empty tables, and lists without empty entries: a draft has such while it is made."""
    return dict(_filled(data))


def _filled(data: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in data.items():
        if isinstance(value, dict):
            if full := _full(value):
                yield key, full
        elif isinstance(value, list) and _is_tables(value):
            if entries := [full for entry in value if (full := _full(entry))]:
                yield key, entries
        else:
            yield key, value


def _plain(value: object) -> object:
    """Return a value to compare with: a day is the same as a date and as a text; true is not one."""
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    if type(value) is date:
        return ("text", value.isoformat())
    return ("text", value) if isinstance(value, str) else (type(value), repr(value))


def _with_line_ends(changed: str, original: str) -> str:
    """Give lines that stayed the ends that they had, and new ones those that most lines have."""
    crlf = original.count("\r\n")
    if not crlf:
        return changed
    were = original.split("\n")
    usual = "\r\n" if crlf * 2 >= original.count("\n") else "\n"
    lines, ends = changed.split("\n"), [usual] * (changed.count("\n") + 1)
    kept = SequenceMatcher(None, [one.removesuffix("\r") for one in were], lines, autojunk=False)
    for block in kept.get_matching_blocks():
        for n in range(block.size):
            if block.a + n < len(were) - 1:
                ends[block.b + n] = "\r\n" if were[block.a + n].endswith("\r") else "\n"
    return "".join(line + end for line, end in zip(lines[:-1], ends, strict=False)) + lines[-1]

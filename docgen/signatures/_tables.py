"""One meaning for every object number: readers differ on which of two they take, so a file with two is refused.

1. A table of contents names each object once (several subsections of it may not overlap).
2. Between two tables, that is within one revision, each object stands in the file once.
3. After a signed revision stands no object and no trailer that belongs to no table: a reader that repairs a file would
   take it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from docgen.model.reasons import ReasonCode
from docgen.model.text import say
from docgen.signatures._pyhanko_reader import ReadError, Stream
from docgen.signatures.raw import stream_extents

if TYPE_CHECKING:
    from docgen.signatures._pyhanko_reader import Document

__all__ = ["check_tables", "unlisted"]

_SPACE = rb"[\x00\t\n\x0c\r ]"
_SUBSECTION = re.compile(_SPACE + rb"*(\d{1,10}) (\d{1,10})" + _SPACE + rb"+")
_TABLE = re.compile(_SPACE + rb"*xref" + _SPACE)
_ROW = 20  # bytes of an entry: ISO 32000-2, 7.5.4
# However it is spaced: readers that repair a file are lenient.
_GAP = rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]{0,200}+[\r\n])++"
_ANY_HEADER = re.compile(rb"(?<!\d)\d{1,10}" + _GAP + rb"\d{1,10}" + _GAP + rb"obj(?![A-Za-z])")
_TRAILER = re.compile(rb"(?<![A-Za-z])trailer(?![A-Za-z])")
_HEADER = re.compile(rb"(?:(?<=[\r\n])|(?<=endobj)|(?<=endobj ))(\d{1,10}) (\d{1,5}) obj(?![A-Za-z])")


def check_tables(document: Document, data: bytes) -> None:
    """Raise `ReadError` (PARSE) if an object number has two meanings in one revision."""
    for revision, section in enumerate(document.sections):
        for number in _twice(_ranges(document, revision, data, section.startxref)):
            raise ReadError(ReasonCode.PARSE, say("an object stands twice in one revision"), f"object {number}")
    _check_bodies(document, data)


def _ranges(document: Document, revision: int, data: bytes, start: int) -> list[tuple[int, int]]:
    """Return the subsections of a table: first number, count."""
    match = _TABLE.match(data, start)
    if match is None:
        return _stream_ranges(document, revision)
    found = []
    at = match.end()
    while (row := _SUBSECTION.match(data, at)) is not None:
        found.append((int(row[1]), int(row[2])))
        at = row.end() + int(row[2]) * _ROW
    return found


def _stream_ranges(document: Document, revision: int) -> list[tuple[int, int]]:
    ref = document.table(revision)
    value = document.value(ref, revision) if ref is not None else None
    index = value.entries.get("/Index") if isinstance(value, Stream) else None
    numbers = [number for number in index if isinstance(number, int)] if isinstance(index, list) else []
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def _twice(ranges: list[tuple[int, int]]) -> list[int]:
    ordered = sorted(pair for pair in ranges if pair[1] > 0)
    return [second[0] for first, second in pairwise(ordered) if first[0] + first[1] > second[0]]


def _check_bodies(document: Document, data: bytes) -> None:
    tables = sorted(section.start for section in document.sections)
    streams = iter(stream_extents(data))
    begin, end = next(streams, (len(data), len(data)))
    seen: set[int] = set()
    following = iter([*tables, len(data)])
    border = next(following)
    for match in _HEADER.finditer(data):
        at = match.start()
        while at >= end and begin < len(data):
            begin, end = next(streams, (len(data), len(data)))
        if begin <= at < end:
            continue
        while at > border:
            border = next(following, len(data))
            seen = set()
        number = int(match[1])
        if number in seen:
            raise ReadError(ReasonCode.PARSE, say("an object stands twice in one revision"), f"object {number}")
        seen.add(number)


def unlisted(document: Document, data: bytes, since: int) -> int | None:
    """Return where, from `since` on, an object or a trailer stands that is of none of the file's tables; else None.

    What looks like one inside a stream counts too: nothing that a signature adds holds such words.
    """
    listed = {section.start for section in document.sections} | {section.startxref for section in document.sections}
    for revision in range(len(document.sections)):
        listed.update(document.places(revision).values())
    for match in _ANY_HEADER.finditer(data, since):
        at = match.start()
        # A table may point to the white space before the number.
        near = data[max(since, at - _ROW) : at]
        spaces = len(near) - len(near.rstrip(b"\x00\t\n\x0c\r "))
        if listed.isdisjoint(range(at - spaces, at + 1)):
            return at
    tables = [n for n, section in enumerate(document.sections) if section.start >= since and document.table(n) is None]
    trailers = [match.start() for match in _TRAILER.finditer(data, since)]
    return trailers[len(tables)] if len(trailers) > len(tables) else None

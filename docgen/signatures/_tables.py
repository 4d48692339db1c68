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
    from collections.abc import Iterator

    from docgen.signatures._pyhanko_reader import Document

__all__ = ["check_tables", "unlisted"]

_SPACES = (b"\x00", b"\t", b"\n", b"\x0c", b"\r", b" ")
_SPACE = rb"[\x00\t\n\x0c\r ]"
_SUBSECTION = re.compile(_SPACE + rb"*(\d{1,10}) (\d{1,10})" + _SPACE + rb"+")
_TABLE = re.compile(_SPACE + rb"*xref" + _SPACE)
_ROW = 20  # bytes of an entry: ISO 32000-2, 7.5.4
# However it is spaced: readers that repair a file are lenient.
_GAP = rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]{0,200}+[\r\n])++"
_ANY_HEADER = re.compile(rb"(?<!\d)\d{1,10}" + _GAP + rb"\d{1,10}" + _GAP + rb"obj(?![A-Za-z])")
_HEADER = re.compile(rb"(?:[\r\n]|endobj ?)(\d{1,10}) \d{1,5} \Z")
# Patterns that begin with anything are slow over an edition's megabytes: the word is found first, then what is before.
_REACH = 256  # bytes before the word: more than white space and a comment take in a file that a program wrote
_NEAR_HEADER = re.compile(rb"(?<!\d)\d{1,10}" + _GAP + rb"\d{1,10}" + _GAP + rb"\Z")
_TWO_WORDS = re.compile(rb"[^\x00\t\n\x0c\r ][\x00\t\n\x0c\r ]++[^\x00\t\n\x0c\r ]++[\x00\t\n\x0c\r ]++\Z")


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
    for at, number in _headers(data):
        while at >= end and begin < len(data):
            begin, end = next(streams, (len(data), len(data)))
        if begin <= at < end:
            continue
        while at > border:
            border = next(following, len(data))
            seen = set()
        if number in seen:
            raise ReadError(ReasonCode.PARSE, say("an object stands twice in one revision"), f"object {number}")
        seen.add(number)


def _words(data: bytes, word: bytes, since: int) -> Iterator[int]:
    """Yield where a word stands that no letter follows."""
    at = data.find(word, since)
    while at >= 0:
        if not data[at + len(word) : at + len(word) + 1].isalpha():
            yield at
        at = data.find(word, at + len(word))


def _headers(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where an object begins as programs write it, and its number."""
    for at in _words(data, b" obj", 0):
        match = _HEADER.search(data[max(0, at - 23) : at + 1])
        if match is not None:
            yield at + 1 - len(match[0]) + match.start(1) - match.start(), int(match[1])


def _any_headers(data: bytes, since: int) -> Iterator[int]:
    """Yield where what any reader takes for the beginning of an object begins, from `since` on."""
    for word in _words(data, b"obj", since):
        begin = max(since, word - _REACH)
        near = data[begin:word]
        if near[-1:] not in _SPACES:
            continue
        match = _NEAR_HEADER.search(near)
        if match is not None and (match.start() > 0 or (begin == since and not data[since - 1 : since].isdigit())):
            yield begin + match.start()
        elif match is not None or b"%" in near or _TWO_WORDS.search(near) is None:
            # Spaced too widely to be told from its end.
            yield from (found.start() for found in _ANY_HEADER.finditer(data, since))
            return


def unlisted(document: Document, data: bytes, since: int) -> int | None:
    """Return where, from `since` on, an object or a trailer stands that is of none of the file's tables; else None.

    What looks like one inside a stream counts too: nothing that a signature adds holds such words.
    """
    listed = {section.start for section in document.sections} | {section.startxref for section in document.sections}
    for revision in range(len(document.sections)):
        listed.update(offset for offset in document.offsets(revision) if offset >= since)
    for at in _any_headers(data, since):
        # A table may point to the white space before the number.
        near = data[max(since, at - _ROW) : at]
        spaces = len(near) - len(near.rstrip(b"".join(_SPACES)))
        if listed.isdisjoint(range(at - spaces, at + 1)):
            return at
    tables = [n for n, section in enumerate(document.sections) if section.start >= since and document.table(n) is None]
    trailers = [at for at in _words(data, b"trailer", since) if not data[max(0, at - 1) : at].isalpha()]
    return trailers[len(tables)] if len(trailers) > len(tables) else None

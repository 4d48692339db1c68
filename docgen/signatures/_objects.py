"""Walks over a document's objects, each with a visited set: everything written in any revision, the pages, the fields.

No walk follows what an object means (an action, a destination, an outline): a loop of those does nothing here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.text import say
from docgen.signatures._pyhanko_reader import ReadError, Ref, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docgen.signatures._pyhanko_reader import Document, Value

__all__ = [
    "content_streams",
    "count_operators",
    "damage",
    "every_object",
    "fields",
    "note_damage",
    "pages",
    "parts",
    "text_of",
]

_DEPTH = 64
# A word of letters that begins after white space or a delimiter: close to the number of operators, and fast.
_OPERATOR = re.compile(rb"(?<![^\x00\t\n\x0c\r \])>])[A-Za-z'\"][A-Za-z0-9*]{0,3}(?![^\x00\t\n\x0c\r \[(</])")


def every_object(document: Document) -> Iterator[tuple[int, Ref, Value]]:
    """Yield every object that can be read as each revision wrote it, the oldest first.

    Objects that are damaged are left out; `damage` names the first. Raises `ReadError` for what is too much only.
    """
    for revision in range(len(document.sections)):
        for ref in document.explicit(revision):
            try:
                value = document.value(ref, revision, keep=False)
            except ReadError as exc:
                note_damage(document, exc)
                document.memo["unread"] = True
                continue
            yield revision, ref, value


def note_damage(document: Document, exc: ReadError) -> None:
    """Remember the first thing in a document that cannot be read; raise again what is too much."""
    if exc.reason.code is not ReasonCode.PARSE:
        raise exc
    document.memo.setdefault("damage", exc.reason)


def damage(document: Document) -> list[Reason]:
    """Return why some object could not be read, if so: known once `every_object` has been walked."""
    reason = document.memo.get("damage")
    return [reason] if isinstance(reason, Reason) else []


def parts(value: Value) -> tuple[list[dict[str, Value]], list[Ref], int]:
    """Return the dictionaries inside a value (a stream's own too), the references, the length of the longest list."""
    found: list[dict[str, Value]] = []
    refs: list[Ref] = []
    longest = 0
    waiting = [value]
    while waiting:
        item = waiting.pop()
        kind = type(item)  # an edition has a million of them: the exact type is the fastest question
        if kind is dict:
            found.append(item)  # type: ignore[arg-type]  # by its exact type
            waiting.extend(item.values())  # type: ignore[union-attr]
        elif kind is Ref:
            refs.append(item)  # type: ignore[arg-type]
        elif kind is list:
            longest = max(longest, len(item))  # type: ignore[arg-type]
            waiting.extend(item)  # type: ignore[arg-type]
        elif kind is Stream:
            waiting.append(item.entries)  # type: ignore[union-attr]
    return found, refs, longest


def pages(document: Document, most: int) -> list[dict[str, Value]]:
    """Return the pages of the last revision, in order. Raises `ReadError`: LIMIT for too many, or for a circle."""
    found: list[dict[str, Value]] = []
    seen: set[Ref] = set()
    catalog = document.value(document.root)
    waiting: list[tuple[Value, int]] = [(catalog.get("/Pages"), 0)] if isinstance(catalog, dict) else []
    while waiting:
        ref, depth = waiting.pop()
        if isinstance(ref, Ref):
            if ref in seen or depth > _DEPTH:
                raise ReadError(ReasonCode.LIMIT, say("the tree of pages leads in a circle"), "pages")
            seen.add(ref)
        node = document.resolve(ref)
        if not isinstance(node, dict):
            continue
        kids = document.resolve(node.get("/Kids"))
        if isinstance(kids, list):
            waiting += [(kid, depth + 1) for kid in reversed(kids)]
            continue
        found.append(node)
        if len(found) > most:
            raise ReadError(ReasonCode.LIMIT, say("the document has more than {limit} pages", limit=most), "pages")
    return found


def fields(document: Document, most: int) -> int:
    """Count the fields of the form. Raises `ReadError` for too many."""
    catalog = document.value(document.root)
    form = document.resolve(catalog.get("/AcroForm")) if isinstance(catalog, dict) else None
    first = document.resolve(form.get("/Fields")) if isinstance(form, dict) else None
    waiting = list(first) if isinstance(first, list) else []
    seen: set[Ref] = set()
    count = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, Ref):
            if item in seen:
                continue
            seen.add(item)
        count += 1
        if count > most:
            raise ReadError(ReasonCode.LIMIT, say("the form has more than {limit} fields", limit=most), "form")
        node = document.resolve(item)
        kids = document.resolve(node.get("/Kids")) if isinstance(node, dict) else None
        waiting += kids if isinstance(kids, list) else []
    return count


def content_streams(document: Document, page: dict[str, Value]) -> Iterator[Stream]:
    """Yield the content streams of a page that can be read; `damage` names the first that cannot."""
    first = _readable(document, page.get("/Contents"))
    for item in first if isinstance(first, list) else [first]:
        stream = _readable(document, item)
        if isinstance(stream, Stream):
            yield stream


def _readable(document: Document, value: Value) -> Value:
    try:
        return document.resolve(value)
    except ReadError as exc:
        note_damage(document, exc)
    return None


def count_operators(content: bytes, most: int) -> int:
    """Count the drawing operators of a content stream, and stop counting above `most`."""
    count = 0
    for _ in _OPERATOR.finditer(content):
        count += 1
        if count > most:
            break
    return count


def text_of(value: Value) -> str:
    """Return a text string for a message or a comparison."""
    if not isinstance(value, bytes):
        return ""
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    if value.startswith(b"\xef\xbb\xbf"):
        return value[3:].decode("utf-8", "replace")
    return value.decode("latin-1")

"""Which object refers to which, as far as a later revision asks: about objects that it writes, and no others."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from docgen.signatures._pyhanko_reader import Ref, Stream, refs_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docgen.signatures._pyhanko_reader import Document, Value

__all__ = ["References", "all_referrers", "references_of"]


class References:
    """The references of every revision to what is written after it. Hand in every object as each revision wrote it."""

    def __init__(self, document: Document) -> None:
        self._last = {ref: number for number in range(1, document.last + 1) for ref in document.explicit(number)}
        self.found: list[dict[Ref, list[Ref]]] = [{} for _ in range(document.last + 1)]

    def see(self, revision: int, ref: Ref, value: Value, refs: Iterable[Ref]) -> None:
        """Take note of one object and what it refers to."""
        # A cross-reference stream's dictionary is the file's trailer, no object of the document.
        kept = [target for target in refs if self._last.get(target, 0) > revision]
        if kept and not _is_table(value):
            self.found[revision][ref] = kept


def references_of(document: Document) -> References:
    """Return the references of a document. Raises `ReadError` for the first object that cannot be read."""
    known = document.memo.get("references")
    if isinstance(known, References):
        return known
    references = References(document)
    for revision in range(document.last + 1):
        for ref in document.explicit(revision):
            value = document.value(ref, revision, keep=False)
            references.see(revision, ref, value, refs_in(value))
    document.memo["references"] = references
    return references


def all_referrers(document: Document, revision: int) -> dict[Ref, set[Ref]]:
    """Return what refers to each object in the state of one revision. Raises `ReadError`."""
    now: dict[Ref, list[Ref]] = {}
    for number in range(revision + 1):
        for ref in document.explicit(number):
            value = document.value(ref, number, keep=False)
            now[ref] = [] if _is_table(value) else refs_in(value)
    found: dict[Ref, set[Ref]] = defaultdict(set)
    for ref, targets in now.items():
        for target in targets:
            found[target].add(ref)
    return found


def _is_table(value: Value) -> bool:
    return isinstance(value, Stream) and value.entries.get("/Type") == "/XRef"

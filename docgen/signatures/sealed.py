"""The sealed revision of an edition: where it ends, and that it added attachments and seal and changed nothing else.

The pages stand in the first revision. What the second one may change of it: the catalog's keys for attachments and
form, Info and XMP metadata, and a page's list of annotations, to which only the seal's invisible field is added. So a
page that was painted over before sealing does not pass, although every byte of it is sealed (measured/documents.md §1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.text import say
from docgen.signatures._pyhanko_reader import ReadError, open_document
from docgen.signatures.inventory import take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docgen.model.profiles import Limits
    from docgen.signatures._pyhanko_reader import Document, Ref, Value

__all__ = ["Sealed", "sealed_revision"]

_CATALOG = frozenset({"/AF", "/Names", "/AcroForm", "/Extensions", "/DSS", "/Version", "/Metadata"})
_PAGES, _SEAL = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The length of the first sealed revision (None where there is no seal over whole bytes), and what is wrong."""

    length: int | None
    reasons: tuple[Reason, ...]


def sealed_revision(data: bytes, limits: Limits) -> Sealed:
    """Return where the first sealed revision ends, and the reasons (CHANGED, PARSE) against its additions."""
    try:
        document = open_document(data, limits)
        seals = [entry for entry in take(document, data, limits).entries if not entry.is_stamp and entry.covered]
        ends = sorted(entry.coverage.end for entry in seals if entry.coverage.end is not None)
        return Sealed(length=ends[0] if ends else None, reasons=tuple(_against(document)))
    except ReadError as exc:
        return Sealed(length=None, reasons=(exc.reason,))


def _against(document: Document) -> Iterator[Reason]:
    if document.last < _SEAL:
        return
    information = document.trailer(_PAGES).get("/Info")
    catalog = document.value(document.root, _PAGES)
    metadata = catalog.get("/Metadata") if isinstance(catalog, dict) else None
    for ref in document.explicit(_SEAL):
        if not document.exists(ref, _PAGES) or ref in (information, metadata):
            continue
        before, after = document.value(ref, _PAGES), document.value(ref, _SEAL)
        if before != after and not _allowed(document, ref, before, after):
            yield Reason(
                code=ReasonCode.CHANGED,
                where=f"object {ref.number}",
                message=say("The sealed revision changes what was printed, not only attachments and seal."),
                hint=say("Do not rely on the pages of this edition; ask whoever issued it."),
            )


def _allowed(document: Document, ref: Ref, before: Value, after: Value) -> bool:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    if ref == document.root:
        return changed <= _CATALOG and not changed & {"/AF", "/Names"} & before.keys()
    if before.get("/Type") == "/Page":
        return changed == {"/Annots"} and _only_invisible(document, before.get("/Annots"), after["/Annots"])
    return False


def _only_invisible(document: Document, before: Value, after: Value) -> bool:
    old, new = document.resolve(before, _PAGES), document.resolve(after, _SEAL)
    known = old if isinstance(old, list) else []
    if not isinstance(new, list) or new[: len(known)] != known:
        return False
    for item in new[len(known) :]:
        field = document.resolve(item, _SEAL)
        if not isinstance(field, dict) or field.get("/Subtype") != "/Widget" or field.get("/FT") != "/Sig":
            return False
        box = document.resolve(field.get("/Rect"), _SEAL)
        if not isinstance(box, list) or any(edge != 0 for edge in box) or "/AP" in field:
            return False
    return True

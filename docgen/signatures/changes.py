"""What was added after a signature: docgen's own rule, and the library's difference analysis beside it.

The library also knows what a signature itself forbids (DocMDP and FieldMDP, ISO 32000-2 clause 12.8.2): a signer who
allowed no changes, or locked the fields, is heard about later signatures too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.report import Changes
from docgen.model.text import say
from docgen.signatures._pyhanko import integrity_of
from docgen.signatures.revisions import check_revisions

if TYPE_CHECKING:
    from docgen.signatures._pyhanko_reader import Document, Ref
    from docgen.signatures.inventory import Entry, Inventory

__all__ = ["Known", "changes_after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Signature dictionaries that count as signature machinery.

    `accepted` are intact, covered and by a known authority. `sound` are covered, but nothing vouches for their
    certificate, or they are document time stamps that are not good: their own reason says so, and an invisible one
    changes nothing that anybody sees.
    """

    accepted: tuple[Ref, ...]
    sound: tuple[Ref, ...]


def changes_after(
    document: Document, data: bytes, inventory: Inventory, entry: Entry, known: Known, *, compare: bool
) -> tuple[Changes, list[Reason]]:
    """Return what was added after a field, and the reasons against it. `compare` asks the library too."""
    if not entry.covered or entry.coverage.end is None:
        return Changes.UNKNOWN, []
    facts = check_revisions(document, data, entry.coverage.end, accepted=known.accepted, sound=known.sound)
    changes, reasons = facts.changes, list(facts.reasons)
    integrity = integrity_of(entry.field, compare=compare)
    counted = (*known.accepted, *known.sound)
    fields = {other.field.name for other in inventory.entries if other.field.value in counted}
    if integrity.changes is Changes.FORBIDDEN or not integrity.fields <= fields:
        changes = Changes.FORBIDDEN
        if not any(reason.code is ReasonCode.CHANGED for reason in reasons):  # docgen's own rule says it with the place
            reasons.append(_locked(entry) if integrity.locked else _changed(entry))
    return changes, reasons


def _changed(entry: Entry) -> Reason:
    return Reason(
        code=ReasonCode.CHANGED,
        where=entry.field.name,
        message=say("The document was changed after this signature."),
        hint=say("Ask the sender for the file exactly as it was signed, or for a new signature."),
    )


def _locked(entry: Entry) -> Reason:
    return Reason(
        code=ReasonCode.CHANGED,
        where=entry.field.name,
        message=say("Something was added that this signature does not allow: it locked the document or its fields."),
        hint=say("Ask for the document signed anew by all, so that nobody but the last signer locks it."),
    )

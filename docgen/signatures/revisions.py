"""What each later revision changed, by the cross-reference tables (measured/documents.md §4; security.md §4.1.7).

A revision may add a signature or a document time stamp in a new or an empty signature field, put its widget on a page,
and add validation data (DSS); together with these it may touch Info and XMP, as signing programs do. Whatever else it
changes is CHANGED, with the place. No certification level (DocMDP) is asked here: it never widens the rule, and where
it narrows it `changes` says so.

1. The revision of a signature ends where its byte range ends: the tables before that point lie wholly inside it, lead
   to no byte after it, and are the ones to which its own `startxref` leads.
2. Every later table is judged against the state before it, object by object (`_additions.judge`).
3. New fields must carry a signature or time stamp that was accepted; a visible new stamp is for a person's eyes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.report import Changes
from docgen.model.text import Message, say
from docgen.signatures._additions import Addition, History
from docgen.signatures._pyhanko_reader import ReadError
from docgen.signatures._tables import unlisted

if TYPE_CHECKING:
    from collections.abc import Collection

    from docgen.signatures._pyhanko_reader import Document, Ref

__all__ = ["RevisionFacts", "check_revisions", "first_revision", "machinery_only"]

_STARTXREF = re.compile(rb"startxref[\x00\t\n\x0c\r ]+(\d{1,12})[\x00\t\n\x0c\r ]+%%EOF[\r\n]*$")
_TAIL = 200
_EOF = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionFacts:
    """What was added after one signed revision; `reasons` (CHANGED, or HIDDEN for a visible stamp) name the places."""

    changes: Changes
    reasons: list[Reason]


def check_revisions(
    document: Document, data: bytes, end: int, *, accepted: Collection[Ref], sound: Collection[Ref] = ()
) -> RevisionFacts:
    """Judge everything after the first `end` bytes (`CoverageFacts.end`).

    `accepted` are the signature dictionaries (`/V`) of signatures and document time stamps that were judged and passed.
    `sound` are those that changed nothing as long as nothing of them is visible, and for which their own reason (TRUST,
    TIME) speaks: intact ones by a stranger, and document time stamps that are not good.
    """
    try:
        covered, wrong = _covered(document, data, end)
        if wrong is not None:
            return RevisionFacts(changes=Changes.FORBIDDEN, reasons=[wrong])
        additions = _history(document)[covered - 1 :]
    except ReadError as exc:
        return RevisionFacts(changes=Changes.UNKNOWN, reasons=[exc.reason])
    stray = unlisted(document, data, end)
    if stray is not None:
        reason = _changed(say("bytes were added after signing that belong to no revision"), f"byte {stray}")
        return RevisionFacts(changes=Changes.FORBIDDEN, reasons=[reason])
    if not additions:
        return RevisionFacts(changes=Changes.NONE, reasons=[])
    reasons = [reason for addition in additions for reason in _judge(addition, accepted, sound)]
    forbidden = any(reason.code is ReasonCode.CHANGED for reason in reasons)
    return RevisionFacts(changes=Changes.FORBIDDEN if forbidden else Changes.PERMITTED, reasons=reasons)


def first_revision(document: Document, data: bytes) -> int:
    """Return the length of the first revision in bytes: up to its `%%EOF` and one line end. 0 if there is none."""
    match = _EOF.search(data, document.sections[0].end)
    return match.end() if match else 0


def machinery_only(document: Document, data: bytes, *, accepted: Collection[Ref], sound: Collection[Ref] = ()) -> bool:
    """Say whether every revision after the first adds only invisible signature machinery, before and after signing.

    Together with an equal beginning this means that the page shows what docgen printed; it says nothing about who
    signed (an invisible signature that nobody vouches for changes no page).
    """
    try:
        end = first_revision(document, data)
        covered, wrong = _covered(document, data, end)
        if wrong is not None or covered != 1 or unlisted(document, data, end) is not None:
            return False
        return not any(_judge(addition, accepted, sound) for addition in _history(document))
    except ReadError:
        return False


def _history(document: Document) -> list[Addition]:
    """Return what each revision after the first did, worked out once for a document."""
    known = document.memo.get("additions")
    if not isinstance(known, list):
        known = document.memo["additions"] = History(document).additions()
    return known


def _covered(document: Document, data: bytes, end: int) -> tuple[int, Reason | None]:
    """Return how many tables the first `end` bytes hold, and why they are not a document of their own, if so."""
    inside = [section.start < end for section in document.sections]
    count = sum(inside)
    tail = _STARTXREF.search(data[max(0, end - _TAIL) : end])
    if count == 0 or not all(inside[:count]):
        return count, _changed(say("the revisions of the file do not follow each other"), "")
    sound = (
        all(section.end <= end for section in document.sections[:count])
        and tail is not None
        and int(tail[1]) == document.sections[count - 1].startxref
        and all(max(document.offsets(n), default=0) < end for n in range(count))
    )
    if not sound:
        return count, _changed(say("the signed revision does not stand by itself"), f"byte {end}")
    if count == len(document.sections) and data[end:].strip(b"\r\n"):
        return count, _changed(say("bytes were added after signing that belong to no revision"), f"byte {end}")
    return count, None


def _changed(message: Message, where: str) -> Reason:
    return Reason(
        code=ReasonCode.CHANGED,
        message=message,
        where=where,
        hint=say("Ask the sender for the file exactly as the last signer's program saved it."),
    )


def _judge(addition: Addition, accepted: Collection[Ref], sound: Collection[Ref]) -> list[Reason]:
    number = addition.revision + 1
    found = [_changed(message, _where(number, place)) for place, message in addition.forbidden]
    found += [
        _changed(
            say("a signature field was added that carries no accepted signature"), _where(number, f"field {field.name}")
        )
        for field in addition.fields
        if field.signature not in accepted and (field.visible or field.signature not in sound)
    ]
    if addition.objects and not addition.forbidden and not addition.fields and not addition.validation_data:
        found.append(_changed(say("objects were added that belong to no signature"), _where(number, "")))
    signs = any(field.signature in accepted or field.signature in sound for field in addition.fields)
    if addition.metadata and not signs and not addition.validation_data:
        found.append(_changed(say("the document's information was changed after signing"), _where(number, "metadata")))
    found += [
        Reason(
            code=ReasonCode.HIDDEN,
            message=say("a later signature put a visible stamp on the page; look whether it covers anything"),
            where=_where(number, f"page {field.page}" if field.page else f"field {field.name}"),
        )
        for field in addition.fields
        if field.visible
    ]
    return found


def _where(number: int, place: str) -> str:
    return f"revision {number}, {place}" if place else f"revision {number}"

"""Agenda of a council's sitting and the invitation to it: from SITTING.toml to PDF and DOCX (domain.md §2.2).

The agenda has the three columns of the councils' own agendas; informative items stand under their own heading, and the
last item is “Dažādi” with the next sitting. The invitation is a letter of the secretariat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.documents.papers import Paper, paper_files
from docgen.documents.sittings import council_of, sitting_stem, sitting_values
from docgen.errors import DataError, Problem
from docgen.model.latvian import date_of
from docgen.model.sitting import ItemKind
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.documents.packs import Pack
    from docgen.model.blocks import Document
    from docgen.model.sitting import Invitation, Item, Sitting

__all__ = [
    "agenda_document",
    "agenda_paper",
    "invitation_document",
    "invitation_paper",
    "make_agenda",
    "make_invitation",
]

_HEADINGS = {ItemKind.INFORMATION: "Informatīvie jautājumi", ItemKind.DECISION: "Jautājumi lemšanai"}


def make_agenda(sitting: Sitting, pack: Pack, formats: Sequence[str]) -> dict[str, bytes]:
    """Return the files of the agenda by name. The same sitting: the same bytes."""
    return paper_files(agenda_paper(sitting, pack), sitting_stem("agenda", sitting), formats)


def make_invitation(sitting: Sitting, pack: Pack, formats: Sequence[str], *, source: str) -> dict[str, bytes]:
    """Return the files of the invitation by name; errors as for `invitation_paper`."""
    return paper_files(invitation_paper(sitting, pack, source=source), sitting_stem("invitation", sitting), formats)


def agenda_document(sitting: Sitting, pack: Pack) -> Document:
    """Return the agenda as a tree of blocks."""
    return agenda_paper(sitting, pack).document


def agenda_paper(sitting: Sitting, pack: Pack) -> Paper:
    """Return the agenda with all that its templates may print."""
    title = f"{council_of(pack).name.genitive} {date_of(sitting.day)} sēdes darba kārtība"
    values = {**sitting_values(sitting, pack), "title": title, "rows": _rows(sitting)}
    return Paper(kind="agenda", pack=pack, values=values, day=sitting.day, title=title)


def _rows(sitting: Sitting) -> list[dict[str, object]]:
    """Return the rows of the table: items, and a heading where informative items begin or end."""
    rows: list[dict[str, object]] = []
    before: ItemKind | None = None
    for item in sitting.items:
        begins = item.kind is ItemKind.INFORMATION or (item.kind is ItemKind.DECISION and before is not None)
        if item.kind is not before and begins:
            rows.append({"heading": _HEADINGS[item.kind]})
        rows.append(_row(item))
        before = item.kind
    if before is not ItemKind.OTHER:
        rows.append(
            {**_row_of("Dažādi"), "number": max((item.number for item in sitting.items), default=0) + 1},
        )
    rows[-1]["next"] = sitting.next_day
    return rows


def _row(item: Item) -> dict[str, object]:
    row = _row_of(item.title)
    return {
        **row,
        "number": item.number,
        "reporters": item.reporters,
        "invited": item.invited,
        "materials": item.materials,
    }


def _row_of(title: str) -> dict[str, object]:
    return {"heading": "", "title": title, "reporters": (), "invited": (), "materials": (), "next": None}


def invitation_document(sitting: Sitting, pack: Pack, *, source: str) -> Document:
    """Return the invitation as a tree of blocks; errors as for `invitation_paper`."""
    return invitation_paper(sitting, pack, source=source).document


def invitation_paper(sitting: Sitting, pack: Pack, *, source: str) -> Paper:
    """Return the invitation with all that its templates may print.

    Raises `DataError` where the data give no day on which it is written: neither `invitation.date` nor `convened.on`.
    """
    invitation = sitting.invitation
    day = (invitation.day if invitation else None) or (sitting.convened.on if sitting.convened else None)
    if day is None:
        raise DataError(source, [Problem(path="invitation.date", message=say("is missing"))])
    short = council_of(pack).short
    values = {
        **sitting_values(sitting, pack),
        "letter": {"date": day, "number": invitation.number if invitation else ""},
        "to": _addressees(invitation, short.genitive),
        "reply_by": invitation.reply_by if invitation else None,
        "signatory": None,
    }
    if invitation is not None and invitation.signatory is not None:
        signatory = invitation.signatory
        values["signatory"] = {"position": signatory.position, "name": signatory.name}
    return Paper(kind="invitation", pack=pack, values=values, day=day, title=f"Par {short.genitive} sēdi")


def _addressees(invitation: Invitation | None, council: str) -> tuple[str, ...]:
    return (invitation.to if invitation else ()) or (f"{council} locekļiem",)

"""How a plan or minutes were approved: in a sitting, or by a document such as an order (domain.md §5.3 H).

Exactly one of the two. A sitting has its body and those who sign the approval; a document is signed for itself, and
the approval block tells whose it is, of what day and number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from docgen.model.latvian import APPROVING_NOUNS, instrumental_of
from docgen.model.memorandum import Approver
from docgen.model.text import say

if TYPE_CHECKING:
    from docgen.model.reading import Table

__all__ = ["Approval", "ApprovingDocument", "read_approval"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovingDocument:
    """The document by which something was approved: whose (in the genitive), of what kind, its day and number.

    A kind whose form after `ar` is not known does not construct: `ValueError`.
    """

    author: str
    kind: str
    day: date
    number: str

    def __post_init__(self) -> None:
        """Refuse a kind that cannot be printed."""
        instrumental_of(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An approval in the sitting of a day, or by a document.

    `body` is in the genitive, "" for the pack's council; `by` are lines as they are printed, `approvers` persons.
    """

    sitting: date | None = None
    document: ApprovingDocument | None = None
    body: str = ""
    by: tuple[str, ...] = ()
    approvers: tuple[Approver, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an approval in both ways or in none, and one by a document with the persons of a sitting."""
        if (self.sitting is None) == (self.document is None):
            msg = "an approval is either in a sitting or by a document"
            raise ValueError(msg)
        if self.document is not None and (self.body or self.by or self.approvers):
            msg = "an approval by a document has neither body nor approvers"
            raise ValueError(msg)

    @property
    def day(self) -> date:
        """The day of the approval: of the sitting, or of the document."""
        return self.document.day if self.document is not None else self.sitting or date.min


def read_approval(table: Table, *, day_key: str) -> Approval | None:
    """Return the approval that the table describes, None where there is no table; problems stand in the table.

    `day_key` has the day of the sitting. That it is missing where no document is named is for the caller to say, as
    who must be named is: the day is the first of all days then.
    """
    if not table.given:
        return None
    document = _document(table.table("document", required=False))
    sitting = table.day(day_key, required=False)
    body, by = table.text("body", required=False), table.texts("by")
    approvers = tuple(
        Approver(
            name=row.text("name"),
            position=row.text("position"),
            organisation=row.text("organisation", required=False),
        )
        for row in table.tables("approvers")
    )
    if document is None:
        return Approval(sitting=sitting or date.min, body=body, by=by, approvers=approvers)
    for key in (day_key, "body", "by", "approvers"):
        if table.has(key):
            table.add(key, say("belongs to an approval in a sitting; this one is by a document (document)"))
    return Approval(document=document)


def _document(table: Table) -> ApprovingDocument | None:
    if not table.given:
        return None
    return ApprovingDocument(
        author=table.text("author"),
        kind=table.choice("kind", APPROVING_NOUNS),
        day=table.day("date") or date.min,
        number=table.text("number"),
    )

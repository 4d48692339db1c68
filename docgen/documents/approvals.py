"""What the approval block prints: of a sitting or of a document, and who approved (domain.md §5.3 H)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.model.latvian import instrumental_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.model.approval import ApprovingDocument
    from docgen.model.memorandum import Approver

__all__ = ["approver_values", "document_values"]


def approver_values(approvers: Sequence[Approver]) -> list[dict[str, str]]:
    """Return each approver's name, and office with the organisation."""
    return [
        {"name": one.name, "office": ", ".join(part for part in (one.position, one.organisation) if part)}
        for one in approvers
    ]


def document_values(document: ApprovingDocument | None) -> dict[str, object] | None:
    """Return what is printed after `ar`: author in the genitive, day, kind in the form that `ar` asks for, number."""
    if document is None:
        return None
    return {
        "author": document.author,
        "day": document.day,
        "kind": instrumental_of(document.kind),
        "number": document.number,
    }

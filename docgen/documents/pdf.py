"""A `Document` becomes a PDF: PDF/A-3a and PDF/UA-1 in one pass, through Typst."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.model.blocks import Document

__all__ = ["Attachment", "print_pdf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside the PDF. `name` is ASCII without `/`; `description` says in words what it is."""

    name: str
    content: bytes
    media_type: str
    description: str
    relationship: str = "data"


def print_pdf(document: Document, attachments: Sequence[Attachment] = ()) -> bytes:
    """Return the PDF. Same document, same attachments, same version of Typst: the same bytes."""
    raise NotImplementedError

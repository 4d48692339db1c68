"""A `Document` becomes a DOCX, through python-docx."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docgen.model.blocks import Document

__all__ = ["print_docx"]


def print_docx(document: Document) -> bytes:
    """Return the DOCX. Same document, same bytes."""
    raise NotImplementedError

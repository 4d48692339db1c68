"""What a PDF does or hides: limits, active content, hidden layers and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docgen.model.profiles import Limits
    from docgen.model.reasons import Reason
    from docgen.signatures._pyhanko_reader import Document

__all__ = ["check_content", "check_limits"]


def check_limits(document: Document, limits: Limits) -> list[Reason]:
    """Walk all objects of all revisions; return LIMIT (or PARSE) reasons. Call it before anything else is asked."""
    raise NotImplementedError


def check_content(document: Document, limits: Limits) -> list[Reason]:
    """Return ACTIVE and HIDDEN reasons of all revisions; call it after `check_limits` found nothing."""
    raise NotImplementedError

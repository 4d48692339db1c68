"""What each later revision changed, by the cross-reference tables (measured/documents.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.report import Changes

if TYPE_CHECKING:
    from collections.abc import Collection

    from docgen.model.reasons import Reason
    from docgen.signatures._pyhanko_reader import Document, Ref

__all__ = ["RevisionFacts", "check_revisions", "machinery_only"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionFacts:
    """What was added after one signed revision; `reasons` (CHANGED, or HIDDEN for a visible stamp) name the places."""

    changes: Changes
    reasons: list[Reason]


def check_revisions(document: Document, data: bytes, end: int, *, accepted: Collection[Ref]) -> RevisionFacts:
    """Judge everything after the first `end` bytes (`CoverageFacts.end`).

    `accepted` are the signature dictionaries (`/V`) of signatures and document time stamps that were judged and passed.
    """
    raise NotImplementedError


def machinery_only(document: Document, data: bytes, *, accepted: Collection[Ref]) -> bool:
    """Say whether every revision after the first adds only invisible signature machinery."""
    raise NotImplementedError

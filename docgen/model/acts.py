"""What a letter does in the register."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Act"]


class Act(StrEnum):
    """What a letter does in the register. `NONE`: nothing, it is kept on file (a proposal, a power of attorney)."""

    ACCESSION = "accession"
    WITHDRAWAL = "withdrawal"
    COUNCIL_NOTICE = "council-notice"
    NONE = "none"

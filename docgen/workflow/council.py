"""The council of a workspace's register on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.model.council import CouncilMember, council_members
from docgen.workflow.reading import read_register

if TYPE_CHECKING:
    from datetime import date

    from docgen.workspace import Workspace

__all__ = ["read_council"]


def read_council(workspace: Workspace, day: date) -> tuple[CouncilMember, ...]:
    """Return who is in the council on a day. Raises `MismatchError` where a record is not as it was written."""
    book = read_register(workspace, day)
    return council_members(book.state, book.events, book.personal)

"""What is due in a workspace on a day: open tasks, the next sitting, answers to proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.documents.packs import open_pack
from docgen.model.due import Due, announced_sitting, due_list, sitting_due, tasks_of
from docgen.model.notices import open_proposals
from docgen.workflow.reading import read_register
from docgen.workflow.rules import workspace_pack

if TYPE_CHECKING:
    from datetime import date

    from docgen.workspace import Workspace

__all__ = ["read_due"]


def read_due(workspace: Workspace, day: date) -> tuple[Due, ...]:
    """Return what is due on a day, by day. Raises `MismatchError` where a record is not as it was written."""
    book = read_register(workspace, day)
    name, _ = workspace_pack(workspace)
    council = open_pack(workspace, workspace.pack or name).memorandum.council
    state = book.state
    return due_list(
        tasks=tasks_of(book.events, day, book.personal),
        sitting=sitting_due(
            state.sittings,
            since=None if state.in_force is None else state.in_force.day,
            months=None if council is None else council.meets_within_months,
        ),
        last_sitting=max(state.sittings, default=None),
        announced=announced_sitting(book.events, day),
        proposals=open_proposals(book.events, day, months=book.rules.answer_within_months),
    )

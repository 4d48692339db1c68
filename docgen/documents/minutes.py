"""Minutes of a council's sitting: from SITTING.toml to PDF and DOCX with the same words (domain.md §5.3 E).

The author of minutes is the council. A line about the quorum is printed only where the pack configures one; who is in
the council is not checked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.documents.approvals import approver_values, document_values
from docgen.documents.papers import Paper, paper_files
from docgen.documents.sittings import (
    closed,
    council_of,
    office_line,
    presiding,
    read_sitting,
    sitting_stem,
    sitting_values,
)
from docgen.errors import Problem
from docgen.model.council import majority_at, quorum_at
from docgen.model.latvian import Agreement, approved, count_of
from docgen.model.sitting import GUEST, Form, SittingStatus, Voice
from docgen.model.sitting_advice import advice_on_minutes
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docgen.documents.packs import Pack
    from docgen.model.blocks import Document
    from docgen.model.memorandum import Council
    from docgen.model.sitting import Attendance, Sitting, WorkingGroup

__all__ = [
    "advice_for",
    "approval_values",
    "decides_without_quorum",
    "make_minutes",
    "minutes_document",
    "minutes_paper",
    "minutes_title",
    "read_sitting",
]


def make_minutes(sitting: Sitting, pack: Pack, formats: Sequence[str]) -> dict[str, bytes]:
    """Return the files of the minutes by name: `pdf` and `docx`. The same sitting: the same bytes."""
    stem = f"{sitting_stem('minutes', sitting)}-{sitting.status.value}"
    return paper_files(minutes_paper(sitting, pack), stem, formats)


def minutes_title(sitting: Sitting, pack: Pack) -> str:
    """Return the title of the minutes, as the file's properties have it."""
    return f"{council_of(pack).name.genitive} sēdes protokols Nr.\u00a0{sitting.number}"


def minutes_document(sitting: Sitting, pack: Pack) -> Document:
    """Return the minutes as a tree of blocks."""
    return minutes_paper(sitting, pack).document


def minutes_paper(sitting: Sitting, pack: Pack) -> Paper:
    """Return the minutes with all that their templates may print."""
    council = council_of(pack)
    hybrid = sitting.form is Form.HYBRID
    first_opinion = len(sitting.annexes) + 1
    values: dict[str, object] = {
        **sitting_values(sitting, pack),
        "approval": approval_values(sitting),
        "voting": [
            {"side": name, "people": lines} for name, lines in _voting(sitting, council, hybrid=hybrid) if lines
        ],
        "advisory": [_line(one, hybrid=hybrid) for one in sitting.present(Voice.ADVISORY)],
        "guests": [_line(one, hybrid=hybrid) for one in sitting.present(Voice.NONE)],
        "absent": [_line(one, hybrid=hybrid) for one in sitting.absent],
        "quorum": _quorum(sitting, council),
        "groups": [_group(one) for one in sitting.working_groups],
        "tasks": [
            {"label": label, "text": task.text, "responsible": task.responsible, "deadline": task.deadline}
            for label, task in sitting.tasks
        ],
        "opinions": [
            {"number": number, "name": one.name, "item": one.item, "text": one.text}
            for number, one in enumerate(sitting.separate_opinions, start=first_opinion)
        ],
    }
    return Paper(kind="minutes", pack=pack, values=values, day=sitting.day, title=minutes_title(sitting, pack))


def approval_values(sitting: Sitting) -> dict[str, object] | None:
    """Return what the approval block prints; None for a draft."""
    approval = sitting.approval
    if sitting.status is SittingStatus.DRAFT or approval is None:
        return None
    return {
        "word": approved(Agreement.MASCULINE),
        "on": approval.sitting,
        "document": document_values(approval.document),
        "by": approval.by,
        "approvers": approver_values(approval.approvers),
    }


def _line(one: Attendance, *, hybrid: bool) -> str:
    notes = [f"aizstāj: {one.substitute_for}"] if one.substitute_for else []
    notes += [one.reason] if one.reason else []
    notes += ["attālināti"] if one.remote and hybrid else []
    return " ".join([office_line(one.person), *(f"({note})" for note in notes)])


def _voting(sitting: Sitting, council: Council, *, hybrid: bool) -> list[tuple[str, list[str]]]:
    present = sitting.present(Voice.VOTE)
    return [
        (name, [_line(one, hybrid=hybrid) for one in present if one.side == side])
        for side, name in council.sides
        if side != GUEST
    ]


def advice_for(sitting: Sitting, pack: Pack) -> tuple[Problem, ...]:
    """Return what the minutes of a sitting should have, and have not."""
    council = council_of(pack)
    advised = advice_on_minutes(sitting, office_of_chair=presiding(sitting, council).position)
    return (*advised, *_without_majority(sitting, council))


def _without_majority(sitting: Sitting, council: Council) -> Iterator[Problem]:
    """Yield the votes that do not reach the pack's majority; none where it sets none."""
    needed = majority_at(sitting, council)
    for index, item in enumerate(sitting.items):
        for place, decision in enumerate(item.decisions):
            if needed is not None and decision.votes is not None and decision.votes.in_favour < needed:
                message = say("fewer than the majority of the by-laws asks for ({needed}): look at it", needed=needed)
                yield Problem(path=f"items[{index}].decisions[{place}].votes", message=message)


def decides_without_quorum(sitting: Sitting, pack: Pack) -> bool:
    """Whether the sitting took decisions though fewer were present than the pack's quorum; no where it sets none."""
    quorum = quorum_at(sitting, council_of(pack))
    return quorum is not None and bool(sitting.decisions) and not quorum.is_met


def _quorum(sitting: Sitting, council: Council) -> str:
    quorum = quorum_at(sitting, council)
    if quorum is None:
        return ""
    able = "ir lemttiesīga" if quorum.is_met else "nav lemttiesīga"
    members = count_of(quorum.members, "loceklis", "locekļi", "locekļu")
    return f"Padomē ir {members}, piedalās {quorum.present}; padome {able}."


def _group(group: WorkingGroup) -> dict[str, object]:
    return {
        "name": group.name,
        "task": closed(group.task) if group.task else "",
        "item": group.item,
        "head": "" if group.head is None else office_line(group.head, name_first=True).rstrip("."),
        "members": [office_line(one) for one in group.members],
    }

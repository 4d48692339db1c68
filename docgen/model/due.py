"""What is due by when: tasks that the council gave, its next sitting, answers to proposals.

A day that is due still counts in full: what is due is overdue from the day after.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from docgen.model.events import EventType
from docgen.model.replay import effective_events

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from docgen.model.events import Event

__all__ = [
    "Due",
    "DueKind",
    "Proposal",
    "Task",
    "announced_sitting",
    "due_list",
    "months_after",
    "sitting_due",
    "tasks_of",
]

_YEAR_IN_MONTHS = 12
_YEAR = timedelta(days=365)


class DueKind(StrEnum):
    """What is due."""

    TASK = "task"
    SITTING = "sitting"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A decision of the council that somebody carries out. `event` is its number in the register."""

    event: int
    label: str
    text: str
    responsible: str = ""
    deadline: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A proposal that waits for its answer: under which intake number, whose, and by when (clause 5.1)."""

    intake: str
    name: str
    answer_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that is due. `day` is None for a task without a deadline; `source` is an event, a day or an intake."""

    kind: DueKind
    day: date | None
    what: str = ""
    who: str = ""
    source: str = ""

    def is_overdue(self, on: date) -> bool:
        """Whether the day has passed by `on`."""
        return self.day is not None and self.day < on


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def sitting_due(sittings: Iterable[date], *, since: date | None, months: int | None) -> date | None:
    """Return the last day on which a sitting still keeps to the memorandum; None where nothing asks for one.

    `months` is the interval that the pack sets, `since` the day on which the memorandum took effect: from it the first
    interval counts. The text of clause 11, "at least once a year", does not say which year is meant; a year is over
    when neither the calendar year nor the last 365 days has a sitting (domain.md R-CNL-2): 365 days after the last one.
    """
    last = max(sittings, default=since)
    if last is None or months is None:
        return None
    return last + _YEAR if months == _YEAR_IN_MONTHS else months_after(last, months)


def announced_sitting(events: Iterable[Event], as_of: date) -> date | None:
    """Return the day that the last sitting announced for the next one; None where it named none, or it has passed."""
    held = [
        event
        for event in effective_events(events)
        if event.type is EventType.SITTING_HELD and event.effective_on <= as_of
    ]
    named = held[-1].data.get("next") if held else None
    day = date.fromisoformat(named) if named else None
    return day if day is not None and day >= as_of else None


def tasks_of(events: Iterable[Event], as_of: date, personal: Mapping[str, Mapping[str, Any]]) -> tuple[Task, ...]:
    """Return the tasks that are open on a day, in the order in which they were given.

    A decision falls with its sitting: where the sitting's event is void, its decisions count no more. A task is done
    from the day that a correction sets as its `done_on`. `personal` has the values behind the events' digests.
    """
    counted = [event for event in effective_events(events) if event.effective_on <= as_of]
    held = {event.seq for event in counted if event.type is EventType.SITTING_HELD}
    return tuple(
        _task(event, personal)
        for event in counted
        if event.type is EventType.DECISION_TAKEN
        and event.data.get("held") in held
        and event.data.get("task") is True
        and not _done_by(event, as_of)
    )


def _done_by(event: Event, day: date) -> bool:
    done = event.data.get("done_on")
    return done is not None and date.fromisoformat(done) <= day


def _task(event: Event, personal: Mapping[str, Mapping[str, Any]]) -> Task:
    data = event.data
    deadline = data.get("deadline")
    return Task(
        event=event.seq,
        label=str(data.get("label", "")),
        text=str(data.get("text", "")),
        responsible=str(personal.get(str(data.get("personal", "")), {}).get("responsible", "")),
        deadline=None if deadline is None else date.fromisoformat(deadline),
    )


def due_list(
    *,
    tasks: Sequence[Task],
    sitting: date | None,
    last_sitting: date | None,
    announced: date | None = None,
    proposals: Sequence[Proposal] = (),
) -> tuple[Due, ...]:
    """Return all that is due, by day; what has no deadline stands last.

    Of a sitting, `source` is the day of the last one and `what` the day that is announced for the next one.
    """
    due = [
        Due(
            kind=DueKind.TASK,
            day=task.deadline,
            what=f"{task.label} {task.text}".strip(),
            who=task.responsible,
            source=str(task.event),
        )
        for task in tasks
    ]
    due += [
        Due(kind=DueKind.ANSWER, day=proposal.answer_due, who=proposal.name, source=proposal.intake)
        for proposal in proposals
    ]
    if sitting is not None:
        last = "" if last_sitting is None else last_sitting.isoformat()
        following = "" if announced is None else announced.isoformat()
        due.append(Due(kind=DueKind.SITTING, day=sitting, what=following, source=last))
    return tuple(sorted(due, key=lambda one: (one.day or date.max, one.kind, one.source)))

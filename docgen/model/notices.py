"""What the secretariat sent about what arrived, and what it still owes: answers to proposals. Pure.

An answer to a proposal, with its reasons, is promised by the memorandum (clause 5.1); the term is that of the Law on
Submissions, section 5 paragraph 3: a calendar month from receipt, to the end of that day in Riga.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.calendar import add_months
from docgen.model.events import EventType, instant_from_text
from docgen.model.moments import riga_day
from docgen.model.replay import effective_events

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from docgen.model.events import Event

__all__ = ["ANSWER", "IN_FORCE", "NOTICE_KINDS", "PROPOSAL", "RECEIPT", "RETURN", "Proposal", "notices_of", "proposals"]

RECEIPT, RETURN, IN_FORCE, ANSWER = "receipt", "return", "in-force", "answer"
NOTICE_KINDS = (RECEIPT, RETURN, IN_FORCE, ANSWER)
PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A registered proposal: whose it is, when it came, until when it is to be answered, and when it was."""

    intake: str
    organisation: str
    name: str
    received_on: date
    due_on: date
    answered_on: date | None = None

    def is_overdue(self, day: date) -> bool:
        """Whether it waits on a day after the last one of its term."""
        return self.answered_on is None and self.due_on < day


def notices_of(events: Iterable[Event], intake: str) -> tuple[Event, ...]:
    """Return the notices that were sent about an arrival, corrected, in the order of their days."""
    return tuple(
        event
        for event in effective_events(events)
        if event.type is EventType.NOTICE_SENT and event.data.get("intake") == intake
    )


def proposals(events: Iterable[Event], day: date, *, months: int) -> tuple[Proposal, ...]:
    """Return the proposals received up to a day, as they stand then, those due first before the others.

    A proposal is answered once an answer to it was sent up to that day.
    """
    counted = [event for event in effective_events(events) if event.effective_on <= day]
    answered: dict[str, date] = {}
    for event in counted:
        if event.type is EventType.NOTICE_SENT and event.data.get("kind") == ANSWER:
            answered.setdefault(str(event.data.get("intake")), event.effective_on)
    found = [
        Proposal(
            intake=event.intake or "",
            organisation=event.organisation or "",
            name=str(event.data.get("name", "")),
            received_on=_received(event),
            due_on=add_months(_received(event), months),
            answered_on=answered.get(event.intake or ""),
        )
        for event in counted
        if event.type is EventType.LETTER_FILED and event.data.get("kind") == PROPOSAL
    ]
    return tuple(sorted(found, key=lambda one: (one.due_on, one.intake)))


def _received(event: Event) -> date:
    received = event.data.get("received_at")
    return event.effective_on if received is None else riga_day(instant_from_text(received))

"""What the secretariat sent about what arrived, and what it still owes: answers to proposals. Pure.

An answer to a proposal, with its reasons, is promised by the memorandum (clause 5.1); the term is that of the Law on
Submissions, section 5 paragraph 3: a calendar month from receipt, to the end of that day in Riga.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.model.due import Proposal, months_after
from docgen.model.events import EventType, instant_from_text
from docgen.model.moments import riga_day
from docgen.model.replay import effective_events

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from docgen.model.events import Event

__all__ = [
    "ANSWER",
    "IN_FORCE",
    "NOTICE_KINDS",
    "PROPOSAL",
    "RECEIPT",
    "RETURN",
    "answer_due",
    "is_proposal",
    "notices_of",
    "open_proposals",
]

RECEIPT, RETURN, IN_FORCE, ANSWER = "receipt", "return", "in-force", "answer"
NOTICE_KINDS = (RECEIPT, RETURN, IN_FORCE, ANSWER)
PROPOSAL = "proposal"


def notices_of(events: Iterable[Event], intake: str) -> tuple[Event, ...]:
    """Return the notices that were sent about an arrival, corrected, in the order of their days."""
    return tuple(
        event
        for event in effective_events(events)
        if event.type is EventType.NOTICE_SENT and event.data.get("intake") == intake
    )


def open_proposals(events: Iterable[Event], day: date, *, months: int) -> tuple[Proposal, ...]:
    """Return the registered proposals that wait for their answer on a day, each with the last day of its term.

    A proposal is answered once an answer to it was sent up to that day.
    """
    counted = [event for event in effective_events(events) if event.effective_on <= day]
    answered = {
        event.data.get("intake")
        for event in counted
        if event.type is EventType.NOTICE_SENT and event.data.get("kind") == ANSWER
    }
    return tuple(
        Proposal(
            intake=event.intake or "",
            name=str(event.data.get("name", "")),
            answer_due=answer_due(event, months),
        )
        for event in counted
        if is_proposal(event) and event.intake not in answered
    )


def is_proposal(event: Event) -> bool:
    """Whether an event is the registration of a proposal."""
    return event.type is EventType.LETTER_FILED and event.data.get("kind") == PROPOSAL


def answer_due(event: Event, months: int) -> date:
    """Return the last day on which a registered proposal is answered in time."""
    received = event.data.get("received_at")
    return months_after(
        event.effective_on if received is None else riga_day(instant_from_text(received)),
        months,
    )

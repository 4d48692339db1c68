"""From a letter to the events that register it. Pure: the caller says who, when, and what the register holds already.

docgen registers and never approves: the memorandum knows no approval of an accession (domain.md R-ACC-1). An accession
gives no council seat (R-ACC-3) unless the letter says so in its separate statement; then two events are recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docgen.model.events import Draft, EventType, Evidence
from docgen.model.recognition import Act
from docgen.model.replay import effective_events, reached_threshold, replay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from docgen.model.events import Event

__all__ = ["Registration", "Rules", "entry_into_force", "events_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a memorandum says about the register, as its pack gives it; None where it says nothing.

    `mode` is `letter`, `round` or `delegate`, `effective` is `received` or `signed`, `counts` `acceded` or `members`.
    """

    mode: str = "letter"

    effective: str = "received"
    signing_rights: str = "clerk"
    threshold: int | None = None
    counts: str = "acceded"
    in_force_clause: str | None = None
    predecessor: Mapping[str, Any] | None = None
    answer_within_months: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A letter that a named person accepts. `data` goes into its event, `seat_data` into the council's."""

    act: Act
    organisation: str
    effective_on: date
    intake: str
    by: str
    at: datetime
    why: str = ""
    wish: str | None = None
    evidence: tuple[Evidence, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    seat_data: Mapping[str, Any] = field(default_factory=dict)

    def draft(self, type_: EventType, data: Mapping[str, Any]) -> Draft:
        """Return one fact of this registration."""
        return Draft(
            type=type_,
            organisation=self.organisation,
            effective_on=self.effective_on,
            recorded_at=self.at,
            by=self.by,
            why=self.why,
            evidence=self.evidence,
            intake=self.intake,
            data=data,
        )


def events_of(letter: Registration, events: Sequence[Event]) -> list[Draft]:
    """Return the facts that a letter brings, in the order in which they are recorded."""
    match letter.act:
        case Act.ACCESSION:
            drafts = [letter.draft(EventType.ACCESSION, letter.data)]
            if letter.wish == "yes":
                drafts.append(letter.draft(EventType.COUNCIL_JOINED, letter.seat_data))
            return drafts
        case Act.WITHDRAWAL:
            return [letter.draft(EventType.WITHDRAWAL, letter.data)]
        case Act.COUNCIL_NOTICE:
            return [letter.draft(_council_event(letter, events), {**letter.data, **letter.seat_data})]
        case Act.NONE:
            return [letter.draft(EventType.LETTER_FILED, letter.data)]


def _council_event(letter: Registration, events: Sequence[Event]) -> EventType:
    """Return what a council notice is; one that takes a seat anew changes who represents the organisation there."""
    match letter.wish:
        case "no":
            return EventType.COUNCIL_LEFT
        case "change" | "recall":
            return EventType.COUNCIL_CHANGED
        case _:
            seated = replay(events, letter.effective_on, before=letter.intake).seat(letter.organisation) is not None
            return EventType.COUNCIL_CHANGED if seated else EventType.COUNCIL_JOINED


def entry_into_force(rules: Rules, events: Sequence[Event], letter: Registration) -> list[Draft]:
    """Return the facts of entry into force, if the events (the letter's own included) bring it about now.

    It is recorded once, by the clerk whose decision brought the organisation that was missing, for the day on which
    that many had acceded; the predecessor lapses with it (clauses 15 and 18). Nothing undoes it but a correction.
    """
    if rules.threshold is None or any(event.type is EventType.IN_FORCE for event in effective_events(events)):
        return []
    reached = reached_threshold(events, threshold=rules.threshold, counts=rules.counts)
    if reached is None:
        return []
    day, organisations = reached
    data: dict[str, Any] = {"organisations": list(organisations), "threshold": rules.threshold}
    if rules.in_force_clause is not None:
        data["clause"] = rules.in_force_clause

    def fact(type_: EventType, data: Mapping[str, Any]) -> Draft:
        return Draft(type=type_, effective_on=day, recorded_at=letter.at, by=letter.by, intake=letter.intake, data=data)

    drafts = [fact(EventType.IN_FORCE, data)]
    if rules.predecessor is not None:
        drafts.append(fact(EventType.PREDECESSOR_LAPSED, rules.predecessor))
    return drafts

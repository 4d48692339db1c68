"""Erasing personal values: those of one arrival or organisation, or who is responsible for a decision of the council.

Of an arrival: contacts, representatives and the letter's data. The chain of events holds only their salted digests and
stays valid. What the letters in `signed/` say is evidence and is not touched; the log keeps who signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.errors import UsageError
from docgen.model.events import EventType, instant_to_text
from docgen.model.replay import effective_events
from docgen.model.text import say
from docgen.register.events import load_events
from docgen.register.intake import all_arrivals, all_decisions, bound_to
from docgen.register.personal import erase_personal, personal_value
from docgen.workflow.register import written_by, written_reason

if TYPE_CHECKING:
    from datetime import datetime

    from docgen.database import Connection, Database

__all__ = ["Erasable", "erasable", "erase"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasable:
    """What would be erased, by digest: data of letters, and contacts and representatives that events name."""

    what: str
    letters: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many values."""
        return len(self.letters) + len(self.values)


def erasable(database: Database, what: str) -> Erasable:
    """Return what is kept of an intake number or an organisation.

    Raises `UsageError` where the register does not know it, where nothing (or nothing more) is kept, and where an
    arrival of it waits for a decision: registering needs what its letter says.
    """
    with database.reading() as connection:
        return _erasable(connection, what)


def erase(database: Database, what: str, *, by: str, at: datetime, why: str) -> Erasable:
    """Erase it for good in one transaction, recording who did so and why; return what was erased.

    Raises `UsageError` as `erasable` does, and where name or reason is missing. Nothing is erased then.
    """
    by, why = written_by(by), written_reason(why)
    if not why:
        raise UsageError(say("an erasure needs a reason"), say("Say why with: --why TEXT"))
    with database.writing() as connection:
        found = _erasable(connection, what)
        act = {"what": what, "by": by, "at": instant_to_text(at), "why": why}
        erase_personal(connection, (*found.letters, *found.values), act)
    database.forget_erased()
    return found


def _erasable(connection: Connection, what: str) -> Erasable:
    # A decision of the council belongs to no organisation and came by no letter: it is named by its own number. Whose
    # letter it was says a correction, where there is one.
    recorded = load_events(connection)
    corrected = {event.seq: event for event in effective_events(recorded)}
    events = [
        event
        for event in (corrected.get(event.seq, event) for event in recorded)
        if what in {event.intake, event.organisation}
        or (what == str(event.seq) and event.type is EventType.DECISION_TAKEN)
    ]
    intakes = {event.intake for event in events}
    arrivals = [
        arrival
        for arrival in all_arrivals(connection)
        if what in {arrival.intake, arrival.fields["recognised"].get("organisation")} or arrival.intake in intakes
    ]
    if not events and not arrivals:
        raise UsageError(
            say("the register has nothing named “{what}”", what=what),
            say("Give an intake number, a registration number or an event's number; see: docgen register list --all"),
        )
    decided = all_decisions(connection)
    waiting = [
        arrival.intake
        for arrival in arrivals
        if arrival.intake not in decided
        and arrival.duplicate_of is None
        and bound_to(connection, arrival.keys) is None
        and "letter" in arrival.fields
    ]
    if waiting:
        raise UsageError(
            say("{intakes} waits for a decision, which needs what the letter says", intakes=", ".join(waiting)),
            say("Decide first: docgen register decide {intake} accept|refuse --by NAME", intake=waiting[0]),
        )
    letters = [arrival.fields["letter"] for arrival in arrivals if "letter" in arrival.fields]
    values = [event.data[key] for event in events for key in ("personal", "representation") if key in event.data]
    found = Erasable(what=what, letters=_kept(connection, letters), values=_kept(connection, values))
    if not found.count:
        raise UsageError(
            say("nothing personal is kept of {what}", what=what), say("See: docgen register show {what}", what=what)
        )
    return found


def _kept(connection: Connection, digests: list[str]) -> tuple[str, ...]:
    return tuple(digest for digest in dict.fromkeys(digests) if personal_value(connection, digest) is not None)

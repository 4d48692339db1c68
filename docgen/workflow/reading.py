"""Reading a workspace's register: one consistent view of events, state, arrivals and decisions; and its audit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from docgen.database import open_database
from docgen.errors import MismatchError
from docgen.model.moments import riga_day
from docgen.model.reasons import Decision, decision_of
from docgen.model.replay import RegisterState, effective_events, event_order, reached_threshold, replay
from docgen.model.text import say
from docgen.register.audit import AuditReport, Finding, audit_records
from docgen.register.events import load_events
from docgen.register.intake import Arrival, all_arrivals, all_decisions
from docgen.register.personal import personal_value
from docgen.workflow.rules import rules_of_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docgen.database import Connection
    from docgen.model.decisions import Rules
    from docgen.model.events import Event
    from docgen.workspace import Workspace

__all__ = ["Book", "audit_register", "read_register"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The register as of a day. `events` are all that is recorded; the state counts those of the day and before.

    `arrivals` are those of the day and before; `decisions` all that are recorded about them. `personal` has the values
    behind the digests that events name, as far as they were not erased.
    """

    as_of: date
    events: tuple[Event, ...]
    state: RegisterState
    arrivals: tuple[Arrival, ...]
    decisions: Mapping[str, Mapping[str, Any]]
    rules: Rules
    personal: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def counted(self) -> list[Event]:
        """The events with `effective_on` up to the day, in the order in which they count, corrections among them."""
        return sorted((event for event in self.events if event.effective_on <= self.as_of), key=event_order)

    @property
    def waiting(self) -> list[Arrival]:
        """The arrivals that nobody has decided and that no registered letter answers."""
        return [
            arrival
            for arrival in self.arrivals
            if arrival.intake not in self.decisions and self.answer(arrival) is None
        ]

    def answer(self, arrival: Arrival) -> str | None:
        """Return the number under which an undecided arrival's letter is registered, so that nothing is to decide.

        None also for bytes that are to be refused: they are, whatever letter they resemble.
        """
        if arrival.duplicate_of is not None:
            return arrival.duplicate_of
        if arrival.intake in self.decisions or decision_of(arrival.reasons) is Decision.REFUSE:
            return None
        bound = {_key(key): intake for intake, fields in self.decisions.items() for key in fields["bound"]}
        return next((bound[key.kind, key.value] for key in arrival.keys if (key.kind, key.value) in bound), None)

    def history_of(self, organisation: str) -> list[Event]:
        """Return the events of `counted` that name an organisation, or that a correction says are its."""
        given = {event.seq for event in effective_events(self.events) if event.organisation == organisation}
        return [
            event
            for event in self.counted
            if event.organisation == organisation or event.seq in given or event.data.get("corrects") in given
        ]

    def standing_of(self, organisation: str) -> list[Event]:
        """Return the events of an organisation that stand on the day, corrected, in the order in which they count."""
        return [
            event
            for event in effective_events(self.events)
            if event.organisation == organisation and event.effective_on <= self.as_of
        ]

    def letters_of(self, organisation: str) -> list[Arrival]:
        """Return the arrivals that say they are an organisation's, and those by which its events were registered."""
        events = (*self.events, *effective_events(self.events))
        registered = {event.intake for event in events if event.organisation == organisation}
        return [
            arrival
            for arrival in self.arrivals
            if arrival.intake in registered or arrival.fields["recognised"].get("organisation") == organisation
        ]


def _key(stored: Mapping[str, str]) -> tuple[str, str]:
    return stored["kind"], stored["value"]


def read_register(workspace: Workspace, as_of: date) -> Book:
    """Read the register. Raises `MismatchError` where a record is not as it was written."""
    with open_database(workspace.database_url) as database, database.reading() as connection:
        events = tuple(load_events(connection))
        return Book(
            as_of=as_of,
            events=events,
            state=replay(events, as_of),
            arrivals=tuple(one for one in all_arrivals(connection) if riga_day(one.received_at) <= as_of),
            decisions=all_decisions(connection),
            rules=rules_of_workspace(workspace),
            personal=_personal(connection, events),
        )


def _personal(connection: Connection, events: Sequence[Event]) -> dict[str, Mapping[str, Any]]:
    named = {event.data[key] for event in events for key in ("personal", "representation") if key in event.data}
    values = {digest: personal_value(connection, digest) for digest in sorted(named)}
    return {digest: value for digest, value in values.items() if value is not None}


def audit_register(workspace: Workspace, as_of: date) -> AuditReport:
    """Audit records and evidence, and hold the recorded entry into force against the memorandum's own rule."""
    with open_database(workspace.database_url) as database, database.reading() as connection:
        report = audit_records(connection, workspace.signed)
        try:
            events = load_events(connection)
        except MismatchError:
            # Named already; what rests on a broken chain is not judged.
            return report
    note = _entry_into_force(rules_of_workspace(workspace), events, as_of)
    return report if note is None else replace(report, notes=(*report.notes, note))


def _entry_into_force(rules: Rules, events: list[Event], as_of: date) -> Finding | None:
    """Say where letters accepted late would have given another day; only a correction changes the recorded one."""
    if rules.threshold is None:
        return None
    reached = reached_threshold(events, threshold=rules.threshold, counts=rules.counts)
    state = replay(events, date.max)
    recorded = state.in_force
    if recorded is None:
        if reached is None or reached[0] > as_of:
            return None
        return Finding(
            subject="in-force", message=say("is not recorded, though reached on {day}", day=reached[0].isoformat())
        )
    if reached is not None and reached[0] == recorded.day:
        return None
    by_rule = "-" if reached is None else reached[0].isoformat()
    return Finding(
        subject=f"event {recorded.event}",
        message=say(
            "records entry into force on {day}; by the letters registered since it would be {other}",
            day=recorded.day.isoformat(),
            other=by_rule,
        ),
    )

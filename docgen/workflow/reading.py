"""Reading a workspace's register: one consistent view of events, state, arrivals and decisions; and its audit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from docgen.database import open_database
from docgen.errors import MismatchError
from docgen.model.replay import RegisterState, event_order, reached_threshold, replay
from docgen.model.text import say
from docgen.register.audit import AuditReport, Finding, audit_records
from docgen.register.events import load_events
from docgen.register.intake import Arrival, all_arrivals, all_decisions
from docgen.workflow.rules import rules_of_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docgen.model.decisions import Rules
    from docgen.model.events import Event
    from docgen.workspace import Workspace

__all__ = ["Book", "audit_register", "read_register"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The register as of a day. `events` are all that is recorded; the state counts those of the day and before."""

    as_of: date
    events: tuple[Event, ...]
    state: RegisterState
    arrivals: tuple[Arrival, ...]
    decisions: Mapping[str, Mapping[str, Any]]
    rules: Rules

    @property
    def counted(self) -> list[Event]:
        """The events with `effective_on` up to the day, in the order in which they count, corrections among them."""
        return sorted((event for event in self.events if event.effective_on <= self.as_of), key=event_order)

    @property
    def waiting(self) -> list[Arrival]:
        """The arrivals that nobody has decided and that no registered letter answers."""
        answered = {key for fields in self.decisions.values() for key in map(_key, fields["bound"])}
        return [
            arrival
            for arrival in self.arrivals
            if arrival.intake not in self.decisions
            and arrival.duplicate_of is None
            and not answered & {(key.kind, key.value) for key in arrival.keys}
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
            arrivals=tuple(all_arrivals(connection)),
            decisions=all_decisions(connection),
            rules=rules_of_workspace(workspace),
        )


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

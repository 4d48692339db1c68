"""Corrections: an event is never changed; a named person records what is wrong with it, as a new event.

A correction voids an event, or sets its day, its organisation or its name. Entry into force, once recorded, changes
only so (formats.md §6).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError
from docgen.model.events import Draft, Event, EventType
from docgen.model.moments import riga_day
from docgen.model.text import say
from docgen.register.events import append_events, load_events
from docgen.workflow.register import written_by, written_reason
from docgen.workflow.rules import checked_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from docgen.database import Database

__all__ = ["correct"]


def correct(
    database: Database, seq: int, *, by: str, at: datetime, why: str, changes: Mapping[str, str] | None = None
) -> Event:
    """Record a correction of event `seq`: void without `changes`, else `effective_on`, `organisation`, `name` anew.

    Raises `UsageError` where there is no such event, where a correction itself is to be changed (void it instead),
    where a value is none, or where name or reason is missing.
    """
    by, why = written_by(by), written_reason(why)
    if not why:
        raise UsageError(say("a correction needs a reason"), say("Say why with: --why TEXT"))
    with database.writing() as connection:
        events = load_events(connection)
        target = next((event for event in events if event.seq == seq), None)
        if target is None:
            raise UsageError(say("there is no event {seq}", seq=seq), say("See: docgen register history"))
        if target.type is EventType.CORRECTION and changes:
            raise UsageError(
                say("event {seq} is a correction", seq=seq),
                say("Void it with: --void, and correct the first event anew."),
            )
        data: dict[str, Any] = {"corrects": seq} | ({"set": _set(changes)} if changes else {"void": True})
        draft = Draft(
            type=EventType.CORRECTION,
            organisation=target.organisation,
            effective_on=riga_day(at),
            recorded_at=at,
            by=by,
            why=why,
            data=data,
        )
        return append_events(connection, [draft])[0]


def _set(changes: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in changes.items():
        match key:
            case "effective_on":
                try:
                    values[key] = date.fromisoformat(value).isoformat()
                except ValueError as exc:
                    raise UsageError(say("“{text}” is no day", text=value), say("Write it as in 2026-11-20.")) from exc
            case "organisation":
                values[key] = checked_number(value)
            case "name" if value.strip():
                values["data"] = {"name": value.strip()}
            case _:
                raise UsageError(
                    say("“{key}” cannot be set", key=key),
                    say("Set effective_on, organisation or name, as in name=TEXT."),
                )
    return values

"""Views of a register state for other programs: plain values, JSON, CSV. They add nothing to the state."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docgen.model.events import Event
    from docgen.model.replay import RegisterState

__all__ = ["csv_of", "event_rows", "member_rows", "state_as_json"]

# What a spreadsheet would take for the beginning of a formula (security.md 4.7; OWASP, CSV Injection), in every width,
# after whatever it passes over; a tab or a line end alone is guarded too.
_FORMULA = r"[=+\-@\u2212\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b]"
_PASSED_OVER = r"[\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*"
_BEGINS_FORMULA = re.compile(rf"[\t\r\n]|{_PASSED_OVER}{_FORMULA}")
# In Latvia a spreadsheet parts cells at semicolons, whatever stands in quotation marks after a comma.
_FORMULA_WITHIN = re.compile(rf"(?<=[;\t\r\n])(?={_PASSED_OVER}{_FORMULA})")


def member_rows(state: RegisterState) -> list[dict[str, Any]]:
    """Return the rows of the member annex, withdrawn members included, in the order of accession."""
    seats = {seat.accession: seat for seat in state.seats}
    rows: list[dict[str, Any]] = []
    for number, row in enumerate(state.memberships, start=1):
        seat = seats.get(row.accession)
        rows.append(
            {
                "number": number,
                "name": row.name,
                "registration_number": row.organisation,
                "acceded_on": row.acceded_on.isoformat(),
                "withdrawn_on": None if row.withdrawn_on is None else row.withdrawn_on.isoformat(),
                "council_since": None if seat is None else seat.joined_on.isoformat(),
                "council_until": None if seat is None or seat.left_on is None else seat.left_on.isoformat(),
                "intake": row.intake,
            }
        )
    return rows


def event_rows(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return one flat row for each event, in the order of recording; nothing personal stands in an event."""
    return [
        {
            "seq": event.seq,
            "type": event.type.value,
            "effective_on": event.effective_on.isoformat(),
            "organisation": event.organisation,
            "name": event.data.get("name"),
            "intake": event.intake,
            "recorded_at": event.as_json()["recorded_at"],
            "by": event.by,
            "why": event.why,
            "hash": event.hash,
        }
        for event in events
    ]


def state_as_json(state: RegisterState, events: Sequence[Event]) -> dict[str, Any]:
    """Return the state and the events that it rests on as one JSON value (`docgen-register/1`)."""
    head = events[-1] if events else None
    in_force = state.in_force
    return {
        "schema": "docgen-register/1",
        "as_of": state.as_of.isoformat(),
        "head": None if head is None else {"seq": head.seq, "hash": head.hash},
        "in_force": None
        if in_force is None
        else {
            "since": in_force.day.isoformat(),
            "organisations": list(in_force.organisations),
            "event": in_force.event,
        },
        "predecessor_lapsed_on": None
        if state.predecessor_lapsed_on is None
        else state.predecessor_lapsed_on.isoformat(),
        "members": member_rows(state),
        "events": [event.as_json() for event in events],
    }


def csv_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV (RFC 4180, a heading, line ends CRLF).

    What a spreadsheet would run as a formula gets an apostrophe before it: a text that begins as one, and what does
    after a semicolon, a tab or a line end.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows([[_cell(row[column]) for column in columns] for row in rows])
    return target.getvalue()


def _cell(value: object) -> str:
    text = _FORMULA_WITHIN.sub("'", "" if value is None else str(value))
    return f"'{text}" if _BEGINS_FORMULA.match(text) else text

"""The intake log: every file that arrives, what was found, and what a named person decided about it.

Numbers are `2026-0007`: the year of receipt in Riga and a running number, taken under the writers' lock, never used
twice. Records are append-only; each carries the digest of its canonical bytes, which `audit` computes again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from docgen.database import arrivals, decisions, keys
from docgen.errors import MismatchError
from docgen.model.canonical import canonical_json
from docgen.model.events import instant_from_text, instant_to_text, intake_order
from docgen.model.moments import riga_day
from docgen.model.reasons import Reason, ReasonCode
from docgen.model.recognition import MilderReason
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

__all__ = [
    "Arrival",
    "ReplayKey",
    "all_arrivals",
    "all_decisions",
    "bind_keys",
    "bound_to",
    "find_arrival",
    "find_decision",
    "log_arrival",
    "next_intake",
    "reason_as_json",
    "record_decision",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayKey:
    """What tells that a letter comes again: `file`, `signed` (the signed bytes' digest) or `reference`."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One record of the log: its number and its fields as stored, plain JSON."""

    intake: str
    fields: Mapping[str, Any]

    @property
    def received_at(self) -> datetime:
        """When it arrived: the moment at which its signatures were judged."""
        return instant_from_text(self.fields["received_at"])

    @property
    def duplicate_of(self) -> str | None:
        """The number of the registered letter that this file repeats."""
        value: str | None = self.fields.get("duplicate_of")
        return value

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it was not simply in order when it arrived."""
        return tuple(_reason_from(item) for item in self.fields["reasons"])

    @property
    def keys(self) -> tuple[ReplayKey, ...]:
        """What would tell this letter when it comes again."""
        return tuple(ReplayKey(kind=key["kind"], value=key["value"]) for key in self.fields["keys"])


def reason_as_json(reason: Reason) -> dict[str, Any]:
    """Return a reason as it is stored: its sentences stay messages, so that they can be read in any language."""
    stored: dict[str, Any] = {
        "code": reason.code.value,
        "message": _message_as_json(reason.message),
        "where": reason.where,
        "by_validity": reason.by_validity,
        "milder": isinstance(reason, MilderReason),
    }
    if reason.hint is not None:
        stored["hint"] = _message_as_json(reason.hint)
    return stored


def _reason_from(stored: Mapping[str, Any]) -> Reason:
    kind = MilderReason if stored["milder"] else Reason
    return kind(
        code=ReasonCode(stored["code"]),
        message=_message_from(stored["message"]),
        where=stored["where"],
        hint=_message_from(stored["hint"]) if "hint" in stored else None,
        by_validity=stored["by_validity"],
    )


def _message_as_json(message: Message) -> dict[str, Any]:
    values = {name: _message_as_json(value) if isinstance(value, Message) else value for name, value in message.values}
    stored: dict[str, Any] = {"text": message.text, "values": values}
    if message.plural is not None and message.count is not None:
        stored |= {"plural": message.plural, "count": message.count}
    return stored


def _message_from(stored: Mapping[str, Any]) -> Message:
    values = {
        name: _message_from(value) if isinstance(value, dict) else value for name, value in stored["values"].items()
    }
    return Message(
        text=stored["text"],
        values=tuple(sorted(values.items())),
        plural=stored.get("plural"),
        count=stored.get("count"),
    )


def log_arrival(connection: sa.Connection, received_at: datetime, fields: Mapping[str, Any]) -> Arrival:
    """Give the next number of the year of receipt and record the arrival under it, in the caller's transaction."""
    intake = next_intake(connection, received_at)
    year, number = intake_order(intake)
    stored = {**fields, "intake": intake, "received_at": instant_to_text(received_at)}
    connection.execute(arrivals.insert().values(year=year, number=number, **_sealed(stored)))
    return Arrival(intake=intake, fields=stored)


def next_intake(connection: sa.Connection, received_at: datetime) -> str:
    """Return the number that the next arrival of that year gets, in the caller's transaction."""
    year = riga_day(received_at).year
    last = connection.scalar(sa.select(sa.func.max(arrivals.c.number)).where(arrivals.c.year == year)) or 0
    return f"{year:04d}-{last + 1:04d}"


def record_decision(connection: sa.Connection, intake: str, fields: Mapping[str, Any]) -> None:
    """Record the one decision about an arrival, in the caller's transaction."""
    year, number = intake_order(intake)
    connection.execute(decisions.insert().values(year=year, number=number, **_sealed({**fields, "intake": intake})))


def _sealed(fields: Mapping[str, Any]) -> dict[str, str]:
    body = canonical_json(dict(fields))
    return {"digest": hashlib.sha256(body).hexdigest(), "body": body.decode()}


def find_arrival(connection: sa.Connection, intake: str) -> Arrival | None:
    """Return the record of an arrival. Raises `MismatchError` where it is not as it was recorded."""
    fields = _find(connection, arrivals, intake)
    return None if fields is None else Arrival(intake=intake, fields=fields)


def find_decision(connection: sa.Connection, intake: str) -> Mapping[str, Any] | None:
    """Return the decision about an arrival; None while it is open."""
    return _find(connection, decisions, intake)


def _find(connection: sa.Connection, table: sa.Table, intake: str) -> Mapping[str, Any] | None:
    year, number = intake_order(intake)
    query = sa.select(table.c.digest, table.c.body).where(table.c.year == year, table.c.number == number)
    row = connection.execute(query).first()
    return None if row is None else _opened(intake, row.digest, row.body)


def _opened(intake: str, digest: str, body: str) -> Mapping[str, Any]:
    # The database may hold a value of another type than text.
    if not isinstance(body, str) or hashlib.sha256(body.encode()).hexdigest() != digest:
        raise MismatchError(
            say("the record of intake {intake} is not as it was written", intake=intake),
            say("Change nothing. See all that differs with: docgen register audit"),
        )
    fields: Mapping[str, Any] = json.loads(body)
    return fields


def all_arrivals(connection: sa.Connection) -> list[Arrival]:
    """Return the whole log in the order of numbers."""
    rows = connection.execute(sa.select(arrivals).order_by(arrivals.c.year, arrivals.c.number))
    numbered = [(f"{row.year:04d}-{row.number:04d}", row) for row in rows]
    return [Arrival(intake=intake, fields=_opened(intake, row.digest, row.body)) for intake, row in numbered]


def all_decisions(connection: sa.Connection) -> dict[str, Mapping[str, Any]]:
    """Return all decisions by intake number."""
    rows = connection.execute(sa.select(decisions).order_by(decisions.c.year, decisions.c.number))
    numbered = [(f"{row.year:04d}-{row.number:04d}", row) for row in rows]
    return {intake: _opened(intake, row.digest, row.body) for intake, row in numbered}


def bound_to(connection: sa.Connection, wanted: Iterable[ReplayKey]) -> str | None:
    """Return the number of the registered letter that any of the keys tells; None where none does."""
    for key in wanted:
        query = sa.select(keys.c.intake).where(keys.c.kind == key.kind, keys.c.value == key.value)
        intake = connection.scalar(query)
        if intake is not None:
            return str(intake)
    return None


def bind_keys(connection: sa.Connection, intake: str, bound: Iterable[ReplayKey]) -> None:
    """Bind the keys of a letter that is being registered; the database refuses a key that is bound already."""
    rows = [{"kind": key.kind, "value": key.value, "intake": intake} for key in dict.fromkeys(bound)]
    if rows:
        connection.execute(keys.insert(), rows)

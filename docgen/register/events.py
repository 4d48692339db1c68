"""The event store: events are appended in the caller's transaction, and read back only if their chain holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from docgen.database import events as table
from docgen.errors import MismatchError
from docgen.model.events import Draft, Event, chain, event_from_body
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["append_events", "load_events"]


def append_events(connection: sa.Connection, drafts: Sequence[Draft]) -> tuple[Event, ...]:
    """Append facts behind the head of the chain, in their order, inside the transaction of `connection`.

    The transaction must hold the writers' lock (`Database.writing`), so that the head cannot move under it.
    """
    last = connection.execute(sa.select(table.c.hash, table.c.body).order_by(table.c.seq.desc()).limit(1)).first()
    head = None if last is None else _read(last.hash, last.body, None)
    recorded: list[Event] = []
    for draft in drafts:
        head = chain(draft, after=head)
        recorded.append(head)
    if recorded:
        connection.execute(
            table.insert(),
            [{"seq": event.seq, "hash": event.hash, "body": event.body.decode()} for event in recorded],
        )
    return tuple(recorded)


def load_events(connection: sa.Connection) -> list[Event]:
    """Return all events in the order of recording.

    Raises `MismatchError` where one is not as it was recorded or its chain does not hold: no state is ever shown that
    rests on a broken register; `audit` names every break.
    """
    loaded: list[Event] = []
    previous: str | None = None
    for number, row in enumerate(connection.execute(sa.select(table).order_by(table.c.seq)), start=1):
        event = _read(row.hash, row.body, row.seq)
        if event.seq != number or event.previous != previous:
            raise _broken(row.seq)
        previous = event.hash
        loaded.append(event)
    return loaded


def _read(hash_: str, body: str, seq: int | None) -> Event:
    try:
        event = event_from_body(body.encode(), hash_)
    except (ValueError, AttributeError, TypeError) as exc:  # the database may hold a value of another type
        raise _broken(seq) from exc
    if seq is not None and event.seq != seq:
        raise _broken(seq)
    return event


def _broken(seq: int | None) -> MismatchError:
    return MismatchError(
        say("event {seq} is not as it was recorded", seq="-" if seq is None else seq),
        say("Change nothing. See all that differs with: docgen register audit"),
    )

"""Who represents an organisation in the council: what its last notice says, and nothing that an earlier one said.

A notice may name a representative and a substitute, or recall the representative until another is named (the seat
stays, memorandum clause 10).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from docgen.model.events import Event
    from docgen.model.replay import Seat

__all__ = ["is_recalled", "representation_of"]


def is_recalled(seat: Seat, events: Iterable[Event]) -> bool:
    """Whether the seat's last notice recalled its representative."""
    last = _last(seat, events)
    return last is not None and last.data.get("recalled") is True


def representation_of(
    seat: Seat, events: Iterable[Event], personal: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """Return `representative` and `substitute` of a seat; None where they are recalled, not known, or erased.

    `personal` has the values behind the digests that events name.
    """
    last = _last(seat, events)
    return None if last is None else personal.get(last.data.get("representation", ""))


def _last(seat: Seat, events: Iterable[Event]) -> Event | None:
    seq = seat.changed[-1] if seat.changed else seat.joined
    return next((event for event in events if event.seq == seq), None)

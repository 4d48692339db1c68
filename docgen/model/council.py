"""Who is in the council on a day: the organisations that take part, with their representatives where known (clause 10).

The public body's own representatives are named by its order, not by letters: the register does not know them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.replay import effective_events
from docgen.model.representation import representation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from typing import Any

    from docgen.model.events import Event
    from docgen.model.replay import RegisterState

__all__ = ["CouncilMember", "Representative", "council_members"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Representative:
    """Who represents an organisation, or stands in for that person."""

    name: str
    position: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilMember:
    """An organisation in the council. `representative` is None where the letter named none, or where it was erased."""

    organisation: str
    name: str
    since: date
    representative: Representative | None = None
    substitute: Representative | None = None


def council_members(
    state: RegisterState, events: Iterable[Event], personal: Mapping[str, Mapping[str, Any]]
) -> tuple[CouncilMember, ...]:
    """Return the council of a state, in the order of notices. `personal` has the values behind the events' digests.

    The latest notice alone says who represents: nobody is taken from an earlier one.
    """
    said: dict[str, list[Event]] = {}
    for event in effective_events(events):
        said.setdefault(event.organisation or "", []).append(event)
    members = []
    for seat in state.council:
        persons = representation_of(seat, said.get(seat.organisation, ()), personal) or {}
        members.append(
            CouncilMember(
                organisation=seat.organisation,
                name=state.names.get(seat.organisation, ""),
                since=seat.joined_on,
                representative=_person(persons.get("representative")),
                substitute=_person(persons.get("substitute")),
            )
        )
    return tuple(members)


def _person(value: object) -> Representative | None:
    if not isinstance(value, dict) or not value.get("name"):
        return None
    return Representative(name=str(value["name"]), position=str(value.get("position", "")))

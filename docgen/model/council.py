"""Who is in the council on a day: the organisations that take part, with their representatives where known (clause 10).

The public body's own representatives are named by its order, not by letters: the register does not know them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.latvian import short_name, straight_quotes
from docgen.model.recognition import same_name
from docgen.model.replay import effective_events
from docgen.model.representation import representation_of
from docgen.model.sitting import Voice
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from typing import Any

    from docgen.model.events import Event
    from docgen.model.memorandum import Council
    from docgen.model.replay import RegisterState
    from docgen.model.sitting import Sitting

__all__ = [
    "CouncilMember",
    "Quorum",
    "Representative",
    "council_members",
    "doubts_of_attendance",
    "majority_at",
    "organisations_side",
    "quorum_at",
]

_NGO = "ngo"


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


def organisations_side(sides: Sequence[str]) -> str:
    """Return which of a council's sides is that of the organisations: `ngo`, else the last one."""
    return _NGO if _NGO in sides else sides[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """Whether a sitting can decide: of so many members so many must take part, and so many do."""

    members: int
    needed: int
    present: int

    @property
    def is_met(self) -> bool:
        """Whether enough take part."""
        return self.present >= self.needed


def quorum_at(sitting: Sitting, council: Council) -> Quorum | None:
    """Return the quorum of a sitting by the council of its day; None where nothing sets one.

    Where the pack does not fix how many members there are, they are those with a vote whom the attendance names: a
    member and the substitute who sits for that member are one.
    """
    members = _members_named(sitting) if council.members is None else council.members
    needed = members // 2 + 1 if council.quorum_by_half else council.quorum
    return None if needed is None else Quorum(members=members, needed=needed, present=len(sitting.present(Voice.VOTE)))


def majority_at(sitting: Sitting, council: Council) -> int | None:
    """Return how many votes for it a decision needs by the council's rule; None where nothing sets one."""
    if not council.majority:
        return None
    if council.majority == "present":
        return len(sitting.present(Voice.VOTE)) // 2 + 1
    members = _members_named(sitting) if council.members is None else council.members
    return members // 2 + 1


def _members_named(sitting: Sitting) -> int:
    present = sitting.present(Voice.VOTE)
    replaced = [one.substitute_for for one in present if one.substitute_for]
    absent = [one.person.name for one in sitting.absent if one.voice is Voice.VOTE]
    return len(present) + sum(not any(_same(other, name) for other in replaced) for name in absent)


def _same(told: str, name: str) -> bool:
    """Whether `L. Kalna` or `Līga Kalna` tells the name of Līga Kalna."""
    return same_name(told, name) or same_name(told, short_name(name))


def doubts_of_attendance(sitting: Sitting, members: Sequence[CouncilMember], *, side: str) -> Iterator[Message]:
    """Yield where the attendance of a sitting does not agree with the council of its day, on the organisations' side.

    Who has a vote is in the council; who is in the council is named, present or absent. Nothing is yielded of a
    register that knows no council. Organisations are told by their names, whatever their quotation marks and capitals.
    """
    listed = {
        _told(one.person.organisation): one.person.organisation
        for one in sitting.attendance
        if one.side == side and one.voice is Voice.VOTE and one.person.organisation
    }
    known = {_told(member.name): member.name for member in members if member.name}
    day = sitting.day.isoformat()
    for key, name in listed.items() if known else ():
        if key not in known:
            yield say("{name} has a vote here; by the register it is not in the council on {day}.", name=name, day=day)
    for key, name in known.items():
        if key not in listed:
            yield say("{name} is in the council on {day} by the register; the attendance lacks it.", name=name, day=day)


def _told(name: str) -> str:
    return " ".join(straight_quotes(name).casefold().split())

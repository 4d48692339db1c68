"""The register's state on a day, by replay of its events. Nothing else ever says who is a member.

Two facts for each organisation, never one (memorandum clauses 7, 9, 10): member, and council participant. A withdrawal
ends both; who accedes again gets a new row. Events count with `effective_on` ≤ the day, in the order of that day, then
of the intake number, then of recording. Corrections are not ordered by day: all that is recorded about an event is
read before any event counts. The order in which events are handed in does not matter.

Entry into force is a recorded fact (clause 15): replay repeats it and never computes it again, so nobody's withdrawal
undoes it. `reached_threshold` is the rule by which it is recorded, and by which `audit` checks it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from docgen.model.events import Event, EventType, intake_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "InForce",
    "Membership",
    "RegisterState",
    "Seat",
    "effective_events",
    "event_order",
    "reached_threshold",
    "replay",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One row of the member annex. `name` is the one of the day asked for, `name_then` that of the letter."""

    organisation: str
    name: str
    name_then: str
    acceded_on: date
    accession: int
    intake: str | None = None
    withdrawn_on: date | None = None
    withdrawal: int | None = None
    ceased_on: date | None = None

    @property
    def current(self) -> bool:
        """Whether this membership lasts. An organisation that was struck off stays one until somebody decides."""
        return self.withdrawn_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Participation in the council, from the notice to the day on which it or the membership ended.

    `accession` is the event of the membership to which the seat belongs.
    """

    organisation: str
    accession: int
    joined_on: date
    joined: int
    changed: tuple[int, ...] = ()
    left_on: date | None = None
    left: int | None = None

    @property
    def current(self) -> bool:
        """Whether the organisation takes part in the council."""
        return self.left_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The day on which the memorandum took effect, and the organisations that brought it about."""

    day: date
    organisations: tuple[str, ...]
    event: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterState:
    """What the register says on a day. `idle` are the events that changed nothing (an accession of a member …)."""

    as_of: date
    memberships: tuple[Membership, ...] = ()
    seats: tuple[Seat, ...] = ()
    in_force: InForce | None = None
    predecessor_lapsed_on: date | None = None
    sittings: tuple[date, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    idle: tuple[int, ...] = ()

    @property
    def members(self) -> tuple[Membership, ...]:
        """The members, in the order of accession."""
        return tuple(row for row in self.memberships if row.current)

    @property
    def council(self) -> tuple[Seat, ...]:
        """The organisations that take part in the council, in the order of their notices."""
        return tuple(seat for seat in self.seats if seat.current)

    def member(self, organisation: str) -> Membership | None:
        """Return the lasting membership of an organisation."""
        return next((row for row in self.memberships if row.current and row.organisation == organisation), None)

    def seat(self, organisation: str) -> Seat | None:
        """Return the lasting council seat of an organisation."""
        return next((seat for seat in self.seats if seat.current and seat.organisation == organisation), None)


def event_order(event: Event) -> tuple[date, int, tuple[int, int], int]:
    """Return the key by which events count: day, then intake number (what came by none goes last), then recording."""
    if event.intake is None:
        return event.effective_on, 1, (0, 0), event.seq
    return event.effective_on, 0, intake_order(event.intake), event.seq


def effective_events(events: Iterable[Event]) -> list[Event]:
    """Return the events that count, corrected, in the order in which they count; corrections themselves are gone.

    A later correction may void an earlier one. What a correction sets are `effective_on`, `organisation` and single
    keys of `data`; one that names an event that does not stand before it has no effect.
    """
    recorded = {event.seq: event for event in events}
    corrections = [event for event in recorded.values() if event.type is EventType.CORRECTION]
    void: set[int] = set()
    changes: dict[int, list[Mapping[str, Any]]] = {}
    for correction in sorted(corrections, key=lambda event: event.seq, reverse=True):
        target = correction.data.get("corrects")
        if correction.seq in void or target not in recorded or not target < correction.seq:
            continue
        if correction.data.get("void") is True:
            void.add(target)
        elif isinstance(correction.data.get("set"), dict):
            changes.setdefault(target, []).insert(0, correction.data["set"])
    standing = [
        event for event in recorded.values() if event.seq not in void and event.type is not EventType.CORRECTION
    ]
    return sorted((_corrected(event, changes.get(event.seq, ())) for event in standing), key=event_order)


def _corrected(event: Event, changes: Sequence[Mapping[str, Any]]) -> Event:
    for change in changes:
        event = replace(
            event,
            effective_on=date.fromisoformat(change.get("effective_on", event.effective_on.isoformat())),
            organisation=change.get("organisation", event.organisation),
            data={**event.data, **change.get("data", {})},
        )
    return event


def replay(events: Iterable[Event], as_of: date, *, before: str | None = None) -> RegisterState:
    """Return the state on `as_of`. Pure: the same events, in any order, give the same state.

    With `before`, an intake number, the state is the one that a letter of that number meets on that day.
    """
    limit = (as_of, 1, (0, 0), float("inf")) if before is None else (as_of, 0, intake_order(before), 0)
    play = _Play()
    standing = effective_events(events)
    held = {event.seq for event in standing if event.type is EventType.SITTING_HELD}
    for event in standing:
        if event_order(event) >= limit:
            break
        play.count(event)
        if event.type is EventType.DECISION_TAKEN and "held" in event.data and event.data["held"] not in held:
            play.idle.append(event.seq)  # a decision falls with its sitting
    return RegisterState(
        as_of=as_of,
        memberships=tuple(replace(row, name=play.names.get(row.organisation, row.name)) for row in play.memberships),
        seats=tuple(play.seats),
        in_force=play.in_force,
        predecessor_lapsed_on=play.lapsed,
        sittings=tuple(play.sittings),
        names=play.names,
        idle=tuple(sorted(play.idle)),
    )


class _Play:
    """The state while events are counted, one after another. Rows are found by organisation, so that time is linear."""

    def __init__(self) -> None:
        self.memberships: list[Membership] = []
        self.seats: list[Seat] = []
        self.names: dict[str, str] = {}
        self.in_force: InForce | None = None
        self.lapsed: date | None = None
        self.sittings: list[date] = []
        self.idle: list[int] = []
        self._member: dict[str, int] = {}
        self._seat: dict[str, int] = {}

    def count(self, event: Event) -> None:
        """Let one event count."""
        match event.type:
            case EventType.ACCESSION:
                self._accede(event)
            case EventType.WITHDRAWAL:
                self._withdraw(event)
            case EventType.COUNCIL_JOINED | EventType.COUNCIL_CHANGED | EventType.COUNCIL_LEFT:
                self._council(event)
            case EventType.RENAMED | EventType.CEASED:
                self._organisation(event)
            case EventType.IN_FORCE:
                if self.in_force is None:
                    organisations = tuple(event.data.get("organisations", ()))
                    self.in_force = InForce(day=event.effective_on, organisations=organisations, event=event.seq)
                else:
                    self.idle.append(event.seq)
            case EventType.PREDECESSOR_LAPSED:
                self.lapsed = self.lapsed or event.effective_on
            case EventType.SITTING_HELD:
                self.sittings.append(event.effective_on)
            case _:
                # Successions, decisions, by-laws, editions and notices stand in the history; they move no membership.
                pass

    def _accede(self, event: Event) -> None:
        organisation = event.organisation or ""
        if not organisation or organisation in self._member:
            self.idle.append(event.seq)
            return
        name = str(event.data.get("name", ""))
        self.names[organisation] = name
        self._member[organisation] = len(self.memberships)
        self.memberships.append(
            Membership(
                organisation=organisation,
                name=name,
                name_then=name,
                acceded_on=event.effective_on,
                accession=event.seq,
                intake=event.intake,
            )
        )

    def _withdraw(self, event: Event) -> None:
        place = self._member.pop(event.organisation or "", None)
        if place is None:
            self.idle.append(event.seq)
            return
        row = self.memberships[place]
        self.memberships[place] = replace(row, withdrawn_on=event.effective_on, withdrawal=event.seq)
        self._leave_council(event)

    def _leave_council(self, event: Event) -> bool:
        place = self._seat.pop(event.organisation or "", None)
        if place is None:
            return False
        self.seats[place] = replace(self.seats[place], left_on=event.effective_on, left=event.seq)
        return True

    def _council(self, event: Event) -> None:
        organisation = event.organisation or ""
        place = self._seat.get(organisation)
        if event.type is EventType.COUNCIL_LEFT:
            counted = self._leave_council(event)
        elif organisation not in self._member:
            counted = False
        elif place is not None:
            self.seats[place] = replace(self.seats[place], changed=(*self.seats[place].changed, event.seq))
            counted = True
        elif event.type is EventType.COUNCIL_JOINED:
            self._seat[organisation] = len(self.seats)
            self.seats.append(
                Seat(
                    organisation=organisation,
                    accession=self.memberships[self._member[organisation]].accession,
                    joined_on=event.effective_on,
                    joined=event.seq,
                )
            )
            counted = True
        else:
            counted = False
        if not counted:
            self.idle.append(event.seq)

    def _organisation(self, event: Event) -> None:
        organisation = event.organisation or ""
        if event.type is EventType.RENAMED:
            self.names[organisation] = str(event.data.get("name", ""))
            return
        place = self._member.get(organisation)
        if place is None:
            self.idle.append(event.seq)
            return
        self.memberships[place] = replace(self.memberships[place], ceased_on=event.effective_on)


def reached_threshold(events: Iterable[Event], *, threshold: int, counts: str) -> tuple[date, tuple[str, ...]] | None:
    """Return the day on which the memorandum takes effect by its own words, and the organisations; None if not yet.

    `counts` is `acceded` (distinct organisations that have ever acceded, whatever became of them) or `members` (so
    many members at one time). The organisations stand in the order of their accessions.
    """
    if threshold < 1 or counts not in {"acceded", "members"}:
        msg = "a threshold is at least one organisation, counted as acceded or as members"
        raise ValueError(msg)
    counted: dict[str, None] = {}
    for event in effective_events(events):
        organisation = event.organisation or ""
        if event.type is EventType.ACCESSION and organisation:
            counted.setdefault(organisation)
        elif event.type is EventType.WITHDRAWAL and counts == "members":
            counted.pop(organisation, None)
        if len(counted) == threshold:
            return event.effective_on, tuple(counted)
    return None

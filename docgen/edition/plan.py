"""The plan of an edition: what will be printed and embedded, computed from events and log alone. Pure.

`annex_of` is the one way from a register state to the member annex: compiling prints it, deep verification computes it
again from the embedded events and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.edition.manifest import AnnexRow, Manifest, Memorandum, Original, Predecessor, Receipt
from docgen.model.events import Event, EventType, Evidence, EvidenceKind
from docgen.model.replay import effective_events, replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from docgen.model.replay import Membership, RegisterState, Seat

__all__ = ["Arrived", "annex_of", "evidence_of", "next_edition", "plan_edition"]

_ENDINGS = {
    EvidenceKind.LETTER: "pdf",
    EvidenceKind.REPORT: "json",
    EvidenceKind.MATERIAL: "der",
    EvidenceKind.BY_LAWS: "pdf",
    EvidenceKind.SCAN: "pdf",
    EvidenceKind.MINUTES: "pdf",
    EvidenceKind.NOTICE: "pdf",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What the intake log says about a registered letter."""

    intake: str
    received_at: datetime
    sha256: str


def next_edition(events: Iterable[Event]) -> tuple[int, Predecessor | None]:
    """Return number and predecessor of the edition that comes after these events. A voided edition keeps its number."""
    issued = [event for event in events if event.type is EventType.EDITION_ISSUED]
    standing = [event for event in effective_events(events) if event.type is EventType.EDITION_ISSUED]
    number = max((int(event.data["edition"]) for event in issued), default=0) + 1
    if not standing:
        return number, None
    last = max(standing, key=lambda event: event.seq).data
    return number, Predecessor(number=int(last["edition"]), length=int(last["length"]), sha256=str(last["sha256"]))


def annex_of(state: RegisterState) -> tuple[AnnexRow, ...]:
    """Return the rows of the member annex: every membership there was, in the order of accession, numbered stably."""
    seats: dict[str, list[Seat]] = {}
    for seat in state.seats:
        seats.setdefault(seat.organisation, []).append(seat)
    return tuple(
        _row(number, membership, seats.get(membership.organisation, ()))
        for number, membership in enumerate(state.memberships, start=1)
    )


def _row(number: int, membership: Membership, seats: Sequence[Seat]) -> AnnexRow:
    # A seat belongs to the membership during which it was taken: an organisation can accede again.
    own = [seat for seat in seats if seat.joined > membership.accession]
    if membership.withdrawal is not None:
        own = [seat for seat in own if seat.joined < membership.withdrawal]
    seat = own[-1] if own else None
    return AnnexRow(
        number=number,
        name=membership.name,
        registration_number=membership.organisation,
        acceded_on=membership.acceded_on,
        withdrawn_on=membership.withdrawn_on,
        council_from=None if seat is None else seat.joined_on,
        council_until=None if seat is None else seat.left_on,
    )


def evidence_of(events: Iterable[Event]) -> dict[Evidence, tuple[int, ...]]:
    """Return every piece of evidence with the events that name it, in the order in which they name it."""
    found: dict[Evidence, list[int]] = {}
    for event in events:
        for item in event.evidence:
            found.setdefault(item, []).append(event.seq)
    return {item: tuple(sequence) for item, sequence in found.items()}


def plan_edition(
    events: Sequence[Event],
    arrivals: Iterable[Arrived],
    memorandum: Memorandum,
    *,
    as_of: date,
    issued_at: datetime,
    sealed_by: str,
    pack: str,
    renderer: str,
    size_of: Callable[[str], int],
) -> Manifest:
    """Return the manifest of the next edition as at `as_of`. `size_of` answers with the length of a kept file.

    All recorded events are in it, because their chain is whole only together; the annex is that of the day.
    """
    number, predecessor = next_edition(events)
    state = replay(events, as_of)
    # One file can be evidence twice (the same answer of an authority for two letters): it is embedded once.
    originals: dict[str, Original] = {}
    for item, sequence in evidence_of(events).items():
        known = originals.get(item.sha256)
        if known is not None:
            merged = tuple(sorted({*known.events, *sequence}))
            originals[item.sha256] = Original(
                sha256=known.sha256, name=known.name, kind=known.kind, size=known.size, events=merged
            )
            continue
        name = f"{len(originals) + 1:04d}-{item.sha256[:8]}.{_ENDINGS[item.kind]}"
        originals[item.sha256] = Original(
            sha256=item.sha256, name=name, kind=item.kind, size=size_of(item.sha256), events=sequence
        )
    named = {event.intake for event in events if event.intake is not None}
    return Manifest(
        number=number,
        kind="internal",
        as_of=as_of,
        issued_at=issued_at,
        sealed_by=sealed_by,
        pack=pack,
        renderer=renderer,
        predecessor=predecessor,
        head=events[-1].hash if events else None,
        in_force=None if state.in_force is None else state.in_force.day,
        memorandum=memorandum,
        annex=annex_of(state),
        originals=tuple(originals.values()),
        receipts=tuple(
            Receipt(intake=item.intake, received_at=item.received_at, sha256=item.sha256)
            for item in arrivals
            if item.intake in named
        ),
    )

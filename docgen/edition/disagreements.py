"""What does not agree within an edition: its data against its events, its events against its originals. Pure.

Each function names every disagreement as a sentence; an empty answer is agreement. Nothing here trusts a sentence of
the edition that another part of it can prove or refute.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from docgen.edition.plan import annex_of, evidence_of, next_edition
from docgen.model.canonical import canonical_json
from docgen.model.events import Event, EventType, EvidenceKind, event_from_body
from docgen.model.reasons import Verdict
from docgen.model.replay import replay
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from docgen.edition.manifest import AnnexRow, Manifest
    from docgen.model.report import FileReport

__all__ = [
    "in_annex",
    "in_evidence",
    "in_letter",
    "in_numbering",
    "in_receipts",
    "in_times",
    "read_events",
    "verdict_then",
    "worse",
]

_RANK = {Verdict.FAILED: 0, Verdict.INDETERMINATE: 1, Verdict.PASSED: 2}
# What kind of letter brings an event, where the event itself names none.
_ACTS = {EventType.ACCESSION: "accession", EventType.WITHDRAWAL: "withdrawal", EventType.LETTER_FILED: "other"}


def read_events(data: bytes) -> tuple[tuple[Event, ...], tuple[Message, ...]]:
    """Return the embedded events up to the first whose hash or place in the chain does not hold, and what is wrong."""
    try:
        listed = json.loads(data)
    except (ValueError, RecursionError):
        listed = None
    if not isinstance(listed, list):
        return (), (say("The embedded events cannot be read."),)
    events: list[Event] = []
    previous: str | None = None
    for number, fields in enumerate(listed, start=1):
        try:
            event = _read(fields)
        except (ValueError, TypeError, KeyError, AttributeError):
            return tuple(events), (say("Event {seq} is not as it was recorded: its hash does not hold.", seq=number),)
        if event.seq != number or event.previous != previous:
            return tuple(events), (say("Event {seq} does not follow the one before it.", seq=number),)
        previous = event.hash
        events.append(event)
    return tuple(events), ()


def _read(fields: Mapping[str, Any]) -> Event:
    body = {name: value for name, value in fields.items() if name != "hash"}
    return event_from_body(canonical_json(body), fields["hash"])


def in_numbering(manifest: Manifest, events: Sequence[Event]) -> Iterator[Message]:
    """Compare number, predecessor and head of the register with the events."""
    number, predecessor = next_edition(events)
    if manifest.number != number:
        yield say("The edition says number {said}; by its events it is {number}.", said=manifest.number, number=number)
    if manifest.predecessor != predecessor:
        yield say("The edition names another predecessor than its events.")
    head = events[-1].hash if events else None
    if manifest.head != head:
        yield say("The edition names another last event of the register than it holds.")


def in_annex(manifest: Manifest, events: Sequence[Event]) -> Iterator[Message]:
    """Replay the events to the edition's day and compare the member annex row by row."""
    state = replay(events, manifest.as_of)
    computed = {row.number: row for row in annex_of(state)}
    said = {row.number: row for row in manifest.annex}
    if len(said) != len(manifest.annex):
        yield say("The member annex has two rows of one number.")
    for number in sorted(computed.keys() | said.keys()):
        ours, theirs = computed.get(number), said.get(number)
        if ours != theirs:
            yield say(
                "Row {number} of the member annex says “{said}”; the events say “{computed}”.",
                number=number,
                said=_row(theirs),
                computed=_row(ours),
            )
    day = None if state.in_force is None else state.in_force.day
    if manifest.in_force != day:
        yield say(
            "The edition says in force from {said}; the events say {computed}.",
            said="-" if manifest.in_force is None else manifest.in_force.isoformat(),
            computed="-" if day is None else day.isoformat(),
        )


def _row(row: AnnexRow | None) -> str:
    if row is None:
        return "-"
    days = (row.acceded_on, row.withdrawn_on, row.council_from, row.council_until)
    shown = ", ".join("-" if day is None else day.isoformat() for day in days)
    return f"{row.name}, {row.registration_number}, {shown}"


def in_evidence(manifest: Manifest, events: Sequence[Event], found: Mapping[str, str]) -> Iterator[Message]:
    """Compare what events name, what the edition lists, and what lies in it (`found`: SHA-256 → name)."""
    named: dict[str, set[int]] = {}
    kinds: dict[str, set[EvidenceKind]] = {}
    for item, sequence in evidence_of(events).items():
        named.setdefault(item.sha256, set()).update(sequence)
        kinds.setdefault(item.sha256, set()).add(item.kind)
    listed = {item.sha256: item for item in manifest.originals}
    for digest, seqs in named.items():
        if digest not in found:
            yield say("The original {sha256} of event {seq} is not in the edition.", sha256=digest, seq=min(seqs))
        entry = listed.get(digest)
        if entry is None or set(entry.events) != seqs or entry.kind not in kinds[digest]:
            yield say(
                "The list of evidence does not have {sha256} as event {seq} has it.", sha256=digest, seq=min(seqs)
            )
    for digest, entry in listed.items():
        if digest not in named:
            yield say("The list of evidence has {sha256}, which no event names.", sha256=digest)
        if digest in found and found[digest] != entry.name:
            yield say("{name} in the edition holds the original of {listed}.", name=found[digest], listed=entry.name)
    for digest, name in found.items():
        if digest not in named:
            yield say("{name} in the edition is evidence of no event, or was changed.", name=name)


def in_receipts(manifest: Manifest, events: Sequence[Event]) -> Iterator[Message]:
    """Compare receipts with the events that came by an intake number."""
    receipts = {item.intake: item for item in manifest.receipts}
    for event in events:
        if event.intake is None:
            continue
        letters = {item.sha256 for item in event.evidence if item.kind is EvidenceKind.LETTER}
        receipt = receipts.get(event.intake)
        if receipt is None:
            yield say("Event {seq} came by intake {intake}, of which the edition has no receipt.", **_of(event))
        elif letters and receipt.sha256 not in letters:
            yield say("The receipt of intake {intake} is of another letter than event {seq} names.", **_of(event))
        # Events are recorded in whole seconds: one of the second of the receipt is not before it.
        elif receipt.received_at.replace(microsecond=0) > event.recorded_at:
            yield say("Event {seq} was recorded before intake {intake} was received.", **_of(event))


def _of(event: Event) -> dict[str, int | str]:
    return {"seq": event.seq, "intake": event.intake or "-"}


def in_times(manifest: Manifest, events: Sequence[Event]) -> Iterator[Message]:
    """No event was recorded after the edition says that it was issued."""
    for event in events:
        if event.recorded_at > manifest.issued_at:
            yield say("Event {seq} was recorded after the edition was issued.", seq=event.seq)


def in_letter(event: Event, report: FileReport) -> Iterator[Message]:
    """Compare what a letter that carries its own data says with the event that it brought about."""
    findings = report.findings
    act = event.data.get("kind", _ACTS[event.type]) if event.type in _ACTS else None
    # A letter on file that docgen did not print is of the kind that a person read in it.
    if event.type is EventType.LETTER_FILED and event.data.get("recognised") == "foreign":
        return
    if act is None or findings is None or findings.payload is None or not findings.machinery_only:
        return
    try:
        payload = json.loads(findings.payload)
        said, organisation = payload["act"], payload["data"]["organisation"]["registration_number"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return
    if (said, organisation) != (act, event.organisation):
        yield say(
            "The letter of event {seq} says {said} of {organisation}; the event says {act} of {recorded}.",
            seq=event.seq,
            said=str(said),
            organisation=str(organisation),
            act=act,
            recorded=event.organisation or "-",
        )


def verdict_then(report: bytes, digest: str) -> Verdict | None:
    """Return the verdict that a kept report gives on a file; None where it gives none."""
    try:
        for item in json.loads(report)["files"]:
            if item["sha256"] == digest:
                return Verdict(item["verdict"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return None


def worse(now: Verdict, then: Verdict) -> bool:
    """Whether a verdict is worse than the one at intake."""
    return _RANK[now] < _RANK[then]

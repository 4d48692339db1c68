"""The register's facts as values: dated, numbered, each carrying the hash of the one before it (formats.md §6).

Nothing here reads a clock or a file. An event's hash is the SHA-256 of the canonical JSON (RFC 8785; what is null is
left out) of all its other fields; fields that this version does not know are kept in `unknown` and count into it too.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from docgen.model.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Draft",
    "Event",
    "EventType",
    "Evidence",
    "EvidenceKind",
    "chain",
    "event_from_body",
    "instant_from_text",
    "instant_to_text",
    "intake_order",
]

_INTAKE = re.compile(r"([0-9]{4})-([0-9]{4,})")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class EventType(StrEnum):
    """What kind of fact an event records."""

    ACCESSION = "accession"
    WITHDRAWAL = "withdrawal"
    COUNCIL_JOINED = "council-joined"
    COUNCIL_CHANGED = "council-changed"
    COUNCIL_LEFT = "council-left"
    RENAMED = "renamed"
    SUCCEEDED = "succeeded"
    CEASED = "ceased"
    IN_FORCE = "in-force"
    PREDECESSOR_LAPSED = "predecessor-lapsed"
    SITTING_HELD = "sitting-held"
    DECISION_TAKEN = "decision-taken"
    BY_LAWS_APPROVED = "by-laws-approved"
    EDITION_ISSUED = "edition-issued"
    NOTICE_SENT = "notice-sent"
    LETTER_FILED = "letter-filed"
    CORRECTION = "correction"


class EvidenceKind(StrEnum):
    """What a stored file is to the event that names it."""

    LETTER = "letter"
    REPORT = "report"
    MATERIAL = "material"
    BY_LAWS = "by-laws"
    SCAN = "scan"
    MINUTES = "minutes"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A stored file, by its digest."""

    sha256: str
    kind: EvidenceKind

    def __post_init__(self) -> None:
        """Refuse what is no digest."""
        if not _SHA256.fullmatch(self.sha256):
            msg = f"{self.sha256!r} is no SHA-256 in lower case"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A fact that is about to be recorded: everything but its place in the chain. `data` is plain JSON."""

    type: EventType
    effective_on: date
    recorded_at: datetime
    by: str
    organisation: str | None = None
    why: str = ""
    evidence: tuple[Evidence, ...] = ()
    intake: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a record without a name, without a zone, or under a number that is none."""
        if not self.by.strip():
            msg = "an event names who recorded it"
            raise ValueError(msg)
        if self.recorded_at.tzinfo is None:
            msg = "an instant has a zone"
            raise ValueError(msg)
        if self.intake is not None:
            intake_order(self.intake)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Draft):
    """One recorded fact. `body` are the exact bytes that its hash covers."""

    seq: int
    previous: str | None
    hash: str
    body: bytes
    unknown: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the event as it is exported, its hash included; the first one's `previous` is null."""
        fields: dict[str, Any] = json.loads(self.body)
        return {**fields, "previous": self.previous, "hash": self.hash}


def instant_to_text(moment: datetime) -> str:
    """Return an instant as UTC with `Z`, whole seconds unless it has a fraction."""
    if moment.tzinfo is None:
        msg = "an instant has a zone"
        raise ValueError(msg)
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant_from_text(text: str) -> datetime:
    """Return the instant of a text with a zone; `ValueError` where it has none or is no instant."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        msg = f"{text!r} has no zone"
        raise ValueError(msg)
    return moment.astimezone(UTC)


def intake_order(intake: str) -> tuple[int, int]:
    """Return year and running number of an intake number such as `2026-0007`; `ValueError` where it is none."""
    match = _INTAKE.fullmatch(intake)
    if match is None:
        msg = f"{intake!r} is no intake number"
        raise ValueError(msg)
    return int(match[1]), int(match[2])


def chain(draft: Draft, *, after: Event | None) -> Event:
    """Return the event that records `draft` behind the event `after` (None for the first one)."""
    seq = 1 if after is None else after.seq + 1
    previous = None if after is None else after.hash
    fields: dict[str, Any] = {
        "seq": seq,
        "previous": previous,
        "type": draft.type.value,
        "effective_on": draft.effective_on.isoformat(),
        "recorded_at": instant_to_text(draft.recorded_at),
        "by": draft.by,
        "why": draft.why,
        "evidence": [{"sha256": item.sha256, "kind": item.kind.value} for item in draft.evidence],
        "data": dict(draft.data),
    }
    if draft.organisation is not None:
        fields["organisation"] = draft.organisation
    if draft.intake is not None:
        fields["intake"] = draft.intake
    body = canonical_json(fields)
    return event_from_body(body, hashlib.sha256(body).hexdigest())


_KNOWN = frozenset(
    {
        "seq",
        "previous",
        "type",
        "organisation",
        "effective_on",
        "recorded_at",
        "by",
        "why",
        "evidence",
        "intake",
        "data",
    }
)


def event_from_body(body: bytes, hash_: str) -> Event:
    """Return the event that `body` holds. Raises `ValueError` where it is none or `hash_` is not its hash."""
    if hashlib.sha256(body).hexdigest() != hash_:
        msg = "the hash is not that of the body"
        raise ValueError(msg)
    fields = json.loads(body)
    if not isinstance(fields, dict):
        msg = "an event is an object"
        raise ValueError(msg)  # noqa: TRY004 - whoever reads stored bytes catches one error for all that can be wrong
    try:
        return Event(
            seq=fields["seq"],
            previous=fields.get("previous"),
            hash=hash_,
            body=body,
            type=EventType(fields["type"]),
            organisation=fields.get("organisation"),
            effective_on=date.fromisoformat(fields["effective_on"]),
            recorded_at=instant_from_text(fields["recorded_at"]),
            by=fields["by"],
            why=fields["why"],
            evidence=_evidence(fields["evidence"]),
            intake=fields.get("intake"),
            data=fields["data"],
            unknown={name: value for name, value in fields.items() if name not in _KNOWN},
        )
    except (KeyError, TypeError, AttributeError) as exc:
        msg = f"a field is missing or of a wrong type: {exc}"
        raise ValueError(msg) from exc


def _evidence(items: Iterable[Mapping[str, str]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(sha256=item["sha256"], kind=EvidenceKind(item["kind"])) for item in items)

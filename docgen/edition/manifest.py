"""What an edition says about itself, as one value: `edition.json` inside it, canonical JSON (docgen-edition/1).

The readable pages are printed from this value and the embedded events, so page and data can be held against each other
by whoever has the file alone. Nothing here reads a file or a clock.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from docgen.model.canonical import canonical_json
from docgen.model.events import EvidenceKind, instant_from_text, instant_to_text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SCHEMA", "AnnexRow", "Clause", "Manifest", "Memorandum", "Original", "Predecessor", "Receipt"]

SCHEMA = "docgen-edition/1"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered point of the memorandum."""

    label: str
    text: str
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memorandum:
    """The memorandum word for word. `annexed_to` names it in the dative, as it stands under `1. pielikums`.

    `sha256` is that of the stored text from which it was read.
    """

    title: tuple[str, ...]
    day: date
    number: str
    annexed_to: tuple[str, ...]
    preamble: tuple[str, ...]
    clauses: tuple[Clause, ...]
    closing: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Predecessor:
    """The edition before: number, length and SHA-256 of its first sealed revision."""

    number: int
    length: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexRow:
    """A row of the member annex. `number` never changes; council days are those of the last seat."""

    number: int
    name: str
    registration_number: str
    acceded_on: date
    withdrawn_on: date | None = None
    council_from: date | None = None
    council_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """An embedded piece of evidence: its digest, its ASCII name in the file, what it is to which events."""

    sha256: str
    name: str
    kind: EvidenceKind
    size: int
    events: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse what is no digest."""
        if not _SHA256.fullmatch(self.sha256):
            msg = f"{self.sha256!r} is no SHA-256 in lower case"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """When docgen received a letter: the proof that it existed then, and the moment at which it was judged."""

    intake: str
    received_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything that the pages of an edition show, except the events, which lie beside it in `events.json`."""

    number: int
    kind: str
    as_of: date
    issued_at: datetime
    sealed_by: str
    pack: str
    renderer: str
    predecessor: Predecessor | None
    head: str | None
    in_force: date | None
    memorandum: Memorandum
    annex: tuple[AnnexRow, ...]
    originals: tuple[Original, ...]
    receipts: tuple[Receipt, ...]

    def to_bytes(self) -> bytes:
        """Return the canonical JSON that is embedded."""
        fields: dict[str, Any] = {
            "schema": SCHEMA,
            "number": self.number,
            "kind": self.kind,
            "as_of": self.as_of.isoformat(),
            "issued_at": instant_to_text(self.issued_at),
            "sealed_by": self.sealed_by,
            "pack": self.pack,
            "renderer": self.renderer,
            "memorandum": {
                "title": list(self.memorandum.title),
                "date": self.memorandum.day.isoformat(),
                "number": self.memorandum.number,
                "annexed_to": list(self.memorandum.annexed_to),
                "preamble": list(self.memorandum.preamble),
                "clauses": [_clause_to_json(clause) for clause in self.memorandum.clauses],
                "closing": list(self.memorandum.closing),
                "sha256": self.memorandum.sha256,
            },
            "annex": [_row_to_json(row) for row in self.annex],
            "originals": [
                {
                    "sha256": item.sha256,
                    "name": item.name,
                    "kind": item.kind.value,
                    "size": item.size,
                    "events": list(item.events),
                }
                for item in self.originals
            ],
            "receipts": [
                {"intake": item.intake, "received_at": instant_to_text(item.received_at), "sha256": item.sha256}
                for item in self.receipts
            ],
        }
        if self.predecessor is not None:
            before = self.predecessor
            fields["predecessor"] = {"number": before.number, "length": before.length, "sha256": before.sha256}
        if self.head is not None:
            fields["head"] = self.head
        if self.in_force is not None:
            fields["in_force"] = self.in_force.isoformat()
        return canonical_json(fields)

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Return what `to_bytes` wrote; `ValueError` for anything else. Unknown keys do not change the meaning."""
        try:
            return _read(json.loads(data))
        except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as exc:
            msg = f"a field of the edition's data is missing or of a wrong type: {exc}"
            raise ValueError(msg) from exc


def _clause_to_json(clause: Clause) -> dict[str, Any]:
    fields: dict[str, Any] = {"label": clause.label, "text": clause.text}
    if clause.clauses:
        fields["clauses"] = [_clause_to_json(below) for below in clause.clauses]
    return fields


def _row_to_json(row: AnnexRow) -> dict[str, Any]:
    days = {
        "acceded_on": row.acceded_on,
        "withdrawn_on": row.withdrawn_on,
        "council_from": row.council_from,
        "council_until": row.council_until,
    }
    return {
        "number": row.number,
        "name": row.name,
        "registration_number": row.registration_number,
        **{key: day.isoformat() for key, day in days.items() if day is not None},
    }


def _read(fields: Mapping[str, Any]) -> Manifest:
    if fields["schema"] != SCHEMA:
        msg = f"another kind of data: {fields['schema']!r}"
        raise ValueError(msg)
    memorandum = fields["memorandum"]
    before = fields.get("predecessor")
    return Manifest(
        number=_whole(fields["number"]),
        kind=_words(fields["kind"]),
        as_of=date.fromisoformat(fields["as_of"]),
        issued_at=instant_from_text(fields["issued_at"]),
        sealed_by=_words(fields["sealed_by"]),
        pack=_words(fields["pack"]),
        renderer=_words(fields["renderer"]),
        predecessor=None
        if before is None
        else Predecessor(
            number=_whole(before["number"]), length=_whole(before["length"]), sha256=_words(before["sha256"])
        ),
        head=None if fields.get("head") is None else _words(fields["head"]),
        in_force=_day(fields, "in_force"),
        memorandum=Memorandum(
            title=tuple(map(_words, memorandum["title"])),
            day=date.fromisoformat(memorandum["date"]),
            number=_words(memorandum["number"]),
            annexed_to=tuple(map(_words, memorandum["annexed_to"])),
            preamble=tuple(map(_words, memorandum["preamble"])),
            clauses=tuple(map(_read_clause, memorandum["clauses"])),
            closing=tuple(map(_words, memorandum["closing"])),
            sha256=_words(memorandum["sha256"]),
        ),
        annex=tuple(map(_read_row, fields["annex"])),
        originals=tuple(
            Original(
                sha256=item["sha256"],
                name=_words(item["name"]),
                kind=EvidenceKind(item["kind"]),
                size=_whole(item["size"]),
                events=tuple(map(_whole, item["events"])),
            )
            for item in fields["originals"]
        ),
        receipts=tuple(
            Receipt(
                intake=_words(item["intake"]),
                received_at=instant_from_text(item["received_at"]),
                sha256=_words(item["sha256"]),
            )
            for item in fields["receipts"]
        ),
    )


def _read_clause(fields: Mapping[str, Any]) -> Clause:
    return Clause(
        label=_words(fields["label"]),
        text=_words(fields["text"]),
        clauses=tuple(map(_read_clause, fields.get("clauses", ()))),
    )


def _read_row(fields: Mapping[str, Any]) -> AnnexRow:
    return AnnexRow(
        number=_whole(fields["number"]),
        name=_words(fields["name"]),
        registration_number=_words(fields["registration_number"]),
        acceded_on=date.fromisoformat(fields["acceded_on"]),
        withdrawn_on=_day(fields, "withdrawn_on"),
        council_from=_day(fields, "council_from"),
        council_until=_day(fields, "council_until"),
    )


def _day(fields: Mapping[str, Any], key: str) -> date | None:
    return None if fields.get(key) is None else date.fromisoformat(fields[key])


def _words(value: object) -> str:
    if not isinstance(value, str):
        msg = f"{value!r} is no text"
        raise TypeError(msg)
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        msg = f"{value!r} is no whole number"
        raise TypeError(msg)
    return value

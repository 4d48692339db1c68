"""The letters of an edition, each verified with what was kept beside it (step 7 of `docgen.edition.deep`).

This is nearly all the work of deep verification, so it is cut into pieces that workers take side by side. The pieces
are the same for any number of workers, and so is what is said. A piece names its files by their place in `/AF` and
their SHA-256: whoever verifies it fetches only these, and believes no place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from docgen.edition import disagreements as compare
from docgen.edition._pypdf import extract_attachments
from docgen.model.events import Event, EvidenceKind, event_from_body, instant_from_text, instant_to_text
from docgen.model.policy import POLICIES
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Verdict
from docgen.model.text import Message, say
from docgen.signatures.material import with_material
from docgen.signatures.verify import verify_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from docgen.edition.manifest import Manifest
    from docgen.model.report import FileReport
    from docgen.signatures.trust import Trust

__all__ = ["Kept", "Letter", "in_pieces", "letters_of", "verify_letters"]

_PROFILE = PROFILES["document"]
# Opening an edition costs about as much as one letter; a piece this large makes that small, and leaves no worker idle.
_PIECE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An embedded file: where it stands in `/AF`, and what it must be."""

    place: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to verify: the first event that names it, when it was received, and what was kept beside it."""

    event: Event
    name: str
    file: Kept
    receipt: datetime | None
    reports: tuple[Kept, ...]
    material: tuple[Kept, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the letter for the way to the worker."""
        return {
            "body": self.event.body.decode(),
            "hash": self.event.hash,
            "name": self.name,
            "file": _to_json(self.file),
            "receipt": None if self.receipt is None else instant_to_text(self.receipt),
            "reports": [_to_json(item) for item in self.reports],
            "material": [_to_json(item) for item in self.material],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the letter that `to_json` wrote."""
        receipt = data["receipt"]
        return cls(
            event=event_from_body(data["body"].encode(), data["hash"]),
            name=data["name"],
            file=_from_json(data["file"]),
            receipt=None if receipt is None else instant_from_text(receipt),
            reports=tuple(_from_json(item) for item in data["reports"]),
            material=tuple(_from_json(item) for item in data["material"]),
        )


def _to_json(kept: Kept) -> list[int | str]:
    return [kept.place, kept.sha256]


def _from_json(pair: Sequence[Any]) -> Kept:
    place, sha256 = pair
    return Kept(place=place, sha256=sha256)


def letters_of(manifest: Manifest, events: Sequence[Event], places: Mapping[str, int]) -> Iterator[Letter]:
    """Yield each letter once, in the order of the events; `places` are the files that are there, by their SHA-256.

    A letter that is not there is left out: that it is missing is said where evidence is compared.
    """
    receipts = {item.intake: item.received_at for item in manifest.receipts}
    names = {item.sha256: item.name for item in manifest.originals}
    done: set[str] = set()
    for event in events:
        beside = {
            kind: tuple(
                Kept(place=places[item.sha256], sha256=item.sha256)
                for item in event.evidence
                if item.kind is kind and item.sha256 in places
            )
            for kind in EvidenceKind
        }
        for file in beside[EvidenceKind.LETTER]:
            if file.sha256 in done:
                continue
            done.add(file.sha256)
            yield Letter(
                event=event,
                name=names.get(file.sha256, file.sha256),
                file=file,
                receipt=receipts.get(event.intake or ""),
                reports=beside[EvidenceKind.REPORT],
                material=beside[EvidenceKind.MATERIAL],
            )


def in_pieces(letters: Iterator[Letter]) -> Iterator[tuple[Letter, ...]]:
    """Cut the letters into what one worker takes at a time: so many, whatever the number of workers."""
    piece: list[Letter] = []
    for letter in letters:
        piece.append(letter)
        if len(piece) == _PIECE:
            yield tuple(piece)
            piece = []
    if piece:
        yield tuple(piece)


def verify_letters(
    data: bytes, length: int, letters: Sequence[Letter], *, trust: Trust, as_of: datetime
) -> Iterator[tuple[FileReport, tuple[Message, ...]]]:
    """Yield the report on each letter of a piece, and how it disagrees with its event and with its intake.

    Reads the first `length` bytes of `data` only. Raises `UnreadableError` where these cannot be read.
    """
    contents = _fetched(data, length, letters)
    for letter in letters:
        report = verify_bytes(
            contents.get(letter.file.sha256, b""),
            name=letter.name,
            trust=with_material(trust, _there(letter.material, contents)),
            policy=POLICIES["by-anchor"],
            as_of=as_of,
            receipt=letter.receipt,
            profile=_PROFILE,
        )
        wrong = list(compare.in_letter(letter.event, report))
        verdicts = (compare.verdict_then(item, letter.file.sha256) for item in _there(letter.reports, contents))
        then = next((verdict for verdict in verdicts if verdict is not None), Verdict.PASSED)
        if compare.worse(report.verdict, then):
            wrong.append(_worse(letter.event, report, then))
        yield report, tuple(wrong)


def _fetched(data: bytes, length: int, letters: Sequence[Letter]) -> dict[str, bytes]:
    """Return the files of a piece by their SHA-256: what stands in a wrong place is not what was asked for."""
    wanted = {kept.place for letter in letters for kept in (letter.file, *letter.reports, *letter.material)}
    found = extract_attachments(data, length, limit=PROFILES["edition"].limits.attachment_size, places=wanted)
    return {item.sha256: item.data for item in found}


def _there(kept: Sequence[Kept], contents: Mapping[str, bytes]) -> Iterator[bytes]:
    return (contents[item.sha256] for item in kept if item.sha256 in contents)


def _worse(event: Event, report: FileReport, then: Verdict) -> Message:
    codes = ", ".join(dict.fromkeys(reason.code.value for reason in report.reasons)) or "-"
    return say(
        "{name}, the letter of event {seq}, was {then} at intake and is now {now}: {codes}.",
        name=report.file,
        seq=event.seq,
        then=then.value,
        now=report.verdict.value,
        codes=codes,
    )

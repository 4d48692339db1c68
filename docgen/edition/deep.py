"""Deep verification of an edition from the file alone: no workspace, no network, only anchors that its reader trusts.

1. The seal: verified like any signature, under the policy for editions; later revisions by docgen's own rule.
2. The sealed revision: its end, and that it added attachments and seal and changed nothing that was printed.
3. The embedded files are extracted from these sealed bytes only; whatever was appended later does not exist.
4. The events: each hash, the chain, its head; number and predecessor of the edition.
5. The evidence: every original that an event names is there by its SHA-256, and nothing else.
6. The annex: the events are replayed to the edition's day, and every row is compared.
7. The originals: each letter is verified with the validation material kept beside it, at the moment of its receipt as
   proof of existence; its verdict is not worse than at intake, and it says what its event says.
8. The pages: printed again from data and events; the bytes are the same, or (another renderer) the same words.

Steps 1 to 7 read bytes from outside: `verify_seal` (1), `inspect_edition` (2 to 6) and `docgen.edition.letters` (7) run
in locked-down workers and return plain values. Step 8 prints from checked values; the caller puts the answer together
(`conclude`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from docgen.edition import disagreements as compare
from docgen.edition._pypdf import extract_attachments
from docgen.edition.compile import EVENTS, MANIFEST
from docgen.edition.letters import in_pieces, letters_of, verify_letters
from docgen.edition.manifest import Manifest
from docgen.errors import DocgenError, ExitCode, UnreadableError, worst
from docgen.model.policy import CLOCK_TOLERANCE, EDITION
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Verdict
from docgen.model.report import SignatureKind
from docgen.model.text import Message, say
from docgen.signatures.sealed import sealed_revision
from docgen.signatures.verify import verify_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date, datetime

    from docgen.model.blocks import Document
    from docgen.model.events import Event
    from docgen.model.report import FileReport
    from docgen.signatures.trust import Trust

__all__ = [
    "Content",
    "DeepReport",
    "Inspection",
    "conclude",
    "content_of",
    "inspect_edition",
    "printed_length",
    "verify_edition",
    "verify_seal",
    "words_digest",
]

_EDITION = PROFILES["edition"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What steps 2 to 6 found: disagreements, the two data files, and where each original stands."""

    disagreements: tuple[Message, ...] = ()
    length: int | None = None
    sha256: str | None = None
    manifest: bytes | None = None
    events: bytes | None = None
    places: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an edition says of itself, read from its two data files."""

    manifest: Manifest
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepReport:
    """The answer about an edition. `number` and what follows are None where the edition's data cannot be read."""

    edition: FileReport
    originals: tuple[FileReport, ...]
    disagreements: tuple[Message, ...]
    length: int | None = None
    sha256: str | None = None
    number: int | None = None
    as_of: date | None = None
    members: int | None = None
    head: str | None = None

    @property
    def exit_code(self) -> ExitCode:
        """The worst of the seal's code and, where anything of a file that can be read disagrees, 20."""
        codes = [self.edition.exit_code]
        if self.disagreements and self.edition.exit_code is not ExitCode.UNREADABLE:
            codes.append(ExitCode.MISMATCH)
        return worst(codes)

    @property
    def verdict(self) -> Verdict:
        """The verdict on seal and content together."""
        disagrees = self.disagreements and self.edition.verdict is Verdict.PASSED
        return Verdict.FAILED if disagrees else self.edition.verdict

    def __bool__(self) -> bool:
        """A report is not a boolean: read `exit_code`."""
        msg = "a report has a verdict; it is neither true nor false"
        raise TypeError(msg)


def verify_seal(data: bytes, *, name: str, trust: Trust, as_of: datetime) -> FileReport:
    """Take step 1 over one file's bytes. Raises only `MemoryError` and `RecursionError`."""
    return verify_bytes(data, name=name, trust=trust, policy=EDITION, as_of=as_of, profile=_EDITION)


def inspect_edition(data: bytes) -> Inspection:
    """Take steps 2 to 6 over one file's bytes. Raises only `MemoryError` and `RecursionError`."""
    # 2. The sealed revision.
    sealed = sealed_revision(data, _EDITION.limits)
    found: list[Message] = [reason.message for reason in sealed.reasons]
    if sealed.length is None:
        found.append(say("There is no seal over a whole revision: nothing in this file can be relied on."))
        return Inspection(disagreements=tuple(found))
    # 3. The embedded files.
    files = _extract(data, sealed.length)
    found += files.wrong
    inspection = Inspection(length=sealed.length, sha256=hashlib.sha256(memoryview(data)[: sealed.length]).hexdigest())
    manifest, events, wrong = _read_data(files.kept)
    found += wrong
    if manifest is None:
        return replace(inspection, disagreements=tuple(found))
    # 4 and 5. Events and evidence.
    found += compare.in_numbering(manifest, events)
    found += compare.in_times(manifest, events)
    found += compare.in_evidence(manifest, events, files.names)
    found += compare.in_receipts(manifest, events)
    # 6. The annex.
    found += compare.in_annex(manifest, events)
    return replace(
        inspection,
        disagreements=tuple(found),
        manifest=files.kept[MANIFEST],
        events=files.kept[EVENTS],
        places=files.places,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """The embedded files: names and places by digest, the edition's own data by name, and what cannot be read."""

    names: dict[str, str]
    places: dict[str, int]
    kept: dict[str, bytes]
    wrong: tuple[Message, ...]


def _extract(data: bytes, length: int) -> _Files:
    names: dict[str, str] = {}
    places: dict[str, int] = {}
    kept: dict[str, bytes] = {}
    wrong: list[Message] = []
    try:
        for item in extract_attachments(data, length, limit=_EDITION.limits.attachment_size):
            if item.name not in (MANIFEST, EVENTS):
                names[item.sha256] = item.name
                places[item.sha256] = item.place
            elif item.name in kept:
                wrong.append(say("{name} lies twice in the edition.", name=item.name))
            else:
                kept[item.name] = item.data
    except UnreadableError as exc:
        wrong.append(exc.message)
    return _Files(names=names, places=places, kept=kept, wrong=tuple(wrong))


def _read_data(kept: Mapping[str, bytes]) -> tuple[Manifest | None, tuple[Event, ...], list[Message]]:
    missing = [name for name in (MANIFEST, EVENTS) if name not in kept]
    if missing:
        return (
            None,
            (),
            [say("{name} is not in the file: this is no edition by docgen.", name=name) for name in missing],
        )
    events, wrong = compare.read_events(kept[EVENTS])
    try:
        return Manifest.from_bytes(kept[MANIFEST]), events, list(wrong)
    except ValueError:
        return None, events, [*wrong, say("The data of the edition cannot be read.")]


def _against_seal(manifest: Manifest, report: FileReport) -> Iterator[Message]:
    """Compare who sealed and when with what the edition says of itself."""
    seals = [item for item in report.signatures if item.kind is not SignatureKind.DOCUMENT_TIMESTAMP]
    for seal in seals[:1]:
        if seal.signed_by is not None and seal.signed_by != manifest.sealed_by:
            yield say(
                "The edition says that {said} sealed it; the seal is of {holder}.",
                said=manifest.sealed_by,
                holder=seal.signed_by,
            )
        if seal.proven_time is not None and seal.proven_time + CLOCK_TOLERANCE < manifest.issued_at:
            yield say("The seal's time stamp is older than the moment at which the edition says that it was issued.")


def content_of(inspection: Inspection) -> Content | None:
    """Return what the two data files of an inspection say; None where there are none that can be read."""
    if inspection.manifest is None or inspection.events is None:
        return None
    manifest, events, _ = _read_data({MANIFEST: inspection.manifest, EVENTS: inspection.events})
    return None if manifest is None else Content(manifest=manifest, events=events)


def words_digest(data: bytes, printed: int) -> str | None:
    """Return the SHA-256 of the words of the first `printed` bytes; None where they are no tagged PDF.

    Runs in the worker like `inspect_edition`: these bytes come from outside.
    """
    from docgen.documents.structure import structure_text  # noqa: PLC0415 - only who compares words pays for it

    try:
        text = structure_text(data[:printed])
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - whatever a reader raises on hostile bytes: they have no words to compare
        return None
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def printed_length(seal: FileReport) -> int:
    """Return how many bytes were printed: what was added to them begins there."""
    return seal.findings.first_revision if seal.findings else 0


def verify_edition(data: bytes, *, name: str, trust: Trust, as_of: datetime) -> DeepReport:
    """Return the whole answer about the edition that `data` is, read in this process.

    For files from outside use `docgen.edition.deep_worker`, which reads them behind the lock.
    """
    from docgen.documents.pdf import print_pdf  # noqa: PLC0415 - the worker must not load Typst

    seal = verify_seal(data, name=name, trust=trust, as_of=as_of)
    inspection = inspect_edition(data)
    content, length = content_of(inspection), inspection.length
    letters: Iterable[tuple[FileReport, tuple[Message, ...]]] = ()
    if content is not None and length is not None:
        pieces = in_pieces(letters_of(content.manifest, content.events, inspection.places))
        letters = (found for piece in pieces for found in verify_letters(data, length, piece, trust=trust, as_of=as_of))
    return conclude(
        data,
        seal,
        inspection,
        content,
        letters,
        words=lambda: words_digest(data, printed_length(seal)),
        print_document=print_pdf,
    )


def conclude(
    data: bytes,
    seal: FileReport,
    inspection: Inspection,
    content: Content | None,
    letters: Iterable[tuple[FileReport, tuple[Message, ...]]],
    *,
    words: Callable[[], str | None],
    print_document: Callable[[Document], bytes],
) -> DeepReport:
    """Take step 8 and put the answer together. Nothing of `data` is parsed here.

    `seal` is what step 1 found, `letters` what step 7 found of each letter. `words` is asked only where the printed
    bytes are not the same: it returns `words_digest` of the printed revision.
    """
    found = list(inspection.disagreements)
    if content is not None:
        found += _against_seal(content.manifest, seal)
    originals: list[FileReport] = []
    for original, against in letters:
        originals.append(original)
        found += against
    report = DeepReport(
        edition=seal,
        originals=tuple(originals),
        disagreements=(),
        length=inspection.length,
        sha256=inspection.sha256,
    )
    if content is not None:
        # 8. The pages.
        again = _printed_again(content, print_document)
        printed = data[: printed_length(seal)]
        if again is None or (printed != again and words() != words_digest(again, len(again))):
            found.append(say("The pages do not say what the data and events of the edition say."))
        report = replace(
            report,
            number=content.manifest.number,
            as_of=content.manifest.as_of,
            members=sum(row.withdrawn_on is None for row in content.manifest.annex),
            head=content.manifest.head,
        )
    return replace(report, disagreements=tuple(found))


def _printed_again(content: Content, print_document: Callable[[Document], bytes]) -> bytes | None:
    """Return the pages that data and events give; None where they give none: such data was not printed either."""
    from docgen.edition.pages import edition_document  # noqa: PLC0415 - only who compares pages pays for it

    try:
        return print_document(edition_document(content.manifest, content.events))
    except (DocgenError, ValueError, IndexError):
        return None

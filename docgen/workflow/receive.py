"""Receive what arrived: store, verify, recognise, propose, log. Registering is somebody's act and comes after.

For every file:

1. Its exact bytes are stored first, under their SHA-256.
2. The stored bytes are verified in the locked-down worker, judged at the moment of receipt.
3. What the file says is recognised, and its signers are compared with those whom the letter names.
4. The report is stored as evidence, with the trust data that the verdict rests on.
5. In one transaction: a letter that is registered already is found, the act is held against the register, and the
   arrival is logged under the next intake number with the proposed decision.

A file that cannot be opened did not arrive: it is reported and gets no number. One over the size limit is logged with
its digest and not kept. One bad file never stops the others.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

from docgen.errors import ExitCode, UnreadableError, UsageError, why_of, worst
from docgen.files import read_limited
from docgen.model.events import instant_to_text
from docgen.model.moments import riga_day
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Decision, Reason, ReasonCode
from docgen.model.recognition import Recognised, RecognisedAs, does_not_fit
from docgen.model.report import FileFormat, FileReport
from docgen.model.text import say
from docgen.register.events import load_events
from docgen.register.evidence import evidence_path, store_evidence
from docgen.register.intake import Arrival, bound_to, log_arrival, next_intake
from docgen.register.personal import keep_personal
from docgen.workflow.arriving import arrival_fields, replay_keys
from docgen.workflow.recognise import Recognition, Renderer, recognise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from docgen.database import Connection, Database
    from docgen.model.report import VerificationReport

__all__ = ["CHANNELS", "Desk", "Receipt", "Received", "Source", "batch_exit_code", "read_stream", "receive"]

CHANNELS = ("email", "e-address", "web", "paper", "file")
_LIMIT = PROFILES["letter"].limits.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was handed over: the sender's name for it, and its path or, from a stream, its bytes."""

    name: str
    path: Path | None = None
    data: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """When and how the files came. Raises `UsageError` for a moment in the future."""

    received_at: datetime
    now: datetime
    channel: str = "file"

    def __post_init__(self) -> None:
        """Nothing is received tomorrow, and an unknown channel is a slip."""
        if self.received_at > self.now:
            raise UsageError(
                say("{moment} lies in the future", moment=instant_to_text(self.received_at)),
                say("Give the moment at which the file came with: --received-at INSTANT"),
            )
        if self.channel not in CHANNELS:
            raise UsageError(say("there is no channel “{channel}”", channel=self.channel))


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One file: the report with all reasons, what was recognised, and its record (None where nothing arrived)."""

    report: FileReport
    recognition: Recognition | None = None
    arrival: Arrival | None = None

    @property
    def intake(self) -> str | None:
        """The number in the intake log."""
        return None if self.arrival is None else self.arrival.intake

    @property
    def duplicate_of(self) -> str | None:
        """The number of the registered letter that came again."""
        return None if self.arrival is None else self.arrival.duplicate_of

    @property
    def next_command(self) -> str | None:
        """What the clerk types next."""
        if self.arrival is None or self.recognition is None:
            return None
        if self.duplicate_of is not None:
            return f"docgen register show {self.duplicate_of}"
        command = f"docgen register decide {self.intake}"
        if self.report.decision is Decision.REFUSE:
            return f"{command} refuse --by NAME"
        if self.report.decision is Decision.ACCEPT:
            return f"{command} accept --by NAME"
        if self.recognition.recognised.as_.agrees:
            return f"{command} accept --by NAME --why TEXT"
        return f"{command} accept --act ACT --organisation NUMBER --name NAME --by NAME --why TEXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """A source after step 1."""

    source: Source
    sha256: str
    size: int
    data: bytes
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where and by what rules files are received: the register, the evidence, and the three things that look at a file.

    `verify` takes a stored file and the name to report; `material` has the bytes behind the digests that a report rests
    on; `as_json` gives the report as it is stored.
    """

    database: Database
    signed: Path
    pack: str
    renderer: Renderer
    verify: Callable[[Path, str], VerificationReport]
    material: Mapping[str, bytes]
    as_json: Callable[[VerificationReport], dict[str, Any]]
    policy: str
    signing_rights: str = "clerk"


def receive(desk: Desk, sources: Sequence[Source], receipt: Receipt) -> Iterator[Received]:
    """Receive files one after another; yields each when it is logged."""
    for source in sources:
        try:
            stored = _store(desk.signed, source)
        except UnreadableError as exc:
            yield Received(report=_unreadable(source, exc))
            continue
        yield _receive(desk, stored, receipt)


def read_stream(stream: BinaryIO) -> bytes:
    """Return what a stream holds. Raises `UnreadableError` where it is more than a letter may be."""
    data = stream.read(_LIMIT + 1)
    if len(data) > _LIMIT:
        raise UnreadableError(
            say("the stream has more than {limit} bytes", limit=_LIMIT), say("Ask the sender for a smaller file.")
        )
    return data


def batch_exit_code(received: Sequence[Received]) -> ExitCode:
    """Return the exit code of a batch: the worst of its files."""
    return worst([file.report.exit_code for file in received]) if received else ExitCode.USAGE


def _store(signed: Path, source: Source) -> _Stored:
    # 1. The exact bytes first.
    if source.data is not None:
        data = source.data
    else:
        assert source.path is not None
        oversized = _oversized(source)
        if oversized is not None:
            return oversized
        data = read_limited(source.path, _LIMIT)
    digest = store_evidence(signed, data)
    return _Stored(source=source, sha256=digest, size=len(data), data=data, kept=True)


def _oversized(source: Source) -> _Stored | None:
    path = source.path
    assert path is not None
    if not path.is_file() or path.is_symlink() or path.stat().st_size <= _LIMIT:
        return None
    try:
        with path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as exc:
        raise UnreadableError(
            say("{file} cannot be read: {why}", file=str(path), why=why_of(exc))
        ) from exc
    return _Stored(source=source, sha256=digest, size=path.stat().st_size, data=b"", kept=False)


def _unreadable(source: Source, exc: UnreadableError) -> FileReport:
    reason = Reason(code=ReasonCode.PARSE, message=exc.message, hint=exc.hint)
    return FileReport(file=source.name, sha256=None, size=None, format=FileFormat.OTHER, reasons=(reason,))


def _too_large(stored: _Stored) -> FileReport:
    reason = Reason(
        code=ReasonCode.SIZE,
        message=say("the file has {size} bytes; the limit is {limit}", size=stored.size, limit=_LIMIT),
        hint=say("Ask the sender for a smaller file. This one was not kept, only its digest."),
    )
    return FileReport(
        file=stored.source.name, sha256=stored.sha256, size=stored.size, format=FileFormat.OTHER, reasons=(reason,)
    )


def _receive(desk: Desk, stored: _Stored, receipt: Receipt) -> Received:
    # 2. Verify the stored bytes.
    material: list[str] = []
    if stored.kept:
        verified = desk.verify(evidence_path(desk.signed, stored.sha256), stored.source.name)
        # Digest and size are those of the stored bytes, whatever the worker says.
        report = replace(verified.files[0], sha256=stored.sha256, size=stored.size)
        # 3. Recognise.
        recognition = recognise(report, stored.data, pack=desk.pack, renderer=desk.renderer)
        # 4. Report and material.
        # Only what was given to the worker can have been used by it.
        used = [desk.material[digest] for digest in report.material if digest in desk.material]
        material = [store_evidence(desk.signed, item) for item in used]
        stored_report = _as_bytes(desk.as_json(verified))
    else:
        report = _too_large(stored)
        recognition = Recognition(recognised=Recognised(as_=RecognisedAs.UNREADABLE))
        stored_report = _as_bytes({"file": report.file, "sha256": report.sha256, "size": report.size, "reason": "SIZE"})
    report_digest = store_evidence(desk.signed, stored_report)
    # 5. Look at the register, and log.
    with desk.database.writing() as connection:
        report, duplicate_of = _against_register(connection, desk, receipt, report, recognition)
        fields = {
            **arrival_fields(report, recognition),
            "stored": stored.kept,
            "policy": desk.policy,
            "channel": receipt.channel,
            "logged_at": instant_to_text(receipt.now),
            "report": report_digest,
            "material": material,
        }
        if duplicate_of is not None:
            fields["duplicate_of"] = duplicate_of
        if recognition.letter is not None:
            fields["letter"] = keep_personal(connection, recognition.letter)
        arrival = log_arrival(connection, receipt.received_at, fields)
    return Received(report=report, recognition=recognition, arrival=arrival)


def _as_bytes(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "backslashreplace")


def _against_register(
    connection: Connection, desk: Desk, receipt: Receipt, report: FileReport, recognition: Recognition
) -> tuple[FileReport, str | None]:
    """Return the report with all reasons, and the number of the registered letter if this one repeats it."""
    reasons = [*report.reasons, *recognition.reasons]
    original = bound_to(connection, replay_keys(report, recognition))
    what = recognition.recognised
    if original is not None:
        repeated = Reason(
            code=ReasonCode.REPLAY,
            message=say("this letter is registered already, as {original}", original=original),
            hint=say("Nothing new is registered. See: docgen register show {intake}", intake=original),
        )
        reasons.append(repeated)
    elif what.as_.agrees and what.act is not None and what.organisation is not None:
        state = does_not_fit(
            load_events(connection),
            act=what.act,
            organisation=what.organisation,
            effective_on=riga_day(receipt.received_at),
            intake=next_intake(connection, receipt.received_at),
        )
        reasons += [] if state is None else [state]
        reasons += _rights(desk.signing_rights, recognition)
    whole = replace(report, reasons=tuple(dict.fromkeys(reasons)))
    return whole, original if whole.decision is None else None


def _rights(signing_rights: str, recognition: Recognition) -> list[Reason]:
    if signing_rights != "required":
        return []
    found = [
        Reason(
            code=ReasonCode.RIGHTS_UNKNOWN,
            message=say("whether {signer} may sign is not known", signer=signer.name),
            hint=say("Look the representation up in the Register of Enterprises."),
        )
        for signer in recognition.signers
    ]
    signatories = (recognition.letter or {}).get("signatories", ())
    found += [
        Reason(
            code=ReasonCode.MANDATE,
            message=say("{signer} signs by {mandate}", signer=person["name"], mandate=person["mandate"]),
            hint=say("Ask for the document that gives the right to sign."),
        )
        for person in signatories
        if person.get("mandate", "statutory") != "statutory"
    ]
    return found

"""Receive what arrived: store, verify, recognise, propose, log. Registering is somebody's act and comes after.

For every file:

1. That it arrived is noted; then its exact bytes are stored, under their SHA-256.
2. The stored bytes are verified in the locked-down worker, judged at the moment of receipt.
3. What the file says is recognised, and its signers are compared with those whom the letter names.
4. The report is stored as evidence, with the trust data that the verdict rests on.
5. In one transaction: a letter that is registered already is found, the act is held against the register, the arrival
   is logged under the next intake number with the proposed decision, and the note of 1 goes.

A receipt that was cut off between 1 and 5 is taken up by the next one, with the moment and the channel of its arrival.
A file that cannot be opened did not arrive: it is said and gets no number. One over the size limit is logged with its
digest and not kept. One bad file never stops the others.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from docgen.errors import DocgenError, ExitCode, MismatchError, UnreadableError, UsageError, worst
from docgen.model.events import instant_to_text
from docgen.model.moments import riga_day
from docgen.model.reasons import Decision, Reason, ReasonCode, advised
from docgen.model.recognition import DELEGATION, Recognised, RecognisedAs, day_met, does_not_fit, needs_a_day
from docgen.model.report import FileFormat, FileReport
from docgen.model.text import say
from docgen.register.begun import Begun, abandoned, begin, end, working
from docgen.register.events import load_events
from docgen.register.evidence import evidence_path, read_evidence, report_bytes, store_evidence
from docgen.register.intake import Arrival, all_arrivals, bound_to, log_arrival, next_intake
from docgen.register.personal import keep_personal
from docgen.workflow.arriving import arrival_fields, replay_keys
from docgen.workflow.recognise import Recognition, Renderer, recognise
from docgen.workflow.sources import LIMIT, Content, Source, read_source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from docgen.database import Connection, Database
    from docgen.model.report import VerificationReport

__all__ = ["CHANNELS", "Desk", "Missed", "Receipt", "Received", "Source", "batch_exit_code", "receive"]

CHANNELS = ("email", "e-address", "web", "paper", "file")


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
    """One file that arrived: the report with all reasons, what was recognised, and its record in the log.

    `taken_up` where an earlier receipt of it was cut off and this one completed it; `day_needed` where whoever accepts
    it says from which day it counts.
    """

    report: FileReport
    recognition: Recognition
    arrival: Arrival
    taken_up: bool = False
    day_needed: bool = False

    @property
    def intake(self) -> str:
        """The number in the intake log."""
        return self.arrival.intake

    @property
    def duplicate_of(self) -> str | None:
        """The number of the registered letter that came again."""
        return self.arrival.duplicate_of

    @property
    def exit_code(self) -> ExitCode:
        """What this file alone exits with."""
        return self.report.exit_code

    @property
    def next_command(self) -> str:
        """What the clerk types next."""
        if self.duplicate_of is not None:
            return f"docgen register show {self.duplicate_of}"
        command = f"docgen register decide {self.intake}"
        if self.report.decision is Decision.REFUSE:
            return f"{command} refuse --by NAME"
        day = " --effective DAY" if self.day_needed else ""
        if self.report.decision is Decision.ACCEPT:
            return f"{command} accept{day} --by NAME"
        if self.recognition.recognised.as_.agrees:
            return f"{command} accept{day} --by NAME --why TEXT"
        return f"{command} accept --act ACT --organisation NUMBER --name NAME --by NAME --why TEXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What did not arrive, or could not be taken up, and why; nothing is logged for it."""

    name: str
    error: DocgenError

    @property
    def exit_code(self) -> ExitCode:
        """What this file alone exits with."""
        return self.error.exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where and by what rules files are received: the register, the evidence, and the three things that look at a file.

    `verify` takes a stored file, the name to report and the moment of receipt; `material` has the bytes behind the
    digests that a report rests on; `as_json` gives the report as it is stored; `mode` is how the memorandum is joined.
    """

    database: Database
    signed: Path
    pack: str
    renderer: Renderer
    verify: Callable[[Path, str, datetime], VerificationReport]
    material: Mapping[str, bytes]
    as_json: Callable[[VerificationReport], dict[str, Any]]
    policy: str
    signing_rights: str = "clerk"
    mode: str = "letter"


def receive(desk: Desk, sources: Sequence[Source], receipt: Receipt) -> Iterator[Received | Missed]:
    """Receive files one after another; yields each when it is logged, first what earlier receipts left unfinished.

    A file of this batch that an interrupted receipt had begun, by name and bytes, is one arrival and yielded once.
    """
    with working(desk.signed) as owner:
        with desk.database.reading() as connection:
            left = abandoned(connection, desk.signed)
        taken_up: list[tuple[str, str]] = []
        lost: list[Begun] = []
        for note in left:
            if note.kept and not _is_stored(desk.signed, note):
                lost.append(note)
                continue
            one = _take_up(desk, note, receipt)
            taken_up += [_same(note)] if isinstance(one, Received) else []
            yield one
        for source in sources:
            try:
                content = read_source(source)
            except UnreadableError as exc:
                yield Missed(name=source.name, error=exc)
                continue
            this = source.name, content.sha256
            if this in taken_up:
                taken_up.remove(this)
                continue
            note = _begin(desk, owner, source.name, content, receipt)
            for again in [other for other in lost if _same(other) == this]:
                _forget(desk, again)
                lost.remove(again)
            yield _complete(desk, note, content.data, receipt)
        for note in lost:
            _forget(desk, note)
            yield Missed(
                name=note.name,
                error=UnreadableError(
                    say("an earlier receipt of “{name}” was cut off before the file was stored", name=note.name),
                    say("Receive it again, if you have not done so yet."),
                ),
            )


def batch_exit_code(received: Sequence[Received | Missed]) -> ExitCode:
    """Return the exit code of a batch: the worst of its files."""
    return worst([file.exit_code for file in received]) if received else ExitCode.USAGE


def _same(note: Begun) -> tuple[str, str]:
    return note.name, note.sha256


def _is_stored(signed: Path, note: Begun) -> bool:
    try:
        evidence_path(signed, note.sha256)
    except MismatchError:
        return False
    return True


def _forget(desk: Desk, note: Begun) -> None:
    with desk.database.writing() as connection:
        end(connection, note)


def _begin(desk: Desk, owner: str, name: str, content: Content, receipt: Receipt) -> Begun:
    # 1. The note, then the exact bytes.
    with desk.database.writing() as connection:
        note = begin(
            connection,
            owner=owner,
            name=name,
            sha256=content.sha256,
            size=content.size,
            kept=content.data is not None,
            channel=receipt.channel,
            received_at=receipt.received_at,
        )
    if content.data is not None:
        try:
            store_evidence(desk.signed, content.data)
        except DocgenError:
            # Whoever called is told that it did not arrive, so no later receipt speaks of it.
            with contextlib.suppress(DocgenError):
                _forget(desk, note)
            raise
    return note


def _take_up(desk: Desk, note: Begun, receipt: Receipt) -> Received | Missed:
    # The moment of arrival stays; the note stays too where it cannot be completed now.
    try:
        data = read_evidence(desk.signed, note.sha256) if note.kept else None
        then = Receipt(received_at=note.received_at, now=receipt.now, channel=note.channel)
        return replace(_complete(desk, note, data, then), taken_up=True)
    except DocgenError as exc:
        return Missed(name=note.name, error=exc)


def _too_large(note: Begun) -> FileReport:
    reason = Reason(
        code=ReasonCode.SIZE,
        message=say("the file has {size} bytes; the limit is {limit}", size=note.size, limit=LIMIT),
        hint=say("Ask the sender for a smaller file. This one was not kept, only its digest."),
    )
    return FileReport(file=note.name, sha256=note.sha256, size=note.size, format=FileFormat.OTHER, reasons=(reason,))


def _complete(desk: Desk, note: Begun, data: bytes | None, receipt: Receipt) -> Received:
    # 2. Verify the stored bytes.
    material: list[str] = []
    if data is not None:
        verified = desk.verify(evidence_path(desk.signed, note.sha256), note.name, note.received_at)
        # Digest and size are those of the stored bytes, whatever the worker says.
        report = replace(verified.files[0], sha256=note.sha256, size=note.size)
        # 3. Recognise.
        recognition = recognise(report, data, pack=desk.pack, renderer=desk.renderer)
        # 4. Report and material.
        # Only what was given to the worker can have been used by it.
        used = [desk.material[digest] for digest in report.material if digest in desk.material]
        material = [store_evidence(desk.signed, item) for item in used]
        stored_report = report_bytes(desk.as_json(verified))
    else:
        report = _too_large(note)
        recognition = Recognition(recognised=Recognised(as_=RecognisedAs.UNREADABLE))
        stored_report = report_bytes(
            {"file": report.file, "sha256": report.sha256, "size": report.size, "reason": "SIZE"}
        )
    report_digest = store_evidence(desk.signed, stored_report)
    # 5. Look at the register, and log.
    with desk.database.writing() as connection:
        if not end(connection, note):
            # Another receipt took it up meanwhile, where the system cannot tell who still works; or, before the bytes
            # were stored, forgot it: then it is logged here.
            logged = [one for one in all_arrivals(connection) if one.fields.get("receipt") == note.token]
            if logged:
                as_logged = replace(report, reasons=logged[0].reasons)
                return Received(report=as_logged, recognition=recognition, arrival=logged[0])
        report, duplicate_of = _against_register(connection, desk, receipt, report, recognition)
        fields = {
            **arrival_fields(report, recognition),
            "receipt": note.token,
            "stored": note.kept,
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
    what = recognition.recognised
    day_needed = what.as_.agrees and needs_a_day(what.kind, desk.mode)
    return Received(report=report, recognition=recognition, arrival=arrival, day_needed=day_needed)


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
            effective_on=day_met(what.act, riga_day(receipt.received_at), recognition.letter or {}),
            intake=next_intake(connection, receipt.received_at),
            wish=((recognition.letter or {}).get("council") or {}).get("wish"),
            delegates=what.kind != DELEGATION or desk.mode != "letter",
        )
        reasons += [] if state is None else [state]
        reasons += _rights(desk.signing_rights, recognition)
    whole = replace(report, reasons=advised(tuple(dict.fromkeys(reasons))))
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

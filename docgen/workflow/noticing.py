"""Recording what was sent about an arrival: an event with the kind, the day and the file, which is kept as evidence.

The file is looked at in the locked-down worker: it must be signed, and where it is docgen's own letter it says itself
what it is and about which arrival.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.database import open_database
from docgen.documents.payloads import parse_payload
from docgen.errors import DataError, ExitCode, UsageError
from docgen.model.events import Draft, Event, EventType, Evidence, EvidenceKind
from docgen.model.moments import riga_day
from docgen.model.notices import IN_FORCE, NOTICE_KINDS, notices_of
from docgen.model.profiles import PROFILES
from docgen.model.recognition import RecognisedAs
from docgen.model.text import say
from docgen.register.events import append_events, load_events
from docgen.register.evidence import store_evidence
from docgen.signatures.batch import Submission, Verifier
from docgen.signatures.trust import load_trust
from docgen.workflow.answers import Case, read_case
from docgen.workflow.register import written_by
from docgen.workflow.rules import policy_of_workspace

if TYPE_CHECKING:
    from datetime import date, datetime

    from docgen.model.payload import Payload
    from docgen.model.report import FileReport
    from docgen.workspace import Workspace

__all__ = ["Sent", "record_sent"]

_NOT_SIGNED = frozenset({ExitCode.UNREADABLE, ExitCode.SIGNATURE_FAILED, ExitCode.UNSIGNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The event of a notice; `known` where it was recorded before, and nothing new was."""

    event: Event
    known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notice:
    """What a file is: its kind, to whom, under which reference."""

    kind: str
    organisation: str
    name: str
    reference: str = ""


def record_sent(
    workspace: Workspace,
    intake: str,
    content: bytes,
    *,
    by: str,
    at: datetime,
    on: date | None = None,
    kind: str | None = None,
    sandbox: bool = True,
    verifier: Verifier | None = None,
) -> Sent:
    """Record that a letter about an arrival was sent; `on` is the day, today where it is not given.

    `verifier` looks at the file where its caller has one at work; else one is started, by the workspace's trust data.

    Raises `UsageError` where the file is not signed or its signature fails, where it is about another arrival, goes to
    another organisation or does not fit this one, where nobody says what kind of notice it is, or for a day in the
    future or before the receipt.
    Nothing is recorded then.
    """
    by = written_by(by)
    today = riga_day(at)
    day = on or today
    case = read_case(workspace, intake, today)
    if not riga_day(case.arrival.received_at) <= day <= today:
        raise UsageError(
            say("{day} is in the future, or before {intake} was received", day=day.isoformat(), intake=intake),
            say("Say on which day it was sent with: --on DAY"),
        )
    with contextlib.ExitStack() as stack:
        if verifier is None:
            verifier = stack.enter_context(_verifier(workspace, sandbox=sandbox))
        report = _report(verifier, content, at)
    notice = _what_it_is(report, case, kind)
    digest = hashlib.sha256(content).hexdigest()
    with open_database(workspace.database_url) as database:
        with database.reading() as connection:
            known = _known(load_events(connection), intake, digest)
        if known is not None:
            return Sent(event=known, known=True)
        store_evidence(workspace.signed, content)
        with database.writing() as connection:
            known = _known(load_events(connection), intake, digest)
            if known is not None:
                return Sent(event=known, known=True)
            data: dict[str, Any] = {"kind": notice.kind, "intake": intake, "name": notice.name}
            data |= {"reference": notice.reference} if notice.reference else {}
            draft = Draft(
                type=EventType.NOTICE_SENT,
                organisation=notice.organisation or None,
                effective_on=day,
                recorded_at=at,
                by=by,
                evidence=(Evidence(sha256=digest, kind=EvidenceKind.NOTICE),),
                data=data,
            )
            return Sent(event=append_events(connection, [draft])[0])


def _known(events: list[Event], intake: str, digest: str) -> Event | None:
    return next(
        (event for event in notices_of(events, intake) if any(item.sha256 == digest for item in event.evidence)), None
    )


def _verifier(workspace: Workspace, *, sandbox: bool) -> Verifier:
    return Verifier(
        trust=load_trust(workspace.trust),
        policy=policy_of_workspace(workspace, None),
        profile=PROFILES["letter"],
        sandbox=sandbox,
    )


def _report(verifier: Verifier, content: bytes, at: datetime) -> FileReport:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notice.pdf"
        path.write_bytes(content)
        return verifier.report([Submission(name=path.name, path=path)], as_of=at, receipt=at).files[0]


def _what_it_is(report: FileReport, case: Case, kind: str | None) -> _Notice:
    intake = case.arrival.intake
    hopeless = [reason for reason in report.reasons if reason.exit_code in _NOT_SIGNED]
    if hopeless:
        raise UsageError(
            say("the file is no letter that was signed and sent: {why}", why=hopeless[0].message),
            say("Give the signed PDF as it was sent; see: docgen verify FILE"),
        )
    payload = _payload(report)
    said = payload.act if payload is not None and payload.act in NOTICE_KINDS else None
    about = None if payload is None else payload.data.get("case")
    if said is not None and said != IN_FORCE and (not isinstance(about, dict) or about.get("intake") != intake):
        raise UsageError(
            say("the letter is not about {intake}", intake=intake), say("Give the number that it names as its case.")
        )
    if kind is not None and said is not None and kind != said:
        raise UsageError(
            say("the letter is of the kind “{said}”, not “{kind}”", said=said, kind=kind), say("Leave out --kind.")
        )
    chosen = kind or said
    if chosen is None:
        raise UsageError(
            say("docgen did not print this letter: say what kind it is"),
            say("Add: --kind {kinds}", kinds="|".join(case.kinds or NOTICE_KINDS)),
        )
    if chosen not in case.kinds:
        raise UsageError(
            say("a letter of the kind “{kind}” does not fit {intake}", kind=chosen, intake=intake),
            say("It can be answered with: {kinds}.", kinds=", ".join(case.kinds) or "-"),
        )
    if payload is not None and said is not None:
        if not case.is_addressee(chosen, payload.organisation):
            raise UsageError(
                say(
                    "the letter goes to {organisation}, whom {intake} is not about",
                    organisation=payload.organisation or "-",
                    intake=intake,
                ),
                say("Draw it up anew with: docgen register answer {intake}", intake=intake),
            )
        return _Notice(kind=chosen, organisation=payload.organisation, name=payload.name, reference=payload.reference)
    found, event = case.arrival.fields["recognised"], case.registered
    if event is not None:
        return _Notice(kind=chosen, organisation=event.organisation or "", name=str(event.data.get("name", "")))
    if not RecognisedAs(found["as"]).agrees:
        # Whose letter it was is only what the file claims: no event repeats that.
        return _Notice(kind=chosen, organisation="", name="")
    return _Notice(kind=chosen, organisation=found.get("organisation", ""), name=found.get("name", ""))


def _payload(report: FileReport) -> Payload | None:
    if report.findings is None or report.findings.payload is None:
        return None
    try:
        return parse_payload(report.findings.payload)
    except DataError:
        return None

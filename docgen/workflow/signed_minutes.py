"""Signed minutes before they become evidence: the file is verified as a letter is, in the locked-down worker.

What cannot be signed minutes is refused: a file without a signature or with one that fails, the draft, minutes that the
data still call a draft. What the policy does not accept needs a reason, as a letter does; what remains to be looked at
(a signature that is missing, another file than docgen's own) is told. The report is kept beside the minutes.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from docgen.documents.minutes import minutes_document
from docgen.documents.pdf import print_pdf
from docgen.errors import ExitCode, UnreadableError, UsageError
from docgen.model.events import Evidence, EvidenceKind
from docgen.model.latvian import short_name
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Decision
from docgen.model.recognition import same_name
from docgen.model.report import SignatureKind
from docgen.model.sitting import SittingStatus
from docgen.model.text import Message, say
from docgen.register.evidence import report_bytes, store_evidence
from docgen.signatures.batch import Submission, Verifier
from docgen.signatures.reports import to_json
from docgen.signatures.trust import load_trust
from docgen.workflow.rules import policy_of_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from docgen.documents.packs import Pack
    from docgen.model.blocks import Document
    from docgen.model.reasons import Reason
    from docgen.model.report import FileReport
    from docgen.model.sitting import Sitting
    from docgen.workspace import Workspace

__all__ = ["JudgedMinutes", "MinutesFile", "digest_of_pdf", "judge_minutes", "keep_minutes"]

_PDF = b"%PDF-"
_NOT_SIGNED = frozenset({ExitCode.UNREADABLE, ExitCode.SIGNATURE_FAILED, ExitCode.UNSIGNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesFile:
    """A file that somebody calls the signed minutes. `pack` prints them; `why` takes it although the policy does not.

    `verifier` looks at it where its caller has one at work; else one is started, by the workspace's trust data.
    `print_document` prints the pages that it is held against.
    """

    content: bytes
    pack: Pack
    why: str = ""
    sandbox: bool = True
    verifier: Verifier | None = None
    print_document: Callable[[Document], bytes] = print_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedMinutes:
    """Minutes that may be kept: who signed them, by which policy they were judged, and what is to be looked at."""

    sha256: str
    report: FileReport
    policy: str
    content: bytes
    stored_report: bytes
    material: tuple[bytes, ...]
    doubts: tuple[Message, ...]

    @property
    def signers(self) -> tuple[str, ...]:
        """Whose signatures the file has, in their order."""
        return _signers(self.report)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What verification found wrong or open."""
        return self.report.reasons


def digest_of_pdf(content: bytes) -> str:
    """Return the digest under which a PDF is kept. Raises `UnreadableError` for what is no PDF."""
    if not content.startswith(_PDF):
        raise UnreadableError(say("the file is no PDF"), say("Keep the signed PDF, as it came."))
    return hashlib.sha256(content).hexdigest()


def judge_minutes(workspace: Workspace, sitting: Sitting, file: MinutesFile, *, at: datetime) -> JudgedMinutes:
    """Verify what is said to be the signed minutes of a sitting, as at the moment `at`.

    Raises `UsageError` where the file is not signed, where a signature fails, where it is the draft, where the data
    call the minutes a draft, and where the policy refuses it and no reason is given; `UnreadableError` for no PDF;
    `MissingError` where strangers' files cannot be read safely.
    """
    digest = digest_of_pdf(file.content)
    _not_the_draft(sitting, file)
    with contextlib.ExitStack() as stack:
        verifier = file.verifier
        if verifier is None:
            verifier = stack.enter_context(
                Verifier(
                    trust=load_trust(workspace.trust),
                    policy=policy_of_workspace(workspace, None),
                    profile=PROFILES["document"],
                    sandbox=file.sandbox,
                )
            )
        verified = verifier.report([Submission(name="minutes.pdf", data=file.content)], as_of=at, receipt=at)
    report = verified.files[0]
    _signed(report, file.why)
    given = verifier.trust.given()
    return JudgedMinutes(
        sha256=digest,
        report=report,
        policy=verified.policy,
        content=file.content,
        stored_report=report_bytes(to_json(verified, str)),
        material=tuple(given[one] for one in report.material if one in given),
        doubts=tuple(_doubts(sitting, file, report)),
    )


def keep_minutes(workspace: Workspace, judged: JudgedMinutes) -> tuple[Evidence, ...]:
    """Store minutes, report and material, and return them as evidence. Raises as `store_evidence` does."""
    return (
        Evidence(sha256=store_evidence(workspace.signed, judged.content), kind=EvidenceKind.MINUTES),
        Evidence(sha256=store_evidence(workspace.signed, judged.stored_report), kind=EvidenceKind.REPORT),
        *(
            Evidence(sha256=store_evidence(workspace.signed, one), kind=EvidenceKind.MATERIAL)
            for one in judged.material
        ),
    )


def _not_the_draft(sitting: Sitting, file: MinutesFile) -> None:
    hint = say(
        'Set sitting.status to "approved" with the table [approval], make the minutes anew and have them signed.'
    )
    if sitting.status is SittingStatus.DRAFT:
        raise UsageError(
            say("by the data file the minutes are a draft; only approved minutes are kept as signed"), hint
        )
    draft = replace(sitting, status=SittingStatus.DRAFT, approval=None)
    if _is_print_of(draft, file):
        raise UsageError(say("the file is the draft of these minutes"), hint)


def _is_print_of(sitting: Sitting, file: MinutesFile) -> bool:
    """Whether the file is docgen's own, with signatures after it: signing only ever adds to a PDF."""
    return file.content.startswith(file.print_document(minutes_document(sitting, file.pack)))


def _signed(report: FileReport, why: str) -> None:
    hopeless = [reason for reason in report.reasons if reason.exit_code in _NOT_SIGNED]
    if hopeless or not report.signatures:
        what = hopeless[0].message if hopeless else say("no signature")
        raise UsageError(
            say("the file is no minutes that were signed: {why}", why=what),
            say("Give the PDF as it was signed; see: docgen verify FILE"),
        )
    if report.decision is Decision.REFUSE and not why:
        refusing = next(one for one in report.reasons if one.decision is Decision.REFUSE)
        raise UsageError(
            say("the policy does not accept how these minutes are signed: {why}", why=refusing.message),
            say("See: docgen verify FILE   If they are to be kept all the same, say why: --why TEXT"),
        )


def _signers(report: FileReport) -> tuple[str, ...]:
    signed = (one.signed_by for one in report.signatures if one.kind is SignatureKind.SIGNATURE and one.signed_by)
    return tuple(dict.fromkeys(signed))


def _doubts(sitting: Sitting, file: MinutesFile, report: FileReport) -> list[Message]:
    signers = _signers(report)
    doubts = [
        say("{name} is not among those who signed the minutes.", name=person.name)
        for person in dict.fromkeys((sitting.chair, sitting.minute_taker))
        if not any(_is(person.name, signer) for signer in signers)
    ]
    if not _is_print_of(sitting, file):
        doubts.append(say("What was signed is not the file that docgen makes of these data: compare the two."))
    return doubts


def _is(name: str, signer: str) -> bool:
    """Whether a name of the data is a signer's; `I. Kalniņa` is Ilze Kalniņa, who signs with her full name."""
    return same_name(name, signer) or same_name(name, short_name(signer))

"""Recognise a verified file: which act, by which organisation, signed by whom.

1. Payload: the text of `docgen.json` in the first revision, read strictly.
2. Printed again, in a process of its own: does the file begin with exactly those bytes?
3. Every later revision, from the first on, adds only signature machinery (found by the worker).
4. If 2 and 3 hold the letter is `printed`. If only the bytes differ, its first revision and the print are looked at
   beside each other: with the same words by structure and the same pages in every pixel it is `equal-text`, and a
   person reads it. In no other case is what the payload says what the page says.
5. Who signed is compared with whom the letter names; a letter that is dated by its time stamp must have one.

The payload alone is never believed. A payload that cannot be read, or that claims this renderer and this template but
gives another page than the one that came, does not agree with it: CONTENT. Everything else is FOREIGN: a person reads
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from docgen.documents.payloads import parse_payload
from docgen.errors import DataError, ExitCode, UnreadableError
from docgen.model.reasons import Decision, Reason, ReasonCode
from docgen.model.recognition import (
    Recognised,
    RecognisedAs,
    Signer,
    compare_signers,
    is_dated_by_time_stamp,
)
from docgen.model.report import FileFormat, SignatureKind
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docgen.model.payload import Payload
    from docgen.model.recognition import LetterKind
    from docgen.model.report import FileReport, LetterFindings
    from docgen.model.text import Message

__all__ = ["Recognition", "Renderer", "recognise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What a file says, who signed it, what speaks against it; the letter's data only where the page was compared."""

    recognised: Recognised
    signers: tuple[Signer, ...] = ()
    reasons: tuple[Reason, ...] = ()
    letter: Mapping[str, Any] | None = None


class Renderer(Protocol):
    """What recognition needs of docgen's own printing."""

    def letter_kind(self, name: str) -> LetterKind | None:
        """Return what a kind of letter does by the pack's template; None where there is no such letter.

        Raises `DataError` where the head of that template is wrong.
        """

    def print_again(self, payload: Payload) -> bytes:
        """Return the PDF of a payload; raise `UnreadableError` where docgen makes none of it."""

    def claims_this_renderer(self, payload: Payload) -> bool:
        """Whether the payload says that this version printed it, with the template as it is now."""

    def differences(self, printed: bytes, received: bytes) -> tuple[str, ...]:
        """Return in what a stranger's file is unlike a print: words of `what_differs`, or "unreadable"."""


def recognise(report: FileReport, data: bytes, *, pack: str, renderer: Renderer) -> Recognition:
    """Recognise a verified file. `data` are its bytes, of which only the beginning is compared, never parsed."""
    unreadable = any(reason.exit_code is ExitCode.UNREADABLE for reason in report.reasons)
    if unreadable or report.format is FileFormat.OTHER:
        return Recognition(recognised=Recognised(as_=RecognisedAs.UNREADABLE), signers=_signers(report))
    # 1. Payload.
    findings = report.findings
    if findings is None or findings.payload is None:
        return _foreign(report, say("docgen did not print this letter: it carries no docgen.json"))
    try:
        payload = parse_payload(findings.payload)
    except DataError as exc:
        return _disagrees(report, say("the letter's data (docgen.json) cannot be read: {why}", why=str(exc.message)))
    try:
        kind = renderer.letter_kind(payload.act)
    except DataError:
        # The fault is the workspace's: a person reads the letter, and the others of the batch are received.
        fault = say("the template of such a letter has a fault; see: docgen template check {kind}", kind=payload.act)
        return _foreign(report, fault)
    claims: dict[str, Any] = {"reference": payload.reference}
    if kind is not None:
        claims |= {"act": kind.act, "kind": kind.name}
    # Whom the secretariat wrote to has not written.
    if kind is None or kind.by_organisation:
        claims |= {"organisation": payload.organisation, "name": payload.name}
    # 2 to 4. Printed, or equal to the print?
    doubt = _doubt(findings, data, payload, pack, renderer, kind=kind)
    if doubt is not None and not doubt.equal:
        answer = _disagrees if doubt.contradicts else _foreign
        return answer(report, doubt.message, differences=doubt.differences, **claims)
    # 5. Signers.
    comparison = compare_signers(_signatures(report), payload.signatories)
    return Recognition(
        recognised=Recognised(
            as_=RecognisedAs.PRINTED if doubt is None else RecognisedAs.EQUAL_TEXT,
            differences=() if doubt is None else doubt.differences,
            **claims,
        ),
        signers=comparison.signers,
        reasons=(
            *(() if doubt is None else (_for_a_reader(doubt.message),)),
            *comparison.reasons,
            *_without_date(report, payload),
        ),
        letter=payload.data,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubt:
    """Why a letter with a payload is not `printed`.

    `contradicts` where payload and page cannot both be true, `equal` where only bytes differ.
    """

    message: Message
    differences: tuple[str, ...] = ()
    contradicts: bool = False
    equal: bool = False


def _doubt(
    findings: LetterFindings, data: bytes, payload: Payload, pack: str, renderer: Renderer, *, kind: LetterKind | None
) -> _Doubt | None:
    if payload.pack != pack:
        wrong = say("the letter belongs to the pack “{other}”, not “{pack}”", other=payload.pack, pack=pack)
    elif kind is None:
        wrong = say("there is no letter of the kind “{kind}”", kind=payload.act)
    elif not kind.by_organisation:
        wrong = say("it is a letter of the secretariat ({kind}), not an organisation's", kind=kind.name)
    else:
        wrong = None
    if wrong is not None:
        return _Doubt(message=wrong, differences=("pack-or-act",))
    try:
        printed = renderer.print_again(payload)
    except UnreadableError as exc:
        # Data that another version took may have fields that this one does not know: then a person reads the letter.
        return _Doubt(message=exc.message, differences=("data",), contradicts=renderer.claims_this_renderer(payload))
    if not data.startswith(printed) or findings.first_revision != len(printed):
        return _other_bytes(findings, data, payload, renderer, printed)
    if not findings.machinery_only:
        return _Doubt(
            message=say("after docgen printed it, more than signatures was added to the letter"),
            differences=("later-revisions",),
        )
    return None


_EQUAL_BUT_FOR_VERSION = say(
    "another version of docgen printed this letter; this version prints the same words and the same look from its data"
)
_EQUAL_BUT_SAVED_ANEW = say(
    "a program saved the letter anew after docgen printed it; its words and its look stayed the same"
)
_UNLIKE = {
    "pages": say("another number of pages"),
    "geometry": say("pages of another size or rotation"),
    "raster": say("the pages look otherwise"),
    "text": say("the words are others"),
    "title": say("the title is another"),
    "means": say("the pages are made with means that docgen does not use"),
    "unreadable": say("it does not open as docgen writes it"),
    "later-revisions": say("more than signatures was added later"),
}


def _other_bytes(findings: LetterFindings, data: bytes, payload: Payload, renderer: Renderer, printed: bytes) -> _Doubt:
    """Look at a letter that does not begin with its print: only its first revision, and only if the rest is machinery.

    So a letter as docgen prints it today never pays for a second look.
    """
    same_version = renderer.claims_this_renderer(payload)
    version = "bytes" if same_version else "renderer"
    if findings.machinery_only:
        unlike = renderer.differences(printed, data[: findings.first_revision])
    else:
        unlike = ("later-revisions",)
    if not unlike:
        message = _EQUAL_BUT_SAVED_ANEW if same_version else _EQUAL_BUT_FOR_VERSION
        return _Doubt(message=message, differences=(version,), equal=True)
    what = _UNLIKE[unlike[0]]
    if same_version:
        message = say("the page is not what docgen prints from the data that the letter carries ({what})", what=what)
    else:
        message = say(
            "the letter names another version of docgen; this version prints its data otherwise ({what})",
            what=what,
        )
    return _Doubt(message=message, differences=(version, *unlike), contradicts=same_version)


def _signatures(report: FileReport) -> list[tuple[str, str]]:
    return [
        (signature.person or signature.id, signature.signed_by)
        for signature in report.signatures
        if signature.kind is SignatureKind.SIGNATURE and signature.signed_by
    ]


def _signers(report: FileReport) -> tuple[Signer, ...]:
    return tuple(Signer(name=name) for name in dict(_signatures(report)).values())


def _without_date(report: FileReport, payload: Payload) -> tuple[Reason, ...]:
    """Return what is missing where a letter that policy finds in order takes its date from a time stamp it has not.

    A document without a date has no legal force (Law on the Legal Force of Documents, section 4(1)).
    """
    wanting = is_dated_by_time_stamp(payload.data) and not report.stamped_at
    if not wanting or report.decision is Decision.REFUSE:
        return ()
    reason = Reason(
        code=ReasonCode.INCOMPLETE,
        message=say("the letter takes its date from its time stamp, and no time stamp of it passed"),
        hint=say("Ask for the letter signed with a qualified time stamp, or with a date written in it."),
    )
    return (reason,)


def _for_a_reader(message: Message) -> Reason:
    return Reason(
        code=ReasonCode.FOREIGN,
        message=message,
        hint=say("Read the letter; if it says what is shown here, accept it with: --why TEXT"),
    )


def _foreign(report: FileReport, message: Message, *, differences: Sequence[str] = (), **claims: Any) -> Recognition:  # noqa: ANN401 - fields of Recognised
    reason = Reason(
        code=ReasonCode.FOREIGN,
        message=message,
        hint=say("Read the letter, then decide with: --act ACT --organisation NUMBER --name NAME --why TEXT"),
    )
    return Recognition(
        recognised=Recognised(as_=RecognisedAs.FOREIGN, differences=tuple(differences), **claims),
        signers=_signers(report),
        reasons=(reason,),
    )


def _disagrees(report: FileReport, message: Message, *, differences: Sequence[str] = (), **claims: Any) -> Recognition:  # noqa: ANN401 - fields of Recognised
    reason = Reason(
        code=ReasonCode.CONTENT,
        message=message,
        where="docgen.json",
        hint=say("Return it: ask for the letter exactly as docgen made it, then signed."),
    )
    as_ = RecognisedAs.FOREIGN if claims else RecognisedAs.UNREADABLE
    return Recognition(
        recognised=Recognised(as_=as_, differences=tuple(differences), **claims),
        signers=_signers(report),
        reasons=(reason,),
    )

"""Recognise a verified file: which act, by which organisation, signed by whom.

1. Payload: the text of `docgen.json` in the first revision, read strictly.
2. Printed again, in a process of its own; the file must begin with exactly those bytes.
3. Every later revision, from the first on, adds only signature machinery (found by the worker).
4. Only if 2 and 3 hold is the letter `printed`, and only then is what the payload says what the page says.
5. Who signed is compared with whom the letter names.

The payload alone is never believed. A payload that cannot be read, or that claims this renderer and this template but
gives other bytes than those that came, does not agree with the page: CONTENT. Everything else is FOREIGN: a person
reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from docgen.documents.payloads import parse_payload
from docgen.errors import DataError, ExitCode, UnreadableError
from docgen.model.reasons import Reason, ReasonCode
from docgen.model.recognition import Act, Recognised, RecognisedAs, Signer, compare_signers
from docgen.model.report import FileFormat, SignatureKind
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docgen.model.payload import Payload
    from docgen.model.report import FileReport, LetterFindings
    from docgen.model.text import Message

__all__ = ["Recognition", "Renderer", "recognise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What a file says, who signed it, what speaks against it, and the letter's data (only of a printed one)."""

    recognised: Recognised
    signers: tuple[Signer, ...] = ()
    reasons: tuple[Reason, ...] = ()
    letter: Mapping[str, Any] | None = None


class Renderer(Protocol):
    """What recognition needs of docgen's own printing."""

    def print_again(self, payload: Payload) -> bytes:
        """Return the PDF of a payload; raise `UnreadableError` where docgen makes none of it."""

    def claims_this_renderer(self, payload: Payload) -> bool:
        """Whether the payload says that this version printed it, with the template as it is now."""


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
    claims: dict[str, Any] = {
        "act": Act(payload.act) if payload.act in set(Act) else None,
        "organisation": payload.organisation,
        "name": payload.name,
        "reference": payload.reference,
    }
    # 2 to 4. Printed?
    doubt = _doubt(findings, data, payload, pack, renderer)
    if doubt is not None:
        answer = _disagrees if doubt.contradicts else _foreign
        return answer(report, doubt.message, differences=doubt.differences, **claims)
    # 5. Signers.
    comparison = compare_signers(_signatures(report), payload.signatories)
    return Recognition(
        recognised=Recognised(as_=RecognisedAs.PRINTED, **claims),
        signers=comparison.signers,
        reasons=comparison.reasons,
        letter=payload.data,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubt:
    """Why a letter with a payload is not `printed`; `contradicts` where payload and page cannot both be true."""

    message: Message
    differences: tuple[str, ...] = ()
    contradicts: bool = False


def _doubt(findings: LetterFindings, data: bytes, payload: Payload, pack: str, renderer: Renderer) -> _Doubt | None:
    if payload.pack != pack:
        wrong = say("the letter belongs to the pack “{other}”, not “{pack}”", other=payload.pack, pack=pack)
    elif payload.act not in set(Act):
        wrong = say("the register knows no act “{act}”", act=payload.act)
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
        if renderer.claims_this_renderer(payload):
            message = say("the page is not what docgen prints from the data that the letter carries")
            return _Doubt(message=message, differences=("bytes",), contradicts=True)
        return _Doubt(
            message=say("another version of docgen printed this letter; a person reads it"), differences=("renderer",)
        )
    if not findings.machinery_only:
        return _Doubt(
            message=say("after docgen printed it, more than signatures was added to the letter"),
            differences=("later-revisions",),
        )
    return None


def _signatures(report: FileReport) -> list[tuple[str, str]]:
    return [
        (signature.person or signature.id, signature.signed_by)
        for signature in report.signatures
        if signature.kind is SignatureKind.SIGNATURE and signature.signed_by
    ]


def _signers(report: FileReport) -> tuple[Signer, ...]:
    return tuple(Signer(name=name) for name in dict(_signatures(report)).values())


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

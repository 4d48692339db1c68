"""Policies as data, and what they make of judged signatures: reasons for a person, with the next step.

Three policies are for submissions (formats.md §10): `lv-institution`, `by-anchor` and `lenient`. `edition` is for what
docgen sealed itself: a seal counts, a time stamp is required. The law behind the first: a document between an
institution and a private person is signed only with a qualified signature and a qualified time stamp (Electronic
Documents Law, section 3 paragraph 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.report import Indication, SignatureKind, SubIndication
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from docgen.model.proof import Judgement

__all__ = [
    "CLOCK_TOLERANCE",
    "EDITION",
    "POLICIES",
    "JudgedSignature",
    "JudgedStamp",
    "Listed",
    "Policy",
    "broken_stamp",
    "policy_named",
    "policy_reasons",
    "reasons_of",
    "trust_reasons",
]

# How far another clock may run ahead of ours (security.md §2).
CLOCK_TOLERANCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a signature must be.

    `anchors_qualify`: the given anchors count as qualified authorities; otherwise only trusted lists can say so.
    `stamp_required`: a passing time stamp (receipt alone is none). `person_required`: a seal alone is not enough.
    """

    name: str
    anchors_qualify: bool
    stamp_required: bool
    person_required: bool


POLICIES: Mapping[str, Policy] = {
    policy.name: policy
    for policy in (
        Policy(name="lv-institution", anchors_qualify=False, stamp_required=True, person_required=True),
        Policy(name="by-anchor", anchors_qualify=True, stamp_required=True, person_required=True),
        Policy(name="lenient", anchors_qualify=True, stamp_required=False, person_required=True),
    )
}
EDITION = Policy(name="edition", anchors_qualify=True, stamp_required=True, person_required=False)


def policy_named(name: str) -> Policy:
    """Return a policy by its name. Raises `KeyError` for an unknown one."""
    return EDITION if name == EDITION.name else POLICIES[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedStamp:
    """A time stamp after the time rules. `own` is False for a document time stamp that only covers the signature.

    `proves` is False for one that is never relied on, whatever it says; broken, it still keeps the file from passing.
    """

    id: str
    judgement: Judgement
    stamped: datetime | None
    intact: bool | None
    own: bool
    proves: bool = True

    @property
    def passed(self) -> bool:
        """It passed, and counts as a proof of time."""
        return self.proves and self.judgement.passed


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSignature:
    """A signature or seal after the time rules, with the time stamps that cover it."""

    id: str
    kind: SignatureKind
    judgement: Judgement
    claimed: datetime | None
    stamps: Sequence[JudgedStamp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Whether the trust data can tell a listed authority from a stranger, for signers and for time stamps."""

    signers: bool
    timestamps: bool


def reasons_of(signature: JudgedSignature, policy: Policy, listed: Listed, clock: datetime) -> list[Reason]:
    """Return why this signature or seal is not simply in order under the policy; empty where it is."""
    judgement = signature.judgement
    reasons: list[Reason] = []
    if judgement.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND and not listed.signers:
        reasons.append(_qualification_unknown(signature.id))
    elif not judgement.passed:
        reasons.append(_reason_for(signature.id, judgement))
    elif not policy.anchors_qualify:
        reasons.append(_qualification_unknown(signature.id))
    reasons += _stamp_reasons(signature, policy, listed, clock)
    if signature.claimed is not None and signature.claimed > clock + CLOCK_TOLERANCE:
        reasons.append(
            Reason(
                code=ReasonCode.TIME,
                where=signature.id,
                message=say("The signature says that it was made in the future."),
                hint=say("Ask the signer to set the clock of the computer right and to sign again."),
            )
        )
    return reasons


def _stamp_reasons(signature: JudgedSignature, policy: Policy, listed: Listed, clock: datetime) -> list[Reason]:
    reasons = []
    for stamp in signature.stamps:
        if stamp.stamped is not None and stamp.stamped > clock + CLOCK_TOLERANCE:
            reasons.append(_stamp(stamp.id, say("The time stamp bears a time in the future.")))
        elif not stamp.judgement.passed and _broken(stamp, listed):
            reasons.append(_stamp(stamp.id, _why_broken(stamp.judgement)))
    if reasons or any(stamp.passed for stamp in signature.stamps):
        return reasons
    if not policy.stamp_required:
        return reasons
    relied_on = [stamp for stamp in signature.stamps if stamp.proves]
    if not relied_on:
        return [
            Reason(
                code=ReasonCode.TIME,
                where=signature.id,
                message=say(
                    "The signature has no time stamp, and the policy {policy} asks for one.", policy=policy.name
                ),
                hint=say("Return the letter for completion: the signer adds a qualified time stamp or signs again."),
            )
        ]
    if any(s.judgement.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND for s in relied_on):
        return [_qualification_unknown(relied_on[0].id)]
    if any(s.judgement.no_item for s in relied_on):
        return [_revocation_unknown(relied_on[0].id)]
    stamp = relied_on[0]
    return [_stamp(stamp.id, _why_broken(stamp.judgement), by_validity=True)]


def broken_stamp(stamp: JudgedStamp) -> list[Reason]:
    """Return why a document time stamp that stands before every signature is broken; empty where it is not.

    It proves nothing about what was signed later, so by whom it was made is not asked.
    """
    if stamp.judgement.sub_indication is SubIndication.NOT_YET_VALID:
        return []
    if stamp.judgement.indication is not Indication.TOTAL_FAILED:
        return []
    return [_stamp(stamp.id, _why_broken(stamp.judgement))]


def _broken(stamp: JudgedStamp, listed: Listed) -> bool:
    """Say whether a stamp that did not pass is broken or by a stranger, not merely past the data at hand."""
    sub = stamp.judgement.sub_indication
    if stamp.judgement.indication is Indication.TOTAL_FAILED:
        return sub is not SubIndication.NOT_YET_VALID
    if sub is SubIndication.NO_CERTIFICATE_CHAIN_FOUND:
        return listed.timestamps
    return sub not in {
        SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
        SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE,
        SubIndication.TRY_LATER,
    } or (sub is SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE and not stamp.judgement.no_item)


def _why_broken(judgement: Judgement) -> Message:
    sub = judgement.sub_indication
    return _STAMP_WORDS.get(sub, _STAMP_UNKNOWN) if sub is not None else _STAMP_UNKNOWN


def _stamp(where: str, message: Message, *, by_validity: bool = False) -> Reason:
    return Reason(
        code=ReasonCode.TIME,
        where=where,
        message=message,
        hint=say("Ask the signer for a new time stamp from a qualified authority, or to sign again."),
        by_validity=by_validity,
    )


def _qualification_unknown(where: str) -> Reason:
    return Reason(
        code=ReasonCode.QUALIFICATION_UNKNOWN,
        where=where,
        message=say("Whether the signature and its time stamp are qualified cannot be said without trusted lists."),
        hint=say("Put the trusted lists into the trust folder, or check the file in the state's validation service."),
    )


def _revocation_unknown(where: str) -> Reason:
    return Reason(
        code=ReasonCode.REVOCATION_UNKNOWN,
        where=where,
        message=say(
            "Whether the certificate was revoked cannot be said: no usable answer of its authority is at hand."
        ),
        hint=say("Put the authority's current revocation list into the trust folder under revocation, then try again."),
    )


def policy_reasons(kinds: Sequence[SignatureKind], policy: Policy, *, others: bool = False) -> list[Reason]:
    """Return what is missing in the file as a whole: any signature at all, or a person's.

    `others`: the file bears signatures of kinds that are not verified; they count for nothing.
    """
    signed = [kind for kind in kinds if kind is not SignatureKind.DOCUMENT_TIMESTAMP]
    if not signed:
        stamped = say("The file bears only a time stamp of the document; that is no signature.")
        none = say("No signature of the file is of a kind that counts.") if others else say("The file is not signed.")
        return [
            Reason(
                code=ReasonCode.UNSIGNED,
                message=stamped if kinds else none,
                hint=say("Return the letter: it must be signed electronically, for example with eParaksts."),
            )
        ]
    if policy.person_required and SignatureKind.SIGNATURE not in signed:
        return [
            Reason(
                code=ReasonCode.SEAL_ONLY,
                message=say("The file bears only an organisation's seal; the policy asks for a person's signature."),
                hint=say("Ask for the signature of a person who may represent the organisation."),
            )
        ]
    return []


def trust_reasons(policy: Policy, listed: Listed) -> list[Reason]:
    """Return what is missing in the trust data itself, once for a file."""
    if not policy.anchors_qualify:
        return [
            Reason(
                code=ReasonCode.TRUST_MISSING,
                message=say("There are no trusted lists, and the policy {policy} rests on them.", policy=policy.name),
                hint=say("Put the trusted lists into the trust folder, or choose the policy by-anchor for tests."),
            )
        ]
    if listed.signers and (listed.timestamps or not policy.stamp_required):
        return []
    return [
        Reason(
            code=ReasonCode.TRUST_MISSING,
            message=say("The trust data names no authority to hold the signatures or time stamps against."),
            hint=say("Give a folder with signers/, timestamps/ and revocation/ after --trust."),
        )
    ]


def _reason_for(where: str, judgement: Judgement) -> Reason:
    """Translate an indication that is no pass into docgen's reason (measured/verification.md §6)."""
    sub = SubIndication.OUT_OF_BOUNDS_NOT_REVOKED if judgement.late else judgement.sub_indication
    unknown = judgement.no_item and not judgement.late
    if unknown or sub in {SubIndication.TRY_LATER, SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE}:
        return _revocation_unknown(where)
    code, message, hint = _WORDS.get(sub, _UNKNOWN_WORDS) if sub is not None else _UNKNOWN_WORDS
    by_validity = code is ReasonCode.TIME and sub is not SubIndication.SIG_CONSTRAINTS_FAILURE
    return Reason(code=code, where=where, message=message, hint=hint, by_validity=by_validity)


_AGAIN = say("Ask the sender for the file exactly as it was signed, or for a new signature.")
_WEAK = (
    ReasonCode.ALG,
    say(
        "The signature rests on an algorithm or key that is too weak or not on the European list, or on digests that "
        "do not belong together."
    ),
    say("Ask the signer to sign again with a current certificate."),
)
_STRANGER = (
    ReasonCode.TRUST,
    say("The signer's certificate comes from an authority that is not in the trust data."),
    say("Ask for a signature made with an eID card, eParaksts mobile or another qualified certificate."),
)
_REVOKED = (
    ReasonCode.REVOKED,
    say("The certificate was revoked or suspended, and nothing proves that the signature was made before that."),
    say("Ask the signer to sign again with a valid certificate."),
)
_EXPIRED = (
    ReasonCode.TIME,
    say("The certificate has expired, and nothing proves that the signature was made while it was valid."),
    say("Ask the signer to sign again with a valid certificate and a time stamp."),
)
_UNREADABLE = (ReasonCode.CMS, say("The signature is damaged or not built as the standard asks."), _AGAIN)
_UNKNOWN_WORDS = (ReasonCode.CMS, say("The signature could not be judged."), _AGAIN)
_WORDS: Mapping[SubIndication, tuple[ReasonCode, Message, Message]] = {
    SubIndication.HASH_FAILURE: (
        ReasonCode.CRYPTO,
        say("The document is not the one that was signed: its digest differs."),
        _AGAIN,
    ),
    SubIndication.SIG_CRYPTO_FAILURE: (ReasonCode.CRYPTO, say("The signature value is wrong."), _AGAIN),
    SubIndication.FORMAT_FAILURE: _UNREADABLE,
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND: (
        ReasonCode.CMS,
        say("The signature does not say with which certificate it was made."),
        _AGAIN,
    ),
    SubIndication.REVOKED: _REVOKED,
    SubIndication.REVOKED_NO_POE: _REVOKED,
    SubIndication.REVOKED_CA_NO_POE: _REVOKED,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: _STRANGER,
    SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE: (
        ReasonCode.TRUST,
        say("The signer's certificate, or one above it, breaks the rules for certificates."),
        _STRANGER[2],
    ),
    SubIndication.CHAIN_CONSTRAINTS_FAILURE: (
        ReasonCode.TRUST,
        say("The certificate was not issued for signing documents."),
        say("Ask for a signature made with a certificate for electronic signatures."),
    ),
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: _WEAK,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: _WEAK,
    SubIndication.NOT_YET_VALID: (
        ReasonCode.TIME,
        say("The signature is older than its certificate."),
        say("Ask the signer to sign again with a valid certificate."),
    ),
    SubIndication.EXPIRED: _EXPIRED,
    SubIndication.OUT_OF_BOUNDS_NO_POE: _EXPIRED,
    SubIndication.OUT_OF_BOUNDS_NOT_REVOKED: _EXPIRED,
    SubIndication.NO_POE: _EXPIRED,
    SubIndication.SIG_CONSTRAINTS_FAILURE: (
        ReasonCode.TIME,
        say("The time that the signature claims is missing or outside the certificate's validity."),
        say("Ask the signer to set the clock of the computer right and to sign again."),
    ),
}

_STAMP_UNKNOWN = say("The time stamp cannot be relied on.")
_STAMP_WEAK = say(
    "The time stamp rests on an algorithm or key that is too weak or not on the European list, or on digests that do "
    "not belong together."
)
_STAMP_REVOKED = say("The certificate of the time-stamp authority is revoked.")
_STAMP_EXPIRED = say("The certificate of the time-stamp authority has expired, and no later time stamp proves it.")
_STAMP_WORDS: Mapping[SubIndication, Message] = {
    SubIndication.HASH_FAILURE: say("The time stamp was made over other data than this signature or document."),
    SubIndication.SIG_CRYPTO_FAILURE: say("The time stamp's own signature is broken."),
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: say(
        "The time stamp comes from an authority that is not in the trust data."
    ),
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: _STAMP_WEAK,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: _STAMP_WEAK,
    SubIndication.REVOKED_NO_POE: _STAMP_REVOKED,
    SubIndication.REVOKED_CA_NO_POE: _STAMP_REVOKED,
    SubIndication.OUT_OF_BOUNDS_NO_POE: _STAMP_EXPIRED,
    SubIndication.OUT_OF_BOUNDS_NOT_REVOKED: _STAMP_EXPIRED,
}

"""The verification of one PDF, step by step. It runs inside the locked-down worker and opens nothing.

1. Bytes: header, end, counts; ASiC-E and eDoc containers are recognised by content and held for review.
2. One strict parse; the limits of the profile over all objects and revisions.
3. Inventory: every signature field; each signature covers exactly its revision but its own value; the CMS profile.
4. Material: certificates and revocation data of every revision's DSS dictionary, of the signatures, of the trust data.
5. Each token alone: chain to an explicit anchor, signers and time stamps apart; the library is asked at one chosen
   moment whether value, chain and algorithms hold.
6. Time stamps, newest first: what passes proves what it covers.
7. Signatures at their best time: revocation, expiry, claimed time, freshness.
8. Revisions: after each signature only accepted signatures, time stamps and validation data were added.
9. Level and qualification.
10. Policy: what the reasons are for a person, and whether a person's signature and a time stamp are there.
11. Content: active content, hidden layers and text.
12. Findings for recognition: payload of the first revision, and whether only signature machinery came after it.

A pass is built from answers that said yes: an exception in one token is that token's failure, an exception elsewhere
the file's (PARSE), too much memory or depth LIMIT.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.policy import (
    JudgedSignature,
    JudgedStamp,
    Listed,
    Policy,
    broken_stamp,
    policy_reasons,
    reasons_of,
    trust_reasons,
)
from docgen.model.proof import Judgement, judge_tokens
from docgen.model.reasons import Reason, ReasonCode
from docgen.model.report import (
    FileFormat,
    FileReport,
    Indication,
    LetterFindings,
    SignatureKind,
    SignatureReport,
    SubIndication,
    TimestampKind,
    TimestampReport,
)
from docgen.model.text import say
from docgen.signatures._pyhanko_reader import ReadError, open_document
from docgen.signatures.changes import Known, changes_after
from docgen.signatures.content import check_content, check_limits
from docgen.signatures.findings import letter_findings
from docgen.signatures.inventory import Entry, Inventory, take
from docgen.signatures.levels import level_of
from docgen.signatures.raw import check_raw
from docgen.signatures.sniff import sniff
from docgen.signatures.tokens import Examined, Material, content_stamp_id, examine, stamp_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from docgen.model.profiles import Profile
    from docgen.signatures._pyhanko_reader import Document, Ref
    from docgen.signatures.trust import Trust

__all__ = ["verify_bytes"]

_FATAL = frozenset(
    {ReasonCode.TYPE, ReasonCode.SIZE, ReasonCode.PARSE, ReasonCode.ENCRYPTED, ReasonCode.LIMIT, ReasonCode.UNSUPPORTED}
)
# A token with one of these is a stranger's or broken: what it adds to a file is a change, not signature machinery.
_NOT_ACCEPTED = frozenset(
    {
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
        SubIndication.CHAIN_CONSTRAINTS_FAILURE,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    }
)
# A document time stamp with one of these always keeps a file from passing (TIME): that is what is wrong with it.
_BROKEN = frozenset(
    {
        SubIndication.HASH_FAILURE,
        SubIndication.SIG_CRYPTO_FAILURE,
        SubIndication.FORMAT_FAILURE,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """All that one verification goes by."""

    data: bytes
    trust: Trust
    policy: Policy
    as_of: datetime
    receipt: datetime | None
    profile: Profile

    @property
    def listed(self) -> Listed:
        """Only where anchors count as the list of authorities does their absence make a stranger."""
        by_anchor = self.policy.anchors_qualify
        return Listed(
            signers=by_anchor and bool(self.trust.signers), timestamps=by_anchor and bool(self.trust.timestamps)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """The tokens of a file, judged (after step 7)."""

    inventory: Inventory
    material: Material
    examined: Mapping[str, Examined]
    judgements: Mapping[str, Judgement]

    def later_stamps(self, entry: Entry) -> list[Entry]:
        """Return the document time stamps after an entry, oldest first."""
        return [
            other
            for other in self.inventory.entries
            if other.is_stamp and other.field.name in self.examined and other.field.end > entry.field.end
        ]

    def signed_before(self, stamp: Entry) -> bool:
        """Say whether a signature stands before a document time stamp and so speaks for what becomes of it."""
        return any(
            not other.is_stamp and other.field.name in self.examined and other.field.end < stamp.field.end
            for other in self.inventory.entries
        )

    def content_stamps(self, entry: Entry) -> list[str]:
        """Return the ids of the time stamps of the document that a signature signs."""
        return [content_stamp_id(entry.field.name, number + 1) for number in range(len(entry.field.content_stamps))]

    def own_stamps(self, entry: Entry) -> list[str]:
        """Return the ids of a signature's own time stamps."""
        return [stamp_id(entry.field.name, number) for number in range(1, len(entry.field.stamps) + 1)]


def verify_bytes(
    data: bytes,
    *,
    name: str,
    trust: Trust,
    policy: Policy,
    as_of: datetime,
    receipt: datetime | None = None,
    profile: Profile,
) -> FileReport:
    """Return the report over one file's bytes, judged at `as_of`; `receipt` is when docgen itself received them.

    Raises only `MemoryError` and `RecursionError`, which the worker reports as LIMIT.
    """
    case = _Case(data=data, trust=trust, policy=policy, as_of=as_of, receipt=receipt, profile=profile)
    kind, reasons = sniff(data)
    signatures: tuple[SignatureReport, ...] = ()
    findings: LetterFindings | None = None
    material: tuple[str, ...] = ()
    if kind is FileFormat.PDF and not reasons:
        try:
            signatures, reasons, findings, material = _verify_pdf(case)
        except (MemoryError, RecursionError):
            raise
        except ReadError as exc:
            reasons = [exc.reason]
        except Exception:  # noqa: BLE001 - whatever a reader raises on hostile bytes: the file cannot be read
            reasons = [
                Reason(code=ReasonCode.PARSE, message=say("the file is damaged or does not follow the PDF rules"))
            ]
    return FileReport(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        format=kind,
        signatures=signatures,
        reasons=_each_once(reasons),
        findings=findings,
        material=material,
    )


def _each_once(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(reasons))


def _verify_pdf(
    case: _Case,
) -> tuple[tuple[SignatureReport, ...], list[Reason], LetterFindings | None, tuple[str, ...]]:
    # 1. Bytes.
    reasons = check_raw(case.data, case.profile.limits)
    if any(reason.code in _FATAL for reason in reasons):
        return (), reasons, None, ()
    # 2. One strict parse, and the limits.
    document = open_document(case.data, case.profile.limits)
    limits = check_limits(document, case.profile.limits)
    if limits:
        return (), [*reasons, *limits], None, ()
    # 3. Inventory.
    inventory = take(document, case.data, case.profile.limits)
    found = [*reasons, *inventory.reasons, *(reason for entry in inventory.entries for reason in entry.reasons)]
    if any(reason.code in _FATAL for reason in found):
        return (), found, None, ()
    # 4 to 7. Material, answers, time.
    judged = _judge(case, inventory)
    known = _known(case, judged)
    # 8 to 10. Revisions, level, policy.
    judgeable = [entry for entry in inventory.entries if entry.field.subfilter]
    every = [_report(case, document, judged, entry, known) for entry in judgeable]
    found += [reason for report in every for reason in report.reasons]
    reports = [report for entry, report in zip(judgeable, every, strict=True) if entry.proves]
    others = len(judgeable) < len(inventory.entries)
    found += policy_reasons([report.kind for report in reports], case.policy, others=others)
    found += trust_reasons(case.policy, case.listed) if inventory.signed else []
    # 11. Content.
    found += check_content(document, case.profile.limits)
    # 12. Findings.
    findings = letter_findings(document, case.data, accepted=known.accepted, sound=known.sound)
    return tuple(reports), found, findings, _used(case, judged)


def _judge(case: _Case, inventory: Inventory) -> _Judged:
    # 4. Material.
    fields = [entry.field for entry in inventory.entries]
    material = Material.gather(fields, inventory.stores, case.trust)
    # 5. Each token alone.
    idle = frozenset(entry.field.name for entry in inventory.entries if not entry.covered or not entry.proves)
    examined = examine(fields, inventory.stores, material, case.as_of, idle)
    # 6 and 7. Time stamps newest first, then signatures.
    judgements = judge_tokens([item.token for item in examined], case.as_of, case.receipt)
    return _Judged(
        inventory=inventory,
        material=material,
        examined={item.token.id: item for item in examined},
        judgements=judgements,
    )


def _known(case: _Case, judged: _Judged) -> Known:
    accepted: list[Ref] = []
    sound: list[Ref] = []
    for entry in judged.inventory.entries:
        examined, judgement = judged.examined.get(entry.field.name), judged.judgements.get(entry.field.name)
        if examined is None or judgement is None or entry.field.value is None or entry.reasons:
            continue
        if judgement.indication is Indication.TOTAL_FAILED or not examined.token.answer.intact:
            if entry.is_stamp and judgement.sub_indication in _BROKEN:
                sound.append(entry.field.value)
            continue
        listed = case.listed.timestamps if entry.is_stamp else case.listed.signers
        unknown = judgement.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND and not listed
        counts = unknown or judgement.sub_indication not in _NOT_ACCEPTED
        (accepted if counts else sound).append(entry.field.value)
    return Known(accepted=tuple(accepted), sound=tuple(sound))


def _report(case: _Case, document: Document, judged: _Judged, entry: Entry, known: Known) -> SignatureReport:
    field = entry.field
    reasons = list(entry.reasons)
    examined = judged.examined.get(field.name)
    # 8. Revisions.
    changes, found = changes_after(
        document, case.data, judged.inventory, entry, known, compare=case.profile.name != "edition"
    )
    reasons += found
    if examined is None:
        return SignatureReport(
            id=field.name,
            kind=SignatureKind.DOCUMENT_TIMESTAMP if entry.is_stamp else SignatureKind.SIGNATURE,
            indication=Indication.TOTAL_FAILED,
            sub_indication=SubIndication.FORMAT_FAILURE,
            coverage=entry.coverage.coverage,
            changes=changes,
            reasons=_each_once(reasons),
        )
    judgement = judged.judgements[field.name]
    if any(reason.code in {ReasonCode.COVERAGE, ReasonCode.CMS} for reason in reasons):
        judgement = Judgement(
            indication=Indication.TOTAL_FAILED, sub_indication=SubIndication.FORMAT_FAILURE, time=judgement.time
        )
    holder = examined.leaf.holder if examined.leaf else None
    if entry.is_stamp:
        if not judged.signed_before(entry):
            reasons += broken_stamp(_stamp(judged, examined, own=False))
        return SignatureReport(
            id=field.name,
            kind=SignatureKind.DOCUMENT_TIMESTAMP,
            indication=judgement.indication,
            sub_indication=judgement.sub_indication,
            qualification=_stamp_qualification(case, judgement),
            timestamp_qualification=_stamp_qualification(case, judgement),
            intact=examined.token.answer.intact,
            coverage=entry.coverage.coverage,
            changes=changes,
            signed_by=holder.name if holder else None,
            organisation=holder.organisation if holder else None,
            claimed_time=field.stamped,
            proven_time=field.stamped if judgement.passed else None,
            signed_sha256=field.signed_sha256,
            reasons=_each_once(reasons),
        )
    # 9. Level and qualification.
    own = [judged.examined[name] for name in judged.own_stamps(entry)]
    after = judged.later_stamps(entry)
    later = [judged.examined[other.field.name] for other in after if other.proves]
    stamps = [
        *(_stamp(judged, item, own=True) for item in own),
        *(_stamp(judged, judged.examined[name], own=True, proves=False) for name in judged.content_stamps(entry)),
        *(_stamp(judged, judged.examined[o.field.name], own=False, proves=o.proves) for o in after),
    ]
    kind = SignatureKind.SEAL if holder is not None and holder.seal else SignatureKind.SIGNATURE
    # 10. Policy.
    judged_signature = JudgedSignature(
        id=field.name, kind=kind, judgement=judgement, claimed=field.claimed, stamps=stamps
    )
    structural = any(reason.code in {ReasonCode.COVERAGE, ReasonCode.CMS} for reason in reasons)
    if not structural:
        reasons += reasons_of(judged_signature, case.policy, case.listed, case.as_of)
    passed = [stamp for stamp in stamps if stamp.passed and stamp.stamped is not None]
    return SignatureReport(
        id=field.name,
        kind=kind,
        indication=judgement.indication,
        sub_indication=judgement.sub_indication,
        level=level_of(field, examined, own, later, judged.material),
        qualification=_qualification(case, judgement, kind),
        timestamp_qualification="QTSA" if passed and case.policy.anchors_qualify else None,
        intact=examined.token.answer.intact,
        coverage=entry.coverage.coverage,
        changes=changes,
        signed_by=holder.name if holder else None,
        identifier=holder.identifier if holder else None,
        organisation=holder.organisation if holder else None,
        person=holder.person if holder else None,
        certificate_serial=examined.leaf.serial if examined.leaf else None,
        claimed_time=field.claimed,
        proven_time=_proven(case, passed),
        signed_sha256=field.signed_sha256,
        timestamps=tuple(_stamp_report(case, judged, stamp) for stamp in stamps if stamp.proves),
        reasons=_each_once(reasons),
    )


def _stamp(judged: _Judged, examined: Examined, *, own: bool, proves: bool = True) -> JudgedStamp:
    return JudgedStamp(
        id=examined.token.id,
        judgement=judged.judgements[examined.token.id],
        stamped=examined.token.stamped,
        intact=examined.token.answer.intact,
        own=own,
        proves=proves,
    )


def _stamp_report(case: _Case, judged: _Judged, stamp: JudgedStamp) -> TimestampReport:
    return TimestampReport(
        kind=TimestampKind.SIGNATURE if stamp.own else TimestampKind.ARCHIVE,
        indication=stamp.judgement.indication,
        sub_indication=stamp.judgement.sub_indication,
        time=stamp.stamped,
        qualification=_stamp_qualification(case, judged.judgements[stamp.id]),
        intact=stamp.intact,
    )


def _stamp_qualification(case: _Case, judgement: Judgement) -> str | None:
    return "QTSA" if case.policy.anchors_qualify and judgement.passed else None


def _qualification(case: _Case, judgement: Judgement, kind: SignatureKind) -> str | None:
    if not case.policy.anchors_qualify or not judgement.passed:
        return None
    return "QESEAL" if kind is SignatureKind.SEAL else "QESIG"


def _proven(case: _Case, passed: Sequence[JudgedStamp]) -> datetime | None:
    """Return the earliest time that a passing stamp or docgen's own receipt proves, None where neither does."""
    times = [stamp.stamped for stamp in passed if stamp.stamped is not None]
    if case.receipt is not None:
        times.append(case.receipt)
    return min([*times, case.as_of]) if times else None


def _used(case: _Case, judged: _Judged) -> tuple[str, ...]:
    """Return the SHA-256 of given data that the verdict rests on: anchors of chains and deciding revocation items."""
    given = case.trust.given()
    ids = [item for judgement in judged.judgements.values() for item in judgement.items]
    ids += [known.id for examined in judged.examined.values() for known in examined.chain or ()]
    return tuple(dict.fromkeys(item for item in ids if item in given))

"""A verification report as JSON for programs (formats.md §7) and as text for people, both from the same value."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, Any

from docgen import __version__
from docgen.messages import Language, render
from docgen.model.moments import RIGA
from docgen.model.places import place_of
from docgen.model.reasons import Decision, Verdict
from docgen.model.report import Changes, Coverage, FileFormat, Indication, SignatureKind, TimestampKind
from docgen.model.text import Message, say, say_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from docgen.model.reasons import Reason
    from docgen.model.report import FileReport, SignatureReport, TimestampReport, VerificationReport

    Translate = Callable[[Message], str]

__all__ = ["SCHEMA", "file_to_json", "file_to_text", "to_json", "to_text"]

SCHEMA = "docgen-verify/1"


def to_json(report: VerificationReport, translate: Translate = render) -> dict[str, Any]:
    """Return the report in the published form; sentences go through `translate`, codes and keys never."""
    return {
        "schema": SCHEMA,
        "docgen": __version__,
        "as_of": _time(report.as_of),
        "policy": report.policy,
        "exit_code": int(report.exit_code),
        "trust": {
            "lists": list(report.trust.lists),
            "anchors": {"signers": report.trust.signers, "timestamps": report.trust.timestamps},
            "stale": report.trust.stale,
        },
        "files": [file_to_json(file, translate) for file in report.files],
    }


def file_to_json(file: FileReport, translate: Translate = render) -> dict[str, Any]:
    """Return the report over one file, as it stands in `files` and in `inside`."""
    decision = file.decision
    return {
        "file": file.file,
        "sha256": file.sha256,
        "size": file.size,
        "format": str(file.format),
        "verdict": str(file.verdict),
        "decision": None if decision is None else str(decision),
        "exit_code": int(file.exit_code),
        "reasons": [_reason(reason, translate) for reason in file.reasons],
        "signatures": [_signature(signature, translate) for signature in file.signatures],
        "inside": [file_to_json(inner, translate) for inner in file.inside],
    }


def _signature(signature: SignatureReport, translate: Translate) -> dict[str, Any]:
    return {
        "id": signature.id,
        "kind": str(signature.kind),
        "indication": str(signature.indication),
        "sub_indication": _word(signature.sub_indication),
        "level": signature.level,
        "qualification": signature.qualification,
        "timestamp_qualification": signature.timestamp_qualification,
        "intact": signature.intact,
        "coverage": str(signature.coverage),
        "changes": str(signature.changes),
        "signed_by": signature.signed_by,
        "identifier": signature.identifier,
        "organisation": signature.organisation,
        "certificate_serial": signature.certificate_serial,
        "claimed_time": _time(signature.claimed_time),
        "proven_time": _time(signature.proven_time),
        "timestamps": [_timestamp(stamp, translate) for stamp in signature.timestamps],
        "reasons": [_reason(reason, translate) for reason in signature.reasons],
    }


def _timestamp(stamp: TimestampReport, translate: Translate) -> dict[str, Any]:
    return {
        "kind": str(stamp.kind),
        "indication": str(stamp.indication).removeprefix("TOTAL-"),
        "sub_indication": _word(stamp.sub_indication),
        "time": _time(stamp.time),
        "qualification": stamp.qualification,
        "intact": stamp.intact,
        "reasons": [_reason(reason, translate) for reason in stamp.reasons],
    }


def _reason(reason: Reason, translate: Translate) -> dict[str, Any]:
    return {
        "code": str(reason.code),
        "where": reason.where,
        "message": translate(reason.message),
        "hint": None if reason.hint is None else translate(reason.hint),
    }


def _word(value: object) -> str | None:
    return None if value is None else str(value)


def _time(moment: datetime | None) -> str | None:
    """Return an instant as UTC with `Z`, whole seconds where it has no others."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def to_text(report: VerificationReport, language: Language | None = None) -> str:
    """Return the report for people: verdict first, then who signed and when, then each reason with its next step."""
    lines = [line for file in report.files for line in (*file_to_text(file, language).splitlines(), "")]
    closing = [_policy_note(report.policy)]
    if len(report.files) > 1:
        closing.append(
            say_count(
                "{count} file; judged at {moment}.",
                "{count} files; judged at {moment}.",
                len(report.files),
                moment=_local(report.as_of),
            )
        )
    else:
        closing.append(say("Judged at {moment}.", moment=_local(report.as_of)))
    return "\n".join([*lines, *(render(message, language) for message in closing)])


def _policy_note(policy: str) -> Message:
    match policy:
        case "by-anchor":
            return say(
                "Policy by-anchor: the authorities in the trust folder count as qualified; no trusted list was asked."
            )
        case "lenient":
            return say("Policy lenient: the authorities in the trust folder count; a time stamp is not required.")
        case "lv-institution":
            return say("Policy lv-institution: a person's qualified signature and a qualified time stamp are required.")
        case _:
            return say("Policy {policy}.", policy=policy)


def file_to_text(file: FileReport, language: Language | None = None) -> str:
    """Return the text over one file."""
    return "\n".join(" " * indent + render(message, language) for indent, message in _lines(file))


def _lines(file: FileReport) -> Iterator[tuple[int, Message]]:
    yield 0, say("{file}: {verdict}", file=file.file, verdict=_verdict(file))
    if file.decision is not None:
        yield 2, _DECISIONS[file.decision]
    for signature in file.signatures:
        yield from _signature_lines(signature)
    for reason in file.reasons:
        yield from _reason_lines(reason)
    if file.format is FileFormat.PDF and file.findings is not None and file.findings.payload is not None:
        yield 2, say("The file carries the data of a letter drawn up with docgen.")
    for inner in file.inside:
        for indent, line in _lines(inner):
            yield indent + 2, line


def _verdict(file: FileReport) -> Message:
    verdict = file.verdict
    if verdict is Verdict.PASSED and file.decision is Decision.ACCEPT:
        return say("PASSED, the signatures are in order")
    if verdict is Verdict.PASSED:
        return say("PASSED, but something else is not in order")
    if verdict is Verdict.FAILED:
        return say("FAILED")
    return say("INDETERMINATE, it cannot be said")


_DECISIONS = {
    Decision.ACCEPT: say("Proposal: ACCEPT, by signature and file alone."),
    Decision.REVIEW: say("Proposal: REVIEW, a person must look at it."),
    Decision.REFUSE: say("Proposal: REFUSE."),
}
_KINDS = {
    SignatureKind.SIGNATURE: say("signature"),
    SignatureKind.SEAL: say("seal"),
    SignatureKind.DOCUMENT_TIMESTAMP: say("time stamp of the document"),
}
_INDICATIONS = {
    Indication.TOTAL_PASSED: say("passed"),
    Indication.TOTAL_FAILED: say("failed"),
    Indication.INDETERMINATE: say("could not be determined"),
}
_CHANGES = {
    Changes.NONE: say("nothing was added afterwards"),
    Changes.PERMITTED: say("only signatures, time stamps or their proofs were added afterwards"),
    Changes.FORBIDDEN: say("the document was changed afterwards"),
    Changes.UNKNOWN: say("what was added afterwards could not be determined"),
}
_COVERAGE = {
    Coverage.FILE: say("covers the whole file"),
    Coverage.REVISION: say("covers the whole document as it was then"),
    Coverage.NONE: say("does not cover the document"),
}


def _signature_lines(signature: SignatureReport) -> Iterator[tuple[int, Message]]:
    yield (
        2,
        say(
            "{id}: {kind}, {indication}",
            id=signature.id,
            kind=_KINDS[signature.kind],
            indication=_INDICATIONS[signature.indication],
        ),
    )
    if signature.signed_by is not None:
        yield 4, _signer(signature)
    if signature.certificate_serial is not None:
        pairs = " ".join(re.findall("..?", signature.certificate_serial))
        yield 4, say("certificate with the serial number {number}", number=pairs)
    details = [word for word in (signature.level, signature.qualification, signature.sub_indication) if word]
    if details:
        yield 4, say("{details}", details=" · ".join(str(word) for word in details))
    if signature.kind is not SignatureKind.DOCUMENT_TIMESTAMP:
        yield 4, _claimed(signature)
    yield 4, _proven(signature)
    yield 4, say("{coverage}; {changes}", coverage=_COVERAGE[signature.coverage], changes=_CHANGES[signature.changes])
    for stamp in signature.timestamps:
        yield 4, _stamp(stamp)


def _signer(signature: SignatureReport) -> Message:
    name, identifier, organisation = signature.signed_by or "", signature.identifier, signature.organisation
    if identifier is not None and organisation not in {None, name}:
        return say(
            "signed by {name} ({identifier}), {organisation}",
            name=name,
            identifier=identifier,
            organisation=organisation or "",
        )
    if identifier is not None:
        return say("signed by {name} ({identifier})", name=name, identifier=identifier)
    return say("signed by {name}", name=name)


def _claimed(signature: SignatureReport) -> Message:
    if signature.claimed_time is None:
        return say("the signer names no time")
    return say("the signer says: {moment}", moment=_local(signature.claimed_time))


def _proven(signature: SignatureReport) -> Message:
    if signature.proven_time is None:
        return say("no time is proven")
    return say("proven to exist at: {moment}", moment=_local(signature.proven_time))


def _stamp(stamp: TimestampReport) -> Message:
    moment = _local(stamp.time) if stamp.time else "–"
    if stamp.kind is TimestampKind.SIGNATURE:
        return say("time stamp of {moment}: {indication}", moment=moment, indication=_INDICATIONS[stamp.indication])
    return say(
        "later time stamp of the document, of {moment}: {indication}",
        moment=moment,
        indication=_INDICATIONS[stamp.indication],
    )


def _reason_lines(reason: Reason) -> Iterator[tuple[int, Message]]:
    if reason.where:
        yield (
            2,
            say(
                "! {code} ({where}): {message}",
                code=str(reason.code),
                where=place_of(reason.where),
                message=reason.message,
            ),
        )
    else:
        yield 2, say("! {code}: {message}", code=str(reason.code), message=reason.message)
    if reason.hint is not None:
        yield 4, say("→ {hint}", hint=reason.hint)


def _local(moment: datetime) -> str:
    """Return an instant in Riga's time, with the offset, so that nobody needs to guess."""
    return moment.astimezone(RIGA).strftime("%Y-%m-%d %H:%M:%S %z")

"""The record of an arrival: what was found, flattened to the plain JSON that the intake log keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docgen.model.events import instant_to_text
from docgen.model.report import Indication, SignatureKind, TimestampKind
from docgen.register.intake import ReplayKey, reason_as_json

if TYPE_CHECKING:
    from datetime import datetime

    from docgen.model.recognition import Signer
    from docgen.model.report import FileReport
    from docgen.workflow.recognise import Recognition

__all__ = ["arrival_fields", "replay_keys"]


def replay_keys(report: FileReport, recognition: Recognition) -> list[ReplayKey]:
    """Return what tells this letter when it comes again: its bytes, each signed range, the reference it prints."""
    found = [] if report.sha256 is None else [ReplayKey(kind="file", value=report.sha256)]
    found += [
        ReplayKey(kind="signed", value=signature.signed_sha256)
        for signature in report.signatures
        if signature.kind is not SignatureKind.DOCUMENT_TIMESTAMP and signature.signed_sha256 is not None
    ]
    # A reference is believed only where the page was proved to be that of the payload.
    what = recognition.recognised
    if what.as_.agrees and what.reference is not None:
        found.append(ReplayKey(kind="reference", value=what.reference))
    return found


def arrival_fields(report: FileReport, recognition: Recognition) -> dict[str, Any]:
    """Return the part of an arrival's record that says what was found, as plain JSON."""
    what = recognition.recognised
    recognised: dict[str, Any] = {"as": what.as_.value, "differences": list(what.differences)}
    claims = {
        "act": what.act,
        "kind": what.kind,
        "organisation": what.organisation,
        "name": what.name,
        "reference": what.reference,
    }
    recognised |= {key: str(value) for key, value in claims.items() if value is not None}
    fields: dict[str, Any] = {
        "name": report.file,
        "format": report.format.value,
        "size": report.size,
        "sha256": report.sha256,
        "verdict": report.verdict.value,
        "exit_code": int(report.exit_code),
        "reasons": [reason_as_json(reason) for reason in report.reasons],
        "recognised": recognised,
        "signers": [_signer(signer) for signer in recognition.signers],
        "signed_at": [instant_to_text(moment) for moment in _stamped(report)],
        "keys": [{"kind": key.kind, "value": key.value} for key in replay_keys(report, recognition)],
    }
    if report.decision is not None:
        fields["decision"] = report.decision.value
    return fields


def _signer(signer: Signer) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": signer.name, "may_sign": signer.may_sign}
    if signer.named_in_letter is not None:
        fields["named_in_letter"] = signer.named_in_letter
    return fields


def _stamped(report: FileReport) -> list[datetime]:
    """Return when each person's signature was stamped, by a time stamp of its own that passed."""
    found = []
    for signature in report.signatures:
        times = [
            stamp.time
            for stamp in signature.timestamps
            if stamp.kind is TimestampKind.SIGNATURE
            and stamp.indication is Indication.TOTAL_PASSED
            and stamp.time is not None
        ]
        found += [min(times)] if times else []
    return found

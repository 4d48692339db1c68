"""The record of an arrival: what was found, flattened to the plain JSON that the intake log keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docgen.model.events import instant_to_text
from docgen.model.recognition import date_of_letter, is_dated_by_time_stamp
from docgen.model.report import SignatureKind
from docgen.register.intake import ReplayKey, reason_as_json

if TYPE_CHECKING:
    from docgen.model.recognition import Signer
    from docgen.model.report import FileReport
    from docgen.workflow.recognise import Recognition

__all__ = ["arrival_fields", "replay_keys"]


def replay_keys(report: FileReport, recognition: Recognition) -> list[ReplayKey]:
    """Return what tells this letter when it comes again: its bytes, each signed range, the reference it prints.

    The reference of a letter that is dated by its time stamp does not count its date, so the day goes with it: stamped
    on another day it is another letter, as one of the same words with another written date is.
    """
    found = [] if report.sha256 is None else [ReplayKey(kind="file", value=report.sha256)]
    found += [
        ReplayKey(kind="signed", value=signature.signed_sha256)
        for signature in report.signatures
        if signature.kind is not SignatureKind.DOCUMENT_TIMESTAMP and signature.signed_sha256 is not None
    ]
    # A reference is believed only where the page was proved to be that of the payload.
    what = recognition.recognised
    if what.as_.agrees and what.reference is not None:
        letter = recognition.letter or {}
        day = date_of_letter(letter, report.stamped_at) if is_dated_by_time_stamp(letter) else None
        value = what.reference if day is None else f"{what.reference} {day.isoformat()}"
        found.append(ReplayKey(kind="reference", value=value))
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
        "signed_at": [instant_to_text(moment) for moment in report.stamped_at],
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

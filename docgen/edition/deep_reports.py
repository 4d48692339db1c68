"""The answer about an edition as text for people and as JSON for programs, both from the same value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docgen import __version__
from docgen.errors import worst
from docgen.messages import Language, render
from docgen.model.events import instant_to_text
from docgen.model.policy import EDITION
from docgen.model.reasons import Verdict
from docgen.model.text import Message, say, say_count
from docgen.signatures.reports import SCHEMA, file_to_json, file_to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from docgen.edition.deep import DeepReport
    from docgen.model.report import TrustSummary

__all__ = ["deep_to_json", "deep_to_text"]


def deep_to_json(
    reports: Sequence[DeepReport],
    *,
    as_of: datetime,
    trust: TrustSummary,
    translate: Callable[[Message], str] = render,
) -> dict[str, Any]:
    """Return the document of `docgen verify --json`: each file has its originals in `inside`, and one key `edition`."""
    return {
        "schema": SCHEMA,
        "docgen": __version__,
        "as_of": instant_to_text(as_of),
        "policy": EDITION.name,
        "exit_code": int(worst([report.exit_code for report in reports])),
        "trust": {
            "lists": list(trust.lists),
            "anchors": {"signers": trust.signers, "timestamps": trust.timestamps},
            "stale": trust.stale,
        },
        "files": [_file(report, translate) for report in reports],
    }


def _file(report: DeepReport, translate: Callable[[Message], str]) -> dict[str, Any]:
    file = file_to_json(report.edition, translate)
    file["exit_code"] = int(report.exit_code)
    file["verdict"] = report.verdict.value
    file["inside"] = [file_to_json(original, translate) for original in report.originals]
    file["edition"] = {
        "number": report.number,
        "as_of": None if report.as_of is None else report.as_of.isoformat(),
        "members": report.members,
        "head": report.head,
        "length": report.length,
        "sha256": report.sha256,
        "disagreements": [translate(message) for message in report.disagreements],
    }
    return file


def deep_to_text(report: DeepReport, language: Language | None = None) -> str:
    """Return the answer for people: the seal, what the edition is, and everything that does not agree."""
    lines = [file_to_text(report.edition, language), *(render(line, language) for line in _lines(report))]
    lines += [
        file_to_text(original, language) for original in report.originals if original.verdict is not Verdict.PASSED
    ]
    whole = say("All in all: {verdict}, exit {exit}.", verdict=report.verdict.value, exit=int(report.exit_code))
    return "\n".join([*lines, f"  {render(whole, language)}"])


def _lines(report: DeepReport) -> Iterator[Message]:
    if report.number is not None and report.as_of is not None and report.members is not None:
        yield say(
            "Edition {number}, as at {day}: {members} members.",
            number=report.number,
            day=report.as_of.isoformat(),
            members=report.members,
        )
    if report.length is not None and report.sha256 is not None:
        yield say("Known by: {length} bytes, SHA-256 {sha256}", length=report.length, sha256=report.sha256)
    passed = sum(original.verdict is Verdict.PASSED for original in report.originals)
    yield say(
        "Letters inside: {count}, of which passed with the material kept beside them: {passed}",
        count=len(report.originals),
        passed=passed,
    )
    if not report.disagreements:
        if report.number is None:
            yield say("What is inside could not be verified.")
        elif report.edition.verdict is not Verdict.PASSED:
            yield say("What is inside agrees with itself, but without a seal that holds this proves nothing.")
        else:
            yield say("Data, events, evidence, member annex and pages agree.")
        return
    yield say_count("{count} disagreement:", "{count} disagreements:", len(report.disagreements))
    for message in report.disagreements:
        yield say("! {message}", message=message)

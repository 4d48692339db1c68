"""`docgen verify --deep EDITION…`: the official copy from the file alone."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cli.speaking import complain, here, tell
from docgen.errors import UnreadableError, UsageError, worst
from docgen.messages import render
from docgen.model.reasons import Reason, ReasonCode
from docgen.model.report import FileFormat, FileReport
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from docgen.edition.deep import DeepReport
    from docgen.signatures.trust import Trust

__all__ = ["verify_deep"]


def verify_deep(
    files: Sequence[str], *, trust: Trust, trust_folder: Path | None, as_of: datetime, as_json: bool, sandbox: bool
) -> int:
    """Verify editions, print the answer, return the exit code: the worst of the files."""
    from docgen.edition.deep_reports import deep_to_json, deep_to_text  # noqa: PLC0415 - `--help` does not pay for it

    if "-" in files:
        raise UsageError(
            say("an edition cannot be read from a stream"), say("Save it to a file and give the file's path.")
        )
    absent: list[UnreadableError] = []
    reports = [_verify(file, trust, as_of, sandbox=sandbox, absent=absent) for file in files]
    if as_json:
        document = deep_to_json(reports, as_of=as_of, trust=trust.summary())
        tell(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        for error in absent:
            complain(error)
        texts = [deep_to_text(report) for report in reports if report.edition.reasons not in map(_reasons, absent)]
        tell("\n\n".join([*texts, render(_closing(trust_folder))]))
    for file, report in zip(files, reports, strict=True):
        if report.number is None and report.disagreements:
            complain(
                say("→ A letter or another signed file is verified without --deep: {call}", call=here(_plain(file)))
            )
    return int(worst([report.exit_code for report in reports]))


def _verify(file: str, trust: Trust, as_of: datetime, *, sandbox: bool, absent: list[UnreadableError]) -> DeepReport:
    """Verify one edition; a path at which there is no file to read goes to `absent`, and does not stop the others."""
    from docgen.edition.deep import DeepReport  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.edition.deep_worker import verify_edition_file  # noqa: PLC0415 - as above

    try:
        return verify_edition_file(Path(file), trust=trust, as_of=as_of, sandbox=sandbox)
    except UnreadableError as exc:
        absent.append(exc)
        report = FileReport(file=file, sha256=None, size=None, format=FileFormat.OTHER, reasons=_reasons(exc))
        return DeepReport(edition=report, originals=(), disagreements=())


def _reasons(exc: UnreadableError) -> tuple[Reason, ...]:
    return (Reason(code=ReasonCode.PARSE, message=exc.message, hint=exc.hint),)


def _closing(trust_folder: Path | None) -> Message:
    if trust_folder is None:
        return say("Judged by the file alone: no trusted certificates were given, and no network was used.")
    return say(
        "Judged by the trusted certificates in {folder} and the file alone; no register and no network was used.",
        folder=str(trust_folder),
    )


def _plain(file: str) -> str:
    return shlex.join(["docgen", "verify", *(["--"] if file.startswith("-") else []), file])

"""`docgen verify --deep EDITION…`: the official copy from the file alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cli.speaking import tell
from docgen.errors import UsageError, worst
from docgen.messages import render
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from docgen.signatures.trust import Trust

__all__ = ["verify_deep"]


def verify_deep(files: Sequence[str], *, trust: Trust, as_of: datetime, as_json: bool, sandbox: bool) -> int:
    """Verify editions, print the answer, return the exit code: the worst of the files."""
    from docgen.edition.deep_reports import deep_to_json, deep_to_text  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.edition.deep_worker import verify_edition_file  # noqa: PLC0415 - as above

    if "-" in files:
        raise UsageError(
            say("an edition cannot be read from a stream"), say("Save it to a file and give the file's path.")
        )
    reports = [verify_edition_file(Path(file), trust=trust, as_of=as_of, sandbox=sandbox) for file in files]
    if as_json:
        document = deep_to_json(reports, as_of=as_of, trust=trust.summary())
        tell(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        closing = say("Judged by the anchors given and the file alone; no workspace and no network was used.")
        tell("\n\n".join([*(deep_to_text(report) for report in reports), render(closing)]))
    return int(worst([report.exit_code for report in reports]))

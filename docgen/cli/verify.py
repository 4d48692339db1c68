"""`docgen verify FILE…`: signatures, time stamps, and what was changed after signing."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.speaking import SpeakingCommand, complain, option, tell
from docgen.clock import now
from docgen.errors import UnreadableError, UsageError
from docgen.messages import mark
from docgen.model.moments import moment_from_text
from docgen.model.policy import POLICIES
from docgen.model.text import say
from docgen.workspace import find_workspace, pack_folder

if TYPE_CHECKING:
    from datetime import datetime

    from docgen.model.report import VerificationReport
    from docgen.signatures.batch import Submission
    from docgen.signatures.trust import Trust
    from docgen.workspace import Workspace

__all__ = ["command"]

# The module whose process reads strangers' bytes (docgen.signatures.batch.WORKER, not imported before it has started).
_WORKER = "docgen.signatures.worker_jobs"


@click.command(
    cls=SpeakingCommand,
    name="verify",
    help=mark("Verify signed PDF files: signatures, time stamps, changes after signing. Needs no workspace."),
)
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@option(
    "--policy",
    type=click.Choice(list(POLICIES)),
    help=mark("What a signature must be; default from the workspace, else lv-institution."),
)
@option("--trust", metavar="DIR", help=mark("Folder with signers/, timestamps/, revocation/; default the workspace's."))
@option("--as-of", "as_of", metavar="INSTANT", help=mark("Judge as at this moment; default now."))
@option(
    "--deep",
    is_flag=True,
    help=mark("Editions of the official copy: also every original inside, the events, the member annex, the pages."),
)
@option("--json", "as_json", is_flag=True, help=mark("Print one JSON document."))
@option("--report", type=click.Choice(["text"]), default="text", help=mark("Form of the report for people."))
@option(
    "--unsafe-no-sandbox",
    "unsafe",
    is_flag=True,
    help=mark("Read the files without the locked-down process; only for files of your own."),
)
@click.pass_context
def command(
    context: click.Context,
    /,
    files: tuple[str, ...],
    *,
    policy: str | None,
    trust: str | None,
    as_of: str | None,
    deep: bool,
    report: str,
    as_json: bool,
    unsafe: bool,
) -> None:
    """Verify and print; the exit code is the worst of the files."""
    from docgen.worker import Forker  # noqa: PLC0415 - with what follows: --help does not pay for it

    del report
    settings = (context.obj or {}).get("workspace"), policy, trust
    if deep:
        from docgen.cli.deep import verify_deep  # noqa: PLC0415 - only editions pay for it

        _, place, anchors = _chosen(*settings)
        context.exit(
            verify_deep(
                files, trust=anchors, trust_folder=place, as_of=_moment(as_of), as_json=as_json, sandbox=not unsafe
            )
        )
    # The worker's libraries load in a process of their own, beside everything that follows.
    with Forker(_WORKER, sandbox=not unsafe) as forker:
        from docgen.messages import render  # noqa: PLC0415 - as above
        from docgen.signatures.batch import Verifier  # noqa: PLC0415 - as above
        from docgen.signatures.reports import to_json  # noqa: PLC0415 - as above

        chosen, _, anchors = _chosen(*settings)
        with Verifier(trust=anchors, policy=POLICIES[chosen], forker=forker) as verifier:
            result = verifier.report((_submission(file) for file in files), as_of=_moment(as_of))
    if as_json:
        tell(json.dumps(to_json(result, render), ensure_ascii=False, indent=1))
    else:
        _print(result)
    context.exit(int(result.exit_code))


def _print(result: VerificationReport) -> None:
    """Print the report for people; a path at which there is no file to read is an error, and no verdict on a file."""
    from docgen.signatures.reports import to_text  # noqa: PLC0415 - as above

    read = tuple(file for file in result.files if file.size is not None)
    for file in result.files:
        if file.size is None:
            complain(UnreadableError(file.reasons[0].message, file.reasons[0].hint))
    if read:
        tell(to_text(replace(result, files=read)))


def _chosen(workspace: Path | None, policy: str | None, trust: str | None) -> tuple[str, Path | None, Trust]:
    from docgen.signatures.trust import Trust, load_trust  # noqa: PLC0415 - as above

    chosen, folder = _settings(workspace, policy, trust)
    return chosen, folder, Trust() if folder is None else load_trust(folder)


def _submission(file: str) -> Submission:
    """Return what to verify; `-` is the standard input."""
    from docgen.signatures.batch import Submission  # noqa: PLC0415 - as above

    if file == "-":
        from docgen.model.profiles import PROFILES  # noqa: PLC0415 - only for a stream

        return Submission(name="-", data=sys.stdin.buffer.read(PROFILES["document"].limits.size + 1))
    # A name that is no UTF-8 is shown as well as it can be; the path itself stays as it is.
    return Submission(name=os.fsencode(file).decode("utf-8", "replace"), path=Path(file))


def _moment(text: str | None) -> datetime:
    """Return the moment at which files are judged: named, or the clock's, whatever SOURCE_DATE_EPOCH says."""
    if text is None:
        return now()
    try:
        return moment_from_text(text)
    except ValueError as exc:
        raise UsageError(
            say("“{text}” is no moment", text=text),
            say("Write a day or an instant: --as-of 2026-11-24 or --as-of 2026-11-24T08:30:00Z"),
        ) from exc


def _settings(folder: Path | None, policy: str | None, trust: str | None) -> tuple[str, Path | None]:
    """Return policy and trust folder: the option (or its variable), the workspace, its pack, the default."""
    inside = folder is not None or Path("docgen.toml").is_file()
    workspace = find_workspace(folder) if inside else None
    chosen = policy or (_of_workspace(workspace) if workspace else None) or "lv-institution"
    if chosen not in POLICIES:
        raise UsageError(
            say("there is no policy “{policy}”", policy=chosen),
            say("Known policies: {known}.", known=", ".join(POLICIES)),
        )
    if trust is not None:
        return chosen, Path(trust)
    return chosen, workspace.trust if workspace is not None and workspace.trust.is_dir() else None


def _of_workspace(workspace: Workspace) -> str | None:
    if workspace.policy is not None or workspace.pack is None:
        return workspace.policy
    try:
        pack = tomllib.loads((pack_folder(workspace, workspace.pack) / "memorandum.toml").read_text("utf-8"))
        return str(pack["signature_policy"]["name"])
    except (KeyError, TypeError, UsageError, ValueError, OSError):  # no TOML, or no UTF-8
        return None

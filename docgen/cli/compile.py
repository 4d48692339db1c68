"""`docgen compile`: issue the next sealed edition of the official copy."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.choices import day_option
from docgen.cli.speaking import SpeakingCommand, option, tell
from docgen.errors import DataError, ExitCode, Problem, UnreadableError
from docgen.messages import mark, render, translate
from docgen.model.text import say

if TYPE_CHECKING:
    from datetime import date

    from docgen.workflow.compile import Issued

_PASSWORD_LIMIT = 4096  # bytes


class _NotThereError(DataError):
    """What the call names is not there: every name, before a password is asked for."""

    exit_code = ExitCode.MISSING


@click.command(
    "compile",
    cls=SpeakingCommand,
    help=mark(
        "Issue the next edition of the official copy: memorandum, member annex, events and evidence in one PDF with "
        "every original inside, sealed and time-stamped. The register records it."
    ),
)
@option("--as-of", metavar="DAY", callback=day_option, help=mark("The member annex as at that day; default today."))
@option(
    "--key",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="P12",
    help=mark("PKCS#12 file of the seal or the official."),
)
@option(
    "--pass-file",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help=mark("Its password: the first line of this file; otherwise docgen asks."),
)
@option("--tsa", metavar="URL", help=mark("Address of the time-stamp authority."))
@option(
    "--level",
    type=click.Choice(["B-B", "B-T", "B-LT", "B-LTA"]),
    default="B-LTA",
    show_default=True,
    help=mark("Level of the seal; one that cannot be had is an error."),
)
@option("--by", default="", metavar="NAME", help=mark("Who issues it; default the holder of the key."))
@option("--trust", type=click.Path(path_type=Path), metavar="DIR", help=mark("Another trust folder."))
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=mark("Where to write it; default output/editions/ of the workspace."),
)
@option("--unsafe-no-sandbox", is_flag=True, help=mark("Print the pages without the locked-down worker."))
@option("--json", "as_json", is_flag=True, help=mark("Print one JSON document."))
@click.pass_obj
def command(
    options: dict[str, Any],
    *,
    as_of: date | None,
    key: Path,
    pass_file: Path | None,
    tsa: str | None,
    level: str,
    by: str,
    trust: Path | None,
    output: Path | None,
    unsafe_no_sandbox: bool,
    as_json: bool,
) -> None:
    """Issue an edition and say what it is known by."""
    from docgen import clock  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.documents.packs import open_pack  # noqa: PLC0415 - as above
    from docgen.model.moments import riga_day  # noqa: PLC0415 - as above
    from docgen.signatures.sign import Credentials, Level, check_means  # noqa: PLC0415 - as above
    from docgen.workflow.compile import issue_edition, memorandum_of  # noqa: PLC0415 - as above
    from docgen.workspace import find_workspace  # noqa: PLC0415 - as above

    workspace = find_workspace(options["workspace"])
    pack = open_pack(workspace, workspace.pack or "iem")
    memorandum = memorandum_of(pack)
    _check_files(key, pass_file)
    check_means(Level(level), tsa)
    credentials = Credentials.from_pkcs12(key, _password(key, pass_file))
    now = clock.now()
    issued = issue_edition(
        workspace,
        memorandum,
        pack=pack.name,
        as_of=as_of or riga_day(now),
        at=now,
        credentials=credentials,
        level=Level(level),
        tsa_url=tsa,
        by=by,
        output=output,
        trust=trust,
        sandbox=not unsafe_no_sandbox,
    )
    tell(_json(issued) if as_json else _text(issued, trust or workspace.trust))


def _check_files(key: Path, pass_file: Path | None) -> None:
    named = {"--key": key, "--pass-file": pass_file}
    problems = [
        Problem(path=name, message=say("{file} does not exist", file=str(file)))
        for name, file in named.items()
        if file is not None and str(file) != "-" and not file.exists()
    ]
    if problems:
        raise _NotThereError(
            "docgen compile",
            problems,
            say("Name the PKCS#12 file (.p12, .pfx) of the seal or the official with --key."),
        )


def _password(key: Path, pass_file: Path | None) -> str:
    if pass_file is None:
        prompt = translate(mark("Password of the key file"))
        return str(click.prompt(f"{prompt} {key.name}", hide_input=True, default="", show_default=False, err=True))
    if str(pass_file) == "-":
        return sys.stdin.readline(_PASSWORD_LIMIT).rstrip("\r\n")
    from docgen.files import read_limited  # noqa: PLC0415 - beside its only use

    try:
        text = read_limited(pass_file, _PASSWORD_LIMIT).decode()
    except UnicodeDecodeError as exc:
        raise UnreadableError(
            say("{file} is no text in UTF-8", file=str(pass_file)), say("Write the password in its first line.")
        ) from exc
    return text.splitlines()[0] if text else ""


def _text(issued: Issued, trust: Path) -> str:
    lines = [
        say(
            "Edition {number}, as at {day}: {file}", number=issued.number, day=str(issued.as_of), file=str(issued.path)
        ),
        say("Members: {members}; originals inside: {originals}", members=issued.members, originals=issued.originals),
        say("Known by: {length} bytes, SHA-256 {sha256}", length=issued.length, sha256=issued.sha256),
        say("Recorded as event {event}.", event=issued.event),
        say("Next: docgen verify --deep {file} --trust {trust}", file=str(issued.path), trust=str(trust)),
    ]
    return "\n".join(render(line) for line in lines)


def _json(issued: Issued) -> str:
    fields = {
        "schema": "docgen-compile/1",
        "edition": issued.number,
        "as_of": issued.as_of.isoformat(),
        "file": str(issued.path),
        "members": issued.members,
        "originals": issued.originals,
        "length": issued.length,
        "sha256": issued.sha256,
        "event": issued.event,
    }
    return json.dumps(fields, ensure_ascii=False, indent=2)

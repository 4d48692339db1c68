"""`docgen register answer | sent`: the letter that answers an arrival, and the record that it was sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.choices import chosen_formats, day_option, today
from docgen.cli.speaking import SpeakingArgument, SpeakingCommand, complain, here, option, tell
from docgen.errors import UsageError
from docgen.messages import current, mark, render
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from docgen.documents.packs import Pack
    from docgen.workflow.answers import Reply
    from docgen.workspace import Workspace

__all__ = ["COMMANDS"]

_KIND = click.Choice(["receipt", "return", "in-force", "answer"])


@click.command(
    "answer",
    cls=SpeakingCommand,
    help=mark(
        "Draw up the letter that answers an arrival: a receipt where it is registered, a return with every reason "
        "where it is refused or is to be refused, the notice of entry into force, the answer to a proposal."
    ),
)
@click.argument("intake", cls=SpeakingArgument, metavar="INTAKE")
@option("--kind", type=_KIND, help=mark("What to draw up; default all that is due, except the answer to a proposal."))
@option("--data", type=click.Path(path_type=Path), metavar="FILE", help=mark("What the register does not know."))
@option("--signatory", metavar="NAME", help=mark("Who signs."))
@option("--position", metavar="TEXT", help=mark("The position of who signs."))
@option("--number", metavar="TEXT", help=mark("The number of the letter."))
@option("--example", is_flag=True, help=mark("Print the data file as far as the case gives it; complete it."))
@option("--format", "formats", default="pdf,docx", show_default=True, help=mark("Formats, parted by a comma."))
@option("-o", "--output", type=click.Path(path_type=Path), help=mark("Folder for the files."))
@click.pass_obj
def answer_command(
    options: dict[str, Any],
    /,
    *,
    intake: str,
    kind: str | None,
    data: Path | None,
    example: bool,
    formats: str,
    output: Path | None,
    **said: str | None,
) -> None:
    """Draw up what answers an arrival."""
    from docgen.workflow.answers import completed, merged, read_case, replies  # noqa: PLC0415 - `--help` does not pay for it

    chosen = chosen_formats(formats)
    workspace, pack = _opened(options)
    case = read_case(workspace, intake, today())
    more = merged({} if data is None else _read(data), _said(said))
    due = completed(replies(case, pack, today(), kind=kind), more)
    if example:
        from docgen.documents.examples import data_file_of  # noqa: PLC0415 - as above

        tell(data_file_of(due[0].kind, pack, current().value, due[0].data).rstrip("\n"))
        return
    if "signatories" not in more:
        raise UsageError(
            say("who signs the letter?"),
            say(
                "Add: --signatory NAME --position TEXT   or complete a data file: docgen register answer {intake} "
                "--example > answer.toml",
                intake=intake,
            ),
        )
    _make(due, pack, chosen, output or workspace.output / "letters", source=str(data or intake))
    if not options.get("quiet"):
        complain(
            say(
                "Read it, have the PDF signed with a qualified signature and time stamp, send it, and record that: "
                "{command}",
                command=here(render(say("docgen register sent {intake} FILE --by NAME", intake=intake))),
            )
        )


def _make(
    due: tuple[Reply, ...],
    pack: Pack,
    formats: tuple[str, ...],
    target: Path,
    *,
    source: str,
) -> None:
    from docgen.documents.letters import check_letter, make_letter  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.files import safe_join, write_new  # noqa: PLC0415 - as above

    # All are checked before one is written.
    letters = [(check_letter(one.kind, one.data, pack, source=source), one.notes) for one in due]
    for letter, notes in letters:
        for problem in letter.advice:
            complain(say("{path}: {what}", path=problem.path, what=problem.message))
        for note in notes:
            complain(note)
        for name, written in make_letter(letter, formats).items():
            path = safe_join(target, name)
            write_new(path, written)
            tell(str(path))


def _said(said: Mapping[str, str | None]) -> dict[str, Any]:
    signatory, position, number = said["signatory"], said["position"], said["number"]
    if (signatory is None) != (position is None):
        raise UsageError(say("a signatory is named with a position"), say("Add: --signatory NAME --position TEXT"))
    more: dict[str, Any] = {} if signatory is None else {"signatories": [{"name": signatory, "position": position}]}
    return more if number is None else {**more, "letter": {"number": number}}


def _read(path: Path) -> Mapping[str, Any]:
    from docgen.documents.datafile import LIMIT, parse_datafile  # noqa: PLC0415 - only with --data
    from docgen.files import read_own  # noqa: PLC0415 - as above

    return parse_datafile(read_own(path, LIMIT), source=str(path))


@click.command("sent", cls=SpeakingCommand, help=mark("Record that a letter about an arrival was sent; keep the file."))
@click.argument("intake", cls=SpeakingArgument, metavar="INTAKE")
@click.argument("file", cls=SpeakingArgument, type=click.Path(path_type=Path), metavar="FILE")
@option("--kind", type=_KIND, help=mark("What was sent, where docgen did not print it."))
@option("--on", "day", metavar="DAY", callback=day_option, help=mark("The day on which it was sent; default today."))
@option("--by", required=True, metavar="NAME", help=mark("Who records it."))
@option("--unsafe-no-sandbox", is_flag=True, help=mark("Read the file without the locked-down worker."))
@click.pass_obj
def sent_command(
    options: dict[str, Any],
    /,
    *,
    intake: str,
    file: Path,
    kind: str | None,
    day: date | None,
    by: str,
    unsafe_no_sandbox: bool,
) -> None:
    """Record that something was sent."""
    from docgen.cli.register_views import event_line  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.clock import now  # noqa: PLC0415 - as above
    from docgen.files import read_own  # noqa: PLC0415 - as above
    from docgen.model.profiles import PROFILES  # noqa: PLC0415 - as above
    from docgen.workflow.noticing import record_sent  # noqa: PLC0415 - as above

    workspace, _ = _opened(options)
    sent = record_sent(
        workspace,
        intake,
        read_own(file, PROFILES["letter"].limits.size),
        by=by,
        at=now().replace(microsecond=0),
        on=day,
        kind=kind,
        sandbox=not unsafe_no_sandbox,
    )
    if sent.known:
        tell(render(say("Recorded already, as event {seq}; nothing new is recorded.", seq=sent.event.seq)))
    else:
        tell(event_line(sent.event))


def _opened(options: dict[str, Any]) -> tuple[Workspace, Pack]:
    from docgen.documents.packs import open_pack  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.rules import workspace_pack  # noqa: PLC0415 - as above
    from docgen.workspace import find_workspace  # noqa: PLC0415 - as above

    workspace = find_workspace(options["workspace"])
    name, _ = workspace_pack(workspace)
    return workspace, open_pack(workspace, workspace.pack or name)


COMMANDS = (answer_command, sent_command)

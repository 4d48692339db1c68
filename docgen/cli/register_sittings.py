"""`docgen register sitting | by-laws | done | due | council`: the council in the register."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.choices import day_option, today
from docgen.cli.speaking import SpeakingArgument, SpeakingCommand, complain, option, tell
from docgen.messages import mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from docgen.workspace import Workspace

__all__ = ["COMMANDS"]


def _view(function: Callable[..., Any]) -> Callable[..., Any]:
    for decorate in (
        click.pass_obj,
        option("--json", "as_json", is_flag=True, help=mark("Print one JSON document.")),
        option("--as-of", metavar="DAY", callback=day_option, help=mark("The state on that day; default today.")),
    ):
        function = decorate(function)
    return function


@click.command("sitting", cls=SpeakingCommand, help=mark("Record a sitting that was held, and its decisions."))
@click.argument("sitting", cls=SpeakingArgument, type=click.Path(path_type=Path), metavar="SITTING.toml")
@option("--file", "minutes", type=click.Path(path_type=Path), help=mark("The signed minutes (PDF); kept as evidence."))
@option("--by", required=True, metavar="NAME", help=mark("Who records it."))
@option("--why", default="", metavar="TEXT", help=mark("Why minutes are kept that the policy does not accept."))
@option("--unsafe-no-sandbox", is_flag=True, help=mark("Read the file without the locked-down worker."))
@click.pass_obj
def sitting_command(
    options: dict[str, Any], /, *, sitting: Path, minutes: Path | None, by: str, why: str, unsafe_no_sandbox: bool
) -> None:
    """Record a sitting."""
    from docgen.cli import register_council_views as views  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.cli.sitting_papers import attendance_doubts, read_data  # noqa: PLC0415 - as above
    from docgen.documents.packs import open_pack  # noqa: PLC0415 - as above
    from docgen.documents.sittings import read_sitting  # noqa: PLC0415 - as above
    from docgen.workflow.rules import workspace_pack  # noqa: PLC0415 - as above
    from docgen.workflow.signed_minutes import MinutesFile  # noqa: PLC0415 - as above
    from docgen.workflow.sittings import record_sitting  # noqa: PLC0415 - as above

    workspace = _workspace(options)
    name, _ = workspace_pack(workspace)
    pack = open_pack(workspace, workspace.pack or name)
    described = read_sitting(read_data(sitting), pack, source=str(sitting))
    file = None
    if minutes is not None:
        file = MinutesFile(content=_kept(minutes), pack=pack, why=why, sandbox=not unsafe_no_sandbox)
    done = record_sitting(workspace, described, by=by, at=_now(), minutes=file)
    tell(views.recorded_text(done))
    for doubt in attendance_doubts(workspace, described, pack):
        complain(doubt)
    if done.minutes is not None:
        for line in views.minutes_lines(done.minutes):
            complain(line)


@click.command("by-laws", cls=SpeakingCommand, help=mark("Record that the council's by-laws were approved."))
@click.argument("file", cls=SpeakingArgument, type=click.Path(path_type=Path), metavar="FILE")
@option("--on", "day", required=True, metavar="DAY", callback=day_option, help=mark("The day of the approval."))
@option("--by", required=True, metavar="NAME", help=mark("Who records it."))
@option("--why", default="", metavar="TEXT", help=mark("By what they were approved, as an order's number."))
@click.pass_obj
def by_laws_command(options: dict[str, Any], /, *, file: Path, day: date, by: str, why: str) -> None:
    """Record by-laws."""
    from docgen.cli import register_council_views as views  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.documents.packs import open_pack  # noqa: PLC0415 - as above
    from docgen.workflow.rules import workspace_pack  # noqa: PLC0415 - as above
    from docgen.workflow.sittings import record_by_laws  # noqa: PLC0415 - as above

    workspace = _workspace(options)
    name, _ = workspace_pack(workspace)
    council = open_pack(workspace, workspace.pack or name).memorandum.council
    clause = "" if council is None else council.by_laws_clause
    done = record_by_laws(workspace, _kept(file), on=day, by=by, at=_now(), why=why, clause=clause)
    tell(views.recorded_text(done))


@click.command("done", cls=SpeakingCommand, help=mark("Record that a task of the council was done."))
@click.argument("event", cls=SpeakingArgument, type=int, metavar="EVENT")
@option("--on", "day", metavar="DAY", callback=day_option, help=mark("The day on which it was done; default today."))
@option("--by", required=True, metavar="NAME", help=mark("Who records it."))
@click.pass_obj
def done_command(options: dict[str, Any], /, *, event: int, day: date | None, by: str) -> None:
    """Record that a task was done."""
    from docgen.cli import register_council_views as views  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.sittings import record_done  # noqa: PLC0415 - as above

    tell(views.recorded_text(record_done(_workspace(options), event, on=day or today(), by=by, at=_now())))


@click.command("due", cls=SpeakingCommand, help=mark("What is due: tasks, the next sitting, answers to proposals."))
@_view
def due_command(options: dict[str, Any], /, *, as_of: date | None, as_json: bool) -> None:
    """List what is due."""
    from docgen.cli import register_council_views as views  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.dues import read_due  # noqa: PLC0415 - as above

    day = as_of or today()
    due = read_due(_workspace(options), day)
    tell(_dump(views.due_json(due, day)) if as_json else views.due_text(due, day))


@click.command("council", cls=SpeakingCommand, help=mark("Who is in the council, with representatives where known."))
@_view
def council_command(options: dict[str, Any], /, *, as_of: date | None, as_json: bool) -> None:
    """List the council."""
    from docgen.cli import register_council_views as views  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.council import read_council  # noqa: PLC0415 - as above

    day = as_of or today()
    members = read_council(_workspace(options), day)
    tell(_dump(views.council_json(members, day)) if as_json else views.council_text(members, day))


COMMANDS = (council_command, sitting_command, by_laws_command, due_command, done_command)


def _workspace(options: dict[str, Any]) -> Workspace:
    from docgen.workspace import find_workspace  # noqa: PLC0415 - `--help` does not pay for it

    return find_workspace(options["workspace"])


def _kept(path: Path) -> bytes:
    """Return the bytes of a paper that becomes evidence."""
    from docgen.files import read_own  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.model.profiles import PROFILES  # noqa: PLC0415 - as above

    return read_own(path, PROFILES["document"].limits.size)


def _now() -> datetime:
    from docgen.clock import now  # noqa: PLC0415 - `--help` does not pay for it

    return now().replace(microsecond=0)


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)

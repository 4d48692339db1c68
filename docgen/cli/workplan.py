"""`docgen workplan`: a council's work plan, its yearly review, and what is still open in it."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.choices import chosen_formats, chosen_pack, day_option, workspace_here
from docgen.cli.speaking import SpeakingCommand, complain, option, tell
from docgen.errors import UsageError
from docgen.messages import mark, render, translate
from docgen.model.text import say

if TYPE_CHECKING:
    from docgen.documents.packs import Pack
    from docgen.model.text import Message
    from docgen.model.workplan import Measure, WorkPlan

__all__ = ["command"]

_STATUS = {
    "planned": mark("planned"),
    "under-way": mark("under way"),
    "done": mark("done"),
    "dropped": mark("dropped"),
    "": mark("status not set"),
}


@click.command(
    name="workplan",
    cls=SpeakingCommand,
    help=mark(
        "Draw up a council's work plan from PLAN.toml, or its yearly review, as PDF and DOCX with the same words; or "
        "list the measures that are still open."
    ),
)
@click.argument("plan", required=False, type=click.Path(path_type=Path))
@option("--review", metavar="YEAR", type=int, help=mark("Make the review of that year instead of the plan."))
@option("--open", "open_", is_flag=True, help=mark("List the open measures by deadline; those without one last."))
@option(
    "--as-of",
    metavar="DAY",
    callback=day_option,
    help=mark("Which deadlines have passed by that day; default today, for the review of a past year its last day."),
)
@option("--json", "as_json", is_flag=True, help=mark("Print one JSON document."))
@option("--pack", metavar="PACK", help=mark("Pack of the memorandum: a name or a folder; default iem."))
@option("--format", "formats", default="pdf,docx", show_default=True, help=mark("Formats, parted by a comma."))
@option("-o", "--output", type=click.Path(path_type=Path), help=mark("Folder for the files."))
@option("--example", is_flag=True, help=mark("Print a commented data file that works as it is."))
@click.pass_obj
def command(
    root: dict[str, object],
    /,
    *,
    plan: Path | None,
    review: int | None,
    open_: bool,
    as_of: date | None,
    as_json: bool,
    pack: str | None,
    formats: str,
    output: Path | None,
    example: bool,
) -> None:
    """Make a plan or a review, or list what is open."""
    from docgen.documents.packs import common_templates, open_pack  # noqa: PLC0415 - `--help` does not pay for it

    if example:
        tell((common_templates() / "workplan.example.toml").read_text("utf-8").rstrip("\n"))
        return
    if plan is None:
        raise UsageError(
            say("which plan?"), say("Give its data file: docgen workplan PLAN.toml   or print one: --example")
        )
    if open_ and review is not None:
        raise UsageError(say("--open lists, --review makes a document"), say("Call docgen once for each."))
    kinds = chosen_formats(formats)
    folder = root.get("workspace")
    workspace = workspace_here(folder if isinstance(folder, Path) else None)
    loaded = open_pack(workspace, chosen_pack(workspace, pack))
    described = _read(plan, loaded)
    if open_:
        _list_open(described, as_of or _today(), as_json=as_json)
        return
    files, advice = _make(described, loaded, kinds, review, as_of)
    written = _write(files, output or (workspace.output / "plans" if workspace else Path()))
    if as_json:
        _tell_json(files=written)
    else:
        tell("\n".join(written))
    if not root.get("quiet"):
        complain(advice)


def _today() -> date:
    from docgen.clock import made_at  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.model.moments import riga_day  # noqa: PLC0415 - as above

    return riga_day(made_at())


def _read(path: Path, pack: Pack) -> WorkPlan:
    from docgen.documents.datafile import LIMIT, parse_datafile  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.documents.workplans import read_workplan  # noqa: PLC0415 - as above
    from docgen.files import read_own  # noqa: PLC0415 - as above

    content = sys.stdin.buffer.read(LIMIT + 1) if str(path) == "-" else read_own(path, LIMIT)
    return read_workplan(parse_datafile(content, source=str(path)), pack, source=str(path))


def _make(
    plan: WorkPlan, pack: Pack, formats: tuple[str, ...], review: int | None, as_of: date | None
) -> tuple[dict[str, bytes], Message]:
    from docgen.documents.workplans import make_review, make_workplan  # noqa: PLC0415 - `--help` does not pay for it

    if review is None:
        return make_workplan(plan, pack, formats), say(
            "Read the plan before the council approves it or you publish it."
        )
    today = _today()
    day = as_of or (date(review, 12, 31) if date.min.year <= review < today.year else today)
    files = make_review(plan, pack, review, day=day, formats=formats)
    return files, say("Deadlines were held against {day}. Read the review before it goes to the council.", day=str(day))


def _write(files: dict[str, bytes], target: Path) -> list[str]:
    from docgen.files import safe_join, write_new  # noqa: PLC0415 - `--help` does not pay for it

    paths = {safe_join(target, name): data for name, data in files.items()}
    for path, data in paths.items():
        write_new(path, data)
    return [str(path) for path in paths]


def _tell_json(**said: object) -> None:
    from docgen import __version__  # noqa: PLC0415 - `--help` does not pay for it

    document = {"schema": "docgen-workplan/1", "docgen": __version__, "exit_code": 0, "files": [], **said}
    tell(json.dumps(document, ensure_ascii=False, indent=1))


def _list_open(plan: WorkPlan, day: date, *, as_json: bool) -> None:
    measures = plan.open_measures
    if as_json:
        _tell_json(as_of=day.isoformat(), measures=[_as_data(measure, day) for measure in measures])
    else:
        tell("\n".join(_line(measure, day) for measure in measures) or render(say("No measure is open.")))


def _as_data(measure: Measure, day: date) -> dict[str, object]:
    return {
        "number": measure.number,
        "title": measure.title,
        "responsible": list(measure.responsible),
        "deadline": measure.deadline.isoformat() if measure.deadline else None,
        "overdue": measure.is_overdue(day),
        "status": measure.status.value if measure.status else None,
    }


def _line(measure: Measure, day: date) -> str:
    due = measure.deadline.isoformat() if measure.deadline else render(say("no deadline"))
    state = [translate(_STATUS[measure.status.value if measure.status else ""]), *measure.responsible]
    late = [render(say("overdue"))] if measure.is_overdue(day) else []
    return f"{due}  {measure.number}. {measure.title} ({'; '.join([*late, *state])})"

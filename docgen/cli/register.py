"""`docgen register`: read the register as of a day, and decide about arrivals."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli import register_answers, register_sittings
from docgen.cli.choices import typed_day
from docgen.cli.speaking import SpeakingArgument, SpeakingGroup, complain, option, tell
from docgen.errors import DocgenError, ExitCode, MismatchError, UsageError, worst
from docgen.messages import mark, render
from docgen.model.text import say, say_count

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

_JSON = option("--json", "as_json", is_flag=True, help=mark("Print one JSON document."))


def _as_of(function: Callable[..., Any]) -> Callable[..., Any]:
    decorated: Callable[..., Any] = option(
        "--as-of", metavar="DAY", callback=_day, help=mark("The state on that day; default today.")
    )(function)
    return decorated


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    from docgen.clock import made_at  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.model.moments import riga_day  # noqa: PLC0415 - as above

    if value is None and param.name != "as_of":
        return None
    if value is None:
        # What is shown may be of another moment; an audit looks at everything that stands there now.
        return riga_day(_now() if ctx.command.name == "audit" else made_at())
    return typed_day(value)


def _now() -> Any:  # noqa: ANN401 - datetime is imported where it is needed
    from docgen.clock import now  # noqa: PLC0415 - `--help` does not pay for it

    return now().replace(microsecond=0)


@click.group("register", cls=SpeakingGroup, help=mark("The register: members, council, decisions, events, audit."))
def command() -> None:
    """Group the commands of the register."""


for _command in (*register_sittings.COMMANDS, *register_answers.COMMANDS):
    command.add_command(_command)


@command.command("list", help=mark("Members, and arrivals that wait for a decision."))
@option("--all", "everything", is_flag=True, help=mark("Also former members and decided arrivals."))
@option("--by-name", is_flag=True, help=mark("Members in the Latvian order of their names, not of their numbers."))
@_as_of
@_JSON
@click.pass_obj
def list_(options: dict[str, Any], *, everything: bool, by_name: bool, as_of: date, as_json: bool) -> None:
    """List members and open arrivals."""
    from docgen.cli import register_views as views  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.reading import read_register  # noqa: PLC0415 - as above

    book = read_register(_workspace(options), as_of)
    if as_json:
        tell(_dump(views.list_json(book, by_name=by_name)))
    else:
        tell(views.list_text(book, everything=everything, by_name=by_name))


@command.command("show", help=mark("One arrival, an organisation as it stands, or one event."))
@click.argument("what", cls=SpeakingArgument, metavar="INTAKE|NUMBER|EVENT")
@_as_of
@_JSON
@click.pass_obj
def show(options: dict[str, Any], *, what: str, as_of: date, as_json: bool) -> None:
    """Show one thing."""
    from docgen.cli import register_things as things  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.reading import read_register  # noqa: PLC0415 - as above

    book = read_register(_workspace(options), as_of)
    found = things.find(book, what)
    if found is None:
        raise UsageError(
            say("the register has nothing named “{what}”", what=what),
            say("Give an intake number, a registration number or an event's number; see: docgen register list --all"),
        )
    tell(_dump(things.thing_json(book, found)) if as_json else things.thing_text(book, found))


@command.command("history", help=mark("The events, of all or of one organisation."))
@click.argument("organisation", cls=SpeakingArgument, required=False, metavar="[NUMBER]")
@_as_of
@_JSON
@click.pass_obj
def history(options: dict[str, Any], *, organisation: str | None, as_of: date, as_json: bool) -> None:
    """Print events in the order in which they count."""
    from docgen.cli import register_views as views  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.reading import read_register  # noqa: PLC0415 - as above
    from docgen.workflow.rules import checked_number  # noqa: PLC0415 - as above

    book = read_register(_workspace(options), as_of)
    if organisation is not None and not book.history_of(organisation):
        checked_number(organisation)
    tell(_dump(views.history_json(book, organisation)) if as_json else views.history_text(book, organisation))


@command.command("status", help=mark("In force or not, how many members, what waits."))
@_as_of
@_JSON
@click.pass_obj
def status(options: dict[str, Any], *, as_of: date, as_json: bool) -> None:
    """Print where the memorandum stands."""
    from docgen.cli import register_views as views  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.reading import read_register  # noqa: PLC0415 - as above

    book = read_register(_workspace(options), as_of)
    tell(_dump(views.status_json(book)) if as_json else views.status_text(book))


@command.command("decide", help=mark("Register or refuse arrivals; a named person's act."))
@click.argument("words", cls=SpeakingArgument, nargs=-1, metavar="INTAKE… accept|refuse")
@option("--all-in-order", is_flag=True, help=mark("Accept all that docgen proposed to accept, by number."))
@option("--by", required=True, metavar="NAME", help=mark("Who decides."))
@option("--why", default="", metavar="TEXT", help=mark("Why; needed where docgen proposed otherwise."))
@option(
    "--act",
    type=click.Choice(
        ["accession", "delegation", "council-notice", "withdrawal", "proposal", "power-of-attorney", "other"]
    ),
    help=mark("For a letter that docgen did not print: what it says."),
)
@option("--organisation", metavar="NUMBER", help=mark("For such a letter: whose it is, by registration number."))
@option("--name", metavar="NAME", help=mark("For such a letter: the organisation's name."))
@option(
    "--wish",
    type=click.Choice(["yes", "change", "recall", "no"]),
    help=mark("For such a letter: what it says about the council."),
)
@option(
    "--effective",
    metavar="DAY",
    callback=_day,
    help=mark("From which day it counts, where the letter does not give it: the day on which a delegate signed."),
)
@click.pass_obj
def decide(
    options: dict[str, Any],
    /,
    *,
    words: tuple[str, ...],
    all_in_order: bool,
    by: str,
    why: str,
    **said: Any,  # noqa: ANN401 - a day among texts
) -> int:
    """Decide about the arrivals named."""
    from docgen.cli import register_results as results  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.deciding import Decider  # noqa: PLC0415 - as above

    if all_in_order == bool(words) or (words and (words[-1] not in {"accept", "refuse"} or len(words) == 1)):
        raise UsageError(
            say("say which arrivals, and accept or refuse"),
            say("As in: docgen register decide 2026-0007 accept --by NAME   or: --all-in-order --by NAME"),
        )
    codes = [ExitCode.DONE]
    with Decider(_workspace(options), by=by, why=why, at=_now()) as decider:
        if all_in_order:
            outcomes = list(decider.accept_all_in_order())
            for outcome in outcomes:
                tell(results.outcome_text(outcome))
            tell(render(say_count("{count} arrival decided.", "{count} arrivals decided.", len(outcomes))))
            return int(ExitCode.DONE)
        for intake in dict.fromkeys(words[:-1]):
            try:
                accepted = words[-1] == "accept"
                tell(results.outcome_text(decider.accept(intake, **said) if accepted else decider.refuse(intake)))
            except DocgenError as exc:
                # One bad number never stops the others; each decision is its own act.
                complain(exc)
                codes.append(exc.exit_code)
    return int(worst([code for code in codes if code is not ExitCode.DONE] or codes))


@command.command("correct", help=mark("Record what is wrong with an event; the event itself stays as it is."))
@click.argument("event", cls=SpeakingArgument, type=int, metavar="EVENT")
@option("--void", is_flag=True, help=mark("The event does not count."))
@option("--set", "settings", multiple=True, metavar="KEY=VALUE", help=mark("Set effective_on, organisation or name."))
@option("--by", required=True, metavar="NAME", help=mark("Who corrects."))
@option("--why", required=True, metavar="TEXT", help=mark("Why."))
@click.pass_obj
def correct(
    options: dict[str, Any], /, *, event: int, void: bool, settings: tuple[str, ...], by: str, why: str
) -> None:
    """Record a correction."""
    from docgen.cli.register_views import event_line  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.database import open_database  # noqa: PLC0415 - as above
    from docgen.workflow.correcting import correct as record  # noqa: PLC0415 - as above

    if void == bool(settings):
        raise UsageError(say("say either --void or what to set"))
    changes = {key: value for key, _, value in (setting.partition("=") for setting in settings)}
    with open_database(_workspace(options).database_url) as database:
        tell(event_line(record(database, event, by=by, at=_now(), why=why, changes=changes)))


@command.command("erase", help=mark("Erase contacts, representatives and letter data for good; events stay valid."))
@click.argument("what", cls=SpeakingArgument, metavar="INTAKE|NUMBER|EVENT")
@option("--by", required=True, metavar="NAME", help=mark("Who erases."))
@option("--why", required=True, metavar="TEXT", help=mark("Why."))
@option("--yes", is_flag=True, help=mark("Do not ask."))
@_JSON
@click.pass_obj
def erase(options: dict[str, Any], /, *, what: str, by: str, why: str, yes: bool, as_json: bool) -> None:
    """Erase the personal values of an arrival or an organisation."""
    from docgen.cli import register_results as results  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.database import open_database  # noqa: PLC0415 - as above
    from docgen.workflow.erasing import erasable  # noqa: PLC0415 - as above
    from docgen.workflow.erasing import erase as erase_for_good  # noqa: PLC0415 - as above

    with open_database(_workspace(options).database_url) as database:
        if not yes:
            _ask(results.erasable_text(erasable(database, what)), what)
        erased = erase_for_good(database, what, by=by, at=_now(), why=why)
    tell(_dump(results.erased_json(erased)) if as_json else results.erased_text(erased))


def _ask(question: str, word: str) -> None:
    # A word to type instead of y or n: the same in every language, and never typed by habit.
    click.echo(question, err=True)
    if sys.stdin.readline().strip() != word:
        raise UsageError(
            say("not confirmed; nothing was erased"), say("Type {word} when asked, or give: --yes", word=word)
        )


@command.command("audit", help=mark("Compute every digest again; name whatever differs."))
@_as_of
@_JSON
@click.pass_obj
def audit(options: dict[str, Any], *, as_of: date, as_json: bool) -> None:
    """Audit records and evidence."""
    from docgen.cli import register_results as results  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.reading import audit_register  # noqa: PLC0415 - as above

    report = audit_register(_workspace(options), as_of)
    tell(_dump(results.audit_json(report)) if as_json else results.audit_text(report))
    if report.findings:
        raise MismatchError(
            say_count(
                "{count} thing does not agree with what was recorded",
                "{count} things do not agree with what was recorded",
                len(report.findings),
            ),
            say("Change nothing; restore what is named from the last good copy."),
        )


@command.command("export", help=mark("Members or events, as CSV or JSON."))
@option("--format", "format_", type=click.Choice(["csv", "json"]), default="csv", show_default=True, help=mark("How."))
@option("--what", type=click.Choice(["members", "events"]), default="members", show_default=True, help=mark("What."))
@option("-o", "--output", type=click.Path(path_type=Path), help=mark("Into this new file instead of stdout."))
@_as_of
@click.pass_obj
def export(options: dict[str, Any], *, format_: str, what: str, output: Path | None, as_of: date) -> None:
    """Export a view of the register."""
    from docgen.cli import register_results as results  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.files import write_new  # noqa: PLC0415 - as above
    from docgen.workflow.reading import read_register  # noqa: PLC0415 - as above

    book = read_register(_workspace(options), as_of)
    text = _dump(results.export_json(book)) + "\n" if format_ == "json" else results.export_csv(book, what)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_new(output, text.encode())


def _workspace(options: dict[str, Any]) -> Any:  # noqa: ANN401 - imported where it is needed
    from docgen.workspace import find_workspace  # noqa: PLC0415 - `--help` does not pay for it

    return find_workspace(options["workspace"])


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)

"""`docgen extract`: a certified extract from the minutes of a sitting, as PDF and DOCX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from docgen.cli.choices import today, typed_day
from docgen.cli.sitting_papers import open_papers, sitting_options
from docgen.cli.speaking import SpeakingCommand, option
from docgen.errors import UsageError
from docgen.messages import mark
from docgen.model.text import say

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from docgen.cli.sitting_papers import Papers
    from docgen.model.sitting import Certification

__all__ = ["command"]


@click.command(
    name="extract",
    cls=SpeakingCommand,
    help=mark("Draw up a certified extract from approved minutes: the items asked for, word for word; gaps marked."),
)
@sitting_options
@option("--item", "items", metavar="N", type=int, multiple=True, help=mark("An item of the agenda; once for each."))
@option("--by", metavar="NAME", help=mark("Who certifies the extract; default by the data file."))
@option("--position", metavar="TEXT", help=mark("That person's position."))
@option("--organisation", metavar="NAME", help=mark("Whose extract it is; default the minute-taker's organisation."))
@option("--on", "day", metavar="DAY", help=mark("Day of the certification; default today."))
@click.pass_obj
def command(
    root: dict[str, object],
    /,
    *,
    sitting: Path | None,
    pack: str | None,
    formats: str,
    output: Path | None,
    items: tuple[int, ...],
    **certified: str | None,
) -> None:
    """Make one extract."""
    how = say("As in: docgen extract SITTING.toml --item 2 --by NAME --position TEXT")
    if not items:
        raise UsageError(say("which item?"), how)
    day = None if certified["day"] is None else typed_day(certified["day"])
    papers = open_papers(root, sitting=sitting, pack=pack, formats=formats, output=output, held=True, missing=how)
    from docgen.documents.extracts import make_extract  # noqa: PLC0415 - `--help` does not pay for it

    certification = _certification(papers, certified, day, items)
    files = make_extract(papers.sitting, papers.pack, items, certification, papers.formats)
    advice = say("Compare it with the signed minutes, then have {name} sign the PDF.", name=certification.name)
    papers.write(files, None if root.get("quiet") else advice)


def _certification(
    papers: Papers, options: dict[str, str | None], day: date | None, items: tuple[int, ...]
) -> Certification:
    """Return who certifies: by the options, else by the data file.

    Raises `DataError` with all that stands against the extract: who certifies it, when, of which minutes, which items.
    """
    from docgen.documents.extracts import EXTRACT, extract_hint, extract_problems  # noqa: PLC0415 - as above
    from docgen.documents.printable import unprintable  # noqa: PLC0415 - as above
    from docgen.errors import DataError, Problem  # noqa: PLC0415 - as above
    from docgen.model.certificates import mask_codes  # noqa: PLC0415 - as above
    from docgen.model.reading import read_table  # noqa: PLC0415 - as above
    from docgen.model.sitting import Certification  # noqa: PLC0415 - as above

    written = papers.sitting.certification
    if written is not None:
        defaults = {"by": written.name, "position": written.position, "organisation": written.organisation}
    else:
        defaults = {"by": "", "position": "", "organisation": papers.sitting.minute_taker.organisation}
    certified_on = day or (written.day if written is not None else today())
    chosen = {f"--{key}": options[key] or value for key, value in defaults.items()}
    given = {key: value for key, value in chosen.items() if value.strip()}
    table = read_table(given)
    name, position, organisation = (table.text(key) for key in chosen)
    coded = say("has a personal code; what the council publishes names nobody by one")
    problems = [
        *table.problems(),
        *unprintable(given, fonts=papers.pack.look.fonts),
        *(Problem(path=key, message=coded) for key, value in given.items() if mask_codes(value) != value),
        *extract_problems(papers.sitting, items, certified_on),
    ]
    if problems:
        lacking = say("Give the options, or the table [certification] in the data file.")
        hint = extract_hint(papers.sitting) or (None if len(given) == len(chosen) else lacking)
        raise DataError(EXTRACT, problems, hint)
    return Certification(organisation=organisation, position=position, name=name, day=certified_on)

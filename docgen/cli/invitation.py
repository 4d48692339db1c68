"""`docgen invitation`: the invitation to a sitting, as PDF and DOCX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from docgen.cli.sitting_papers import open_papers, sitting_options
from docgen.cli.speaking import SpeakingCommand
from docgen.messages import mark
from docgen.model.text import say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]


@click.command(
    name="invitation",
    cls=SpeakingCommand,
    help=mark("Draw up the invitation to a council sitting from SITTING.toml, as PDF and DOCX with the same words."),
)
@sitting_options
@click.pass_obj
def command(
    root: dict[str, object], /, *, sitting: Path | None, pack: str | None, formats: str, output: Path | None
) -> None:
    """Make the invitation to one sitting."""
    papers = open_papers(
        root,
        sitting=sitting,
        pack=pack,
        formats=formats,
        output=output,
        held=False,
        missing=say("Give its data file: docgen invitation SITTING.toml   or begin one: docgen minutes --new DAY"),
    )
    from docgen.documents.agendas import make_invitation  # noqa: PLC0415 - `--help` does not pay for it

    advice = say("Read it, have it signed, then send it to the members with the agenda and the materials.")
    files = make_invitation(papers.sitting, papers.pack, papers.formats, source=papers.source)
    papers.write(files, None if root.get("quiet") else advice)

"""`docgen minutes`: the minutes of a sitting, as PDF and DOCX; and the beginning of its data file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from docgen.cli.choices import typed_day
from docgen.cli.sitting_papers import attendance_doubts, loaded_pack, open_papers, sitting_options, workspace_of
from docgen.cli.speaking import SpeakingCommand, complain, option, tell
from docgen.errors import UsageError
from docgen.messages import mark
from docgen.model.text import say

if TYPE_CHECKING:
    from pathlib import Path

    from docgen.documents.packs import Pack
    from docgen.model.sitting import Sitting
    from docgen.model.text import Message

__all__ = ["command"]

_LARGEST_EXAMPLE = 1_000_000


@click.command(
    name="minutes",
    cls=SpeakingCommand,
    help=mark("Draw up the minutes of a council sitting from SITTING.toml, as PDF and DOCX with the same words."),
)
@sitting_options
@option("--new", "new", metavar="DAY", help=mark("Print the beginning of SITTING.toml for a sitting on that day."))
@option("--example", is_flag=True, help=mark("Print a commented data file that works as it is."))
@click.pass_obj
def command(
    root: dict[str, object],
    /,
    *,
    sitting: Path | None,
    pack: str | None,
    formats: str,
    output: Path | None,
    new: str | None,
    example: bool,
) -> None:
    """Make the minutes of one sitting."""
    if example:
        tell(_example(loaded_pack(workspace_of(root), pack)))
        return
    if new is not None:
        tell(_beginning(root, pack, new))
        return
    papers = open_papers(
        root,
        sitting=sitting,
        pack=pack,
        formats=formats,
        output=output,
        held=True,
        missing=say("Give its data file: docgen minutes SITTING.toml   or print one: --example"),
    )
    from docgen.documents.minutes import (  # noqa: PLC0415 - `--help` does not pay for it
        advice_for,
        decides_without_quorum,
        make_minutes,
    )

    for problem in advice_for(papers.sitting, papers.pack):
        complain(say("{path}: {what}", path=problem.path, what=problem.message))
    if decides_without_quorum(papers.sitting, papers.pack):
        complain(
            say("Fewer took part than the quorum of the by-laws asks for, and yet there are decisions: look at them.")
        )
    workspace = workspace_of(root)
    # The register knows the council of the workspace's memorandum, and no other's.
    if workspace is not None and papers.pack.name == loaded_pack(workspace, workspace.pack).name:
        for doubt in attendance_doubts(workspace, papers.sitting, papers.pack):
            complain(doubt)
    files = make_minutes(papers.sitting, papers.pack, papers.formats)
    papers.write(files, None if root.get("quiet") else _advice(papers.sitting))


def _advice(sitting: Sitting) -> Message:
    """Return what is to be done with the minutes: a draft is read and approved, approved minutes are signed."""
    if sitting.approved_on is None:
        return say(
            "A draft, not to be signed: send it to the members. Once it is approved, set sitting.status to approved "
            "with the table [approval], and make the minutes anew."
        )
    return say("Read them, have the chair and the minute-taker sign the PDF, and keep it with the sitting's papers.")


def _example(pack: Pack) -> str:
    from docgen.files import read_own  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.toml import decode_text  # noqa: PLC0415 - as above

    path = pack.folder / "sitting.example.toml"
    if not path.is_file():
        raise UsageError(
            say("the pack {pack} has no example of a sitting", pack=pack.name),
            say("Begin a data file with: docgen minutes --new DAY"),
        )
    return decode_text(read_own(path, _LARGEST_EXAMPLE), source=str(path)).rstrip("\n")


def _beginning(root: dict[str, object], pack: str | None, day: str) -> str:
    """Return the beginning of a data file, from the pack and, in a workspace, from its register."""
    from docgen.documents.new_sitting import new_sitting  # noqa: PLC0415 - `--help` does not pay for it

    when = typed_day(day)
    workspace = workspace_of(root)
    loaded = loaded_pack(workspace, pack)
    if workspace is None:
        return new_sitting(when, loaded, ())
    from docgen.workflow.council import read_council  # noqa: PLC0415 - as above

    return new_sitting(when, loaded, read_council(workspace, when))

"""`docgen letter`: a letter from a data file, as PDF and DOCX."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from docgen.cli.minutes import chosen_formats, chosen_pack, workspace_here
from docgen.cli.speaking import SpeakingCommand, complain, option, tell
from docgen.errors import UsageError
from docgen.messages import current, mark
from docgen.model.text import say

__all__ = ["command"]


@click.command(
    name="letter",
    cls=SpeakingCommand,
    help=mark(
        "Draw up a letter from a data file, as PDF and DOCX with the same words. All faults of the data are listed at "
        "once; then nothing is written."
    ),
)
@click.argument("kind")
@option("--data", type=click.Path(path_type=Path), help=mark("Data file, TOML or JSON; - for standard input."))
@option("--example", is_flag=True, help=mark("Print a commented data file that works as it is."))
@option("--pack", metavar="PACK", help=mark("Pack of the memorandum: a name or a folder; default iem."))
@option("--format", "formats", default="pdf,docx", show_default=True, help=mark("Formats, parted by a comma."))
@option("-o", "--output", type=click.Path(path_type=Path), help=mark("Folder for the files."))
@click.pass_obj
def command(
    root: dict[str, object],
    /,
    *,
    kind: str,
    data: Path | None,
    example: bool,
    pack: str | None,
    formats: str,
    output: Path | None,
) -> None:
    """Make one letter."""
    folder = root.get("workspace")
    workspace = workspace_here(folder if isinstance(folder, Path) else None)
    kinds = chosen_formats(formats)
    if data is None and not example:
        raise UsageError(
            say("which data?"),
            say("Print an example, change it, and use it: docgen letter {kind} --example > ngo.toml", kind=kind),
        )
    from docgen.documents.letters import head_of  # noqa: PLC0415 - only when a letter is made
    from docgen.documents.packs import open_pack  # noqa: PLC0415 - as above

    loaded = open_pack(workspace, chosen_pack(workspace, pack))
    head_of(kind, loaded)
    if example:
        from docgen.documents.examples import example_of  # noqa: PLC0415 - as above

        tell(example_of(kind, loaded, current().value).rstrip("\n"))
        return
    assert data is not None
    _make(kind, data, loaded, kinds, output or (workspace.output / "letters" if workspace else Path()))
    if not root.get("quiet"):
        complain(
            say(
                "Read the PDF, sign it (the PDF, not the DOCX) with a qualified signature and time stamp, and send it "
                "to the Ministry's e-address. Do not save it again in another program."
            )
        )


def _make(kind: str, data: Path, pack: object, kinds: tuple[str, ...], target: Path) -> None:
    from docgen.documents.datafile import LIMIT, parse_datafile  # noqa: PLC0415 - only when a letter is made
    from docgen.documents.letters import check_letter, make_letter  # noqa: PLC0415 - as above
    from docgen.documents.packs import Pack  # noqa: PLC0415 - as above
    from docgen.files import read_own, safe_join, write_new  # noqa: PLC0415 - as above

    assert isinstance(pack, Pack)
    content = sys.stdin.buffer.read(LIMIT + 1) if str(data) == "-" else read_own(data, LIMIT)
    letter = check_letter(kind, parse_datafile(content, source=str(data)), pack, source=str(data))
    for problem in letter.advice:
        complain(say("{path}: {what}", path=problem.path, what=problem.message))
    for name, written in make_letter(letter, kinds).items():
        path = safe_join(target, name)
        write_new(path, written)
        tell(str(path))

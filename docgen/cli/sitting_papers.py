"""What the commands for a sitting's papers share: the data file, its pack, the formats, where the files go."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.choices import chosen_formats, chosen_pack, workspace_here
from docgen.cli.speaking import SpeakingCommand, complain, option, tell
from docgen.errors import UsageError
from docgen.messages import mark
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from docgen.documents.packs import Pack
    from docgen.model.sitting import Sitting
    from docgen.model.text import Message
    from docgen.workspace import Workspace

__all__ = [
    "Papers",
    "attendance_doubts",
    "loaded_pack",
    "open_papers",
    "paper_before",
    "read_data",
    "sitting_options",
    "workspace_of",
]


def sitting_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the argument and the options that every paper of a sitting has."""
    for decorate in (
        option("-o", "--output", type=click.Path(path_type=Path), help=mark("Folder for the files.")),
        option("--format", "formats", default="pdf,docx", show_default=True, help=mark("Formats, parted by a comma.")),
        option("--pack", metavar="PACK", help=mark("Pack of the memorandum: a name or a folder; default iem.")),
        click.argument("sitting", required=False, type=click.Path(path_type=Path)),
    ):
        function = decorate(function)
    return function


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """A sitting as it was read, with all that its papers need."""

    sitting: Sitting
    source: str
    pack: Pack
    formats: tuple[str, ...]
    folder: Path

    def write(self, files: Mapping[str, bytes], advice: Message | None) -> None:
        """Write files into the folder and name each; then say what is to be done with them."""
        from docgen.files import safe_join, write_new  # noqa: PLC0415 - `--help` does not pay for it

        for name, data in files.items():
            path = safe_join(self.folder, name)
            write_new(path, data)
            tell(str(path))
        if advice is not None:
            complain(advice)


def open_papers(
    root: Mapping[str, object],
    *,
    sitting: Path | None,
    pack: str | None,
    formats: str,
    output: Path | None,
    held: bool,
    missing: Message,
) -> Papers:
    """Read the sitting that a call names. `missing` says how the call is written. Raises as `read_sitting` does."""
    from docgen.documents.sittings import read_sitting  # noqa: PLC0415 - `--help` does not pay for it

    if sitting is None:
        raise UsageError(say("which sitting?"), missing)
    kinds = chosen_formats(formats)
    workspace = workspace_of(root)
    loaded = loaded_pack(workspace, pack)
    described = read_sitting(read_data(sitting), loaded, source=str(sitting), held=held)
    folder = output or (workspace.output / "sittings" if workspace else Path())
    return Papers(sitting=described, source=str(sitting), pack=loaded, formats=kinds, folder=folder)


def paper_before(
    name: str, *, description: str, missing: Message, advice: Message, make: Callable[[Papers], Mapping[str, bytes]]
) -> click.Command:
    """Return the command for a paper that is made before the sitting is held, with the options of them all."""

    @click.command(name=name, cls=SpeakingCommand, help=description)
    @sitting_options
    @click.pass_obj
    def command(
        root: dict[str, object], /, *, sitting: Path | None, pack: str | None, formats: str, output: Path | None
    ) -> None:
        papers = open_papers(
            root, sitting=sitting, pack=pack, formats=formats, output=output, held=False, missing=missing
        )
        papers.write(make(papers), None if root.get("quiet") else advice)

    return command


def workspace_of(root: Mapping[str, object]) -> Workspace | None:
    """Return the workspace that the call names or stands in, None where there is none."""
    folder = root.get("workspace")
    return workspace_here(folder if isinstance(folder, Path) else None)


def loaded_pack(workspace: Workspace | None, name: str | None) -> Pack:
    """Return the pack that an option names, else the workspace's."""
    from docgen.documents.packs import open_pack  # noqa: PLC0415 - `--help` does not pay for it

    return open_pack(workspace, chosen_pack(workspace, name))


def attendance_doubts(workspace: Workspace, sitting: Sitting, pack: Pack) -> tuple[Message, ...]:
    """Return where a sitting's attendance does not agree with the register's council of its day."""
    from docgen.documents.sittings import council_of  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.model.council import doubts_of_attendance, organisations_side  # noqa: PLC0415 - as above
    from docgen.workflow.council import read_council  # noqa: PLC0415 - as above

    side = organisations_side([side for side, _ in council_of(pack).sides])
    return tuple(doubts_of_attendance(sitting, read_council(workspace, sitting.day), side=side))


def read_data(path: Path) -> Mapping[str, object]:
    """Return what a data file holds; `-` is the standard input. Raises `DataError`, `UnreadableError`."""
    from docgen.documents.datafile import LIMIT, parse_datafile  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.files import read_own  # noqa: PLC0415 - as above

    content = sys.stdin.buffer.read(LIMIT + 1) if str(path) == "-" else read_own(path, LIMIT)
    return parse_datafile(content, source=str(path))

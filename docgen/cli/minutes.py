"""`docgen minutes`: the minutes of a sitting, as PDF and DOCX."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.speaking import SpeakingCommand, complain, option, tell
from docgen.errors import UsageError
from docgen.messages import mark
from docgen.model.text import say

if TYPE_CHECKING:
    from docgen.workspace import Workspace

_FORMATS = ("pdf", "docx")


def chosen_formats(value: str) -> tuple[str, ...]:
    """Return the formats that `--format` names. Raises `UsageError` for others."""
    formats = tuple(part.strip().lower() for part in value.split(",") if part.strip())
    unknown = [part for part in formats if part not in _FORMATS]
    if unknown or not formats:
        raise UsageError(
            say("there is no format “{name}”", name=", ".join(unknown) or value),
            say("Give one or both: --format pdf,docx"),
        )
    return formats


def workspace_here(folder: Path | None) -> Workspace | None:
    """Return the workspace that the call names or stands in; None where it stands in none."""
    from docgen.workspace import find_workspace  # noqa: PLC0415 - only when a document is made

    return find_workspace(folder) if folder is not None or Path("docgen.toml").is_file() else None


def chosen_pack(workspace: Workspace | None, option: str | None) -> str:
    """Return the pack that the option names, else the environment, else the workspace, else the first one."""
    return option or os.environ.get("DOCGEN_PACK") or (workspace.pack if workspace else None) or "iem"


@click.command(
    name="minutes",
    cls=SpeakingCommand,
    help=mark("Draw up the minutes of a council sitting from SITTING.toml, as PDF and DOCX with the same words."),
)
@click.argument("sitting", required=False, type=click.Path(path_type=Path))
@option("--pack", metavar="PACK", help=mark("Pack of the memorandum: a name or a folder; default iem."))
@option("--format", "formats", default="pdf,docx", show_default=True, help=mark("Formats, parted by a comma."))
@option("-o", "--output", type=click.Path(path_type=Path), help=mark("Folder for the files."))
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
    example: bool,
) -> None:
    """Make the minutes of one sitting."""
    from docgen.documents.packs import open_pack  # noqa: PLC0415 - only when minutes are made
    from docgen.files import read_own, safe_join, write_new  # noqa: PLC0415 - as above

    folder = root.get("workspace")
    workspace = workspace_here(folder if isinstance(folder, Path) else None)
    loaded = open_pack(workspace, chosen_pack(workspace, pack))
    if example:
        tell((loaded.folder / "sitting.example.toml").read_text("utf-8").rstrip("\n"))
        return
    if sitting is None:
        raise UsageError(
            say("which sitting?"), say("Give its data file: docgen minutes SITTING.toml   or print one: --example")
        )
    kinds = chosen_formats(formats)
    from docgen.documents.datafile import LIMIT, parse_datafile  # noqa: PLC0415 - as above
    from docgen.documents.minutes import make_minutes, read_sitting  # noqa: PLC0415 - as above

    content = sys.stdin.buffer.read(LIMIT + 1) if str(sitting) == "-" else read_own(sitting, LIMIT)
    described = read_sitting(parse_datafile(content, source=str(sitting)), loaded, source=str(sitting))
    target = output or (workspace.output / "sittings" if workspace else Path())
    for name, data in make_minutes(described, loaded, kinds).items():
        path = safe_join(target, name)
        write_new(path, data)
        tell(str(path))
    if not root.get("quiet"):
        complain(
            say("Read them, have the chair and the minute-taker sign the PDF, and keep it with the sitting's papers.")
        )


__all__ = ["chosen_formats", "chosen_pack", "command", "workspace_here"]

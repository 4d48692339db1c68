"""`docgen init`: make a workspace."""

from __future__ import annotations

import os
from pathlib import Path

import click

from docgen.cli.speaking import SpeakingArgument, SpeakingCommand, option, tell
from docgen.messages import mark, render
from docgen.model.text import say


@click.command(
    "init",
    cls=SpeakingCommand,
    help=mark("Make a workspace: folders for evidence, output and trust, the register, the settings."),
)
@option(
    "--pack", default="iem", show_default=True, metavar="PACK", help=mark("Whose memorandum: a pack or its folder.")
)
@click.argument("folder", cls=SpeakingArgument, required=False, default=".", type=click.Path(path_type=Path))
def command(pack: str, folder: Path) -> None:
    """Make a workspace in FOLDER (default: the current one); what is there already stays."""
    from docgen import workspace as workspaces  # noqa: PLC0415 - `--help` does not pay for it

    planned = workspaces.Workspace(folder=folder.absolute())
    given = workspaces.pack_folder(planned, pack).absolute()
    # The workspace's own packs and the built-in ones go by name; another folder by its whole path.
    pack = given.name if given.parent in {planned.templates, workspaces.builtin_packs()} else str(given)
    already = workspaces.is_workspace(folder)
    made = workspaces.init_workspace(folder, pack, register=os.environ.get("DOCGEN_REGISTER"))
    values = {"folder": str(made.folder), "pack": pack}
    if already:
        tell(render(say("{folder} is a workspace of the pack {pack} already; it was left as it is.", **values)))
        return
    tell(render(say("{folder} is a workspace of the pack {pack}.", **values)))
    tell(render(say("Next: put the anchors that you trust into {folder}.", folder=str(made.trust))))

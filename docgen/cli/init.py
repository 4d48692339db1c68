"""`docgen init`: make a workspace."""

from __future__ import annotations

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
    from docgen.database import open_database  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workspace import builtin_packs, init_workspace, pack_folder  # noqa: PLC0415 - as above

    given = pack_folder(None, pack)
    # A folder is written down so that it is found from anywhere; a name may later be the workspace's own pack.
    pack = str(given.absolute()) if given.parent != builtin_packs() else pack
    workspace = init_workspace(folder, pack)
    with open_database(workspace.database_url):
        pass
    tell(render(say("{folder} is a workspace of the pack {pack}.", folder=str(workspace.folder), pack=pack)))
    tell(render(say("Next: put the anchors that you trust into {folder}.", folder=str(workspace.trust))))

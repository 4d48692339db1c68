"""The folder of a demonstration: known by its marker, so that a second run removes nothing else."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from docgen.errors import UsageError
from docgen.files import write_new
from docgen.model.text import say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MARKER", "fresh_folder"]

MARKER = ".docgen-demo"


def fresh_folder(folder: Path) -> Path:
    """Return an empty folder for the demonstration, marked as one.

    A former demonstration, known by its marker, is removed. Raises `UsageError` for any other folder that has something
    in it, and for a symbolic link: nothing is touched then.
    """
    folder = folder.absolute()
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(
            say("{folder} is no folder of its own", folder=str(folder)),
            say("Name another one with: docgen demo -o DIR"),
        )
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARKER).is_file():
            raise UsageError(
                say("{folder} holds something that is no demonstration", folder=str(folder)),
                say("Name another folder with: docgen demo -o DIR"),
            )
        # The marker goes last: what is half removed is still known as a demonstration.
        for entry in folder.iterdir():
            if entry.name == MARKER:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        return folder
    write_new(folder / MARKER, b"docgen demo\n")
    return folder

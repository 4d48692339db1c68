"""The folder of a demonstration: known by its marker, made beside the former one, put in its place when it is whole.

Only folders that carry the marker are ever removed.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import sys
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING

from docgen.errors import UsageError
from docgen.files import write_new
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["MARKER", "new_demonstration"]

MARKER = ".docgen-demo"


@contextmanager
def new_demonstration(folder: Path) -> Iterator[Path]:
    """Give an empty marked folder beside `folder`; at the end it takes the place of `folder` by a rename.

    Until then a former demonstration in `folder` stays whole, and whatever is raised meanwhile leaves it as it was and
    nothing new. What a run that was killed has left beside it is removed first. Raises `UsageError` for a folder that
    holds anything but a demonstration, and for a symbolic link: nothing is touched then.
    """
    folder = folder.absolute()
    _check(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear_left_overs(folder)
    building = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}.new")
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, building, ignore_errors=True)
        write_new(building / MARKER, b"docgen demo\n")
        with (building / MARKER).open("rb") as marker:
            _held(marker)
            yield building
        _check(folder)  # anything may have come meanwhile
        _swap(building, folder)


def _check(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(
            say("{folder} is no folder of its own", folder=str(folder)),
            say("Name another one with: docgen demo -o DIR"),
        )
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise UsageError(
            say("{folder} holds something that is no demonstration", folder=str(folder)),
            say("Name another folder with: docgen demo -o DIR"),
        )


def _swap(building: Path, folder: Path) -> None:
    if not folder.exists():
        building.rename(folder)
        return
    former = building.with_suffix(".old")
    folder.rename(former)
    try:
        building.rename(folder)
    except BaseException:
        former.rename(folder)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _clear_left_overs(folder: Path) -> None:
    """Remove what killed runs left; a former demonstration that was moved away but not replaced comes back first."""
    ours = re.compile(rf"\.{re.escape(folder.name)}\.[0-9a-f]{{12}}\.(new|old)")
    for left in sorted(folder.parent.iterdir()):
        if not ours.fullmatch(left.name) or left.is_symlink() or not (left / MARKER).is_file():
            continue
        with (left / MARKER).open("rb") as marker:
            if not _held(marker):
                continue  # another demonstration is being made there
        if left.suffix == ".old" and not folder.exists():
            left.rename(folder)
        else:
            shutil.rmtree(left, ignore_errors=True)


def _held(marker: IO[bytes]) -> bool:
    """Lock the marker for as long as it is open; False where a running demonstration holds it."""
    if sys.platform == "win32":
        return True
    import fcntl  # noqa: PLC0415 - not on Windows

    with contextlib.suppress(OSError):
        fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False

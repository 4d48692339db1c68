"""Receipts that began: what arrived is noted before its bytes are stored, and the note goes when it is logged.

So a receipt that was cut off, at whatever moment, leaves a note that the next one finds: with its bytes it is taken up
and logged as of the moment at which it arrived, without them nothing arrived. A note whose owner still works is left to
it. Where the system cannot tell (no file locks), two may work on one note: the first that logs it takes it away.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any

import sqlalchemy as sa

from docgen.database import begun as table
from docgen.model.events import instant_from_text, instant_to_text

try:
    import fcntl
except ImportError:  # Windows has no such locks.
    fcntl = None  # type: ignore[assignment] # what stands for it is that there is none

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

__all__ = ["Begun", "abandoned", "begin", "end", "working"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """One receipt that is not logged yet; `kept` is False for what is too large to be stored."""

    token: str
    owner: str
    name: str
    sha256: str
    size: int
    kept: bool
    channel: str
    received_at: datetime


def begin(connection: sa.Connection, **fields: Any) -> Begun:  # noqa: ANN401 - fields of Begun
    """Note a receipt in the caller's transaction, under a token of its own."""
    note = Begun(token=secrets.token_hex(16), **fields)
    body = {**asdict(note), "received_at": instant_to_text(note.received_at)}
    connection.execute(table.insert().values(token=note.token, body=json.dumps(body)))
    return note


def end(connection: sa.Connection, note: Begun) -> bool:
    """Take a note away in the caller's transaction; say whether it was still there."""
    return connection.execute(table.delete().where(table.c.token == note.token)).rowcount == 1


def abandoned(connection: sa.Connection, folder: Path) -> list[Begun]:
    """Return the notes whose owner no longer works, oldest first."""
    found = []
    for body in connection.scalars(sa.select(table.c.body)):
        fields = json.loads(body)
        found.append(Begun(**{**fields, "received_at": instant_from_text(fields["received_at"])}))
    # Marks of owners that ended without a note left go too.
    marks = {path.name.removeprefix(_PREFIX) for path in folder.glob(f"{_PREFIX}*")}
    working_now = {owner for owner in marks | {note.owner for note in found} if _works(folder, owner)}
    return sorted(
        (note for note in found if note.owner not in working_now), key=lambda note: (note.received_at, note.token)
    )


_PREFIX = ".receiving-"
# The owners in this process: a process cannot see its own locks.
_own: set[str] = set()


@contextlib.contextmanager
def working(folder: Path) -> Iterator[str]:
    """Be an owner of notes, seen by others as at work until this ends, however it ends."""
    owner = secrets.token_hex(16)
    path = _mark(folder, owner)
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        while True:
            opened = held.enter_context(path.open("xb"))
            if fcntl is not None:
                fcntl.lockf(opened, fcntl.LOCK_EX)
            if _is_at(opened, path):
                break
            # Another receipt looked between the two lines and took the mark for one that was left over.
            opened.close()
        _own.add(owner)
        try:
            yield owner
        finally:
            _own.discard(owner)
            with contextlib.suppress(OSError):
                path.unlink()


def _is_at(opened: IO[bytes], path: Path) -> bool:
    """Whether an open file is still the one at its path."""
    try:
        return os.path.samestat(os.fstat(opened.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _works(folder: Path, owner: str) -> bool:
    if owner in _own:
        return True
    path = _mark(folder, owner)
    if fcntl is None or not path.exists():
        return False
    try:
        with path.open("r+b") as opened:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _is_at(opened, path):
                return path.exists()
            path.unlink()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _mark(folder: Path, owner: str) -> Path:
    return folder / f"{_PREFIX}{owner}"

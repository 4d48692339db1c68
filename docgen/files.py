"""Files at the edge: atomic writes that never clobber, bounded reads of regular files, digests, safe names."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
from typing import TYPE_CHECKING

from docgen.errors import UnreadableError, UnwritableError, why_of
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_limited", "read_own", "safe_join", "sha256_of", "unfinished", "why_unreadable", "write_new"]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, lower-case hexadecimal, without holding the file in memory."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def read_limited(path: Path, limit: int) -> bytes:
    """Return the bytes of a regular file of at most `limit` bytes.

    Symbolic links, folders, pipes and devices are refused, and nothing blocks. Raises `UnreadableError`.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError as exc:
        raise UnreadableError(*why_unreadable(path, exc)) from exc
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(os.close, descriptor)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError(
                say("{file} is not a file that can be read", file=str(path)),
                say("Give the path of the document itself, not of a folder or a device."),
            )
        if status.st_size > limit:
            raise UnreadableError(
                say("{file} has {size} bytes; the limit is {limit}", file=str(path), size=status.st_size, limit=limit),
                say("Ask the sender for a smaller file."),
            )
        try:
            with os.fdopen(descriptor, "rb", closefd=False) as source:
                return source.read(limit)
        except OSError as exc:
            raise UnreadableError(*why_unreadable(path, exc)) from exc


def read_own(path: Path, limit: int) -> bytes:
    """Return the bytes of a file of the user's own, at most `limit`; links and pipes are followed as a shell would.

    Raises `UnreadableError`, also for more than `limit` bytes.
    """
    try:
        with path.open("rb") as source:
            data = source.read(limit + 1)
    except OSError as exc:
        raise UnreadableError(*why_unreadable(path, exc)) from exc
    if len(data) > limit:
        raise UnreadableError(say("{file} has more than {limit} bytes", file=str(path), limit=limit))
    return data


def why_unreadable(path: Path, exc: OSError) -> tuple[Message, Message]:
    """Return what keeps `path` from being read, and the next step."""
    match exc.errno:
        case errno.ENOENT:
            return say("{file} does not exist", file=str(path)), say("Check the spelling of the path.")
        case errno.EACCES | errno.EPERM:
            return say("{file} may not be read", file=str(path)), say("Ask its owner for the right to read it.")
        case errno.EISDIR:
            return say("{file} is a folder", file=str(path)), say("Give the path of the file itself.")
        case errno.ELOOP:
            return say("{file} is a symbolic link", file=str(path)), say("Give the path of the document itself.")
        case _:
            return say("{file} cannot be read: {why}", file=str(path), why=why_of(exc)), say(
                "Copy the file anew and try again."
            )


def write_new(path: Path, data: bytes, *, replace: bool = False) -> None:
    """Write `data` to `path` whole or not at all: a temporary file beside it, fsync, then a link or a rename.

    Without `replace` an existing file is never touched: the same bytes there already are success, others raise. With
    it the new file may be read by those who may read the one that it replaces.
    Raises `UnwritableError`.
    """
    temporary = path.with_name(f".{path.name[:80]}.{os.getpid()}-{secrets.token_hex(6)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as target:
            if replace and path.exists():
                temporary.chmod(stat.S_IMODE(path.stat().st_mode) | stat.S_IWUSR)
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        if replace:
            temporary.replace(path)
        else:
            _place(temporary, path, data)
        _sync_folder(path.parent)
    except OSError as exc:
        full = exc.errno in {errno.ENOSPC, errno.EDQUOT}
        raise UnwritableError(
            say("{file} cannot be written: {why}", file=str(path), why=why_of(exc)),
            say("Free space, then run the same command again; nothing was left half written.")
            if full
            else say("Choose another folder, then run the same command again; nothing was left half written."),
        ) from exc
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def unfinished(folder: Path, process: int) -> list[Path]:
    """Return what a process that has ended left of `write_new` in a folder: files that nobody will finish."""
    return list(folder.glob(f".*.{process}-*.part"))


def _place(temporary: Path, path: Path, data: bytes) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return
        raise UnwritableError(
            say("{file} exists already and is another file", file=str(path)),
            say("Move it away or choose another folder; docgen never overwrites."),
        ) from None
    except OSError as exc:
        if exc.errno not in {errno.EPERM, errno.ENOTSUP, errno.EMLINK}:
            raise
        # A file system without hard links: the rename is whole, the check before it is not atomic.
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from exc
        temporary.replace(path)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def safe_join(folder: Path, name: str) -> Path:
    """Return `folder/name` for a plain file name; anything that could leave the folder raises `UnwritableError`."""
    if not name or name in {".", ".."} or any(c in name for c in "/\\\0") or name.startswith("-"):
        raise UnwritableError(say("“{name}” is no plain file name", name=name))
    return folder / name

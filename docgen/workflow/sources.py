"""What is handed over at the desk: files by path and bytes from a stream, read within the limit of a letter."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from docgen.errors import UnreadableError, why_of
from docgen.files import read_limited
from docgen.model.profiles import PROFILES
from docgen.model.text import say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LIMIT", "Content", "Source", "read_source", "read_stream"]

LIMIT = PROFILES["letter"].limits.size
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a source holds: digest, size, and the bytes; no bytes where there are more than a letter may have."""

    sha256: str
    size: int
    data: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that was handed over: the sender's name for it, and its path, its bytes or, from a stream, its content."""

    name: str
    path: Path | None = None
    data: bytes | None = None
    content: Content | None = None


def read_stream(stream: BinaryIO, name: str = "-") -> Content:
    """Read a stream to its end; never more than the limit is held. Raises `UnreadableError`."""
    digest, size, kept = hashlib.sha256(), 0, io.BytesIO()
    try:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            if size <= LIMIT:
                kept.write(piece)
    except OSError as exc:
        raise UnreadableError(
            say("{file} cannot be read: {why}", file=name, why=why_of(exc)),
            say("Save the file first, then give its path."),
        ) from exc
    return Content(sha256=digest.hexdigest(), size=size, data=kept.getvalue() if size <= LIMIT else None)


def read_source(source: Source) -> Content:
    """Return what a source holds. Raises `UnreadableError` where nothing arrived: no such file, a folder, a link."""
    if source.content is not None:
        return source.content
    if source.data is not None:
        data = source.data
    else:
        path = source.path
        assert path is not None
        if path.is_file() and not path.is_symlink() and path.stat().st_size > LIMIT:
            return _read_oversized(path)
        data = read_limited(path, LIMIT)
    return Content(sha256=hashlib.sha256(data).hexdigest(), size=len(data), data=data)


def _read_oversized(path: Path) -> Content:
    try:
        with path.open("rb") as opened:
            return read_stream(opened, str(path))
    except OSError as exc:
        raise UnreadableError(
            say("{file} cannot be read: {why}", file=str(path), why=why_of(exc)),
            say("Copy the file anew and try again."),
        ) from exc

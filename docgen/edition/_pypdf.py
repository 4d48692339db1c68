"""The only place of this package that imports pypdf: the embedded files of the sealed revision, and nothing after it.

The reader is given a file that ends where the sealed revision ends, so whatever was appended does not exist for it.
Attachments are found by the catalog's `/AF`, never by the name tree, one after another: memory holds one at a time.
"""

from __future__ import annotations

import hashlib
import io
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from docgen.errors import UnreadableError
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from typing_extensions import Buffer

__all__ = ["Extracted", "extract_attachments"]

logging.getLogger("pypdf").addHandler(logging.NullHandler())
logging.getLogger("pypdf").propagate = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """An embedded file: its place in `/AF`, its name as written, its bytes, their SHA-256."""

    place: int
    name: str
    data: bytes
    sha256: str


class _Prefix(io.RawIOBase):
    """The first `length` bytes of `data` as a file, without a copy."""

    def __init__(self, data: bytes, length: int) -> None:
        super().__init__()
        self._view = memoryview(data)[:length]
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        target = memoryview(buffer).cast("B")
        part = self._view[self._position : self._position + len(target)]
        target[: len(part)] = part
        self._position += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: len(self._view)}[whence]
        self._position = max(0, base + offset)
        return self._position


def extract_attachments(
    data: bytes, length: int, *, limit: int, places: Container[int] | None = None
) -> Iterator[Extracted]:
    """Yield the associated files of the document that the first `length` bytes are, in the order of `/AF`.

    With `places` only the files that stand there, counted from 0.

    Raises `UnreadableError` where these bytes cannot be read, or a file is larger than `limit` bytes.
    """
    try:
        reader = PdfReader(io.BufferedReader(_Prefix(data, length)), strict=True)
        listed = reader.root_object.get("/AF", ArrayObject()).get_object()
        if not isinstance(listed, ArrayObject):
            raise _unreadable()
        for place, item in enumerate(list(listed)):
            if places is not None and place not in places:
                continue
            yield _extracted(item.get_object(), place, limit)
            reader.resolved_objects.clear()
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as exc:
        raise _unreadable() from exc


def _extracted(specification: Any, place: int, limit: int) -> Extracted:  # noqa: ANN401 - pypdf's object, checked here
    if not isinstance(specification, DictionaryObject):
        raise _unreadable()
    files = specification["/EF"]
    stream = files["/F"].get_object() if isinstance(files, DictionaryObject) else None
    if not isinstance(stream, StreamObject):
        raise _unreadable()
    content = stream.get_data()
    if len(content) > limit:
        raise UnreadableError(say("an attachment of the edition has more than {limit} bytes", limit=limit))
    return Extracted(
        place=place,
        name=str(specification.get("/UF", specification.get("/F", ""))),
        data=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _unreadable() -> UnreadableError:
    return UnreadableError(
        say("the attachments of the edition cannot be read"),
        say("Fetch the edition again from where it was published."),
    )

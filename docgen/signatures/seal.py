"""Sealing an official copy: attachments and seal go in as one appended revision (design.md §6).

The readable part stays as its writer made it, byte for byte, in front. Attachments are associated files of the
document (ISO 19005-3, 6.8): ASCII names, descriptions in any language, found by their SHA-256 and never by name. The
hash of an edition is the length and SHA-256 of the file up to the end of this revision, so that later archive time
stamps do not change it.
"""

from __future__ import annotations

import io
import re
import tempfile
import zlib
from dataclasses import InitVar, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from docgen.errors import UnwritableError, why_of
from docgen.model.text import say
from docgen.signatures.sign import check_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from docgen.signatures.sign import Credentials, Level

__all__ = ["Embedded", "Relationship", "SealedRevision", "Spool", "prepare_seal", "seal_pdf"]


class Relationship(StrEnum):
    """How an associated file relates to the document (ISO 32000-2, table 43)."""

    SOURCE = "Source"
    DATA = "Data"
    SUPPLEMENT = "Supplement"


def _unwritable(exc: OSError) -> UnwritableError:
    return UnwritableError(
        say("{file} cannot be written: {why}", file=tempfile.tempdir or "TMPDIR", why=why_of(exc)),
        say("Free space, then run the same command again; nothing was left half written."),
    )


class Spool:
    """A file without a name, for bytes that wait. A context manager; what was kept is gone when it ends."""

    def __enter__(self) -> Self:
        try:
            self._file = tempfile.TemporaryFile(buffering=0)
        except OSError as exc:  # no folder for temporary files, or none that can be written
            raise _unwritable(exc) from exc
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def keep(self, data: bytes) -> Callable[[], bytes]:
        """Write bytes down, and return what reads them back. Raises `UnwritableError`."""
        try:
            place = self._file.seek(0, io.SEEK_END)
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
        except OSError as exc:
            raise _unwritable(exc) from exc

        def read(size: int = len(data)) -> bytes:
            self._file.seek(place)
            return self._file.read(size)

        return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A file to be embedded. Names are ASCII, without folders: other names come out broken in some readers.

    Of `data` only `size` and the compressed bytes (`packed`, zlib) are kept, in `spool` where one is given: thousands
    wait for the seal at once.
    """

    name: str
    description: str
    media_type: str
    relationship: Relationship
    data: InitVar[bytes]
    spool: InitVar[Spool | None] = None
    size: int = field(init=False)
    _packed: Callable[[], bytes] = field(init=False, repr=False)

    def __post_init__(self, data: bytes, spool: Spool | None) -> None:
        """Refuse a name that could be misread; compress."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", self.name):
            msg = f"not a safe name of an attachment: {self.name!r}"
            raise ValueError(msg)
        object.__setattr__(self, "size", len(data))
        packed = zlib.compress(data)
        object.__setattr__(self, "_packed", (lambda: packed) if spool is None else spool.keep(packed))

    @property
    def packed(self) -> bytes:
        """The compressed bytes."""
        return self._packed()


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRevision:
    """What an edition is known by: length and SHA-256 of its first sealed revision."""

    length: int
    sha256: str


def prepare_seal() -> None:
    """Load what sealing needs: for callers that have something else to wait for meanwhile."""
    import docgen.signatures._pyhanko_seal  # noqa: F401, PLC0415 - pyHanko is heavy


def seal_pdf(
    readable: bytes,
    embedded: Iterable[Embedded],
    output: Path,
    credentials: Credentials,
    *,
    level: Level,
    tsa_url: str | None,
    anchors: Sequence[bytes],
    modified: datetime,
) -> SealedRevision:
    """Write `readable` with its attachments and seal to `output`, which must not exist; nothing is left on failure.

    `modified` is written as each attachment's date. Errors as `sign_pdf`; a name that stands twice is `ValueError`; a
    sealed file that is not PDF/A-3a and PDF/UA-1 is `ConformanceError`.
    """
    from docgen.signatures._pyhanko_seal import seal_file  # noqa: PLC0415 - pyHanko is heavy

    check_request(level, tsa_url, anchors)
    return seal_file(
        readable,
        embedded,
        output,
        credentials,
        level=level,
        tsa_url=tsa_url,
        anchors=anchors,
        modified=modified,
    )

"""Sealing an official copy: attachments and seal go in as one appended revision (design.md §6).

The readable part stays as its writer made it, byte for byte, in front. Attachments are associated files of the
document (ISO 19005-3, 6.8): ASCII names, descriptions in any language, found by their SHA-256 and never by name. The
hash of an edition is the length and SHA-256 of the file up to the end of this revision, so that later archive time
stamps do not change it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import InitVar, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from docgen.signatures.sign import check_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from docgen.signatures.sign import Credentials, Level

__all__ = ["Embedded", "Relationship", "SealedRevision", "prepare_seal", "seal_pdf"]


class Relationship(StrEnum):
    """How an associated file relates to the document (ISO 32000-2, table 43)."""

    SOURCE = "Source"
    DATA = "Data"
    SUPPLEMENT = "Supplement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A file to be embedded. Names are ASCII, without folders: other names come out broken in some readers.

    Of `data` only `size` and the compressed bytes (`packed`, zlib) are kept: thousands wait for the seal at once.
    """

    name: str
    description: str
    media_type: str
    relationship: Relationship
    data: InitVar[bytes]
    size: int = field(init=False)
    packed: bytes = field(init=False, repr=False)

    def __post_init__(self, data: bytes) -> None:
        """Refuse a name that could be misread; compress."""
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", self.name):
            msg = f"not a safe name of an attachment: {self.name!r}"
            raise ValueError(msg)
        object.__setattr__(self, "size", len(data))
        object.__setattr__(self, "packed", zlib.compress(data))


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

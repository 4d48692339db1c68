"""What the bytes are, by content, never by name; nothing is unpacked."""

from __future__ import annotations

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.report import FileFormat
from docgen.model.text import say

__all__ = ["sniff"]

_ZIP = b"PK\x03\x04"
# ETSI EN 319 162-1 clause A.1: `mimetype` is the first entry, stored, its content readable at byte 38.
_MIMETYPE = slice(30, 38)
_CONTAINERS = (b"application/vnd.etsi.asic-e+zip", b"application/vnd.etsi.asic-s+zip")
_NEAR = 200


def sniff(data: bytes) -> tuple[FileFormat, list[Reason]]:
    """Return the format, and the reason where it is none that can be verified."""
    if data.startswith(b"%PDF-"):
        return FileFormat.PDF, []
    if is_container(data):
        return FileFormat.ASICE, [
            Reason(
                code=ReasonCode.UNSUPPORTED,
                message=say("The file is a signed container (eDoc or ASiC-E); this version does not verify those."),
                hint=say("Verify it with eParakstītājs 3.0, or ask the sender for a signed PDF."),
            )
        ]
    if not data:
        what = say("The file is empty.")
    elif data.startswith(_ZIP):
        what = say("The file is an archive or an office document, not a signed PDF.")
    else:
        what = say("The file is no PDF.")
    hint = say("Ask the sender for the signed PDF itself, as the signing program saved it.")
    return FileFormat.OTHER, [Reason(code=ReasonCode.TYPE, message=what, hint=hint)]


def is_container(data: bytes) -> bool:
    """Say whether the bytes begin as an ASiC container does, or are a ZIP that has signatures where ASiC has them."""
    if not data.startswith(_ZIP):
        return False
    if data[_MIMETYPE] == b"mimetype" and any(kind in data[38 : 38 + _NEAR] for kind in _CONTAINERS):
        return True
    return b"META-INF/" in data and b"signatures" in data and b".xml" in data

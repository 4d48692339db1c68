"""What recognition needs of a letter: the payload in its first revision, and whether only machinery came after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.model.report import LetterFindings
from docgen.signatures._pyhanko_reader import Document, ReadError, Ref, Stream
from docgen.signatures.revisions import first_revision, machinery_only

if TYPE_CHECKING:
    from collections.abc import Collection

    from docgen.signatures._pyhanko_reader import Value

__all__ = ["letter_findings"]

_PAYLOAD = b"docgen.json"
# security.md §3: the attachment of a letter.
_PAYLOAD_LIMIT = 64 * 1024


def letter_findings(
    document: Document, data: bytes, *, accepted: Collection[Ref], sound: Collection[Ref]
) -> LetterFindings:
    """Return the findings; `accepted` and `sound` are signature dictionaries as `check_revisions` takes them."""
    return LetterFindings(
        payload=_payload(document),
        first_revision=first_revision(document, data),
        machinery_only=machinery_only(document, data, accepted=accepted, sound=sound),
    )


def _payload(document: Document) -> str | None:
    """Return the text of `docgen.json` among the associated files of the first revision, None where there is none."""
    try:
        root = _dictionary(document, document.trailer(0).get("/Root"))
        files = document.resolve(root.get("/AF"), 0)
        for item in files if isinstance(files, list) else []:
            entry = _dictionary(document, item)
            if _PAYLOAD not in {document.resolve(entry.get("/UF"), 0), document.resolve(entry.get("/F"), 0)}:
                continue
            streams = _dictionary(document, entry.get("/EF"))
            stream = document.resolve(streams.get("/F") or streams.get("/UF"), 0)
            text = document.decode(stream, "docgen.json") if isinstance(stream, Stream) else None
            return text.decode("utf-8") if text is not None and len(text) <= _PAYLOAD_LIMIT else None
    except (ReadError, UnicodeDecodeError, TypeError):
        return None
    return None


def _dictionary(document: Document, value: Value) -> dict[str, Value]:
    resolved = document.resolve(value, 0)
    return resolved if isinstance(resolved, dict) else {}

"""Compiling an edition: pages printed, originals embedded, sealed in one appended revision (design.md §6).

The caller (`docgen.workflow.compile`) reads register and evidence and records the event; nothing here touches either.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from docgen.documents.pdf import print_pdf
from docgen.edition.pages import edition_document
from docgen.errors import UnwritableError
from docgen.model.canonical import canonical_json
from docgen.model.events import EvidenceKind
from docgen.model.profiles import PROFILES
from docgen.model.text import say
from docgen.signatures.seal import Embedded, Relationship, SealedRevision, Spool, prepare_seal, seal_pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from docgen.edition.manifest import Manifest, Original
    from docgen.model.blocks import Document
    from docgen.model.events import Event
    from docgen.signatures.sign import Credentials, Level

__all__ = ["EVENTS", "MANIFEST", "compile_edition", "events_json"]

# The names under which an edition's own data lie in it.
MANIFEST, EVENTS = "edition.json", "events.json"
_MOST = PROFILES["edition"].limits.attachments

_MEDIA_TYPES = {"pdf": "application/pdf", "json": "application/json"}
_DESCRIPTIONS = {
    EvidenceKind.LETTER: "Parakstīta vēstule",
    EvidenceKind.REPORT: "Pārbaudes ziņojums",
    EvidenceKind.MATERIAL: "Pārbaudes dati (sertifikāti, atsaukšanas dati)",
    EvidenceKind.BY_LAWS: "Nolikums",
    EvidenceKind.SCAN: "Skenēta kopija",
    EvidenceKind.MINUTES: "Parakstīts sēdes protokols",
    EvidenceKind.NOTICE: "Nosūtīts paziņojums",
}


def compile_edition(
    manifest: Manifest,
    events: Sequence[Event],
    read_original: Callable[[str], bytes],
    output: Path,
    credentials: Credentials,
    *,
    level: Level,
    tsa_url: str | None,
    anchors: Sequence[bytes],
    print_document: Callable[[Document], bytes] = print_pdf,
) -> SealedRevision:
    """Write the sealed edition to `output`, which must not exist, and return what it is known by.

    `print_document` prints the pages, called in another thread (`docgen.edition.printing` keeps Typst out of this
    process). `read_original` returns the bytes of a digest, checked. Raises what printing and sealing raise, and
    `UnwritableError` where the edition would have more files than its reader takes; nothing is left.
    """
    count = len(manifest.originals) + len((MANIFEST, EVENTS))
    if count > _MOST:
        raise UnwritableError(
            say("the official copy would have {count} files inside; its check reads {limit}", count=count, limit=_MOST),
            say("Nothing was issued."),
        )
    # Pages and attachments do not wait for each other; printing takes memory, so that they wait on the disk.
    with Spool() as spool:
        with ThreadPoolExecutor(1) as other:
            pages = other.submit(print_document, edition_document(manifest, events))
            prepare_seal()
            embedded = list(_embedded(manifest, events, read_original, spool))
        return seal_pdf(
            pages.result(),
            embedded,
            output,
            credentials,
            level=level,
            tsa_url=tsa_url,
            anchors=anchors,
            modified=manifest.issued_at,
        )


def events_json(events: Sequence[Event]) -> bytes:
    """Return the events as they are embedded: canonical JSON of the list of exported events."""
    return canonical_json([event.as_json() for event in events])


def _embedded(
    manifest: Manifest, events: Sequence[Event], read_original: Callable[[str], bytes], spool: Spool
) -> Iterator[Embedded]:
    yield Embedded(
        name=MANIFEST,
        description="Izdevuma dati",
        media_type="application/json",
        relationship=Relationship.DATA,
        data=manifest.to_bytes(),
    )
    yield Embedded(
        name=EVENTS,
        description="Reģistra notikumi",
        media_type="application/json",
        relationship=Relationship.DATA,
        data=events_json(events),
    )
    for original in manifest.originals:
        yield Embedded(
            name=original.name,
            description=_description(original),
            media_type=_MEDIA_TYPES.get(original.name.rpartition(".")[2], "application/octet-stream"),
            relationship=Relationship.SOURCE if original.kind is EvidenceKind.LETTER else Relationship.SUPPLEMENT,
            data=read_original(original.sha256),
            spool=spool,
        )


def _description(original: Original) -> str:
    first = original.events[0]
    return f"{_DESCRIPTIONS[original.kind]}, notikums Nr. {first}"

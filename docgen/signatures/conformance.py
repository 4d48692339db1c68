"""Whether a sealed file still has what PDF/A-3a and PDF/UA-1 ask of it, as far as its objects can show.

ISO 19005-3 (clause numbers below), ISO 14289-1. This is no validator: fonts, colours and the order of reading are
printed by Typst under both standards and judged by veraPDF, where there is one (`docgen.signatures.verapdf`). Here is
checked what sealing adds, and what it could take away. It is for docgen's own files, not for hostile ones.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docgen.errors import ConformanceError
from docgen.model.profiles import PROFILES
from docgen.model.text import say
from docgen.signatures._pyhanko_reader import ReadError, Ref, Stream, open_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docgen.signatures._pyhanko_reader import Document, Value

__all__ = ["check_conformance", "failed_rules"]

_RELATIONSHIPS = frozenset({"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"})
_MIME = re.compile(r"/[\w.+-]+/[\w.+-]+", re.ASCII)
# In XMP a property is an attribute or an element.
_XMP = {
    "pdfaid:part": re.compile(rb"pdfaid:part(?:>|=[\"'])3\b"),
    "pdfaid:conformance": re.compile(rb"pdfaid:conformance(?:>|=[\"'])A\b"),
    "pdfuaid:part": re.compile(rb"pdfuaid:part(?:>|=[\"'])1\b"),
    "dc:title": re.compile(rb"<dc:title[\s>]"),
}
# 6.5 and 6.1.6: no actions but going to a place, no scripts, no media, no forms but fields for signatures.
_FORBIDDEN = re.compile(
    rb"/(?:JavaScript|JS|AA|OpenAction|Launch|ImportData|SubmitForm|ResetForm|Rendition|RichMedia|Movie|Sound|XFA"
    rb"|NeedAppearances\s+true|Encrypt|LZWDecode|Crypt)(?=[\s/<>\[\](]|$)"
)
_END = re.compile(rb"startxref\s+\d+\s+%%EOF")
_LAST_ASCII = 0x7F
_PRINT, _UNSEEN = 4, 1 | 2 | 32  # annotation flags: Print; Invisible, Hidden, NoView


def check_conformance(data: bytes) -> None:
    """Return if nothing is missing. Raises `ConformanceError` that names every rule which does not hold."""
    failed = failed_rules(data)
    if failed:
        raise ConformanceError(
            say("The sealed file is not PDF/A-3a and PDF/UA-1: {what}.", what="; ".join(failed)),
            say("Nothing was written. This is a fault of docgen: please report it with these words."),
        )


def failed_rules(data: bytes) -> tuple[str, ...]:
    """Return the rules that do not hold, in the terms of the standards; empty where all do. Raises nothing."""
    try:
        return tuple(dict.fromkeys((*_bytes(data), *_objects(open_document(data, PROFILES["edition"].limits)))))
    except ReadError as exc:
        return (f"PDF: {exc.reason.code.value} {exc.reason.where}".rstrip(),)


def _bytes(data: bytes) -> Iterator[str]:
    head = data[:64].splitlines()
    if not re.fullmatch(rb"%PDF-1\.[0-7]", head[0] if head else b""):
        yield "6.1.2 header"
    marker = head[1] if len(head) > 1 else b""
    if not marker.startswith(b"%") or sum(byte > _LAST_ASCII for byte in marker[1:5]) < len(b"four"):
        yield "6.1.2 binary comment"
    if not data.endswith(b"%%EOF\n"):
        yield "6.1.3 %%EOF at the end, with one line feed"
    if any(data[end.end() : end.end() + 1] not in {b"\n", b"\r"} for end in _END.finditer(data)):
        yield "6.1.9 line end after %%EOF"
    for found in dict.fromkeys(word for part in _outside_streams(data) for word in _FORBIDDEN.findall(part)):
        yield f"6.5 {found.decode('ascii')}"


def _outside_streams(data: bytes) -> Iterator[bytes]:
    at = 0
    while (start := data.find(b"stream", at)) >= 0:
        yield data[at:start]
        end = data.find(b"endstream", start)
        if end < 0:
            return
        at = end + len(b"endstream")
    yield data[at:]


def _objects(document: Document) -> Iterator[str]:
    if any(document.packed(revision) for revision in range(document.last + 1)):
        yield "objects in object streams are not checked here"
    trailer = document.trailer(document.last)
    if not isinstance(document.resolve(trailer.get("/ID")), list):
        yield "6.1.3 /ID"
    catalog = document.value(document.root)
    if not isinstance(catalog, dict):
        yield "/Root"
        return
    yield from _catalog(document, catalog)
    yield from _metadata(document, catalog)
    yield from _files(document, catalog)
    yield from _form(document, catalog)


def _dict(document: Document, value: Value) -> dict[str, Value]:
    found = document.resolve(value)
    return found if isinstance(found, dict) else found.entries if isinstance(found, Stream) else {}


def _list(document: Document, value: Value) -> list[Value]:
    found = document.resolve(value)
    return found if isinstance(found, list) else []


def _catalog(document: Document, catalog: dict[str, Value]) -> Iterator[str]:
    if _dict(document, catalog.get("/MarkInfo")).get("/Marked") is not True:
        yield "6.7.2.2 /MarkInfo /Marked"
    if not document.resolve(catalog.get("/Lang")):
        yield "6.7.4 /Lang"
    if not _dict(document, catalog.get("/StructTreeRoot")).get("/K"):
        yield "6.7.3 /StructTreeRoot"
    if _dict(document, catalog.get("/ViewerPreferences")).get("/DisplayDocTitle") is not True:
        yield "ISO 14289-1 7.1 /DisplayDocTitle"
    intents = [_dict(document, item) for item in _list(document, catalog.get("/OutputIntents"))]
    profiles = [document.resolve(item.get("/DestOutputProfile")) for item in intents if item.get("/S") == "/GTS_PDFA1"]
    if not profiles or not all(isinstance(profile, Stream) for profile in profiles):
        yield "6.2.3 /OutputIntents"


def _metadata(document: Document, catalog: dict[str, Value]) -> Iterator[str]:
    stream = document.resolve(catalog.get("/Metadata"))
    text = document.decode(stream) if isinstance(stream, Stream) else None
    if text is None:
        yield "6.6.2.1 /Metadata"
        return
    yield from (f"6.6.4 {name}" for name, pattern in _XMP.items() if pattern.search(text) is None)


def _files(document: Document, catalog: dict[str, Value]) -> Iterator[str]:
    """6.8: every embedded file is an associated file, with names, kind and relationship; the name tree has them all."""
    associated = [item for item in _list(document, catalog.get("/AF")) if isinstance(item, Ref)]
    tree = _dict(document, _dict(document, catalog.get("/Names")).get("/EmbeddedFiles"))
    if "/Kids" in tree:
        yield "6.8 name tree with branches is not checked here"
    named = [item for item in _list(document, tree.get("/Names"))[1::2] if isinstance(item, Ref)]
    if set(named) != set(associated) or len(named) != len(associated):
        yield "6.8 /AF is not what /EmbeddedFiles is"
    for item in dict.fromkeys((*associated, *named)):
        yield from _file(document, _dict(document, item))


def _file(document: Document, specification: dict[str, Value]) -> Iterator[str]:
    if specification.get("/Type") != "/Filespec":
        yield "6.8 /Filespec"
    if document.resolve(specification.get("/AFRelationship")) not in _RELATIONSHIPS:
        yield "6.8 /AFRelationship"
    for key in ("/F", "/UF"):
        if not document.resolve(specification.get(key)):
            yield f"6.8 {key}"
    stream = document.resolve(_dict(document, specification.get("/EF")).get("/F"))
    if not isinstance(stream, Stream):
        yield "6.8 /EF"
        return
    if stream.entries.get("/Type") != "/EmbeddedFile":
        yield "6.8 /EmbeddedFile"
    if not _MIME.fullmatch(str(stream.entries.get("/Subtype"))):
        yield "6.8 /Subtype"
    if "/ModDate" not in _dict(document, stream.entries.get("/Params")):
        yield "6.8 /ModDate"


def _form(document: Document, catalog: dict[str, Value]) -> Iterator[str]:
    """6.3 and 6.4: the form has fields for signatures only, and none can be seen."""
    for item in _list(document, _dict(document, catalog.get("/AcroForm")).get("/Fields")):
        field = _dict(document, item)
        if field.get("/FT") != "/Sig" or "/Kids" in field:
            yield "6.4 field that is no signature"
            continue
        box = _list(document, field.get("/Rect"))
        if len(box) != len(("left", "bottom", "right", "top")) or any(edge != 0 for edge in box) or "/AP" in field:
            yield "6.3 visible signature"
        flags = field.get("/F")
        if not isinstance(flags, int) or not flags & _PRINT or flags & _UNSEEN:
            yield "6.3.2 /F"

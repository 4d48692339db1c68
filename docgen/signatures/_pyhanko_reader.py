"""pyHanko's strict reader behind a thin accessor: objects as plain Python values, by revision, with a visited depth.

Nothing of pyHanko crosses this module but `Document.reader`, which the signature adapter needs. A revision here is one
cross-reference section, the oldest being 0. Every failure to read is a `ReadError` with a reason code; `MemoryError`
and `RecursionError` are LIMIT.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import pyhanko.pdf_utils.filters  # noqa: F401 - the reader imports it late, when the worker can open no file any more
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.misc import PdfDecodeLimitError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef, XRefSectionType

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.text import Message, say
from docgen.signatures._values import DEEPEST, Name, Plain, Ref, Stream, Tokens, Value, plain_object, refs_in
from docgen.signatures.raw import encrypted

if TYPE_CHECKING:
    from collections.abc import Callable

    from docgen.model.profiles import Limits

__all__ = ["Document", "Name", "ReadError", "Ref", "Section", "Stream", "Value", "open_document", "refs_in"]

# Its log lines carry whole subjects, and a line from a forked process may wait for ever on a lock: nothing is logged.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).propagate = False
    logging.getLogger(_name).addHandler(logging.NullHandler())


_KEPT, _KEPT_STREAM = 50_000, 4_096  # objects kept in memory, and bytes of a stream; the rest is read again


_SCALARS: tuple[tuple[type, Callable[[Any], Value]], ...] = (
    (generic.NameObject, Name),
    (generic.NumberObject, int),
    (generic.FloatObject, Decimal),
    (generic.BooleanObject, lambda value: bool(value.value)),
    (generic.TextStringObject, lambda value: bytes(value.original_bytes)),
    (generic.ByteStringObject, bytes),
)


class ReadError(Exception):
    """The file cannot be read by these rules; `reason` says why."""

    def __init__(self, code: ReasonCode, message: Message, where: str = "", hint: Message | None = None) -> None:
        super().__init__(str(message))
        self.reason = Reason(code=code, message=message, where=where, hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One cross-reference section: where it begins and ends, the declared size, and the offset that led to it."""

    start: int
    end: int
    startxref: int
    size: int
    hybrid: bool


def _fail(exc: BaseException, where: str = "") -> NoReturn:
    """Translate whatever the reader raised: too much is LIMIT, everything else PARSE."""
    if isinstance(exc, ReadError):
        raise exc
    if isinstance(exc, (MemoryError, RecursionError, PdfDecodeLimitError)):
        raise ReadError(ReasonCode.LIMIT, say("the file unpacks to more than is allowed"), where) from exc
    raise ReadError(ReasonCode.PARSE, say("the file is damaged or does not follow the PDF rules"), where) from exc


def open_document(data: bytes, limits: Limits) -> Document:
    """Open a PDF strictly. Raises `ReadError`."""
    bounds = DecodeLimits(
        per_stream=StreamDecodeLimits(max_ratio=limits.ratio, max_output_size=limits.stream),
        # Each revision and each reading of a stream counts anew: the budget is for bombs, content.py counts exactly.
        document_budget=DocumentDecodeBudget(base_allowance=4 * limits.decoded, max_ratio=0),
    )
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=True, decode_limits=bounds)
        document = Document(reader, data, limits)
    except Exception as exc:  # noqa: BLE001 - ValueError, TypeError, KeyError, AssertionError … escape from it
        _fail(exc)
    return document


class _Asked(NamedTuple):
    """What the library asks of a reference to find its object; its own class takes three times as long to make."""

    idnum: int
    generation: int


class Document:
    """An opened PDF. Values are shared: nobody changes them; `reader` is pyHanko's own, for the signature adapter."""

    def __init__(self, reader: PdfFileReader, data: bytes, limits: Limits) -> None:
        if "/Encrypt" in reader.trailer:
            reason = encrypted()
            raise ReadError(reason.code, reason.message, hint=reason.hint)
        self.reader = reader
        self._data = data
        self._xrefs = reader.xrefs
        self._nesting = limits.nesting
        self._known: dict[tuple[Ref, int | ObjStreamRef], Value] = {}
        self._tokens = Tokens()
        self._explicit: dict[int, list[Ref]] = {}
        self.memo: dict[str, object] = {}  # what the checks worked out once about this document
        self.sections = tuple(self._section(n) for n in range(reader.xrefs.total_revisions))
        self.last = len(self.sections) - 1
        self._root = self.trailer(self.last).get("/Root")
        if not isinstance(self._root, Ref):
            raise ReadError(ReasonCode.PARSE, say("the file has no document catalog"))

    def _section(self, revision: int) -> Section:
        info = self._xrefs.get_xref_container_info(revision)
        hybrid = info.xref_section_type in (XRefSectionType.HYBRID_MAIN, XRefSectionType.HYBRID_STREAM)
        return Section(
            start=info.start_location,
            end=info.end_location,
            startxref=info.declared_startxref,
            size=info.size,
            hybrid=hybrid,
        )

    @property
    def root(self) -> Ref:
        """The document catalog of the last revision."""
        assert isinstance(self._root, Ref)
        return self._root

    def trailer(self, revision: int) -> dict[str, Value]:
        """Return the trailer as it stood in a revision, inherited keys included."""
        try:
            flat = self.reader.trailer.flatten(revision)
            return {str(key): self._plain(value, 0) for key, value in dict.items(flat)}
        except Exception as exc:  # noqa: BLE001 - see open_document
            _fail(exc, "trailer")

    def explicit(self, revision: int) -> list[Ref]:
        """Return the objects that a revision's cross-reference section writes or frees, in order of number."""
        if revision not in self._explicit:
            data = self._xrefs.get_xref_data(revision)
            found = set(data.explicit_refs_in_revision)
            if data.hybrid is not None:
                found |= set(data.hybrid.xref_data.explicit_refs_in_revision)
            self._explicit[revision] = [Ref(*pair) for pair in sorted(found) if pair[0] > 0 and pair[1] >= 0]
        return self._explicit[revision]

    def offsets(self, revision: int) -> list[int]:
        """Return where the objects of a revision's own section stand that are in the file directly."""
        return [offset for _, offset in self._xrefs.get_xref_data(revision).standard_xrefs.values()]

    def packed(self, revision: int) -> dict[Ref, int]:
        """Return the objects of a revision's own section that lie in object streams, with the stream's number."""
        data = self._xrefs.get_xref_data(revision)
        return {Ref(number, 0): place.obj_stream_id for number, place in data.xrefs_in_objstm.items()}

    def table(self, revision: int) -> Ref | None:
        """Return the object that is a revision's cross-reference stream; None for a plain table."""
        found = self._xrefs.get_xref_container_info(revision).stream_ref
        return None if found is None else Ref(found.idnum, found.generation)

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self._data

    def _reference(self, ref: Ref) -> generic.Reference:
        return generic.Reference(ref.number, ref.generation, self.reader)

    def offset(self, ref: Ref, revision: int | None = None) -> int | None:
        """Return where an object stands in the file; None if it is absent, freed or packed in an object stream."""
        place = self._place(ref, self.last if revision is None else revision)
        return place if isinstance(place, int) else None

    def exists(self, ref: Ref, revision: int) -> bool:
        """Say whether an object is defined in a revision."""
        return isinstance(self._place(ref, revision), (int, ObjStreamRef))

    def value(self, ref: Ref, revision: int | None = None, *, keep: bool = True) -> Value:
        """Return an object as it stood in a revision (default: the last); an absent one is null. Raises `ReadError`.

        `keep` False is for walks over all objects, which ask for each once.
        """
        at = self.last if revision is None else revision
        place = self._place(ref, at)
        if not isinstance(place, (int, ObjStreamRef)):
            return None
        key = (ref, place)
        if key in self._known:
            return self._known[key]
        plain = self._plain_at(ref, place)
        try:
            value = plain.value if plain is not None else self._plain(self._read(ref, at), 0, place)
        except Exception as exc:  # noqa: BLE001 - see open_document
            _fail(exc, f"object {ref.number}")
        if isinstance(value, Ref):
            # Some programs take its first number for the object (ISO 32000-2, 7.3.10: a reference is no object).
            raise ReadError(
                ReasonCode.PARSE, say("the file is damaged or does not follow the PDF rules"), f"object {ref.number}"
            )
        large = isinstance(value, Stream) and len(value.encoded) > _KEPT_STREAM
        # What the library has read is kept in any case: to read it again takes many times as long.
        if (keep or plain is None) and not large and len(self._known) < _KEPT:
            self._known[key] = value
        return value

    def _place(self, ref: Ref, revision: int) -> int | ObjStreamRef | None:
        return self._xrefs.get_historical_ref(_Asked(ref[0], ref[1]), revision)

    def _plain_at(self, ref: Ref, place: int | ObjStreamRef) -> Plain | None:
        if not isinstance(place, int) or self._nesting < DEEPEST:
            return None
        return plain_object(self._data, place, ref, self._tokens)

    def _read(self, ref: Ref, revision: int) -> object:
        return self.reader.get_object(self._reference(ref), revision)  # type: ignore[no-untyped-call]  # pyHanko's own

    def resolve(self, value: Value, revision: int | None = None) -> Value:
        """Follow references, at most eight deep, to a value that is none."""
        for _ in range(8):
            if not isinstance(value, Ref):
                return value
            value = self.value(value, revision)
        raise ReadError(ReasonCode.PARSE, say("references lead in a circle"))

    def decode(self, stream: Stream, where: str = "") -> bytes | None:
        """Return the decoded bytes; None for image formats and other filters that are not unpacked here."""
        try:
            return bytes(self._source(stream).data)
        except NotImplementedError:
            return None
        except Exception as exc:  # noqa: BLE001 - see open_document
            _fail(exc, where)

    def _source(self, stream: Stream) -> generic.StreamObject:
        """Return the library's object for a stream; it unpacks within the limits of the document."""
        if isinstance(stream.source, generic.StreamObject):
            return stream.source
        name = stream.entries.get("/Filter")
        kind = {generic.NameObject("/Filter"): generic.NameObject(name)} if isinstance(name, Name) else {}
        source = generic.StreamObject(kind, encoded_data=stream.encoded)
        source.container_ref = self._reference(self.root)
        return source

    def _plain(self, value: object, depth: int, place: int | ObjStreamRef = -1) -> Value:
        if depth > self._nesting:
            raise ReadError(ReasonCode.LIMIT, say("objects are nested too deeply"))
        match value:
            case generic.IndirectObject():
                return Ref(value.idnum, value.generation)
            case generic.StreamObject():
                at = place if isinstance(place, int) else -1
                return Stream(self._entries(value, depth), value.encoded_data, at, value)
            case generic.DictionaryObject():
                return self._entries(value, depth)
            case generic.ArrayObject():
                return [self._plain(item, depth + 1) for item in list.__iter__(value)]
            case _:
                return _scalar(value)

    def _entries(self, value: generic.DictionaryObject, depth: int) -> dict[str, Value]:
        return {str(key): self._plain(item, depth + 1) for key, item in dict.items(value)}


def _scalar(value: object) -> Value:
    if value is None or isinstance(value, generic.NullObject):
        return None
    for kind, plain in _SCALARS:
        if isinstance(value, kind):
            return plain(value)
    raise ReadError(ReasonCode.PARSE, say("the file is damaged or does not follow the PDF rules"))

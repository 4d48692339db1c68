"""What pyHanko finds in a PDF: signature fields and validation data, as plain values. It gives no verdict here.

Each field is read in its own `try`: one that cannot be read never hides the others. Nothing of pyHanko leaves the
adapter modules but what `Field` holds for them.
"""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import asn1crypto.tsp  # noqa: F401 - without it the content of a time stamp is a plain sequence
from pyhanko.pdf_utils import generic
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    GenericFieldModificationRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    ReferenceUpdate,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    WhitelistRule,
    XrefStreamRule,
)
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from docgen.model.reasons import ReasonCode
from docgen.model.report import Changes, Coverage
from docgen.model.text import say
from docgen.signatures._pyhanko_reader import Document, ReadError, Ref, Stream
from docgen.signatures.dates import pdf_date

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from asn1crypto import cms
    from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader

    from docgen.signatures._pyhanko_reader import Value

__all__ = ["EmbeddedData", "Field", "Integrity", "SubFilter", "embedded_data", "fields_of", "integrity_of"]


_PART = 1 << 20  # bytes of a file that are copied at a time


class SubFilter(StrEnum):
    """Kinds of signature that are verified; the value is the PDF name."""

    CADES = "/ETSI.CAdES.detached"
    PKCS7 = "/adbe.pkcs7.detached"
    RFC3161 = "/ETSI.RFC3161"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One filled signature field. `embedded` is None where it cannot be read; `problem` then names the exception.

    `value` is the signature dictionary's reference, None where it stands directly in the field. `end` is where the
    signed bytes end. `content_stamps` are time stamps of the document among what is signed. `baseline`: built as ETSI
    EN 319 142-1 clause 6 asks of a PAdES baseline signature.
    """

    name: str
    subfilter: SubFilter | None
    value: Ref | None = None
    revision: int = -1
    end: int = 0
    signature: bytes = b""
    signer: bytes | None = None
    certificates: tuple[bytes, ...] = ()
    claimed: datetime | None = None
    stamped: datetime | None = None
    signed_sha256: str | None = None
    baseline: bool = False
    contents: bytes = field(default=b"", repr=False)
    stamps: tuple[cms.SignedData, ...] = field(default=(), repr=False)
    content_stamps: tuple[cms.SignedData, ...] = field(default=(), repr=False)
    archival: tuple[tuple[bytes, ...], tuple[bytes, ...]] = field(default=((), ()), repr=False)
    embedded: EmbeddedPdfSignature | None = field(default=None, repr=False)
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedData:
    """The DSS dictionary of one revision: certificates, CRLs and OCSP answers as bytes."""

    revision: int
    certificates: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrity:
    """Coverage, and what pyHanko's difference analysis makes of later revisions; `fields` are those it saw change.

    `locked`: the signature itself says that the document or fields of it must not change any more (DocMDP, FieldMDP).
    """

    coverage: Coverage
    changes: Changes
    fields: frozenset[str] = frozenset()
    locked: bool = False


def fields_of(reader: PdfFileReader) -> list[Field]:
    """Return every filled signature field of the file, in the order of the bytes that they sign.

    Raises `ReadError` for a field whose name is no text (ISO 32000-2 table 226): no report could name it.
    """
    found: list[Field] = []
    names: set[str] = set()
    for name, value, reference in enumerate_sig_fields(reader, filled_status=True):
        if not isinstance(name, str):
            raise ReadError(ReasonCode.PARSE, say("the file is damaged or does not follow the PDF rules"), "form")
        shown = name if name not in names else f"{name}#{len(names)}"
        names.add(shown)
        found.append(_field(reader, shown, value, reference))
    return sorted(found, key=lambda f: (f.end, f.revision))


def _field(reader: PdfFileReader, name: str, value: Any, reference: Any) -> Field:  # noqa: ANN401 - pyHanko's objects
    subfilter, place = None, None
    try:
        dictionary = reference.get_object()
        raw = dictionary.raw_get("/V")
        place = Ref(raw.idnum, raw.generation) if isinstance(raw, generic.IndirectObject) else None
        named = str(value.get_object().get("/SubFilter", ""))
        subfilter = SubFilter(named) if named in set(SubFilter) else None
        return _read(name, subfilter, place, EmbeddedPdfSignature(reader, dictionary, name))
    except (MemoryError, RecursionError):
        raise
    except Exception as exc:  # noqa: BLE001 - ValueError, TypeError, KeyError, CMSExtractionError, PdfReadError escape
        return Field(name=name, subfilter=subfilter, value=place, problem=type(exc).__name__)


def _read(name: str, subfilter: SubFilter | None, place: Ref | None, embedded: EmbeddedPdfSignature) -> Field:
    info = embedded.signer_info
    ranges = [int(number) for number in embedded.byte_range]
    if len(ranges) != 4:  # noqa: PLR2004 - ISO 32000-2 12.8.1: two pairs
        msg = "a byte range is two pairs"
        raise ValueError(msg)
    stamps = tuple(extract_tst_data_iter(info, signed=False)) if subfilter is not SubFilter.RFC3161 else ()
    content_stamps = tuple(extract_tst_data_iter(info, signed=True)) if subfilter is not SubFilter.RFC3161 else ()
    certificates = tuple(choice.chosen.dump() for choice in embedded.signed_data["certificates"] or [])
    signer = signer_of(embedded.signed_data)
    return Field(
        name=name,
        subfilter=subfilter,
        value=place,
        revision=embedded.signed_revision,
        end=ranges[2] + ranges[3],
        signature=info["signature"].native,
        signer=signer,
        certificates=certificates,
        claimed=_claimed(embedded),
        stamped=stamp_time(embedded.signed_data) if subfilter is SubFilter.RFC3161 else None,
        signed_sha256=_signed_digest(embedded, ranges),
        baseline=subfilter is SubFilter.CADES and signer is not None and _baseline(embedded),
        contents=embedded.pkcs7_content,
        stamps=stamps,
        content_stamps=content_stamps,
        archival=_archival(info),
        embedded=embedded,
    )


def signer_of(signed: cms.SignedData) -> bytes | None:
    """Return the certificate that the signer info names, None where it is not there."""
    identifier = signed["signer_infos"][0]["sid"]
    for choice in signed["certificates"] or []:
        if choice.name != "certificate":
            continue
        certificate = choice.chosen
        if identifier.name == "issuer_and_serial_number":
            wanted = identifier.chosen
            if certificate.serial_number == wanted["serial_number"].native and certificate.issuer == wanted["issuer"]:
                return bytes(certificate.dump())
        elif certificate.key_identifier == identifier.chosen.native:
            return bytes(certificate.dump())
    return None


def stamp_time(signed: cms.SignedData) -> datetime | None:
    """Return the time in a time-stamp token, None where there is none."""
    try:
        return signed["encap_content_info"]["content"].parsed["gen_time"].native  # type: ignore[no-any-return]  # untyped
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def _claimed(embedded: EmbeddedPdfSignature) -> datetime | None:
    """Return the time of the signature dictionary, as EU DSS does; an attribute of the CMS is none (EN 319 142-1)."""
    claim = embedded.sig_object.get("/M")
    return pdf_date(claim) if isinstance(claim, str) else None


def _baseline(embedded: EmbeddedPdfSignature) -> bool:
    """Say whether dictionary and attributes are those of a baseline signature (ETSI EN 319 142-1 clause 6.3)."""
    names = {attribute["type"].native for attribute in embedded.signer_info["signed_attrs"]}
    return {"/M", "/Filter"} <= embedded.sig_object.keys() and "signing_time" not in names


def _signed_digest(embedded: EmbeddedPdfSignature, ranges: list[int]) -> str | None:
    """Return the SHA-256 of exactly the signed bytes, whatever digest the signature itself uses."""
    digest = hashlib.sha256()
    stream = embedded.reader.stream
    stream.seek(0, 2)
    size = stream.tell()
    for start, length in zip(ranges[::2], ranges[1::2], strict=True):
        if start < 0 or length < 0 or start + length > size:
            return None
        stream.seek(start)
        for at in range(0, length, _PART):
            digest.update(stream.read(min(_PART, length - at)))
    return digest.hexdigest()


def _archival(info: cms.SignerInfo) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return CRLs and OCSP answers of Adobe's attribute for revocation data (ISO 32000-2 12.8.3.3.2)."""
    try:
        for attribute in info["signed_attrs"]:
            if attribute["type"].native == "adobe_revocation_info_archival":
                value = attribute["values"][0]
                return (
                    tuple(item.dump() for item in value["crl"] or []),
                    tuple(item.dump() for item in value["ocsp"] or []),
                )
    except (ValueError, TypeError, KeyError):
        pass
    return (), ()


def embedded_data(document: Document) -> list[EmbeddedData]:
    """Return the DSS dictionaries of all revisions, oldest first; later programs replace the earlier ones (R2).

    What only an entry for one signature (VRI) names counts like the rest: an item speaks for itself. An
    item that cannot be read is left out: unreadable validation data is no validation data.
    """
    found: list[EmbeddedData] = []
    for revision in range(len(document.sections)):
        try:
            root = document.resolve(document.trailer(revision).get("/Root"), revision)
            dss = document.resolve(root.get("/DSS"), revision) if isinstance(root, dict) else None
        except ReadError:
            continue
        if not isinstance(dss, dict):
            continue
        named = document.resolve(dss.get("/VRI"), revision)
        entries = [document.resolve(entry, revision) for entry in named.values()] if isinstance(named, dict) else []
        own = [entry for entry in entries if isinstance(entry, dict)]
        certificates, crls, ocsps = (
            _streams(document, [dss.get(f"{key}s"), *(entry.get(key) for entry in own)], revision)
            for key in ("/Cert", "/CRL", "/OCSP")
        )
        data = (certificates, crls, ocsps)
        if not found or (found[-1].certificates, found[-1].crls, found[-1].ocsps) != data:
            found.append(EmbeddedData(revision=revision, certificates=data[0], crls=data[1], ocsps=data[2]))
    return found


def _streams(document: Document, lists: list[Value], revision: int) -> tuple[bytes, ...]:
    """Return what the streams of some lists hold; one that stands in several is read once."""
    items: dict[bytes, None] = {}
    read: set[Ref] = set()
    resolved = [document.resolve(value, revision) for value in lists]
    for reference in itertools.chain.from_iterable(value for value in resolved if isinstance(value, list)):
        if not isinstance(reference, Ref) or reference in read:
            continue
        read.add(reference)
        try:
            stream = document.resolve(reference, revision)
            data = document.decode(stream) if isinstance(stream, Stream) else None
        except ReadError as exc:
            if exc.reason.code is ReasonCode.LIMIT:
                raise
            continue
        if data is not None:
            items[data] = None
    return tuple(items)


_COVERAGE = {
    SignatureCoverageLevel.UNCLEAR: Coverage.NONE,
    SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START: Coverage.NONE,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.REVISION,
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.FILE,
}


class _ValidationData(WhitelistRule):
    """Any change within the DSS dictionary: real programs drop entries that pyHanko wants kept.

    Objects reached from it are let through here even if something else reaches them too; docgen's own rule over the
    cross-reference tables (docgen.signatures.revisions) does not let those through.
    """

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterator[ReferenceUpdate]:
        """Name what the rule clears."""
        try:
            yield from list(DSSCompareRule().apply(old, new))
        except SuspiciousModification:
            for reference in new.collect_dependencies(new.root.raw_get("/DSS"), since_revision=new.revision):
                yield ReferenceUpdate(reference)


def _policy() -> StandardDiffPolicy:
    """Return pyHanko's default policy with the rule above."""
    catalog = CatalogModificationRule()  # type: ignore[no-untyped-call]  # pyHanko types only a part
    metadata = MetadataUpdateRule()  # type: ignore[no-untyped-call]  # pyHanko types only a part
    creation = SigFieldCreationRule()  # type: ignore[no-untyped-call]  # pyHanko types only a part
    machinery = (DocInfoRule(), XrefStreamRule(), ObjectStreamRule(), _ValidationData(), metadata)
    return StandardDiffPolicy(
        global_rules=[catalog, *(rule.as_qualified(ModificationLevel.LTA_UPDATES) for rule in machinery)],
        form_rule=FormUpdatingRule(field_rules=[creation, SigFieldModificationRule(), GenericFieldModificationRule()]),
    )


_POLICY = _policy()


def integrity_of(found: Field, *, compare: bool) -> Integrity:
    """Return coverage and changes of one field; `compare` runs pyHanko's difference analysis (not for editions)."""
    unknown = Integrity(coverage=Coverage.NONE, changes=Changes.UNKNOWN)
    embedded = found.embedded
    if embedded is None:
        return unknown
    try:
        coverage = _COVERAGE[embedded.evaluate_signature_coverage()]
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - the verdict does not rest on it; raw checks have their own rule
        return unknown
    if coverage is Coverage.FILE:
        return Integrity(coverage=coverage, changes=Changes.NONE)
    if not compare or coverage is Coverage.NONE:
        return Integrity(coverage=coverage, changes=Changes.UNKNOWN)
    return _compare(embedded, coverage)


def _compare(embedded: EmbeddedPdfSignature, coverage: Coverage) -> Integrity:
    try:
        embedded.compute_integrity_info(diff_policy=_POLICY)  # type: ignore[no-untyped-call]  # pyHanko leaves it unannotated
        permitted = embedded.docmdp_level
        locked = permitted is not None or embedded.fieldmdp is not None
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - it raises on real files whose signature can be judged
        return Integrity(coverage=coverage, changes=Changes.UNKNOWN)
    result = embedded.diff_result
    if isinstance(result, SuspiciousModification):
        return Integrity(coverage=coverage, changes=Changes.FORBIDDEN, locked=locked)
    if not isinstance(result, DiffResult):
        return Integrity(coverage=coverage, changes=Changes.UNKNOWN)
    allowed = {
        ModificationLevel.NONE: Changes.NONE,
        ModificationLevel.LTA_UPDATES: Changes.PERMITTED,
        ModificationLevel.FORM_FILLING: Changes.PERMITTED,
    }
    beyond = permitted is not None and result.modification_level.value > permitted.value
    return Integrity(
        coverage=coverage,
        changes=Changes.FORBIDDEN if beyond else allowed.get(result.modification_level, Changes.FORBIDDEN),
        locked=locked,
        fields=frozenset(str(name) for name in result.changed_form_fields),
    )

"""What a PDF has to judge: every filled signature field, with what the bytes say about it (R1, coverage, CMS profile).

`take` reads; it decides nothing about trust or time. A field that cannot be read is listed with its reason, and every
`/ByteRange` of the file must belong to exactly one field: what nobody evaluates must not look evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.report import Coverage, SignatureKind
from docgen.model.text import say
from docgen.signatures._pyhanko import SubFilter, embedded_data, fields_of
from docgen.signatures._pyhanko_cms import cms_faults, stamp_by_name_only, type_agrees
from docgen.signatures._pyhanko_reader import Ref
from docgen.signatures.raw import check_claimed, check_coverage, dictionary_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.model.profiles import Limits
    from docgen.model.text import Message
    from docgen.signatures._pyhanko import EmbeddedData, Field
    from docgen.signatures._pyhanko_reader import Document
    from docgen.signatures.raw import CoverageFacts

__all__ = ["Entry", "Inventory", "take"]

_AGAIN = say("Ask the sender for the file exactly as it was signed, or for a new signature.")
_FAULTS: dict[str, Message] = {
    "signers": say("The signature value holds more than one signer, or none."),
    "trailing": say("Something follows after the signature value."),
    "attributes": say("The signature has no signed attributes: it does not bind what the standard asks for."),
    "certificate": say("The signature does not bind the certificate with which it was made."),
    "binding": say("The signature binds its certificate by SHA-1 alone, which is too weak."),
    "order": say("The signed attributes are not encoded as the standard asks (DER)."),
    "attached": say("The signature value carries a document of its own."),
}
# security.md §3: a mesh of certificates costs seconds; two authorities of one name are how it is built.
_STORE_CERTIFICATES, _STORE_OCSPS, _STORE_CRLS = 50, 20, 10
_STAMPS = 2  # of one signature, over its value and among what it signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field: what it is, what it covers, and the reasons found so far.

    `proves` is False for a time stamp in a dictionary of another type: judged like any, it is neither counted nor
    relied on (EU DSS passes over it too).
    """

    field: Field
    coverage: CoverageFacts
    reasons: tuple[Reason, ...]
    proves: bool = True

    @property
    def is_stamp(self) -> bool:
        """A document time stamp, by its sub-filter."""
        return self.field.subfilter is SubFilter.RFC3161

    @property
    def covered(self) -> bool:
        """The signed bytes are a whole revision but the signature's own value."""
        return self.coverage.coverage is not Coverage.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """All fields and stores; `reasons` are those that belong to no single field."""

    entries: tuple[Entry, ...]
    stores: tuple[EmbeddedData, ...]
    reasons: tuple[Reason, ...]

    @property
    def signed(self) -> bool:
        """At least one field is a signature or seal of a kind that is verified; document time stamps are none."""
        return any(entry.field.subfilter in {SubFilter.CADES, SubFilter.PKCS7} for entry in self.entries)


def take(document: Document, data: bytes, limits: Limits) -> Inventory:
    """Return the inventory of an opened file. Raises what the reader raises where the field tree itself is broken."""
    fields = fields_of(document.reader)
    stores = embedded_data(document)
    entries = tuple(_entry(found, document, data, limits) for found in fields)
    claimed = [entry.coverage.token for entry in entries if entry.coverage.token is not None]
    reasons = [*_duplicates(fields), *_store_limits(stores)]
    if any(entry.field.subfilter for entry in entries):
        covered = all(entry.covered for entry in entries)
        reasons += check_claimed(data, claimed, _usage_rights(document, data)) if covered else []
    return Inventory(entries=entries, stores=tuple(stores), reasons=tuple(reasons))


def _usage_rights(document: Document, data: bytes) -> list[int]:
    """Return where the byte ranges of the document's usage rights stand."""
    root = document.resolve(document.root)
    permissions = document.resolve(root.get("/Perms")) if isinstance(root, dict) else None
    found = []
    for key in ("/UR3", "/UR"):
        rights = permissions.get(key) if isinstance(permissions, dict) else None
        offset = document.offset(rights) if isinstance(rights, Ref) else None
        spans = None if offset is None else dictionary_spans(data, offset)
        if spans is not None and b"/ByteRange" in spans:
            found.append(data.rfind(b"/ByteRange", 0, spans[b"/ByteRange"][0]))
    return found


def _entry(found: Field, document: Document, data: bytes, limits: Limits) -> Entry:
    reasons: list[Reason] = []
    offset = document.offset(found.value) if found.value is not None else None
    coverage = check_coverage(data, offset, limits, name=found.name)
    if found.subfilter is None:
        reasons.append(_cms(found.name, say("The signature is of a kind that docgen does not verify.")))
    elif found.embedded is None:
        reasons.append(_cms(found.name, say("The signature value cannot be read.")))
    else:
        reasons += _profile(found, limits)
        if not type_agrees(found):
            reasons.append(_cms(found.name, say("The signature is of a kind that docgen does not verify.")))
        if found.value is None:
            reasons.append(_cms(found.name, say("The signature does not stand in the file as an object of its own.")))
        if coverage.contents is not None and coverage.contents != found.contents:
            reasons.append(
                _cms(found.name, say("The signature value in the file is not the one that the field shows."))
            )
    proves = found.embedded is None or not stamp_by_name_only(found)
    return Entry(field=found, coverage=coverage, reasons=(*coverage.reasons, *reasons), proves=proves)


def _profile(found: Field, limits: Limits) -> list[Reason]:
    if len(found.certificates) > limits.certificates:
        return [
            Reason(
                code=ReasonCode.LIMIT,
                where=found.name,
                message=say(
                    "The signature brings {count} certificates; the limit is {limit}",
                    count=len(found.certificates),
                    limit=limits.certificates,
                ),
            )
        ]
    stamps = max(len(found.stamps), len(found.content_stamps))
    if stamps > _STAMPS:
        return [
            Reason(
                code=ReasonCode.LIMIT,
                where=found.name,
                message=say(
                    "The signature brings {count} time stamps; the limit is {limit}", count=stamps, limit=_STAMPS
                ),
            )
        ]
    try:
        faults = cms_faults(found)
    except (ValueError, TypeError, KeyError, IndexError):
        return [_cms(found.name, say("The signature value cannot be read."))]
    return [_cms(found.name, _FAULTS[fault]) for fault in faults]


def _cms(where: str, message: Message) -> Reason:
    return Reason(code=ReasonCode.CMS, where=where, message=message, hint=_AGAIN)


def _duplicates(fields: Sequence[Field]) -> list[Reason]:
    seen: set[bytes] = set()
    reasons = []
    for found in fields:
        if found.signature and found.signature in seen:
            reasons.append(_cms(found.name, say("The same signature stands in two fields.")))
        seen.add(found.signature)
    return reasons


def _store_limits(stores: Sequence[EmbeddedData]) -> list[Reason]:
    if all(
        len(store.certificates) <= _STORE_CERTIFICATES
        and len(store.ocsps) <= _STORE_OCSPS
        and len(store.crls) <= _STORE_CRLS
        for store in stores
    ):
        return []
    return [Reason(code=ReasonCode.LIMIT, message=say("The file brings more validation data than is allowed."))]


def kind_of(entry: Entry, *, seal: bool) -> SignatureKind:
    """Return the kind for the report."""
    if entry.is_stamp:
        return SignatureKind.DOCUMENT_TIMESTAMP
    return SignatureKind.SEAL if seal else SignatureKind.SIGNATURE

"""From signature fields to judged tokens: chains, revocation candidates, what each stamp covers, the library's answers.

This is where bytes become the values that docgen.model.proof speaks about (R1, R2, R6, R10).
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from docgen.model.proof import Answer, Link, Token, TokenKind, moment_for
from docgen.model.report import Indication, SubIndication
from docgen.signatures._pyhanko import SubFilter, signer_of, stamp_time
from docgen.signatures._pyhanko_cms import binds_certificate
from docgen.signatures._pyhanko_tokens import (
    Library,
    ask_signature,
    ask_stamp,
    imprint_of_document,
    imprint_of_signature,
)
from docgen.signatures.chains import Known, Pool, chain_of
from docgen.signatures.revocation import RevocationData, candidates_for, certificates_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from asn1crypto import cms

    from docgen.signatures._pyhanko import EmbeddedData, Field
    from docgen.signatures.trust import Trust

__all__ = ["Examined", "Material", "content_stamp_id", "examine", "stamp_id"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Certificates and revocation data at hand for one file: what it brings, and what docgen was given.

    `embedded` has the SHA-256 of every revocation item in the file, with the last revision whose DSS dictionary lists
    it (the last of all for what stands in a signature itself): levels count only those.
    """

    signers: tuple[Known, ...]
    timestamps: tuple[Known, ...]
    pool: Pool
    data: RevocationData
    embedded: Mapping[str, int]

    @property
    def anchors(self) -> frozenset[str]:
        """Ids of all anchors."""
        return frozenset(known.id for known in (*self.signers, *self.timestamps))

    @classmethod
    def gather(cls, fields: Sequence[Field], stores: Sequence[EmbeddedData], trust: Trust) -> Material:
        """Collect from the fields' CMS, every revision's DSS dictionary and the trust data (R2)."""
        own = RevocationData()
        embedded: dict[str, int] = {}
        for store in stores:
            own = own.with_more(store.crls, store.ocsps)
            embedded |= {_id(raw): store.revision for raw in (*store.crls, *store.ocsps)}
        for found in fields:
            own = own.with_more(*found.archival)
            embedded |= {_id(raw): sys.maxsize for part in found.archival for raw in part}
        data = own.with_more(trust.crls, trust.ocsps)
        certificates = [
            *(der for found in fields for der in found.certificates),
            *(der for found in fields for stamp in _all_stamps(found) for der in _certificates(stamp)),
            *(der for store in stores for der in store.certificates),
            *(der for raw in data.ocsps for der in certificates_in(raw)),
            *trust.signers,
            *trust.timestamps,
        ]
        return cls(
            signers=tuple(Known(der) for der in trust.signers),
            timestamps=tuple(Known(der) for der in trust.timestamps),
            pool=Pool(certificates),
            data=data,
            embedded=embedded,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One token with its certificates: `chain` is leaf first with the anchor, None where no anchor was reached."""

    token: Token
    leaf: Known | None
    chain: tuple[Known, ...] | None


def stamp_id(name: str, number: int) -> str:
    """Return the id of a signature's time stamp, counted from 1."""
    return f"{name}/timestamp-{number}"


def content_stamp_id(name: str, number: int) -> str:
    """Return the id of a time stamp of the document among what a signature signs, counted from 1."""
    return f"{name}/content-timestamp-{number}"


def examine(
    fields: Sequence[Field],
    stores: Sequence[EmbeddedData],
    material: Material,
    clock: datetime,
    idle: frozenset[str],
) -> list[Examined]:
    """Return every token of the readable fields, answered by the library.

    `idle` names the fields that prove nothing as stamps: those whose signed bytes are not a whole revision, and those
    that do not call themselves stamps.
    """
    library = Library(
        signers=[known.asn1 for known in material.signers], timestamps=[known.asn1 for known in material.timestamps]
    )
    return asyncio.run(_examine_all(fields, stores, material, library, clock, idle))


async def _examine_all(  # noqa: PLR0917 - the parameters of `examine`, and the library
    fields: Sequence[Field],
    stores: Sequence[EmbeddedData],
    material: Material,
    library: Library,
    clock: datetime,
    idle: frozenset[str],
) -> list[Examined]:
    found: list[Examined] = []
    last_stamp = max((f.end for f in fields if f.subfilter is SubFilter.RFC3161 and f.name not in idle), default=0)
    for position, field in enumerate(fields):
        if field.embedded is None or field.subfilter is None:
            continue
        if field.subfilter is SubFilter.RFC3161:
            covers = frozenset() if field.name in idle else _covered_by(field, fields[:position], stores)
            found.append(await _document_stamp(field, position, covers, material, library, clock))
            continue
        certificates = [_id(der) for der in field.certificates]
        for number, signed in enumerate(field.stamps, start=1):
            of_value = (stamp_id(field.name, number), signed, imprint_of_signature(field.embedded))
            stamp = await _signature_stamp(*of_value, material, library, clock)
            token = replace(stamp.token, position=position, covers=frozenset({field.name, *certificates}))
            found.append(replace(stamp, token=token))
        for number, signed in enumerate(field.content_stamps, start=1):
            # It proves that the document existed, of which nothing depends; it is held to its own word all the same.
            of_document = (content_stamp_id(field.name, number), signed, imprint_of_document(field.embedded))
            found.append(await _signature_stamp(*of_document, material, library, clock))
        found.append(await _signature(field, position, material, library, clock, archived=field.end < last_stamp))
    return found


def _covered_by(stamp: Field, earlier: Sequence[Field], stores: Sequence[EmbeddedData]) -> frozenset[str]:
    """Return what a document time stamp proves: earlier tokens with their certificates, and the DSS of its revision."""
    things: set[str] = set()
    for field in earlier:
        if field.end >= stamp.end:
            continue
        things.add(field.name)
        things.update(_id(der) for der in field.certificates)
        for number, signed in enumerate(field.stamps, start=1):
            things.add(stamp_id(field.name, number))
            things.update(_id(der) for der in _certificates(signed))
        for raw in field.archival[1]:
            things.update((_id(raw), *(_id(der) for der in certificates_in(raw))))
    for store in stores:
        if store.revision > stamp.revision:
            continue
        things.update(_id(der) for der in (*store.certificates, *store.crls, *store.ocsps))
        for raw in store.ocsps:
            things.update(_id(der) for der in certificates_in(raw))
    return frozenset(things)


async def _signature(
    field: Field, position: int, material: Material, library: Library, clock: datetime, *, archived: bool
) -> Examined:
    assert field.embedded is not None
    leaf, chain = _chain(field.signer, material, material.signers)
    if leaf is None:
        answer = Answer(indication=Indication.INDETERMINATE, sub_indication=SubIndication.NO_SIGNING_CERTIFICATE_FOUND)
    else:
        moment = _moment(leaf, chain, clock)
        answer = await ask_signature(library, field.embedded, [known.asn1 for known in chain or ()], moment)
    token = Token(
        id=field.name,
        kind=TokenKind.SIGNATURE,
        position=position,
        answer=answer,
        chain=_links(chain, material),
        claimed=field.claimed,
        archived=archived,
    )
    return Examined(token=token, leaf=leaf, chain=chain)


async def _signature_stamp(  # noqa: PLR0917 - as above
    name: str,
    signed: cms.SignedData,
    imprint: Callable[[str], bytes],
    material: Material,
    library: Library,
    clock: datetime,
) -> Examined:
    try:
        leaf, chain = _chain(signer_of(signed), material, material.timestamps)
        time = stamp_time(signed)
        moment = _moment(leaf, chain, clock)
        answer = await ask_stamp(library, signed, imprint, [known.asn1 for known in chain or ()], moment)
        answer = _held_to_its_certificate(answer, signed, leaf, time)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - a token that cannot be read is a token that does not pass
        leaf, chain, time = None, None, None
        answer = Answer(indication=Indication.TOTAL_FAILED, sub_indication=SubIndication.FORMAT_FAILURE)
    token = Token(
        id=name,
        kind=TokenKind.SIGNATURE_STAMP,
        position=0,
        answer=answer,
        chain=_links(chain, material),
        stamped=time,
    )
    return Examined(token=token, leaf=leaf, chain=chain)


async def _document_stamp(  # noqa: PLR0917 - as above
    field: Field, position: int, covers: frozenset[str], material: Material, library: Library, clock: datetime
) -> Examined:
    assert field.embedded is not None
    leaf, chain = _chain(field.signer, material, material.timestamps)
    answer = await ask_stamp(
        library,
        field.embedded.signed_data,
        imprint_of_document(field.embedded),
        [known.asn1 for known in chain or ()],
        _moment(leaf, chain, clock),
    )
    answer = _held_to_its_certificate(answer, field.embedded.signed_data, leaf, field.stamped)
    token = Token(
        id=field.name,
        kind=TokenKind.DOCUMENT_STAMP,
        position=position,
        answer=answer,
        chain=_links(chain, material),
        stamped=field.stamped,
        covers=covers,
    )
    return Examined(token=token, leaf=leaf, chain=chain)


def _held_to_its_certificate(
    answer: Answer, signed: cms.SignedData, leaf: Known | None, time: datetime | None
) -> Answer:
    """Return the answer about a time stamp unless its token binds another certificate, or none, or one of another time.

    RFC 3161 clause 2.4.2 asks for the binding, which the library does not miss; a time at which the certificate was not
    valid is no time that its authority gave.
    """
    if leaf is None or answer.indication is not Indication.TOTAL_PASSED:
        return answer
    if not binds_certificate(leaf.der, signed["signer_infos"][0]["signed_attrs"]):
        return Answer(indication=Indication.TOTAL_FAILED, sub_indication=SubIndication.FORMAT_FAILURE)
    if time is None or not leaf.facts.valid_at(time):
        return Answer(
            indication=Indication.INDETERMINATE,
            sub_indication=SubIndication.OUT_OF_BOUNDS_NO_POE,
            intact=answer.intact,
        )
    return answer


def _chain(
    der: bytes | None, material: Material, anchors: Sequence[Known]
) -> tuple[Known | None, tuple[Known, ...] | None]:
    if der is None:
        return None, None
    leaf = Pool().add(der)
    return (None, None) if leaf is None else (leaf, chain_of(leaf, material.pool, anchors))


def _moment(leaf: Known | None, chain: Sequence[Known] | None, clock: datetime) -> datetime:
    if chain is None:
        return moment_for([leaf.facts] if leaf else [], clock)
    return moment_for([known.facts for known in chain[:-1]], clock)


def _links(chain: Sequence[Known] | None, material: Material) -> tuple[Link, ...] | None:
    if chain is None:
        return None
    return tuple(
        Link(
            certificate=known.facts,
            items=candidates_for(known, issuer, material.data, material.pool, material.anchors),
        )
        for known, issuer in itertools.pairwise(chain)
    )


def _all_stamps(field: Field) -> tuple[cms.SignedData, ...]:
    return (*field.stamps, *field.content_stamps)


def _certificates(signed: object) -> list[bytes]:
    try:
        return [choice.chosen.dump() for choice in signed["certificates"] or []]  # type: ignore[index]  # asn1crypto
    except (ValueError, TypeError, KeyError):
        return []


def _id(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()

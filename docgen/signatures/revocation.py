"""Revocation data: which CRL or OCSP answer may speak about a certificate at all (R6 of docgen.model.proof).

An item is a candidate if it is about the certificate, its signature verifies with a key that may sign it, it was not
issued before the certificate began nor after it ended (unless it says that it reaches back), and an OCSP answer was
produced within its responder's validity by the authority itself or by a responder that the authority issued for it
(RFC 6960 clause 4.2.2.2) and whose own status needs no asking or is covered by a CRL. Delta, indirect and partial CRLs
are not used, nor what has a critical extension that is not read here (RFC 5280 clauses 5.2 and 5.3), nor what rests on
a digest or a key too weak to sign with. What cannot be parsed is no candidate.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from asn1crypto import crl, ocsp
from cryptography import x509 as verifying
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from docgen.model.proof import StatusItem
from docgen.signatures.chains import Known, Pool

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["RevocationData", "candidates_for"]

# Errors with which the two ASN.1 libraries answer to bytes that are not what they should be.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError)
_READ_CRL_EXTENSIONS = frozenset({"issuing_distribution_point", "delta_crl_indicator", "crl_number"})
_READ_ENTRY_EXTENSIONS = frozenset({"crl_reason", "invalidity_date", "hold_instruction_code"})
_READ_OCSP_EXTENSIONS = frozenset({"nonce", "archive_cutoff"})
_TRUE = b"\x01\x01\xff"  # DER's encoding of "critical": a list of a hundred thousand entries is not parsed for it
_RSA_BITS, _CURVE_BITS = 2048, 256
_HASHES = {"2.16.840.1.101.3.4.2.2": hashlib.sha384, "2.16.840.1.101.3.4.2.3": hashlib.sha512}


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationData:
    """CRLs and OCSP answers as bytes; `pool` has the certificates of possible responders."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def with_more(self, crls: Iterable[bytes], ocsps: Iterable[bytes]) -> RevocationData:
        """Return this data and more, each item once."""
        return RevocationData(
            crls=tuple(dict.fromkeys((*self.crls, *crls))), ocsps=tuple(dict.fromkeys((*self.ocsps, *ocsps)))
        )


def candidates_for(
    certificate: Known, issuer: Known, data: RevocationData, pool: Pool, anchors: frozenset[str]
) -> tuple[StatusItem, ...]:
    """Return every item about `certificate`, which `issuer` issued, in no order; only the `timely` are candidates."""
    found = _from_crls(certificate, issuer, data.crls, anchors)
    for raw in data.ocsps:
        try:
            found += _from_ocsp(certificate, issuer, raw, data, pool, anchors)
        except _UNREADABLE:
            continue
    return tuple(found)


# --- CRLs -------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _crl(raw: bytes) -> crl.CertificateList | None:
    try:
        parsed = crl.CertificateList.load(raw, strict=True)
        parsed["tbs_cert_list"]["this_update"].native  # noqa: B018 - parsed to see that it can be
    except _UNREADABLE:
        return None
    return parsed


@lru_cache(maxsize=256)
def _revocations(raw: bytes) -> dict[int, Any]:
    parsed = _crl(raw)
    entries = [] if parsed is None else parsed["tbs_cert_list"]["revoked_certificates"]
    return {entry["user_certificate"].native: entry["revocation_date"].native for entry in entries}


@lru_cache(maxsize=64)
def _readable_entries(raw: bytes) -> bool:
    """Say whether no entry has a critical extension that is not read here: such a list says nothing about anybody."""
    parsed = _crl(raw)
    entries = [] if parsed is None else parsed["tbs_cert_list"]["revoked_certificates"]
    return all(entry.critical_extensions <= _READ_ENTRY_EXTENSIONS for entry in entries if _TRUE in entry.dump())


@lru_cache(maxsize=256)
def _crl_signed_by(raw: bytes, issuer: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as for certificates: odd numbers do not change the verdict
        try:
            key = verifying.load_der_x509_certificate(issuer).public_key()
            return verifying.load_der_x509_crl(raw).is_signature_valid(key)  # type: ignore[arg-type]  # other kinds raise TypeError
        except (*_UNREADABLE, UnsupportedAlgorithm):
            return False


def _from_crls(certificate: Known, issuer: Known, raws: Iterable[bytes], anchors: frozenset[str]) -> list[StatusItem]:
    found = []
    for raw in raws:
        try:
            item = _from_crl(certificate, issuer, raw, anchors)
        except _UNREADABLE:
            continue
        if item is not None:
            found.append(item)
    return found


def _from_crl(certificate: Known, issuer: Known, raw: bytes, anchors: frozenset[str]) -> StatusItem | None:
    parsed = _crl(raw)
    if parsed is None or parsed.issuer.dump() != issuer.subject or not _whole(parsed, certificate):
        return None
    usage = issuer.asn1.key_usage_value
    if usage is not None and "crl_sign" not in usage.native:
        return None
    content = parsed["tbs_cert_list"]
    this_update, next_update = content["this_update"].native, content["next_update"].native
    reaches_back = parsed.expired_certs_on_crl_value if hasattr(parsed, "expired_certs_on_crl_value") else None
    if not _readable_entries(raw) or not _crl_signed_by(raw, issuer.der):
        return None
    return StatusItem(
        id=hashlib.sha256(raw).hexdigest(),
        issued=this_update,
        this_update=this_update,
        next_update=next_update,
        revoked_on=_revocations(raw).get(certificate.asn1.serial_number),
        timely=_within(certificate, this_update, reaches_back.native if reaches_back is not None else None),
        issuer=None if issuer.id in anchors else issuer.facts,
    )


def _whole(parsed: crl.CertificateList, certificate: Known) -> bool:
    """Say whether the CRL speaks completely about certificates of this kind (RFC 5280 clauses 5.2.4 and 5.2.5)."""
    if not parsed.critical_extensions <= _READ_CRL_EXTENSIONS:
        return False
    if parsed.delta_crl_indicator_value is not None:
        return False
    point = parsed.issuing_distribution_point_value
    if point is None:
        return True
    if (
        point["indirect_crl"].native
        or point["only_contains_attribute_certs"].native
        or point["only_some_reasons"].native
    ):
        return False
    if point["only_contains_ca_certs"].native:
        return bool(certificate.asn1.ca)
    return not (point["only_contains_user_certs"].native and certificate.asn1.ca)


# --- OCSP -------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _basic(raw: bytes) -> ocsp.BasicOCSPResponse | None:
    parsed = ocsp.OCSPResponse.load(raw, strict=True)
    if parsed["response_status"].native != "successful":
        return None
    if parsed["response_bytes"]["response_type"].native != "basic_ocsp_response":
        return None
    return parsed["response_bytes"]["response"].parsed


def certificates_in(raw: bytes) -> list[bytes]:
    """Return the certificates that an OCSP answer brings along; none where it cannot be read."""
    try:
        basic = _basic(raw)
        return [] if basic is None else [item.dump() for item in basic["certs"] or []]
    except _UNREADABLE:
        return []


def _from_ocsp(  # noqa: PLR0917 - those of `candidates_for`, and the answer
    certificate: Known, issuer: Known, raw: bytes, data: RevocationData, pool: Pool, anchors: frozenset[str]
) -> list[StatusItem]:
    basic = _basic(raw)
    if basic is None:
        return []
    content = basic["tbs_response_data"]
    if any(item["critical"].native and item["extn_id"].native not in _READ_OCSP_EXTENSIONS
           for item in content["response_extensions"] or []):  # fmt: skip
        return []
    produced = content["produced_at"].native
    about = [single for single in content["responses"] if _is_about(single["cert_id"], certificate, issuer)]
    if not about:
        return []
    responder = _responder(basic, issuer, pool, data, anchors)
    if responder is None or not responder.facts.valid_at(produced):
        return []
    found = []
    for single in about:
        this_update = single["this_update"].native
        cutoff = single.archive_cutoff_value
        status = single["cert_status"]
        if status.name == "unknown" or not single.critical_extensions <= _READ_OCSP_EXTENSIONS:
            continue
        found.append(
            StatusItem(
                id=hashlib.sha256(raw).hexdigest(),
                issued=produced,
                this_update=this_update,
                next_update=single["next_update"].native,
                revoked_on=status.chosen["revocation_time"].native if status.name == "revoked" else None,
                timely=_within(certificate, this_update, cutoff.native if cutoff is not None else None),
                issuer=None if responder.id in anchors else responder.facts,
            )
        )
    return found


def _is_about(cert_id: ocsp.CertId, certificate: Known, issuer: Known) -> bool:
    """Compare serial number and both digests; asn1crypto names only SHA-1 and SHA-256 here, so digests are ours."""
    if cert_id["serial_number"].native != certificate.asn1.serial_number:
        return False
    algorithm = cert_id["hash_algorithm"]["algorithm"]
    digest = _HASHES.get(algorithm.dotted) or getattr(hashlib, str(algorithm.native).replace("-", ""), None)
    if digest is None or algorithm.native == "md5":
        return False
    key: bytes = issuer.asn1.public_key["public_key"].native
    if not isinstance(key, bytes):
        key = bytes(issuer.asn1.public_key["public_key"])
    names = (certificate.issuer, issuer.subject)
    return cert_id["issuer_key_hash"].native == digest(key).digest() and any(
        cert_id["issuer_name_hash"].native == digest(name).digest() for name in names
    )


def _responder(
    basic: ocsp.BasicOCSPResponse, issuer: Known, pool: Pool, data: RevocationData, anchors: frozenset[str]
) -> Known | None:
    brought = Pool(item.dump() for item in basic["certs"] or [])
    possible: Sequence[Known] = [issuer, *brought, *pool]
    identity = basic["tbs_response_data"]["responder_id"]
    for candidate in possible:
        if identity.name == "by_name":
            named = candidate.subject == identity.chosen.dump() or candidate.asn1.subject == identity.chosen
        else:
            named = candidate.asn1.public_key.sha1 == identity.chosen.native
        if named and _may_respond(candidate, issuer, data, anchors) and _answer_signed_by(basic, candidate):
            return candidate
    return None


def _may_respond(candidate: Known, issuer: Known, data: RevocationData, anchors: frozenset[str]) -> bool:
    if candidate.id == issuer.id:
        return True
    purposes = candidate.asn1.extended_key_usage_value
    if purposes is None or "ocsp_signing" not in purposes.native or not candidate.issued_by(issuer):
        return False
    if candidate.asn1.ocsp_no_check_value is not None:
        return True
    listed = [item for item in _from_crls(candidate, issuer, data.crls, anchors) if item.timely]
    return bool(listed) and all(item.revoked_on is None for item in listed)


def _answer_signed_by(basic: ocsp.BasicOCSPResponse, responder: Known) -> bool:
    message: bytes = basic["tbs_response_data"].dump()
    signature: bytes = basic["signature"].native
    algorithm = basic["signature_algorithm"]
    try:
        key = responder.verifying.public_key()
        name = algorithm.hash_algo
        match key:
            case rsa.RSAPublicKey() if key.key_size < _RSA_BITS:
                return False
            case ec.EllipticCurvePublicKey() if key.key_size < _CURVE_BITS:
                return False
            case rsa.RSAPublicKey() if algorithm.signature_algo == "rsassa_pss":
                used = _hash(name)
                salt = algorithm["parameters"]["salt_length"].native
                key.verify(signature, message, padding.PSS(padding.MGF1(used), salt), used)
            case rsa.RSAPublicKey():
                key.verify(signature, message, padding.PKCS1v15(), _hash(name))
            case ec.EllipticCurvePublicKey():
                key.verify(signature, message, ec.ECDSA(_hash(name)))
            case _:
                return False
    except (*_UNREADABLE, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _hash(name: str) -> hashes.HashAlgorithm:
    """Return the digest of a signature. Raises `KeyError` for one that is too weak or not named in ETSI TS 119 312."""
    known: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
        "sha256": hashes.SHA256,
        "sha384": hashes.SHA384,
        "sha512": hashes.SHA512,
    }
    return known[name]()


def _within(certificate: Known, this_update: Any, reaches_back_to: Any) -> bool:  # noqa: ANN401 - asn1crypto has no types
    """Say whether an item of that time may speak: not before the certificate began, nor after it ended."""
    validity = certificate.facts
    if this_update < validity.not_before:
        return False
    return bool(this_update <= validity.not_after or (reaches_back_to and reaches_back_to <= validity.not_after))

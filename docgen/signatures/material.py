"""Validation material that was kept with a letter: sorted by what the bytes are, never by a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.signatures.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["with_material"]


def with_material(trust: Trust, kept: Iterable[bytes]) -> Trust:
    """Return `trust` with the kept revocation data beside its own. Kept certificates never become anchors.

    What is neither a CRL nor an OCSP answer is left out: it proves nothing, and whoever asked for it counts the files.
    """
    crls, ocsps = dict.fromkeys(trust.crls), dict.fromkeys(trust.ocsps)
    for item in kept:
        if _is_ocsp(item):
            ocsps[item] = None
        elif _is_crl(item):
            crls[item] = None
    return Trust(signers=trust.signers, timestamps=trust.timestamps, crls=tuple(crls), ocsps=tuple(ocsps))


def _is_ocsp(data: bytes) -> bool:
    from asn1crypto import ocsp  # noqa: PLC0415 - only who has material pays for it

    try:
        return bool(ocsp.OCSPResponse.load(data, strict=True)["response_status"].native == "successful")
    except (ValueError, TypeError, KeyError):
        return False


def _is_crl(data: bytes) -> bool:
    from asn1crypto import crl  # noqa: PLC0415 - as above

    try:
        crl.CertificateList.load(data, strict=True)["tbs_cert_list"]["this_update"].native  # noqa: B018 - parsed to see
    except (ValueError, TypeError, KeyError):
        return False
    return True

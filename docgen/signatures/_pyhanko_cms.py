"""The form of a signature's CMS and of its dictionary, by docgen's profile (security.md §4.1 points 3 and 5).

Stricter than the library: what binds the document and the certificate stands once, and says one thing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from asn1crypto import parser

from docgen.signatures._pyhanko import SubFilter

if TYPE_CHECKING:
    from asn1crypto import cms

    from docgen.signatures._pyhanko import Field

__all__ = ["binds_certificate", "cms_faults", "trailing_data", "type_agrees"]

_WEAK = frozenset({"md2", "md4", "md5", "sha1"})


def type_agrees(found: Field) -> bool:
    """Say whether the dictionary's type is the one of its sub-filter: readers dispatch on either."""
    assert found.embedded is not None
    kind = found.embedded.sig_object.get("/Type")
    if found.subfilter is SubFilter.RFC3161:
        return kind == "/DocTimeStamp"
    return kind is None or kind == "/Sig"


def cms_faults(found: Field) -> list[str]:
    """Return what a signature's CMS lacks of docgen's profile (security.md §4.1 point 5), as words for `cms_words`.

    One signer info; detached; content type, message digest and an ESS signing certificate among the signed attributes
    (CAdES, RFC 5035), these in DER order (RFC 5652 clause 5.4); nothing but zeros after the structure.
    """
    assert found.embedded is not None
    signed = found.embedded.signed_data
    info = found.embedded.signer_info
    faults = []
    if len(signed["signer_infos"]) != 1:
        faults.append("signers")
    if trailing_data(found.contents):
        faults.append("trailing")
    attributes = info["signed_attrs"]
    encoded = [attribute.dump() for attribute in attributes] if attributes.native else []
    names = [attribute["type"].native for attribute in attributes] if encoded else []
    if not {"content_type", "message_digest"} <= set(names):
        faults.append("attributes")
    elif not binds_certificate(found.signer, attributes):
        faults.append("certificate")
    if encoded != sorted(encoded) or len(names) != len(set(names)):
        faults.append("order")
    if found.subfilter is not SubFilter.RFC3161 and signed["encap_content_info"]["content"].native is not None:
        faults.append("attached")
    return faults


def binds_certificate(signer: bytes | None, attributes: cms.CMSAttributes) -> bool:
    """Say whether every ESS attribute names the signer's certificate, the second version by no weak digest.

    The first version knows SHA-1 alone (RFC 5035 clause 5.4.1); real signatures of the older kind still carry it.
    """
    found = False
    for attribute in attributes:
        kind = attribute["type"].native
        if kind not in {"signing_certificate", "signing_certificate_v2"}:
            continue
        entry = attribute["values"][0]["certs"][0]
        digest = entry["hash_algorithm"]["algorithm"].native if kind == "signing_certificate_v2" else "sha1"
        weak = kind == "signing_certificate_v2" and digest in _WEAK
        if weak or signer is None or hashlib.new(digest, signer).digest() != entry["cert_hash"].native:
            return False
        found = True
    return found


def trailing_data(contents: bytes) -> bool:
    """Say whether something other than zero padding follows the CMS structure."""
    _, _, _, header, body, trailer = parser.parse(contents, strict=False)
    return any(contents[len(header) + len(body) + len(trailer) :])

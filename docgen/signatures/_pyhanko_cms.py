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

__all__ = ["binds_certificate", "cms_faults", "stamp_by_name_only", "trailing_data", "type_agrees"]

_WEAK = frozenset({"md2", "md4", "md5", "sha1"})


def type_agrees(found: Field) -> bool:
    """Say whether the dictionary's type is one that its sub-filter may have: readers dispatch on either."""
    assert found.embedded is not None
    kind = found.embedded.sig_object.get("/Type")
    return kind is None or kind == "/Sig" or (kind == "/DocTimeStamp" and found.subfilter is SubFilter.RFC3161)


def stamp_by_name_only(found: Field) -> bool:
    """Say whether a time-stamp token lies in a dictionary that does not call itself a document time stamp.

    ISO 32000-2 table 255 requires the type there. Real programs left it out: such a token is no signature and proves no
    time, but it is held to what every added token must meet.
    """
    assert found.embedded is not None
    return found.subfilter is SubFilter.RFC3161 and found.embedded.sig_object.get("/Type") != "/DocTimeStamp"


def cms_faults(found: Field) -> list[str]:
    """Return what a signature's CMS lacks of docgen's profile (security.md §4.1 point 5), as words for `cms_words`.

    One signer info; detached; content type, message digest and an ESS signing certificate among the signed attributes
    (CAdES, RFC 5035; of a signature the second version: SHA-1 alone binds nothing), these in DER order (RFC 5652 clause
    5.4); nothing but zeros after the structure.
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
    elif found.subfilter is not SubFilter.RFC3161 and "signing_certificate_v2" not in names:
        faults.append("binding")
    if encoded != sorted(encoded) or len(names) != len(set(names)):
        faults.append("order")
    if found.subfilter is not SubFilter.RFC3161 and signed["encap_content_info"]["content"].native is not None:
        faults.append("attached")
    return faults


def binds_certificate(signer: bytes | None, attributes: cms.CMSAttributes) -> bool:
    """Say whether every ESS attribute names the signer's certificate, the second version by no weak digest.

    The first version knows SHA-1 alone (RFC 5035 clause 5.4.1). Time stamps may still have no other (RFC 3161 clause
    2.4.2); of a signature more is asked (`cms_faults`).
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

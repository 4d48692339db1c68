"""Certificates from bytes, and chains from a signer's certificate to an anchor, with every signature verified.

A chain here is what time rules speak about; whether it is good for signing (usage, constraints, algorithms) is asked of
the validation library, which gets exactly these certificates.
"""

from __future__ import annotations

import hashlib
import warnings
from functools import cached_property
from typing import TYPE_CHECKING

from asn1crypto import x509
from cryptography import x509 as verifying
from cryptography.exceptions import InvalidSignature

from docgen.model.certificates import Certificate, Holder, holder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Known", "Pool", "chain_of"]

# A chain of real certificates has at most four; a mesh must not make us walk for long (security.md §3).
_LONGEST_CHAIN = 6
_MOST_STEPS = 200


class Known:
    """One certificate. Equality is that of the bytes. Raises `ValueError` for what is no certificate."""

    def __init__(self, der: bytes) -> None:
        self.der = der
        self.asn1 = x509.Certificate.load(der, strict=True)
        validity = self.asn1["tbs_certificate"]["validity"]
        self.facts = Certificate(
            id=hashlib.sha256(der).hexdigest(),
            not_before=validity["not_before"].native,
            not_after=validity["not_after"].native,
        )
        self.subject: bytes = self.asn1.subject.dump()
        self.issuer: bytes = self.asn1.issuer.dump()

    @property
    def id(self) -> str:
        """SHA-256 of the bytes."""
        return self.facts.id

    @cached_property
    def verifying(self) -> verifying.Certificate:
        """The same certificate as the library that verifies signatures holds it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old certificates with odd serial numbers; the verdict does not rest on it
            return verifying.load_der_x509_certificate(self.der)

    @property
    def serial(self) -> str:
        """The serial number that the issuer gave it, in hexadecimal digits."""
        digits: str = self.asn1["tbs_certificate"]["serial_number"].contents.hex().upper()
        # A first byte of zeros only keeps the number from being negative.
        return digits.removeprefix("00") or digits

    @property
    def holder(self) -> Holder:
        """Whom the certificate names; personal codes are masked."""
        subject = {name: value for name, value in self.asn1.subject.native.items() if isinstance(value, str)}
        return holder_of(subject, self.subject)

    def issued_by(self, other: Known) -> bool:
        """Say whether `other` issued this certificate: names and signature agree."""
        if self.issuer != other.subject:
            return False
        try:
            self.verifying.verify_directly_issued_by(other.verifying)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True


class Pool:
    """All certificates at hand, each once; what cannot be parsed is left out."""

    def __init__(self, certificates: Iterable[bytes] = ()) -> None:
        self._by_subject: dict[bytes, dict[str, Known]] = {}
        for der in certificates:
            self.add(der)

    def add(self, der: bytes) -> Known | None:
        """Add a certificate and return it, None where the bytes are none."""
        try:
            known = Known(der)
        except (ValueError, TypeError, KeyError):
            return None
        return self._by_subject.setdefault(known.subject, {}).setdefault(known.id, known)

    def named(self, subject: bytes) -> list[Known]:
        """Return the certificates with that subject (DER)."""
        return list(self._by_subject.get(subject, {}).values())

    def __iter__(self) -> Iterator[Known]:
        for group in self._by_subject.values():
            yield from group.values()


def chain_of(leaf: Known, pool: Pool, anchors: Sequence[Known]) -> tuple[Known, ...] | None:
    """Return the chain from `leaf` to an anchor, both included; None where there is none.

    A leaf that is itself an anchor is a chain of one. The shortest chain is taken, anchors before other issuers.
    """
    ids = {anchor.id for anchor in anchors}
    if leaf.id in ids:
        return (leaf,)
    waiting: list[tuple[Known, ...]] = [(leaf,)]
    for _ in range(_MOST_STEPS):
        if not waiting:
            return None
        chain = waiting.pop(0)
        last = chain[-1]
        for anchor in anchors:
            if last.issued_by(anchor):
                return (*chain, anchor)
        if len(chain) < _LONGEST_CHAIN:
            seen = {known.id for known in chain}
            waiting += [
                (*chain, known) for known in pool.named(last.issuer) if known.id not in seen and last.issued_by(known)
            ]
    return None

"""Signing a PDF with a PKCS#12 file: one more signature in an invisible field, at a named PAdES level.

A level is a promise: where its time stamp or its revocation data cannot be had, nothing is signed and an error says
what is missing. A lower level must be asked for by name. The bytes that were there stay as they are, in front.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Self

from docgen.errors import MissingError, UsageError
from docgen.files import read_limited
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Credentials", "Level", "check_means", "check_request", "sign_pdf"]

_KEY_FILE_LIMIT = 1_000_000  # bytes; a PKCS#12 file with its chain has some thousand


class Level(StrEnum):
    """A PAdES baseline level (ETSI EN 319 142-1): bare, time-stamped, with validation data, with archive stamp."""

    B = "B-B"
    T = "B-T"
    LT = "B-LT"
    LTA = "B-LTA"

    @property
    def stamped(self) -> bool:
        """Whether the signature itself carries a time stamp."""
        return self is not Level.B

    @property
    def long_term(self) -> bool:
        """Whether validation data is put into the file."""
        return self in {Level.LT, Level.LTA}


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A private key (PKCS#8, DER), its certificate and the certificates that came with it."""

    key: bytes = field(repr=False)
    certificate: bytes
    chain: tuple[bytes, ...] = ()

    @property
    def holder(self) -> str:
        """The common name in the certificate: who signs or seals."""
        from cryptography import x509  # noqa: PLC0415 - only who signs pays for it

        names = x509.load_der_x509_certificate(self.certificate).subject.get_attributes_for_oid(
            x509.NameOID.COMMON_NAME
        )
        return str(names[0].value) if names else "-"

    @classmethod
    def from_pkcs12(cls, path: Path, password: str) -> Self:
        """Read a PKCS#12 file. Raises `MissingError` (no file, no key in it) or `UsageError` (wrong password)."""
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - only who signs pays for it
        from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415 - as above

        if not path.exists():
            raise MissingError(
                say("The key file {file} does not exist", file=str(path)),
                say("Name the PKCS#12 file (.p12, .pfx) of the seal or the official with --key."),
            )
        data = read_limited(path, _KEY_FILE_LIMIT)
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(data, password.encode())
        except ValueError as exc:
            raise UsageError(
                say("{file} does not open with this password, or is no PKCS#12 file", file=str(path)),
                say("Check the password; with --pass-file the first line of the file counts."),
            ) from exc
        if key is None or certificate is None:
            raise MissingError(
                say("{file} holds no private key with its certificate", file=str(path)),
                say("Export key and certificate together as PKCS#12."),
            )
        return cls(
            key=key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
            certificate=certificate.public_bytes(serialization.Encoding.DER),
            chain=tuple(other.public_bytes(serialization.Encoding.DER) for other in others),
        )


def sign_pdf(
    data: bytes, credentials: Credentials, *, level: Level, tsa_url: str | None, anchors: Sequence[bytes] = ()
) -> bytes:
    """Return `data` with one more signature, in the first free field `Signature1`, `Signature2` ….

    `anchors` (DER) are needed for the levels with validation data: the chains of signer and time stamp must end there.
    Revocation data is fetched from where the certificates say. Raises `MissingError` where the level cannot be had,
    `UsageError` where it needs a time-stamp address and none is given, `UnreadableError` where `data` is no sound PDF.
    """
    from docgen.signatures._pyhanko_seal import sign_bytes  # noqa: PLC0415 - pyHanko is heavy

    check_request(level, tsa_url, anchors)
    return sign_bytes(data, credentials, level=level, tsa_url=tsa_url, anchors=anchors)


def check_request(level: Level, tsa_url: str | None, anchors: Sequence[bytes]) -> None:
    """Refuse a level whose means are not even named."""
    check_means(level, tsa_url)
    if level.long_term and not anchors:
        raise MissingError(
            say("Level {level} needs trusted certificates, and none are given", level=level.value),
            say("Put the certificates of the authorities into trust/signers and trust/timestamps, or use --trust DIR."),
        )


def check_means(level: Level, tsa_url: str | None) -> None:
    """Refuse a level that needs a time stamp where no authority is named, or an address that is none."""
    if level.stamped and not tsa_url:
        raise UsageError(
            say("Level {level} needs a time stamp", level=level.value),
            say("Name the time-stamp authority with --tsa URL, or ask for --level B-B."),
        )
    if tsa_url and not tsa_url.startswith(("http://", "https://")):
        raise UsageError(
            say("{url} is no address of a time-stamp authority", url=tsa_url),
            say("It begins with http:// or https://."),
        )

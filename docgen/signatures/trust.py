"""Trust data: explicit anchors for signers and for time stamps, and revocation data, from a folder (formats.md §1).

Nothing else is ever trusted: not the operating system's list, not what a document brings along. The folder is read in
the main process and travels to the worker as bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.errors import TrustMissingError, UnreadableError
from docgen.files import read_limited
from docgen.model.report import TrustSummary
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["Trust", "load_trust"]

# security.md §3: one CRL or OCSP answer is at most 4 MB; a certificate is small.
_CERTIFICATE_LIMIT = 256 * 1024
_REVOCATION_LIMIT = 4 * 1024 * 1024
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Anchors and revocation data as DER bytes. An empty one trusts nobody."""

    signers: tuple[bytes, ...] = ()
    timestamps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def summary(self) -> TrustSummary:
        """Return what reports say about the trust data."""
        return TrustSummary(signers=len(self.signers), timestamps=len(self.timestamps))

    def given(self) -> dict[str, bytes]:
        """Return every item by its SHA-256: what `FileReport.material` refers to."""
        items = (*self.signers, *self.timestamps, *self.crls, *self.ocsps)
        return {hashlib.sha256(item).hexdigest(): item for item in items}

    def to_json(self) -> dict[str, list[str]]:
        """Return the trust data for the way to the worker."""
        return {
            name: [base64.b64encode(item).decode("ascii") for item in items]
            for name, items in (
                ("signers", self.signers),
                ("timestamps", self.timestamps),
                ("crls", self.crls),
                ("ocsps", self.ocsps),
            )
        }

    @classmethod
    def from_json(cls, value: dict[str, list[str]]) -> Trust:
        """Return what `to_json` wrote; anything else raises `KeyError` or `ValueError`."""
        read = {name: tuple(base64.b64decode(item, validate=True) for item in value[name]) for name in value}
        return cls(signers=read["signers"], timestamps=read["timestamps"], crls=read["crls"], ocsps=read["ocsps"])


def load_trust(folder: Path) -> Trust:
    """Read `signers/*.pem`, `timestamps/*.pem` and `revocation/*.crl|*.ocsp` of a trust folder.

    Sub-folders may be absent, the folder may not. Raises `TrustMissingError` for a folder that is not there or data
    in it that cannot be read: part of the trust data must never be left out in silence.
    """
    if not folder.is_dir():
        raise TrustMissingError(
            say("there is no trust folder {folder}", folder=str(folder)),
            say("Give a folder with signers/, timestamps/ and revocation/ after --trust."),
        )
    return Trust(
        signers=_all(folder / "signers", ("*.pem", "*.crt", "*.cer"), _CERTIFICATE_LIMIT, _certificates),
        timestamps=_all(folder / "timestamps", ("*.pem", "*.crt", "*.cer"), _CERTIFICATE_LIMIT, _certificates),
        crls=_all(folder / "revocation", ("*.crl",), _REVOCATION_LIMIT, _crls),
        ocsps=_all(folder / "revocation", ("*.ocsp",), _REVOCATION_LIMIT, _ocsps),
    )


def _all(folder: Path, patterns: Sequence[str], limit: int, parse: Callable[[bytes], list[bytes]]) -> tuple[bytes, ...]:
    found: dict[bytes, None] = {}
    for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
        try:
            items = parse(read_limited(path, limit))
        except UnreadableError as exc:
            raise TrustMissingError(exc.message, exc.hint) from exc
        except ValueError as exc:
            raise TrustMissingError(
                say("{file} in the trust folder cannot be read", file=str(path)),
                say("Fetch it again from its authority, or take it out of the folder."),
            ) from exc
        found.update(dict.fromkeys(items))
    return tuple(found)


def _blocks(data: bytes, label: bytes) -> list[bytes]:
    """Return the DER blocks of PEM data, or DER data as it is."""
    if b"-----BEGIN" not in data:
        return [data]
    blocks = [base64.b64decode(b"".join(body.split())) for name, body in _PEM.findall(data) if name == label]
    if not blocks:
        msg = "no block of that kind"
        raise ValueError(msg)
    return blocks


def _certificates(data: bytes) -> list[bytes]:
    from asn1crypto import x509  # noqa: PLC0415 - the command line pays for it only when trust is loaded

    blocks = _blocks(data, b"CERTIFICATE")
    for block in blocks:
        x509.Certificate.load(block, strict=True)["tbs_certificate"].native  # noqa: B018 - parsed to see that it can be
    return blocks


def _crls(data: bytes) -> list[bytes]:
    from asn1crypto import crl  # noqa: PLC0415 - the command line pays for it only when trust is loaded

    blocks = _blocks(data, b"X509 CRL")
    for block in blocks:
        crl.CertificateList.load(block, strict=True)["tbs_cert_list"]["this_update"].native  # noqa: B018 - as above
    return blocks


def _ocsps(data: bytes) -> list[bytes]:
    from asn1crypto import ocsp  # noqa: PLC0415 - the command line pays for it only when trust is loaded

    ocsp.OCSPResponse.load(data, strict=True)["response_status"].native  # noqa: B018 - as above
    return [data]

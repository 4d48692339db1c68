"""A throw-away public-key infrastructure on loopback, for the demonstration and for tests.

`TestPki(folder)` makes its keys (EC P-256), serves OCSP, CRLs and time stamps over HTTP from a thread on a free port
of 127.0.0.1, writes a trust folder (`signers/`, `timestamps/`, `revocation/`), and hands out PKCS#12 files for invented
persons and organisations. It promises nothing about secrecy: keys lie in `folder` under a known password.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
import unicodedata
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from asn1crypto import pem, x509
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, PKIArchitecture, ServiceLabel
from certomancer.registry.config import CertomancerConfig
from certomancer.services import CRLBuilder, choose_signed_digest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug.serving import WSGIRequestHandler, make_server

from docgen.demo.authorities import AUTHORITIES, Holder, Revocation, architecture
from docgen.files import write_new

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from docgen.signatures.sign import Level

__all__ = ["PASSWORD", "TestPki"]

PASSWORD = "demo"  # noqa: S105 - the keys are thrown away; that everybody knows the password is the point
_DEMO, _ROGUE = "demo", "rogue"
_FIRST_NUMBER = 0x2000


class _Quiet(WSGIRequestHandler):
    """Serves without a word on the terminal."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ANN401 - Werkzeug's signature
        """Say nothing."""


class TestPki:
    """A context manager; everything it offers is there between entering and leaving.

    `start` is the day around which certificates are valid (default: now); `responder_ends` lets the OCSP responder of
    the signers expire early. With `time_machine` the served moments follow the travelled clock.
    """

    __test__ = False  # pytest: no test case, in spite of its name

    def __init__(self, folder: Path, *, start: datetime | None = None, responder_ends: datetime | None = None) -> None:
        self.folder = folder
        self.trust_folder = folder / "trust"
        self._start = (start or datetime.now(tz=UTC)).replace(microsecond=0)
        self._responder_ends = responder_ends or self._start + timedelta(days=1640)
        self._keys: dict[str, dict[str, str]] = {_DEMO: {}, _ROGUE: {}}
        self._holders: dict[str, list[Holder]] = {_DEMO: [], _ROGUE: []}
        self._certificates: dict[str, dict[CertLabel, x509.Certificate]] = {_DEMO: {}, _ROGUE: {}}
        self._architectures: dict[ArchLabel, PKIArchitecture] = {}
        self._lock = threading.RLock()
        self._stack = ExitStack()
        self._address = ""

    def __enter__(self) -> Self:
        """Make keys, start to serve, write the trust folder."""
        logging.getLogger("certomancer").setLevel(logging.CRITICAL)
        animator = Animator(AnimatorArchStore(self._architectures), with_web_ui=False, allow_time_override=False)
        server = make_server("127.0.0.1", 0, animator, threaded=True, request_handler=_Quiet)
        self._address = f"http://127.0.0.1:{server.server_port}"
        for hierarchy in (_DEMO, _ROGUE):
            for label in AUTHORITIES:
                self._make_key(hierarchy, label)
            self._rebuild(hierarchy)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self._stack.callback(thread.join)
        self._stack.callback(server.server_close)
        self._stack.callback(server.shutdown)
        for kind in ("signers", "timestamps"):
            certificate = self.certificate(kind)
            armoured = pem.armor("CERTIFICATE", certificate.dump())
            write_new(self.trust_folder / kind / "demo.pem", armoured, replace=True)
        (self.trust_folder / "revocation").mkdir(exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving; the files stay."""
        self._stack.close()

    @property
    def tsa_url(self) -> str:
        """Where time stamps are to be had."""
        return f"{self._address}/{_DEMO}/tsa/tsa"

    @property
    def rogue_tsa_url(self) -> str:
        """Where time stamps are to be had that nobody trusts."""
        return f"{self._address}/{_ROGUE}/tsa/tsa"

    def signer(self, name: str, *, begins: datetime | None = None, ends: datetime | None = None) -> Path:
        """Return the PKCS#12 file of a person, made at the first call. The last word of `name` is the surname."""
        return self._person(_DEMO, name, begins, ends)

    def rogue_signer(self, name: str) -> Path:
        """Return the PKCS#12 file of a person whose authority nobody trusts."""
        return self._person(_ROGUE, name, None, None)

    def seal(self, name: str, registration_number: str) -> Path:
        """Return the PKCS#12 file of an organisation's seal."""
        subject = (
            ("country-name", "LV"),
            ("organization-name", name),
            ("organization-identifier", f"NTRLV-{registration_number}"),
            ("common-name", name),
        )
        return self._issue(_DEMO, name, subject, None, None, seal=True)

    def revoke(self, name: str, *, since: datetime | None = None, reason: str = "key_compromise") -> None:
        """Revoke a signer's certificate; OCSP says so at once, the CRL of the trust folder is written anew."""
        since = (since or datetime.now(tz=UTC)).replace(microsecond=0)
        with self._lock:
            self._holders[_DEMO] = [
                replace(holder, revocation=Revocation(since=since, reason=reason))
                if holder.label == _label(name)
                else holder
                for holder in self._holders[_DEMO]
            ]
            self._rebuild(_DEMO)
        self.write_revocation()

    def write_revocation(self) -> None:
        """Write the current CRLs into the trust folder; a new one replaces the old."""
        for kind in ("signers", "timestamps"):
            write_new(self.trust_folder / "revocation" / f"{kind}.crl", self.crl(kind), replace=True)

    def certificate(self, label: str, *, rogue: bool = False) -> x509.Certificate:
        """Return an authority's certificate by its label, or a person's by name."""
        hierarchy = self._architectures[ArchLabel(_ROGUE if rogue else _DEMO)]
        return hierarchy.get_cert(CertLabel(label if label in AUTHORITIES else _label(label)))

    def crl(self, kind: str = "signers", *, at: datetime | None = None, days: int = 7) -> bytes:
        """Return a CRL (DER) of the authority for `signers` or `timestamps`, as issued at that moment."""
        at = (at or datetime.now(tz=UTC)).replace(microsecond=0)
        hierarchy = self._architectures[ArchLabel(_DEMO)]
        repository = hierarchy.service_registry.get_crl_repo_info(ServiceLabel(kind))
        key = hierarchy.key_set.get_asym_key(repository.signing_key)
        issuer = hierarchy.get_cert(CertLabel(kind))
        builder = CRLBuilder(
            issuer_name=issuer.subject,
            issuer_key=key.private,
            signature_algo=choose_signed_digest("sha256", key.public, None),
            authority_key_identifier=issuer.key_identifier_value,
        )
        revoked = list(hierarchy.get_revoked_certs_at_time(at, repository))
        found: bytes = builder.build_crl(int(at.timestamp()), at, at + timedelta(days=days), revoked).dump()
        return found

    def sign(
        self, pdf: bytes, signer: Path | str, level: Level | str = "B-LT", at: datetime | None = None, *, tsa: str = ""
    ) -> bytes:
        """Return `pdf` with one more signature, at the given moment if one is named (then `time_machine` travels)."""
        from docgen.signatures.sign import Credentials, Level, sign_pdf  # noqa: PLC0415 - pyHanko is heavy

        path = self.signer(signer) if isinstance(signer, str) else signer
        anchors = [
            self.certificate(kind, rogue=rogue).dump() for rogue in (False, True) for kind in ("signers", "timestamps")
        ]
        with ExitStack() as stack:
            if at is not None:
                import time_machine  # noqa: PLC0415 - only for moments other than now

                stack.enter_context(time_machine.travel(at, tick=True))
            return sign_pdf(
                pdf,
                Credentials.from_pkcs12(path, PASSWORD),
                level=Level(level),
                tsa_url=tsa or self.tsa_url,
                anchors=anchors,
            )

    def _person(self, hierarchy: str, name: str, begins: datetime | None, ends: datetime | None) -> Path:
        given, _, surname = name.rpartition(" ")
        code = f"PNOLV-320000-{len(self._holders[hierarchy]) + 1:05d}"
        subject = (
            ("country-name", "LV"),
            ("common-name", name),
            ("surname", surname),
            ("given-name", given or surname),
            ("serial-number", code),
        )
        return self._issue(hierarchy, name, subject, begins, ends, seal=False)

    def _issue(
        self,
        hierarchy: str,
        name: str,
        subject: tuple[tuple[str, str], ...],
        begins: datetime | None,
        ends: datetime | None,
        *,
        seal: bool,
    ) -> Path:
        label = _label(name)
        path = self.folder / "keys" / hierarchy / f"{label}.p12"
        with self._lock:
            if any(holder.label == label for holder in self._holders[hierarchy]):
                return path
            holder = Holder(
                label=label,
                subject=subject,
                number=_FIRST_NUMBER + len(self._holders[hierarchy]),
                begins=begins or self._start - timedelta(days=60),
                ends=ends or self._start + timedelta(days=3 * 365),
                seal=seal,
            )
            self._holders[hierarchy].append(holder)
            self._make_key(hierarchy, label)
            self._rebuild(hierarchy)
            package = self._architectures[ArchLabel(hierarchy)].package_pkcs12(
                CertLabel(label), password=PASSWORD.encode()
            )
        write_new(path, package, replace=True)
        return path

    def _make_key(self, hierarchy: str, label: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self.folder / "keys" / hierarchy / f"{label}.der"
        write_new(path, key, replace=True)
        self._keys[hierarchy][label] = str(path)

    def _rebuild(self, hierarchy: str) -> None:
        """Read the description anew; certificates that were issued stay as they are."""
        keys = {"keys": {label: {"path": path} for label, path in self._keys[hierarchy].items()}}
        # Reading the configuration also loads the plugins that its extensions name.
        loaded = CertomancerConfig(
            {"keysets": {hierarchy: keys}, "pki-architectures": {}}, str(self.folder), lazy_load_keys=True
        )
        built = PKIArchitecture.build_architecture(
            ArchLabel(hierarchy),
            architecture(hierarchy, self._start, self._holders[hierarchy], self._responder_ends),
            loaded.key_sets,
            self._address,
            cert_cache=self._certificates[hierarchy],
        )
        self._architectures[ArchLabel(hierarchy)] = built


def _label(name: str) -> str:
    """Return an ASCII label for a name: readable, and distinct for distinct names."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return f"{re.sub(r'[^a-z0-9]+', '-', plain).strip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"

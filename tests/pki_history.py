"""Signed letters with a history: signed, stamped, enriched and revoked at chosen moments by the test authorities."""

from __future__ import annotations

import io
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import time_machine
from asn1crypto import crl, ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.ocsp import OCSPRequestBuilder
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from docgen.demo.pki import TestPki

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
LATER = {
    "now": NOW + timedelta(minutes=30),
    "+1 y": NOW + timedelta(days=366),
    "+2 y": NOW + timedelta(days=2 * 366),
    "+12 y": NOW + timedelta(days=12 * 366),
}


def blank_letter() -> bytes:
    """A page without words: what is signed does not matter here."""
    out = writer.PdfFileWriter(stream_xrefs=False)
    page = writer.PageObject(
        contents=out.add_object(generic.StreamObject(stream_data=b"q Q")),
        media_box=generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
    )
    out.insert_page(page)
    target = io.BytesIO()
    out.write(target)
    return target.getvalue().rstrip() + b"\n"


class History:
    """The pen of one test: every step at its own moment."""

    def __init__(self, pki: TestPki) -> None:
        self.pki = pki
        self.letter = blank_letter()

    def sign(self, signer, level, at, pdf=None, *, rogue_stamp=False) -> bytes:
        tsa = self.pki.rogue_tsa_url if rogue_stamp else ""
        return self.pki.sign(pdf or self.letter, signer, level, at, tsa=tsa)

    def stamp(self, pdf: bytes, at: datetime) -> bytes:
        """One more document time stamp, without validation data."""
        with time_machine.travel(at, tick=True):
            stamper = PdfTimeStamper(HTTPTimeStamper(self.pki.tsa_url, timeout=10))
            output = stamper.timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256")
        return output.getvalue()

    def answer(self, name: str, at: datetime, *, service: str = "signers") -> ocsp.OCSPResponse:
        """What the responder says about a certificate at a moment."""
        certificate, issuer = (
            x509.load_der_x509_certificate(self.pki.certificate(label).dump()) for label in (name, service)
        )
        request = OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1()).build()
        url = f"{self.pki.tsa_url.removesuffix('/tsa/tsa')}/ocsp/{service}"
        body = request.public_bytes(serialization.Encoding.DER)
        sent = urllib.request.Request(url, body, {"Content-Type": "application/ocsp-request"})
        with time_machine.travel(at, tick=True), urllib.request.urlopen(sent) as response:
            return ocsp.OCSPResponse.load(response.read())

    def crl(self, kind: str, at: datetime) -> crl.CertificateList:
        return crl.CertificateList.load(self.pki.crl(kind, at=at))

    def store(self, pdf: bytes, *, ocsps=(), crls=(), certs=()) -> bytes:
        """A DSS dictionary in a revision of its own."""
        output = io.BytesIO(pdf)
        DocumentSecurityStore.add_dss(output, None, certs=list(certs), ocsps=list(ocsps), crls=list(crls))
        return output.getvalue()


SHORT = NOW + timedelta(days=396)
YEAR = timedelta(days=365)


@contextmanager
def history(folder, **settings):
    """Authorities around NOW, and a pen."""
    with TestPki(folder, start=NOW, **settings) as pki:
        yield History(pki)


def planned_files(past: History, short: History) -> dict[str, bytes]:
    """The planned histories: signer valid to +13 months, responder to +4.5 years (`short`: +6 months), TSA to +7."""
    pki = past.pki
    anna = pki.signer("Anna Bērziņa", ends=SHORT)
    other = pki.signer("Jānis Ozols", ends=SHORT)
    seal = pki.seal("Parauga ministrija", "90000000000")
    lost = pki.signer("Pauls Zudis", ends=SHORT)
    old = pki.signer("Vecais Raksts", ends=NOW - timedelta(days=5))
    files = {
        "B-B": past.sign(anna, "B-B", NOW),
        "B-T": past.sign(anna, "B-T", NOW),
        "B-LT": past.sign(anna, "B-LT", NOW),
        "B-LTA": past.sign(anna, "B-LTA", NOW),
        "B-T, TSA untrusted": past.sign(anna, "B-T", NOW, rogue_stamp=True),
        "seal B-LT": past.sign(seal, "B-LT", NOW),
        "expired since, B-T": past.sign(old, "B-T", NOW - 30 * timedelta(days=1)),
        "expired since, B-LT": past.sign(old, "B-LT", NOW - 30 * timedelta(days=1)),
        "expired since, B-LTA": past.sign(old, "B-LTA", NOW - 30 * timedelta(days=1)),
        "responder short, B-LT": short.sign(short.pki.signer("Anna Bērziņa", ends=SHORT), "B-LT", NOW),
        "responder short, B-LTA": short.sign(short.pki.signer("Anna Bērziņa", ends=SHORT), "B-LTA", NOW),
    }
    files["B-B + stamp"] = past.stamp(files["B-B"], NOW + timedelta(minutes=2))
    ours = [pki.certificate(label) for label in ("Anna Bērziņa", "signers")]
    stored = past.store(files["B-B"], ocsps=[past.answer("Anna Bērziņa", NOW)], certs=ours)
    files["B-B + DSS + stamp"] = past.stamp(stored, NOW + timedelta(minutes=2))
    files["B-T + stamp"] = past.stamp(files["B-T"], NOW + timedelta(minutes=2))
    stamps = past.crl("timestamps", NOW - timedelta(hours=1))
    lists = [past.crl("signers", NOW - timedelta(hours=1)), stamps]
    files["B-LT, CRL only"] = past.store(files["B-T"], crls=lists, certs=ours)
    rogue = past.store(files["B-T, TSA untrusted"], ocsps=[past.answer("Anna Bērziņa", NOW)], certs=ours)
    files["B-LT, TSA untrusted"] = rogue
    files["two B-LT"] = past.sign(other, "B-LT", NOW + timedelta(minutes=5), files["B-LT"])
    files["second archive stamp"] = past.stamp(files["B-LTA"], NOW + timedelta(days=2))
    files["revoked after, B-LT"] = past.sign(lost, "B-LT", NOW - timedelta(days=20))
    files["revoked after, B-LTA"] = past.sign(lost, "B-LTA", NOW - timedelta(days=20))
    late = past.sign(lost, "B-T", NOW - timedelta(days=20))
    before = past.answer("Pauls Zudis", NOW - timedelta(days=20))
    signed_after = past.sign(lost, "B-T", NOW)
    pki.revoke("Pauls Zudis", since=NOW - timedelta(days=10))
    his = [pki.certificate(label) for label in ("Pauls Zudis", "signers")]
    told = [past.answer("Pauls Zudis", NOW)]
    files["revoked after, B-T, told later"] = past.store(late, ocsps=told, crls=[stamps], certs=his)
    files["revoked before, B-T"] = signed_after
    files["revoked before, B-LT"] = past.store(signed_after, ocsps=told, crls=[stamps], certs=his)
    newest = past.crl("signers", NOW)
    files["signed after revocation, old OCSP, CRL that lists it"] = past.store(
        signed_after, ocsps=[before], crls=[newest, stamps], certs=his
    )
    files["signed after expiry, OCSP from before"] = past.store(
        past.sign(old, "B-T", NOW),
        ocsps=[past.answer("Vecais Raksts", NOW - timedelta(days=6))],
        crls=[stamps],
        certs=[pki.certificate("Vecais Raksts"), pki.certificate("signers")],
    )
    files["signed after expiry, OCSP from after"] = past.store(
        past.sign(old, "B-T", NOW),
        ocsps=[past.answer("Vecais Raksts", NOW)],
        crls=[stamps],
        certs=[pki.certificate("Vecais Raksts"), pki.certificate("signers")],
    )
    return files

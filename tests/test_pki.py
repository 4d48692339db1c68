"""The throw-away authorities: certificates like Latvian ones, served on loopback, gone when the block ends."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import crl, pem, x509
from cryptography.hazmat.primitives.serialization import pkcs12

from docgen.demo.pki import PASSWORD, TestPki

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("pki"), start=NOW) as pki:
        yield pki


def test_a_person_has_a_certificate_like_a_latvian_one(pki):
    pki.signer("Anna Bērziņa")
    certificate = pki.certificate("Anna Bērziņa")
    subject = certificate.subject.native
    assert subject["common_name"] == "Anna Bērziņa"
    assert (subject["given_name"], subject["surname"]) == ("Anna", "Bērziņa")
    assert subject["serial_number"].startswith("PNOLV-")
    assert certificate.key_usage_value.native == {"non_repudiation"}


def test_a_seal_names_the_organisation(pki):
    pki.seal("Parauga ministrija", "90000000000")
    subject = pki.certificate("Parauga ministrija").subject.native
    assert subject["organization_identifier"] == "NTRLV-90000000000"
    assert "given_name" not in subject


def test_the_key_file_opens_with_the_password_and_carries_its_chain(pki):
    data = pki.signer("Anna Bērziņa").read_bytes()
    key, certificate, others = pkcs12.load_key_and_certificates(data, PASSWORD.encode())
    assert key is not None
    assert certificate is not None
    assert len(others) == 2


def test_the_same_name_gets_the_same_key_and_other_names_other_ones(pki):
    first = pki.signer("Jānis Ozols").read_bytes()
    assert pki.signer("Jānis Ozols").read_bytes() == first
    assert pki.signer("Janis Ozols").read_bytes() != first


def test_the_anchors_are_the_issuing_authorities(pki):
    for kind in ("signers", "timestamps"):
        label, _, der = pem.unarmor((pki.trust_folder / kind / "demo.pem").read_bytes())
        assert label == "CERTIFICATE"
        assert x509.Certificate.load(der).dump() == pki.certificate(kind).dump()
    issuer = pki.certificate("Anna Bērziņa").issuer
    assert issuer == pki.certificate("signers").subject


def test_nobody_trusts_the_other_hierarchy(pki):
    pki.rogue_signer("Anna Bērziņa")
    trusted = {path.read_bytes() for path in pki.trust_folder.rglob("*.pem")}
    for kind in ("root", "signers", "timestamps"):
        assert pem.armor("CERTIFICATE", pki.certificate(kind, rogue=True).dump()) not in trusted


def test_a_revocation_stands_in_the_list_and_changes_no_certificate(pki):
    pki.signer("Zane Kalna")
    before = pki.certificate("Zane Kalna").dump()
    pki.revoke("Zane Kalna", since=NOW - timedelta(days=1))
    assert pki.certificate("Zane Kalna").dump() == before
    listed = crl.CertificateList.load((pki.trust_folder / "revocation" / "signers.crl").read_bytes())
    numbers = {
        entry["user_certificate"].native: entry["revocation_date"].native
        for entry in listed["tbs_cert_list"]["revoked_certificates"]
    }
    assert numbers == {pki.certificate("Zane Kalna").serial_number: NOW - timedelta(days=1)}


def test_a_list_from_before_the_revocation_does_not_have_it(pki):
    pki.signer("Zane Kalna")
    pki.revoke("Zane Kalna", since=NOW - timedelta(days=1))
    earlier = crl.CertificateList.load(pki.crl(at=NOW - timedelta(days=2)))
    assert not len(earlier["tbs_cert_list"]["revoked_certificates"])


def test_nothing_is_served_after_the_block(tmp_path):
    with TestPki(tmp_path) as pki:
        url = pki.tsa_url
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url, data=b"x", timeout=2)

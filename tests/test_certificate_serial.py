"""The serial number of a signer's certificate, by which a power of attorney can name whom it authorises."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from docgen.demo.pki import PASSWORD
from docgen.messages import Language
from docgen.signatures.batch import Submission
from docgen.signatures.chains import Known
from docgen.signatures.reports import to_json, to_text
from docgen.signatures.sign import Credentials
from tests.letters import A, letter_pdf

NAMES = ("Anna Bērziņa", "Jānis Ozols")


def test_each_signature_names_the_serial_number_of_its_own_signer_s_certificate(pki, verifier, tmp_path):
    path = tmp_path / "letter.pdf"
    signed = letter_pdf("accession", A, NAMES)
    for name in NAMES:
        signed = pki.sign(signed, name, "B-T")
    path.write_bytes(signed)
    now = datetime.now(tz=UTC)
    report = verifier.report([Submission(name="letter.pdf", path=path)], as_of=now)
    serials = []
    for name in NAMES:
        certificate = Credentials.from_pkcs12(pki.signer(name), PASSWORD).certificate
        serials.append(x509.load_der_x509_certificate(certificate).serial_number)
    found = [one["certificate_serial"] for one in to_json(report, str)["files"][0]["signatures"]]
    assert [int(one, 16) for one in found] == serials
    assert len(set(found)) == 2
    pairs = " ".join(found[0][start : start + 2] for start in range(0, len(found[0]), 2))
    assert f"certificate with the serial number {pairs}" in to_text(report, Language.EN)


@pytest.mark.parametrize(("number", "written"), [(1, "01"), (0x7F, "7F"), (0x80, "80"), (0x00FE02, "FE02")])
def test_a_serial_number_is_written_in_whole_bytes_without_the_one_of_its_sign(number, written):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Anna Bērziņa")])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), number)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    assert Known(made.public_bytes(Encoding.DER)).serial == written

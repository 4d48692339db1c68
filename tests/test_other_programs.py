"""Signed files as other programs leave them: what they do otherwise than docgen, and what that is worth."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from docgen.demo.pki import TestPki
from docgen.model.policy import POLICIES
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Decision
from docgen.model.report import Changes
from docgen.signatures.trust import Trust, load_trust
from docgen.signatures.verify import verify_bytes
from tests.forged import Pen, document_stamp, forge, framed, opened, revised, stamp, text_of
from tests.letters import A, letter_pdf


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("pki")) as pki:
        pki.signer("Anna Bērziņa")
        pki.write_revocation()
        yield pki


@pytest.fixture(scope="module")
def trust(pki):
    return load_trust(pki.trust_folder)


@pytest.fixture(scope="module")
def letter():
    return letter_pdf("accession", A, ["Anna Bērziņa"])


@pytest.fixture(scope="module")
def anna(pki):
    return Pen.of(pki.signer("Anna Bērziņa"))


@pytest.fixture(scope="module")
def clock(pki):
    return Pen.stamping(pki)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("another")) as another:
        yield Pen.stamping(another)


@pytest.fixture(scope="module")
def good(letter, anna, clock):
    return forge(framed(letter), anna, stamp(clock))


@pytest.fixture(scope="module")
def bad_stamps(clock, stranger):
    return [(clock, {"over": b"other"}), (stranger, {})]


@pytest.fixture
def judge(trust):
    def verify(data, policy="by-anchor", trust=trust):
        now = datetime.now(tz=UTC)
        profile, policy = PROFILES["document"], POLICIES[policy]
        return verify_bytes(data, name="x.pdf", trust=trust, policy=policy, as_of=now, profile=profile)

    return verify


def codes(report):
    return [reason.code.value for reason in report.reasons]


# --- time stamps of the document --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [b"/Sig", b""], ids=["typed as a signature", "without a type"])
def test_a_time_stamp_that_does_not_call_itself_one_is_passed_over(judge, good, clock, kind):
    report = judge(document_stamp(good, clock, kind=kind))
    (signature,) = report.signatures
    assert (report.decision, codes(report)) == (Decision.ACCEPT, [])
    assert (signature.changes, len(signature.timestamps)) == (Changes.PERMITTED, 1)
    assert signature.level == judge(good).signatures[0].level


def test_a_time_stamp_that_does_not_call_itself_one_proves_no_time(judge, letter, anna, clock):
    unstamped = forge(framed(letter), anna)
    report = judge(document_stamp(unstamped, clock, kind=b"/Sig"))
    (signature,) = report.signatures
    assert (signature.proven_time, signature.timestamps, signature.level) == (None, (), "PAdES-BASELINE-B")
    assert codes(report) == ["TIME"]
    assert codes(judge(document_stamp(unstamped, clock))) == []


def test_a_time_stamp_that_does_not_call_itself_one_is_no_signature(judge, letter, clock):
    empty = revised(letter, _empty_form(letter))
    for kind in (b"/Sig", b"/DocTimeStamp"):
        assert codes(judge(document_stamp(empty, clock, kind=kind))) == ["UNSIGNED"]


def _empty_form(letter):
    root = opened(letter).root
    return {root.number: text_of(letter, root)[:-2] + b" /AcroForm 880 0 R >>", 880: b"<< /Fields [] >>"}


@pytest.mark.parametrize("policy", ["by-anchor", "lenient"])
@pytest.mark.parametrize("kind", [b"/Sig", b"/DocTimeStamp"])
def test_a_bad_time_stamp_added_later_is_refused_for_itself_not_as_a_change(judge, good, bad_stamps, kind, policy):
    for pen, bent in bad_stamps:
        report = judge(document_stamp(good, pen, kind=kind, **bent), policy)
        assert (report.decision, codes(report)) == (Decision.REFUSE, ["TIME"])
        assert report.signatures[0].changes is Changes.PERMITTED


@pytest.mark.parametrize("kind", [b"/Sig", b"/DocTimeStamp"])
def test_a_broken_time_stamp_before_the_signature_is_never_ignored(judge, letter, anna, clock, kind):
    empty = revised(letter, _empty_form(letter))
    for bent, expected in (({}, []), ({"over": b"other"}, ["TIME"])):
        first = document_stamp(empty, clock, kind=kind, number=890, **bent)
        frame = framed(first, form=b"<< /Fields [890 0 R 901 0 R] /SigFlags 3 >>")
        report = judge(forge(frame, anna, stamp(clock)), "lenient")
        assert codes(report) == expected


# --- keys and forms of older programs -------------------------------------------------------------------------------


def test_a_modulus_without_its_leading_zero_is_read_as_positive(judge, pki, letter):
    pen = Pen.under(pki, key=rsa.generate_private_key(65537, 2048))
    bent = _negative(pen.certificates[0])
    report = judge(forge(framed(letter), Pen(pen.key, [bent])), "lenient", Trust(signers=(bent.dump(),)))
    (signature,) = report.signatures
    assert (signature.intact, codes(report)) == (True, [])
    other = Pen(rsa.generate_private_key(65537, 2048), [bent])
    assert codes(judge(forge(framed(letter), other), "lenient", Trust(signers=(bent.dump(),)))) == ["CRYPTO"]


def _negative(certificate: x509.Certificate) -> x509.Certificate:
    """The certificate with the sign of its modulus cut off, as old Estonian cards have it; its signature is broken."""
    key = certificate.public_key
    numbers = key["public_key"].parsed
    short = numbers["modulus"].contents[1:]
    assert short[0] >= 0x80
    body = b"\x02\x82" + len(short).to_bytes(2, "big") + short + numbers["public_exponent"].dump()
    public = b"\x30\x82" + len(body).to_bytes(2, "big") + body
    bits = b"\x03\x82" + (len(public) + 1).to_bytes(2, "big") + b"\x00" + public
    algorithm = key["algorithm"].dump()
    whole = b"\x30\x82" + (len(algorithm) + len(bits)).to_bytes(2, "big") + algorithm + bits
    tbs = certificate["tbs_certificate"]
    inner = b"".join(whole if name == "subject_public_key_info" else tbs[name].dump() for name in tbs.native)
    content = b"\x30\x82" + len(inner).to_bytes(2, "big") + inner
    rest = certificate["signature_algorithm"].dump() + certificate["signature_value"].dump()
    return x509.Certificate.load(b"\x30\x82" + (len(content) + len(rest)).to_bytes(2, "big") + content + rest)


def test_usage_rights_are_named_and_refused(judge, letter, anna):
    rights = b"<< /Type /Sig /SubFilter /adbe.pkcs7.detached /ByteRange [0 10 20 30] /Contents <00> >>"
    objects = {904: b"<< /UR3 905 0 R >>", 905: rights}
    report = judge(forge(framed(letter, root=b"/Perms 904 0 R", objects=objects), anna))
    assert report.decision is Decision.REFUSE
    (reason,) = [reason for reason in report.reasons if reason.code.value == "COVERAGE"]
    assert re.search("usage rights", str(reason.message))


def test_a_field_filled_in_after_signing_is_named(judge, letter, anna):
    text = b"<< /FT /Tx /T (sum) /V (%s) >>"
    form = b"<< /Fields [901 0 R 906 0 R] /SigFlags 3 >>"
    signed = forge(framed(letter, form=form, objects={906: text % b"1"}), anna)
    report = judge(revised(signed, {906: text % b"2"}))
    (reason,) = [reason for reason in report.reasons if reason.code.value == "CHANGED"]
    assert re.search("a field of the form", str(reason.message))

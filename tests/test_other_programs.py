"""Signed files as other programs leave them: what they do otherwise than docgen, and what that is worth."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import cms, parser, x509
from cryptography import x509 as issuing
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from cryptography.x509 import ocsp

from docgen.demo.pki import TestPki
from docgen.model.policy import POLICIES
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Decision
from docgen.model.report import Changes
from docgen.signatures._pyhanko import fields_of
from docgen.signatures.dates import pdf_date
from docgen.signatures.trust import Trust, load_trust
from docgen.signatures.verify import verify_bytes
from tests.forged import (
    CONTENTS,
    MARK,
    Pen,
    attribute,
    document_stamp,
    filled,
    forge,
    framed,
    opened,
    page_of,
    revised,
    signed_data,
    stamp,
    stamped,
    text_of,
)
from tests.letters import A, letter_pdf
from tests.pdfs import stream


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
    return [(clock, {"over": b"other"}), (clock, {"imprint": "sha1"}), (stranger, {})]


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


@pytest.mark.parametrize("key", [ed25519.Ed25519PrivateKey.generate()], ids=["ed25519"])
def test_an_algorithm_that_the_european_list_does_not_name_signs_nothing(judge, pki, letter, key):
    pen = Pen.under(pki, key=key)
    report = judge(
        forge(framed(letter), pen, digest="sha512", sign=lambda data: (key.sign(data), {"algorithm": "ed25519"}))
    )
    assert "ALG" in codes(report)


CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1, ec.BrainpoolP256R1, ec.BrainpoolP384R1)


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_the_curves_of_the_european_list_sign(judge, pki, letter, clock, curve):
    pen = Pen.under(pki, key=ec.generate_private_key(curve()))
    assert codes(judge(forge(framed(letter), pen, stamp(clock)))) == []


def test_lengths_that_are_left_open_are_read(judge, letter, anna, clock):
    def inside(der, part):
        return parser.parse(der)[part]

    def make(covered):
        made = stamped(signed_data(covered, anna), stamp(clock))
        whole = inside(cms.ContentInfo({"content_type": "signed_data", "content": made}).dump(), 4)
        kind = inside(whole, 3) + inside(whole, 4)
        data = inside(inside(whole[len(kind) :], 4), 4)
        return b"\x30\x80" + kind + b"\xa0\x80\x30\x80" + data + bytes(6)

    assert codes(judge(filled(framed(letter), make))) == []


# --- what a signature says about changes, and what it stamps ----------------------------------------------------------

CERTIFIED = (
    b" /Reference [<< /Type /SigRef /TransformMethod /DocMDP"
    b" /TransformParams << /Type /TransformParams /P %d /V /1.2 >> >>]"
)


@pytest.fixture(scope="module")
def second_signer(pki):
    return Pen.of(pki.signer("Jānis Ozols"))


@pytest.fixture(scope="module")
def certified(letter, anna, clock):
    """The letter certified with one of the three permissions (ISO 32000-2 table 257)."""

    def made(permission):
        frame = framed(letter, dictionary=CERTIFIED % permission, root=b"/Perms << /DocMDP 902 0 R >>")
        return forge(frame, anna, stamp(clock))

    return made


def test_a_signer_who_allowed_no_changes_is_heard_about_later_signatures(judge, certified, second_signer, clock):
    report = judge(second_signature(certified(1), second_signer, clock))
    (reason,) = report.reasons
    assert (report.decision, reason.code.value, reason.where) == (Decision.REFUSE, "CHANGED", "S1")
    assert re.search("this signature does not allow", str(reason.message))


@pytest.mark.parametrize("permission", [2, 3])
def test_signatures_that_the_first_signer_allowed_are_no_change(judge, certified, second_signer, clock, permission):
    assert codes(judge(second_signature(certified(permission), second_signer, clock))) == []


@pytest.mark.parametrize("permission", [1, 2, 3])
def test_time_stamps_are_allowed_by_whoever_certifies(judge, certified, clock, permission):
    assert codes(judge(document_stamp(certified(permission), clock))) == []


def second_signature(first, pen, clock):
    page, number = page_of(first), 960
    moment = datetime.now(tz=UTC).strftime("%Y%m%d%H%M%S").encode()
    frame = revised(first, {
        900: b"<< /Fields [901 0 R %d 0 R] /SigFlags 3 >>" % number,
        page.number: text_of(first, page).replace(b"/Annots [901 0 R]", b"/Annots [901 0 R %d 0 R]" % number),
        number: b"<< /FT /Sig /T (S2) /Type /Annot /Subtype /Widget /P %d 0 R /V %d 0 R /F 132 /Rect [0 0 0 0] >>"
        % (page.number, number + 1),
        number + 1: b"<< /M (D:" + moment + b"+00'00') /Type /Sig /Filter /Adobe.PPKLite /SubFilter "
        b"/ETSI.CAdES.detached /Contents " + CONTENTS + b" /ByteRange " + MARK + b" >>",
    })  # fmt: skip
    return forge(frame, pen, stamp(clock))


@pytest.mark.parametrize("policy", ["by-anchor", "lenient"])
def test_a_time_stamp_among_what_is_signed_proves_nothing_and_must_be_sound(judge, letter, anna, clock, policy):
    def signed(over, token):
        def make(covered):
            inner = cms.ContentInfo.load(stamp(clock)(covered if over is None else over).dump())
            made = stamped(signed_data(covered, anna, more=[attribute("content_time_stamp", inner)]), token)
            return cms.ContentInfo({"content_type": "signed_data", "content": made}).dump()

        return judge(filled(framed(letter), make), policy)

    assert codes(signed(None, stamp(clock))) == []
    assert codes(signed(b"other", stamp(clock))) == ["TIME"]
    alone = signed(None, None)
    assert codes(alone) == (["TIME"] if policy == "by-anchor" else [])
    assert alone.signatures[0].proven_time is None


@pytest.mark.parametrize("count", [2, 3])
def test_a_signature_has_no_more_time_stamps_than_are_worth_judging(judge, letter, anna, clock, count):
    def over_the_value(covered):
        made = stamped(signed_data(covered, anna), stamp(clock), count)
        return cms.ContentInfo({"content_type": "signed_data", "content": made}).dump()

    def among_what_is_signed(covered):
        inner = [cms.ContentInfo.load(stamp(clock)(covered).dump()) for _ in range(count)]
        made = stamped(signed_data(covered, anna, more=[attribute("content_time_stamp", *inner)]), stamp(clock))
        return cms.ContentInfo({"content_type": "signed_data", "content": made}).dump()

    for make in (over_the_value, among_what_is_signed):
        assert codes(judge(filled(framed(letter), make))) == ([] if count == 2 else ["LIMIT"])


# --- revocation data --------------------------------------------------------------------------------------------------

ODD = issuing.UnrecognizedExtension(issuing.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")


def point(**said):
    names = ("full_name", "relative_name", "only_some_reasons")
    flags = ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl", "only_contains_attribute_certs")
    return issuing.IssuingDistributionPoint(**{**dict.fromkeys(names), **dict.fromkeys(flags, False), **said})


def entry(serial, *extensions):
    draft = (
        issuing.RevokedCertificateBuilder().serial_number(serial).revocation_date(datetime.now(UTC) - timedelta(days=1))
    )
    for extension, critical in extensions:
        draft = draft.add_extension(extension, critical)
    return draft.build()


HOLD = issuing.CRLReason(issuing.ReasonFlags.certificate_hold)
ELSEWHERE = [issuing.UniformResourceIdentifier("http://lists.example/one")]
LISTS = {
    "plain": ([], [], []),
    "odd, not critical": ([(ODD, False)], [], []),
    "another entry": ([], [(4711, (HOLD, False))], []),
    "of one distribution point": ([(point(full_name=ELSEWHERE), True)], [], []),
    "of persons alone": ([(point(only_contains_user_certs=True), True)], [], []),
    "odd and critical": ([(ODD, True)], [], ["REVOCATION_UNKNOWN"]),
    "an entry odd and critical": ([], [(4711, (ODD, True))], ["REVOCATION_UNKNOWN"]),
    "indirect": ([(point(indirect_crl=True), True)], [], ["REVOCATION_UNKNOWN"]),
    "delta": ([(issuing.DeltaCRLIndicator(1), True)], [], ["REVOCATION_UNKNOWN"]),
    "of authorities alone": ([(point(only_contains_ca_certs=True), True)], [], ["REVOCATION_UNKNOWN"]),
    "revoked": ([], [(None,)], ["REVOKED"]),
    "suspended": ([], [(None, (HOLD, False))], ["REVOKED"]),
}


@pytest.fixture(scope="module")
def nina(pki):
    return Pen.under(pki)


@pytest.fixture(scope="module")
def signed_by_nina(letter, nina, clock):
    return forge(framed(letter), nina, stamp(clock))


@pytest.fixture(scope="module")
def known(pki, trust, nina):
    """The trust data with one revocation list of Nina's authority; an entry without a number is hers."""

    def made(extensions, entries):
        hers = nina.certificates[0].serial_number
        listed = [(serial or hers, *more) for serial, *more in entries]
        return replace(trust, crls=(pki.crl("timestamps"), revocation_list(pki, extensions, listed)))

    return made


@pytest.mark.parametrize("name", LISTS)
def test_a_revocation_list_says_what_it_can_say(judge, signed_by_nina, known, name):
    extensions, entries, expected = LISTS[name]
    assert codes(judge(signed_by_nina, trust=known(extensions, entries))) == expected


@pytest.mark.parametrize("critical", [False, True])
def test_an_answer_with_an_extension_that_must_be_read_and_is_not_says_nothing(
    judge, pki, trust, signed_by_nina, critical
):
    answered = replace(trust, crls=(pki.crl("timestamps"),), ocsps=(answer(pki, signed_by_nina, (ODD, critical)),))
    assert codes(judge(signed_by_nina, trust=answered)) == (["REVOCATION_UNKNOWN"] if critical else [])


def answer(pki, signed, extension):
    """The authority's own answer about the signer of a letter."""
    authority = issuing.load_der_x509_certificate(pki.certificate("signers").dump())
    (found,) = fields_of(opened(signed).reader)
    now = datetime.now(UTC)
    return (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=issuing.load_der_x509_certificate(found.signer), issuer=authority, algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.GOOD, this_update=now - timedelta(hours=1),
            next_update=now + timedelta(days=1), revocation_time=None, revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, authority)
        .add_extension(*extension)
        .sign(authority_key(pki), hashes.SHA256())
        .public_bytes(Encoding.DER)
    )  # fmt: skip


def authority_key(pki):
    return load_der_private_key((pki.folder / "keys" / "demo" / "signers.der").read_bytes(), None)


def revocation_list(pki, extensions, entries):
    now = datetime.now(UTC)
    draft = (
        issuing.CertificateRevocationListBuilder()
        .last_update(now - timedelta(hours=1))
        .next_update(now + timedelta(days=5))
    )
    draft = draft.issuer_name(issuing.load_der_x509_certificate(pki.certificate("signers").dump()).subject)
    for extension, critical in extensions:
        draft = draft.add_extension(extension, critical)
    for one in entries:
        draft = draft.add_revoked_certificate(entry(*one))
    return draft.sign(authority_key(pki), hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    "store",
    [
        b"/CRLs [971 0 R 972 0 R] /Certs [973 0 R]",
        b"/VRI << /%s << /CRL [971 0 R 972 0 R] /Cert [973 0 R] >> >>" % (b"0" * 40),
    ],
    ids=["for the document", "for one signature alone"],
)
def test_validation_data_is_found_wherever_the_dictionary_names_it(judge, pki, trust, good, store):
    alone = replace(trust, crls=(), ocsps=())
    root = opened(good).root
    lists = {number: stream(pki.crl(kind)) for number, kind in ((971, "signers"), (972, "timestamps"))}
    enriched = revised(good, {
        root.number: text_of(good, root)[:-2] + b" /DSS 970 0 R >>",
        970: b"<< /Type /DSS " + store + b" >>",
        973: stream(pki.certificate("signers").dump()),
        **lists,
    })  # fmt: skip
    assert codes(judge(good, trust=alone)) == ["REVOCATION_UNKNOWN", "REVOCATION_UNKNOWN"]
    report = judge(enriched, trust=alone)
    assert (codes(report), report.signatures[0].level) == ([], "PAdES-BASELINE-LT")


# --- the time that a signature claims ---------------------------------------------------------------------------------

WRITTEN = {
    "D:20150709070048Z": "2015-07-09T07:00:48+00:00",
    "D:20150709070048Z00'00'": "2015-07-09T07:00:48+00:00",
    "D:20150709070048+03'00'": "2015-07-09T07:00:48+03:00",
    "D:20150709070048+03'00": "2015-07-09T07:00:48+03:00",
    "D:20150709070048+0300": "2015-07-09T07:00:48+03:00",
    "D:20150709070048-05'30'": "2015-07-09T07:00:48-05:30",
    "D:20150709070048": "2015-07-09T07:00:48+00:00",
    "20150709070048+02'00' ": "2015-07-09T07:00:48+02:00",
    "D:201507090700": "2015-07-09T07:00:00+00:00",
    "D:20150709": "2015-07-09T00:00:00+00:00",
    "D:2015": "2015-01-01T00:00:00+00:00",
    "D:20151309": None,
    "D:20150009": None,
    "D:2015070907004": None,
    "D:20150709070061Z": None,
    "D:20150709070048+99'00'": None,
    "D:20150709070048Z01'00'": None,
    "D:\u0662\u0660\u0661\u0665": None,
    "yesterday": None,
    "": None,
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_date_is_read_as_programs_write_it(text):
    found = pdf_date(text)
    assert (found and found.isoformat()) == WRITTEN[text]


def claiming(letter, claim):
    frame = framed(letter)
    place = re.search(rb"/M \(D:\d{14}\+00'00'\)", frame)
    return frame.replace(place[0], claim.ljust(len(place[0])))


@pytest.mark.parametrize("zone", [b"Z", b"Z00'00'", b"+0000"])
def test_a_claimed_time_in_another_spelling_is_a_claim(judge, letter, anna, clock, zone):
    moment = (datetime.now(UTC) - timedelta(minutes=5)).replace(microsecond=0)
    frame = claiming(letter, b"/M (D:%s%s)" % (moment.strftime("%Y%m%d%H%M%S").encode(), zone))
    report = judge(forge(frame, anna, stamp(clock)))
    assert (codes(report), report.signatures[0].claimed_time) == ([], moment)


def test_only_the_dictionary_claims_a_time(judge, letter, anna, clock):
    long_ago = cms.Time({"utc_time": datetime.now(UTC).replace(microsecond=0) - timedelta(days=700)})
    attributes = {"more": [attribute("signing_time", long_ago)]}
    both = judge(forge(framed(letter), anna, stamp(clock), **attributes))
    assert (codes(both), both.signatures[0].level) == ([], "PAdES-BES")
    neither = judge(forge(claiming(letter, b""), anna, stamp(clock), **attributes))
    assert (codes(neither), neither.signatures[0].claimed_time) == (["TIME"], None)


def test_an_authority_that_was_itself_given_as_an_anchor_may_sign(judge, pki, letter):
    pen = Pen.under(pki, authority_itself=True)
    given = Trust(signers=(pen.certificates[0].dump(),))
    assert codes(judge(forge(framed(letter), pen), "lenient", given)) == []


def test_a_signature_of_a_kind_that_is_not_verified_is_not_called_no_signature(judge, letter, anna):
    report = judge(forge(framed(letter, filters=b"/adbe.x509.rsa_sha1"), anna))
    assert codes(report) == ["CMS", "UNSIGNED"]
    assert str(report.reasons[1].message) == "No signature of the file is of a kind that counts."
    assert [str(reason.message) for reason in judge(letter).reasons] == ["The file is not signed."]

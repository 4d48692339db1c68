"""Attacks on files: letters bent before, while and after they were signed. None is accepted."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from docgen.demo.pki import TestPki
from docgen.messages import one_line, render
from docgen.model.certificates import mask_codes
from docgen.model.policy import POLICIES
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Decision, ReasonCode
from docgen.model.text import say
from docgen.signatures.trust import load_trust
from docgen.signatures.verify import verify_bytes
from docgen.wire import decode, encode
from tests.forged import Pen, attribute, binding, forge, framed, old_binding, opened, page_of, revised, stamp, text_of
from tests.letters import A, letter_pdf
from tests.pdfs import field, signed, stream


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
def good(letter, anna, clock):
    return forge(framed(letter), anna, stamp(clock))


@pytest.fixture
def judge(trust):
    def verify(data):
        now = datetime.now(tz=UTC)
        profile = PROFILES["letter"]
        policy = POLICIES["by-anchor"]
        return verify_bytes(data, name="x.pdf", trust=trust, policy=policy, as_of=now, receipt=now, profile=profile)

    return verify


def refused(report, code):
    found = {reason.code for reason in report.reasons}
    return report.decision is Decision.REFUSE and report.exit_code != 0 and ReasonCode(code) in found


def test_the_hand_made_signature_is_accepted_so_each_attack_differs_in_one_part(judge, good):
    report = judge(good)
    assert (report.reasons, report.decision) == ((), Decision.ACCEPT)
    assert report.findings.machinery_only


# --- later revisions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [b"<7F>", b"<FEFFD800>", b"5", b"true", b"[1]", b"<< >>"])
def test_a_field_whose_name_is_no_text_is_damage_and_the_report_can_be_told(judge, name):
    report = judge(signed(changes={21: field().replace(b"(S1)", name)}))
    assert ReasonCode.PARSE in {reason.code for reason in report.reasons}
    assert decode(encode(report), type(report)) == report


def contents_of(pdf):
    document = opened(pdf)
    return document.value(page_of(pdf))["/Contents"].number


def appended(good, before, objects):
    return revised(good + before, objects)


BLANK = stream(b"BT ET")
LATER = {
    "content-replaced": lambda good: revised(good, {contents_of(good): BLANK}),
    "content-freed": lambda good: revised(good, {contents_of(good): None}),
    "content-of-an-object-that-no-table-names": lambda good: appended(
        good, b"%d 0 obj\n" % contents_of(good) + BLANK + b"\nendobj\n", {990: b"<< >>"}
    ),
    "the-same-in-other-white-space": lambda good: appended(
        good, b"%d\t0\tobj\n" % contents_of(good) + BLANK + b"\nendobj\n", {990: b"<< >>"}
    ),
    "the-same-with-a-comment": lambda good: appended(
        good, b"%d 0%%x\nobj\n" % contents_of(good) + BLANK + b"\nendobj\n", {990: b"<< >>"}
    ),
    "second-trailer": lambda good: revised(good, {990: b"<< >>"}).replace(
        b"\nstartxref\n%d" % last_table(revised(good, {990: b"<< >>"})),
        b"\ntrailer\n<< /Size 991 /Root 990 0 R >>\nstartxref\n%d" % last_table(revised(good, {990: b"<< >>"})),
    ),
    "objects-that-belong-to-no-signature": lambda good: revised(good, {990: b"<< /Type /Catalog >>"}),
    "layers": lambda good: with_catalog(good, b"/OCProperties << /OCGs [990 0 R] /D << >> >>"),
    "attachment-taken": lambda good: with_catalog(good, b"", without=rb"/AF \[[^\]]*\]"),
    "action": lambda good: with_catalog(good, b"/OpenAction << /S /JavaS#63ript /J#53 (x) >>"),
    "annotation-over-the-text": lambda good: with_annotation(good, b"/Subtype /Square /Rect [0 0 595 842]"),
    "text-field-over-the-text": lambda good: with_annotation(good, b"/FT /Tx /T (x) /Subtype /Widget /Rect [0 0 9 9]"),
}


def last_table(pdf):
    return int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])


def with_catalog(good, entry, without=b""):
    root = opened(good).root
    text = re.sub(without, b"", text_of(good, root)) if without else text_of(good, root)
    return revised(good, {root.number: text[:-2] + entry + b" >>", 990: b"<< /Type /OCG /Name (x) >>"})


def with_annotation(good, entry):
    page = page_of(good)
    text = text_of(good, page).replace(b"/Annots [901 0 R]", b"/Annots [901 0 R 990 0 R]")
    return revised(good, {page.number: text, 990: b"<< /Type /Annot " + entry + b" >>"})


@pytest.mark.parametrize("name", LATER)
def test_what_is_added_after_signing_is_a_change(judge, good, name):
    report = judge(LATER[name](good))
    assert refused(report, "CHANGED")
    assert not report.findings.machinery_only


def test_validation_data_left_out_of_the_chain_of_tables_is_seen(judge, pki, letter):
    whole = pki.sign(letter, "Anna Bērziņa", "B-LT")
    places = [int(place) for place in re.findall(rb"startxref\s+(\d+)", whole)]
    skipping = revised(whole, {990: b"<< >>"}).replace(b"/Prev %d" % places[-1], b"/Prev %d" % places[-2])
    assert refused(judge(skipping), "CHANGED")


TAILS = {
    "comment": (b"%x\n", "COVERAGE"),
    "zero": (b"\x00", "COVERAGE"),
    "archive": (b"PK\x03\x04" + bytes(30), "COVERAGE"),
    "end-mark": (b"junk\n%%EOF\n", "PARSE"),
    "table-at-zero": (b"startxref\n0\n%%EOF\n", "PARSE"),
    "table-beyond": (b"startxref\n99999999999\n%%EOF\n", "PARSE"),
}


@pytest.mark.parametrize("name", TAILS)
def test_what_follows_the_end_is_refused(judge, good, name):
    tail, code = TAILS[name]
    assert refused(judge(good + tail), code)


TRAILERS = {
    "loop": (b"/Prev %d", b"/Prev 0%d "),
    "two-roots": (b"/Root", b"/Root 990 0 R /Root"),
    "two-chains": (b"/Prev", b"/Prev 5 /Prev"),
    "hybrid": (b"/Prev", b"/XRefStm 9 /Prev"),
    "hybrid-spelled-otherwise": (b"/Prev", b"/XRef#53tm 9 /Prev"),
    "encrypted-spelled-otherwise": (b"/Prev", b"/Encr#79pt << >> /Prev"),
    "size": (b"/Size 991", b"/Size 5"),
}


@pytest.mark.parametrize("name", TRAILERS)
def test_a_trailer_that_readers_read_differently_is_refused(judge, good, name):
    longer = revised(good, {990: b"<< >>"})
    place = longer.rindex(b"trailer")
    old, new = TRAILERS[name]
    if name == "loop":
        old, new = b"/Prev %d" % last_table(good), b"/Prev %d" % last_table(longer)
    assert old in longer[place:]
    report = judge(longer[:place] + longer[place:].replace(old, new))
    assert report.decision is Decision.REFUSE
    assert report.exit_code != 0


# --- what was signed -------------------------------------------------------------------------------------------------

COVER = stream(b"1 g 0 0 600 800 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 600 800]")


@pytest.mark.parametrize("flags", [4, 36, 36 + 256, 32 + 256], ids=["shown", "printed", "both", "toggled"])
def test_a_widget_that_is_only_hidden_on_the_screen_is_no_invisible_one(judge, letter, anna, clock, flags):
    widget = b"/F %d /Rect [0 0 600 800] /AP << /N 903 0 R >>" % flags
    report = judge(forge(framed(letter, widget=widget, objects={903: COVER}), anna, stamp(clock)))
    assert not report.findings.machinery_only


def test_a_page_changed_in_the_revision_of_the_signature_is_not_what_was_printed(judge, letter, anna, clock):
    frame = framed(letter, objects={contents_of(letter): BLANK})
    assert not judge(forge(frame, anna, stamp(clock))).findings.machinery_only


DICTIONARIES = {
    "another-type": ({"kind": b"/DocTimeStamp"}, "CMS"),
    "no-signature-type": ({"kind": b"/Foo"}, "CMS"),
    "stamp-by-sub-filter": ({"filters": b"/ETSI.RFC3161"}, "UNSIGNED"),
    "unknown-sub-filter": ({"filters": b"/adbe.x509.rsa_sha1"}, "UNSIGNED"),
    "two-values": ({"dictionary": b" /Contents <00>"}, "COVERAGE"),
    "two-values-spelled-otherwise": ({"dictionary": b" /Content#73 <00>"}, "COVERAGE"),
    "two-ranges": ({"dictionary": b" /ByteRange [0 1 2 3]"}, "COVERAGE"),
    "range-in-a-text": ({"dictionary": b" /Reason (/ByteRange [0 10 20 30])"}, "COVERAGE"),
    "range-that-no-field-shows": ({"objects": {904: b"<< /Type /Sig /ByteRange [0 10 20 30] >>"}}, "COVERAGE"),
    "two-fields": (
        {"objects": {900: b"<< /Fields [901 0 R 904 0 R] >>", 904: b"<< /FT /Sig /T (S2) /V 902 0 R >>"}},
        "CMS",
    ),
    "in-no-field": ({"objects": {900: b"<< /Fields [] /SigFlags 3 >>"}}, "UNSIGNED"),
    "dynamic-form": ({"objects": {900: b"<< /Fields [901 0 R] /XFA (x) >>"}}, "ACTIVE"),
    "script": ({"widget": b"/F 132 /Rect [0 0 0 0] /AA << /E << /S /JavaScript /JS (x) >> >>"}, "ACTIVE"),
}


@pytest.mark.parametrize("name", DICTIONARIES)
def test_a_signature_dictionary_says_one_thing(judge, letter, anna, clock, name):
    settings, code = DICTIONARIES[name]
    assert refused(judge(forge(framed(letter, **settings), anna, stamp(clock))), code)


RANGES = {
    "inside-the-value": lambda begin, end, size: b"[0 %d %d %d" % (begin + 1, end - 1, size - end + 1),
    "more-than-the-value": lambda begin, end, size: b"[0 %d %d %d" % (begin - 5, end + 1, size - end - 1),
    "not-from-the-start": lambda begin, end, size: b"[1 %d %d %d" % (begin - 1, end, size - end),
    "negative": lambda begin, end, size: b"[0 -%d %d %d" % (begin, end, size - end),
    "overlapping": lambda _, __, size: b"[0 %d 0 %d" % (size, size),
    "short-of-the-end": lambda begin, end, size: b"[0 %d %d %d" % (begin, end, size - end - 40),
    "beyond-the-end": lambda begin, end, size: b"[0 %d %d %d" % (begin, end, size - end + 40),
    "no-end": lambda begin, end, _: b"[0 %d %d 0" % (begin, end),
    "two-numbers": lambda begin, _, __: b"[0 %d" % begin,
    "six-numbers": lambda begin, end, size: b"[0 %d %d %d 0 0" % (begin, end, size - end),
    "references": lambda _, __, ___: b"[0 4 0 R 5 0 R 6 0 R",
    "with-a-comment": lambda begin, end, size: b"[0 %d %d%%\n%d" % (begin, end, size - end),
}


@pytest.mark.parametrize("name", RANGES)
def test_the_byte_range_leaves_out_its_own_value_and_nothing_else(judge, letter, anna, name):
    assert refused(judge(forge(framed(letter), anna, ranges=RANGES[name])), "COVERAGE")


# --- CMS, certificates, algorithms -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rsa_pen(pki):
    return Pen.under(pki, key=rsa.generate_private_key(65537, 2048))


def certificate_of(pki):
    return pki.certificate("signers")


CMS = {
    "binds-another-certificate": (lambda _, pki: {"bound": binding(certificate_of(pki))}, "CMS"),
    "binds-by-md5": (lambda pen, _: {"bound": binding(pen.certificates[0], "md5")}, "CMS"),
    "binds-by-sha1": (lambda pen, _: {"bound": binding(pen.certificates[0], "sha1")}, "CMS"),
    "binds-by-sha1-alone": (
        lambda pen, _: {
            "without": {"signing_certificate_v2"},
            "more": [attribute("signing_certificate", old_binding(pen.certificates[0]))],
        },
        "CMS",
    ),
    "binds-two": (
        lambda _, pki: {"more": [attribute("signing_certificate", old_binding(certificate_of(pki)))]}, "CMS"),
    "binds-none": (lambda _, __: {"without": {"signing_certificate_v2"}}, "CMS"),
    "digest-twice": (lambda _, __: {"more": [attribute("message_digest", b"x" * 32)]}, "CMS"),
    "digest-of-two-values": (
        lambda _, __: {"without": {"message_digest"}, "more": [attribute("message_digest", b"x" * 32, b"y" * 32)]},
        "CMS",
    ),
    "no-digest": (lambda _, __: {"without": {"message_digest"}}, "CMS"),
    "no-content-type": (lambda _, __: {"without": {"content_type"}}, "CMS"),
    "another-digest": (lambda _, __: {"digest_of_message": b"x" * 32}, "CRYPTO"),
    "signed-by-sha1": (lambda _, __: {"digest": "sha1"}, "ALG"),
    "two-signers": (lambda _, __: {"infos": 2}, "CMS"),
    "no-signer": (lambda _, __: {"infos": 0}, "CMS"),
    "no-certificate": (lambda _, __: {"certificates": []}, "CMS"),
    "something-behind": (lambda _, __: {"tail": b"\x01"}, "CMS"),
}  # fmt: skip


@pytest.mark.parametrize("name", CMS)
def test_a_signature_value_has_one_meaning(judge, pki, letter, anna, name):
    bend, code = CMS[name]
    assert refused(judge(forge(framed(letter), anna, **bend(anna, pki))), code)


@pytest.mark.parametrize("case", [("sha1", 32, "ALG"), ("sha256", 20, "CRYPTO")])
def test_pss_is_what_its_parameters_say(judge, letter, rsa_pen, case):
    claimed, salt, code = case

    def sign(data):
        return rsa_pen.sign_pss(data, claimed, claimed=claimed, salt=salt)

    assert refused(judge(forge(framed(letter), rsa_pen, sign=sign)), code)


@pytest.mark.parametrize("mask", ["sha1", "sha512"])
def test_pss_masks_by_the_digest_that_it_signs(judge, letter, rsa_pen, mask):
    report = judge(forge(framed(letter), rsa_pen, sign=lambda data: rsa_pen.sign_pss(data, mask=mask)))
    assert refused(report, "ALG")


@pytest.mark.parametrize(
    "key", [rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP192R1())], ids=["rsa", "curve"]
)
def test_a_small_key_signs_nothing(judge, pki, letter, key):
    assert refused(judge(forge(framed(letter), Pen.under(pki, key=key))), "ALG")


def test_certificates_that_may_not_sign(judge, pki, letter, anna, clock):
    leaf = Pen.under(pki)
    machine = Pen.under(pki, purpose=ExtendedKeyUsageOID.SERVER_AUTH, signs=True)
    wrong_authority = Pen.under(pki, "timestamps")
    somebody_elses = Pen(leaf.key, anna.certificates)
    an_authority = Pen.under(pki, authority_itself=True)
    for pen, code in (
        (machine, "TRUST"), (wrong_authority, "TRUST"), (somebody_elses, "CRYPTO"), (an_authority, "TRUST"),
    ):  # fmt: skip
        assert refused(judge(forge(framed(letter), pen, stamp(clock))), code)


@pytest.mark.parametrize("days", [(-50, -1), (1, 9)], ids=["expired", "not-yet"])
def test_a_certificate_outside_its_validity_is_refused_for_its_time(judge, pki, letter, clock, days):
    pen = Pen.under(pki, begins=days[0], ends=days[1])
    assert refused(judge(forge(framed(letter), pen, stamp(clock))), "TIME")


# --- time stamps -----------------------------------------------------------------------------------------------------

STAMPS = {
    "of-other-bytes": {"over": b"other"},
    "imprint-by-md5": {"imprint": "md5"},
    "imprint-by-sha1": {"imprint": "sha1"},
    "in-the-future": {"hours": 2},
    "before-its-certificate": {"hours": -24 * 40},
    "binds-no-certificate": {"without": {"signing_certificate_v2"}},
    "signed-by-sha1": {"digest": "sha1"},
    "two-signers": {"infos": 2},
    "no-signer": {"infos": 0},
    "another-digest": {"digest_of_message": b"x" * 32},
}


@pytest.mark.parametrize("name", STAMPS)
def test_a_time_stamp_that_is_not_sound_proves_no_time(judge, letter, anna, clock, name):
    settings = dict(STAMPS[name])
    hours = settings.pop("hours", 0)
    at = datetime.now(tz=UTC) + timedelta(hours=hours)
    report = judge(forge(framed(letter), anna, stamp(clock, at=at, **settings)))
    assert refused(report, "TIME")


def test_a_time_stamp_binds_its_own_certificate_by_no_weak_digest(judge, letter, anna, clock):
    for bound in (binding(anna.certificates[0]), binding(clock.certificates[0], "md5")):
        assert refused(judge(forge(framed(letter), anna, stamp(clock, bound=bound))), "TIME")


def test_who_is_no_authority_for_time_stamps_stamps_nothing(judge, pki, letter, anna):
    for pen in (anna, Pen.under(pki, "timestamps"), Pen.stamping(pki, "signers")):
        assert refused(judge(forge(framed(letter), anna, stamp(pen))), "TIME")


# --- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["320000-00001", "Anna 010203-12345", "010203 12345", "010203\u201312345", "010203\u201112345", "32000000001",
     "(01020312345)", "40008999902 010203\u00a012345"],
)  # fmt: skip
def test_a_personal_code_is_masked_however_it_is_written(text):
    assert not re.search(r"\d{6}.?\d{5}", mask_codes(text).replace("40008999902", ""))


@pytest.mark.parametrize("text", ["40008999902", "NTRLV-40008999902", "90000000000", "a01020312345b", "2026-000112345"])
def test_a_registration_number_or_a_digest_is_no_personal_code(text):
    assert mask_codes(text) == text


@pytest.mark.parametrize("serial", [None, "320000-00001", "32000000001", "pnolv-320000-00001", "TINLV-32000000001"])
def test_an_identifier_of_any_form_shows_no_code(judge, pki, letter, clock, serial):
    (signature,) = judge(forge(framed(letter), Pen.under(pki, serial=serial), stamp(clock))).signatures
    assert not any(char in "123456789" for char in signature.identifier or "")


def test_a_line_end_in_a_name_begins_no_line_of_docgens_own():
    message = say("signed by {name}", name=say("{name}", name="x\nPASSED\r\n"))
    assert render(message) == "signed by x\\u000aPASSED\\u000d\\u000a"
    assert one_line("a\nb") == "a\\u000ab"


NAMES = {
    "hyphen": b"-x.pdf",
    "line-end": b"a\nb.pdf: PASSED, the signatures are in order",
    "escape": b"e\x1b[2J.pdf",
    "long": b"x" * 250 + b".pdf",
    "direction": "a\u202efdp.exe".encode(),
    "arabic-mark": "a\u061cb.pdf".encode(),
    "tag": "a\U000e0041b.pdf".encode(),
    "no-utf-8": b"a\xff\xfe.pdf",
    "code": b"320000-00001.pdf",
}


def test_odd_file_names_are_verified_and_shown_harmlessly(tmp_path, pki, good):
    paths = [os.fsencode(tmp_path) + b"/" + name for name in NAMES.values()]
    for path in paths:
        with open(path, "wb") as target:  # noqa: PTH123 - the names are bytes
            target.write(good)
    words = ["verify", "--policy", "by-anchor", "--trust", str(pki.trust_folder), "--"]
    command = [sys.executable, "-m", "docgen", "--lang", "en", *words, *NAMES.values()]
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}  # noqa: PTH109 - the child runs elsewhere
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=60)
    output = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    lines = [line for line in output.splitlines() if line.endswith(": PASSED, the signatures are in order")]
    assert len(lines) == len(NAMES)
    assert not any(line.startswith("b.pdf") for line in output.splitlines())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u202e\U000e0041]", output)
    assert "320000-00001" not in output

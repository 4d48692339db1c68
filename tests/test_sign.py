"""Signing: the bytes that were there stay in front, a level is a promise, and errors carry a next step."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from docgen.demo.pki import PASSWORD, TestPki
from docgen.documents.pdf import print_pdf
from docgen.errors import MissingError, UnreadableError, UsageError
from docgen.model.blocks import Document, Heading, Paragraph, plain
from docgen.signatures.sign import Credentials, Level, sign_pdf
from tests import judges

LETTER = Document(
    title="Par pievienošanos",
    date=date(2026, 11, 24),
    blocks=(Heading(text=plain("Par pievienošanos")), Paragraph(text=plain("Biedrība pievienojas."))),
)


@pytest.fixture(scope="module")
def letter():
    return print_pdf(LETTER)


@pytest.fixture(scope="module")
def anchors(pki):
    return [pki.certificate(kind).dump() for kind in ("signers", "timestamps")]


@pytest.mark.parametrize("level", list(Level))
def test_the_printed_bytes_stay_in_front(pki, letter, level):
    signed = pki.sign(letter, "Anna Bērziņa", level)
    assert signed.startswith(letter)
    assert signed.count(b"/ByteRange") == (2 if level is Level.LTA else 1)
    assert (b"/DSS" in signed[len(letter) :]) == level.long_term


def test_two_persons_sign_one_after_the_other(pki, letter):
    first = pki.sign(letter, "Anna Bērziņa", "B-LT")
    both = pki.sign(first, "Jānis Ozols", "B-LT")
    assert both.startswith(first)
    assert b"(Signature1)" in both
    assert b"(Signature2)" in both


def test_a_wrong_password_is_said(pki):
    with pytest.raises(UsageError, match="does not open with this password") as caught:
        Credentials.from_pkcs12(pki.signer("Anna Bērziņa"), "nepareiza")
    assert "--pass-file" in str(caught.value.hint)


def test_a_missing_key_file_is_said(tmp_path):
    with pytest.raises(MissingError, match="does not exist"):
        Credentials.from_pkcs12(tmp_path / "nav.p12", "")


def test_the_key_is_in_no_printed_form(pki):
    credentials = Credentials.from_pkcs12(pki.signer("Anna Bērziņa"), PASSWORD)
    assert "key=" not in repr(credentials)


def test_an_unreachable_time_stamp_authority_is_said_and_nothing_is_signed(pki, letter, anchors):
    credentials = Credentials.from_pkcs12(pki.signer("Anna Bērziņa"), PASSWORD)
    with pytest.raises(MissingError, match="time-stamp authority"):
        sign_pdf(letter, credentials, level=Level.T, tsa_url="http://127.0.0.1:9/tsa", anchors=anchors)


@pytest.mark.parametrize("level", [Level.T, Level.LT, Level.LTA])
def test_a_level_with_a_time_stamp_needs_an_address(pki, letter, anchors, level):
    credentials = Credentials.from_pkcs12(pki.signer("Anna Bērziņa"), PASSWORD)
    with pytest.raises(UsageError, match="needs a time stamp"):
        sign_pdf(letter, credentials, level=level, tsa_url=None, anchors=anchors)


def test_validation_data_needs_anchors(pki, letter):
    credentials = Credentials.from_pkcs12(pki.signer("Anna Bērziņa"), PASSWORD)
    with pytest.raises(MissingError, match="needs trusted certificates"):
        sign_pdf(letter, credentials, level=Level.LT, tsa_url=pki.tsa_url, anchors=[])


def test_an_unknown_authority_gives_no_long_term_level(pki, letter, anchors):
    credentials = Credentials.from_pkcs12(pki.rogue_signer("Zigis Zils"), PASSWORD)
    with pytest.raises(MissingError, match="ends at no trusted authority"):
        sign_pdf(letter, credentials, level=Level.LT, tsa_url=pki.tsa_url, anchors=anchors)


def test_who_is_revoked_gets_no_long_term_level_and_no_code_in_the_message(tmp_path, letter):
    with TestPki(tmp_path) as pki:
        path = pki.signer("Zane Kalna")
        pki.revoke("Zane Kalna")
        anchors = [pki.certificate(kind).dump() for kind in ("signers", "timestamps")]
        with pytest.raises(MissingError, match="revoked") as caught:
            sign_pdf(
                letter,
                Credentials.from_pkcs12(path, PASSWORD),
                level=Level.LT,
                tsa_url=pki.tsa_url,
                anchors=anchors,
            )
    assert "PNOLV" not in str(caught.value)


def test_what_is_no_pdf_is_not_signed(pki):
    credentials = Credentials.from_pkcs12(pki.signer("Anna Bērziņa"), PASSWORD)
    with pytest.raises(UnreadableError):
        sign_pdf(b"%PDF-1.7\nrubbish", credentials, level=Level.B, tsa_url=None)


def test_any_moment_can_be_signed(tmp_path, letter):
    moment = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
    with TestPki(tmp_path, start=moment) as pki:
        signed = pki.sign(letter, "Anna Bērziņa", "B-LTA", at=moment)
    written = re.search(rb"/M (?:\(|<)(.*?)[)>]", signed[len(letter) :])
    assert written is not None
    assert b"20270301120000" in written[1] or b"202703011200" in written[1]


@pytest.mark.judge
def test_signed_letters_stay_conformant(pki, letter, tmp_path):
    files = []
    for level in Level:
        path = tmp_path / f"{level.value}.pdf"
        path.write_bytes(pki.sign(letter, "Anna Bērziņa", level))
        files.append(path)
    judges.pdfa(files)


@pytest.mark.judge
def test_the_independent_judge_passes_what_carries_its_proof(pki, letter, tmp_path):
    expected = {Level.LT: "PAdES-BASELINE-LT", Level.LTA: "PAdES-BASELINE-LTA"}
    files = []
    for level in expected:
        path = tmp_path / f"{level.value}.pdf"
        path.write_bytes(pki.sign(letter, "Anna Bērziņa", level))
        files.append(path)
    rogue = tmp_path / "rogue.pdf"
    rogue.write_bytes(pki.sign(letter, pki.rogue_signer("Zigis Zils"), "B-LT"))
    trust = sorted(pki.trust_folder.glob("*/*.pem"))
    *good, bad = judges.dss([*files, rogue], trust=trust)
    for level, said in zip(expected.values(), good, strict=True):
        assert [(s["indication"], s["level"]) for s in said["signatures"]] == [("TOTAL_PASSED", level)]
    assert [s["indication"] for s in bad["signatures"]] == ["INDETERMINATE"]


@pytest.mark.judge
def test_qpdf_finds_nothing_wrong(pki, letter, tmp_path):
    import subprocess  # noqa: PLC0415 - only here

    path = tmp_path / "signed.pdf"
    path.write_bytes(pki.sign(letter, "Anna Bērziņa", "B-LTA"))
    subprocess.run([judges.program("qpdf"), "--check", str(path)], check=True, capture_output=True)

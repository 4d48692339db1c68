"""Receiving: real signatures by a test authority, verified in the worker; store, recognise, propose, log."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfWriter

from docgen.demo.pki import PASSWORD
from docgen.documents.letters import check_letter
from docgen.documents.packs import load_pack
from docgen.documents.pdf import Attachment, print_pdf
from docgen.errors import ExitCode, UsageError
from docgen.model.blocks import Document, Heading, Paragraph, plain
from docgen.model.decisions import Rules
from docgen.model.reasons import Decision, ReasonCode
from docgen.model.recognition import Act, compare_signers, same_name
from docgen.register.evidence import read_evidence
from docgen.signatures.sign import Credentials, Level, sign_pdf
from docgen.workflow.receive import Missed, Receipt, Source, batch_exit_code, receive
from docgen.workflow.register import Accepted, Said, accept, refuse
from tests.letters import IEM, A, B, letter_data, letter_pdf

RULES = Rules(threshold=5, predecessor={"date": "2007-11-08"})
CLERK = "I. Kalniņa"


def now():
    return datetime.now(tz=UTC)


def take(desk, *files, name="letter.pdf"):
    moment = now()
    sources = [file if isinstance(file, Source) else Source(name=name, data=file) for file in files]
    return list(receive(desk, sources, Receipt(received_at=moment, now=moment, channel="email")))


def codes(received):
    return [reason.code for reason in received.report.reasons]


@pytest.fixture(scope="module")
def good(pki):
    """An accession, signed B-LT by the person whom it names."""
    return pki.sign(letter_pdf("accession", A, ["Anna Bērziņa"]), "Anna Bērziņa", "B-LT")


def test_a_letter_in_order_is_proposed_with_the_next_command(desk, good):
    (received,) = take(desk, good)
    assert codes(received) == []
    assert received.report.decision is Decision.ACCEPT
    assert received.recognition.recognised.as_ == "printed"
    assert received.recognition.recognised.organisation == A
    assert [(s.name, s.named_in_letter, s.may_sign) for s in received.recognition.signers] == [
        ("Anna Bērziņa", True, "unknown")
    ]
    assert received.next_command == f"docgen register decide {received.intake} accept --by NAME"
    assert read_evidence(desk.signed, received.report.sha256) == good
    fields = received.arrival.fields
    assert fields["signed_at"]
    assert fields["material"]
    assert all(read_evidence(desk.signed, digest) for digest in (fields["report"], *fields["material"]))


def test_it_can_then_be_registered(desk, good):
    (received,) = take(desk, good)
    outcome = accept(desk.database, RULES, received.intake, by=CLERK, at=now())
    assert isinstance(outcome, Accepted)
    assert outcome.events[0].organisation == A
    assert {item.kind for item in outcome.events[0].evidence} == {"letter", "report", "material"}


def test_the_same_file_again_is_answered_with_its_number(desk, good):
    (first,) = take(desk, good)
    accept(desk.database, RULES, first.intake, by=CLERK, at=now())
    (again,) = take(desk, good)
    assert again.duplicate_of == first.intake
    assert again.intake != first.intake
    assert codes(again) == [ReasonCode.REPLAY]
    assert again.report.decision is None
    assert again.report.exit_code is ExitCode.DONE
    assert again.next_command == f"docgen register show {first.intake}"


def test_other_bytes_around_the_same_signature_are_the_same_letter(desk, pki, good):
    (first,) = take(desk, good)
    accept(desk.database, RULES, first.intake, by=CLERK, at=now())
    longer = pki.sign(good, "Jānis Ozols", "B-LT")
    (again,) = take(desk, longer)
    assert ReasonCode.REPLAY in codes(again)


def test_the_same_letter_signed_anew_is_the_same_letter(desk, pki, good):
    (first,) = take(desk, good)
    accept(desk.database, RULES, first.intake, by=CLERK, at=now())
    anew = pki.sign(letter_pdf("accession", A, ["Anna Bērziņa"]), "Anna Bērziņa", "B-T")
    (again,) = take(desk, anew)
    assert again.duplicate_of == first.intake


def test_what_was_refused_does_not_block_it(desk, good):
    (first,) = take(desk, good)
    refuse(desk.database, first.intake, by=CLERK, at=now(), why="by mistake")
    (again,) = take(desk, good)
    assert again.report.decision is Decision.ACCEPT


def test_nothing_signed(desk):
    (received,) = take(desk, letter_pdf("accession", A, ["Anna Bērziņa"]))
    assert ReasonCode.UNSIGNED in codes(received)
    assert received.report.exit_code is ExitCode.UNSIGNED
    assert received.next_command.endswith("refuse --by NAME")


def test_changed_after_signing(desk, good):
    changed = good + b"\n1 0 obj\n<< >>\nendobj\nstartxref\n0\n%%EOF\n"
    (received,) = take(desk, changed)
    assert received.report.decision is Decision.REFUSE
    assert received.report.exit_code in {ExitCode.SIGNATURE_FAILED, ExitCode.UNREADABLE}


def test_one_byte_of_the_page_changed(desk, good):
    place = good.index(b"stream") + 40
    changed = bytearray(good)
    changed[place] ^= 1
    (received,) = take(desk, bytes(changed))
    assert received.report.decision is Decision.REFUSE


def test_signed_by_an_unknown_authority(desk, pki):
    pdf = letter_pdf("accession", A, ["Anna Bērziņa"])
    credentials = Credentials.from_pkcs12(pki.rogue_signer("Anna Bērziņa"), PASSWORD)
    signed = sign_pdf(pdf, credentials, level=Level.T, tsa_url=pki.tsa_url)
    (received,) = take(desk, signed)
    assert ReasonCode.TRUST in codes(received)


def test_signed_by_somebody_whom_the_letter_does_not_name(desk, pki):
    signed = pki.sign(letter_pdf("accession", A, ["Anna Bērziņa"]), "Jānis Ozols", "B-LT")
    (received,) = take(desk, signed)
    assert codes(received) == [ReasonCode.IDENTITY]
    assert received.report.decision is Decision.REFUSE
    assert received.report.exit_code is ExitCode.POLICY_NOT_MET


def test_a_name_that_differs_in_diacritics_alone_is_for_a_person_to_see(desk, pki):
    signed = pki.sign(letter_pdf("accession", A, ["Anna Bērziņa"]), "Anna Berzina", "B-LT")
    (received,) = take(desk, signed)
    assert codes(received) == [ReasonCode.IDENTITY]
    assert received.report.decision is Decision.REVIEW


def test_a_letter_that_waits_for_a_second_signature_is_completed_by_it(desk, pki):
    pdf = letter_pdf("accession", B, ["Anna Bērziņa", "Jānis Ozols"])
    half = pki.sign(pdf, "Anna Bērziņa", "B-LT")
    (waits,) = take(desk, half)
    assert codes(waits) == [ReasonCode.PARTIAL]
    assert waits.report.decision is Decision.REVIEW
    (complete,) = take(desk, pki.sign(half, "Jānis Ozols", "B-LT"))
    assert complete.report.decision is Decision.ACCEPT
    accept(desk.database, RULES, complete.intake, by=CLERK, at=now())


def test_a_withdrawal_by_a_non_member_is_for_a_person_to_see(desk, pki):
    signed = pki.sign(letter_pdf("withdrawal", A, ["Anna Bērziņa"]), "Anna Bērziņa", "B-LT")
    (received,) = take(desk, signed)
    assert codes(received) == [ReasonCode.STATE]
    assert received.report.decision is Decision.REVIEW
    assert received.report.exit_code is ExitCode.DONE
    assert "--why" in received.next_command


def foreign_letter():
    """A letter that docgen did not draw up: it carries no data."""
    return print_pdf(
        Document(
            title="Par pievienošanos",
            date=date(2026, 11, 24),
            blocks=(Heading(text=plain("Par pievienošanos")), Paragraph(text=plain("Biedrība pievienojas."))),
        )
    )


def test_a_foreign_letter_is_for_a_person_to_read(desk, pki):
    (received,) = take(desk, pki.sign(foreign_letter(), "Anna Bērziņa", "B-LT"))
    assert codes(received) == [ReasonCode.FOREIGN]
    assert received.recognition.recognised.as_ == "foreign"
    assert [signer.named_in_letter for signer in received.recognition.signers] == [None]
    assert "--act ACT" in received.next_command


def test_a_foreign_letter_in_another_wrapping_is_known_by_its_signed_bytes(desk, pki):
    signed = pki.sign(foreign_letter(), "Anna Bērziņa", "B-LT")
    (first,) = take(desk, signed)
    said = Said(act=Act.ACCESSION, organisation=A, name="Alfa")
    accept(desk.database, RULES, first.intake, by=CLERK, at=now(), why="read it", said=said)
    (again,) = take(desk, pki.sign(signed, "Jānis Ozols", "B-LT"))
    assert again.duplicate_of == first.intake


def attached(payload):
    """A page that says nothing of what its payload says."""
    page = Document(title="Par", date=date(2026, 11, 24), blocks=(Paragraph(text=plain("Cita biedrība.")),))
    data = Attachment(name="docgen.json", content=payload, media_type="application/json", description="Vēstules dati")
    return print_pdf(page, [data])


@pytest.mark.parametrize("payload", [b"{}", b"no json", b'{"schema": "docgen-payload/1"}'])
def test_a_payload_that_cannot_be_read_does_not_agree(desk, pki, payload):
    (received,) = take(desk, pki.sign(attached(payload), "Anna Bērziņa", "B-LT"))
    assert codes(received) == [ReasonCode.CONTENT]
    assert received.recognition.recognised.as_ == "unreadable"
    assert received.report.exit_code is ExitCode.CONTENT


def test_a_page_that_says_something_else_than_its_payload_does_not_agree(desk, pki):
    payload = check_letter("accession", letter_data("accession", A, ["Anna Bērziņa"]), load_pack(IEM)).payload
    (received,) = take(desk, pki.sign(attached(payload.to_json()), "Anna Bērziņa", "B-LT"))
    assert codes(received) == [ReasonCode.CONTENT]
    assert received.report.decision is Decision.REFUSE


def test_a_reference_is_not_believed_without_its_page(desk, pki, good):
    (first,) = take(desk, good)
    accept(desk.database, RULES, first.intake, by=CLERK, at=now())
    payload = check_letter("accession", letter_data("accession", A, ["Anna Bērziņa"]), load_pack(IEM)).payload
    assert payload.reference == first.recognition.recognised.reference
    (other,) = take(desk, pki.sign(attached(payload.to_json()), "Anna Bērziņa", "B-LT"))
    assert codes(other) == [ReasonCode.CONTENT]
    assert other.duplicate_of is None


def test_one_byte_beside_the_print_is_not_printed(desk, pki):
    printed = letter_pdf("accession", A, ["Anna Bērziņa"])
    other = printed.replace(b"%\x80\x80\x80\x80", b"%\x80\x80\x80\x81", 1)
    assert other != printed
    (received,) = take(desk, pki.sign(other, "Anna Bērziņa", "B-LT"))
    assert codes(received) == [ReasonCode.FOREIGN]
    assert received.recognition.recognised.as_ == "equal-text"
    assert received.recognition.recognised.differences == ("bytes",)


def test_what_was_added_before_the_first_signature_is_not_printed(desk, pki):
    writer = PdfWriter(BytesIO(letter_pdf("accession", A, ["Anna Bērziņa"])), incremental=True)
    writer.add_metadata({"/Title": "Par izstāšanos"})
    changed = BytesIO()
    writer.write(changed)
    (received,) = take(desk, pki.sign(changed.getvalue(), "Anna Bērziņa", "B-LT"))
    assert ReasonCode.FOREIGN in codes(received)
    assert received.recognition.recognised.as_ == "foreign"
    assert received.recognition.recognised.differences == ("later-revisions",)


@pytest.mark.parametrize(
    ("claim", "code"), [({}, ReasonCode.CONTENT), ({"renderer": "docgen 2.0.0, typst 0.20.0"}, ReasonCode.FOREIGN)]
)
def test_data_that_this_version_cannot_print(desk, pki, claim, code):
    payload = check_letter("accession", letter_data("accession", A, ["Anna Bērziņa"]), load_pack(IEM)).payload
    strange = replace(payload, data={**payload.data, "colour": {"of": "paper"}}, **claim)
    (received,) = take(desk, pki.sign(attached(strange.to_json()), "Anna Bērziņa", "B-LT"))
    assert codes(received) == [code]
    assert received.recognition.recognised.differences == ("data",)


@pytest.mark.parametrize("claim", [{"pack": "mk"}, {"act": "minutes"}])
def test_a_letter_to_somebody_else_is_for_a_person_to_read(desk, pki, claim):
    payload = check_letter("accession", letter_data("accession", A, ["Anna Bērziņa"]), load_pack(IEM)).payload
    (received,) = take(desk, pki.sign(attached(replace(payload, **claim).to_json()), "Anna Bērziņa", "B-LT"))
    assert codes(received) == [ReasonCode.FOREIGN]
    assert received.recognition.recognised.differences == ("pack-or-act",)


def test_a_letter_of_another_version_is_for_a_person_to_read(desk, pki):
    payload = check_letter("accession", letter_data("accession", A, ["Anna Bērziņa"]), load_pack(IEM)).payload
    older = replace(payload, renderer="docgen 0.9.0, typst 0.14.0")
    (received,) = take(desk, pki.sign(attached(older.to_json()), "Anna Bērziņa", "B-LT"))
    assert codes(received) == [ReasonCode.FOREIGN]
    assert received.recognition.recognised.as_ == "foreign"
    assert received.recognition.recognised.differences == ("renderer", "raster", "text", "title")


@pytest.mark.parametrize("data", [b"", b"x", b"MZ" + bytes(99)])
def test_what_is_no_pdf_is_stored_and_logged(desk, data):
    (received,) = take(desk, data)
    assert codes(received) == [ReasonCode.TYPE]
    assert received.intake is not None
    assert read_evidence(desk.signed, received.report.sha256) == data


def test_what_is_too_large_is_logged_and_not_kept(desk, tmp_path):
    large = tmp_path / "large.pdf"
    with large.open("wb") as target:
        target.write(b"%PDF-1.7")
        target.truncate(200 * 1024 * 1024)
    (received,) = take(desk, Source(name="large.pdf", path=large))
    assert codes(received) == [ReasonCode.SIZE]
    assert received.intake is not None
    assert not list(desk.signed.rglob("*.pdf"))


def test_what_cannot_be_opened_gets_no_number_and_stops_nobody(desk, tmp_path, good):
    kept = tmp_path / "-letter.pdf"
    kept.write_bytes(good)
    sources = [Source(name="absent.pdf", path=tmp_path / "absent.pdf"), Source(name="folder", path=tmp_path)]
    received = take(desk, *sources, Source(name="-letter.pdf", path=kept))
    assert [isinstance(file, Missed) for file in received] == [True, True, False]
    assert received[2].report.decision is Decision.ACCEPT
    assert batch_exit_code(received) is ExitCode.UNREADABLE


def test_nothing_is_received_in_the_future():
    with pytest.raises(UsageError, match="future"):
        Receipt(received_at=now() + timedelta(hours=1), now=now())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Anna Bērziņa", "BĒRZIŅA ANNA", True),
        ("Anna Bērziņa", "Bērziņa, Anna", True),
        ("Anna Marija Bērziņa", "Bērziņa Anna Marija", True),
        ("Anna Be\u0304rzin\u0327a", "Anna Bērziņa", True),
        ("Anna Bērziņa", "Anna Berzina", False),
        ("Anna Bērziņa", "Anna", False),
        ("Anna Bērziņa", "Jānis Bērziņš", False),
        ("", "", False),
    ],
)
def test_names(one, other, same):
    assert same_name(one, other) is same


def test_two_of_one_name_need_two_persons():
    names = ["Jānis Ozols", "Jānis Ozols"]
    once = compare_signers([("p1", "Jānis Ozols"), ("p1", "Jānis Ozols")], names)
    assert [reason.code for reason in once.reasons] == [ReasonCode.PARTIAL]
    assert len(once.signers) == 1
    both = compare_signers([("p1", "Jānis Ozols"), ("p2", "Jānis Ozols")], names)
    assert both.reasons == ()


def advice(received):
    return [str(reason.hint) for reason in received.report.reasons if reason.hint is not None]


def test_no_advice_how_to_decide_about_what_is_to_be_refused(desk):
    (received,) = take(desk, foreign_letter())
    assert set(codes(received)) == {ReasonCode.UNSIGNED, ReasonCode.FOREIGN}
    assert received.report.decision is Decision.REFUSE
    assert not any("--act" in line or "Read the letter" in line for line in advice(received))


def test_no_advice_to_wait_for_a_letter_that_is_registered(desk, pki):
    half = pki.sign(letter_pdf("accession", B, ["Anna Bērziņa", "Jānis Ozols"]), "Anna Bērziņa", "B-LT")
    (complete,) = take(desk, pki.sign(half, "Jānis Ozols", "B-LT"))
    accept(desk.database, RULES, complete.intake, by=CLERK, at=now())
    (again,) = take(desk, half)
    assert set(codes(again)) == {ReasonCode.PARTIAL, ReasonCode.REPLAY}
    assert advice(again) == [f"Nothing new is registered. See: docgen register show {complete.intake}"]

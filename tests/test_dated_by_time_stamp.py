"""A letter that takes the date of its time stamp: received, known again, registered and answered by that day."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from docgen.documents.letters import check_letter, make_letter
from docgen.documents.packs import load_pack
from docgen.documents.structure import structure_text
from docgen.errors import ExitCode
from docgen.model.decisions import Rules
from docgen.model.moments import riga_day
from docgen.model.policy import POLICIES
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Decision, ReasonCode
from docgen.model.recognition import date_of_letter
from docgen.model.report import SignatureKind, TimestampKind
from docgen.signatures.batch import Verifier
from docgen.signatures.trust import load_trust
from docgen.workflow.answers import merged, read_case, replies
from docgen.workflow.arriving import replay_keys
from docgen.workflow.deciding import Decider
from docgen.workflow.desk import receive_files
from docgen.workflow.receive import Receipt, Source, receive
from docgen.workflow.register import accept
from docgen.workspace import Workspace, init_workspace
from tests.desks import desks_at
from tests.letters import IEM, A, letter_pdf, whole_data

ANNA, JANIS = "Anna Bērziņa", "Jānis Ozols"
CLERK = "I. Kalniņa"
STAMPED = {"letter": {"date": "time-stamp", "number": "1-5/12"}}
WRITTEN = {"letter": {"date": "2026-11-20", "number": "1-5/12"}}


def now():
    return datetime.now(tz=UTC)


def take(desk, pdf):
    moment = now()
    (received,) = receive(desk, [Source(name="letter.pdf", data=pdf)], Receipt(received_at=moment, now=moment))
    return received


def codes(received):
    return [reason.code for reason in received.report.reasons]


def reference_keys(received, report=None):
    keys = replay_keys(received.report if report is None else report, received.recognition)
    return [key.value for key in keys if key.kind == "reference"]


def stamped_at(report, moment):
    """Return the report with the time stamps of its signatures at another moment."""
    signatures = [
        replace(one, timestamps=tuple(replace(stamp, time=moment) for stamp in one.timestamps))
        for one in report.signatures
    ]
    return replace(report, signatures=tuple(signatures))


@pytest.fixture(scope="module")
def signed(pki):
    return pki.sign(letter_pdf("accession", A, [ANNA], **STAMPED), ANNA, "B-LT")


def test_it_is_printed_and_in_order_and_its_event_has_the_day_of_the_time_stamp(desk, signed):
    received = take(desk, signed)
    assert (codes(received), received.recognition.recognised.as_) == ([], "printed")
    (stamp,) = received.report.stamped_at
    event = accept(desk.database, Rules(threshold=5), received.intake, by=CLERK, at=now()).events[0]
    assert event.data["letter"] == {"date": riga_day(stamp).isoformat(), "number": "1-5/12"}


def test_the_same_letter_stamped_again_on_its_day_is_the_same_letter(desk, pki, signed):
    first = take(desk, signed)
    accept(desk.database, Rules(threshold=5), first.intake, by=CLERK, at=now())
    anew = pki.sign(letter_pdf("accession", A, [ANNA], **STAMPED), ANNA, "B-T")
    assert take(desk, anew).duplicate_of == first.intake


def test_the_same_words_stamped_on_another_day_are_another_letter(desk, pki, signed):
    received = take(desk, signed)
    reference = received.recognition.recognised.reference
    days = [date(2026, 11, 20), date(2027, 2, 3)]
    keys = [
        reference_keys(received, stamped_at(received.report, datetime(day.year, day.month, day.day, 12, tzinfo=UTC)))
        for day in days
    ]
    assert keys == [[f"{reference} {day.isoformat()}"] for day in days]
    dated = take(desk, pki.sign(letter_pdf("accession", A, [ANNA], **WRITTEN), ANNA, "B-LT"))
    assert reference_keys(dated) == [dated.recognition.recognised.reference]


def test_the_day_is_that_of_the_last_signature_in_riga():
    letter = {"letter": {"date": "time-stamp"}}
    first = datetime(2026, 11, 20, 9, tzinfo=UTC)
    late = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    assert date_of_letter(letter, [first]) == date(2026, 11, 20)
    assert date_of_letter(letter, [late, first]) == date(2026, 11, 21)
    assert date_of_letter(letter, []) is None
    assert date_of_letter({"letter": {"date": "2026-11-20"}}, [late]) == date(2026, 11, 20)
    assert date_of_letter({}, [late]) is None


def test_who_signs_jointly_has_dated_it_with_the_last_time_stamp(desk, pki):
    pdf = pki.sign(pki.sign(letter_pdf("accession", A, [ANNA, JANIS], **STAMPED), ANNA, "B-T"), JANIS, "B-T")
    report = take(desk, pdf).report
    assert len(report.stamped_at) == len([one for one in report.signatures if one.kind is SignatureKind.SIGNATURE]) == 2
    assert all(stamp.kind is TimestampKind.SIGNATURE for one in report.signatures for stamp in one.timestamps)


def test_a_seal_does_not_date_it(lenient, pki):
    seal = pki.seal('Biedrība "Drošā pilsēta"', A)
    unstamped = pki.sign(letter_pdf("accession", A, [ANNA], **STAMPED), ANNA, "B-B")
    received = take(lenient, pki.sign(unstamped, seal, "B-T"))
    assert [one.kind for one in received.report.signatures] == [SignatureKind.SIGNATURE, SignatureKind.SEAL]
    assert received.report.stamped_at == ()
    assert ReasonCode.INCOMPLETE in codes(received)


@pytest.fixture
def lenient(tmp_path, pki, printer):
    """A desk that asks for no time stamp."""
    policy = POLICIES["lenient"]
    with (
        Verifier(trust=load_trust(pki.trust_folder), policy=policy, profile=PROFILES["letter"]) as verifier,
        desks_at(tmp_path, verifier, {"iem": printer}) as desk_of,
    ):
        yield desk_of()


def test_without_a_time_stamp_it_has_no_date_and_a_person_looks_even_where_none_is_asked_for(lenient, pki):
    received = take(lenient, pki.sign(letter_pdf("accession", A, [ANNA], **STAMPED), ANNA, "B-B"))
    assert codes(received) == [ReasonCode.INCOMPLETE]
    assert (received.report.decision, received.report.exit_code) == (Decision.REVIEW, ExitCode.CONTENT)
    assert reference_keys(received) == [received.recognition.recognised.reference]
    written = take(lenient, pki.sign(letter_pdf("accession", A, [ANNA], **WRITTEN), ANNA, "B-B"))
    assert codes(written) == []


def test_what_is_refused_for_its_time_stamp_is_not_told_twice(desk, pki):
    received = take(desk, pki.sign(letter_pdf("accession", A, [ANNA], **STAMPED), ANNA, "B-B"))
    assert codes(received) == [ReasonCode.TIME]


def test_a_reply_names_the_letter_by_the_day_of_its_time_stamp_and_its_e_address(tmp_path, pki):
    folder = tmp_path / "office"
    init_workspace(folder, "iem")
    (folder / "docgen.toml").write_text('pack = "iem"\npolicy = "by-anchor"\n', "utf-8")
    shutil.copytree(pki.trust_folder, folder / "trust", dirs_exist_ok=True)
    office = Workspace(folder=folder, pack="iem", policy="by-anchor")
    pack = load_pack(IEM)
    data = {**whole_data("accession", pack), **STAMPED}
    (pdf,) = make_letter(check_letter("accession", data, pack), ["pdf"]).values()
    pdf = pki.sign(pdf, ANNA, "B-LT")
    moment = now()
    (received,) = receive_files(office, [Source(name="a.pdf", data=pdf)], Receipt(received_at=moment, now=moment))
    with Decider(office, by=CLERK, at=now()) as decider:
        decider.accept(received.intake)
    today = riga_day(now())
    (reply,) = replies(read_case(office, received.intake, today), pack, today)
    day = riga_day(received.report.stamped_at[0])
    assert reply.data["case"]["letter_date"] == day.isoformat()
    signing = {"signatories": [{"name": "Ilze Kalniņa", "position": "departamenta direktore"}]}
    (receipt,) = make_letter(check_letter(reply.kind, merged(reply.data, signing), pack), ["pdf"]).values()
    text = structure_text(receipt).replace("\u00a0", " ")
    assert f"Uz {day:%d.%m.%Y}. Nr. 1-5/12" in text
    assert f"e-adrese _DEFAULT@{A}" in text

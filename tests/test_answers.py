"""What becomes of letters: what they change, what is kept on file, and what the secretariat answers.

Really signed letters by a test authority, received through the locked-down worker.
"""

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from docgen.cli.root import root
from docgen.database import open_database
from docgen.demo.blackout import black_out
from docgen.demo.pki import PASSWORD
from docgen.documents.heads import read_head
from docgen.documents.letters import check_letter, head_of, make_letter
from docgen.documents.packs import load_pack, open_pack
from docgen.documents.pdf import print_pdf
from docgen.edition.deep_reports import deep_to_text
from docgen.edition.deep_worker import verify_edition_file
from docgen.edition.disagreements import in_letter
from docgen.errors import DataError, ExitCode, UsageError
from docgen.model.blocks import Document, Paragraph, plain
from docgen.model.calendar import easter, is_working_day, next_working_day, public_holidays
from docgen.model.decisions import Rules
from docgen.model.due import DueKind, months_after
from docgen.model.events import EventType
from docgen.model.moments import riga_day
from docgen.model.notices import open_proposals
from docgen.model.policy import POLICIES
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Decision, Reason, ReasonCode, Verdict
from docgen.model.recognition import Act
from docgen.model.replay import replay
from docgen.model.representation import is_recalled, representation_of
from docgen.model.return_reasons import SENTENCES, VARIANTS, sentences_of
from docgen.model.text import say
from docgen.register.audit import audit_records
from docgen.register.events import load_events
from docgen.register.evidence import evidence_path, read_evidence
from docgen.register.personal import personal_value
from docgen.signatures.batch import Submission, Verifier
from docgen.signatures.sign import Credentials, Level, sign_pdf
from docgen.signatures.trust import load_trust
from docgen.workflow.answers import Reply, completed, merged, read_case, replies
from docgen.workflow.compile import issue_edition, memorandum_of
from docgen.workflow.correcting import correct
from docgen.workflow.deciding import Decider
from docgen.workflow.desk import receive_files
from docgen.workflow.dues import read_due
from docgen.workflow.erasing import erase
from docgen.workflow.noticing import record_sent
from docgen.workflow.printing import Printer
from docgen.workflow.reading import audit_register
from docgen.workflow.receive import Receipt, Source, receive
from docgen.workflow.register import Accepted, Said, accept, accept_all_in_order
from docgen.workspace import Workspace, init_workspace, pack_folder
from tests import catalogue
from tests.desks import desks_at
from tests.letters import IEM, A, B, letter_pdf, whole_data

CLERK = "I. Kalniņa"
ANNA = "Anna Bērziņa"
RULES = Rules(threshold=5)
ROUND = Rules(mode="round", effective="signed")
MK = pack_folder(None, "mk")


@pytest.fixture(scope="module")
def printers():
    with Printer(IEM) as iem, Printer(MK) as mk:
        yield {"iem": iem, "mk": mk}


@pytest.fixture
def desk_of(tmp_path, verifier, printers):
    """Return a function that gives the desk of a pack; both desks write into one register."""
    with desks_at(tmp_path, verifier, printers) as desk:
        yield desk


def now():
    return datetime.now(tz=UTC)


def take(desk, pdf):
    moment = now()
    (received,) = receive(desk, [Source(name="letter.pdf", data=pdf)], Receipt(received_at=moment, now=moment))
    return received


def whole(kind, folder=IEM, **changes):
    """Return the PDF of a letter with every field of its template filled by its example."""
    pack = load_pack(folder)
    data = {**whole_data(kind, pack), **changes}
    return next(iter(make_letter(check_letter(kind, data, pack), ["pdf"]).values()))


def codes(received):
    return [reason.code for reason in received.report.reasons]


def events_of(desk):
    with desk.database.reading() as connection:
        return load_events(connection)


def register(desk, pki, kind, rules=RULES, **tables):
    """Have organisation A send a letter, and register it; return its event."""
    received = take(desk, pki.sign(letter_pdf(kind, A, [ANNA], **tables), ANNA, "B-LT"))
    outcome = accept(desk.database, rules, received.intake, by=CLERK, at=now(), why="seen")
    assert isinstance(outcome, Accepted)
    return outcome.events[0]


def notice(wish, **tables):
    return {"council": {"wish": wish, **tables}}


PERSON = {"name": "Līga Kalna", "position": "valdes locekle", "email": "liga@alfa.example", "phone": "+371 60000002"}
OTHER = {**PERSON, "name": "Pēteris Zariņš"}


def test_a_proposal_is_kept_on_file_with_its_number_and_its_keys(desk_of, pki):
    desk = desk_of()
    signed = pki.sign(whole("proposal"), ANNA, "B-LT")
    received = take(desk, signed)
    assert (codes(received), received.report.decision) == ([], Decision.ACCEPT)
    found = received.recognition.recognised
    assert (found.as_, found.act, found.kind) == ("printed", Act.NONE, "proposal")
    (event,) = accept(desk.database, RULES, received.intake, by=CLERK, at=now()).events
    assert (event.type, event.data["kind"], event.intake) == (EventType.LETTER_FILED, "proposal", received.intake)
    assert replay(events_of(desk), riga_day(now())).memberships == ()
    again = take(desk, signed)
    assert (again.duplicate_of, codes(again)) == (received.intake, [ReasonCode.REPLAY])
    with desk.database.reading() as connection:
        assert audit_records(connection, desk.signed).findings == ()


@pytest.mark.parametrize("kind", ["proposal", "power-of-attorney"])
def test_who_signed_a_letter_on_file_is_compared_with_whom_it_names(desk_of, pki, kind):
    received = take(desk_of(), pki.sign(whole(kind), "Jānis Ozols", "B-LT"))
    assert codes(received) == [ReasonCode.IDENTITY]


def test_a_delegation_registers_an_accession_from_the_day_on_which_the_memorandum_was_signed(desk_of, pki):
    desk = desk_of("mk", mode="round")
    received = take(desk, pki.sign(whole("delegation", MK), ANNA, "B-LT"))
    assert received.report.decision is Decision.ACCEPT
    assert received.next_command == f"docgen register decide {received.intake} accept --effective DAY --by NAME"
    assert list(accept_all_in_order(desk.database, ROUND, by=CLERK, at=now())) == []
    with pytest.raises(UsageError, match="names a delegate"):
        accept(desk.database, ROUND, received.intake, by=CLERK, at=now())
    today = riga_day(now())
    with pytest.raises(UsageError, match="future"):
        accept(desk.database, ROUND, received.intake, by=CLERK, at=now(), effective=today + timedelta(days=1))
    outcome = accept(desk.database, ROUND, received.intake, by=CLERK, at=now(), effective=today)
    assert [(event.type, event.effective_on) for event in outcome.events] == [(EventType.ACCESSION, today)]
    assert outcome.events[0].data["kind"] == "delegation"
    assert replay(events_of(desk), today).member(A) is not None


def test_a_delegation_does_not_fit_a_memorandum_that_is_joined_by_letter(desk_of, pki):
    desk = desk_of()
    received = take(desk, pki.sign(whole("delegation"), ANNA, "B-LT"))
    assert (codes(received), received.report.decision) == ([ReasonCode.STATE], Decision.REVIEW)
    with pytest.raises(UsageError, match="STATE"):
        accept(desk.database, RULES, received.intake, by=CLERK, at=now())


def test_a_day_that_the_memorandum_gives_is_nobodys_to_choose(desk_of, pki):
    desk = desk_of()
    received = take(desk, pki.sign(letter_pdf("accession", A, [ANNA]), ANNA, "B-LT"))
    with pytest.raises(UsageError, match="given by the memorandum"):
        accept(desk.database, RULES, received.intake, by=CLERK, at=now(), effective=date(2026, 1, 1))
    assert events_of(desk) == []


@pytest.mark.parametrize("kind", ["receipt", "return", "in-force", "answer", "sitting-notice"])
def test_a_letter_of_the_secretariat_that_comes_back_is_no_act_of_an_organisation(desk_of, pki, kind):
    received = take(desk_of(), pki.sign(whole(kind), "Ilze Kalniņa", "B-LT"))
    assert codes(received) == [ReasonCode.FOREIGN]
    found = received.recognition.recognised
    assert (found.as_, found.act, found.organisation) == ("foreign", Act.NONE, None)


def seated(desk, pki):
    register(desk, pki, "accession", council={"wish": "yes", "representative": PERSON})


def seat_of(desk):
    events = events_of(desk)
    seat = replay(events, riga_day(now())).seat(A)
    with desk.database.reading() as connection:
        digests = {event.data["representation"] for event in events if "representation" in event.data}
        personal = {digest: personal_value(connection, digest) for digest in digests}
    return seat, None if seat is None else representation_of(seat, events, personal)


def test_a_council_notice_changes_the_representative(desk_of, pki):
    desk = desk_of()
    seated(desk, pki)
    event = register(desk, pki, "council-notice", **notice("change", representative=OTHER, previous=PERSON["name"]))
    assert event.type is EventType.COUNCIL_CHANGED
    assert seat_of(desk)[1]["representative"]["name"] == OTHER["name"]


def test_a_recalled_representative_leaves_the_seat_and_nobody_in_it(desk_of, pki):
    desk = desk_of()
    seated(desk, pki)
    event = register(desk, pki, "council-notice", **notice("recall", previous=PERSON["name"]))
    seat, persons = seat_of(desk)
    assert event.type is EventType.COUNCIL_CHANGED
    assert seat is not None
    assert (is_recalled(seat, events_of(desk)), persons) == (True, None)


def test_a_notice_of_leaving_ends_the_seat_and_not_the_membership(desk_of, pki):
    desk = desk_of()
    seated(desk, pki)
    assert register(desk, pki, "council-notice", **notice("no")).type is EventType.COUNCIL_LEFT
    assert seat_of(desk)[0] is None
    assert replay(events_of(desk), riga_day(now())).member(A) is not None


@pytest.mark.parametrize("wish", ["change", "recall", "no"])
def test_who_has_no_seat_has_nothing_to_change_in_the_council(desk_of, pki, wish):
    desk = desk_of()
    register(desk, pki, "accession")
    more = {"previous": PERSON["name"]} if wish != "no" else {}
    more |= {"representative": OTHER} if wish == "change" else {}
    pdf = letter_pdf("council-notice", A, [ANNA], **notice(wish, **more))
    received = take(desk, pki.sign(pdf, ANNA, "B-LT"))
    assert (codes(received), received.report.decision) == ([ReasonCode.STATE], Decision.REVIEW)
    # A clerk may register it all the same; it gives no seat.
    accept(desk.database, RULES, received.intake, by=CLERK, at=now(), why="as asked")
    assert seat_of(desk)[0] is None


def test_a_foreign_proposal_is_what_the_clerk_read_in_it(desk_of, pki):
    desk = desk_of()
    received = take(desk, pki.sign(whole("proposal", MK), ANNA, "B-LT"))
    assert codes(received) == [ReasonCode.FOREIGN]
    said = Said(act=Act.NONE, kind="proposal", organisation=B, name="Beta")
    (event,) = accept(desk.database, RULES, received.intake, by=CLERK, at=now(), why="read it", said=said).events
    assert (event.type, event.organisation, event.data["kind"]) == (EventType.LETTER_FILED, B, "proposal")
    (waits,) = open_proposals(events_of(desk), riga_day(now()), months=1)
    assert (waits.intake, waits.name) == (received.intake, "Beta")
    assert waits.answer_due == months_after(riga_day(received.arrival.received_at), 1)


def test_a_month_ends_on_the_same_day_or_on_the_last_of_a_shorter_month():
    assert months_after(date(2026, 11, 20), 1) == date(2026, 12, 20)
    assert months_after(date(2026, 12, 31), 1) == date(2027, 1, 31)
    assert months_after(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert months_after(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)


def test_holidays_move_with_easter_and_are_made_up_for():
    # Dates of Easter as published: https://www.census.gov/data/software/x13as/genhol/easter-dates.html
    assert [easter(year) for year in (2024, 2025, 2026, 2027, 2038)] == [
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
    ]
    assert {date(2026, 4, 3), date(2026, 4, 6), date(2026, 6, 23), date(2026, 12, 31)} <= public_holidays(2026)
    # 4 May 2025 was a Sunday, 18 November 2028 will be a Saturday.
    assert not is_working_day(date(2025, 5, 5))
    assert not is_working_day(date(2028, 11, 20))
    assert is_working_day(date(2026, 5, 5))
    assert next_working_day(date(2026, 12, 24)) == date(2026, 12, 28)
    assert next_working_day(date(2026, 11, 24)) == date(2026, 11, 24)


@pytest.fixture
def office(tmp_path, pki):
    """A workspace whose trust data are the test authorities'."""
    init_workspace(tmp_path / "office", "iem")
    folder = tmp_path / "office"
    (folder / "docgen.toml").write_text('pack = "iem"\npolicy = "by-anchor"\n', "utf-8")
    shutil.copytree(pki.trust_folder, folder / "trust", dirs_exist_ok=True)
    return Workspace(folder=folder, pack="iem", policy="by-anchor")


def arrive(office, *files):
    """Receive files; return their intake numbers."""
    moment = now()
    sources = [Source(name=f"{number}.pdf", data=file) for number, file in enumerate(files)]
    came = receive_files(office, sources, Receipt(received_at=moment, now=moment))
    return [received.intake for received in came]


def decide(office, intake, word, why="", **more):
    with Decider(office, by=CLERK, at=now(), why=why) as decider:
        return decider.accept(intake, **more) if word == "accept" else decider.refuse(intake)


def answered(office, intake, kind=None):
    """Return what an arrival is answered with, and what each of those letters says."""
    pack = load_pack(IEM)
    today = riga_day(now())
    made = []
    for reply in replies(read_case(office, intake, today), pack, today, kind=kind):
        letter = check_letter(reply.kind, merged(reply.data, SIGNED), pack)
        (pdf,) = make_letter(letter, ["pdf"]).values()
        made.append((reply, pdf))
    return made


def words(pdf):
    return " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


SIGNED = {"signatories": [{"name": "Ilze Kalniņa", "position": "departamenta direktore"}]}
NUMBERS = ("40008999902", "40008999917", "40008999921", "40008999936", "40008999940")


def test_every_reason_code_has_a_sentence_and_what_to_do():
    assert set(SENTENCES) == set(ReasonCode)
    for text, remedy in (*SENTENCES.values(), *VARIANTS.values()):
        for sentence in (text, remedy):
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert "  " not in sentence


def test_the_exact_sentences_belong_to_messages_that_the_program_says():
    said = {text for text, _ in catalogue.said()}
    assert set(VARIANTS) <= said


def test_no_personal_code_and_no_name_that_cannot_be_printed_gets_into_a_return():
    def sentence(name, *, can_print=True):
        reason = Reason(
            code=ReasonCode.IDENTITY,
            message=say("signed by {signer}, whom the letter does not name", signer=name),
        )
        return sentences_of([reason], lambda _: can_print)[0][0]

    assert "(Anna Bērziņa)" in sentence(ANNA)
    assert "010203" not in sentence("Anna Bērziņa 010203-12345")
    assert "(" not in sentence("Anna Bērziņa 010203-12345")
    assert "(" not in sentence(ANNA, can_print=False)


def test_a_registered_letter_is_answered_with_a_receipt_that_names_its_day(office, pki):
    (intake,) = arrive(office, pki.sign(letter_pdf("accession", A, [ANNA]), ANNA, "B-LT"))
    decide(office, intake, "accept")
    ((reply, pdf),) = answered(office, intake)
    assert reply.kind == "receipt"
    assert reply.data["organisation"] == {
        "name": 'Biedrība "Alfa"',
        "registration_number": A,
        "email": "birojs@alfa.example",
    }
    assert reply.data["case"]["effective"] == riga_day(now()).isoformat()
    assert intake in words(pdf)


def test_what_nobody_decided_and_docgen_would_accept_is_not_answered(office, pki):
    (intake,) = arrive(office, pki.sign(letter_pdf("accession", A, [ANNA]), ANNA, "B-LT"))
    with pytest.raises(UsageError, match="not decided"):
        answered(office, intake)


def test_a_registration_that_is_void_is_not_answered(office, pki):
    (intake,) = arrive(office, pki.sign(letter_pdf("accession", A, [ANNA]), ANNA, "B-LT"))
    (event,) = decide(office, intake, "accept").events
    with open_database(office.database_url) as database:
        correct(database, event.seq, by=CLERK, at=now(), why="by mistake")
    with pytest.raises(UsageError, match="void"):
        answered(office, intake)


def test_a_void_accession_is_not_answered_though_its_seat_was_forgotten(office, pki):
    (intake,) = arrive(
        office, pki.sign(letter_pdf("accession", A, [ANNA], **notice("yes", representative=PERSON)), ANNA, "B-LT")
    )
    accession, seat = decide(office, intake, "accept").events
    assert (accession.type, seat.type) == (EventType.ACCESSION, EventType.COUNCIL_JOINED)
    with open_database(office.database_url) as database:
        correct(database, accession.seq, by=CLERK, at=now(), why="misread")
    with pytest.raises(UsageError, match="is void"):
        answered(office, intake)


def test_a_letter_that_came_again_is_answered_under_its_first_number(office, pki):
    signed = pki.sign(letter_pdf("accession", A, [ANNA]), ANNA, "B-LT")
    (first,) = arrive(office, signed)
    decide(office, first, "accept")
    (again,) = arrive(office, signed)
    with pytest.raises(UsageError, match=first):
        answered(office, again)


def rogue(pki, pdf):
    credentials = Credentials.from_pkcs12(pki.rogue_signer(ANNA), PASSWORD)
    return sign_pdf(pdf, credentials, level=Level.T, tsa_url=pki.tsa_url)


def flawed(pki, flaw):
    """Return a letter of accession with one thing wrong with it."""
    pdf = letter_pdf("accession", A, [ANNA])
    match flaw:
        case "unsigned":
            return pdf
        case "altered":
            return black_out(pki.sign(pdf, ANNA, "B-LT"), height=470)
        case "no time stamp":
            return pki.sign(pdf, ANNA, "B-B")
        case "unknown authority":
            return rogue(pki, pdf)
        case "wrong signer":
            return pki.sign(pdf, "Jānis Ozols", "B-LT")
        case _:
            return pki.sign(letter_pdf("accession", A, [ANNA, "Jānis Ozols"]), ANNA, "B-LT")


@pytest.mark.parametrize(
    ("flaw", "text", "remedy"),
    [
        ("unsigned", "Vēstule nav parakstīta ar elektronisko parakstu.", "pievienojot laika zīmogu"),
        ("altered", "Vēstule pēc parakstīšanas ir grozīta.", "kāda tā saglabāta pēc parakstīšanas"),
        ("no time stamp", "Parakstam nav laika zīmoga.", "pievienojot kvalificētu laika zīmogu"),
        ("unknown authority", "Parakstītāja sertifikātu nav izsniedzis", "eID karti"),
        ("wrong signer", "Vēstuli parakstījusi persona (Jānis Ozols)", "norādot pareizos parakstītājus"),
        (
            "one of two",
            "Vēstuli nav parakstījusi kāda no tajā norādītajām personām (Jānis Ozols).",
            "trūkstošo parakstu",
        ),
    ],
)
def test_a_return_says_what_is_wrong_and_what_to_send(office, pki, flaw, text, remedy):
    (intake,) = arrive(office, flawed(pki, flaw))
    if flaw == "one of two":
        # It waits for the second signature; the clerk does not wait any longer.
        decide(office, intake, "refuse", why="otra parakstītāja paraksts nav saņemts")
    ((reply, pdf),) = answered(office, intake)
    assert reply.kind == "return"
    read = words(pdf)
    assert text in read
    assert remedy in read
    assert intake in read
    decided = read_case(office, intake, riga_day(now())).decision
    if decided is None:
        decide(office, intake, "refuse")
        assert answered(office, intake)[0][0].data["reasons"] == reply.data["reasons"]


def test_every_reason_of_a_report_is_in_the_return_once(office, pki):
    wrong = pki.sign(letter_pdf("accession", A, [ANNA]), "Jānis Ozols", "B-B")
    (intake,) = arrive(office, wrong)
    case = read_case(office, intake, riga_day(now()))
    assert {reason.code for reason in case.arrival.reasons} == {ReasonCode.TIME, ReasonCode.IDENTITY}
    ((reply, _),) = answered(office, intake)
    assert len(reply.data["reasons"]) == 2


def test_what_a_clerk_refuses_for_a_reason_of_his_own_is_returned_with_that_reason(office, pki):
    (intake,) = arrive(office, pki.sign(letter_pdf("accession", A, [ANNA]), ANNA, "B-LT"))
    decide(office, intake, "refuse", why="organizācija vēstuli ir atsaukusi")
    ((_, pdf),) = answered(office, intake)
    assert "Organizācija vēstuli ir atsaukusi." in words(pdf)


def test_the_addressee_of_what_was_not_proved_is_for_the_signatory_to_check(office, pki):
    (altered,) = arrive(office, flawed(pki, "altered"))
    ((reply, _),) = answered(office, altered)
    assert reply.data["case"]["act"] == "other"
    assert [str(note) for note in reply.notes] == [
        f"What {altered} says was not proved: check the addressee before you sign."
    ]


def test_the_letter_that_brings_the_memorandum_into_force_is_answered_to_all_five(office, pki):
    names = {number: f'Biedrība "Piektā {place}"' for place, number in enumerate(NUMBERS)}
    files = []
    for number, name in names.items():
        data = whole_data("accession", load_pack(IEM))
        data["organisation"] |= {"registration_number": number, "name": name, "email": f"b@n{number}.example"}
        data["organisation"]["e_address"] = f"_DEFAULT@{number}"
        pack = load_pack(IEM)
        (pdf,) = make_letter(check_letter("accession", data, pack), ["pdf"]).values()
        files.append(pki.sign(pdf, ANNA, "B-LT"))
    intakes = arrive(office, *files)
    for intake in intakes:
        decide(office, intake, "accept")
    assert [reply.kind for reply, _ in answered(office, intakes[0])] == ["receipt"]
    made = answered(office, intakes[-1])
    assert [reply.kind for reply, _ in made] == ["receipt", *["in-force"] * 5]
    assert [reply.data["organisation"]["registration_number"] for reply, _ in made[1:]] == list(NUMBERS)
    assert {reply.data["organisation"]["email"] for reply, _ in made[1:]} == {f"b@n{n}.example" for n in NUMBERS}
    for _, pdf in made[1:]:
        assert all(name in words(pdf) for name in names.values())
    assert len(answered(office, intakes[-1], kind="in-force")) == 5
    # A letter of another organisation, registered as the first one's by mistake, does not say where that is reached.
    other = {
        **data["organisation"],
        "registration_number": NUMBERS[0],
        "email": "other@n.example",
        "e_address": NUMBERS[0],
    }
    (proposal,) = arrive(office, pki.sign(whole("proposal", organisation=other), ANNA, "B-LT"))
    (event,) = decide(office, proposal, "accept").events
    with open_database(office.database_url) as database:
        correct(database, event.seq, by=CLERK, at=now(), why="misread")
    emails = [reply.data["organisation"]["email"] for reply, _ in answered(office, intakes[-1], kind="in-force")]
    assert emails[0] == f"b@n{NUMBERS[0]}.example"


# --- Templates of the workspace


def own_template(office, name, content):
    folder = office.folder / "templates" / "iem"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)


@pytest.mark.parametrize("content", [b"+++\nkind = 1\n+++\n", "+++\nkind = 'ā'\n+++\n".encode("cp1257")])
def test_a_template_with_a_fault_holds_up_no_letter_of_another_kind(office, pki, content):
    own_template(office, "mine.md", content)
    intakes = arrive(
        office, *(pki.sign(letter_pdf(kind, A, [ANNA]), ANNA, "B-LT") for kind in ("accession", "withdrawal"))
    )
    assert len(intakes) == 2
    assert isinstance(decide(office, intakes[0], "accept"), Accepted)
    with pytest.raises(DataError):
        head_of("mine", open_pack(office, "iem"))


def test_a_letter_whose_own_template_has_a_fault_is_for_a_person_to_read(office, pki):
    own_template(office, "withdrawal.md", b"+++\nkind = 1\n+++\n")
    files = [pki.sign(letter_pdf(kind, A, [ANNA]), ANNA, "B-LT") for kind in ("withdrawal", "accession")]
    moment = now()
    sources = [Source(name="letter.pdf", data=file) for file in files]
    first, second = receive_files(office, sources, Receipt(received_at=moment, now=moment))
    assert (codes(first), first.report.decision) == ([ReasonCode.FOREIGN], Decision.REVIEW)
    assert "docgen template check withdrawal" in str(first.report.reasons[0].message)
    assert second.recognition.recognised.organisation == A


def test_letters_to_several_organisations_do_not_all_go_to_one():
    to = [{"organisation": {"registration_number": number, "name": "Alfa"}} for number in NUMBERS[:2]]
    due = [Reply(kind="in-force", data=data) for data in to]
    with pytest.raises(UsageError, match="several organisations"):
        completed(due, {"organisation": {"name_dative": "Alfai"}})
    made = completed(due, {"datives": {NUMBERS[1]: "Alfai"}, **SIGNED})
    assert ["name_dative" in one.data["organisation"] for one in made] == [False, True]
    assert all(one.data["signatories"] == SIGNED["signatories"] for one in made)


def test_a_foreign_notice_about_the_council_says_what_it_wishes(office, pki):
    (intake,) = arrive(office, pki.sign(letter_pdf("accession", A, [ANNA]), ANNA, "B-LT"))
    decide(office, intake, "accept")
    said = {"organisation": A, "name": "Alfa"}
    (notice,) = arrive(office, pki.sign(whole("council-notice", MK), ANNA, "B-LT"))
    with pytest.raises(UsageError, match="wishes"):
        decide(office, notice, "accept", why="read", act="council-notice", **said)
    with pytest.raises(UsageError, match="nothing about the council"):
        decide(office, notice, "accept", why="read", act="proposal", wish="no", **said)
    for act, wish in (("council-notice", "later"), ("accession", "change"), ("delegation", "recall")):
        with pytest.raises(UsageError, match="does not say"):
            decide(office, notice, "accept", why="read", act=act, wish=wish, **said)
    (event,) = decide(office, notice, "accept", why="read", act="council-notice", wish="yes", **said).events
    assert event.type is EventType.COUNCIL_JOINED


def test_a_withdrawal_for_a_day_on_which_the_organisation_has_left_does_not_fit(desk_of, pki):
    desk = desk_of()
    register(desk, pki, "accession")
    today = riga_day(now())
    leaves = {days: {"withdrawal": {"effective": today + timedelta(days=days)}} for days in (10, 30, 60)}
    register(desk, pki, "withdrawal", **leaves[30])
    late = take(desk, pki.sign(letter_pdf("withdrawal", A, [ANNA], **leaves[60]), ANNA, "B-LT"))
    assert codes(late) == [ReasonCode.STATE]
    with pytest.raises(UsageError, match="STATE"):
        accept(desk.database, RULES, late.intake, by=CLERK, at=now())
    assert list(accept_all_in_order(desk.database, RULES, by=CLERK, at=now())) == []
    earlier = take(desk, pki.sign(letter_pdf("withdrawal", A, [ANNA], **leaves[10]), ANNA, "B-LT"))
    assert codes(earlier) == []


def test_a_foreign_withdrawal_counts_from_the_later_day_that_it_names(office, pki):
    (intake,) = arrive(office, pki.sign(letter_pdf("accession", A, [ANNA]), ANNA, "B-LT"))
    decide(office, intake, "accept")
    said = {"act": "withdrawal", "organisation": A, "name": "Alfa"}
    (leaves,) = arrive(office, pki.sign(whole("withdrawal", MK), ANNA, "B-LT"))
    today = riga_day(now())
    with pytest.raises(UsageError, match="day of receipt"):
        decide(office, leaves, "accept", why="read", effective=today - timedelta(days=1), **said)
    later = today + timedelta(days=30)
    (event,) = decide(office, leaves, "accept", why="read", effective=later, **said).events
    assert event.effective_on == later


def test_an_answered_proposal_is_due_no_more(office, pki):
    (intake,) = arrive(office, pki.sign(whole("proposal"), ANNA, "B-LT"))
    decide(office, intake, "accept")
    today = riga_day(now())
    ((receipt, _),) = answered(office, intake)
    due = months_after(today, 1)
    assert receipt.data["case"]["answer_due"] == due.isoformat()
    assert "effective" not in receipt.data["case"]
    assert [(one.kind, one.day, one.source) for one in read_due(office, today)] == [(DueKind.ANSWER, due, intake)]
    pack = load_pack(IEM)
    (reply,) = replies(read_case(office, intake, today), pack, today, kind="answer")
    decided = {"answer": {"decision": "supported", "text": ["Labi."], "reasons": ["Tas ir lietderīgi."]}}
    letter = check_letter("answer", merged(merged(reply.data, decided), SIGNED), pack)
    (pdf,) = make_letter(letter, ["pdf"]).values()
    with pytest.raises(UsageError, match="signed"):
        record_sent(office, intake, pdf, by=CLERK, at=now())
    sent = record_sent(office, intake, pki.sign(pdf, "Ilze Kalniņa", "B-LT"), by=CLERK, at=now())
    assert (sent.event.type, sent.event.data["kind"], sent.event.data["intake"]) == (
        EventType.NOTICE_SENT,
        "answer",
        intake,
    )
    assert read_due(office, today) == ()
    assert audit_register(office, today).findings == ()


def test_a_notice_is_recorded_once_and_only_about_its_own_case(office, pki):
    files = [pki.sign(letter_pdf("accession", number, [ANNA]), ANNA, "B-LT") for number in (A, B)]
    first, second = arrive(office, *files)
    decide(office, first, "accept")
    decide(office, second, "accept")
    ((_, pdf),) = answered(office, first)
    signed = pki.sign(pdf, "Ilze Kalniņa", "B-LT")
    with pytest.raises(UsageError, match="not about"):
        record_sent(office, second, signed, by=CLERK, at=now())
    sent = record_sent(office, first, signed, by=CLERK, at=now())
    again = record_sent(office, first, signed, by=CLERK, at=now())
    assert (sent.known, again.known, again.event.seq) == (False, True, sent.event.seq)
    assert read_evidence(office.signed, sent.event.evidence[0].sha256) == signed
    with pytest.raises(UsageError, match="future"):
        record_sent(office, first, signed, by=CLERK, at=now(), on=riga_day(now()) + timedelta(days=1))


def test_a_notice_to_another_organisation_is_not_recorded_about_this_one(office, pki):
    (intake,) = arrive(office, pki.sign(letter_pdf("accession", A, [ANNA]), ANNA, "B-LT"))
    decide(office, intake, "accept")
    ((reply, _),) = answered(office, intake)
    data = merged(reply.data, {**SIGNED, "organisation": {"registration_number": B, "name": "Biedrība “Beta”"}})
    (pdf,) = make_letter(check_letter("receipt", data, load_pack(IEM)), ["pdf"]).values()
    signed = pki.sign(pdf, "Ilze Kalniņa", "B-LT")
    with pytest.raises(UsageError, match=f"goes to {B}"):
        record_sent(office, intake, signed, by=CLERK, at=now())


def test_a_notice_that_docgen_did_not_print_needs_its_kind(office, pki):
    (intake,) = arrive(office, flawed(pki, "unsigned"))
    decide(office, intake, "refuse")
    page = Document(
        title="Par",
        date=date(2026, 11, 24),
        blocks=(
            Paragraph(
                text=plain("Atdodam."),
            ),
        ),
    )
    signed = pki.sign(print_pdf(page), "Ilze Kalniņa", "B-LT")
    with pytest.raises(UsageError, match="what kind"):
        record_sent(office, intake, signed, by=CLERK, at=now())
    with pytest.raises(UsageError, match="does not fit"):
        record_sent(office, intake, signed, by=CLERK, at=now(), kind="receipt")
    event = record_sent(office, intake, signed, by=CLERK, at=now(), kind="return").event
    assert (event.organisation, event.data["kind"]) == (A, "return")
    # Whose letter an altered one is, nobody knows: the event does not say it.
    (altered,) = arrive(office, flawed(pki, "altered"))
    event = record_sent(office, altered, signed, by=CLERK, at=now(), kind="return").event
    assert (event.organisation, event.data["name"]) == (None, "")


def test_the_clerk_types_it(office, pki):
    (intake,) = arrive(office, pki.sign(letter_pdf("accession", A, [ANNA]), ANNA, "B-LT"))
    decide(office, intake, "accept")

    def run(*typed):
        return CliRunner().invoke(
            root, ["--workspace", str(office.folder), "--lang", "en", "register", *typed], catch_exceptions=False
        )

    example = run("answer", intake, "--example").stdout
    assert f'intake = "{intake}"' in example
    assert "\n#[[signatories]]" in example
    with pytest.raises(UsageError, match="who signs"):
        run("answer", intake)
    who = ("--signatory", "Ilze Kalniņa", "--position", "departamenta direktore")
    done = run("answer", intake, *who, "--number", "1-57/301", "--format", "pdf")
    (made,) = (office.output / "letters").glob("receipt-*.pdf")
    assert str(made) in done.stdout
    assert "Nr. 1-57/301" in words(made.read_bytes()).replace("\u00a0", " ")
    sent = office.folder / "sent.pdf"
    sent.write_bytes(pki.sign(made.read_bytes(), "Ilze Kalniņa", "B-LT"))
    assert f"notice sent  (receipt, {intake})" in run("sent", intake, str(sent), "--by", CLERK).stdout
    assert f"(receipt, {intake})" in run("history").stdout
    assert f"(receipt, {intake})" in run("show", intake).stdout
    assert json.loads(run("show", intake, "--json").stdout)["notices"] == [2]


def edition_of(office, pki, pack=IEM):
    moment = now()
    return issue_edition(
        office,
        memorandum_of(load_pack(pack)),
        pack="iem",
        as_of=riga_day(moment),
        at=moment,
        credentials=Credentials.from_pkcs12(pki.seal("Iestāde", "40008999993"), PASSWORD),
        level=Level.LTA,
        tsa_url=pki.tsa_url,
        by=CLERK,
    )


def test_an_edition_holds_letters_on_file_and_notices_and_verifies(office, pki):
    signed = pki.sign(whole("proposal"), ANNA, "B-LT")
    proposal, delegation = arrive(office, signed, pki.sign(whole("delegation"), ANNA, "B-LT"))
    decide(office, proposal, "accept")
    decide(office, delegation, "accept", why="signed in the round")
    ((_, pdf),) = answered(office, proposal)
    notice = record_sent(office, proposal, pki.sign(pdf, "Ilze Kalniņa", "B-LT"), by=CLERK, at=now()).event
    deep = verify_edition_file(edition_of(office, pki).path, trust=load_trust(office.trust), as_of=now())
    assert (deep.verdict, deep.exit_code) == (Verdict.PASSED, ExitCode.DONE), deep_to_text(deep)
    held = {item.sha256 for item in deep.originals}
    assert hashlib.sha256(signed).hexdigest() in held
    assert notice.evidence[0].sha256 not in held


def test_a_letter_on_file_that_says_another_kind_than_its_event_is_found(office, pki):
    (intake,) = arrive(office, pki.sign(whole("proposal"), ANNA, "B-LT"))
    (event,) = decide(office, intake, "accept").events
    changed = replace(event, data={**event.data, "kind": "power-of-attorney"})
    report = Verifier(trust=load_trust(office.trust), policy=POLICIES["by-anchor"], profile=PROFILES["letter"])
    path = evidence_path(office.signed, event.evidence[0].sha256)
    with report as verifier:
        (file,) = verifier.report([Submission(name="letter.pdf", path=path)], as_of=now()).files
    assert list(in_letter(event, file)) == []
    assert ["says proposal" in str(message) for message in in_letter(changed, file)] == [True]


def test_what_was_erased_of_a_letter_is_missing_in_its_answer_and_nothing_else(office, pki):
    (intake,) = arrive(office, pki.sign(whole("proposal"), ANNA, "B-LT"))
    decide(office, intake, "accept")
    with open_database(office.database_url) as database:
        erase(database, intake, by=CLERK, at=now(), why="asked for")
    ((reply, _),) = answered(office, intake)
    assert reply.data["organisation"] == {"name": 'Biedrība "Drošā pilsēta"', "registration_number": A}
    assert set(reply.data["case"]) == {"intake", "received", "act", "answer_due"}


def test_a_template_cannot_do_what_the_register_does_not_know():
    text = (IEM.parent / "common" / "proposal.md").read_text("utf-8")
    with pytest.raises(DataError) as caught:
        read_head(text.replace('kind = "proposal"', 'kind = "proposal"\nact = "expulsion"'), name="iem/proposal")
    assert "act" in {problem.path for problem in caught.value.problems}

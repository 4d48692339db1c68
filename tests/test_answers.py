"""What becomes of letters: what they change, what is kept on file, and what the secretariat answers.

Really signed letters by a test authority, received through the locked-down worker.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from docgen.database import open_database
from docgen.demo.pki import TestPki
from docgen.documents.letters import check_letter, make_letter
from docgen.documents.packs import load_pack
from docgen.errors import UsageError
from docgen.model.calendar import add_months, easter, is_working_day, next_working_day, public_holidays
from docgen.model.decisions import Rules
from docgen.model.events import EventType
from docgen.model.moments import riga_day
from docgen.model.notices import proposals
from docgen.model.policy import POLICIES
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Decision, ReasonCode
from docgen.model.recognition import Act
from docgen.model.replay import replay
from docgen.model.representation import is_recalled, representation_of
from docgen.register.audit import audit_records
from docgen.register.events import load_events
from docgen.register.personal import personal_value
from docgen.signatures.batch import Submission, Verifier
from docgen.signatures.reports import to_json
from docgen.signatures.trust import load_trust
from docgen.workflow.printing import Printer
from docgen.workflow.receive import Desk, Receipt, Source, receive
from docgen.workflow.register import Accepted, Said, accept, accept_all_in_order
from docgen.workspace import pack_folder
from tests.letters import IEM, A, B, letter_pdf, whole_data

CLERK = "I. Kalniņa"
ANNA = "Anna Bērziņa"
RULES = Rules(threshold=5)
ROUND = Rules(mode="round", effective="signed")
MK = pack_folder(None, "mk")


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("pki")) as pki:
        pki.write_revocation()
        yield pki


@pytest.fixture(scope="module")
def verifier(pki):
    trust = load_trust(pki.trust_folder)
    with Verifier(trust=trust, policy=POLICIES["by-anchor"], profile=PROFILES["letter"]) as verifier:
        yield verifier


@pytest.fixture(scope="module")
def printers():
    with Printer(IEM) as iem, Printer(MK) as mk:
        yield {"iem": iem, "mk": mk}


@pytest.fixture
def desk_of(tmp_path, verifier, printers):
    """Return a function that gives the desk of a pack; both desks write into one register."""

    def verify(path: Path, name: str, moment: datetime):
        return verifier.report([Submission(name=name, path=path)], as_of=moment, receipt=moment)

    with open_database(f"sqlite:///{tmp_path / 'register.db'}") as database:

        def desk(pack="iem", mode="letter"):
            return Desk(
                database=database,
                signed=tmp_path / "signed",
                pack=pack,
                renderer=printers[pack],
                verify=verify,
                material=verifier.trust.given(),
                policy="by-anchor",
                as_json=lambda report: to_json(report, str),
                mode=mode,
            )

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


def test_a_foreign_proposal_is_what_the_clerk_read_in_it(desk_of, pki):
    desk = desk_of()
    received = take(desk, pki.sign(whole("proposal", MK), ANNA, "B-LT"))
    assert codes(received) == [ReasonCode.FOREIGN]
    said = Said(act=Act.NONE, kind="proposal", organisation=B, name="Beta")
    (event,) = accept(desk.database, RULES, received.intake, by=CLERK, at=now(), why="read it", said=said).events
    assert (event.type, event.organisation, event.data["kind"]) == (EventType.LETTER_FILED, B, "proposal")
    (waits,) = proposals(events_of(desk), riga_day(now()), months=1)
    assert (waits.intake, waits.name, waits.answered_on) == (received.intake, "Beta", None)


def test_a_month_ends_on_the_same_day_or_on_the_last_of_a_shorter_month():
    assert add_months(date(2026, 11, 20), 1) == date(2026, 12, 20)
    assert add_months(date(2026, 12, 31), 1) == date(2027, 1, 31)
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)


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

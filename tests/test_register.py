"""Deciding: a named person's act, one transaction, checked again against the register of that moment."""

import json
import threading
from datetime import UTC, date, datetime

import pytest

from docgen.database import open_database
from docgen.errors import UsageError
from docgen.model.decisions import Rules
from docgen.model.events import EventType
from docgen.model.reasons import Decision, Reason, ReasonCode, decision_of
from docgen.model.recognition import Act, MilderReason
from docgen.model.replay import replay
from docgen.model.text import say, say_count
from docgen.register.events import load_events
from docgen.register.export import csv_of, member_rows, state_as_json
from docgen.register.intake import all_arrivals, find_decision, log_arrival, reason_as_json
from docgen.register.personal import erase_personal, keep_personal, personal_value
from docgen.workflow.correcting import correct
from docgen.workflow.reading import audit_register, read_register
from docgen.workflow.register import Accepted, Answered, Said, accept, accept_all_in_order, refuse
from docgen.workspace import init_workspace

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
RULES = Rules(threshold=5, counts="acceded", in_force_clause="15", predecessor={"date": "2007-11-08"})
CLERK = "I. Kalniņa"
A, B, C, D, E = (f"4000899990{n}" for n in range(1, 6))


@pytest.fixture
def database(tmp_path):
    with open_database(f"sqlite:///{tmp_path / 'register.db'}") as opened:
        yield opened


def arrival_fields(serial, *, act="accession", organisation=A, reasons=(), as_="printed", **changes):
    recognised = {"as": as_, "differences": []}
    if as_ == "printed":
        recognised |= {"act": act, "organisation": organisation, "name": "Alfa", "reference": f"REF-{serial}"}
    return {
        "channel": "file",
        "name": "letter.pdf",
        "size": 3,
        "stored": True,
        "policy": "by-anchor",
        "sha256": f"{serial:064x}",
        "report": f"{serial + 10**6:064x}",
        "material": [],
        "reasons": [reason_as_json(reason) for reason in reasons],
        "recognised": recognised,
        "signers": [],
        "signed_at": [],
        "keys": [
            {"kind": "file", "value": f"{serial:064x}"},
            {"kind": "signed", "value": f"s{serial}"},
            *([{"kind": "reference", "value": f"REF-{serial}"}] if as_ == "printed" else []),
        ],
        **changes,
    }


def arrive(database, serial, *, received=RECEIVED, letter=None, **settings):
    with database.writing() as connection:
        fields = arrival_fields(serial, **settings)
        if letter is not None:
            fields["letter"] = keep_personal(connection, letter)
        return log_arrival(connection, received, fields).intake


def events_of(database):
    with database.reading() as connection:
        return load_events(connection)


def register(database, intake, **settings):
    return accept(database, RULES, intake, by=CLERK, at=NOW, **settings)


FOREIGN = Reason(code=ReasonCode.FOREIGN, message=say("docgen did not print this letter"))
CHANGED = Reason(code=ReasonCode.CHANGED, message=say("changed after signing"))


def test_numbers_run_by_the_year_of_receipt_in_riga(database):
    new_year = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
    assert [arrive(database, 1), arrive(database, 2), arrive(database, 3, received=new_year)] == [
        "2026-0001",
        "2026-0002",
        "2027-0001",
    ]


def test_numbers_are_not_used_twice_by_writers_at_once(database):
    threads = [threading.Thread(target=arrive, args=(database, serial)) for serial in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert [arrival.intake for arrival in all_arrivals(connection)] == [f"2026-{n:04d}" for n in range(1, 13)]


def test_an_accepted_accession_is_an_event_of_the_day_of_receipt(database):
    outcome = register(database, arrive(database, 1))
    assert isinstance(outcome, Accepted)
    event = outcome.events[0]
    assert (event.type, event.organisation, event.effective_on) == ("accession", A, date(2026, 11, 20))
    assert (event.by, event.intake, event.recorded_at) == (CLERK, "2026-0001", NOW)
    assert [item.kind for item in event.evidence] == ["letter", "report"]


def test_a_letter_received_late_in_the_evening_counts_for_the_day_in_riga(database):
    intake = arrive(database, 1, received=datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
    assert register(database, intake).events[0].effective_on == date(2026, 11, 21)


def test_where_the_pack_says_so_the_time_stamp_is_the_day(database):
    signed = ["2026-11-18T08:00:00Z", "2026-11-19T08:00:00Z"]
    intake = arrive(database, 1, signed_at=signed)
    outcome = accept(database, Rules(effective="signed"), intake, by=CLERK, at=NOW)
    assert outcome.events[0].effective_on == date(2026, 11, 19)


def test_an_accession_that_wishes_a_seat_gives_two_events_in_one_act(database):
    letter = {
        "organisation": {"legal_address": "Parauga iela 1", "email": "a@alfa.example"},
        "letter": {"date": "2026-11-20", "number": "1"},
        "contact": {"name": "Jānis Ozols", "phone": "+371 60000001"},
        "council": {"wish": "yes", "representative": {"name": "Jānis Ozols", "email": "janis@alfa.example"}},
    }
    outcome = register(database, arrive(database, 1, letter=letter))
    assert [event.type for event in outcome.events] == ["accession", "council-joined"]
    text = b"".join(event.body for event in outcome.events).decode()
    assert "Ozols" not in text
    assert "alfa.example" not in text
    with database.reading() as connection:
        contact = personal_value(connection, outcome.events[0].data["personal"])
        representation = personal_value(connection, outcome.events[1].data["representation"])
    assert contact["contact"]["name"] == "Jānis Ozols"
    assert representation["representative"]["email"] == "janis@alfa.example"


def test_a_personal_value_can_be_erased_and_the_chain_still_holds(database):
    letter = {"contact": {"name": "Jānis Ozols"}}
    digest = register(database, arrive(database, 1, letter=letter)).events[0].data["personal"]
    with database.writing() as connection:
        assert erase_personal(connection, [digest], {"by": CLERK, "why": "asked"}) == 1
        assert personal_value(connection, digest) is None
        assert erase_personal(connection, [digest], {"by": CLERK, "why": "asked"}) == 0
    assert len(events_of(database)) == 1


def test_the_fifth_registers_entry_into_force_in_the_same_act(database):
    for serial, organisation in enumerate((A, B, C, D), start=1):
        register(database, arrive(database, serial, organisation=organisation))
    outcome = register(database, arrive(database, 5, organisation=E))
    assert [event.type for event in outcome.events] == ["accession", "in-force", "predecessor-lapsed"]
    assert outcome.events[1].data["organisations"] == [A, B, C, D, E]
    assert outcome.events[1].by == CLERK
    with database.reading() as connection:
        assert find_decision(connection, outcome.intake)["events"] == [5, 6, 7]


def test_a_withdrawal_counts_from_the_day_it_names_but_never_before_receipt(database):
    register(database, arrive(database, 1))
    later = arrive(database, 2, act="withdrawal", letter={"withdrawal": {"effective": "2026-12-31"}})
    assert register(database, later).events[0].effective_on == date(2026, 12, 31)
    early = arrive(database, 3, act="withdrawal", letter={"withdrawal": {"effective": "2026-01-01"}})
    assert register(database, early).events[0].effective_on == date(2026, 11, 20)


@pytest.mark.parametrize("code", [ReasonCode.CHANGED, ReasonCode.UNSIGNED, ReasonCode.PARSE])
def test_what_nobody_can_accept(database, code):
    reasons = (
        Reason(code=code, message=say("x")),
        Reason(code=ReasonCode.TIME, message=say("y")),
    )
    intake = arrive(database, 1, reasons=reasons)
    with pytest.raises(UsageError, match="cannot be accepted"):
        register(database, intake, why="because I say so")
    assert events_of(database) == []


def test_an_accept_against_the_proposal_needs_a_reason_and_keeps_it(database):
    partial = Reason(code=ReasonCode.PARTIAL, message=say("one has not signed"))
    intake = arrive(database, 1, reasons=(partial,))
    with pytest.raises(UsageError, match="reason"):
        register(database, intake)
    assert register(database, intake, why="power of attorney seen").events[0].why == "power of attorney seen"


def test_a_foreign_letter_is_decided_with_what_it_says(database):
    intake = arrive(database, 1, as_="foreign", reasons=(FOREIGN,))
    with pytest.raises(UsageError, match="did not print"):
        register(database, intake, why="read it")
    said = Said(act=Act.ACCESSION, organisation=B, name="Beta")
    event = register(database, intake, why="read it", said=said).events[0]
    assert (event.organisation, event.data["name"], event.data["recognised"]) == (B, "Beta", "foreign")


def test_a_printed_letter_says_itself_what_it_is(database):
    said = Said(act=Act.WITHDRAWAL, organisation=B, name="Beta")
    with pytest.raises(UsageError, match="itself"):
        register(database, arrive(database, 1), said=said)


def test_the_same_letter_twice_is_answered_with_its_number(database):
    first, again = arrive(database, 1), arrive(database, 2)
    other = arrive(database, 3, keys=[{"kind": "reference", "value": "REF-1"}])
    register(database, first)
    register(database, again, why="a second letter")
    outcome = register(database, other)
    assert outcome == Answered(intake=other, duplicate_of=first)
    assert len(events_of(database)) == 2
    with database.reading() as connection:
        assert find_decision(connection, other)["decision"] == "duplicate"


def test_a_refused_letter_does_not_block_the_same_one_later(database):
    first = arrive(database, 1)
    refuse(database, first, by=CLERK, at=NOW, why="by mistake")
    again = arrive(database, 2, keys=[{"kind": "reference", "value": "REF-1"}])
    assert isinstance(register(database, again), Accepted)


def test_an_arrival_is_decided_once(database):
    intake = arrive(database, 1)
    register(database, intake)
    with pytest.raises(UsageError, match="already"):
        register(database, intake)
    with pytest.raises(UsageError, match="already"):
        refuse(database, intake, by=CLERK, at=NOW, why="x")


def test_a_refusal_is_kept_with_name_moment_and_reasons(database):
    intake = arrive(database, 1, reasons=(CHANGED,))
    refuse(database, intake, by=CLERK, at=NOW)
    with database.reading() as connection:
        decision = find_decision(connection, intake)
    assert {key: decision[key] for key in ("decision", "by", "at", "why")} == {
        "decision": "refuse",
        "by": CLERK,
        "at": "2026-11-24T09:00:00Z",
        "why": "CHANGED",
    }


def test_a_refusal_against_the_proposal_needs_a_reason(database):
    intake = arrive(database, 1)
    with pytest.raises(UsageError, match="reason"):
        refuse(database, intake, by=CLERK, at=NOW)


@pytest.mark.parametrize("by", ["", "  ", "a\nb", "x" * 201])
def test_a_decision_needs_a_name(database, by):
    intake = arrive(database, 1)
    with pytest.raises(UsageError):
        accept(database, RULES, intake, by=by, at=NOW)


@pytest.mark.parametrize("intake", ["7", "2026-0009", "x; DROP TABLE events"])
def test_an_unknown_number_is_said_to_be_unknown(database, intake):
    with pytest.raises(UsageError):
        register(database, intake)


def test_all_in_order_registers_by_number_and_leaves_the_rest(database):
    arrive(database, 1, act="withdrawal", organisation=B)
    arrive(database, 2, organisation=A)
    arrive(database, 3, act="withdrawal", organisation=A)
    arrive(database, 4, reasons=(CHANGED,))
    arrive(database, 5, as_="foreign", reasons=(FOREIGN,))
    done = list(accept_all_in_order(database, RULES, by=CLERK, at=NOW))
    assert [outcome.intake for outcome in done] == ["2026-0002", "2026-0003"]
    assert replay(events_of(database), date(2026, 11, 20)).members == ()


def test_what_did_not_fit_on_arrival_may_fit_when_it_is_decided(database):
    state = Reason(code=ReasonCode.STATE, message=say("no member"))
    first = arrive(database, 1)
    withdrawal = arrive(database, 2, act="withdrawal", reasons=(state,))
    with pytest.raises(UsageError, match="STATE"):
        register(database, withdrawal)
    register(database, first)
    assert register(database, withdrawal).events[0].type is EventType.WITHDRAWAL


def test_what_fitted_on_arrival_may_not_fit_any_more(database):
    first, second = arrive(database, 1), arrive(database, 2)
    register(database, first)
    with pytest.raises(UsageError, match="STATE"):
        register(database, second)


def test_reasons_come_back_as_they_were(database):
    reasons = (
        MilderReason(code=ReasonCode.IDENTITY, message=say("signed by {signer}", signer="A"), hint=say("look")),
        Reason(code=ReasonCode.TIME, message=say_count("{count} day", "{count} days", 3), where="s", by_validity=True),
        Reason(code=ReasonCode.STATE, message=say("{inner}", inner=say("a {b}", b=1))),
    )
    arrive(database, 1, reasons=reasons)
    with database.reading() as connection:
        stored = all_arrivals(connection)[0].reasons
    assert stored == reasons
    assert decision_of(stored[:1]) is Decision.REVIEW
    assert isinstance(stored[0], MilderReason)


def test_views_agree_with_the_state(database):
    letter = {"council": {"wish": "yes"}}
    register(database, arrive(database, 1, letter=letter))
    register(database, arrive(database, 2, act="withdrawal"))
    register(database, arrive(database, 3))
    events = events_of(database)
    state = replay(events, date(2026, 11, 20))
    rows = member_rows(state)
    assert [(row["withdrawn_on"], row["council_since"], row["council_until"]) for row in rows] == [
        ("2026-11-20", "2026-11-20", "2026-11-20"),
        (None, None, None),
    ]
    whole = json.loads(json.dumps(state_as_json(state, events)))
    assert whole["head"] == {"seq": 4, "hash": events[-1].hash}
    assert len(whole["events"]) == 4


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_spreadsheet_runs_a_name(name):
    text = csv_of([{"name": name}], ["name"])
    assert text.splitlines()[1].lstrip('"').startswith("'") or "'" + name in text


def test_a_correction_is_an_event_and_the_corrected_one_stays(database):
    register(database, arrive(database, 1))
    before = events_of(database)[0]
    correct(database, 1, by=CLERK, at=NOW, why="another day", changes={"effective_on": "2026-11-18", "name": "Beta"})
    events = events_of(database)
    assert events[0] == before
    assert events[1].data == {"corrects": 1, "set": {"effective_on": "2026-11-18", "data": {"name": "Beta"}}}
    assert replay(events, date(2026, 11, 18)).members[0].name == "Beta"
    correct(database, 1, by=CLERK, at=NOW, why="not theirs")
    assert replay(events_of(database), date(2026, 12, 1)).members == ()
    correct(database, 3, by=CLERK, at=NOW, why="theirs after all")
    assert len(replay(events_of(database), date(2026, 12, 1)).members) == 1


@pytest.mark.parametrize(
    ("seq", "why", "changes"),
    [
        (9, "x", None),
        (1, " ", None),
        (1, "x", {"effective_on": "soon"}),
        (1, "x", {"organisation": "40008999903"}),
        (1, "x", {"by": "me"}),
        (1, "x", {"name": " "}),
    ],
)
def test_a_correction_that_is_none_is_refused(database, seq, why, changes):
    register(database, arrive(database, 1))
    with pytest.raises(UsageError):
        correct(database, seq, by=CLERK, at=NOW, why=why, changes=changes)
    assert len(events_of(database)) == 1


def test_a_letter_accepted_late_is_reported_by_the_audit_and_changes_nothing(tmp_path):
    workspace = init_workspace(tmp_path, "iem")
    with open_database(workspace.database_url) as database:
        late = arrive(database, 1, organisation="40008999906", received=datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
        for serial, organisation in enumerate((A, B, C, D, E), start=2):
            day = datetime(2026, 11, 15 + serial, 9, 0, tzinfo=UTC)
            register(database, arrive(database, serial, organisation=organisation, received=day))
        assert replay(events_of(database), date(2026, 12, 1)).in_force.day == date(2026, 11, 21)
        register(database, late)
        assert replay(events_of(database), date(2026, 12, 1)).in_force.day == date(2026, 11, 21)
    notes = [note for note in audit_register(workspace, date(2026, 12, 1)).notes if note.subject.startswith("event")]
    assert [str(note.message) for note in notes] == [
        "records entry into force on 2026-11-21; by the letters registered since it would be 2026-11-20"
    ]
    book = read_register(workspace, date(2026, 11, 20))
    assert book.state.in_force is None
    assert len(book.state.members) == 5

"""The council in the register: sittings, decisions, by-laws and tasks as events; who is in it; what is due."""

import copy
import hashlib
import json
import shutil
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from docgen.cli.root import root
from docgen.database import open_database
from docgen.demo.pki import TestPki
from docgen.documents.minutes import make_minutes
from docgen.documents.packs import load_pack
from docgen.documents.sittings import read_sitting
from docgen.documents.structure import structure_text
from docgen.edition._pypdf import extract_attachments
from docgen.edition.deep import verify_edition
from docgen.errors import UnreadableError, UsageError
from docgen.model.council import doubts_of_attendance
from docgen.model.due import Due, DueKind, Proposal, due_list, months_after, sitting_due
from docgen.model.events import Draft, EventType, Evidence, EvidenceKind, chain
from docgen.model.replay import effective_events
from docgen.register.events import append_events, load_events
from docgen.register.evidence import read_evidence
from docgen.register.intake import log_arrival
from docgen.register.personal import keep_personal
from docgen.signatures.sign import Level
from docgen.signatures.trust import load_trust
from docgen.workflow.correcting import correct
from docgen.workflow.council import read_council
from docgen.workflow.dues import read_due
from docgen.workflow.erasing import erase
from docgen.workflow.reading import audit_register, read_register
from docgen.workflow.signed_minutes import MinutesFile
from docgen.workflow.sittings import record_by_laws, record_done, record_sitting
from docgen.workspace import builtin_packs, find_workspace, init_workspace
from tests.corpora import ROOT
from tests.editions import DAY, made_book, made_edition
from tests.test_register import arrival_fields

PACK = load_pack(builtin_packs() / "iem")
EXAMPLE = tomllib.loads((ROOT / "templates" / "iem" / "sitting.example.toml").read_text("utf-8"))
HELD = date(2027, 1, 28)
AT = datetime(2027, 2, 1, 9, tzinfo=UTC)
BY = "I. Kalniņa"
PDF = b"%PDF-1.7 minutes"
A, B = "40008999902", "40003999911"


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("pki"), start=datetime(2027, 1, 4, 8, tzinfo=UTC)) as found:
        yield found


@pytest.fixture
def workspace(tmp_path, pki):
    init_workspace(tmp_path / "w", pack="iem")
    (tmp_path / "w" / "docgen.toml").write_text('pack = "iem"\npolicy = "by-anchor"\n')
    shutil.copytree(pki.trust_folder, tmp_path / "w" / "trust", dirs_exist_ok=True)
    return find_workspace(tmp_path / "w")


def sitting(**changes):
    return read_sitting({**copy.deepcopy(EXAMPLE), **changes}, PACK, source="s.toml")


def approved(**changes):
    """A sitting whose minutes are approved, as its data file gives it."""
    approval = {"by": ["Padome"], "on": HELD}
    return sitting(sitting={**EXAMPLE["sitting"], "status": "approved"}, approval=approval, **changes)


def printed(described):
    (content,) = make_minutes(described, PACK, ("pdf",)).values()
    return content


def signed_by(pki, content, *names):
    for hour, name in enumerate(names, start=10):
        content = pki.sign(content, pki.signer(name), Level.LT, datetime(2027, 1, 29, hour, tzinfo=UTC))
    return content


@pytest.fixture(scope="module")
def signed(pki):
    """The minutes of the approved sitting, signed by its chair and its minute-taker."""
    return signed_by(pki, printed(approved()), "Ilze Kalniņa", "Mārtiņš Liepa")


def minutes(content, **fields):
    return MinutesFile(content=content, pack=PACK, **fields)


def events(workspace):
    with open_database(workspace.database_url) as database, database.reading() as connection:
        return load_events(connection)


def record(workspace, *drafts):
    with open_database(workspace.database_url) as database, database.writing() as connection:
        return append_events(connection, drafts)


def draft(type_, day, **fields):
    return Draft(type=type_, effective_on=day, recorded_at=AT, by=BY, **fields)


# --- Sittings


def test_a_sitting_and_each_of_its_decisions_are_events(workspace):
    done = record_sitting(workspace, sitting(), by=BY, at=AT)
    held, first, task, _ = done.recorded
    assert (held.type, held.effective_on, held.data["number"]) == (EventType.SITTING_HELD, HELD, "2")
    assert first.data == {
        "held": held.seq, "label": "1.1.", "text": "Apstiprināt sēdes darba kārtību.",
        "votes": {"for": 2, "against": 0, "abstained": 0},
    }  # fmt: skip
    assert (task.type, task.data["deadline"], task.data["task"]) == (EventType.DECISION_TAKEN, "2027-03-01", True)
    assert read_register(workspace, HELD).state.sittings == (HELD,)
    assert read_register(workspace, HELD - timedelta(days=1)).state.sittings == ()


def test_who_is_responsible_and_who_took_part_stand_in_no_event(workspace):
    record_sitting(workspace, sitting(), by=BY, at=AT)
    whole = b"".join(event.body for event in events(workspace)).decode()
    for name in ("Nozares politikas", "Ilze", "Bērziņa", "Liepa", "Krūmiņa"):
        assert name not in whole
    task = next(event for event in events(workspace) if event.data.get("task"))
    assert read_register(workspace, HELD).personal[task.data["personal"]] == {
        "responsible": "Nozares politikas departaments"
    }


def test_the_same_sitting_twice_is_answered_with_its_number_and_recorded_once(workspace):
    first = record_sitting(workspace, sitting(), by=BY, at=AT)
    again = record_sitting(workspace, sitting(), by="A. Cits", at=AT + timedelta(days=9))
    assert (again.event.seq, again.recorded) == (first.event.seq, ())
    assert len(events(workspace)) == len(first.recorded)


def test_another_sitting_of_the_day_is_another_one(workspace):
    record_sitting(workspace, sitting(), by=BY, at=AT)
    other = sitting(sitting={**EXAMPLE["sitting"], "number": "2a"})
    assert record_sitting(workspace, other, by=BY, at=AT).recorded


def test_a_sitting_told_with_another_day_is_not_recorded_twice(workspace):
    first = record_sitting(workspace, sitting(), by=BY, at=AT)
    moved = sitting(sitting={**EXAMPLE["sitting"], "date": HELD + timedelta(days=1)})
    with pytest.raises(UsageError, match="recorded for 2027-01-28, as event 1") as refused:
        record_sitting(workspace, moved, by=BY, at=AT)
    assert "--set effective_on=2027-01-29" in str(refused.value.hint)
    assert len(events(workspace)) == len(first.recorded)
    with open_database(workspace.database_url) as database:
        correct(database, 1, by=BY, at=AT, why="kļūda", changes={"effective_on": "2027-01-29"})
    assert record_sitting(workspace, moved, by=BY, at=AT).recorded == ()
    # The numbers of another year begin anew.
    earlier = sitting(sitting={**EXAMPLE["sitting"], "date": date(2026, 12, 3)}, convened={"by": "Padome"})
    assert record_sitting(workspace, earlier, by=BY, at=AT).recorded


def test_the_history_tells_that_a_decision_fell_with_its_sitting(workspace):
    record_sitting(workspace, sitting(), by=BY, at=AT)
    with open_database(workspace.database_url) as database:
        correct(database, 1, by=BY, at=AT, why="nenotika")
    shown = run(workspace, "register", "history", "--as-of", "2027-02-01").output.splitlines()
    assert [line.strip().split()[0] for line in shown if line.endswith("[no effect]")] == ["2", "3", "4"]
    assert shown[-1].endswith("[1: void]")
    assert read_register(workspace, HELD).state.idle == (2, 3, 4)
    assert read_register(workspace, HELD - timedelta(days=1)).state.idle == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["items"][1]["decisions"][0].update(text="Cits."),
        lambda d: d["items"][1]["decisions"][0].update(deadline=date(2027, 4, 1)),
        lambda d: d["items"][1]["decisions"][0].update(responsible="Cits"),
        lambda d: d["items"][1]["decisions"].pop(),
        lambda d: d["items"][0]["decisions"][0]["votes"].update(abstained=1, **{"for": 1}),
    ],
)
def test_a_known_sitting_with_other_decisions_is_refused_until_what_is_wrong_is_void(workspace, change):
    first = record_sitting(workspace, sitting(), by=BY, at=AT)
    data = copy.deepcopy(EXAMPLE)
    change(data)
    other = read_sitting(data, PACK, source="s.toml")
    with pytest.raises(UsageError, match="other decisions"):
        record_sitting(workspace, other, by=BY, at=AT)
    assert len(events(workspace)) == len(first.recorded)
    with open_database(workspace.database_url) as database:
        correct(database, first.event.seq, by=BY, at=AT, why="nepareizi lēmumi")
    assert record_sitting(workspace, other, by=BY, at=AT).recorded
    # The decisions of the void sitting ask nobody for anything.
    tasks = [one for one in read_due(workspace, HELD) if one.kind is DueKind.TASK]
    assert {int(one.source) > first.recorded[-1].seq for one in tasks} == {True}


def test_once_erased_the_responsible_is_not_compared(workspace):
    done = record_sitting(workspace, sitting(), by=BY, at=AT)
    with open_database(workspace.database_url) as database:
        assert erase(database, str(done.recorded[2].seq), by=BY, at=AT, why="lūgums").count == 1
        with pytest.raises(UsageError, match="nothing"):
            erase(database, str(done.event.seq), by=BY, at=AT, why="lūgums")
    assert audit_register(workspace, HELD).findings == ()
    assert record_sitting(workspace, sitting(), by=BY, at=AT).recorded == ()
    assert [one.who for one in read_due(workspace, HELD) if one.kind is DueKind.TASK] == [""]


def test_a_sitting_in_the_future_is_not_recorded(workspace):
    with pytest.raises(UsageError, match="future"):
        record_sitting(workspace, sitting(), by=BY, at=datetime(2027, 1, 27, 21, 59, tzinfo=UTC), minutes=minutes(PDF))
    assert events(workspace) == []
    assert not list(workspace.signed.rglob("*.pdf"))
    # In Riga the day has begun by then.
    assert record_sitting(workspace, sitting(), by=BY, at=datetime(2027, 1, 27, 22, 30, tzinfo=UTC)).recorded


# --- The signed minutes


def test_the_signed_minutes_are_kept_with_their_verdict_at_once_or_later(workspace, signed):
    done = record_sitting(workspace, approved(), by=BY, at=AT)
    later = record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(signed))
    (added,) = later.recorded
    assert (added.type, added.data["corrects"]) == (EventType.CORRECTION, done.event.seq)
    assert added.data["set"]["data"] == {
        "minutes": hashlib.sha256(signed).hexdigest(), "verdict": "PASSED", "policy": "by-anchor",
    }  # fmt: skip
    kept = {item.kind: read_evidence(workspace.signed, item.sha256) for item in added.evidence}
    assert kept[EvidenceKind.MINUTES] == signed
    assert json.loads(kept[EvidenceKind.REPORT])["files"][0]["verdict"] == "PASSED"
    assert (later.minutes.signers, later.minutes.doubts) == (("Ilze Kalniņa", "Mārtiņš Liepa"), ())
    assert record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(signed)).recorded == ()
    with pytest.raises(UsageError, match="other minutes"):
        record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(signed + b" other"))
    report = audit_register(workspace, HELD)
    assert (report.findings, report.notes) == ((), ())


def test_at_once_the_minutes_are_evidence_of_the_sitting_and_of_no_decision(workspace, signed):
    held, *decisions = record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(signed)).recorded
    assert {item.kind for item in held.evidence} >= {EvidenceKind.MINUTES, EvidenceKind.REPORT}
    assert [event.evidence for event in decisions] == [(), (), ()]
    assert held.data["verdict"] == "PASSED"


def test_minutes_that_are_no_pdf_are_not_kept(workspace):
    with pytest.raises(UnreadableError):
        record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(b"PK\x03\x04"))
    assert events(workspace) == []


def nothing_was_kept(workspace):
    return events(workspace) == [] and not list(workspace.signed.rglob("*.pdf"))


def test_what_is_not_signed_or_was_changed_after_signing_is_not_kept_whatever_the_reason(workspace, signed):
    changed = signed.replace(b"/Type /Page", b"/Type /Pagf", 1) if b"/Type /Page" in signed else signed[:-9]
    for content in (PDF, printed(approved()), changed):
        with pytest.raises(UsageError, match="no minutes that were signed"):
            record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(content, why="parakstīts uz papīra"))
    assert nothing_was_kept(workspace)


def test_a_draft_is_never_kept_as_signed_minutes(workspace, pki, signed):
    draft = signed_by(pki, printed(sitting()), "Ilze Kalniņa")
    with pytest.raises(UsageError, match="the draft of these minutes"):
        record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(draft, why="tā vajag"))
    with pytest.raises(UsageError, match="by the data file the minutes are a draft"):
        record_sitting(workspace, sitting(), by=BY, at=AT, minutes=minutes(signed, why="tā vajag"))
    assert nothing_was_kept(workspace)
    # The sitting itself may be recorded before its minutes are approved.
    assert record_sitting(workspace, sitting(), by=BY, at=AT).recorded


def test_what_the_policy_refuses_is_kept_only_with_a_reason(workspace, pki):
    rogue = pki.sign(
        printed(approved()), pki.rogue_signer("Ilze Kalniņa"), Level.LT, datetime(2027, 1, 29, 10, tzinfo=UTC),
        tsa=pki.rogue_tsa_url,
    )  # fmt: skip
    with pytest.raises(UsageError, match="does not accept how these minutes are signed"):
        record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(rogue))
    assert nothing_was_kept(workspace)
    done = record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(rogue, why="ārvalstu paraksts"))
    assert (done.event.why, done.event.data["verdict"]) == ("ārvalstu paraksts", done.minutes.report.verdict.value)
    assert done.event.data["verdict"] != "PASSED"
    assert done.minutes.reasons


def test_without_trusted_lists_the_minutes_are_kept_and_the_open_question_is_told(workspace, signed):
    done = record_sitting(
        replace(workspace, policy="lv-institution"), approved(), by=BY, at=AT, minutes=minutes(signed)
    )
    assert "TRUST_MISSING" in {reason.code.value for reason in done.minutes.reasons}
    assert done.event.data["verdict"] == "INDETERMINATE"


def test_who_has_not_signed_and_what_docgen_did_not_print_is_told(workspace, pki):
    other = signed_by(pki, printed(approved(annexes=[])), "Ilze Kalniņa")
    doubts = record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(other)).minutes.doubts
    assert [str(doubt) for doubt in doubts] == [
        "Mārtiņš Liepa is not among those who signed the minutes.",
        "What was signed is not the file that docgen makes of these data: compare the two.",
    ]


def test_a_chair_whose_initial_the_data_give_is_found_among_the_signers(workspace, pki):
    described = approved(chair={**EXAMPLE["chair"], "name": "I. Kalniņa"})
    content = signed_by(pki, printed(described), "Ilze Kalniņa", "Mārtiņš Liepa")
    assert record_sitting(workspace, described, by=BY, at=AT, minutes=minutes(content)).minutes.doubts == ()


# --- A sitting that is told anew


def test_a_known_sitting_takes_another_next_day_and_another_form_by_a_correction(workspace):
    first = record_sitting(workspace, sitting(), by=BY, at=AT)

    def announced():
        return [one.what for one in read_due(workspace, HELD) if one.kind is DueKind.SITTING]

    record(workspace, draft(EventType.IN_FORCE, date(2026, 2, 1), data={"organisations": [A]}))
    assert announced() == ["2027-06-10"]
    moved = sitting(next={"date": date(2027, 6, 17)}, sitting={**EXAMPLE["sitting"], "form": "remote"})
    (added,) = record_sitting(workspace, moved, by="A. Cits", at=AT).recorded
    assert (added.by, added.data["corrects"]) == ("A. Cits", first.event.seq)
    assert added.data["set"] == {"data": {"form": "remote", "next": "2027-06-17"}}
    assert announced() == ["2027-06-17"]
    assert record_sitting(workspace, moved, by=BY, at=AT).recorded == ()
    record_sitting(workspace, sitting(next={"note": "Dienu izziņos vēlāk."}), by=BY, at=AT)
    assert announced() == [""]
    assert audit_register(workspace, HELD).findings == ()


# --- By-laws


def test_a_letter_that_arrived_is_neither_minutes_nor_by_laws(workspace):
    content = PDF + b" letter"
    with open_database(workspace.database_url) as database, database.writing() as connection:
        log_arrival(connection, AT, {**arrival_fields(1), "sha256": hashlib.sha256(content).hexdigest()})
    for call in (
        lambda: record_by_laws(workspace, content, on=date(2026, 12, 1), by=BY, at=AT),
        lambda: record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(content)),
    ):
        with pytest.raises(UsageError, match="arrived as 2027-0001"):
            call()
    assert not events(workspace)


def test_a_paper_of_the_council_is_one_thing_only(workspace, signed):
    record_by_laws(workspace, signed, on=HELD, by=BY, at=AT)
    with pytest.raises(UsageError, match="something else already, by event 1"):
        record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(signed))
    with open_database(workspace.database_url) as database:
        correct(database, 1, by=BY, at=AT, why="tas ir protokols")
    held = record_sitting(workspace, approved(), by=BY, at=AT, minutes=minutes(signed)).event.seq
    with pytest.raises(UsageError, match=f"by event {held}"):
        record_by_laws(workspace, signed, on=HELD, by=BY, at=AT)
    # Another sitting of the same day has minutes of its own.
    other = {**EXAMPLE["sitting"], "status": "approved", "number": "3"}
    approval = {"by": ["Padome"], "on": HELD}
    with pytest.raises(UsageError, match=f"by event {held}"):
        record_sitting(workspace, sitting(sitting=other, approval=approval), by=BY, at=AT, minutes=minutes(signed))


@pytest.mark.parametrize("given", [{"by": "Liepa 010190-12345"}, {"by": BY, "why": "32345612345"}])
def test_no_personal_code_becomes_part_of_an_act(workspace, given):
    with pytest.raises(UsageError, match="personal code"):
        record_by_laws(workspace, PDF, on=HELD, at=AT, **given)
    assert events(workspace) == []
    # A registration number is none.
    assert record_by_laws(workspace, PDF, on=HELD, at=AT, by=BY, why=f"pēc {A} ierosinājuma").recorded


def test_by_laws_are_recorded_with_their_file_once(workspace):
    done = record_by_laws(workspace, PDF, on=date(2026, 12, 1), by=BY, at=AT, why="rīkojums Nr. 1", clause="8")
    (event,) = done.recorded
    assert (event.type, event.why, event.data) == (EventType.BY_LAWS_APPROVED, "rīkojums Nr. 1", {"clause": "8"})
    assert [item.kind for item in event.evidence] == [EvidenceKind.BY_LAWS]
    again = record_by_laws(workspace, PDF, on=date(2026, 12, 1), by=BY, at=AT)
    assert (again.event.seq, again.recorded) == (event.seq, ())
    assert record_by_laws(workspace, PDF, on=date(2026, 12, 2), by=BY, at=AT).recorded
    assert record_by_laws(workspace, PDF + b" 2", on=date(2027, 1, 1), by=BY, at=AT).recorded
    assert audit_register(workspace, HELD).findings == ()
    with pytest.raises(UsageError, match="future"):
        record_by_laws(workspace, PDF, on=date(2027, 2, 2), by=BY, at=AT)


# --- Tasks


def open_tasks(workspace, day):
    return [one for one in read_due(workspace, day) if one.kind is DueKind.TASK]


def test_a_task_is_open_until_the_day_it_was_done_and_overdue_after_its_deadline(workspace):
    task = record_sitting(workspace, sitting(), by=BY, at=AT).recorded[2]
    (due,) = open_tasks(workspace, HELD)
    assert due == Due(
        kind=DueKind.TASK, day=date(2027, 3, 1), source=str(task.seq), who="Nozares politikas departaments",
        what="2.1. Sagatavot pārskatu par memoranda īstenošanu.",
    )  # fmt: skip
    assert not due.is_overdue(date(2027, 3, 1))
    assert due.is_overdue(date(2027, 3, 2))
    later = datetime(2027, 3, 10, tzinfo=UTC)
    record_done(workspace, task.seq, on=date(2027, 3, 5), by=BY, at=later)
    assert open_tasks(workspace, date(2027, 3, 4)) == [due]
    assert open_tasks(workspace, date(2027, 3, 5)) == []
    assert record_done(workspace, task.seq, on=date(2027, 3, 5), by=BY, at=later).recorded == ()
    with pytest.raises(UsageError, match="done on 2027-03-05"):
        record_done(workspace, task.seq, on=date(2027, 3, 6), by=BY, at=later)
    # A sitting whose task is done meanwhile is still the same sitting.
    assert record_sitting(workspace, sitting(), by=BY, at=later).recorded == ()
    assert open_tasks(workspace, HELD - timedelta(days=1)) == []


def test_what_is_no_task_and_a_day_that_cannot_be_are_refused(workspace):
    held, decision, task, _ = record_sitting(workspace, sitting(), by=BY, at=AT).recorded
    for seq, why in ((held.seq, "no decision"), (99, "no decision"), (decision.seq, "nobody a task")):
        with pytest.raises(UsageError, match=why):
            record_done(workspace, seq, on=HELD, by=BY, at=AT)
    with pytest.raises(UsageError, match="was given"):
        record_done(workspace, task.seq, on=HELD - timedelta(days=1), by=BY, at=AT)
    with pytest.raises(UsageError, match="future"):
        record_done(workspace, task.seq, on=date(2027, 2, 2), by=BY, at=AT)
    assert len(events(workspace)) == 4
    with open_database(workspace.database_url) as database:
        correct(database, held.seq, by=BY, at=AT, why="nenotika")
    with pytest.raises(UsageError, match="no decision"):
        record_done(workspace, task.seq, on=HELD, by=BY, at=AT)


# --- When the council must meet


days = st.dates(min_value=date(2021, 1, 1), max_value=date(2040, 1, 1))


@given(st.lists(days, min_size=1, max_size=5), days)
def test_a_year_without_a_sitting_is_over_when_neither_the_calendar_year_nor_365_days_have_one(sittings, day):
    held = [one for one in sittings if one <= day]
    if not held:
        return
    missing = not any(one.year == day.year for one in held) and not any(day - one <= timedelta(365) for one in held)
    due = Due(kind=DueKind.SITTING, day=sitting_due(held, since=None, months=12))
    assert due.is_overdue(day) == missing


def test_the_first_interval_counts_from_the_day_the_memorandum_took_effect():
    assert sitting_due([], since=date(2021, 11, 15), months=12) == date(2022, 11, 15)
    assert sitting_due([], since=None, months=12) is None
    assert sitting_due([HELD], since=None, months=None) is None
    assert sitting_due([HELD], since=None, months=1) == date(2027, 2, 28)
    assert months_after(date(2027, 12, 31), 2) == date(2028, 2, 29)


def test_the_sitting_is_due_by_the_pack_and_a_void_one_does_not_count(workspace):
    record(workspace, draft(EventType.IN_FORCE, date(2026, 2, 1), data={"organisations": [A]}))

    def due(day):
        return [one for one in read_due(workspace, day) if one.kind is DueKind.SITTING]

    assert [(one.day, one.source) for one in due(date(2026, 12, 31))] == [(date(2027, 2, 1), "")]
    held = record_sitting(workspace, sitting(), by=BY, at=AT).event
    assert [(one.day, one.source) for one in due(HELD)] == [(date(2028, 1, 28), "2027-01-28")]
    # The next one is told as long as its day has not passed.
    assert [one.what for day in (HELD, date(2027, 6, 10), date(2027, 6, 11)) for one in due(day)] == [
        *["2027-06-10"] * 2,
        "",
    ]
    with open_database(workspace.database_url) as database:
        correct(database, held.seq, by=BY, at=AT, why="nenotika")
    assert [one.day for one in due(HELD)] == [date(2027, 2, 1)]


def test_what_is_due_stands_by_day_and_what_has_no_day_last():
    proposal = Proposal(intake="2027-0009", name="Biedrība", answer_due=date(2027, 2, 20))
    listed = due_list(tasks=(), sitting=date(2028, 1, 28), last_sitting=HELD, proposals=[proposal])
    assert [one.kind for one in listed] == [DueKind.ANSWER, DueKind.SITTING]


# --- Who is in the council


def members(workspace):
    """Two organisations in the council: one whose representative changed, one that names none."""
    with open_database(workspace.database_url) as database, database.writing() as connection:

        def person(name):
            representative = {"name": name, "position": "loceklis", "email": "x@y.example"}
            persons = {"representative": representative, "substitute": {"name": "Zane Vītola"}}
            return keep_personal(connection, persons)

        append_events(
            connection,
            [
                draft(EventType.ACCESSION, date(2026, 1, 5), organisation=A, data={"name": 'Biedrība "A"'}),
                draft(EventType.ACCESSION, date(2026, 1, 6), organisation=B, data={"name": "B"}),
                draft(EventType.COUNCIL_JOINED, date(2026, 2, 1), organisation=A,
                      data={"representation": person("Anna Bērziņa")}),
                draft(EventType.COUNCIL_JOINED, date(2026, 2, 2), organisation=B, data={}),
                draft(EventType.COUNCIL_CHANGED, date(2026, 3, 1), organisation=A,
                      data={"representation": person("Jānis Ozols")}),
                draft(EventType.COUNCIL_LEFT, date(2026, 4, 1), organisation=B),
                draft(EventType.COUNCIL_CHANGED, date(2026, 5, 1), organisation=A, data={}),
            ],
        )  # fmt: skip


def test_the_council_of_a_day_has_the_representatives_of_that_day(workspace):
    members(workspace)

    def seen(day):
        return [(m.organisation, m.representative and m.representative.name) for m in read_council(workspace, day)]

    assert seen(date(2026, 1, 31)) == []
    assert seen(date(2026, 2, 15)) == [(A, "Anna Bērziņa"), (B, None)]
    assert seen(date(2026, 3, 1)) == [(A, "Jānis Ozols"), (B, None)]
    # Whom the latest notice does not name represents no longer.
    assert seen(date(2026, 5, 1)) == [(A, None)]


def listed(*organisations, present=True):
    data = copy.deepcopy(EXAMPLE)
    data["sitting"]["date"] = date(2026, 3, 20)
    data["attendance"] = [data["attendance"][0]]
    for number, name in enumerate(organisations):
        row = {"name": f"Persona {number}", "side": "ngo", "voice": "vote", "organisation": name, "present": present}
        data["attendance"].append(row)
    for key in ("separate_opinions", "convened", "next"):
        data.pop(key, None)
    for item in data["items"]:
        item.pop("decisions", None)
    return read_sitting(data, PACK, source="s.toml")


def test_an_attendance_that_does_not_agree_with_the_council_of_the_day_is_told(workspace):
    members(workspace)

    def doubts(described, day=None):
        found = read_council(workspace, day or described.day)
        return [str(doubt) for doubt in doubts_of_attendance(described, found, side="ngo")]

    assert doubts(listed("biedrība “A”", "b")) == []
    assert doubts(listed('biedrība "A"', "B", present=False)) == []
    # B left the council on 1 April: what was right at one sitting is not at the next one.
    assert doubts(listed('biedrība "A"', "B"), date(2026, 4, 2)) == [
        "B has a vote here; by the register it is not in the council on 2026-03-20."
    ]
    assert doubts(listed("B")) == [
        'Biedrība "A" is in the council on 2026-03-20 by the register; the attendance lacks it.'
    ]
    # A register that knows no council says nothing.
    assert doubts(listed("C"), date(2026, 1, 1)) == []


# --- The commands


def test_minutes_and_record_tell_who_votes_that_is_not_in_the_council(workspace, tmp_path):
    members(workspace)
    file = tmp_path / "s.toml"
    text = (ROOT / "templates" / "iem" / "sitting.example.toml").read_text("utf-8")
    file.write_text(text.replace("date = 2027-01-28", "date = 2026-03-20"), "utf-8")
    for call in (("minutes", file, "-o", tmp_path), ("register", "sitting", file, "--by", BY)):
        told = run(workspace, *call)
        assert told.exit_code == 0, told.output
        assert 'biedrība "Drošā pilsēta" has a vote here' in told.stderr
        assert "B is in the council on 2026-03-20" in told.stderr


def test_minutes_of_another_pack_are_not_held_against_the_register(workspace, tmp_path):
    members(workspace)
    file = tmp_path / "s.toml"
    text = (ROOT / "templates" / "mk" / "sitting.example.toml").read_text("utf-8")
    file.write_text(text.replace("date = 2027-03-31", "date = 2026-03-20"), "utf-8")
    told = run(workspace, "minutes", file, "--pack", "mk", "-o", tmp_path)
    assert told.exit_code == 0, told.output
    assert "in the council" not in told.stderr


def test_the_beginning_of_a_file_has_the_organisation_as_it_stands_within_a_line(workspace):
    members(workspace)
    assert "organisation = 'biedrība \"A\"'" in run(workspace, "minutes", "--new", "2026-03-01").output


def test_a_draft_is_not_to_be_signed_and_approved_minutes_are(workspace, tmp_path):
    file = tmp_path / "s.toml"
    text = (ROOT / "templates" / "iem" / "sitting.example.toml").read_text("utf-8")
    file.write_text(text, "utf-8")
    assert "not to be signed" in run(workspace, "minutes", file, "-o", tmp_path).stderr
    text = text.replace('status = "draft" ', 'status = "approved" ') + f'\n[approval]\nby = ["Padome"]\non = {HELD}\n'
    file.write_text(text, "utf-8")
    told = run(workspace, "minutes", file, "-o", tmp_path).stderr
    assert "sign the PDF" in told
    assert "not to be signed" not in told


def run(workspace, *words):
    return CliRunner().invoke(root, ["--lang", "en", "--workspace", str(workspace.folder), *map(str, words)])


def test_the_commands_tell_people_and_programs_the_same(workspace, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(AT.timestamp())))
    members(workspace)
    shown = run(workspace, "register", "council", "--as-of", "2026-03-01").output
    assert f'{A}  Biedrība "A"  2026-02-01' in shown
    assert "Jānis Ozols, loceklis" in shown
    assert "example" not in shown
    told = json.loads(run(workspace, "register", "council", "--as-of", "2026-03-01", "--json").output)
    assert told["council"][0]["representative"] == {"name": "Jānis Ozols", "position": "loceklis"}
    begun = run(workspace, "minutes", "--new", "2026-03-01").output
    assert 'name = "Jānis Ozols"' in begun
    assert "Zane Vītola" in begun

    record_sitting(workspace, sitting(), by=BY, at=AT)
    due = run(workspace, "register", "due", "--as-of", "2027-03-02")
    assert "! 2027-03-01" in due.output
    assert "Nozares politikas departaments" in due.output
    told = json.loads(run(workspace, "register", "due", "--as-of", "2027-03-02", "--json").output)
    assert [(one["kind"], one["due"], one["overdue"]) for one in told["due"]] == [
        ("task", "2027-03-01", True),
        ("sitting", "2028-01-28", False),
    ]


def test_the_commands_record_and_answer(workspace, tmp_path):
    file, by_laws = tmp_path / "s.toml", tmp_path / "b.pdf"
    day = date(2021, 12, 1)
    text = (ROOT / "templates" / "iem" / "sitting.example.toml").read_text("utf-8")
    file.write_text(text.replace("date = 2027-01-28", f"date = {day}"), "utf-8")
    by_laws.write_bytes(PDF)
    by = ("--by", BY)
    first = run(workspace, "register", "sitting", file, *by)
    assert first.exit_code == 0, first.output
    assert "2.1. Sagatavot pārskatu" in first.output
    assert "2.1." not in run(workspace, "register", "sitting", file, *by).output
    assert run(workspace, "register", "by-laws", by_laws, "--on", "2021-11-30", *by).exit_code == 0
    assert run(workspace, "register", "done", 3, "--on", "2022-01-01", *by).exit_code == 0
    shown = run(workspace, "register", "show", 3).output
    for told in ("responsible: Nozares politikas departaments", "deadline: 2027-03-01", "done on 2022-01-01"):
        assert told in shown, told
    assert "[3: done on 2022-01-01]" in run(workspace, "register", "history").output
    assert [event.type.value for event in effective_events(events(workspace))] == [
        "by-laws-approved", "sitting-held", *["decision-taken"] * 3,
    ]  # fmt: skip
    assert "task" not in run(workspace, "register", "due").output
    wrong = run(workspace, "register", "by-laws", file, "--on", "2021-11-30", *by)
    assert isinstance(wrong.exception, UnreadableError)
    # A sitting told with another next day says what it adds, and shows it.
    file.write_text(file.read_text("utf-8").replace("2027-06-10", "2027-06-17"), "utf-8")
    assert "next sitting: 2027-06-17" in run(workspace, "register", "sitting", file, *by).output
    shown = run(workspace, "register", "show", 1).output
    assert "form: hybrid" in shown
    assert "next sitting: 2027-06-17" in shown


def test_the_command_tells_what_it_found_about_the_signed_minutes(workspace, tmp_path, pki, monkeypatch):
    file, kept = tmp_path / "s.toml", tmp_path / "m.pdf"
    text = (ROOT / "templates" / "iem" / "sitting.example.toml").read_text("utf-8")
    text = text.replace('status = "draft" ', 'status = "approved" ')
    file.write_text(text + f'\n[approval]\nby = ["Padome"]\non = {HELD}\n', "utf-8")
    monkeypatch.setattr("docgen.cli.register_sittings._now", lambda: AT)
    kept.write_bytes(printed(approved()))
    call = ("register", "sitting", file, "--file", kept, "--by", BY)
    assert "no minutes that were signed" in str(run(workspace, *call).exception)
    kept.write_bytes(signed_by(pki, kept.read_bytes(), "Ilze Kalniņa"))
    told = run(workspace, *call)
    assert told.exit_code == 0, told.output
    assert "Minutes signed by Ilze Kalniņa; the policy by-anchor accepts them." in told.stderr
    assert "Mārtiņš Liepa is not among those who signed" in told.stderr
    shown = run(workspace, "register", "show", 1).output
    assert "their signatures by the policy by-anchor: nothing against it" in shown
    assert "(report)" in shown


# --- The official copy


def test_an_edition_takes_in_minutes_by_laws_and_notices_and_verifies_with_them(tmp_path):
    with TestPki(tmp_path / "pki") as pki:
        book = made_book(pki)
        types = {
            EvidenceKind.MINUTES: EventType.SITTING_HELD,
            EvidenceKind.BY_LAWS: EventType.BY_LAWS_APPROVED,
            EvidenceKind.NOTICE: EventType.NOTICE_SENT,
        }
        kept = {kind: PDF + kind.value.encode() for kind in types}
        for kind, content in kept.items():
            evidence = (Evidence(sha256=book.keep(content), kind=kind),)
            fact = Draft(type=types[kind], effective_on=DAY, recorded_at=book.moment, by=BY, evidence=evidence)
            book.events.append(chain(fact, after=book.events[-1]))
        made_edition(pki, book, tmp_path / "edition.pdf")
        edition = (tmp_path / "edition.pdf").read_bytes()
        report = verify_edition(
            edition, name="edition.pdf", trust=load_trust(pki.trust_folder), as_of=datetime.now(tz=UTC)
        )
    assert report.disagreements == ()
    text = structure_text(edition)
    assert all(word in text for word in ("sēdes protokols", "nolikums", "paziņojums"))
    inside = {attached.data for attached in extract_attachments(edition, len(edition), limit=10_000_000)}
    assert set(kept.values()) <= inside

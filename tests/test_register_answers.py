"""What the register answers: a letter registered through another arrival, a past day, an organisation, an erasure."""

import json
import os
import subprocess
from datetime import UTC, date, datetime

import pytest

from docgen.database import open_database
from docgen.errors import ExitCode, UsageError
from docgen.model.reasons import Reason, ReasonCode, advised, decision_of
from docgen.model.recognition import MilderReason
from docgen.model.text import say
from docgen.workflow.correcting import correct
from docgen.workflow.erasing import erasable, erase
from docgen.workflow.reading import audit_register, read_register
from docgen.workflow.register import Answered, Refused, accept, refuse
from docgen.workspace import init_workspace
from tests import forked
from tests.test_register import CHANGED, CLERK, NOW, RULES, A, B, arrive

DAY = date(2026, 11, 24)
PERSON = {"name": "Līga Kalna", "position": "vadītāja", "email": "liga@alfa.example", "phone": "+371 60000002"}
LETTER = {
    "letter": {"date": "2026-11-20"},
    "contact": PERSON,
    "council": {"wish": "yes", "representative": {**PERSON, "name": "Ieva Liepa"}},
}


@pytest.fixture
def workspace(tmp_path):
    return init_workspace(tmp_path, "iem")


@pytest.fixture
def database(workspace):
    with open_database(workspace.database_url) as opened:
        yield opened


def run(workspace, *words, text=""):
    environment = {**os.environ, "DOCGEN_LANG": "en"}
    words = ("register", *words)
    return forked.run(words, cwd=workspace.folder, env=environment, data=text.encode(), text=True)


def twice(database, **settings):
    """The same letter in two arrivals, of which the second is registered."""
    first = arrive(database, 1, **settings)
    second = arrive(database, 1)
    accept(database, RULES, second, by=CLERK, at=NOW)
    return first, second


@pytest.mark.parametrize("word", ["accept", "refuse"])
def test_a_letter_registered_through_another_arrival_has_nothing_to_decide(workspace, database, word):
    first, second = twice(database)
    listed = run(workspace, "list", "--all").stdout
    assert f"{first}  = {second}" in listed
    shown = run(workspace, "show", first).stdout
    assert f"this letter is registered as {second}; there is nothing to decide" in shown
    assert "proposed" not in shown
    assert json.loads(run(workspace, "show", first, "--json").stdout)["registered_as"] == second
    done = run(workspace, "decide", first, word, "--by", CLERK, "--why", "x")
    assert done.returncode == 0
    assert f"{first}: this letter is registered as {second}; there is nothing to decide." in done.stdout
    assert f"{first}  = {second}" in run(workspace, "list", "--all").stdout


def test_accept_and_refuse_answer_alike(database):
    first, second = twice(database)
    third = arrive(database, 1)
    answers = [
        accept(database, RULES, first, by=CLERK, at=NOW),
        refuse(database, third, by=CLERK, at=NOW),
    ]
    assert answers == [Answered(intake=first, duplicate_of=second), Answered(intake=third, duplicate_of=second)]


def test_bytes_that_are_to_be_refused_are_refused_whatever_letter_they_resemble(workspace, database):
    first, _ = twice(database, reasons=(CHANGED,))
    assert [arrival.intake for arrival in read_register(workspace, DAY).waiting] == [first]
    assert refuse(database, first, by=CLERK, at=NOW) == Refused(intake=first)


def test_a_past_day_has_no_arrivals_of_later_days(workspace, database):
    before = arrive(database, 1, received=datetime(2026, 11, 19, 12, 0, tzinfo=UTC))
    # Already the next day in Riga.
    arrive(database, 2, received=datetime(2026, 11, 19, 22, 30, tzinfo=UTC))
    listed = json.loads(run(workspace, "list", "--as-of", "2026-11-19", "--json").stdout)
    assert [arrival["intake"] for arrival in listed["arrivals"]] == listed["waiting"] == [before]


FOREIGN = Reason(code=ReasonCode.FOREIGN, message=say("x"), hint=say("Read the letter, then decide"))
PARTIAL = Reason(code=ReasonCode.PARTIAL, message=say("x"), hint=say("Wait for the same file"))
REPLAY = Reason(code=ReasonCode.REPLAY, message=say("x"), hint=say("Nothing new is registered."))
STALE = Reason(code=ReasonCode.TRUST_STALE, message=say("x"), hint=say("Renew the lists."))
REFUSED = Reason(code=ReasonCode.CHANGED, message=say("x"), hint=say("Return it."))
NAMES = MilderReason(code=ReasonCode.IDENTITY, message=say("x"), hint=say("Compare the names."))


@pytest.mark.parametrize(
    ("reasons", "advice"),
    [
        ((FOREIGN,), ["Read the letter, then decide"]),
        ((FOREIGN, REFUSED), ["Return it."]),
        ((NAMES, REFUSED, STALE), ["Return it.", "Renew the lists."]),
        ((PARTIAL, REPLAY), ["Nothing new is registered."]),
        ((PARTIAL, FOREIGN), ["Wait for the same file", "Read the letter, then decide"]),
    ],
)
def test_advice_follows_the_decision_of_all_reasons(reasons, advice):
    told = advised(reasons)
    assert [str(reason.hint) for reason in told if reason.hint is not None] == advice
    assert [reason.code for reason in told] == [reason.code for reason in reasons]
    assert decision_of(told) is decision_of(reasons)


def test_no_advice_how_to_decide_once_it_is_decided(workspace, database):
    intake = arrive(database, 1, as_="foreign", reasons=(FOREIGN,))
    assert "Read the letter" in run(workspace, "show", intake).stdout
    refuse(database, intake, by=CLERK, at=NOW, why="no")
    shown = run(workspace, "show", intake).stdout
    assert ("Read the letter" in shown, "FOREIGN" in shown) == (False, True)


def member(database):
    intake = arrive(database, 1, letter=LETTER)
    accept(database, RULES, intake, by=CLERK, at=NOW)
    return intake


def test_an_organisation_is_shown_as_it_stands_and_its_history_as_a_timeline(workspace, database):
    intake = member(database)
    later = arrive(database, 2, act="withdrawal")
    shown = run(workspace, "show", A).stdout
    assert f"member since 2026-11-20, by {intake}" in shown
    assert "in the council since 2026-11-20" in shown
    assert "representative: Ieva Liepa, vadītāja, liga@alfa.example, +371 60000002" in shown
    assert later in shown
    history = run(workspace, "history", A).stdout
    assert history != shown
    assert [line.split()[0] for line in history.splitlines()] == ["1", "2"]
    stand = json.loads(run(workspace, "show", A, "--json").stdout)
    assert (stand["schema"], stand["member"], stand["council"]["since"]) == (
        "docgen-organisation/1",
        True,
        "2026-11-20",
    )
    accept(database, RULES, later, by=CLERK, at=NOW)
    after = run(workspace, "show", A).stdout
    assert "was a member from 2026-11-20 to 2026-11-20" in after
    assert "no member on" in after
    assert "Ieva" not in after


def test_an_organisation_that_only_sent_a_letter_is_shown(workspace, database):
    intake = arrive(database, 1, organisation=B)
    shown = run(workspace, "show", B)
    assert (shown.returncode, intake in shown.stdout, "no member on" in shown.stdout) == (0, True, True)


def raw(workspace):
    # By another process: closing the file in this one would drop the locks of its open database.
    paths = sorted(str(path) for path in workspace.folder.glob("register.db*"))
    return subprocess.run(["/bin/cat", *paths], capture_output=True, check=True).stdout


@pytest.mark.parametrize("which", ["intake", "organisation"])
def test_what_is_erased_is_gone_from_the_disk_and_the_register_holds(workspace, database, which):
    intake = member(database)
    database.forget_erased()
    assert "Līga Kalna".encode() in raw(workspace)
    done = run(workspace, "erase", intake if which == "intake" else A, "--by", CLERK, "--why", "asked", "--yes")
    assert done.returncode == 0, done.stderr
    assert "data of letters: 1; contacts and representatives: 2" in done.stdout
    assert "Kalna" not in done.stdout
    for name in ("Līga Kalna", "Ieva Liepa", "liga@alfa.example"):
        assert name.encode() not in raw(workspace)
    report = audit_register(workspace, DAY)
    assert [finding for finding in report.findings if "evidence" not in str(finding.message)] == []
    assert "representative: not known, or erased" in run(workspace, "show", A).stdout
    again = run(workspace, "erase", intake, "--by", CLERK, "--why", "asked", "--yes")
    assert (again.returncode, "nothing personal is kept" in again.stderr) == (2, True)


@pytest.mark.parametrize(("typed", "code"), [("", 2), ("y\n", 2), (f"{A}\n", 0)])
def test_erasing_is_confirmed_by_typing_the_number(workspace, database, typed, code):
    member(database)
    done = run(workspace, "erase", A, "--by", CLERK, "--why", "asked", text=typed)
    assert done.returncode == code, done.stderr
    assert "cannot be undone" in done.stderr
    assert ("Līga Kalna".encode() in raw(workspace)) == bool(code)


def test_nothing_is_erased_that_a_decision_still_needs(database):
    intake = arrive(database, 1, letter=LETTER)
    with pytest.raises(UsageError, match="waits for a decision"):
        erase(database, intake, by=CLERK, at=NOW, why="asked")
    assert accept(database, RULES, intake, by=CLERK, at=NOW).events[1].type == "council-joined"
    assert erasable(database, A).count == 3


@pytest.mark.parametrize(("by", "why"), [("", "asked"), (CLERK, " ")])
def test_an_erasure_has_a_name_and_a_reason(database, by, why):
    member(database)
    with pytest.raises(UsageError):
        erase(database, A, by=by, at=NOW, why=why)
    assert erasable(database, A).count == 3


def test_what_was_erased_behind_the_register_is_found(workspace, database):
    member(database)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE personal SET content = NULL")
    messages = [str(finding.message) for finding in audit_register(workspace, DAY).findings]
    assert sum("no record says by whom" in message for message in messages) == 3


@pytest.fixture
def mistaken(workspace, database):
    """A letter that was registered as A's; the correction says that it is B's."""
    intake = member(database)
    for seq in (1, 2):
        correct(database, seq, by=CLERK, at=NOW, why="misread", changes={"organisation": B})
    assert [row.organisation for row in read_register(workspace, DAY).state.members] == [B]
    return intake


def test_whose_letter_a_correction_says_it_is_is_shown_with_it(workspace, mistaken):
    shown = run(workspace, "show", B)
    assert shown.returncode == 0, shown.stderr
    assert "contact: Līga Kalna" in shown.stdout
    assert mistaken in shown.stdout
    history = json.loads(run(workspace, "history", B, "--json").stdout)["events"]
    assert [event["seq"] for event in history] == [1, 2, 3, 4]
    assert "Kalna" not in run(workspace, "show", A).stdout


def test_a_void_registration_gives_an_organisation_no_contact(workspace, database):
    member(database)
    correct(database, 1, by=CLERK, at=NOW, why="misread")
    again = arrive(database, 2, letter={"letter": {"date": "2026-11-20"}})
    accept(database, RULES, again, by=CLERK, at=NOW)
    shown = run(workspace, "show", A).stdout
    assert "member since" in shown
    assert "Kalna" not in shown


@pytest.mark.usefixtures("mistaken")
def test_personal_values_are_erased_of_whose_they_are_by_the_correction(database):
    assert erasable(database, A).values == ()
    assert erase(database, B, by=CLERK, at=NOW, why="asked").count == 3


def test_a_decision_says_what_has_no_effect_and_a_list_says_in_words_what_a_letter_is(workspace, database):
    notice = arrive(database, 1, act="council-notice", letter={**LETTER, "letter": {"date": "2026-11-20"}})
    later = arrive(database, 2)
    # Both on one day: the notice's number lies before that of the accession, so it finds no member.
    accept(database, RULES, later, by=CLERK, at=NOW)
    assert "notice to the council" in run(workspace, "list", "--all").stdout
    done = run(workspace, "decide", notice, "accept", "--by", CLERK, "--why", "x").stdout
    assert "joins the council" in done
    assert "[no effect]" in done
    assert f"docgen register show {notice}" in done
    assert "[no effect]" in run(workspace, "history", A).stdout
    assert "in the council since" not in run(workspace, "show", A).stdout


def test_what_is_no_registration_number_has_no_history(workspace, database):
    arrive(database, 1)
    assert run(workspace, "history", "123").returncode == ExitCode.USAGE
    assert "no registration number" in run(workspace, "history", "123").stderr


def test_members_are_listed_in_the_latvian_order_of_their_names_where_it_is_asked_for(workspace, database):
    names = {A: 'Biedrība "Čiekurs"', B: 'Nodibinājums "Ceļš"'}
    for number, (organisation, name) in enumerate(names.items(), start=1):
        recognised = {"as": "printed", "differences": [], "act": "accession", "reference": f"REF-{number}"}
        recognised |= {"organisation": organisation, "name": name}
        intake = arrive(database, number, organisation=organisation, recognised=recognised)
        accept(database, RULES, intake, by=CLERK, at=NOW)

    def order(*words):
        text = run(workspace, "list", *words).stdout
        told = json.loads(run(workspace, "list", "--json", *words).stdout)["members"]
        assert [row["registration_number"] for row in told] == sorted((A, B), key=text.index)
        return [row["name"] for row in told]

    assert order() == [names[A], names[B]]
    assert order("--by-name") == [names[B], names[A]]

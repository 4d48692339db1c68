"""`docgen letter --ask`: one field after another, each answer checked as it is typed, in a real terminal too."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
import tomllib

import pytest

from docgen.documents.examples import data_file_of, example_data, example_of
from docgen.documents.interview import Conversation, Interview, Offer, Question
from docgen.documents.letters import check_letter, fields_of, letter_kinds
from docgen.documents.packs import load_pack
from docgen.errors import DataError, ExitCode
from docgen.workspace import pack_folder

PACK = load_pack(pack_folder(None, "iem"))
KINDS = letter_kinds(PACK)


def answered(interview, answer, offers=False):  # noqa: FBT002 - what is said to every offer
    """Answer an interview; returns the paths that were asked, with what was wrong before."""
    asked = []
    steps = interview.questions()
    step = next(steps)
    try:
        while True:
            if isinstance(step, Offer):
                step = steps.send(offers and not step.another)
                continue
            asked.append((step.path, None if step.problem is None else str(step.problem)))
            step = steps.send(answer(step))
    except StopIteration:
        return asked


def example(question):
    return question.field.example


def docgen(*arguments, cwd, language="en", **more):
    return subprocess.run(
        [sys.executable, "-m", "docgen", "--lang", language, *arguments],
        capture_output=True, text=True, check=False, cwd=cwd, timeout=60, **more,
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_as_answers_give_the_data_of_the_example_file(kind):
    interview = Interview(kind, PACK, {}, everything=True)
    answered(interview, example)
    wanted = tomllib.loads(example_of(kind, PACK, "en"))
    assert check_letter(kind, interview.data, PACK).data == check_letter(kind, wanted, PACK).data


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_saved_file_is_the_example_with_the_answers_in_place(kind, language):
    fields = fields_of(kind, PACK)
    assert data_file_of(kind, PACK, language, example_data(fields)) == example_of(kind, PACK, language)
    interview = Interview(kind, PACK, {}, everything=True)
    answered(interview, example, offers=True)
    saved = data_file_of(kind, PACK, language, interview.data)
    assert check_letter(kind, tomllib.loads(saved), PACK).data == check_letter(kind, interview.data, PACK).data
    comments = [line for line in example_of(kind, PACK, language).splitlines() if line.startswith("# ")]
    assert [line for line in comments if line not in saved.splitlines() and "#" not in line[1:]] == []


@pytest.mark.parametrize("kind", KINDS)
def test_answers_of_every_optional_table_make_a_letter(kind):
    interview = Interview(kind, PACK, {}, everything=True)
    answered(interview, example, offers=True)
    check_letter(kind, interview.data, PACK)


def test_a_wrong_answer_is_told_and_asked_again():
    answers = iter(["40008999903", "", "40008999902"])

    def answer(question):
        return next(answers) if question.path == "organisation.registration_number" else question.field.example

    asked = answered(Interview("accession", PACK, {}, everything=True), answer)
    assert [told for path, told in asked if path == "organisation.registration_number"] == [
        None, "check digit is wrong", "is missing",
    ]  # fmt: skip


def test_a_rule_between_two_fields_is_held_as_the_second_is_typed():
    dates = iter(["2019-01-01", "2026-11-20"])

    def answer(question):
        return next(dates) if question.path == "letter.date" else question.field.example

    asked = answered(Interview("accession", PACK, {}, everything=True), answer)
    assert [told for path, told in asked if path == "letter.date"] == [None, "is before the date of the memorandum"]


@pytest.mark.parametrize(("wish", "representative"), [("yes", True), ("no", False), ("later", False)])
def test_a_field_is_asked_only_where_its_condition_holds(wish, representative):
    def answer(question):
        return wish if question.path == "council.wish" else question.field.example

    interview = Interview("accession", PACK, {}, everything=True)
    asked = {path for path, _ in answered(interview, answer, offers=True)}
    assert ("council.representative.name" in asked) == representative
    assert ("council.substitute.name" in asked) == representative
    check_letter("accession", interview.data, PACK)


@pytest.mark.parametrize(("decision", "asked"), [("forwarded", True), ("declined", False)])
def test_within_a_table_too_a_field_is_asked_only_where_its_condition_holds(decision, asked):
    (choices,) = (field.choices for field in fields_of("answer", PACK) if field.path == "answer.decision")
    assert decision in choices

    def answer(question):
        return decision if question.path == "answer.decision" else question.field.example

    paths = {path for path, _ in answered(Interview("answer", PACK, {}, everything=True), answer)}
    assert ("answer.forwarded_to" in paths) == asked


def test_one_of_several_is_asked_until_one_is_there():
    left = iter(["", "", "", "+371 60000000"])

    def answer(question):
        return next(left) if question.field.one_of else question.field.example

    interview = Interview("accession", PACK, {}, everything=True)
    asked = [one for one in answered(interview, answer) if one[0].startswith("contact.")]
    assert asked[-4:] == [
        ("contact.email", None), ("contact.phone", None),
        ("contact.email", "needs one of: email, phone"), ("contact.phone", "needs one of: email, phone"),
    ]  # fmt: skip
    assert interview.data["contact"]["phone"] == "+371 60000000"


def test_a_table_that_was_wanted_and_is_left_empty_is_left_out():
    def answer(question):
        return "" if question.path.startswith("drafter.") else question.field.example

    interview = Interview("accession", PACK, {}, everything=True)
    answered(interview, answer, offers=True)
    assert "drafter" not in interview.data


def going(talk, *answers):
    """Give answers, None for going back; returns the paths that waited, or what was offered."""
    asked = []
    for answer in answers:
        step = talk.step
        asked.append(step.path if isinstance(step, Question) else f"? {step.field.path}")
        if answer is None:
            talk.back()
        else:
            talk.answer(answer)
    return asked


def test_going_back_asks_again_and_forgets_what_was_answered_after():
    talk = Conversation("accession", PACK, {}, everything=True)
    going(talk, None, "Alfa", "12", "13", None, None, "Beta", "12", "40008999902")
    assert talk.data["organisation"] == {"name": "Beta", "registration_number": "40008999902"}
    assert (talk.step.path, talk.step.problem) == ("organisation.legal_address", None)
    talk.answer("Rīga")
    going(talk, None, None, None, None, None)
    assert (talk.step.path, talk.step.problem, talk.has_answers) == ("organisation.name", None, False)
    assert talk.data["organisation"] == {}


def test_going_back_to_an_offer_takes_what_it_brought_away():
    talk = Conversation("withdrawal", PACK, {}, everything=True)
    while not isinstance(talk.step, Offer) or talk.step.another:
        talk.answer(False if isinstance(talk.step, Offer) else talk.step.field.example)
    offered = talk.step
    asked = going(talk, True, "Jānis Ozols", None, None)
    assert asked == [f"? {offered.field.path}", "contact.name", "contact.position", "contact.name"]
    assert talk.step == offered
    talk.answer(False)
    assert "contact" not in talk.data


def test_with_a_data_file_going_back_keeps_what_the_file_says():
    data = tomllib.loads(example_of("withdrawal", PACK, "en"))
    del data["signatories"]
    before = json.dumps(data, default=str)
    talk = Conversation("withdrawal", PACK, data, everything=False)
    going(talk, "Anna", None, "Anna Bērziņa", "valde", "statutory")
    assert talk.data["organisation"] == data["organisation"]
    assert talk.data["signatories"][0]["name"] == "Anna Bērziņa"
    assert json.dumps(data, default=str) == before


def test_another_signatory_is_an_entry_more():
    interview = Interview("accession", PACK, {}, everything=True)
    steps, step, more = interview.questions(), None, iter([True, True, False])
    names = iter(["Anna Bērziņa", "Jānis Ozols", ""])
    try:
        step = next(steps)
        while True:
            if isinstance(step, Offer):
                step = steps.send(next(more) if step.another and step.field.path.startswith("signatories") else False)
            else:
                step = steps.send(next(names) if step.field.path == "signatories[].name" else step.field.example)
    except StopIteration:
        pass
    assert [one["name"] for one in interview.data["signatories"]] == ["Anna Bērziņa", "Jānis Ozols"]


def test_with_a_data_file_only_what_the_letter_needs_is_asked():
    data = example_data(fields_of("accession", PACK))
    del data["organisation"]["phone"], data["organisation"]["legal_address"]
    data["contact"] = {"name": "Līga"}
    data["letter"]["date"] = "2019-01-01"
    asked = [path for path, _ in answered(Interview("accession", PACK, data, everything=False), example)]
    assert asked == ["organisation.legal_address", "letter.date", "contact.email"]
    whole = example_data(fields_of("accession", PACK))
    assert list(Interview("accession", PACK, whole, everything=False).questions()) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [({"organistion": {}}, "organistion"), ({"organisation": "x"}, "organisation"), ({"schema": "x"}, "schema")],
)
def test_what_no_answer_mends_is_told_before_the_first_question(change, path):
    with pytest.raises(DataError) as caught:
        Interview("accession", PACK, {**example_data(fields_of("accession", PACK)), **change}, everything=False)
    assert path in {problem.path for problem in caught.value.problems}


ANSWERS = (
    'Biedrība "Alfa"', "40008999902", "Rīga", "", "", "_DEFAULT@40008999902", "2026. gada 20. novembrī", "Rīgā", "",
    "Anna Bērziņa", "valdes locekle", "1",
    "no", "Jānis Ozols", "", "janis@alfa.example", "", "no", "no", "no",
)  # fmt: skip


def test_answers_from_standard_input_make_the_letter_and_its_data_file(tmp_path):
    run = docgen("letter", "accession", "--ask", "-o", "o", cwd=tmp_path, input="\n".join([*ANSWERS, "yes", ""]))
    assert run.returncode == 0, run.stderr
    saved = tmp_path / "accession-40008999902.toml"
    again = docgen("letter", "accession", "--data", saved.name, "-o", "again", cwd=tmp_path)
    assert again.returncode == 0
    assert {one.name: one.read_bytes() for one in (tmp_path / "o").iterdir()} == {
        one.name: one.read_bytes() for one in (tmp_path / "again").iterdir()
    }


def test_a_sign_goes_back_from_any_question_and_from_the_last(tmp_path):
    plain = {field.path: field.example for field in fields_of("withdrawal", PACK)}
    answers = ["Alfas biedrība", "<", *list(plain.values())[:2]]
    asked = list(plain)[2:]
    optional = ("contact", "annexes", "drafter", "withdrawal")
    for path in asked:
        if not path.startswith(optional):
            answers.append(plain[path])
        if path == "signatories[].mandate":
            answers.append("<")
            answers += ["board-decision", "no"]
    answers += ["no", "no", "no", "no", "<", "<", "no", "no", "yes"]
    call = ("letter", "withdrawal", "--ask", "--format", "pdf", "-o", "o")
    run = docgen(*call, cwd=tmp_path, input="\n".join(answers) + "\n")
    assert run.returncode == 0, run.stderr
    saved = tomllib.loads((tmp_path / "withdrawal-40008999902.toml").read_text("utf-8"))
    assert saved["organisation"]["name"] == 'Biedrība "Drošā pilsēta"'
    assert [one["mandate"] for one in saved["signatories"]] == ["board-decision"]


def test_where_the_answers_end_too_early_they_are_kept_and_can_be_gone_on_with(tmp_path):
    run = docgen("letter", "accession", "--ask", "-o", "o", cwd=tmp_path, input="\n".join(ANSWERS[:10]) + "\n")
    assert run.returncode == ExitCode.INTERRUPTED
    assert not (tmp_path / "o").exists()
    assert "docgen letter accession --ask --data accession-draft.toml" in run.stderr
    rest = "\nvaldes locekle\n1\nno\nJānis Ozols\nj@alfa.example\nno\n"
    more = docgen("letter", "accession", "--ask", "--data", "accession-draft.toml", "-o", "o", cwd=tmp_path, input=rest)
    assert more.returncode == 0, more.stderr
    assert len(list((tmp_path / "o").iterdir())) == 2
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["accession-draft.toml"]


OWN = """\
# My own file
schema = "docgen-letter/1"
[organisation]   # we
name = 'Biedrība "Alfa"'
registration_number = "40008999902"
legal_address = "Rīga"
email = "a@alfa.example"
[letter]
date = 2026-11-20  # signing
[[signatories]]
name = "Anna Bērziņa"
position = "locekle"
mandate = "statutory"
[contact]
name = "Jānis Ozols"
# the end
"""


def ask_with_own(folder, *answers, content=OWN, name="own.toml"):
    (folder / name).write_text(content, "utf-8")
    text = "\n".join(["j@alfa.example", *answers, ""])
    return docgen("letter", "accession", "--ask", "--data", name, "-o", "o", cwd=folder, input=text)


def files_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def with_email(text):
    after = 'name = "Jānis Ozols"\n'
    added = '# Contact\'s e-mail (at least one of: email, phone)\nemail = "j@alfa.example"\n'
    return text.replace(after, after + added)


def test_a_data_file_that_is_overwritten_keeps_its_text_and_who_may_read_it(tmp_path):
    (tmp_path / "own.toml").touch(mode=0o600)
    run = ask_with_own(tmp_path, "yes", "yes")
    assert run.returncode == 0, run.stderr
    assert "Saved: own.toml" in run.stderr
    assert (tmp_path / "own.toml").read_text("utf-8") == with_email(OWN)
    assert (tmp_path / "own.toml").stat().st_mode & 0o777 == 0o600
    assert files_in(tmp_path) == ["own.toml"]


@pytest.mark.parametrize("answer", ["no", ""])
def test_without_a_yes_the_data_file_stays_and_its_text_is_kept_in_another(tmp_path, answer):
    run = ask_with_own(tmp_path, "yes", answer)
    assert run.returncode == 0, run.stderr
    assert "Overwrite own.toml?" in run.stderr
    assert (tmp_path / "own.toml").read_text("utf-8") == OWN
    assert (tmp_path / "accession-40008999902.toml").read_text("utf-8") == with_email(OWN)


def test_a_link_to_the_data_file_stays_a_link(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "real.toml").touch()
    (tmp_path / "own.toml").symlink_to("there/real.toml")
    assert ask_with_own(tmp_path, "yes", "yes").returncode == 0
    assert (tmp_path / "own.toml").is_symlink()
    assert (tmp_path / "there" / "real.toml").read_text("utf-8") == with_email(OWN)


def test_json_is_saved_as_a_new_data_file_and_is_never_overwritten(tmp_path):
    content = json.dumps({**tomllib.loads(OWN), "letter": {"date": "2026-11-20"}})
    run = ask_with_own(tmp_path, "yes", content=content, name="own.json")
    assert run.returncode == 0, run.stderr
    assert "Overwrite" not in run.stderr
    assert (tmp_path / "own.json").read_text("utf-8") == content
    saved = tomllib.loads((tmp_path / "accession-40008999902.toml").read_text("utf-8"))
    assert saved["contact"] == {"name": "Jānis Ozols", "email": "j@alfa.example"}


def test_a_text_that_cannot_be_kept_is_told_and_never_overwritten(tmp_path):
    scattered = OWN.replace("# the end", '[[signatories]]\nname = "B"\nposition = "C"\nmandate = "statutory"')
    run = ask_with_own(tmp_path, "yes", content=scattered)
    assert run.returncode == 0, run.stderr
    assert "The text of the data file cannot be kept as it stands" in run.stderr
    assert (tmp_path / "own.toml").read_text("utf-8") == scattered
    saved = tomllib.loads((tmp_path / "accession-40008999902.toml").read_text("utf-8"))
    assert [one["name"] for one in saved["signatories"]] == ["Anna Bērziņa", "B"]


def test_answers_that_are_cut_short_are_kept_in_the_text_of_the_data_file(tmp_path):
    run = ask_with_own(tmp_path)
    assert run.returncode == ExitCode.INTERRUPTED
    assert (tmp_path / "own.toml").read_text("utf-8") == OWN
    assert (tmp_path / "accession-draft.toml").read_text("utf-8") == with_email(OWN)


class Terminal:
    """docgen in a pseudo-terminal of its own, as a person has it."""

    def __init__(self, folder, language, *arguments):
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(TERM="xterm", DOCGEN_LANG=language)
            os.execv(sys.executable, [sys.executable, "-m", "docgen", *arguments])
        self.seen = ""

    def wait_for(self, words):
        end = time.monotonic() + 30
        while words not in self.seen:
            assert time.monotonic() < end, self.seen
            if select.select([self.file], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.file, 4096).decode("utf-8", "replace")
                except OSError:
                    break
        assert words in self.seen, self.seen
        self.seen = self.seen.split(words, 1)[1]

    def type(self, text):
        os.write(self.file, text.encode())

    def interrupt(self):
        """Press Ctrl-C, and again where it came between the prompt and the wait for keys and was not seen."""
        for _ in range(15):
            self.type("\x03")
            for _ in range(20):
                if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                    return
                if select.select([self.file], [], [], 0.1)[0]:
                    try:
                        self.seen += os.read(self.file, 4096).decode("utf-8", "replace")
                    except OSError:
                        return
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError(self.seen)

    def end(self):
        while True:
            try:
                if not os.read(self.file, 4096):
                    break
            except OSError:
                break
        os.close(self.file)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_in_a_terminal_a_wrong_answer_is_told_in_latvian_and_the_letter_is_made(tmp_path):
    terminal = Terminal(tmp_path, "lv", "letter", "accession", "--ask", "-o", "o")
    terminal.wait_for("Organizācijas nosaukums, kā reģistrēts (jānorāda)")
    terminal.wait_for("> ")
    terminal.type(ANSWERS[0] + "\n")
    terminal.wait_for("Reģistrācijas numurs (jānorāda)")
    terminal.wait_for("> ")
    terminal.type("40008999903\n")
    terminal.wait_for("✗ organisation.registration_number: kontrolcipars ir nepareizs")
    for answer in (*ANSWERS[1:-3], "nē", "nē", "nē", "jā"):
        terminal.wait_for("> ")
        terminal.type(answer + "\n")
    terminal.wait_for("Saglabāta datne: accession-40008999902.toml")
    assert terminal.end() == 0
    assert len(list((tmp_path / "o").iterdir())) == 2


def test_in_a_terminal_a_data_file_that_changed_in_the_meantime_is_not_overwritten(tmp_path):
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    terminal = Terminal(tmp_path, "lv", "letter", "accession", "--ask", "--data", "own.toml", "-o", "o")
    for answer in ("j@alfa.example", "jā"):
        terminal.wait_for("> ")
        terminal.type(answer + "\n")
    terminal.wait_for("Vai pārrakstīt own.toml?")
    terminal.wait_for("> ")
    (tmp_path / "own.toml").write_text(OWN + "# more\n", "utf-8")
    terminal.type("jā\n")
    terminal.wait_for("own.toml pa šo laiku ir mainīta")
    terminal.wait_for("Saglabāta datne: accession-40008999902.toml")
    assert terminal.end() == 0
    assert (tmp_path / "own.toml").read_text("utf-8") == OWN + "# more\n"


def test_in_a_terminal_ctrl_c_keeps_the_answers_in_a_whole_file_and_makes_no_letter(tmp_path):
    terminal = Terminal(tmp_path, "en", "letter", "accession", "--ask", "-o", "o")
    terminal.wait_for("> ")
    terminal.type(ANSWERS[0] + "\n")
    terminal.wait_for("Registration number (must be given)")
    terminal.wait_for("> ")
    terminal.interrupt()
    terminal.wait_for("The answers so far are kept in accession-draft.toml.")
    assert terminal.end() == ExitCode.INTERRUPTED
    assert [path.name for path in tmp_path.iterdir()] == ["accession-draft.toml"]
    draft = tomllib.loads((tmp_path / "accession-draft.toml").read_text("utf-8"))
    assert draft == {"schema": "docgen-letter/1", "organisation": {"name": 'Biedrība "Alfa"'}}


def test_in_a_terminal_ctrl_c_before_the_first_answer_leaves_nothing(tmp_path):
    terminal = Terminal(tmp_path, "en", "letter", "accession", "--ask")
    terminal.wait_for("> ")
    terminal.interrupt()
    assert terminal.end() == ExitCode.INTERRUPTED
    assert list(tmp_path.iterdir()) == []

"""What every command shares: variables that mirror options, the clock, hints that hold as printed, Latvian."""

import json
import os
import resource
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from pypdf import PdfWriter

from docgen import clock
from docgen.documents.datafile import parse_datafile
from docgen.documents.heads import read_head
from docgen.errors import DataError, ExitCode, UsageError
from docgen.messages import Language, render
from docgen.model.places import place_of
from docgen.workspace import Workspace, chosen_jobs, find_workspace, init_workspace
from tests import forked

DOCGEN = (sys.executable, "-m", "docgen")


def run(*words, cwd, lang="en", limits=None, **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DOCGEN_", "SOURCE_DATE"))}
    environment |= {"DOCGEN_LANG": lang, **variables}
    if limits is None:
        return forked.run(words, cwd=cwd, env=environment, text=True)
    return subprocess.run(
        [*DOCGEN, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False, preexec_fn=limits
    )


@pytest.fixture
def workspace(tmp_path):
    return init_workspace(tmp_path / "work", "iem")


# Variables


def test_a_variable_stands_for_an_option_of_any_command(tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"x")
    said = run("verify", "x.pdf", cwd=tmp_path, DOCGEN_AS_OF="2026-01-02", DOCGEN_JSON="1", DOCGEN_POLICY="by-anchor")
    report = json.loads(said.stdout)
    assert (report["as_of"][:10], report["policy"]) == ("2026-01-02", "by-anchor")
    missing = run("verify", "x.pdf", cwd=tmp_path, DOCGEN_TRUST="no-such-folder")
    assert "no-such-folder" in missing.stderr


def test_the_option_goes_before_its_variable_and_that_of_the_command_before_that_of_all(tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"x")
    variables = {"DOCGEN_AS_OF": "2026-01-02", "DOCGEN_VERIFY_AS_OF": "2026-01-03"}
    narrow = run("verify", "--json", "x.pdf", cwd=tmp_path, **variables)
    assert json.loads(narrow.stdout)["as_of"][:10] == "2026-01-03"
    said = run("verify", "--json", "--as-of", "2026-01-04", "x.pdf", cwd=tmp_path, **variables)
    assert json.loads(said.stdout)["as_of"][:10] == "2026-01-04"


def test_no_variable_takes_the_lock_away():
    from docgen.cli.verify import command  # noqa: PLC0415 - beside its only use

    unsafe = next(option for option in command.params if option.name == "unsafe")
    context = command.make_context("verify", ["x.pdf"], auto_envvar_prefix="DOCGEN_VERIFY")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DOCGEN_UNSAFE_NO_SANDBOX", "DOCGEN_VERIFY_UNSAFE", "DOCGEN_VERIFY_UNSAFE_NO_SANDBOX"):
            patch.setenv(name, "1")
        assert unsafe.resolve_envvar_value(context) is None


def test_a_failure_is_one_json_document_where_a_variable_asks_for_json(tmp_path):
    said = run("register", "list", cwd=tmp_path, DOCGEN_JSON="1")
    assert json.loads(said.stdout)["exit_code"] == said.returncode == 2


# Jobs


def test_jobs_come_from_the_variable_then_the_settings_then_the_cores(workspace, monkeypatch):
    monkeypatch.delenv("DOCGEN_JOBS", raising=False)
    assert find_workspace(workspace.folder).jobs == chosen_jobs(None) == len(os.sched_getaffinity(0))
    (workspace.folder / "docgen.toml").write_text('pack = "iem"\njobs = 3\n')
    assert find_workspace(workspace.folder).jobs == 3
    monkeypatch.setenv("DOCGEN_JOBS", "5")
    assert find_workspace(workspace.folder).jobs == chosen_jobs(None) == 5


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "٣", "100000"])
def test_a_bad_number_of_jobs_is_refused(workspace, monkeypatch, value):
    monkeypatch.setenv("DOCGEN_JOBS", value)
    with pytest.raises(UsageError):
        find_workspace(workspace.folder)


@pytest.mark.parametrize("value", ["0", "true", '"2"'])
def test_bad_jobs_in_the_settings_are_an_error_of_the_settings(workspace, value):
    (workspace.folder / "docgen.toml").write_text(f'pack = "iem"\njobs = {value}\n')
    with pytest.raises(DataError):
        find_workspace(workspace.folder)


def test_a_workspace_without_a_process_does_not_construct(tmp_path):
    with pytest.raises(ValueError, match="at least one"):
        Workspace(folder=tmp_path, jobs=0)


# The clock


def test_what_docgen_makes_is_of_the_moment_that_the_environment_names(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763640000")
    assert clock.made_at() == datetime(2025, 11, 20, 12, tzinfo=UTC)
    assert clock.now() > datetime(2026, 1, 1, tzinfo=UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    assert clock.made_at() > datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("value", ["yesterday", "-1", "1.5", " 5", "1e9", "٣", "9" * 30])
def test_a_bad_moment_in_the_environment_is_a_usage_error(monkeypatch, value):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    with pytest.raises(UsageError):
        clock.made_at()


def test_a_view_is_of_that_moment_and_a_verification_never(workspace, tmp_path):
    shown = run("register", "list", "--json", cwd=workspace.folder, SOURCE_DATE_EPOCH="1763640000")
    assert "2025-11-20" in shown.stdout
    assert run("register", "list", cwd=workspace.folder, SOURCE_DATE_EPOCH="soon").returncode == 2
    (tmp_path / "x.pdf").write_bytes(b"x")
    judged = run("verify", "--json", "x.pdf", cwd=tmp_path, SOURCE_DATE_EPOCH="0")
    assert json.loads(judged.stdout)["as_of"] > "2026"


def test_a_receipt_is_of_the_clock_whatever_the_environment_says(workspace, tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"x")
    words = ("receive", "--json", "--policy", "by-anchor", str(tmp_path / "x.pdf"))
    received = run(*words, cwd=workspace.folder, SOURCE_DATE_EPOCH="0")
    assert json.loads(received.stdout)["files"][0]["intake"][:4] >= "2026"


# Hints


def test_a_hint_repeats_the_workspace_that_the_call_named(workspace, tmp_path):
    place = workspace.folder.rename(tmp_path / "two words")
    named = run("--workspace", str(place), "register", "show", "2026-0001", cwd=tmp_path)
    assert f"docgen --workspace '{place}' register list --all" in named.stderr
    asked = run("--workspace", str(place), "register", "show", "2026-0001", "--json", cwd=tmp_path)
    assert f"docgen --workspace '{place}' register" in json.loads(asked.stdout)["error"]["hint"]
    inside = run("register", "show", "2026-0001", cwd=place)
    assert "see: docgen register list --all" in inside.stderr


def test_a_mistyped_path_is_an_error_and_no_verdict_and_the_others_are_verified(tmp_path):
    (tmp_path / "x.pdf").write_bytes(b"x")
    for options in ((), ("--deep",)):
        said = run("verify", *options, "nnoe.pdf", "x.pdf", cwd=tmp_path)
        assert said.returncode == 4
        assert "nnoe.pdf does not exist" in said.stderr
        assert "nnoe" not in said.stdout
        assert "x.pdf" in said.stdout


def test_a_file_whose_name_begins_with_a_hyphen_is_explained(tmp_path):
    (tmp_path / "-dash.pdf").write_bytes(b"x")
    said = run("verify", "-dash.pdf", cwd=tmp_path)
    assert said.returncode == 2
    assert "-- -dash.pdf" in said.stderr


@pytest.mark.parametrize("words", [("letter", "accession", "--lang", "en"), ("register", "list", "--workspace", "x")])
def test_an_option_of_every_command_that_stands_after_one_is_told_its_place(tmp_path, words):
    said = run(*words, cwd=tmp_path)
    command = " ".join(word for word in words[:2] if word != "accession")
    assert said.returncode == 2
    assert f"→ {words[2]} stands before the command: docgen {words[2]} … {command}" in said.stderr
    assert "stands before" not in run(*words[:2], "--longest", cwd=tmp_path).stderr


@pytest.mark.parametrize(
    ("words", "near"), [(("leter",), "letter"), (("register", "lst"), "list"), (("register", "qq"), None)]
)
def test_a_slip_in_a_command_is_told_with_the_nearest_name(tmp_path, words, near):
    said = run(*words, cwd=tmp_path)
    assert said.returncode == 2
    assert [line for line in said.stderr.splitlines() if line.startswith("→")] == (
        [f"→ Did you mean {near}?"] * bool(near)
    )


@pytest.mark.parametrize("kind", ["minutes", "workplan-review"])
def test_a_paper_that_is_no_letter_names_the_command_that_makes_it(tmp_path, kind):
    said = run("letter", kind, "--example", cwd=tmp_path)
    assert said.returncode == 2
    assert f"→ See: docgen {kind.split('-')[0]} --help" in said.stderr
    assert run(kind.split("-")[0], "--help", cwd=tmp_path).returncode == 0


def test_a_document_given_as_data_is_told_as_that(tmp_path):
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    said = run("letter", "accession", "--data", "letter.pdf", cwd=tmp_path)
    assert "This is a finished document; give the file with its data" in said.stderr
    (tmp_path / "letter.toml").write_bytes(b"\xe2\xe3\xcf\xd3\n")
    assert (
        "save it anew with the encoding UTF-8"
        in run("letter", "accession", "--data", "letter.toml", cwd=tmp_path).stderr
    )


def test_output_whose_reader_has_gone_is_no_bug(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        gone = subprocess.run([*DOCGEN, "letter", "accession", "--example"], cwd=tmp_path, stdout=writer, check=False)
    finally:
        os.close(writer)
    assert gone.returncode == ExitCode.UNWRITABLE


def test_plain_verification_of_a_file_with_many_attachments_points_to_the_deep_one(tmp_path):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for number in range(51):
        writer.add_attachment(f"{number}.pdf", b"x")
    writer.write(tmp_path / "edition.pdf")
    report = json.loads(run("verify", "--json", "edition.pdf", cwd=tmp_path).stdout)["files"][0]
    assert report["exit_code"] == 4
    reason = next(reason for reason in report["reasons"] if reason["code"] == "LIMIT")
    assert "docgen verify --deep" in reason["hint"]


def test_deep_verification_of_an_ordinary_file_points_to_the_plain_one(tmp_path):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "a letter.pdf")
    said = run("verify", "--deep", "a letter.pdf", cwd=tmp_path)
    assert said.returncode not in {0, 4}
    assert "docgen verify 'a letter.pdf'" in said.stderr
    assert "no trusted certificates were given" in said.stdout


def test_deep_verification_says_whose_certificates_it_used(workspace):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(workspace.folder / "x.pdf")
    said = run("verify", "--deep", "x.pdf", cwd=workspace.folder)
    assert str(workspace.trust) in said.stdout


# `init`


def test_a_second_init_says_that_the_workspace_is_there_already(tmp_path):
    first, second = run("init", "work", cwd=tmp_path), run("init", "work", cwd=tmp_path)
    assert first.returncode == second.returncode == 0
    assert "already" not in first.stdout
    assert "already" in second.stdout


def test_an_init_that_fails_leaves_nothing_new(tmp_path):
    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    kept = tmp_path / "work" / "signed"
    kept.mkdir(parents=True)
    said = run("init", "work", cwd=tmp_path, limits=full)
    assert said.returncode != 0
    assert "Traceback" not in said.stderr
    assert [path.relative_to(tmp_path).as_posix() for path in sorted(tmp_path.rglob("*"))] == ["work", "work/signed"]
    assert run("init", "work", cwd=tmp_path).returncode == 0


# Latvian

ENGLISH = (
    "Error",
    "Usage",
    "Invalid",
    "Missing",
    "not ",
    "is ",
    "line ",
    "column ",
    "Expected",
    "Try ",
    "Choose",
    "No such",
)


@pytest.mark.parametrize(
    "words",
    [
        ("letter", "resignation"), ("letter",), ("verify",), ("verify", "--colour"), ("register", "shwo"),
        ("verify", "--policy", "mild", "x"), ("letter", "accession", "--data"), ("init", "a", "b"),
        ("letter", "accession", "--data", "."), ("letter", "accession", "--data", "bad.toml"), ("--deep",),
        ("nothing",),
    ],
)  # fmt: skip
def test_a_slip_is_answered_in_latvian_alone(tmp_path, words):
    (tmp_path / "bad.toml").write_text('[organisation]\nname = "Biedrība "Tilts""\n')
    said = run(*words, cwd=tmp_path, lang="lv")
    assert said.returncode in {2, 4}
    assert said.stderr
    assert [word for word in ENGLISH if word in said.stderr.replace("OPTIONS", "")] == []


@pytest.mark.parametrize(
    ("where", "latvian"),
    [
        ("revision 4, page 1", "4. redakcija, 1. lappuse"),
        ("line 2, column 18", "2. rinda, 18. rakstzīme"),
        ("revision 3, field Signature2", "3. redakcija, lauks Signature2"),
        ("end of file", "datnes beigas"),
        ("organisation.name", "organisation.name"),
        ("page one", "page one"),
        ("Signature1", "Signature1"),
    ],
)
def test_a_place_is_said_in_the_language_of_the_reader(where, latvian):
    assert render(place_of(where), Language.EN) == where
    assert render(place_of(where), Language.LV) == latvian


BROKEN = [
    (b'name = "Biedr\xc4\xabba "Tilts""', "column 19"),
    (b"name = 'x", "line 1"),
    (b"name", "line 1"),
    (b"a = 1\na = 2", "line 2"),
    (b"[a\n", "line 1"),
    (b"a = [1,", "line 1"),
    (b"a = {b = 1", "line 1"),
    (b'a = "\\q"', "line 1"),
    (b'a = "\\uD800"', "line 1"),
    (b"a = 2026-13-01", "line 1"),
    (b"a = tomorrow", "line 1"),
    (b"= 1", "line 1"),
    (b"a = 1\x00", "line 1"),
    (b"a = " + b"[" * 5000, "-"),
    (b'{"a": 1 "b": 2}', "line 1"),
    (b'{"a": NaN}', "-"),
    (b'{"a": 1, "a": 2}', "-"),
    (b'{"a" 1}', "line 1"),
    (b"{a: 1}", "line 1"),
    (b'{"a": }', "line 1"),
    (b'{"a": "x', "line 1"),
    (b'{"a": 1} x', "line 1"),
    (b"a = 1\nb = '\xff'", "line 2"),
]


@pytest.mark.parametrize(("content", "where"), BROKEN)
def test_a_broken_data_file_is_explained_in_our_own_words(content, where):
    with pytest.raises(DataError) as caught:
        parse_datafile(content, source="a.toml")
    problem = caught.value.problems[0]
    assert where in problem.path
    assert "is not understood here" not in str(problem.message)
    latvian = render(problem.message, Language.LV)
    assert latvian != str(problem.message)
    assert caught.value.hint is not None


def test_quotation_marks_within_a_text_are_explained_by_an_example():
    with pytest.raises(DataError) as caught:
        parse_datafile('name = "Biedrība "Tilts""'.encode(), source="a.toml")
    assert "'Biedrība \"Tilts\"'" in str(caught.value.hint)


def test_what_the_parser_may_say_one_day_gets_a_general_sentence():
    from docgen.toml import _broken  # noqa: PLC0415 - the only way to a message that no parser gives yet

    error = _broken("Something quite new (at line 1, column 2)", "a", "a.toml")
    assert "the TOML is not understood here" in str(error)
    assert "quite new" not in str(error)


def test_a_broken_pack_is_explained_with_the_line_of_its_file(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "memorandum.toml").write_text('[memorandum]\ntitle = "x\n')
    said = run("letter", "accession", "--example", "--pack", "./own", cwd=tmp_path, lang="lv")
    assert said.returncode == 4
    assert "2. rinda" in said.stderr
    assert "Illegal" not in said.stderr


def test_a_broken_head_is_explained_with_the_line_of_the_whole_template():
    with pytest.raises(DataError) as caught:
        read_head("+++\nkind = 'x'\nname =\n+++\n", name="t.md")
    assert caught.value.problems[0].path == "line 3, column 7"

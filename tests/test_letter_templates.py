"""Letters made with templates of a workspace: they stand before the built-in ones, and cannot hold docgen up."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from docgen.cli.root import root
from docgen.documents.structure import structure_text
from docgen.documents.wordtext import docx_text, fold
from docgen.errors import DataError, ExitCode


def run(*arguments):
    return CliRunner().invoke(root, ["--lang", "en", *map(str, arguments)])


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    assert run("init", folder).exit_code == 0
    (folder / "ngo.toml").write_text(run("letter", "withdrawal", "--example").stdout, "utf-8")
    return folder


OWN = "Šo rindu raksta darba mapes veidne."


def add(template, text):
    template.write_text(template.read_text("utf-8").replace("::: signature", f"{text}\n::: signature"), "utf-8")


def letter(workspace):
    return run("--workspace", workspace, "letter", "withdrawal", "--data", workspace / "ngo.toml")


def made(workspace, ending):
    return next((workspace / "output" / "letters").glob(f"withdrawal-*.{ending}")).read_bytes()


def test_a_text_template_of_the_workspace_stands_before_the_one_that_came_with_docgen(workspace):
    assert run("--workspace", workspace, "template", "copy", "withdrawal").exit_code == 0
    template = workspace / "templates" / "iem" / "withdrawal.md"
    add(template, f"{OWN}\n")
    assert letter(workspace).exit_code == 0
    assert OWN in fold(structure_text(made(workspace, "pdf")))
    assert OWN in docx_text(made(workspace, "docx"))


def test_a_word_template_makes_the_docx_and_the_text_template_the_pdf(workspace):
    assert run("--workspace", workspace, "template", "copy", "withdrawal", "--word").exit_code == 0
    template = workspace / "templates" / "iem" / "withdrawal.md"
    add(template, f"{OWN}\n")
    assert letter(workspace).exit_code == 0
    assert OWN in fold(structure_text(made(workspace, "pdf")))
    assert OWN not in docx_text(made(workspace, "docx"))


LOOP = "{% for i in range(1000) %}"
ENDLESS = LOOP * 3 + "x" + "{% endfor %}" * 3


@pytest.mark.parametrize("harm", [ENDLESS, "{{ organisation.__class__ }}"])
def test_a_template_that_never_ends_or_reaches_inside_is_an_error_and_nothing_is_written(workspace, harm):
    assert run("--workspace", workspace, "template", "copy", "withdrawal").exit_code == 0
    template = workspace / "templates" / "iem" / "withdrawal.md"
    add(template, f"{harm}\n")
    answer = letter(workspace)
    assert isinstance(answer.exception, DataError)
    assert answer.exception.exit_code is ExitCode.UNREADABLE
    assert "The template cannot be filled" in str(answer.exception)
    assert not (workspace / "output" / "letters").exists()


def test_a_letter_that_its_time_stamp_dates_is_filled_into_a_word_template_too(workspace):
    assert run("--workspace", workspace, "template", "copy", "withdrawal", "--word").exit_code == 0
    data = workspace / "ngo.toml"
    dated = re.sub(r"(?m)^date = .*$", 'date = "time-stamp"', data.read_text("utf-8"), count=1)
    data.write_text(dated, "utf-8")
    assert letter(workspace).exit_code == 0
    words = "Dokumenta datums ir kvalificētā laika zīmoga datums"
    assert words in fold(structure_text(made(workspace, "pdf")))
    assert words in docx_text(made(workspace, "docx"))
    with ZipFile(BytesIO(made(workspace, "docx"))) as archive:
        assert b"T00:00:00Z" not in archive.read("docProps/core.xml")


def test_a_template_that_needs_a_day_for_a_letter_that_may_have_none_is_named_by_the_check(workspace):
    assert run("--workspace", workspace, "template", "copy", "withdrawal").exit_code == 0
    template = workspace / "templates" / "iem" / "withdrawal.md"
    add(template, "Vēstule rakstīta {{ letter.date | date_of }}.\n")
    answer = run("--workspace", workspace, "template", "check", template)
    assert isinstance(answer.exception, DataError)
    (problem,) = answer.exception.problems
    assert "has no day to name: print its date with date_when" in str(problem.message)

"""The documentation is held against the program: help texts, commands, codes, examples."""

import re
import shlex
import subprocess
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from docgen.cli.root import COMMANDS, root
from tests import readme

TEXT = readme.README.read_text("utf-8")


def test_the_made_parts_of_the_readme_are_those_of_the_program():
    assert readme.current(TEXT) == TEXT


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_called_by_itself_names_the_same_options_for_help(name):
    command = import_module(COMMANDS[name][0]).command
    assert "-h, --help" in CliRunner().invoke(command, ["--help"]).output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_and_answers_for_help_in_both_languages(name):
    assert f"<!-- help: {name}" in TEXT
    english = CliRunner().invoke(root, ["--lang", "en", name, "--help"])
    latvian = CliRunner().invoke(root, ["--lang", "lv", name, "--help"])
    assert english.exit_code == latvian.exit_code == 0, (english.output, latvian.output)
    assert "Usage:" in english.output
    assert "Lietošana:" in latvian.output
    # What a value is stays a code, in whichever language the command was imported first.
    assert re.findall("[A-Z]*(?:PATH|CEĻŠ)", latvian.output) == re.findall("[A-Z]*PATH", english.output)


def test_every_example_call_of_the_readme_is_one_that_the_program_understands(tmp_path, monkeypatch):
    without_help = re.sub(r"<!-- help.*?<!-- end -->", "", TEXT, flags=re.DOTALL)
    blocks = re.findall(r"^ *```\n(.*?)^ *```", without_help, re.MULTILINE | re.DOTALL)
    calls = re.findall(r"^\s*docgen (.+)$", "\n".join(blocks), re.MULTILINE)
    assert len(calls) >= 8
    monkeypatch.chdir(tmp_path)
    for call in calls:
        words = shlex.split(call.split(">")[0])
        result = CliRunner().invoke(root, ["--lang", "en", *words])
        assert "No such option" not in result.output, call
        assert "No such command" not in result.output, call
        assert "Missing option" not in result.output, call


def test_the_licence_and_the_changelog_stand_beside_the_readme():
    top = readme.README.parent
    assert (top / "LICENSE").read_text("utf-8").startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert "## 1.0.0" in (top / "CHANGELOG.md").read_text("utf-8")


def test_nothing_outside_the_fixed_top_level_is_tracked():
    top = readme.README.parent
    run = subprocess.run(["git", "ls-files"], cwd=top, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        pytest.skip("not a checkout")
    names = {Path(line).parts[0] for line in run.stdout.splitlines()}
    assert names <= {
        "docgen", "templates", "signed", "output", "tests", "pyproject.toml", "README.md", "Makefile", ".ci",
        ".gitignore", "LICENSE", "CHANGELOG.md", "constraints.txt",
    }  # fmt: skip

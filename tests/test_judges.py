"""The judges that stay say what the programs say that are called once a file, and their silence is never a pass."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from docgen.demo.pki import TestPki
from docgen.documents.pdf import print_pdf
from tests import judges
from tests.judges.standing import JVM, NoAnswerError, Standing
from tests.test_conformance import BROKEN, COPY, changed, seal

ANSWER = '{"file":"a.pdf","compliant":true,"failed":[]}'


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("pki")) as pki:
        yield pki


@pytest.fixture(scope="module")
def sealed(pki, tmp_path_factory):
    return seal(pki, tmp_path_factory.mktemp("sealed") / "copy.pdf", print_pdf(COPY))


def words_of_the_command_line(files, flavour):
    """Each file's failed rules in veraPDF's own report; None where it gives no verdict."""
    command = [judges.program("java"), *JVM, "-cp", str(judges.verapdf_jar()), "org.verapdf.apps.GreenfieldCliWrapper"]
    report = subprocess.run(
        [*command, "-f", flavour, "--format", "xml", *map(str, files)], capture_output=True, text=True, check=False
    ).stdout
    said = {}
    for job in re.findall(r"<job>.*?</job>", report, re.DOTALL):
        name, verdict = re.search(r"<name>(.*?)</name>", job), re.search(r'isCompliant="(true|false)"', job)
        rules = re.findall(r'<rule specification="([^"]+)" clause="([^"]+)" testNumber="(\d+)" status="failed"', job)
        assert name
        assert verdict is None or (verdict[1] == "true") == (not rules)
        said[Path(name[1])] = None if verdict is None else sorted(map(" ".join, rules))
    return said


@pytest.mark.judge
def test_verapdf_says_the_same_as_its_command_line(sealed, tmp_path):
    files = [sealed]
    for number, (change, _) in enumerate(BROKEN.values()):
        files.append(tmp_path / f"{number:02}.pdf")
        files[-1].write_bytes(changed(sealed.read_bytes(), change))
    for name, data in {"ends early": sealed.read_bytes()[:3000], "no PDF": b"no PDF at all\n", "empty": b""}.items():
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(data)
    for flavour in ("3a", "ua1"):
        expected = words_of_the_command_line(files, flavour)
        found = {}
        for file in files:
            try:
                found[file] = judges.failed_rules(file, flavour)
            except AssertionError:
                found[file] = None
        assert found == expected
        assert found[sealed] == []
        assert found[files[-1]] is None
        assert any(found.values())


@pytest.mark.judge
def test_eu_dss_says_the_same_as_its_command_line(pki, tmp_path):
    letter = print_pdf(COPY)
    signed = pki.sign(letter, "Anna Bērziņa", "B-LT")
    made = {
        "good": signed,
        "forged": signed.replace(b"/Lang", b"/Lung", 1),
        "stranger": pki.sign(letter, pki.rogue_signer("Zigis Zils"), "B-LT"),
        "unsigned": letter,
        "no PDF": b"no PDF at all\n",
    }
    files = [tmp_path / f"{name}.pdf" for name in made]
    for file, data in zip(files, made.values(), strict=True):
        file.write_bytes(data)
    trust, at = sorted(pki.trust_folder.glob("*/*.pem")), datetime.now(UTC)
    called = subprocess.run(
        [*judges.dss_command(), *judges.dss_arguments(trust=trust, at=at), *map(str, files)],
        capture_output=True,
        check=True,
    )
    found = judges.dss(files, trust=trust, at=at)
    assert found == [json.loads(line) for line in called.stdout.splitlines()]
    indications = [[one["indication"] for one in said.get("signatures", [])] for said in found]
    assert indications == [["TOTAL_PASSED"], ["TOTAL_FAILED"], ["INDETERMINATE"], [], []]
    assert "unreadable" in found[-1]


@pytest.mark.judge
def test_a_file_that_is_not_pdfa_is_named_with_its_rules(sealed, tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(changed(sealed.read_bytes(), BROKEN["/AFRelationship"][0]))
    with pytest.raises(AssertionError, match=r"broken\.pdf.*ISO 19005-3:2012 6\.8"):
        judges.pdfa([sealed, broken])


@pytest.mark.judge
@pytest.mark.parametrize("data", [None, b"", b"no PDF at all\n"])
def test_what_cannot_be_read_is_no_pass(sealed, tmp_path, data):
    file = tmp_path / "letter.pdf"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(AssertionError, match=r"did not judge letter\.pdf"):
        judges.pdfa([sealed, file])
    (said,) = judges.dss([file], trust=[])
    assert "signatures" not in said


@pytest.mark.judge
def test_a_judge_that_was_ended_gives_no_answer_and_another_takes_its_place(sealed):
    judges.pdfa([sealed])
    judge = judges._verapdf()
    first = judge.pid
    judges.pdfa([sealed])
    assert judge.pid == first
    os.kill(first, signal.SIGKILL)
    with pytest.raises(NoAnswerError, match=r"copy\.pdf"):
        judges.pdfa([sealed])
    judges.pdfa([sealed])
    assert judge.pid != first


def talker(*lines):
    """A judge made of shell words."""
    return Standing(["/bin/sh", "-c", "\n".join(lines)])


def test_an_answer_is_taken():
    judge = talker("while read line", f"do echo '{ANSWER}'", "done")
    assert judge.ask("3a", "a.pdf", timeout=60)["compliant"] is True
    assert judge.ask("3a", "a.pdf", timeout=60)["compliant"] is True
    judge.end()


@pytest.mark.parametrize(
    "lines",
    [
        ("exit 0",),
        ("read line", "exit 0"),
        ("read line", "exit 3"),
        ("read line", f"printf %s '{ANSWER}'"),
        ("read line", "echo PASS", "read line"),
        ("read line", "echo '[]'", "read line"),
        ("read line", """echo '{"file":"b.pdf","compliant":true,"failed":[]}'""", "read line"),
        ("read line", f"printf '%s\\n%s\\n' '{ANSWER}' '{ANSWER}'", "read line"),
    ],
)
def test_what_is_no_whole_answer_about_the_file_is_none(lines):
    judge = talker(*lines)
    with pytest.raises(NoAnswerError):
        judge.ask("3a", "a.pdf", timeout=60)
    assert judge.pid is None


def test_a_judge_that_says_nothing_is_ended():
    judge = talker("while read line", "do true", "done")
    with pytest.raises(NoAnswerError, match="too long"):
        judge.ask("3a", "a.pdf", timeout=0.1)
    assert judge.pid is None


def test_a_question_is_one_line():
    judge = talker("while read line", f"do echo '{ANSWER}'", "done")
    for name in ("a.pdf\nb.pdf", "a.pdf\tb.pdf"):
        with pytest.raises(NoAnswerError, match="one line"):
            judge.ask("3a", name, timeout=60)


def test_a_judge_ends_with_the_process_that_asks():
    asks = f"""
from tests.judges.standing import Standing
judge = Standing(["/bin/sh", "-c", {f"while read line; do echo '{ANSWER}'; done; sleep 600"!r}])
judge.ask("3a", "a.pdf", timeout=60)
print(judge.pid)
"""
    run = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(run.stdout), 0)

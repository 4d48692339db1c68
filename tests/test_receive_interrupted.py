"""A receipt that is cut off, at whatever moment: nothing that arrived is lost, and nothing lies unlogged for ever."""

import fcntl
import json
import os
import signal
import subprocess
import sys

import pytest

from docgen.register.begun import working
from tests import forked
from tests.letters import A, B, letter_pdf

# Runs `docgen` and kills the process by the signal at the moment named: before a step, or after it.
CHILD = """
import os, signal, sys
import docgen.files, docgen.workflow.receive as steps
from docgen.cli.root import main
when, step, number = sys.argv[1:4]
del sys.argv[1:4]
def die():
    os.kill(os.getpid(), int(number))
place = docgen.files if step == "_place" else steps
real = getattr(place, step)
def cut(*args, **kwargs):
    if when == "before":
        die()
    answer = real(*args, **kwargs)
    die()
    return answer
setattr(place, step, cut)
main()
"""
NOT_STORED = [("before", "begin"), ("after", "begin"), ("before", "_place")]
STORED = [("after", "_place"), ("before", "recognise"), ("before", "log_arrival")]


@pytest.fixture(scope="module")
def good(pki):
    return pki.sign(letter_pdf("accession", A, ["Anna Bērziņa"]), "Anna Bērziņa", "B-LT")


@pytest.fixture
def workspace(tmp_path, good):
    assert run(tmp_path, "init").returncode == 0
    (tmp_path / "good.pdf").write_bytes(good)
    (tmp_path / "other.pdf").write_bytes(letter_pdf("accession", B, ["Jānis Ozols"]))
    return tmp_path


def run(folder, *words, **settings):
    return forked.run(words, cwd=folder, env={**os.environ, "DOCGEN_LANG": "en"}, **settings)


def given(pki, *words):
    return ("receive", "--policy", "by-anchor", "--trust", str(pki.trust_folder), *words)


def receive(folder, pki, *words, **settings):
    done = run(folder, *given(pki, "--json", *words), **settings)
    return done, json.loads(done.stdout)


def cut(folder, pki, when, step, *words, number=signal.SIGKILL, child=CHILD):
    return run(folder, when, step, str(int(number)), *given(pki, "--json", *words), code=child)


def arrivals(folder):
    return json.loads(run(folder, "register", "list", "--json").stdout)["arrivals"]


def audited(folder):
    done = run(folder, "register", "audit", "--json")
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize(("when", "step"), STORED)
def test_what_was_stored_is_taken_up_by_the_next_receipt(workspace, pki, when, step):
    ended = cut(workspace, pki, when, step, "--channel", "email", "--received-at", "2026-11-24T08:00", "good.pdf")
    assert ended.returncode == -signal.SIGKILL
    assert arrivals(workspace) == []
    assert any("cut off" in note["message"] for note in audited(workspace)[1]["notes"])
    _, report = receive(workspace, pki, "other.pdf")
    assert [(file["file"], file["intake"], file["taken_up"]) for file in report["files"]] == [
        ("good.pdf", "2026-0001", True),
        ("other.pdf", "2026-0002", False),
    ]
    first = arrivals(workspace)[0]
    assert (first["channel"], first["received_at"]) == ("email", "2026-11-24T06:00:00Z")
    code, audit = audited(workspace)
    assert (code, audit["findings"], audit["notes"]) == (0, [], [])
    assert list((workspace / "signed").glob(".*")) == []


@pytest.mark.parametrize(("when", "step"), NOT_STORED)
def test_what_was_not_stored_did_not_arrive_and_is_said(workspace, pki, when, step):
    assert cut(workspace, pki, when, step, "good.pdf").returncode == -signal.SIGKILL
    assert list((workspace / "signed").rglob("*.pdf")) == []
    done, report = receive(workspace, pki, "other.pdf")
    logged = [file["intake"] for file in report["files"]]
    if (when, step) in {("before", "begin"), ("after", "begin")}:
        assert logged == ["2026-0001"]
    else:
        assert logged == ["2026-0001", None]
        assert "good.pdf" in report["files"][1]["error"]["message"]
        assert b"cut off" in done.stderr
    assert len(receive(workspace, pki, "other.pdf")[1]["files"]) == 1
    assert list((workspace / "signed").glob(".*")) == []
    assert audited(workspace)[1]["findings"] == []


@pytest.mark.parametrize("step", ["store_evidence", "recognise"])
def test_the_same_call_again_logs_the_file_once(workspace, pki, step):
    cut(workspace, pki, "before", step, "good.pdf")
    _, report = receive(workspace, pki, "good.pdf", "other.pdf")
    assert [file["file"] for file in report["files"]] == ["good.pdf", "other.pdf"]
    assert [arrival["name"] for arrival in arrivals(workspace)] == ["good.pdf", "other.pdf"]


def test_interrupted_in_mid_batch_the_document_has_what_was_received(workspace, pki):
    # Only the second file is cut off.
    child = CHILD.replace(
        "    if when ==", "    if args[0].file == 'good.pdf':\n        return real(*args, **kwargs)\n    if when =="
    )
    words = ("good.pdf", "other.pdf")
    done = cut(workspace, pki, "before", "recognise", *words, number=signal.SIGINT, child=child)
    report = json.loads(done.stdout)
    assert (done.returncode, report["exit_code"]) == (130, 130)
    assert [file["file"] for file in report["files"]] == ["good.pdf"]
    assert report["error"]["message"].startswith("Interrupted")
    _, after = receive(workspace, pki, "other.pdf")
    assert [(file["file"], file["taken_up"]) for file in after["files"]] == [("other.pdf", True)]
    assert len(arrivals(workspace)) == 2


def test_what_another_receipt_still_works_on_is_left_to_it(workspace, pki):
    child = CHILD.replace("number = sys.argv[1:4]", "number = sys.argv[1:4]; import time").replace(
        "os.kill(os.getpid(), int(number))", "print('here', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", child, "before", "recognise", "0", *given(pki, "good.pdf")]
    working = subprocess.Popen(command, cwd=workspace, stdout=subprocess.PIPE)
    try:
        assert working.stdout.readline() == b"here\n"
        _, report = receive(workspace, pki, "other.pdf")
        assert [file["file"] for file in report["files"]] == ["other.pdf"]
    finally:
        working.kill()
        working.wait()
        working.stdout.close()
    _, report = receive(workspace, pki, "other.pdf")
    assert [file["taken_up"] for file in report["files"]] == [True, False]


def test_evidence_that_was_damaged_meanwhile_is_said_and_stops_nobody(workspace, pki):
    cut(workspace, pki, "before", "recognise", "good.pdf")
    (stored,) = (workspace / "signed").rglob("*.pdf")
    stored.chmod(0o644)
    stored.write_bytes(b"%PDF-1.7 other")
    for _ in range(2):
        done, report = receive(workspace, pki, "other.pdf")
        assert report["files"][0]["error"]["message"].endswith("is not as it was stored")
        assert report["files"][1]["intake"]
        assert done.returncode == 20


def test_more_than_the_limit_on_standard_input_is_logged_with_its_digest(workspace, pki):
    large = b"%PDF-1.7" + bytes(11_000_000)
    done, report = receive(workspace, pki, "good.pdf", "-", "other.pdf", data=large)
    assert [file["file"] for file in report["files"]] == ["good.pdf", "-", "other.pdf"]
    over = report["files"][1]
    assert (over["intake"], [reason["code"] for reason in over["reasons"]]) == ("2026-0002", ["SIZE"])
    assert over["size"] == len(large)
    assert done.returncode == 12


def test_standard_input_twice_is_a_slip(workspace, pki):
    done, _ = receive(workspace, pki, "-", "-", data=b"%PDF-1.7")
    assert done.returncode == 2


def test_an_error_in_mid_batch_keeps_the_document_of_what_was_received(workspace, pki, good):
    other = letter_pdf("accession", B, ["Jānis Ozols"])
    receive(workspace, pki, "other.pdf")
    (stored,) = [path for path in (workspace / "signed").rglob("*.pdf") if path.read_bytes() == other]
    stored.chmod(0o644)
    stored.write_bytes(good)
    done, report = receive(workspace, pki, "good.pdf", "other.pdf")
    assert done.returncode == report["exit_code"] == 20
    assert [(file["file"], file["decision"]) for file in report["files"]] == [("good.pdf", "ACCEPT")]
    assert "is not as it was stored" in report["error"]["message"]
    assert len(arrivals(workspace)) == 2


def test_a_path_that_does_not_exist_is_an_error_with_a_next_step(workspace, pki):
    done, report = receive(workspace, pki, "godo.pdf", "good.pdf")
    assert done.returncode == 4
    missed, good = report["files"]
    assert (missed["intake"], missed["decision"], missed["reasons"], missed["next"]) == (None, None, [], None)
    assert missed["error"] == {"message": "godo.pdf does not exist", "hint": "Check the spelling of the path."}
    assert good["decision"] == "ACCEPT"
    assert [arrival["name"] for arrival in arrivals(workspace)] == ["good.pdf"]
    done = run(workspace, *given(pki, "godo.pdf"))
    assert (done.returncode, b"proposal" in done.stdout, b"Check the spelling" in done.stderr) == (4, False, True)


def test_an_arrival_whose_note_another_receipt_forgot_is_logged_all_the_same(workspace, pki):
    # Where the system cannot tell who still works: the other one looked before the bytes were stored.
    child = CHILD.replace(
        "os.kill(os.getpid(), int(number))",
        "import sqlite3; other = sqlite3.connect('register.db'); other.execute('DELETE FROM begun_receipts'); "
        "other.commit(); other.close()",
    )
    done = run(workspace, "before", "recognise", "0", *given(pki, "--json", "good.pdf"), code=child)
    assert done.returncode == 0, done.stderr
    assert [file["intake"] for file in json.loads(done.stdout)["files"]] == ["2026-0001"]
    assert len(arrivals(workspace)) == 1


def test_a_mark_that_is_taken_away_before_it_is_locked_is_set_anew(tmp_path, monkeypatch):
    real, taken = fcntl.lockf, []

    def taken_first(file, operation):
        if not taken:
            taken.extend(tmp_path.iterdir())
            taken[0].unlink()
        real(file, operation)

    monkeypatch.setattr(fcntl, "lockf", taken_first)
    with working(tmp_path):
        assert list(tmp_path.iterdir()) == taken
    assert list(tmp_path.iterdir()) == []

"""The commands init, receive and register, as a clerk types them."""

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys

import pytest

from tests import forked
from tests.letters import A, B, letter_pdf


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, pki):
    """A workspace that received two letters, one of them unsigned, and a file that is none."""
    folder = tmp_path_factory.mktemp("workspace")
    assert run(folder, "init").returncode == 0
    good = pki.sign(letter_pdf("accession", A, ["Anna Bērziņa"]), "Anna Bērziņa", "B-LT")
    (folder / "-good.pdf").write_bytes(good)
    (folder / "unsigned.pdf").write_bytes(letter_pdf("accession", B, ["Jānis Ozols"]))
    return folder


@pytest.fixture(scope="module")
def received(workspace, pki):
    trust = ("--policy", "by-anchor", "--trust", str(pki.trust_folder))
    done = run(
        workspace, "receive", *trust, "--channel", "email", "--json", "--", "-good.pdf", "unsigned.pdf", "none.pdf"
    )
    return done.returncode, json.loads(done.stdout)


def run(folder, *words, lang="en"):
    return forked.run(words, cwd=folder, env={**os.environ, "DOCGEN_LANG": lang}, text=True)


def test_a_batch_is_one_document_and_exits_with_the_worst(received):
    code, report = received
    assert code == report["exit_code"] == 12
    assert report["schema"] == "docgen-receive/1"
    good, unsigned, absent = report["files"]
    assert (good["intake"], good["decision"], good["reasons"]) == (good["intake"], "ACCEPT", [])
    assert good["recognised"] == {
        "as": "printed",
        "act": "accession",
        "kind": "accession",
        "organisation": A,
        "reference": good["recognised"]["reference"],
        "differences": [],
    }
    assert good["signers"] == [{"name": "Anna Bērziņa", "named_in_letter": True, "may_sign": "unknown"}]
    assert good["next"] == f"docgen register decide {good['intake']} accept --by NAME"
    assert good["duplicate_of"] is None
    assert [reason["code"] for reason in unsigned["reasons"]] == ["UNSIGNED"]
    assert absent["intake"] is None
    assert absent["exit_code"] == 4


def test_the_clerk_decides_and_reads(workspace, received):
    first, second, _ = (file["intake"] for file in received[1]["files"])
    done = run(workspace, "register", "decide", first, "accept", "--by", "I. Kalniņa")
    assert (done.returncode, "is registered" in done.stdout) == (0, True)
    refused = run(workspace, "register", "decide", second, "accept", "--by", "I. Kalniņa", "--why", "x")
    assert (refused.returncode, "cannot be accepted" in refused.stderr) == (2, True)
    assert run(workspace, "register", "decide", second, "refuse", "--by", "I. Kalniņa").returncode == 0
    listed = run(workspace, "register", "list").stdout
    assert A in listed
    assert "none" in listed
    assert (
        "Nav spēkā" in run(workspace, "register", "status", lang="lv").stdout
        or "nav spēkā" in run(workspace, "register", "status", lang="lv").stdout
    )
    shown = json.loads(run(workspace, "register", "show", first, "--json").stdout)
    assert shown["decided"]["by"] == "I. Kalniņa"
    history = json.loads(run(workspace, "register", "history", A, "--json").stdout)
    assert [event["type"] for event in history["events"]] == ["accession"]
    assert json.loads(run(workspace, "register", "list", "--as-of", "2020-01-01", "--json").stdout)["members"] == []
    rows = list(csv.DictReader(io.StringIO(run(workspace, "register", "export").stdout)))
    assert [row["registration_number"] for row in rows] == [A]
    whole = json.loads(run(workspace, "register", "export", "--format", "json").stdout)
    assert whole["head"]["seq"] == 1


def test_two_at_once_of_the_same_file_both_arrive(tmp_path, pki):
    assert run(tmp_path, "init").returncode == 0
    (tmp_path / "letter.pdf").write_bytes(letter_pdf("accession", A, ["Anna Bērziņa"]))
    command = [sys.executable, "-m", "docgen", "receive", "--trust", str(pki.trust_folder), "letter.pdf"]
    both = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [12, 12], errors
    listed = json.loads(run(tmp_path, "register", "list", "--json").stdout)
    assert sorted(arrival["intake"][5:] for arrival in listed["arrivals"]) == ["0001", "0002"]
    assert len(list((tmp_path / "signed").rglob("*.pdf"))) == 1
    assert run(tmp_path, "register", "audit").returncode == 0


def test_an_audit_names_the_change_and_exits_20(workspace, received):
    assert received
    assert run(workspace, "register", "audit").returncode == 0
    with sqlite3.connect(workspace / "register.db") as raw:
        (trigger,) = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'arrivals_no_update'").fetchone()
        raw.execute("DROP TRIGGER arrivals_no_update")
        raw.execute("UPDATE arrivals SET body = replace(body, 'email', 'e-mai') WHERE number = 1")
        raw.execute(trigger)
    done = run(workspace, "register", "audit", "--json")
    assert done.returncode == 20
    assert json.loads(done.stdout)["findings"][0]["subject"].startswith("intake ")
    assert run(workspace, "register", "list").returncode == 20
    with sqlite3.connect(workspace / "register.db") as raw:
        raw.execute("DROP TRIGGER arrivals_no_update")
        raw.execute("UPDATE arrivals SET body = replace(body, 'e-mai', 'email') WHERE number = 1")
        raw.execute(trigger)
    raw.close()
    assert run(workspace, "register", "audit").returncode == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["register", "decide", "accept", "--by", "X"], 2),
        (["register", "decide", "2026-0001", "--by", "X"], 2),
        (["register", "decide", "2026-0001", "accept"], 2),
        (["register", "show", "nothing"], 2),
        (["register", "list", "--as-of", "2026-02-30"], 2),
        (["receive", "--received-at", "2999-01-01", "x.pdf"], 2),
        (["receive", "--received-at", "soon", "x.pdf"], 2),
        (["receive", "--policy", "none", "x.pdf"], 2),
        (["receive", "--trust", "nowhere", "x.pdf"], 14),
        (["init", "--pack", "nobody", "elsewhere"], 2),
    ],
)
def test_a_slip_is_said_with_its_code(workspace, words, code):
    done = run(workspace, *words)
    assert done.returncode == code, done.stderr
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_outside_a_workspace_the_way_in_is_said(tmp_path):
    done = run(tmp_path, "register", "list")
    assert done.returncode == 2
    assert "docgen init" in done.stderr

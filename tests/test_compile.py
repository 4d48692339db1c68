"""Issuing an edition: the register records it, the next one names it, and a failure leaves neither file nor event."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from docgen.database import open_database
from docgen.demo.pki import PASSWORD, TestPki
from docgen.documents.packs import load_pack
from docgen.edition.deep import verify_edition
from docgen.errors import ExitCode, MismatchError, MissingError, UnwritableError, UsageError
from docgen.model.events import Draft, EventType, Evidence, EvidenceKind
from docgen.model.moments import riga_day
from docgen.register.events import append_events, load_events
from docgen.register.evidence import evidence_path, store_evidence
from docgen.register.intake import log_arrival
from docgen.signatures.sign import Credentials, Level
from docgen.signatures.trust import load_trust
from docgen.workflow import compile as compiling
from docgen.workflow.compile import issue_edition, memorandum_of
from docgen.workspace import builtin_packs, init_workspace
from tests import forked
from tests.editions import letter_of


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("pki")) as pki:
        yield pki


@pytest.fixture(scope="module")
def letter(pki):
    return pki.sign(letter_of("Biedrība"), "Anna Bērziņa", "B-LT")


@pytest.fixture
def workspace(tmp_path, letter):
    """A register with one member."""
    workspace = init_workspace(tmp_path / "darbvieta", "iem")
    digest = store_evidence(workspace.signed, letter)
    now = datetime.now(tz=UTC)
    with open_database(workspace.database_url) as database, database.writing() as connection:
        arrival = log_arrival(connection, now, {"sha256": digest, "reasons": [], "keys": []})
        draft = Draft(
            type=EventType.ACCESSION,
            effective_on=riga_day(now),
            recorded_at=now,
            by="I. Kalniņa",
            organisation="40008999902",
            intake=arrival.intake,
            evidence=(Evidence(sha256=digest, kind=EvidenceKind.LETTER),),
            data={"name": 'Biedrība "Drošā pilsēta"'},
        )
        append_events(connection, [draft])
    return workspace


def issue(workspace, pki, **changes):
    now = datetime.now(tz=UTC)
    arguments = {
        "pack": "iem",
        "as_of": riga_day(now),
        "at": now,
        "credentials": Credentials.from_pkcs12(pki.seal("Parauga ministrija", "90000000000"), PASSWORD),
        "level": Level.LTA,
        "tsa_url": pki.tsa_url,
        "trust": pki.trust_folder,
        **changes,
    }
    return issue_edition(workspace, memorandum_of(load_pack(builtin_packs() / "iem")), **arguments)


def events_of(workspace):
    with open_database(workspace.database_url) as database, database.reading() as connection:
        return load_events(connection)


def left_behind(workspace):
    folder = workspace.output / "editions"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_an_edition_is_recorded_and_the_next_one_names_it(workspace, pki):
    first = issue(workspace, pki)
    last = events_of(workspace)[-1]
    assert last.type is EventType.EDITION_ISSUED
    assert last.by == "Parauga ministrija"
    assert (last.data["edition"], last.data["sha256"], last.data["length"]) == (1, first.sha256, first.length)
    second = issue(workspace, pki)
    assert (second.number, second.event) == (2, first.event + 1)
    trust = load_trust(pki.trust_folder)
    for issued in (first, second):
        report = verify_edition(issued.path.read_bytes(), name="e", trust=trust, as_of=datetime.now(tz=UTC))
        assert [str(message) for message in report.disagreements] == []
        assert report.exit_code is ExitCode.DONE
        assert (report.length, report.sha256, report.number) == (issued.length, issued.sha256, issued.number)


def test_the_memorandum_is_that_of_the_pack_word_for_word(workspace, pki):
    from docgen.documents.structure import structure_text  # noqa: PLC0415 - only here
    from docgen.documents.wordtext import fold  # noqa: PLC0415 - only here

    data = issue(workspace, pki).path.read_bytes()
    printed = structure_text(data[: data.index(b"%%EOF") + 6])
    text = (builtin_packs() / "iem" / "memorandum.txt").read_text("utf-8")
    start = text.index("Apzinoties")
    assert fold(text[start:]).replace(" ", "") in printed.replace(" ", "")


def test_a_day_to_come_is_refused(workspace, pki):
    with pytest.raises(UsageError, match="still to come"):
        issue(workspace, pki, as_of=riga_day(datetime.now(tz=UTC)) + timedelta(days=1))
    assert left_behind(workspace) == []


def test_damaged_evidence_stops_the_edition(workspace, pki, letter):
    digest = events_of(workspace)[0].evidence[0].sha256
    path = evidence_path(workspace.signed, digest)
    path.chmod(0o644)
    path.write_bytes(letter + b"x")
    with pytest.raises(MismatchError):
        issue(workspace, pki)
    assert left_behind(workspace) == []
    assert len(events_of(workspace)) == 1


def test_missing_evidence_stops_the_edition(workspace, pki):
    evidence_path(workspace.signed, events_of(workspace)[0].evidence[0].sha256).unlink()
    with pytest.raises(MismatchError):
        issue(workspace, pki)
    assert left_behind(workspace) == []


def test_a_register_that_moved_meanwhile_gets_no_edition(workspace, pki, monkeypatch):
    real = compiling.compile_edition

    def slow(*arguments, **named):
        sealed = real(*arguments, **named)
        now = datetime.now(tz=UTC)
        draft = Draft(type=EventType.SITTING_HELD, effective_on=riga_day(now), recorded_at=now, by="I. Kalniņa")
        with open_database(workspace.database_url) as database, database.writing() as connection:
            append_events(connection, [draft])
        return sealed

    monkeypatch.setattr(compiling, "compile_edition", slow)
    with pytest.raises(MismatchError, match="has moved"):
        issue(workspace, pki)
    assert left_behind(workspace) == []
    assert [event.type for event in events_of(workspace)] == [EventType.ACCESSION, EventType.SITTING_HELD]


def test_no_time_stamp_no_edition(workspace, pki):
    with pytest.raises(MissingError):
        issue(workspace, pki, tsa_url="http://127.0.0.1:9/")
    assert left_behind(workspace) == []
    assert len(events_of(workspace)) == 1


def test_a_lower_level_must_be_asked_for_and_is_recorded(workspace, pki):
    issue(workspace, pki, level=Level.LT)
    assert events_of(workspace)[-1].data["level"] == "B-LT"


def test_an_existing_file_is_never_replaced(workspace, pki, tmp_path):
    output = tmp_path / "kopija.pdf"
    output.write_bytes(b"kept")
    with pytest.raises(UnwritableError):
        issue(workspace, pki, output=output)
    assert output.read_bytes() == b"kept"
    assert len(events_of(workspace)) == 1


def test_an_edition_with_more_files_than_its_check_reads_is_not_issued(workspace, pki, tmp_path, monkeypatch):
    output = tmp_path / "kopija.pdf"
    monkeypatch.setattr("docgen.edition.compile._MOST", 2)
    with pytest.raises(UnwritableError, match="its check reads 2"):
        issue(workspace, pki, output=output)
    assert not output.exists()
    assert len(events_of(workspace)) == 1


def test_the_commands_compile_and_verify_deep_work_together(workspace, pki, tmp_path):
    secret = tmp_path / "parole.txt"
    secret.write_text(f"{PASSWORD}\n")
    key = pki.seal("Parauga ministrija", "90000000000")
    trust = str(pki.trust_folder)

    def docgen(*words):
        return forked.run(["--lang", "en", *words], cwd=tmp_path, env=os.environ, text=True)

    made = docgen(
        *("--workspace", str(workspace.folder), "compile", "--key", str(key), "--pass-file", str(secret)),
        *("--tsa", pki.tsa_url, "--trust", trust, "--json"),
    )
    assert made.returncode == 0, made.stderr
    file = json.loads(made.stdout)["file"]
    checked = docgen("verify", "--deep", file, "--trust", trust, "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    document = json.loads(checked.stdout)
    assert document["exit_code"] == 0
    assert document["files"][0]["edition"]["members"] == 1
    assert PASSWORD not in made.stdout.split() + made.stderr.split()


def test_files_that_are_not_there_are_named_together_before_a_password_is_asked_for(workspace, tmp_path):
    command = [sys.executable, "-m", "docgen", "--lang", "en", "--workspace", str(workspace.folder), "compile"]
    command += ["--key", str(tmp_path / "no.p12"), "--pass-file", str(tmp_path / "no.txt"), "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert run.returncode == ExitCode.MISSING
    assert [problem["path"] for problem in json.loads(run.stdout)["error"]["problems"]] == ["--key", "--pass-file"]
    asked = subprocess.run(command[:-3], capture_output=True, text=True, check=False, input="secret\n")
    assert asked.returncode == ExitCode.MISSING
    assert "Password" not in asked.stdout + asked.stderr


def test_a_missing_time_stamp_address_is_said_before_a_password_is_asked_for(workspace, pki):
    key = str(pki.seal("Parauga ministrija", "90000000000"))
    command = [sys.executable, "-m", "docgen", "--lang", "en", "--workspace", str(workspace.folder), "compile"]
    asked = subprocess.run([*command, "--key", key], capture_output=True, text=True, check=False, input="secret\n")
    assert asked.returncode == ExitCode.USAGE
    assert "--tsa" in asked.stderr
    assert "Password" not in asked.stdout + asked.stderr

"""Attacks on the register: what somebody with the file in hand changes, and what two at once or a second try bring."""

import hashlib
import os
import shutil
import sqlite3

import pytest

from docgen.database import open_database
from docgen.errors import MismatchError
from docgen.register.audit import audit_records
from docgen.register.events import load_events
from docgen.register.evidence import read_evidence
from docgen.register.intake import all_arrivals
from tests.test_audit import audited, filled


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A register with two members, a refusal, evidence and personal values."""
    return filled(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def register(tmp_path, whole):
    return shutil.copytree(whole, tmp_path / "register")


def tamper(folder, *statements, guards=True):
    """Run SQL with the guards out of the way; they are put back unless told otherwise."""
    with sqlite3.connect(folder / "register.db") as raw:
        kept = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in kept:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
        for name, statement in kept:
            raw.execute(statement if guards else f"CREATE TRIGGER {name} BEFORE UPDATE ON events BEGIN SELECT 1; END")
    raw.close()


def named(folder):
    return [(finding.subject, finding.message.text) for finding in audited(folder).findings]


def test_nothing_is_named_in_an_untouched_register(register):
    assert named(register) == []


LAST = "(SELECT max(number) FROM decisions WHERE body LIKE '%\"accept\"%')"
RECORDS = {
    "last-event-taken": (("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)",), "decision 2026-0002"),
    "all-events-taken": (("DELETE FROM events",), "decision 2026-0001"),
    "events-exchanged": (
        ("UPDATE events SET seq = 99 WHERE seq = 1", "UPDATE events SET seq = 1 WHERE seq = 2",
         "UPDATE events SET seq = 2 WHERE seq = 99"),
        "event 1",
    ),
    "decision-taken": ((f"DELETE FROM decisions WHERE number = {LAST}",), "event 2"),
    "decision-taken-with-its-keys": (
        ("DELETE FROM replay_keys WHERE intake = '2026-0002'", "DELETE FROM decisions WHERE number = 2"), "event 2"),
    "keys-taken": (("DELETE FROM replay_keys",), "decision 2026-0001"),
    "arrival-changed": (("UPDATE arrivals SET body = replace(body, '2026', '2027') WHERE number = 1",),
                        "intake 2026-0001"),
    "arrival-taken": (("DELETE FROM arrivals WHERE number = 2",), "intake 2026-0003"),
    "personal-values-taken": (("DELETE FROM personal",), "intake 2026-0001"),
    "event-of-another-type": (("UPDATE events SET body = x'00ff' WHERE seq = 1",), "event 1"),
    "number-of-another-sign": (("UPDATE events SET seq = -1 WHERE seq = 1",), "event -1"),
    "strange-trigger": (("CREATE TRIGGER x AFTER INSERT ON events BEGIN SELECT 1; END",), "register.db"),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_that_was_changed_or_taken_is_named(register, name):
    statements, subject = RECORDS[name]
    tamper(register, *statements)
    assert subject in [where for where, _ in named(register)]


def test_guards_of_the_same_name_that_guard_nothing_are_named(register):
    tamper(register, guards=False)
    assert any("not the one that docgen sets" in text for _, text in named(register))


@pytest.mark.parametrize("value", ["x'00ff'", "5", "''"])
@pytest.mark.parametrize("table", ["events", "arrivals"])
def test_a_value_of_another_type_is_said_to_be_damaged_and_shown_by_nothing(register, table, value):
    tamper(register, f"UPDATE {table} SET body = {value}")
    read = load_events if table == "events" else all_arrivals
    with (
        open_database(f"sqlite:///{register / 'register.db'}") as database,
        database.reading() as connection,
        pytest.raises(MismatchError),
    ):
        read(connection)
    assert named(register)


def linked(path, folder):
    moved = folder / "moved"
    moved.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(moved)


def linked_folder(path, folder):
    path.parent.rename(folder / "moved")
    path.parent.symlink_to(folder / "moved")


def longer(path, _):
    path.chmod(0o644)
    with path.open("ab") as target:
        target.write(b"x")


def pipe(path, _):
    path.unlink()
    os.mkfifo(path)


def endless(path, _):
    path.unlink()
    path.symlink_to("/dev/zero")


def directory(path, _):
    path.unlink()
    path.mkdir()


def hidden(path, _):
    path.rename(path.with_name("." + path.name))


def second(path, _):
    path.with_suffix(".aaa").write_bytes(b"other")


FILES = [linked, linked_folder, longer, pipe, endless, directory, hidden, second]
LETTER = b"%PDF-1.7 letter 1"
DIGEST = hashlib.sha256(LETTER).hexdigest()


@pytest.mark.parametrize("change", FILES)
def test_a_kept_file_that_was_exchanged_is_named(register, change):
    change(register / "signed" / DIGEST[:2] / f"{DIGEST}.pdf", register)
    assert any(DIGEST in subject or subject in {"event 1", "intake 2026-0001"} for subject, _ in named(register))


@pytest.mark.parametrize("change", [linked, longer, pipe, endless, directory, hidden, second])
def test_a_kept_file_that_was_exchanged_is_never_read_for_the_stored_one(register, change):
    change(register / "signed" / DIGEST[:2] / f"{DIGEST}.pdf", register)
    with pytest.raises(MismatchError):
        read_evidence(register / "signed", DIGEST)


def test_an_audit_of_a_register_without_a_table_says_that_it_is_damaged(register):
    with sqlite3.connect(register / "register.db") as raw:
        raw.execute("DROP TABLE replay_keys")
    raw.close()
    with (
        open_database(f"sqlite:///{register / 'register.db'}") as database,
        pytest.raises(MismatchError),
        database.reading() as connection,
    ):
        audit_records(connection, register / "signed")

"""Audit: any one-byte change, in a record or in a stored file, is found and named."""

import random
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docgen.database import GUARDS, open_database
from docgen.errors import MismatchError
from docgen.register.audit import audit_records
from docgen.register.evidence import evidence_path, store_evidence
from docgen.register.intake import log_arrival
from docgen.register.personal import erase_personal, keep_personal
from docgen.workflow.register import accept, refuse
from tests.test_register import CHANGED, CLERK, NOW, RECEIVED, RULES, A, B, arrival_fields

TABLES = {
    "events": ("hash", "body"),
    "arrivals": ("digest", "body"),
    "decisions": ("digest", "body"),
    "personal": ("digest", "content"),
    "replay_keys": ("kind", "value", "intake"),
    "erasures": ("digest", "body"),
}


def filled(folder):
    """A register with two members, a refusal, evidence and a personal value."""
    signed = folder / "signed"
    with open_database(f"sqlite:///{folder / 'register.db'}") as database:
        for serial, organisation in enumerate((A, B, B), start=1):
            letter = store_evidence(signed, b"%PDF-1.7 letter " + str(serial).encode())
            report = store_evidence(signed, b'{"report": ' + str(serial).encode() + b"}")
            reasons = (CHANGED,) if serial == 3 else ()
            with database.writing() as connection:
                fields = arrival_fields(
                    serial, organisation=organisation, sha256=letter, report=report, reasons=reasons
                )
                fields["letter"] = keep_personal(connection, {"contact": {"name": "Jānis Ozols"}})
                intake = log_arrival(connection, RECEIVED, fields).intake
            if reasons:
                refuse(database, intake, by=CLERK, at=NOW)
            else:
                accept(database, RULES, intake, by=CLERK, at=NOW)
        with database.writing() as connection:
            erase_personal(connection, [keep_personal(connection, {"contact": {}})], {"by": CLERK, "why": "asked"})
    return folder


def audited(folder):
    with open_database(f"sqlite:///{folder / 'register.db'}") as database, database.reading() as connection:
        return audit_records(connection, folder / "signed")


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return filled(tmp_path_factory.mktemp("register"))


def tampered(folder, table, column, row, change):
    """Run `change` over the bytes of one field, with the guards out of the way; return a function that undoes it."""
    with sqlite3.connect(folder / "register.db") as raw:
        guards = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            raw.execute(f"DROP TRIGGER {name}")
        rowid, before = raw.execute(
            f"SELECT rowid, CAST({column} AS BLOB) FROM {table} ORDER BY rowid LIMIT 1 OFFSET {row}"
        ).fetchone()
        after = change(before)
        raw.execute(f"UPDATE {table} SET {column} = CAST(? AS TEXT) WHERE rowid = ?", (after, rowid))
        for _, sql in guards:
            raw.execute(sql)
    raw.close()

    def undo():
        tampered(folder, table, column, row, lambda _: before)

    return undo


def test_an_untouched_register_agrees(register):
    report = audited(register)
    assert report.findings == ()
    assert report.notes == ()
    assert (report.events, report.arrivals, report.files) == (2, 3, 6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_one_byte_of_a_record_is_found(register, data):
    table = data.draw(st.sampled_from(sorted(TABLES)))
    column = data.draw(st.sampled_from(TABLES[table]))
    rows = {"events": 2, "arrivals": 3, "decisions": 3, "personal": 5, "replay_keys": 6, "erasures": 1}[table]
    row = data.draw(st.integers(0, rows - 1))
    share = data.draw(st.floats(0, 0.999))
    bits = data.draw(st.integers(1, 255))

    def flip(before):
        changed = bytearray(before)
        changed[int(share * len(changed))] ^= bits
        return bytes(changed)

    undo = tampered(register, table, column, row, flip)
    try:
        findings = audited(register).findings
    finally:
        undo()
    assert findings


def test_a_changed_event_is_named(register):
    undo = tampered(register, "events", "body", 1, lambda body: body.replace(b"I. Kaln", b"J. Kaln"))
    try:
        findings = audited(register).findings
    finally:
        undo()
    assert [finding.subject for finding in findings] == ["event 2"]


def test_a_record_that_was_sealed_anew_breaks_the_next_link(register):
    import hashlib  # noqa: PLC0415 - only this forgery needs it

    kept = {}

    def forge(body):
        kept["body"] = body.replace(b"I. Kaln", b"J. Kaln")
        return kept["body"]

    undo_body = tampered(register, "events", "body", 0, forge)
    undo_hash = tampered(register, "events", "hash", 0, lambda _: hashlib.sha256(kept["body"]).hexdigest().encode())
    try:
        findings = audited(register).findings
    finally:
        undo_hash()
        undo_body()
    assert [finding.subject for finding in findings] == ["event 2"]


@settings(max_examples=25, deadline=None)
@given(share=st.floats(0, 0.999), bits=st.integers(1, 255), which=st.integers(0, 5))
def test_any_one_byte_of_a_stored_file_is_found_and_named(register, share, bits, which):
    path = sorted(path for path in (register / "signed").rglob("*") if path.is_file())[which]
    before = path.read_bytes()
    changed = bytearray(before)
    changed[int(share * len(changed))] ^= bits
    path.chmod(0o644)
    path.write_bytes(changed)
    try:
        findings = audited(register).findings
    finally:
        path.write_bytes(before)
    assert [finding.subject for finding in findings] == [f"signed/{path.parent.name}/{path.name}"]


def test_a_file_that_is_gone_is_named_by_its_letter(tmp_path):
    folder = filled(tmp_path)
    store = folder / "signed"
    registered = store_evidence(store, b"%PDF-1.7 letter 1")
    refused = store_evidence(store, b"%PDF-1.7 letter 3")
    evidence_path(store, registered).unlink()
    evidence_path(store, refused).unlink()
    report = audited(folder)
    assert [finding.subject for finding in report.findings] == ["event 1"]
    assert [note.subject for note in report.notes] == ["intake 2026-0003"]


def test_a_file_that_no_record_names_is_a_note(tmp_path):
    folder = filled(tmp_path)
    store_evidence(folder / "signed", b"%PDF-1.7 stored, then interrupted")
    report = audited(folder)
    assert report.findings == ()
    assert len(report.notes) == 1


def test_a_guard_that_was_taken_away_is_named(tmp_path):
    folder = filled(tmp_path)
    with sqlite3.connect(folder / "register.db") as raw:
        raw.execute(f"DROP TRIGGER {next(iter(GUARDS))}")
    raw.close()
    assert [finding.subject for finding in audited(folder).findings] == ["register.db"]


@pytest.mark.parametrize("table", ["events", "arrivals"])
def test_a_record_that_was_taken_out_is_noticed(tmp_path, table):
    folder = filled(tmp_path)
    with sqlite3.connect(folder / "register.db") as raw:
        raw.execute(f"DROP TRIGGER {table}_no_delete")
        raw.execute(f"DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})")
        raw.execute("PRAGMA user_version = 1")
    raw.close()
    assert any(not finding.subject.startswith("register.db") for finding in audited(folder).findings)


def test_a_database_cut_short_is_said_to_be_damaged(tmp_path):
    folder = filled(tmp_path)
    path = folder / "register.db"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MismatchError):
        audited(folder)


def rows_of(folder):
    with sqlite3.connect(folder / "register.db") as raw:
        rows = [raw.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES]
    raw.close()
    return rows


def test_any_one_byte_of_the_database_file_is_found_or_changes_no_record(tmp_path):
    folder = filled(tmp_path)
    path = folder / "register.db"
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    whole, rows = path.read_bytes(), rows_of(folder)
    chance = random.Random(20261124)
    written = [place for place, byte in enumerate(whole) if byte]
    missed = []
    for place in chance.sample(written, 80):
        changed = bytearray(whole)
        changed[place] ^= chance.randint(1, 255)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        path.write_bytes(changed)
        try:
            found = bool(audited(folder).findings)
        except MismatchError:
            found = True
        if not found and rows_of(folder) != rows:
            missed.append(place)
    assert missed == []


def test_a_register_of_the_version_before_is_brought_to_this_one_and_holds(tmp_path):
    folder = filled(tmp_path)
    with sqlite3.connect(folder / "register.db") as raw:
        for table in ("erasures", "begun_receipts"):
            raw.execute(f"DROP TABLE {table}")
        raw.execute("DELETE FROM schema_versions WHERE version = 2")
    raw.close()
    with open_database(f"sqlite:///{folder / 'register.db'}") as database, database.writing() as connection:
        # What that version erased has no record of who did so: the audit says so, for a person to know.
        erase_personal(connection, [keep_personal(connection, {"a": "b"})], {"by": CLERK, "why": "asked"})
    messages = [str(finding.message) for finding in audited(folder).findings]
    assert len(messages) == 1
    assert messages[0].startswith("no record says by whom")

"""Events: canonical bytes, hash, chain; the store is append-only and stops at the first break."""

import hashlib
import json
import sqlite3
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from docgen.database import open_database
from docgen.errors import MismatchError, UsageError
from docgen.model.events import Draft, Event, EventType, Evidence, EvidenceKind, chain, event_from_body, intake_order
from docgen.register.events import append_events, load_events

AT = datetime(2026, 11, 21, 9, 14, 3, tzinfo=UTC)


def draft(**changes) -> Draft:
    fields = {
        "type": EventType.ACCESSION,
        "organisation": "40008999902",
        "effective_on": date(2026, 11, 20),
        "recorded_at": AT,
        "by": "I. Kalniņa",
        "evidence": (Evidence(sha256="ab" * 32, kind=EvidenceKind.LETTER),),
        "intake": "2026-0007",
        "data": {"name": 'Biedrība "Drošā pilsēta"'},
    }
    return Draft(**{**fields, **changes})


def test_the_hash_is_that_of_the_canonical_json_of_all_other_fields():
    event = chain(draft(), after=None)
    fields = event.as_json()
    assert fields.pop("hash") == event.hash
    text = json.dumps(
        {k: v for k, v in fields.items() if v is not None}, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    assert hashlib.sha256(text.encode()).hexdigest() == event.hash
    assert fields["previous"] is None
    assert fields["seq"] == 1
    assert fields["recorded_at"] == "2026-11-21T09:14:03Z"


def test_each_event_names_the_one_before_it():
    first = chain(draft(), after=None)
    second = chain(draft(intake="2026-0008"), after=first)
    assert (second.seq, second.previous) == (2, first.hash)


def test_an_event_comes_back_from_its_bytes():
    event = chain(draft(), after=None)
    assert event_from_body(event.body, event.hash) == event


def test_fields_of_a_later_version_are_kept():
    event = chain(draft(), after=None)
    body = json.dumps({**json.loads(event.body), "zone": "x"}, sort_keys=True, separators=(",", ":")).encode()
    read = event_from_body(body, hashlib.sha256(body).hexdigest())
    assert read.unknown == {"zone": "x"}
    assert read.as_json()["zone"] == "x"


@given(st.data())
def test_any_changed_byte_breaks_the_hash(data):
    event = chain(draft(), after=None)
    place = data.draw(st.integers(0, len(event.body) - 1))
    bits = data.draw(st.integers(1, 255))
    changed = bytearray(event.body)
    changed[place] ^= bits
    with pytest.raises(ValueError, match="hash"):
        event_from_body(bytes(changed), event.hash)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"seq":1}', b"\xff", b"1"])
def test_what_is_no_event_is_one_kind_of_error(body):
    with pytest.raises(ValueError):  # noqa: PT011 - which sentence does not matter, that it is this error does
        event_from_body(body, hashlib.sha256(body).hexdigest())


def test_intake_numbers_grow_beyond_four_digits():
    assert intake_order("2026-10000") > intake_order("2026-9999")
    with pytest.raises(ValueError, match="intake"):
        intake_order("2026-7")


def test_an_event_needs_a_name_and_a_zone():
    with pytest.raises(ValueError, match="who"):
        draft(by=" ")
    with pytest.raises(ValueError, match="zone"):
        draft(recorded_at=AT.replace(tzinfo=None))


@pytest.fixture
def database(tmp_path):
    with open_database(f"sqlite:///{tmp_path / 'register.db'}") as opened:
        yield opened


def three(database) -> tuple[Event, ...]:
    with database.writing() as connection:
        append_events(connection, [draft()])
        append_events(connection, [draft(intake="2026-0008"), draft(intake="2026-0009")])
    with database.reading() as connection:
        return tuple(load_events(connection))


def test_events_come_back_in_order(database):
    assert [event.seq for event in three(database)] == [1, 2, 3]


def test_an_act_that_fails_leaves_nothing(database):
    def act():
        with database.writing() as connection:
            append_events(connection, [draft()])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    with database.reading() as connection:
        assert load_events(connection) == []


@pytest.mark.parametrize("statement", ["UPDATE events SET body = 'x'", "DELETE FROM events"])
def test_the_database_refuses_to_change_an_event(database, statement):
    three(database)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), database.writing() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = replace(body, 'Kalniņa', 'Kalniņš') WHERE seq = 2",
        "UPDATE events SET hash = replace(hash, substr(hash, 1, 1), 'g') WHERE seq = 2",
        "DELETE FROM events WHERE seq = 2",
        "DELETE FROM events WHERE seq = 1",
        "UPDATE events SET seq = 9 WHERE seq = 3",
    ],
)
def test_no_state_is_read_from_a_broken_register(database, tmp_path, statement):
    three(database)
    with sqlite3.connect(tmp_path / "register.db") as raw:
        raw.execute("DROP TRIGGER events_no_update")
        raw.execute("DROP TRIGGER events_no_delete")
        raw.execute(statement)
    raw.close()
    with pytest.raises(MismatchError), database.reading() as connection:
        load_events(connection)


@pytest.mark.usefixtures("database")
def test_a_register_of_a_newer_docgen_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "register.db") as raw:
        raw.execute("INSERT INTO schema_versions VALUES (99)")
    raw.close()
    with pytest.raises(UsageError, match="newer"):
        open_database(f"sqlite:///{tmp_path / 'register.db'}")


@pytest.mark.parametrize("url", ["postgresql://localhost/register", "nonsense"])
def test_an_address_without_guards_is_refused(url):
    with pytest.raises(UsageError):
        open_database(url)


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path):
    (tmp_path / "register.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(MismatchError, match="damaged"):
        open_database(f"sqlite:///{tmp_path / 'register.db'}")

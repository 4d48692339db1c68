"""Audit: every record and every stored file against its digest; whatever differs is named.

Nothing is decoded before its digest was computed, so a changed byte is named also where it no longer makes sense as
text. Deliberately independent of the store's reading functions, which stop at the first break.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from docgen.database import GUARDS, arrivals, begun, decisions, erasures, events, keys, personal
from docgen.errors import MismatchError, why_of
from docgen.model.events import event_from_body
from docgen.model.text import Message, say
from docgen.register.evidence import all_evidence
from docgen.register.personal import digest_of_content

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AuditReport", "Finding", "audit_records"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not agree: `subject` is an event, an intake number, a table's key or a file."""

    subject: str
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """What was looked at, what does not agree (`findings`), and what is only worth knowing (`notes`)."""

    events: int
    arrivals: int
    files: int
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]


def audit_records(connection: sa.Connection, signed: Path) -> AuditReport:
    """Compute every digest again: events and their chain, intake log, decisions, personal values, evidence, guards.

    Raises `MismatchError` where the database is so damaged that its rows are not of the kind that docgen writes.
    """
    try:
        return _Audit(connection, signed).run()
    except (TypeError, ValueError, KeyError, AttributeError) as exc:
        raise MismatchError(
            say("the register's database is damaged: {why}", why=str(exc)),
            say("Do not go on with it: restore the last good copy, then run: docgen register audit"),
        ) from exc


class _Audit:
    """One audit: gathers findings, and on the way what evidence the records name."""

    def __init__(self, connection: sa.Connection, signed: Path) -> None:
        self._connection = connection
        self._signed = signed
        self._findings: list[Finding] = []
        self._notes: list[Finding] = []
        # digest -> who names it; digests named only by refused arrivals may be gone by rule.
        self._named: dict[str, list[str]] = defaultdict(list)
        self._disposable: dict[str, list[str]] = defaultdict(list)
        # What a receipt has noted and not logged yet.
        self._begun: set[str] = set()
        # event -> the letter that it names; digest of a personal value -> who names it
        self._letters: dict[int, str] = {}
        self._values: dict[str, str] = {}

    def run(self) -> AuditReport:
        """Look at everything once."""
        self._integrity()
        event_count = self._events()
        decided = self._sealed("decision", decisions)
        arrived = self._sealed("intake", arrivals)
        self._log(arrived, decided, event_count)
        self._keys(decided)
        self._personal()
        self._unfinished()
        files = self._evidence()
        return AuditReport(
            events=event_count,
            arrivals=len(arrived),
            files=files,
            findings=tuple(self._findings),
            notes=tuple(self._notes),
        )

    def _differs(self, subject: str, message: Message) -> None:
        self._findings.append(Finding(subject=subject, message=message))

    def _integrity(self) -> None:
        for (line,) in self._connection.exec_driver_sql("PRAGMA integrity_check"):
            if line != "ok":
                self._differs("register.db", say("the database file is damaged: {why}", why=str(line)))
        rows = self._connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = {str(row.name): row.sql for row in rows}
        for guard, statement in GUARDS.items():
            if guard not in found:
                self._differs("register.db", say("the guard {guard} is gone", guard=guard))
            elif found[guard] != statement:
                self._differs("register.db", say("the guard {guard} is not the one that docgen sets", guard=guard))
        for stranger in sorted(found.keys() - GUARDS.keys()):
            self._differs("register.db", say("the trigger {name} is none of docgen's", name=stranger))

    def _events(self) -> int:
        query = sa.select(events.c.seq, _raw(events.c.hash).label("hash"), _raw(events.c.body).label("body"))
        previous: str | None = None
        count = 0
        for count, row in enumerate(self._connection.execute(query.order_by(events.c.seq)), start=1):
            subject = f"event {row.seq}"
            actual = hashlib.sha256(row.body).hexdigest()
            if row.hash != actual.encode():
                self._differs(subject, say("does not have the hash that is recorded for it"))
                previous = None
                continue
            try:
                event = event_from_body(row.body, actual)
            except ValueError as exc:
                self._differs(subject, say("is no event: {why}", why=str(exc)))
                previous = actual
                continue
            if event.seq != row.seq or event.seq != count:
                self._differs(subject, say("stands in the wrong place; the register numbers without a gap"))
            if event.previous != previous and not (count > 1 and previous is None):
                self._differs(subject, say("does not name the hash of the event before it"))
            for item in event.evidence:
                self._named[item.sha256].append(subject)
            if event.intake is not None:
                self._letters[event.seq] = event.intake
            self._values |= {event.data[key]: subject for key in ("personal", "representation") if key in event.data}
            previous = actual
        return count

    def _sealed(self, kind: str, table: sa.Table) -> dict[str, dict[str, Any]]:
        columns = (table.c.year, table.c.number, _raw(table.c.digest).label("digest"), _raw(table.c.body).label("body"))
        records: dict[str, dict[str, Any]] = {}
        for row in self._connection.execute(sa.select(*columns).order_by(table.c.year, table.c.number)):
            intake = f"{row.year:04d}-{row.number:04d}"
            subject = f"{kind} {intake}"
            if hashlib.sha256(row.body).hexdigest().encode() != row.digest:
                self._differs(subject, say("is not as it was recorded"))
                continue
            records[intake] = json.loads(row.body)
            if records[intake].get("intake") != intake:
                self._differs(subject, say("stands under another number than its own"))
        return records

    def _log(self, arrived: dict[str, dict[str, Any]], decided: dict[str, dict[str, Any]], event_count: int) -> None:
        last: dict[str, int] = defaultdict(int)
        for year, number in self._connection.execute(
            sa.select(arrivals.c.year, arrivals.c.number).order_by(arrivals.c.year, arrivals.c.number)
        ):
            if number != last[year] + 1:
                self._differs(f"intake {year:04d}-{number:04d}", say("a number before it is missing"))
            last[year] = number
        for intake, fields in arrived.items():
            refused = decided.get(intake, {}).get("decision") == "refuse"
            named = self._disposable if refused else self._named
            if "letter" in fields:
                self._values.setdefault(fields["letter"], f"intake {intake}")
            if fields["stored"]:
                named[fields["sha256"]].append(f"intake {intake}")
            for digest in (fields["report"], *fields["material"]):
                named[digest].append(f"intake {intake}")
        self._decided(arrived, decided, event_count)

    def _decided(
        self, arrived: dict[str, dict[str, Any]], decided: dict[str, dict[str, Any]], event_count: int
    ) -> None:
        for intake, fields in decided.items():
            if intake not in arrived:
                self._differs(f"decision {intake}", say("decides about an arrival that the log does not have"))
            if any(not 1 <= seq <= event_count for seq in fields["events"]):
                self._differs(f"decision {intake}", say("names an event that the register does not have"))
        for seq, intake in self._letters.items():
            if intake in arrived and seq not in decided.get(intake, {}).get("events", ()):
                self._differs(f"event {seq}", say("no decision about {intake} names it", intake=intake))

    def _keys(self, decided: dict[str, dict[str, Any]]) -> None:
        query = sa.select(*(_raw(column).label(column.name) for column in keys.columns))
        stored = {(row.kind, row.value, row.intake) for row in self._connection.execute(query)}
        expected = {
            (key["kind"].encode(), key["value"].encode(), intake.encode())
            for intake, fields in decided.items()
            for key in fields["bound"]
        }
        for _, value, intake in sorted(stored ^ expected, key=repr):
            subject = f"decision {(intake or b'-').decode(errors='replace')}"
            shown = (value or b"-").decode(errors="replace")
            self._differs(subject, say("the key {value} that stops replays differs", value=shown))

    def _personal(self) -> None:
        query = sa.select(_raw(personal.c.digest).label("digest"), _raw(personal.c.content).label("content"))
        present: set[str] = set()
        erased = self._erased()
        for row in self._connection.execute(query):
            present.add(row.digest.decode(errors="replace"))
            if (row.content is None) != (row.digest.decode(errors="replace") in erased):
                subject = f"personal value {row.digest.decode(errors='replace')[:12]}…"
                self._differs(subject, say("no record says by whom it was erased, or it came back"))
            if row.content is not None and digest_of_content(row.content).encode() != row.digest:
                subject = f"personal value {row.digest.decode(errors='replace')[:12]}…"
                self._differs(subject, say("is not as it was recorded"))
        for digest, subject in self._values.items():
            if digest not in present:
                self._differs(subject, say("its personal value {digest} is gone, not erased", digest=f"{digest[:12]}…"))

    def _erased(self) -> set[str]:
        columns = (
            erasures.c.number,
            _raw(erasures.c.digest).label("digest"),
            _raw(erasures.c.body).label("body"),
        )
        found: set[str] = set()
        for count, row in enumerate(self._connection.execute(sa.select(*columns).order_by(erasures.c.number)), start=1):
            subject = f"erasure {row.number}"
            if hashlib.sha256(row.body).hexdigest().encode() != row.digest:
                self._differs(subject, say("is not as it was recorded"))
                continue
            if row.number != count:
                self._differs(subject, say("a number before it is missing"))
            found |= set(json.loads(row.body)["values"])
        return found

    def _unfinished(self) -> None:
        for body in self._connection.scalars(sa.select(begun.c.body)):
            note = json.loads(body)
            self._begun.add(note["sha256"])
            message = say("its receipt is under way or was cut off; the next docgen receive takes it up")
            self._notes.append(Finding(subject=str(note["name"]), message=message))

    def _evidence(self) -> int:
        present: set[str] = set()
        paths = list(all_evidence(self._signed))
        for path in paths:
            subject = f"{self._signed.name}/{path.parent.name}/{path.name}"
            digest = path.name.partition(".")[0]
            present.add(digest)
            # A link leads to what somebody may change later, a pipe would never end.
            if path.is_symlink() or path.parent.is_symlink() or not (path.is_file() or path.is_dir()):
                self._differs(subject, say("is not the file that was stored but a link or a device"))
                continue
            try:
                with path.open("rb") as source:
                    actual = hashlib.file_digest(source, "sha256").hexdigest()
            except OSError as exc:
                self._differs(subject, say("cannot be read: {why}", why=why_of(exc)))
                continue
            if actual != digest:
                self._differs(subject, say("is not as it was stored"))
            elif not any(digest in named for named in (self._named, self._disposable, self._begun)):
                self._notes.append(
                    Finding(
                        subject=subject,
                        message=say("no record names it; if it is a letter that arrived, receive it"),
                    )
                )
        for digest, subjects in sorted(self._named.items()):
            if digest not in present:
                self._differs(subjects[0], say("its evidence {sha256} is gone", sha256=digest))
        for digest, subjects in sorted(self._disposable.items()):
            if digest not in present and digest not in self._named:
                note = say("its file {sha256} was disposed of after the refusal", sha256=digest)
                self._notes.append(Finding(subject=subjects[0], message=note))
        return len(paths)


def _raw(column: sa.Column[Any]) -> sa.Cast[bytes]:
    # As bytes: a flipped bit may have made text that is no longer UTF-8, which the driver would refuse to hand over.
    return sa.cast(column, sa.LargeBinary)

"""Benchmarks of the register: the replay of many events, and what reading them from the database takes before it."""

from __future__ import annotations

import itertools
import random
import sys
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from docgen.database import open_database
from docgen.model.events import Draft, EventType
from docgen.model.registration_number import is_registration_number
from docgen.model.replay import replay
from docgen.register.events import append_events, load_events
from docgen.workspace import init_workspace
from tests.bench.measure import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_START = datetime(2026, 1, 2, tzinfo=UTC)


def register(folder: Path, *sizes: int) -> None:
    """The replay of 100,000 events, and of half as many: whether it grows faster than they do."""
    for size in sizes or (50_000, 100_000):
        workspace = init_workspace(folder / f"register-{size}", "iem")
        drafts = list(itertools.islice(_history(random.Random(size)), size))
        with open_database(workspace.database_url) as database:
            with database.writing() as connection:
                append_events(connection, drafts)
            seconds: dict[str, list[float]] = {"read and hold the chain": [], "replay": [], "replay to half-time": []}
            for _ in range(5):
                began = time.process_time()
                with database.reading() as connection:
                    events = load_events(connection)
                seconds["read and hold the chain"].append(time.process_time() - began)
                for name, share in (("replay", 1.0), ("replay to half-time", 0.5)):
                    began = time.process_time()
                    state = replay(events, _day(int(len(events) * share)))
                    seconds[name].append(time.process_time() - began)
        members, seats = len(state.members), len(state.council)
        table(f"{size:,} events (seconds of processor; {members} members, {seats} seats at half-time)", seconds)
    sys.stdout.flush()


def _history(dice: random.Random) -> Iterator[Draft]:
    """Organisations come, sit in the council, change their name, leave and come again; some of it is corrected."""
    numbers = (str(one) for one in range(40000000000, 50000000000) if is_registration_number(str(one)))
    known = list(itertools.islice(numbers, 2_000))
    council = (EventType.COUNCIL_JOINED, EventType.COUNCIL_CHANGED, EventType.COUNCIL_LEFT)
    for count in itertools.count(1):
        organisation = dice.choice(known)
        kind = dice.choices(
            (EventType.ACCESSION, EventType.WITHDRAWAL, dice.choice(council), EventType.RENAMED, EventType.CORRECTION),
            (45, 15, 30, 8, 2),
        )[0]
        intake, data = None, {}
        if kind in {EventType.ACCESSION, EventType.WITHDRAWAL, *council}:
            intake = f"2026-{count:04d}"
        if kind in {EventType.ACCESSION, EventType.RENAMED}:
            data = {"name": f"Biedrība Nr. {count}"}
        if kind is EventType.CORRECTION:
            data = {"corrects": dice.randint(1, count), "void": True, "why": "kļūda"}
        yield Draft(
            type=kind,
            effective_on=_day(count),
            recorded_at=_START + timedelta(minutes=count),
            by="I. Kalniņa",
            organisation=None if kind is EventType.CORRECTION else organisation,
            intake=intake,
            data=data,
        )


def _day(count: int) -> date:
    return (_START + timedelta(minutes=count)).date()

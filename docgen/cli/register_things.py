"""What `register show` shows: one arrival, one organisation as it stands on a day, or one event."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docgen.cli.register_facts import council_facts
from docgen.cli.register_views import (
    arrival_json,
    arrival_line,
    event_line,
    lines_of,
    reason_lines,
    registered_as,
)
from docgen.cli.speaking import here
from docgen.messages import one_line
from docgen.model.certificates import mask_codes
from docgen.model.events import EventType, instant_from_text
from docgen.model.moments import RIGA
from docgen.model.notices import notices_of
from docgen.model.reasons import decision_of
from docgen.model.replay import effective_events
from docgen.model.representation import is_recalled, representation_of
from docgen.model.text import Message, say
from docgen.register.export import member_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from docgen.model.events import Event
    from docgen.register.intake import Arrival
    from docgen.workflow.reading import Book

__all__ = ["Thing", "find", "thing_json", "thing_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What `show` was asked for: exactly one of the three."""

    arrival: Arrival | None = None
    organisation: str | None = None
    event: Event | None = None


def find(book: Book, what: str) -> Thing | None:
    """Find an arrival, an organisation or an event by what a person types."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{4,}", what):
        return next((Thing(arrival=arrival) for arrival in book.arrivals if arrival.intake == what), None)
    if re.fullmatch(r"[0-9]{11}", what):
        events = (*book.events, *effective_events(book.events))
        known = any(event.organisation == what for event in events) or book.letters_of(what)
        return Thing(organisation=what) if known else None
    if re.fullmatch(r"[0-9]{1,9}", what):
        return next((Thing(event=event) for event in book.events if event.seq == int(what)), None)
    return None


def thing_text(book: Book, thing: Thing) -> str:
    """Show one thing to a person."""
    if thing.arrival is not None:
        return _arrival_text(book, thing.arrival)
    if thing.organisation is not None:
        return organisation_text(book, thing.organisation)
    assert thing.event is not None
    return event_line(thing.event) + "\n" + _event_details(book, thing.event)


def thing_json(book: Book, thing: Thing) -> dict[str, Any]:
    """Show one thing to a program."""
    if thing.arrival is not None:
        notices = [event.seq for event in notices_of(book.events, thing.arrival.intake)]
        return {"schema": "docgen-arrival/1", **arrival_json(book, thing.arrival), "notices": notices}
    if thing.organisation is not None:
        return organisation_json(book, thing.organisation)
    assert thing.event is not None
    return {"schema": "docgen-event/1", **thing.event.as_json()}


def _arrival_text(book: Book, arrival: Arrival) -> str:
    fields = arrival.fields
    lines: list[Message | str] = [
        arrival_line(book, arrival).strip(),
        say("received {moment} by {channel}", moment=_local(arrival.received_at), channel=fields["channel"]),
        say("file {sha256}, {size} bytes", sha256=fields["sha256"], size=fields["size"]),
        say("report {sha256}", sha256=fields["report"]),
        say("Judged by the policy {policy}.", policy=fields["policy"]),
    ]
    lines += [say("signed by {name}", name=signer["name"]) for signer in fields["signers"]]
    decision, original = book.decisions.get(arrival.intake), registered_as(book, arrival)
    if original is not None:
        lines.append(say("this letter is registered as {original}; there is nothing to decide", original=original))
    else:
        proposed = decision_of(arrival.reasons)
        lines.append(say("proposed: {decision}", decision="-" if proposed is None else proposed.value))
    # Advice how to decide is for whoever has to.
    lines += reason_lines(arrival.reasons, advise=decision is None and original is None)
    if decision is not None:
        lines.append(
            say(
                "decided: {decision}, by {by}, {at}",
                decision=decision["decision"],
                by=decision["by"],
                at=_local(instant_from_text(decision["at"])),
            )
        )
        lines += [say("why: {why}", why=decision["why"])] if decision["why"] else []
        lines += [event_line(event) for event in book.events if event.seq in decision["events"]]
    lines += [event_line(event) for event in notices_of(book.events, arrival.intake)]
    return lines_of(*lines)


def _local(moment: datetime) -> str:
    """An instant as a clerk reads it: Riga time, to the second."""
    return moment.astimezone(RIGA).isoformat(sep=" ", timespec="seconds")


def _event_details(book: Book, event: Event) -> str:
    lines: list[Message | str] = [
        say("recorded {moment} by {by}", moment=_local(event.recorded_at), by=event.by),
    ]
    lines += [say("why: {why}", why=event.why)] if event.why else []
    lines += _council(book, event)
    lines += [say("evidence {sha256} ({kind})", sha256=item.sha256, kind=item.kind.value) for item in event.evidence]
    lines.append(say("hash {hash}", hash=event.hash))
    return lines_of(*lines)


def _council(book: Book, event: Event) -> list[Message]:
    """What a sitting or a decision of the council is now, with its corrections; who carries out a task."""
    standing = next((one for one in effective_events(book.events) if one.seq == event.seq), event)
    known = book.personal.get(str(event.data.get("personal", "")), {})
    lines = []
    if "responsible" in known:
        lines.append(say("responsible: {who}", who=mask_codes(one_line(str(known["responsible"])))))
    if event.type in {EventType.SITTING_HELD, EventType.DECISION_TAKEN}:
        lines += council_facts(standing.data)
    return lines


def organisation_text(book: Book, organisation: str) -> str:
    """An organisation as it stands on the day: membership, council, persons, letters."""
    stand = organisation_json(book, organisation)
    lines: list[Message | str] = [f"{one_line(stand['name'] or '-')} ({organisation})"]
    current = [row for row in stand["memberships"] if row["withdrawn_on"] is None]
    for row in stand["memberships"]:
        if row["withdrawn_on"] is None:
            lines.append(say("member since {day}, by {intake}", day=row["acceded_on"], intake=row["intake"] or "-"))
        else:
            lines.append(say("was a member from {day} to {end}", day=row["acceded_on"], end=row["withdrawn_on"]))
    if not current:
        lines.append(say("no member on {day}", day=book.as_of.isoformat()))
    council = stand["council"]
    if council is not None:
        lines.append(say("in the council since {day}", day=council["since"]))
        lines += _persons(council)
    elif current:
        lines.append(say("not in the council"))
    if stand["contact"] is not None:
        lines.append(say("contact: {person}", person=_person(stand["contact"])))
    lines.append(say("letters:"))
    letters = book.letters_of(organisation)
    lines += [arrival_line(book, arrival) for arrival in letters] or [say("none")]
    command = here(f"docgen register history {organisation}")
    lines.append(say("its events in order: {command}", command=command))
    return lines_of(*lines)


def _persons(council: Mapping[str, Any]) -> list[Message]:
    if council["recalled"]:
        return [say("representative: recalled, another is not named yet")]
    if council["representation"] is None:
        return [say("representative: not known, or erased")]
    found = council["representation"]
    known = []
    if "representative" in found:
        known.append(say("representative: {person}", person=_person(found["representative"])))
    if "substitute" in found:
        known.append(say("substitute: {person}", person=_person(found["substitute"])))
    return known


def _person(person: Mapping[str, Any]) -> str:
    shown = [str(person[key]) for key in ("name", "position", "email", "phone") if key in person]
    return mask_codes(one_line(", ".join(shown)))


def organisation_json(book: Book, organisation: str) -> dict[str, Any]:
    """The same as one document."""
    rows = [row for row in member_rows(book.state) if row["registration_number"] == organisation]
    seat = book.state.seat(organisation)
    letters = book.letters_of(organisation)
    names = [row["name"] for row in rows] + [letter.fields["recognised"].get("name") for letter in letters]
    council = None
    if seat is not None:
        council = {
            "since": seat.joined_on.isoformat(),
            "representation": representation_of(seat, book.events, book.personal),
            "recalled": is_recalled(seat, book.events),
        }
    contact = _value(book, book.standing_of(organisation), "personal") if book.state.member(organisation) else None
    return {
        "schema": "docgen-organisation/1",
        "as_of": book.as_of.isoformat(),
        "organisation": organisation,
        "name": next((name for name in reversed(names[: len(rows)] or names) if name), None),
        "member": book.state.member(organisation) is not None,
        "memberships": rows,
        "council": council,
        "contact": (contact or {}).get("contact"),
        "letters": [arrival_json(book, letter) for letter in letters],
        "events": [event.seq for event in book.history_of(organisation)],
    }


def _value(book: Book, events: list[Event], key: str) -> Mapping[str, Any] | None:
    """The latest value that these events name, if it was not erased."""
    digests = [event.data[key] for event in events if key in event.data]
    return book.personal.get(digests[-1]) if digests else None

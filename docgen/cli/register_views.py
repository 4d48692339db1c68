"""How the register is shown: text for people and JSON for programs, both views of one book."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from docgen.cli.register_facts import council_facts, says_council_facts
from docgen.cli.speaking import here
from docgen.messages import mark, one_line, render, translate
from docgen.model.events import EventType
from docgen.model.latvian import collation_key
from docgen.model.places import place_of
from docgen.model.text import Message, say, say_count
from docgen.register.export import member_rows

if TYPE_CHECKING:
    from docgen.model.events import Event
    from docgen.register.intake import Arrival
    from docgen.workflow.reading import Book

__all__ = [
    "arrival_json",
    "arrival_line",
    "event_line",
    "history_json",
    "history_text",
    "kind_in_words",
    "lines_of",
    "list_json",
    "list_text",
    "reason_lines",
    "registered_as",
    "status_json",
    "status_text",
]

# Event types in words; the code itself stays in JSON and exports.
_TYPES = {
    "accession": mark("accession"),
    "withdrawal": mark("withdrawal"),
    "council-joined": mark("joins the council"),
    "council-changed": mark("changes its representation in the council"),
    "council-left": mark("leaves the council"),
    "renamed": mark("new name"),
    "succeeded": mark("succession"),
    "ceased": mark("struck off"),
    "in-force": mark("the memorandum takes effect"),
    "predecessor-lapsed": mark("the earlier memorandum lapses"),
    "sitting-held": mark("sitting of the council"),
    "decision-taken": mark("decision of the council"),
    "by-laws-approved": mark("by-laws approved"),
    "edition-issued": mark("official copy issued"),
    "notice-sent": mark("notice sent"),
    "letter-filed": mark("letter on file"),
    "correction": mark("correction"),
}
# Kinds of letters in words, of those that do nothing in the register and of those that the secretariat writes.
_KINDS = {
    "council-notice": mark("notice to the council"),
    "delegation": mark("delegation of a signatory"),
    "proposal": mark("proposal"),
    "power-of-attorney": mark("power of attorney"),
    "receipt": mark("receipt"),
    "return": mark("return for completion"),
    "in-force": mark("entry into force"),
    "answer": mark("answer to a proposal"),
    "other": mark("other"),
}


def lines_of(*messages: Message | str) -> str:
    """Lines in the reader's language; a text stays as it is."""
    return "\n".join(line if isinstance(line, str) else render(line) for line in messages)


def list_text(book: Book, *, everything: bool, by_name: bool) -> str:
    """Members on the day, then what waits."""
    rows = [row for row in _members(book, by_name=by_name) if everything or row["withdrawn_on"] is None]
    lines: list[Message | str] = [say("Members on {day}:", day=book.as_of.isoformat())]
    lines += [_member_line(row) for row in rows] or ["  " + render(say("none"))]
    arrivals = list(book.arrivals) if everything else book.waiting
    lines += ["", say("All arrivals:") if everything else say("Waiting for a decision:")]
    lines += [arrival_line(book, arrival) for arrival in arrivals] or ["  " + render(say("none"))]
    return lines_of(*lines)


def _members(book: Book, *, by_name: bool) -> list[dict[str, Any]]:
    rows = member_rows(book.state)
    return sorted(rows, key=lambda row: collation_key(row["name"])) if by_name else rows


def _member_line(row: dict[str, Any]) -> str:
    parts = [f"{row['number']:>4}. {row['registration_number']}  {row['name']}  {row['acceded_on']}"]
    if row["withdrawn_on"]:
        parts.append(render(say("withdrawn {day}", day=row["withdrawn_on"])))
    elif row["council_since"] and not row["council_until"]:
        parts.append(render(say("in the council since {day}", day=row["council_since"])))
    return "  ".join(parts)


def arrival_line(book: Book, arrival: Arrival) -> str:
    """One arrival in one line."""
    recognised = arrival.fields["recognised"]
    what = " ".join(
        word
        for word in (
            kind_in_words(str(recognised.get("kind") or recognised.get("act", ""))),
            recognised.get("name", ""),
            recognised.get("organisation", ""),
        )
        if word
    )
    name = one_line(arrival.fields["name"])
    return f"  {arrival.intake}  {_stand(book, arrival)}  {name}  {what}".rstrip()


def kind_in_words(kind: str) -> str:
    """What a letter is, in words; a kind that only one pack has by its own name."""
    return translate(_KINDS.get(kind) or _TYPES.get(kind, "")) or kind


def _stand(book: Book, arrival: Arrival) -> str:
    """Where an arrival stands: the decision, the number that answers it, or what docgen proposes."""
    decision = book.decisions.get(arrival.intake)
    if decision is not None and "duplicate_of" not in decision:
        return str(decision["decision"])
    original = registered_as(book, arrival)
    if original is not None:
        return f"= {original}"
    return str(arrival.fields.get("decision", "-"))


def registered_as(book: Book, arrival: Arrival) -> str | None:
    """The number under which its letter is registered, where that is another one than its own."""
    decision = book.decisions.get(arrival.intake, {})
    number: str | None = decision.get("duplicate_of") or book.answer(arrival)
    return number


def list_json(book: Book, *, by_name: bool) -> dict[str, Any]:
    """The same as one document."""
    return {
        "schema": "docgen-register-list/1",
        "as_of": book.as_of.isoformat(),
        "members": _members(book, by_name=by_name),
        "arrivals": [arrival_json(book, arrival) for arrival in book.arrivals],
        "waiting": [arrival.intake for arrival in book.waiting],
    }


def arrival_json(book: Book, arrival: Arrival) -> dict[str, Any]:
    """One arrival as one value."""
    fields = {key: value for key, value in arrival.fields.items() if key not in {"reasons", "letter"}}
    return {
        **fields,
        "reasons": [
            {
                "code": reason.code.value,
                "where": reason.where,
                "message": render(reason.message),
                "hint": None if reason.hint is None else here(render(reason.hint)),
            }
            for reason in arrival.reasons
        ],
        "registered_as": registered_as(book, arrival),
        "decided": book.decisions.get(arrival.intake),
    }


def reason_lines(reasons: Any, *, advise: bool = True) -> list[str]:  # noqa: ANN401 - any sequence of reasons
    """Each reason, indented, with its next step where there is something left to do."""
    lines: list[str] = []
    for reason in reasons:
        where = f" ({render(place_of(reason.where))})" if reason.where else ""
        lines.append(f"  {reason.code.value}{where}: {render(reason.message)}")
        if advise and reason.hint is not None:
            lines.append(f"    → {here(render(reason.hint))}")
    return lines


def event_line(event: Event, *, idle: bool = False) -> str:
    """One event in one line; `idle` says of one that it changes nothing."""
    name = event.data.get("name", "")
    if event.type in {EventType.SITTING_HELD, EventType.DECISION_TAKEN}:
        name = " ".join(str(event.data[key]) for key in ("number", "label", "text") if key in event.data)
    if event.type in {EventType.NOTICE_SENT, EventType.LETTER_FILED}:
        of = event.data.get("intake")
        what = translate(_KINDS.get(event.data.get("kind", ""), "")) or event.data.get("kind", "")
        name = f"({what}{f', {of}' if of else ''}) {name}"
    if event.type is EventType.CORRECTION:
        name = f"[{event.data.get('corrects')}: {_change(event)}]"
    who = " ".join(part for part in (str(name), event.organisation or "") if part)
    intake = event.intake or ""
    line = f"{event.seq:>5}  {event.effective_on}  {translate(_TYPES[event.type.value])}  {who}  {intake}".rstrip()
    return f"{line}  [{render(say('no effect'))}]" if idle else line


def _change(correction: Event) -> str:
    """What a correction sets: in words where it tells what came later, else as it is recorded."""
    change = correction.data.get("set", "void")
    told = change.get("data") if isinstance(change, dict) and len(change) == 1 else None
    if isinstance(told, dict) and says_council_facts(told):
        return ", ".join(render(fact) for fact in council_facts(told))
    if change == "void":
        return render(say("void"))
    return json.dumps(change, ensure_ascii=False)


def history_text(book: Book, organisation: str | None) -> str:
    """The events in the order in which they count."""
    events = _history(book, organisation)
    idle = set(book.state.idle)
    lines = [event_line(event, idle=event.seq in idle) for event in events]
    return "\n".join(lines) if lines else render(say("No events up to {day}.", day=book.as_of.isoformat()))


def history_json(book: Book, organisation: str | None) -> dict[str, Any]:
    """The same as one document."""
    return {
        "schema": "docgen-register-history/1",
        "as_of": book.as_of.isoformat(),
        "organisation": organisation,
        "events": [event.as_json() for event in _history(book, organisation)],
        "without_effect": list(book.state.idle),
    }


def _history(book: Book, organisation: str | None) -> list[Event]:
    return book.counted if organisation is None else book.history_of(organisation)


def status_json(book: Book) -> dict[str, Any]:
    """Where the memorandum stands, as one document."""
    state = book.state
    head = book.events[-1] if book.events else None
    return {
        "schema": "docgen-register-status/1",
        "as_of": book.as_of.isoformat(),
        "in_force_since": None if state.in_force is None else state.in_force.day.isoformat(),
        "in_force_by": [] if state.in_force is None else list(state.in_force.organisations),
        "threshold": book.rules.threshold,
        "members": len(state.members),
        "council": len(state.council),
        "waiting": [arrival.intake for arrival in book.waiting],
        "last_sitting": state.sittings[-1].isoformat() if state.sittings else None,
        "head": None if head is None else {"seq": head.seq, "hash": head.hash},
    }


def status_text(book: Book) -> str:
    """Where the memorandum stands, for a person."""
    state = book.state
    lines: list[Message | str] = []
    if state.in_force is not None:
        lines.append(say("In force since {day}.", day=state.in_force.day.isoformat()))
    elif book.rules.threshold is not None:
        lines.append(
            say(
                "Not in force on {day}: {count} of {threshold} organisations have acceded.",
                day=book.as_of.isoformat(),
                count=len({row.organisation for row in state.memberships}),
                threshold=book.rules.threshold,
            )
        )
    if state.predecessor_lapsed_on is not None:
        lines.append(say("The earlier memorandum lapsed on {day}.", day=state.predecessor_lapsed_on.isoformat()))
    lines.append(say_count("{count} member.", "{count} members.", len(state.members)))
    if state.in_force is not None and book.rules.threshold is not None and len(state.members) < book.rules.threshold:
        lines.append(
            say(
                "Fewer than {threshold} members are left; the memorandum stays in force.",
                threshold=book.rules.threshold,
            )
        )
    lines.append(
        say_count("{count} of them in the council.", "{count} of them in the council.", len(state.council)),
    )
    lines.append(
        say_count("{count} arrival waits for a decision.", "{count} arrivals wait for a decision.", len(book.waiting))
    )
    if book.events:
        lines.append(
            say("Head of the register: event {seq}, {hash}", seq=book.events[-1].seq, hash=book.events[-1].hash)
        )
    return lines_of(*lines)

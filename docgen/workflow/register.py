"""Deciding about arrivals. Registering is a named person's act; this module never decides by itself.

An acceptance is one transaction: the events that the letter brings, entry into force where this letter brings it
about, the keys that stop replays, and the decision itself. What the log proposed is looked at again at that moment,
because other letters may have been registered since.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.errors import ExitCode, UsageError
from docgen.model.certificates import mask_codes
from docgen.model.decisions import Rules, entry_into_force, events_of
from docgen.model.events import Event, instant_to_text
from docgen.model.reasons import Decision, Reason, ReasonCode, decision_of
from docgen.model.recognition import DELEGATION, does_not_fit, needs_a_day
from docgen.model.replay import replay
from docgen.model.text import Message, say
from docgen.register.events import append_events, load_events
from docgen.register.intake import (
    Arrival,
    all_arrivals,
    all_decisions,
    bind_keys,
    bound_to,
    find_arrival,
    find_decision,
    record_decision,
)
from docgen.workflow.registration import Decided, Said, chosen_day, day_of, registration_of, said_by_letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from docgen.database import Connection, Database

__all__ = [
    "Accepted",
    "Answered",
    "Refused",
    "Said",
    "accept",
    "accept_all_in_order",
    "reasons_now",
    "refuse",
    "written_by",
    "written_reason",
]

# What nobody can accept: unreadable, a signature that failed, nothing signed (formats.md §6).
_NEVER = frozenset({ExitCode.UNREADABLE, ExitCode.SIGNATURE_FAILED, ExitCode.UNSIGNED})
_NAME_LIMIT = 200
_WHY_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The letter is registered by these events; those in `idle` changed nothing when they were recorded."""

    intake: str
    events: tuple[Event, ...]
    idle: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The refusal is recorded; nothing is registered."""

    intake: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The letter was registered meanwhile under another number; nothing new is registered."""

    intake: str
    duplicate_of: str


def accept(
    database: Database,
    rules: Rules,
    intake: str,
    *,
    by: str,
    at: datetime,
    why: str = "",
    said: Said | None = None,
    effective: date | None = None,
) -> Accepted | Answered:
    """Register the letter of an arrival, by the decision of `by`, at the moment `at`.

    `effective` is the day from which it counts, where neither the memorandum nor the letter gives it: accession in a
    round or through a delegate, a withdrawal that docgen did not print. Raises `UsageError` where the arrival is
    unknown or decided, where nobody can accept it, where a reason is needed and `why` is empty, and where `said` or
    `effective` is needed or not wanted. Nothing is recorded then.
    """
    decided = Decided(by=written_by(by), at=at, why=written_reason(why), said=said, effective=effective)
    with database.writing() as connection:
        return _accept(connection, rules, _open_arrival(connection, intake), decided)


def accept_all_in_order(database: Database, rules: Rules, *, by: str, at: datetime) -> Iterator[Accepted | Answered]:
    """Register every open arrival that is in order, by number, each in its own transaction; others stay open."""
    decision = Decided(by=written_by(by), at=at)
    with database.reading() as connection:
        decided = all_decisions(connection)
        waiting = [arrival.intake for arrival in all_arrivals(connection) if arrival.intake not in decided]
    for intake in waiting:
        with database.writing() as connection:
            outcome = _accept_if_in_order(connection, rules, intake, decision)
        if outcome is not None:
            yield outcome


def _accept_if_in_order(
    connection: Connection, rules: Rules, intake: str, decision: Decided
) -> Accepted | Answered | None:
    arrival = find_arrival(connection, intake)
    if arrival is None or arrival.duplicate_of is not None or find_decision(connection, intake) is not None:
        return None
    said = said_by_letter(connection, arrival)
    # A letter that was registered meanwhile, in another arrival, is answered with its number and waits no longer.
    if decision_of(arrival.reasons) is Decision.ACCEPT and bound_to(connection, arrival.keys) is not None:
        return _accept(connection, rules, arrival, decision)
    if said is None or needs_a_day(said.kind, rules.mode):
        return None
    day = day_of(connection, arrival, said)
    if decision_of(reasons_now(arrival, said, load_events(connection), rules, day)) is not Decision.ACCEPT:
        return None
    return _accept(connection, rules, arrival, decision)


def refuse(database: Database, intake: str, *, by: str, at: datetime, why: str = "") -> Refused | Answered:
    """Record that `by` refuses an arrival. Raises `UsageError` as `accept` does.

    Where docgen proposed to refuse, its reasons speak for themselves; any other refusal says why. A letter that was
    registered meanwhile, in another arrival, is answered with its number as `accept` does: it is not refused.
    """
    by, why = written_by(by), written_reason(why)
    with database.writing() as connection:
        arrival = _open_arrival(connection, intake)
        original = bound_to(connection, arrival.keys)
        if original is not None and decision_of(arrival.reasons) is not Decision.REFUSE:
            return _answer(connection, intake, original, by=by, at=at, why=why)
        if not why and decision_of(arrival.reasons) is not Decision.REFUSE:
            raise _needs_why(intake, say("docgen did not propose to refuse it"))
        record_decision(
            connection,
            intake,
            {
                "decision": "refuse",
                "by": by,
                "at": instant_to_text(at),
                "why": why or ", ".join(dict.fromkeys(reason.code.value for reason in arrival.reasons)),
                "events": [],
                "bound": [],
            },
        )
    return Refused(intake=intake)


def reasons_now(arrival: Arrival, said: Said, events: Sequence[Event], rules: Rules, day: date) -> tuple[Reason, ...]:
    """Return the reasons of an arrival as they stand now: what depends on the register on `day` is looked at again."""
    kept = [reason for reason in arrival.reasons if reason.code not in {ReasonCode.STATE, ReasonCode.REPLAY}]
    state = does_not_fit(
        events,
        act=said.act,
        organisation=said.organisation,
        effective_on=day,
        intake=arrival.intake,
        wish=said.wish,
        delegates=said.kind != DELEGATION or rules.mode != "letter",
    )
    return tuple(kept) if state is None else (*kept, state)


def _open_arrival(connection: Connection, intake: str) -> Arrival:
    try:
        arrival = find_arrival(connection, intake)
    except ValueError as exc:
        raise UsageError(
            say("“{intake}” is no intake number", intake=intake), say("Intake numbers look like 2026-0007.")
        ) from exc
    if arrival is None:
        raise UsageError(
            say("there is no intake {intake}", intake=intake), say("See all arrivals with: docgen register list --all")
        )
    if arrival.duplicate_of is not None:
        raise UsageError(
            say(
                "{intake} repeats {original}: there is nothing to decide", intake=intake, original=arrival.duplicate_of
            ),
            say("See: docgen register show {intake}", intake=arrival.duplicate_of),
        )
    decided = find_decision(connection, intake)
    if decided is not None:
        raise UsageError(
            say("{intake} was decided already, by {by}", intake=intake, by=decided["by"]),
            say("See: docgen register show {intake}", intake=intake),
        )
    return arrival


def _accept(connection: Connection, rules: Rules, arrival: Arrival, decision: Decided) -> Accepted | Answered:
    intake, why = arrival.intake, decision.why
    original = bound_to(connection, arrival.keys)
    if original is not None:
        return _answer(connection, intake, original, by=decision.by, at=decision.at, why=why)
    hopeless = [reason for reason in arrival.reasons if reason.exit_code in _NEVER]
    if hopeless:
        codes = ", ".join(dict.fromkeys(reason.code.value for reason in hopeless))
        raise UsageError(
            say("{intake} cannot be accepted by anybody: {codes}", intake=intake, codes=codes),
            say("Refuse it with: docgen register decide {intake} refuse --by NAME", intake=intake),
        )
    what = _what_is_said(connection, arrival, decision.said)
    chosen = chosen_day(rules, arrival, what, decision)
    events = load_events(connection)
    reasons = reasons_now(arrival, what, events, rules, chosen or day_of(connection, arrival, what))
    if decision_of(reasons) is not Decision.ACCEPT and not why:
        codes = ", ".join(dict.fromkeys(reason.code.value for reason in reasons))
        raise _needs_why(intake, say("docgen did not propose to accept it ({codes})", codes=codes))
    letter = registration_of(connection, rules, arrival, what, decision=decision, chosen=chosen)
    recorded = append_events(connection, events_of(letter, events))
    recorded += append_events(connection, entry_into_force(rules, [*events, *recorded], letter))
    bind_keys(connection, intake, arrival.keys)
    record_decision(
        connection,
        intake,
        {
            "decision": "accept",
            "by": decision.by,
            "at": instant_to_text(decision.at),
            "why": why,
            "events": [event.seq for event in recorded],
            "bound": [{"kind": key.kind, "value": key.value} for key in dict.fromkeys(arrival.keys)],
        },
    )
    state = replay([*events, *recorded], max(event.effective_on for event in recorded))
    return Accepted(intake=intake, events=recorded, idle=frozenset(state.idle) & {event.seq for event in recorded})


def _answer(connection: Connection, intake: str, original: str, *, by: str, at: datetime, why: str) -> Answered:
    answer = {"decision": "duplicate", "duplicate_of": original}
    record = {**answer, "by": by, "at": instant_to_text(at), "why": why, "events": [], "bound": []}
    record_decision(connection, intake, record)
    return Answered(intake=intake, duplicate_of=original)


def _what_is_said(connection: Connection, arrival: Arrival, said: Said | None) -> Said:
    printed = said_by_letter(connection, arrival)
    if printed is not None and said is not None:
        raise UsageError(
            say("{intake} says itself what it is", intake=arrival.intake),
            say("Leave out --act, --organisation and --name."),
        )
    if printed is None and said is None:
        raise UsageError(
            say("docgen cannot say what {intake} is: it did not print it", intake=arrival.intake),
            say("Read the letter and add: --act ACT --organisation NUMBER --name NAME --why TEXT"),
        )
    what = printed or said
    assert what is not None
    return what


def _needs_why(intake: str, message: Message) -> UsageError:
    return UsageError(
        say("{intake}: a decision other than the proposed one needs a reason: {fact}", intake=intake, fact=message),
        say("Say why with: --why TEXT   See what was found with: docgen register show {intake}", intake=intake),
    )


def written_by(by: str) -> str:
    """Return the name under which an act is recorded. Raises `UsageError` where it is none, or has a personal code."""
    name = unicodedata.normalize("NFC", by).strip()
    _no_personal_code(name)
    if not name or len(name) > _NAME_LIMIT or not name.isprintable():
        raise UsageError(say("a decision needs the name of who decides"), say("Give your name with: --by NAME"))
    return name


def written_reason(why: str) -> str:
    """Return a reason as it is recorded, "" for none.

    Raises `UsageError` where it is more than one line, or has a personal code: what an event says cannot be erased.
    """
    text = unicodedata.normalize("NFC", why).strip()
    _no_personal_code(text)
    if len(text) > _WHY_LIMIT or not text.isprintable():
        raise UsageError(say("the reason is one line of at most {limit} characters", limit=_WHY_LIMIT))
    return text


def _no_personal_code(text: str) -> None:
    if mask_codes(text) != text:
        raise UsageError(
            say("a personal code is not recorded: what the register keeps of an act cannot be erased"),
            say("Give the name, or the reason, without it."),
        )

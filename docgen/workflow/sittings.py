"""Sittings of the council, their decisions, by-laws and tasks that are done, as events of the register.

Each record is one transaction and a named person's act. The same sitting, the same by-laws, the same task told twice
are answered with what the register has. Who is responsible for a task lies with the personal values: the event has the
digest (formats.md §6). Signed minutes are verified before they are kept; by-laws are kept as they are given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from docgen.database import open_database
from docgen.errors import UsageError
from docgen.model.events import Draft, Event, EventType, Evidence, EvidenceKind
from docgen.model.moments import riga_day
from docgen.model.replay import effective_events
from docgen.model.text import say
from docgen.register.events import append_events, load_events
from docgen.register.evidence import store_evidence
from docgen.register.intake import all_arrivals
from docgen.register.personal import keep_personal, personal_value
from docgen.workflow.register import written_by, written_reason
from docgen.workflow.signed_minutes import JudgedMinutes, MinutesFile, digest_of_pdf, judge_minutes, keep_minutes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from docgen.database import Connection
    from docgen.model.sitting import Decision, Sitting
    from docgen.workspace import Workspace

__all__ = ["Recorded", "record_by_laws", "record_done", "record_sitting"]

# What a sitting's event says of the signed minutes.
_OF_MINUTES = frozenset({"minutes", "verdict", "policy"})
_PAPERS = frozenset({EvidenceKind.MINUTES, EvidenceKind.BY_LAWS, EvidenceKind.NOTICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the register has now: the event that stands for it, and those that this call recorded (none: known).

    `minutes` are those that this call kept, with what was found about them.
    """

    event: Event
    recorded: tuple[Event, ...]
    minutes: JudgedMinutes | None = None


def record_sitting(
    workspace: Workspace, sitting: Sitting, *, by: str, at: datetime, minutes: MinutesFile | None = None
) -> Recorded:
    """Record that a sitting was held, and each of its decisions; signed `minutes` are verified and kept as evidence.

    A known sitting is answered with its event; minutes that come later, another form or another next day are added to
    it by a correction. Raises `UsageError` where the sitting is in the future, or known with other decisions, other
    minutes or another day, or where the minutes are known as something else; and what `judge_minutes` raises.
    Nothing is recorded then.
    """
    by = written_by(by)
    why = "" if minutes is None else written_reason(minutes.why)
    _not_in_the_future(sitting.day, at)
    digest = None if minutes is None else digest_of_pdf(minutes.content)
    with open_database(workspace.database_url) as database:
        with database.reading() as connection:
            _nothing_else(connection, digest, sitting)
            known = _known_sitting(connection, sitting, digest)
        judged: JudgedMinutes | None = None
        evidence: tuple[Evidence, ...] = ()
        if minutes is not None and (known is None or "minutes" not in known.data):
            judged = judge_minutes(workspace, sitting, minutes, at=at)
            evidence = keep_minutes(workspace, judged)
        with database.writing() as connection:
            known = _known_sitting(connection, sitting, digest)
            told = _told(sitting, judged)
            if known is None:
                held = Draft(
                    type=EventType.SITTING_HELD,
                    effective_on=sitting.day,
                    recorded_at=at,
                    by=by,
                    why=why,
                    evidence=evidence,
                    data={"number": sitting.number, **told},
                )
                return _hold(connection, sitting, held, judged)
            change = {key: value for key, value in told.items() if known.data.get(key, "") != value}
            if judged is not None and "minutes" not in change:
                # Somebody else recorded the same minutes meanwhile.
                judged, evidence = None, ()
                change = {key: value for key, value in change.items() if key not in _OF_MINUTES}
            if not change:
                return Recorded(event=known, recorded=())
            correction = _correction(known, {"data": change}, evidence, by=by, at=at, why=why)
            return Recorded(event=known, recorded=append_events(connection, [correction]), minutes=judged)


def _told(sitting: Sitting, judged: JudgedMinutes | None) -> dict[str, Any]:
    """Return what a call tells of a sitting besides its decisions; `next` is empty where it names no day."""
    told: dict[str, Any] = {"form": sitting.form.value}
    told["next"] = "" if sitting.next_day is None else sitting.next_day.isoformat()
    if judged is not None:
        told |= {"minutes": judged.sha256, "verdict": judged.report.verdict.value, "policy": judged.policy}
    return told


def _known_sitting(connection: Connection, sitting: Sitting, minutes: str | None) -> Event | None:
    """Return the standing event of this sitting. Raises `UsageError` where it does not agree."""
    standing = effective_events(load_events(connection))
    found = next(
        (
            event
            for event in standing
            if event.type is EventType.SITTING_HELD
            and event.effective_on == sitting.day
            and event.data.get("number") == sitting.number
        ),
        None,
    )
    if found is None:
        _no_other_day(standing, sitting)
        return None
    taken = [event for event in standing if event.type is EventType.DECISION_TAKEN and event.data["held"] == found.seq]
    decisions = dict(sitting.decisions)
    if [event.data["label"] for event in taken] != list(decisions) or not all(
        _agrees(connection, event, decisions[event.data["label"]]) for event in taken
    ):
        raise UsageError(
            say("this sitting is recorded with other decisions, as event {seq}", seq=found.seq),
            say(
                "Void what is wrong, then record anew: docgen register correct {seq} --void --by NAME --why TEXT",
                seq=found.seq,
            ),
        )
    kept = found.data.get("minutes")
    if minutes is not None and kept is not None and kept != minutes:
        raise UsageError(
            say("other minutes are kept of this sitting, by event {seq}", seq=found.seq),
            say("See: docgen register show {seq}", seq=found.seq),
        )
    return found


def _no_other_day(standing: Sequence[Event], sitting: Sitting) -> None:
    """Refuse a number that another sitting of the year has: told with another day, one sitting would count twice."""
    for event in standing:
        if (
            event.type is EventType.SITTING_HELD
            and event.effective_on.year == sitting.day.year
            and event.data.get("number") == sitting.number
        ):
            raise UsageError(
                say(
                    "sitting {number} of that year is recorded for {day}, as event {seq}",
                    number=sitting.number,
                    day=event.effective_on.isoformat(),
                    seq=event.seq,
                ),
                say(
                    "If that day is wrong: docgen register correct {seq} --set effective_on={told} --by NAME --why TEXT"
                    "   Another sitting has another number.",
                    seq=event.seq,
                    told=sitting.day.isoformat(),
                ),
            )


def _agrees(connection: Connection, event: Event, decision: Decision) -> bool:
    """Whether a decision is recorded as it is told; who is responsible is not compared once that was erased."""
    told = _data(event.data["label"], decision, event.data["held"])
    recorded = {key: value for key, value in event.data.items() if key not in {"personal", "done_on"}}
    if "personal" not in event.data:
        return recorded == told and not decision.responsible
    value = personal_value(connection, event.data["personal"])
    return recorded == told and (value is None or value == {"responsible": decision.responsible})


def _hold(connection: Connection, sitting: Sitting, draft: Draft, judged: JudgedMinutes | None) -> Recorded:
    data = {key: value for key, value in draft.data.items() if value}
    held = append_events(connection, [replace(draft, data=data)])
    drafts = []
    for label, decision in sitting.decisions:
        taken = _data(label, decision, held[0].seq)
        if decision.responsible:
            taken["personal"] = keep_personal(connection, {"responsible": decision.responsible})
        drafts.append(replace(draft, type=EventType.DECISION_TAKEN, why="", evidence=(), data=taken))
    return Recorded(event=held[0], recorded=(*held, *append_events(connection, drafts)), minutes=judged)


def _data(label: str, decision: Decision, held: int) -> dict[str, Any]:
    data: dict[str, Any] = {"held": held, "label": label, "text": decision.text}
    if decision.is_task:
        data["task"] = True
    if decision.deadline is not None:
        data["deadline"] = decision.deadline.isoformat()
    if decision.votes is not None:
        votes = decision.votes
        data["votes"] = {"for": votes.in_favour, "against": votes.against, "abstained": votes.abstained}
    return data


def record_by_laws(
    workspace: Workspace, content: bytes, *, on: date, by: str, at: datetime, why: str = "", clause: str = ""
) -> Recorded:
    """Record that by-laws (a PDF, kept as evidence) were approved on a day; clause 8 has the Ministry approve them.

    Raises `UsageError` where the day is in the future or the file is known as something else, `UnreadableError` where
    it is no PDF.
    """
    by, why = written_by(by), written_reason(why)
    _not_in_the_future(on, at)
    digest = digest_of_pdf(content)
    with open_database(workspace.database_url) as database:
        with database.reading() as connection:
            _nothing_else(connection, digest)
            known = _known_by_laws(load_events(connection), on, digest)
        if known is None:
            store_evidence(workspace.signed, content)
        with database.writing() as connection:
            known = _known_by_laws(load_events(connection), on, digest)
            if known is not None:
                return Recorded(event=known, recorded=())
            draft = Draft(
                type=EventType.BY_LAWS_APPROVED,
                effective_on=on,
                recorded_at=at,
                by=by,
                why=why,
                evidence=(Evidence(sha256=digest, kind=EvidenceKind.BY_LAWS),),
                data={"clause": clause} if clause else {},
            )
            recorded = append_events(connection, [draft])
            return Recorded(event=recorded[0], recorded=recorded)


def _known_by_laws(events: Iterable[Event], on: date, digest: str) -> Event | None:
    return next(
        (
            event
            for event in effective_events(events)
            if event.type is EventType.BY_LAWS_APPROVED
            and event.effective_on == on
            and any(item.sha256 == digest for item in event.evidence)
        ),
        None,
    )


def record_done(workspace: Workspace, seq: int, *, on: date, by: str, at: datetime) -> Recorded:
    """Record that a task was done on a day: a correction that sets `done_on` of its decision.

    Raises `UsageError` where event `seq` is no task that stands, where it was done on another day, or where the day is
    before the sitting or in the future.
    """
    by = written_by(by)
    _not_in_the_future(on, at)
    with open_database(workspace.database_url) as database, database.writing() as connection:
        task = _task(load_events(connection), seq)
        done = task.data.get("done_on")
        if done == on.isoformat():
            return Recorded(event=task, recorded=())
        if done is not None:
            raise UsageError(
                say("event {seq} is recorded as done on {day}", seq=seq, day=str(done)),
                say("If that is wrong, void the correction that says so: docgen register history"),
            )
        if on < task.effective_on:
            raise UsageError(say("the task was given on {day}", day=task.effective_on.isoformat()))
        change = {"data": {"done_on": on.isoformat()}}
        return Recorded(event=task, recorded=append_events(connection, [_correction(task, change, (), by=by, at=at)]))


def _task(events: Sequence[Event], seq: int) -> Event:
    standing = {event.seq: event for event in effective_events(events)}
    task = standing.get(seq)
    if task is None or task.type is not EventType.DECISION_TAKEN or task.data.get("held") not in standing:
        raise UsageError(
            say("event {seq} is no decision of the council that stands", seq=seq),
            say("See the open tasks with their numbers: docgen register due"),
        )
    if task.data.get("task") is not True:
        raise UsageError(
            say("the decision of event {seq} gives nobody a task", seq=seq),
            say("See the open tasks with their numbers: docgen register due"),
        )
    return task


def _correction(
    target: Event, change: Mapping[str, Any], evidence: tuple[Evidence, ...], *, by: str, at: datetime, why: str = ""
) -> Draft:
    return Draft(
        type=EventType.CORRECTION,
        effective_on=riga_day(at),
        recorded_at=at,
        by=by,
        why=why,
        evidence=evidence,
        data={"corrects": target.seq, "set": dict(change)},
    )


def _not_in_the_future(day: date, at: datetime) -> None:
    if day > riga_day(at):
        raise UsageError(
            say("{day} is in the future: what has not happened is not recorded", day=day.isoformat()),
            say("Record it on that day or later, or correct the day."),
        )


def _nothing_else(connection: Connection, digest: str | None, sitting: Sitting | None = None) -> None:
    """Refuse a file that is known as something else: a letter, a notice, another sitting's minutes, by-laws.

    It is said to be the minutes of `sitting`, by-laws where that is None; by-laws may be approved again.
    """
    for event in effective_events(load_events(connection)) if digest is not None else ():
        papers = {item.sha256 for item in event.evidence if item.kind in _PAPERS} | {event.data.get("minutes")}
        if sitting is None:
            same = event.type is EventType.BY_LAWS_APPROVED
        else:
            same = (event.effective_on, event.data.get("number")) == (sitting.day, sitting.number)
        if digest in papers and not same:
            raise UsageError(
                say("the file is kept as something else already, by event {seq}", seq=event.seq),
                say("See: docgen register show {seq}", seq=event.seq),
            )
    for arrival in all_arrivals(connection) if digest is not None else ():
        if arrival.fields["sha256"] == digest:
            raise UsageError(
                say("the file is the letter that arrived as {intake}", intake=arrival.intake),
                say(
                    "Give the signed paper of the council. The letter: docgen register show {intake}",
                    intake=arrival.intake,
                ),
            )

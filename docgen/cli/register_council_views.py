"""How the council in the register is shown: what was recorded, who is in it, what is due; for people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docgen.cli.register_views import event_line, lines_of
from docgen.messages import one_line, render
from docgen.model.calendar import is_working_day, next_working_day
from docgen.model.due import DueKind
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from docgen.model.council import CouncilMember, Representative
    from docgen.model.due import Due
    from docgen.workflow.signed_minutes import JudgedMinutes
    from docgen.workflow.sittings import Recorded

__all__ = ["council_json", "council_text", "due_json", "due_text", "minutes_lines", "recorded_text"]


def recorded_text(done: Recorded) -> str:
    """What a call recorded, or under which number it is known already."""
    if not done.recorded:
        return render(say("Recorded already, as event {seq}; nothing new is recorded.", seq=done.event.seq))
    return lines_of(say("Recorded:"), *(event_line(event) for event in done.recorded))


def minutes_lines(judged: JudgedMinutes) -> list[Message]:
    """What was found about signed minutes, and what is to be looked at."""
    names = ", ".join(judged.signers) or "-"
    if judged.reasons:
        first = say(
            "Minutes signed by {names}. To be looked at by the policy {policy}:", names=names, policy=judged.policy
        )
    else:
        first = say("Minutes signed by {names}; the policy {policy} accepts them.", names=names, policy=judged.policy)
    reasons = (say("  {code}: {reason}", code=one.code.value, reason=one.message) for one in judged.reasons)
    return [first, *reasons, *judged.doubts]


def council_text(members: Sequence[CouncilMember], day: date) -> str:
    """Who is in the council, for a person."""
    lines: list[Message | str] = [say("In the council on {day}:", day=day.isoformat())]
    for member in members:
        lines.append(f"  {member.organisation}  {one_line(member.name)}  {member.since.isoformat()}")
        if member.representative is not None:
            lines.append(say("    representative: {person}", person=_person(member.representative)))
        if member.substitute is not None:
            lines.append(say("    substitute: {person}", person=_person(member.substitute)))
    return lines_of(*lines, *([] if members else ["  " + render(say("none"))]))


def _person(person: Representative) -> str:
    return one_line(", ".join(part for part in (person.name, person.position) if part))


def council_json(members: Sequence[CouncilMember], day: date) -> dict[str, Any]:
    """The same as one document."""
    return {
        "schema": "docgen-council/1",
        "as_of": day.isoformat(),
        "council": [
            {
                "organisation": member.organisation,
                "name": member.name,
                "since": member.since.isoformat(),
                "representative": _person_json(member.representative),
                "substitute": _person_json(member.substitute),
            }
            for member in members
        ],
    }


def _person_json(person: Representative | None) -> dict[str, str] | None:
    return None if person is None else {"name": person.name, "position": person.position}


def due_text(due: Sequence[Due], day: date) -> str:
    """What is due, for a person; what is overdue is marked."""
    lines: list[Message | str] = [say("Due, as at {day}:", day=day.isoformat())]
    for one in due:
        mark = "!" if one.is_overdue(day) else " "
        when = f"{'-':10}" if one.day is None else one.day.isoformat()
        lines.append(f"{mark} {when}  {render(_what(one))}")
    if not due:
        lines.append("  " + render(say("none")))
    if any(one.is_overdue(day) for one in due):
        lines.append(say("What is marked with ! is overdue."))
    return lines_of(*lines)


def _what(one: Due) -> Message:
    match one.kind:
        case DueKind.TASK if one.who:
            return say("task {event}: {what} ({who})", event=one.source, what=one_line(one.what), who=one_line(one.who))
        case DueKind.TASK:
            return say("task {event}: {what}", event=one.source, what=one_line(one.what))
        case DueKind.ANSWER if one.day is not None and not is_working_day(one.day):
            return say(
                "answer to proposal {intake}: {who} (no working day; the next one is {day})",
                intake=one.source,
                who=one_line(one.who),
                day=next_working_day(one.day).isoformat(),
            )
        case DueKind.ANSWER:
            return say("answer to proposal {intake}: {who}", intake=one.source, who=one_line(one.who))
        case DueKind.SITTING:
            return _sitting(one)


def _sitting(one: Due) -> Message:
    if not one.source:
        return say("the first sitting of the council by this day")
    if not one.what:
        return say("a sitting of the council by this day; the last one was on {day}", day=one.source)
    return say(
        "a sitting of the council by this day; the last one was on {day}, the next one is announced for {next}",
        day=one.source,
        next=one.what,
    )


def due_json(due: Sequence[Due], day: date) -> dict[str, Any]:
    """The same as one document."""
    return {
        "schema": "docgen-register-due/1",
        "as_of": day.isoformat(),
        "due": [
            {
                "kind": one.kind.value,
                "due": None if one.day is None else one.day.isoformat(),
                "overdue": one.is_overdue(day),
                "what": one.what,
                "who": one.who,
                "source": one.source,
            }
            for one in due
        ],
    }

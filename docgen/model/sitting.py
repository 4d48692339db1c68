"""A sitting of the council, as its minutes record it (formats.md §4), and the strict reading of its data.

`check_sitting` takes what a person wrote and returns a `Sitting`, or raises one `DataError` with every problem and its
path. It knows the sides of the council from the pack; it does not know who its members are: the register does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import TYPE_CHECKING

from docgen.errors import DataError
from docgen.model.reading import Table, read_table
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Annex",
    "Attendance",
    "Convened",
    "Decision",
    "Form",
    "Item",
    "ItemKind",
    "Person",
    "SeparateOpinion",
    "Sitting",
    "SittingStatus",
    "Voice",
    "Votes",
    "check_sitting",
]

SCHEMA = "docgen-sitting/1"
GUEST = "guest"


class Form(StrEnum):
    """How the council met."""

    IN_PERSON = "in-person"
    REMOTE = "remote"
    HYBRID = "hybrid"


class SittingStatus(StrEnum):
    """Whether the minutes are a draft or approved."""

    DRAFT = "draft"
    APPROVED = "approved"


class Voice(StrEnum):
    """With what right somebody takes part."""

    VOTE = "vote"
    ADVISORY = "advisory"
    NONE = "none"


class ItemKind(StrEnum):
    """What an item of the agenda is for."""

    DECISION = "decision"
    INFORMATION = "information"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a task in the sitting."""

    name: str
    position: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """One member, adviser or guest: who, for whom, present or not and why."""

    person: Person
    side: str
    voice: Voice
    present: bool
    substitute_for: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """How many voted how."""

    in_favour: int
    against: int
    abstained: int

    @property
    def cast(self) -> int:
        """All votes, abstentions too."""
        return self.in_favour + self.against + self.abstained


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided; `responsible` as the text needs it (dative in Latvian)."""

    text: str
    responsible: str = ""
    deadline: date | None = None
    votes: Votes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of the agenda and what became of it. `summary` is a paragraph a text."""

    number: int
    kind: ItemKind
    title: str
    reporters: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """A paper that belongs to the minutes."""

    title: str
    pages: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparateOpinion:
    """A member's opinion that becomes part of the minutes."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Convened:
    """Who convened the sitting, when, and how the members were told."""

    by: str
    on: date | None = None
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A sitting with its attendance, items and decisions. Numbers of items are unique."""

    number: str
    day: date
    form: Form
    status: SittingStatus
    chair: Person
    minute_taker: Person
    attendance: tuple[Attendance, ...]
    items: tuple[Item, ...]
    place: str = ""
    begins: time | None = None
    ends: time | None = None
    convened: Convened | None = None
    annexes: tuple[Annex, ...] = ()
    separate_opinions: tuple[SeparateOpinion, ...] = ()
    approved_by: tuple[str, ...] = ()
    approved_on: date | None = None
    next_day: date | None = None
    next_note: str = ""

    def present(self, voice: Voice) -> tuple[Attendance, ...]:
        """Who takes part with this right."""
        return tuple(one for one in self.attendance if one.present and one.voice is voice)

    @property
    def absent(self) -> tuple[Attendance, ...]:
        """Who does not take part."""
        return tuple(one for one in self.attendance if not one.present)


def check_sitting(data: Mapping[str, object], *, source: str, sides: Sequence[str]) -> Sitting:
    """Return the sitting that the data describe; `sides` are those of the pack's council.

    Raises `DataError` with all problems: unknown keys, missing or wrong values, numbers used twice, more votes than
    voters, an end before the beginning, an approval that is not there or not yet due.
    """
    root = read_table(data)
    root.constant("schema", SCHEMA)
    sitting = root.table("sitting")
    chair = _person(root.table("chair"))
    minute_taker = _person(root.table("minute_taker"))
    attendance = tuple(_attendance(row, (*sides, GUEST)) for row in root.tables("attendance", required=True))
    voters = sum(one.present and one.voice is Voice.VOTE for one in attendance)
    items = tuple(_item(row, voters) for row in root.tables("items", required=True))
    convened = _convened(root.table("convened", required=False))
    annexes = tuple(
        Annex(title=r.text("title"), pages=r.whole("pages", required=False)) for r in root.tables("annexes")
    )
    opinions = tuple(
        SeparateOpinion(name=r.text("name"), text=r.text("text")) for r in root.tables("separate_opinions")
    )
    approval = root.table("approval", required=False)
    following = root.table("next", required=False)
    result = Sitting(
        number=sitting.text("number"),
        day=sitting.day("date") or date.min,
        begins=sitting.clock("begins"),
        ends=sitting.clock("ends"),
        place=sitting.text("place", required=False),
        form=Form(sitting.choice("form", list(Form))),
        status=SittingStatus(sitting.choice("status", list(SittingStatus))),
        chair=chair,
        minute_taker=minute_taker,
        attendance=attendance,
        items=items,
        convened=convened,
        annexes=annexes,
        separate_opinions=opinions,
        approved_by=approval.texts("by"),
        approved_on=approval.day("on", required=False),
        next_day=following.day("date", required=False),
        next_note=following.text("note", required=False),
    )
    _agree(root, result)
    problems = root.problems()
    if problems:
        raise DataError(source, problems, say("Correct the places named above; nothing was written."))
    return result


def _agree(root: Table, sitting: Sitting) -> None:
    """Add what is wrong between values."""
    seen: set[int] = set()
    for index, item in enumerate(sitting.items):
        if item.number in seen:
            root.add(f"items[{index}].number", say("the number {number} is used twice", number=item.number))
        seen.add(item.number)
    if sitting.begins and sitting.ends and sitting.ends <= sitting.begins:
        root.add("sitting.ends", say("the end is not after the beginning"))
    approved = sitting.status is SittingStatus.APPROVED
    if approved and (not sitting.approved_by or sitting.approved_on is None):
        root.add("approval", say("approved minutes say by whom (by) and on what day (on)"))
    if not approved and (sitting.approved_by or sitting.approved_on):
        root.add("approval", say("a draft has no approval; set sitting.status to approved or leave the table out"))
    if sitting.approved_on is not None and sitting.approved_on < sitting.day:
        root.add("approval.on", say("the approval is before the sitting"))
    if sitting.next_day is not None and sitting.next_day <= sitting.day:
        root.add("next.date", say("the next sitting is not after this one"))


def _person(table: Table) -> Person:
    return Person(
        name=table.text("name"),
        position=table.text("position", required=False),
        organisation=table.text("organisation", required=False),
    )


def _attendance(row: Table, sides: Sequence[str]) -> Attendance:
    present = row.flag("present", default=True)
    reason = row.text("reason", required=False)
    if present and reason:
        row.add("reason", say("who is present needs no reason for absence"))
    return Attendance(
        person=_person(row),
        side=row.choice("side", sides),
        voice=Voice(row.choice("voice", list(Voice))),
        present=present,
        substitute_for=row.text("substitute_for", required=False),
        reason=reason,
    )


def _item(row: Table, voters: int) -> Item:
    return Item(
        number=row.whole("number") or 0,
        kind=ItemKind(row.choice("kind", list(ItemKind))),
        title=row.text("title"),
        reporters=row.texts("reporters"),
        speakers=row.texts("speakers"),
        summary=row.paragraphs("summary"),
        decisions=tuple(_decision(decision, voters) for decision in row.tables("decisions")),
    )


def _decision(row: Table, voters: int) -> Decision:
    votes = None
    if row.has("votes"):
        table = row.table("votes")
        counts = [table.whole(name) or 0 for name in ("for", "against", "abstained")]
        votes = Votes(in_favour=counts[0], against=counts[1], abstained=counts[2])
        if votes.cast > voters:
            row.add("votes", say("{cast} votes were cast, {voters} may vote", cast=votes.cast, voters=voters))
    return Decision(
        text=row.text("text"),
        responsible=row.text("responsible", required=False),
        deadline=row.day("deadline", required=False),
        votes=votes,
    )


def _convened(table: Table) -> Convened | None:
    if not table.given:
        return None
    return Convened(by=table.text("by"), on=table.day("on", required=False), how=table.text("how", required=False))

"""A sitting of the council: what its invitation, agenda, minutes and extracts say (domain.md §2.2, §5.3 E and F).

Values only; `docgen.model.sitting_data` reads them from what a person wrote. Who the council's members are, the
register knows: here stand those whom the data name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime, time

    from docgen.model.approval import Approval

__all__ = [
    "GUEST",
    "SCHEMA",
    "Annex",
    "Attendance",
    "Certification",
    "Contact",
    "Convened",
    "Decision",
    "Form",
    "Invitation",
    "Item",
    "ItemKind",
    "Office",
    "Original",
    "Person",
    "SeparateOpinion",
    "Sitting",
    "SittingStatus",
    "Voice",
    "Votes",
    "WorkingGroup",
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


class Office(StrEnum):
    """In what office somebody presides: as the council's chair, as its deputy, or chosen for this sitting."""

    CHAIR = "chair"
    DEPUTY = "deputy"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a task in the sitting."""

    name: str
    position: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """One member, adviser or guest: who, for whom, present (in the room or remotely) or not and why."""

    person: Person
    side: str
    voice: Voice
    present: bool
    remote: bool = False
    substitute_for: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """How many voted how; the names of those who asked for it."""

    in_favour: int
    against: int
    abstained: int
    in_favour_names: tuple[str, ...] = ()
    against_names: tuple[str, ...] = ()
    abstained_names: tuple[str, ...] = ()

    @property
    def cast(self) -> int:
        """All votes, abstentions too."""
        return self.in_favour + self.against + self.abstained


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided; `responsible` as it stands after “Atbildīgais:”.

    `responsible_dative` is how the sentence itself names who is responsible: then it is not said again after it.
    """

    text: str
    responsible: str = ""
    responsible_dative: str = ""
    deadline: date | None = None
    votes: Votes | None = None

    @property
    def is_task(self) -> bool:
        """Whether somebody is to do something, or something is to be done by a day."""
        return bool(self.responsible) or self.deadline is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of the agenda and what became of it. `summary` is a paragraph a text."""

    number: int
    kind: ItemKind
    title: str
    reporters: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
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
    """A member's opinion that becomes part of the minutes, as an annex; `item` is None where it is on the whole."""

    name: str
    text: tuple[str, ...]
    item: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Convened:
    """Who convened the sitting, when, and how the members were told."""

    by: str
    on: date | None = None
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingGroup:
    """A working group: who is in it need not be a party to the memorandum (clause 12). `item` founded it."""

    name: str
    task: str = ""
    item: int | None = None
    head: Person | None = None
    members: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What the invitation says besides the agenda; without addressees it goes to all members of the council."""

    day: date | None = None
    number: str = ""
    to: tuple[str, ...] = ()
    reply_by: date | None = None
    signatory: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to ask at the secretariat."""

    name: str
    position: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What is known of the signed minutes: that they are signed electronically, and the moment of the time stamp."""

    electronic: bool = True
    time_stamp: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    """Who certifies an extract, and when (domain.md §5.4)."""

    organisation: str
    position: str
    name: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A sitting with its attendance, items and decisions. Numbers of items are unique.

    `office` is None where the data do not say in what office the chair of the sitting presides.
    """

    number: str
    day: date
    form: Form
    status: SittingStatus
    chair: Person
    minute_taker: Person
    attendance: tuple[Attendance, ...]
    items: tuple[Item, ...]
    office: Office | None = None
    place: str = ""
    venue: str = ""
    link: str = ""
    means: str = ""
    begins: time | None = None
    ends: time | None = None
    convened: Convened | None = None
    annexes: tuple[Annex, ...] = ()
    separate_opinions: tuple[SeparateOpinion, ...] = ()
    working_groups: tuple[WorkingGroup, ...] = ()
    approval: Approval | None = None
    next_day: date | None = None
    next_note: str = ""
    invitation: Invitation | None = None
    contact: Contact | None = None
    original: Original | None = None
    certification: Certification | None = None

    @property
    def approved_on(self) -> date | None:
        """The day of the approval; None of minutes that were not approved."""
        return None if self.approval is None else self.approval.day

    @property
    def tasks(self) -> tuple[tuple[str, Decision], ...]:
        """The decisions that are tasks, each with its label, in the order of the minutes."""
        return tuple((label, decision) for label, decision in self.decisions if decision.is_task)

    @property
    def decisions(self) -> tuple[tuple[str, Decision], ...]:
        """All decisions, each with the label under which the minutes have it (`2.1.`)."""
        return tuple(
            (f"{item.number}.{index}.", decision)
            for item in self.items
            for index, decision in enumerate(item.decisions, start=1)
        )

    def present(self, voice: Voice) -> tuple[Attendance, ...]:
        """Who takes part with this right."""
        return tuple(one for one in self.attendance if one.present and one.voice is voice)

    @property
    def absent(self) -> tuple[Attendance, ...]:
        """Who does not take part."""
        return tuple(one for one in self.attendance if not one.present)

"""A sitting's data, as people write them in SITTING.toml (formats.md §4), read strictly.

`check_sitting` returns a `Sitting`, or raises one `DataError` with every problem and its path. It knows the sides of
the council from the pack.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from docgen.errors import DataError
from docgen.model.approval import read_approval
from docgen.model.certificates import mask_codes
from docgen.model.reading import Table, read_table, texts_of
from docgen.model.sitting import (
    GUEST,
    SCHEMA,
    Annex,
    Attendance,
    Certification,
    Contact,
    Convened,
    Decision,
    Form,
    Invitation,
    Item,
    ItemKind,
    Office,
    Original,
    Person,
    SeparateOpinion,
    Sitting,
    SittingStatus,
    Voice,
    Votes,
    WorkingGroup,
)
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docgen.model.approval import Approval

__all__ = ["check_sitting"]


def check_sitting(
    data: Mapping[str, object], *, source: str, sides: Sequence[str], held: bool = True, rotation: bool = False
) -> Sitting:
    """Return the sitting that the data describe; `sides` are those of the pack's council.

    A sitting that was not `held` yet (its invitation and agenda) may do without chair, minute-taker and attendance, and
    their names may stand empty; with `rotation` one that was held says in what office its chair presides.

    Raises `DataError` with all problems: unknown keys, missing or wrong values, numbers used twice, more votes than
    voters, an end before the beginning, an approval that is not there or not yet due, personal codes.
    """
    root = read_table(data)
    root.constant("schema", SCHEMA)
    sitting = root.table("sitting")
    chair_table = root.table("chair", required=held)
    office = chair_table.option("office", list(Office))
    if rotation and held and chair_table.given and office is None:
        root.add("chair.office", say("is missing: chair and deputy preside in turn; write chair, deputy or other"))
    chair = _person(chair_table, named=held)
    minute_taker = _person(root.table("minute_taker", required=held), named=held)
    rows = root.tables("attendance", required=held)
    attendance = tuple(_attendance(row, (*sides, GUEST), named=held) for row in rows)
    voters = sum(one.present and one.voice is Voice.VOTE for one in attendance)
    items = tuple(_item(row, voters) for row in root.tables("items", required=True))
    following = root.table("next", required=False)
    result = Sitting(
        number=sitting.text("number"),
        day=sitting.day("date") or date.min,
        begins=sitting.clock("begins"),
        ends=sitting.clock("ends"),
        place=sitting.text("place", required=False),
        venue=sitting.text("venue", required=False),
        link=sitting.text("link", required=False),
        means=sitting.text("means", required=False),
        form=Form(sitting.choice("form", list(Form))),
        status=SittingStatus(sitting.choice("status", list(SittingStatus))),
        chair=chair,
        office=None if office is None else Office(office),
        minute_taker=minute_taker,
        attendance=attendance,
        items=items,
        convened=_convened(root.table("convened", required=False)),
        annexes=tuple(
            Annex(title=row.text("title"), pages=row.whole("pages", required=False)) for row in root.tables("annexes")
        ),
        separate_opinions=tuple(_opinion(row) for row in root.tables("separate_opinions")),
        working_groups=tuple(_working_group(row) for row in root.tables("working_groups")),
        approval=_approval(root.table("approval", required=False)),
        next_day=following.day("date", required=False),
        next_note=following.text("note", required=False),
        invitation=_invitation(root.table("invitation", required=False)),
        contact=_contact(root.table("contact", required=False)),
        original=_original(root.table("original", required=False)),
        certification=_certification(root.table("certification", required=False)),
    )
    _agree(root, result, held=held)
    for path, text in texts_of(data):
        if mask_codes(text) != text:
            root.add(path, say("has a personal code; what the council publishes names nobody by one"))
    problems = root.problems()
    if problems:
        raise DataError(source, problems, say("Correct the places named above; nothing was written."))
    return result


def _agree(root: Table, sitting: Sitting, *, held: bool) -> None:
    """Add what is wrong between values."""
    seen: set[int] = set()
    for index, item in enumerate(sitting.items):
        if item.number in seen:
            root.add(f"items[{index}].number", say("the number {number} is used twice", number=item.number))
        seen.add(item.number)
    if sitting.begins and sitting.ends and sitting.ends <= sitting.begins:
        root.add("sitting.ends", say("the end is not after the beginning"))
    _agree_on_approval(root, sitting)
    if sitting.next_day is not None and sitting.next_day <= sitting.day:
        root.add("next.date", say("the next sitting is not after this one"))
    _agree_on_attendance(root, sitting)
    if root.unspoiled("items"):
        _agree_on_references(root, sitting, seen)
    if sitting.invitation is not None and not held:
        _agree_on_invitation(root, sitting.invitation, sitting.day)


def _agree_on_attendance(root: Table, sitting: Sitting) -> None:
    listed: set[Person] = set()
    for index, one in enumerate(sitting.attendance):
        if one.side == GUEST and one.voice is Voice.VOTE:
            root.add(f"attendance[{index}].voice", say("a guest has no vote"))
        if one.remote and sitting.form is Form.IN_PERSON:
            root.add(
                f"attendance[{index}].remote", say("the sitting is in person; with some who are remote it is hybrid")
            )
        # The position aside: a person who is listed twice would count twice for quorum and votes.
        who = Person(name=one.person.name, organisation=one.person.organisation)
        if who.name and who in listed:
            root.add(f"attendance[{index}].name", say("{name} is listed twice", name=who.name))
        listed.add(who)


def _agree_on_references(root: Table, sitting: Sitting, numbers: set[int]) -> None:
    about = [(f"separate_opinions[{index}].item", one.item) for index, one in enumerate(sitting.separate_opinions)]
    about += [(f"working_groups[{index}].item", one.item) for index, one in enumerate(sitting.working_groups)]
    for path, number in about:
        if number is not None and number not in numbers:
            root.add(path, say("the agenda has no item {number}", number=number))


def _agree_on_invitation(root: Table, invitation: Invitation, sitting: date) -> None:
    if invitation.day is not None and invitation.day > sitting:
        root.add("invitation.date", say("the invitation is written after the sitting"))
    if invitation.reply_by is not None and invitation.reply_by > sitting:
        root.add("invitation.reply_by", say("the answer would come after the sitting"))


def _agree_on_approval(root: Table, sitting: Sitting) -> None:
    approval = sitting.approval
    if sitting.status is SittingStatus.DRAFT:
        if approval is not None:
            root.add("approval", say("a draft has no approval; set sitting.status to approved or leave the table out"))
    elif approval is None or (
        approval.document is None and (approval.day == date.min or not (approval.by or approval.approvers))
    ):
        root.add(
            "approval",
            say("approved minutes say by whom (by) and on what day (on), or by which document (document)"),
        )
    if approval is not None and date.min < approval.day < sitting.day:
        key = "on" if approval.document is None else "document.date"
        root.add(f"approval.{key}", say("the approval is before the sitting"))


def _person(table: Table, *, named: bool = True) -> Person:
    return Person(
        name=table.text("name", required=named),
        position=table.text("position", required=False),
        organisation=table.text("organisation", required=False),
    )


def _approval(table: Table) -> Approval | None:
    approval = read_approval(table, day_key="on")
    if approval is not None and approval.body:
        table.add("body", say("the minutes are approved by the council whose they are; leave this out"))
    return approval


def _attendance(row: Table, sides: Sequence[str], *, named: bool) -> Attendance:
    present = row.flag("present", default=True)
    remote = row.flag("remote", default=False)
    reason = row.text("reason", required=False)
    if present and reason:
        row.add("reason", say("who is present needs no reason for absence"))
    if remote and not present:
        row.add("remote", say("who is absent does not take part remotely"))
    return Attendance(
        person=_person(row, named=named),
        side=row.choice("side", sides),
        voice=Voice(row.choice("voice", list(Voice))),
        present=present,
        remote=remote,
        substitute_for=row.text("substitute_for", required=False),
        reason=reason,
    )


def _item(row: Table, voters: int) -> Item:
    return Item(
        number=row.whole("number") or 0,
        kind=ItemKind(row.choice("kind", list(ItemKind))),
        title=row.text("title"),
        reporters=row.texts("reporters"),
        invited=row.texts("invited"),
        materials=row.texts("materials"),
        speakers=row.texts("speakers"),
        summary=row.paragraphs("summary"),
        decisions=tuple(_decision(decision, voters) for decision in row.tables("decisions")),
    )


def _decision(row: Table, voters: int) -> Decision:
    text, dative = row.text("text"), row.text("responsible_dative", required=False)
    if dative and dative not in text:
        row.add("responsible_dative", say("the decision's text does not name them so"))
    return Decision(
        text=text,
        responsible=row.text("responsible", required=False),
        responsible_dative=dative,
        deadline=row.day("deadline", required=False),
        votes=_votes(row, voters) if row.has("votes") else None,
    )


def _votes(row: Table, voters: int) -> Votes:
    table = row.table("votes")
    counts = {name: table.whole(name) or 0 for name in ("for", "against", "abstained")}
    names = {name: table.texts(f"{name}_names") for name in counts}
    for name, count in counts.items():
        if len(names[name]) > count:
            table.add(f"{name}_names", say("{names} names for {count} votes", names=len(names[name]), count=count))
    votes = Votes(
        in_favour=counts["for"],
        against=counts["against"],
        abstained=counts["abstained"],
        in_favour_names=names["for"],
        against_names=names["against"],
        abstained_names=names["abstained"],
    )
    if votes.cast > voters:
        row.add("votes", say("{cast} votes were cast, {voters} may vote", cast=votes.cast, voters=voters))
    return votes


def _convened(table: Table) -> Convened | None:
    if not table.given:
        return None
    return Convened(by=table.text("by"), on=table.day("on", required=False), how=table.text("how", required=False))


def _opinion(row: Table) -> SeparateOpinion:
    text = row.paragraphs("text")
    if not text and row.unspoiled("text"):
        row.add("text", say("is missing"))
    return SeparateOpinion(name=row.text("name"), text=text, item=row.whole("item", required=False))


def _working_group(row: Table) -> WorkingGroup:
    head = row.table("head", required=False)
    return WorkingGroup(
        name=row.text("name"),
        task=row.text("task", required=False),
        item=row.whole("item", required=False),
        head=_person(head) if head.given else None,
        members=tuple(_person(member) for member in row.tables("members")),
    )


def _invitation(table: Table) -> Invitation | None:
    if not table.given:
        return None
    signatory = table.table("signatory", required=False)
    return Invitation(
        day=table.day("date", required=False),
        number=table.text("number", required=False),
        to=table.texts("to"),
        reply_by=table.day("reply_by", required=False),
        signatory=_person(signatory) if signatory.given else None,
    )


def _contact(table: Table) -> Contact | None:
    if not table.given:
        return None
    return Contact(
        name=table.text("name"),
        position=table.text("position", required=False),
        phone=table.text("phone", required=False),
        email=table.text("email", required=False),
    )


def _original(table: Table) -> Original | None:
    if not table.given:
        return None
    electronic = table.flag("electronic", default=True)
    stamp = table.moment("time_stamp")
    if stamp is not None and not electronic:
        table.add("time_stamp", say("only an electronic original has a time stamp"))
    return Original(electronic=electronic, time_stamp=stamp)


def _certification(table: Table) -> Certification | None:
    if not table.given:
        return None
    return Certification(
        organisation=table.text("organisation"),
        position=table.text("position"),
        name=table.text("name"),
        day=table.day("date") or date.min,
    )

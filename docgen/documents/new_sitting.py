"""The beginning of SITTING.toml for a sitting on a day: who is in the council, by the register and the pack.

What only a person knows is left empty and marked; as long as it is, reading the file names each such place.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from docgen.documents.sittings import council_of
from docgen.messages import render
from docgen.model.council import organisations_side
from docgen.model.latvian import Case, declined
from docgen.model.memorandum import Presiding
from docgen.model.sitting import GUEST, SCHEMA, Form, Office, Voice
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from docgen.documents.packs import Pack
    from docgen.model.council import CouncilMember, Representative
    from docgen.model.memorandum import Approver, Council

__all__ = ["new_sitting"]


def new_sitting(day: date, pack: Pack, members: Sequence[CouncilMember]) -> str:
    """Return the text of the file. `members` are those of the register; without them one place stands for all."""
    council = council_of(pack)
    sides = [side for side, _ in council.sides]
    ngo = organisations_side(sides)
    lines = [
        _remark(say("Fill in what is marked with ←; print all that may stand here with: docgen minutes --example")),
        f'schema = "{SCHEMA}"',
        "",
        "[sitting]",
        _empty("number", say("the number of the sitting")),
        f"date = {day.isoformat()}",
        f"# begins = 11:00:00   # ends = 12:40:00   # place = {_text('Rīgā')}",
        f"# venue = {_text('…')}   # means = {_text('…')}   # link = {_text('https://…')}",
        f'form = "{Form.IN_PERSON.value}"   # {" | ".join(Form)}',
        'status = "draft"',
        "",
        "[chair]",
        *_chair(council),
        "",
        "[minute_taker]",
        _empty("name", say("who takes the minutes")),
        "",
        _remark(say("Members by the register on {day}; absent: present = false, reason", day=day.isoformat())),
        _remark(
            say("Sides: {sides}", sides=" | ".join([*(f"{side} – {name}" for side, name in council.sides), GUEST]))
        ),
    ]
    for side in sides:
        if side != ngo:
            lines += _attendance(side, pack.memorandum.holder.nominative, None)
    for member in members:
        # Within a line the word before the name has a small letter, whatever the register begins with.
        name = declined(member.name, Case.NOMINATIVE) or member.name
        lines += _attendance(ngo, name, member.representative, member.substitute)
    if not members:
        lines += _attendance(ngo, "", None)
    lines += [*_items(), *_approval(pack.memorandum.approvers)]
    return "\n".join(lines)


def _chair(council: Council) -> Iterator[str]:
    yield _empty("name", say("who presides"))
    if council.presiding is not Presiding.ROTATION:
        yield f"position = {_text(council.chair_office)}" if council.chair_office else '# position = ""'
        return
    yield f'office = "{Office.CHAIR.value}"   # {" | ".join(Office)}'
    offices = ", ".join(office for office in (council.chair_office, council.deputy_office) if office)
    if offices:
        yield _remark(say("without a position that of the office is printed: {offices}", offices=offices))


def _attendance(
    side: str, organisation: str, person: Representative | None, substitute: Representative | None = None
) -> Iterator[str]:
    yield ""
    yield "[[attendance]]"
    yield _empty("name", say("the representative")) if person is None else f"name = {_text(person.name)}"
    if person is not None and person.position:
        yield f"position = {_text(person.position)}"
    yield f"organisation = {_text(organisation)}" if organisation else '# organisation = ""'
    yield f'side = "{side}"'
    yield f'voice = "{Voice.VOTE.value}"'
    if substitute is not None:
        name = ", ".join(part for part in (substitute.name, substitute.position) if part)
        yield _remark(say("substitute by the notice: {person}", person=name))


def _items() -> Iterable[str]:
    first = "Par iepriekšējās sēdes protokola un šīs sēdes darba kārtības apstiprināšanu"
    yield from ("", "[[items]]", "number = 1", 'kind = "decision"', f"title = {_text(first)}")
    yield from ("", "[[items]]", "number = 2", 'kind = "decision"   # decision | information | other')
    yield _empty("title", say("the item, as in: Par …"))
    yield from ("", "[[items]]", "number = 3", 'kind = "other"', f"title = {_text('Dažādi')}")


def _approval(approvers: Sequence[Approver]) -> Iterator[str]:
    """Yield the table of the approval as a remark, with those whom the pack names."""
    yield ""
    yield _remark(say('Once the minutes are approved: status = "approved" above, and this table without its #'))
    yield "# [approval]"
    yield "# on = …"
    if not approvers:
        yield f"# by = [{_text('…')}]"
        return
    yield "# approvers = ["
    for one in approvers:
        rest = f", organisation = {_text(one.organisation)}" if one.organisation else ""
        yield f"#     {{ name = {_text(one.name)}, position = {_text(one.position)}{rest} }},"
    yield "# ]"


def _text(value: str) -> str:
    """Return a TOML string: literal where it holds quotation marks and may be, else as JSON writes it."""
    if '"' in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)


def _empty(key: str, what: Message) -> str:
    return f'{key} = ""   # ← {render(what)}'


def _remark(text: Message) -> str:
    return f"# {render(text)}"

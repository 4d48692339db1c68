"""What minutes should have and may do without: custom asks for it, no act that binds the council (domain.md §5.3 E).

Demanded are its number and day, who presided and took the minutes, who took part and the items; see `check_sitting`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.errors import Problem
from docgen.model.sitting import Form, ItemKind
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docgen.model.sitting import Decision, Item, Person, Sitting

__all__ = ["advice_on_minutes"]


def advice_on_minutes(sitting: Sitting, *, office_of_chair: str) -> tuple[Problem, ...]:
    """Return what is advisable of a sitting that was held, by paths of its data.

    `office_of_chair` is the office that the minutes print where the data give the chair no position; empty for none.
    """
    paths = [*_when_and_where(sitting), *_who(sitting, office_of_chair)]
    found = [Problem(path=path, message=say("is advisable")) for path in paths]
    return (*found, *(one for index, item in enumerate(sitting.items) for one in _item(f"items[{index}]", item)))


def _when_and_where(sitting: Sitting) -> Iterator[str]:
    if not sitting.place:
        yield "sitting.place"
    if not sitting.venue and sitting.form is not Form.REMOTE:
        yield "sitting.venue"
    if sitting.begins is None:
        yield "sitting.begins"
    if sitting.ends is None:
        yield "sitting.ends"


def _who(sitting: Sitting, office_of_chair: str) -> Iterator[str]:
    if not (sitting.chair.position or office_of_chair):
        yield "chair.position"
    if not sitting.minute_taker.position:
        yield "minute_taker.position"
    for index, one in enumerate(sitting.attendance):
        yield from (f"attendance[{index}].{key}" for key in _office(one.person) if one.present)


def _office(person: Person) -> Iterator[str]:
    if not person.position:
        yield "position"
    if not person.organisation:
        yield "organisation"


def _item(path: str, item: Item) -> Iterator[Problem]:
    if not item.reporters and item.kind is not ItemKind.OTHER:
        yield Problem(path=f"{path}.reporters", message=say("is advisable"))
    if item.kind is ItemKind.DECISION and not item.decisions:
        message = say("is advisable: the item is for decision, and the minutes say none")
        yield Problem(path=f"{path}.decisions", message=message)
    elif not item.summary and not item.decisions:
        yield Problem(path=f"{path}.summary", message=say("is advisable"))
    for index, decision in enumerate(item.decisions):
        yield from _task(f"{path}.decisions[{index}]", decision)


def _task(path: str, decision: Decision) -> Iterator[Problem]:
    if decision.responsible and decision.deadline is None:
        yield Problem(path=f"{path}.deadline", message=say("is advisable: somebody is responsible"))
    if decision.deadline is not None and not decision.responsible:
        yield Problem(path=f"{path}.responsible", message=say("is advisable: there is a deadline"))

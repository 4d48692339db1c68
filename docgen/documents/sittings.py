"""What all papers of a sitting share: reading SITTING.toml with a pack, and the values that templates print.

The author of these papers is the council; the invitation is the secretariat's letter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docgen.documents.printable import unprintable
from docgen.errors import DataError, UsageError
from docgen.model.latvian import date_until
from docgen.model.memorandum import Presiding
from docgen.model.sitting import Office
from docgen.model.sitting_data import check_sitting
from docgen.model.spacing import name_together
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docgen.documents.packs import Pack
    from docgen.model.memorandum import Council
    from docgen.model.sitting import Decision, Item, Person, Sitting

__all__ = [
    "closed",
    "council_of",
    "item_values",
    "office_line",
    "presiding",
    "read_sitting",
    "sitting_stem",
    "sitting_values",
]

_SENTENCE_ENDS = (".", "!", "?", "…", ":", ";")


def read_sitting(data: Mapping[str, object], pack: Pack, *, source: str, held: bool = True) -> Sitting:
    """Return the sitting that a data file describes; not `held`: for its invitation and agenda.

    Raises `DataError` with every problem, `UsageError` where the pack has no council.
    """
    council = council_of(pack)
    sitting = check_sitting(
        data,
        source=source,
        sides=[side for side, _ in council.sides],
        held=held,
        rotation=council.presiding is Presiding.ROTATION,
    )
    if problems := unprintable(data, fonts=pack.look.fonts):
        raise DataError(source, problems, say("Correct the places named above; nothing was written."))
    return sitting


def council_of(pack: Pack) -> Council:
    """Return the pack's council. Raises `UsageError` where it has none."""
    council = pack.memorandum.council
    if council is None:
        raise UsageError(say("the pack {pack} has no council", pack=pack.name))
    return council


def sitting_stem(kind: str, sitting: Sitting) -> str:
    """Return how the files of a paper are named, without ending: kind, day, number."""
    number = re.sub(r"[^\w-]+", "-", sitting.number).strip("-") or "0"
    return f"{kind}-{sitting.day.isoformat()}-{number}"


def sitting_values(sitting: Sitting, pack: Pack) -> dict[str, object]:
    """Return what every paper of a sitting may print of it, by name."""
    council = council_of(pack)
    contact = sitting.contact
    return {
        "council": {"genitive": council.name.genitive},
        "place": sitting.place,
        "venue": sitting.venue.rstrip("."),
        "link": sitting.link,
        "means": sitting.means.rstrip("."),
        "number": sitting.number,
        "day": sitting.day,
        "form": sitting.form.value,
        "begins": _clock(sitting.begins),
        "ends": _clock(sitting.ends),
        "convened": None
        if sitting.convened is None
        else {"by": sitting.convened.by, "on": sitting.convened.on, "how": sitting.convened.how},
        "chair": office_line(presiding(sitting, council), name_first=True),
        "minute_taker": office_line(sitting.minute_taker, name_first=True),
        "chair_name": sitting.chair.name,
        "minute_taker_name": sitting.minute_taker.name,
        "items": [item_values(item) for item in sitting.items],
        "next": {"day": sitting.next_day, "note": sitting.next_note} if sitting.next_day or sitting.next_note else None,
        "annexes": [
            {"number": number, "title": annex.title, "pages": annex.pages or ""}
            for number, annex in enumerate(sitting.annexes, start=1)
        ],
        "contact": contact
        and {"name": contact.name, "position": contact.position, "phone": contact.phone, "email": contact.email},
    }


def presiding(sitting: Sitting, council: Council) -> Person:
    """Return who presides, with the office of the pack where the data give no position."""
    offices = {Office.CHAIR: council.chair_office, Office.DEPUTY: council.deputy_office}
    chair = sitting.chair
    if chair.position or sitting.office not in offices:
        return chair
    return type(chair)(name=chair.name, position=offices[sitting.office], organisation=chair.organisation)


def _clock(time: object) -> str:
    return "" if time is None else f"{time:%H.%M}"


def office_line(person: Person, *, name_first: bool = False) -> str:
    """Return a person with position and organisation, in the order of attendance lists or with the name first."""
    name = name_together(person.name)
    office = ", ".join(part for part in (person.position, person.organisation) if part)
    if not office:
        return name
    return f"{name}, {office}" if name_first else f"{office}\u00a0– {name}"


def closed(text: str) -> str:
    """Return a sentence with its full stop, where more follows it in the line."""
    return text if text.endswith(_SENTENCE_ENDS) else f"{text}."


def item_values(item: Item) -> dict[str, object]:
    """Return what papers print of an item of the agenda."""
    return {
        "number": item.number,
        "kind": item.kind.value,
        "title": item.title,
        "reporters": ", ".join(item.reporters),
        "invited": ", ".join(item.invited),
        "materials": item.materials,
        "speakers": ", ".join(item.speakers),
        "summary": item.summary,
        "decisions": [_decision(f"{item.number}.{index}.", one) for index, one in enumerate(item.decisions, start=1)],
    }


def _decision(label: str, decision: Decision) -> dict[str, object]:
    # What the sentence says itself is not said again after it; the list of tasks has both.
    responsible = "" if decision.responsible_dative else decision.responsible
    spoken = " ".join(decision.text.split())
    until = decision.deadline and " ".join(f"līdz {date_until(decision.deadline)}".split())
    deadline = None if until and until in spoken else decision.deadline
    more = responsible or deadline or decision.votes
    return {
        "label": label,
        "text": closed(decision.text) if more else decision.text,
        "responsible": responsible.rstrip("."),
        "deadline": deadline,
        "votes": _votes(decision),
    }


def _votes(decision: Decision) -> str:
    votes = decision.votes
    if votes is None:
        return ""
    counts = (
        ("par", votes.in_favour, votes.in_favour_names),
        ("pret", votes.against, votes.against_names),
        ("atturas", votes.abstained, votes.abstained_names),
    )
    return ", ".join(
        f"{word}\u00a0– {count}" + (f" ({', '.join(names)})" if names else "") for word, count, names in counts
    )

"""Extract from minutes: chosen items word for word, gaps marked, its certification (domain.md §5.3 F, §5.4).

An extract is made from the same values as the minutes, so it corrects nothing. docgen does not see the signed
original: what it says of its signatures is what the data say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.documents.minutes import approval_values, minutes_title
from docgen.documents.papers import Paper, paper_files
from docgen.documents.sittings import item_values, sitting_stem, sitting_values
from docgen.errors import DataError, Problem
from docgen.model.latvian import date_when, time_at
from docgen.model.moments import RIGA
from docgen.model.sitting import SittingStatus
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from docgen.documents.packs import Pack
    from docgen.model.blocks import Document
    from docgen.model.sitting import Certification, Original, Sitting
    from docgen.model.text import Message

__all__ = [
    "EXTRACT",
    "extract_document",
    "extract_hint",
    "extract_paper",
    "extract_problems",
    "make_extract",
]

# What problems of an extract are named after: most of them are those of its call.
EXTRACT = "docgen extract"


def make_extract(
    sitting: Sitting, pack: Pack, numbers: Sequence[int], certification: Certification, formats: Sequence[str]
) -> dict[str, bytes]:
    """Return the files of the extract by name; errors as for `extract_paper`."""
    paper = extract_paper(sitting, pack, numbers, certification)
    items = "-".join(str(number) for number in sorted(set(numbers)))
    return paper_files(paper, f"{sitting_stem('extract', sitting)}-items-{items}", formats)


def extract_document(sitting: Sitting, pack: Pack, numbers: Sequence[int], certification: Certification) -> Document:
    """Return the extract as a tree of blocks; errors as for `extract_paper`."""
    return extract_paper(sitting, pack, numbers, certification).document


def extract_paper(sitting: Sitting, pack: Pack, numbers: Sequence[int], certification: Certification) -> Paper:
    """Return the extract with the items of these numbers, in the order of the minutes.

    Raises `DataError` with all that stands against it, as `extract_problems` tells.
    """
    if problems := extract_problems(sitting, numbers, certification.day):
        raise DataError(EXTRACT, problems, extract_hint(sitting))
    values: dict[str, object] = {
        **sitting_values(sitting, pack),
        "approval": approval_values(sitting),
        "parts": _parts(sitting, numbers),
        "mark": "" if sitting.original is None else "(paraksts*)" if sitting.original.electronic else "(paraksts)",
        "original": _original(sitting.original),
        "certification": {
            "organisation": certification.organisation,
            "position": certification.position,
            "name": certification.name,
            "day": certification.day,
        },
    }
    title = f"Izraksts: {minutes_title(sitting, pack)}"
    return Paper(kind="extract", pack=pack, values=values, day=certification.day, title=title)


def extract_problems(sitting: Sitting, numbers: Sequence[int], day: date) -> list[Problem]:
    """Return what stands against an extract with these items that is certified on a day.

    There is none of a draft, none that is certified before the minutes were approved, and no item that they have not.
    """
    problems = []
    known = [item.number for item in sitting.items]
    if unknown := [number for number in dict.fromkeys(numbers) if number not in known]:
        given, there = (", ".join(map(str, some)) for some in (unknown, known))
        message = say("the agenda has no item {number}; it has {known}", number=given, known=there)
        problems.append(Problem(path="--item", message=message))
    if sitting.status is SittingStatus.DRAFT:
        message = say("the minutes are a draft, and of a draft there is no extract")
        problems.append(Problem(path="sitting.status", message=message))
    if sitting.approved_on is not None and day < sitting.approved_on:
        message = say("the extract would be certified before the minutes were approved")
        problems.append(Problem(path="--on", message=message))
    return problems


def extract_hint(sitting: Sitting) -> Message | None:
    """Return how an extract of this sitting comes to be; None where its minutes are approved."""
    if sitting.status is SittingStatus.DRAFT:
        return say('Set sitting.status to "approved" with the table [approval] once they are.')
    return None


def _parts(sitting: Sitting, numbers: Sequence[int]) -> list[dict[str, object]]:
    """Return the chosen items with a gap where the minutes have more; one stands before the first: participants."""
    parts: list[dict[str, object]] = [{"gap": True}]
    for item in sitting.items:
        if item.number in numbers:
            parts.append({"gap": False, **item_values(item)})
        elif not parts[-1]["gap"]:
            parts.append({"gap": True})
    more = (sitting.working_groups, sitting.tasks, sitting.next_day, sitting.next_note, sitting.annexes)
    if not parts[-1]["gap"] and (any(more) or sitting.separate_opinions):
        parts.append({"gap": True})
    return parts


def _original(original: Original | None) -> str:
    if original is None or not original.electronic:
        return ""
    line = "Protokola oriģināls ir parakstīts ar drošu elektronisko parakstu"
    if original.time_stamp is None:
        return f"{line}."
    stamp = original.time_stamp.astimezone(RIGA)
    return f"{line} un satur laika zīmogu ({date_when(stamp.date())} {time_at(stamp.time())})."

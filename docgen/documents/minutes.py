"""Minutes of a council's sitting: from SITTING.toml to PDF and DOCX with the same words (domain.md §5.3 E).

The author of minutes is the council. A line about the quorum is printed only where the pack configures one; who is in
the council is not checked here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docgen.documents.font import missing_glyphs
from docgen.documents.pdf import print_pdf
from docgen.documents.rendering import render_template
from docgen.errors import DataError, Problem, UsageError
from docgen.model.latvian import count_of
from docgen.model.sitting import GUEST, SittingStatus, Voice, check_sitting
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from docgen.documents.packs import Pack
    from docgen.model.blocks import Document
    from docgen.model.memorandum import Council
    from docgen.model.sitting import Attendance, Decision, Item, Person, Sitting

__all__ = ["make_minutes", "minutes_document", "read_sitting"]


def read_sitting(data: Mapping[str, object], pack: Pack, *, source: str) -> Sitting:
    """Return the sitting that a data file describes. Raises `DataError` with every problem."""
    sitting = check_sitting(data, source=source, sides=[side for side, _ in _council(pack).sides])
    problems = [
        Problem(path=path, message=say("has characters that the font cannot print: {names}", names=", ".join(names)))
        for path, text in _texts(data, "")
        if (names := sorted(f"U+{ord(character):04X}" for character in missing_glyphs(text.replace("\n", " "))))
    ]
    if problems:
        raise DataError(source, problems, say("Correct the places named above; nothing was written."))
    return sitting


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")


def _council(pack: Pack) -> Council:
    council = pack.memorandum.council
    if council is None:
        raise UsageError(say("the pack {pack} has no council", pack=pack.name))
    return council


def make_minutes(sitting: Sitting, pack: Pack, formats: Sequence[str]) -> dict[str, bytes]:
    """Return the files of the minutes by name: `pdf` and `docx`. The same sitting: the same bytes."""
    document = minutes_document(sitting, pack)
    number = re.sub(r"[^\w-]+", "-", sitting.number).strip("-") or "0"
    stem = f"minutes-{sitting.day.isoformat()}-{number}-{sitting.status.value}"
    files: dict[str, bytes] = {}
    if "pdf" in formats:
        files[f"{stem}.pdf"] = print_pdf(document)
    if "docx" in formats:
        from docgen.documents.word import print_docx  # noqa: PLC0415 - python-docx only where Word is asked for

        files[f"{stem}.docx"] = print_docx(document)
    return files


def minutes_document(sitting: Sitting, pack: Pack) -> Document:
    """Return the minutes as a tree of blocks."""
    council = _council(pack)
    draft = sitting.status is SittingStatus.DRAFT
    values: dict[str, object] = {
        "council": {"genitive": council.name.genitive},
        "approval": None if draft else {"on": sitting.approved_on, "by": sitting.approved_by},
        "place": sitting.place,
        "number": sitting.number,
        "day": sitting.day,
        "form": sitting.form.value,
        "begins": _clock(sitting.begins),
        "ends": _clock(sitting.ends),
        "convened": None
        if sitting.convened is None
        else {"by": sitting.convened.by, "on": sitting.convened.on, "how": sitting.convened.how},
        "chair": _person(sitting.chair, name_first=True),
        "minute_taker": _person(sitting.minute_taker, name_first=True),
        "chair_name": sitting.chair.name,
        "minute_taker_name": sitting.minute_taker.name,
        "voting": [{"side": name, "people": lines} for name, lines in _sides(sitting, council, Voice.VOTE) if lines],
        "advisory": [_line(one) for one in sitting.present(Voice.ADVISORY)],
        "guests": [_line(one) for one in sitting.present(Voice.NONE)],
        "absent": [_line(one) for one in sitting.absent],
        "quorum": _quorum(sitting, council),
        "items": [_item(item) for item in sitting.items],
        "opinions": [{"name": one.name, "text": one.text} for one in sitting.separate_opinions],
        "next": {"day": sitting.next_day, "note": sitting.next_note} if sitting.next_day or sitting.next_note else None,
        "annexes": [
            {"number": number, "title": annex.title, "pages": annex.pages or ""}
            for number, annex in enumerate(sitting.annexes, start=1)
        ],
    }
    return render_template(
        pack.template("minutes"),
        values,
        date=sitting.day,
        title=f"{council.name.genitive} sēdes protokols Nr.\u00a0{sitting.number}",
        name=f"{pack.name}/minutes",
    )


def _clock(time: object) -> str:
    return "" if time is None else f"{time:%H.%M}"


def _person(person: Person, *, name_first: bool = False) -> str:
    office = ", ".join(part for part in (person.position, person.organisation) if part)
    if not office:
        return person.name
    return f"{person.name}, {office}" if name_first else f"{office}\u00a0– {person.name}"


def _line(one: Attendance) -> str:
    line = _person(one.person)
    if one.substitute_for:
        line += f" (aizstāj: {one.substitute_for})"
    return f"{line} ({one.reason})" if one.reason else line


def _sides(sitting: Sitting, council: Council, voice: Voice) -> list[tuple[str, list[str]]]:
    names = [*council.sides, (GUEST, "citi")]
    present = sitting.present(voice)
    return [(name, [_line(one) for one in present if one.side == side]) for side, name in names]


def _quorum(sitting: Sitting, council: Council) -> str:
    if council.quorum is None or council.members is None:
        return ""
    present = len(sitting.present(Voice.VOTE))
    able = "ir lemttiesīga" if present >= council.quorum else "nav lemttiesīga"
    members = count_of(council.members, "loceklis", "locekļi", "locekļu")
    return f"Padomē ir {members}, piedalās {present}; padome {able}."


def _item(item: Item) -> dict[str, object]:
    return {
        "number": item.number,
        "title": item.title,
        "reporters": ", ".join(item.reporters),
        "speakers": ", ".join(item.speakers),
        "summary": item.summary,
        "decisions": [_decision(f"{item.number}.{index}.", one) for index, one in enumerate(item.decisions, start=1)],
    }


def _decision(label: str, decision: Decision) -> dict[str, object]:
    votes = decision.votes
    counts = (
        None
        if votes is None
        else {"in_favour": votes.in_favour, "against": votes.against, "abstained": votes.abstained}
    )
    return {
        "label": label,
        "text": decision.text,
        "responsible": decision.responsible.rstrip("."),
        "deadline": decision.deadline,
        "votes": counts,
    }

"""What a template may do with a value before it is printed: `{{ letter.date | date_when }}`.

Filters give text, or lists of text; what they give is put in as a value, so it is never markup.

    date_when  date_of  date_until  date_plain  date_numeric      a date in the case that the sentence needs; date_when
                            also of a document's date that is the day of its time stamp
    time_at                 a time of day: plkst. 11.00
    clause("accusative")    a clause of the memorandum: 7. punktu, 5.1. apakšpunktu (or "genitive", "locative")
    contact_line            a person in one line: name, position, phone, e-mail, those that are known
    reached_by              how an organisation is reached: Tālr. …, e-pasts …, e-adrese …, those that are known;
                            `reached_by(holder)` with what is known of another body where its own is not
    mandates                on what ground each signatory represents; of one alone without the name
    name_dative             an organisation's name in the dative: Biedrībai "Drošā pilsēta"
    counted("loceklis")     a number with its noun: 21 loceklis, 2 locekļi
    initials                A. Bērziņa
    year_ranges             2024.–2026. gadam, whatever dash and spaces were typed
    paragraphs              a longer text, parted at blank lines
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import TemplateError

from docgen.model.fields import TIME_STAMP
from docgen.model.latvian import (
    Case,
    counted,
    date_numeric,
    date_of,
    date_plain,
    date_until,
    date_when,
    declined,
    short_name,
    time_at,
    year_ranges,
)
from docgen.model.spacing import name_together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

__all__ = ["FILTERS", "name_in_dative"]

_REACHED_BY = (("tālr.\u00a0", "phone"), ("e-pasts\u00a0", "email"))
_HEAD_LINE = (("tālr.", "phone"), ("e-pasts", "email"), ("e-adrese", "e_address"))
_MANDATES = {"statutory": "statūti", "power-of-attorney": "pilnvara", "board-decision": "valdes lēmums"}
_DATED_BY_TIME_STAMP = "Dokumenta datums ir kvalificētā laika zīmoga datums"
_CLAUSE = {
    "genitive": ("punkta", "apakšpunkta"),
    "accusative": ("punktu", "apakšpunktu"),
    "locative": ("punktā", "apakšpunktā"),
}


def _contact_line(person: Mapping[str, object]) -> str:
    phone, email = (f"{word}{person[key]}" if person.get(key) else "" for word, key in _REACHED_BY)
    name = name_together(str(person["name"]))
    return ", ".join(str(part) for part in (name, person.get("position"), phone, email) if part)


def _reached_by(body: Mapping[str, object], other: Mapping[str, object] | None = None) -> str:
    known = ((word, body.get(key) or (other or {}).get(key)) for word, key in _HEAD_LINE)
    line = ", ".join(f"{word} {address}" for word, address in known if address)
    return line[:1].upper() + line[1:]


def _date_when(day: date) -> str:
    # A document's date may be this word in the place of a day.
    return _DATED_BY_TIME_STAMP if str(day) == TIME_STAMP else date_when(day)


def _of_a_day(form: Callable[[date], str]) -> Callable[[date], str]:
    def printed(day: date) -> str:
        if str(day) == TIME_STAMP:
            msg = "a document that its time stamp dates has no day to name: print its date with date_when"
            raise TemplateError(msg)
        return form(day)

    return printed


def _mandates(signatories: Iterable[Mapping[str, str]]) -> str:
    grounds = [(one["name"], _MANDATES[one["mandate"]]) for one in signatories]
    return (
        grounds[0][1]
        if len(grounds) == 1
        else "; ".join(f"{name_together(name)} – {ground}" for name, ground in grounds)
    )


def _clause(label: str, case: str) -> str:
    if case not in _CLAUSE:
        msg = f"a clause stands in one of these cases: {', '.join(_CLAUSE)}"
        raise TemplateError(msg)
    return f"{label}.\u00a0{_CLAUSE[case]['.' in label]}"


def name_in_dative(organisation: Mapping[str, object]) -> str | None:
    """Return an organisation's name in the dative: as it was given, or with its generic word declined, else None."""
    return str(organisation.get("name_dative") or "") or declined(str(organisation["name"]), Case.DATIVE, start=True)


def _name_dative(organisation: Mapping[str, object]) -> str:
    name = name_in_dative(organisation)
    if name is None:
        msg = f"the dative of {organisation['name']} is not known: give it as name_dative"
        raise TemplateError(msg)
    return name


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


FILTERS: dict[str, Callable[..., object]] = {
    "clause": _clause,
    "contact_line": _contact_line,
    "counted": counted,
    "date_numeric": _of_a_day(date_numeric),
    "date_of": _of_a_day(date_of),
    "date_plain": _of_a_day(date_plain),
    "date_until": _of_a_day(date_until),
    "date_when": _date_when,
    "initials": short_name,
    "mandates": _mandates,
    "name_dative": _name_dative,
    "paragraphs": _paragraphs,
    "reached_by": _reached_by,
    "time_at": time_at,
    "year_ranges": year_ranges,
}

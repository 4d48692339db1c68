"""Dates, times and ranges of years, as documents print them and as people type them (domain.md §5.5, §8.1).

Babel knows the nominative of months only, so the table stands here. ISO dates belong into data and are not read here.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time

__all__ = [
    "date_numeric",
    "date_of",
    "date_plain",
    "date_span",
    "date_until",
    "date_when",
    "number_range",
    "parse_date",
    "parse_date_and_time",
    "parse_time",
    "time_at",
    "year_ranges",
]

_NBSP = "\u00a0"

# nominative, genitive, dative, locative
_MONTHS = (
    ("janvāris", "janvāra", "janvārim", "janvārī"),
    ("februāris", "februāra", "februārim", "februārī"),
    ("marts", "marta", "martam", "martā"),
    ("aprīlis", "aprīļa", "aprīlim", "aprīlī"),
    ("maijs", "maija", "maijam", "maijā"),
    ("jūnijs", "jūnija", "jūnijam", "jūnijā"),
    ("jūlijs", "jūlija", "jūlijam", "jūlijā"),
    ("augusts", "augusta", "augustam", "augustā"),
    ("septembris", "septembra", "septembrim", "septembrī"),
    ("oktobris", "oktobra", "oktobrim", "oktobrī"),
    ("novembris", "novembra", "novembrim", "novembrī"),
    ("decembris", "decembra", "decembrim", "decembrī"),
)
_NOMINATIVE, _GENITIVE, _DATIVE, _LOCATIVE = range(4)
_MONTH_OF = {form: number for number, forms in enumerate(_MONTHS, start=1) for form in forms}

_IN_WORDS = re.compile(r"([0-9]{4})\.\s*(?:gada|g\.)\s*([0-9]{1,2})\.\s*(\w+)", re.IGNORECASE)
_IN_DIGITS = re.compile(r"([0-9]{1,2})\.\s*([0-9]{1,2})\.\s*([0-9]{4})\.?")
_TIME = re.compile(r"(?:plkst\.\s*)?([01]?[0-9]|2[0-3])[.:]([0-5][0-9])\.?", re.IGNORECASE)
_DATE_AND_TIME = re.compile(r"(.+?),?\s*(plkst\..+)", re.IGNORECASE)
# The word after it tells a range of years from a document's number, a telephone number or a flat (180-5), which keep
# their hyphen. The lookbehind keeps it out of longer numbers.
_YEARS = re.compile(
    r"(?<![\w./-])([0-9]{4})\.?\s*[-‐‑‒–—−]\s*([0-9]{4})\.\s*(gad(?:s|a|am|u|ā|i|iem|us|os)\b|g\.)",
)


def _date(day: date, case: int) -> str:
    return f"{day.year:04}.{_NBSP}gada{_NBSP}{day.day}.{_NBSP}{_MONTHS[day.month - 1][case]}"


def date_plain(day: date) -> str:
    """Return the date in the nominative: `2024. gada 31. janvāris`."""
    return _date(day, _NOMINATIVE)


def date_when(day: date) -> str:
    """Return the date on which something happens, in the locative: `2024. gada 31. janvārī`."""
    return _date(day, _LOCATIVE)


def date_of(day: date) -> str:
    """Return the date as an attribute or after `no`, in the genitive: `2007. gada 8. novembra` (memorands)."""
    return _date(day, _GENITIVE)


def date_until(day: date) -> str:
    """Return the date after `līdz`, in the dative: `2024. gada 1. martam`."""
    return _date(day, _DATIVE)


def date_span(first: date, last: date) -> str:
    """Return from when until when: `no 2023. gada 1. maija līdz 2024. gada 30. oktobrim`.

    A span that ends before it begins: `ValueError`.
    """
    if last < first:
        msg = f"a span from {first} cannot end on {last}"
        raise ValueError(msg)
    return f"no {date_of(first)} līdz {date_until(last)}"


def date_numeric(day: date) -> str:
    """Return the date in digits, as tables have it: `27.10.2021.`."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}."


def time_at(moment: time) -> str:
    """Return the time of day to the minute: `plkst. 11.00`. Seconds and time zone are not printed."""
    return f"plkst.{_NBSP}{moment.hour:02}.{moment.minute:02}"


def parse_date(text: str) -> date | None:
    """Return the day that a person typed in words or digits, in the new spelling or the old; None if it is no such day.

    Read are `2024. gada 31. janvārī` in any of the four cases, `2013.gada 24.aprīlī`, `2013. g. 24. aprīlis`,
    `27.10.2021.` and `27.10.2021`. A year of two digits is not: whose century it is would be a guess.
    """
    text = unicodedata.normalize("NFC", text).strip()
    if found := _IN_WORDS.fullmatch(text):
        year, day, month = int(found[1]), int(found[2]), _MONTH_OF.get(found[3].lower(), 0)
    elif found := _IN_DIGITS.fullmatch(text):
        year, day, month = int(found[3]), int(found[1]), int(found[2])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    """Return the time of day that a person typed: `plkst. 11.00`, `plkst.14.00.`, `10:30`; None if it is none."""
    found = _TIME.fullmatch(text.strip())
    return time(int(found[1]), int(found[2])) if found else None


def parse_date_and_time(text: str) -> tuple[date, time] | None:
    """Return day and time typed together: `2013.gada 24.aprīlī plkst.14.00.`; None if either cannot be read."""
    found = _DATE_AND_TIME.fullmatch(text.strip())
    day, moment = (parse_date(found[1]), parse_time(found[2])) if found else (None, None)
    return None if day is None or moment is None else (day, moment)


def number_range(first: int, last: int) -> str:
    """Return a range of numbers with an en dash: `3–5`. A range that runs backwards: `ValueError`.

    Only numbers become a range: between the digits of a text a hyphen may belong to a document's number or a flat.
    """
    if last < first:
        msg = f"a range from {first} cannot end at {last}"
        raise ValueError(msg)
    return f"{first}–{last}"


def year_ranges(text: str) -> str:
    """Return the text with each range of years as it is printed: `2024.-2026.gadam` → `2024.–2026. gadam`.

    Only where a form of `gads` (or `g.`) follows; every other hyphen between digits stays.
    """
    return _YEARS.sub(rf"\1.–\2.{_NBSP}\3", text)

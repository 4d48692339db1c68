"""Latvian public holidays and working days. Pure.

Source of the holidays: law "Par svētku, atceres un atzīmējamām dienām", section 1. Days that the Cabinet exchanges with
Saturdays by its order, and the closing day of the Song and Dance Festival, follow from no rule and are not known here.
"""

from __future__ import annotations

from datetime import date, timedelta

__all__ = ["easter", "is_working_day", "next_working_day", "public_holidays"]

_SATURDAY = 5
# The day after is free where these fall on a Saturday or Sunday.
_MADE_UP_FOR = ((5, 4), (11, 18))
_FIXED = ((1, 1), (5, 1), (6, 23), (6, 24), (12, 24), (12, 25), (12, 26), (12, 31))


def easter(year: int) -> date:
    """Return Easter Sunday of the Western churches (Gregorian computus)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year, those included that are made up for on a Monday."""
    sunday = easter(year)
    days = {date(year, month, day) for month, day in (*_FIXED, *_MADE_UP_FOR)}
    days |= {sunday + timedelta(days=offset) for offset in (-2, 0, 1, 49)}
    first = date(year, 5, 1)
    # Mother's Day: the second Sunday of May.
    days.add(first + timedelta(days=(6 - first.weekday()) % 7 + 7))
    for month, day in _MADE_UP_FOR:
        holiday = date(year, month, day)
        if holiday.weekday() >= _SATURDAY:
            days.add(holiday + timedelta(days=7 - holiday.weekday()))
    return frozenset(days)


def is_working_day(day: date) -> bool:
    """Whether a day is neither Saturday, Sunday nor a public holiday."""
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


def next_working_day(day: date) -> date:
    """Return the day itself where it is a working day, else the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day

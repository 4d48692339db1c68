"""Dates as PDF writes them (ISO 32000-2 clause 7.9.4), and as programs write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["pdf_date"]

_DATE = re.compile(
    r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?"
    r"(?:Z(?:00'?(?:00'?)?)?|([+-])(\d\d)(?:'(\d\d)?'?|(\d\d))?)?\s*",
    re.ASCII,
)


def pdf_date(text: str) -> datetime | None:
    """Return the moment that a PDF date names; None for what is no date.

    Without a time zone it is UTC, as the standard says. Read besides: no prefix `D:`, a zone `Z00'00'`, a zone without
    apostrophes, and white space after it.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups()[:6])
    sign, hours, *minutes = match.groups()[6:]
    offset = timedelta(hours=int(hours or 0), minutes=int(next(filter(None, minutes), 0)))
    try:
        zone = timezone(-offset if sign == "-" else offset) if offset else UTC
        return datetime(year or 0, 1 if month is None else month, 1 if day is None else day,
                        hour or 0, minute or 0, second or 0, tzinfo=zone)  # fmt: skip
    except (ValueError, OverflowError):
        return None

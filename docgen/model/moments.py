"""Legal days and typed moments: days are days in Europe/Riga, instants are UTC (formats.md, head)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

__all__ = ["RIGA", "end_of_day", "moment_from_text", "riga_day"]

RIGA = ZoneInfo("Europe/Riga")
_BARE_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def riga_day(moment: datetime) -> date:
    """Return the legal day of an instant: 22:30Z in winter is the next day."""
    if moment.tzinfo is None:
        msg = "an instant has a zone"
        raise ValueError(msg)
    return moment.astimezone(RIGA).date()


def end_of_day(day: date) -> datetime:
    """Return the last second of a legal day, in UTC."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=RIGA)
    return midnight.astimezone(UTC) - timedelta(seconds=1)


def moment_from_text(text: str) -> datetime:
    """Return the instant that a person typed: without a zone it is Riga time, a bare date is the end of that day.

    Raises `ValueError` for anything else.
    """
    typed = text.strip()
    if _BARE_DATE.fullmatch(typed):
        return end_of_day(date.fromisoformat(typed))
    moment = datetime.fromisoformat(typed)
    return (moment if moment.tzinfo else moment.replace(tzinfo=RIGA)).astimezone(UTC)

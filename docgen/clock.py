"""The clock, and the moment that stands for it in what docgen makes (`SOURCE_DATE_EPOCH`).

`made_at` is for what a document or a report says of itself: the day of a view of the register, the foot of a page. What
is decided or recorded goes by `now` alone: the receipt of a letter, the moment at which signatures are judged, the time
of an event. A variable that lies in the environment must not make a revoked certificate good again.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from docgen.errors import UsageError
from docgen.model.text import say

__all__ = ["made_at", "now"]

_LAST = 253402300799  # the end of the year 9999


def now() -> datetime:
    """Return the moment, by the machine’s clock; never by `SOURCE_DATE_EPOCH`."""
    return datetime.now(tz=UTC)


def made_at() -> datetime:
    """Return the moment of `SOURCE_DATE_EPOCH` where it is set, else now. Raises `UsageError` where it is no moment.

    Source: https://reproducible-builds.org/specs/source-date-epoch/ (seconds since 1970, in decimal digits).
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return now()
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(_LAST)) and int(text) <= _LAST):
        raise UsageError(
            say("SOURCE_DATE_EPOCH is “{text}”, which is no moment", text=text[:40]),
            say("Give whole seconds since 1970, or unset it: unset SOURCE_DATE_EPOCH"),
        )
    return datetime.fromtimestamp(int(text), tz=UTC)

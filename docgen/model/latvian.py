"""Latvian forms that documents need: dates in their cases, agreement, counts, collation (domain.md §8).

Babel knows the nominative of months only, so the tables stand here. Nothing is guessed from a name's ending: gender and
cases of persons and of institutions are data.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "Agreement",
    "approved",
    "collation_key",
    "count_of",
    "date_numeric",
    "date_of",
    "date_plain",
    "date_until",
    "date_when",
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


def _date(day: date, case: int) -> str:
    return f"{day.year}.{_NBSP}gada{_NBSP}{day.day}.{_NBSP}{_MONTHS[day.month - 1][case]}"


def date_plain(day: date) -> str:
    """Return the date in the nominative: `2024. gada 31. janvāris`."""
    return _date(day, _NOMINATIVE)


def date_when(day: date) -> str:
    """Return the date on which something happens, in the locative: `2024. gada 31. janvārī`."""
    return _date(day, _LOCATIVE)


def date_of(day: date) -> str:
    """Return the date as an attribute, in the genitive: `2007. gada 8. novembra` (memorands)."""
    return _date(day, _GENITIVE)


def date_until(day: date) -> str:
    """Return the date after `līdz`, in the dative: `2024. gada 1. martam`."""
    return _date(day, _DATIVE)


def date_numeric(day: date) -> str:
    """Return the date in digits, as tables have it: `27.10.2021.`."""
    return f"{day.day:02}.{day.month:02}.{day.year}."


class Agreement(StrEnum):
    """Gender and number of the noun with which a participle agrees."""

    MASCULINE = "masculine"
    FEMININE = "feminine"
    PLURAL = "plural"


_APPROVED = {Agreement.MASCULINE: "APSTIPRINĀTS", Agreement.FEMININE: "APSTIPRINĀTA", Agreement.PLURAL: "APSTIPRINĀTI"}


def approved(agreement: Agreement) -> str:
    """Return the word over an approval, agreeing with the document's noun (plāns, kārtība, noteikumi)."""
    return _APPROVED[agreement]


def count_of(count: int, one: str, many: str, none: str) -> str:
    """Return a number with its noun: `21 organizācija`, `2 organizācijas`, `0 organizāciju`."""
    if count % 10 == 1 and count % 100 != 11:  # noqa: PLR2004 - CLDR's rule for Latvian
        return f"{count}{_NBSP}{one}"
    return f"{count}{_NBSP}{many if count else none}"


# The alphabet's order; y, q, w, x stand where Latvian dictionaries of names put them.
_ALPHABET = "aābcčdeēfgģhiīyjkķlļmnņoōpqrŗsštuūvwxzž"
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}
_IGNORED = re.compile(r"[\"'„“”«»″‘’\-–—.,()]")


def collation_key(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a key that sorts names in the Latvian order, without regard to case and quotation marks."""
    folded = _IGNORED.sub("", unicodedata.normalize("NFC", text)).lower()
    return tuple(
        (2, _RANK[letter])
        if letter in _RANK
        else (1, letter)
        if letter.isdigit()
        else (0, letter)
        if letter == " "
        else (3, letter)
        for letter in folded
    )

"""A number with its noun (domain.md §8.5)."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Plural", "count_of", "counted", "plural_of"]

_NBSP = "\u00a0"
_TEN, _ELEVEN, _NINETEEN = 10, 11, 19


class Plural(StrEnum):
    """The plural categories that CLDR has for Latvian."""

    ZERO = "zero"
    ONE = "one"
    OTHER = "other"


# after 21; after 2; after 0
_NOUNS = {
    "balss": ("balss", "balsis", "balsu"),
    "biedrība": ("biedrība", "biedrības", "biedrību"),
    "diena": ("diena", "dienas", "dienu"),
    "dokuments": ("dokuments", "dokumenti", "dokumentu"),
    "gads": ("gads", "gadi", "gadu"),
    "lapa": ("lapa", "lapas", "lapu"),
    "loceklis": ("loceklis", "locekļi", "locekļu"),
    "mēnesis": ("mēnesis", "mēneši", "mēnešu"),
    "organizācija": ("organizācija", "organizācijas", "organizāciju"),
    "paraksts": ("paraksts", "paraksti", "parakstu"),
    "pielikums": ("pielikums", "pielikumi", "pielikumu"),
    "vēstule": ("vēstule", "vēstules", "vēstuļu"),
}


def plural_of(count: int) -> Plural:
    """Return the plural category of a whole number: zero for 0, 10–20, 30 …, one for 1, 21 … but not 11, else other."""
    count = abs(count)
    if count % _TEN == 0 or _ELEVEN <= count % 100 <= _NINETEEN:
        return Plural.ZERO
    return Plural.ONE if count % _TEN == 1 else Plural.OTHER


def count_of(count: int, one: str, many: str, none: str) -> str:
    """Return a number with its noun: `21 organizācija`, `2 organizācijas`, `0 organizāciju`.

    CLDR's zero reaches further than nought. After 10–20 both `12 locekļu` and `12 locekļi` are correct Latvian;
    documents here say the second (domain.md §5.3 E 9), as the message catalogue does, and `none` follows nought alone.
    """
    if plural_of(count) is Plural.ONE:
        return f"{count}{_NBSP}{one}"
    return f"{count}{_NBSP}{many if count else none}"


def counted(count: int, noun: str) -> str:
    """Return a number with a noun of the table, which is named by its nominative singular: `2 organizācijas`.

    A noun that the table does not hold: `ValueError`. `count_of` takes the forms of any other.
    """
    forms = _NOUNS.get(noun)
    if forms is None:
        msg = f"the forms of {noun!r} are not known; known are {', '.join(_NOUNS)}"
        raise ValueError(msg)
    return count_of(count, *forms)

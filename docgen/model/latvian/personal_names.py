"""Initials of persons (domain.md §5.3 E 7). Gender and cases of a person's name are data and are not made here."""

from __future__ import annotations

import unicodedata

from docgen.model.spacing import no_break

__all__ = ["initials", "short_name"]

_DIGRAPHS = ("dz", "dž")


def _initial(name: str) -> str:
    if name.endswith(".") or not name[:1].isalpha():
        return name
    length = 2 if name[:2].lower() in _DIGRAPHS else 1
    letters = name[:length]
    return f"{letters[0].upper()}{letters[1:].lower()}."


def initials(given_names: str) -> str:
    """Return the initials of given names: `Anna Marija` → `A. M.`, `Anna-Marija` → `A.-M.`, `Dzintra` → `Dz.`.

    What is an initial already, or does not begin with a letter, stays.
    """
    words = unicodedata.normalize("NFC", given_names).split()
    return no_break(" ".join("-".join(_initial(part) for part in word.split("-")) for word in words))


def short_name(name: str) -> str:
    """Return a full name with initials for the given names: `Anna Bērziņa` → `A. Bērziņa`; a single word stays.

    The last word is the surname: Latvian writes a double surname with a hyphen. Words with a small letter before it
    belong to it (`Jānis van der Berg` → `J. van der Berg`).
    """
    words = unicodedata.normalize("NFC", name).split()
    small = (at for at, word in enumerate(words) if at > 0 and word[0].islower())
    surname_at = min(next(small, len(words)), max(len(words) - 1, 0))
    given, surname = " ".join(words[:surname_at]), " ".join(words[surname_at:])
    return no_break(f"{initials(given)} {surname}".strip())

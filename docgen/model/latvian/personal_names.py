"""Initials of persons (domain.md §5.3 E 7). Gender and cases of a person's name are data and are not made here."""

from __future__ import annotations

import unicodedata

from docgen.model.spacing import no_break

__all__ = ["initials", "short_name"]

_NBSP = "\u00a0"
_DIGRAPHS = ("dz", "dž")


def _initial(name: str) -> str:
    if name.endswith(".") or not name[:1].isalpha():
        return name
    length = 2 if name[:2].lower() in _DIGRAPHS else 1
    while length < len(name) and unicodedata.combining(name[length]):
        length += 1
    letters = name[:length]
    return f"{letters[0].upper()}{letters[1:].lower()}."


def initials(given_names: str) -> str:
    """Return the initials of given names: `Anna Marija` → `A. M.`, `Anna-Marija` → `A.-M.`, `Dzintra` → `Dz.`.

    What is an initial already, or does not begin with a letter, stays.
    """
    words = unicodedata.normalize("NFC", given_names).split()
    return _NBSP.join("-".join(_initial(part) for part in word.split("-")) for word in words)


def short_name(name: str) -> str:
    """Return a full name with initials for the given names: `Anna Bērziņa` → `A. Bērziņa`; a single word stays.

    The last word is the surname: Latvian writes a double surname with a hyphen. Words with a small letter belong to it
    (`Jānis van der Berg` → `J. van der Berg`). No line ends between initials and surname.
    """
    words = unicodedata.normalize("NFC", name).split()
    surname_at = next((at for at, word in enumerate(words) if word[0].islower() or at == len(words) - 1), 0)
    given, surname = initials(" ".join(words[:surname_at])), no_break(" ".join(words[surname_at:]))
    return f"{given}{_NBSP}{surname}" if given else surname

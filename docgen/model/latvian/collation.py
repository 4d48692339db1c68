"""The order of names in lists (domain.md §8.5).

Long vowels and softened consonants are letters of their own, as in official lists (the classification of
administrative territories has Augšdaugavas before Ādažu, Kuldīgas before Ķekavas) and in CLDR's `lv` of ICU 78; older
releases of CLDR took the length of a vowel for a difference of the second rank.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TypeAlias

from docgen.model.latvian.organisations import is_generic_word
from docgen.model.latvian.quotation import MARKS

CollationKey: TypeAlias = tuple[tuple[tuple[int, int, str], ...], str, str]

__all__ = ["CollationKey", "collation_key"]

# y, q, w, x and ŗ of the older spelling stand where CLDR puts them.
_ALPHABET = "aābcčdeēfgģhiyījkķlļmnņoōpqrŗsštuūvwxzž"
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}
_IGNORED = re.compile(rf"[{MARKS}'‘’\-–—.,()]")
_BEFORE_QUOTED = re.compile(rf"([^{MARKS}]+)(?=[{MARKS}])")
_PIECES = re.compile(r"[0-9]+|.", re.DOTALL)
_SPACE, _NUMBER, _LETTER, _OTHER = range(4)


def _weight(piece: str) -> tuple[int, int, str]:
    if piece == " ":
        return _SPACE, 0, ""
    if piece[0] in "0123456789":
        # Longer is greater, once leading zeros are gone; int() would refuse a very long number.
        digits = piece.lstrip("0")
        return _NUMBER, len(digits), digits
    base = piece if piece in _RANK else unicodedata.normalize("NFD", piece)[0]
    return (_LETTER, _RANK[base], "") if base in _RANK else (_OTHER, 0, piece)


def _without_legal_form(name: str) -> str:
    found = _BEFORE_QUOTED.match(name)
    return name[found.end() :] if found and is_generic_word(found[1]) else name


def collation_key(name: str) -> CollationKey:
    """Return a key that sorts names in the Latvian order; two names have one key only if they are the same text.

    Quotation marks, punctuation, the case of letters and a generic word before the quoted name (`Biedrība "Saule"` is
    under S) do not count at first; they decide between names that are otherwise alike, so that the order never depends
    on where a list came from. Space comes before numbers, numbers before letters, letters of other scripts last.
    Numbers go by their size: `2. vidusskola` before `10. vidusskola`. Accents of other languages do not count at first.
    """
    normal = unicodedata.normalize("NFC", name)
    folded = unicodedata.normalize("NFC", _without_legal_form(normal).casefold())
    words = " ".join(_IGNORED.sub("", folded).split())
    return tuple(_weight(piece) for piece in _PIECES.findall(words)), folded, name

"""Quotation marks of names (domain.md §8.3).

People type `„…”`, `„…“`, `“…”`, `«…»`, `″…″` and `"…"`. Inside docgen the outer marks of a name are straight, as the
Register of Enterprises and laws have them; a name within the name keeps its own marks. This is for names: in prose
`″` may be inches.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["MARKS", "QuotationStyle", "QuotedName", "in_quotes", "quoted_name", "straight_quotes", "with_quotes"]

MARKS = '„“”«»″"'
_STRAIGHT = str.maketrans(dict.fromkeys(MARKS, '"'))


class QuotationStyle(StrEnum):
    """Opening and closing mark of a document's names; a document has one style."""

    STRAIGHT = '""'
    LATVIAN = "„”"
    ENGLISH = "“”"
    ANGLE = "«»"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedName:
    """A name with one quoted part: `Biedrība "Saule"` has `Biedrība` before, `Saule` inside, nothing after."""

    before: str
    inside: str
    after: str


def _opens(text: str, at: int, open_marks: list[int]) -> bool:
    """Tell whether the mark at `at` opens, given the places of the marks that are still open."""
    mark = text[at]
    if not open_marks or mark in "„«":
        return True
    if mark in "”»":
        return False
    # “ opens in English and closes after „; straight marks do both: their place tells.
    after_a_gap = text[at - 1].isspace() or text[at - 1] in "([{" or open_marks[-1] == at - 1
    before_a_word = at + 1 < len(text) and not text[at + 1].isspace()
    return after_a_gap and before_a_word


def _outer_pairs(text: str) -> list[tuple[int, int]] | None:
    """Return the places of the outer marks, pair by pair; None if the marks do not pair."""
    pairs, open_marks = [], list[int]()
    for at, character in enumerate(text):
        if character not in MARKS:
            continue
        if _opens(text, at, open_marks):
            open_marks.append(at)
            continue
        opening = open_marks.pop()
        if not open_marks:
            pairs.append((opening, at))
    return None if open_marks else pairs


def _marked(text: str, style: QuotationStyle) -> str:
    pairs = _outer_pairs(text)
    if pairs is None:
        return text.translate(_STRAIGHT)
    characters = list(text)
    for opening, closing in pairs:
        characters[opening], characters[closing] = style.value
    return "".join(characters)


def straight_quotes(text: str) -> str:
    """Return the text with straight outer marks; marks of a name within the name stay as they are.

    Marks that do not pair all become straight. What comes out is not changed by a second call.
    """
    # A mark that became straight may pair in another way, where a name is badly spaced: each pass leaves fewer marks
    # that are not straight, so this ends.
    while (marked := _marked(text, QuotationStyle.STRAIGHT)) != text:
        text = marked
    return text


def with_quotes(text: str, style: QuotationStyle = QuotationStyle.STRAIGHT) -> str:
    """Return the text with its outer marks in one style. Marks that do not pair become straight, whatever the style."""
    return _marked(straight_quotes(text), style)


def in_quotes(name: str, style: QuotationStyle = QuotationStyle.STRAIGHT) -> str:
    """Return a name between marks; the marks that it has itself stay."""
    opening, closing = style.value
    return f"{opening}{name}{closing}"


def quoted_name(text: str) -> QuotedName | None:
    """Return the parts of a name with one quoted part; None if it has none, or several one after the other.

    Marks that do not pair, as where one mark closes two names (`Biedrība "Fonds "Saule"`), enclose all between the
    first and the last.
    """
    shaped = straight_quotes(text)
    pairs = _outer_pairs(shaped)
    if pairs is None:
        pairs = [(shaped.index('"'), shaped.rindex('"'))]
    if len(pairs) != 1:
        return None
    ((opening, closing),) = pairs
    if opening == closing:
        return None
    return QuotedName(
        before=shaped[:opening].strip(), inside=shaped[opening + 1 : closing], after=shaped[closing + 1 :].strip()
    )

"""The approval block: its word agrees with the document's noun, what approves it follows `ar` (domain.md §5.3 H)."""

from __future__ import annotations

from docgen.model.latvian.grammar import Agreement

__all__ = ["APPROVING_NOUNS", "agreement_of", "approved", "coordinated", "instrumental_of"]

_NOUNS = {
    "plāns": Agreement.MASCULINE,
    "nolikums": Agreement.MASCULINE,
    "protokols": Agreement.MASCULINE,
    "saraksts": Agreement.MASCULINE,
    "kārtība": Agreement.FEMININE,
    "darba kārtība": Agreement.FEMININE,
    "veidlapa": Agreement.FEMININE,
    "noteikumi": Agreement.PLURAL,
    "grozījumi": Agreement.PLURAL,
}
# Kinds of documents by which something is approved, in the form that stands after "ar": the accusative's in the
# singular, the dative's in the plural.
_WITH = {
    "rīkojums": "rīkojumu",
    "pavēle": "pavēli",
    "lēmums": "lēmumu",
    "protokollēmums": "protokollēmumu",
    "noteikumi": "noteikumiem",
    "vēstule": "vēstuli",
}
APPROVING_NOUNS = tuple(_WITH)
_APPROVED = {Agreement.MASCULINE: "APSTIPRINĀTS", Agreement.FEMININE: "APSTIPRINĀTA", Agreement.PLURAL: "APSTIPRINĀTI"}
_COORDINATED = {Agreement.MASCULINE: "SASKAŅOTS", Agreement.FEMININE: "SASKAŅOTA", Agreement.PLURAL: "SASKAŅOTI"}


def agreement_of(noun: str) -> Agreement:
    """Return with what a participle agrees that stands with this kind of document, in the nominative.

    A noun that the table does not hold: `ValueError`. Its gender is not guessed from its ending.
    """
    known = _NOUNS.get(" ".join(noun.lower().split()))
    if known is None:
        msg = f"the gender of {noun!r} is not known; known are {', '.join(_NOUNS)}"
        raise ValueError(msg)
    return known


def approved(agreement: Agreement) -> str:
    """Return the word over an approval, agreeing with the document's noun (plāns, kārtība, noteikumi)."""
    return _APPROVED[agreement]


def coordinated(agreement: Agreement) -> str:
    """Return the word over the consent of another body, agreeing with the document's noun."""
    return _COORDINATED[agreement]


def instrumental_of(noun: str) -> str:
    """Return a kind of approving document as it stands after `ar` (rīkojums: `ar … rīkojumu`).

    A noun that the table does not hold: `ValueError`. Its form is not guessed from its ending.
    """
    form = _WITH.get(noun)
    if form is None:
        msg = f"the form of {noun!r} after 'ar' is not known; known are {', '.join(_WITH)}"
        raise ValueError(msg)
    return form

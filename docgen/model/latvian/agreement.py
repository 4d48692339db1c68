"""The word over an approval agrees with the document's noun (domain.md §5.3 H)."""

from __future__ import annotations

from docgen.model.latvian.grammar import Agreement

__all__ = ["agreement_of", "approved", "coordinated"]

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

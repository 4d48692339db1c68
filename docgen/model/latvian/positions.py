"""Positions that signatories and members hold, by the gender of the holder (domain.md §8.4)."""

from __future__ import annotations

from docgen.model.latvian.grammar import Case, Gender

__all__ = ["position"]

# Masculine and feminine: nominative, and where the source gives them, genitive and dative.
_POSITIONS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("valdes priekšsēdētājs", "valdes priekšsēdētāja", "valdes priekšsēdētājam"),
        ("valdes priekšsēdētāja", "valdes priekšsēdētājas", "valdes priekšsēdētājai"),
    ),
    (
        ("valdes loceklis", "valdes locekļa", "valdes loceklim"),
        ("valdes locekle", "valdes locekles", "valdes loceklei"),
    ),
    (
        ("priekšsēdētāja vietnieks", "priekšsēdētāja vietnieka", "priekšsēdētāja vietniekam"),
        ("priekšsēdētāja vietniece", "priekšsēdētāja vietnieces", "priekšsēdētāja vietniecei"),
    ),
    (("direktors", "direktora", "direktoram"), ("direktore", "direktores", "direktorei")),
    (("izpilddirektors",), ("izpilddirektore",)),
    (("prezidents", "prezidenta", "prezidentam"), ("prezidente", "prezidentes", "prezidentei")),
    (("vadītājs", "vadītāja", "vadītājam"), ("vadītāja", "vadītājas", "vadītājai")),
    (("ministrs", "ministra", "ministram"), ("ministre", "ministres", "ministrei")),
    (("likvidators",), ("likvidatore",)),
    (("protokolists",), ("protokoliste",)),
    (("sekretārs",), ("sekretāre",)),
)
_CASES = (Case.NOMINATIVE, Case.GENITIVE, Case.DATIVE)
_FORMS = {
    nominative: {
        gender: dict(zip(_CASES, forms, strict=False))
        for gender, forms in ((Gender.MASCULINE, masculine), (Gender.FEMININE, feminine))
    }
    for masculine, feminine in _POSITIONS
    for nominative in (masculine[0], feminine[0])
}


def position(typed: str, gender: Gender, case: Case = Case.NOMINATIVE) -> str | None:
    """Return a position for a holder of this gender, in this case; None where the form is not in the table.

    `typed` is the nominative of either gender; a capital at its front stays. A position that the table does not hold
    comes back as typed in the nominative and is None elsewhere: neither its cases nor its other gender are guessed.
    """
    words = " ".join(typed.split())
    forms = _FORMS.get(words.lower())
    if forms is None:
        return typed if case is Case.NOMINATIVE else None
    form = forms[gender].get(case)
    if form is None:
        return None
    return form[0].upper() + form[1:] if words[0].isupper() else form

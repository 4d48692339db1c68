"""Names of organisations in their cases (domain.md §8.2).

Only the generic word before a quoted name is declined: `biedrībai "Saule"`. The quoted name stays as it is registered,
institutions are declined by the forms that are stored here, and no other form is made up.
"""

from __future__ import annotations

from docgen.model.latvian.grammar import Case, GrammaticalNumber
from docgen.model.latvian.quotation import in_quotes, quoted_name, straight_quotes

__all__ = ["declined", "generic_word", "institution", "is_generic_word"]

_N, _G, _D, _A, _L = Case.NOMINATIVE, Case.GENITIVE, Case.DATIVE, Case.ACCUSATIVE, Case.LOCATIVE
_SG, _PL = GrammaticalNumber.SINGULAR, GrammaticalNumber.PLURAL
_ORDER = ((_SG, _N), (_SG, _G), (_SG, _D), (_SG, _A), (_SG, _L), (_PL, _G), (_PL, _D))

_GENERIC_WORDS = {
    forms[0]: dict(zip(_ORDER, forms, strict=True))
    for forms in (
        ("biedrība", "biedrības", "biedrībai", "biedrību", "biedrībā", "biedrību", "biedrībām"),
        (
            *("nodibinājums", "nodibinājuma", "nodibinājumam", "nodibinājumu", "nodibinājumā"),
            *("nodibinājumu", "nodibinājumiem"),
        ),
        ("fonds", "fonda", "fondam", "fondu", "fondā", "fondu", "fondiem"),
        (
            *("arodbiedrība", "arodbiedrības", "arodbiedrībai", "arodbiedrību", "arodbiedrībā"),
            *("arodbiedrību", "arodbiedrībām"),
        ),
        (
            *("reliģiskā organizācija", "reliģiskās organizācijas", "reliģiskajai organizācijai"),
            *("reliģisko organizāciju", "reliģiskajā organizācijā"),
            *("reliģisko organizāciju", "reliģiskajām organizācijām"),
        ),
        ("draudze", "draudzes", "draudzei", "draudzi", "draudzē", "draudžu", "draudzēm"),
    )
}
_INSTITUTIONS = {
    "Iekšlietu ministrija": {_G: "Iekšlietu ministrijas", _D: "Iekšlietu ministrijai"},
    "Valsts kanceleja": {_D: "Valsts kancelejai"},
    "Sadarbības padome": {_G: "Sadarbības padomes", _D: "Sadarbības padomei", _L: "Sadarbības padomē"},
}


def _plain(words: str) -> str:
    return " ".join(words.lower().split())


def is_generic_word(words: str) -> bool:
    """Tell whether the words are a generic word of the table in the nominative singular, small letters or capitals."""
    return _plain(words) in _GENERIC_WORDS


def generic_word(
    word: str, case: Case, number: GrammaticalNumber = GrammaticalNumber.SINGULAR, *, start: bool = False
) -> str | None:
    """Return a form of a generic word (`biedrība`, `fonds` …); None if the table has no such word or form.

    `start` gives it the capital of a sentence's first word.
    """
    form = _GENERIC_WORDS.get(_plain(word), {}).get((number, case))
    return form[0].upper() + form[1:] if form is not None and start else form


def institution(name: str, case: Case) -> str | None:
    """Return the stored form of an institution's name; None if the form, or the institution, is not stored."""
    name = " ".join(name.split())
    if name not in _INSTITUTIONS:
        return None
    return name if case is _N else _INSTITUTIONS[name].get(case)


def declined(name: str, case: Case, *, legal_form: str | None = None, start: bool = False) -> str | None:
    """Return an organisation's name in a case, its outer quotation marks straight; None if that would be a guess.

    - `Biedrība "Saule"` → `biedrībai "Saule"`, with `start` `Biedrībai "Saule"`.
    - A name without quotation marks, or all of it in them, takes the legal form before it, if that is given and known:
      `Latvijas Ugunsdzēsības asociācija` → `biedrībai "Latvijas Ugunsdzēsības asociācija"`.
    - An institution takes its stored form.
    - Every other name has its nominative only, which is the name itself.
    """
    name = name.strip()
    if (form := institution(name, case)) is not None:
        return form
    parts = quoted_name(name)
    if parts is not None and is_generic_word(parts.before) and not parts.after:
        return _before_quoted(parts.before, parts.inside, case, start=start)
    shaped = straight_quotes(name)
    if legal_form is not None and is_generic_word(legal_form):
        if name and '"' not in shaped:
            return _before_quoted(legal_form, name, case, start=start)
        if parts is not None and not parts.before and not parts.after:
            return _before_quoted(legal_form, parts.inside, case, start=start)
    return shaped if case is _N else None


def _before_quoted(word: str, inside: str, case: Case, *, start: bool) -> str | None:
    form = generic_word(word, case, start=start)
    return None if form is None else f"{form} {in_quotes(inside)}"

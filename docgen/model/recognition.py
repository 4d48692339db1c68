"""What a submission says and who signed it, compared with the letter and with the register. Pure.

Names are compared in NFC, case folded, in either order of given name and surname (domain.md §6.3). A difference in
diacritics alone is for a person to look at; any other name is not one whom the letter names. A name proves nothing
about the right to sign: that stays "unknown" until data about representation is imported.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from docgen.model.acts import Act
from docgen.model.fields import TIME_STAMP
from docgen.model.moments import riga_day
from docgen.model.reasons import Decision, Reason, ReasonCode
from docgen.model.replay import replay
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from docgen.model.events import Event

__all__ = [
    "DELEGATION",
    "WISHES",
    "Act",
    "Appearance",
    "LetterKind",
    "MilderReason",
    "PageAppearance",
    "Recognised",
    "RecognisedAs",
    "Signer",
    "SignerComparison",
    "compare_signers",
    "date_of_letter",
    "day_met",
    "does_not_fit",
    "is_dated_by_time_stamp",
    "needs_a_day",
    "same_name",
    "what_differs",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterKind:
    """A kind of letter that a pack has: its name, what it does, and whether an organisation writes it."""

    name: str
    act: Act
    by_organisation: bool = True


class RecognisedAs(StrEnum):
    """How far docgen knows what the page says, from printing the payload again.

    `printed`: the same bytes. `equal-text`: other bytes, the same appearance; a person reads it all the same.
    """

    PRINTED = "printed"
    EQUAL_TEXT = "equal-text"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"

    @property
    def agrees(self) -> bool:
        """Whether the page was held against its payload, so that it says what the payload says."""
        return self in {RecognisedAs.PRINTED, RecognisedAs.EQUAL_TEXT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a submission says; if `foreign`, the fields are the file's own claims or None, and believed by nobody.

    `kind` is the kind of letter (accession, delegation, proposal …), `act` what such a letter does.
    """

    as_: RecognisedAs
    act: Act | None = None
    kind: str | None = None
    organisation: str | None = None
    name: str | None = None
    reference: str | None = None
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAppearance:
    """A page: its boxes in hundredths of a point, rotation, size of its unit in hundredths; its picture's digest."""

    media: tuple[int, ...]
    crop: tuple[int, ...]
    rotation: int
    unit: int
    pixels: tuple[int, int]
    raster: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """What a file shows: its words by structure, all text that it draws, its titles and outline, its pages.

    `means` is what it is drawn and built with.
    """

    text: str
    drawn: str
    titles: tuple[str, ...]
    pages: tuple[PageAppearance, ...]
    means: tuple[str, ...]


def what_differs(printed: Appearance, received: Appearance) -> tuple[str, ...]:
    """Return in what a received letter looks or reads unlike the print of its payload; nothing where it is equal.

    The pictures must agree in every pixel: honest prints and copies do (decisions/0008). Equal words alone say nothing
    about the page, and an equal picture nothing about what other programs show or read aloud; so the letter may also
    use no means that the print does not use, such as layers, annotations or invisible text.
    """
    pages = list(zip(printed.pages, received.pages, strict=False))
    checks = {
        "pages": len(printed.pages) == len(received.pages),
        "geometry": all(_geometry(one) == _geometry(other) for one, other in pages),
        "raster": all(one.raster == other.raster for one, other in pages),
        "text": (printed.text, printed.drawn) == (received.text, received.drawn),
        "title": printed.titles == received.titles,
        "means": set(received.means) <= set(printed.means),
    }
    return tuple(name for name, equal in checks.items() if not equal)


def _geometry(page: PageAppearance) -> tuple[object, ...]:
    return page.media, page.crop, page.rotation, page.unit, page.pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """One person who signed; `named_in_letter` is None where the letter's words are not known."""

    name: str
    named_in_letter: bool | None = None
    may_sign: str = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilderReason(Reason):
    """A reason whose code would refuse, for a difference that a person has to look at (diacritics alone)."""

    @property
    def decision(self) -> Decision | None:
        """A person looks."""
        return Decision.REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerComparison:
    """Signers, each once however often they signed, and what does not agree with the letter."""

    signers: tuple[Signer, ...]
    reasons: tuple[Reason, ...]


def _tokens(name: str) -> tuple[str, ...]:
    return tuple(unicodedata.normalize("NFC", name).casefold().replace(",", " ").split())


def _without_diacritics(name: str) -> str:
    apart = unicodedata.normalize("NFD", name)
    return "".join(char for char in apart if unicodedata.category(char) != "Mn")


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same person's in either order: `Anna Bērziņa`, `BĒRZIŅA ANNA`, `Bērziņa, Anna`."""
    first, second = _tokens(one), _tokens(other)
    if not first or len(first) != len(second):
        return False
    return any(first[turn:] + first[:turn] == second for turn in range(len(first)))


def _same_but_for_diacritics(one: str, other: str) -> bool:
    return same_name(_without_diacritics(one), _without_diacritics(other))


def compare_signers(signatures: Sequence[tuple[str, str]], signatories: Sequence[str]) -> SignerComparison:
    """Compare who signed with whom the letter names.

    `signatures` are pairs of an opaque key that tells persons apart and the name in the certificate. Each person
    stands for one signatory at most, so two of one name need two persons.
    """
    persons = dict(reversed(signatures))
    persons = {key: persons[key] for key, _ in signatures}
    open_, exact = _assign(persons, list(signatories), same_name)
    rest = {key: name for key, name in persons.items() if key not in exact}
    open_, close = _assign(rest, open_, _same_but_for_diacritics)
    reasons: list[Reason] = [
        MilderReason(
            code=ReasonCode.IDENTITY,
            message=say("signed by {signer}, named in the letter as {signatory}", signer=persons[key], signatory=name),
            hint=say("See whether this is the same person, spelled otherwise."),
        )
        for key, name in close.items()
    ]
    strangers = [name for key, name in persons.items() if key not in exact and key not in close]
    reasons += [
        Reason(
            code=ReasonCode.IDENTITY,
            message=say("signed by {signer}, whom the letter does not name", signer=name),
            hint=say("Return it: the letter is signed by the persons whom it names, or drawn up anew."),
        )
        for name in strangers
    ]
    if open_ and (exact or close):
        reasons += [
            Reason(
                code=ReasonCode.PARTIAL,
                message=say("{signatory}, whom the letter names, has not signed", signatory=name),
                hint=say("Wait for the same file with all signatures, or ask the sender for it."),
            )
            for name in open_
        ]
    signers = tuple(Signer(name=name, named_in_letter=key in exact or key in close) for key, name in persons.items())
    return SignerComparison(signers=signers, reasons=tuple(reasons))


def _assign(
    persons: dict[str, str], signatories: list[str], same: Callable[[str, str], bool]
) -> tuple[list[str], dict[str, str]]:
    left = list(signatories)
    found: dict[str, str] = {}
    for key, name in persons.items():
        match = next((signatory for signatory in left if same(name, signatory)), None)
        if match is not None:
            left.remove(match)
            found[key] = match
    return left, found


# The kind of letter that names who will sign for an organisation.
DELEGATION = "delegation"


def needs_a_day(kind: str | None, mode: str) -> bool:
    """Whether somebody has to say from which day a letter counts: a delegate's organisation accedes when he signs."""
    return kind == DELEGATION and mode != "letter"


def is_dated_by_time_stamp(letter: Mapping[str, Any]) -> bool:
    """Whether a letter, by its data, takes its date from its time stamp."""
    return bool(letter.get("letter", {}).get("date") == TIME_STAMP)


def date_of_letter(letter: Mapping[str, Any], stamped: Iterable[datetime]) -> date | None:
    """Return the date that a letter bears: the one that it writes, or the day of its last signature's time stamp.

    `letter` has the data of a letter whose page was held against them, `stamped` when each signature was stamped: of
    several who sign jointly, the last one dates the letter (domain.md §5.1). None where neither gives a day.
    """
    if is_dated_by_time_stamp(letter):
        return max((riga_day(moment) for moment in stamped), default=None)
    written = letter.get("letter", {}).get("date")
    return None if written is None else date.fromisoformat(written)


def day_met(act: Act, received: date, letter: Mapping[str, Any]) -> date:
    """Return the day on which a letter meets the register: of receipt, for a withdrawal the later one that it names.

    `letter` has the data of a letter whose page was held against them; memorandum, clause 16.
    """
    named = letter.get("withdrawal", {}).get("effective") if act is Act.WITHDRAWAL else None
    return received if named is None else max(received, date.fromisoformat(named))


# What a letter can say about the council, by what it does; a notice says one of these, an accession may.
WISHES: Mapping[Act, tuple[str, ...]] = {
    Act.ACCESSION: ("yes", "no"),
    Act.COUNCIL_NOTICE: ("yes", "change", "recall", "no"),
}

# What a council notice says that only an organisation with a seat can say.
_OF_A_SEAT = frozenset({"change", "recall", "no"})


def does_not_fit(
    events: Iterable[Event],
    *,
    act: Act,
    organisation: str,
    effective_on: date,
    intake: str,
    wish: str | None = None,
    delegates: bool = True,
) -> Reason | None:
    """Return why an act does not fit the register as a letter of that number meets it on that day; None where it does.

    Withdrawal and council notice are for members (clauses 10 and 16); who is a member cannot accede again. Only who has
    a seat in the council can change or recall its representative there, or leave. `delegates` is False for a delegation
    under a memorandum that is joined by letter (clause 7).
    """
    state = replay(events, effective_on, before=intake)
    member = state.member(organisation)
    match act:
        case Act.ACCESSION if member is not None:
            message = say(
                "{organisation} is a member already, since {day}",
                organisation=organisation,
                day=member.acceded_on.isoformat(),
            )
        case Act.ACCESSION if not delegates:
            message = say("this memorandum is joined by a letter of accession, not through a delegate")
        case Act.WITHDRAWAL if member is None:
            message = say(
                "{organisation} is no member on {day}", organisation=organisation, day=effective_on.isoformat()
            )
        case Act.COUNCIL_NOTICE if member is None:
            message = say(
                "{organisation} is no member on {day}, and only members take part in the council",
                organisation=organisation,
                day=effective_on.isoformat(),
            )
        case Act.COUNCIL_NOTICE if wish in _OF_A_SEAT and state.seat(organisation) is None:
            message = say(
                "{organisation} does not take part in the council on {day}",
                organisation=organisation,
                day=effective_on.isoformat(),
            )
        case _:
            return None
    return Reason(
        code=ReasonCode.STATE,
        message=message,
        hint=say("See: docgen register history {organisation}", organisation=organisation),
    )

"""Who plays in the demonstration, and what they send: six invented organisations and twelve arrivals.

Registration numbers carry a valid check digit in a range that is not given out; persons and addresses are invented and
mail addresses end in `.example`. Days count from the first day of the story.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ANSWERED",
    "CLERK",
    "CLERK_POSITION",
    "HOLDER",
    "HOLDER_NUMBER",
    "LAST_DAY",
    "NGOS",
    "SCENES",
    "SITTING_DAY",
    "Flaw",
    "Ngo",
    "Scene",
    "letter_data",
]

CLERK = "Ilze Kalniņa"
CLERK_POSITION = "vecākā referente"
HOLDER = "Iekšlietu ministrija (izmēģinājums)"
HOLDER_NUMBER = "40008999993"
SITTING_DAY = 22
ANSWERED = (1, 3)  # the scenes after which the story shows the secretariat's answer: registered, and sent back
LAST_DAY = 28  # the day on which the edition is issued: today


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody invented."""

    name: str
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ngo:
    """An invented organisation; all its `signatories` represent it jointly."""

    name: str
    slug: str
    number: str
    address: str
    signatories: tuple[Person, ...]
    contact: Person

    @property
    def domain(self) -> str:
        """Where its mail goes: nowhere (RFC 2606)."""
        return f"{self.slug}.example"


class Flaw(StrEnum):
    """What is wrong with a file that arrives."""

    NONE = "none"
    UNSIGNED = "unsigned"
    ALTERED = "altered"
    UNKNOWN_AUTHORITY = "unknown-authority"
    AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One arrival: on which day, whose letter, what is wrong with it, and what the story says before it."""

    number: int
    day: int
    ngo: str
    act: str
    tells: Message
    flaw: Flaw = Flaw.NONE
    wish: str | None = None

    @property
    def stem(self) -> str:
        """The name of its files, without ending."""
        flaw = "" if self.flaw is Flaw.NONE else f"-{self.flaw.value}"
        return f"{self.number:02d}-{self.act}-{self.ngo}{flaw}"


def _person(name: str, position: str) -> Person:
    return Person(name=name, position=position)


NGOS: Mapping[str, Ngo] = {
    ngo.slug: ngo
    for ngo in (
        Ngo(
            name='Biedrība "Drošā pilsēta"',
            slug="drosa-pilseta",
            number="40008999902",
            address="Parauga iela 1-5, Rīga, LV-1000",
            signatories=(_person("Anna Bērziņa", "valdes priekšsēdētāja"),),
            contact=_person("Jānis Ozols", "projektu vadītājs"),
        ),
        Ngo(
            name='Nodibinājums "Palīdzības tilts"',
            slug="palidzibas-tilts",
            number="40008999917",
            address="Izdomas iela 12, Jelgava, LV-3000",
            signatories=(_person("Mārtiņš Liepa", "valdes loceklis"), _person("Dace Krūmiņa", "valdes locekle")),
            contact=_person("Zane Vītola", "biroja vadītāja"),
        ),
        Ngo(
            name='Biedrība "Ugunsdzēsēju draugi"',
            slug="ugunsdzeseju-draugi",
            number="40008999921",
            address="Piemēra iela 3, Cēsis, LV-4100",
            signatories=(_person("Kārlis Egle", "valdes priekšsēdētājs"),),
            contact=_person("Līga Egle", "koordinatore"),
        ),
        Ngo(
            name='Biedrība "Jauniešu patruļa"',
            slug="jauniesu-patrula",
            number="40008999936",
            address="Iedomu laukums 7-2, Liepāja, LV-3400",
            signatories=(_person("Rūta Zariņa", "valdes priekšsēdētāja"),),
            contact=_person("Edgars Šķēle", "brīvprātīgo vadītājs"),
        ),
        Ngo(
            name='Nodibinājums "Žogs un vārti"',
            slug="zogs-un-varti",
            number="40008999940",
            address="Fantāzijas ceļš 21, Valmiera, LV-4200",
            signatories=(_person("Ģirts Ķirsis", "valdes loceklis"),),
            contact=_person("Ieva Ķirse", "lietvede"),
        ),
        Ngo(
            name='Biedrība "Robežas kaimiņi"',
            slug="robezas-kaimini",
            number="40008999955",
            address="Izlikšanās iela 9, Ludza, LV-5700",
            signatories=(_person("Vilma Čakste", "valdes priekšsēdētāja"),),
            contact=_person("Oskars Ābele", "valdes loceklis"),
        ),
    )
}


def _scene(
    number: int, day: int, ngo: str, act: str, tells: Message, *, flaw: Flaw = Flaw.NONE, wish: str | None = None
) -> Scene:
    return Scene(number=number, day=day, ngo=ngo, act=act, tells=tells, flaw=flaw, wish=wish)


SCENES: tuple[Scene, ...] = (
    _scene(
        1,
        0,
        "drosa-pilseta",
        "accession",
        say("The first letter. In a separate statement it also asks for a place in the council."),
        wish="yes",
    ),
    _scene(
        2,
        0,
        "palidzibas-tilts",
        "accession",
        say("Two persons represent this foundation jointly; both have signed."),
    ),
    _scene(3, 2, "ugunsdzeseju-draugi", "accession", say("Somebody forgot to sign."), flaw=Flaw.UNSIGNED),
    _scene(
        4,
        2,
        "jauniesu-patrula",
        "accession",
        say("After signing, somebody blacked out a line of the letter."),
        flaw=Flaw.ALTERED,
    ),
    _scene(
        5,
        2,
        "zogs-un-varti",
        "accession",
        say("Signed with a certificate of an authority that nobody here knows."),
        flaw=Flaw.UNKNOWN_AUTHORITY,
    ),
    _scene(6, 5, "ugunsdzeseju-draugi", "accession", say("The same letter, signed this time.")),
    _scene(
        7,
        5,
        "drosa-pilseta",
        "accession",
        say("The first letter is sent once more, to be on the safe side."),
        flaw=Flaw.AGAIN,
        wish="yes",
    ),
    _scene(8, 5, "jauniesu-patrula", "accession", say("The file as it was signed, without the black line.")),
    _scene(
        9,
        5,
        "zogs-un-varti",
        "accession",
        say("Signed anew with a known certificate. This is the fifth organisation: the memorandum takes effect."),
    ),
    _scene(10, 12, "robezas-kaimini", "accession", say("A sixth organisation joins.")),
    _scene(
        11,
        12,
        "palidzibas-tilts",
        "council-notice",
        say("The foundation gives notice that it wishes to take part in the council."),
        wish="yes",
    ),
    _scene(12, 20, "ugunsdzeseju-draugi", "withdrawal", say("One organisation withdraws. It need not say why.")),
)


def letter_data(scene: Scene, first_day: date) -> dict[str, object]:
    """Return the data that the organisation writes for its letter: what `docgen letter --data` takes, as JSON."""
    ngo = NGOS[scene.ngo]
    # A letter that comes again, or is sent as it was meant, is the same letter of the same day.
    dated = min(other.day for other in SCENES if (other.ngo, other.act) == (scene.ngo, scene.act))
    data: dict[str, object] = {
        "schema": "docgen-letter/1",
        "organisation": {
            "name": ngo.name,
            "registration_number": ngo.number,
            "legal_address": ngo.address,
            "email": f"birojs@{ngo.domain}",
            "phone": f"+371 6000{ngo.number[-4:]}",
        },
        "letter": {
            "date": (first_day + timedelta(days=dated)).isoformat(),
            "place": "Rīgā",
            "number": f"1-5/{dated + 1}",
        },
        "signatories": [
            {"name": person.name, "position": person.position, "mandate": "statutory"} for person in ngo.signatories
        ],
    }
    if scene.act == "accession":
        data["contact"] = {
            "name": ngo.contact.name,
            "position": ngo.contact.position,
            "email": f"kontakti@{ngo.domain}",
        }
    if scene.wish is not None:
        data["council"] = {
            "wish": scene.wish,
            "representative": {
                "name": ngo.contact.name,
                "position": ngo.contact.position,
                "email": f"padome@{ngo.domain}",
                "phone": f"+371 6000{ngo.number[-4:]}",
            },
        }
    return data

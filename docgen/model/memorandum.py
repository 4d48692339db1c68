"""A memorandum as data (formats.md §2): what its text gives, and nothing that it does not give.

Names stand in the cases that texts need; nothing is declined by rule. `check_memorandum` reads what the pack's author
wrote, strictly, and returns every problem at once. What may be absent is an empty text or None: whoever needs it says
which key is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem
from docgen.model.blocks import LOGO_HEIGHT, Look
from docgen.model.fields import is_e_address
from docgen.model.reading import read_table
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from docgen.model.reading import Table

__all__ = [
    "MORE_THAN_HALF",
    "AccessionMode",
    "Approver",
    "Body",
    "Council",
    "Effective",
    "Letterhead",
    "Memorandum",
    "Presiding",
    "Proposals",
    "SigningRights",
    "WorkingGroup",
    "check_memorandum",
]


MORE_THAN_HALF = "more-than-half"


class AccessionMode(StrEnum):
    """How one joins: by a letter at any time, by signing in a round, or through a delegate who signs in a round."""

    LETTER = "letter"
    ROUND = "round"
    DELEGATE = "delegate"


class Effective(StrEnum):
    """Which day counts for an accession."""

    RECEIVED = "received"
    SIGNED = "signed"


class SigningRights(StrEnum):
    """Who settles whether a signer may sign: the clerk, or data that must be there."""

    CLERK = "clerk"
    REQUIRED = "required"


class Presiding(StrEnum):
    """Who presides over the council's sittings: its chair, or chair and deputy in turn."""

    CHAIR = "chair"
    ROTATION = "rotation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An institution, unit or text by its name, in the cases that texts need; the rarer two may be absent."""

    nominative: str
    genitive: str
    dative: str
    accusative: str = ""
    locative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands in the letterhead of the public body; each may be absent.

    `names` are its first lines, where they are not the holder's name and its unit's.
    """

    names: tuple[str, ...] = ()
    registration_number: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    e_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """One who approves plans and minutes: name as printed (`J. Citskovskis`), position with the organisation."""

    name: str
    position: str
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingGroup:
    """A working group of the council."""

    name: str
    genitive: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """Proposals by organisations: the clause that promises an answer, and within how many months it is due."""

    clause: str = ""
    answer_within_months: int = 1


# More than half of those with a vote who take part, or of all members.
MAJORITIES = ("present", "members")


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """The council. Where `members` is None, those of the sitting's day count; without a quorum no text speaks of one.

    A quorum is a number of members (`quorum`), or more than half of them (`quorum_by_half`).
    """

    name: Body
    short: Body
    secretariat_dative: tuple[str, ...]
    sides: tuple[tuple[str, str], ...]
    members: int | None
    quorum: int | None
    quorum_by_half: bool
    majority: str
    meets_within_months: int | None
    term_months: int | None
    presiding: Presiding
    chair_office: str
    deputy_office: str
    notice_clause: str
    by_laws_clause: str
    sittings_clause: str
    working_groups_clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Memorandum:
    """A memorandum: who holds it, when it takes effect, how one joins and leaves, its council."""

    title: tuple[str, ...]
    name: Body
    day: date
    number: str
    dative: tuple[str, ...]
    text_file: str
    holder: Body
    holder_head: Letterhead
    secretariat: Body
    secretariat_head: Letterhead
    signatory_office: str
    signatory_name: str
    accession_clause: str
    accession_mode: AccessionMode
    effective: Effective
    signing_rights: SigningRights
    withdrawal_clause: str
    publication_clause: str
    publication_site: str
    proposals: Proposals
    council: Council | None
    working_groups: tuple[WorkingGroup, ...]
    approvers: tuple[Approver, ...]
    predecessor: str
    threshold: int | None
    in_force_clause: str
    signature_policy: str
    texts: Mapping[str, str] = field(default_factory=dict)
    look: Look = field(default_factory=Look)
    fonts: str = ""
    logo_file: str = ""
    logo_alt: str = ""
    logo_height: float = LOGO_HEIGHT


def _body(table: Table, prefix: str = "") -> Body:
    def optional(case: str) -> str:
        return table.text(prefix + case, required=False)

    return Body(
        nominative=table.text(f"{prefix}nominative"),
        genitive=table.text(f"{prefix}genitive"),
        dative=table.text(f"{prefix}dative"),
        accusative=optional("accusative"),
        locative=optional("locative"),
    )


def _letterhead(table: Table) -> Letterhead:
    e_address = table.text("e_address", required=False)
    if e_address and not is_e_address(e_address):
        table.add("e_address", say("is no e-address: the registration number, alone or as in _DEFAULT@40008999902"))
    return Letterhead(
        names=table.texts("letterhead"),
        registration_number=table.text("registration_number", required=False),
        address=table.text("address", required=False),
        email=table.text("email", required=False),
        phone=table.text("phone", required=False),
        e_address=e_address,
    )


def _council(table: Table) -> Council | None:
    if not table.given:
        return None
    table.texts("clauses")
    members, quorum = table.whole("members", required=False), table.whole("quorum", required=False)
    by_half = table.option("quorum_rule", [MORE_THAN_HALF]) == MORE_THAN_HALF
    if quorum is not None and members is not None and quorum > members:
        table.add("quorum", say("is more than there are members"))
    if quorum is not None and by_half:
        table.add("quorum_rule", say("the quorum is a number already"))
    return Council(
        name=_body(table),
        short=_body(table, "short_"),
        secretariat_dative=table.texts("secretariat_dative"),
        sides=tuple(table.mapping("sides").items()),
        members=members,
        quorum=quorum,
        quorum_by_half=by_half,
        majority=table.option("majority", MAJORITIES) or "",
        meets_within_months=table.whole("meets_within_months", required=False),
        term_months=table.whole("term_months", required=False),
        presiding=Presiding(table.option("presiding", list(Presiding)) or Presiding.CHAIR),
        chair_office=table.text("chair_office", required=False),
        deputy_office=table.text("deputy_office", required=False),
        notice_clause=table.text("notice_clause", required=False),
        by_laws_clause=table.text("by_laws_clause", required=False),
        sittings_clause=table.text("sittings_clause", required=False),
        working_groups_clause=table.text("working_groups_clause", required=False),
    )


def _proposals(table: Table) -> Proposals:
    months = table.whole("answer_within_months", required=False)
    return Proposals(clause=table.text("clause", required=False), answer_within_months=1 if months is None else months)


_LOOK = ("size", "small", "table", "table_small", "left", "right", "top", "bottom", "leading", "spacing")


def _look(table: Table) -> Look:
    """Return the measures that the pack sets; the others stay as they are."""
    given = {name: value for name in _LOOK if (value := table.measure(name)) is not None}
    return replace(Look(), **given)  # type: ignore[arg-type]  # all of these are measures


def check_memorandum(data: Mapping[str, object], *, source: str) -> Memorandum:
    """Return the memorandum that `memorandum.toml` describes. Raises `DataError` with every problem."""
    root = read_table(data)
    own, holder, secretariat = root.table("memorandum"), root.table("holder"), root.table("secretariat")
    signatory, accession = root.table("signatory", required=False), root.table("accession")
    withdrawal, publication = root.table("withdrawal", required=False), root.table("publication", required=False)
    force, policy = root.table("entry_into_force", required=False), root.table("signature_policy")
    predecessor = root.table("predecessor", required=False)
    if predecessor.given:
        predecessor.day("date")
        predecessor.text("clause", required=False)
    secretariat.text("clause", required=False)
    own.choice("language", ["lv"])
    if force.given:
        force.choice("counts", ["acceded", "members"])
    look = root.table("look", required=False)
    memorandum = Memorandum(
        title=own.texts("title"),
        name=_body(own.table("name")),
        day=own.day("date"),  # type: ignore[arg-type]  # None only with a problem, which raises below
        number=own.text("number", required=False),
        dative=own.texts("dative"),
        text_file=own.text("text", required=False),
        holder=_body(holder),
        holder_head=_letterhead(holder),
        secretariat=_body(secretariat),
        secretariat_head=_letterhead(secretariat),
        signatory_office=signatory.text("office", required=signatory.given),
        signatory_name=signatory.text("name", required=signatory.given),
        accession_clause=accession.text("clause", required=False),
        accession_mode=AccessionMode(accession.choice("mode", list(AccessionMode))),
        effective=Effective(accession.choice("effective", list(Effective))),
        signing_rights=SigningRights(accession.choice("signing_rights", list(SigningRights))),
        withdrawal_clause=withdrawal.text("clause", required=False),
        publication_clause=publication.text("clause", required=False),
        publication_site=publication.text("site", required=False),
        proposals=_proposals(root.table("proposals", required=False)),
        council=_council(root.table("council", required=False)),
        working_groups=tuple(
            WorkingGroup(name=row.text("name"), genitive=row.text("genitive", required=False))
            for row in root.tables("working_groups")
        ),
        approvers=tuple(
            Approver(
                name=row.text("name"),
                position=row.text("position"),
                organisation=row.text("organisation", required=False),
            )
            for row in root.tables("approvers")
        ),
        predecessor=predecessor.text("title", required=predecessor.given),
        threshold=force.whole("threshold", required=force.given),
        in_force_clause=force.text("clause", required=False),
        signature_policy=policy.text("name"),
        texts=root.mapping("texts") if root.has("texts") else {},
        look=_look(look),
        logo_file=look.text("logo", required=False),
        fonts=look.text("fonts", required=False),
        logo_alt=look.text("logo_alt", required=look.has("logo")),
        logo_height=look.measure("logo_height") or LOGO_HEIGHT,
    )
    problems = root.problems()
    if not memorandum.title:
        problems.append(Problem(path="memorandum.title", message=say("is missing")))
    if problems:
        raise DataError(source, problems)
    return memorandum

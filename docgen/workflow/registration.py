"""What a letter says and a person decides about it, as the registration that goes into the register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError
from docgen.model.decisions import Registration
from docgen.model.events import Evidence, EvidenceKind, instant_from_text
from docgen.model.moments import riga_day
from docgen.model.recognition import Act, RecognisedAs, date_of_letter, day_met, needs_a_day
from docgen.model.text import say
from docgen.register.personal import keep_personal, personal_value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from docgen.database import Connection
    from docgen.model.decisions import Rules
    from docgen.register.intake import Arrival

__all__ = ["Decided", "Said", "chosen_day", "day_of", "registration_of", "said_by_letter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a letter says, or what a person read in one that docgen cannot read: the act, by whom, about the council.

    `kind` is the kind of letter where it is another word than the act (delegation, proposal …).
    """

    act: Act
    organisation: str
    name: str
    kind: str = ""
    wish: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a person decides about an arrival, and what that person adds."""

    by: str
    at: datetime
    why: str = ""
    said: Said | None = None
    effective: date | None = None


def said_by_letter(connection: Connection, arrival: Arrival) -> Said | None:
    """Return what a letter says of itself; None where its page was not held against its data."""
    found = arrival.fields["recognised"]
    if not RecognisedAs(found["as"]).agrees:
        return None
    return Said(
        act=Act(found["act"]),
        organisation=found["organisation"],
        name=found["name"],
        kind=found.get("kind", found["act"]),
        wish=_letter_data(connection, arrival).get("council", {}).get("wish"),
    )


def _letter_data(connection: Connection, arrival: Arrival) -> Mapping[str, Any]:
    kept = personal_value(connection, arrival.fields["letter"]) if "letter" in arrival.fields else None
    return kept or {}


def day_of(connection: Connection, arrival: Arrival, said: Said) -> date:
    """Return the day on which a letter meets the register, as far as it says so itself (`day_met`)."""
    return day_met(said.act, riga_day(arrival.received_at), _letter_data(connection, arrival))


def chosen_day(rules: Rules, arrival: Arrival, said: Said, decision: Decided) -> date | None:
    """Return the day that the person who decides gave; None where the memorandum and the letter give it."""
    day, intake = decision.effective, arrival.intake
    if day is None:
        if needs_a_day(said.kind, rules.mode):
            raise UsageError(
                say("{intake} names a delegate: the organisation accedes when the memorandum is signed", intake=intake),
                say("Say on which day it was signed with: --effective DAY"),
            )
        return None
    if said.act is Act.ACCESSION and rules.mode != "letter":
        if day > riga_day(decision.at):
            raise UsageError(
                say("{day} lies in the future, and an accession counts once it is signed", day=day.isoformat()),
                say("Accept it when the memorandum was signed."),
            )
        return day
    if said.act is Act.WITHDRAWAL and decision.said is not None:
        if day < riga_day(arrival.received_at):
            raise UsageError(
                say("a withdrawal counts from the day of receipt, or from a later one that the letter names"),
                say("Leave out --effective, or give that later day."),
            )
        return day
    raise UsageError(
        say("the day from which {intake} counts is given by the memorandum and the letter", intake=intake),
        say("Leave out --effective."),
    )


def registration_of(
    connection: Connection, rules: Rules, arrival: Arrival, said: Said, *, decision: Decided, chosen: date | None
) -> Registration:
    """Return the registration; contacts and representatives go into the side table, in this transaction."""
    fields, letter = arrival.fields, _letter_data(connection, arrival)
    data: dict[str, Any] = {"name": said.name, "recognised": fields["recognised"]["as"]}
    if said.kind and said.kind != said.act:
        data["kind"] = said.kind
    if "reference" in fields["recognised"]:
        data["reference"] = fields["recognised"]["reference"]
    if "letter" in letter:
        written = {key: letter["letter"][key] for key in ("place", "number") if key in letter["letter"]}
        day = date_of_letter(letter, map(instant_from_text, fields["signed_at"]))
        data["letter"] = written if day is None else {"date": day.isoformat(), **written}
    organisation = letter.get("organisation", {})
    if "legal_address" in organisation:
        data["legal_address"] = organisation["legal_address"]
    if fields["signed_at"]:
        data["signed_at"] = fields["signed_at"]
    data["received_at"] = fields["received_at"]
    contact = {key: letter[key] for key in ("contact", "signatories") if key in letter}
    contact |= {key: organisation[key] for key in ("email", "phone", "e_address") if key in organisation}
    if contact:
        data["personal"] = keep_personal(connection, contact)
    council = letter.get("council", {})
    seat_data: dict[str, Any] = {"name": said.name}
    persons = {key: council[key] for key in ("representative", "substitute") if key in council}
    if persons and (said.act is Act.COUNCIL_NOTICE or said.wish == "yes"):
        seat_data["representation"] = keep_personal(connection, persons)
    if said.wish == "recall":
        seat_data["recalled"] = True
    return Registration(
        act=said.act,
        organisation=said.organisation,
        effective_on=chosen or _effective_on(rules, arrival, said, letter),
        intake=arrival.intake,
        by=decision.by,
        at=decision.at,
        why=decision.why,
        wish=said.wish,
        evidence=(
            Evidence(sha256=fields["sha256"], kind=EvidenceKind.LETTER),
            Evidence(sha256=fields["report"], kind=EvidenceKind.REPORT),
            *(Evidence(sha256=digest, kind=EvidenceKind.MATERIAL) for digest in fields["material"]),
        ),
        data=data,
        seat_data=seat_data,
    )


def _effective_on(rules: Rules, arrival: Arrival, said: Said, letter: Mapping[str, Any]) -> date:
    received = riga_day(arrival.received_at)
    if said.act is Act.ACCESSION and rules.effective == "signed" and arrival.fields["signed_at"]:
        # Several who sign jointly have signed when the last one has (domain.md §6.4).
        return max(riga_day(instant_from_text(moment)) for moment in arrival.fields["signed_at"])
    return day_met(said.act, received, letter)

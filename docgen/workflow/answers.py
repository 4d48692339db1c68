"""What the secretariat answers to an arrival: the data of the right letter, made from the case.

Registered: a receipt, and where it brought the memorandum into force, a notice to each organisation that did. Refused,
or to be refused: a return with every reason. A registered proposal: its answer, once somebody says what was decided.
What the register does not know (who signs, the letter's number) its caller adds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from docgen.database import open_database
from docgen.documents.font import typeface
from docgen.documents.letters import LETTER_SCHEMA
from docgen.errors import UsageError
from docgen.model.certificates import mask_codes
from docgen.model.events import Event, EventType, instant_from_text
from docgen.model.moments import riga_day
from docgen.model.notices import ANSWER, IN_FORCE, PROPOSAL, RECEIPT, RETURN, answer_due, is_proposal
from docgen.model.reasons import Decision, decision_of
from docgen.model.recognition import RecognisedAs, date_of_letter
from docgen.model.replay import effective_events
from docgen.model.return_reasons import sentences_of
from docgen.model.text import Message, say
from docgen.register.personal import personal_value
from docgen.workflow.reading import read_register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from docgen.documents.packs import Pack
    from docgen.register.intake import Arrival
    from docgen.workflow.reading import Book
    from docgen.workspace import Workspace

__all__ = ["Case", "Reply", "completed", "merged", "read_case", "replies"]

# What kind of letter brings an event that does not name the kind itself.
_KINDS = {
    EventType.ACCESSION: "accession",
    EventType.WITHDRAWAL: "withdrawal",
    EventType.COUNCIL_JOINED: "council-notice",
    EventType.COUNCIL_CHANGED: "council-notice",
    EventType.COUNCIL_LEFT: "council-notice",
}
# What a reply can call a letter; any other is just a letter.
_NAMED = frozenset({*_KINDS.values(), "delegation", "power-of-attorney", PROPOSAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An arrival as it stands: what was decided, the events that it brought, its letter's data if they are kept."""

    arrival: Arrival
    book: Book
    decision: Mapping[str, Any] | None
    events: tuple[Event, ...]
    letter: Mapping[str, Any]

    @property
    def registered(self) -> Event | None:
        """The event that registers the letter; None where it is not registered, or where the event is void."""
        recorded = (self.decision or {}).get("events", ())
        # The letter's own event is the first that its registration records; seat and entry into force come after it.
        return next((event for event in self.events if event.seq == min(recorded)), None)

    @property
    def in_force(self) -> Event | None:
        """The entry into force that it brought about."""
        return next((event for event in self.events if event.type is EventType.IN_FORCE), None)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of letters with which it can be answered now, the one that is due first."""
        if self.registered is not None:
            force = (IN_FORCE,) if self.in_force is not None else ()
            answer = (ANSWER,) if is_proposal(self.registered) else ()
            return (RECEIPT, *force, *answer)
        refused = self.decision is not None and self.decision["decision"] == "refuse"
        proposed = self.decision is None and decision_of(self.arrival.reasons) is Decision.REFUSE
        return (RETURN,) if refused or proposed else ()

    def is_addressee(self, kind: str, organisation: str) -> bool:
        """Whether a letter of that kind goes to an organisation; to anybody where the case does not prove to whom."""
        if kind == IN_FORCE:
            return self.in_force is not None and organisation in self.in_force.data.get("organisations", ())
        return self.registered is None or organisation == self.registered.organisation

    @property
    def kind(self) -> str:
        """What kind of letter arrived, as far as somebody stands for it: the page, or a person who read it."""
        found = self.arrival.fields["recognised"]
        if self.registered is not None:
            kind = str(self.registered.data.get("kind") or _KINDS.get(self.registered.type, ""))
        else:
            kind = found.get("kind", found.get("act", "")) if RecognisedAs(found["as"]).agrees else ""
        return kind if kind in _NAMED else "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The data of a letter of the secretariat, as far as the case gives them, and what whoever signs it must know."""

    kind: str
    data: Mapping[str, Any]
    notes: tuple[Message, ...] = field(default=())


def read_case(workspace: Workspace, intake: str, day: date) -> Case:
    """Return an arrival of a register as it stands.

    Raises `UsageError` where there is none of that number, or where its letter is registered under another number.
    """
    book = read_register(workspace, day)
    arrival = next((one for one in book.arrivals if one.intake == intake), None)
    if arrival is None:
        raise UsageError(
            say("there is no intake {intake}", intake=intake), say("See all arrivals with: docgen register list --all")
        )
    decision = book.decisions.get(intake)
    original = (decision or {}).get("duplicate_of") or book.answer(arrival)
    if original is not None:
        raise UsageError(
            say("the letter of {intake} is registered as {original}", intake=intake, original=original),
            say("Answer with: docgen register answer {intake}", intake=original),
        )
    with open_database(workspace.database_url) as database, database.reading() as connection:
        letter = personal_value(connection, arrival.fields["letter"]) if "letter" in arrival.fields else None
    numbers = set((decision or {}).get("events", ()))
    events = tuple(event for event in effective_events(book.events) if event.seq in numbers)
    return Case(arrival=arrival, book=book, decision=decision, events=events, letter=letter or {})


def replies(case: Case, pack: Pack, day: date, *, kind: str | None = None) -> tuple[Reply, ...]:
    """Return what a case is answered with, dated `day`: of one kind where it is asked for, else all that is due.

    Raises `UsageError` where a letter of that kind does not fit the case, or where the case is not decided.
    """
    intake = case.arrival.intake
    if case.registered is None and case.decision is not None and case.decision["decision"] == "accept":
        raise UsageError(
            say("the registration of {intake} is void", intake=intake),
            say("See: docgen register show {intake}", intake=intake),
        )
    if not case.kinds:
        raise UsageError(
            say("{intake} is not decided yet, and docgen did not propose to refuse it", intake=intake),
            say("Decide first: docgen register decide {intake} accept|refuse --by NAME", intake=intake),
        )
    if kind is not None and kind not in case.kinds:
        raise UsageError(
            say("a letter of the kind “{kind}” does not fit {intake}", kind=kind, intake=intake),
            say("It can be answered with: {kinds}.", kinds=", ".join(case.kinds)),
        )
    asked = (kind,) if kind is not None else tuple(one for one in case.kinds if one != ANSWER)
    return tuple(reply for one in asked for reply in _MAKERS[one](case, pack, day))


def completed(due: Sequence[Reply], more: Mapping[str, Any]) -> tuple[Reply, ...]:
    """Return letters with what somebody adds: tables of a letter, and `datives`, names by registration number.

    Raises `UsageError` where one addressee would become that of several letters.
    """
    tables = {key: value for key, value in more.items() if key != "datives"}
    numbers = {one.data["organisation"].get("registration_number") for one in due}
    if len(numbers) > 1 and "organisation" in tables:
        raise UsageError(
            say("these letters go to several organisations, and the data name one"),
            say('Leave out [organisation]; a name in the dative stands in [datives], as in: 40008999902 = "…"'),
        )
    datives = more.get("datives", {})
    if not isinstance(datives, dict):
        raise UsageError(say("[datives] is a table of names by registration number"))
    return tuple(replace(one, data=merged(_declined(one.data, datives), tables)) for one in due)


def _declined(data: Mapping[str, Any], datives: Mapping[str, Any]) -> Mapping[str, Any]:
    dative = datives.get(str(data["organisation"].get("registration_number")))
    return data if dative is None else merged(data, {"organisation": {"name_dative": dative}})


def merged(data: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return data with what somebody adds or says otherwise: tables key by key, lists as a whole."""
    whole = dict(data)
    for key, value in more.items():
        below = whole.get(key)
        whole[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return whole


def _data(case: Case, day: date) -> dict[str, Any]:
    day_of_letter = date_of_letter(case.letter, map(instant_from_text, case.arrival.fields["signed_at"]))
    arrived = {
        "letter_date": day_of_letter and day_of_letter.isoformat(),
        "letter_number": case.letter.get("letter", {}).get("number"),
    }
    return {
        "schema": LETTER_SCHEMA,
        "letter": {"date": day.isoformat()},
        "organisation": _addressee(case),
        "case": {
            "intake": case.arrival.intake,
            "received": riga_day(case.arrival.received_at).isoformat(),
            "act": case.kind,
            **{key: value for key, value in arrived.items() if value},
        },
    }


def _addressee(case: Case) -> dict[str, Any]:
    """Return who is written to: whom the register or the page names, else whom the file claims to be by."""
    found = case.arrival.fields["recognised"]
    event = case.registered
    number = found.get("organisation") if event is None else event.organisation
    name = found.get("name") if event is None else case.book.state.names.get(number or "") or event.data.get("name")
    written = case.letter.get("organisation", {})
    reached = {key: written.get(key) for key in ("email", "e_address")}
    known = {"name": name, "registration_number": number, **reached}
    return {key: value for key, value in known.items() if value}


def _receipt(case: Case, pack: Pack, day: date) -> Iterator[Reply]:
    event = case.registered
    assert event is not None
    data = _data(case, day)
    if event.type is not EventType.LETTER_FILED:
        data["case"]["effective"] = event.effective_on.isoformat()
    if is_proposal(event):
        months = pack.memorandum.proposals.answer_within_months
        data["case"]["answer_due"] = answer_due(event, months).isoformat()
    yield Reply(kind=RECEIPT, data=data)


def _return(case: Case, pack: Pack, day: date) -> Iterator[Reply]:
    face = typeface(pack.look.fonts)
    found = [
        {"text": text, "remedy": remedy}
        for text, remedy in sentences_of(case.arrival.reasons, lambda name: not face.missing(name))
    ]
    why = str((case.decision or {}).get("why", ""))
    if decision_of(case.arrival.reasons) is not Decision.REFUSE and why:
        # docgen did not propose to refuse it: the reason is that of the person who did.
        found.insert(0, {"text": _sentence(mask_codes(why))})
    data = {**_data(case, day), "reasons": found}
    proved = RecognisedAs(case.arrival.fields["recognised"]["as"]).agrees
    note = say("What {intake} says was not proved: check the addressee before you sign.", intake=case.arrival.intake)
    yield Reply(kind=RETURN, data=data, notes=() if proved else (note,))


def _sentence(text: str) -> str:
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."


def _in_force(case: Case, _pack: Pack, day: date) -> Iterator[Reply]:
    event, book = case.in_force, case.book
    assert event is not None
    numbers = [str(number) for number in event.data.get("organisations", ())]
    force = {
        "day": event.effective_on.isoformat(),
        "organisations": [book.state.names.get(number, number) for number in numbers],
    }
    for number in numbers:
        # The newest letter of the organisation says where it is reached; one that is void says nothing.
        told = [one.data["personal"] for one in book.standing_of(number) if "personal" in one.data]
        told_last = book.personal.get(told[-1], {}) if told else {}
        reached = {key: told_last[key] for key in ("email", "e_address") if key in told_last}
        organisation = {"name": book.state.names.get(number, number), "registration_number": number}
        yield Reply(
            kind=IN_FORCE,
            data={
                "schema": LETTER_SCHEMA,
                "letter": {"date": day.isoformat()},
                "organisation": {**organisation, **reached},
                "force": force,
            },
        )


def _answer(case: Case, _pack: Pack, day: date) -> Iterator[Reply]:
    data = _data(case, day)
    subject = case.letter.get("proposal", {}).get("subject")
    yield Reply(kind=ANSWER, data={**data, **({"answer": {"subject": subject}} if subject else {})})


_MAKERS: Mapping[str, Callable[[Case, Pack, date], Iterator[Reply]]] = {
    RECEIPT: _receipt,
    RETURN: _return,
    IN_FORCE: _in_force,
    ANSWER: _answer,
}

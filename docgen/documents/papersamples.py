"""Papers of invented sittings and plans, with which the templates of papers are tried: some with all that may be given.

The sitting is one of the pack's own council; a pack without a council has no papers of a sitting.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from itertools import count
from typing import TYPE_CHECKING

from docgen.documents.agendas import agenda_paper, invitation_paper
from docgen.documents.environment import NOT_GIVEN
from docgen.documents.extracts import extract_paper
from docgen.documents.minutes import minutes_paper
from docgen.documents.sittings import read_sitting
from docgen.documents.workplans import read_workplan, review_paper, workplan_paper
from docgen.model.moments import RIGA
from docgen.model.sitting import GUEST, SCHEMA, Certification, Form
from docgen.model.workplan import SCHEMA as PLAN_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from docgen.documents.packs import Pack
    from docgen.documents.papers import Paper
    from docgen.model.sitting import Sitting
    from docgen.model.workplan import WorkPlan

__all__ = ["PAPER_KINDS", "printable_names", "sample_papers"]

_SOURCE = "sample"
_DAY, _NEXT, _APPROVED = date(2027, 1, 28), date(2027, 6, 10), date(2027, 6, 11)
_YEAR = 2027
_LATER = date(2028, 1, 31)
_PERSON = {"name": "Anna Bērziņa", "position": "valdes priekšsēdētāja", "organisation": 'biedrība "Drošā pilsēta"'}
_OTHER = {"name": "Jānis Ozols"}


def sample_papers(kind: str, pack: Pack) -> list[Paper]:
    """Return papers of a kind, the first of them with all that may be given; none where the pack has no such paper."""
    return list(_SAMPLES[kind](pack)) if kind in _SAMPLES else []


def printable_names(kind: str, pack: Pack) -> dict[str, str | int | date]:
    """Return what the templates of a kind of papers may print: names (`items[].title`), each with an example.

    Tables and lists are not printed themselves; what no sample gives stands with an empty text.
    """
    names: dict[str, str | int | date] = {}
    for paper in sample_papers(kind, pack):
        for name, value in _leaves(paper.all_values, ""):
            if name not in names or names[name] == "":
                names[name] = value
    tables = {name[: place.start()] for name in names for place in re.finditer(r"\[\]|\.", name)}
    return {name: names[name] for name in sorted(names) if name not in tables}


def _leaves(value: object, name: str) -> Iterator[tuple[str, str | int | date]]:
    if isinstance(value, dict) and NOT_GIVEN not in value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        for inner in value or ("",):
            yield from _leaves(inner, f"{name}[]")
    else:
        yield name, value if isinstance(value, str | int | date) else ""


def _invitations(pack: Pack) -> Iterable[Paper]:
    return (invitation_paper(sitting, pack, source=_SOURCE) for sitting in _sittings(pack))


def _extracts(pack: Pack) -> Iterable[Paper]:
    return (extract_paper(sitting, pack, [2], _certification()) for sitting in _sittings(pack, approved=True))


_SAMPLES: Mapping[str, Callable[[Pack], Iterable[Paper]]] = {
    "agenda": lambda pack: (agenda_paper(sitting, pack) for sitting in _sittings(pack)),
    "extract": _extracts,
    "invitation": _invitations,
    "minutes": lambda pack: (minutes_paper(sitting, pack) for sitting in _sittings(pack)),
    "workplan": lambda pack: (workplan_paper(plan, pack) for plan in _plans(pack)),
    "workplan-review": lambda pack: (review_paper(plan, pack, _YEAR, day=_LATER) for plan in _plans(pack)),
}
PAPER_KINDS = tuple(_SAMPLES)


def _sittings(pack: Pack, *, approved: bool = False) -> Iterable[Sitting]:
    """Yield one with everything, a small one of each form, one approved by a document; `approved`: all of them are."""
    council = pack.memorandum.council
    if council is None:
        return
    sides = [side for side, _ in council.sides]
    yield read_sitting(_full(sides), pack, source=_SOURCE)
    for form in Form:
        yield read_sitting(_small(sides, form, approved=approved), pack, source=_SOURCE)
    by_document = {**_small(sides, Form.IN_PERSON, approved=True), "approval": _by_document()}
    yield read_sitting(by_document, pack, source=_SOURCE)


def _full(sides: list[str]) -> Mapping[str, object]:
    attendance = [
        {**_PERSON, "name": f"{name} {surname}", "side": side, "voice": voice, "present": present, **more}
        for side, surname in zip(sides, _surnames(), strict=False)
        for name, voice, present, more in (
            ("Līga", "vote", True, {"remote": True, "substitute_for": f"Zane {surname}"}),
            ("Ilze", "advisory", True, {}),
            ("Dace", "vote", False, {"reason": "komandējums"}),
        )
    ]
    votes = {"for": 1, "against": 0, "abstained": 0, "for_names": ["A. Bērziņa"]}
    decisions = [
        {"text": "Sagatavot pārskatu.", "responsible": "sekretariāts", "deadline": date(2027, 3, 1), "votes": votes},
        {"text": "Pieņemt zināšanai."},
    ]
    item = {
        "reporters": ["A. Bērziņa", "J. Ozols"],
        "invited": ["L. Kalna", "J. Ozols"],
        "materials": ["prezentācija", "pārskats"],
        "speakers": ["J. Ozols"],
        "summary": "Sekretariāts informē.\n\nDalībnieki vienojas.",
        "decisions": decisions,
    }
    return {
        **_small(sides, Form.HYBRID, approved=True),
        "sitting": {
            "number": "2",
            "date": _DAY,
            "begins": time(11, 0),
            "ends": time(12, 40),
            "place": "Rīgā",
            "venue": "Parauga iela 1",
            "form": Form.HYBRID.value,
            "means": "tiešsaistē",
            "link": "https://sede.example/",
            "status": "approved",
        },
        "chair": {**_PERSON, "office": "chair"},
        "minute_taker": _PERSON,
        "convened": {"by": "Sekretariāts", "on": date(2027, 1, 14), "how": "uz e-adresēm"},
        "invitation": {
            "date": date(2027, 1, 14),
            "number": "1-5/7",
            "to": ["Biedrībai", "Nodibinājumam"],
            "reply_by": date(2027, 1, 25),
            "signatory": _PERSON,
        },
        "contact": {**_OTHER, "position": "referents", "phone": "+371 60000003", "email": "padome@iestade.example"},
        "attendance": [*attendance, {**_PERSON, "side": GUEST, "voice": "none"}],
        "items": [
            {"number": 1, "kind": "information", "title": "Par aktualitātēm", **item},
            {"number": 2, "kind": "decision", "title": "Par gaitu", **item},
            {"number": 3, "kind": "decision", "title": "Par plānu"},
        ],
        "working_groups": [
            {"name": "Darba grupa", "task": "sagatavot projektu.", "item": 2, "head": _PERSON, "members": [_PERSON]},
            {"name": "Otra darba grupa"},
        ],
        "annexes": [{"title": "Prezentācija", "pages": 12}, {"title": "Pārskats"}],
        "separate_opinions": [{"name": "Anna Bērziņa", "item": 2, "text": "Par īsu."}],
        "next": {"date": _NEXT, "note": "Vieta tiks paziņota."},
        "approval": {"on": _APPROVED, "by": ["priekšsēdētāja"], "approvers": [{**_PERSON}]},
        "original": {"electronic": True, "time_stamp": datetime(2027, 6, 11, 10, 15, tzinfo=RIGA)},
    }


def _surnames() -> Iterator[str]:
    """Yield names that nobody is listed under twice, however many sides a council has."""
    for number in count():
        for name in ("Kalniņa", "Liepa", "Priede", "Egle"):
            yield name if number == 0 else f"{name}-{number}"


def _small(sides: list[str], form: Form, *, approved: bool) -> Mapping[str, object]:
    approval = {"approval": {"on": _APPROVED, "by": ["priekšsēdētāja"]}} if approved else {}
    return {
        "schema": SCHEMA,
        "sitting": {
            "number": "1",
            "date": _DAY,
            "form": form.value,
            "status": "approved" if approved else "draft",
        },
        "chair": {**_OTHER, "office": "other"},
        "minute_taker": _OTHER,
        "invitation": {"date": date(2027, 1, 14)},
        "attendance": [{**_OTHER, "side": sides[-1], "voice": "vote"}],
        "items": [
            {"number": 1, "kind": "decision", "title": "Par darba kārtību"},
            {"number": 2, "kind": "other", "title": "Dažādi"},
        ],
        **approval,
    }


def _by_document() -> Mapping[str, object]:
    return {"document": {"author": "Iestādes", "kind": "rīkojums", "date": _APPROVED, "number": "1-12/5"}}


def _certification() -> Certification:
    return Certification(organisation="Iestāde", position="referents", name="Jānis Ozols", day=_APPROVED)


def _plans(pack: Pack) -> Iterable[WorkPlan]:
    """Yield a plan with everything, one with little, one of which all is done, and one that a document approved."""
    approved = {**_full_plan(), "approval": _by_document()}
    del approved["footnote"]
    for data in (_full_plan(), _small_plan(), _small_plan(status="done"), approved):
        yield read_workplan(data, pack, source=_SOURCE)


def _full_plan() -> Mapping[str, object]:
    measure = {
        "title": "Pilnveidot ziņošanu",
        "tasks": ["apkopot praksi;", "izstrādāt veidlapu."],
        "results": ["Sagatavota veidlapa.", "Notikušas mācības."],
        "responsible": ["sekretariāts", 'biedrība "Drošā pilsēta"'],
        "status": "under-way",
        "reviews": [{"year": _YEAR, "status": "under-way", "text": "Apkopota prakse.\n\nVeidlapa top."}],
    }
    return {
        **_small_plan(),
        "goals_lead": "Mērķi:",
        "goals": ["Sekmēt līdzdalību;", "uzlabot informācijas apmaiņu."],
        "preamble": "Plānu pārskata reizi gadā.",
        "footnote": "Dokuments ir parakstīts",
        "plan": {
            "title": "Darba plāns",
            "noun": "plāns",
            "period": {"from": _YEAR, "to": _YEAR + 1},
            "status": "approved",
        },
        "approval": {
            "body": "Padomes",
            "sitting": _DAY,
            "approvers": [{"name": "A. Bērziņa", "position": "vadītāja", "organisation": "Iestāde"}],
        },
        "measures": [
            {"number": 1, **measure, "deadline": date(_YEAR, 6, 1)},
            {"number": 2, **measure, "deadline": date(_YEAR + 1, 6, 1)},
            {"number": 3, "title": "Rīkot mācības"},
        ],
    }


def _small_plan(**more: str) -> Mapping[str, object]:
    return {
        "schema": PLAN_SCHEMA,
        "plan": {"title": "Darba plāns", "period": {"from": _YEAR, "to": _YEAR + 1}, "status": "draft"},
        "measures": [{"number": 1, "title": "Rīkot mācības", **more}],
    }

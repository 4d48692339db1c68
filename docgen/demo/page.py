"""The demonstration's page: Latvian, one HTML file beside its pictures, nothing loaded from a network.

Everything on it comes from what the steps returned (`Told`) or from the files that they wrote. Values are escaped by
the template.
"""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from docgen import __version__
from docgen.clock import made_at
from docgen.demo.cast import CLERK, HOLDER, NGOS, Flaw
from docgen.demo.folder import MARKER
from docgen.demo.images import page_pictures
from docgen.documents.packs import load_pack
from docgen.edition.deep_reports import deep_to_text
from docgen.files import write_new
from docgen.messages import Language, render
from docgen.model.events import EventType
from docgen.model.moments import RIGA, riga_day
from docgen.model.reasons import Decision, Verdict
from docgen.model.report import SignatureKind
from docgen.workspace import pack_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from docgen.demo.told import Played, Told
    from docgen.edition.deep import DeepReport
    from docgen.model.events import Event
    from docgen.model.text import Message

__all__ = ["write_page"]

_ACTS = {
    "accession": "Pievienošanās vēstule",
    "council-notice": "Paziņojums par dalību padomē",
    "withdrawal": "Izstāšanās vēstule",
}
_EVENTS = {
    "accession": "pievienojas memorandam",
    "withdrawal": "izstājas no memoranda",
    "council-joined": "piedalās padomē",
    "in-force": "memorands stājas spēkā",
    "predecessor-lapsed": "iepriekšējais memorands zaudē spēku",
    "edition-issued": "izdota oficiālā kopija",
    "notice-sent": "nosūtīta atbilde",
    "sitting-held": "padomes sēde",
    "decision-taken": "padomes lēmums",
}
_ANSWERS = {"receipt": "Paziņojums par saņemšanu un reģistrāciju", "return": "Vēstules atdošana precizēšanai"}
_OUTCOMES = {
    "accept": ("good", "Reģistrēta"),
    "refuse": ("bad", "Atdota ar pamatojumu"),
    "duplicate": ("wait", "Jau reģistrēta"),
}
# The code stands beside the word: it is what reports, exit codes and the documentation speak of.
_VERDICTS = {
    Verdict.PASSED: "kārtībā (PASSED)",
    Verdict.FAILED: "nav kārtībā (FAILED)",
    Verdict.INDETERMINATE: "rezultāts nav nosakāms (INDETERMINATE)",
}
_PROPOSALS = {
    Decision.ACCEPT: "reģistrēt (ACCEPT)",
    Decision.REVIEW: "izskatīt (REVIEW)",
    Decision.REFUSE: "atdot (REFUSE)",
}
_GROUPS = (
    ("output/editions", "Oficiālā kopija"),
    ("output/changed", "Mainītā kopija"),
    ("output/sent", "Vēstules, kā tās saņemtas"),
    ("output/answers", "Sekretariāta atbildes"),
    ("output/letters", "Ar docgen sagatavotās vēstules un to dati"),
    ("output/sittings", "Padomes sēde"),
    ("output/reports", "Pārbaudes ziņojumi"),
    ("signed", "Pierādījumi pēc kontrolsummas"),
    ("trust", "Uzticamie sertifikāti"),
    ("output/images", "Lappušu attēli"),
)


def write_page(told: Told) -> Path:
    """Write `index.html` and its pictures into the demonstration's folder and return the page's path."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    )
    page = told.workspace.folder / "index.html"
    pictures = list(_pictures(told))
    text = environment.get_template("page.html").render(**_values(told), pictures=pictures, groups=_groups(told))
    write_new(page, text.encode())
    return page


def _values(told: Told) -> dict[str, Any]:
    state, made = told.book.state, made_at()
    memorandum = load_pack(pack_folder(None, told.workspace.pack or "")).memorandum
    in_force = state.in_force
    counts = [played.decision for played in told.played]
    facts = [
        ("saņemtas vēstules", str(len(told.played))),
        ("reģistrētas", str(counts.count("accept"))),
        ("atdotas ar pamatojumu", str(counts.count("refuse"))),
        ("memorands spēkā no", "–" if in_force is None else _numeric(in_force.day)),
        ("dalībnieki stāsta beigās", str(len(state.members))),
        ("pierādījumi kopijā", str(told.issued.originals)),
    ]
    return {
        "memorandum": " ".join(_without_capitals(line) for line in memorandum.title),
        "version": __version__,
        "made": f"{made.astimezone(RIGA):%d.%m.%Y. plkst. %H.%M}",
        "first_day": _numeric(told.first_day),
        "as_of": _numeric(told.book.as_of),
        "policy": told.policy,
        "facts": [{"label": label, "value": value} for label, value in facts],
        "days": _days(told),
        "events": [_event(event) for event in told.book.events],
        "members": _members(told),
        "audit": f"Reģistra un pierādījumu pārbaude (docgen register audit): notikumi – {told.audit.events}, "
        f"saņemšanas ieraksti – {told.audit.arrivals}, datnes – {told.audit.files}; neatbilstību nav."
        if not told.audit.findings
        else "Reģistra pārbaudē ir atrastas neatbilstības.",
        "edition": _edition(told),
        "changed": _changed(told),
        "example": told.played[0].files.sent.name,
    }


def _without_capitals(line: str) -> str:
    """Return a line of a title as it stands within a sentence: what is set in capitals on a title page is not there."""
    return line.lower() if line.isupper() else line


def _numeric(day: date) -> str:
    return f"{day:%d.%m.%Y}."


def _lv(message: Message) -> str:
    return render(message, Language.LV)


def _href(told: Told, path: Path) -> str:
    return quote(path.relative_to(told.workspace.folder).as_posix())


def _file(told: Told, path: Path, label: str) -> dict[str, str]:
    return {"href": _href(told, path), "label": label}


def _days(told: Told) -> list[dict[str, Any]]:
    return [
        {"day": _numeric(day), "letters": [_letter(told, played) for played in letters]}
        for day, letters in groupby(told.played, key=_received_on)
    ]


def _received_on(played: Played) -> date:
    assert played.received.arrival is not None
    return riga_day(played.received.arrival.received_at)


def _letter(told: Told, played: Played) -> dict[str, Any]:
    ngo, report = NGOS[played.scene.ngo], played.received.report
    tone, outcome = _OUTCOMES[played.decision]
    files = played.files
    return {
        "intake": played.received.intake,
        "act": _ACTS[played.scene.act],
        "name": ngo.name,
        "number": ngo.number,
        "tone": tone,
        "outcome": outcome,
        "tells": _lv(played.scene.tells),
        "verdict": _VERDICTS[report.verdict],
        "proposal": "" if report.decision is None else _PROPOSALS[report.decision],
        "decided_by": "" if played.decision == "duplicate" else CLERK,
        "signatures": list(_signatures(played)),
        "reasons": [
            {
                "code": reason.code.value,
                "message": _lv(reason.message),
                "hint": "" if reason.hint is None else _lv(reason.hint),
            }
            for reason in report.reasons
        ],
        "files": [
            _file(told, files.sent, "saņemtais PDF"),
            _file(told, played.report, "pārbaudes ziņojums"),
            _file(told, files.pdf, "sagatavotais PDF"),
            _file(told, files.docx, "DOCX"),
            _file(told, files.data, "vēstules dati"),
            *([] if played.answer is None else [_file(told, played.answer.sent, "nosūtītā atbilde")]),
        ],
    }


def _signatures(played: Played) -> Iterator[str]:
    for signature in played.received.report.signatures:
        if signature.kind is SignatureKind.DOCUMENT_TIMESTAMP:
            continue
        proven = (
            "laiks nav pierādīts"
            if signature.proven_time is None
            else f"pierādītais laiks {signature.proven_time.astimezone(RIGA):%d.%m.%Y. %H:%M:%S}"
        )
        parts = ["Parakstīja " + (signature.signed_by or "–"), signature.level, signature.indication.value, proven]
        yield " · ".join(part for part in parts if part)


def _event(event: Event) -> dict[str, Any]:
    name = str(event.data.get("name", ""))
    if event.type in {EventType.SITTING_HELD, EventType.DECISION_TAKEN}:
        name = " ".join(str(event.data[key]) for key in ("number", "label", "text") if key in event.data)
    return {
        "seq": event.seq,
        "day": _numeric(event.effective_on),
        "what": _EVENTS[event.type.value],
        "force": event.type.value == "in-force",
        "who": f"{name}, {event.organisation}" if name and event.organisation else name,
        "intake": event.intake or event.data.get("intake", ""),
        "by": event.by,
        "hash": event.hash[:12],
    }


def _members(told: Told) -> list[dict[str, str]]:
    seats = {seat.accession: seat for seat in told.book.state.seats}
    rows = []
    for row in told.book.state.memberships:
        seat = seats.get(row.accession)
        rows.append(
            {
                "name": row.name,
                "number": row.organisation,
                "acceded": _numeric(row.acceded_on),
                "withdrawn": "" if row.withdrawn_on is None else _numeric(row.withdrawn_on),
                "council": "" if seat is None or not seat.current else f"no {_numeric(seat.joined_on)}",
            }
        )
    return rows


def _report(deep: DeepReport) -> str:
    return deep_to_text(deep, Language.LV)


def _edition(told: Told) -> dict[str, Any]:
    issued = told.issued
    report = told.workspace.output / "reports" / f"{issued.path.stem}.txt"
    return {
        "title": f"{issued.number}. izdevums, stāvoklis {_numeric(issued.as_of)}",
        "verdict": _VERDICTS[told.deep.verdict],
        "sealed_by": HOLDER,
        "level": next(signature.level for signature in told.deep.edition.signatures if signature.level),
        "length": issued.length,
        "sha256": issued.sha256,
        "report": _report(told.deep),
        "path": issued.path.relative_to(told.workspace.folder).as_posix(),
        "files": [_file(told, issued.path, "oficiālā kopija (PDF)"), _file(told, report, "pārbaudes ziņojums")],
    }


def _changed(told: Told) -> dict[str, Any]:
    changed = told.changed
    report = told.workspace.output / "reports" / f"{changed.path.stem}.txt"
    return {
        "verdict": _VERDICTS[changed.deep.verdict],
        "offset": changed.offset + 1,
        "report": _report(changed.deep),
        "path": changed.path.relative_to(told.workspace.folder).as_posix(),
        "files": [_file(told, changed.path, "mainītā kopija (PDF)"), _file(told, report, "pārbaudes ziņojums")],
    }


def _pictures(told: Told) -> Iterator[dict[str, Any]]:
    by_flaw = {played.scene.flaw: played for played in told.played if played.scene.flaw is not Flaw.NONE}
    in_order = [played for played in told.played if played.scene.flaw is Flaw.NONE]
    joint = next(played for played in in_order if len(NGOS[played.scene.ngo].signatories) > 1)
    chosen = [(in_order[0], ""), (joint, ""), (by_flaw[Flaw.ALTERED], "pēc parakstīšanas aizkrāsota rinda")]
    chosen += [(next(one for one in in_order if one.scene.act == act), "") for act in ("council-notice", "withdrawal")]
    for played, note in chosen:
        what = f"{_ACTS[played.scene.act]}: {NGOS[played.scene.ngo].name}" + (f" ({note})" if note else "")
        yield from _pages(told, played.files.sent, what, pages=1)
    for played in told.played:
        if played.answer is not None:
            what = f"{_ANSWERS[played.answer.kind]}: {NGOS[played.scene.ngo].name}"
            yield from _pages(told, played.answer.sent, what, pages=1)
    yield from _pages(told, told.minutes[0], "Padomes sēdes protokols, parakstīts", pages=1)
    yield from _pages(told, told.issued.path, f"Oficiālā kopija, {told.issued.number}. izdevums", pages=8)


def _pages(told: Told, path: Path, what: str, *, pages: int) -> Iterator[dict[str, Any]]:
    for number, (width, height, png) in enumerate(page_pictures(path.read_bytes(), pages=pages), start=1):
        picture = told.workspace.output / "images" / f"{path.stem}-{number}.png"
        write_new(picture, png)
        caption = what if pages == 1 else f"{what}, {number}. lappuse"
        yield {
            "href": _href(told, picture),
            "file": _href(told, path),
            "width": width,
            "height": height,
            "alt": f"Lappuses attēls: {caption}",
            "caption": caption,
        }


def _groups(told: Told) -> list[dict[str, Any]]:
    """Return every file of the folder, in groups; what belongs to none of them comes last."""
    folder = told.workspace.folder
    every = sorted(Path(place) / name for place, _, names in os.walk(folder) for name in names)
    left = [path for path in every if path.name not in {MARKER, "index.html"} and "keys" not in path.parts]
    groups = []
    for under, title in _GROUPS:
        inside = [path for path in left if path.is_relative_to(folder / under)]
        left = [path for path in left if path not in inside]
        groups.append((title, inside))
    groups.append(("Reģistrs un iestatījumi", left))
    return [
        {
            "title": title,
            "files": [
                {**_file(told, path, path.relative_to(folder).as_posix()), "size": path.stat().st_size}
                for path in paths
            ],
        }
        for title, paths in groups
        if paths
    ]

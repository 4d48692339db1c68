"""The readable pages of an edition: a `Document` made from its manifest and events, in Latvian (domain.md §5.3 G)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from docgen.model.blocks import (
    Align,
    Centered,
    Clauses,
    Column,
    Document,
    Heading,
    Look,
    PageBreak,
    Paragraph,
    RightAligned,
    SmallPrint,
    StatusLine,
    Table,
    cell,
    plain,
)
from docgen.model.blocks import Clause as ClauseBlock
from docgen.model.certificates import mask_codes
from docgen.model.events import EventType, EvidenceKind
from docgen.model.latvian import date_numeric
from docgen.model.moments import RIGA, riga_day
from docgen.model.spacing import no_break

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from docgen.edition.manifest import AnnexRow, Clause, Manifest, Original
    from docgen.model.blocks import Block, Cell
    from docgen.model.events import Event

__all__ = ["edition_document"]

# "uz 2024. gada 1. martu": the month in the accusative.
_MONTHS = (
    "janvāri",
    "februāri",
    "martu",
    "aprīli",
    "maiju",
    "jūniju",
    "jūliju",
    "augustu",
    "septembri",
    "oktobri",
    "novembri",
    "decembri",
)
_NBSP = "\u00a0"
# Wide enough for a whole digest in one line of the third annex.
_LOOK = Look(left=20, right=11)

_EVENTS = {
    EventType.ACCESSION: "pievienošanās",
    EventType.WITHDRAWAL: "izstāšanās",
    EventType.COUNCIL_JOINED: "uzsākta dalība padomē",
    EventType.COUNCIL_CHANGED: "mainīts pārstāvis padomē",
    EventType.COUNCIL_LEFT: "izbeigta dalība padomē",
    EventType.RENAMED: "mainīts nosaukums",
    EventType.SUCCEEDED: "tiesību pārņemšana",
    EventType.CEASED: "organizācija izslēgta no reģistra",
    EventType.IN_FORCE: "memorands stājas spēkā",
    EventType.PREDECESSOR_LAPSED: "iepriekšējais memorands zaudē spēku",
    EventType.SITTING_HELD: "padomes sēde",
    EventType.DECISION_TAKEN: "padomes lēmums",
    EventType.BY_LAWS_APPROVED: "apstiprināts nolikums",
    EventType.EDITION_ISSUED: "izdota oficiālā kopija",
    EventType.NOTICE_SENT: "nosūtīts paziņojums",
    EventType.LETTER_FILED: "reģistrēta vēstule",
    EventType.CORRECTION: "labojums",
}
_KINDS = {
    EvidenceKind.LETTER: "vēstule",
    EvidenceKind.REPORT: "pārbaudes ziņojums",
    EvidenceKind.MATERIAL: "pārbaudes dati",
    EvidenceKind.BY_LAWS: "nolikums",
    EvidenceKind.SCAN: "skenēta kopija",
    EvidenceKind.MINUTES: "sēdes protokols",
    EvidenceKind.NOTICE: "paziņojums",
}


def edition_document(manifest: Manifest, events: Sequence[Event]) -> Document:
    """Return the pages. The same manifest and events give the same document."""
    memorandum = manifest.memorandum
    blocks: list[Block] = [
        StatusLine(lines=(plain(f"Informatīvs apkopojums uz {_day_to(manifest.as_of)}"),)),
        SmallPrint(lines=tuple(plain(line) for line in _identity(manifest, events))),
        Heading(text=plain(no_break(" ".join(memorandum.title)))),
        Paragraph(text=plain(_reference(manifest))),
        *(Paragraph(text=plain(no_break(text))) for text in memorandum.preamble),
        Clauses(clauses=tuple(_clause(clause) for clause in memorandum.clauses)),
        *_closing(memorandum.closing),
        Centered(lines=(plain("ŠIS DOKUMENTS IR APZĪMOGOTS ELEKTRONISKI UN SATUR LAIKA ZĪMOGU"),)),
        *_annex(manifest),
        *_event_table(manifest, events),
        *_evidence_table(manifest),
    ]
    return Document(
        title=f"{' '.join(memorandum.title)}: oficiālā kopija, izdevums Nr.{_NBSP}{manifest.number}",
        date=riga_day(manifest.issued_at),
        blocks=tuple(blocks),
        look=_LOOK,
    )


def _identity(manifest: Manifest, events: Sequence[Event]) -> Iterable[str]:
    issued = manifest.issued_at.astimezone(RIGA)
    yield f"Izdevums Nr.{_NBSP}{manifest.number}, izdots {date_numeric(issued.date())} plkst.{_NBSP}{issued:%H.%M}"
    yield f"Apzīmogo: {manifest.sealed_by}"
    before = manifest.predecessor
    if before is None:
        yield "Iepriekšējā izdevuma nav"
    else:
        yield f"Iepriekšējais izdevums: Nr.{_NBSP}{before.number}, {before.length} baiti, SHA-256 {before.sha256}"
    if manifest.head is None:
        yield "Reģistrā notikumu nav"
    else:
        yield f"Reģistra pēdējais notikums: Nr.{_NBSP}{events[-1].seq}, SHA-256 {manifest.head}"


def _reference(manifest: Manifest) -> str:
    memorandum = manifest.memorandum
    text = (
        f"Memoranda teksts, {date_numeric(memorandum.day)} Nr.{_NBSP}{memorandum.number}, "
        f"sakrīt ar glabātā oriģināla tekstu, SHA-256 {memorandum.sha256}."
    )
    if manifest.in_force is not None:
        text += f" Memorands ir spēkā no {date_numeric(manifest.in_force)}"
    return text


def _clause(clause: Clause) -> ClauseBlock:
    return ClauseBlock(
        label=clause.label, text=plain(no_break(clause.text)), clauses=tuple(_clause(below) for below in clause.clauses)
    )


def _annex_head(manifest: Manifest, number: int, title: str) -> tuple[Block, ...]:
    lines = (f"{number}. pielikums", *manifest.memorandum.annexed_to)
    return (
        PageBreak(),
        RightAligned(lines=tuple(plain(no_break(line)) for line in lines)),
        Heading(text=plain(title), level=2),
    )


def _columns(*columns: tuple[str, float]) -> tuple[Column, ...]:
    return tuple(Column(header=plain(header), width=width) for header, width in columns)


def _annex(manifest: Manifest) -> tuple[Block, ...]:
    head = _annex_head(manifest, 1, f"Memorandam pievienojušās organizācijas uz {_day_to(manifest.as_of)}")
    if not manifest.annex:
        return (*head, Paragraph(text=plain("Memorandam nav pievienojusies neviena organizācija.")))
    columns = (
        Column(header=plain("Nr. p. k."), width=10, align=Align.RIGHT),
        *_columns(
            ("Nosaukums", 56),
            ("Reģistrācijas numurs", 26),
            ("Pievienošanās datums", 26),
            ("Izstāšanās datums", 22),
            ("Dalība padomē", 26),
        ),
    )
    return (*head, Table(columns=columns, rows=tuple(_annex_row(row) for row in manifest.annex), small=True))


def _annex_row(row: AnnexRow) -> tuple[Cell, ...]:
    return (
        cell(f"{row.number}."),
        cell(row.name),
        cell(row.registration_number),
        cell(date_numeric(row.acceded_on)),
        cell(date_numeric(row.withdrawn_on) if row.withdrawn_on else "–"),
        cell(*_council(row)),
    )


def _council(row: AnnexRow) -> tuple[str, ...]:
    if row.council_from is None:
        return ("–",)
    if row.council_until is None:
        return (f"no {date_numeric(row.council_from)}",)
    return f"no {date_numeric(row.council_from)}", f"līdz {date_numeric(row.council_until)}"


def _event_table(manifest: Manifest, events: Sequence[Event]) -> tuple[Block, ...]:
    head = _annex_head(manifest, 2, "Reģistra notikumi")
    if not events:
        return (*head, Paragraph(text=plain("Reģistrā notikumu nav.")))
    names = _names(events)
    columns = (
        Column(header=plain("Nr."), width=9, align=Align.RIGHT),
        *_columns(
            ("Datums", 22),
            ("Notikums", 36),
            ("Organizācija vai lēmums", 50),
            ("Reģistrēts", 32),
            ("SHA-256 sākums", 25),
        ),
    )
    rows = tuple(
        (
            cell(f"{event.seq}."),
            cell(date_numeric(event.effective_on)),
            cell(_EVENTS[event.type]),
            cell(*_subject(event, names)),
            cell(_moment(event.recorded_at), event.by),
            cell(event.hash[:12]),
        )
        for event in events
    )
    return (*head, Table(columns=columns, rows=rows, small=True))


def _names(events: Iterable[Event]) -> Mapping[str, str]:
    """Return the name under which each organisation was last recorded."""
    return {
        event.organisation: str(event.data["name"])
        for event in events
        if event.organisation is not None and "name" in event.data
    }


def _subject(event: Event, names: Mapping[str, str]) -> tuple[str, ...]:
    """Return whom or what an event is about: an organisation, or the words of the council's decision."""
    if event.type is EventType.DECISION_TAKEN:
        said = " ".join(str(event.data[key]) for key in ("label", "text") if key in event.data)
        return (no_break(mask_codes(said)) or "–",)
    if event.type is EventType.SITTING_HELD and event.data.get("number"):
        return (f"Nr.{_NBSP}{event.data['number']}",)
    if event.organisation is None:
        return ("–",)
    name = names.get(event.organisation)
    return (event.organisation,) if name is None else (name, event.organisation)


def _evidence_table(manifest: Manifest) -> tuple[Block, ...]:
    head = _annex_head(manifest, 3, "Pierādījumu saraksts")
    if not manifest.originals:
        return (*head, Paragraph(text=plain("Pierādījumu nav.")))
    columns = _columns(("Datne pielikumā", 30), ("Veids", 29), ("Notikumi", 16.5), ("SHA-256", 103.5))
    rows = tuple(
        (cell(item.name), cell(_KINDS[item.kind]), cell(_sequence(item)), cell(item.sha256))
        for item in manifest.originals
    )
    return (*head, Table(columns=columns, rows=rows, small=True))


def _sequence(item: Original) -> str:
    shown = [f"{number}." for number in item.events[:6]]
    more = len(item.events) - len(shown)
    return ", ".join(shown) + (f" un vēl {more}" if more else "")


def _closing(lines: Sequence[str]) -> Iterator[Block]:
    """Yield what closes the memorandum: who signed it, and together, in the middle, the phrase in capitals."""
    for capitals, group in groupby(lines, key=str.isupper):
        if capitals:
            yield Centered(lines=tuple(plain(line) for line in group))
        else:
            yield from (Paragraph(text=plain(line)) for line in group)


def _day_to(day: date) -> str:
    return f"{day.year}.{_NBSP}gada{_NBSP}{day.day}.{_NBSP}{_MONTHS[day.month - 1]}"


def _moment(moment: datetime) -> str:
    local = moment.astimezone(RIGA)
    return f"{local:%d.%m.%Y. %H.%M}"

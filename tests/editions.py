"""A small register with really signed letters, as events and evidence in memory, and the edition made of it."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from docgen.demo.pki import PASSWORD
from docgen.documents.pdf import Attachment, print_pdf
from docgen.edition.compile import compile_edition
from docgen.edition.manifest import Clause, Memorandum
from docgen.edition.plan import Arrived, plan_edition
from docgen.model.blocks import Document, Heading, Paragraph, plain
from docgen.model.events import Draft, EventType, Evidence, EvidenceKind, chain
from docgen.signatures.sign import Credentials, Level

DAY = date(2026, 11, 24)
MEMORANDUM = Memorandum(
    title=("Parauga ministrijas un nevalstisko organizāciju", "SADARBĪBAS MEMORANDS"),
    day=date(2021, 10, 27),
    number="1-21/88(2021)",
    annexed_to=("Parauga ministrijas un nevalstisko organizāciju", "sadarbības memorandam Nr. 1-21/88(2021)"),
    preamble=("Apzinoties pilsoniskās sabiedrības nozīmi, Puses vienojas.",),
    clauses=(
        Clause(label="1.", text="Memoranda mērķis ir sekmēt sadarbību."),
        Clause(label="2.", text="Memoranda uzdevums:", clauses=(Clause(label="2.1.", text="nodrošināt piekļuvi;"),)),
    ),
    closing=("Memorands sastādīts latviešu valodā.",),
    sha256="ab" * 32,
)
ORGANISATIONS = {
    "40008999902": 'Biedrība "Drošā pilsēta"',
    "40008999917": 'Nodibinājums "A & B <x> *Saule*"',
    "40008999921": 'Biedrība "Ģimeņu ķēde"',
}


@dataclass
class Book:
    """Events and evidence in the making; `moment` is that of the next receipt."""

    moment: datetime
    events: list = field(default_factory=list)
    arrivals: list = field(default_factory=list)
    store: dict = field(default_factory=dict)

    def keep(self, data):
        digest = hashlib.sha256(data).hexdigest()
        self.store[digest] = data
        return digest

    def record(self, kind, *, organisation=None, letter=None, material=(), data=None, verdict="PASSED"):
        evidence, intake = [], None
        if letter is not None:
            digest = self.keep(letter)
            intake = f"2026-{len(self.arrivals) + 1:04d}"
            self.arrivals.append(Arrived(intake=intake, received_at=self.moment, sha256=digest))
            report = {"schema": "docgen-verify/1", "files": [{"sha256": digest, "verdict": verdict}]}
            evidence = [
                Evidence(sha256=digest, kind=EvidenceKind.LETTER),
                Evidence(sha256=self.keep(json.dumps(report).encode()), kind=EvidenceKind.REPORT),
                *(Evidence(sha256=self.keep(item), kind=EvidenceKind.MATERIAL) for item in material),
            ]
        draft = Draft(
            type=kind,
            effective_on=DAY,
            recorded_at=self.moment,
            by="I. Kalniņa",
            organisation=organisation,
            evidence=tuple(evidence),
            intake=intake,
            data=data or {},
        )
        self.events.append(chain(draft, after=self.events[-1] if self.events else None))


def letter_of(name, organisation=None):
    """A letter; with its own data where an organisation is given."""
    blocks = (Heading(text=plain("Par pievienošanos")), Paragraph(text=plain(f"{name} pievienojas memorandam.")))
    payload = {"act": "accession", "data": {"organisation": {"registration_number": organisation}}}
    attached = Attachment(
        name="docgen.json", content=json.dumps(payload).encode(), media_type="application/json", description="Dati"
    )
    document = Document(title="Par pievienošanos", date=DAY, blocks=blocks)
    return print_pdf(document, [attached] if organisation else [])


def made_book(pki):
    """Three accessions (one without its own revocation data), entry into force, a seat, a withdrawal."""
    levels = dict(zip(ORGANISATIONS, ("B-LT", "B-LT", "B-T"), strict=True))
    letters = {n: pki.sign(letter_of(name), "Anna Bērziņa", levels[n]) for n, name in ORGANISATIONS.items()}
    withdrawal = pki.sign(letter_of("izstājas"), "Jānis Ozols", "B-LTA")
    # What is received was signed before.
    book = Book(moment=datetime.now(tz=UTC).replace(microsecond=0) + timedelta(seconds=1))
    material = [pki.crl("signers"), pki.crl("timestamps")]
    for number, letter in letters.items():
        data = {"name": ORGANISATIONS[number]}
        book.record(EventType.ACCESSION, organisation=number, letter=letter, material=material, data=data)
    first, second, _ = ORGANISATIONS
    book.record(EventType.IN_FORCE, data={"organisations": list(ORGANISATIONS)})
    book.record(EventType.COUNCIL_JOINED, organisation=first)
    book.record(EventType.WITHDRAWAL, organisation=second, letter=withdrawal)
    return book


def issued_at(book):
    """Now, or as soon as the last event was recorded: the clock of a test stands still for no one."""
    while book.moment is not None and datetime.now(tz=UTC) < book.moment:
        time.sleep(0.05)
    return datetime.now(tz=UTC).replace(microsecond=0)


def made_edition(pki, book, output, *, change=lambda manifest: manifest, events=None, print_document=print_pdf):
    """Compile, with the manifest changed on the way where a test wants an edition that lies."""
    events = book.events if events is None else events
    manifest = plan_edition(
        book.events,
        book.arrivals,
        MEMORANDUM,
        as_of=DAY,
        issued_at=issued_at(book),
        sealed_by="Parauga ministrija",
        pack="parauga",
        renderer="docgen 1.0.0, typst",
        size_of=lambda digest: len(book.store[digest]),
    )
    sealed = compile_edition(
        change(manifest),
        events,
        book.store.__getitem__,
        output,
        Credentials.from_pkcs12(pki.seal("Parauga ministrija", "90000000000"), PASSWORD),
        level=Level.LTA,
        tsa_url=pki.tsa_url,
        anchors=[pki.certificate(kind).dump() for kind in ("signers", "timestamps")],
        print_document=print_document,
    )
    return manifest, sealed

"""The demonstration's sitting of the council: its data file, its minutes, their signatures, its record."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from docgen.documents.datafile import parse_datafile
from docgen.documents.minutes import minutes_document, read_sitting
from docgen.documents.render_worker import print_with
from docgen.documents.word import print_docx
from docgen.errors import MismatchError
from docgen.files import write_new
from docgen.model.moments import RIGA
from docgen.model.text import say
from docgen.signatures.sign import Level
from docgen.worker import Forker
from docgen.workflow.signed_minutes import MinutesFile
from docgen.workflow.sittings import record_sitting

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from docgen.demo.pki import TestPki
    from docgen.demo.told import Narrator
    from docgen.documents.packs import Pack
    from docgen.model.blocks import Document
    from docgen.model.sitting import Sitting
    from docgen.signatures.batch import Verifier
    from docgen.workspace import Workspace

__all__ = ["hold_sitting", "sitting_file"]

_NOTICE, _DEADLINE, _UNTIL_APPROVED = timedelta(days=6), timedelta(days=30), timedelta(days=1)

_SITTING = """\
# The council's first sitting. Every name here is invented.
schema = "docgen-sitting/1"

[sitting]
number = "1"
date = {day}
begins = 11:00:00
ends = 12:10:00
place = "Rīgā"
form = "hybrid"
status = "{status}"

[chair]
name = "Māra Lapiņa"
position = "departamenta direktore"
organisation = "Iekšlietu ministrija"

[minute_taker]
name = "Pēteris Vanags"
position = "vecākais referents"
organisation = "Iekšlietu ministrija"

[convened]
by = "Sadarbības padomes sekretariāts"
on = {convened}
how = "uzaicinājums nosūtīts uz dalībnieku e-adresēm"

[[attendance]]
name = "Māra Lapiņa"
position = "departamenta direktore"
organisation = "Iekšlietu ministrija"
side = "ministry"
voice = "vote"

[[attendance]]
name = "Jānis Ozols"
position = "projektu vadītājs"
organisation = 'biedrība "Drošā pilsēta"'
side = "ngo"
voice = "vote"

[[attendance]]
name = "Zane Vītola"
position = "biroja vadītāja"
organisation = 'nodibinājums "Palīdzības tilts"'
side = "ngo"
voice = "vote"

[[attendance]]
name = "Oskars Ābele"
position = "valdes loceklis"
organisation = 'biedrība "Robežas kaimiņi"'
side = "guest"
voice = "advisory"

[[items]]
number = 1
kind = "decision"
title = "Par sēdes darba kārtību"
reporters = ["M. Lapiņa"]

[[items.decisions]]
text = "Apstiprināt sēdes darba kārtību."
votes = {{ for = 3, against = 0, abstained = 0 }}

[[items]]
number = 2
kind = "decision"
title = "Par memoranda stāšanos spēkā un organizācijām, kas tam pievienojušās"
reporters = ["M. Lapiņa"]
speakers = ["J. Ozols", "Z. Vītola", "O. Ābele"]
summary = "Sekretariāts informē par reģistrētajām vēstulēm. Dalībnieki pārrunā turpmāko informācijas apmaiņu."

[[items.decisions]]
text = "Sagatavot pārskatu par memoranda īstenošanu."
responsible = "Nozares politikas departaments"
deadline = {deadline}
"""

_APPROVAL = """
[approval]
on = {approved_on}
approvers = [
    {{ name = "M. Lapiņa", position = "padomes priekšsēdētāja" }},
    {{ name = "J. Ozols", position = "padomes priekšsēdētājas vietnieks", organisation = 'biedrība "Drošā pilsēta"' }},
]
"""


def sitting_file(day: date, *, approved_on: date | None = None) -> bytes:
    """Return SITTING.toml for a sitting on `day`; its minutes are a draft until the day on which they are approved."""
    text = _SITTING.format(
        day=day,
        convened=day - _NOTICE,
        deadline=day + _DEADLINE,
        status="draft" if approved_on is None else "approved",
    )
    return (text if approved_on is None else text + _APPROVAL.format(approved_on=approved_on)).encode()


def hold_sitting(
    workspace: Workspace, day: date, *, by: str, pack: Pack, pki: TestPki, verifier: Verifier, narrator: Narrator
) -> tuple[Path, tuple[Path, ...]]:
    """Play the sitting of a day: minutes as a draft, then approved, signed by two, verified and recorded.

    Returns the data file and the minutes, the signed ones first. Raises `MismatchError` where something stands against
    them.
    """
    narrator.chapter(say("{day}: the council's first sitting", day=str(day)))
    folder = workspace.output / "sittings"
    source, approved_on = folder / "sitting-1.toml", day + _UNTIL_APPROVED

    def described(content: bytes) -> Sitting:
        write_new(source, content, replace=True)
        return read_sitting(parse_datafile(content, source=source.name), pack, source=source.name)

    with Forker("docgen.documents.render_worker") as forker:

        def printed(document: Document) -> bytes:
            return print_with(forker, document)

        def written(sitting: Sitting) -> tuple[Path, Path]:
            document = minutes_document(sitting, pack)
            stem = f"minutes-{day.isoformat()}-1-{sitting.status.value}"
            pdf, docx = folder / f"{stem}.pdf", folder / f"{stem}.docx"
            write_new(pdf, printed(document))
            write_new(docx, print_docx(document))
            return pdf, docx

        draft = written(described(sitting_file(day)))
        narrator.tell(say("Minutes, a draft until they are approved: {file}", file=draft[0].name))
        sitting = described(sitting_file(day, approved_on=approved_on))
        approved = written(sitting)
        moment = datetime.combine(approved_on, time(11), tzinfo=RIGA)
        content = approved[0].read_bytes()
        for person in (sitting.chair, sitting.minute_taker):
            content = pki.sign(content, pki.signer(person.name), Level.LT, moment)
            moment += timedelta(minutes=10)
        signed = approved[0].with_stem(f"{approved[0].stem}-signed")
        write_new(signed, content)
        file = MinutesFile(content=content, pack=pack, verifier=verifier, print_document=printed)
        done = record_sitting(workspace, sitting, by=by, at=moment, minutes=file)
    if done.minutes is None or done.minutes.reasons or done.minutes.doubts:
        raise MismatchError(say("something stands against the demonstration's minutes"))
    names = ", ".join(done.minutes.signers)
    narrator.tell(say("Approved, signed by {names}, verified and recorded: {file}", names=names, file=signed.name))
    narrator.registered(done.recorded)
    return source, (signed, *approved, *draft)

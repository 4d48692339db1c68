"""The whole story in one run: letters made, signed, received and decided; a sitting; the sealed edition; its proof.

Every step goes through the functions that the commands use, with real signatures by throw-away authorities on loopback.
The clock is set back for the story's days, so that certificates, time stamps, receipts and decisions agree with one
another; the edition is issued at the true moment. The authorities' keys are gone when the story ends.

A step that does not end as the story says raises `MismatchError`: a demonstration that shows something else than it
tells would be worse than none.
"""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from docgen import clock
from docgen.demo.blackout import black_out
from docgen.demo.cast import (
    ANSWERED,
    CLERK,
    HOLDER,
    HOLDER_NUMBER,
    LAST_DAY,
    NGOS,
    SCENES,
    SITTING_DAY,
    Flaw,
    letter_data,
)
from docgen.demo.pki import PASSWORD, TestPki
from docgen.demo.replies import send_reply
from docgen.demo.sitting import hold_sitting
from docgen.demo.told import Answer, Changed, Files, Played, Told
from docgen.documents.datafile import parse_datafile
from docgen.documents.letters import check_letter, letter_document
from docgen.documents.packs import load_pack
from docgen.documents.word import print_docx
from docgen.edition.deep_reports import deep_to_text
from docgen.edition.deep_worker import verify_edition_file
from docgen.errors import ExitCode, MismatchError
from docgen.files import write_new
from docgen.model.moments import RIGA, riga_day
from docgen.model.notices import RECEIPT, RETURN
from docgen.model.policy import POLICIES
from docgen.model.reasons import Decision, ReasonCode, Verdict
from docgen.model.text import say, say_count
from docgen.signatures.batch import Submission, Verifier
from docgen.signatures.reports import to_text
from docgen.signatures.sign import Credentials, Level
from docgen.signatures.trust import load_trust
from docgen.workflow.compile import issue_edition, memorandum_of
from docgen.workflow.deciding import Decider
from docgen.workflow.desk import receive_files
from docgen.workflow.printing import Printer
from docgen.workflow.reading import audit_register, read_register
from docgen.workflow.receive import Receipt, Received, Source
from docgen.workflow.register import Accepted
from docgen.workspace import Workspace, init_workspace, pack_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from docgen.demo.cast import Scene
    from docgen.demo.told import Narrator
    from docgen.documents.letters import Letter
    from docgen.documents.packs import Pack
    from docgen.edition.deep import DeepReport
    from docgen.model.events import Event
    from docgen.workflow.compile import Issued

__all__ = ["tell_story"]

_PACK = "iem"
_POLICY = POLICIES["by-anchor"]
_BLACKED_OUT = 470  # points above the lower edge: a line of the letter's text

_DATE_BEGINS = b"<xmp:CreateDate>"

# What must be found, by what is wrong with the file.
_EXPECTED: Mapping[Flaw, tuple[Decision | None, frozenset[ReasonCode]]] = {
    Flaw.NONE: (Decision.ACCEPT, frozenset()),
    Flaw.UNSIGNED: (Decision.REFUSE, frozenset({ReasonCode.UNSIGNED})),
    Flaw.ALTERED: (Decision.REFUSE, frozenset({ReasonCode.CHANGED})),
    Flaw.UNKNOWN_AUTHORITY: (Decision.REFUSE, frozenset({ReasonCode.TRUST})),
    Flaw.AGAIN: (None, frozenset({ReasonCode.REPLAY})),
}


def tell_story(folder: Path, narrator: Narrator, *, shown: Path | None = None) -> Told:
    """Play the story in `folder`, which `new_demonstration` gave, and return what was made.

    `shown` is where the folder will lie in the end, for what is told. Raises what its steps raise.
    """
    now = clock.now()
    begins = datetime.combine(riga_day(now) - timedelta(days=LAST_DAY), time(9), tzinfo=RIGA).astimezone(UTC)
    with ExitStack() as stack:
        # First of all: whatever happens, no key of these authorities stays behind.
        stack.callback(shutil.rmtree, folder / "keys", ignore_errors=True)
        pki = stack.enter_context(TestPki(folder, start=begins))
        init_workspace(folder, _PACK)
        write_new(folder / "docgen.toml", f'pack = "{_PACK}"\npolicy = "{_POLICY.name}"\n'.encode(), replace=True)
        # Not `find_workspace`: settings of the environment (another register) are not for a demonstration.
        workspace = Workspace(folder=folder, pack=_PACK, policy=_POLICY.name)
        place = pack_folder(None, _PACK)
        stage = _Stage(
            workspace=workspace,
            pki=pki,
            pack=load_pack(place),
            begins=begins,
            narrator=narrator,
            printer=stack.enter_context(Printer(place)),
            shown=shown or folder,
        )
        return stage.play()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """Where the story is played."""

    workspace: Workspace
    pki: TestPki
    pack: Pack
    begins: datetime
    narrator: Narrator
    printer: Printer
    shown: Path

    @property
    def first_day(self) -> date:
        """The first day of the story."""
        return riga_day(self.begins)

    def play(self) -> Told:
        """Play every chapter."""
        tell = self.narrator
        tell.chapter(say("A workspace, and authorities for this one story"))
        tell.tell(say("Everything stays in {folder}. No network is used.", folder=str(self.shown)))
        tell.tell(
            say("Organisations and persons are invented. The clock is set back to {day}.", day=str(self.first_day))
        )
        tell.tell(
            say(
                "Policy {policy}: the demonstration's own authorities count as qualified. No trusted list was asked.",
                policy=_POLICY.name,
            )
        )
        with Verifier(trust=load_trust(self.workspace.trust), policy=_POLICY) as verifier:
            played = tuple(self._scenes(verifier))
            sitting, minutes = hold_sitting(
                self.workspace,
                self.first_day + timedelta(days=SITTING_DAY),
                by=CLERK,
                pack=self.pack,
                pki=self.pki,
                verifier=verifier,
                narrator=tell,
            )
        issued, deep = self._edition()
        changed = self._changed(issued)
        today = riga_day(clock.now())
        audit = audit_register(self.workspace, today)
        _expect(not audit.findings, "audit")
        tell.tell(
            say(
                "Every digest of the register and of the evidence was computed again: {files} files.", files=audit.files
            )
        )
        return Told(
            workspace=self.workspace,
            policy=_POLICY.name,
            first_day=self.first_day,
            played=played,
            sitting=sitting,
            minutes=minutes,
            book=read_register(self.workspace, today),
            audit=audit,
            issued=issued,
            deep=deep,
            changed=changed,
        )

    def _scenes(self, verifier: Verifier) -> Iterator[Played]:
        for day, scenes in groupby(SCENES, key=lambda scene: scene.day):
            yield from self._day(self.begins + timedelta(days=day, hours=1), tuple(scenes), verifier)

    def _day(self, arrive: datetime, scenes: tuple[Scene, ...], verifier: Verifier) -> Iterator[Played]:
        """Play one day's letters: drawn up, signed, verified, received together, decided one by one."""
        self.narrator.chapter(
            say_count("{day}: {count} letter", "{day}: {count} letters", len(scenes), day=str(riga_day(arrive)))
        )
        letters = [self._letter(scene, arrive) for scene in scenes]
        sent = [files.sent for _, files in letters]
        verified = verifier.report([Submission(name=path.name, path=path) for path in sent], as_of=arrive)
        came = receive_files(
            self.workspace,
            [Source(name=path.name, path=path) for path in sent],
            Receipt(received_at=arrive, now=arrive, channel="e-address"),
            policy=_POLICY.name,
        )
        arrived = (file for file in came if isinstance(file, Received))
        for scene, (letter, files), report, received in zip(scenes, letters, verified.files, arrived, strict=True):
            path = self.workspace.output / "reports" / f"{files.sent.stem}.txt"
            write_new(path, (to_text(replace(verified, files=(report,))) + "\n").encode())
            self.narrator.tell(say("{name}: {tells}", name=NGOS[scene.ngo].name, tells=scene.tells))
            self.narrator.arrived(received)
            decision, codes = _EXPECTED[scene.flaw]
            found = {reason.code for reason in received.report.reasons}
            _expect(received.report.decision is decision and codes <= found and bool(codes) == bool(found), scene.stem)
            at = arrive + timedelta(hours=1, minutes=scene.number)
            word, events = self._decide(received, at)
            yield Played(
                scene=scene,
                letter=letter,
                files=files,
                received=received,
                report=path,
                decision=word,
                events=events,
                answer=self._answer(received, at, verifier) if scene.number in ANSWERED else None,
            )

    def _letter(self, scene: Scene, arrive: datetime) -> tuple[Letter, Files]:
        """Draw up a letter as the organisation does, and send it as the story wants it."""
        folder = self.workspace.output / "letters"
        data = folder / f"{scene.act}-{scene.ngo}.json"
        written = (json.dumps(letter_data(scene, self.first_day), ensure_ascii=False, indent=2) + "\n").encode()
        write_new(data, written)
        letter = check_letter(scene.act, parse_datafile(written, source=data.name), self.pack, source=data.name)
        pdf, docx = folder / f"{letter.stem}.pdf", folder / f"{letter.stem}.docx"
        if not pdf.exists():
            write_new(pdf, self.printer.print_again(letter.payload))
            write_new(docx, print_docx(letter_document(letter)))
        sent = self.workspace.output / "sent" / f"{scene.stem}.pdf"
        if scene.flaw is Flaw.AGAIN:
            first = next(one for one in SCENES if (one.ngo, one.act) == (scene.ngo, scene.act))
            write_new(sent, sent.with_name(f"{first.stem}.pdf").read_bytes())
        else:
            write_new(sent, self._signed(scene, pdf.read_bytes(), arrive))
        return letter, Files(data=data, pdf=pdf, docx=docx, sent=sent)

    def _signed(self, scene: Scene, pdf: bytes, arrive: datetime) -> bytes:
        if scene.flaw is Flaw.UNSIGNED:
            return pdf
        rogue = scene.flaw is Flaw.UNKNOWN_AUTHORITY
        moment = arrive - timedelta(minutes=50 - scene.number)
        for person in NGOS[scene.ngo].signatories:
            key = self.pki.rogue_signer(person.name) if rogue else self.pki.signer(person.name)
            tsa = self.pki.rogue_tsa_url if rogue else ""
            pdf = self.pki.sign(pdf, key, Level.LT, moment, tsa=tsa)
            moment += timedelta(minutes=2)
        return black_out(pdf, height=_BLACKED_OUT) if scene.flaw is Flaw.ALTERED else pdf

    def _decide(self, received: Received, at: datetime) -> tuple[str, tuple[Event, ...]]:
        intake, proposal = received.intake, received.report.decision
        assert intake is not None
        if proposal is None:
            return "duplicate", ()
        with Decider(self.workspace, by=CLERK, at=at) as decider:
            if proposal is Decision.ACCEPT:
                outcome = decider.accept(intake)
                assert isinstance(outcome, Accepted)
                self.narrator.tell(say("{clerk} registers {intake}.", clerk=CLERK, intake=intake))
                self.narrator.registered(outcome.events)
                return "accept", outcome.events
            decider.refuse(intake)
        self.narrator.tell(say("{clerk} sends {intake} back with these reasons.", clerk=CLERK, intake=intake))
        return "refuse", ()

    def _answer(self, received: Received, at: datetime, verifier: Verifier) -> Answer:
        answer = send_reply(
            self.workspace, received.intake, at, pack=self.pack, printer=self.printer, pki=self.pki, verifier=verifier
        )
        tells = {
            RECEIPT: say("A receipt, signed and sent: {file}", file=answer.sent.name),
            RETURN: say("A letter of return, signed and sent: {file}", file=answer.sent.name),
        }
        self.narrator.tell(tells[answer.kind])
        return answer

    def _edition(self) -> tuple[Issued, DeepReport]:
        now = clock.now()
        self.narrator.chapter(say("{day}: the official copy", day=str(riga_day(now))))
        issued = issue_edition(
            self.workspace,
            memorandum_of(self.pack),
            pack=_PACK,
            as_of=riga_day(now),
            at=now,
            credentials=Credentials.from_pkcs12(self.pki.seal(HOLDER, HOLDER_NUMBER), PASSWORD),
            level=Level.LTA,
            tsa_url=self.pki.tsa_url,
            by=CLERK,
        )
        self.narrator.tell(
            say(
                "Edition {number}: {members} members, {originals} pieces of evidence; sealed, time-stamped ({level}).",
                number=issued.number,
                members=issued.members,
                originals=issued.originals,
                level=Level.LTA.value,
            )
        )
        self.narrator.tell(say("Verified from the file alone, with the anchors and nothing else:"))
        deep = self._deep(issued.path)
        _expect(deep.exit_code is ExitCode.DONE and deep.verdict is Verdict.PASSED, issued.path.name)
        return issued, deep

    def _changed(self, issued: Issued) -> Changed:
        self.narrator.chapter(say("One byte of a copy is changed"))
        content = bytearray(issued.path.read_bytes())
        offset = content.index(_DATE_BEGINS) + len(_DATE_BEGINS)
        content[offset] ^= 0x01
        path = self.workspace.output / "changed" / f"{issued.path.stem}-changed.pdf"
        write_new(path, bytes(content))
        self.narrator.tell(say("{file}: byte {offset} was changed.", file=path.name, offset=offset + 1))
        deep = self._deep(path)
        _expect(deep.exit_code is not ExitCode.DONE and deep.verdict is not Verdict.PASSED, path.name)
        return Changed(path=path, offset=offset, deep=deep)

    def _deep(self, path: Path) -> DeepReport:
        deep = verify_edition_file(path, trust=load_trust(self.workspace.trust), as_of=clock.now())
        write_new(self.workspace.output / "reports" / f"{path.stem}.txt", (deep_to_text(deep) + "\n").encode())
        self.narrator.deep(deep)
        return deep


def _expect(holds: bool, what: str) -> None:  # noqa: FBT001 - a fact
    if not holds:
        raise MismatchError(
            say("the demonstration did not end as its story says: {what}", what=what),
            say("See what this machine lacks with: docgen doctor"),
        )

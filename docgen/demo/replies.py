"""The secretariat's answers in the story: drawn up from the case, signed, sent and recorded, as the commands do it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from docgen.demo.cast import CLERK, CLERK_POSITION
from docgen.demo.told import Answer
from docgen.documents.letters import check_letter, letter_document
from docgen.documents.word import print_docx
from docgen.files import write_new
from docgen.model.moments import riga_day
from docgen.signatures.sign import Level
from docgen.workflow.answers import completed, read_case, replies
from docgen.workflow.noticing import record_sent

if TYPE_CHECKING:
    from datetime import datetime

    from docgen.demo.pki import TestPki
    from docgen.documents.packs import Pack
    from docgen.signatures.batch import Verifier
    from docgen.workflow.printing import Printer
    from docgen.workspace import Workspace

__all__ = ["send_reply"]


def send_reply(
    workspace: Workspace,
    intake: str,
    at: datetime,
    *,
    pack: Pack,
    printer: Printer,
    pki: TestPki,
    verifier: Verifier,
) -> Answer:
    """Answer an arrival that was decided: what is due first, signed half an hour after `at` and recorded then."""
    day = riga_day(at)
    signatory = {"signatories": [{"name": CLERK, "position": CLERK_POSITION}]}
    due = completed(replies(read_case(workspace, intake, day), pack, day), signatory)[0]
    letter = check_letter(due.kind, due.data, pack)
    folder = workspace.output / "answers"
    pdf, docx, sent = (folder / f"{letter.stem}{ending}" for ending in (".pdf", ".docx", "-sent.pdf"))
    printed = printer.print_again(letter.payload)
    write_new(pdf, printed)
    write_new(docx, print_docx(letter_document(letter)))
    signed_at = at + timedelta(minutes=30)
    signed = pki.sign(printed, pki.signer(CLERK), Level.LT, signed_at)
    write_new(sent, signed)
    record_sent(workspace, intake, signed, by=CLERK, at=signed_at + timedelta(minutes=5), verifier=verifier)
    return Answer(kind=due.kind, pdf=pdf, docx=docx, sent=sent)

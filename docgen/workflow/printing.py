"""Letters printed again in the locked-down render worker, and looked at beside what arrived.

Typst never runs in the process that receives: its threads would hang later forks, and where it runs out of memory it
ends the interpreter (measured/intake.md). Here the payload's data are checked as strictly as an organisation's own
data file and become a document; only the printing happens elsewhere. What arrived is parsed and drawn in workers of a
third kind, and the print beside it by the same reader.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Self

from docgen.documents.appearance_worker import appearances_with
from docgen.documents.heads import Author
from docgen.documents.letters import head_of, is_letter_kind, letter_of_payload, renderer_name
from docgen.documents.packs import load_pack
from docgen.documents.render_worker import print_with
from docgen.errors import ConformanceError, UnreadableError
from docgen.model.recognition import Act, LetterKind, what_differs
from docgen.model.text import say
from docgen.worker import Forker

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from docgen.documents.packs import Pack
    from docgen.model.payload import Payload

__all__ = ["Printer", "letter_kind"]


def letter_kind(pack: Pack, name: str) -> LetterKind | None:
    """Return what a kind of letter does, by the head of its template; None where the pack has no such letter.

    Raises `DataError` where that head is wrong.
    """
    if not is_letter_kind(name, pack):
        return None
    head = head_of(name, pack)
    return LetterKind(
        name=name, act=Act(head.act) if head.act else Act.NONE, by_organisation=head.author is Author.ORGANISATION
    )


class Printer:
    """Prints payloads with one pack, and compares. A context manager; each worker starts when it is first needed.

    `over` is the workspace's folder of templates that stand before the pack's own, where it has one.
    """

    def __init__(self, folder: Path, *, over: Path | None = None, sandbox: bool = True) -> None:
        self._pack = load_pack(folder, over=over)
        self._sandbox = sandbox
        self._workers = contextlib.ExitStack()
        self._forkers: dict[str, Forker] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._forkers.clear()
        self._workers.__exit__(kind, exc, trace)

    def claims_this_renderer(self, payload: Payload) -> bool:
        """Whether the payload says that this version printed it, with the pack as it is now."""
        return payload.renderer == renderer_name() and payload.template_sha256 == self._pack.digest

    def letter_kind(self, name: str) -> LetterKind | None:
        """Return the pack's kind of letter of that name, None where it has none. `DataError` for a wrong head."""
        return letter_kind(self._pack, name)

    def print_again(self, payload: Payload) -> bytes:
        """Return the PDF that docgen makes of a payload. Raises `UnreadableError` where it makes none."""
        document, attachment = letter_of_payload(payload, self._pack)
        try:
            return print_with(self._worker("docgen.documents.render_worker"), document, [attachment])
        except ConformanceError as exc:
            raise UnreadableError(say("the payload could not be printed again: {why}", why=exc.message)) from exc

    def differences(self, printed: bytes, received: bytes) -> tuple[str, ...]:
        """Return in what a file looks or reads unlike docgen's own print; ("unreadable",) where it does not open."""
        forker = self._worker("docgen.documents.appearance_worker")
        own, other = appearances_with(forker, [printed, received])
        return ("unreadable",) if own is None or other is None else what_differs(own, other)

    def _worker(self, module: str) -> Forker:
        if module not in self._forkers:
            self._forkers[module] = self._workers.enter_context(Forker(module, sandbox=self._sandbox))
        return self._forkers[module]

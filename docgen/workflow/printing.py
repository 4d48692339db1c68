"""Letters printed again in the locked-down render worker, to compare them with what arrived.

Typst never runs in the process that receives: its threads would hang later forks, and where it runs out of memory it
ends the interpreter (measured/intake.md). Here the payload's data are checked as strictly as an organisation's own
data file and become a document; only the printing happens elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from docgen.documents.letters import letter_of_payload, renderer_name
from docgen.documents.packs import load_pack
from docgen.documents.render_worker import print_with
from docgen.errors import ConformanceError, UnreadableError
from docgen.model.text import say
from docgen.worker import Forker

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from docgen.model.payload import Payload

__all__ = ["Printer"]


class Printer:
    """Prints payloads with one pack. A context manager; its worker starts with the first letter and ends with it."""

    def __init__(self, folder: Path, *, sandbox: bool = True) -> None:
        self._pack = load_pack(folder)
        self._sandbox = sandbox
        self._forker: Forker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._forker is not None:
            self._forker.__exit__(kind, exc, trace)
            self._forker = None

    def claims_this_renderer(self, payload: Payload) -> bool:
        """Whether the payload says that this version printed it, with the pack as it is now."""
        return payload.renderer == renderer_name() and payload.template_sha256 == self._pack.digest

    def print_again(self, payload: Payload) -> bytes:
        """Return the PDF that docgen makes of a payload. Raises `UnreadableError` where it makes none."""
        document, attachment = letter_of_payload(payload, self._pack)
        if self._forker is None:
            self._forker = Forker("docgen.documents.render_worker", sandbox=self._sandbox).__enter__()
        try:
            return print_with(self._forker, document, [attachment])
        except ConformanceError as exc:
            raise UnreadableError(say("the payload could not be printed again: {why}", why=exc.message)) from exc

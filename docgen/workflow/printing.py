"""Letters printed again in a process of their own, to compare them with what arrived.

Typst's threads would hang the forks of the worker's parent, and its memory failure ends the interpreter: so it never
runs in the process that receives. `Printer` starts that process when the first letter needs it and keeps it for the
batch. The process is `python -m docgen.workflow.printing`: one JSON line in, one JSON line out.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from docgen.errors import DocgenError, UnreadableError
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

__all__ = ["Printer", "serve"]

# A letter takes some ten milliseconds; the first one also the start of an interpreter.
_PATIENCE_SECONDS = 60
_ANSWER_LIMIT = 32 * 1024 * 1024


class Printer:
    """Prints payloads with one pack. A context manager; its process ends with it."""

    def __init__(self, pack: Path) -> None:
        self._pack = pack
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def print_again(self, payload: Mapping[str, Any]) -> bytes:
        """Return the PDF that docgen makes of a payload. Raises `UnreadableError` where it makes none."""
        request = json.dumps({"pack": str(self._pack), "payload": payload}).encode() + b"\n"
        try:
            answer = json.loads(self._ask(request))
        except (OSError, ValueError) as exc:
            self._stop()
            raise UnreadableError(say("the payload could not be printed again")) from exc
        if "pdf" not in answer:
            raise UnreadableError(say("the payload could not be printed again: {why}", why=str(answer["problem"])))
        return base64.b64decode(answer["pdf"])

    def _ask(self, request: bytes) -> bytes:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "docgen.workflow.printing"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(request)
        process.stdin.flush()
        descriptor = process.stdout.fileno()
        answer = bytearray()
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([descriptor], [], [], _PATIENCE_SECONDS)
            piece = os.read(descriptor, 1 << 20) if ready else b""
            if not piece or len(answer) > _ANSWER_LIMIT:
                msg = "the printing process gave no answer"
                raise OSError(msg)
            answer += piece
        return bytes(answer)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve() -> None:
    """Answer requests from stdin until it ends."""
    from docgen.documents.letters import letter_pdf_of  # noqa: PLC0415 - Typst only in this process
    from docgen.documents.packs import load_pack  # noqa: PLC0415 - as above

    # Whatever a library prints must not stand between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    packs: dict[str, Any] = {}
    for line in sys.stdin.buffer:
        request = json.loads(line)
        folder = request["pack"]
        try:
            pack = packs.setdefault(folder, None) or load_pack(Path(folder))
            packs[folder] = pack
            answer = {"pdf": base64.b64encode(letter_pdf_of(request["payload"], pack)).decode()}
        except DocgenError as exc:
            answer = {"problem": str(exc)}
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    serve()

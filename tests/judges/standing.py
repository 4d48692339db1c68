"""A judge that stays: one process, asked line by line.

It is started at the first question and ends with the process that asks (by its id, and by itself when its input ends).
A question without a whole answer of its own, in time, raises: silence is never a pass. After that the process is gone,
and the next question starts another.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

# A judge lives for seconds: the second compiler, a parallel collector and a large heap would cost more than they give.
JVM = (
    "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx512m", "-XX:+ExitOnOutOfMemoryError",
)  # fmt: skip


class NoAnswerError(AssertionError):
    """The judge said nothing that could be read as its answer to this question."""


class Standing:
    """One program that reads a question a line and answers one JSON object a line, in order."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._unread = b""
        atexit.register(self._end_of, os.getpid())

    def ask(self, *fields: str, timeout: float) -> dict[str, Any]:
        """The answer to one question; the last field is the file, which the answer must name."""
        line = "\t".join(fields)
        if len(line.split("\t")) != len(fields) or len(line.splitlines()) != 1:
            raise NoAnswerError(f"not to be asked in one line: {fields}")
        try:
            answer = json.loads(self._exchange(line.encode() + b"\n", time.monotonic() + timeout))
        except (OSError, ValueError, NoAnswerError) as error:
            self.end()
            raise NoAnswerError(f"no answer about {fields[-1]}: {error!r} {self._words()}") from error
        if not isinstance(answer, dict) or answer.get("file") != fields[-1] or self._unread:
            self.end()
            raise NoAnswerError(f"the answer is not about {fields[-1]}: {answer} {self._unread!r}")
        return answer

    def _exchange(self, question: bytes, until: float) -> bytes:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(question)
        process.stdin.flush()
        while b"\n" not in self._unread:
            ready, _, _ = select.select([process.stdout], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise NoAnswerError("it took too long")
            part = os.read(process.stdout.fileno(), 65536)
            if not part:
                raise NoAnswerError(f"it ended with {process.wait()}")
            self._unread += part
        answer, self._unread = self._unread.split(b"\n", 1)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._said,
                start_new_session=True,
                env={**os.environ, "LC_ALL": "C.UTF-8"},  # Java opens files by the names of the locale
            )
        return self._process

    def _end_of(self, owner: int) -> None:
        if os.getpid() == owner:  # a fork does not end its parent's judge
            self.end()

    def end(self) -> None:
        """End the process, if there is one."""
        process, self._process, self._unread = self._process, None, b""
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # and whatever it started, in its own group
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):  # a question that was never read
                pipe.close()

    @property
    def pid(self) -> int | None:
        """The process that is asked now."""
        return None if self._process is None else self._process.pid

    def _words(self) -> str:
        self._said.seek(0, os.SEEK_END)
        self._said.seek(max(0, self._said.tell() - 1000))
        return self._said.read().decode("utf-8", "replace")

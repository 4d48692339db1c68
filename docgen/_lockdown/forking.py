"""The forker: takes requests from the main process, forks a locked worker for each, hands its answer back.

Single-threaded on purpose: a fork beside a thread may inherit a lock that nobody will ever open. It imports what the
jobs need before the first fork and parses nothing itself. When the main process goes, it kills its workers and ends.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import stat
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from docgen._lockdown import EXIT_BUG, EXIT_CRASH, EXIT_DONE, EXIT_LIMIT, EXIT_NO_SANDBOX, FRAME
from docgen._lockdown.lock import Lock, LockError
from docgen.model.profiles import PROFILES, Limits, Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType

    from docgen.worker import Job

__all__ = ["serve_forever"]

_SOURCE, _RESULT = 3, 4
_CHUNK = 1 << 16
_TICK = 0.001  # seconds between two looks at a worker that closed its pipe but has not ended
# Loaded late by the standard library: under the lock that would look like a damaged file.
_ALWAYS = (
    "asyncio", "encodings.ascii", "encodings.charmap", "encodings.cp1252", "encodings.idna", "encodings.latin_1",
    "encodings.punycode", "encodings.utf_16_be", "encodings.utf_16_le", "encodings.utf_8_sig", "gzip", "linecache",
    "stringprep", "traceback", "zipfile", "zlib", "zoneinfo",
)  # fmt: skip


class _LateImportError(BaseException):
    """Not an Exception: no broad `except` of a library may take it for a damaged file."""


class _NoImports:
    """Stands first on `sys.meta_path` of a worker."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        """Refuse every import of what is not loaded yet."""
        del path, target
        raise _LateImportError(f"late import of {name}")


@dataclass(slots=True)
class _Child:
    number: int
    pid: int
    pipe: int
    deadline: float
    largest: int
    answer: bytearray = field(default_factory=bytearray)
    ended: str = "exit"


def serve_forever(jobs: Mapping[str, Job], preload: Sequence[str] = ()) -> NoReturn:
    """Serve the main process on descriptor 0 until it goes. Never returns."""
    for name in (*_ALWAYS, *preload):
        importlib.import_module(name)
    if threading.active_count() != 1:
        sys.stderr.write("a module started a thread while it was loaded: no process may be forked\n")
        sys.exit(EXIT_BUG)
    with socket.socket(fileno=os.dup(0)) as control:
        lock = Lock(sandbox="unsafe" not in sys.argv[1:])
        gc.collect()
        gc.freeze()
        _Forker(control, jobs, lock).loop()
    # The main process waits for this end: taking apart what was imported would cost it some 30 ms.
    os._exit(0)


class _Forker:
    def __init__(self, control: socket.socket, jobs: Mapping[str, Job], lock: Lock) -> None:
        self._control = control
        self._jobs = jobs
        self._lock = lock
        self._children: dict[int, _Child] = {}
        self._closed: list[_Child] = []
        self._outbox = bytearray()
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ)

    def loop(self) -> None:
        """Serve until the main process closes its end."""
        try:
            while True:
                for key, events in self._selector.select(self._wait()):
                    if key.fd != self._control.fileno():
                        self._read(self._children[key.fd])
                        continue
                    if events & selectors.EVENT_WRITE:
                        self._flush()
                    if events & selectors.EVENT_READ and not self._accept():
                        return
                self._reap()
        except (BrokenPipeError, ConnectionResetError):
            return
        finally:
            for child in (*self._children.values(), *self._closed):
                _kill(child.pid)
                os.waitpid(child.pid, 0)

    def _wait(self) -> float | None:
        if self._closed:
            return _TICK
        deadlines = [child.deadline for child in self._children.values()]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _accept(self) -> bool:
        start, descriptors, _, _ = socket.recv_fds(self._control, FRAME.size, 1)
        if not start:
            return False
        start += self._exactly(FRAME.size - len(start))
        head_size, body_size = FRAME.unpack(start)
        head = json.loads(self._exactly(head_size))
        body = self._exactly(body_size)
        source = descriptors[0] if descriptors else -1
        self._fork(head, body, source)
        if source >= 0:
            os.close(source)
        return True

    def _exactly(self, size: int) -> bytes:
        parts = []
        while size:
            part = self._control.recv(min(size, 1 << 20))
            if not part:
                raise BrokenPipeError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _fork(self, head: dict[str, Any], body: bytes, source: int) -> None:
        profile = _profile(head)
        pipe, result = os.pipe()
        pid = os.fork()
        if pid == 0:
            folder = None if head["folder"] is None else Path(head["folder"])
            _work(self._jobs.get(head["job"]), body, profile, lambda: self._lock.apply(profile, source, result, folder))
        os.close(result)
        child = _Child(head["number"], pid, pipe, time.monotonic() + profile.wall, profile.result)
        self._children[pipe] = child
        self._selector.register(pipe, selectors.EVENT_READ)

    def _read(self, child: _Child) -> None:
        part = os.read(child.pipe, _CHUNK)
        child.answer += part
        if len(child.answer) > child.largest:
            child.ended = "size"
            child.answer.clear()
            _kill(child.pid)
        elif part:
            return
        self._selector.unregister(child.pipe)
        os.close(child.pipe)
        del self._children[child.pipe]
        self._closed.append(child)

    def _reap(self) -> None:
        now = time.monotonic()
        for child in [*self._children.values(), *self._closed]:
            if now >= child.deadline and child.ended == "exit":
                child.ended = "time"
                _kill(child.pid)
        for child in list(self._closed):
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                self._closed.remove(child)
                self._answer(child, status, usage.ru_maxrss * 1024)

    def _answer(self, child: _Child, status: int, rss: int) -> None:
        code = os.waitstatus_to_exitcode(status)
        ended = "signal" if child.ended == "exit" and code < 0 else child.ended
        head = {"number": child.number, "ended": ended, "code": abs(code), "rss": rss, "base": self._lock.base}
        plain = json.dumps(head).encode()
        self._outbox += FRAME.pack(len(plain), len(child.answer)) + plain + child.answer
        self._flush()

    def _flush(self) -> None:
        """Send what fits now: blocking here while the main process blocks there would hold both for ever."""
        try:
            while self._outbox:
                del self._outbox[: self._control.send(self._outbox, socket.MSG_DONTWAIT)]
        except BlockingIOError:
            self._selector.modify(self._control, selectors.EVENT_READ | selectors.EVENT_WRITE)
            return
        self._selector.modify(self._control, selectors.EVENT_READ)


def _profile(head: dict[str, Any]) -> Profile:
    custom = head.get("custom")
    if custom is None:
        return PROFILES[head["profile"]]
    names = custom["limits"]["attachment_names"]
    limits = {**custom["limits"], "attachment_names": None if names is None else frozenset(names)}
    return Profile(**{**custom, "limits": Limits(**limits)})


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _work(job: Job | None, body: bytes, profile: Profile, lock: Callable[[], bool]) -> NoReturn:
    """Be the worker: lock, read, do the job, answer, end. Nothing of the forker's stack is ever returned to."""
    code, words = EXIT_CRASH, b""
    try:
        if lock():
            sys.meta_path.insert(0, _NoImports)
        if job is None:
            raise _LateImportError("there is no such job")  # noqa: TRY301 - ends like every bug of docgen
        data = _read_input(profile.limits.size)
        answer = job(data, json.loads(body))
        words = json.dumps(answer, allow_nan=False, separators=(",", ":")).encode("ascii")
        code = EXIT_DONE
    except LockError as exc:
        code, words = EXIT_NO_SANDBOX, str(exc.step).encode()
    except (MemoryError, RecursionError):
        code, words = EXIT_LIMIT, b""
    except _LateImportError as exc:
        code, words = EXIT_BUG, str(exc).encode("utf-8", "replace")
    except BaseException as exc:  # noqa: BLE001 - a Rust panic is one; only its name is told, never its words
        code, words = EXIT_CRASH, type(exc).__name__.encode("ascii", "replace")
    _write(words)
    os._exit(code)


def _read_input(largest: int) -> bytes | None:
    status = os.fstat(_SOURCE)
    if not stat.S_ISREG(status.st_mode):
        return None  # no file was given: nothing stands there
    size = status.st_size
    if size > largest:
        raise MemoryError
    parts = []
    at = 0
    while at < size:
        part = os.pread(_SOURCE, min(size - at, 1 << 30), at)  # in one piece: no copy to join
        if not part:
            break
        parts.append(part)
        at += len(part)
    return b"".join(parts)


def _write(words: bytes) -> None:
    view = memoryview(words)
    try:
        while view:
            view = view[os.write(_RESULT, view) :]
    except OSError:
        return

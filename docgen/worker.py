"""Strangers' bytes are read in a process that was forked for them, locked down, and thrown away (formats.md §11).

main process ── socket ──► forker ── fork, once a file ──► worker

- The **forker** is another interpreter (`python -m <module>`), single-threaded, that has imported everything a job
  needs and parsed nothing. Its module calls `serve` and never runs Typst unless it serves the profile `render`.
- The **worker** locks itself down before the first byte, reads its file from descriptor 3 and writes JSON to
  descriptor 4. It can import nothing more: a late import ends it as a bug, because it would look like a damaged file.
- The **main process** believes nothing: it bounds, parses and classifies (measured/intake.md A5). A kill, a limit, a
  crash is `Stopped` with a reason code, never a traceback.

Raises `MissingError` where the worker cannot be locked down, `UnreadableError` for a path that is no plain file.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections import deque
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeAlias

from docgen._lockdown import EXIT_BUG, EXIT_CRASH, EXIT_DONE, EXIT_LIMIT, EXIT_NO_SANDBOX, FRAME
from docgen.errors import MissingError, UnreadableError
from docgen.files import why_unreadable
from docgen.model.profiles import PROFILES, Profile
from docgen.model.reasons import ReasonCode
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

__all__ = [
    "PROFILES",
    "Finished",
    "Forker",
    "Job",
    "Outcome",
    "Profile",
    "Request",
    "Stopped",
    "WorkerBugError",
    "serve",
]

_RSS_SHARE = 0.7  # of the allowed memory: above it a normal answer may rest on a swallowed MemoryError
_PATIENCE = 5.0
_CRASHES = {
    signal.SIGSEGV,
    signal.SIGABRT,
    getattr(signal, "SIGBUS", signal.SIGSEGV),
    signal.SIGILL,
    getattr(signal, "SIGSYS", signal.SIGSEGV),
    getattr(signal, "SIGTRAP", signal.SIGSEGV),
    signal.SIGFPE,
}


class WorkerBugError(RuntimeError):
    """docgen's own mistake: the worker missed an import, or the forker did not come up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One job over one file: from `data`, from `path`, or over no file at all. Only `folder` may be read besides."""

    job: str
    profile: Profile
    arguments: dict[str, Any] = field(default_factory=dict)
    path: Path | None = None
    data: bytes | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The worker answered: strictly parsed JSON, its schema still to be checked (`wire.decode`)."""

    result: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The worker did not answer: SIZE or LIMIT (too much of something), or PARSE (the reader crashed over the file)."""

    code: ReasonCode
    message: Message


Outcome: TypeAlias = Finished | Stopped
Job: TypeAlias = "Callable[[bytes | None, dict[str, Any]], dict[str, Any]]"


class Forker:
    """The main process's end. Starts the forker at once, so that its imports run beside the caller's own work.

    At most `width` jobs run side by side (default: `DOCGEN_JOBS`, else one a core).
    """

    def __init__(self, module: str, *, sandbox: bool = True, width: int | None = None) -> None:
        from docgen.workspace import chosen_jobs  # noqa: PLC0415 - the forker's own process does not need it

        self._module = module
        self._width = width or chosen_jobs(None)
        self._sandbox = sandbox
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        if not hasattr(os, "fork"):
            raise MissingError(say("files of strangers cannot be read safely on this system"), _use_linux())
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        command = [sys.executable, "-P", "-m", self._module, "--worker", "locked" if self._sandbox else "unsafe"]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and a module of docgen
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env={"PYTHONPATH": _import_path(), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8", "PATH": ""},
                start_new_session=True,
                close_fds=True,
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        self._control = ours
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def run(
        self,
        job: str,
        profile: Profile,
        arguments: dict[str, Any],
        path: Path | None = None,
        *,
        data: bytes | None = None,
        folder: Path | None = None,
    ) -> Outcome:
        """Run one job and return what became of it."""
        request = Request(job=job, profile=profile, arguments=arguments, path=path, data=data, folder=folder)
        return next(self.run_many([request]))

    def run_many(self, requests: Iterable[Request]) -> Iterator[Outcome]:
        """Run jobs side by side and yield their outcomes in the order of the requests."""
        waiting = iter(requests)
        order: deque[tuple[int, Profile]] = deque()
        done: dict[int, Outcome] = {}
        running: dict[int, Profile] = {}
        exhausted = False
        while True:
            while not exhausted and len(running) < self._width:
                request = next(waiting, None)
                if request is None:
                    exhausted = True
                    break
                number = next(self._numbers)
                order.append((number, request.profile))
                early = self._send(number, request)
                if early is not None:
                    done[number] = early
                    continue
                running[number] = request.profile
            while order and order[0][0] in done:
                yield done.pop(order.popleft()[0])
            if not order and exhausted:
                return
            if running:
                number, outcome = self._receive(running)
                done[number] = outcome

    def _send(self, number: int, request: Request) -> Outcome | None:
        assert self._control is not None, "a forker is used inside its with block"
        source = None
        try:
            if request.data is not None:
                if len(request.data) > request.profile.limits.size:
                    return _too_large(len(request.data), request.profile.limits.size)
                source = _anonymous(request.data)
            elif request.path is not None:
                source, size = _open_plain(request.path)
                if size > request.profile.limits.size:
                    return _too_large(size, request.profile.limits.size)
            head = {
                "number": number,
                "job": request.job,
                "profile": request.profile.name,
                "folder": None if request.folder is None else str(request.folder),
            }
            if request.profile != PROFILES.get(request.profile.name):
                head["custom"] = _profile_out(request.profile)
            frame = json.dumps(head).encode()
            body = json.dumps(request.arguments, allow_nan=False).encode()
            start = FRAME.pack(len(frame), len(body))
            try:
                if source is None:
                    self._control.sendall(start)
                else:
                    socket.send_fds(self._control, [start], [source])
                self._control.sendall(frame + body)
            except OSError as exc:
                raise self._ended() from exc
        finally:
            if source is not None:
                os.close(source)
        return None

    def _receive(self, running: dict[int, Profile]) -> tuple[int, Outcome]:
        assert self._control is not None
        try:
            head_size, body_size = FRAME.unpack(_exactly(self._control, FRAME.size))
            head = json.loads(_exactly(self._control, head_size))
            body = _exactly(self._control, body_size)
        except (EOFError, OSError) as exc:
            raise self._ended() from exc
        number = int(head["number"])
        return number, _classify(head, body, running.pop(number))

    def _ended(self) -> WorkerBugError:
        return WorkerBugError(f"the worker process of {self._module} ended; its own words stand above")


def _import_path() -> str:
    """Where this process finds docgen and its libraries, the folder it was started in excepted."""
    root = str(Path(__file__).resolve().parent.parent)
    here = str(Path.cwd())
    return os.pathsep.join([root, *(place for place in sys.path if Path(place).is_absolute() and place != here)])


def _profile_out(profile: Profile) -> dict[str, Any]:
    plain = asdict(profile)
    names = plain["limits"]["attachment_names"]
    plain["limits"]["attachment_names"] = None if names is None else sorted(names)
    return plain


def _exactly(control: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        part = control.recv(min(size, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _open_plain(path: Path) -> tuple[int, int]:
    """Open a regular file, following no link and waiting for nobody; return the descriptor and its size."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as exc:
        raise UnreadableError(*why_unreadable(path, exc)) from exc
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise UnreadableError(
            say("{file} is not a file that can be read", file=str(path)),
            say("Give the path of the document itself, not of a folder or a device."),
        )
    return descriptor, status.st_size


def _anonymous(data: bytes) -> int:
    """Return a descriptor of a file without a name that holds `data`, at its beginning."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("input", os.MFD_CLOEXEC)
    else:
        import tempfile  # noqa: PLC0415 - only systems without anonymous files need it

        with tempfile.TemporaryFile() as kept:
            descriptor = os.dup(kept.fileno())
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _too_large(size: int, limit: int) -> Stopped:
    return Stopped(
        code=ReasonCode.SIZE, message=say("the file has {size} bytes; the limit is {limit}", size=size, limit=limit)
    )


def _use_linux() -> Message:
    return say("Use Linux on x86-64 or arm64 for files from strangers, or --unsafe-no-sandbox for files of your own.")


def _limit(message: Message) -> Stopped:
    return Stopped(code=ReasonCode.LIMIT, message=message)


def _classify(head: dict[str, Any], body: bytes, profile: Profile) -> Outcome:
    """Turn how a worker ended, and what it said, into an outcome (measured/intake.md A5)."""
    ended, code, rss = head["ended"], int(head["code"]), int(head["rss"])
    hungry = rss > _RSS_SHARE * (int(head["base"]) + profile.memory)
    match ended:
        case "time":
            return _limit(say("reading the file took too long"))
        case "size":
            return _limit(say("reading the file gave too large an answer"))
        case "signal" if code in {int(number) for number in _CRASHES}:
            return _limit(say("reading the file took too much memory")) if hungry else _crashed(_signal_name(code))
        case "signal":
            return _limit(say("reading the file took more than is allowed ({what})", what=_signal_name(code)))
        case _:
            return _classify_exit(code, body, head, hungry=hungry)


def _classify_exit(code: int, body: bytes, head: dict[str, Any], *, hungry: bool) -> Outcome:
    match code:
        case _ if code == EXIT_NO_SANDBOX:
            step = body.decode("ascii", "replace")[:80]
            raise MissingError(say("this machine cannot lock a worker down ({step})", step=step), _use_linux())
        case _ if code == EXIT_BUG:
            raise WorkerBugError(body.decode("utf-8", "replace")[:500])
        case _ if code == EXIT_LIMIT:
            return _limit(say("reading the file took more than is allowed ({what})", what="memory, depth or size"))
        case _ if hungry:
            return _limit(say("reading the file took too much memory"))
        case _ if code == EXIT_DONE:
            return _answer(body)
        case _ if code == EXIT_CRASH:
            return _crashed(body.decode("ascii", "replace")[:60] or f"exit {head['code']}")
        case _:
            return _crashed(f"exit {head['code']}")


def _answer(body: bytes) -> Outcome:
    from docgen.wire import WireError, loads  # noqa: PLC0415 - the schema library is loaded while the worker works

    try:
        result = loads(body)
    except WireError:
        return _crashed("half an answer")
    return Finished(result=result) if isinstance(result, dict) else _crashed("no answer")


def _crashed(what: str) -> Stopped:
    plain = "".join(character if character.isprintable() else "?" for character in what)
    return Stopped(code=ReasonCode.PARSE, message=say("the reader crashed over this file ({what})", what=plain))


def _signal_name(number: int) -> str:
    with contextlib.suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"


def serve(jobs: Mapping[str, Job], preload: Sequence[str] = ()) -> NoReturn:
    """Be the forker: the module that `Forker` names calls this when it runs as a program.

    `preload` names modules that the jobs would otherwise import late. A job takes the file's bytes (None without a
    file) and the arguments, and returns what JSON can say. It must not start threads, log, or use temporary files.
    """
    from docgen._lockdown.forking import serve_forever  # noqa: PLC0415 - Linux only, and for the forker only

    serve_forever(jobs, preload)

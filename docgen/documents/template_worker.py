"""Templates of a workspace are filled in a process of their own, with limits (security.md §4.4, §4.6).

Whoever may write a template may write an endless loop: the sandbox stops what reaches for Python's insides, and only a
process with limits stops what takes time or memory. On Linux that is the locked-down worker of `docgen.worker`; where a
process cannot be locked down (Windows, macOS, an old kernel) it is a plain one with a limit of time, and `locked_down`
says so. The templates that come with docgen are its own code and need none.

`fill_guarded` answers as `docgen.documents.environment.fill` does; a limit is a `DataError` that says what to look for.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from docgen.documents.checkingtags import tag_problems
from docgen.documents.environment import Filled, fill, without_head
from docgen.errors import DataError, MissingError, Problem
from docgen.model.profiles import PROFILES
from docgen.model.reasons import ReasonCode
from docgen.model.text import Message, say
from docgen.worker import Forker, Stopped, WorkerBugError, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from docgen.documents.checkingnames import Shape

__all__ = ["PROFILE", "Guard", "TemplateLimitError", "fill_guarded", "locked_down"]

_MIB = 1024 * 1024
_MODULE = "docgen.documents.template_worker"
_DATE = "$date"
_LONGEST = 1_000_000  # characters that a letter may have before it is parsed: some 400 pages
_MOST_LINES = 5_000  # each may be a paragraph or a row, which costs more than its characters: a hundred pages
_MANY = 100  # problems that are told at once
PROFILE = dataclasses.replace(
    PROFILES["render"], name="template", memory=256 * _MIB, cpu=5, wall=10, threads=False, result=16 * _MIB
)


class TemplateLimitError(DataError):
    """The template took more than is allowed; with other data it would hardly take less."""


class Guard:
    """One worker process for several templates, used as a context; `fill_guarded` within it uses it too.

    `sandbox` False is the plain process that other systems have.
    """

    _current: Guard | None = None
    _lockable = sys.platform.startswith("linux")

    def __init__(self, *, sandbox: bool = True) -> None:
        self._sandbox = sandbox
        self._forker: Forker | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._before, Guard._current = Guard._current, self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        Guard._current = self._before
        self._forker = None
        self._stack.close()

    def run(self, job: str, arguments: dict[str, Any], data: bytes | None = None, *, name: str) -> dict[str, Any]:
        """Return what a job answers. What it refuses, and what stopped it: `DataError`."""
        answer = self._locked(job, arguments, data) if self._sandbox and Guard._lockable else None
        if answer is None:
            answer = _plain(job, arguments, data)
        if isinstance(answer, Message):
            raise TemplateLimitError(
                name,
                [Problem(path="-", message=say("The template cannot be filled: {what}.", what=answer))],
                say("Look for loops that never end, and for texts that grow; a template needs neither."),
            )
        if "problems" in answer:
            raise DataError(name, [_problem_in(problem) for problem in answer["problems"]], _hint_in(answer))
        return answer

    def _locked(self, job: str, arguments: dict[str, Any], data: bytes | None) -> dict[str, Any] | Message | None:
        """Return the answer of a locked worker; None where this machine cannot lock one down."""
        try:
            if self._forker is None:
                self._forker = self._stack.enter_context(Forker(_MODULE))
            outcome = self._forker.run(job, PROFILE, arguments, data=data)
        except MissingError:
            Guard._lockable = False
            return None
        except WorkerBugError as exc:
            if "encodings." in str(exc):  # only a template asks for an alphabet that docgen does not use
                return say("it asks for something that templates do not have")
            raise
        if isinstance(outcome, Stopped):
            return _too_much() if outcome.code in {ReasonCode.LIMIT, ReasonCode.SIZE} else outcome.message
        return outcome.result

    def fill(self, source: str, values: Mapping[str, object], *, name: str) -> Filled:
        """Return the filled text template, as `fill` does."""
        answer = self.run("fill", {"source": source, "values": _plain_values(values), "name": name}, name=name)
        filled = Filled(text=str(answer["text"]), values=tuple(str(value) for value in answer["values"]))
        message = _unfit(filled)
        if message is not None:
            raise DataError(name, [Problem(path="-", message=message)])
        return filled

    def check(self, shape: Shape, *, name: str, source: str = "", word: bytes | None = None) -> list[Problem]:
        """Return every problem of the tags of a text template, or of a Word template; `shape` as of `tag_problems`."""
        try:
            answer = self.run("check", {"source": source, "shape": shape, "name": name}, word, name=name)
        except DataError as exc:
            return list(exc.problems)
        return [_problem_in(problem) for problem in answer["found"]]

    def fill_word(
        self, content: bytes, values: Mapping[str, object], *, name: str, title: str, day: date | None
    ) -> bytes:
        """Return the filled Word template, as `fill_word_template` does."""
        arguments = {"values": _plain_values(values), "name": name, "title": title, "day": day and day.isoformat()}
        answer = self.run("word", arguments, content, name=name)
        return base64.b64decode(str(answer["docx"]), validate=True)

    @classmethod
    @contextmanager
    def current(cls) -> Iterator[Guard]:
        """Give the guard whose context this is, else one for this context alone."""
        if cls._current is not None:
            yield cls._current
            return
        with cls() as guard:
            yield guard


def locked_down() -> bool:
    """Whether templates are filled in a locked-down process here, as far as is known before one was started."""
    return Guard._lockable  # noqa: SLF001 - its own class


def fill_guarded(source: str, values: Mapping[str, object], *, name: str) -> Filled:
    """Return the filled template of a workspace, from a worker. Errors as of `fill`; a limit is a `DataError` too."""
    with Guard.current() as guard:
        return guard.fill(source, values, name=name)


def _unfit(filled: Filled) -> Message | None:
    """Return what keeps a filled template from being parsed; a worker's answer is believed in nothing."""
    try:
        length = filled.measured()
    except ValueError as exc:
        return say("The template cannot be filled: {what}.", what=str(exc))
    if length > _LONGEST:
        return say("gives more than {limit} characters", limit=_LONGEST)
    if filled.text.count("\n") > _MOST_LINES:
        return say("gives more than {limit} lines", limit=_MOST_LINES)
    return None


def _too_much() -> Message:
    return say("it took more time, memory or room than is allowed")


def _plain(job: str, arguments: dict[str, Any], data: bytes | None) -> dict[str, Any] | Message:
    """Run a job in a plain process: its time is limited, and its memory where the system can do that."""
    from docgen.wire import WireError, loads  # noqa: PLC0415 - the schema library is for those who fill only

    request = {"job": job, "arguments": arguments, "data": None if data is None else base64.b64encode(data).decode()}
    places = os.pathsep.join(place for place in sys.path if place and os.path.isabs(place))  # noqa: PTH117 - no Path needed
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and this module
            [sys.executable, "-P", "-m", _MODULE, "--plain"],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**kept, "PYTHONPATH": places, "PYTHONUTF8": "1"},
            timeout=PROFILE.wall,
            check=False,
        )
        answer = loads(done.stdout)
    except (subprocess.TimeoutExpired, WireError):
        return _too_much()
    return answer if isinstance(answer, dict) else _too_much()


def _plain_values(value: object) -> Any:  # noqa: ANN401 - what JSON can say
    """Return values as JSON has them; dates in a form of their own."""
    if isinstance(value, date):
        return {_DATE: value.isoformat()}
    if isinstance(value, dict):
        return {str(key): _plain_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_values(inner) for inner in value]
    if value is None or isinstance(value, str | int):
        return value
    msg = f"a value of the kind {type(value).__name__} does not go to a template"
    raise TypeError(msg)


def _values_in(value: Any) -> Any:  # noqa: ANN401 - what JSON can say
    if isinstance(value, dict):
        if set(value) == {_DATE}:
            return date.fromisoformat(value[_DATE])
        return {key: _values_in(inner) for key, inner in value.items()}
    return [_values_in(inner) for inner in value] if isinstance(value, list) else value


def _problem_in(problem: Any) -> Problem:  # noqa: ANN401 - what came through the pipe
    from docgen.wire import decode  # noqa: PLC0415 - the schema library is for those who fill only

    return Problem(path=str(problem["path"])[:200], message=decode(problem["message"], Message))


def _hint_in(answer: dict[str, Any]) -> Message | None:
    from docgen.wire import decode  # noqa: PLC0415 - as above

    return decode(answer["hint"], Message) if answer.get("hint") else None


def _answered(job: Callable[[], dict[str, Any]], name: str) -> dict[str, Any]:
    """Return what a job returns, or its problems; running out of memory or depth is left to the caller."""
    from docgen.wire import encode  # noqa: PLC0415 - loaded before the lock

    try:
        return job()
    except DataError as exc:
        error = exc
    except (MemoryError, RecursionError):
        raise
    except Exception as exc:  # noqa: BLE001 - whatever a template's own code raises is the template's
        what = f"{type(exc).__name__}: {exc}"[:300]
        message = say("The template cannot be filled: {what}.", what=what)
        error = DataError(name, [Problem(path="-", message=message)])
    problems = [{"path": problem.path, "message": encode(problem.message)} for problem in error.problems[:_MANY]]
    return {"problems": problems, "hint": None if error.hint is None else encode(error.hint)}


def _fill(_data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    def job() -> dict[str, Any]:
        filled = fill(arguments["source"], _values_in(arguments["values"]), name=arguments["name"])
        return {"text": filled.text, "values": list(filled.values)}

    return _answered(job, arguments["name"])


def _word(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    from docgen.documents.wordtemplatefill import fill_word_template  # noqa: PLC0415 - loaded before the lock

    def job() -> dict[str, Any]:
        docx = fill_word_template(
            data or b"",
            _values_in(arguments["values"]),
            name=arguments["name"],
            title=arguments["title"],
            day=date.fromisoformat(arguments["day"]) if arguments["day"] else None,
        )
        return {"docx": base64.b64encode(docx).decode("ascii")}

    return _answered(job, arguments["name"])


def _check(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    from docgen.documents.wordtemplatetags import read_sources  # noqa: PLC0415 - as above
    from docgen.documents.wordtemplatezip import open_package  # noqa: PLC0415 - as above
    from docgen.wire import encode  # noqa: PLC0415 - as above

    def job() -> dict[str, Any]:
        shape, name = arguments["shape"], arguments["name"]
        if data is None:
            found = tag_problems(without_head(arguments["source"]), shape, "line {}".format)
        else:
            sources, found = read_sources(open_package(data, name=name))
            for source in sources:
                found += tag_problems(source.text, shape, source.place)
        return {"found": [{"path": one.path, "message": encode(one.message)} for one in found[:_MANY]]}

    return _answered(job, arguments["name"])


_JOBS = {"fill": _fill, "word": _word, "check": _check}


def _serve_once() -> None:
    """Be the plain process: one request from standard input, one answer to standard output."""
    with contextlib.suppress(ImportError):  # Windows has none; there the time alone is limited
        import resource  # noqa: PLC0415 - not everywhere

        resource.setrlimit(resource.RLIMIT_CPU, (PROFILE.cpu, PROFILE.cpu))
        if sys.platform.startswith("linux"):
            resource.setrlimit(resource.RLIMIT_AS, (4 * PROFILE.memory, 4 * PROFILE.memory))
    request = json.loads(sys.stdin.buffer.read())
    data = None if request["data"] is None else base64.b64decode(request["data"])
    answer = json.dumps(_JOBS[request["job"]](data, request["arguments"])).encode("ascii")
    if len(answer) <= PROFILE.result:
        sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    if "--plain" in sys.argv:
        _serve_once()
    else:
        serve(
            _JOBS,
            preload=(
                *("docgen.wire", "docgen.documents.wordtemplatefill", "docxtpl", "jinja2.debug"),
                *("encodings.unicode_escape", "encodings.cp437"),
            ),
        )

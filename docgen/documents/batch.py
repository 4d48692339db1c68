"""Many letters: every row of a table is checked, printed and written by itself, in several processes.

One row that is wrong stops no other. Results come in the order of the rows, and only a few rows are under way at once,
so memory does not grow with the table. Files are written whole or not at all (`docgen.files.write_new`); where the
batch is cut short, what was under way is finished first.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import traceback
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from docgen.documents.letters import check_letter, make_letter
from docgen.documents.template_worker import Guard
from docgen.errors import DataError, DocgenError, ExitCode, Problem
from docgen.files import safe_join, unfinished, write_new
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from multiprocessing.queues import SimpleQueue
    from pathlib import Path

    from docgen.documents.packs import Pack
    from docgen.documents.tables import Row

__all__ = ["Batch", "RowResult", "make_letters"]

_CHUNK = 8  # rows that a process takes at once
_AHEAD = 3  # chunks for each process that wait or are under way


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """What became of a row: the files that were written, or why none was; `problems` by the table's columns."""

    row: int
    code: ExitCode = ExitCode.DONE
    files: tuple[Path, ...] = ()
    advice: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What all letters of a table have in common."""

    kind: str
    pack: Pack
    formats: tuple[str, ...]
    folder: Path

    def make(self, row: Row) -> RowResult:
        """Check, print and write one letter; nothing of it is written where anything is wrong with the row."""
        try:
            if row.problems:
                # A cell that cannot be is named together with what is wrong in the others.
                found = row.problems + self._also(row)
                return RowResult(row=row.number, code=ExitCode.UNREADABLE, problems=found)
            letter = check_letter(self.kind, row.data, self.pack)
            files = make_letter(letter, self.formats)
            paths = tuple(safe_join(self.folder, name) for name in files)
            for path, content in zip(paths, files.values(), strict=True):
                write_new(path, content)
        except DataError as exc:
            problems = tuple(Problem(path=row.place(one.path), message=one.message) for one in exc.problems)
            return RowResult(row=row.number, code=exc.exit_code, problems=problems)
        except DocgenError as exc:
            problem = Problem(path="-", message=exc.message)
            return RowResult(row=row.number, code=exc.exit_code, problems=(problem,))
        except Exception as exc:  # noqa: BLE001 - a bug that one row brings about says so, and stops no other row
            traceback.print_exc()
            problem = Problem(path="-", message=say("this is a bug in docgen: {what}", what=type(exc).__name__))
            return RowResult(row=row.number, code=ExitCode.BUG, problems=(problem,))
        advice = tuple(Problem(path=row.place(one.path), message=one.message) for one in letter.advice)
        return RowResult(row=row.number, files=paths, advice=advice)

    def _also(self, row: Row) -> tuple[Problem, ...]:
        told = {problem.path for problem in row.problems}
        try:
            check_letter(self.kind, row.data, self.pack)
        except DataError as exc:
            others = [Problem(path=row.place(one.path), message=one.message) for one in exc.problems]
            return tuple(problem for problem in others if problem.path not in told)
        return ()


def make_letters(batch: Batch, rows: Iterable[Row], jobs: int) -> Generator[RowResult, None, None]:
    """Yield what became of each row, in order; with `jobs` processes where there are enough rows for them.

    A letter that is in the table twice is made once, and its second row is named. Closing the iterator finishes the
    rows that are under way, and no others.
    """
    chunks = _chunks(rows)
    begin = list(islice(chunks, 2))
    few = len(begin) < 2  # noqa: PLR2004 - one chunk keeps one process busy
    all_chunks = chain(begin, chunks)
    results = _in_this_process(batch, all_chunks) if few or jobs == 1 else _in_processes(batch, all_chunks, jobs)
    first_rows: dict[str, int] = {}
    with contextlib.closing(results):
        for result in results:
            yield _once(result, first_rows)


def _once(result: RowResult, first_rows: dict[str, int]) -> RowResult:
    if not result.files:
        return result
    first = first_rows.setdefault(result.files[0].stem, result.row)
    if first == result.row:
        return result
    problem = Problem(path="-", message=say("the same letter as in row {row}; it was made once", row=first))
    return RowResult(row=result.row, code=ExitCode.UNREADABLE, problems=(problem,))


def _chunks(rows: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    iterator = iter(rows)
    while chunk := tuple(islice(iterator, _CHUNK)):
        yield chunk


def _in_this_process(batch: Batch, chunks: Iterable[tuple[Row, ...]]) -> Generator[RowResult, None, None]:
    with Guard():
        for chunk in chunks:
            for row in chunk:
                yield batch.make(row)


def _in_processes(batch: Batch, chunks: Iterator[tuple[Row, ...]], jobs: int) -> Generator[RowResult, None, None]:
    pool = _Pool(batch, jobs)
    waiting: deque[tuple[tuple[Row, ...], Future[list[RowResult]] | None]] = deque()
    try:
        while True:
            for chunk in islice(chunks, _AHEAD * jobs - len(waiting)):
                waiting.append((chunk, pool.submit(chunk)))
            if not waiting:
                return
            chunk, future = waiting.popleft()
            results = _results(future)
            if results is None:
                # A process ended, with whatever it was printing: all that was under way is made again, row by row.
                pool.give_up()
                under_way = [chunk, *(chunk for chunk, _ in waiting)]
                waiting.clear()
                yield from _one_by_one(batch, [row for chunk in under_way for row in chunk])
                pool = _Pool(batch, jobs)
                continue
            yield from results
    finally:
        pool.end()


def _one_by_one(batch: Batch, rows: Sequence[Row]) -> Iterator[RowResult]:
    """Make rows in one other process; the row that ends it is the one, and the others get a new process."""
    pool = _Pool(batch, 1)
    try:
        for row in rows:
            results = _results(pool.submit((row,)))
            if results is None:
                problem = Problem(path="-", message=say("the process that printed it ended"))
                results = [RowResult(row=row.number, code=ExitCode.BUG, problems=(problem,))]
                pool.give_up()
                pool = _Pool(batch, 1)
            yield from results
    finally:
        pool.end()


def _results(future: Future[list[RowResult]] | None) -> list[RowResult] | None:
    try:
        return None if future is None else future.result()
    except BrokenProcessPool:
        return None


class _Pool:
    """Processes that make letters; started anew, not forked: the same on every system, no thread is lost in them."""

    def __init__(self, batch: Batch, jobs: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._folder = batch.folder
        self._begun = context.SimpleQueue()
        self._pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(batch, self._begun))

    def submit(self, chunk: tuple[Row, ...]) -> Future[list[RowResult]] | None:
        """Hand rows over; None where one of the processes has ended already."""
        try:
            with _undisturbed():
                return self._pool.submit(_make_chunk, chunk)
        except BrokenProcessPool:
            return None

    def end(self) -> None:
        """Finish what is under way, and nothing else."""
        self._pool.shutdown(cancel_futures=True)

    def give_up(self) -> None:
        """End the processes, of which one died, and take away the files that they had not finished.

        The pool ends them itself, but for one that was started at that very moment (seen with CPython 3.11.7): that one
        waits for rows, and the pool for it. All children of this process are the pool's.
        """
        for child in multiprocessing.active_children():
            child.kill()
        self._pool.shutdown()
        while not self._begun.empty():
            for left in unfinished(self._folder, self._begun.get()):
                with contextlib.suppress(OSError):
                    left.unlink()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back while a process may be started: what is started inherits that, and is not cut off by it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_of_process: list[Batch] = []


def _begin(batch: Batch, begun: SimpleQueue[int]) -> None:
    """Make a process ready: Ctrl-C is for the one that started it, and one thread is enough for a page."""
    begun.put(os.getpid())
    with contextlib.suppress(ValueError, OSError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["RAYON_NUM_THREADS"] = "1"
    guard = Guard()
    guard.__enter__()
    Finalize(None, guard.__exit__, args=(None, None, None), exitpriority=10)
    _of_process[:] = [batch]


def _make_chunk(rows: tuple[Row, ...]) -> list[RowResult]:
    (batch,) = _of_process
    return [batch.make(row) for row in rows]

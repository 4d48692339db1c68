"""`docgen letter --table`: a letter for every row of a table, and the beginning of such a table."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
import tempfile
from typing import TYPE_CHECKING, BinaryIO

import click

from docgen import __version__
from docgen.cli.speaking import complain, tell
from docgen.errors import ExitCode, UnreadableError, worst
from docgen.files import why_unreadable
from docgen.messages import render
from docgen.model.places import place_of
from docgen.model.text import say, say_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from docgen.documents.batch import Batch, RowResult
    from docgen.documents.packs import Pack
    from docgen.model.fields import Field
    from docgen.model.text import Message

__all__ = ["SCHEMA", "make_table", "table_example"]

SCHEMA = "docgen-letter-table/1"
_CLEAR_LINE = "\r\x1b[2K"
_BYTE_ORDER_MARK = "\ufeff"
_MOST_KEPT = 1000  # rows that failed and are told at the end, together; more are told as they come


def table_example(kind: str, pack: Pack) -> None:
    """Print a CSV: the header with a column for every field, and a row with the values of the example.

    Into a file it goes with the mark by which spreadsheets know UTF-8.
    """
    from docgen.documents.examples import example_data, grouped  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.documents.letters import fields_of  # noqa: PLC0415 - as above

    fields = fields_of(kind, pack)
    data = example_data(fields)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow([field.path.replace("[]", "[1]") for field in grouped(fields)])
    writer.writerow([_cell(data, field) for field in grouped(fields)])
    if not sys.stdout.isatty():
        click.echo(_BYTE_ORDER_MARK, nl=False)
    tell(text.getvalue().rstrip("\n"))


def _cell(data: object, field: Field) -> str:
    for name in field.path.split("."):
        data = data.get(name.removesuffix("[]")) if isinstance(data, dict) else None
        data = data[0] if name.endswith("[]") and isinstance(data, list) else data
    return "\n".join(map(str, data)) if isinstance(data, list) else "" if data is None else str(data)


def make_table(batch: Batch, table: Path, *, jobs: int, as_json: bool, quiet: bool) -> int:
    """Make the letters of a table, tell of each, and return the exit code: that of the worst row.

    Raises `DataError` where the table itself is not in order, before anything is written. With `as_json` the one
    document is whole also where the batch is cut short.
    """
    from docgen.documents.batch import make_letters  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.documents.letters import fields_of  # noqa: PLC0415 - as above
    from docgen.documents.tables import open_table  # noqa: PLC0415 - as above

    codes = {ExitCode.DONE}
    made = failed = 0
    kept: list[RowResult] = []
    fields = fields_of(batch.kind, batch.pack)
    with _opened(table) as file, open_table(file, fields, kind=batch.kind, source=str(table)) as rows:
        if as_json:
            tell(f'{{"schema": "{SCHEMA}", "docgen": "{__version__}", "rows": [')
        results = make_letters(batch, rows.rows, jobs)
        try:
            with contextlib.closing(results), _progress(rows.total, quiet=quiet) as step:
                for result in results:
                    codes.add(result.code)
                    made, failed = made + bool(result.files), failed + (not result.files)
                    if as_json:
                        tell(("" if made + failed == 1 else ",") + json.dumps(_json(result), ensure_ascii=False))
                    step(None if as_json or _is_kept(result, kept) else result)
        except KeyboardInterrupt:
            codes.add(ExitCode.INTERRUPTED)
        except BaseException:
            codes.add(ExitCode.BUG)
            raise
        finally:
            _tell_all(kept)
            code = ExitCode.INTERRUPTED if ExitCode.INTERRUPTED in codes else worst([*codes])
            if as_json:
                tell(f'], "exit_code": {int(code)}}}')
    if code is ExitCode.INTERRUPTED:
        complain(say("Interrupted. The letters that are there are whole; the same command makes the others."))
    elif not quiet:
        failures = say_count("{count} row failed", "{count} rows failed", failed)
        complain(say("{made}; {failed}.", made=_letters(made), failed=failures))
    return int(code)


@contextlib.contextmanager
def _opened(table: Path) -> Iterator[BinaryIO]:
    """Give a table as a file that can be read twice; `-` is the standard input, kept in a file without a name."""
    if str(table) != "-":
        try:
            file = table.open("rb")
        except OSError as exc:
            raise UnreadableError(*why_unreadable(table, exc)) from exc
        with file:
            yield file
        return
    from docgen.documents.tables import LARGEST  # noqa: PLC0415 - `--help` does not pay for it

    with tempfile.TemporaryFile() as kept:
        left = LARGEST + 1
        while left > 0 and (block := sys.stdin.buffer.read(min(left, 64 * 1024))):
            left -= kept.write(block)
        yield kept


def _letters(made: int) -> Message:
    return say_count("{count} letter was made", "{count} letters were made", made)


def _json(result: RowResult) -> dict[str, object]:
    return {
        "row": result.row,
        "exit_code": int(result.code),
        "files": [str(path) for path in result.files],
        "problems": [{"path": one.path, "message": render(one.message)} for one in result.problems],
        "advice": [{"path": one.path, "message": render(one.message)} for one in result.advice],
    }


@contextlib.contextmanager
def _progress(total: int, *, quiet: bool) -> Iterator[Callable[[RowResult | None], None]]:
    """Give what tells of a result; on a terminal a bar is kept below it."""
    if quiet or not sys.stderr.isatty():
        yield _tell_of
        return
    with click.progressbar(length=total, file=sys.stderr, show_pos=True) as bar:

        def step(result: RowResult | None) -> None:
            if result is not None and (result.files or result.problems):
                click.echo(_CLEAR_LINE, nl=False, err=True)
                _tell_of(result)
            bar.update(1)

        yield step


def _is_kept(result: RowResult, kept: list[RowResult]) -> bool:
    """Whether the row failed and was put with those that are told at the end."""
    if result.files or len(kept) == _MOST_KEPT:
        return False
    kept.append(result)
    return True


def _tell_all(results: Iterable[RowResult]) -> None:
    for result in results:
        _tell_of(result)


def _tell_of(result: RowResult | None) -> None:
    if result is None:
        return
    for path in result.files:
        tell(str(path))
    for problem in (*result.advice, *result.problems):
        if problem.path == "-":
            complain(say("row {row}: {what}", row=result.row, what=problem.message))
        else:
            place = place_of(problem.path)
            complain(say("row {row}, {path}: {what}", row=result.row, path=place, what=problem.message))

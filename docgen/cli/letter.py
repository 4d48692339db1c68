"""`docgen letter`: a letter from a data file, from answers, or one for every row of a table, as PDF and DOCX."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen import __version__
from docgen.cli.choices import chosen_formats, chosen_pack, workspace_here
from docgen.cli.speaking import SpeakingCommand, complain, option, tell
from docgen.errors import UsageError
from docgen.messages import current, mark, render
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docgen.documents.heads import Head
    from docgen.documents.packs import Pack
    from docgen.errors import Problem
    from docgen.model.text import Message

__all__ = ["command"]


@click.command(
    name="letter",
    cls=SpeakingCommand,
    help=mark(
        "Draw up a letter from a data file, as PDF and DOCX with the same words. All faults of the data are listed at "
        "once; then nothing is written. With --table every row of a table becomes a letter."
    ),
)
@click.argument("kind", required=False, default="", metavar="KIND")
@option("--data", type=click.Path(path_type=Path), help=mark("Data file, TOML or JSON; - for standard input."))
@option("--example", is_flag=True, help=mark("Print a commented data file that works as it is."))
@option(
    "--ask",
    is_flag=True,
    help=mark("Ask for what is missing, one field after another; with --data only for what the letter needs."),
)
@option("--table", type=click.Path(path_type=Path), help=mark("Table, CSV in UTF-8 or .xlsx: a letter for every row."))
@option("--table-example", is_flag=True, help=mark("Print a table with its header and one row."))
@option("--pack", metavar="PACK", help=mark("Pack of the memorandum: a name or a folder; default iem."))
@option("--format", "formats", default="pdf,docx", show_default=True, help=mark("Formats, parted by a comma."))
@option("-o", "--output", type=click.Path(path_type=Path), help=mark("Folder for the files."))
@option("--preview", is_flag=True, help=mark("Also write the pages as PNG, and show them in the terminal."))
@option("--json", "as_json", is_flag=True, help=mark("Print one JSON document."))
@click.pass_obj
def command(
    root: dict[str, object],
    /,
    *,
    kind: str,
    data: Path | None,
    example: bool,
    ask: bool,
    table: Path | None,
    table_example: bool,
    pack: str | None,
    formats: str,
    output: Path | None,
    preview: bool,
    as_json: bool,
) -> int:
    """Make one letter, or the letters of a table."""
    folder = root.get("workspace")
    workspace = workspace_here(folder if isinstance(folder, Path) else None)
    kinds = chosen_formats(formats)
    from docgen.documents.letters import head_of  # noqa: PLC0415 - only when a letter is made
    from docgen.documents.packs import open_pack  # noqa: PLC0415 - as above

    loaded = open_pack(workspace, chosen_pack(workspace, pack))
    head = head_of(kind, loaded)
    _refuse_contradictions(kind, data, table, kinds, ask=ask, preview=preview, prints=example or table_example)
    target = output or (workspace.output / "letters" if workspace else Path())
    quiet = bool(root.get("quiet"))
    if example:
        from docgen.documents.examples import example_of  # noqa: PLC0415 - as above

        tell(example_of(kind, loaded, current().value).rstrip("\n"))
        return 0
    if table_example:
        from docgen.cli import letter_table  # noqa: PLC0415 - as above

        letter_table.table_example(kind, loaded)
        return 0
    if table is not None:
        from docgen.cli.letter_table import make_table  # noqa: PLC0415 - as above
        from docgen.documents.batch import Batch  # noqa: PLC0415 - as above
        from docgen.workspace import chosen_jobs  # noqa: PLC0415 - as above

        batch = Batch(kind=kind, pack=loaded, formats=kinds, folder=target)
        return make_table(batch, table, jobs=chosen_jobs(workspace), as_json=as_json, quiet=quiet)
    content = b"" if data is None else _read(data)
    written: Mapping[str, object]
    if ask:
        from docgen.cli.letter_ask import ask_for  # noqa: PLC0415 - as above

        written = ask_for(kind, loaded, content, source=data)
    else:
        from docgen.documents.datafile import parse_datafile  # noqa: PLC0415 - as above

        written = parse_datafile(content, source=str(data))
    files, advice = _make(kind, written, str(data or "-"), loaded, kinds=kinds, target=target, as_json=as_json)
    if preview:
        from docgen.cli.preview import show_pages  # noqa: PLC0415 - as above

        files += show_pages([path for path in files if path.suffix == ".pdf"], in_terminal=not as_json)
    if as_json:
        whole = {"schema": "docgen-letter/1", "docgen": __version__, "exit_code": 0}
        said = [{"path": one.path, "message": render(one.message)} for one in advice]
        tell(json.dumps({**whole, "files": [str(path) for path in files], "advice": said}, ensure_ascii=False))
    elif not quiet:
        complain(_advice(head, loaded))
    return 0


def _advice(head: Head, pack: Pack) -> Message:
    """Return what to do with the letter now: it depends on who writes it."""
    from docgen.documents.heads import Author  # noqa: PLC0415 - only when a letter was made

    if head.author is Author.SECRETARIAT:
        return say(
            "Read the PDF, have it signed (the PDF, not the DOCX) with a qualified signature and time stamp, send it "
            "to the organisation's e-address, and record it: docgen register sent INTAKE FILE --by NAME"
        )
    return say(
        "Read the PDF, sign it (the PDF, not the DOCX) with a qualified signature and time stamp, and send it to the "
        "addressee's e-address ({holder}). Do not save it again in another program.",
        holder=pack.memorandum.holder.nominative,
    )


def _refuse_contradictions(
    kind: str,
    data: Path | None,
    table: Path | None,
    kinds: tuple[str, ...],
    *,
    ask: bool,
    preview: bool,
    prints: bool,
) -> None:
    """Raise `UsageError` for a call that says too little, or two things at once."""
    if data is None and table is None and not ask and not prints:
        raise UsageError(
            say("which data?"),
            say("Print an example, change it, and use it: docgen letter {kind} --example > ngo.toml", kind=kind),
        )
    if table is not None and (data is not None or ask):
        raise UsageError(say("--table makes letters of its rows alone"), say("Leave out --data and --ask."))
    if preview and (table is not None or "pdf" not in kinds):
        raise UsageError(
            say("--preview shows the pages of one PDF"), say("Leave out --table, and have pdf among the formats.")
        )
    if ask and str(data) == "-":
        raise UsageError(say("--ask reads answers from the standard input"), say("Give a file: --data FILE"))


def _read(data: Path) -> bytes:
    from docgen.documents.datafile import LIMIT  # noqa: PLC0415 - only when a letter is made
    from docgen.files import read_own  # noqa: PLC0415 - as above

    return sys.stdin.buffer.read(LIMIT + 1) if str(data) == "-" else read_own(data, LIMIT)


def _make(
    kind: str,
    data: Mapping[str, object],
    source: str,
    pack: Pack,
    *,
    kinds: tuple[str, ...],
    target: Path,
    as_json: bool,
) -> tuple[list[Path], tuple[Problem, ...]]:
    from docgen.documents.letters import check_letter, make_letter  # noqa: PLC0415 - only when a letter is made
    from docgen.files import safe_join, write_new  # noqa: PLC0415 - as above

    letter = check_letter(kind, data, pack, source=source)
    for problem in () if as_json else letter.advice:
        complain(say("{path}: {what}", path=problem.path, what=problem.message))
    paths = []
    for name, content in make_letter(letter, kinds).items():
        path = safe_join(target, name)
        write_new(path, content)
        paths.append(path)
        if not as_json:
            tell(str(path))
    return paths, letter.advice

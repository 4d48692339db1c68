"""`docgen letter --ask`: the data of a letter by question and answer, in a terminal or from standard input."""

from __future__ import annotations

import contextlib
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.speaking import complain, here
from docgen.documents.interview import Conversation, Offer
from docgen.errors import DataError, UnwritableError
from docgen.messages import current
from docgen.model.fields import FieldType, Required
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docgen.documents.interview import Question
    from docgen.documents.packs import Pack
    from docgen.model.text import Message

__all__ = ["ask_for"]

_YES = {"y", "yes", "j", "jā", "ja"}
_NO = {"n", "no", "nē", "ne"}
_BACK = "<"
_TRIES = 1000
_NEEDS = {
    Required.YES: say("must be given"),
    Required.ADVISABLE: say("is advisable"),
    Required.NO: say("may be left out"),
}


class _BackError(Exception):
    """The person wants to be asked again what was asked before."""


def ask_for(kind: str, pack: Pack, content: bytes, *, source: Path | None) -> Mapping[str, object]:
    """Return the data of a letter: what the data file says, and the answers; offers to save them as a data file.

    `content` are the bytes of `source`. Of a TOML file the text is kept, and it is overwritten only on a yes.
    Where it is cut short (Ctrl-C, or the end of standard input) the answers so far are kept in a data file, which is
    named; then `KeyboardInterrupt`. Raises `DataError` where the data file is broken, or has problems that no answer
    mends.
    """
    from docgen.documents.datafile import parse_datafile  # noqa: PLC0415 - only when something is asked

    written = parse_datafile(content, source=str(source)) if source is not None else {}
    try:
        talk = Conversation(kind, pack, written, everything=source is None)
    except DataError as exc:
        raise DataError(str(source), exc.problems, exc.hint) from exc
    complain(
        say(
            "An empty answer leaves out what is not required; {back} goes back to the question before. Ctrl-C stops; "
            "the answers so far are kept.",
            back=_BACK,
        )
    )
    try:
        if _is_to_be_saved(talk):
            saved, is_kept = _saved_text(kind, pack, talk.data, content)
            path = _overwrite(source, content, saved) if source is not None and is_kept else None
            complain(say("Saved: {file}", file=str(path or _save(saved, _name(kind, talk.data)))))
    except (KeyboardInterrupt, EOFError):
        click.echo(err=True)
        if talk.has_answers:
            path = _save(_saved_text(kind, pack, talk.data, content)[0], f"{kind}-draft")
            command = f"docgen letter {kind} --ask --data {shlex.quote(str(path))}"
            complain(say("The answers so far are kept in {file}.", file=str(path)))
            complain(say("→ {command}", command=here(command)))
        raise KeyboardInterrupt from None
    return talk.data


def _is_to_be_saved(talk: Conversation) -> bool:
    """Ask all questions, and at last whether the answers are to be saved."""
    while True:
        try:
            step = talk.step
            if step is None:
                saving = say("Save the answers as a data file?")
                return talk.has_answers and _yes(saving, default=True, may_go_back=True)
            talk.answer(_yes(_offer(step), may_go_back=True) if isinstance(step, Offer) else _answer(step))
        except _BackError:
            talk.back()


def _offer(offer: Offer) -> Message:
    label = offer.field.label[current().value]
    if offer.another:
        return say("Add another: {label}?", label=label)
    return say("Add this to the letter: {label}?", label=label)


def _answer(question: Question) -> str:
    """Return what was typed for a field; several lines where it takes several, up to an empty one."""
    field, language = question.field, current().value
    if question.problem is not None:
        complain(say("✗ {path}: {what}", path=question.path, what=question.problem))
    need = say("one of several must be given") if field.one_of else _NEEDS[field.required]
    need = _NEEDS[Required.YES] if question.needed else need
    complain(say("{label} ({need})", label=field.label[language], need=need))
    if field.hint is not None:
        complain(say("  {hint}", hint=field.hint[language]))
    for number, choice in enumerate(field.choices, start=1):
        complain(say("  {number} – {choice}", number=number, choice=choice))
    if not field.choices:
        complain(say("  for example: {example}", example=field.example.replace("\n", " | ")))
    if field.type.is_many:
        if field.type is FieldType.LIST:
            complain(say("  One entry a line; an empty line ends."))
        else:
            complain(say("  One paragraph a line; an empty line ends."))
        lines = []
        while line := _line():
            lines.append(line)
        return ("\n" if field.type is FieldType.LIST else "\n\n").join(lines)
    line = _line()
    if field.choices and line.isdecimal() and 0 < int(line) <= len(field.choices):
        return field.choices[int(line) - 1]
    return line


def _yes(question: Message, *, default: bool = False, may_go_back: bool = False) -> bool:
    while True:
        complain(say("{question} (yes/no; empty: {default})", question=question, default=_word(yes=default)))
        word = _line(may_go_back=may_go_back).lower()
        if not word or word in _YES | _NO:
            return word in _YES or (not word and default)
        complain(say("Answer yes or no."))


def _word(*, yes: bool) -> Message:
    return say("yes") if yes else say("no")


def _line(*, may_go_back: bool = True) -> str:
    """Return one line; with a terminal's own editing where there is a terminal.

    Raises `EOFError` at the end, `_BackError` at the sign for going back.
    """
    line = _typed()
    if may_go_back and line == _BACK:
        raise _BackError
    return line


def _typed() -> str:
    while True:
        try:
            if sys.stdin.isatty() and sys.stdout.isatty():
                with contextlib.suppress(ImportError):
                    import readline  # noqa: F401, PLC0415 - `input` uses it once it is loaded; not every system has it
                return input("> ").strip()
            line = sys.stdin.readline()
        except UnicodeDecodeError:
            complain(say("the text is not UTF-8"))
            continue
        if not line:
            raise EOFError
        return line.strip()


def _name(kind: str, data: Mapping[str, object]) -> str:
    organisation = data.get("organisation")
    number = organisation.get("registration_number", "") if isinstance(organisation, dict) else ""
    return f"{kind}-{number}" if number else kind


def _saved_text(kind: str, pack: Pack, data: Mapping[str, object], content: bytes) -> tuple[bytes, bool]:
    """Return the data file, and whether it is the text of the one that was given: that is so of TOML alone."""
    from docgen.documents.datafile_edits import data_file_with  # noqa: PLC0415 - only when something is saved
    from docgen.documents.examples import data_file_of  # noqa: PLC0415 - as above

    if content.strip() and not content.decode("utf-8-sig").lstrip().startswith("{"):
        kept = data_file_with(content, kind, pack, current().value, data)
        if kept is not None:
            return kept, True
        complain(say("The text of the data file cannot be kept as it stands; the answers are saved without it."))
    return data_file_of(kind, pack, current().value, data).encode(), False


def _overwrite(source: Path, content: bytes, saved: bytes) -> Path | None:
    """Write the data file anew where that is wanted; None where another name is to be found."""
    from docgen.documents.datafile import LIMIT  # noqa: PLC0415 - only when something is saved
    from docgen.files import read_own, write_new  # noqa: PLC0415 - as above

    # A pipe has no place to write to.
    if not source.is_file() or not _yes(say("Overwrite {file}?", file=str(source))):
        return None
    if not source.is_file() or read_own(source, LIMIT) != content:
        complain(say("{file} was changed in the meantime and stays as it is.", file=str(source)))
        return None
    # A link stays a link.
    write_new(source.resolve(), saved, replace=True)
    return source


def _save(content: bytes, name: str) -> Path:
    """Write a data file of that name, or with a number where the name is taken by another file."""
    from docgen.files import safe_join, write_new  # noqa: PLC0415 - only when something is saved

    for number in range(1, _TRIES):
        path = safe_join(Path(), f"{name}-{number}.toml" if number > 1 else f"{name}.toml")
        if not path.exists() or path.read_bytes() == content:
            write_new(path, content)
            return path
    raise UnwritableError(say("{file} exists already and is another file", file=f"{name}.toml"))

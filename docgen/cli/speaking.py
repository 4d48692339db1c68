"""Click in two languages: help texts are marked literals, translated when they are shown."""

from __future__ import annotations

import os
import re
import shlex
import sys
from typing import TYPE_CHECKING, Any

import click

from docgen.errors import DataError, DocgenError
from docgen.messages import mark, render, translate
from docgen.model.certificates import mask_codes
from docgen.model.places import place_of
from docgen.model.text import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

__all__ = [
    "SpeakingArgument",
    "SpeakingCommand",
    "SpeakingGroup",
    "SpeakingOption",
    "UnknownCommandError",
    "complain",
    "here",
    "option",
    "remember_workspace",
    "tell",
    "told_anything",
]

# Characters that a terminal would act on, or that hide or reorder text: never printed as they came.
_UNSAFE = {
    code: f"\\u{code:04x}"
    for code in (
        *range(0x20),
        *range(0x7F, 0xA0),
        0xAD,
        0x061C,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xD800, 0xE000),
        0xFEFF,
        *range(0xE0000, 0xE1000),
    )
    if chr(code) not in "\n\t"
}


_told: list[int] = []


def _harmless(text: str) -> str:
    return mask_codes(text).translate(_UNSAFE)


def tell(text: str) -> None:
    """Print a result to stdout, with nothing in it that a terminal would act on, and no personal code."""
    _told.append(len(text))
    click.echo(_harmless(text))


def told_anything() -> bool:
    """Whether this process has printed a result already."""
    return bool(_told)


# The workspace that this call named, and the commands that take one: what a hint must repeat to hold as it is printed.
_workspace: list[tuple[str, re.Pattern[str]]] = []


def remember_workspace(folder: Path | None, commands: Iterable[str]) -> None:
    """Have `here` name the workspace of this call; None where the call named none."""
    _workspace.clear()
    if folder is not None:
        names = "|".join(re.escape(name) for name in commands)
        _workspace.append((shlex.quote(str(folder)), re.compile(rf"\bdocgen (?=(?:{names})\b)")))


def here(text: str) -> str:
    """Return a hint or a next command with `--workspace DIR` in every call of docgen, if this call used it."""
    if not _workspace:
        return text
    folder, called = _workspace[0]
    return called.sub(lambda _: f"docgen --workspace {folder} ", text)


# What a person puts in the place of these words of a command, in the reader's language; options are never translated.
_PLACEHOLDERS = (
    mark("--act ACT"),
    mark("--by NAME"),
    mark("--effective DAY"),
    mark("--name NAME"),
    mark("--organisation NUMBER"),
    mark("--why TEXT"),
)


def typed_next(command: str) -> str:
    """Return a next command as people read it: in this call's workspace, its placeholders in their language."""
    for words in _PLACEHOLDERS:
        command = command.replace(words, translate(words))
    return here(command)


def complain(error: DocgenError | Message) -> None:
    """Print a fact and its next step to stderr."""
    message = error if isinstance(error, Message) else error.message
    lines = [render(message)]
    if isinstance(error, DataError):
        lines += [f"  {render(place_of(problem.path))}: {render(problem.message)}" for problem in error.problems]
    if isinstance(error, DocgenError) and error.hint is not None:
        lines.append(f"→ {here(render(error.hint))}")
    click.echo(_harmless("\n".join(lines)), err=True)
    sys.stderr.flush()


class SpeakingOption(click.Option):
    """An option whose help is translated when it is shown, and which `DOCGEN_<OPTION>` mirrors.

    The variable of one command (`DOCGEN_VERIFY_TRUST`) goes before that of all (`DOCGEN_TRUST`). What makes reading a
    stranger's file less safe has none: it stands in the call, or it does not hold.
    """

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """Look for the variable of the command, then for that of the option."""
        name = max(self.opts, key=len).lstrip("-").replace("-", "_").upper()
        if name.startswith("UNSAFE_") or name in {"HELP", "VERSION"}:
            return None
        return super().resolve_envvar_value(ctx) or os.environ.get(f"DOCGEN_{name}") or None

    def make_metavar(self, ctx: click.Context) -> str:
        """Name the kind of value by its code: Click fixes the word for a path in the language of the first import."""
        return "PATH" if self.metavar is None and isinstance(self.type, click.Path) else super().make_metavar(ctx)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Translate, then let Click lay it out."""
        kept, self.help = self.help, translate(self.help or "")
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = kept


class SpeakingArgument(click.Argument):
    """An argument; its metavar is a code and stays."""


class SpeakingCommand(click.Command):
    """A command whose help is translated when it is shown; `-h` and `--help` ask for it, however it was called."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - Click's own settings
        """Make the command as Click does."""
        super().__init__(*arguments, **settings)
        self.context_settings.setdefault("help_option_names", ["-h", "--help"])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Have the help option speak the language chosen meanwhile."""
        self.get_help_option(ctx)
        super().format_options(ctx, formatter)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Translate, then let Click lay it out."""
        kept, self.help = self.help, translate(self.help or "")
        try:
            super().format_help_text(ctx, formatter)
        finally:
            self.help = kept

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Say in the language of this call what `--help` does: Click fixes that text before `--lang` was read."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = translate(mark("Show this message and exit."))
        return found


class UnknownCommandError(click.UsageError):
    """A command that there is not, and the names that were meant perhaps."""

    def __init__(self, error: click.UsageError, near: Sequence[str]) -> None:
        """Say what Click says."""
        super().__init__(error.message, error.ctx)
        self.near = tuple(near)


class SpeakingGroup(SpeakingCommand, click.Group):
    """A group whose commands show a translated line of help."""

    command_class = SpeakingCommand

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command as Click does; a slip is told with the nearest names."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as exc:
            from difflib import get_close_matches  # noqa: PLC0415 - only after a slip

            raise UnknownCommandError(exc, get_close_matches(args[0], self.list_commands(ctx), n=1)) from exc

    def summaries(self) -> list[tuple[str, str]]:
        """Name every command with its marked line of help."""
        return [(name, command.help or "") for name, command in self.commands.items()]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - Click's signature
        """List the commands."""
        with formatter.section(translate(mark("Commands"))):
            formatter.write_dl([(name, translate(line)) for name, line in self.summaries()])


def option(*names: str, **settings: Any) -> Callable[..., Any]:  # noqa: ANN401 - Click's own settings
    """Declare an option with a marked help text."""
    return click.option(*names, cls=SpeakingOption, **settings)

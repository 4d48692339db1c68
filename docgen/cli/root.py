"""The command `docgen`: global options, lazy subcommands, and the one place where an error becomes an exit code."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from docgen import __version__
from docgen.cli.speaking import (
    SpeakingGroup,
    SpeakingOption,
    UnknownCommandError,
    complain,
    here,
    remember_workspace,
    tell,
    told_anything,
)
from docgen.errors import DataError, DocgenError, ExitCode, UnwritableError, why_of
from docgen.messages import Language, activate, default_language, mark, render
from docgen.model.text import Message, say

# name -> (module, one line of help). A module is imported when its command runs, and has it as `command`.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("docgen.cli.demo", mark("The whole story, offline, in output/demo/.")),
    "letter": ("docgen.cli.letter", mark("Draw up a letter from a data file, as PDF and DOCX.")),
    "template": ("docgen.cli.template", mark("The templates of letters: list, fields, check, copy.")),
    "invitation": ("docgen.cli.invitation", mark("Draw up the invitation to a council sitting.")),
    "agenda": ("docgen.cli.agenda", mark("Draw up the agenda of a council sitting.")),
    "minutes": ("docgen.cli.minutes", mark("Draw up the minutes of a council sitting.")),
    "extract": ("docgen.cli.extract", mark("Draw up a certified extract from minutes.")),
    "workplan": ("docgen.cli.workplan", mark("Draw up a council's work plan, its yearly review; list what is open.")),
    "init": ("docgen.cli.init", mark("Make a workspace.")),
    "verify": ("docgen.cli.verify", mark("Verify signed files: signatures, time stamps, changes after signing.")),
    "receive": ("docgen.cli.receive", mark("Store, verify and recognise what arrived; propose a decision.")),
    "register": ("docgen.cli.register", mark("The register: list, show, decide, history, status, audit, export.")),
    "compile": ("docgen.cli.compile", mark("Issue the sealed official copy with its member annex.")),
    "doctor": ("docgen.cli.doctor", mark("Say what this machine has and lacks for docgen.")),
}

_WITHOUT_WORKSPACE = {"demo", "init", "doctor"}


class LazyGroup(SpeakingGroup):
    """Finds its commands by the table above and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's signature
        """Name the commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - Click's signature
        """Import and return a command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        loaded = import_module(entry[0]).command
        if not isinstance(loaded, click.Command):
            msg = f"{entry[0]} has no command"
            raise TypeError(msg)
        return loaded

    def summaries(self) -> list[tuple[str, str]]:
        """Name every command with its line of help, without importing it."""
        return [(name, help_line) for name, (_, help_line) in COMMANDS.items()]


def _choose_language(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:  # noqa: ARG001 - Click's signature
    activate(Language(value) if value else default_language(os.environ))
    return value


@click.group(
    cls=LazyGroup,
    help=mark("Letters, verification, register and official copy of an open memorandum."),
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "DOCGEN"},
)
@click.option(
    "--lang",
    cls=SpeakingOption,
    type=click.Choice([language.value for language in Language]),
    expose_value=False,
    is_eager=True,
    callback=_choose_language,
    help=mark("Language of messages; default from the locale."),
)
@click.option(
    "--workspace",
    cls=SpeakingOption,
    type=click.Path(path_type=Path),
    help=mark("Folder of the workspace; default the current one if it has a docgen.toml."),
)
@click.option("-q", "--quiet", cls=SpeakingOption, is_flag=True, help=mark("Say only what is asked for."))
@click.option("-v", "--verbose", cls=SpeakingOption, is_flag=True, help=mark("Say more; show tracebacks."))
@click.version_option(
    __version__,
    "--version",
    cls=SpeakingOption,
    prog_name="docgen",
    message="%(prog)s %(version)s",
    help=mark("Show the version and exit."),
)
@click.pass_context
def root(ctx: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - Click hands the options over as they are
    """Keep the global options for the command that runs."""
    ctx.obj = options
    named = ctx.get_parameter_source("workspace") is ParameterSource.COMMANDLINE
    remember_workspace(options["workspace"] if named else None, COMMANDS.keys() - _WITHOUT_WORKSPACE)
    folder = options["workspace"] or Path()
    if "DOCGEN_LANG" not in os.environ and "--lang" not in " ".join(sys.argv) and (folder / "docgen.toml").is_file():
        from docgen.workspace import language_of  # noqa: PLC0415 - only in a workspace

        chosen = language_of(folder)
        if chosen is not None:
            activate(chosen)


def _end(code: ExitCode, error: DocgenError | Message | str) -> ExitCode:
    """Say what went wrong; where JSON was asked for, stdout gets its one document all the same."""
    if not isinstance(error, str):
        complain(error)
    if ("--json" in sys.argv or os.environ.get("DOCGEN_JSON")) and not told_anything():
        command = next((word for word in sys.argv[1:] if word in COMMANDS), "docgen")
        message = error if isinstance(error, str) else render(error if isinstance(error, Message) else error.message)
        said: dict[str, object] = {"message": message}
        if isinstance(error, DocgenError) and error.hint is not None:
            said["hint"] = here(render(error.hint))
        if isinstance(error, DataError):
            said["problems"] = [{"path": p.path, "message": render(p.message)} for p in error.problems]
        document = {"schema": f"docgen-{command}/1", "docgen": __version__, "exit_code": int(code), "files": []}
        tell(json.dumps({**document, "error": said}, ensure_ascii=False, indent=1))
    return code


def _hint_at_slip(exc: click.ClickException) -> None:
    """Name near commands, say where an option of every command stands, and how to name a file that looks like one."""
    if isinstance(exc, UnknownCommandError) and exc.near:
        complain(say("→ Did you mean {near}?", near=", ".join(exc.near)))
    if not isinstance(exc, click.NoSuchOption):
        return
    if exc.ctx is not None and any(exc.option_name in param.opts for param in root.params):
        command = exc.ctx.command_path.removeprefix(f"{exc.ctx.find_root().command_path} ")
        complain(
            say(
                "→ {option} stands before the command: docgen {option} … {command}",
                option=exc.option_name,
                command=command,
            )
        )
    for word in sys.argv[1:]:
        if word.startswith("-") and Path(word).is_file():
            complain(say("→ A file whose name begins with a hyphen stands after two hyphens: -- {file}", file=word))


def main() -> None:
    """Run docgen and end the process with the documented exit code."""
    with contextlib.suppress(ValueError, OSError):
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    verbose = "-v" in sys.argv or "--verbose" in sys.argv or bool(os.environ.get("DOCGEN_VERBOSE"))
    activate(default_language(os.environ))
    try:
        code = root.main(standalone_mode=False)
    except click.exceptions.Exit as exit_:
        code = exit_.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = _end(
            ExitCode.INTERRUPTED,
            say("Interrupted; nothing was registered or issued by the step that was cut off. It can be run again."),
        )
    except SystemExit:
        # So Click ends where the reader of its output has gone, as `| head` does.
        code = ExitCode.UNWRITABLE
    except click.ClickException as exc:
        exc.show()
        _hint_at_slip(exc)
        code = _end(ExitCode.USAGE, exc.format_message())
    except DocgenError as exc:
        if verbose:
            traceback.print_exc()
        code = _end(exc.exit_code, exc)
    except OSError as exc:
        if verbose:
            traceback.print_exc()
        error = UnwritableError(say("{file}: {why}", file=exc.filename or "-", why=why_of(exc)))
        code = _end(ExitCode.UNWRITABLE, error)
    except Exception:  # noqa: BLE001 - the last line of defence: a bug says that it is one
        traceback.print_exc()
        code = _end(
            ExitCode.BUG, say("This is a bug in docgen. Nothing was registered or written by the step that failed.")
        )
    sys.exit(int(code) if isinstance(code, int) else 0)

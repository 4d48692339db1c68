"""`docgen doctor`: what this machine has and lacks, and whether the lock of the worker really holds.

The lock is tested, not asked about: each forbidden thing is tried in a locked worker and must fail there. Exit 3 where
files from strangers cannot be read safely; optional programs that are missing are only named.
"""

from __future__ import annotations

import json
import platform
import shutil
import sys
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

import click

from docgen import __version__
from docgen.cli.speaking import SpeakingCommand, option, tell
from docgen.errors import DocgenError, ExitCode, MissingError
from docgen.messages import mark, render
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = (
    "pyhanko",
    "pyhanko-certvalidator",
    "cryptography",
    "typst",
    "pypdf",
    "pypdfium2",
    "python-docx",
    "sqlalchemy",
    "tzdata",
)
_PROGRAMS = {
    "java": say("needed by the outside judges veraPDF and EU DSS"),
    "qpdf": say("an outside judge of PDF files"),
    "pdftotext": say("an outside judge of PDF files"),
    "soffice": say("shows DOCX files as LibreOffice does"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One thing that was looked at. `state` is `ok`, `missing` (optional) or `failed`."""

    name: str
    state: str
    note: Message


@click.command("doctor", cls=SpeakingCommand, help=mark("Say what this machine has and lacks for docgen."))
@option("--json", "as_json", is_flag=True, help=mark("Print one JSON document."))
def command(*, as_json: bool) -> None:
    """Look at everything, print it, and exit 3 if the worker cannot be locked down."""
    lines = [*_versions(), *_sandbox(), *_programs()]
    failed = any(line.state == "failed" for line in lines)
    code = ExitCode.MISSING if failed else ExitCode.DONE
    if as_json:
        tell(json.dumps(_report(lines, code), ensure_ascii=False, indent=1))
    else:
        tell("\n".join(f"{_SIGNS[line.state]} {line.name}: {render(line.note)}" for line in lines))
    if failed and not as_json:
        raise MissingError(
            say("files from strangers cannot be read safely on this machine"),
            say("Use Linux on x86-64 or arm64 for files from strangers, or --unsafe-no-sandbox for files of your own."),
        )
    if failed:
        sys.exit(int(code))


_SIGNS = {"ok": "✓", "missing": "–", "failed": "✗"}


def _report(lines: list[_Line], code: ExitCode) -> dict[str, Any]:
    checks = [{"name": line.name, "state": line.state, "note": render(line.note)} for line in lines]
    return {"schema": "docgen-doctor/1", "docgen": __version__, "exit_code": int(code), "checks": checks}


def _versions() -> Iterator[_Line]:
    yield _Line(name="docgen", state="ok", note=say("version {version}", version=__version__))
    yield _Line(name="python", state="ok", note=say("version {version}", version=platform.python_version()))
    for part in _PARTS:
        try:
            yield _Line(name=part, state="ok", note=say("version {version}", version=metadata.version(part)))
        except metadata.PackageNotFoundError:
            yield _Line(name=part, state="failed", note=say("not installed"))
    try:
        note = say("version {version}", version=metadata.version("certomancer"))
        yield _Line(name="demo", state="ok", note=note)
    except metadata.PackageNotFoundError:
        yield _Line(name="demo", state="missing", note=say("needed by the demonstration: pip install 'docgen[demo]'"))


def _sandbox() -> Iterator[_Line]:
    if sys.platform != "linux":
        yield _Line(name="seccomp", state="failed", note=say("this system has none"))
        return
    from docgen._lockdown.lock import landlock_abi, seccomp_supported  # noqa: PLC0415 - Linux only

    supported = seccomp_supported()
    note = say("available") if supported else say("this system has none")
    yield _Line(name="seccomp", state="ok" if supported else "failed", note=note)
    abi = landlock_abi()
    note = say("version {version}", version=abi) if abi else say("this system has none; seccomp alone must do")
    yield _Line(name="landlock", state="ok" if abi else "missing", note=note)
    if supported:
        yield from _attempts()


def _attempts() -> Iterator[_Line]:
    from docgen.cli._selftest import ATTEMPTS  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.worker import PROFILES, Finished, Forker, Request  # noqa: PLC0415 - as above

    requests = [
        Request(job=job, profile=PROFILES["letter"], arguments={"what": what})
        for job, what in [("user", ""), *(("attempt", what) for what in ATTEMPTS)]
    ]
    try:
        with Forker("docgen.cli._selftest") as forker:
            user, *outcomes = forker.run_many(requests)
    except DocgenError as exc:
        yield _Line(name="worker", state="failed", note=exc.message)
        return
    if isinstance(user, Finished):
        uid = int(user.result["uid"])
        note = say("runs as root: this container keeps its user") if uid == 0 else say("runs as user {uid}", uid=uid)
        yield _Line(name="worker", state="ok", note=note)
    for what, outcome in zip(ATTEMPTS, outcomes, strict=True):
        refused = isinstance(outcome, Finished) and outcome.result.get("refused") is True
        note = say("tried in a worker and refused") if refused else say("tried in a worker and NOT refused")
        yield _Line(name=what, state="ok" if refused else "failed", note=note)


def _programs() -> Iterator[_Line]:
    for name, note in _PROGRAMS.items():
        yield _Line(name=name, state="ok" if shutil.which(name) else "missing", note=note)
    yield _verapdf()


def _verapdf() -> _Line:
    from docgen.signatures.verapdf import program  # noqa: PLC0415 - `--help` does not pay for it

    try:
        found = program()
    except MissingError as exc:
        return _Line(name="verapdf", state="missing", note=exc.message)
    if found is None:
        return _Line(name="verapdf", state="missing", note=say("editions are sealed after docgen's own check alone"))
    note = say("judges every edition that is sealed, beside docgen's own check")
    return _Line(name="verapdf", state="ok", note=note)

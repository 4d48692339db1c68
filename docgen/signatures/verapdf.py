"""veraPDF, where there is one: an outside program decides on PDF/A-3a and PDF/UA-1 (adapter; verapdf.org).

The program is what `DOCGEN_VERAPDF` names, else `verapdf` on the path. It is a second opinion: its absence is no error,
but a program that is named and not there is, and so is one that gives no verdict.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from docgen.errors import ConformanceError, MissingError
from docgen.model.text import say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["judge", "program"]

_FLAVOURS = {"3a": "PDF/A-3a", "ua1": "PDF/UA-1"}
_PATIENCE = 1_800  # seconds: 5,000 letters took it 69
_VERDICT = re.compile(rb'<validationReport[^>]*\bisCompliant="(true|false)"')
_FAILED = re.compile(rb'<rule specification="([^"]+)" clause="([^"]+)" testNumber="(\d+)" status="failed"')


def program() -> str | None:
    """Return the program, None where there is none. Raises `MissingError` where `DOCGEN_VERAPDF` names what is none."""
    named = os.environ.get("DOCGEN_VERAPDF")
    found = shutil.which(named or "verapdf")
    if named and found is None:
        raise MissingError(
            say("DOCGEN_VERAPDF names {file}, which is no program", file=named),
            say("Name the program verapdf, or unset the variable."),
        )
    return found


def judge(path: Path) -> None:
    """Have `path` judged, if there is a judge. Raises `ConformanceError` for each failed rule, and for no verdict."""
    verapdf = program()
    if verapdf is None:
        return
    failed = [rule for flavour in _FLAVOURS for rule in _failed(verapdf, flavour, path)]
    if failed:
        raise ConformanceError(
            say("veraPDF finds that the sealed file is not PDF/A-3a and PDF/UA-1: {what}.", what="; ".join(failed)),
            say("Nothing was written. This is a fault of docgen: please report it with these words."),
        )


def _failed(verapdf: str, flavour: str, path: Path) -> list[str]:
    try:
        run = subprocess.run(  # noqa: S603 - the user's own program, no shell
            [verapdf, "-f", flavour, "--format", "xml", str(path)], capture_output=True, timeout=_PATIENCE, check=False
        )
        verdict = _VERDICT.search(run.stdout)
    except (OSError, subprocess.TimeoutExpired):
        verdict = None
    if verdict is None:
        raise ConformanceError(
            say("veraPDF gives no verdict on {flavour}", flavour=_FLAVOURS[flavour]),
            say("Call it by hand: {program}. To do without it, take it off the path.", program=verapdf),
        )
    rules = [" ".join(part.decode("utf-8", "replace") for part in rule) for rule in _FAILED.findall(run.stdout)]
    return rules or ([] if verdict[1] == b"true" else [_FLAVOURS[flavour]])

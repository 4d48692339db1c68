"""The pages of an edition printed in a process of their own: the same bytes, without Typst's memory in this one.

Typst keeps hundreds of megabytes for long tables and an allocator seldom gives them back; here they are gone before
attachments are read. `python -m docgen.edition.printing` reads the document's data as JSON and writes the PDF.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

from docgen.documents.pdf import inputs_of, print_inputs
from docgen.errors import ConformanceError
from docgen.model.text import say

if TYPE_CHECKING:
    from docgen.model.blocks import Document

__all__ = ["print_apart"]

_PATIENCE = 300  # seconds: the wall clock of the profile `render`
_REFUSED = 21
# glibc: give blocks of 64 KiB and more back to the system at once (measured/documents.md §2: a third less memory).
_MMAP_THRESHOLD, _TRIM_THRESHOLD, _BLOCK = -3, -1, 65_536


def print_apart(document: Document) -> bytes:
    """Return the PDF of `document`. Raises `ConformanceError` as `print_pdf` does, also where the process ends."""
    try:
        run = subprocess.run(
            [sys.executable, "-P", "-m", "docgen.edition.printing"],
            input=json.dumps(dict(inputs_of(document, ()))).encode("ascii"),
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as exc:
        raise ConformanceError(say("The document cannot be printed: {what}.", what="300 s")) from exc
    if run.returncode == 0 and run.stdout.startswith(b"%PDF-"):
        return run.stdout
    what = run.stderr.decode("utf-8", "replace").strip()[-500:] if run.returncode == _REFUSED else str(run.returncode)
    raise ConformanceError(say("The document cannot be printed: {what}.", what=what))


def _print() -> int:
    _lean()
    try:
        pdf = print_inputs(json.load(sys.stdin.buffer))
    except ConformanceError as exc:
        sys.stderr.write(str(exc))
        return _REFUSED
    sys.stdout.buffer.write(pdf)
    sys.stdout.buffer.flush()
    return 0


def _lean() -> None:
    import ctypes  # noqa: PLC0415 - only in the printing process

    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_MMAP_THRESHOLD, _BLOCK)
        libc.mallopt(_TRIM_THRESHOLD, _BLOCK)


if __name__ == "__main__":
    sys.exit(_print())

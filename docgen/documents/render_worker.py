"""Printing in a worker of its own: where Typst aborts (memory), only that worker ends (security.md §4.5).

`print_with(forker, …)` gives the bytes that `print_pdf` gives; the forker is
`Forker("docgen.documents.render_worker")`. The forker loads Typst and lets it start no thread; only workers print, and
they read nothing but the fonts.
"""

from __future__ import annotations

import base64
import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.documents.font import FONTS
from docgen.documents.pdf import inputs_of, prepare_here, print_here
from docgen.errors import ConformanceError
from docgen.model.text import say
from docgen.worker import PROFILES, Stopped, serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.documents.pdf import Attachment
    from docgen.model.blocks import Document
    from docgen.worker import Forker, Profile

__all__ = ["print_with"]

_MMAP_THRESHOLD, _TRIM_THRESHOLD, _BLOCK = -3, -1, 65_536  # malloc.h of glibc


def print_with(
    forker: Forker,
    document: Document,
    attachments: Sequence[Attachment] = (),
    *,
    profile: Profile = PROFILES["render"],
) -> bytes:
    """Return the PDF, printed in a worker. What Typst refuses, or a worker that was stopped: `ConformanceError`."""
    arguments = dict(inputs_of(document, attachments))
    fonts = Path(document.look.fonts) if document.look.fonts else FONTS
    outcome = forker.run("print", profile, arguments, folder=fonts)
    if isinstance(outcome, Stopped):
        raise ConformanceError(say("The document cannot be printed: {what}.", what=outcome.message))
    if "refused" in outcome.result:
        raise ConformanceError(say("The document cannot be printed: {what}.", what=str(outcome.result["refused"])))
    return base64.b64decode(str(outcome.result["pdf"]), validate=True)


def _print(_data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    inputs = {name: str(arguments[name]) for name in ("data", "attachments", "fonts")}
    try:
        pdf = print_here(inputs)  # the worker stands in the folder of the fonts
    except ConformanceError as exc:
        return {"refused": str(dict(exc.message.values)["what"])}
    return {"pdf": base64.b64encode(pdf).decode("ascii")}


def _lean() -> None:
    """Have the allocator give blocks of 64 KiB and more back to the system at once: a third less memory for tables."""
    import ctypes  # noqa: PLC0415 - only in this process, and only glibc has it

    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL("libc.so.6").mallopt
        for option in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
            mallopt(option, _BLOCK)


if __name__ == "__main__":
    _lean()
    os.chdir(FONTS)
    prepare_here()
    serve({"print": _print}, preload=("typst",))

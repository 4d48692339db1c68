"""Looking at a letter in a worker of its own: `python -m docgen.documents.appearance_worker`.

`appearances_with(forker, …)` gives what each file shows, or None for a file that does not open as docgen writes them;
the forker is `Forker("docgen.documents.appearance_worker")`. Its workers parse and draw strangers' bytes, and read no
file at all.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from docgen.model.recognition import Appearance
from docgen.wire import WireError, decode, encode
from docgen.worker import PROFILES, Finished, Request, serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.worker import Forker

__all__ = ["PRELOAD", "appearances_with"]

# Modules that the readers import at their first use, and where they come with an encoding or a filter of the file.
PRELOAD = (
    "docgen.documents.appearance",
    "encodings.raw_unicode_escape",
    "encodings.utf_16",
    "encodings.utf_32",
    "encodings.utf_32_be",
    "pypdf._configuration",
    "pypdf._text_extraction",
    "pypdf.filters",
    "pypdf.xmp",
    "unicodedata",
)
# What pypdf uses where it is installed; whether it is must not change what a letter looks like.
_NOT_USED = ("PIL", "brotli", "fontTools")
_PROFILE = PROFILES["letter"]


def appearances_with(forker: Forker, files: Sequence[bytes]) -> list[Appearance | None]:
    """Return what each file shows; None where its worker was stopped, or found no file as docgen writes them."""
    requests = [Request(job="look", profile=_PROFILE, data=data) for data in files]
    found: list[Appearance | None] = []
    for outcome in forker.run_many(requests):
        try:
            found.append(decode(outcome.result, Appearance) if isinstance(outcome, Finished) else None)
        except WireError:
            found.append(None)
    return found


def _look(data: bytes | None, _arguments: dict[str, Any]) -> dict[str, Any]:
    """Look at the worker's file. Whatever a reader raises ends the worker, which is the answer."""
    from docgen.documents.appearance import appearance_of  # noqa: PLC0415 - the main process never loads the readers

    assert data is not None, "this job is about a file"
    return encode(appearance_of(data, _PROFILE.limits))


if __name__ == "__main__":
    for _name in _NOT_USED:
        sys.modules[_name] = None  # type: ignore[assignment]  # importing it is an ImportError (Python reference, 5.3.1)
    serve({"look": _look}, PRELOAD)

"""Looking at a letter in a worker of its own: `python -m docgen.documents.appearance_worker`.

`appearances_with(forker, …)` gives what each file shows, or None for a file that does not open as docgen writes them;
the forker is `Forker("docgen.documents.appearance_worker")`. Its workers parse and draw strangers' bytes, and read no
file at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docgen.documents.late_imports import PYPDF_LATE, leave_out_extras
from docgen.model.recognition import Appearance
from docgen.wire import WireError, decode, encode
from docgen.worker import PROFILES, Finished, Request, serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.worker import Forker

__all__ = ["PRELOAD", "appearances_with"]

PRELOAD = ("docgen.documents.appearance", *PYPDF_LATE)
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
    leave_out_extras()
    serve({"look": _look}, PRELOAD)

"""Deep verification behind the lock: the file is read in a forked, locked-down worker; pages are printed here.

`python -m docgen.edition.deep_worker` is the worker's forker. The main process takes its answer as plain values,
checks their schema, and never parses a byte of the edition besides the two data files that the worker handed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docgen.edition.deep import DeepReport, Inspection, conclude, inspect_edition, words_digest
from docgen.edition.printing import print_apart
from docgen.model.events import instant_from_text, instant_to_text
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Reason
from docgen.model.report import FileFormat, FileReport
from docgen.model.text import Message
from docgen.signatures.trust import Trust
from docgen.signatures.worker_jobs import PRELOAD as SIGNATURES
from docgen.wire import WireError, decode, encode
from docgen.worker import Finished, Forker, serve

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

__all__ = ["verify_edition_file"]

_PROFILE = PROFILES["edition"]
_PRELOAD = (
    *SIGNATURES,
    "docgen.documents.structure",
    "pypdf._codecs.core_font_metrics",
    "pypdf._configuration",
    "pypdf.filters",
    "pypdf.xmp",
)


def verify_edition_file(path: Path, *, trust: Trust, as_of: datetime, sandbox: bool = True) -> DeepReport:
    """Return the answer about the edition in `path`, judged at `as_of` by the anchors of `trust` alone.

    Raises `MissingError` where no worker can be locked down (unless `sandbox` is False), `UnreadableError` for a path
    that is no plain file. What the file itself does wrong is in the report.
    """
    with Forker("docgen.edition.deep_worker", sandbox=sandbox) as forker:
        arguments = {"name": path.name, "trust": trust.to_json(), "as_of": instant_to_text(as_of)}
        outcome = forker.run("inspect", _PROFILE, arguments, path)
        if not isinstance(outcome, Finished):
            return DeepReport(edition=_unread(path, outcome.code, outcome.message), originals=(), disagreements=())
        inspection = _received(outcome.result)
        with path.open("rb") as source:
            printed = source.read(inspection.printed)

        def words() -> str | None:
            again = forker.run("words", _PROFILE, {"printed": inspection.printed}, path)
            digest = again.result.get("words") if isinstance(again, Finished) else None
            return digest if isinstance(digest, str) else None

        return conclude(printed, inspection, words, print_apart)


def _unread(path: Path, code: Any, message: Message) -> FileReport:  # noqa: ANN401 - the worker's reason code
    reason = Reason(code=code, message=message)
    return FileReport(file=path.name, sha256=None, size=None, format=FileFormat.OTHER, reasons=(reason,))


def _received(result: dict[str, Any]) -> Inspection:
    """Return the worker's answer, checked. Raises `WireError` for what no worker of ours says."""
    try:
        return Inspection(
            edition=decode(result["edition"], FileReport),
            originals=tuple(decode(item, FileReport) for item in result["originals"]),
            disagreements=tuple(decode(item, Message) for item in result["disagreements"]),
            length=_number(result["length"]),
            sha256=_text(result["sha256"]),
            printed=_number(result["printed"]) or 0,
            manifest=_bytes(result["manifest"]),
            events=_bytes(result["events"]),
        )
    except (KeyError, TypeError) as exc:
        raise WireError("an inspection expected") from exc


def _number(value: object) -> int | None:
    if value is None:
        return None
    if type(value) is not int or value < 0:
        raise WireError("a length expected")
    return value


def _text(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise WireError("a text expected")
    return value


def _bytes(value: object) -> bytes | None:
    text = _text(value)
    return None if text is None else text.encode()


def _inspect(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    inspection = inspect_edition(
        data or b"",
        name=arguments["name"],
        trust=Trust.from_json(arguments["trust"]),
        as_of=instant_from_text(arguments["as_of"]),
    )
    return {
        "edition": encode(inspection.edition),
        "originals": [encode(report) for report in inspection.originals],
        "disagreements": [encode(message) for message in inspection.disagreements],
        "length": inspection.length,
        "sha256": inspection.sha256,
        "printed": inspection.printed,
        "manifest": None if inspection.manifest is None else inspection.manifest.decode(),
        "events": None if inspection.events is None else inspection.events.decode(),
    }


def _words(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"words": words_digest(data or b"", arguments["printed"])}


if __name__ == "__main__":
    serve({"inspect": _inspect, "words": _words}, preload=_PRELOAD)

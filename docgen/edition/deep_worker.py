"""Deep verification behind the lock: the file is read in forked, locked-down workers, the letters side by side.

`python -m docgen.edition.deep_worker` is the workers' forker. One worker reads what the edition holds; then several
take its seal, and its letters a piece at a time. The main process takes their answers as plain values, checks their
schema, and never parses a byte of the edition besides the two data files that the first worker handed over.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from docgen.documents.late_imports import PYPDF_LATE, leave_out_extras
from docgen.edition.deep import (
    Content,
    DeepReport,
    Inspection,
    conclude,
    content_of,
    inspect_edition,
    printed_length,
    verify_seal,
    words_digest,
)
from docgen.edition.letters import Letter, in_pieces, letters_of, verify_letters
from docgen.edition.printing import printing_apart
from docgen.model.events import instant_from_text, instant_to_text
from docgen.model.profiles import PROFILES
from docgen.model.reasons import Reason, ReasonCode
from docgen.model.report import FileFormat, FileReport
from docgen.model.text import Message, say
from docgen.signatures.trust import Trust
from docgen.signatures.worker_jobs import PRELOAD as SIGNATURES
from docgen.wire import WireError, decode, encode
from docgen.worker import Finished, Forker, Request, serve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from docgen.worker import Outcome

__all__ = ["verify_edition_file"]

_PROFILE = PROFILES["edition"]
_PRELOAD = (
    *SIGNATURES,
    *PYPDF_LATE,
    "docgen.documents.structure",
)


class _UnreadError(Exception):
    """A worker gave no answer, or none that can be believed: there is no report on the edition's content."""

    def __init__(self, code: ReasonCode, message: Message) -> None:
        super().__init__(str(message))
        self.code = code
        self.message = message


def verify_edition_file(
    path: Path, *, trust: Trust, as_of: datetime, sandbox: bool = True, jobs: int | None = None
) -> DeepReport:
    """Return the answer about the edition in `path`, judged at `as_of` by the anchors of `trust` alone.

    `jobs` workers verify its letters side by side (default: `DOCGEN_JOBS`, else one a core); the answer does not
    depend on their number. Raises `MissingError` where no worker can be locked down (unless `sandbox` is False),
    `UnreadableError` for a path that is no plain file. What the file itself does wrong is in the report.
    """
    common = {"trust": trust.to_json(), "as_of": instant_to_text(as_of)}
    with Forker("docgen.edition.deep_worker", sandbox=sandbox, width=jobs) as forker:
        try:
            inspection = _inspection(_result(forker.run("inspect", _PROFILE, {}, path)))
            content = content_of(inspection)
            pieces = [] if content is None else _pieces(inspection, content)
            seal, letters = _read(forker, path, common, inspection, pieces)
        except _UnreadError as exc:
            return DeepReport(edition=_unread(path, exc.code, exc.message), originals=(), disagreements=())
        length = printed_length(seal)
        with path.open("rb") as source:
            printed = source.read(length)

        def words() -> str | None:
            again = forker.run("words", _PROFILE, {"printed": length}, path)
            digest = again.result.get("words") if isinstance(again, Finished) else None
            return digest if isinstance(digest, str) else None

        with printing_apart(sandbox=sandbox) as print_document:
            return conclude(printed, seal, inspection, content, letters, words=words, print_document=print_document)


def _pieces(inspection: Inspection, content: Content) -> list[tuple[Letter, ...]]:
    return list(in_pieces(letters_of(content.manifest, content.events, inspection.places)))


def _read(
    forker: Forker, path: Path, common: dict[str, Any], inspection: Inspection, pieces: Sequence[Sequence[Letter]]
) -> tuple[FileReport, list[tuple[FileReport, tuple[Message, ...]]]]:
    """Have the seal and the letters verified side by side. Raises `_UnreadError` where one worker gives no answer."""
    seal = Request(job="seal", profile=_PROFILE, path=path, arguments={**common, "name": path.name})
    letters = (
        Request(
            job="letters",
            profile=_PROFILE,
            path=path,
            arguments={**common, "length": inspection.length, "letters": [letter.to_json() for letter in piece]},
        )
        for piece in pieces
    )
    outcomes = forker.run_many(itertools.chain([seal], letters))
    try:
        report = decode(_result(next(outcomes))["seal"], FileReport)
    except (KeyError, WireError) as exc:
        raise _no_answer() from exc
    found = [
        verified
        for piece, outcome in zip(pieces, outcomes, strict=True)
        for verified in _verified(_result(outcome), piece)
    ]
    return report, found


def _result(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Finished):
        return outcome.result
    raise _UnreadError(outcome.code, outcome.message)


def _unread(path: Path, code: ReasonCode, message: Message) -> FileReport:
    reason = Reason(code=code, message=message)
    return FileReport(file=path.name, sha256=None, size=None, format=FileFormat.OTHER, reasons=(reason,))


def _no_answer() -> _UnreadError:
    return _UnreadError(ReasonCode.PARSE, say("The reader of the file gave an answer that is none."))


def _inspection(result: dict[str, Any]) -> Inspection:
    """Return the worker's answer, checked. Raises `_UnreadError` for what no worker of ours says."""
    try:
        return Inspection(
            disagreements=tuple(decode(item, Message) for item in result["disagreements"]),
            length=_number(result["length"]),
            sha256=_text(result["sha256"]),
            manifest=_bytes(result["manifest"]),
            events=_bytes(result["events"]),
            places={str(_text(digest)): _number(place) or 0 for digest, place in result["places"].items()},
        )
    except (KeyError, TypeError, AttributeError, WireError) as exc:
        raise _no_answer() from exc


def _verified(result: dict[str, Any], piece: Sequence[Letter]) -> list[tuple[FileReport, tuple[Message, ...]]]:
    """Return what a worker found of a piece: of these letters, all of them, in their order. Raises `_UnreadError`."""
    try:
        found = [
            (decode(item["report"], FileReport), tuple(decode(one, Message) for one in item["disagreements"]))
            for item in result["letters"]
        ]
    except (KeyError, TypeError, WireError) as exc:
        raise _no_answer() from exc
    if [report.sha256 for report, _ in found] != [letter.file.sha256 for letter in piece]:
        raise _no_answer()
    return found


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


def _seal(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    report = verify_seal(
        data or b"",
        name=arguments["name"],
        trust=Trust.from_json(arguments["trust"]),
        as_of=instant_from_text(arguments["as_of"]),
    )
    return {"seal": encode(report)}


def _inspect(data: bytes | None, _arguments: dict[str, Any]) -> dict[str, Any]:
    inspection = inspect_edition(data or b"")
    return {
        "disagreements": [encode(message) for message in inspection.disagreements],
        "length": inspection.length,
        "sha256": inspection.sha256,
        "manifest": None if inspection.manifest is None else inspection.manifest.decode(),
        "events": None if inspection.events is None else inspection.events.decode(),
        "places": dict(inspection.places),
    }


def _verify(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    found = verify_letters(
        data or b"",
        arguments["length"],
        [Letter.from_json(item) for item in arguments["letters"]],
        trust=Trust.from_json(arguments["trust"]),
        as_of=instant_from_text(arguments["as_of"]),
    )
    return {
        "letters": [
            {"report": encode(report), "disagreements": [encode(message) for message in against]}
            for report, against in found
        ]
    }


def _words(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"words": words_digest(data or b"", arguments["printed"])}


if __name__ == "__main__":
    leave_out_extras()
    serve({"seal": _seal, "inspect": _inspect, "letters": _verify, "words": _words}, preload=_PRELOAD)

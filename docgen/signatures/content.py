"""What a PDF does or hides: limits, active content, hidden layers and text (security.md §2 rows H, J, X; limits of §3).

`check_limits` runs before anything else is asked of an opened document: it walks once over every object of every
revision and unpacks every stream once, within the profile. `check_content` tells what that walk found (`_acting.py`):
whatever acts when the document is opened or clicked, reaches out of it, or carries files; and layers and text that the
eye does not see. What an earlier or later revision holds counts as much as the signed one: a reader may show any of
them. No object is kept: memory does not grow with an edition's letters.

Both return reasons and raise nothing. They find what is there; that nothing is hidden in a drawing they cannot promise.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.text import Message, say
from docgen.signatures._acting import Findings, Streams
from docgen.signatures._objects import (
    content_streams,
    damage,
    every_object,
    fields,
    note_damage,
    pages,
    parts,
)
from docgen.signatures._pyhanko_reader import ReadError, Ref, Stream
from docgen.signatures._references import References
from docgen.signatures._tables import check_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docgen.model.profiles import Limits
    from docgen.signatures._pyhanko_reader import Document, Value

__all__ = ["check_content", "check_limits"]

_PER_OBJECT_STREAM = 2_000
_RATIO_FLOOR = 1 << 20  # below this size a stream may unpack as far as it likes

# --- limits ----------------------------------------------------------------------------------------------------------


def check_limits(document: Document, limits: Limits) -> list[Reason]:
    """Walk all objects of all revisions; return what is too much. Call it before anything else is asked.

    An object that cannot be read is no limit: `check_content` reports it, beside what else is wrong.
    """
    steps = (
        lambda: _check_tables(document, limits),
        lambda: pages(document, limits.pages),
        lambda: _check_objects(document, limits),
        lambda: fields(document, limits.fields),
        lambda: _check_attachments(document, limits),
        lambda: _check_operators(document, limits),
    )
    for step in steps:
        try:
            step()
        except ReadError as exc:
            if exc.reason.code is not ReasonCode.PARSE:
                return [exc.reason]
            note_damage(document, exc)
        except (MemoryError, RecursionError):
            return [Reason(code=ReasonCode.LIMIT, message=say("the file unpacks to more than is allowed"))]
    return []


def _too_much(message: Message, where: str = "", hint: Message | None = None) -> ReadError:
    return ReadError(ReasonCode.LIMIT, message, where, hint)


def _check_tables(document: Document, limits: Limits) -> None:
    if len(document.sections) > limits.revisions:
        raise _too_much(
            say(
                "the file was saved in {count} revisions; the limit is {limit}",
                count=len(document.sections),
                limit=limits.revisions,
            )
        )
    count = 0
    for revision in range(len(document.sections)):
        count += len(document.explicit(revision))
        if count > limits.references or count > limits.objects:
            raise _too_much(say("the document has more than {limit} objects", limit=limits.objects))
        packed = Counter(document.packed(revision).values())
        if packed and max(packed.values()) > _PER_OBJECT_STREAM:
            raise _too_much(say("an object stream holds too many objects"))


@dataclass(slots=True)
class _Walk:
    """What one walk over every object of every revision found: nothing is read, or unpacked, twice."""

    limits: Limits
    streams: Streams
    findings: Findings
    too_much: ReadError | None = None
    attachments: ReadError | None = None
    forms: list[tuple[int, int]] = field(default_factory=list)


def _walked(document: Document, limits: Limits) -> _Walk:
    known = document.memo.get("walk")
    if not isinstance(known, _Walk) or known.limits != limits:
        streams = Streams(document, limits)
        known = document.memo["walk"] = _Walk(limits, streams, Findings(streams))
        try:
            _go(document, known)
        except ReadError as exc:
            known.too_much = exc
    return known


def _go(document: Document, walk: _Walk) -> None:
    limits, left = walk.limits, walk.limits.decoded
    references, attachments = References(document), _Attachments(document, limits)
    for revision, ref, value in every_object(document):
        where = f"object {ref.number}"
        dictionaries, refs, longest = parts(value)
        references.see(revision, ref, value, refs)
        if longest > limits.array:
            raise _too_much(say("a list has more than {limit} entries", limit=limits.array), where)
        facts = walk.streams.facts(value, where) if isinstance(value, Stream) else None
        if isinstance(value, Stream) and facts is not None:
            size = len(value.encoded) if facts.size is None else facts.size
            left -= size
            if left < 0 or size > max(_RATIO_FLOOR, limits.ratio * len(value.encoded)):
                raise _too_much(say("the file unpacks to more than is allowed"), where)
            if value.entries.get("/Subtype") == "/Form":
                walk.forms.append((ref.number, facts.operators or 0))
        if walk.attachments is None:
            try:
                attachments.see(revision, dictionaries)
            except ReadError as exc:
                walk.attachments = exc
        walk.findings.look(revision, where, dictionaries)
        if isinstance(value, Stream) and facts is not None:
            walk.findings.look_in(value, facts, where)
    if "unread" not in document.memo:
        document.memo["references"] = references


def _check_objects(document: Document, limits: Limits) -> None:
    walk = _walked(document, limits)
    if walk.too_much is not None:
        raise walk.too_much


class _Attachments:
    """Counts the files that any revision carries, each once however often it is named."""

    def __init__(self, document: Document, limits: Limits) -> None:
        self._document = document
        self._most = limits.attachments
        self._streams: set[Ref] = set()
        self._direct = 0

    def see(self, revision: int, dictionaries: Iterable[dict[str, Value]]) -> None:
        """Count those of one object. Raises `ReadError` for too many."""
        for entry in dictionaries:
            files = self._document.resolve(entry["/EF"], revision) if "/EF" in entry else None
            if isinstance(files, dict):
                targets = {item for item in files.values() if isinstance(item, Ref)}
                self._streams |= targets
                self._direct += not targets
        if len(self._streams) + self._direct > self._most:
            raise _too_much(
                say("the document carries more than {limit} attached files", limit=self._most),
                hint=say("If it is an official copy with its letters inside: docgen verify --deep FILE"),
            )


def _check_attachments(document: Document, limits: Limits) -> None:
    walk = _walked(document, limits)
    if walk.attachments is not None:
        raise walk.attachments


def _check_operators(document: Document, limits: Limits) -> None:
    left, streams = limits.operators, _walked(document, limits).streams
    for number, page in enumerate(pages(document, limits.pages), 1):
        for stream in content_streams(document, page):
            left -= streams.drawn(stream, f"page {number}", left)[0]
            if left < 0:
                raise _too_much(say("the pages draw more than is allowed"), f"page {number}")
    for number, operators in _walked(document, limits).forms:
        left -= operators
        if left < 0:
            raise _too_much(say("the pages draw more than is allowed"), f"object {number}")


# --- active and hidden content ---------------------------------------------------------------------------------------


def check_content(document: Document, limits: Limits) -> list[Reason]:
    """Return ACTIVE, HIDDEN, XML and PARSE reasons of all revisions; call it after `check_limits` found nothing.

    Each kind of finding is told once, with the first place.
    """
    found: dict[tuple[ReasonCode, str], Reason] = {}
    try:
        walk = _walked(document, limits)
        found = walk.findings.found
        stopped = walk.too_much or walk.findings.ended
        if stopped is not None:
            return [*damage(document), *found.values(), stopped.reason]
        for number, page in enumerate(pages(document, limits.pages), 1):
            for stream in content_streams(document, page):
                if walk.streams.drawn(stream, f"page {number}", 0)[1]:
                    walk.findings.tell(ReasonCode.HIDDEN, say("the page has text that is not shown"), f"page {number}")
        check_tables(document, document.data)
    except ReadError as exc:
        return [*damage(document), *found.values(), exc.reason]
    except (MemoryError, RecursionError):
        return [Reason(code=ReasonCode.LIMIT, message=say("the file unpacks to more than is allowed"))]
    return [*damage(document), *found.values()]

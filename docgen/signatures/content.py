"""What a PDF does or hides: limits, active content, hidden layers and text (security.md §2 rows H, J, X; limits of §3).

`check_limits` runs before anything else is asked of an opened document: it walks every object of every revision and
unpacks every stream once, within the profile. `check_content` then looks for whatever acts when the document is opened
or clicked, reaches out of it, or carries files; and for layers and text that the eye does not see. What an earlier or
later revision holds counts as much as the signed one: a reader may show any of them.

Both return reasons and raise nothing. They find what is there; that nothing is hidden in a drawing they cannot promise.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.text import Message, say
from docgen.signatures._objects import (
    content_streams,
    count_operators,
    damage,
    dictionaries,
    every_object,
    fields,
    note_damage,
    pages,
    text_of,
)
from docgen.signatures._pyhanko_reader import Name, ReadError, Ref, Stream
from docgen.signatures._tables import check_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def _check_objects(document: Document, limits: Limits) -> None:
    left = limits.decoded
    for _, ref, value in every_object(document):
        where = f"object {ref.number}"
        if isinstance(value, list) and len(value) > limits.array:
            raise _too_much(say("a list has more than {limit} entries", limit=limits.array), where)
        if any(
            isinstance(item, list) and len(item) > limits.array
            for entry in dictionaries(value)
            for item in entry.values()
        ):
            raise _too_much(say("a list has more than {limit} entries", limit=limits.array), where)
        if isinstance(value, Stream):
            plain = _unpacked(document, value, where)
            size = len(value.encoded) if plain is None else len(plain)
            left -= size
            if left < 0 or size > max(_RATIO_FLOOR, limits.ratio * len(value.encoded)):
                raise _too_much(say("the file unpacks to more than is allowed"), where)


def _unpacked(document: Document, stream: Stream, where: str) -> bytes | None:
    """Unpack a stream. None for what is not unpacked here, or cannot be: an image's own forms are no damage."""
    try:
        return document.decode(stream, where)
    except ReadError as exc:
        if exc.reason.code is not ReasonCode.PARSE or stream.entries.get("/Subtype") != "/Image":
            note_damage(document, exc)
    return None


def _check_attachments(document: Document, limits: Limits) -> None:
    """Count the files that any revision carries, each once however often it is named."""
    streams: set[Ref] = set()
    direct = 0
    for revision, _, value in every_object(document):
        for entry in dictionaries(value):
            files = document.resolve(entry.get("/EF"), revision)
            if isinstance(files, dict):
                targets = {item for item in files.values() if isinstance(item, Ref)}
                streams |= targets
                direct += not targets
        if len(streams) + direct > limits.attachments:
            raise _too_much(
                say("the document carries more than {limit} attached files", limit=limits.attachments),
                hint=say("If it is an official copy with its letters inside: docgen verify --deep FILE"),
            )


def _check_operators(document: Document, limits: Limits) -> None:
    left = limits.operators
    for number, page in enumerate(pages(document, limits.pages), 1):
        for stream in content_streams(document, page):
            left -= count_operators(_unpacked(document, stream, f"page {number}") or b"", left)
            if left < 0:
                raise _too_much(say("the pages draw more than is allowed"), f"page {number}")
    for _, ref, value in every_object(document):
        if isinstance(value, Stream) and value.entries.get("/Subtype") == "/Form":
            left -= count_operators(_unpacked(document, value, f"object {ref.number}") or b"", left)
            if left < 0:
                raise _too_much(say("the pages draw more than is allowed"), f"object {ref.number}")


# --- active and hidden content ---------------------------------------------------------------------------------------

_ACTIONS = {
    "/JavaScript": say("the document contains a script"),
    "/Launch": say("the document starts a program"),
    "/URI": say("the document contains a link to the network"),
    "/SubmitForm": say("the document sends a form"),
    "/ImportData": say("the document reads data from another file"),
    "/GoToR": say("the document opens another file"),
    "/GoToE": say("the document opens a file inside it"),
    "/Rendition": say("the document plays media"),
    "/Movie": say("the document plays media"),
    "/Sound": say("the document plays media"),
    "/RichMediaExecute": say("the document plays media"),
    "/GoTo3DView": say("the document plays media"),
    "/Hide": say("the document hides parts of itself by an action"),
    "/SetOCGState": say("the document switches its layers by an action"),
}
_ANNOTATIONS = {
    "/RichMedia": say("the document plays media"),
    "/Screen": say("the document plays media"),
    "/Movie": say("the document plays media"),
    "/Sound": say("the document plays media"),
    "/3D": say("the document plays media"),
    "/FileAttachment": say("a file is attached to a page"),
}
_PROGRAM_NAME = re.compile(
    r"\.(?:exe|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|wsh|hta|jar|msi|msp|dll|cpl|lnk|pif|reg|sh|app|dmg|docm|xlsm|pptm|"
    r"html?|svg|xht|swf|iso|img)\s*\.?$",
    re.IGNORECASE,
)
_PROGRAM_BEGINS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xd0\xcf\x11\xe0")
_INVISIBLE_TEXT = re.compile(rb"(?<![\d.])3[\x00\t\n\x0c\r ]+Tr(?![A-Za-z])")
_HIDDEN_FLAGS = 0x02 | 0x20
_DOCTYPE = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I\x00?T\x00?Y)")


def check_content(document: Document, limits: Limits) -> list[Reason]:
    """Return ACTIVE, HIDDEN, XML and PARSE reasons of all revisions; call it after `check_limits` found nothing.

    Each kind of finding is told once, with the first place.
    """
    found: dict[tuple[ReasonCode, str], Reason] = {}
    try:
        for code, message, where in _findings(document, limits):
            found.setdefault((code, message.text), Reason(code=code, message=message, where=where, hint=_hint(code)))
        check_tables(document, document.data)
    except ReadError as exc:
        return [*damage(document), *found.values(), exc.reason]
    except (MemoryError, RecursionError):
        return [Reason(code=ReasonCode.LIMIT, message=say("the file unpacks to more than is allowed"))]
    return [*damage(document), *found.values()]


def _hint(code: ReasonCode) -> Message:
    if code is ReasonCode.HIDDEN:
        return say("Compare what is shown with what the letter should say before you decide.")
    return say("Ask the sender for a plain document, saved as PDF/A, and for a new signature on it.")


_Finding = tuple[ReasonCode, Message, str]


def _findings(document: Document, limits: Limits) -> Iterator[_Finding]:
    seen: set[int] = set()
    for revision, ref, value in every_object(document):
        where = f"object {ref.number}"
        for entry in dictionaries(value):
            yield from _active(document, revision, entry, where)
            yield from _hidden(document, revision, entry, where)
            yield from _attached(document, limits, revision, entry, where)
        if isinstance(value, Stream) and hash(value) not in seen:
            seen.add(hash(value))
            yield from _in_stream(document, value, where)
    for number, page in enumerate(pages(document, limits.pages), 1):
        for stream in content_streams(document, page):
            if _INVISIBLE_TEXT.search(_unpacked(document, stream, f"page {number}") or b""):
                yield ReasonCode.HIDDEN, say("the page has text that is not shown"), f"page {number}"


def _active(document: Document, revision: int, entry: dict[str, Value], where: str) -> Iterator[_Finding]:
    kind = entry.get("/S")
    if isinstance(kind, Name) and kind in _ACTIONS and entry.get("/Type") in {None, "/Action"}:
        yield ReasonCode.ACTIVE, _ACTIONS[kind], where
    if entry.get("/JS") is not None:
        yield ReasonCode.ACTIVE, _ACTIONS["/JavaScript"], where
    if _filled(document, revision, entry.get("/AA")):
        yield ReasonCode.ACTIVE, say("the document reacts by itself to what its reader does"), where
    if _filled(document, revision, entry.get("/XFA")):
        yield ReasonCode.ACTIVE, say("the document is a dynamic form (XFA)"), where
    subtype = entry.get("/Subtype")
    if isinstance(subtype, Name) and subtype in _ANNOTATIONS and "/Rect" in entry:
        yield ReasonCode.ACTIVE, _ANNOTATIONS[subtype], where
    if entry.get("/FFilter") is not None or (entry.get("/Length") is not None and entry.get("/F") is not None):
        yield ReasonCode.ACTIVE, say("the document takes content from another file"), where
    if entry.get("/Subtype") == "/Form" and entry.get("/Ref") is not None:
        yield ReasonCode.ACTIVE, say("the document takes content from another file"), where
    if entry.get("/FS") == "/URL" or (entry.get("/Type") == "/Filespec" and entry.get("/EF") is None):
        yield ReasonCode.ACTIVE, say("the document refers to a file outside it"), where


def _filled(document: Document, revision: int, value: Value) -> bool:
    plain = document.resolve(value, revision)
    return bool(plain.encoded) if isinstance(plain, Stream) else bool(plain)


def _hidden(document: Document, revision: int, entry: dict[str, Value], where: str) -> Iterator[_Finding]:
    layers = document.resolve(entry.get("/OCProperties"), revision)
    if isinstance(layers, dict) and _filled(document, revision, layers.get("/OCGs")):
        yield ReasonCode.HIDDEN, say("the document has layers that can be switched off"), where
    flags = entry.get("/F")
    if (
        "/Rect" in entry
        and isinstance(entry.get("/Subtype"), Name)
        and isinstance(flags, int)
        and flags & _HIDDEN_FLAGS
        and entry.get("/FT") != "/Sig"
        and entry.get("/Subtype") != "/Popup"
    ):
        yield ReasonCode.HIDDEN, say("the document has an annotation or a field that is not shown"), where


def _attached(
    document: Document, limits: Limits, revision: int, entry: dict[str, Value], where: str
) -> Iterator[_Finding]:
    files = document.resolve(entry.get("/EF"), revision)
    if not isinstance(files, dict):
        return
    names = [text_of(document.resolve(entry.get(key), revision)) for key in ("/UF", "/F")]
    name = names[0] or names[1]
    allowed = limits.attachment_names
    if allowed is not None and any(each not in allowed for each in names if each):
        yield ReasonCode.ACTIVE, say("a file is attached that does not belong to a letter ({name})", name=name), where
        return
    for key in files:
        stream = document.resolve(files[key], revision)
        plain = _unpacked(document, stream, where) if isinstance(stream, Stream) else None
        if plain is None:
            yield ReasonCode.ACTIVE, say("an attached file cannot be read ({name})", name=name), where
        elif len(plain) > limits.attachment_size:
            yield ReasonCode.LIMIT, say("an attached file is too large ({name})", name=name), where
        elif any(_PROGRAM_NAME.search(each) for each in names) or plain.startswith(_PROGRAM_BEGINS):
            yield ReasonCode.ACTIVE, say("a program is attached ({name})", name=name), where


def _in_stream(document: Document, stream: Stream, where: str) -> Iterator[_Finding]:
    kind = stream.entries.get("/Type"), stream.entries.get("/Subtype")
    if kind[0] == "/Metadata" and _DOCTYPE.search(_unpacked(document, stream, where) or b""):
        yield ReasonCode.XML, say("the document's metadata declares entities"), where
    if kind[1] == "/Form" and _INVISIBLE_TEXT.search(_unpacked(document, stream, where) or b""):
        yield ReasonCode.HIDDEN, say("the page has text that is not shown"), where

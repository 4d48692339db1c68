"""What one object of a PDF does or hides: whatever acts, reaches out of the document, carries files, or is not shown.

security.md §2 rows H, J, X. `content.py` walks over the objects and tells the findings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.text import Message, say
from docgen.signatures._objects import count_operators, note_damage, text_of
from docgen.signatures._pyhanko_reader import Name, ReadError, Stream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docgen.model.profiles import Limits
    from docgen.signatures._pyhanko_reader import Document, Value

__all__ = ["Facts", "Findings", "Streams"]

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
_INVISIBLE_TEXT = re.compile(rb"3[\x00\t\n\x0c\r ]+Tr(?![A-Za-z])")
_PART_OF_A_NUMBER = frozenset(b"%c" % byte for byte in b"0123456789.")
_HIDDEN_FLAGS = 0x02 | 0x20
_DOCTYPE = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E|E\x00?N\x00?T\x00?I\x00?T\x00?Y)")
# A dictionary without any of these keys does nothing, unless it is an action or a reference to a file.
_ASKED = frozenset(
    {"/JS", "/AA", "/XFA", "/Rect", "/FFilter", "/F", "/Ref", "/FS", "/OCProperties", "/EF"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the checks ask of a stream, so that it is unpacked once: its size (None: not unpacked here), how it begins.

    Of what may be drawn also how many operators it has (None: not counted) and whether it hides text; of metadata
    whether it declares entities.
    """

    size: int | None
    program: bool = False
    operators: int | None = None
    invisible: bool = False
    doctype: bool = False


class Streams:
    """The facts of a document's streams, each worked out once."""

    def __init__(self, document: Document, limits: Limits) -> None:
        self.document = document
        self.limits = limits
        self._known: dict[int, Facts] = {}
        self._left = {"/Form": limits.operators, None: limits.operators}

    def facts(self, stream: Stream, where: str) -> Facts:
        """Return the facts; what cannot be unpacked is damage. Raises `ReadError` for too much."""
        known = self._known.get(stream.place)
        return known or self._keep(stream, unpacked(self.document, stream, where))

    def facts_early(self, stream: Stream) -> Facts | None:
        """Return the facts before the walk has come to the stream: what is wrong with it is told there."""
        known = self._known.get(stream.place)
        if known is not None:
            return known
        try:
            return self._keep(stream, self.document.decode(stream))
        except ReadError:
            return None

    def drawn(self, stream: Stream, where: str, most: int) -> tuple[int, bool]:
        """Return how much the content of a page draws, counted no further than `most`, and whether it hides text."""
        known = self._known.get(stream.place)
        if known is not None and known.operators is not None:
            return known.operators, known.invisible
        plain = unpacked(self.document, stream, where) or b""
        return count_operators(plain, most), _hides_text(plain)

    def _keep(self, stream: Stream, plain: bytes | None) -> Facts:
        facts = Facts(size=None)
        if plain is not None:
            kind = stream.entries.get("/Type"), stream.entries.get("/Subtype")
            # What has no type may be the content of a page.
            drawn = kind[1] == "/Form" or kind == (None, None)
            facts = Facts(
                size=len(plain),
                program=plain.startswith(_PROGRAM_BEGINS),
                operators=self._operators(plain, form=kind[1] == "/Form") if drawn else None,
                invisible=drawn and _hides_text(plain),
                doctype=kind[0] == "/Metadata" and _DOCTYPE.search(plain) is not None,
            )
        if stream.place >= 0:
            self._known[stream.place] = facts
        return facts

    def _operators(self, plain: bytes, *, form: bool) -> int | None:
        """Count within what is allowed for all forms, and for all pages, together; None once there is no more."""
        key = "/Form" if form else None
        count = count_operators(plain, max(0, self._left[key]))
        self._left[key] -= count
        return count if form or self._left[key] >= 0 else None


def unpacked(document: Document, stream: Stream, where: str) -> bytes | None:
    """Unpack a stream. None for what is not unpacked here, or cannot be: an image's own forms are no damage."""
    try:
        return document.decode(stream, where)
    except ReadError as exc:
        if exc.reason.code is not ReasonCode.PARSE or stream.entries.get("/Subtype") != "/Image":
            note_damage(document, exc)
    return None


def _hides_text(content: bytes) -> bool:
    # What stands before the mode is looked at last: a pattern that begins with it is slow.
    return any(
        content[max(0, match.start() - 1) : match.start()] not in _PART_OF_A_NUMBER
        for match in _INVISIBLE_TEXT.finditer(content)
    )


class Findings:
    """What was found, each kind once, with the first place. `ended` is what kept it from looking on."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self.found: dict[tuple[ReasonCode, str], Reason] = {}
        self.ended: ReadError | None = None

    def look(self, revision: int, where: str, dictionaries: Iterable[dict[str, Value]]) -> None:
        """Look at the dictionaries of one object."""
        for entry in dictionaries:
            if _plain(entry) or self.ended is not None:
                continue
            try:
                for found in _findings(self._streams, revision, entry, where):
                    self.tell(*found)
            except ReadError as exc:
                self.ended = exc

    def look_in(self, stream: Stream, facts: Facts, where: str) -> None:
        """Look at the facts of a stream."""
        if self.ended is None and facts.doctype:
            self.tell(ReasonCode.XML, say("the document's metadata declares entities"), where)
        if self.ended is None and facts.invisible and stream.entries.get("/Subtype") == "/Form":
            self.tell(ReasonCode.HIDDEN, say("the page has text that is not shown"), where)

    def tell(self, code: ReasonCode, message: Message, where: str) -> None:
        """Keep a finding, unless one of its kind is known."""
        self.found.setdefault((code, message.text), Reason(code=code, message=message, where=where, hint=_hint(code)))


def _plain(entry: dict[str, Value]) -> bool:
    kind = entry.get("/S")
    return (
        entry.keys().isdisjoint(_ASKED)
        and not (isinstance(kind, Name) and kind in _ACTIONS)
        and entry.get("/Type") != "/Filespec"
    )


def _hint(code: ReasonCode) -> Message:
    if code is ReasonCode.HIDDEN:
        return say("Compare what is shown with what the letter should say before you decide.")
    return say("Ask the sender for a plain document, saved as PDF/A, and for a new signature on it.")


_Finding = tuple[ReasonCode, Message, str]


def _findings(streams: Streams, revision: int, entry: dict[str, Value], where: str) -> Iterator[_Finding]:
    yield from _active(streams.document, revision, entry, where)
    yield from _hidden(streams.document, revision, entry, where)
    yield from _attached(streams, revision, entry, where)


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


def _attached(streams: Streams, revision: int, entry: dict[str, Value], where: str) -> Iterator[_Finding]:
    document, limits = streams.document, streams.limits
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
        facts = streams.facts_early(stream) if isinstance(stream, Stream) else None
        if facts is None or facts.size is None:
            yield ReasonCode.ACTIVE, say("an attached file cannot be read ({name})", name=name), where
        elif facts.size > limits.attachment_size:
            yield ReasonCode.LIMIT, say("an attached file is too large ({name})", name=name), where
        elif any(_PROGRAM_NAME.search(each) for each in names) or facts.program:
            yield ReasonCode.ACTIVE, say("a program is attached ({name})", name=name), where

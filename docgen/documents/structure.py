"""What a PDF says, read from its structure tree; and what a DOCX says, labels computed as Word would.

Both give the words in reading order with spaces folded, so that one can be held against the other and against the
`Document`: page numbers, repeated table headers and drawn lines are artifacts and no words.

A stranger's file is read here in a locked-down worker only. Equal text says nothing about what a page shows
(measured/documents.md §1.2).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    ContentStream,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from docgen.documents.wordtext import docx_text, fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pypdf import PageObject
    from pypdf.generic import PdfObject

__all__ = ["Structure", "docx_text", "fold", "structure_of", "structure_text"]

_BLOCKS = frozenset({"/P", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/Lbl", "/LBody", "/TD", "/TH", "/Caption"})
_BESIDES = ("/Alt", "/E")
_DEPTH = 100  # nesting of structure elements; docgen's own documents stay below 30
_BFCHAR = re.compile(rb"\bbeginbfchar\b(.*?)\bendbfchar\b", re.DOTALL)
_BFRANGE = re.compile(rb"\bbeginbfrange\b(.*?)\bendbfrange\b", re.DOTALL)
_PAIR = re.compile(rb"\s*<([0-9A-Fa-f]{4})>\s*<((?:[0-9A-Fa-f]{4})*)>\s*")
_TRIPLE = re.compile(
    rb"\s*<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4})>\s*(?:<((?:[0-9A-Fa-f]{4})*)>|\[((?:\s*<(?:[0-9A-Fa-f]{4})*>)*\s*)\])\s*"
)
_HEX = re.compile(rb"<([0-9A-Fa-f]*)>")
_CMAP_COMMENT = re.compile(rb"^%[^\r\n<>]*$", re.MULTILINE)  # whole lines of the frame, with no code in them
_CODESPACE = re.compile(rb"1\s+begincodespacerange\s*<0000>\s*<[Ff]{4}>\s*endcodespacerange")
_CMAP_ELSE = re.compile(rb"%|(?<!<)<(?!<)|usecmap|bfchar|bfrange|cidchar|cidrange|notdef|codespacerange")
_CODE_BYTES = 2
_RANGE_LIMIT = 0x10000


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What a tagged PDF says, and by what means: operators of its pages, kinds of fonts, marked content, roles.

    `drawn` is all text that its pages draw, in their own order and artifacts included, whether the eye sees it or not.
    """

    text: str
    drawn: str
    means: frozenset[str]


def structure_text(pdf: bytes) -> str:
    """Return the words of a tagged PDF in the order of its structure tree, spaces folded.

    What an element says instead of its content (`/ActualText`) counts in its place, and what it says besides (`/Alt`,
    `/E`) before it: a screen reader reads these aloud. Limits: fonts with two-byte codes and `/ToUnicode`, as Typst
    writes them. A file without a structure tree, or with fonts of another kind, is not docgen's: `ValueError`.
    """
    return structure_of(PdfReader(io.BytesIO(pdf))).text


def structure_of(reader: PdfReader) -> Structure:
    """Return the words of an opened PDF, as `structure_text` does, and the means by which its pages show them."""
    root = reader.root_object
    if "/StructTreeRoot" not in root:
        msg = "the PDF has no structure tree"
        raise ValueError(msg)
    tree = root["/StructTreeRoot"]
    assert isinstance(tree, DictionaryObject)
    pages = {page.indirect_reference.idnum: _collected(page) for page in reader.pages if page.indirect_reference}
    walked = _Tree({number: page.texts for number, page in pages.items()})
    text = fold("".join(_walk(tree.get("/K"), 0, walked, 0)))
    return Structure(
        text=text,
        drawn=fold("\n".join(part for page in pages.values() for part in page.drawn)),
        means=frozenset({*walked.means, *_roles_of(tree), *(mean for page in pages.values() for mean in page.means)}),
    )


class _Tree:
    """What a walk of the tree needs, the text of each page's sequences; and the roles that it met."""

    def __init__(self, texts: dict[int, dict[int, str]]) -> None:
        self.texts = texts
        self.means: set[str] = set()


def _roles_of(tree: DictionaryObject) -> set[str]:
    """Return what the root says about the roles of elements: it can make any of them another."""
    roles = tree["/RoleMap"] if "/RoleMap" in tree else DictionaryObject()
    assert isinstance(roles, DictionaryObject)
    return {*(f"structure {key}" for key in tree), *(f"role {key} {roles[key]}" for key in roles)}


def _walk(kid: PdfObject | None, page: int, tree: _Tree, depth: int) -> Iterator[str]:
    """Yield the words of one element and of what is in it; blocks are parted by a line end."""
    if depth > _DEPTH:
        msg = "the structure tree is nested too deeply"
        raise ValueError(msg)
    element = kid.get_object() if isinstance(kid, IndirectObject) else kid
    if isinstance(element, NumberObject):
        yield tree.texts.get(page, {}).get(int(element), "")
    elif isinstance(element, ArrayObject):
        for inner in element:
            yield from _walk(inner, page, tree, depth)
    elif isinstance(element, DictionaryObject):
        reference = element.raw_get("/Pg") if "/Pg" in element else None
        page = reference.idnum if isinstance(reference, IndirectObject) else page
        if element.get("/Type") == "/MCR":
            yield from _walk(element.get("/MCID"), page, tree, depth + 1)
        elif element.get("/Type") != "/OBJR":
            yield from _element(element, page, tree, depth)


def _element(element: DictionaryObject, page: int, tree: _Tree, depth: int) -> Iterator[str]:
    tree.means.add(f"role {element.get('/S')}")
    tree.means.update(f"element {key}" for key in element)
    tree.means.update(_attributes_of(element))
    if "/Lang" in element:
        tree.means.add(f"element /Lang {element['/Lang']}")
    edge = "\n" if _is_block(element) else ""
    yield edge
    yield from (str(element[key]) for key in _BESIDES if key in element)
    if "/ActualText" in element:
        yield str(element["/ActualText"])
    else:
        yield from _walk(element.get("/K"), page, tree, depth + 1)
    yield edge


def _attributes_of(element: DictionaryObject) -> Iterator[str]:
    """Yield what attributes an element has, and which of several words it chooses: some are read aloud, or drawn."""
    for attribute in _attributes(element):
        for key in attribute:
            value = attribute[key]
            yield f"attribute {key} {value}" if isinstance(value, NameObject) else f"attribute {key}"


def _attributes(element: DictionaryObject) -> Iterator[DictionaryObject]:
    given = element["/A"] if "/A" in element else ArrayObject()
    for entry in given if isinstance(given, ArrayObject) else [given]:
        item = entry.get_object() if entry is not None else None
        if isinstance(item, DictionaryObject):
            yield item


def _is_block(element: DictionaryObject) -> bool:
    if element.get("/S") in _BLOCKS:
        return True
    return any(attribute.get("/Placement") == NameObject("/Block") for attribute in _attributes(element))


class _Sequence:
    """One open marked-content sequence: its MCID (or none), whether it is an artifact, a text that replaces glyphs."""

    __slots__ = ("artifact", "mcid", "replacement")

    def __init__(self, mcid: int | None, *, artifact: bool, replacement: str | None) -> None:
        self.mcid = mcid
        self.artifact = artifact
        self.replacement = replacement


class _Collector:
    def __init__(self) -> None:
        self.texts: dict[int, str] = {}
        self.drawn: list[str] = []
        self.means: set[str] = set()
        self.open: list[_Sequence] = []

    def begin(self, tag: object, properties: object) -> None:
        mcid, replacement = None, None
        if isinstance(properties, DictionaryObject):
            number = properties.get("/MCID")
            mcid = int(number) if isinstance(number, NumberObject) else None
            replacement = str(properties["/ActualText"]) if "/ActualText" in properties else None
        self.open.append(_Sequence(mcid, artifact=tag == "/Artifact", replacement=replacement))
        if mcid is not None:
            self.texts.setdefault(mcid, "")
        if replacement is not None and not any(outer.replacement is not None for outer in self.open[:-1]):
            self._put(replacement)

    def end(self) -> None:
        self.open.pop()

    def show(self, text: str) -> None:
        self.drawn.append(text)
        if not any(sequence.replacement is not None for sequence in self.open):
            self._put(text)

    def _put(self, text: str) -> None:
        if any(sequence.artifact for sequence in self.open):
            return
        mcid = next((sequence.mcid for sequence in reversed(self.open) if sequence.mcid is not None), None)
        if mcid is not None:
            self.texts[mcid] += text


def _page_texts(page: PageObject) -> dict[int, str]:
    """Return the text of each MCID of the page."""
    return _collected(page).texts


def _collected(page: PageObject) -> _Collector:
    """Return what a page says and draws. A glyph without a meaning in `/ToUnicode` is U+FFFD."""
    contents = page.get("/Contents")
    if contents is None:
        return _Collector()
    resources = page["/Resources"].get_object()
    assert isinstance(resources, DictionaryObject)
    fonts = resources.get("/Font", DictionaryObject()).get_object()
    properties = resources.get("/Properties", DictionaryObject()).get_object()
    collected = _Collector()
    meanings: dict[int, str] = {}
    maps: dict[str, dict[int, str]] = {}
    for operands, operator in ContentStream(contents.get_object(), page.pdf).operations:
        # Mode 3 of text shows nothing: the mode counts with its operator.
        collected.means.add(f"{operator.decode('latin-1')} {operands[0] if operator == b'Tr' else ''}".rstrip())
        match operator:
            case b"Tf":
                name = str(operands[0])
                if name not in maps:
                    maps[name] = _meanings(fonts[name].get_object())
                    collected.means.add(_kind(fonts[name].get_object()))
                meanings = maps[name]
            case b"Tj":
                collected.show(_decoded(operands[0], meanings))
            case b"TJ":
                collected.show("".join(_decoded(part, meanings) for part in operands[0]))
            case b"BDC":
                given = operands[1]
                named = given if isinstance(given, DictionaryObject) else properties.get(given)
                own = named.get_object() if named is not None else None
                collected.means.update(f"BDC {key}" for key in (own if isinstance(own, DictionaryObject) else ()))
                collected.begin(operands[0], own)
            case b"BMC":
                collected.begin(operands[0], None)
            case b"EMC":
                collected.end()
            case _:
                pass
    return collected


def _decoded(operand: object, meanings: dict[int, str]) -> str:
    match operand:
        case ByteStringObject():
            codes = bytes(operand)
        case TextStringObject():
            codes = operand.original_bytes
        case _:
            return ""  # a number between strings: a movement
    return "".join(
        meanings.get(int.from_bytes(codes[at : at + _CODE_BYTES]), "\ufffd") for at in range(0, len(codes), _CODE_BYTES)
    )


def _kind(font: DictionaryObject) -> str:
    """Return the kind of a font: how codes become glyphs, and how the glyphs are embedded ("none": they are not)."""
    descendants = font["/DescendantFonts"]
    assert isinstance(descendants, ArrayObject)
    descendant = descendants[0].get_object()
    assert isinstance(descendant, DictionaryObject)
    descriptor = descendant["/FontDescriptor"]
    assert isinstance(descriptor, DictionaryObject)
    embedded = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in descriptor]
    mapping = descendant.get("/CIDToGIDMap", NameObject("/Identity"))
    shown = "stream" if isinstance(mapping.get_object(), StreamObject) else str(mapping)
    # Such as /W2 or a second writing mode; what the entries hold is seen in the pictures of the pages.
    entries = ",".join(sorted({*font, *descendant, *descriptor} - {"/CIDSet", "/CIDToGIDMap", "/DW", "/W"}))
    return f"Tf {descendant['/Subtype']} {shown} {' '.join(embedded) or 'none'} {entries}"


def _meanings(font: object) -> dict[int, str]:
    """Return what each code of a font means, from its `/ToUnicode` map. `ValueError` for other than two-byte codes."""
    assert isinstance(font, DictionaryObject)
    if font.get("/Subtype") != "/Type0" or font.get("/Encoding") != "/Identity-H":
        msg = "a font is of another kind than docgen writes"
        raise ValueError(msg)
    stream = font["/ToUnicode"].get_object()
    assert isinstance(stream, StreamObject)
    frame = _CMAP_COMMENT.sub(b"", stream.get_data())
    singles, ranges = _BFCHAR.findall(frame), _BFRANGE.findall(frame)
    for block in (_BFCHAR, _BFRANGE):
        frame = block.sub(b" ", frame)
    frame, spaces = _CODESPACE.subn(b" ", frame)
    if spaces != 1 or _CMAP_ELSE.search(frame):
        msg = "a /ToUnicode map is written otherwise than docgen writes it"
        raise ValueError(msg)
    found = [(int(code, 16), _utf16(text)) for block in singles for code, text in _entries_of(block, _PAIR)]
    for block in ranges:
        for first, last, start, each in _entries_of(block, _TRIPLE):
            found += _range(int(first, 16), int(last, 16), start, _HEX.findall(each)).items()
    meanings = dict(found)
    if len(meanings) != len(found):  # readers differ in which meaning they take
        msg = "a code has two meanings"
        raise ValueError(msg)
    return meanings


def _entries_of(block: bytes, entry: re.Pattern[bytes]) -> list[tuple[bytes, ...]]:
    """Return the entries of a block that has nothing else in it."""
    if entry.sub(b"", block):
        msg = "a /ToUnicode map is written otherwise than docgen writes it"
        raise ValueError(msg)
    return entry.findall(block)


def _range(first: int, last: int, start: bytes, each: Sequence[bytes]) -> dict[int, str]:
    if last - first >= _RANGE_LIMIT:
        msg = "a range of codes is too large"
        raise ValueError(msg)
    if each:
        return {first + index: _utf16(text) for index, text in enumerate(each)}
    text = _utf16(start)
    return {code: text[:-1] + chr(ord(text[-1]) + code - first) for code in range(first, last + 1)}


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")

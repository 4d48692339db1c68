"""The package of a Word template: opened with limits, refused with every reason before anything in it is read.

A template is a file that somebody sent round, so it meets the rules for ZIP and DOCX (security.md §4.3, §4.6): sizes
are counted while reading, no entry is extracted by its name, no XML has a document type, and whatever could run, fetch
or pull in another file is a reason to refuse.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped]  # lxml publishes no types

from docgen.documents.plainzip import not_plain
from docgen.errors import DataError, Problem
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docgen.model.text import Message

__all__ = ["LARGEST_FILE", "Package", "open_package", "parse_xml", "write_package"]

LARGEST_FILE = 10 * 1024 * 1024
_ENTRIES = 500
_NAME = 200
_LARGEST_ENTRY = 16 * 1024 * 1024
_LARGEST_XML = 4 * 1024 * 1024
_LARGEST_WHOLE = 32 * 1024 * 1024
_RATIO = 200
_FREE = 64 * 1024  # below this an entry may be packed as tightly as it likes: styles repeat themselves
_ELEMENTS = 50_000
_DEPTH = 128
_TYPES = "[Content_Types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can hold
_ENCRYPTED = 0x1
_FILE_TYPE, _REGULAR = 0o170000, 0o100000
_DRIVE = re.compile(r"[A-Za-z]:")
# Where a link may lead outside: a click on it is the reader's own doing; everything else is fetched unasked.
_CLICKED = ("/hyperlink",)
_CLICKED_AT = ("https://", "http://", "mailto:")
_OUTSIDE = re.compile(r"[:\\]|^//")
_LINK_FIELD = re.compile(r"\bHYPERLINK\s+(?!\\)\"?([^\"\s]+)", re.IGNORECASE)
_NAMING = {"src", "href", "althref"}
_FETCHING = {"imagedata", "fill", "stroke", "shape", "image", "rect", "line", "group", "shapetype", "textpath", "path"}
_MACROS = say("macros")
_OBJECT = say("an embedded object")
_CONTROL = say("an ActiveX control")
_CHUNK = say("another file (altChunk)")
_TEMPLATE = say("an attached template")
_SUBDOCUMENT = say("a subdocument")
_SOURCE = say("a data source")
_FRAME = say("a frame of another file")
_ADDIN = say("an add-in")
# What a relationship or a content type may not be, in lower case, and what it is called.
_FORBIDDEN_RELATIONS = {
    "/vbaproject": _MACROS,
    "/wordvbadata": _MACROS,
    "/attachedtoolbars": _MACROS,
    "/keymapcustomizations": _MACROS,
    "/oleobject": _OBJECT,
    "/package": _OBJECT,
    "/control": _CONTROL,
    "/activexcontrolbinary": _CONTROL,
    "/afchunk": _CHUNK,
    "/attachedtemplate": _TEMPLATE,
    "/subdocument": _SUBDOCUMENT,
    "/mailmergesource": _SOURCE,
    "/mailmergeheadersource": _SOURCE,
    "/frame": _FRAME,
    "/ui/extensibility": _MACROS,
}
_FORBIDDEN_TYPES = {
    "macroenabled": _MACROS,
    "vbaproject": _MACROS,
    "vbadata": _MACROS,
    "activex": _CONTROL,
    "oleobject": _OBJECT,
    "ms-office.webextension": _ADDIN,
}
_FORBIDDEN_ELEMENTS = {
    "altChunk": _CHUNK,
    "attachedTemplate": _TEMPLATE,
    "OLEObject": _OBJECT,
    "object": _OBJECT,
    "control": _CONTROL,
    "subDoc": _SUBDOCUMENT,
    "mailMerge": _SOURCE,
}
# Fields that fetch, run or pull in something when the document is opened or its fields are brought up to date.
_FORBIDDEN_FIELDS = re.compile(
    r"\b(?:INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|DDEAUTO|DDE|LINK|DATABASE|MACROBUTTON|EMBED|RD|AUTOTEXT|QUOTE)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The entries of a Word file by name, and the content type of each part (names of parts begin without a slash)."""

    entries: Mapping[str, bytes]
    types: Mapping[str, str]

    def parts(self, *kinds: str) -> list[str]:
        """Return the names of the parts whose content type ends with one of the kinds, sorted."""
        return sorted(name for name, type_ in self.types.items() if type_.endswith(kinds) and name in self.entries)


def open_package(content: bytes, *, name: str) -> Package:
    """Return the package of a Word template. Whatever is wrong or forbidden: `DataError` with every reason."""
    entries, problems = _read_zip(content)
    types: dict[str, str] = {}
    if not problems:
        trees = {}
        for entry, data in entries.items():
            if entry.lower().endswith((".xml", ".rels")):
                tree = _tree(entry, data, problems)
                if tree is not None:
                    trees[entry] = tree
        types = _types(entries, trees, problems)
        for entry, tree in trees.items():
            problems += [Problem(path=entry, message=message) for message in _forbidden(entry, tree)]
    if problems:
        hint = say("Open the template in Word, take that out, and save it as a plain .docx.")
        raise DataError(name, list(dict.fromkeys(problems)), hint)
    return Package(entries=entries, types=types)


def write_package(entries: Mapping[str, bytes]) -> bytes:
    """Return the ZIP: content types first, the rest sorted, one date, stored (compressors differ)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(entries, key=lambda name: (name != _TYPES, name)):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.create_system = 0
            target.writestr(entry, entries[name])
    return stream.getvalue()


def parse_xml(data: bytes | str) -> etree._Element:
    """Return the root of XML that has no document type and keeps to the limits. Raises `ValueError` saying why not."""
    raw = data.encode("utf-8") if isinstance(data, str) else data
    if len(raw) > _LARGEST_XML:
        raise ValueError(f"it has more than {_LARGEST_XML} bytes")
    # The parser finds a document type in any encoding, and resolves nothing meanwhile.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as exc:
        raise ValueError(str(exc.msg)) from exc
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("it has a document type (DOCTYPE)")
    depth = count = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > _DEPTH or count > _ELEMENTS:
            raise ValueError(f"it has more than {_ELEMENTS} elements or {_DEPTH} levels")
    return root


def _read_zip(content: bytes) -> tuple[dict[str, bytes], list[Problem]]:
    """Return the entries, read with counted sizes; none where there are problems."""
    if len(content) > LARGEST_FILE:
        return {}, [Problem(path="-", message=say("has more than {limit} bytes", limit=LARGEST_FILE))]
    try:
        stream = io.BytesIO(content)
        with zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
            if (wrong := not_plain(stream, archive)) is not None:
                return {}, [Problem(path="-", message=wrong)]
            if len(infos) > _ENTRIES:
                return {}, [Problem(path="-", message=say("has more than {limit} files inside", limit=_ENTRIES))]
            problems = [
                Problem(path=_shown(info.orig_filename), message=message)
                for info in infos
                for message in _entry_problems(info)
            ]
            names = [unicodedata.normalize("NFKC", info.filename).casefold() for info in infos]
            problems += [
                Problem(path=_shown(info.filename), message=say("is there twice"))
                for info, name in zip(infos, names, strict=True)
                if names.count(name) > 1
            ]
            if sum(info.file_size for info in infos) > _LARGEST_WHOLE:
                problems.append(
                    Problem(path="-", message=say("has more than {limit} bytes unpacked", limit=_LARGEST_WHOLE))
                )
            if problems:
                return {}, problems
            return {info.filename: _read(archive, info) for info in infos if not info.is_dir()}, []
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError, OSError) as exc:
        return {}, [Problem(path="-", message=say("is no Word file (.docx): {why}", why=str(exc)))]


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as source:
        data = source.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise ValueError(f"{_shown(info.filename)} is not as long as it claims")
    return data


def _entry_problems(info: zipfile.ZipInfo) -> Iterator[Message]:
    name = info.orig_filename
    plain = name.removesuffix("/")
    if (
        name != info.filename
        or not plain
        or len(name) > _NAME
        or name.startswith("/")
        or "\\" in name
        or _DRIVE.match(name)
        or any(part in {"", ".", ".."} or part.endswith((" ", ".")) for part in plain.split("/"))
        or any(not character.isprintable() for character in name)
    ):
        yield say("is no name for a file inside a Word file")
    if info.flag_bits & _ENCRYPTED:
        yield say("is encrypted")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        yield say("is packed in a way that Word does not use")
    kind = (info.external_attr >> 16) & _FILE_TYPE
    if kind not in {0, _REGULAR} and not info.is_dir():
        yield say("is no plain file")
    largest = _LARGEST_XML if name.lower().endswith((".xml", ".rels")) else _LARGEST_ENTRY
    if info.file_size > largest:
        yield say("has more than {limit} bytes unpacked", limit=largest)
    elif info.file_size > _FREE and info.file_size > _RATIO * max(1, info.compress_size):
        yield say("is packed more than {limit} times: a ZIP bomb", limit=_RATIO)
    if name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".docm", ".dotm", ".docx")):
        yield _forbids(_MACROS if "vba" in name.lower() else _OBJECT)


def _tree(entry: str, data: bytes, problems: list[Problem]) -> etree._Element | None:
    try:
        return parse_xml(data)
    except ValueError as exc:
        problems.append(Problem(path=entry, message=say("is no XML that docgen reads: {why}", why=str(exc))))
        return None


def _types(
    entries: Mapping[str, bytes], trees: Mapping[str, etree._Element], problems: list[Problem]
) -> dict[str, str]:
    """Return the content type of every part, and refuse a package that is no plain document."""
    root = trees.get(_TYPES)
    if root is None:
        if not problems:
            problems.append(Problem(path="-", message=say("is no Word file (.docx): no document is in it")))
        return {}
    defaults: dict[str, str] = {}
    own: dict[str, str] = {}
    for element in root:
        type_ = element.get("ContentType", "")
        if element.get("PartName"):
            own[element.get("PartName", "").lstrip("/")] = type_
        else:
            defaults[element.get("Extension", "").lower()] = type_
    for type_ in {*defaults.values(), *own.values()}:
        problems += [
            Problem(path=_TYPES, message=_forbids(what))
            for word, what in _FORBIDDEN_TYPES.items()
            if word in type_.lower()
        ]
    types = {name: own.get(name, defaults.get(posixpath.splitext(name)[1][1:].lower(), "")) for name in entries}
    parts = [name for name, type_ in types.items() if type_ == _MAIN]
    if not problems and len(parts) != 1:
        problems.append(Problem(path="-", message=say("is no Word file (.docx): no document is in it")))
    problems += [
        # Nothing that is read as XML may go unread here under another ending.
        Problem(path=_shown(name), message=say("is no name for a file inside a Word file"))
        for name, type_ in types.items()
        if type_.endswith(("+xml", "/xml")) and name not in trees and not problems
    ]
    return types


def _forbidden(entry: str, tree: etree._Element) -> Iterator[Message]:
    if entry.lower().endswith(".rels"):
        yield from _forbidden_relations(tree)
        return
    for element in tree.iter(etree.Element):
        local = etree.QName(element).localname
        if local in _FORBIDDEN_ELEMENTS and "drawingml" not in (etree.QName(element).namespace or ""):
            yield _forbids(_FORBIDDEN_ELEMENTS[local])
        if local in _FETCHING and (where := _fetched(element)):
            yield _forbids(say("something fetched from {target}", target=where[:80]))
    code, words = _field_codes(tree)
    if words:
        yield _forbids(say("words or tags within a field's code"))
    found = _FORBIDDEN_FIELDS.search(code)
    if found:
        yield _forbids(say("a field {name}", name=found[0].upper()))
    for link in _LINK_FIELD.findall(code):
        if not link.lower().startswith(_CLICKED_AT):
            yield _forbids(say("something fetched from {target}", target=link[:80]))


def _fetched(element: etree._Element) -> str:
    """Return what an old drawing (VML) names by itself, without a relationship: Word fetches it unasked."""
    named = (value for key, value in element.attrib.items() if etree.QName(key).localname in _NAMING)
    return next((value for value in named if not value.startswith("#")), "")


def _field_codes(tree: etree._Element) -> tuple[str, bool]:
    """Return all codes of fields, joined as Word reads them, and whether words stand in the code of one.

    Word lets a code be cut into runs anywhere, and takes any words before the separator for a part of it; so a value
    that is printed there would become code.
    """
    codes: list[str] = []
    within: list[bool] = []  # for each open field, whether its code goes on
    words = False
    for element in tree.iter(etree.Element):
        match etree.QName(element).localname:
            case "fldChar":
                codes.append(" ")
                kind = next((value for key, value in element.attrib.items() if key.endswith("}fldCharType")), "")
                if kind == "begin":
                    within.append(True)
                elif within and kind == "separate":
                    within[-1] = False
                elif within and kind == "end":
                    within.pop()
            case "instrText" | "delInstrText":
                codes.append(element.text or "")
            case "t" | "delText" if within and within[-1] and (element.text or "").strip():
                codes.append(element.text or "")
                words = True
            case "fldSimple":
                codes += [f" {value} " for key, value in element.attrib.items() if key.endswith("}instr")]
            case _:
                pass
    return "".join(codes), words


def _forbidden_relations(tree: etree._Element) -> Iterator[Message]:
    for element in tree.iter(etree.Element):
        type_ = element.get("Type", "").strip().lower()
        target = unquote(element.get("Target", "").strip())
        for ending, what in _FORBIDDEN_RELATIONS.items():
            if type_.endswith(ending):
                yield _forbids(what)
        if element.get("TargetMode", "").strip().lower() == "external":
            if not type_.endswith(_CLICKED) or not target.lower().startswith(_CLICKED_AT):
                yield _forbids(say("something fetched from {target}", target=target[:80]))
        elif _OUTSIDE.search(target) or ".." in posixpath.normpath(f"word/{target}").split("/"):
            yield _forbids(say("a part outside the file, {target}", target=target[:80]))


def _forbids(what: Message) -> Message:
    return say("is forbidden in a template: {what}", what=what)


def _shown(name: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in name)[:80] or "-"

"""The tags of a Word template: found in its paragraphs, mended where Word split them, and made one Jinja source a part.

Word cuts a paragraph's text into runs wherever it likes, in the middle of a tag too, and turns straight quotation marks
into curly ones. Here each tag is put back into one run before docxtpl turns `{%p … %}`, `{%tr … %}` and `{%tc … %}`
into tags in the place of a whole paragraph, row or cell. Everything is found by paragraph, so that people can find it.

Only this module imports docxtpl.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]  # lxml publishes no types

from docgen.documents.wordtemplatezip import parse_xml
from docgen.errors import Problem
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docgen.documents.wordtemplatezip import Package
    from docgen.model.text import Message

__all__ = ["WORDS", "Source", "read_sources"]

WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_FILLED = (
    "wordprocessingml.document.main+xml",
    "wordprocessingml.header+xml",
    "wordprocessingml.footer+xml",
    "wordprocessingml.footnotes+xml",
    "wordprocessingml.endnotes+xml",
)
_REWRITTEN = ("core-properties+xml", "extended-properties+xml")
_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_SIGN = re.compile(r"\{[{%#]|[}%#]\}")
_ANY_TAG = re.compile(r"\{[{%#]")
_OBJECT = "\ufffc"  # stands for what is no text: a tab, a line break, a note, a picture
_STATEMENT = re.compile(r"\{[%#](p|tr|tc)?\s*(\w*)")
_STATEMENTS = ("if", "elif", "else", "endif", "for", "endfor", "set")
_PRINTED_WHOLE = re.compile(r"\{\{(?:p|tr|tc|r)\s")
_BLANK_SIGNS = re.compile(r"\{[{%#][-+]|[-+][}%#]\}")
# What Word's corrections make of the marks and blanks that a tag is written with.
_UNCURLED = str.maketrans("„“”‟«»‘’‚\u00a0", '""""""\'\'\' ')
_HOLDERS = {"p": f"{WORDS}p", "tr": f"{WORDS}tr", "tc": f"{WORDS}tc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One part as a Jinja template: line n + 1 begins with the part's paragraph n."""

    part: str
    text: str

    def place(self, line: int) -> str:
        """Return where a line of the source is in the document."""
        return _place(self.part, line - 1)


def read_sources(package: Package) -> tuple[list[Source], list[Problem]]:
    """Return what of the package has to be filled, and every problem of its tags; with problems it cannot be filled."""
    sources: list[Source] = []
    problems: list[Problem] = []
    filled = package.parts(*_FILLED)
    # The document first: its problems are those that people look for.
    for part in sorted(filled, key=lambda name: (not package.types[name].endswith(_FILLED[0]), name)):
        root = parse_xml(package.entries[part])
        found = list(_mended(part, root))
        problems += found
        if not found:
            sources.append(Source(part=part, text=_source(root)))
    left = set(package.entries) - set(filled) - set(package.parts(*_REWRITTEN))
    problems += [
        Problem(path=part, message=say("has a tag, and is not filled in"))
        for part in sorted(left)
        if part.endswith((".xml", ".rels")) and _ANY_TAG.search(package.entries[part].decode("utf-8", "replace"))
    ]
    return sources, problems


def _place(part: str, paragraph: int) -> str:
    stem = posixpath.splitext(posixpath.basename(part))[0]
    where = f"paragraph {paragraph}" if paragraph > 0 else stem
    return where if stem == "document" or paragraph <= 0 else f"{stem}, {where}"


def _mended(part: str, root: etree._Element) -> Iterator[Problem]:
    """Put each tag into one run, and yield what is wrong with the tags."""
    for number, paragraph in enumerate(root.iter(f"{WORDS}p"), 1):
        place = _place(part, number)
        pieces = list(_pieces(paragraph))
        whole = "".join(text for _, text in pieces)
        if not _SIGN.search(whole):
            continue
        tags = []
        for start, end, wrong in _tags(whole):
            if wrong is not None:
                yield Problem(path=place, message=wrong)
                continue
            tag = whole[start:end]
            tags.append((start, end))
            yield from (Problem(path=place, message=message) for message in _tag_problems(tag))
            holder = _holder(paragraph, tag)
            if holder is not None and holder.tag != _HOLDERS[_prefix(tag)]:
                outside = say("{tag} stands outside a table: {{%p … %}} is for paragraphs", tag=_short(tag))
                yield Problem(path=place, message=outside)
            elif holder is not None and _words(holder) != "".join(tag.split()):
                alone = say("{tag} would take the words beside it away: put it alone", tag=_short(tag))
                yield Problem(path=place, message=alone)
        _put_together(pieces, tags)
    yield from _unfinished(part, root)
    for element in root.iter(etree.Element):
        texts = [*element.attrib.values(), *([] if element.tag == f"{WORDS}t" else [element.text or ""])]
        if any(_ANY_TAG.search(text) for text in texts):
            name = etree.QName(element).localname
            yield Problem(
                path=_place(part, 0), message=say("a tag stands in {name}, where nothing is printed", name=name)
            )


def _unfinished(part: str, root: etree._Element) -> Iterator[Problem]:
    """Yield what an author left to be decided: every letter would carry it, with that person's name."""
    number, told = 0, set()
    for element in root.iter(etree.Element):
        number += element.tag == f"{WORDS}p"
        if element.tag in _TRACKED or element.tag.endswith("PrChange"):
            what = say("has tracked changes: accept or reject them in Word")
        elif element.tag == f"{WORDS}commentReference":
            what = say("has a comment: delete it in Word")
        else:
            continue
        if (number, what) not in told:
            told.add((number, what))
            yield Problem(path=_place(part, number), message=what)


def _pieces(paragraph: etree._Element) -> Iterator[tuple[etree._Element | None, str]]:
    """Yield the texts of a paragraph (not those of a text box in it) with their elements, and signs for the rest."""
    for child in paragraph:
        yield from _pieces_below(child)


def _pieces_below(element: etree._Element) -> Iterator[tuple[etree._Element | None, str]]:
    if element.tag == f"{WORDS}t":
        yield element, element.text or ""
    elif element.tag == f"{WORDS}r" or element.tag in _WRAPPERS:
        for child in element:
            yield from _pieces_below(child)
    elif element.tag not in _UNSEEN:
        yield None, _OBJECT


_WRAPPERS = {
    f"{WORDS}{name}"
    for name in ("hyperlink", "ins", "smartTag", "sdt", "sdtContent", "fldSimple", "moveTo", "dir", "bdo")
}
_UNSEEN = {
    f"{WORDS}{name}"
    for name in (
        *("pPr", "rPr", "proofErr", "lastRenderedPageBreak", "bookmarkStart", "bookmarkEnd", "sdtPr", "sdtEndPr"),
        *("permStart", "permEnd", "softHyphen", "commentRangeStart", "commentRangeEnd", "commentReference"),
        *("del", "moveFrom", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd"),
    )
}
_TRACKED = {f"{WORDS}{name}" for name in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge")}


def _tags(text: str) -> Iterator[tuple[int, int, Message | None]]:
    """Yield where each tag begins and ends; or a problem."""
    at = 0
    while (found := _SIGN.search(text, at)) is not None:
        start, sign = found.start(), found[0]
        at = found.end()
        if sign not in _CLOSERS:
            yield start, at, say("{tag} ends a tag that did not begin", tag=_short(text[max(0, start - 30) : at]))
            continue
        end = text.find(_CLOSERS[sign], at)
        following = _ANY_TAG.search(text, at)
        if end < 0 or (following is not None and following.start() < end and sign != "{#"):
            stop = following.start() if following else len(text)
            yield start, at, say("{tag} is not closed in its paragraph", tag=_short(text[start:stop]))
            continue
        at = end + len(sign)
        yield start, at, None


def _tag_problems(tag: str) -> Iterator[Message]:
    if _OBJECT in tag:
        yield say("{tag} has a tab, a line break, a note or a picture in it", tag=_short(tag))
    if _BLANK_SIGNS.search(tag):
        yield say("{tag} takes blanks away, which a Word template does not", tag=_short(tag))
    elif _PRINTED_WHOLE.match(tag):
        yield say("{tag} prints a whole paragraph, row, cell or run: write {{{{ … }}}} in the text", tag=_short(tag))
    elif tag.startswith("{%"):
        found = _STATEMENT.match(tag)
        if found is None or found[2] not in _STATEMENTS:
            known = ", ".join(_STATEMENTS)
            yield say("{tag} is not for Word templates; there are {known}", tag=_short(tag), known=known)


def _holder(paragraph: etree._Element, tag: str) -> etree._Element | None:
    """Return what a tag takes the place of: its paragraph, row or cell; None for one that stands in the text."""
    if not _prefix(tag):
        return None
    wanted = _HOLDERS[_prefix(tag)]
    return paragraph if paragraph.tag == wanted else next(paragraph.iterancestors(wanted), paragraph)


def _prefix(tag: str) -> str:
    """Return `p`, `tr` or `tc` of a tag that takes the place of more than itself."""
    found = _STATEMENT.match(tag)
    return (found[1] or "") if found else ""


def _words(element: etree._Element) -> str:
    return "".join("".join(each.itertext()) for each in element.iter(f"{WORDS}t", f"{WORDS}drawing")).translate(
        {ord(blank): None for blank in " \t\n\u00a0"}
    )


def _short(tag: str) -> str:
    plain = " ".join(tag.replace(_OBJECT, " ").split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"  # noqa: PLR2004 - a line of a message


def _put_together(pieces: Sequence[tuple[etree._Element | None, str]], tags: Sequence[tuple[int, int]]) -> None:
    """Give the whole of each tag to the run in which it begins, with plain marks and blanks."""
    owners = [index for index, (_, text) in enumerate(pieces) for _ in text]
    characters = list("".join(text for _, text in pieces))
    for start, end in tags:
        owners[start:end] = [owners[start]] * (end - start)
        characters[start:end] = "".join(characters[start:end]).translate(_UNCURLED)
    texts = [""] * len(pieces)
    for owner, character in zip(owners, characters, strict=True):
        texts[owner] += character
    for (element, before), text in zip(pieces, texts, strict=True):
        if element is not None and (text != before or _ANY_TAG.search(text)):
            element.text = text
            element.set(_XML_SPACE, "preserve")


def _source(root: etree._Element) -> str:
    """Return the part as a Jinja template, a line for each paragraph: the line breaks are between elements only."""
    from docxtpl import DocxTemplate  # noqa: PLC0415 - with python-docx; loaded by those who fill Word templates only

    for element in root.iter(etree.Element):
        element.text = (element.text or "").replace("\n", " ").replace("\r", " ") or None
        element.tail = (element.tail or "").replace("\n", " ").replace("\r", " ") or None
    for paragraph in root.iter(f"{WORDS}p"):
        _line_before(_replaced(paragraph))
    whole = etree.tostring(root, encoding="unicode")
    patched = DocxTemplate.patch_xml(DocxTemplate.__new__(DocxTemplate), whole)
    return str(patched)


def _replaced(paragraph: etree._Element) -> etree._Element:
    """Return what docxtpl will replace around a paragraph, so that the line break stands before it and stays."""
    outermost = paragraph
    for name in ("tc", "tr"):
        holder = next(paragraph.iterancestors(_HOLDERS[name]), None)
        if holder is not None and re.search(rf"\{{[%#]{name}\s", "".join(holder.itertext())):
            outermost = holder
    return outermost


def _line_before(element: etree._Element) -> None:
    previous = element.getprevious()
    parent = element.getparent()
    if previous is not None:
        previous.tail = f"{previous.tail or ''}\n"
    elif parent is not None:
        parent.text = f"{parent.text or ''}\n"

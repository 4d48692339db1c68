"""The words of a DOCX in reading order, with the labels that Word's numbering computes; spaces folded.

Limits: the constructs that docgen writes (paragraphs, tables, direct numbering). Headers and footers are no words.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]  # lxml publishes no types

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["docx_text", "fold"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_SPACES = re.compile(r"\s+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def fold(text: str) -> str:
    """Return the text with every run of white space, no-break spaces included, as one space."""
    return _SPACES.sub(" ", text).strip()


def docx_text(docx: bytes) -> str:
    """Return the words of a DOCX that docgen made."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        document = etree.fromstring(archive.read("word/document.xml"), parser)
        names = archive.namelist()
        numbering = archive.read("word/numbering.xml") if "word/numbering.xml" in names else b"<none/>"
    labels = _Labels(etree.fromstring(numbering, parser))
    # What is framed stands at the foot of the page and is read last.
    paragraphs = sorted(document.iter(f"{_W}p"), key=_framed)
    return fold("\n".join(_paragraph(paragraph, labels) for paragraph in paragraphs))


def _framed(paragraph: etree._Element) -> bool:
    return paragraph.find(f"{_W}pPr/{_W}framePr") is not None


def _paragraph(paragraph: etree._Element, labels: _Labels) -> str:
    return labels.of(paragraph) + "".join(_pieces(paragraph))


def _pieces(paragraph: etree._Element) -> Iterator[str]:
    for element in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}noBreakHyphen", _PICTURE):
        match element.tag.removeprefix(_W):
            case "t":
                yield element.text or ""
            case "noBreakHyphen":
                yield "-"
            case name if name == _PICTURE:
                yield element.get("descr", "")
            case _:
                # A tab stop in the paragraph's properties is no character.
                parent = element.getparent()
                yield "" if parent is None or parent.tag == f"{_W}tabs" else " "


class _Labels:
    """Counts as Word does: a level goes on until a higher one comes, then starts anew."""

    def __init__(self, numbering: etree._Element) -> None:
        levels = {
            _value(abstract, "abstractNumId"): {int(_value(each, "ilvl")): each for each in abstract.iter(f"{_W}lvl")}
            for abstract in numbering.iter(f"{_W}abstractNum")
        }
        self.levels = {
            _value(number, "numId"): levels[_value(number[0], "val")] for number in numbering.iter(f"{_W}num")
        }
        self.counters: dict[str, dict[int, int]] = {}

    def of(self, paragraph: etree._Element) -> str:
        """Return the label of a paragraph with a space after it, or nothing."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            return ""
        number = _value(properties.find(f"{_W}numId"), "val")
        depth = int(_value(properties.find(f"{_W}ilvl"), "val"))
        levels = self.levels[number]
        counters = self.counters.setdefault(number, {})
        counters[depth] = counters[depth] + 1 if depth in counters else self._start(levels[depth])
        for below in [at for at in counters if at > depth]:
            del counters[below]
        text = _value(levels[depth].find(f"{_W}lvlText"), "val")
        for at in range(depth + 1):
            if f"%{at + 1}" in text:
                text = text.replace(f"%{at + 1}", self._shown(levels[at], counters.get(at, self._start(levels[at]))))
        return f"{text} "

    @staticmethod
    def _start(level: etree._Element) -> int:
        return int(_value(level.find(f"{_W}start"), "val"))

    @staticmethod
    def _shown(level: etree._Element, count: int) -> str:
        letters = _value(level.find(f"{_W}numFmt"), "val") == "lowerLetter"
        return _LETTERS[(count - 1) % len(_LETTERS)] if letters else str(count)


def _value(element: etree._Element | None, name: str) -> str:
    if element is None:
        msg = f"the numbering lacks {name}"
        raise ValueError(msg)
    return str(element.attrib[f"{_W}{name}"])

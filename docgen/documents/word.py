"""A `Document` becomes a DOCX, through python-docx: a letter that a clerk can go on editing.

Real styles and multilevel numbering, Latvian proofing language, repeated table headers, page numbers `3 (12)` but none
on the first page. Only this module imports python-docx, whose default template lends the package, trimmed of the 790 KB
of styles that no letter uses: `empty.docx`, which is kept trimmed because trimming takes as long as a letter.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]  # lxml publishes no types

from docgen.documents.rhythm import FOOT, OVERHANG
from docgen.documents.wordbody import Body
from docgen.documents.wordelements import element, text_run
from docgen.documents.wordnumbering import numbering_xml
from docgen.documents.wordstyles import styles_xml

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

    from docgen.model.blocks import Document, Logo

__all__ = ["print_docx"]

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can hold
_TITLE_LIMIT = 255  # python-docx refuses longer properties
_FIRST = "[Content_Types].xml"
_EMPTY = Path(__file__).parent / "empty.docx"


@cache
def _template() -> bytes:
    """Return python-docx's default package without what docgen replaces or never uses (`tests/empty_docx.py`)."""
    return _EMPTY.read_bytes()


def print_docx(document: Document) -> bytes:
    """Return the DOCX. Same document, same bytes: nothing in it comes from the clock or from a compressor."""
    import docx  # noqa: PLC0415 - loaded by those who print only

    word = docx.Document(io.BytesIO(_template()))
    body = Body(document)
    body.write()
    word.styles.element[:] = list(etree.fromstring(styles_xml(document.look, document.language)))
    word.part.numbering_part.element[:] = list(numbering_xml(body.numberings, body.indents))
    _set_page(word, document)
    if document.logo is not None:
        for place in body.logo_places:
            place.append(_picture(word, document.logo))
    word.element.body[:] = [*body.elements, word.element.body[-1]]
    _set_properties(word, document)
    stream = io.BytesIO()
    word.save(stream)
    return _same_bytes(stream.getvalue())


def _picture(word: WordDocument, logo: Logo) -> etree._Element:
    """Return a run with the picture; python-docx keeps its bytes once in the package."""
    from docx.shared import Mm  # noqa: PLC0415 - loaded by those who print only

    inline = word.part.new_pic_inline(io.BytesIO(logo.content), height=Mm(logo.height))
    inline.docPr.set("descr", logo.alt)
    return element("r", element("drawing", inline))


def _set_page(word: WordDocument, document: Document) -> None:
    """Set paper, margins and the page numbers, which the first page does not show."""
    from docx.enum.section import WD_ORIENT  # noqa: PLC0415 - loaded by those who print only
    from docx.shared import Mm  # noqa: PLC0415 - loaded by those who print only

    look = document.look
    section = word.sections[0]
    width, height = Mm(210), Mm(297)
    sides = (look.left, look.right, look.top, look.bottom)
    if document.landscape:
        width, height = height, width
        section.orientation = WD_ORIENT.LANDSCAPE
        sides = (look.bottom, look.top, look.left, look.right)
    section.page_width, section.page_height = width, height
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = map(Mm, sides)
    # From the paper's edge to the foot of the page number's line, below its baseline.
    below = OVERHANG[1] * look.small * 25.4 / 72
    section.header_distance = section.footer_distance = Mm(sides[3] * (1 - FOOT) - below)
    section.different_first_page_header_footer = True
    numbers = section.footer.paragraphs[0]._p  # noqa: SLF001 - python-docx has no words for fields
    for kind in ("PAGE", " (", "NUMPAGES", ")"):
        if kind.isupper():
            field = element("fldSimple", text_run("1"), instr=kind)
            numbers.append(field)
        else:
            numbers.append(text_run(kind))


def _set_properties(word: WordDocument, document: Document) -> None:
    properties = word.core_properties
    properties.title = document.title[:_TITLE_LIMIT]
    properties.language = "lv-LV" if document.language == "lv" else document.language
    if document.date is None:
        for moment in properties._element.xpath("dcterms:created | dcterms:modified"):  # noqa: SLF001 - no words for it
            moment.getparent().remove(moment)
    else:
        day = dt.datetime(document.date.year, document.date.month, document.date.day, tzinfo=dt.UTC)
        properties.created = properties.modified = day
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.revision = 1


def _same_bytes(docx: bytes) -> bytes:
    """Write the ZIP anew: content types first, the rest sorted, one date, stored (compressors differ)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return stream.getvalue()

"""A Word template becomes a DOCX: the same sandboxed, strict environment as text templates, the values put in last.

What `{{ … }}` prints is a marker until docxtpl and Jinja are done (`docgen.documents.environment`); then the marker is
replaced by the value with `&`, `<`, `>` and quotation marks escaped. So no value can become XML or a tag: a name
`{{ 7*7 }}` comes out as typed. Header, footer, footnotes, endnotes and tables are filled as the text is.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]  # lxml publishes no types

from docgen.documents.environment import Filled, fill
from docgen.documents.wordtemplatetags import WORDS, read_sources
from docgen.documents.wordtemplatezip import open_package, parse_xml, write_package
from docgen.errors import DataError, Problem
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from docgen.documents.wordtemplatetags import Source

__all__ = ["fill_word_template"]

_TITLE_LIMIT = 255
_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title><dc:creator></dc:creator>'
    "<dc:language>lv-LV</dc:language><cp:lastModifiedBy></cp:lastModifiedBy><cp:revision>1</cp:revision>"
    "{dates}</cp:coreProperties>"
)
_DATES = (
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified>'
)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"></Properties>'
)


def fill_word_template(
    content: bytes, values: Mapping[str, object], *, name: str, title: str, day: date | None
) -> bytes:
    """Return the DOCX that a Word template makes of the values; the same input, the same bytes.

    Title and dates of the file come from the call, not from whoever made the template. A template that is hostile,
    whose tags are off, that asks for what is not there, or that makes no valid document: `DataError` with every
    problem, by paragraph. Nothing bounds its time here: templates of a workspace are filled in a worker
    (`docgen.documents.wordtemplates`).
    """
    package = open_package(content, name=name)
    sources, problems = read_sources(package)
    if problems:
        raise DataError(name, problems)
    entries = dict(package.entries)
    for source in sources:
        try:
            entries[source.part] = _fill_part(source, values, name=name)
        except DataError as exc:
            problems += exc.problems
    if problems:
        raise DataError(name, problems)
    for part in package.parts("core-properties+xml"):
        dates = "" if day is None else _DATES.format(day=day.isoformat())
        entries[part] = _CORE.format(title=escape(title[:_TITLE_LIMIT], quote=False), dates=dates).encode()
    for part in package.parts("extended-properties+xml"):
        entries[part] = _APP.encode()
    return write_package(entries)


def _fill_part(source: Source, values: Mapping[str, object], *, name: str) -> bytes:
    try:
        filled = fill(source.text, values, name=name)
    except DataError as exc:
        raise DataError(name, [_with_place(problem, source) for problem in exc.problems]) from exc
    escaped = Filled(text=filled.text, values=tuple(escape(value) for value in filled.values))
    try:
        root = parse_xml(escaped.resolve(filled.text))
    except ValueError as exc:
        message = say(
            "makes no valid document of these data ({why}): a tag that begins in a paragraph or a cell ends there; "
            "{{%p if … %}}, alone in a paragraph, is for whole paragraphs, {{%tr if … %}} for rows",
            why=str(exc),
        )
        raise DataError(name, [Problem(path=source.place(0), message=message)]) from exc
    _make_whole(root)
    whole: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return whole


def _with_place(problem: Problem, source: Source) -> Problem:
    line = problem.path.removeprefix("line ")
    return Problem(path=source.place(int(line)), message=problem.message) if line.isdecimal() else problem


def _make_whole(root: etree._Element) -> None:
    """Mend what conditions and loops leave behind and Word does not open: empty tables and cells, one id twice.

    Columns that came or went take the table's whole width; line breaks go.
    """
    _fill_up(root)
    for table in root.iter(f"{WORDS}tbl"):
        _fit_columns(table)
    pictures = 0
    for element in root.iter(etree.Element):
        # Every line break here is one that the source of the template had between elements.
        element.text = (element.text or "").replace("\n", "") or None
        element.tail = (element.tail or "").replace("\n", "") or None
        if etree.QName(element).localname == "docPr":
            pictures += 1
            element.set("id", str(pictures))
        for key in [key for key in element.attrib if key.endswith(("}paraId", "}textId"))]:
            del element.attrib[key]


def _fill_up(root: etree._Element) -> None:
    for table in list(root.iter(f"{WORDS}tbl")):
        for row in list(table.iterchildren(f"{WORDS}tr")):
            if row.find(f"{WORDS}tc") is None and row.find(f"{WORDS}sdt") is None:
                _take_out(row)
        if next(table.iter(f"{WORDS}tr"), None) is None:
            _take_out(table)
    for name in ("tc", "hdr", "ftr", "footnote", "endnote"):
        for holder in root.iter(f"{WORDS}{name}"):
            if len(holder) == 0 or holder[-1].tag not in {f"{WORDS}p", f"{WORDS}sdt"}:
                etree.SubElement(holder, f"{WORDS}p")


def _fit_columns(table: etree._Element) -> None:
    """Have as many columns in a table's grid as its rows have cells, in the widths of these, as wide as before."""
    grid = table.find(f"{WORDS}tblGrid")
    rows = [row.findall(f"{WORDS}tc") for row in table.iterchildren(f"{WORDS}tr")]
    simple = [row for row in rows if not any(_spans(cell) for cell in row)]
    fullest: list[etree._Element] = max(simple, key=len, default=[])
    if grid is None or not fullest or len(simple) < len(rows) or len(fullest) == len(grid):
        return
    before = [_width(column) for column in grid]
    after = [_width(cell.find(f"{WORDS}tcPr/{WORDS}tcW")) for cell in fullest]
    if not all(after) or not all(before):
        after = [1] * len(fullest)
    scaled = [round(sum(before) * width / sum(after)) for width in after]
    for column in list(grid):
        grid.remove(column)
    for width in scaled:
        etree.SubElement(grid, f"{WORDS}gridCol").set(f"{WORDS}w", str(width))
    for row in simple:
        for cell, width in zip(row, scaled, strict=False):
            own = cell.find(f"{WORDS}tcPr/{WORDS}tcW")
            if own is not None and own.get(f"{WORDS}type", "dxa") == "dxa":
                own.set(f"{WORDS}w", str(width))


def _spans(cell: etree._Element) -> bool:
    return cell.find(f"{WORDS}tcPr/{WORDS}gridSpan") is not None or cell.find(f"{WORDS}tcPr/{WORDS}hMerge") is not None


def _width(element: etree._Element | None) -> int:
    value = "" if element is None else element.get(f"{WORDS}w", "")
    return int(value) if value.isdecimal() else 0


def _take_out(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)

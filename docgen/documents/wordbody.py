"""The body and the numbering of a DOCX as WordprocessingML, built block by block.

Styles are named here and defined in `wordstyles.xml`; nothing is formatted directly but what belongs to one document:
widths, tab stops, indents of numbered points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from docgen.documents.closing import end_of_closing
from docgen.documents.font import text_width
from docgen.documents.numbering import LEVELS, Level, planned
from docgen.documents.rhythm import FOOT, OVERHANG, gaps_of
from docgen.documents.textarea import DASH_INDENT, RIGHT_SHARE, TextArea, margins_of
from docgen.documents.wordelements import (
    WORDS,
    element,
    grid,
    in_schema_order,
    paragraph_of,
    rule_below,
    spaced,
    styled_run,
    tab,
    table_properties,
)
from docgen.model.blocks import (
    Addressee,
    Align,
    Approval,
    Block,
    Centered,
    Clauses,
    DashList,
    DateLine,
    Document,
    Footnote,
    Heading,
    Inlines,
    Letterhead,
    PageBreak,
    Paragraph,
    RightAligned,
    SignatureBlock,
    SmallPrint,
    StatusLine,
    Subject,
    Table,
    Text,
    heads_rows,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.documents.wordelements import Element
    from docgen.model.blocks import Cell

__all__ = ["Body"]

_TWIPS_PER_MM = 1440 / 25.4
_TWIPS_PER_PT = 20
_GAP = 7  # pt, between a label and its text
_RULE = 6  # pt, from the last line of a letterhead to the rule below it
_ASCENT = 0.89  # em, from the baseline to the top of a line
_REFERENCE_SHARE = 0.42  # of the width: the page number stands in the middle


class Body:
    """Collects the elements of one document, and the numbering that they need."""

    def __init__(self, document: Document) -> None:
        look = document.look
        self.document = document
        self.area = TextArea(document)
        width = 297 - look.bottom - look.top if document.landscape else 210 - look.left - look.right
        self.width = round(width * _TWIPS_PER_MM)
        self.elements: list[Element] = []
        self.logo_places: list[Element] = []
        self.numberings: list[tuple[Level, ...]] = []
        self.indents: list[list[tuple[int, int]]] = []
        self._dash_numbers: dict[int, int] = {}
        self._new_page = False

    def write(self) -> None:
        """Write all blocks; footnotes and the reference come last."""
        blocks = sorted(self.document.blocks, key=lambda block: isinstance(block, Footnote))
        closed = 0
        for index, block in enumerate(blocks):
            follower = blocks[index + 1] if index + 1 < len(blocks) else None
            first = len(self.elements)
            self._block(block)
            if isinstance(block, SignatureBlock):
                closed = max(closed, end_of_closing(blocks, index))
            if isinstance(follower, SignatureBlock) or index + 1 < closed:
                self._keep(first, whole=isinstance(block, SignatureBlock | Paragraph))
        if self.elements and self.elements[-1].tag == f"{{{WORDS}}}tbl":
            self._paragraph("AfterTable", ())
        if self.document.reference:
            self._reference(self.document.reference)
        for part in self.elements:
            for properties in part.iter(f"{{{WORDS}}}pPr"):
                in_schema_order(properties)

    def _reference(self, reference: str) -> None:
        """Put the reference into the margin of the last page, as in the PDF: in the text it might need a page more."""
        look = self.document.look
        page = (210 if self.document.landscape else 297) * _TWIPS_PER_MM
        bottom = margins_of(self.document)[3] * (1 - FOOT)
        frame = element(
            "framePr",
            w=round(self.width * _REFERENCE_SHARE),
            wrap="around",
            vAnchor="page",
            hAnchor="margin",
            xAlign="left",
            y=round(page - bottom * _TWIPS_PER_MM - _ASCENT * (look.small - 1) * _TWIPS_PER_PT),
        )
        framed = paragraph_of("Reference", plain(reference), element("keepNext"), frame)
        self.elements.insert(-1, framed)  # a frame stands on the page of the paragraph after it

    def _keep(self, first: int, *, whole: bool) -> None:
        """Keep what was written from `first` on (or its last paragraph) on the page of what follows."""
        new = self.elements[first:] if whole else self.elements[-1:]
        for paragraph in [p for part in new for p in part.iter(f"{{{WORDS}}}p")]:
            paragraph[0].insert(1, element("keepNext"))
            paragraph[0].insert(2, element("keepLines"))

    def _paragraph(
        self,
        style: str,
        text: Inlines,
        *properties: Element,
        label: str = "",
        runs: Sequence[Element] | None = None,
        keep: bool = False,
    ) -> Element:
        made = paragraph_of(
            style,
            text,
            element("keepNext") if keep else None,
            element("pageBreakBefore") if self._new_page else None,
            *properties,
            label=label,
            runs=runs,
        )
        if self._new_page or not self.elements:
            spaced(made, before=0)
        self._new_page = False
        self.elements.append(made)
        return made

    def _apart_from_next(self) -> None:
        """Give the last item of a list the space of a paragraph: what follows is none of its items."""
        look = self.document.look
        spaced(self.elements[-1], after=round((look.spacing - look.leading) * look.size * _TWIPS_PER_PT))

    def _even(self, text: Inlines, size: float, *, share: float = 1, sides: int = 2, bold: bool = False) -> Element:
        """Return the indents of a text that is not set from the left: its lines are of about the same length."""
        width = self.area.width * share
        narrow = self.area.width - width + self.area.narrow(text, width=width, size=size, bold=bold)
        indent = round(narrow / sides * _TWIPS_PER_PT)
        return element("ind", left=indent, right=indent if sides > 1 else 0)

    def _lines(
        self,
        style: str,
        lines: Sequence[Inlines],
        *,
        indents: Sequence[Element] | None = None,
        keep: bool = False,
    ) -> None:
        """Write lines that belong together; the last carries the space after them."""
        for index, line in enumerate(lines):
            last = index == len(lines) - 1
            spacing: dict[str, str | int] = {**({"before": 0} if index else {}), **({} if last else {"after": 0})}
            properties = [
                *([element("spacing", **spacing)] if spacing else []),
                *([indents[index]] if indents else []),
            ]
            self._paragraph(style, line, *properties, keep=keep or not last)

    def _block(self, block: Block) -> None:  # noqa: C901, PLR0912 - one branch for each kind of block
        look = self.document.look
        match block:
            case Heading():
                size = look.size + 1 if block.level == 1 else look.size
                self._paragraph(f"Heading{block.level}", block.text, self._even(block.text, size, bold=True))
            case Subject():
                self._paragraph("Subject", block.text)
            case Paragraph():
                self._paragraph("BodyText", block.text, keep=block.stays_with_next)
            case Clauses():
                self._clauses(block)
            case DashList():
                self._dashes(block)
            case Table():
                self._table(block)
            case Letterhead():
                self._letterhead(block)
            case Addressee():
                self._lines("Addressee", block.lines, indents=self._half(block.lines))
            case Approval():
                self._lines("Approval", block.lines, indents=self._half(block.lines))
            case DateLine():
                self._dateline(block)
            case RightAligned():
                indents = [self._even(line, look.size, share=RIGHT_SHARE, sides=1) for line in block.lines]
                self._lines("RightAligned", block.lines, indents=indents, keep=True)
            case Centered():
                self._lines("Centered", block.lines, indents=[self._even(line, look.size) for line in block.lines])
            case SmallPrint():
                self._lines("SmallPrint", block.lines)
            case StatusLine():
                self._lines("Status", block.lines)
            case SignatureBlock():
                self._signatures(block)
            case Footnote():
                text = (Text(text=f"{block.mark} "), *block.text) if block.mark else block.text
                self._paragraph("SmallPrint", text)
            case PageBreak():
                self._new_page = True
            case _:
                assert_never(block)

    def _half(self, lines: Sequence[Inlines]) -> Sequence[Element]:
        """Return the indents of lines in the right half."""
        return [element("ind", left=self.width // 2) for _line in lines]

    def _letterhead(self, block: Letterhead) -> None:
        look = self.document.look
        small = block.lines[len(block.units) :]
        if block.logo and self.document.logo is not None:
            self.logo_places.append(self._paragraph("LetterheadLogo", (), keep=True))
        even = self._even(block.name, look.size + 2, bold=True)
        self._paragraph("LetterheadName", block.name, even, keep=True)
        units = [self._even(line, look.size, bold=True) for line in block.units]
        self._lines("LetterheadUnit", block.units, indents=units, keep=True)
        self._lines("Letterhead", small, indents=[self._even(line, look.small) for line in small])
        # The rule below, from margin to margin, whatever the last line is, and after it the space of a letterhead.
        gap = gaps_of(look)["letterhead"][1] - look.leading + OVERHANG[1]  # from a rule, which has nothing below it
        spaced(self.elements[-1], after=round(gap * look.size * _TWIPS_PER_PT))
        for indent in self.elements[-1][0].findall(f"{{{WORDS}}}ind"):
            self.elements[-1][0].remove(indent)
        self.elements[-1][0].insert(1, rule_below(_RULE))

    def _dateline(self, block: DateLine) -> None:
        stops = {0: [], 1: [], 2: [("right", self.width)], 3: [("center", self.width // 2), ("right", self.width)]}
        runs: list[Element] = []
        for index, part in enumerate(block.parts):
            runs += [tab()] if index else []
            runs += [styled_run(run) for run in part]
        places = stops[len(block.parts)]
        if block.below:
            places = places or stops[2]
            runs += [element("r", element("br"))] if runs else []
            runs += [*(tab() for _ in places), *(styled_run(run) for run in block.below)]
        tabs = element("tabs", *(element("tab", val=kind, pos=at) for kind, at in places))
        self._paragraph("DateLine", (), *([tabs] if len(tabs) else []), runs=runs)

    def _clauses(self, block: Clauses) -> None:
        levels, plan = planned(block.clauses)
        size = self.document.look.size
        room = [0.0] * (max(item.depth for item in plan) + 1)
        for item in plan:
            room[item.depth] = max(room[item.depth], text_width(item.clause.label) * size + _GAP)
        indents = []
        left = 0.0
        for width in room:
            left += width
            indents.append((round(left * _TWIPS_PER_PT), round(width * _TWIPS_PER_PT)))
        self.numberings.append(levels)
        self.indents.append(indents)
        number = len(self.numberings)
        for item in plan:
            at, hanging = indents[item.depth]
            indent = element("ind", left=at, hanging=hanging)
            keep = bool(item.clause.clauses)
            if item.numbered:
                numbered = element("numPr", element("ilvl", val=item.depth), element("numId", val=number))
                self._paragraph("Clause", item.clause.text, numbered, indent, keep=keep)
            else:
                self._paragraph("Clause", item.clause.text, indent, label=item.clause.label, keep=keep)
        self._apart_from_next()

    def _dash(self, indent: int) -> Element:
        """Return the numbering of a dash list whose text begins at `indent`."""
        if indent not in self._dash_numbers:
            self.numberings.append((Level(number_format="bullet", text="–"),) * LEVELS)
            self.indents.append([(indent, indent)])
            self._dash_numbers[indent] = len(self.numberings)
        return element("numPr", element("ilvl", val=0), element("numId", val=self._dash_numbers[indent]))

    def _dashes(self, block: DashList) -> None:
        indent = round(DASH_INDENT * self.document.look.size * _TWIPS_PER_PT)
        for item in block.items:
            self._paragraph("Dash", item, self._dash(indent))
        self._apart_from_next()

    def _cell(self, content: Cell, width: int, style: str, align: str, *, size: float = 0) -> Element:
        """Return a cell; a dash list in it is set in the type of the cell, whose size decides the indent."""
        justify = element("jc", val=align) if align != "left" else None
        made: list[Element] = []
        for part in content:
            if isinstance(part, DashList):
                indent = round(DASH_INDENT * size * _TWIPS_PER_PT)
                made += [paragraph_of(style, item, self._dash(indent)) for item in part.items]
            else:
                made.append(paragraph_of(style, part, justify))
        place = element("vAlign", val="bottom") if style == "Signature" else None
        paragraphs = made or [paragraph_of(style, ())]
        return element("tc", element("tcPr", element("tcW", w=width, type="dxa"), place), *paragraphs)

    def _apart(self) -> None:
        """Put a paragraph between two tables, which Word would join, and before one on a new page."""
        after_table = self.elements and self.elements[-1].tag == f"{{{WORDS}}}tbl"
        if after_table or self._new_page:
            self._paragraph("AfterTable", ())

    def _table(self, block: Table) -> None:
        self._apart()
        total = sum(column.width for column in block.columns)
        widths = [round(self.width * column.width / total) for column in block.columns]
        small = "Small" if block.small else ""
        header = element(
            "tr",
            element("trPr", element("cantSplit"), element("tblHeader")),
            *(
                self._cell(
                    (column.header,), width, f"TableHeader{small}", column.align if column.align == "right" else "left"
                )
                for column, width in zip(block.columns, widths, strict=True)
            ),
        )
        rows = [
            element(
                "tr",
                None if self.area.may_break(block, row) else element("trPr", element("cantSplit")),
                *(
                    self._cell(content, width, f"TableText{small}", column.align, size=self.area.table_size(block))
                    for content, width, column in zip(row, widths, block.columns, strict=True)
                ),
            )
            for row in block.rows
        ]
        for made, row in zip(rows, block.rows, strict=True):
            if heads_rows(row):
                for paragraph in made.iter(f"{{{WORDS}}}p"):
                    paragraph[0].insert(1, element("keepNext"))
        self.elements.append(element("tbl", table_properties("Table", widths), grid(widths), header, *rows))
        self._paragraph("AfterTable", ())

    def _signatures(self, block: SignatureBlock) -> None:
        self._apart()
        marked = any(row.mark for row in block.rows)
        shares = (48, 20, 32) if marked else (50, 50)
        widths = [round(self.width * share / 100) for share in shares]
        rows = []
        for row in block.rows:
            texts = (row.position, row.mark, row.name) if marked else (row.position, row.name)
            cells = [
                self._cell((text,), width, "Signature", Align.CENTER if marked and index == 1 else Align.LEFT)
                for index, (text, width) in enumerate(zip(texts, widths, strict=True))
            ]
            rows.append(element("tr", element("trPr", element("cantSplit")), *cells))
        for tr in rows[:-1]:
            for paragraph in tr.iter(f"{{{WORDS}}}p"):
                paragraph[0].insert(1, element("keepNext"))
        self.elements.append(element("tbl", table_properties("SignatureTable", widths), grid(widths), *rows))

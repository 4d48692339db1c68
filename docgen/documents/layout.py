"""A `Document` as the data that `layout.typ` reads: blocks as dicts, and what only arithmetic can decide.

Decided here, from the font's widths (measured/documents.md §6 has what goes wrong otherwise): where a word that fits no
line is broken, without a trace in the text; which table rows may break across pages; what stays together with the
signatures, so that these never stand alone on a page.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, TypeAlias, assert_never

from docgen.documents.closing import end_of_closing
from docgen.documents.font import printing_with, text_width
from docgen.documents.rhythm import CAPITALS, FOOT, OVERHANG, gaps_of
from docgen.documents.textarea import DASH_INDENT, INSET, RIGHT_SHARE, TextArea, margins_of
from docgen.model.blocks import (
    Addressee,
    Approval,
    Block,
    Cell,
    Centered,
    Clause,
    Clauses,
    DashList,
    DateLine,
    Document,
    Footnote,
    Heading,
    Inlines,
    Letterhead,
    Logo,
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
    words_of,
)
from docgen.model.spacing import hyphened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["layout_data"]

Data: TypeAlias = "dict[str, object]"

# PDF/A demands a date in the file's properties; this one says that there is none, as in ZIP archives.
_NO_DAY = date(1980, 1, 1)
_HALF = 0.5  # addressee and approval stand in the right half
_HYPHENS = {"-", "–"}
_MARKS = re.compile(r"(?<=[@./_-])(?=\w)")
_TOGETHER_LIMIT = 0.45  # of the page's height: a longer paragraph is not held together with the signatures


def layout_data(document: Document) -> Data:
    """Return what `layout.typ` reads, ready for JSON. Footnotes go to the end, before the reference."""
    with printing_with(document.look.fonts) as face:
        return {**_data(document), "family": face.family}


def _data(document: Document) -> Data:
    page = TextArea(document)
    look = document.look
    day = document.date or _NO_DAY
    left, right, top, bottom = margins_of(document)
    body = [block for block in document.blocks if not isinstance(block, Footnote)]
    notes = [block for block in document.blocks if isinstance(block, Footnote)]
    return {
        "title": document.title,
        "date": [day.year, day.month, day.day],
        "language": document.language,
        "landscape": document.landscape,
        "reference": _runs(plain(document.reference), page.width, look.small),
        "margins": {"left": left, "right": right, "top": top, "bottom": bottom},
        "overhang": OVERHANG,
        "capitals": CAPITALS,
        "foot": FOOT,
        "size": look.size,
        "small": look.small,
        "leading": look.leading,
        "spacing": look.spacing,
        "gaps": gaps_of(look),
        "logo": _logo(document.logo) if any(isinstance(block, Letterhead) and block.logo for block in body) else None,
        "blocks": list(_grouped([*body, *notes], page)),
    }


def _logo(logo: Logo | None) -> Data | None:
    return None if logo is None else {"bytes": list(logo.content), "alt": logo.alt, "height": logo.height}


def _grouped(blocks: Sequence[Block], page: TextArea) -> Iterator[Data]:
    """Yield the blocks; signatures together with the paragraph before and what closes the document after them."""
    done = 0
    for index, block in enumerate(blocks):
        if index < done:
            continue
        follower = blocks[index + 1] if index + 1 < len(blocks) else None
        if isinstance(block, SignatureBlock) or not isinstance(follower, SignatureBlock):
            if isinstance(block, SignatureBlock):
                done = end_of_closing(blocks, index)
                yield _together(
                    [_block(part, page) for part in blocks[index:done]], blocks[index:done], page, "paragraph"
                )
            else:
                yield _block(block, page)
            continue
        done = end_of_closing(blocks, index + 1)
        signed = [_block(part, page) for part in blocks[index + 1 : done]]
        before, last = _parted(block, page)
        yield from before
        # Where the last point of a list goes along, it stands no farther from the others.
        part = {Clauses: "clause", DashList: "dash"}.get(type(block), "paragraph") if before and last else "paragraph"
        yield _together([*([last] if last else []), *signed], blocks[index + 1 : done], page, part)


_MANY_SIGNATURES = 10  # more rows than this are let run over pages


def _together(parts: list[Data], signed: Sequence[Block], page: TextArea, part: str) -> Data:
    rows = sum(len(block.rows) for block in signed if isinstance(block, SignatureBlock))
    texts = [text for block in signed for text in _closing_texts(block)]
    size = page.look.size
    lines = sum(page.lines(text, width=page.width, size=size) for text in texts)
    breakable = rows > _MANY_SIGNATURES or page.tall(lines, size=size) > _TOGETHER_LIMIT
    return {"kind": "together", "part": part, "breakable": breakable, "blocks": parts}


def _closing_texts(block: Block) -> tuple[Inlines, ...]:
    """Return the texts of what stands with signatures, but for these themselves."""
    match block:
        case Centered() | SmallPrint():
            return block.lines
        case Paragraph() | Subject() | Heading() | Footnote():
            return (block.text,)
        case _:
            return ()


def _parted(block: Block, page: TextArea) -> tuple[list[Data], Data | None]:
    """Return what may stay behind, and what goes along with the signatures (nothing where it is too long)."""
    size = page.look.size
    match block:
        case Paragraph():
            short = page.tall(page.lines(block.text, width=page.width, size=size), size=size) < _TOGETHER_LIMIT
            data = _block(block, page)
            return ([], data) if short else ([{**data, "sticky": True}], None)
        case Clauses(clauses=(*first, last)):
            lines = sum(page.lines(text, width=page.width * 0.8, size=size) for text in _clause_texts(last))
            if page.tall(lines, size=size) >= _TOGETHER_LIMIT:
                return [_block(block, page)], None
            labels = _label_width(block.clauses, size)
            before = [_clauses(tuple(first), page, page.width, labels)] if first else []
            return before, _clauses((last,), page, page.width, labels)
        case DashList(items=(*first, last)):
            before = [_block(DashList(items=tuple(first)), page)] if first else []
            return before, _block(DashList(items=(last,)), page)
        case _:
            return [_block(block, page)], None


def _clause_texts(clause: Clause) -> Iterator[Inlines]:
    yield clause.text
    for below in clause.clauses:
        yield from _clause_texts(below)


def _block(block: Block, page: TextArea) -> Data:  # noqa: C901, PLR0911, PLR0912 - one answer for each kind of block
    look = page.look
    half = page.width * (1 - _HALF)
    match block:
        case Heading():
            size = look.size + 1 if block.level == 1 else look.size
            return {
                "kind": "heading",
                "level": block.level,
                "text": _runs(block.text, page.width, size, bold=True),
                "narrow": page.narrow(block.text, width=page.width, size=size, bold=True) / 2,
            }
        case Subject():
            return {"kind": "subject", "text": _runs(block.text, page.width * 0.75, look.size, bold=True)}
        case Paragraph():
            text = _runs(block.text, page.width, look.size)
            return {"kind": "paragraph", "text": text, "sticky": block.stays_with_next}
        case Clauses():
            return _clauses(block.clauses, page, page.width, _label_width(block.clauses, look.size))
        case DashList():
            return {"kind": "dashes", "items": _lines(block.items, page.width - 1.5 * look.size, look.size)}
        case Table():
            return _table(block, page)
        case Letterhead():
            return {
                "kind": "letterhead",
                "name": _runs(block.name, page.width, look.size + 2, bold=True),
                "narrow": page.narrow(block.name, width=page.width, size=look.size + 2, bold=True) / 2,
                "units": _even(block.units, page, page.width, look.size, bold=True),
                "lines": _even(block.lines[len(block.units) :], page, page.width, look.small),
                "logo": block.logo,
            }
        case Addressee():
            return {"kind": "addressee", "lines": _lines(block.lines, half, look.size)}
        case Approval():
            return {"kind": "approval", "lines": _lines(block.lines, half, look.size)}
        case DateLine():
            share = page.width / max(1, len(block.parts)) - look.size
            below = _runs(block.below, page.width, look.size)
            return {"kind": "dateline", "lines": _lines(block.parts, share, look.size), "below": below}
        case RightAligned():
            return {"kind": "right", "lines": _even(block.lines, page, page.width * RIGHT_SHARE, look.size, sides=1)}
        case Centered():
            return {"kind": "centered", "lines": _even(block.lines, page, page.width, look.size)}
        case SmallPrint():
            return {"kind": "small", "lines": _lines(block.lines, page.width, look.small)}
        case StatusLine():
            return {"kind": "status", "lines": _lines(block.lines, page.width, look.small + 1)}
        case SignatureBlock():
            return _signatures(block, page)
        case Footnote():
            return _footnote(block, page)
        case PageBreak():
            return {"kind": "pagebreak"}
        case _:
            assert_never(block)


def _footnote(note: Footnote, page: TextArea) -> Data:
    text = (Text(text=f"{note.mark} "), *note.text) if note.mark else note.text
    return {"kind": "footnote", "lines": _lines((text,), page.width, page.look.small)}


def _signatures(block: SignatureBlock, page: TextArea) -> Data:
    size = page.look.size
    widths = (page.width * 0.48, page.width * 0.18, page.width * 0.32)
    rows = [
        [_runs(text, width, size) for text, width in zip((row.position, row.mark, row.name), widths, strict=True)]
        for row in block.rows
    ]
    return {"kind": "signatures", "rows": rows}


def _label_width(clauses: Sequence[Clause], size: float) -> float:
    """Return the room for the labels of one level, in points, with the gap after them."""
    return max((text_width(clause.label) for clause in clauses), default=0) * size + 0.5 * size


def _clauses(clauses: Sequence[Clause], page: TextArea, width: float, labels: float) -> Data:
    inner = width - labels
    size = page.look.size
    items = [
        {
            "label": clause.label,
            "text": _runs(clause.text, inner, size),
            "clauses": _clauses(clause.clauses, page, inner, _label_width(clause.clauses, size))
            if clause.clauses
            else None,
        }
        for clause in clauses
    ]
    return {"kind": "clauses", "labels": labels, "items": items}


def _table(table: Table, page: TextArea) -> Data:
    size, widths = page.table_size(table), page.widths(table)
    inner = [width - 2 * INSET for width in widths]
    return {
        "kind": "table",
        "size": size,
        "inset": INSET,
        "dash": DASH_INDENT,
        "widths": widths,
        "aligns": [column.align.value for column in table.columns],
        "header": [
            _runs(column.header, width, size, bold=True) for column, width in zip(table.columns, inner, strict=True)
        ],
        "rows": [
            {
                "cells": [_cell(content, width, size) for content, width in zip(row, inner, strict=True)],
                "breakable": page.may_break(table, row),
                "heads": heads_rows(row),
            }
            for row in table.rows
        ],
    }


def _cell(content: Cell, width: float, size: float) -> object:
    """Return what a cell holds, a list of runs a paragraph, or just its text where it is one plain run."""
    made: list[object] = []
    for part in content:
        if isinstance(part, DashList):
            made.append({"dashes": _lines(part.items, width - DASH_INDENT * size, size)})
        else:
            made.append(_runs(part, width, size))
    match made, content:
        case [[{"pieces": [str() as only], "kept": []}]], ((Text(bold=False, italic=False, raised=False),),):
            return only
        case _:
            return made


def _lines(lines: Sequence[Inlines], width: float, size: float) -> list[list[Data]]:
    return [_runs(line, width, size) for line in lines]


def _even(
    lines: Sequence[Inlines], page: TextArea, width: float, size: float, *, sides: int = 2, bold: bool = False
) -> list[Data]:
    """Return lines that are not set from the left, each with what it stands off the margin at one side or at both."""
    return [
        {
            "text": _runs(line, width, size),
            "narrow": (page.width - width + page.narrow(line, width=width, size=size, bold=bold)) / sides,
        }
        for line in lines
    ]


def _runs(inlines: Inlines, width: float, size: float, *, bold: bool = False) -> list[Data]:
    """Return the runs, each as the pieces between which a line may be broken though no space is there."""
    room = width / size
    broad = any(text_width(word, bold=True) > room for word in words_of(inlines).split(" ") if len(word) > room / 2)
    return [
        {
            "pieces": _pieces(run.text, room, bold=bold or run.bold) if broad else [run.text],
            "kept": [] if broad or not _HYPHENS & set(run.text) else _kept(run.text),
            "bold": run.bold,
            "italic": run.italic,
            "raised": run.raised,
        }
        for run in inlines
    ]


def _kept(text: str) -> list[tuple[str, bool]]:
    """Return the parts of a text of which some keep their hyphens in one line; nothing where there are none."""
    parts = hyphened(text)
    return parts if any(kept for _part, kept in parts) else []


def _pieces(text: str, room: float, *, bold: bool) -> list[str]:
    """Cut the words that fit no line: after no-break spaces, then at the marks of an address, then anywhere."""
    pieces = [""]
    for word in _after(text, " "):
        if text_width(word.rstrip(" "), bold=bold) <= room:
            pieces[-1] += word
            continue
        for part in _after(word, "\u00a0"):
            for piece in _at_marks(part, room, bold=bold):
                cut = _cut(piece, room, bold=bold) if text_width(piece.rstrip(" \u00a0"), bold=bold) > room else [piece]
                pieces[-1] += cut[0]
                pieces += cut[1:]
                pieces.append("")
    return [piece for piece in pieces if piece]


def _after(text: str, mark: str) -> list[str]:
    """Cut after each mark and keep it."""
    parts = text.split(mark)
    return [part for part in (*(part + mark for part in parts[:-1]), parts[-1]) if part]


def _at_marks(text: str, room: float, *, bold: bool) -> list[str]:
    """Cut a word that fits no line as people part e-mail and web addresses: after `@`, `.`, `/`, `-`, `_`."""
    if text_width(text.rstrip(" \u00a0"), bold=bold) <= room:
        return [text]
    return [part for part in _MARKS.split(text) if part]


def _cut(text: str, room: float, *, bold: bool) -> list[str]:
    """Cut into pieces of at most an eighth of a line, never between a character and the marks that belong to it."""
    pieces = [""]
    length = 0.0
    for character in text:
        width = text_width(character, bold=bold)
        if pieces[-1] and length + width > room / 8 and not unicodedata.category(character).startswith("M"):
            pieces.append("")
            length = 0.0
        pieces[-1] += character
        length += width
    return pieces

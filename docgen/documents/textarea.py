"""The area of a page that holds text, and how much of it a text takes: estimates from the font's widths."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from docgen.documents.font import text_width
from docgen.documents.rhythm import OVERHANG
from docgen.model.blocks import DashList, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.model.blocks import Cell, Document, Inlines, Look, Table

__all__ = ["CELL_LEADING", "DASH_INDENT", "INSET", "RIGHT_SHARE", "TextArea", "margins_of"]

_MM_PER_PT = 25.4 / 72
_A4 = (210.0, 297.0)
INSET = 5.0  # pt, at each side of a table's cell
DASH_INDENT = 1.1  # em, from the left edge of a cell to the text after a dash
RIGHT_SHARE = 0.65  # of the page's width, for lines at the right margin
_ROW_LIMIT = 0.4  # of the page's height: a taller row may break
CELL_LEADING = 0.5  # em, between the lines of a table


def margins_of(document: Document) -> tuple[float, float, float, float]:
    """Return left, right, top, bottom in millimetres: in landscape the binding edge is on top."""
    look = document.look
    if document.landscape:
        return look.bottom, look.top, look.left, look.right
    return look.left, look.right, look.top, look.bottom


class TextArea:
    """The text area of a document's pages, in points."""

    def __init__(self, document: Document) -> None:
        self.look: Look = document.look
        width, height = reversed(_A4) if document.landscape else _A4
        left, right, top, bottom = margins_of(document)
        self.width = (width - left - right) / _MM_PER_PT
        self.height = (height - top - bottom) / _MM_PER_PT - sum(OVERHANG) * self.look.size

    def lines(self, text: Inlines, *, width: float, size: float) -> int:
        """Estimate how many lines the text takes, rather one too many."""
        length = sum(text_width(run.text, bold=run.bold) for run in text) * size
        return max(1, math.ceil(1.08 * length / width))

    def narrow(self, text: Inlines, *, width: float, size: float, bold: bool = False) -> float:
        """Return by how much a width may be less so that the text takes no more lines: these are then about as long.

        Nothing where the text takes one line, or a word needs more than one.
        """
        words = [text_width(word, bold=bold) * size for word in words_of(text).split(" ")]
        space = text_width(" ", bold=bold) * size
        if not text or max(words) > width or (lines := _lines_of_words(words, space, width)) == 1:
            return 0.0
        least, most = 0.0, width
        while most - least > 1:
            middle = (least + most) / 2
            fits = max(words) <= middle and _lines_of_words(words, space, middle) <= lines
            least, most = (least, middle) if fits else (middle, most)
        return max(0.0, width - most - 0.2 * size)

    def tall(self, lines: float, *, size: float, leading: float | None = None) -> float:
        """Return which part of the page's height so many lines take; `leading` where it is not the text's own."""
        return lines * size * (0.66 + (self.look.leading if leading is None else leading)) / self.height

    def table_size(self, table: Table) -> float:
        """Return the size of a table's type."""
        return self.look.table_small if table.small else self.look.table

    def widths(self, table: Table) -> list[float]:
        """Return the widths of a table's columns, with the insets of their cells."""
        total = sum(column.width for column in table.columns)
        return [self.width * column.width / total for column in table.columns]

    def may_break(self, table: Table, row: Sequence[Cell]) -> bool:
        """Whether a row may break across pages: it is so tall that kept whole it would leave too much paper white."""
        size = self.table_size(table)
        lines = max(
            self._lines_of(content, width - 2 * INSET, size)
            for content, width in zip(row, self.widths(table), strict=True)
        )
        return self.tall(lines, size=size, leading=CELL_LEADING) > _ROW_LIMIT

    def _lines_of(self, content: Cell, width: float, size: float) -> int:
        return sum(
            sum(self.lines(item, width=width - DASH_INDENT * size, size=size) for item in part.items)
            if isinstance(part, DashList)
            else self.lines(part, width=width, size=size)
            for part in content
        )


def _lines_of_words(words: Sequence[float], space: float, width: float) -> int:
    """Return how many lines words of these widths take, as many in each as it holds."""
    lines, used = 1, 0.0
    for word in words:
        if used and used + space + word > width:
            lines, used = lines + 1, word
        else:
            used += (space if used else 0.0) + word
    return lines

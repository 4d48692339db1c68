"""The containers of a template (`::: addressee` …), each read by one function; syntax in `docgen.model.blocks`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docgen.documents.inline import ContainerError, Reader
from docgen.model.blocks import (
    Addressee,
    Align,
    Approval,
    Block,
    Cell,
    Centered,
    Clause,
    Clauses,
    Column,
    DashList,
    DateLine,
    Footnote,
    Letterhead,
    PageBreak,
    RightAligned,
    SignatureBlock,
    SignatureRow,
    SmallPrint,
    StatusLine,
    Subject,
    Table,
)
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from docgen.model.blocks import Inlines

__all__ = ["NAMES", "ContainerError", "read"]

_WIDTH = re.compile(r"(\d+(?:\.\d+)?)([rc]?)")
_ALIGNS = {"": Align.LEFT, "r": Align.RIGHT, "c": Align.CENTER}
_PARTS_OF_DATELINE = 3
_PARTS_OF_SIGNATURE = 3
_DASH = "- "
_PARAGRAPH = "\ue002"  # stands for `||` while a row is cut into cells


def read(name: str, arguments: str, lines: Sequence[str], reader: Reader) -> list[Block]:
    """Return the blocks of one container (none where all its lines came out empty)."""
    if name == "table":
        return _table(arguments, lines, reader)
    if name == "footnote":
        texts = _lines(lines, reader)
        return [Footnote(mark=arguments if index == 0 else "", text=text) for index, text in enumerate(texts)]
    if name == "letterhead" and arguments == "logo":
        return _letterhead(lines, reader, logo=True)
    if arguments:
        raise ContainerError(say("The container {name} takes no arguments.", name=name))
    try:
        container = _CONTAINERS[name]
    except KeyError:
        known = ", ".join(sorted([*_CONTAINERS, "table", "footnote"]))
        raise ContainerError(say("There is no container {name}; there are {known}.", name=name, known=known)) from None
    return container(lines, reader)


def _lines(lines: Sequence[str], reader: Reader) -> tuple[Inlines, ...]:
    """Return the lines that say something."""
    return tuple(text for text in (reader.line(line) for line in lines) if text)


def _split(line: str) -> list[str]:
    r"""Cut at each `|` that is not written `\|`."""
    return [part.replace(r"\|", "|") for part in re.split(r"(?<!\\)\|", line)]


def _letterhead(lines: Sequence[str], reader: Reader, *, logo: bool = False) -> list[Block]:
    texts = _lines(lines, reader)
    return [Letterhead(name=texts[0], lines=texts[1:], logo=logo)] if texts else []


def _dateline(lines: Sequence[str], reader: Reader) -> list[Block]:
    whole, _, below = " | ".join(line.replace("||", _PARAGRAPH) for line in lines).partition(_PARAGRAPH)
    parts = [text for text in map(reader.line, _split(whole)) if text]
    if len(parts) > _PARTS_OF_DATELINE:
        raise ContainerError(say("A date line has up to three parts."))
    under = reader.line(below.replace(_PARAGRAPH, " ").strip(" |"))
    return [DateLine(parts=tuple(parts), below=under)] if parts or under else []


def _subject(lines: Sequence[str], reader: Reader) -> list[Block]:
    text = reader.line(" ".join(line.strip() for line in lines))
    return [Subject(text=text)] if text else []


def _signature(lines: Sequence[str], reader: Reader) -> list[Block]:
    rows = []
    for line in lines:
        parts = [reader.line(part) for part in _split(line)]
        if not any(parts):
            continue
        if len(parts) > _PARTS_OF_SIGNATURE:
            raise ContainerError(say("A signature has up to three parts: position, name, mark."))
        position, name, mark = ((), *parts, ()) if len(parts) == 1 else (*parts, *[()] * (3 - len(parts)))
        rows.append(SignatureRow(position=position, name=name, mark=mark))
    return [SignatureBlock(rows=tuple(rows))] if rows else []


def _clauses(lines: Sequence[str], reader: Reader) -> list[Block]:
    flat: list[tuple[int, str, Inlines]] = []
    numbered = 0
    for line in lines:
        label_text, _, text = line.strip().partition(" ")
        label = reader.resolve(label_text)
        if not label:
            continue
        if label[0].isdigit():
            numbered = depth = len([part for part in label.rstrip(".)").split(".") if part])
        else:
            depth = numbered + 1
        flat.append((depth, label, reader.line(text)))
    return [Clauses(clauses=_nested(flat))] if flat else []


def _nested(flat: Sequence[tuple[int, str, Inlines]]) -> tuple[Clause, ...]:
    """Build the tree: what follows and lies deeper is below."""
    clauses = []
    index = 0
    while index < len(flat):
        depth, label, text = flat[index]
        end = index + 1
        while end < len(flat) and flat[end][0] > depth:
            end += 1
        clauses.append(Clause(label=label, text=text, clauses=_nested(flat[index + 1 : end])))
        index = end
    return tuple(clauses)


def _table(arguments: str, lines: Sequence[str], reader: Reader) -> list[Block]:
    words = arguments.split()
    small = words[:1] == ["small"]
    columns = [_WIDTH.fullmatch(word) for word in words[1 if small else 0 :]]
    widths = [(float(column[1]), _ALIGNS[column[2]]) for column in columns if column]
    if not widths or len(widths) != len(columns) or any(width <= 0 for width, _align in widths):
        raise ContainerError(say("A table begins with the widths of its columns, as: ::: table 2 7 4r"))
    rows = [_row(line, reader) for line in lines if line.strip()]
    if not rows:
        raise ContainerError(say("A table needs a header line."))
    for row in rows:
        if len(row) != len(widths):
            message = say(
                "A row has {cells} cells where the table has {columns} columns.", cells=len(row), columns=len(widths)
            )
            raise ContainerError(message)
    header = [tuple(run for part in content for run in _header_runs(part)) for content in rows[0]]
    return [
        Table(
            columns=tuple(
                Column(header=text, width=width, align=align)
                for text, (width, align) in zip(header, widths, strict=True)
            ),
            rows=tuple(rows[1:]),
            small=small,
        )
    ]


def _header_runs(part: Inlines | DashList) -> Inlines:
    if isinstance(part, DashList):
        raise ContainerError(say("A header holds no dash list."))
    return part


def _row(line: str, reader: Reader) -> tuple[Cell, ...]:
    cells = _split(line.replace("||", _PARAGRAPH))
    return tuple(_cell(cell.split(_PARAGRAPH), reader) for cell in cells)


def _cell(paragraphs: Sequence[str], reader: Reader) -> Cell:
    """Return a cell; what the template (never a value) begins with a dash belongs to a dash list."""
    parts: list[Inlines | DashList] = []
    for paragraph in paragraphs:
        dash = paragraph.strip().startswith(_DASH)
        text = reader.line(paragraph.strip().removeprefix(_DASH))
        last = parts[-1] if parts else None
        if not text:
            continue
        if dash and isinstance(last, DashList):
            parts[-1] = DashList(items=(*last.items, text))
        else:
            parts.append(DashList(items=(text,)) if dash else text)
    return tuple(parts)


def _of_lines(kind: Callable[..., Block]) -> Callable[[Sequence[str], Reader], list[Block]]:
    def read_lines(lines: Sequence[str], reader: Reader) -> list[Block]:
        texts = _lines(lines, reader)
        return [kind(lines=texts)] if texts else []

    return read_lines


def _pagebreak(lines: Sequence[str], _reader: Reader) -> list[Block]:
    if any(line.strip() for line in lines):
        raise ContainerError(say("A page break holds nothing."))
    return [PageBreak()]


_CONTAINERS: dict[str, Callable[[Sequence[str], Reader], list[Block]]] = {
    "addressee": _of_lines(Addressee),
    "approval": _of_lines(Approval),
    "centered": _of_lines(Centered),
    "clauses": _clauses,
    "dateline": _dateline,
    "letterhead": _letterhead,
    "pagebreak": _pagebreak,
    "right": _of_lines(RightAligned),
    "signature": _signature,
    "small": _of_lines(SmallPrint),
    "status": _of_lines(StatusLine),
    "subject": _subject,
}

# The name of every container.
NAMES = frozenset({*_CONTAINERS, "table", "footnote"})

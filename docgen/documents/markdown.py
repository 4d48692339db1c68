"""A filled template becomes blocks: CommonMark for running text, containers for the parts of a letter.

The syntax is described in `docgen.model.blocks`. CommonMark is read without HTML, links, images, code and entities.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from docgen.documents import containers
from docgen.documents.inline import Reader
from docgen.errors import DataError, Problem
from docgen.model.blocks import Block, Clause, Clauses, DashList, Heading, Paragraph
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from docgen.documents.environment import Filled
    from docgen.model.blocks import Inlines
    from docgen.model.text import Message

__all__ = ["parse_blocks"]

_BEGIN = re.compile(r":::[ \t]*([a-z]+)[ \t]*(.*)")
_END = re.compile(r":::[ \t]*")
_LEVELS = {"h1": 1, "h2": 2, "h3": 3}


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False})
    return markdown.disable(
        [
            *("code", "fence", "html_block", "lheading", "reference", "hr", "blockquote"),
            *("backticks", "link", "image", "autolink", "html_inline", "entity"),
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    """Lines of one kind: a container's (with its name and arguments), or running text."""

    lines: tuple[str, ...]
    line: int
    container: str = ""
    arguments: str = ""


def parse_blocks(filled: Filled, *, name: str) -> tuple[Block, ...]:
    """Return the blocks of a filled template. What does not fit the syntax: `DataError` with the place."""
    reader = Reader(markdown=_markdown(), resolve=filled.resolve)
    blocks: list[Block] = []
    for segment in _segments(filled.text.split("\n"), name):
        if segment.container:
            try:
                blocks += containers.read(segment.container, segment.arguments, segment.lines, reader)
            except containers.ContainerError as exc:
                raise _error(name, segment.line, exc.message) from exc
        else:
            blocks += _running(segment, reader, name)
    return tuple(blocks)


def _error(name: str, line: int, message: Message) -> DataError:
    hint = say("Lines are counted in the template after it was filled.")
    return DataError(name, [Problem(path=f"line {line}", message=message)], hint)


def _segments(lines: Sequence[str], name: str) -> Iterator[_Segment]:
    """Cut into containers and what stands between them."""
    held: list[str] = []
    start = 1
    opened: tuple[str, str] | None = None
    for number, line in enumerate(lines, 1):
        begins = _BEGIN.fullmatch(line)
        if opened is not None and _END.fullmatch(line):
            yield _Segment(lines=tuple(held), line=start, container=opened[0], arguments=opened[1])
            held, start, opened = [], number + 1, None
        elif begins and opened is not None:
            raise _error(name, start, say("The container {name} is not closed before the next begins.", name=opened[0]))
        elif begins:
            yield _Segment(lines=tuple(held), line=start)
            held, start, opened = [], number, (begins[1], begins[2].strip())
        elif opened is None and _END.fullmatch(line):
            raise _error(name, number, say("A container ends here that did not begin."))
        else:
            held.append(line)
        if opened == ("pagebreak", ""):
            follower = next((lines[at] for at in range(number, len(lines)) if lines[at].strip()), "")
            if not _END.fullmatch(follower):
                yield _Segment(lines=(), line=start, container="pagebreak")
                held, start, opened = [], number + 1, None
    if opened is not None:
        raise _error(name, start, say("The container {name} is not closed.", name=opened[0]))
    yield _Segment(lines=tuple(held), line=start)


def _running(segment: _Segment, reader: Reader, name: str) -> Iterator[Block]:
    """Yield the blocks of running text."""
    tokens = _markdown().parse("\n".join(segment.lines))
    index = 0
    while index < len(tokens):
        token = tokens[index]
        end = _closing(tokens, index)
        line = segment.line + (token.map[0] if token.map else 0)
        inner = tokens[index + 1 : end]
        try:
            block = _block(token, inner, reader)
        except containers.ContainerError as exc:
            raise _error(name, line, exc.message) from exc
        if block is not None:
            yield block
        index = end + 1


def _block(token: Token, inner: Sequence[Token], reader: Reader) -> Block | None:
    match token.type:
        case "heading_open":
            if token.tag not in _LEVELS:
                raise containers.ContainerError(say("Headings have three levels."))
            text = reader.tokens(inner[0].children or [])
            return Heading(level=_LEVELS[token.tag], text=text) if text else None
        case "paragraph_open":
            text = reader.tokens(inner[0].children or [])
            return Paragraph(text=text) if text else None
        case "bullet_list_open":
            items = tuple(text for _label, text, below in _items(inner, reader) if text and not _nested(below))
            return DashList(items=items) if items else None
        case "ordered_list_open":
            clauses = _clauses(inner, reader)
            return Clauses(clauses=clauses) if clauses else None
        case _:
            raise containers.ContainerError(say("This Markdown is not known here: {kind}.", kind=token.type))


def _nested(below: tuple[Clause, ...]) -> bool:
    if below:
        raise containers.ContainerError(say("Dash lists have one level."))
    return False


def _clauses(tokens: Sequence[Token], reader: Reader) -> tuple[Clause, ...]:
    return tuple(Clause(label=label, text=text, clauses=below) for label, text, below in _items(tokens, reader) if text)


def _items(tokens: Sequence[Token], reader: Reader) -> Iterator[tuple[str, Inlines, tuple[Clause, ...]]]:
    """Yield label, text and numbered points below of each item of a list."""
    index = 0
    while index < len(tokens):
        end = _closing(tokens, index)
        inner = tokens[index + 1 : end]
        text: Inlines = ()
        below: tuple[Clause, ...] = ()
        at = 0
        while at < len(inner):
            close = _closing(inner, at)
            if inner[at].type == "paragraph_open" and not text:
                text = reader.tokens(inner[at + 1].children or [])
            elif inner[at].type == "ordered_list_open" and not below:
                below = _clauses(inner[at + 1 : close], reader)
            else:
                raise containers.ContainerError(say("A point of a list holds one paragraph and numbered points."))
            at = close + 1
        yield f"{tokens[index].info}{tokens[index].markup}", text, below
        index = end + 1


def _closing(tokens: Sequence[Token], index: int) -> int:
    """Return where what opens at `index` closes."""
    depth = 0
    for position in range(index, len(tokens)):
        depth += tokens[position].nesting
        if depth == 0:
            return position
    msg = "the parser left a token open"
    raise ValueError(msg)

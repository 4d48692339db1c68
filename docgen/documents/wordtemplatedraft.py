"""A Word template to begin with, made from a text template: the same words, the tags where Word templates have them.

The text template is parsed as it stands, its tags kept as if they were values, and printed as docgen prints letters. A
line of tags alone becomes a paragraph `{%p … %}` of its own, or a row `{%tr … %}` in a table; a condition that holds
whole columns stands in cells `{%tc … %}` of its own. Points of a list that a loop writes become plain paragraphs: their
numbers are the template's text, not Word's numbering.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docgen.documents.containers import NAMES
from docgen.documents.environment import Filled, without_head
from docgen.documents.markdown import parse_blocks
from docgen.documents.word import print_docx
from docgen.errors import DataError, Problem
from docgen.model.blocks import Document
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from docgen.model.blocks import Logo, Look

__all__ = ["draft_word_template"]

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_MARKER = re.compile("\ue000([0-9]+)\ue001")  # how `docgen.documents.environment` marks what is put in last
_BEGIN = re.compile(r":::[ \t]*([a-z]+)[ \t]*(.*)")
_END = re.compile(r":::[ \t]*")
# Containers whose lines become one paragraph: a tag on a line of its own stays within the text there.
_JOINED = ("subject", "dateline", "footnote")
_ROWS = ("signature", "table")
_CONDITION = 3  # lines: the condition, what depends on it, its end
_MARKERS = re.compile("(\ue000[0-9]+\ue001)")
_LOOPED_DASH = re.compile("(?<=\ue001)(\\s*)- ")
_TAG_WIDTH = " 0.3"  # of a column that holds a tag only, and goes away


def draft_word_template(
    source: str, *, name: str, title: str, day: date, look: Look, logo: Logo | None = None, landscape: bool = False
) -> bytes:
    """Return the Word template that says what a text template says. Where that cannot be done: `DataError`."""
    tags: list[str] = []

    def keep(tag: re.Match[str]) -> str:
        plain = " ".join(tag[0].split())
        tags.append(f"{plain[:2]} {plain[2:-2].strip('-+').strip()} {plain[-2:]}")
        return f"\ue000{len(tags) - 1}\ue001"

    text = _TAG.sub(keep, without_head(source.replace("\r\n", "\n").removeprefix("\ufeff")))
    lines = "\n".join(_Lines(tags).of(text.split("\n")))
    blocks = parse_blocks(Filled(text=lines, values=tuple(tags)), name=name)
    if not blocks:
        raise DataError(name, [Problem(path="-", message=say("has no text"))])
    return print_docx(Document(title=title, date=day, blocks=blocks, look=look, logo=logo, landscape=landscape))


def _literal(sign: str) -> str:
    """Return a note's mark as Markdown prints it."""
    return f"\\{sign}" if sign in {"*", "#", "_"} else sign


class _Lines:
    """Rewrites the lines of a text template whose tags are markers."""

    def __init__(self, tags: list[str]) -> None:
        self._tags = tags

    def of(self, lines: Sequence[str]) -> Iterator[str]:
        """Yield the lines with tags that Word templates know."""
        container, arguments = "", ""
        held: list[str] = []
        for line in lines:
            begins = _BEGIN.fullmatch(line)
            if not container and begins is not None and begins[1] in NAMES:
                container, arguments, held = begins[1], begins[2], []
            elif container and _END.fullmatch(line):
                yield from self._container(container, arguments, held)
                container = ""
            elif container:
                held.append(line)
            else:
                yield from self._running(line)
        if container:
            yield from self._container(container, arguments, held)

    def _container(self, name: str, arguments: str, lines: Sequence[str]) -> Iterator[str]:
        if name == "clauses" and any(_MARKER.search(line.split(" ", 1)[0]) for line in lines):
            for line in lines:
                yield from self._running(line)
                yield ""
            return
        if name == "letterhead":
            lines = self._ending_in_text(lines)
        if name == "footnote":
            # A note goes to the end of a document, away from the condition that it stands under.
            name, lines = "small", [f"{_literal(arguments)} {line}" if line.strip() else line for line in lines]
            arguments = ""
        if name == "table":
            # After the tag of a loop a dash would be a plain sign: what it becomes stands there at once.
            lines = [_LOOPED_DASH.sub("\\1\N{EN DASH}\N{NO-BREAK SPACE}", line) for line in lines]
        if name == "table" and _MARKER.search(arguments):
            arguments = self._columns(arguments, " ", _TAG_WIDTH)
            lines = [line if self._statements(line) else self._columns(line, " |") for line in lines]
        columns = len([word for word in arguments.split() if word != "small"]) if name == "table" else 2
        yield f"::: {name} {arguments}".rstrip()
        for line in lines:
            alone = self._statements(line)
            if alone and name in _ROWS:
                yield from (self._alone(number, "tr") + " |" * (columns - 1) for number in alone)
            elif alone and name not in _JOINED:
                yield from (self._alone(number, "p") for number in alone)
            else:
                yield line
        yield ":::"

    def _columns(self, line: str, between: str, width: str = "") -> str:
        """Return a line of a table with each condition that begins a column in a column of its own.

        With `width` the line has the widths of columns: every tag column gets that one, and where a condition chooses a
        width its first choice holds.
        """
        parts = _MARKERS.split(line)
        whole, opened, skipping = parts[0], [], 0
        for marker, text in zip(parts[1::2], parts[2::2], strict=True):
            number = int(marker[1:-1])
            tag = self._tags[number]
            word = tag[2:-2].split()[0] if tag.startswith("{%") else ""
            if word in {"if", "for"}:
                opened.append(text.startswith(between))
            column = bool(word) and bool(opened) and opened[-1]
            if column:
                whole += width or f"{between} {self._alone(number, 'tc')}"
            elif not width:
                whole += marker
            if word.startswith("end"):
                opened.pop()
            if width and not column:
                skipping += {"else": 1, "elif": 1, "endif": -1}.get(word, 0) if skipping or word != "endif" else 0
            whole += "" if skipping else text
        return whole

    def _ending_in_text(self, lines: Sequence[str]) -> Sequence[str]:
        """Have the last line stay, whatever its condition: the line below a letterhead belongs to it."""
        written = [line for line in lines if line.strip()]
        if len(written) <= _CONDITION:
            return lines
        *before, first, text, last = written
        whole = len(self._statements(first)) == len(self._statements(last)) == 1 and not self._statements(text)
        return [*before, f"{first}{text}{last}"] if whole else lines

    def _running(self, line: str) -> Iterator[str]:
        alone = self._statements(line)
        if not alone:
            yield line
        for number in alone:
            yield ""
            yield self._alone(number, "p")
            yield ""

    def _statements(self, line: str) -> list[int]:
        """Return the tags of a line that holds nothing but statements and comments."""
        numbers = [int(number) for number in _MARKER.findall(line)]
        if _MARKER.sub("", line).strip() or any(self._tags[number].startswith("{{") for number in numbers):
            return []
        return numbers

    def _alone(self, number: int, prefix: str) -> str:
        tag = self._tags[number]
        self._tags.append(f"{tag[:2]}{prefix}{tag[2:]}")
        return f"\ue000{len(self._tags) - 1}\ue001"

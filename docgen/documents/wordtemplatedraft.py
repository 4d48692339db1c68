"""A Word template to begin with, made from a text template: the same words, the tags where Word templates have them.

The text template is parsed as it stands, its tags kept as if they were values, and printed as docgen prints letters. A
line of tags alone becomes a paragraph `{%p … %}` of its own, or a row `{%tr … %}` in a table. Points of a list that a
loop writes become plain paragraphs: their numbers are the template's text, not Word's numbering.
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


def draft_word_template(
    source: str, *, name: str, title: str, day: date, look: Look, logo: Logo | None = None
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
    return print_docx(Document(title=title, date=day, blocks=blocks, look=look, logo=logo))


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

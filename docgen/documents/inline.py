"""One line or paragraph of a template becomes runs of text: bold, italic, raised; values are put in last."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from docgen.errors import DocgenError
from docgen.model.blocks import Text
from docgen.model.spacing import no_break
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from docgen.model.blocks import Inlines

__all__ = ["ContainerError", "Reader"]

_RAISED = re.compile(r"\^([^\s^]+)\^")
_BLANKS = re.compile(r"[ \t\n]+")


class ContainerError(DocgenError):
    """A part of a template does not fit the syntax; the caller adds the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads inline Markdown; `resolve` puts the values in."""

    markdown: MarkdownIt
    resolve: Callable[[str], str]

    def line(self, text: str) -> Inlines:
        """Return one line's runs: none where nothing but blanks comes out."""
        tokens = self.markdown.parseInline(text.strip())
        return self.tokens(tokens[0].children or []) if tokens else ()

    def tokens(self, tokens: Sequence[Token]) -> Inlines:
        """Return the runs of parsed inline tokens."""
        runs: list[Text] = []
        bold = italic = 0
        for token in tokens:
            match token.type:
                case "text" | "text_special":
                    runs += self._runs(token.content, bold=bold > 0, italic=italic > 0)
                case "softbreak":
                    runs.append(Text(text=" ", bold=bold > 0, italic=italic > 0))
                case "strong_open" | "strong_close":
                    bold += token.nesting
                case "em_open" | "em_close":
                    italic += token.nesting
                case "hardbreak":
                    raise ContainerError(say("A line break within a paragraph: write the lines in a container."))
                case _:
                    raise ContainerError(say("This Markdown is not known here: {kind}.", kind=token.type))
        joined = _joined(runs)
        return joined if any(run.text.strip() for run in joined) else ()

    def _runs(self, content: str, *, bold: bool, italic: bool) -> list[Text]:
        parts = _RAISED.split(_BLANKS.sub(" ", content))
        return [
            Text(text=self.resolve(part), bold=bold, italic=italic, raised=index % 2 == 1)
            for index, part in enumerate(parts)
            if part
        ]


def _joined(runs: Sequence[Text]) -> Inlines:
    """Join neighbours of one style, so that no-break rules see whole phrases."""
    # Joined once for each style: piece by piece, a paragraph of ten thousand lines would take minutes.
    styled = groupby((run for run in runs if run.text), attrgetter("bold", "italic", "raised"))
    return tuple(
        Text(text=no_break("".join(run.text for run in same)), bold=bold, italic=italic, raised=raised)
        for (bold, italic, raised), same in styled
    )

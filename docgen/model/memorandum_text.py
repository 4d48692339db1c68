"""The text of a memorandum, word for word, in its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem
from docgen.model.blocks import Clause, plain
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MemorandumText", "read_text"]

_LABEL = re.compile(r"(\d+(?:\.\d+)*\.) (.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorandumText:
    """The memorandum word for word: title lines, preamble, numbered clauses, and what closes it."""

    title: tuple[str, ...]
    preamble: tuple[str, ...]
    clauses: tuple[Clause, ...]
    closing: tuple[str, ...]


def read_text(text: str, *, source: str) -> MemorandumText:
    """Return the parts of a memorandum's text: title lines, blank line, preamble, clauses a line each, closing.

    Raises `DataError` where these parts are not there or a sub-clause has no clause above it.
    """
    groups = [group.split("\n") for group in re.split(r"\n\s*\n", text.strip())]
    numbered = [index for index, group in enumerate(groups) if _LABEL.fullmatch(group[0])]
    if not numbered or numbered[0] == 0:
        raise DataError(source, [Problem(path="-", message=say("has no title or no numbered clauses"))])
    first, last = numbered[0], numbered[-1]
    lines = [line for group in groups[first : last + 1] for line in group]
    return MemorandumText(
        title=tuple(groups[0]),
        preamble=tuple(" ".join(group) for group in groups[1:first]),
        clauses=_clauses(lines, source),
        closing=tuple(line for group in groups[last + 1 :] for line in group),
    )


def _clauses(lines: Sequence[str], source: str) -> tuple[Clause, ...]:
    """Nest sub-clauses (`2.1.`) below their clause (`2.`)."""
    tree: list[tuple[str, str, list[Clause]]] = []
    for number, line in enumerate(lines, start=1):
        match = _LABEL.fullmatch(line)
        above = tree[-1][0] if tree else ""
        if match is None or (match[1].count(".") > 1 and not match[1].startswith(above or "-")):
            raise DataError(source, [Problem(path=f"clause line {number}", message=say("has no number of its place"))])
        if match[1].count(".") > 1:
            tree[-1][2].append(Clause(label=match[1], text=plain(match[2])))
        else:
            tree.append((match[1], match[2], []))
    return tuple(Clause(label=label, text=plain(text), clauses=tuple(below)) for label, text, below in tree)

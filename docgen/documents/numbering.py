"""Which labels Word's numbering can give, and which must be written out.

A writer needs both: real multilevel numbering, so that a clerk can go on editing, and the very labels of the document.
`planned` counts as Word would and compares: where the computed label is not the literal one (`5.1¹.`, gaps), the clause
is printed with its literal label and a tab, and Word's counters do not move.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docgen.model.blocks import Clause

__all__ = ["LEVELS", "Level", "Planned", "label_of", "planned"]

LEVELS = 9  # Word's numbering has so many
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LAST_NUMBER = re.compile(r"(\d+)[.)]?\Z")
_LETTER = re.compile(r"([a-z])\)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How one level is numbered: Word's number format, its text with `%1` … `%9`, where it starts."""

    number_format: str
    text: str
    start: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A clause in printing order; `numbered` says that Word's numbering gives its label."""

    clause: Clause
    depth: int
    numbered: bool


def label_of(levels: Sequence[Level], counters: Sequence[int], depth: int) -> str:
    """Return the label that Word computes at `depth`."""
    text = levels[depth].text
    for at in range(depth + 1):
        count = counters[at]
        shown = _LETTERS[(count - 1) % 26] if levels[at].number_format == "lowerLetter" else str(count)
        text = text.replace(f"%{at + 1}", shown)
    return text


def planned(clauses: Sequence[Clause]) -> tuple[tuple[Level, ...], list[Planned]]:
    """Return the levels of a list, and its clauses in printing order."""
    flat = list(_flat(clauses, 0))
    levels = tuple(_level([clause.label for at, clause in flat if at == depth], depth) for depth in range(LEVELS))
    counters: list[int] = []
    plan = []
    for depth, clause in flat:
        numbered = False
        if depth <= len(counters) and depth < LEVELS:
            next_one = counters[depth] + 1 if depth < len(counters) else levels[depth].start
            trial = [*counters[:depth], next_one]
            numbered = label_of(levels, trial, depth) == clause.label
            if numbered:
                counters = trial
        plan.append(Planned(clause=clause, depth=depth, numbered=numbered))
    return levels, plan


def _flat(clauses: Sequence[Clause], depth: int) -> Iterator[tuple[int, Clause]]:
    for clause in clauses:
        yield depth, clause
        yield from _flat(clause.clauses, depth + 1)


def _level(labels: Sequence[str], depth: int) -> Level:
    """Guess the numbering of a level from its first label; a wrong guess only makes labels literal."""
    whole = ".".join(f"%{at + 1}" for at in range(depth + 1))
    first = labels[0] if labels else ""
    if letter := _LETTER.match(first):
        start = _LETTERS.index(letter[1]) + 1
        return Level(number_format="lowerLetter", text=f"%{depth + 1})", start=1 if depth else start)
    number = _LAST_NUMBER.search(first)
    start = int(number[1]) if number and depth == 0 else 1
    end = first[-1] if first and first[-1] in ".)" else ""
    own = number is not None and first == f"{number[1]}{end}"
    text = f"%{depth + 1}" if own else whole
    return Level(number_format="decimal", text=text + (end if first else "."), start=start)

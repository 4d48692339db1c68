"""The numbering part of a DOCX: one definition for each list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.documents.wordelements import element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.documents.numbering import Level
    from docgen.documents.wordelements import Element

__all__ = ["numbering_xml"]


def numbering_xml(lists: Sequence[Sequence[Level]], indents: Sequence[Sequence[tuple[int, int]]]) -> Element:
    """Return the numbering part: of each list its levels, and where text and label of each begin, in twips."""
    abstracts = [
        element(
            "abstractNum",
            element("multiLevelType", val="multilevel"),
            *(_level(level, depth, indents[index]) for depth, level in enumerate(levels)),
            abstractNumId=index + 1,
        )
        for index, levels in enumerate(lists)
    ]
    numbers = [element("num", element("abstractNumId", val=index + 1), numId=index + 1) for index in range(len(lists))]
    return element("numbering", *abstracts, *numbers)


def _level(level: Level, depth: int, indents: Sequence[tuple[int, int]]) -> Element:
    left, hanging = indents[min(depth, len(indents) - 1)]
    return element(
        "lvl",
        element("start", val=level.start),
        element("numFmt", val=level.number_format),
        element("lvlText", val=level.text),
        element("lvlJc", val="left"),
        element("pPr", element("ind", left=left, hanging=hanging)),
        ilvl=depth,
    )

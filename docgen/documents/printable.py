"""Which texts of a data file the font cannot print: a fault of the data, with its path, before anything is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.documents.font import typeface
from docgen.errors import Problem
from docgen.model.reading import texts_of
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["unprintable"]


def unprintable(data: Mapping[str, object], *, fonts: str = "") -> list[Problem]:
    """Return a problem for each text of the data that has characters without a glyph; line ends count as spaces.

    `fonts` is the folder of a typeface other than docgen's own.
    """
    face = typeface(fonts)
    return [
        Problem(path=path, message=say("has characters that the font cannot print: {names}", names=", ".join(names)))
        for path, text in texts_of(data)
        if (names := sorted(f"U+{ord(character):04X}" for character in face.missing(" ".join(text.split("\n")))))
    ]

"""Which texts of a data file the font cannot print: a fault of the data, with its path, before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from docgen.documents.font import typeface
from docgen.errors import Problem
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["unprintable"]


def unprintable(data: Mapping[str, object], *, fonts: str = "") -> list[Problem]:
    """Return a problem for each text of the data that has characters without a glyph; line ends count as spaces.

    `fonts` is the folder of a typeface other than docgen's own.
    """
    face = typeface(fonts)
    return [
        Problem(path=path, message=say("has characters that the font cannot print: {names}", names=", ".join(names)))
        for path, text in _texts(data, "")
        if (names := sorted(f"U+{ord(character):04X}" for character in face.missing(" ".join(text.split("\n")))))
    ]


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")

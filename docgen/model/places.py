"""Places in a file, as `line 3, column 7` or `revision 4, page 1`: codes in JSON, words where people read them."""

from __future__ import annotations

import re

from docgen.model.text import Message, say

__all__ = ["place_of"]

_NUMBERED = {
    "row": lambda value: say("row {value}", value=value),
    "line": lambda value: say("line {value}", value=value),
    "column": lambda value: say("column {value}", value=value),
    "revision": lambda value: say("revision {value}", value=value),
    "page": lambda value: say("page {value}", value=value),
    "paragraph": lambda value: say("paragraph {value}", value=value),
    "byte": lambda value: say("byte {value}", value=value),
    "object": lambda value: say("object {value}", value=value),
    "field": lambda value: say("field {value}", value=value),
}
_NAMED = {
    "end of file": say("end of file"),
    "metadata": say("metadata"),
    "catalog": say("catalog"),
    "form": say("form"),
    "pages": say("pages"),
    "head": say("the head"),
    "filled": say("counted after filling"),
}
_PART = re.compile(r"([a-z]+) (.+)")


def place_of(where: str) -> Message:
    """Return a place as a message; what is no place in these words (a key, a name) stays as it is."""
    first, comma, rest = where.partition(", ")
    if comma:
        return say("{first}, {rest}", first=_part(first), rest=place_of(rest))
    return _part(first)


def _part(text: str) -> Message:
    if text in _NAMED:
        return _NAMED[text]
    match = _PART.fullmatch(text)
    if match is None or match[1] not in _NUMBERED or not (match[2].isdecimal() or match[1] == "field"):
        return say("{words}", words=text)
    return _NUMBERED[match[1]](match[2])

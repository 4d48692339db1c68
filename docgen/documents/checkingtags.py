"""The tags of a template, read without filling it: every one that is off, and every name that nobody declared.

Each tag is parsed by itself, so that one mistake does not hide the next; the names are looked at once all can be read.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError

from docgen.documents.checkingnames import unknown_names
from docgen.documents.environment import _environment as environment  # what templates may do is known there
from docgen.errors import Problem
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docgen.documents.checkingnames import Shape
    from docgen.model.text import Message

__all__ = ["tag_problems"]

_OPEN = re.compile(r"\{\{|\{%|\{#")
_CLOSE = {"{{": "}}", "{%": "%}", "{#": "#}"}
_WORD = re.compile(r"\{%[-+]?\s*(\w+)")
# Statement -> how it is closed, so that its first tag can be parsed by itself.
_BLOCKS = {"if": "endif", "for": "endfor", "macro": "endmacro", "filter": "endfilter", "with": "endwith"}
_WITHIN = {"else": ("if", "for"), "elif": ("if",)}
_UNKNOWN = ("include", "import", "from", "extends", "block", "raw", "call", "autoescape", "do", "trans")


def tag_problems(source: str, shape: Shape, place: Callable[[int], str]) -> list[Problem]:
    """Return every problem of a template's tags; `place` names a line. `shape` None: names are not checked."""
    found = list(_syntax(source))
    if not found:
        try:
            tree = environment().parse(source)
        except TemplateSyntaxError as exc:
            found = [(exc.lineno, _not_jinja(exc.message or ""))]
        else:
            found = unknown_names(tree, shape)
    found.sort(key=itemgetter(0))
    return list(dict.fromkeys(Problem(path=place(line), message=message) for line, message in found))


def _not_jinja(what: str) -> Message:
    return say("the tag cannot be read: {what}", what=what.rstrip("."))


def _syntax(source: str) -> Iterator[tuple[int, Message]]:
    """Yield what is wrong with single tags, and blocks that do not close."""
    opened: list[tuple[str, int]] = []
    at = 0
    while (begin := _OPEN.search(source, at)) is not None:
        start, line = begin.start(), source.count("\n", 0, begin.start()) + 1
        end = source.find(_CLOSE[begin[0]], begin.end())
        following = _OPEN.search(source, begin.end())
        inside = following is not None and following.start() < end and begin[0] != "{#"
        if end < 0 or inside:
            yield line, say("{tag} is not closed", tag=_short(source[start:].split("\n", 1)[0]))
            at = begin.end()
            continue
        at = end + 2
        tag = source[start:at]
        message = _one(tag)
        if message is not None:
            yield line, message
        if tag.startswith("{%"):
            message = _nesting(tag, line, opened)
            if message is not None:
                yield line, message
    for word, line in opened:
        yield line, say("{{% {word} %}} is not closed: {end} is missing", word=word, end=_closed_by(word))


def _one(tag: str) -> Message | None:
    """Return what is wrong with one tag, parsed by itself."""
    word = _word(tag)
    if tag.startswith("{#") or word.startswith("end"):
        return None
    if word in _UNKNOWN:
        return say("{tag} is not for templates", tag=_short(tag))
    whole = tag
    if word in _BLOCKS:
        whole = f"{tag}{{% {_BLOCKS[word]} %}}"
    elif word in _WITHIN:
        whole = f"{{% if 1 %}}{tag}{{% endif %}}"
    elif word == "set" and "=" not in tag:
        whole = f"{tag}{{% endset %}}"
    try:
        environment().parse(whole)
    except TemplateSyntaxError as exc:
        return say("{tag} cannot be read: {what}", tag=_short(tag), what=(exc.message or "").rstrip("."))
    return None


def _nesting(tag: str, line: int, opened: list[tuple[str, int]]) -> Message | None:
    word = _word(tag)
    if word in _BLOCKS or (word == "set" and "=" not in tag):
        opened.append((word, line))
    elif word.startswith("end"):
        if not opened or _closed_by(opened[-1][0]) != word:
            return say("{tag} ends what did not begin", tag=_short(tag))
        opened.pop()
    elif word in _WITHIN and (not opened or opened[-1][0] not in _WITHIN[word]):
        return say("{tag} stands outside what it belongs to", tag=_short(tag))
    return None


def _closed_by(word: str) -> str:
    return f"end{word}"


def _word(tag: str) -> str:
    found = _WORD.match(tag)
    return found[1] if found else ""


def _short(tag: str) -> str:
    plain = " ".join(tag.split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"  # noqa: PLR2004 - a line of a message

"""The objects of a PDF as plain Python values; and objects read straight from the bytes that programs write.

`plain_object` reads what can be written in one way only, many times faster than the library: one spelling of each
token, no comment, no key twice, a stream with a length of its own. For everything else it has no answer, and the
library's strict reader decides; what it does answer is what that reader would (`tests/test_values.py` holds both
against each other).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple, TypeAlias, Union

__all__ = ["DEEPEST", "Name", "Plain", "Ref", "Stream", "Tokens", "Value", "plain_object", "refs_in"]


class Name(str):
    """A PDF name, with its slash."""

    __slots__ = ()


class Ref(NamedTuple):
    """An indirect reference."""

    number: int
    generation: int


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """A stream: its dictionary and its bytes as they stand in the file. `source` is the library's own object, if any.

    `place` is where its object stands in the file.
    """

    entries: dict[str, Value]
    encoded: bytes
    place: int = -1
    source: object = field(default=None, repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stream) and self.entries == other.entries and self.encoded == other.encoded

    def __hash__(self) -> int:
        return hash(self.encoded)


# Strings, text or bytes alike, are `bytes` as they stand between their delimiters, decoded.
Value: TypeAlias = Union[bool, int, Decimal, bytes, Name, Ref, "list[Value]", "dict[str, Value]", Stream, None]


def refs_in(value: Value) -> list[Ref]:
    """Return every reference inside a value."""
    found: list[Ref] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Ref):
            found.append(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, Stream):
            waiting.extend(item.entries.values())
    return found


# ISO 32000-2, 7.2.3 and 7.3: white space, delimiters, tokens. NUL is left out: some readers count it to a name. The
# last two take whatever is none of them: first a run to its end, since the first digit of a number that is too long
# would itself be a number.
_SPACE = rb"[\t\n\x0c\r ]"
_ENDS = rb"(?=[\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
_REGULAR = rb"[!-$&'*-.0-;=?-Z\\^-z|~]"
_TOKEN = re.compile(
    rb"<<|>>|[\[\]]"
    rb"|(?:/" + _REGULAR + rb"++|\d{1,7} \d{1,5} R|[+-]?\d{1,10}|[+-]?\d{0,10}\.\d{1,10}|true|false|null)" + _ENDS
    + rb"|\((?:[ -'*-\[\]-~]|\\(?:[0-3][0-7][0-7]|[()\\]))*+\)"
    rb"|<(?:[0-9A-Fa-f]{2})*+>"
    rb"|[^\t\n\x0c\r ()<>\[\]{}/%]++"
    rb"|[^\t\n\x0c\r ]"
)  # fmt: skip
_NUMBER = re.compile(rb"[+-]?\d{1,10}|[+-]?\d{0,10}\.\d{1,10}|\d{1,7} \d{1,5} R")
_NAME = re.compile(rb"/(?:[^#]|#[0-9A-Fa-f]{2})++")
_ESCAPE = re.compile(rb"\\([0-7]{3}|[()\\])")
_HEXADECIMAL = re.compile(rb"#([0-9A-Fa-f]{2})")
_AFTER_HEADER = frozenset(b"\t\n\x0c\r <[(/")
_BEFORE_END = frozenset(b"\t\n\x0c\r >])")
_STREAM = re.compile(rb"stream\r?\n")
_STREAM_END = re.compile(_SPACE + rb"*+endstream" + _SPACE + rb"*+endobj")
DEEPEST = 10  # far below every limit; what is deeper is for the library
_KEPT, _LONGEST = 20_000, 64  # tokens, and bytes of one that is kept


class _Mark(Enum):
    DICTIONARY = b"<<"
    DICTIONARY_END = b">>"
    LIST = b"["
    LIST_END = b"]"
    NONE = b""


# By name: to look a member up in its class takes longer than the rest of a token.
_DICTIONARY, _LIST, _DICTIONARY_END, _LIST_END = _Mark.DICTIONARY, _Mark.LIST, _Mark.DICTIONARY_END, _Mark.LIST_END
_CONSTANTS: dict[bytes, Any] = {b"true": True, b"false": False, b"null": None, **{mark.value: mark for mark in _Mark}}


class _Names(dict[Name, str]):
    """The keys of dictionaries, as plain strings; what is no name is none."""

    def __missing__(self, name: object) -> str:
        if type(name) is not Name:
            raise TypeError
        key = self[name] = str(name)
        if len(self) > _KEPT:
            self.clear()
        return key


class Tokens(dict[bytes, Any]):
    """What tokens mean. A document says the same ones thousands of times: each meaning is made, and kept, once."""

    def __init__(self) -> None:
        super().__init__()
        self.names = _Names()

    def __missing__(self, token: bytes) -> Any:  # noqa: ANN401 - a value, or a mark between values
        value = _meaning(token)
        if len(token) <= _LONGEST:
            self[token] = value
        if len(self) > _KEPT:
            self.clear()
        return value


@dataclass(frozen=True, slots=True)
class Plain:
    """An object that could be read. Only with this around it is null told from no answer."""

    value: Value


def plain_object(data: bytes, place: int, ref: Ref, tokens: Tokens) -> Plain | None:
    """Return the object that stands in `data` at `place` under the header of `ref`; None for no answer.

    `tokens` are those of this document.
    """
    header = b"%d %d obj" % ref
    begin = place + len(header)
    end = data.find(b"endobj", begin)
    if end < 0 or not data.startswith(header, place) or data[begin] not in _AFTER_HEADER:
        return None
    keyword = data.find(b"stream", begin, end)
    if keyword < 0 and data[end - 1] not in _BEFORE_END:
        return None
    try:
        value = _parsed(_TOKEN.findall(data, begin, end if keyword < 0 else keyword), tokens)
    except TypeError:  # a key that is no name
        return None
    if keyword < 0 or value is None:
        return value
    return _stream(data, keyword, value.value, place)


def _parsed(found: list[bytes], tokens: Tokens) -> Plain | None:
    items: list[Any] = []
    around: list[tuple[_Mark, list[Any]]] = []
    key_of = tokens.names.__getitem__
    for value in map(tokens.__getitem__, found):
        if type(value) is not _Mark:
            items.append(value)
        elif value is _DICTIONARY or value is _LIST:
            if len(around) == DEEPEST:
                return None
            around.append((value, items))
            items = []
        elif not around:
            return None
        else:
            opened, outer = around.pop()
            if value is _DICTIONARY_END and opened is _DICTIONARY:
                made = dict(zip(map(key_of, items[::2]), items[1::2], strict=False))
                if 2 * len(made) != len(items):  # a key twice, or one without a value
                    return None
                outer.append(made)
            elif value is _LIST_END and opened is _LIST:
                outer.append(items)
            else:
                return None
            items = outer
    return Plain(items[0]) if len(items) == 1 and not around else None


def _stream(data: bytes, keyword: int, entries: Value, place: int) -> Plain | None:
    start = _STREAM.match(data, keyword)
    if start is None or not isinstance(entries, dict) or "/DecodeParms" in entries:
        return None
    length = entries.get("/Length")
    if type(length) is not int or length < 0 or not isinstance(entries.get("/Filter"), (Name, type(None))):
        return None
    begin = start.end()
    if _STREAM_END.match(data, begin + length) is None:
        return None
    return Plain(Stream(entries, data[begin : begin + length], place))


def _meaning(token: bytes) -> Any:  # noqa: ANN401 - a value, or a mark between values
    first = token[:1]
    if _NUMBER.fullmatch(token) is not None:
        return _number(token)
    if first == b"/":
        return _name(token)
    if first == b"(" and len(token) > 1:
        return _ESCAPE.sub(lambda m: m[1] if len(m[1]) == 1 else bytes([int(m[1], 8)]), token[1:-1])
    if first == b"<" and len(token) > 1 and token != b"<<":
        return bytes.fromhex(token[1:-1].decode("ascii"))
    return _CONSTANTS.get(token, _Mark.NONE)


def _number(token: bytes) -> Any:  # noqa: ANN401 - a value, or a mark between values
    if token[-1:] == b"R":
        number, generation, _ = token.split(b" ")
        return Ref(int(number), int(generation)) if int(number) > 0 else _Mark.NONE
    return Decimal(token.decode("ascii")) if b"." in token else int(token)


def _name(token: bytes) -> Any:  # noqa: ANN401 - a value, or a mark between values
    if _NAME.fullmatch(token) is None:
        return _Mark.NONE
    plain = _HEXADECIMAL.sub(lambda m: bytes([int(m[1], 16)]), token) if b"#" in token else token
    try:
        return Name(plain.decode("utf-8"))
    except UnicodeDecodeError:
        return Name(plain.decode("latin-1"))

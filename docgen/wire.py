"""What crosses the worker's pipe: strict JSON, and the reports of `model/report.py` as JSON and back.

The worker may have been taken over by the file that it read, so the main process believes no byte of its answer:
UTF-8 only, bounded depth, no NaN or infinity, no duplicate keys, no lone surrogates; then a schema made from the
dataclasses themselves, without coercion and without unknown keys. Every failure is a `WireError`.
"""

from __future__ import annotations

import json
import re
import string
import types
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, Union, get_type_hints

from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.recognition import Appearance, PageAppearance
from docgen.model.report import (
    Changes,
    Coverage,
    FileFormat,
    FileReport,
    Indication,
    LetterFindings,
    SignatureKind,
    SignatureReport,
    SubIndication,
    TimestampKind,
    TimestampReport,
    TrustSummary,
    VerificationReport,
)
from docgen.model.text import Message, Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum

__all__ = ["WireError", "decode", "dumps", "encode", "loads"]

_DEPTH = 32
_ENUMS = (ReasonCode, FileFormat, Indication, SubIndication, SignatureKind, TimestampKind, Coverage, Changes)
_CLASSES = (
    Message,
    Reason,
    TimestampReport,
    SignatureReport,
    LetterFindings,
    FileReport,
    TrustSummary,
    VerificationReport,
    PageAppearance,
    Appearance,
)

T = TypeVar("T")


class WireError(ValueError):
    """What came through the pipe is not what a worker may say."""


def dumps(value: object) -> bytes:
    """Return canonical enough JSON for the pipe: ASCII, no NaN. Raises `ValueError` for what JSON has no word for."""
    return json.dumps(value, allow_nan=False, separators=(",", ":")).encode("ascii")


def loads(data: bytes, *, depth: int = _DEPTH) -> Any:  # noqa: ANN401 - JSON is any of six types; `decode` checks it
    """Parse JSON strictly. Raises `WireError`."""
    try:
        text = data.decode("utf-8")
        if _deepest(text) > depth:
            raise WireError("nested too deeply")
        value = json.loads(text, parse_constant=_refuse, object_pairs_hook=_unique, parse_float=_finite)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # half a character raises
    except (ValueError, RecursionError) as exc:
        raise WireError(str(exc)) from exc
    return value


# Unrolled: one step for each run of plain characters, so that a string of megabytes costs no memory of its own.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _deepest(text: str) -> int:
    """Return how deep brackets nest, without a parser that could be made to recurse."""
    level = highest = 0
    for bracket in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        level += 1 if bracket in "[{" else -1
        highest = max(highest, level)
    return highest


def _refuse(word: str) -> NoReturn:
    raise WireError(f"{word} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise WireError("number out of range")
    return number


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise WireError("a key stands twice")
    return found


def encode(report: object) -> dict[str, Any]:
    """Return a report (or any of its parts) as plain JSON values; times are UTC with `Z`."""
    plain = json.loads(dumps(_CONVERTER.unstructure(report)))  # enumerations become their words
    if not isinstance(plain, dict):
        raise TypeError("only reports and their parts are sent")
    return plain


def decode(value: object, kind: type[T]) -> T:
    """Return the report that `value` says, checked field by field. Raises `WireError`."""
    try:
        return _CONVERTER.structure(value, kind)
    except RecursionError as exc:
        raise WireError("nested too deeply") from exc
    except Exception as exc:
        raise WireError(f"not a {kind.__name__}: {exc}") from exc


def _exactly(kind: type[T]) -> Callable[[object, object], T]:
    def check(value: object, _: object) -> T:
        if type(value) is not kind:
            raise WireError(f"{kind.__name__} expected")
        if isinstance(value, str):
            value.encode("utf-8")  # a lone surrogate raises
        return value

    return check


def _time_in(value: object, _: object) -> datetime:
    if not isinstance(value, str) or not value.endswith("Z"):
        raise WireError("a time in UTC expected")
    moment = datetime.fromisoformat(value)
    if moment.utcoffset() != UTC.utcoffset(None):
        raise WireError("a time in UTC expected")
    return moment


def _time_out(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone is not sent")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _message_value_in(value: object, _: object) -> Value:
    if isinstance(value, dict):
        return decode(value, Message)
    if type(value) is int:
        return value
    return _exactly(str)(value, str)


def _enum_in(value: object, kind: type[Enum]) -> Enum:
    if not isinstance(value, str):
        raise WireError(f"{kind.__name__} expected")
    return kind(value)


def _tuple_in(value: object, kind: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a generic alias
    """Structure `tuple[X, ...]` and `tuple[X, Y]` from a list and from nothing else."""
    if not isinstance(value, list):
        raise WireError("a list expected")
    parts = kind.__args__
    if len(parts) == 2 and parts[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...]
        return tuple(_CONVERTER.structure(item, parts[0]) for item in value)
    if len(parts) != len(value):
        raise WireError("a list of another length expected")
    return tuple(_CONVERTER.structure(item, part) for item, part in zip(value, parts, strict=True))


def _converter() -> Converter:
    names = {"datetime": datetime, "Message": Message, "Value": Value}
    for owner in _CLASSES:
        # The model imports its types for the checker only; cattrs takes them from the fields once they are real.
        hints = get_type_hints(owner, localns=names)
        for field in fields(owner):
            field.type = hints[field.name]
    converter = Converter(forbid_extra_keys=True, detailed_validation=False)
    for kind in (str, int, bool):
        converter.register_structure_hook(kind, _exactly(kind))
    converter.register_structure_hook(datetime, _time_in)
    converter.register_unstructure_hook(datetime, _time_out)
    for words in _ENUMS:
        converter.register_structure_hook(words, _enum_in)
    converter.register_structure_hook_func(_is_message_value, _message_value_in)
    converter.register_structure_hook_func(lambda kind: getattr(kind, "__origin__", None) is tuple, _tuple_in)
    converter.register_unstructure_hook_func(
        lambda kind: kind is tuple or getattr(kind, "__origin__", None) is tuple,
        lambda items: [converter.unstructure(item) for item in items],
    )
    for owner in _CLASSES:
        structure: Callable[[Any, Any], Any] = _checked(make_dict_structure_fn(owner, converter, **_STRICT))
        converter.register_structure_hook(owner, _simple_after(structure) if owner is Message else structure)
        converter.register_unstructure_hook(owner, make_dict_unstructure_fn(owner, converter))
    return converter


def _simple_after(structure: Callable[[Any, Any], Message]) -> Callable[[Any, Any], Message]:
    return lambda value, kind: _simple(structure(value, kind))


def _simple(message: Message) -> Message:
    """Refuse a sentence whose placeholders could do more than stand for one of its values."""
    names = {name for name, _ in message.values}
    for text in filter(None, (message.text, message.plural)):
        for _, name, form, conversion in string.Formatter().parse(text):
            if name is not None and (name not in names or form or conversion):
                raise WireError("a sentence with a placeholder that is none")
    return message


_STRICT: dict[str, Any] = {"_cattrs_forbid_extra_keys": True, "_cattrs_detailed_validation": False}


def _checked(structure: Callable[[Any, Any], T]) -> Callable[[Any, Any], T]:
    def check(value: object, kind: object) -> T:
        if not isinstance(value, dict):
            raise WireError("an object expected")
        return structure(value, kind)

    return check


def _is_message_value(kind: object) -> bool:
    if getattr(kind, "__origin__", None) is not Union and not isinstance(kind, types.UnionType):
        return False
    return set(getattr(kind, "__args__", ())) == {str, int, Message}


_CONVERTER = _converter()

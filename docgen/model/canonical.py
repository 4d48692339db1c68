"""Canonical JSON (RFC 8785) over what docgen hashes: one value, one sequence of bytes.

Texts are brought to NFC, dates are ISO strings, whole numbers lie below 2^53, there are no floats, and a key whose
value is None is left out. Names of members are sorted by UTF-16 code units, as RFC 8785 §3.2.3 asks.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["canonical_json"]

_LARGEST = 2**53 - 1


def canonical_json(value: object) -> bytes:
    """Return the canonical bytes of `value`: mappings with text keys, sequences, texts, whole numbers, booleans, dates.

    Raises `ValueError` for what has no canonical form: floats, numbers of 2^53 and more, naive instants, lone
    surrogates, two keys that are equal in NFC, values of other types.
    """
    try:
        return json.dumps(
            _plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=True
        ).encode("utf-8")
    except UnicodeEncodeError as exc:
        msg = "a lone surrogate has no canonical form"
        raise ValueError(msg) from exc


def _plain(value: object) -> object:  # noqa: PLR0911 - one answer a type reads best
    match value:
        case bool() | None:
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case int():
            if abs(value) > _LARGEST:
                msg = f"{value} is too large for canonical JSON"
                raise ValueError(msg)
            return int(value)
        case datetime():
            if value.tzinfo is None:
                msg = "an instant needs its zone"
                raise ValueError(msg)
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case dict():
            return _members(value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            msg = f"{type(value).__name__} has no canonical form"
            raise ValueError(msg)


def _members(value: Mapping[object, object]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, item in value.items():
        if not isinstance(name, str):
            msg = "a member's name is a text"
            raise ValueError(msg)  # noqa: TRY004 - one error for all that has no canonical form
        key = unicodedata.normalize("NFC", name)
        if key in members:
            msg = f"two members are named {key!r}"
            raise ValueError(msg)
        if item is not None:
            members[key] = _plain(item)
    return dict(sorted(members.items(), key=lambda member: member[0].encode("utf-16-be", "surrogatepass")))

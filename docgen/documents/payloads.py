"""Reading a payload that came with a letter: strictly, and never believed by itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem
from docgen.model.payload import PAYLOAD_NAME, PAYLOAD_SCHEMA, Payload
from docgen.model.reading import read_table
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["parse_payload", "payload_of"]

_LONGEST = 64 * 1024
_DEEPEST = 8


def parse_payload(text: str) -> Payload:
    """Return the payload that a text holds. Raises `DataError` for anything but exactly what docgen writes.

    Its reference must be the one that its data give; keys must not stand twice; whole numbers and texts only.
    """
    if len(text) > _LONGEST:
        raise _refused(say("is longer than {limit} characters", limit=_LONGEST))
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_no_number)
    except (ValueError, RecursionError) as exc:
        raise _refused(say("is no JSON as docgen writes it: {why}", why=str(exc)[:200])) from exc
    if not isinstance(value, dict) or _depth(value) > _DEEPEST:
        raise _refused(say("is no JSON as docgen writes it: {why}", why="shape"))
    return payload_of(value)


def payload_of(value: Mapping[str, object]) -> Payload:
    """Return the payload that a JSON object describes. Raises `DataError`."""
    root = read_table(value)
    root.constant("schema", PAYLOAD_SCHEMA)
    template = root.table("template")
    payload = Payload(
        act=root.text("act"),
        pack=root.text("pack"),
        template_id=template.text("id"),
        template_sha256=template.text("sha256"),
        renderer=root.text("renderer"),
        language=root.choice("language", ["lv"]),
        data=root.raw("data"),
    )
    given = root.text("reference")
    problems = root.problems()
    try:
        if not problems and payload.reference != given:
            problems = [Problem(path="reference", message=say("is not the reference of these data"))]
    except ValueError as exc:
        problems = [Problem(path="data", message=say("is no JSON as docgen writes it: {why}", why=str(exc)[:200]))]
    if problems:
        raise DataError(PAYLOAD_NAME, problems)
    return payload


def _refused(message: Message) -> DataError:
    return DataError(PAYLOAD_NAME, [Problem(path="-", message=message)])


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        msg = "a key stands twice"
        raise ValueError(msg)
    return members


def _no_number(name: str) -> object:
    msg = f"{name[:20]} is no whole number"
    raise ValueError(msg)


def _depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(item) for item in value.values()), default=0)
    return 1 + max((_depth(item) for item in value), default=0) if isinstance(value, list) else 0

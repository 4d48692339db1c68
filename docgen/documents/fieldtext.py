"""Texts that people type, in a cell or at a prompt, become values of declared fields. What is wrong stays as typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docgen.model.fields import FieldType

if TYPE_CHECKING:
    from docgen.model.fields import Field

__all__ = ["field_value"]

# 20.11.2026: the short form that Latvians write and that spreadsheets save in a Latvian Windows.
_DAY = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})\.?")
_LONGEST_NUMBER = 9


def field_value(field: Field, text: str) -> object:
    """Return the value that a text stands for, None for an empty one. The check of the field says what is wrong.

    A date may be 2026-11-20 or 20.11.2026; the items of a list and the lines of a longer text have a line each.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return None
    match field.type:
        case FieldType.DATE:
            day = _DAY.fullmatch(text)
            return text if day is None else f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}"
        case FieldType.NUMBER:
            whole = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
            return int(text) if whole else text
        case FieldType.LIST:
            return [line.strip() for line in text.split("\n") if line.strip()]
        case _:
            return text

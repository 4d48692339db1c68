"""Texts that people type, in a cell or at a prompt, become values of declared fields. What is wrong stays as typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docgen.model.fields import TIME_STAMP, FieldType
from docgen.model.latvian import parse_date

if TYPE_CHECKING:
    from docgen.model.fields import Field

__all__ = ["field_value"]

# 20.11.2026, also where the calendar has no such day, which the check then says.
_DAY = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})\.?")
_LONGEST_NUMBER = 9
_TIME_STAMP = {TIME_STAMP, "time stamp", "laika zīmogs"}


def field_value(field: Field, text: str) -> object:  # noqa: PLR0911 - a rule a type
    """Return the value that a text stands for, None for an empty one. The check of the field says what is wrong.

    A date may be 2026-11-20, 20.11.2026 (so spreadsheets save it in a Latvian Windows) or in words, as
    2026. gada 20. novembrī; that of a document also `time-stamp` or `laika zīmogs`. The items of a list and the lines
    of a longer text have a line each.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return None
    match field.type:
        case FieldType.DOCUMENT_DATE if text.lower() in _TIME_STAMP:
            return TIME_STAMP
        case FieldType.DATE | FieldType.DOCUMENT_DATE:
            if digits := _DAY.fullmatch(text):
                return f"{digits[3]}-{digits[2]:0>2}-{digits[1]:0>2}"
            day = parse_date(text)
            return text if day is None else day.isoformat()
        case FieldType.NUMBER:
            whole = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
            return int(text) if whole else text
        case FieldType.LIST:
            return [line.strip() for line in text.split("\n") if line.strip()]
        case _:
            return text

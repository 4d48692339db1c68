"""What spreadsheets make of what people type: put right where only one thing can be meant, said where not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docgen.documents.fieldtext import field_value
from docgen.model.fields import FieldType
from docgen.model.text import say

if TYPE_CHECKING:
    from docgen.model.fields import Field

__all__ = ["text_in_cell"]

# A long number in a narrow column, as a CSV then has it: 4,0009E+10. Its digits are gone.
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,2}", re.IGNORECASE)
# +371 60000001 typed into a cell that is no text: the plus went away with the sign of the number.
_WITHOUT_PLUS = re.compile(r"(371)(\d{8})")
_OF_DIGITS = (FieldType.REGNUMBER, FieldType.PHONE, FieldType.E_ADDRESS)
_OF_LINES = (FieldType.LIST, FieldType.PARAGRAPHS)


def text_in_cell(field: Field, text: str) -> object:
    """Return the value that the text of a cell stands for, as `field_value` does; a message where it can be none."""
    text = text.strip()
    if field.type in _OF_DIGITS and _ROUNDED.fullmatch(text):
        return say("is a number that the spreadsheet has rounded: format the column as text, and type it again")
    if field.type not in _OF_LINES and "\n" in text.replace("\r", "\n"):
        return say("has a line break: write it in one line")
    if field.type is FieldType.PHONE:
        text = _WITHOUT_PLUS.sub(r"+\1 \2", text) if _WITHOUT_PLUS.fullmatch(text) else text
    return field_value(field, text)

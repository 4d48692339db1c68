"""Data with which a template is tried: all that may be given, only what must be, and every choice once."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from docgen.documents.context import context_of
from docgen.documents.schema import tables_below
from docgen.model.fields import TIME_STAMP, FieldType, Required, completed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from docgen.documents.packs import Pack
    from docgen.model.fields import Field

__all__ = ["samples", "values_of"]

_ROWS = 2  # of each list of tables, so that what parts them is tried as well


def samples(fields: Sequence[Field]) -> Iterator[dict[str, object]]:
    """Yield different data for the declared fields: dates as dates, no schema. Nothing is tried twice."""
    chosen = [(field.path, choice) for field in fields for choice in _choices(field)]
    seen = set()
    for choices in ({}, *({path: choice} for path, choice in chosen)):
        for everything in (True, False):
            data = _Sample(fields, choices, everything=everything).table("")
            key = json.dumps(data, default=str, sort_keys=True)
            if key not in seen:
                seen.add(key)
                yield data


def _choices(field: Field) -> tuple[str, ...]:
    return (TIME_STAMP,) if field.type is FieldType.DOCUMENT_DATE else field.choices


def values_of(fields: Sequence[Field], data: Mapping[str, object], pack: Pack) -> dict[str, object]:
    """Return what a template is filled with: the data with every declared key, and what the pack gives."""
    return {**context_of(pack), **completed(fields, data)}


class _Sample:
    def __init__(self, fields: Sequence[Field], choices: Mapping[str, str], *, everything: bool) -> None:
        self._fields = fields
        self._choices = choices
        self._everything = everything

    def table(self, path: str) -> dict[str, object]:
        """Return the data of one table and of those below it."""
        data: dict[str, object] = {}
        for field in self._fields:
            if field.table == path and self._wanted(field):
                data[field.key] = self._value(field)
        for inner in tables_below(self._fields, path):
            below = self.table(inner)
            name = inner.rpartition(".")[2]
            if below and name.endswith("[]"):
                data[name.removesuffix("[]")] = [below] * (_ROWS if self._everything else 1)
            elif below:
                data[name] = below
        return data

    def _wanted(self, field: Field) -> bool:
        condition = field.when
        if condition == "given":
            beside = (other.when for other in self._fields if other.table == field.table and "=" in other.when)
            condition = next(beside, "")
        path, equals, value = condition.partition("=")
        if equals and self._chosen(path) not in value.split("|"):
            return False
        if self._everything or field.path in self._choices:
            return True
        if field.when == "given":
            return any(chosen.rpartition(".")[0] == field.table for chosen in self._choices)
        first = next((other for other in self._fields if field.one_of and other.one_of == field.one_of), None)
        return field.required is Required.YES or first is field

    def _chosen(self, path: str) -> str:
        """Return the choice of a field of this sample; empty where the field is not in it."""
        field = next((field for field in self._fields if field.path == path), None)
        if field is None or not self._wanted(field):
            return ""
        return self._choices.get(path, field.example)

    def _value(self, field: Field) -> object:
        match field.type:
            case FieldType.DOCUMENT_DATE if field.path in self._choices:
                return self._choices[field.path]
            case FieldType.DATE | FieldType.DOCUMENT_DATE:
                return date.fromisoformat(field.example)
            case FieldType.NUMBER:
                return int(field.example)
            case FieldType.CHOICE:
                return self._choices.get(field.path, field.example)
            case FieldType.LIST | FieldType.PARAGRAPHS:
                return field.example.split("\n")
            case _:
                return field.example

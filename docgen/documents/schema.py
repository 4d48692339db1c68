"""The data of a letter as JSON Schema 2020-12, made from the declared fields alone, as the check accepts them.

The schema says what kinds of values belong where, and on what condition; what only docgen can tell (a check digit, a
character that the font lacks, the order of dates) it does not say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docgen.documents.letters import LETTER_SCHEMA
from docgen.model.fields import TIME_STAMP, FieldType, Required

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docgen.documents.heads import Head
    from docgen.model.fields import Field

__all__ = ["json_schema", "tables_below"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LONGEST, _LONGEST_PARAGRAPH, _MANY, _MANY_TEXTS = 1000, 10_000, 20, 200
_GIVEN = "given"
_DAY = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
# What values of these types are, whatever else is declared of the field.
_FIXED: Mapping[FieldType, dict[str, Any]] = {
    FieldType.DATE: _DAY,
    FieldType.DOCUMENT_DATE: {"anyOf": [_DAY, {"const": TIME_STAMP}]},
    FieldType.REGNUMBER: {"type": "string", "pattern": "^[0-9]{11}$"},
    FieldType.E_ADDRESS: {"type": "string", "pattern": "^([A-Za-z0-9_.-]{1,64}@)?[0-9]{11}$"},
    FieldType.PHONE: {"type": "string", "pattern": r"^\+[1-9][0-9 ]{6,17}[0-9]$"},
    FieldType.NUMBER: {"type": "integer", "minimum": 0},
}


def json_schema(head: Head, language: str) -> dict[str, Any]:
    """Return the schema of a kind's data, described in `lv` or `en`. TOML dates stand in it as ISO texts."""
    schema = _table(head.fields, "", language)
    schema["properties"] = {"schema": {"const": LETTER_SCHEMA}, **schema["properties"]}
    schema["required"] = ["schema", *schema.get("required", [])]
    rules = [*_groups(head.fields), *_conditions(head.fields)]
    return {
        "$schema": _DIALECT,
        "title": head.title[language],
        **schema,
        **({"allOf": rules} if rules else {}),
    }


def tables_below(fields: Sequence[Field], path: str) -> list[str]:
    """Return the paths of the tables directly below a path (lists of tables end with `[]`), in their order."""
    prefix = f"{path}." if path else ""
    names = [
        field.path[len(prefix) :].partition(".")[0]
        for field in fields
        if field.path.startswith(prefix) and "." in field.path[len(prefix) :]
    ]
    return [prefix + name for name in dict.fromkeys(names)]


def _table(fields: Sequence[Field], path: str, language: str) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for field in (field for field in fields if field.table == path):
        properties[field.key] = _value(field, language)
        if field.required is Required.YES and field.when in {"", _GIVEN}:
            required.append(field.key)
    for inner in tables_below(fields, path):
        name = inner.rpartition(".")[2].removesuffix("[]")
        below = _table(fields, inner, language)
        demanded = _demanded(fields, inner)
        if inner.endswith("[]"):
            below = {"type": "array", "items": below, "maxItems": _MANY, **({"minItems": 1} if demanded else {})}
        properties[name] = below
        if demanded:
            required.append(name)
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _demanded(fields: Sequence[Field], table: str) -> bool:
    """Whether a table must be there: it has a required field, and none that waits for the table."""
    own = [field for field in fields if field.table == table]
    return any(field.required is Required.YES and not field.when for field in own) and not any(
        field.when == _GIVEN for field in own
    )


def _value(field: Field, language: str) -> dict[str, Any]:
    words: dict[str, Any] = {"title": field.label[language]}
    if field.hint is not None:
        words["description"] = field.hint[language]
    filled = {"minLength": 1} if field.required is Required.YES else {}
    text = {"type": "string", **filled, "maxLength": _LONGEST}
    match field.type:
        case type_ if type_ in _FIXED:
            kind = _FIXED[type_]
        case FieldType.CHOICE:
            kind = {"enum": list(field.choices)}
        case FieldType.EMAIL:
            kind = {**text, "format": "email"}
        case FieldType.LIST | FieldType.PARAGRAPHS:
            one = {"type": "string", "minLength": 1, "maxLength": _LONGEST_PARAGRAPH}
            least = {"minItems": 1} if field.required is Required.YES else {}
            kind = {"anyOf": [{"type": "array", "items": one, "maxItems": _MANY_TEXTS, **least}, {"type": "string"}]}
        case _:
            kind = text
    example = field.example.split("\n") if field.type.is_many else field.example
    return {**words, **kind, "examples": [int(field.example) if field.type is FieldType.NUMBER else example]}


def _groups(fields: Sequence[Field]) -> list[dict[str, Any]]:
    """Return that of each group at least one must be there."""
    groups: dict[str, list[str]] = {}
    for field in fields:
        if field.one_of:
            groups.setdefault(field.one_of, []).append(field.path)
    return [{"anyOf": [_there(path, {}) for path in paths]} for paths in groups.values()]


def _conditions(fields: Sequence[Field]) -> list[dict[str, Any]]:
    """Return where fields belong, and are required, on a condition."""
    by_condition: dict[str, list[Field]] = {}
    for field in fields:
        condition = field.when
        if condition == _GIVEN:
            beside = (other.when for other in fields if other.table == field.table and "=" in other.when)
            condition = next(beside, "")
        if "=" in condition:
            by_condition.setdefault(condition, []).append(field)
    rules = []
    for condition, members in by_condition.items():
        path, _, value = condition.partition("=")
        rule: dict[str, Any] = {"if": _there(path, {"enum": value.split("|")})}
        needed = [
            _there(field.path, {}) for field in members if field.required is Required.YES and field.when != _GIVEN
        ]
        if needed:
            rule["then"] = {"allOf": needed}
        rule["else"] = {"not": {"anyOf": [_there(field.path, {}) for field in members]}}
        rules.append(rule)
    return rules


def _there(path: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of data in which a path is there, with a value of that schema."""
    schema = dict(value)
    for key in reversed(path.split(".")):
        schema = {"required": [key], "properties": {key: schema}}
    return schema

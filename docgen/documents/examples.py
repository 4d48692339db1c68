"""A data file to begin with: commented, and made from the fields that a template declares."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from docgen.documents.letters import LETTER_SCHEMA, fields_of
from docgen.model.fields import FieldType, Required

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.documents.packs import Pack
    from docgen.model.fields import Field

__all__ = ["example_of"]

_NOTES = {
    "lv": {
        "yes": "obligāts",
        "advisable": "ieteicams",
        "no": "nav obligāts",
        "one-of": "vismaz viens no",
        "when": "ja",
        "table": "Neobligāta tabula: ja vajadzīga, noņemiet # tās rindu sākumā.",
    },
    "en": {
        "yes": "required",
        "advisable": "advisable",
        "no": "optional",
        "one-of": "at least one of",
        "when": "if",
        "table": "An optional table: to use it, take away the # before its lines.",
    },
}


def example_of(kind: str, pack: Pack, language: str) -> str:
    """Return a TOML data file for a kind of letter, with comments in `lv` or `en`; it works as it is.

    Tables that nothing demands are there, but commented out: nobody states by oversight what he did not mean to state
    (joining the memorandum is no wish to work in the council).
    """
    fields = fields_of(kind, pack)
    lines = [f"# docgen letter {kind} --data …", f'schema = "{LETTER_SCHEMA}"']
    table, off = None, ""
    for field in _grouped(fields):
        if field.table != table:
            table = field.table
            off = "" if _demanded(table, fields) else "#"
            lines += ["", *([f"# {_NOTES[language]['table']}"] if off else [])]
            lines.append(off + (f"[[{table[:-2]}]]" if table.endswith("[]") else f"[{table}]"))
        lines += _comment(field, fields, language)
        silent = off or ("#" if "=" in field.when and not _holds(field.when, fields) else "")
        lines += [silent + line for line in f"{field.key} = {_value(field)}".split("\n")]
    return "\n".join(lines) + "\n"


def _demanded(table: str, fields: Sequence[Field]) -> bool:
    """Tell whether the example needs a table: something in it is required, by itself or by another example."""
    own = [field for field in fields if field.table == table and field.required is Required.YES]
    if any(field.when == "given" for field in own):
        return False
    return any(not field.when or _holds(field.when, fields) for field in own)


def _holds(condition: str, fields: Sequence[Field]) -> bool:
    path, _, value = condition.partition("=")
    values = value.split("|")
    return any(field.path == path and field.example in values and _demanded(field.table, fields) for field in fields)


def _grouped(fields: Sequence[Field]) -> list[Field]:
    """Return the fields with those of one table together, tables in the order in which they first appear."""
    tables = list(dict.fromkeys(field.table for field in fields))
    return sorted(fields, key=lambda field: tables.index(field.table))


def _comment(field: Field, fields: Sequence[Field], language: str) -> list[str]:
    notes = _NOTES[language]
    if field.one_of:
        keys = ", ".join(other.key for other in fields if other.one_of == field.one_of)
        need = f"{notes['one-of']}: {keys}"
    else:
        need = notes[field.required.value]
    if "=" in field.when:
        need += f", {notes['when']} {_condition(field, fields)}"
    elif field.when and field.required is Required.YES:
        need = f"{notes['yes']}, {notes['when']} [{field.table}]"
    lines = [f"# {field.label[language]} ({need})"]
    if field.hint is not None:
        lines.append(f"# {field.hint[language]}")
    if field.choices:
        lines.append(f"# {' | '.join(field.choices)}")
    return lines


def _condition(field: Field, fields: Sequence[Field]) -> str:
    """Return the condition as people read it, with those values only that can be chosen here."""
    path, _, values = field.when.partition("=")
    asked = next((other for other in fields if other.path == path), None)
    possible = [value for value in values.split("|") if asked is None or not asked.choices or value in asked.choices]
    return f"{path} = {' | '.join(possible)}"


def _value(field: Field) -> str:
    if field.type in {FieldType.DATE, FieldType.NUMBER}:
        return field.example
    if field.type is FieldType.LIST:
        return json.dumps(field.example.split("\n"), ensure_ascii=False)
    if field.type is FieldType.PARAGRAPHS:
        return f'"""\n{field.example}"""'
    # A literal string where it can be one: quotation marks then read as typed.
    return (
        f"'{field.example}'"
        if '"' in field.example and "'" not in field.example
        else json.dumps(field.example, ensure_ascii=False)
    )

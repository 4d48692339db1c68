"""A data file, commented, made from the fields that a template declares: with their examples, or with answers."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from docgen.documents.letters import LETTER_SCHEMA, fields_of
from docgen.model.fields import FieldType, Required

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from docgen.documents.packs import Pack
    from docgen.model.fields import Field

__all__ = [
    "TABLE_NOTES",
    "comment_of",
    "data_file_of",
    "example_data",
    "example_of",
    "example_value",
    "grouped",
    "toml_value",
]

_NOTES = {
    "lv": {
        "yes": "jānorāda",
        "advisable": "ieteicams norādīt",
        "no": "var nenorādīt",
        "allowed": "var norādīt tikai tad,",
        "one-of": "vismaz viens no",
        "when": "ja",
        "table": "Neobligāta tabula: ja vajadzīga, noņemiet # tās rindu sākumā.",
    },
    "en": {
        "yes": "required",
        "advisable": "advisable",
        "no": "optional",
        "allowed": "optional, only",
        "one-of": "at least one of",
        "when": "if",
        "table": "An optional table: to use it, take away the # before its lines.",
    },
}


# What stands above a table that is commented out, in both languages.
TABLE_NOTES = frozenset(f"# {notes['table']}" for notes in _NOTES.values())


def example_of(kind: str, pack: Pack, language: str) -> str:
    """Return a TOML data file for a kind of letter, with comments in `lv` or `en`; it works as it is.

    Tables that nothing demands are there, but commented out: nobody states by oversight what he did not mean to state
    (joining the memorandum is no wish to work in the council).
    """
    return data_file_of(kind, pack, language, example_data(fields_of(kind, pack)))


def example_data(fields: Sequence[Field]) -> dict[str, object]:
    """Return the data of the example: every field of the tables that are demanded, where its condition holds."""
    data: dict[str, object] = {"schema": LETTER_SCHEMA}
    for field in fields:
        if not _demanded(field.table, fields) or ("=" in field.when and not _holds(field.when, fields)):
            continue
        table = data
        for name in field.table.split(".") if field.table else []:
            below = table.setdefault(name.removesuffix("[]"), [{}] if name.endswith("[]") else {})
            table = below[0] if isinstance(below, list) else below  # type: ignore[assignment]  # made two lines above
        table[field.key] = example_value(field)
    return data


def data_file_of(kind: str, pack: Pack, language: str, data: Mapping[str, object]) -> str:
    """Return the data file that `example_of` gives, with these data in the place of the examples.

    What the data leave out is there, but commented out. `data` has only what is declared.
    """
    fields = fields_of(kind, pack)
    lines = [f"# docgen letter {kind} --data …", f'schema = "{LETTER_SCHEMA}"']
    for table in dict.fromkeys(field.table for field in fields):
        own = [field for field in fields if field.table == table]
        entries = list(_entries(data, table))
        off = "" if entries else "#"
        for number, entry in enumerate(entries or [{}]):
            lines += ["", *([f"# {_NOTES[language]['table']}"] if off and not _demanded(table, fields) else [])]
            lines.append(off + _bracketed(table))
            for field in own:
                lines += comment_of(field, fields, language) if not number else []
                silent = "" if field.key in entry else "#"
                value = toml_value(field, entry.get(field.key, example_value(field)))
                lines += [silent + line for line in f"{field.key} = {value}".split("\n")]
    return "\n".join(lines) + "\n"


def _bracketed(table: str) -> str:
    """A table's heading as TOML has it; one of an array stands in two brackets."""
    return f"[[{table.removesuffix('[]')}]]" if table.endswith("[]") else f"[{table}]"


def _entries(data: Mapping[str, object], table: str) -> Iterator[Mapping[str, object]]:
    """Yield the tables of the data that a path names: one, those of a list, or none."""
    found: object = data
    for name in table.split("."):
        found = found.get(name.removesuffix("[]")) if isinstance(found, dict) else None
    for entry in found if isinstance(found, list) else [found]:
        if isinstance(entry, dict) and entry:
            yield entry


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


def grouped(fields: Sequence[Field]) -> list[Field]:
    """Return the fields with those of one table together, tables in the order in which they first appear."""
    tables = list(dict.fromkeys(field.table for field in fields))
    return sorted(fields, key=lambda field: tables.index(field.table))


def comment_of(field: Field, fields: Sequence[Field], language: str) -> list[str]:
    """Return the comment lines that a field has in a data file."""
    notes = _NOTES[language]
    if field.one_of:
        keys = ", ".join(other.key for other in fields if other.one_of == field.one_of)
        need = f"{notes['one-of']}: {keys}"
    else:
        need = notes[field.required.value]
    if "=" in field.when and field.required is Required.NO and not field.one_of:
        need = f"{notes['allowed']} {notes['when']} {_condition(field, fields)}"
    elif "=" in field.when:
        need += f", {notes['when']} {_condition(field, fields)}"
    elif field.when and field.required is Required.YES:
        need = f"{notes['yes']}, {notes['when']} {_bracketed(field.table)}"
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


def example_value(field: Field) -> object:
    """Return the example that a field declares, as the value that a data file has."""
    match field.type:
        case FieldType.NUMBER:
            return int(field.example)
        case FieldType.LIST:
            return field.example.split("\n")
        case _:
            return field.example


def toml_value(field: Field, value: object) -> str:
    """Return a value as TOML has it."""
    if field.type in {FieldType.DATE, FieldType.DOCUMENT_DATE} and _is_day(value):
        return str(value)
    if field.type is FieldType.PARAGRAPHS:
        text = "\n\n".join(map(str, value)) if isinstance(value, list) else str(value)
        return json.dumps(text, ensure_ascii=False) if "\\" in text or '"""' in text else f'"""\n{text}"""'
    if isinstance(value, int | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    # A literal string where it can be one: quotation marks then read as typed.
    return f"'{text}'" if '"' in text and "'" not in text else json.dumps(text, ensure_ascii=False)


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, date) or date.fromisoformat(str(value)).isoformat() == value
    except ValueError:
        return False

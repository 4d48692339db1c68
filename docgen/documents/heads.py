"""The head of a template (TOML between lines of `+++`): the fields that the template asks for, declared once.

Everything else is made from them: the example, the checks, what a template may print (formats.md §2).

    +++
    kind = "accession"
    title = { lv = "Pievienošanās vēstule", en = "Letter of accession" }

    [[field]]
    path = "contact.email"            # table.key, table.table.key, or tables[].key for a list of tables
    type = "email"                    # text | date | choice | regnumber | phone | email
    required = "one-of:contact"       # yes | advisable | no (default) | one-of:GROUP
    when = "council.wish=yes"         # optional: the field belongs there, and is required, only then; or "given":
                                      # required only where its table was written at all
    label = { lv = "E-pasts", en = "E-mail" }
    hint = { lv = "…", en = "…" }     # optional
    choices = ["yes", "no"]           # of the type choice only
    example = "anna@alfa.example"     # printed by --example
    page = "contact"                  # optional: where a form asks for it
    +++
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem
from docgen.model.fields import Field, FieldType, Required
from docgen.model.reading import read_table
from docgen.model.text import say

if TYPE_CHECKING:
    from docgen.model.reading import Table

__all__ = ["read_fields"]

_MARK = "+++"
_ONE_OF = "one-of:"


@lru_cache(maxsize=32)
def read_fields(source: str, *, name: str, must_have: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """Return the fields that a template declares; `must_have` names those that every such template needs.

    A head that is not there, or not as described: `DataError` with every problem.
    """
    begin, *rest = source.replace("\r\n", "\n").removeprefix("\ufeff").split(f"{_MARK}\n", 2)
    if begin or len(rest) != 2:  # noqa: PLR2004 - head and text
        raise DataError(name, [Problem(path="-", message=say("has no head between two lines of +++"))])
    try:
        root = read_table(tomllib.loads(rest[0]))
    except ValueError as exc:
        raise DataError(name, [Problem(path="-", message=say("not valid TOML: {why}", why=str(exc)))]) from exc
    root.text("kind")
    root.mapping("title")
    fields = tuple(_field(entry) for entry in root.tables("field", required=True))
    problems = root.problems()
    paths = [field.path for field in fields]
    problems += [
        Problem(path=path, message=say("is declared twice")) for path in dict.fromkeys(paths) if paths.count(path) > 1
    ]
    required = {field.path for field in fields if field.required is Required.YES and not field.when}
    problems += [
        Problem(path=path, message=say("must be declared, and required")) for path in must_have if path not in required
    ]
    if problems:
        raise DataError(name, problems)
    return fields


def _field(entry: Table) -> Field:
    required = entry.text("required", required=False) or Required.NO.value
    one_of = required.removeprefix(_ONE_OF) if required.startswith(_ONE_OF) else ""
    if not one_of and required not in set(Required):
        entry.add("required", say("must be one of: {choices}", choices=", ".join([*Required, f"{_ONE_OF}…"])))
        required = Required.NO.value
    type_ = FieldType(entry.choice("type", list(FieldType)))
    choices = entry.texts("choices")
    if (type_ is FieldType.CHOICE) != bool(choices):
        entry.add("choices", say("belong to fields of the type choice, and only to them"))
    entry.text("page", required=False)
    return Field(
        path=entry.text("path"),
        type=type_,
        label=_both(entry, "label"),
        required=Required.NO if one_of else Required(required),
        one_of=one_of,
        when=entry.text("when", required=False),
        example=entry.text("example"),
        hint=_both(entry, "hint") if entry.has("hint") else None,
        choices=choices,
    )


def _both(entry: Table, key: str) -> dict[str, str]:
    """Return a text in the two languages that docgen speaks."""
    texts = entry.mapping(key)
    if set(texts) != {"lv", "en"}:
        entry.add(key, say("must have the keys lv and en"))
    return {language: texts.get(language, "") for language in ("lv", "en")}

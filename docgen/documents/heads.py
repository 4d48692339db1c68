"""The head of a template (TOML between lines of `+++`): what it makes, and the fields that it asks for, declared once.

Everything else is made from them: the example, the checks, what a template may print (formats.md §2).

    +++
    kind = "accession"
    title = { lv = "Pievienošanās vēstule", en = "Letter of accession" }
    from = "organisation"             # optional: who writes, organisation (default) or secretariat
    act = "accession"                 # optional: what the letter does in the register: accession | withdrawal |
                                      # council-notice; without it the letter is kept on file
    about = "council"                 # optional: no such letter where the memorandum has no council
    groups = ["organisation"]         # optional: fields that several templates ask for, from fields.toml

    [[field]]                         # a field of the same path takes the place of the group's
    path = "contact.email"            # table.key, table.table.key, or tables[].key for a list of tables
    type = "email"                    # text | paragraphs | list | number | date | choice | regnumber | phone | email |
                                      # e-address | document-date (a date, or "time-stamp") |
                                      # person (stands for name, position, email and phone below its path)
    required = "one-of:contact"       # yes | advisable | no (default) | one-of:GROUP
    when = "council.wish=yes"         # optional: the field belongs there, and is required, only then (several values:
                                      # a|b); or "given": required only where its table was written at all
    label = { lv = "E-pasts", en = "E-mail" }
    hint = { lv = "…", en = "…" }     # optional
    choices = ["yes", "no"]           # of the type choice only
    example = "anna@alfa.example"     # printed by --example
    page = "contact"                  # optional: where a form asks for it
    +++

A template without fields (minutes, agenda …) is filled from a sitting or a plan, not from the data of a letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem
from docgen.model.acts import Act
from docgen.model.fields import Field, FieldType, Required
from docgen.model.reading import read_table
from docgen.model.text import say
from docgen.toml import parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from docgen.model.reading import Table

__all__ = ["Author", "Head", "read_head"]

_COUNCIL = "council"
_MARK = "+++"
_ONE_OF = "one-of:"
_PERSON = "person"


class Author(StrEnum):
    """Who writes a letter."""

    ORGANISATION = "organisation"
    SECRETARIAT = "secretariat"


_DATE = "letter.date"
# Without these no letter of that author makes sense, whatever else its template asks for.
_MUST_HAVE = {
    Author.ORGANISATION: ("organisation.name", "organisation.registration_number", _DATE, "signatories[].name"),
    Author.SECRETARIAT: (_DATE, "signatories[].name"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a template says of itself. `act` is empty where the letter does nothing in the register.

    A letter `about_council` is one only of a memorandum that has a council.
    """

    kind: str
    title: Mapping[str, str]
    author: Author = Author.ORGANISATION
    act: str = ""
    about_council: bool = False
    fields: tuple[Field, ...] = ()

    @property
    def is_letter(self) -> bool:
        """Whether it is filled from the data of a letter."""
        return bool(self.fields)


@lru_cache(maxsize=64)
def read_head(source: str, *, name: str, groups: str = "") -> Head:
    """Return the head of a template; `groups` is the text of the shared declarations.

    A head that is not there, or not as described: `DataError` with every problem.
    """
    begin, *rest = source.replace("\r\n", "\n").removeprefix("\ufeff").split(f"{_MARK}\n", 2)
    if begin or len(rest) != 2:  # noqa: PLR2004 - head and text
        raise DataError(name, [Problem(path="-", message=say("has no head between two lines of +++"))])
    # The line of the first mark is counted too: a place is one in the whole template.
    root, shared = read_table(parse_toml(f"\n{rest[0]}", source=name)), parse_toml(groups, source=name)
    kind, title = root.text("kind"), _both(root, "title")
    author = Author(root.option("from", list(Author)) or Author.ORGANISATION)
    act = root.option("act", [Act.ACCESSION, Act.WITHDRAWAL, Act.COUNCIL_NOTICE]) or ""
    about_council = root.option("about", [_COUNCIL]) == _COUNCIL or act == Act.COUNCIL_NOTICE
    declared: list[Field] = []
    problems: list[Problem] = []
    for group in root.texts("groups"):
        entries = read_table({"field": shared.get(group, [])})
        taken = [field for entry in entries.tables("field") for field in _fields(entry)]
        problems += [Problem(path=f"{group}.{one.path}", message=one.message) for one in entries.problems()]
        if not taken:
            root.add("groups", say("there is no group of fields “{name}”", name=group))
        declared += taken
    own = [field for entry in root.tables("field") for field in _fields(entry)]
    problems = [*root.problems(), *problems, *_twice(declared), *_twice(own)]
    fields = _merged(declared, own)
    if fields:
        required = {field.path for field in fields if field.required is Required.YES and not field.when}
        problems += [
            Problem(path=path, message=say("must be declared, and required"))
            for path in _MUST_HAVE[author]
            if path not in required
        ]
        problems += [
            Problem(path=_DATE, message=say("must be of the type date or document-date"))
            for field in fields
            if field.path == _DATE and field.type not in {FieldType.DATE, FieldType.DOCUMENT_DATE}
        ]
    if problems:
        raise DataError(name, problems)
    return Head(kind=kind, title=title, author=author, act=act, about_council=about_council, fields=fields)


def _twice(fields: Iterable[Field]) -> list[Problem]:
    paths = [field.path for field in fields]
    return [
        Problem(path=path, message=say("is declared twice")) for path in dict.fromkeys(paths) if paths.count(path) > 1
    ]


def _merged(shared: Sequence[Field], own: Sequence[Field]) -> tuple[Field, ...]:
    """Return the groups' fields with the template's own in the places of those of the same path, the others last."""
    mine = {field.path: field for field in own}
    merged = [mine.pop(field.path, field) for field in shared]
    return (*merged, *mine.values())


def _fields(entry: Table) -> Iterator[Field]:
    """Yield the field that an entry declares, or those of a person."""
    required = entry.text("required", required=False) or Required.NO.value
    one_of = required.removeprefix(_ONE_OF) if required.startswith(_ONE_OF) else ""
    if not one_of and required not in set(Required):
        entry.add("required", say("must be one of: {choices}", choices=", ".join([*Required, f"{_ONE_OF}…"])))
        required = Required.NO.value
    type_ = entry.choice("type", [*FieldType, _PERSON])
    choices = entry.texts("choices")
    if (type_ == FieldType.CHOICE) != bool(choices):
        entry.add("choices", say("belong to fields of the type choice, and only to them"))
    entry.text("page", required=False)
    path, label, when = entry.text("path"), _both(entry, "label"), entry.text("when", required=False)
    hint = _both(entry, "hint") if entry.has("hint") else None
    example = entry.example("example")
    if type_ == _PERSON:
        yield from _person(path, label, required=Required(required), when=when, hint=hint, name=example)
        return
    yield Field(
        path=path,
        type=FieldType(type_),
        label=label,
        required=Required.NO if one_of else Required(required),
        one_of=one_of,
        when=when,
        example=example,
        hint=hint,
        choices=choices,
    )


_PERSON_PARTS = (
    ("position", FieldType.TEXT, "amats", "position", "valdes locekle"),
    ("email", FieldType.EMAIL, "e-pasts", "e-mail", "liga@drosapilseta.example"),
    ("phone", FieldType.PHONE, "tālrunis", "phone", "+371 60000002"),
)


def _person(
    path: str, label: Mapping[str, str], *, required: Required, when: str, hint: Mapping[str, str] | None, name: str
) -> Iterator[Field]:
    yield Field(
        path=f"{path}.name",
        type=FieldType.TEXT,
        label=label,
        required=required,
        when=when,
        hint=hint,
        example=name,
    )
    for key, type_, lv, en, example in _PERSON_PARTS:
        texts = {"lv": f"{label['lv']}: {lv}", "en": f"{label['en']}: {en}"}
        belongs = when if "=" in when else ""
        yield Field(path=f"{path}.{key}", type=type_, label=texts, when=belongs, example=example)


def _both(entry: Table, key: str) -> dict[str, str]:
    """Return a text in the two languages that docgen speaks."""
    texts = entry.mapping(key)
    if set(texts) != {"lv", "en"}:
        entry.add(key, say("must have the keys lv and en"))
    return {language: texts.get(language, "") for language in ("lv", "en")}

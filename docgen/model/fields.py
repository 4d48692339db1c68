"""The fields that a template declares once, and the check of a data file against them (formats.md §2).

Everything that speaks of a letter's data is made from these declarations: the example, the checks, what a template may
print. A path is `table.key`, `table.table.key` or `tables[].key`. A table that nothing requires may be left out; its
required fields count only where it is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from docgen.errors import Problem
from docgen.model.reading import Table, read_table
from docgen.model.registration_number import is_registration_number
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = [
    "TIME_STAMP",
    "Checked",
    "Field",
    "FieldType",
    "Required",
    "belongs",
    "check_fields",
    "completed",
    "is_e_address",
]

# What stands for a document's date where that is the day of its qualified time stamp.
TIME_STAMP = "time-stamp"

# As strict as needed to catch slips: one @, a dot in the domain, no spaces; not a claim that the address exists.
_EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@(?:[^\s@.<>(),;:\\\"\[\]]{1,63}\.)+[^\s@.<>(),;:\\\"\[\]]{2,63}")
_PHONE = re.compile(r"\+[1-9][0-9 ]{6,17}[0-9]")
_LATVIAN_PHONE = re.compile(r"\+371 ?[0-9]{8}")
# Latvian personal codes (domain.md §6.2): never needed in a letter. Registration numbers begin with 4 or more, and
# eleven digits after a plus that begins a word are a phone, unless a zero comes first (`certificates`).
_PERSONAL_CODE = re.compile(
    r"(?<!\d)(?:\d{6}-\d{5}|(?:(?<!\+)|(?<=[0-9A-Za-z]\+)|(?=0))[0-3]\d{10})(?!\d)|PNO[A-Z]{2}-"
)
# An address of the official electronic address system: the registration number, after a name where it has one.
_E_ADDRESS = re.compile(r"(?:[A-Za-z0-9_.-]{1,64}@)?([0-9]{11})")
_LONGEST = 1000
_LONGEST_PARAGRAPH = 10_000
_MANY = 20
_MANY_TEXTS = 200


class FieldType(StrEnum):
    """What a value is. A `DOCUMENT_DATE` is a day, or `TIME_STAMP`."""

    TEXT = "text"
    DATE = "date"
    DOCUMENT_DATE = "document-date"
    CHOICE = "choice"
    REGNUMBER = "regnumber"
    PHONE = "phone"
    EMAIL = "email"
    E_ADDRESS = "e-address"
    NUMBER = "number"
    LIST = "list"
    PARAGRAPHS = "paragraphs"

    @property
    def is_many(self) -> bool:
        """Whether a value is several texts: the items of a list, or the paragraphs of a longer text."""
        return self in {FieldType.LIST, FieldType.PARAGRAPHS}


class Required(StrEnum):
    """Whether a value must be there."""

    YES = "yes"
    ADVISABLE = "advisable"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One declared field.

    `one_of` names a group of which one must be there. `when` is `path=value` (or `path=one|another`): the field belongs
    there only then, and is required only then; or `given`: a required field is one only where its (optional) table is
    there. The `example` of several texts has one a line.
    """

    path: str
    type: FieldType
    label: Mapping[str, str]
    required: Required = Required.NO
    one_of: str = ""
    when: str = ""
    example: str = ""
    hint: Mapping[str, str] | None = None
    choices: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """The path of the table in which the field lies."""
        return self.path.rpartition(".")[0]

    @property
    def key(self) -> str:
        """The field's own key."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Data that agree with their declaration: only declared keys, texts in NFC, dates as dates; and what is advised."""

    data: Mapping[str, object]
    advice: tuple[Problem, ...]


def check_fields(
    fields: Sequence[Field], data: Mapping[str, object], *, schema: str, missing: Callable[[str], set[str]]
) -> tuple[Checked, tuple[Problem, ...]]:
    """Return the data as declared, and every problem. `missing` tells which characters of a text no font can print."""
    root = read_table(data)
    root.constant("schema", schema)
    check = _Check(fields, missing)
    clean = check.table(root, "")
    check.requirements(clean)
    return Checked(data=clean, advice=tuple(check.advice)), (*root.problems(), *check.found)


def completed(fields: Sequence[Field], data: Mapping[str, object], path: str = "") -> dict[str, object]:
    """Return checked data with every declared key: where nobody wrote one, an empty text, table or list."""
    whole: dict[str, object] = {
        field.key: data.get(field.key, [] if field.type.is_many else "") for field in fields if field.table == path
    }
    for name, many in _below(fields, path):
        inner = f"{path}.{name}" if path else name
        written = data.get(name, [] if many else {})
        if isinstance(written, list):
            whole[name] = [completed(fields, row, f"{inner}[]") for row in written]
        elif isinstance(written, dict):
            whole[name] = completed(fields, written, inner)
    return whole


def _below(fields: Sequence[Field], path: str) -> Iterator[tuple[str, bool]]:
    """Yield the tables below a path, and whether each is a list of tables."""
    seen: dict[str, bool] = {}
    prefix = f"{path}." if path else ""
    for field in fields:
        if field.path.startswith(prefix):
            head, dot, _ = field.path[len(prefix) :].partition(".")
            if dot:
                seen.setdefault(head.removesuffix("[]"), head.endswith("[]"))
    return iter(seen.items())


class _Check:
    """Walks the declared tables."""

    def __init__(self, fields: Sequence[Field], missing: Callable[[str], set[str]]) -> None:
        self._fields = fields
        self._missing = missing
        self.found: list[Problem] = []
        self.advice: list[Problem] = []

    def table(self, table: Table, path: str) -> dict[str, object]:
        """Return the declared values of one table and of those below it."""
        clean: dict[str, object] = {}
        for field in (field for field in self._fields if field.table == path):
            value = self._value(table, field)
            if value not in ("", None, []):
                clean[field.key] = value
        for name, many in _below(self._fields, path):
            inner = f"{path}.{name}" if path else name
            demanded = self._demanded(inner + "[]" if many else inner)
            if many:
                rows = table.tables(name, required=demanded)
                if len(rows) > _MANY:
                    table.add(name, say("has more than {limit} entries", limit=_MANY))
                entries = [self.table(row, inner + "[]") for row in rows]
                if entries:
                    clean[name] = entries
            else:
                # What is demanded of an absent table is named field by field.
                below = table.table(name, required=False) if table.has(name) or not demanded else table.empty(name)
                values = self.table(below, inner)
                if values:
                    clean[name] = values
        return clean

    def _demanded(self, path: str) -> bool:
        """Whether a table must be there: where it has a required field that does not wait for the table."""
        own = [field for field in self._fields if field.table == path]
        return any(field.required is Required.YES and not field.when for field in own) and not any(
            field.when == "given" for field in own
        )

    def _value(self, table: Table, field: Field) -> object:
        required = field.required is Required.YES and (not field.when or field.when == "given")
        advisable = field.required is Required.ADVISABLE and "=" not in field.when
        if advisable and table.given and not table.has(field.key):
            self.advice.append(Problem(path=field.path, message=say("is advisable")))
        match field.type:
            case FieldType.DATE:
                return table.day(field.key, required=required)
            case FieldType.DOCUMENT_DATE:
                return table.day_or(field.key, TIME_STAMP, required=required)
            case FieldType.CHOICE:
                return self._choice(table, field, required=required)
            case FieldType.NUMBER:
                return table.whole(field.key, required=required)
            case FieldType.LIST | FieldType.PARAGRAPHS:
                return self._texts(table, field, required=required)
            case _:
                text = table.text(field.key, required=required)
                if text:
                    problem = self._wrong(field.type, text)
                    if problem is not None:
                        table.add(field.key, problem)
                return text

    def _texts(self, table: Table, field: Field, *, required: bool) -> list[str]:
        """Return the items of a list, or the paragraphs of a text (which may also come parted already)."""
        parted = field.type is FieldType.LIST or table.is_list(field.key)
        texts = list(table.texts(field.key) if parted else table.paragraphs(field.key))
        if not texts and required and table.given and table.unspoiled(field.key):
            table.add(field.key, say("is missing"))
        if len(texts) > _MANY_TEXTS:
            table.add(field.key, say("has more than {limit} entries", limit=_MANY_TEXTS))
        for index, text in enumerate(texts):
            problem = self._wrong(field.type, text)
            if problem is not None:
                table.add(f"{field.key}[{index}]", problem)
        return texts

    def _choice(self, table: Table, field: Field, *, required: bool) -> str | None:
        """Return the choice as it was written; nothing stands in for a missing or a wrong one."""
        if not table.has(field.key):
            if required and table.given:
                table.add(field.key, say("is missing"))
            return None
        before = len(table.problems())
        chosen = table.choice(field.key, field.choices)
        return chosen if len(table.problems()) == before else None

    def _wrong(self, type_: FieldType, text: str) -> Message | None:  # noqa: PLR0911 - a sentence a rule
        missing = self._missing(text)
        if missing:
            names = ", ".join(sorted(f"U+{ord(character):04X}" for character in missing))
            return say("has characters that the font cannot print: {names}", names=names)
        if _PERSONAL_CODE.search(text):
            return say("has what looks like a personal code; leave it out: it is in the signer's certificate")
        longest = _LONGEST_PARAGRAPH if type_.is_many else _LONGEST
        if len(text) > longest:
            return say("is longer than {limit} characters", limit=longest)
        match type_:
            case FieldType.REGNUMBER if len(text) != 11 or not text.isdigit():  # noqa: PLR2004 - digits of a number
                return say("must be 11 digits")
            case FieldType.REGNUMBER if not is_registration_number(text):
                return say("check digit is wrong")
            case FieldType.EMAIL if not _EMAIL.fullmatch(text):
                return say("is no e-mail address")
            case FieldType.E_ADDRESS if not is_e_address(text):
                return say("is no e-address: the registration number, alone or as in _DEFAULT@40008999902")
            case FieldType.PHONE if text.startswith("+371") and not _LATVIAN_PHONE.fullmatch(text):
                return say("must be +371 and 8 digits")
            case FieldType.PHONE if not _PHONE.fullmatch(text):
                return say("must be an international number such as +371 60000000")
            case _:
                return None

    def requirements(self, clean: Mapping[str, object]) -> None:
        """Add what groups and conditions demand."""
        groups: dict[str, list[Field]] = {}
        for field in self._fields:
            if field.one_of:
                groups.setdefault(field.one_of, []).append(field)
            path, equals, value = _condition(field, self._fields).partition("=")
            if not equals:
                continue
            there = _at(clean, field.path) is not None
            if _at(clean, path) in value.split("|"):
                if field.required is Required.YES and field.when != "given" and not there:
                    message = say("is missing: {path} is {value}", path=path, value=str(_at(clean, path)))
                    self.found.append(Problem(path=field.path, message=message))
                elif field.required is Required.ADVISABLE and not there:
                    self.advice.append(Problem(path=field.path, message=say("is advisable")))
            elif there:
                message = say("belongs there only where {path} is {value}", path=path, value=value)
                self.found.append(Problem(path=field.path, message=message))
        for members in groups.values():
            if all(_at(clean, member.path) is None for member in members):
                keys = ", ".join(member.key for member in members)
                self.found.append(Problem(path=members[0].table, message=say("needs one of: {keys}", keys=keys)))


def is_e_address(text: str) -> bool:
    """Whether a text is an e-address as organisations have it: its registration number, after a name and `@` or alone.

    Law on the Official Electronic Address, section 6. It is no claim that the address exists.
    """
    found = _E_ADDRESS.fullmatch(text)
    return found is not None and is_registration_number(found[1])


def belongs(field: Field, fields: Sequence[Field], data: Mapping[str, object]) -> bool:
    """Whether a field has a place in these data: it has no condition, or the condition holds there."""
    path, equals, value = _condition(field, fields).partition("=")
    return not equals or _at(data, path) in value.split("|")


def _condition(field: Field, fields: Sequence[Field]) -> str:
    """Return the condition under which a field belongs there: its own, or else that of its table's other fields."""
    if field.when != "given":
        return field.when
    beside = (other.when for other in fields if other.table == field.table and "=" in other.when)
    return next(beside, "")


def _at(data: object, path: str) -> object:
    for key in path.split("."):
        if not isinstance(data, dict) or key not in data:
            return None
        data = data[key]
    return data

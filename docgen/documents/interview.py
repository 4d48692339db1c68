"""The data of a letter by question and answer: one declared field after another, each answer checked as it is given.

An interview is a generator: it yields a `Question` and is sent a text, or an `Offer` and is sent true or false. It
knows no rule of its own: every answer is held against the whole check of the letter (`check_letter`), and what that
says of the field's place is told with the next question. Fields are asked only where their condition holds.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING

from docgen.documents.fieldtext import field_value
from docgen.documents.letters import LETTER_SCHEMA, check_letter, fields_of
from docgen.errors import DataError, Problem
from docgen.model.fields import Required, belongs
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from typing import TypeAlias

    from docgen.documents.packs import Pack
    from docgen.model.fields import Field
    from docgen.model.text import Message

    Steps: TypeAlias = "Generator[Question | Offer, str | bool, None]"
    Entry: TypeAlias = "dict[str, object]"

__all__ = ["Conversation", "Interview", "Offer", "Question"]

_MANY = 20
_INDEX, _LAST_INDEX = re.compile(r"\[\d+\]"), re.compile(r"\[\d+\]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A field that is asked for; `problem` is what was wrong with the answer before. An empty answer leaves it out."""

    field: Field
    path: str
    needed: bool
    problem: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A table that may be left out, by its first field; `another` where one of its entries is there already."""

    field: Field
    another: bool


class Conversation:
    """An interview with a way back: `step` waits for an answer, None at the end.

    Going back asks again what was asked before. What was answered after it is forgotten, for it may not be asked now.
    Raises as `Interview` does.
    """

    def __init__(self, kind: str, pack: Pack, data: Mapping[str, object], *, everything: bool) -> None:
        self._kind, self._pack, self._given, self._everything = kind, pack, data, everything
        self._answers: list[tuple[str | bool, bool]] = []  # with whether they were taken
        self._restart()

    @property
    def data(self) -> Mapping[str, object]:
        """The answers so far, only such as are in order."""
        return self._interview.data

    @property
    def has_answers(self) -> bool:
        """Whether anything was given."""
        return any(answer for answer, taken in self._answers if taken)

    def answer(self, answer: str | bool) -> None:  # noqa: FBT001 - what is sent to a generator
        """Take the answer to `step`, and go to the next: the same one where the answer is wrong."""
        before = self.step
        self._send(answer)
        again = isinstance(before, Question) and isinstance(self.step, Question) and self.step.path == before.path
        self._answers.append((answer, not again))

    def back(self) -> None:
        """Go back to the step before this one; at the first step nothing happens."""
        answers = self._answers
        while answers and not answers[-1][1]:
            answers.pop()
        if answers:
            answers.pop()
        while answers and not answers[-1][1]:
            answers.pop()
        self._restart()
        for answer, _ in answers:
            self._send(answer)

    def _restart(self) -> None:
        self._interview = Interview(self._kind, self._pack, self._given, everything=self._everything)
        self._steps = self._interview.questions()
        self.step: Question | Offer | None = next(self._steps, None)

    def _send(self, answer: str | bool) -> None:  # noqa: FBT001 - as above
        try:
            self.step = self._steps.send(answer)
        except StopIteration:
            self.step = None


class Interview:
    """The questions of one letter. `data` has the answers at any time, only such as are in order.

    With `everything` all fields are asked that the data do not have; else only those that the letter needs, or should
    have. Raises `DataError` where the data have problems that no answer mends.
    """

    def __init__(self, kind: str, pack: Pack, data: Mapping[str, object], *, everything: bool) -> None:
        self._kind, self._pack, self._everything = kind, pack, everything
        self._fields = fields_of(kind, pack)
        self._tables = tuple(dict.fromkeys(field.table for field in self._fields))
        self.data: Entry = {"schema": LETTER_SCHEMA, **copy.deepcopy(dict(data))}
        hopeless = [problem for problem in self._problems() if not self._is_mendable(problem)]
        if hopeless:
            raise DataError("data", hopeless, say("Correct the places named above; nothing was written."))

    def questions(self) -> Steps:
        """Yield every question and offer; at the end the data are those of a letter."""
        for table in self._tables:
            yield from self._table(table)
        while problems := self._problems():
            # What is wrong between answers, and could be seen only when both were there.
            for problem in problems:
                path = _LAST_INDEX.sub("", problem.path)
                field = next((field for field in self._fields if field.path == _INDEX.sub("[]", path)), None)
                if field is None or not belongs(field, self._fields, self.data):
                    raise DataError("data", problems)
                yield from self._ask(field, self._entry_at(path), path)
        self._prune()

    def _table(self, table: str) -> Steps:
        own = [field for field in self._fields if field.table == table]
        if not any(belongs(field, self._fields, self.data) for field in own):
            return
        there, many = self._found(table), table.endswith("[]")
        entries: list[Entry] = there if isinstance(there, list) else [there] if isinstance(there, dict) else []
        given, optional = bool(entries), not self._is_demanded(own)
        if not entries:
            if optional and (not self._everything or not (yield Offer(field=own[0], another=False))):
                return
            entries = [{}]
            above, key = self._place(table)
            above[key] = entries if many else entries[0]
        for number, entry in enumerate(entries):
            yield from self._entry(own, entry, f"{table[:-2]}[{number}]" if many else table, optional=optional)
        while many and not (given and not self._everything) and entries[-1] and len(entries) < _MANY:
            if not (yield Offer(field=own[0], another=True)):
                break
            entries.append({})
            yield from self._entry(own, entries[-1], f"{table[:-2]}[{len(entries) - 1}]", optional=True)
        entries[:] = [entry for entry in entries if entry]
        if not self._found(table) or not entries:
            above, key = self._place(table)
            del above[key]

    def _entry(self, own: Sequence[Field], entry: Entry, path: str, *, optional: bool) -> Steps:
        for field in own:
            if not (yield from self._ask(field, entry, f"{path}.{field.key}", optional=optional)):
                return
        members = [field for field in own if field.one_of]
        while members and (problem := self._problem_at(path)) is not None:
            for field in members:
                if self._problem_at(path) is not None:
                    yield from self._ask(field, entry, f"{path}.{field.key}", told=problem)

    def _ask(
        self, field: Field, entry: Entry, path: str, *, optional: bool = False, told: Message | None = None
    ) -> Generator[Question | Offer, str | bool, bool]:
        """Ask until the answer is in order; false where a table that may be left out is left out after all."""
        if not belongs(field, self._fields, self.data):
            return True
        problem = self._problem_at(path)
        wrong = problem if field.key in entry else told
        wanted = self._everything or field.required is Required.ADVISABLE or problem is not None or told is not None
        if (field.key in entry and problem is None) or not wanted:
            return True
        needed = field.required is Required.YES or (problem is not None and field.key not in entry)
        while True:
            kept = entry.pop(field.key, None) if wrong is not None else None
            answer = yield Question(field=field, path=path, needed=needed, problem=wrong)
            value = field_value(field, str(answer))
            if value is None and optional and not entry and kept is None:
                return False
            if value is not None:
                entry[field.key] = value
            problem = wrong = self._problem_at(path)
            if problem is None:
                return True
            needed = needed or value is None
            entry.pop(field.key, None)

    def _problems(self) -> tuple[Problem, ...]:
        try:
            check_letter(self._kind, self.data, self._pack)
        except DataError as exc:
            return exc.problems
        return ()

    def _problem_at(self, path: str) -> Message | None:
        found = (one for one in self._problems() if one.path == path or one.path.startswith(f"{path}["))
        return next((one.message for one in found), None)

    def _is_mendable(self, problem: Problem) -> bool:
        """Whether an answer can mend a problem: of a field, or of a table that is not there, or lacks one of some."""
        path = _INDEX.sub("[]", problem.path)
        if any(path in {field.path, f"{field.path}[]"} for field in self._fields):
            return isinstance(self._found(path.rpartition(".")[0]), dict | list | NoneType)
        tables = {name for table in self._tables for name in (table, table.removesuffix("[]"))}
        if path not in tables:
            return False
        return self._found(path) is None or any(field.one_of and field.table == path for field in self._fields)

    def _is_demanded(self, own: Sequence[Field]) -> bool:
        """Whether the table of these fields must be there, with the data as they are."""
        if any(field.when == "given" for field in own):
            return False
        needed = (field for field in own if field.required is Required.YES or field.one_of)
        return any(belongs(field, self._fields, self.data) for field in needed)

    def _found(self, table: str) -> object:
        """Return what the data have at the path of a table; None where there is nothing."""
        found: object = self.data
        for name in table.removesuffix("[]").split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def _place(self, table: str) -> tuple[Entry, str]:
        """Return the table above, which is made where it is not there, and the key in it."""
        *names, key = table.removesuffix("[]").split(".")
        above = self.data
        for name in names:
            below = above.setdefault(name, {})
            assert isinstance(below, dict)
            above = below
        return above, key

    def _entry_at(self, path: str) -> Entry:
        found: object = self.data
        for name in path.split(".")[:-1]:
            key, bracket, number = name.partition("[")
            assert isinstance(found, dict)
            found = found.setdefault(key, {})
            if bracket:
                assert isinstance(found, list)
                found = found[int(number[:-1])]
        assert isinstance(found, dict)
        return found

    def _prune(self) -> None:
        for table in reversed(self._tables):
            if self._found(table) in ({}, []):
                above, key = self._place(table)
                del above[key]

"""Strict reading of what people write in TOML or JSON: every problem is collected with its path, none stops the rest.

A `Table` hands out typed values and remembers which keys were asked for; `problems()` adds the unknown ones. Where a
value is missing or wrong a harmless stand-in is returned: the caller raises once, at the end, when there are problems.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from docgen.errors import Problem
from docgen.model.moments import moment_from_text
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Table", "read_table", "refused_character", "texts_of"]

_LONGEST = 20_000
_LARGEST_WHOLE = 999_999_999
_LARGEST = 1000  # points or millimetres: larger than any page
# Zero-width, direction-changing and other unseen characters; variation selectors; soft hyphen (documents cannot show
# them, and they make names that only look alike).
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def refused_character(text: str) -> str | None:
    """Return the first character (of the text in NFC) that no document may carry, or None.

    Control characters and line ends join words in the printed text; unseen and direction-changing ones deceive;
    combining marks that do not compose are doubled in the text layer; private-use ones mean nothing; letters that are
    written from right to left come out reversed.
    """
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me"} or _UNSEEN.match(character):
            return character
        if unicodedata.bidirectional(character) in _RIGHT_TO_LEFT:
            return character
    return None


def texts_of(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text in plain data with its path: `items[0].title`."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts_of(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from texts_of(inner, f"{path}[{index}]")


def read_table(data: Mapping[str, object]) -> Table:
    """Return the root table of a data file."""
    return Table(data, "", [])


class Table:
    """One table of the data; `given` says whether it was there."""

    def __init__(self, data: Mapping[str, object] | None, path: str, found: list[Problem]) -> None:
        self.given = data is not None
        self._data: Mapping[str, object] = data or {}
        self._path = path
        self._found = found
        self._asked: set[str] = set()
        self._below: list[Table] = []

    def add(self, key: str, message: Message) -> None:
        """Add a problem at `key`, below this table's path."""
        self._found.append(Problem(path=f"{self._path}.{key}" if self._path else key, message=message))

    def problems(self) -> list[Problem]:
        """Return all problems of this table and those below it, unknown keys last."""
        return [*self._found, *self.unknown()]

    def unknown(self) -> list[Problem]:
        """Return the keys, here and below, that nobody asked for."""
        prefix = f"{self._path}." if self._path else ""
        own = [Problem(path=prefix + key, message=say("unknown key")) for key in self._data if key not in self._asked]
        return own + [problem for table in self._below for problem in table.unknown()]

    def has(self, key: str) -> bool:
        """Tell whether the key is there."""
        self._asked.add(key)
        return key in self._data

    def _value(self, key: str, *, required: bool) -> object:
        if self.has(key):
            return self._data[key]
        if required and (self.given or not self._path):
            self.add(key, say("is missing"))
        return None

    def is_list(self, key: str) -> bool:
        """Tell whether a list was written there."""
        return isinstance(self._data.get(key), list)

    def unspoiled(self, key: str) -> bool:
        """Tell whether no problem was found at the key, or below it."""
        path = f"{self._path}.{key}" if self._path else key
        return not any(problem.path == path or problem.path.startswith(f"{path}[") for problem in self._found)

    def constant(self, key: str, expected: str) -> None:
        """Demand one value, as of the schema."""
        value = self._value(key, required=True)
        if value is not None and value != expected:
            self.add(key, say("must be {expected}", expected=expected))

    def text(self, key: str, *, required: bool = True) -> str:
        """Return a line of text in NFC without spaces at its ends."""
        value = self._value(key, required=required)
        return "" if value is None else self._line(key, value, required=required)

    def _line(self, key: str, value: object, *, required: bool) -> str:
        if not isinstance(value, str):
            self.add(key, say("must be a text"))
            return ""
        text = unicodedata.normalize("NFC", value).strip(" ")
        refused = refused_character(text)
        if refused is not None:
            code = f"U+{ord(refused):04X}"
            self.add(key, say("has a character that no document may carry: {code}", code=code))
        elif required and not text:
            self.add(key, say("is empty"))
        elif len(text) > _LONGEST:
            self.add(key, say("is longer than {limit} characters", limit=_LONGEST))
        else:
            return text
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of lines; one line alone stands for a list of one."""
        value = self._value(key, required=False)
        if value is None:
            return ()
        entries = value if isinstance(value, list) else [value]
        return tuple(self._line(f"{key}[{i}]", entry, required=True) for i, entry in enumerate(entries))

    def paragraphs(self, key: str) -> tuple[str, ...]:
        """Return the paragraphs of a text: parted by blank lines, single line ends count as spaces."""
        value = self._value(key, required=False)
        if value is None:
            return ()
        if not isinstance(value, str):
            self.add(key, say("must be a text"))
            return ()
        parts = [" ".join(part.split("\n")) for part in re.split(r"\n[ \t]*\n", value.replace("\r\n", "\n"))]
        return tuple(self._line(key, part, required=False) for part in parts if part.strip())

    def day(self, key: str, *, required: bool = True, otherwise: str = "") -> date | None:
        """Return a date: a TOML date, or an ISO string as JSON has it; `otherwise` may stand for it."""
        malformed = say("must be a date such as 2026-11-20")
        if otherwise:
            malformed = say("must be a date such as 2026-11-20, or {word}", word=otherwise)
        value = self._value(key, required=required)
        if isinstance(value, str):
            iso = re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
            try:
                value = date.fromisoformat(value)
            except ValueError:
                self.add(key, say("is no date of the calendar") if iso else malformed)
                return None
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.add(key, malformed)
        return None

    def day_or(self, key: str, word: str, *, required: bool = True) -> date | str | None:
        """Return a date as `day` does, or that word where it is written in the place of a date."""
        return word if self.has(key) and self._data[key] == word else self.day(key, required=required, otherwise=word)

    def moment(self, key: str) -> datetime | None:
        """Return an instant, optional: of TOML, or a text such as 2026-11-20T10:15; without a zone of Riga."""
        value = self._value(key, required=False)
        if value is None:
            return None
        if isinstance(value, str | datetime):
            with contextlib.suppress(ValueError):
                return moment_from_text(value if isinstance(value, str) else value.isoformat())
        self.add(key, say("must be a moment such as 2026-11-20T10:15"))
        return None

    def clock(self, key: str) -> time | None:
        """Return a time of day, optional: a TOML time, or a text such as 11:00."""
        value = self._value(key, required=False)
        if isinstance(value, str):
            try:
                value = time.fromisoformat(value)
            except ValueError:
                value = ""
        if value is None or (isinstance(value, time) and value.tzinfo is None):
            return value
        self.add(key, say("must be a time of day such as 11:00"))
        return None

    def whole(self, key: str, *, required: bool = True) -> int | None:
        """Return a whole number that is not negative, of at most nine digits."""
        value = self._value(key, required=required)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_WHOLE):
            return value
        too_large = isinstance(value, int) and value > _LARGEST_WHOLE
        self.add(key, say("a number is too long") if too_large else say("must be a whole number, not negative"))
        return None

    def example(self, key: str) -> str:
        """Return a value that is shown as an example: a text, or the items of a list, a line each."""
        value = self._value(key, required=True)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return "\n".join(value)
        if isinstance(value, str | int | date) and not isinstance(value, bool):
            return value.isoformat() if isinstance(value, date) else str(value)
        if value is not None:
            self.add(key, say("must be a text"))
        return ""

    def measure(self, key: str) -> float | None:
        """Return a positive number, optional: a size or a length."""
        value = self._value(key, required=False)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _LARGEST:
            return float(value)
        self.add(key, say("must be a number above 0"))
        return None

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._value(key, required=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.add(key, say("must be true or false"))
            return default
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """Return one of the choices; the first stands in where the value is wrong."""
        value = self._value(key, required=True)
        if isinstance(value, str) and value in choices:
            return value
        if value is not None:
            self.add(key, say("must be one of: {choices}", choices=", ".join(choices)))
        return choices[0]

    def raw(self, key: str) -> Mapping[str, object]:
        """Return a table as it is, for somebody else to check."""
        value = self._value(key, required=True)
        if isinstance(value, Mapping):
            return value
        if value is not None:
            self.add(key, say("must be a table"))
        return {}

    def mapping(self, key: str) -> dict[str, str]:
        """Return a table whose keys are free and whose values are lines of text."""
        value = self._value(key, required=True)
        if isinstance(value, Mapping):
            return {name: self._line(f"{key}.{name}", text, required=True) for name, text in value.items()}
        if value is not None:
            self.add(key, say("must be a table"))
        return {}

    def option(self, key: str, choices: Sequence[str]) -> str | None:
        """Return one of the choices, or None where the key is left out."""
        return self.choice(key, choices) if self.has(key) else None

    def table(self, key: str, *, required: bool = True) -> Table:
        """Return a table below; an absent one hands out stand-ins only."""
        value = self._value(key, required=required)
        if value is not None and not isinstance(value, Mapping):
            self.add(key, say("must be a table"))
            value = None
        below = Table(value, f"{self._path}.{key}" if self._path else key, self._found)
        self._below.append(below)
        return below

    def empty(self, key: str) -> Table:
        """Return a table that is there but empty: what it must have is then missing, each by its own path."""
        self._asked.add(key)
        return Table({}, f"{self._path}.{key}" if self._path else key, self._found)

    def tables(self, key: str, *, required: bool = False) -> tuple[Table, ...]:
        """Return the tables of a list."""
        value = self._value(key, required=required)
        if value is None:
            return ()
        path = f"{self._path}.{key}" if self._path else key
        if not isinstance(value, list) or (required and not value):
            self.add(key, say("must be a list of tables"))
            return ()
        rows = []
        for index, entry in enumerate(value):
            if isinstance(entry, Mapping):
                rows.append(Table(entry, f"{path}[{index}]", self._found))
            else:
                self.add(f"{key}[{index}]", say("must be a table"))
        self._below.extend(rows)
        return tuple(rows)

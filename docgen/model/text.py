"""Messages as values: the English sentence is the catalogue's key, the values stand beside it.

Rules live below the catalogue (`docgen.messages`), so they never render a sentence: they return a `Message`, and the
command line or a page renders it in the reader's language. `say` and `say_count` are the words that the extraction of
the catalogue looks for; their first arguments are therefore always literal strings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = "str | int | Message"

__all__ = ["Message", "Value", "say", "say_count"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One sentence for a person, in no language yet. `str()` gives the English one, for logs and tests.

    `text` (and `plural`, chosen by `count`) is a `str.format` pattern; every placeholder is a key of `values`.
    """

    text: str
    values: tuple[tuple[str, Value], ...] = ()
    plural: str | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        """Refuse half a plural."""
        if (self.plural is None) != (self.count is None):
            msg = "a plural form needs its count"
            raise ValueError(msg)

    def __str__(self) -> str:
        text = self.text if self.plural is None or self.count == 1 else self.plural
        return text.format(**{name: str(value) for name, value in self.values})


def say(text: str, /, **values: Value) -> Message:
    """Return a message whose English text is `text`, a literal `str.format` pattern."""
    return Message(text=text, values=tuple(sorted(values.items())))


def say_count(singular: str, plural: str, count: int, /, **values: Value) -> Message:
    """Return a message whose wording depends on `count`, which is also the value named `count`."""
    return Message(text=singular, plural=plural, count=count, values=tuple(sorted({**values, "count": count}.items())))

"""Templates are filled: Jinja2, sandboxed, strict, with every value kept apart from the template's own text.

The result is the template's text with a marker (private-use characters round a number) wherever `{{ … }}` stood, and
the values beside it. Markdown is parsed with the markers in it; only then are the values put in. So a value is never
markup, whatever its characters, while conditions and filters in the template see the value itself.

Templates are code of the pack's author, not of strangers; the sandbox keeps mistakes small (no attributes of Python
objects, no huge ranges, no powers) and is no fence against somebody who may write templates.
"""

from __future__ import annotations

import re
import traceback
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from jinja2 import (
    StrictUndefined,
    Template,
    TemplateError,
    TemplateRuntimeError,
    TemplateSyntaxError,
    Undefined,
    pass_context,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from docgen.documents.filters import FILTERS
from docgen.errors import DataError, Problem
from docgen.model.reading import texts_of
from docgen.model.text import say

if TYPE_CHECKING:
    from jinja2.runtime import Context

    from docgen.model.text import Message

__all__ = ["NOT_GIVEN", "Filled", "fill", "is_of_the_pack", "without_head"]

# A value `{NOT_GIVEN: key}` is none: a template may ask whether it is there, and where it prints it the key is told.
NOT_GIVEN = "$not-given"

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKER = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_MARKER_AND_STOP = re.compile(rf"{_OPEN}([0-9]+){_CLOSE}(\.?)")
_SENTENCE_ENDS = (".", "!", "?", "…")
_HEAD = re.compile(r"\A\+\+\+[ \t]*\n.*?^\+\+\+[ \t]*$", re.MULTILINE | re.DOTALL)
_TAGS = re.compile(r"\{%.*?%\}|\{#.*?#\}")
_RANGE_LIMIT = 1000
_CUT = "a printed value was cut or changed after it was printed; use the filter on the value itself"

# Filters that multiply text, that claim a text to be safe, or that make no sense in a letter.
_WITHDRAWN_FILTERS = (
    *("center", "e", "escape", "filesizeformat", "forceescape", "format", "indent", "pprint", "random", "safe"),
    *("striptags", "tojson", "urlencode", "urlize", "wordwrap", "xmlattr"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A filled template: text with markers, and the values that the markers number."""

    text: str
    values: tuple[str, ...]

    def resolve(self, text: str) -> str:
        """Return `text` with its markers replaced by their values. Half a marker is a bug: `ValueError`.

        A value that ends its sentence itself (`direktora p. i.`) takes the place of the template's full stop after it.
        """
        resolved = _MARKER_AND_STOP.sub(self._value_and_stop, text)
        if _OPEN in resolved or _CLOSE in resolved:
            msg = "half a marker is left in the text"
            raise ValueError(msg)
        return resolved

    def measured(self) -> int:
        """Return how many characters the text has, with its markers or with its values: whichever is more.

        Nothing is put in: a short text may have a hundred thousand markers of one long value. Raises `ValueError` where
        the template's own code cut a marker, made one that stands for no value, or half a character.
        """
        rest = _MARKER.sub("", self.text)
        numbers = [int(found[1]) for found in _MARKER.finditer(self.text)]
        if _OPEN in rest or _CLOSE in rest or any(number >= len(self.values) for number in numbers):
            raise ValueError(_CUT)
        rest.encode("utf-8")
        return max(len(self.text), len(rest) + sum(len(self.values[number]) for number in numbers))

    def _value_and_stop(self, found: re.Match[str]) -> str:
        value, stop = self.values[int(found[1])], found[2]
        return value if value.endswith(_SENTENCE_ENDS) else value + stop


class _NotGivenError(TemplateRuntimeError):
    """The template prints what memorandum.toml does not give; the message is the key."""


class _NotGiven(Undefined):
    """Stands for such a value: false in a condition, an error wherever it would be printed."""

    __slots__ = ()
    __str__ = __iter__ = __len__ = Undefined._fail_with_undefined_error  # noqa: SLF001 - how Jinja's own are made


class _Environment(ImmutableSandboxedEnvironment):
    """No loader, no powers, no multiplied texts, short ranges."""

    intercepted_binops = frozenset({"**", "*", "%"})

    def getattr(self, obj: object, attribute: str) -> object:
        """Look into a table by key alone: a key such as `items` is never one of Python's methods."""
        if isinstance(obj, Mapping):
            return _given(obj[attribute]) if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: object, argument: object) -> object:
        """Look into a table or a list."""
        return _given(super().getitem(obj, argument))

    def call_binop(self, _context: object, operator: str, left: object, right: object) -> object:
        """Allow the intercepted operators on numbers only."""
        if operator == "**" or not (isinstance(left, int) and isinstance(right, int)):
            msg = f"the operator {operator} is not for these values in a template"
            raise TemplateError(msg)
        return left * right if operator == "*" else left % right


def _given(value: object) -> object:
    """Return a value as templates see it."""
    if isinstance(value, Mapping) and NOT_GIVEN in value:
        return _NotGiven(hint=str(value[NOT_GIVEN]), exc=_NotGivenError)
    return value


class _Values:
    """Collects what the template prints, while it is filled."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def mark(self, value: object) -> str:
        """Keep a printed value and return its marker. Text from a macro may hold markers itself."""
        if isinstance(value, Undefined):
            str(value)  # raises UndefinedError
        if isinstance(value, bool) or not isinstance(value, str | int):
            msg = f"a value of the kind {type(value).__name__} cannot be printed as it is: use a filter"
            raise TemplateError(msg)
        text = str(value)
        for character in text:
            if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
                msg = f"a value with U+{ord(character):04X} cannot be printed in one line"
                raise TemplateError(msg)
        whole = _MARKER.sub(self._value, text)
        if _OPEN in whole or _CLOSE in whole:
            raise TemplateError(_CUT)
        self.texts.append(whole)
        return f"{_OPEN}{len(self.texts) - 1}{_CLOSE}"

    def _value(self, found: re.Match[str]) -> str:
        number = int(found[1])
        if number >= len(self.texts):
            raise TemplateError(_CUT)
        return self.texts[number]


# Under this name, which no template can write, the context holds the values that are being collected.
_COLLECTOR = _OPEN


@pass_context
def _finalize(context: Context, value: object) -> str:
    collector = context.parent[_COLLECTOR]
    assert isinstance(collector, _Values)
    return collector.mark(value)


def _short_range(*limits: int) -> range:
    numbers = range(*limits)
    if len(numbers) > _RANGE_LIMIT:
        msg = f"a range in a template ends at {_RANGE_LIMIT}"
        raise TemplateError(msg)
    return numbers


@cache
def _environment() -> _Environment:
    environment = _Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        finalize=_finalize,
    )
    for name in _WITHDRAWN_FILTERS:
        environment.filters.pop(name, None)
    environment.globals.clear()
    environment.globals["range"] = _short_range
    environment.filters.update(FILTERS)
    return environment


@lru_cache(maxsize=64)
def _compiled(source: str) -> Template:
    return _environment().from_string("\n".join(_with_line_end(line) for line in source.split("\n")))


def _with_line_end(line: str) -> str:
    """Keep the end of a line that holds text besides its tags; a line of tags alone leaves no line behind."""
    ends = line.rstrip()
    if ends.endswith(("%}", "#}")) and not ends.endswith(("-%}", "+%}", "-#}", "+#}")) and _TAGS.sub("", line).strip():
        return f"{ends[:-2]}+{ends[-2:]}"
    return line


def without_head(source: str) -> str:
    """Return the template with its head (TOML between lines of `+++`) blanked; lines keep their numbers."""
    return _HEAD.sub(lambda head: "\n" * head[0].count("\n"), source, count=1)


def fill(source: str, values: Mapping[str, object], *, name: str) -> Filled:
    """Return the filled template. What is wrong with it, or missing in the values: `DataError` with the line.

    Private-use characters in template or values would be taken for markers: they are refused too.
    """
    source = without_head(source.replace("\r\n", "\n").removeprefix("\ufeff"))
    for path, text in (("template", source), *texts_of(values)):
        if _OPEN in text or _CLOSE in text:
            raise DataError(name, [Problem(path=path, message=say("U+E000 and U+E001 cannot be printed."))])
    collector = _Values()
    try:
        text = _compiled(source).render({**values, _COLLECTOR: collector})
        filled = Filled(text=text, values=tuple(collector.texts))
        filled.measured()
    except TemplateSyntaxError as exc:
        raise _template_error(name, exc.lineno, exc.message or "") from exc
    except _NotGivenError as exc:
        raise DataError(name, [Problem(path=f"line {_line_of(exc)}", message=_needed(str(exc)))]) from exc
    except (TemplateError, TypeError, ValueError, ArithmeticError) as exc:
        raise _template_error(name, _line_of(exc), str(exc)) from exc
    except (LookupError, AttributeError, AssertionError) as exc:
        # A filter that was given another kind of value than it is for.
        raise _template_error(name, _line_of(exc), f"{type(exc).__name__}: {exc}") from exc
    return filled


def _needed(key: str) -> Message:
    return say("memorandum.toml does not give what this prints: {key}", key=key)


def is_of_the_pack(problem: Problem) -> bool:
    """Whether a problem is none of the template, but of a memorandum that does not give a name that it prints."""
    return problem.message.text == _needed("").text


def _line_of(exc: Exception) -> int:
    lines = [frame.lineno for frame in traceback.extract_tb(exc.__traceback__) if frame.filename == "<template>"]
    return (lines[-1] if lines else 0) or 0


def _template_error(name: str, line: int, what: str) -> DataError:
    message = say("The template cannot be filled: {what}.", what=what.rstrip("."))
    return DataError(name, [Problem(path=f"line {line}", message=message)])

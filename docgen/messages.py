"""One message catalogue: renders a `Message` in Latvian or English.

English texts are the keys and stand in the code; Latvian ones in `locale/lv/*.po`, one file a package, compiled
together into `locale/lv/LC_MESSAGES/docgen.mo` by `make messages`. Codes, keys and ids are never translated.
"""

from __future__ import annotations

import gettext
import os
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.model.text import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Language", "activate", "current", "default_language", "mark", "one_line", "render", "translate"]

_LOCALES = Path(__file__).parent / "locale"
_DOMAIN = "docgen"


class Language(StrEnum):
    """A language in which docgen speaks."""

    LV = "lv"
    EN = "en"


_active = Language.EN


def mark(text: str, /) -> str:
    """Mark a literal (a help text) for the catalogue; it is translated when it is shown."""
    return text


def default_language(environment: Mapping[str, str]) -> Language:
    """Return the language of the locale named in the environment: Latvian for `lv…`, else English."""
    for name in ("DOCGEN_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return Language.LV if value.lower().startswith("lv") else Language.EN
    return Language.EN


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    if language is Language.EN:
        return gettext.NullTranslations()
    return gettext.translation(_DOMAIN, _LOCALES, [language.value])


def activate(language: Language) -> None:
    """Make `language` the one in which this process speaks, Click's own words included."""
    global _active  # noqa: PLW0603 - one process speaks one language; the command line sets it once
    _active = language
    os.environ["LANGUAGE"] = language.value
    gettext.bindtextdomain(_DOMAIN, str(_LOCALES))
    gettext.textdomain(_DOMAIN)


def current() -> Language:
    """Return the language in which this process speaks."""
    return _active


def translate(text: str, language: Language | None = None) -> str:
    """Return a marked literal in the given language (default: the active one)."""
    return _catalogue(language or _active).gettext(text) if text else ""


def one_line(text: str) -> str:
    """Return a text from outside with its line ends spelled out: it must not pass for a line of docgen's own."""
    return text.replace("\n", "\\u000a").replace("\r", "\\u000d")


def render(message: Message, language: Language | None = None) -> str:
    """Return the sentence of `message` in the given language (default: the active one)."""
    catalogue = _catalogue(language or _active)
    if message.plural is None or message.count is None:
        pattern = catalogue.gettext(message.text)
    else:
        pattern = catalogue.ngettext(message.text, message.plural, message.count)
    values = {
        name: render(value, language) if isinstance(value, Message) else one_line(str(value))
        for name, value in message.values
    }
    return pattern.format(**values)

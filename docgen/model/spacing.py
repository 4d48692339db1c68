"""No-break spaces: where a Latvian line must not end (domain.md §5.5, measured/documents.md §6).

Between the parts of a date, after `Nr.`, `plkst.` and `tālr.`, in `p. k.`, between initials and surname, before a dash,
between a number and its unit, in a telephone number with its country's code, before a postal index or an e-mail
address. Only plain spaces become no-break ones: the words stay as they are.
"""

from __future__ import annotations

import re

__all__ = ["hyphened", "name_together", "no_break"]

_SPACE = "\u00a0"
_MONTHS = "janvār|februār|mart|aprīl|maij|jūnij|jūlij|august|septembr|oktobr|novembr|decembr"
_DATE = re.compile(rf"(\d{{4}}\.) (gada|g\.) (\d{{1,2}}\.) ((?:{_MONTHS})\w*)")
_YEAR = re.compile(r"(\d{4}\.) (?=gad|g\.)")
_DAY = re.compile(rf"(\d{{1,2}}\.) (?=(?:{_MONTHS}))")
_AFTER = re.compile(r"\b(Nr\.|plkst\.|p\.|lpp\.|Reģ\.|[Tt]ālr\.) (?=[\w(+])")
_CAPITAL = "[A-ZĀČĒĢĪĶĻŅŠŪŽ]"
_INITIAL = re.compile(rf"(?<!\w)({_CAPITAL}[zž]?\.) (?={_CAPITAL})")
_DASH = re.compile(r"(?<=\S) (?=[–—] )")
_UNIT = re.compile(r"(?<=\d) (?=(?:lp|lpp|lapa|lapas|lapām|EUR|eiro|km|m|min|h)\b|[%€])")
_PHONE = re.compile(r"\+\d{1,3}(?: \d{2,8}){1,4}(?!\w)")
_REACHED = re.compile(r"(?<=[Ee]-pasts|-adrese) (?=\S*@)")
_INDEX = re.compile(r"(?<=,) (?=LV-\d{4}\b)")
_NAME_LIMIT = 40  # characters: a longer name may be parted


_HYPHENED = re.compile(
    r"(?<![\w-])(?:[Ee]-\w+(?![\w-])|\d+(?:-\d+)+(?:/\d+)*(?:\(\d+\))?(?![\w-])|\d{4}\.[-–]\d{4}\.\w*"
    r"|(?:LV|k)-\d+(?![\w-]))"
)


def hyphened(text: str) -> list[tuple[str, bool]]:
    """Cut a text into parts, and tell of each whether it must stay in one line although it has a hyphen.

    `e-pasts`, `e-adrese`; numbers of documents, houses and flats: `1-21/88(2021)`, `1-5`, `k-2`; a postal index;
    ranges of years, whose dash counts too: `2024.–2026.` (Word knows no dash at which no line ends). The parts are the
    whole text.
    """
    parts: list[tuple[str, bool]] = []
    done = 0
    for found in _HYPHENED.finditer(text):
        parts += [(text[done : found.start()], False), (found[0], True)]
        done = found.end()
    return [part for part in (*parts, (text[done:], False)) if part[0]]


def no_break(text: str) -> str:
    """Return the text with no-break spaces where a line must not end."""
    text = _DATE.sub(lambda date: _SPACE.join(date.groups()), text)
    text = _YEAR.sub(rf"\1{_SPACE}", text)
    text = _DAY.sub(rf"\1{_SPACE}", text)
    text = _AFTER.sub(rf"\1{_SPACE}", text)
    text = _INITIAL.sub(rf"\1{_SPACE}", text)
    text = _DASH.sub(_SPACE, text)
    text = _PHONE.sub(lambda phone: phone[0].replace(" ", _SPACE), text)
    text = _REACHED.sub(_SPACE, text)
    text = _INDEX.sub(_SPACE, text)
    return _UNIT.sub(_SPACE, text)


def name_together(name: str) -> str:
    """Return a person's name with no-break spaces, unless it is so long that it must be parted somewhere."""
    return name.replace(" ", _SPACE) if len(name) <= _NAME_LIMIT else name

"""What an event of the council, or a correction of it, says of the sitting or the decision, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docgen.messages import mark, translate
from docgen.model.reasons import Verdict
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["council_facts", "says_council_facts"]

_FORMS = {
    "in-person": mark("in person"),
    "remote": mark("remote"),
    "hybrid": mark("hybrid"),
}
_VERDICTS = {
    Verdict.PASSED.value: mark("nothing against it"),
    Verdict.INDETERMINATE.value: mark("open questions"),
    Verdict.FAILED.value: mark("not accepted"),
}
_SAID = frozenset({"form", "votes", "deadline", "done_on", "next", "minutes", "verdict", "policy"})


def says_council_facts(data: Mapping[str, Any]) -> bool:
    """Whether `council_facts` tells all that is in the data."""
    return bool(data) and data.keys() <= _SAID


def council_facts(data: Mapping[str, Any]) -> Iterator[Message]:
    """Yield what is known of a sitting or a decision, a sentence each."""
    if "form" in data:
        yield say("form: {form}", form=translate(_FORMS.get(data["form"], "")) or data["form"])
    if "votes" in data:
        counts = {
            name: data["votes"].get(key) for name, key in (("yes", "for"), ("no", "against"), ("none", "abstained"))
        }
        yield say("votes: {yes} for, {no} against, {none} abstained", **counts)
    if "deadline" in data:
        yield say("deadline: {day}", day=data["deadline"])
    if "done_on" in data:
        yield say("done on {day}", day=data["done_on"])
    if "next" in data:
        yield say("next sitting: {day}", day=data["next"] or "-")
    if "minutes" in data:
        yield say("signed minutes {sha256}", sha256=data["minutes"])
    if "verdict" in data:
        words = translate(_VERDICTS.get(data["verdict"], "")) or data["verdict"]
        yield say("their signatures by the policy {policy}: {verdict}", policy=data.get("policy", "-"), verdict=words)

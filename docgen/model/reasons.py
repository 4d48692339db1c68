"""Reason codes, and what follows from them: decision, exit code and verdict (formats.md §9).

Nothing is passed because nothing was found: `verdict_of` and `decision_of` take the reasons of a file whose
signatures were all judged; whoever calls them adds UNSIGNED where there was nothing to judge.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from docgen.errors import ExitCode, worst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.model.text import Message

__all__ = ["Decision", "Reason", "ReasonCode", "Verdict", "advised", "decision_of", "exit_code_of", "verdict_of"]


class Decision(StrEnum):
    """What docgen proposes; registering is a named person's act."""

    ACCEPT = "ACCEPT"
    REVIEW = "REVIEW"
    REFUSE = "REFUSE"


class Verdict(StrEnum):
    """docgen's own word about signature and policy."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    INDETERMINATE = "INDETERMINATE"


class ReasonCode(StrEnum):
    """Why a submission is not simply in order. Codes are never translated."""

    TYPE = "TYPE"
    SIZE = "SIZE"
    PARSE = "PARSE"
    ENCRYPTED = "ENCRYPTED"
    LIMIT = "LIMIT"
    UNSUPPORTED = "UNSUPPORTED"
    UNSIGNED = "UNSIGNED"
    COVERAGE = "COVERAGE"
    CMS = "CMS"
    CRYPTO = "CRYPTO"
    ALG = "ALG"
    CHANGED = "CHANGED"
    CONTAINER = "CONTAINER"
    XML = "XML"
    REVOKED = "REVOKED"
    TRUST = "TRUST"
    TIME = "TIME"
    NOT_QUALIFIED = "NOT_QUALIFIED"
    SEAL_ONLY = "SEAL_ONLY"
    QUALIFICATION_UNKNOWN = "QUALIFICATION_UNKNOWN"
    REVOCATION_UNKNOWN = "REVOCATION_UNKNOWN"
    TRUST_MISSING = "TRUST_MISSING"
    TRUST_STALE = "TRUST_STALE"
    ACTIVE = "ACTIVE"
    CONTENT = "CONTENT"
    HIDDEN = "HIDDEN"
    INCOMPLETE = "INCOMPLETE"
    IDENTITY = "IDENTITY"
    FOREIGN = "FOREIGN"
    STATE = "STATE"
    PARTIAL = "PARTIAL"
    RIGHTS_UNKNOWN = "RIGHTS_UNKNOWN"
    MANDATE = "MANDATE"
    ORGANISATION = "ORGANISATION"
    REPLAY = "REPLAY"


# code -> (decision, exit). REPLAY proposes nothing: the answer is the number that the letter already has.
_CONSEQUENCES: dict[ReasonCode, tuple[Decision | None, ExitCode]] = {
    **dict.fromkeys(
        (ReasonCode.TYPE, ReasonCode.SIZE, ReasonCode.PARSE, ReasonCode.ENCRYPTED, ReasonCode.LIMIT),
        (Decision.REFUSE, ExitCode.UNREADABLE),
    ),
    ReasonCode.UNSUPPORTED: (Decision.REVIEW, ExitCode.UNDETERMINED),
    ReasonCode.UNSIGNED: (Decision.REFUSE, ExitCode.UNSIGNED),
    **dict.fromkeys(
        (
            ReasonCode.COVERAGE,
            ReasonCode.CMS,
            ReasonCode.CRYPTO,
            ReasonCode.ALG,
            ReasonCode.CHANGED,
            ReasonCode.CONTAINER,
            ReasonCode.XML,
            ReasonCode.REVOKED,
        ),
        (Decision.REFUSE, ExitCode.SIGNATURE_FAILED),
    ),
    ReasonCode.TRUST: (Decision.REFUSE, ExitCode.UNDETERMINED),
    ReasonCode.TIME: (Decision.REFUSE, ExitCode.POLICY_NOT_MET),
    ReasonCode.NOT_QUALIFIED: (Decision.REFUSE, ExitCode.POLICY_NOT_MET),
    ReasonCode.SEAL_ONLY: (Decision.REFUSE, ExitCode.POLICY_NOT_MET),
    ReasonCode.QUALIFICATION_UNKNOWN: (Decision.REVIEW, ExitCode.UNDETERMINED),
    ReasonCode.REVOCATION_UNKNOWN: (Decision.REVIEW, ExitCode.UNDETERMINED),
    ReasonCode.TRUST_MISSING: (Decision.REVIEW, ExitCode.TRUST_MISSING),
    ReasonCode.TRUST_STALE: (Decision.REVIEW, ExitCode.TRUST_MISSING),
    ReasonCode.ACTIVE: (Decision.REFUSE, ExitCode.CONTENT),
    ReasonCode.CONTENT: (Decision.REFUSE, ExitCode.CONTENT),
    ReasonCode.HIDDEN: (Decision.REVIEW, ExitCode.CONTENT),
    ReasonCode.INCOMPLETE: (Decision.REVIEW, ExitCode.CONTENT),
    ReasonCode.IDENTITY: (Decision.REFUSE, ExitCode.POLICY_NOT_MET),
    ReasonCode.FOREIGN: (Decision.REVIEW, ExitCode.DONE),
    ReasonCode.STATE: (Decision.REVIEW, ExitCode.DONE),
    ReasonCode.PARTIAL: (Decision.REVIEW, ExitCode.POLICY_NOT_MET),
    ReasonCode.RIGHTS_UNKNOWN: (Decision.REVIEW, ExitCode.DONE),
    ReasonCode.MANDATE: (Decision.REVIEW, ExitCode.DONE),
    ReasonCode.ORGANISATION: (Decision.REVIEW, ExitCode.DONE),
    ReasonCode.REPLAY: (None, ExitCode.DONE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason: its code, the sentence, where in the file, and the next step for the person who reads it.

    `by_validity` marks a TIME reason that rests on a certificate's or stamp's validity alone (no proof of existence in
    time): the verdict is then INDETERMINATE, not a policy that was not met.
    """

    code: ReasonCode
    message: Message
    where: str = ""
    hint: Message | None = None
    by_validity: bool = False

    @property
    def decision(self) -> Decision | None:
        """What this reason alone proposes."""
        return _CONSEQUENCES[self.code][0]

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of this reason alone."""
        return _CONSEQUENCES[self.code][1]


def decision_of(reasons: Sequence[Reason]) -> Decision | None:
    """Return the strictest decision of all reasons, ACCEPT where there is none.

    A registered letter that came again has no decision (`None`), unless these bytes are to be refused.
    """
    decisions = [reason.decision for reason in reasons]
    if Decision.REFUSE in decisions:
        return Decision.REFUSE
    if None in decisions:
        return None
    return Decision.REVIEW if Decision.REVIEW in decisions else Decision.ACCEPT


# What their hints advise is how to decide about the letter, or to wait for it.
_DECIDING = frozenset(
    {
        ReasonCode.FOREIGN,
        ReasonCode.STATE,
        ReasonCode.PARTIAL,
        ReasonCode.RIGHTS_UNKNOWN,
        ReasonCode.MANDATE,
        ReasonCode.ORGANISATION,
        ReasonCode.IDENTITY,
    }
)


def advised(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Return the same reasons, each with its hint only where it follows the decision of all.

    How to accept a letter is no advice about a file that is to be refused, nor to wait for one that is registered.
    """
    decision = decision_of(reasons)
    return tuple(
        replace(reason, hint=None)
        if reason.decision is not decision and (decision is None or reason.code in _DECIDING)
        else reason
        for reason in reasons
    )


def exit_code_of(reasons: Sequence[Reason]) -> ExitCode:
    """Return the exit code: among the reasons with the decision of all, the first in the documented order."""
    decision = decision_of(reasons)
    if decision in (None, Decision.ACCEPT):
        return ExitCode.DONE
    return worst([reason.exit_code for reason in reasons if reason.decision is decision])


def verdict_of(reasons: Sequence[Reason]) -> Verdict:
    """Return the verdict about signature and policy that follows from the codes."""
    codes = {reason.exit_code for reason in reasons}
    if codes & {ExitCode.SIGNATURE_FAILED, ExitCode.UNSIGNED}:
        return Verdict.FAILED
    undecided = {ExitCode.UNREADABLE, ExitCode.UNDETERMINED, ExitCode.TRUST_MISSING}
    if codes & undecided or any(r.code is ReasonCode.TIME and r.by_validity for r in reasons):
        return Verdict.INDETERMINATE
    return Verdict.PASSED

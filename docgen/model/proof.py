"""Time: what counts as proof of existence, which revocation item decides, what expiry and revocation mean.

ETSI EN 319 102-1 clauses 5.3 to 5.6 for PAdES, as pure rules. The library below is asked at one chosen moment whether
chain, value and algorithms hold (`moment_for`); everything about time is decided here:

R3   everything is known to exist at the clock, or at docgen's own receipt where that is earlier;
R4   time stamps are judged newest first; one that passes proves what it covers, one that does not is ignored;
R5   each signature is then judged at its best time T, its earliest proof of existence;
R7   a revocation item is good if its issuer is an anchor or is valid at the clock, and in a second attempt if the
     issuer is proven to have existed within its validity;
R8   the latest item decides, OCSP or CRL alike; in the second attempt the latest good one;
R9   no item: nothing can be said;
R10  the moment asked is the clock, or earlier the first end of validity in the chain;
R11  failures and missing chains, constraints and weak algorithms are final;
R12  revoked on X: passed if T lies before X and within validity;
R13  before validity: failed; expired: only a good item and a T within validity pass; not expired, but the item not
     good: undetermined for signatures, no matter for time stamps;
R14  a claimed time that is missing or outside the certificate's validity keeps a signature from passing;
R15  the signer's item must be fresh at T: next update, or a day after this update, not before T.

R1, R2 and R6 (what there is to judge, and which items are candidates at all) need the bytes and live in
`docgen.signatures`; reasons and policy are `docgen.model.policy`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from docgen.model.report import Indication, SubIndication

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from docgen.model.certificates import Certificate

__all__ = [
    "Answer",
    "Judgement",
    "Link",
    "Proofs",
    "StatusItem",
    "Token",
    "TokenKind",
    "judge_tokens",
    "latest",
    "moment_for",
]

# A day's grace: an answer without a next update, or with one of minutes, still speaks for the day it was given on.
FRESH_FOR = timedelta(hours=24)


class TokenKind(StrEnum):
    """What a token is in the process."""

    SIGNATURE = "signature"
    SIGNATURE_STAMP = "signature-stamp"
    DOCUMENT_STAMP = "document-stamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusItem:
    """One verified revocation item about one certificate. `issuer` is None where an anchor signed it.

    `timely` (R6): neither issued before the certificate began nor, unless it reaches back, after it ended.
    """

    id: str
    issued: datetime
    this_update: datetime
    next_update: datetime | None = None
    revoked_on: datetime | None = None
    timely: bool = True
    issuer: Certificate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One certificate of a chain that is no anchor, with the revocation items that speak about it."""

    certificate: Certificate
    items: tuple[StatusItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the library said at the chosen moment. `intact` is about digest and value only."""

    indication: Indication
    sub_indication: SubIndication | None = None
    intact: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One signature or time stamp. `chain` is leaf first without the anchor, None where none was found.

    `position` orders tokens by the revision they close; `covers` is what a stamp proves to exist. `archived`: a later
    document time stamp is there.
    """

    id: str
    kind: TokenKind
    position: int
    answer: Answer
    chain: tuple[Link, ...] | None = None
    claimed: datetime | None = None
    stamped: datetime | None = None
    covers: frozenset[str] = frozenset()
    archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The outcome for one token: ETSI's indication, the best time T, and the ids of the items that decided.

    `no_item`: nothing was at hand about a certificate. `late`: T lies after the end of the certificate's validity.
    """

    indication: Indication
    sub_indication: SubIndication | None = None
    time: datetime
    items: tuple[str, ...] = ()
    no_item: bool = False
    late: bool = False

    @property
    def passed(self) -> bool:
        """Passed by the standard; policy has yet to speak."""
        return self.indication is Indication.TOTAL_PASSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """Proofs of existence: the earliest known time of each thing; `start` for all others (R3)."""

    start: datetime
    known: Mapping[str, datetime] = field(default_factory=dict)

    def of(self, thing: str) -> datetime:
        """Return the earliest time at which the thing is known to have existed."""
        return min(self.start, self.known.get(thing, self.start))

    def with_stamp(self, things: Iterable[str], time: datetime) -> Proofs:
        """Return the proofs after a stamp of that time over these things (R4)."""
        known = dict(self.known)
        for thing in things:
            known[thing] = min(time, known.get(thing, time))
        return replace(self, known=MappingProxyType(known))


def moment_for(chain: Sequence[Certificate], clock: datetime) -> datetime:
    """Return the moment at which the library is asked (R10): expiry is then never its answer."""
    moment = min([clock, *(certificate.not_after for certificate in chain)])
    begun = max([moment, *(c.not_before for c in chain)]) if chain else moment
    return begun if all(c.valid_at(begun) for c in chain) else moment


def latest(items: Iterable[StatusItem]) -> StatusItem | None:
    """Return the item that was issued last (R8)."""
    return max(items, key=lambda item: item.issued, default=None)


def judge_tokens(tokens: Sequence[Token], clock: datetime, receipt: datetime | None = None) -> dict[str, Judgement]:
    """Judge every token of a file at `clock` and return the judgements by token id (R3 to R15).

    `receipt` is when docgen itself got the file, and so proof of existence for all that is in it.
    """
    proofs = Proofs(start=min(clock, receipt) if receipt else clock)
    held = receipt is not None and receipt < clock
    judged: dict[str, Judgement] = {}
    stamps = [token for token in tokens if token.kind is not TokenKind.SIGNATURE]
    for stamp in sorted(stamps, key=_newest_first):
        judged[stamp.id] = _judge(stamp, clock, proofs, second=True)
        if judged[stamp.id].passed and stamp.stamped is not None:
            proofs = proofs.with_stamp(stamp.covers, stamp.stamped)
    for token in tokens:
        if token.kind is TokenKind.SIGNATURE:
            judged[token.id] = _judge(token, clock, proofs, second=token.archived or held)
    return judged


def _newest_first(stamp: Token) -> tuple[int, int, float]:
    inner = 1 if stamp.kind is TokenKind.SIGNATURE_STAMP else 0
    return (-stamp.position, inner, -(stamp.stamped.timestamp() if stamp.stamped else 0.0))


def _judge(token: Token, clock: datetime, proofs: Proofs, *, second: bool) -> Judgement:
    time = proofs.of(token.id)
    answer = token.answer
    if answer.indication is not Indication.TOTAL_PASSED:  # R11
        return Judgement(indication=answer.indication, sub_indication=answer.sub_indication, time=time)
    if token.chain is None:
        return _undetermined(SubIndication.NO_CERTIFICATE_CHAIN_FOUND, time)
    first = _attempt(token, token.chain, clock, proofs, second=False)
    if first.passed or not second or first.sub_indication in _NEVER_AGAIN:
        return first
    again = _attempt(token, token.chain, clock, proofs, second=True)
    return again if again.passed else first


# A second attempt looks for older, proven items: it must not look past a revocation.
_NEVER_AGAIN = {SubIndication.REVOKED_NO_POE, SubIndication.REVOKED_CA_NO_POE, SubIndication.NOT_YET_VALID}


def _attempt(token: Token, chain: Sequence[Link], clock: datetime, proofs: Proofs, *, second: bool) -> Judgement:
    time = proofs.of(token.id)
    used: list[str] = []
    for depth, link in enumerate(chain):
        item, good = _deciding(link, clock, proofs, second=second)
        if item is None:  # R9
            if time < link.certificate.not_before:
                return _undetermined(SubIndication.NOT_YET_VALID, time, used)
            late = time > link.certificate.not_after
            general = _undetermined(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE, time, used)
            return replace(general, no_item=True, late=late)
        used.append(item.id)
        verdict = _judge_link(token.kind, link, item, time, clock, good=good, leaf=depth == 0)
        if verdict is not None:
            return replace(verdict, items=tuple(used))
    if token.kind is TokenKind.SIGNATURE and not _claim_holds(token):  # R14
        return _undetermined(SubIndication.SIG_CONSTRAINTS_FAILURE, time, used)
    if token.kind is TokenKind.SIGNATURE and chain:  # R15
        item, _ = _deciding(chain[0], clock, proofs, second=second)
        if item is not None and not _fresh(item, time):
            return _undetermined(SubIndication.TRY_LATER, time, used)
    return Judgement(indication=Indication.TOTAL_PASSED, time=time, items=tuple(used))


def _undetermined(sub: SubIndication, time: datetime, used: Sequence[str] = ()) -> Judgement:
    return Judgement(indication=Indication.INDETERMINATE, sub_indication=sub, time=time, items=tuple(used))


def _deciding(link: Link, clock: datetime, proofs: Proofs, *, second: bool) -> tuple[StatusItem | None, bool]:
    """Return the item that decides about a certificate, and whether it is good (R7, R8)."""
    candidates = [item for item in link.items if item.timely]
    newest = latest(candidates)
    if newest is None:
        return None, False
    if newest.issuer is None or newest.issuer.valid_at(clock):
        return newest, True
    if not second:
        return newest, False
    proven = latest(
        item for item in candidates if item.issuer is None or item.issuer.valid_at(proofs.of(item.issuer.id))
    )
    return (newest, False) if proven is None else (proven, True)


def _judge_link(  # noqa: PLR0911 - one return for each case of R12 and R13
    kind: TokenKind, link: Link, item: StatusItem, time: datetime, clock: datetime, *, good: bool, leaf: bool
) -> Judgement | None:
    """Return why this certificate keeps the token from passing, None where it does not (R12, R13)."""
    certificate = link.certificate
    if time < certificate.not_before:
        return Judgement(indication=Indication.TOTAL_FAILED, sub_indication=SubIndication.NOT_YET_VALID, time=time)
    if item.revoked_on is not None and item.revoked_on <= clock:
        if time < item.revoked_on and time <= certificate.not_after:
            return None
        revoked = SubIndication.REVOKED_NO_POE if leaf else SubIndication.REVOKED_CA_NO_POE
        return _undetermined(revoked, time)
    if certificate.not_after < clock:
        if not good:
            return _undetermined(SubIndication.OUT_OF_BOUNDS_NO_POE, time)
        if time > certificate.not_after:
            return _undetermined(SubIndication.OUT_OF_BOUNDS_NOT_REVOKED, time)
        return None
    if not good and kind is TokenKind.SIGNATURE:
        return _undetermined(SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE, time)
    return None


def _claim_holds(token: Token) -> bool:
    if token.claimed is None:
        return False
    return not token.chain or token.chain[0].certificate.valid_at(token.claimed)


def _fresh(item: StatusItem, time: datetime) -> bool:
    until = item.this_update + FRESH_FOR
    return max(until, item.next_update) >= time if item.next_update else until >= time

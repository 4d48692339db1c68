"""Verify files from the main process: each in a worker of its own, one bad file never stopping the others.

Nothing of a file is parsed here; what comes back from a worker is checked against the report's schema.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from docgen.errors import UnreadableError
from docgen.files import read_limited, sha256_of
from docgen.model.profiles import PROFILES, Profile
from docgen.model.reasons import Reason, ReasonCode
from docgen.model.report import FileFormat, FileReport, VerificationReport
from docgen.model.text import say
from docgen.wire import WireError, decode
from docgen.worker import Finished, Forker, Outcome, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from docgen.model.policy import Policy
    from docgen.signatures.trust import Trust

__all__ = ["WORKER", "Submission", "Verifier", "verify_files"]

WORKER = "docgen.signatures.worker_jobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A file to verify: its path, or its bytes where `path` is None. `name` is what reports call it."""

    name: str
    path: Path | None = None
    data: bytes | None = field(default=None, repr=False)


class Verifier:
    """A context manager that keeps one forker; `sandbox=False` is for machines without one, and files of one's own.

    A `forker` of `WORKER` that runs already is used as it is, and left to whoever started it.

    Raises `MissingError` where workers cannot be locked down, `TrustMissingError` never: the policy speaks of it.
    """

    def __init__(
        self,
        *,
        trust: Trust,
        policy: Policy,
        profile: Profile = PROFILES["document"],
        sandbox: bool = True,
        forker: Forker | None = None,
    ) -> None:
        self.trust = trust
        self.policy = policy
        self.profile = profile
        self._trust_out = trust.to_json()
        self._own = forker is None
        self._forker = forker or Forker(WORKER, sandbox=sandbox)

    def __enter__(self) -> Self:
        if self._own:
            self._forker.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._own:
            self._forker.__exit__(kind, exc, traceback)

    def verify(
        self, submissions: Iterable[Submission], *, as_of: datetime, receipt: datetime | None = None
    ) -> Iterator[FileReport]:
        """Yield one report a submission, in their order; several are worked on at a time."""
        for piece in _pieces(submissions):
            if isinstance(piece, FileReport):
                yield piece
                continue
            outcomes = self._forker.run_many([self._request(one, as_of, receipt) for one in piece])
            for submission, outcome in zip(piece, outcomes, strict=True):
                yield _report(submission, outcome)

    def report(
        self, submissions: Iterable[Submission], *, as_of: datetime, receipt: datetime | None = None
    ) -> VerificationReport:
        """Return the report over all submissions."""
        files = tuple(self.verify(submissions, as_of=as_of, receipt=receipt))
        return VerificationReport(as_of=as_of, policy=self.policy.name, trust=self.trust.summary(), files=files)

    def _request(self, submission: Submission, as_of: datetime, receipt: datetime | None) -> Request:
        return Request(
            job="verify",
            profile=self.profile,
            path=submission.path,
            data=submission.data,
            arguments={
                "name": submission.name,
                "trust": self._trust_out,
                "policy": self.policy.name,
                "as_of": as_of.isoformat(),
                "receipt": None if receipt is None else receipt.isoformat(),
                "profile": self.profile.name,
            },
        )


def verify_files(
    paths: Sequence[Path],
    *,
    trust: Trust,
    policy: Policy,
    as_of: datetime,
    receipt: datetime | None = None,
    profile: Profile = PROFILES["document"],
    sandbox: bool = True,
) -> VerificationReport:
    """Verify files and return one report over all; a path that cannot be read is a report of its own (exit 4)."""
    submissions = [Submission(name=str(path), path=path) for path in paths]
    with Verifier(trust=trust, policy=policy, profile=profile, sandbox=sandbox) as verifier:
        return verifier.report(submissions, as_of=as_of, receipt=receipt)


def _pieces(submissions: Iterable[Submission]) -> Iterator[FileReport | list[Submission]]:
    """Yield runs of submissions whose files can be opened, and a report for each that cannot, in their order."""
    ready: list[Submission] = []
    for submission in submissions:
        refused = _unreadable(submission)
        if refused is None:
            ready.append(submission)
            continue
        if ready:
            yield ready
        ready = []
        yield refused
    if ready:
        yield ready


def _unreadable(submission: Submission) -> FileReport | None:
    """Return a report where the path is no plain file that may be opened, None where it is."""
    if submission.path is None:
        return None
    try:
        read_limited(submission.path, 0)
    except UnreadableError as exc:
        if "limit" in dict(exc.message.values):  # a plain file that is not empty: how large it may be, its worker says
            return None
        reason = Reason(code=ReasonCode.PARSE, message=exc.message, hint=exc.hint)
        return FileReport(file=submission.name, sha256=None, size=None, format=FileFormat.OTHER, reasons=(reason,))
    return None


_HINT = say("Ask the sender to save the document as PDF anew and to sign it again.")


def _report(submission: Submission, outcome: Outcome) -> FileReport:
    if isinstance(outcome, Finished):
        with contextlib.suppress(WireError):
            return replace(decode(outcome.result, FileReport), file=submission.name)
        code, message = ReasonCode.PARSE, say("The reader of the file gave an answer that is none.")
    else:
        code, message = outcome.code, outcome.message
    digest, size = None, None
    with contextlib.suppress(OSError):
        if submission.path is not None:
            size = submission.path.stat().st_size
            digest = sha256_of(submission.path)
        elif submission.data is not None:
            size = len(submission.data)
            digest = hashlib.sha256(submission.data).hexdigest()
    reason = Reason(code=code, message=message, hint=_HINT)
    return FileReport(file=submission.name, sha256=digest, size=size, format=FileFormat.OTHER, reasons=(reason,))

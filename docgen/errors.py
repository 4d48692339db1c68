"""The one error tree of docgen: a fact, a next step, a documented exit code.

    DocgenError
    ├── UsageError          2   the call's words are off
    ├── MissingError        3   a program, a key, an extra or the sandbox is missing
    ├── UnreadableError     4   the input cannot be read
    │   └── DataError       4   data written by a person is wrong: every problem, each with its path
    ├── UnwritableError     5   the output cannot be written
    ├── TrustMissingError  14   trust data is missing or stale
    ├── ContentError       15   a document's content is not in order
    ├── MismatchError      20   register, evidence or official copy disagree
    └── ConformanceError   21   PDF/A or PDF/UA check failed

Errors of foreign libraries are translated at their adapter (`raise … from exc`) and never cross it.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

from docgen.model.text import Message, say, say_count

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ConformanceError",
    "ContentError",
    "DataError",
    "DocgenError",
    "ExitCode",
    "MismatchError",
    "MissingError",
    "Problem",
    "TrustMissingError",
    "UnreadableError",
    "UnwritableError",
    "UsageError",
    "why_of",
    "worst",
]


class ExitCode(IntEnum):
    """What the process says to whoever called it."""

    DONE = 0
    BUG = 1
    USAGE = 2
    MISSING = 3
    UNREADABLE = 4
    UNWRITABLE = 5
    SIGNATURE_FAILED = 10
    UNDETERMINED = 11
    UNSIGNED = 12
    POLICY_NOT_MET = 13
    TRUST_MISSING = 14
    CONTENT = 15
    MISMATCH = 20
    CONFORMANCE = 21
    PAGES_OUT_OF_STEP = 22
    INTERRUPTED = 130


# A batch exits with the worst verdict, in this order; one bad file never stops the others.
_WORST_FIRST = (10, 20, 21, 12, 13, 15, 14, 11, 4, 0)


def worst(codes: Sequence[ExitCode]) -> ExitCode:
    """Return the code with which a batch exits. An empty batch is a mistake of the caller: `ValueError`."""
    if not codes:
        msg = "a batch of nothing has no exit code"
        raise ValueError(msg)
    ranked = [code for code in codes if code in _WORST_FIRST]
    others = [code for code in codes if code not in _WORST_FIRST]
    return others[0] if others else min(ranked, key=_WORST_FIRST.index)


_FULL = say("the disk is full")
_FORBIDDEN = say("it is not allowed")
_WHY_NOT = {
    errno.ENOENT: say("there is no such file or folder"),
    errno.ENOTDIR: say("a part of the path is no folder"),
    errno.EISDIR: say("it is a folder"),
    errno.EEXIST: say("it exists already"),
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: say("the disk is read-only"),
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: say("the file would be too large"),
    errno.ENAMETOOLONG: say("the name is too long"),
    errno.ENOTEMPTY: say("the folder is not empty"),
    errno.EBUSY: say("it is in use"),
    errno.ELOOP: say("too many symbolic links"),
    errno.EIO: say("the disk gave an error"),
    errno.EMFILE: say("too many files are open"),
    errno.EPIPE: say("the reader has gone"),
}


def why_of(exc: OSError) -> Message:
    """Return what the operating system answered, in our words; its own where we have none."""
    known = _WHY_NOT.get(exc.errno or 0)
    return known or say("{words}", words=exc.strerror or str(exc))


class DocgenError(Exception):
    """Root of everything that docgen raises on purpose: `message` is the fact, `hint` the next step."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUG

    def __init__(self, message: Message, hint: Message | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.hint = hint


class UsageError(DocgenError):
    """The call's words are off."""

    exit_code = ExitCode.USAGE


class MissingError(DocgenError):
    """Something that is needed is not there: a program, a key, an optional part, the sandbox."""

    exit_code = ExitCode.MISSING


class UnreadableError(DocgenError):
    """The input cannot be read: absent, not what it claims to be, damaged, encrypted, too large."""

    exit_code = ExitCode.UNREADABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in data that a person wrote: where (`organisation.email`, or `line 3, column 7`) and what."""

    path: str
    message: Message


class DataError(UnreadableError):
    """Data written by a person is wrong; `problems` has all of them, in the order of the data, never empty."""

    def __init__(self, source: str, problems: Sequence[Problem], hint: Message | None = None) -> None:
        if not problems:
            msg = "a data error needs its problems"
            raise ValueError(msg)
        self.source = source
        self.problems = tuple(problems)
        message = say_count("{source}: {count} problem", "{source}: {count} problems", len(problems), source=source)
        super().__init__(message, hint)

    def __str__(self) -> str:
        return "\n".join([str(self.message), *(f"  {p.path}: {p.message}" for p in self.problems)])


class UnwritableError(DocgenError):
    """The output cannot be written: it exists, the folder is closed, the disk is full."""

    exit_code = ExitCode.UNWRITABLE


class TrustMissingError(DocgenError):
    """Trust data is missing or too old for the question asked."""

    exit_code = ExitCode.TRUST_MISSING


class ContentError(DocgenError):
    """A document's content is not in order."""

    exit_code = ExitCode.CONTENT


class MismatchError(DocgenError):
    """Register, evidence or official copy disagree with each other."""

    exit_code = ExitCode.MISMATCH


class ConformanceError(DocgenError):
    """A PDF that should be PDF/A-3a and PDF/UA-1 is not."""

    exit_code = ExitCode.CONFORMANCE

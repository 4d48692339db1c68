"""The lock of a worker: what a process gives up, for good, before it sees the first byte of a stranger's file.

Own Landlock and seccomp calls through ctypes, with the system call tables of x86-64 and aarch64 (Linux man pages
seccomp(2), landlock(7)); any other machine has no lock and is told so. The filter is an allow-list: everything that is
not named answers EPERM, opening files answers EACCES, `clone3` answers ENOSYS so that the C library falls back to
`clone`, which is allowed for threads only where the profile asks for them.

`Lock` is built once in the process that forks (it loads the C library, while files can still be opened); `apply` runs
in the child and raises `LockError` with the step that failed. Order: descriptors, death with the parent, session,
signals, user, dumps, limits, no new privileges, Landlock, seccomp.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import platform
import resource
import signal
import struct
import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from docgen.model.profiles import Profile

__all__ = ["Lock", "LockError", "Step", "landlock_abi", "mapped_bytes", "seccomp_supported"]

_NOBODY = 65534
_RESULT = 4  # descriptors of a worker: 0-2 nothing, 3 input, 4 result


class Step(StrEnum):
    """A step of the lock-down, by the word under which `doctor` shows it."""

    PARENT = "parent"
    DESCRIPTORS = "descriptors"
    FOLDER = "folder"
    USER = "user"
    LIMITS = "limits"
    PRIVILEGES = "privileges"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"


class LockError(Exception):
    """A step of the lock-down failed: there is no sandbox."""

    def __init__(self, step: Step, why: str = "") -> None:
        super().__init__(f"{step}: {why}")
        self.step = step


# --- system calls ----------------------------------------------------------------------------------------------------

# name -> (x86-64, aarch64); None where that machine has no such call.
_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "lseek": (8, 62), "pread64": (17, 67),
    "readv": (19, 65), "writev": (20, 66), "fcntl": (72, 25), "ioctl": (16, 29),
    "stat": (4, None), "fstat": (5, 80), "lstat": (6, None), "newfstatat": (262, 79), "statx": (332, 291),
    "getdents64": (217, 61), "getcwd": (79, 17), "fadvise64": (221, 223),
    "munmap": (11, 215), "brk": (12, 214), "mremap": (25, 216), "madvise": (28, 233), "membarrier": (324, 283),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174), "geteuid": (107, 175),
    "getgid": (104, 176), "getegid": (108, 177), "uname": (63, 160), "sysinfo": (99, 179),
    "futex": (202, 98), "set_robust_list": (273, 99), "rseq": (334, 293), "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123), "getrandom": (318, 278), "getrusage": (98, 165), "times": (100, 153),
    "getrlimit": (97, 163),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "nanosleep": (35, 101),
    "gettimeofday": (96, 169), "time": (201, None),
    # asyncio.run makes an epoll and a socket pair; without them every signature would look broken.
    "epoll_create1": (291, 20), "epoll_ctl": (233, 21), "epoll_wait": (232, None), "epoll_pwait": (281, 22),
    "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72), "eventfd2": (290, 19),
    "pipe2": (293, 59), "getsockname": (51, 204), "getpeername": (52, 205), "getsockopt": (55, 209),
    "shutdown": (48, 210), "recvfrom": (45, 207),
    "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip

# Calls whose arguments decide: see _program.
_MMAP, _MPROTECT, _SOCKETPAIR, _SENDTO = (9, 222), (10, 226), (53, 199), (44, 206)
_CLONE, _CLONE3, _OPENAT, _OPEN, _TGKILL = (56, 220), (435, 435), (257, 56), (2, None), (234, 131)

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32_BIT = 0x40000000

# linux/bpf_common.h, linux/seccomp.h
_LOAD, _EQUAL, _GREATER_EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_PASS, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NR, _ARCH, _ARGS = 0, 4, 16
_CLONE_THREAD, _PROT_EXEC, _AF_UNIX = 0x00010000, 0x4, 1
_TEMPORARY_FILE = 0x400000  # __O_TMPFILE without the bit of O_DIRECTORY that O_TMPFILE includes
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | _TEMPORARY_FILE

_Instruction = tuple[int, int, int, int]


def _refuse(code: int) -> _Instruction:
    return (_RETURN, 0, 0, _ERRNO | code)


def _argument(index: int, *, high: bool = False) -> _Instruction:
    return (_LOAD, 0, 0, _ARGS + 8 * index + (4 if high else 0))


def _when(number: int | None, body: list[_Instruction]) -> list[_Instruction]:
    """Run `body`, which always returns, for one system call; the accumulator holds the number before and after."""
    return [] if number is None else [(_EQUAL, 0, len(body), number), *body]


_ALLOW = (_RETURN, 0, 0, _PASS)


def _program(machine: str, *, threads: bool, reading: bool, pid: int) -> list[_Instruction]:
    """Return the filter as (code, jump if true, jump if false, constant)."""
    column, architecture = _ARCHITECTURES[machine]
    program: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NR),
    ]
    if machine == "x86_64":
        program += [(_GREATER_EQUAL, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL)]
    no_exec: list[_Instruction] = [_argument(2), (_ANY_BIT, 0, 1, _PROT_EXEC), _refuse(errno.EPERM), _ALLOW]
    opening: list[_Instruction] = (
        [_argument(2), (_ANY_BIT, 0, 1, _WRITING), _refuse(errno.EACCES), _ALLOW]
        if reading
        else [_refuse(errno.EACCES)]
    )
    program += [
        *_when(_MMAP[column], no_exec),
        *_when(_MPROTECT[column], no_exec),
        *_when(_SOCKETPAIR[column], [_argument(0), (_EQUAL, 1, 0, _AF_UNIX), _refuse(errno.EPERM), _ALLOW]),
        # Only to the other end of an own pair: no address may be given.
        *_when(
            _SENDTO[column],
            [
                _argument(4),
                (_EQUAL, 0, 2, 0),
                _argument(4, high=True),
                (_EQUAL, 1, 0, 0),
                _refuse(errno.EPERM),
                _ALLOW,
            ],
        ),
        *_when(_CLONE3[column], [_refuse(errno.ENOSYS)]),
        *_when(
            _CLONE[column],
            [_argument(0), (_ANY_BIT, 1, 0, _CLONE_THREAD), _refuse(errno.EPERM), _ALLOW]
            if threads
            else [_refuse(errno.EPERM)],
        ),
        *_when(_OPENAT[column], opening),
        *_when(_OPEN[column], [_refuse(errno.EACCES)]),
        # abort() signals itself; anybody else is out of reach.
        *_when(_TGKILL[column], [_argument(0), (_EQUAL, 1, 0, pid), _refuse(errno.EPERM), _ALLOW]),
    ]
    for pair in _ALLOWED.values():
        program += _when(pair[column], [_ALLOW])
    return [*program, _refuse(errno.EPERM)]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


# --- Landlock --------------------------------------------------------------------------------------------------------

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
# Rights on files known to each version of the interface; linux/landlock.h.
_FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}
_READ_RIGHTS = 0x4 | 0x8  # read file, read folder
_NET_SINCE, _SCOPE_SINCE = 4, 6
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
_FILTER_MODE = 2
_PR_GET_SECCOMP = 21


@dataclass(frozen=True, slots=True)
class _LibC:
    prctl: Callable[..., int]
    syscall: Callable[..., int]


def _libc() -> _LibC:
    library = ctypes.CDLL(None, use_errno=True)
    return _LibC(library.prctl, library.syscall)


def _call(function: Callable[..., int], *arguments: int) -> int:
    result = int(function(*(ctypes.c_ulong(argument) for argument in arguments)))
    return -ctypes.get_errno() if result < 0 else result


def landlock_abi() -> int:
    """Return the version of Landlock that this kernel offers, 0 if none."""
    if sys.platform != "linux" or platform.machine() not in _ARCHITECTURES:
        return 0
    return max(0, _call(_libc().syscall, _CREATE_RULESET, 0, 0, 1))


def seccomp_supported() -> bool:
    """Say whether this machine can be locked: Linux on x86-64 or aarch64 with seccomp in the kernel."""
    if sys.platform != "linux" or platform.machine() not in _ARCHITECTURES or sys.maxsize < 2**32:
        return False
    return _call(_libc().prctl, _PR_GET_SECCOMP, 0, 0, 0, 0) >= 0


def mapped_bytes() -> int:
    """Return how much address space this process has mapped: limits count on top of it. 0 where nobody says."""
    if sys.platform != "linux":
        return 0
    with open("/proc/self/statm", "rb") as source:  # noqa: PTH123 - one read, pathlib brings nothing
        return int(source.read().split()[0]) * resource.getpagesize()


class Lock:
    """A lock for the children of this process: built before the fork, applied after it.

    With `sandbox` False only the limits apply: for machines that cannot be locked, where the user said so, and for the
    comparison of locked and unlocked results.
    """

    def __init__(self, *, sandbox: bool = True) -> None:
        self._sandbox = sandbox
        self._base = mapped_bytes()
        self._parent = os.getpid()
        self._libc = _libc() if sys.platform == "linux" else None
        self._machine = platform.machine()
        self._abi = landlock_abi() if sandbox else 0
        self._filters = {
            (threads, reading): self._assemble(threads=threads, reading=reading)
            for threads, reading in ((False, False), (True, False), (True, True))
        } if sandbox and seccomp_supported() else {}  # fmt: skip

    def _assemble(self, *, threads: bool, reading: bool) -> bytes:
        program = _program(self._machine, threads=threads, reading=reading, pid=0)
        return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)

    @property
    def base(self) -> int:
        """Bytes that were mapped before the first fork."""
        return self._base

    def apply(self, profile: Profile, source: int, result: int, folder: Path | None = None) -> bool:
        """Lock this process, a child just forked. `source` (-1: none) becomes descriptor 3, `result` descriptor 4.

        `folder` may be read afterwards, and the process stands in it; nothing else may. It is opened while the folders
        above it can still be passed: they may be closed to the other user. False without a sandbox. Raises `LockError`.
        """
        self._keep_descriptors(source, result)
        self._follow_parent()
        place = self._enter(folder)
        if self._sandbox:
            self._leave_user()
        self._limit(profile)
        if not self._sandbox:
            return False
        if self._libc is None or _call(self._libc.prctl, _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0:
            raise LockError(Step.PRIVILEGES)
        if self._abi:
            self._restrict_files(self._libc, place)
        if place is not None:
            os.close(place)  # the rule holds without it
        self._filter_calls(self._libc, threads=profile.threads, reading=folder is not None)
        return True

    def _follow_parent(self) -> None:
        if self._libc is not None:
            _call(self._libc.prctl, _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != self._parent:
            raise LockError(Step.PARENT)
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)

    @staticmethod
    def _keep_descriptors(source: int, result: int) -> None:
        try:
            nothing = os.open(os.devnull, os.O_RDWR)
            # First out of the way of the places that they are to have.
            kept = [
                fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _RESULT + 1)
                for number in (nothing, nothing, nothing, nothing if source < 0 else source, result)
            ]
            for place, number in enumerate(kept):
                os.dup2(number, place, inheritable=False)
            os.closerange(_RESULT + 1, _highest_descriptor() + 1)
        except OSError as exc:
            raise LockError(Step.DESCRIPTORS, str(exc)) from exc

    @staticmethod
    def _leave_user() -> None:
        if os.geteuid() != 0:
            return
        # Root of a container without CAP_SETUID keeps its user: Landlock and seccomp hold all the same.
        with contextlib.suppress(PermissionError):
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)

    def _limit(self, profile: Profile) -> None:
        if self._libc is not None:
            _call(self._libc.prctl, _PR_SET_DUMPABLE, 0, 0, 0, 0)
        memory = self._base + profile.memory
        limits = [
            (resource.RLIMIT_AS, memory, memory) if self._base else (resource.RLIMIT_CORE, 0, 0),
            (resource.RLIMIT_CPU, profile.cpu, profile.cpu + 1),
            (resource.RLIMIT_FSIZE, 0, 0),
            (resource.RLIMIT_CORE, 0, 0),
            (resource.RLIMIT_NOFILE, 32, 32),
        ]
        try:
            for kind, soft, hard in limits:
                _, highest = resource.getrlimit(kind)
                ceiling = hard if highest == resource.RLIM_INFINITY else min(hard, highest)
                resource.setrlimit(kind, (min(soft, ceiling), ceiling))
        except (ValueError, OSError) as exc:
            raise LockError(Step.LIMITS, str(exc)) from exc

    @staticmethod
    def _enter(folder: Path | None) -> int | None:
        if folder is None:
            return None
        try:
            place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            os.fchdir(place)
        except OSError as exc:
            raise LockError(Step.FOLDER, str(exc)) from exc
        return place

    def _restrict_files(self, libc: _LibC, place: int | None) -> None:
        abi = min(self._abi, max(_FILE_RIGHTS))
        attributes = struct.pack(
            "=QQQ",
            _FILE_RIGHTS[abi],
            0x3 if self._abi >= _NET_SINCE else 0,
            0x3 if self._abi >= _SCOPE_SINCE else 0,
        )
        size = 24 if self._abi >= _SCOPE_SINCE else 16 if self._abi >= _NET_SINCE else 8
        buffer = ctypes.create_string_buffer(attributes, len(attributes))
        ruleset = _call(libc.syscall, _CREATE_RULESET, ctypes.addressof(buffer), size, 0)
        if ruleset < 0:
            raise LockError(Step.LANDLOCK, os.strerror(-ruleset))
        if place is not None:
            self._grant(libc, ruleset, place)
        answer = _call(libc.syscall, _RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)
        if answer < 0:
            raise LockError(Step.LANDLOCK, os.strerror(-answer))

    @staticmethod
    def _grant(libc: _LibC, ruleset: int, place: int) -> None:
        rule = ctypes.create_string_buffer(struct.pack("=Qi", _READ_RIGHTS, place), 12)
        answer = _call(libc.syscall, _ADD_RULE, ruleset, 1, ctypes.addressof(rule), 0)
        if answer < 0:
            raise LockError(Step.LANDLOCK, os.strerror(-answer))

    def _filter_calls(self, libc: _LibC, *, threads: bool, reading: bool) -> None:
        code = self._filters.get((threads, reading))
        if code is None:
            raise LockError(Step.SECCOMP, "this machine has none")
        buffer = ctypes.create_string_buffer(_with_pid(code, self._machine, os.getpid()), len(code))
        program = _Program(len(code) // 8, ctypes.addressof(buffer))
        answer = _call(libc.prctl, _PR_SET_SECCOMP, _FILTER_MODE, ctypes.addressof(program), 0, 0)
        if answer < 0:
            raise LockError(Step.SECCOMP, os.strerror(-answer))


def _with_pid(code: bytes, machine: str, pid: int) -> bytes:
    """Put the process's own number where the filter compares the target of `tgkill` with it."""
    number = _TGKILL[_ARCHITECTURES[machine][0]]
    at = code.index(struct.pack("=HBBI", _EQUAL, 0, 4, number)) + 16
    return code[: at + 4] + struct.pack("=I", pid) + code[at + 8 :]


def _highest_descriptor() -> int:
    return max((int(name) for name in os.listdir("/proc/self/fd")), default=1_024)  # noqa: PTH208 - names are enough

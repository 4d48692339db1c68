"""The worker's self-test: each forbidden thing is tried in a locked worker, and must fail there.

Run as a program it is the forker of these jobs; `docgen doctor` and the tests ask it.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import os
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

from docgen.worker import serve

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ATTEMPTS", "JOBS"]

_LOOPBACK = ("127.0.0.1", 9)


def _tcp() -> None:
    socket.create_connection(_LOOPBACK, 0.2).close()


def _udp() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"x", _LOOPBACK)


def _unix_socket() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as out:
        out.bind("\0docgen-selftest")


def _unix_datagram() -> None:
    left, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with left, right:
        left.sendto(b"x", "\0docgen-selftest")


def _packet_socket() -> None:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close()


def _netlink() -> None:
    socket.socket(16, socket.SOCK_RAW, 0).close()


def _write_file() -> None:
    os.close(os.open("/tmp/docgen-selftest", os.O_WRONLY | os.O_CREAT, 0o600))  # noqa: S108 - it must not come to be


def _read_file() -> None:
    os.close(os.open("/etc/hostname", os.O_RDONLY))


def _list_folder() -> None:
    os.listdir("/")  # noqa: PTH208 - the call that is tried


def _read_own_memory() -> None:
    os.close(os.open("/proc/self/mem", os.O_RDONLY))


def _start_process() -> None:
    if os.fork() == 0:
        os._exit(0)


def _execute() -> None:
    # No fork before it: a program that comes to run ends the worker without an answer, and that is seen.
    os.execv("/bin/true", ["true"])  # noqa: S606 - the call that is tried


def _start_thread() -> None:
    threading.Thread(target=time.sleep, args=(0,)).start()


def _signal_parent() -> None:
    os.kill(os.getppid(), 0)


def _trace() -> None:
    _system_call(101 if os.uname().machine == "x86_64" else 117, 0, 0, 0, 0)


def _name_space() -> None:
    _system_call(272 if os.uname().machine == "x86_64" else 97, 0x10000000)


def _executable_memory() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def _io_uring() -> None:
    _system_call(425, 1, 0)


def _system_call(number: int, *arguments: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _more_memory() -> None:
    import resource  # noqa: PLC0415 - Linux only; loaded already

    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _become_root() -> None:
    os.setuid(0)


ATTEMPTS: dict[str, Callable[[], None]] = {
    "tcp": _tcp,
    "udp": _udp,
    "unix-socket": _unix_socket,
    "unix-datagram": _unix_datagram,
    "raw-socket": _packet_socket,
    "netlink": _netlink,
    "write-file": _write_file,
    "read-file": _read_file,
    "list-folder": _list_folder,
    "read-own-memory": _read_own_memory,
    "start-process": _start_process,
    "execute": _execute,
    "start-thread": _start_thread,
    "signal-parent": _signal_parent,
    "trace": _trace,
    "name-space": _name_space,
    "executable-memory": _executable_memory,
    "io-uring": _io_uring,
    "more-memory": _more_memory,
    "become-root": _become_root,
}


def _attempt(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    """Try one thing; say whether it was refused."""
    del data
    try:
        ATTEMPTS[arguments["what"]]()
    except (OSError, RuntimeError, ValueError) as exc:
        return {"refused": True, "why": type(exc).__name__}
    return {"refused": False, "why": ""}


def _user(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    del data, arguments
    return {"uid": os.geteuid(), "descriptors": [n for n in range(64) if _is_open(n)]}


def _is_open(number: int) -> bool:
    with contextlib.suppress(OSError):
        os.fstat(number)
        return True
    return False


def _open(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    del data
    flags = os.O_WRONLY | os.O_CREAT if arguments.get("write") else os.O_RDONLY
    try:
        os.close(os.open(arguments["path"], flags))
    except OSError as exc:
        return {"opened": False, "why": type(exc).__name__}
    return {"opened": True, "why": ""}


def _echo(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"size": None if data is None else len(data), "arguments": arguments}


def _misbehave(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:  # noqa: C901, PLR0912 - a list of cases
    """End in the ways in which a reader of hostile files ends."""
    del data
    kept: list[bytes] = []
    match arguments["how"]:
        case "loop":
            while True:
                pass
        case "sleep":
            time.sleep(600)
        case "memory":
            while True:
                kept.append(bytes(1 << 20))
        case "swallowed-memory":
            with contextlib.suppress(MemoryError):
                while True:
                    kept.append(os.urandom(1) * (1 << 20))
            kept.clear()
        case "recursion":
            return _misbehave(None, arguments) if arguments.get("deep") else _deeper(arguments)
        case "segfault":
            ctypes.string_at(0)
        case "hungry-crash":
            kept += [os.urandom(1) * (1 << 20) for _ in range(290)]
            ctypes.string_at(0)
        case "abort":
            os.abort()
        case "kill":
            signal.raise_signal(signal.SIGILL)
        case "exit":
            os._exit(3)
        case "half":
            os.write(4, b'{"a":')
            os._exit(0)
        case "flood":
            return {"much": "x" * (5 << 20)}
        case "nan":
            os.write(4, b'{"a":NaN}')
            os._exit(0)
        case "late-import":
            import antigravity  # noqa: F401, PLC0415 - a module nobody has loaded
        case "panic":
            raise KeyboardInterrupt
        case "error":
            raise ValueError(arguments["how"])
    return {"done": arguments["how"]}


def _deeper(arguments: dict[str, Any]) -> dict[str, Any]:
    return _misbehave(None, {**arguments, "deep": True})


JOBS = {"attempt": _attempt, "user": _user, "echo": _echo, "open": _open, "misbehave": _misbehave}

if __name__ == "__main__":
    serve(JOBS)

"""Measuring whole processes: wall and processor time side by side, and the memory of a process with its children."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
MIB = 1024 * 1024
DOCGEN = [str(Path(PYTHON).parent / "docgen"), "--lang", "en"]
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: wall and processor seconds with its children; memory of the largest process and of all together (bytes).

    `largest` is an RSS, as the system tells it. In `together` a page that several processes share counts once (PSS).
    """

    wall: float
    processor: float
    largest: int
    together: int


def alternate(commands: dict[str, list[str]], rounds: int = 7) -> dict[str, list[float]]:
    """Wall seconds of each command, one after the other in every round, after one uncounted round."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            began = time.perf_counter()
            subprocess.run(command, capture_output=True, check=False, timeout=300)
            if turn:
                seconds[name].append(time.perf_counter() - began)
    return seconds


def table(title: str, seconds: dict[str, list[float]]) -> None:
    """Print medians with their spread, and each one's ratio to the first."""
    sys.stdout.write(f"\n{title}\n")
    first = statistics.median(next(iter(seconds.values())))
    for name, values in seconds.items():
        median = statistics.median(values)
        spread = f"{min(values) * 1000:.0f}–{max(values) * 1000:.0f}"
        sys.stdout.write(f"  {name:<44} {median * 1000:8.0f} ms  ({spread})  ×{median / first:.2f}\n")
    sys.stdout.flush()


def measured(command: list[str], **environment: str) -> Run:
    """Run a command to its end, looking at the memory of its processes thirty times a second (Linux)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **environment}
    ) as process:
        peaks = [0, 0]
        ended = threading.Event()
        watch = threading.Thread(target=_watch, args=(process.pid, peaks, ended))
        watch.start()
        error = process.communicate()[1]
        ended.set()
        watch.join()
    if process.returncode:
        raise RuntimeError(error.decode()[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(time.perf_counter() - began, processor, *peaks)


def _watch(pid: int, peaks: list[int], ended: threading.Event) -> None:
    while not ended.wait(0.03):
        family = _family(pid)
        peaks[:] = max(peaks[0], *(_rss(one) for one in family)), max(peaks[1], sum(_own_share(one) for one in family))


def _family(pid: int) -> list[int]:
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return [pid]
    return [pid, *(one for child in below for one in _family(int(child)))]


def _rss(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _own_share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024
    except (OSError, StopIteration):
        return 0

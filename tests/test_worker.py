"""Outcomes of a worker: however reading a file ends, the main process gets a reason and goes on."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import pytest

from docgen.errors import UnreadableError
from docgen.model.reasons import ReasonCode
from docgen.worker import PROFILES, Finished, Forker, Request, Stopped, WorkerBugError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers fork")

LETTER = PROFILES["letter"]
QUICK = replace(LETTER, name="quick", cpu=1, wall=12, memory=300 << 20)


@pytest.fixture(scope="module")
def forker():
    with Forker("docgen.cli._selftest") as running:
        yield running


def test_the_worker_gets_the_bytes_and_the_arguments(forker, tmp_path):
    (tmp_path / "letter.pdf").write_bytes(b"x" * 70_000)
    outcome = forker.run("echo", LETTER, {"name": "ā"}, tmp_path / "letter.pdf")
    assert outcome == Finished(result={"size": 70_000, "arguments": {"name": "ā"}})
    assert forker.run("echo", LETTER, {}, data=b"").result["size"] == 0
    assert forker.run("echo", LETTER, {}).result["size"] is None


@pytest.mark.parametrize(
    ("how", "code", "words"),
    [
        ("loop", ReasonCode.LIMIT, "SIGXCPU"),
        ("sleep", ReasonCode.LIMIT, "too long"),
        ("memory", ReasonCode.LIMIT, "more than is allowed"),
        ("swallowed-memory", ReasonCode.LIMIT, "memory"),
        ("recursion", ReasonCode.LIMIT, "more than is allowed"),
        ("flood", ReasonCode.LIMIT, "too large an answer"),
        ("segfault", ReasonCode.PARSE, "crashed over this file (SIGSEGV)"),
        ("abort", ReasonCode.PARSE, "crashed over this file (SIGABRT)"),
        ("kill", ReasonCode.PARSE, "crashed over this file (SIGILL)"),
        ("exit", ReasonCode.PARSE, "crashed over this file (exit 3)"),
        ("half", ReasonCode.PARSE, "half an answer"),
        ("nan", ReasonCode.PARSE, "half an answer"),
        ("panic", ReasonCode.PARSE, "KeyboardInterrupt"),
        ("error", ReasonCode.PARSE, "ValueError"),
    ],
)
def test_however_reading_ends_it_is_a_reason(forker, how, code, words):
    outcome = forker.run("misbehave", replace(QUICK, wall=1) if how == "sleep" else QUICK, {"how": how})
    assert isinstance(outcome, Stopped), outcome
    assert outcome.code is code
    assert words in str(outcome.message)
    assert isinstance(forker.run("echo", LETTER, {}), Finished)


def test_a_crash_with_much_memory_in_use_is_a_limit(forker):
    outcome = forker.run("misbehave", QUICK, {"how": "hungry-crash"})
    assert outcome == Stopped(code=ReasonCode.LIMIT, message=outcome.message)


@pytest.mark.parametrize("job", ["misbehave", "no-such-job"])
def test_docgen_s_own_mistake_is_never_a_reason_about_the_file(forker, job):
    with pytest.raises(WorkerBugError, match=r"late import of|no such job"):
        forker.run(job, LETTER, {"how": "late-import"})


def test_outcomes_come_in_the_order_of_the_requests(forker):
    def requests():
        for number in range(12):
            job, how = ("misbehave", "exit") if number % 5 == 4 else ("echo", number)
            # More than a socket holds, both ways: neither end may wait for the other.
            yield Request(
                job=job, profile=LETTER, arguments={"how": how, "much": "x" * 400_000}, data=bytes([number]) * number
            )

    outcomes = list(forker.run_many(requests()))
    assert [isinstance(outcome, Stopped) for outcome in outcomes] == [n % 5 == 4 for n in range(12)]
    assert [o.result["size"] for o in outcomes if isinstance(o, Finished)] == [n for n in range(12) if n % 5 != 4]


def test_two_workers_run_at_a_time():
    with Forker("tests.worker_that_sleeps") as forker:
        spans = [
            outcome.result
            for outcome in forker.run_many(Request(job="sleep", profile=QUICK, arguments={}) for _ in range(2))
        ]
    assert max(span["begins"] for span in spans) < min(span["ends"] for span in spans)


def test_a_file_that_is_too_large_never_reaches_a_worker(forker, tmp_path):
    small = replace(LETTER, limits=replace(LETTER.limits, size=10))
    (tmp_path / "large").write_bytes(b"12345678901")
    assert forker.run("echo", small, {}, tmp_path / "large").code is ReasonCode.SIZE
    assert forker.run("echo", small, {}, data=b"12345678901").code is ReasonCode.SIZE
    assert forker.run("echo", small, {}, data=b"1234567890").result["size"] == 10


def test_what_is_no_plain_file_is_refused_without_waiting(forker, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for name in ("pipe", "link", "absent", "."):
        with pytest.raises(UnreadableError):
            forker.run("echo", LETTER, {}, tmp_path / name)


def test_a_forker_that_does_not_come_up_is_a_bug():
    with Forker("docgen.no_such_module") as running, pytest.raises(WorkerBugError):
        running.run("echo", LETTER, {})


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_the_main_process(ending):
    code = """
        from docgen.worker import PROFILES, Forker, Request
        with Forker("docgen.cli._selftest") as forker:
            forker.run("echo", PROFILES["letter"], {})
            print(forker._process.pid, flush=True)
            sleep = Request(job="misbehave", profile=PROFILES["letter"], arguments={"how": "sleep"})
            list(forker.run_many([sleep] * 2))
    """
    main = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE)
    try:
        pid = int(main.stdout.readline())
        children = _descendants(pid)
        for _ in range(100):
            if len(children) == 2:
                break
            time.sleep(0.02)
            children = _descendants(pid)
        assert len(children) == 2
        main.send_signal(ending)
        main.wait(5)
        for _ in range(150):
            if not any(_alive(each) for each in (pid, *children)):
                break
            time.sleep(0.02)
        assert not any(_alive(each) for each in (pid, *children))
    finally:
        main.kill()
        main.wait()
        main.stdout.close()


def _descendants(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_leaving_the_block_ends_the_forker(forker):
    del forker
    with Forker("docgen.cli._selftest") as running:
        running.run("echo", LETTER, {})
        pid = running._process.pid
    assert not _alive(pid)


def test_the_profiles_are_those_of_the_formats():
    sizes = {name: profile.limits.size >> 20 for name, profile in PROFILES.items()}
    assert sizes == {"letter": 10, "container": 10, "document": 50, "edition": 2048, "render": 64}
    assert {name: p.wall for name, p in PROFILES.items()} == {
        "letter": 20, "container": 20, "document": 60, "edition": 1800, "render": 300}  # fmt: skip
    assert [name for name, p in PROFILES.items() if p.threads] == ["render"]
    assert all(p.cpu <= p.wall for p in PROFILES.values())

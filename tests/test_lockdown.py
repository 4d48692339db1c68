"""The lock holds: each forbidden thing is tried in a worker, and the filter's program is run here for both machines."""

import errno
import os
import platform
import struct
import sys

import pytest

from docgen.cli._selftest import ATTEMPTS
from docgen.errors import ExitCode, MissingError
from docgen.worker import PROFILES, Finished, Forker

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the lock is Linux's")

if sys.platform == "linux":
    from docgen._lockdown import lock
    from docgen._lockdown.lock import _program, landlock_abi, seccomp_supported

LETTER, RENDER = PROFILES["letter"], PROFILES["render"]


@pytest.fixture(scope="module", params=["docgen.cli._selftest", "tests.worker_without_landlock"])
def forker(request):
    with Forker(request.param) as running:
        yield running


@pytest.mark.parametrize("what", sorted(ATTEMPTS))
def test_a_forbidden_thing_is_refused_in_the_worker(forker, what):
    outcome = forker.run("attempt", LETTER, {"what": what})
    assert isinstance(outcome, Finished), outcome
    assert outcome.result["refused"] is True


@pytest.mark.parametrize("what", sorted(set(ATTEMPTS) - {"start-thread"}))
def test_the_profile_of_typst_allows_threads_and_nothing_else(forker, what):
    outcome = forker.run("attempt", RENDER, {"what": what})
    assert isinstance(outcome, Finished), outcome
    assert outcome.result["refused"] is True


def test_threads_start_in_the_profile_of_typst(forker):
    assert forker.run("attempt", RENDER, {"what": "start-thread"}).result["refused"] is False


def test_the_same_attempts_succeed_without_the_lock():
    with Forker("docgen.cli._selftest", sandbox=False) as open_forker:
        for what in ("udp", "read-file", "list-folder", "start-thread", "executable-memory", "signal-parent"):
            assert open_forker.run("attempt", LETTER, {"what": what}).result["refused"] is False, what


def test_a_worker_has_no_descriptors_but_its_own_and_is_nobody(forker):
    found = forker.run("user", LETTER, {}).result
    assert found["descriptors"] == [0, 1, 2, 3, 4]
    assert (found["uid"] == 65534) == (os.geteuid() == 0)


@pytest.mark.parametrize("name", ["docgen.cli._selftest", "tests.worker_without_landlock"])
def test_a_folder_that_is_granted_can_be_read_and_not_written(tmp_path, name):
    tmp_path.chmod(0o755)
    (tmp_path / "inside").write_text("yes")
    (tmp_path / "inside").chmod(0o644)
    for parent in list(tmp_path.parents)[:3]:
        if parent.stat().st_uid == os.geteuid() and parent != parent.parent and str(parent) != "/tmp":
            parent.chmod(0o755)
    with Forker(name) as running:
        inside = running.run("open", RENDER, {"path": str(tmp_path / "inside")}, folder=tmp_path)
        writing = running.run("open", RENDER, {"path": str(tmp_path / "new"), "write": True}, folder=tmp_path)
        outside = running.run("open", RENDER, {"path": "/etc/hostname"}, folder=tmp_path)
    assert inside.result["opened"] is True
    assert writing.result["opened"] is False
    assert not (tmp_path / "new").exists()
    if name == "docgen.cli._selftest" and landlock_abi():
        assert outside.result["opened"] is False


def test_without_seccomp_nothing_is_read():
    with Forker("tests.worker_without_seccomp") as running, pytest.raises(MissingError) as caught:
        running.run("echo", LETTER, {}, data=b"x")
    assert caught.value.exit_code is ExitCode.MISSING
    assert "seccomp" in str(caught.value)


def test_without_seccomp_the_user_may_say_so_and_go_on():
    with Forker("tests.worker_without_seccomp", sandbox=False) as running:
        assert running.run("echo", LETTER, {}, data=b"abc").result["size"] == 3


# --- the filter itself, for both machines ----------------------------------------------------------------------------

ALLOW, DENY = 0x7FFF0000, 0x00050000
NAMES = {"x86_64": 0, "aarch64": 1}
ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def run_filter(machine, number, *arguments, threads=False, reading=False, arch=None):
    """Interpret the program as the kernel would, for one system call."""
    memory = {0: number, 4: ARCHES[machine] if arch is None else arch}
    for index in range(6):
        value = arguments[index] if index < len(arguments) else 0
        memory[16 + 8 * index] = value & 0xFFFFFFFF
        memory[20 + 8 * index] = value >> 32
    program = _program(machine, threads=threads, reading=reading, pid=77)
    at = accumulator = 0
    while True:
        code, yes, no, constant = program[at]
        at += 1
        if code == 0x20:
            accumulator = memory[constant]
        elif code == 0x15:
            at += yes if accumulator == constant else no
        elif code == 0x35:
            at += yes if accumulator >= constant else no
        elif code == 0x45:
            at += yes if accumulator & constant else no
        elif code == 0x06:
            return constant
        else:
            raise AssertionError(code)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
class TestFilter:
    def number(self, machine, x86, arm):
        return {"x86_64": x86, "aarch64": arm}[machine]

    def test_reading_and_writing_are_allowed(self, machine):
        for pair in ((0, 63), (1, 64), (231, 94), (202, 98), (318, 278), (291, 20)):
            assert run_filter(machine, self.number(machine, *pair)) == ALLOW

    @pytest.mark.parametrize(
        "pair",
        [(41, 198), (42, 203), (49, 200), (46, 211), (59, 221), (322, 281), (101, 117), (165, 40), (272, 97),
         (321, 280), (425, 425), (157, 167), (62, 129), (250, 219), (105, 146), (302, 261), (437, 437),
         (434, 434), (268, 53)],
        ids=["socket", "connect", "bind", "sendmsg", "execve", "execveat", "ptrace", "mount", "unshare", "bpf",
             "io_uring_setup", "prctl", "kill", "keyctl", "setuid", "prlimit64", "openat2", "pidfd_open", "fchmodat"],
    )  # fmt: skip
    def test_what_is_not_named_is_refused(self, machine, pair):
        assert run_filter(machine, self.number(machine, *pair)) == DENY | errno.EPERM

    def test_no_file_is_opened_and_a_granted_folder_only_read(self, machine):
        openat = self.number(machine, 257, 56)
        assert run_filter(machine, openat, 0, 0, os.O_RDONLY) == DENY | errno.EACCES
        assert run_filter(machine, openat, 0, 0, os.O_RDONLY | os.O_DIRECTORY, reading=True) == ALLOW
        for flags in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, 0x400000 | os.O_DIRECTORY):
            assert run_filter(machine, openat, 0, 0, flags, reading=True) == DENY | errno.EACCES

    def test_threads_only_where_the_profile_asks_for_them_and_processes_never(self, machine):
        clone = self.number(machine, 56, 220)
        thread = 0x00010000 | 0x100
        assert run_filter(machine, clone, thread) == DENY | errno.EPERM
        assert run_filter(machine, clone, thread, threads=True) == ALLOW
        assert run_filter(machine, clone, 17, threads=True) == DENY | errno.EPERM
        assert run_filter(machine, 435, threads=True) == DENY | errno.ENOSYS

    def test_sockets_are_pairs_without_an_address(self, machine):
        pair, send = self.number(machine, 53, 199), self.number(machine, 44, 206)
        assert run_filter(machine, pair, 1) == ALLOW
        assert run_filter(machine, pair, 2) == DENY | errno.EPERM
        assert run_filter(machine, send, 5, 0, 0, 0, 0, 0) == ALLOW
        for address in (1, 1 << 32, 0xFFFF):
            assert run_filter(machine, send, 5, 0, 0, 0, address, 16) == DENY | errno.EPERM

    def test_memory_is_never_executable(self, machine):
        for pair in ((9, 222), (10, 226)):
            number = self.number(machine, *pair)
            assert run_filter(machine, number, 0, 4096, 3) == ALLOW
            assert run_filter(machine, number, 0, 4096, 7) == DENY | errno.EPERM

    def test_a_signal_goes_to_itself_only(self, machine):
        tgkill = self.number(machine, 234, 131)
        assert run_filter(machine, tgkill, 77) == ALLOW
        assert run_filter(machine, tgkill, 78) == DENY | errno.EPERM

    def test_another_machine_s_calls_end_the_process(self, machine):
        assert run_filter(machine, 0, arch=0x40000003) == 0x80000000
        if machine == "x86_64":
            assert run_filter(machine, 0x40000000) == 0x80000000

    def test_the_pid_is_put_in_its_place(self, machine):
        code = b"".join(struct.pack("=HBBI", *i) for i in _program(machine, threads=True, reading=True, pid=0))
        patched = lock._with_pid(code, machine, 77)
        expected = _program(machine, threads=True, reading=True, pid=77)
        assert [struct.unpack_from("=HBBI", patched, 8 * n) for n in range(len(expected))] == expected


def test_this_machine_s_words_about_itself():
    assert seccomp_supported() == (platform.machine() in NAMES)
    assert landlock_abi() >= 0

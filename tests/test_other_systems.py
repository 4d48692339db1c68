"""`docgen letter` and `docgen template` go without what only Linux, or only POSIX, has.

A process has its modules and calls taken away as Windows lacks them, and then makes letters. What this cannot show is
what another system does differently; it shows that nothing on the way asks for what is not there.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docgen.documents.examples import example_data
from docgen.documents.letters import check_letter, fields_of, letter_kinds, make_letter
from docgen.documents.packs import load_pack
from docgen.workspace import pack_folder

# Put into `sitecustomize`, so that processes which docgen starts itself lack the same.
TAKEN_AWAY = """
import importlib.abc, os, signal, sys

BLOCKED = {
    "resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "readline", "syslog", "crypt", "spwd", "nis",
    "docgen._lockdown.forking", "docgen._lockdown.lock", "prctl", "seccomp", "pyseccomp", "landlock",
}

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r} (taken away)", name=name)
        return None

for name in BLOCKED:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Missing())
for name in (
    "fork forkpty setuid setgid setgroups geteuid getuid getgid getegid chown chroot sched_getaffinity "
    "memfd_create pidfd_open setsid getpgid killpg mkfifo mknod nice openpty sendfile setresuid prlimit "
    "posix_fadvise posix_fallocate O_NOFOLLOW O_NONBLOCK O_CLOEXEC O_DIRECTORY O_PATH O_TMPFILE getloadavg"
).split():
    if hasattr(os, name):
        delattr(os, name)
for name in ("pthread_sigmask", "SIGKILL", "SIGXCPU", "SIGXFSZ", "SIGHUP", "SIGUSR1", "SIGALRM", "alarm", "setitimer"):
    if hasattr(signal, name):
        delattr(signal, name)
"""
# Parts of Python and its libraries that choose by the system's name as they are imported: here they chose already.
OF_PYTHON = (
    "import asyncio, ctypes, multiprocessing.util, shutil, socket, subprocess, sysconfig, tempfile, uuid, zoneinfo\n"
    "import click, click.utils, click.testing, docx, lxml.etree, pypdfium2, typst\nsysconfig.get_config_vars()"
)


@pytest.fixture
def elsewhere(tmp_path):
    """A function that runs docgen in a process without them, in `tmp_path`; another system's name on demand."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(TAKEN_AWAY, "utf-8")
    root = Path(__file__).parent.parent

    def run(*arguments, platform="", **more):
        env = {"PYTHONPATH": f"{tmp_path / 'site'}:{root}", "DOCGEN_LANG": "en", "PYTHONUTF8": "1"}
        code = "import sys\n" + (f"{OF_PYTHON}\nsys.platform = {platform!r}\n" if platform else "")
        code += "sys.argv[0] = 'docgen'\nfrom docgen.cli import main\nmain()\n"
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False,
                              cwd=tmp_path, env={**env, **more.pop("env", {})}, timeout=120, **more)  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


@pytest.mark.usefixtures("elsewhere")
def test_the_process_really_lacks_them(tmp_path):
    code = "import os, signal\nassert not hasattr(os, 'fork')\nassert not hasattr(signal, 'SIGKILL')\nimport fcntl"
    env = {"PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env)
    assert "No module named 'fcntl' (taken away)" in done.stderr


@pytest.mark.parametrize("platform", ["", "win32", "darwin"])
def test_a_letter_is_made_from_a_data_file_with_its_pages(elsewhere, tmp_path, platform):
    (tmp_path / "ngo.toml").write_text(elsewhere("letter", "accession", "--example").stdout, "utf-8")
    done = elsewhere("letter", "accession", "--data", "ngo.toml", "-o", "o", "--preview", platform=platform)
    assert done.returncode == 0, done.stderr
    pack = load_pack(pack_folder(None, "iem"))
    same = make_letter(check_letter("accession", example_data(fields_of("accession", pack)), pack), ["pdf", "docx"])
    assert {one.name: one.read_bytes() for one in (tmp_path / "o").iterdir() if one.suffix != ".png"} == same


def test_the_letters_of_a_table_are_made_in_one_process_and_in_several(elsewhere, tmp_path):
    head, row = elsewhere("letter", "accession", "--table-example").stdout.splitlines()
    lines = [head, *(row.replace("1-5/12", f"1-5/{number}") for number in range(20))]
    (tmp_path / "t.csv").write_text("\n".join(lines), "utf-8")
    for jobs in ("1", "2"):
        done = elsewhere("letter", "accession", "--table", "t.csv", "-o", f"o{jobs}", env={"DOCGEN_JOBS": jobs})
        assert (done.returncode, len(done.stdout.splitlines())) == (0, 40), done.stderr
    first, second = ({one.name: one.read_bytes() for one in (tmp_path / name).iterdir()} for name in ("o1", "o2"))
    assert first == second


def test_questions_are_asked_and_answered(elsewhere, tmp_path):
    answers = ["Biedrība Alfa", "40008999902", "Rīga", "", "", "", "2026-11-20", "", "", "Anna Bērziņa", "locekle", "1"]
    answers += ["no", "Jānis Ozols", "", "j@alfa.example", "", "no", "no", "no", "yes"]
    done = elsewhere("letter", "accession", "--ask", "-o", "o", input="\n".join(answers) + "\n")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2), done.stderr
    assert (tmp_path / "accession-40008999902.toml").is_file()


@pytest.mark.parametrize("platform", ["", "win32", "darwin"])
def test_answers_are_put_into_a_data_file_that_is_overwritten(elsewhere, tmp_path, platform):
    whole = elsewhere("letter", "accession", "--example").stdout
    address = next(line for line in whole.splitlines() if line.startswith("legal_address"))
    path = tmp_path / "ngo.toml"
    path.write_bytes(whole.replace(f"{address}\n", "").replace("\n", "\r\n").encode())
    answers = f"{address.split(' = ')[1][1:-1]}\nyes\nyes\n"
    done = elsewhere("letter", "accession", "--ask", "--data", path.name, "-o", "o", input=answers, platform=platform)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2), done.stderr
    assert "Saved: ngo.toml" in done.stderr
    assert f"{address}\r\n".encode() in path.read_bytes()


@pytest.mark.parametrize("arguments", [("list",), ("fields", "accession"), ("check",)], ids=" ".join)
@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_templates_are_listed_described_and_checked(elsewhere, arguments, platform):
    done = elsewhere("template", *arguments, platform=platform)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_a_template_of_the_workspace_makes_its_letter(elsewhere, tmp_path, platform):
    (tmp_path / "docgen.toml").write_text('pack = "iem"\n', "utf-8")
    own = tmp_path / "templates" / "iem"
    own.mkdir(parents=True)
    source = load_pack(pack_folder(None, "iem")).template("accession")
    (own / "accession.md").write_text(source.replace("apliecina, ka atbalsta", "apliecina: atbalsta"), "utf-8")
    (tmp_path / "ngo.toml").write_text(elsewhere("letter", "accession", "--example").stdout, "utf-8")
    done = elsewhere("letter", "accession", "--data", "ngo.toml", "-o", "o", platform=platform)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2), done.stderr


@pytest.mark.parametrize("name", ["iem", "mk"])
def test_names_of_files_are_such_as_every_system_takes(name):
    pack = load_pack(pack_folder(None, name))
    for kind in letter_kinds(pack):
        letter = check_letter(kind, example_data(fields_of(kind, pack)), pack)
        assert re.fullmatch(r"[a-z0-9][A-Za-z0-9-]{1,100}", letter.stem)
        assert letter.stem.split("-")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}

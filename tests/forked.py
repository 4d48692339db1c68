"""docgen as a program, without the cost of its start: each call is a process of its own, forked from a loaded one.

`run` is `subprocess.run` for `python -m docgen …`: own arguments, folder, environment, standard files, exit code and
signals, and the interpreter ends as it always does. What it cannot show is what Python and docgen do while they load:
which modules a command asks for, how fast it is there, which encoding the environment chooses. Who tests that starts
Python itself.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LOADED = (
    *(f"docgen.cli.{name}" for name in ("compile", "init", "letter", "minutes", "receive", "register", "template")),
    *("docgen.cli.verify", "docgen.cli.workplan", "docgen.signatures.batch", "docgen.workflow.receive"),
    *("cattrs", "docx", "docxtpl", "jinja2", "lxml.etree", "markdown_it", "openpyxl", "pypdf", "sqlalchemy", "typst"),
)
_started = []


def run(command, *, cwd, env, data=b"", text=False, code=None, timeout=60):
    """Run `docgen` with the words of `command`, or the Python text `code`; return what `subprocess.run` would."""
    from tests.judges.standing import Standing  # noqa: PLC0415 - only on the asking side

    if not _started:
        _started.append(Standing([sys.executable, __file__]))
    with tempfile.TemporaryDirectory() as folder:
        asked = {"command": [str(word) for word in command], "cwd": str(cwd), "env": dict(env), "code": code}
        Path(folder, "asked.json").write_text(json.dumps(asked), "utf-8")
        Path(folder, "in").write_bytes(data)
        answer = _started[0].ask(folder, timeout=timeout)
        out, err = (Path(folder, name).read_bytes() for name in ("out", "err"))
    if text:
        out, err = out.decode(), err.decode()
    return subprocess.CompletedProcess(asked["command"], answer["code"], out, err)


def _serve():
    """Fork for each line; return, in the fork, the folder of its call, and None at the end."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    for line in questions:
        folder = line.decode().removesuffix("\n")
        child = os.fork()
        if child == 0:
            questions.close()
            answers.close()
            return Path(folder)
        _, status = os.waitpid(child, 0)
        answers.write(json.dumps({"file": folder, "code": os.waitstatus_to_exitcode(status)}).encode() + b"\n")
        answers.flush()
    return None


def _become(folder):
    asked = json.loads((folder / "asked.json").read_text("utf-8"))
    for number, name, flags in (
        (0, "in", os.O_RDONLY),
        (1, "out", os.O_WRONLY | os.O_CREAT),
        (2, "err", os.O_WRONLY | os.O_CREAT),
    ):
        opened = os.open(folder / name, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell started the tests in the background
    os.chdir(asked["cwd"])
    sys.argv = ["docgen", *asked["command"]]
    if asked["code"] is not None:
        exec(asked["code"], {"__name__": "__main__"})  # the test's own words
        return
    from docgen.cli.root import main  # noqa: PLC0415 - loaded already

    main()


if __name__ == "__main__":
    sys.path[0] = ""  # as `python -m docgen` has it
    for module in LOADED:
        __import__(module)
    gc.freeze()
    if (called := _serve()) is not None:
        _become(called)

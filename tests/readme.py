"""What the README says of the program, made from the program: help texts, tables, the procedure of verification.

`python -m tests.readme` (that is `make readme`) writes these parts anew; `test_docs.py` compares them.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

from click.testing import CliRunner

from docgen.cli.root import root
from docgen.errors import ExitCode
from docgen.model.reasons import _CONSEQUENCES

README = Path(__file__).parent.parent / "README.md"

MEANINGS = {
    0: "done, everything passed",
    1: "unexpected error (a bug; says so)",
    2: "usage",
    3: "something needed is missing (program, key, extra, sandbox)",
    4: "input cannot be read (not a PDF, encrypted, damaged, wrong data)",
    5: "output cannot be written",
    10: "a signature failed",
    11: "could not be determined",
    12: "nothing signed",
    13: "signature good, policy not met (not qualified, no qualified time stamp, wrong signer)",
    14: "trust data missing or stale",
    15: "the document's content is not in order",
    20: "official copy or register does not match its evidence",
    21: "PDF/A or PDF/UA check failed",
    22: "public pages out of step with the register",
    130: "interrupted",
}


def help_of(command: str) -> str:
    """`docgen COMMAND --help`, in English, 100 columns."""
    result = CliRunner().invoke(
        root,
        ["--lang", "en", *command.split(), "--help"],
        prog_name="docgen",
        terminal_width=100,
        max_content_width=100,
    )
    assert result.exit_code == 0, result.output
    return f"```\n$ docgen {command} --help\n{result.output.rstrip()}\n```"


def exits() -> str:
    """The table of exit codes."""
    assert set(MEANINGS) == {int(code) for code in ExitCode}
    rows = "\n".join(f"| {code} | {meaning} |" for code, meaning in MEANINGS.items())
    order = "A batch exits with the worst verdict in the order 10, 20, 21, 12, 13, 15, 14, 11, 4, 0."
    return f"| exit | meaning |\n|---|---|\n{rows}\n\n{order}"


def reasons() -> str:
    """The table of reason codes."""
    rows = "\n".join(
        f"| {code} | {decision or '–'} | {int(exit_)} |" for code, (decision, exit_) in _CONSEQUENCES.items()
    )
    return f"| code | proposes | exit |\n|---|---|---|\n{rows}"


def procedure() -> str:
    """The numbered procedure at the top of the verification module."""
    steps = re.findall(
        r"^\s*(\d+)\. (.+(?:\n {3,}\S.*)*)", import_module("docgen.signatures.verify").__doc__ or "", re.MULTILINE
    )
    assert len(steps) >= 6
    return "\n".join(f"{number}. {' '.join(text.split())}" for number, text in steps)


def current(text: str) -> str:
    """The README with its made parts as the program is now."""

    def made(match: re.Match[str]) -> str:
        name = match[1]
        match name.split(": "):
            case ["help", command]:
                body = help_of(command)
            case ["exits"]:
                body = exits()
            case ["reasons"]:
                body = reasons()
            case ["procedure"]:
                body = procedure()
            case _:
                msg = f"unknown part {name!r}"
                raise ValueError(msg)
        return f"<!-- {name} -->\n{body}\n<!-- end -->"

    return re.sub(
        r"<!-- ((?:help: [\w -]+?)|exits|reasons|procedure) -->(?:\n.*?\n<!-- end -->)?", made, text, flags=re.DOTALL
    )


if __name__ == "__main__":
    README.write_text(current(README.read_text("utf-8")), "utf-8")
    sys.stdout.write("README.md is up to date\n")

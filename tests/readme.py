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


REASONS = {
    "TYPE": "not a PDF (nor a container) by its content",
    "SIZE": "larger than the limit",
    "PARSE": "damaged, or readable in two ways",
    "ENCRYPTED": "protected by a password",
    "LIMIT": "more pages, objects or data than a letter may have",
    "UNSUPPORTED": "recognised, but not verified by this version (containers)",
    "UNSIGNED": "no signature; a document time stamp is none",
    "COVERAGE": "the signature does not cover the file as it should",
    "CMS": "the signature is not built as the standard asks",
    "CRYPTO": "the bytes are not those that were signed",
    "ALG": "an algorithm or key that is too weak",
    "CHANGED": "changed after signing",
    "CONTAINER": "wrongly packed container",
    "XML": "XML that must not be trusted",
    "REVOKED": "the certificate was revoked before it counted",
    "TRUST": "the chain ends at no listed authority",
    "TIME": "outside validity, or the time stamp is missing, untrusted or in the future",
    "NOT_QUALIFIED": "the policy asks for a qualified signature",
    "SEAL_ONLY": "sealed by an organisation, signed by no person",
    "QUALIFICATION_UNKNOWN": "the data at hand cannot say whether it is qualified",
    "REVOCATION_UNKNOWN": "the data at hand cannot say whether it was revoked",
    "TRUST_MISSING": "no trust data",
    "TRUST_STALE": "trust data is too old",
    "ACTIVE": "active content: scripts, links, programs",
    "CONTENT": "the letter's data and its page disagree",
    "HIDDEN": "hidden text, layers or a later visible stamp",
    "INCOMPLETE": "a required statement is missing",
    "IDENTITY": "signed by somebody whom the letter does not name",
    "FOREIGN": "not printed by docgen: a person reads it",
    "STATE": "does not fit the register (no member, a member already …)",
    "PARTIAL": "not all have signed whom the letter names",
    "RIGHTS_UNKNOWN": "no data on who may sign",
    "MANDATE": "power of attorney missing, expired or too narrow",
    "ORGANISATION": "the organisation is in liquidation or struck off",
    "REPLAY": "a registered letter again: answered with its number",
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
    assert set(REASONS) == {code.value for code in _CONSEQUENCES}
    rows = "\n".join(
        f"| {code} | {REASONS[code]} | {decision or '–'} | {int(exit_)} |"
        for code, (decision, exit_) in _CONSEQUENCES.items()
    )
    return f"| code | means | proposes | exit |\n|---|---|---|---|\n{rows}"


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

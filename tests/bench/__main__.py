"""`make bench`: whole processes, side by side in one run; medians, the spread, and ratios.

`python -m tests.bench letters tables minutes` runs only those that are named; `editions=10,5000` gives sizes.

Partners that are absent (LibreOffice, the `pyhanko` command of the extra `bench`) are said to be absent.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from docgen.demo.pki import TestPki
from docgen.signatures.sign import Level
from docgen.worker import PROFILES, Forker
from tests.bench.documents import letters, minutes, tables
from tests.bench.editions import editions
from tests.bench.folders import letters_in_a_folder
from tests.bench.measure import DOCGEN, PYTHON, alternate, table
from tests.bench.registers import register

BIN = Path(PYTHON).parent


def starts() -> None:
    """`docgen --help` beside a bare interpreter."""
    table("cold start", alternate({"python -c pass": [PYTHON, "-c", "pass"], "docgen --help": [*DOCGEN, "--help"]}, 15))


def verification(folder: Path) -> None:
    """One B-LT letter, beside pyHanko's own command line."""
    example = subprocess.run([*DOCGEN, "letter", "accession", "--example"], capture_output=True, check=True)
    (folder / "to-sign.toml").write_bytes(example.stdout)
    make = [*DOCGEN, "letter", "accession", "--data", str(folder / "to-sign.toml"), "-o", str(folder / "to-sign")]
    subprocess.run(make, capture_output=True, check=True)
    (letter,) = (folder / "to-sign").glob("*.pdf")
    with TestPki(folder / "pki") as pki:
        signer = pki.signer("Anna Bērziņa")
        signed = folder / "signed.pdf"
        signed.write_bytes(pki.sign(letter.read_bytes(), signer, Level.LT))
        anchors = [str(path) for kind in ("signers", "timestamps") for path in (pki.trust_folder / kind).glob("*.pem")]
        options = ["--policy", "by-anchor", "--trust", str(pki.trust_folder)]
        commands = {"docgen verify, locked-down worker": [*DOCGEN, "verify", *options, str(signed)]}
        other = BIN / "pyhanko"
        if other.exists():
            trust = [part for anchor in anchors for part in ("--trust", anchor)]
            commands["pyhanko sign adesverify"] = [
                str(other),
                "sign",
                "adesverify",
                *trust,
                "--trust-replace",
                str(signed),
            ]
            commands["pyhanko sign validate"] = [str(other), "sign", "validate", *trust, "--trust-replace", str(signed)]
        else:
            sys.stdout.write("the pyhanko command is absent (pip install docgen[bench])\n")
        for name, command in commands.items():
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            sys.stdout.write(f"  [{name}: exit {run.returncode}]\n")
        table("verify one B-LT letter, cold", alternate(commands, 7))


def story(folder: Path) -> None:
    """The demonstration's wall time."""
    demo = [*DOCGEN, "demo", "-o", str(folder / "demo")]
    table("the demonstration", alternate({"docgen demo": demo}, 3))


def lock() -> None:
    """What the lock-down adds to a job in a worker."""
    seconds: dict[str, list[float]] = {"unlocked": [], "locked": []}
    with Forker("docgen.cli._selftest", sandbox=False) as unlocked, Forker("docgen.cli._selftest") as locked:
        for _ in range(31):
            for name, running in (("unlocked", unlocked), ("locked", locked)):
                begin = time.perf_counter()
                running.run("echo", PROFILES["letter"], {})
                seconds[name].append(time.perf_counter() - begin)
    table("one job in a worker", {name: times[1:] for name, times in seconds.items()})


PARTS = {
    "starts": lambda _folder: starts(),
    "lock": lambda _folder: lock(),
    "letters": letters,
    "tables": tables,
    "minutes": minutes,
    "verification": verification,
    "folder": letters_in_a_folder,
    "editions": editions,
    "register": register,
    "story": story,
}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for part in sys.argv[1:] or PARTS:
            name, _, sizes = part.partition("=")
            PARTS[name](Path(place), *(int(size) for size in sizes.split(",") if size))

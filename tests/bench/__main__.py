"""`make bench`: whole processes, side by side in one run; medians, the spread, and ratios.

Partners that are absent (LibreOffice, the `pyhanko` command of the extra `bench`) are said to be absent.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from docgen.demo.pki import TestPki
from docgen.signatures.sign import Level

PYTHON = sys.executable
BIN = Path(PYTHON).parent
DOCGEN = [str(BIN / "docgen"), "--lang", "en"]

BARE_DOCXTPL = """
import sys
from docxtpl import DocxTemplate
template = DocxTemplate(sys.argv[1])
values = {"name": 'Biedrība "Drošā pilsēta"', "number": "40008999902", "date": "2026. gada 20. novembrī"}
template.render(values, autoescape=True)
template.save(sys.argv[2])
"""


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


def starts() -> None:
    """`docgen --help` beside a bare interpreter."""
    table("cold start", alternate({"python -c pass": [PYTHON, "-c", "pass"], "docgen --help": [*DOCGEN, "--help"]}, 15))


def letters(folder: Path) -> None:
    """One letter, cold, PDF and DOCX, beside a bare docxtpl letter, without and with LibreOffice's PDF."""
    data = folder / "ngo.toml"
    example = subprocess.run([*DOCGEN, "letter", "accession", "--example"], capture_output=True, check=True)
    data.write_bytes(example.stdout)
    make = [*DOCGEN, "letter", "accession", "--data", str(data), "-o", str(folder / "letters")]
    template = folder / "template.docx"
    script = folder / "bare.py"
    script.write_text(BARE_DOCXTPL, "utf-8")
    words = "{{ name }} {{ number }} {{ date }}"
    make_template = f"import docx; d = docx.Document(); d.add_paragraph({words!r}); d.save({str(template)!r})"
    subprocess.run([PYTHON, "-c", make_template], check=True)
    bare = [PYTHON, str(script), str(template), str(folder / "bare.docx")]
    commands = {"docgen letter, PDF + DOCX": make, "bare docxtpl, DOCX": bare}
    office = shutil.which("soffice")
    if office:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        convert = f"{office} --headless {profile} --convert-to pdf --outdir {folder} {folder}/bare.docx"
        commands["bare docxtpl + LibreOffice, DOCX + PDF"] = ["sh", "-c", f"{' '.join(bare)} && {convert}"]
    else:
        sys.stdout.write("LibreOffice is absent\n")
    table("one letter, cold", alternate(commands, 5))


def verification(folder: Path) -> None:
    """One B-LT letter, beside pyHanko's own command line."""
    (letter,) = (folder / "letters").glob("*.pdf")
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


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        starts()
        letters(Path(place))
        verification(Path(place))
        story(Path(place))

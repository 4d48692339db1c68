"""The open corpora through `docgen verify --json`: right, wrong, crashed. A count, not a bar.

`python -m tests.corpus_count [DIR]`, with the corpora beside the checkout.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.corpora import ROOT


def verify(files: list[Path], *options: str) -> dict[str, dict[str, Any]]:
    """The report of each file, by its path as given."""
    run = subprocess.run(
        [sys.executable, "-m", "docgen", "--lang", "en", "verify", "--json", *options, "--", *map(str, files)],
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    reports = json.loads(run.stdout)["files"]
    assert len(reports) == len(files), run.stderr
    return dict(zip([str(f) for f in files], reports, strict=True))


def _unpacked(file: Path, place: Path) -> Path:
    """The case itself: a few lie gzipped, as their bytes still compress a thousandfold."""
    if file.suffix != ".gz":
        return file
    target = place / file.stem
    with gzip.open(file) as source:
        target.write_bytes(source.read(20_000_000))
    return target


def hostile(corpora: Path, place: Path) -> list[tuple[str, str, str]]:
    """(file, `right|wrong|crashed|needs …`, what was said) for each case of `hostile/cases.json`."""
    folder = corpora / "hostile"
    cases = json.loads((folder / "cases.json").read_text())
    files = [_unpacked(folder / case["file"], place) for case in cases["cases"]]
    reports = verify(files, "--policy", cases["policy"], "--trust", str(folder / "trust"), "--as-of", cases["as_of"])
    rows = []
    for case, file in zip(cases["cases"], files, strict=True):
        report = reports[str(file)]
        codes = [reason["code"] for reason in report["reasons"]]
        said = f"{report['decision']} {codes}"
        allowed = {case["reason"], *case["also_right"]}
        if case.get("needs"):
            verdict = f"needs {case['needs']}"
        elif case["decision"] == "ACCEPT":
            verdict = "right" if report["decision"] == "ACCEPT" else "wrong"
        else:
            verdict = "right" if report["decision"] == case["decision"] and allowed & set(codes) else "wrong"
        if any("bug" in reason["message"] for reason in report["reasons"]):
            verdict = "crashed"
        rows.append((case["file"], verdict, said))
    return rows


def pades(corpora: Path) -> list[tuple[str, str, str]]:
    """The same for `pades/expected.json`: intactness, counts, changes, and that nothing bad passes."""
    folder = corpora / "pades"
    expected = json.loads((folder / "expected.json").read_text())
    files = [folder / entry["file"] for entry in expected]
    reports = verify(files, "--policy", "lenient", "--trust", str(corpora / "hostile" / "trust"))
    rows = []
    for entry, file in zip(expected, files, strict=True):
        report = reports[str(file)]
        found = report["signatures"]
        signatures = [s for s in found if s["kind"] != "document-timestamp"]
        wrong = []
        if entry["must_reject"] and report["decision"] == "ACCEPT":
            wrong.append("accepted")
        if entry["signatures"] is not None and not entry["must_reject"] and len(signatures) != entry["signatures"]:
            wrong.append(f"signatures {len(signatures)}≠{entry['signatures']}")
        if entry["doc_timestamps"] is not None and len(found) - len(signatures) != entry["doc_timestamps"]:
            wrong.append(f"stamps {len(found) - len(signatures)}≠{entry['doc_timestamps']}")
        if entry["intact"] is True and not all(s["intact"] for s in signatures):
            wrong.append("intact said broken")
        if entry["intact"] is False and signatures and all(s["intact"] for s in signatures):
            wrong.append("broken said intact")
        changes = {s["changes"] for s in signatures}
        if entry["modified_after_signing"] == "suspicious" and not changes & {"forbidden", "unknown"} and signatures:
            wrong.append(f"changes {changes}")
        if entry["modified_after_signing"] in {"none", "permitted"} and "forbidden" in changes:
            wrong.append(f"changes {changes} for {entry['modified_after_signing']}")
        if any("bug" in reason["message"] for reason in report["reasons"]):
            wrong.append("crashed")
        said = f"{report['decision']} {[r['code'] for r in report['reasons']]} {'; '.join(wrong)}"
        rows.append((entry["file"], "crashed" if "crashed" in wrong else "wrong" if wrong else "right", said))
    return rows


def main() -> None:
    """Print the rows that are not right, then the counts."""
    corpora = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "corpora"
    with tempfile.TemporaryDirectory() as place:
        _print(corpora, Path(place))


def _print(corpora: Path, place: Path) -> None:
    for name, rows in (("hostile", hostile(corpora, place)), ("pades", pades(corpora))):
        for file, verdict, said in rows:
            if verdict != "right":
                sys.stdout.write(f"  {verdict}: {file}: {said}\n")
        verdicts = [verdict for _, verdict, _ in rows]
        counts = {v: verdicts.count(v) for v in sorted(set(verdicts))}
        sys.stdout.write(f"{name}: {len(rows)} files: {counts}\n")


if __name__ == "__main__":
    main()

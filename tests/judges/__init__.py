"""The outside judges: programs that nobody of this project wrote decide what docgen may claim.

veraPDF (PDF/A-3a, PDF/UA-1) and EU DSS (signatures) come from Maven by ordinary coordinates and need Java 17;
qpdf, poppler and LibreOffice are looked for on the path. A judge that is absent skips the test with its reason, and
fails it where `DOCGEN_JUDGES=required` (as in `.ci/run`): a gate never opens because its keeper is away.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_HERE = Path(__file__).parent
_VERAPDF = "1.28.2"
_TIMEOUT = 600


def _absent(what: str) -> None:
    reason = f"{what} is not on this machine"
    if os.environ.get("DOCGEN_JUDGES") == "required":
        pytest.fail(f"{reason}, and it is required here")
    pytest.skip(reason)


def program(name: str) -> str:
    """The path of an outside program; skips (or fails) the test where it is absent."""
    found = shutil.which(name)
    if found is None:
        _absent(name)
    assert found is not None
    return found


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "docgen-judges"


@functools.cache
def _java() -> str | None:
    java = shutil.which("java")
    return java if java and shutil.which("mvn") and shutil.which("javac") else None


def _maven(*arguments: str, folder: Path | None = None) -> None:
    subprocess.run(["mvn", "-q", "-B", *arguments], cwd=folder, check=True, timeout=_TIMEOUT, capture_output=True)


@functools.cache
def _verapdf() -> Path:
    repository = Path(os.environ.get("MAVEN_REPO_LOCAL", Path.home() / ".m2" / "repository"))
    jar = repository / f"org/verapdf/apps/greenfield-apps/{_VERAPDF}/greenfield-apps-{_VERAPDF}.jar"
    if not jar.exists():
        artifact = f"org.verapdf.apps:greenfield-apps:{_VERAPDF}"
        _maven("dependency:get", f"-Dartifact={artifact}", "-Dtransitive=false")
    return jar


@functools.cache
def _dss() -> str:
    build = _cache() / "dss"
    build.mkdir(parents=True, exist_ok=True)
    classes = build / "classes" / "DssJudge.class"
    source = _HERE / "dss" / "DssJudge.java"
    if not classes.exists() or classes.stat().st_mtime < source.stat().st_mtime:
        shutil.copy(_HERE / "dss" / "pom.xml", build / "pom.xml")
        _maven("dependency:copy-dependencies", "-DoutputDirectory=lib", folder=build)
        subprocess.run(
            ["javac", "-cp", str(build / "lib" / "*"), "-d", str(build / "classes"), str(source)],
            check=True,
            timeout=_TIMEOUT,
        )
    return f"{build / 'classes'}:{build / 'lib' / '*'}"


def failed_rules(file: Path, flavour: str) -> list[str]:
    """The rules of one flavour (`3a`, `ua1`) that a PDF fails; fails the test unless veraPDF really judged it."""
    java = _java()
    if java is None:
        _absent("veraPDF (Java 17 and Maven)")
    run = subprocess.run(
        [
            str(java),
            "-cp",
            str(_verapdf()),
            "org.verapdf.apps.GreenfieldCliWrapper",
            "-f",
            flavour,
            "--format",
            "xml",
            str(file),
        ],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=False,
    )
    verdict = re.search(r'<validationReport[^>]*isCompliant="(true|false)"', run.stdout)
    assert verdict, f"veraPDF did not judge {file.name}: {run.stdout[-500:]} {run.stderr[-500:]}"
    rules = re.findall(r'<rule specification="([^"]+)" clause="([^"]+)" testNumber="(\d+)" status="failed"', run.stdout)
    assert (verdict[1] == "true") == (not rules)
    return [" ".join(rule) for rule in rules]


def pdfa(files: Sequence[Path]) -> None:
    """Assert that every file is PDF/A-3a and PDF/UA-1: the judge must say PASS for each file and flavour by name."""
    java = _java()
    if java is None:
        _absent("veraPDF (Java 17 and Maven)")
    assert files
    for flavour in ("3a", "ua1"):
        run = subprocess.run(
            [
                str(java),
                "-cp",
                str(_verapdf()),
                "org.verapdf.apps.GreenfieldCliWrapper",
                "-f",
                flavour,
                "--format",
                "text",
            ]
            + [str(file) for file in files],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )
        passed = {
            line.split(" ", 1)[1].rsplit(" ", 1)[0] for line in run.stdout.splitlines() if line.startswith("PASS ")
        }
        not_passed = [str(file) for file in files if str(file) not in passed]
        assert not not_passed, f"{flavour}: {[(f, failed_rules(Path(f), flavour)) for f in not_passed]}"


def dss(
    files: Sequence[Path], *, trust: Sequence[Path], crls: Sequence[Path] = (), at: datetime | None = None
) -> list[dict[str, Any]]:
    """EU DSS's words on each file, in order, with these anchors and CRLs (DER), offline, at the given moment."""
    java = _java()
    if java is None:
        _absent("EU DSS (Java 17 and Maven)")
    arguments = [part for anchor in trust for part in ("--trust", str(anchor))]
    arguments += [part for crl in crls for part in ("--crl", str(crl))]
    if at is not None:
        arguments += ["--at", at.strftime("%Y-%m-%dT%H:%M:%SZ")]
    run = subprocess.run(
        [str(java), "-cp", _dss(), "DssJudge", *arguments, *map(str, files)],
        capture_output=True,
        text=True,
        timeout=_TIMEOUT,
        check=True,
    )
    lines = [json.loads(line[line.index("{") :]) for line in run.stdout.splitlines() if "{" in line]
    assert len(lines) == len(files)
    return lines

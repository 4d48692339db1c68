"""The outside judges: programs that nobody of this project wrote decide what docgen may claim.

veraPDF (PDF/A-3a, PDF/UA-1) and EU DSS (signatures) come from Maven by ordinary coordinates and need Java 17;
qpdf, poppler and LibreOffice are looked for on the path. A judge that is absent skips the test with its reason, and
fails it where `DOCGEN_JUDGES=required` (as in `.ci/run`): a gate never opens because its keeper is away.

Each of the two stays in one process of its own for as long as the tests run (`standing.py`); its words are those of the
program that is called once a file, as tests/test_judges.py compares.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.judges.standing import JVM, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
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


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time in a folder: several start their judges at the same moment."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _built(name: str, *sources: Path) -> Iterator[tuple[Path, bool]]:
    """The folder of one judge, for one process at a time, and whether it was built from these sources to its end."""
    folder = _cache() / name
    stamp = folder / "built"
    state = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    with _alone(folder):
        done = stamp.exists() and stamp.read_text() == state and (folder / "classes").is_dir()
        if not done:
            stamp.unlink(missing_ok=True)
        yield folder, done
        if not done:
            stamp.write_text(state)


def _javac(source: Path, classpath: str, classes: Path) -> None:
    subprocess.run(["javac", "-cp", classpath, "-d", str(classes), str(source)], check=True, timeout=_TIMEOUT)


@functools.cache
def verapdf_jar() -> Path:
    """veraPDF as published, with its own command line."""
    repository = Path(os.environ.get("MAVEN_REPO_LOCAL", Path.home() / ".m2" / "repository"))
    jar = repository / f"org/verapdf/apps/greenfield-apps/{_VERAPDF}/greenfield-apps-{_VERAPDF}.jar"
    with _alone(_cache()):
        if not jar.exists():
            artifact = f"org.verapdf.apps:greenfield-apps:{_VERAPDF}"
            _maven("dependency:get", f"-Dartifact={artifact}", "-Dtransitive=false")
    return jar


@functools.cache
def _verapdf() -> Standing:
    java = _java()
    if java is None:
        _absent("veraPDF (Java 17 and Maven)")
    source = _HERE / "verapdf" / "VeraJudge.java"
    with _built("verapdf", source) as (build, done):
        jar = verapdf_jar()
        if not done:
            _javac(source, str(jar), build / "classes")
    return Standing([str(java), *JVM, "-cp", f"{build / 'classes'}:{jar}", "VeraJudge"])


@functools.cache
def dss_command() -> tuple[str, ...]:
    """EU DSS as a program: with arguments it judges those files and ends, without it stays."""
    java = _java()
    if java is None:
        _absent("EU DSS (Java 17 and Maven)")
    source, pom = _HERE / "dss" / "DssJudge.java", _HERE / "dss" / "pom.xml"
    with _built("dss", source, pom) as (build, done):
        if not done:
            shutil.copy(pom, build / "pom.xml")
            _maven("dependency:copy-dependencies", "-DoutputDirectory=lib", folder=build)
            _javac(source, str(build / "lib" / "*"), build / "classes")
    return (str(java), *JVM, "-cp", f"{build / 'classes'}:{build / 'lib' / '*'}", "DssJudge")


@functools.cache
def _dss() -> Standing:
    return Standing(dss_command())


def failed_rules(file: Path, flavour: str) -> list[str]:
    """The rules of one flavour (`3a`, `ua1`) that a PDF fails; fails the test unless veraPDF really judged it."""
    answer = _verapdf().ask(flavour, str(file), timeout=_TIMEOUT)
    assert isinstance(answer.get("compliant"), bool), f"veraPDF did not judge {file.name}: {answer}"
    rules: list[str] = answer["failed"]
    assert answer["flavour"] == flavour, answer
    assert answer["compliant"] == (not rules), answer
    return rules


def pdfa(files: Sequence[Path]) -> None:
    """Assert that every file is PDF/A-3a and PDF/UA-1: the judge must pass each file and flavour by name."""
    assert files, "nothing to judge"
    failed = {
        (str(file), flavour): rules
        for file in files
        for flavour in ("3a", "ua1")
        if (rules := failed_rules(file, flavour))
    }
    assert not failed, failed


def dss(
    files: Sequence[Path], *, trust: Sequence[Path], crls: Sequence[Path] = (), at: datetime | None = None
) -> list[dict[str, Any]]:
    """EU DSS's words on each file, in order, with these anchors and CRLs (DER), offline, at the given moment."""
    arguments = dss_arguments(trust=trust, crls=crls, at=at)
    return [_dss().ask(*arguments, str(file), timeout=_TIMEOUT) for file in files]


def dss_arguments(*, trust: Sequence[Path], crls: Sequence[Path] = (), at: datetime | None = None) -> list[str]:
    """What stands before the files, in a call and in a question alike."""
    arguments = [part for anchor in trust for part in ("--trust", str(anchor))]
    arguments += [part for crl in crls for part in ("--crl", str(crl))]
    if at is not None:
        arguments += ["--at", at.strftime("%Y-%m-%dT%H:%M:%SZ")]
    return arguments

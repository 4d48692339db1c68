"""The open corpora through the locked-down worker: right, wrong, crashed; and nothing is imported late."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime

import pytest

from docgen.model.policy import POLICIES
from docgen.model.reasons import Decision
from docgen.model.report import Coverage, SignatureKind
from docgen.signatures.batch import verify_files
from docgen.signatures.trust import Trust, load_trust
from tests.corpora import ROOT, shared

pytestmark = pytest.mark.corpora


@pytest.fixture(scope="module")
def hostile():
    folder = shared("corpora") / "hostile"
    cases = json.loads((folder / "cases.json").read_text("utf-8"))
    pdfs = [case for case in cases["cases"] if case["file"].endswith(".pdf")]
    report = verify_files(
        [folder / case["file"] for case in pdfs],
        trust=load_trust(folder / "trust"),
        policy=POLICIES[cases["policy"]],
        as_of=datetime.fromisoformat(cases["as_of"]),
    )
    return dict(zip((case["file"] for case in pdfs), zip(pdfs, report.files, strict=True), strict=True))


def test_every_hostile_file_gets_what_it_must(hostile):
    wrong = {}
    for name, (case, report) in hostile.items():
        if "needs" in case:
            continue
        codes = {str(reason.code) for reason in report.reasons}
        decision = case["decision"].split()[0]
        expected = {case["reason"], *case["also_right"]}
        if str(report.decision) != decision or (decision != "ACCEPT" and not codes & expected):
            wrong[name] = (report.decision, codes)
    assert not wrong


def test_no_accepted_file_has_a_reason(hostile):
    for name, (_, report) in hostile.items():
        assert (report.decision is Decision.ACCEPT) == (not report.reasons), name
        assert all(reason.message and reason.code for reason in report.reasons)


def test_two_officers_are_two_people(hostile):
    report = hostile["G07-two-signers-timestamped.pdf"][1]
    people = {one.person for one in report.signatures if one.kind is SignatureKind.SIGNATURE}
    assert len(people) == 2


def test_personal_codes_never_come_through(hostile):
    for name, (_, report) in hostile.items():
        assert "010190" not in repr(report), name


def test_real_and_broken_signatures_of_others():
    folder = shared("corpora") / "pades"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    report = verify_files(
        [folder / case["file"] for case in expected],
        trust=Trust(),
        policy=POLICIES["lenient"],
        as_of=datetime.fromisoformat("2026-11-24T00:00:00+00:00"),
    )
    for case, file in zip(expected, report.files, strict=True):
        assert file.decision is not Decision.ACCEPT, case["file"]
        signatures = [one for one in file.signatures if one.kind is not SignatureKind.DOCUMENT_TIMESTAMP]
        if case["intact"] is False and signatures:
            assert not all(one.intact and one.coverage is not Coverage.NONE for one in signatures), case["file"]


_LATE = """
import glob, importlib, json, sys
from datetime import datetime
import docgen.signatures.worker_jobs as jobs
from docgen._lockdown.forking import _ALWAYS
for name in (*_ALWAYS, *jobs.PRELOAD):
    importlib.import_module(name)
known = set(sys.modules)
given = {"name": "x", "trust": json.loads(sys.argv[1]), "policy": "lenient", "profile": "document"}
for path in sys.argv[2:]:
    with open(path, "rb") as source:
        data = source.read()
    jobs.verify_job(data, {**given, "as_of": "2026-11-22T08:30:00+00:00", "receipt": None})
    late = set(sys.modules) - known
    assert not late, (path, late)
"""


def test_nothing_is_imported_late():
    folder = shared("corpora")
    files = [path for path in sorted(folder.glob("*/*.pdf")) if not path.name.startswith(("J0", "J1"))]
    trust = json.dumps(load_trust(folder / "hostile" / "trust").to_json())
    subprocess.run([sys.executable, "-c", _LATE, trust, *map(str, files)], check=True, cwd=ROOT)


def test_locked_and_unlocked_reports_are_equal():
    folder = shared("corpora") / "hostile"
    names = ("G01", "G02", "G07", "E07", "A01", "A03", "B01", "D08", "E01", "F31", "L01")
    files = [path for path in sorted(folder.glob("*.pdf")) if path.name.startswith(names)]
    settings = {
        "trust": load_trust(folder / "trust"),
        "policy": POLICIES["lenient"],
        "as_of": datetime.fromisoformat("2026-11-22T08:30:00+00:00"),
    }
    assert verify_files(files, **settings) == verify_files(files, **settings, sandbox=False)


def test_containers_are_held_for_review():
    files = sorted((shared("corpora") / "containers").iterdir())
    report = verify_files(
        files, trust=Trust(), policy=POLICIES["lenient"], as_of=datetime.fromisoformat("2026-11-24T00:00:00+00:00")
    )
    assert {str(reason.code) for file in report.files for reason in file.reasons} == {"UNSUPPORTED"}
    assert {str(file.decision) for file in report.files} == {"REVIEW"}
    assert int(report.exit_code) == 11

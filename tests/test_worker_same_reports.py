"""Under the lock a late import or a refused call would look like a damaged file: locked and unlocked reports are equal.

A late import ends a locked worker as a bug, so this test also shows that everything was loaded before the lock.
"""

import gzip
import json
import sys

import pytest

from docgen.model.report import FileReport
from docgen.signatures.trust import load_trust
from docgen.wire import decode
from docgen.worker import PROFILES, Finished, Forker, Request, Stopped
from tests.corpora import shared

pytestmark = [pytest.mark.corpora, pytest.mark.skipif(sys.platform != "linux", reason="the lock is Linux's")]

PROFILE = PROFILES["document"]


def _files():
    corpora = shared("corpora")
    for pattern in ("pades/*.pdf", "hostile/*.pdf", "hostile/pdf101/*"):
        for path in sorted(corpora.glob(pattern)):
            data = path.read_bytes()
            yield path.name, gzip.decompress(data) if path.suffix == ".gz" else data


def _outcomes(files, *, sandbox):
    hostile = shared("corpora") / "hostile"
    arguments = {
        "receipt": None,
        "policy": "lenient",
        "as_of": json.loads((hostile / "cases.json").read_text("utf-8"))["as_of"].replace("Z", "+00:00"),
        "profile": PROFILE.name,
        "trust": load_trust(hostile / "trust").to_json(),
    }
    requests = (
        Request(job="verify", profile=PROFILE, arguments={**arguments, "name": name}, data=data) for name, data in files
    )
    with Forker("docgen.signatures.worker_jobs", sandbox=sandbox) as forker:
        return list(forker.run_many(requests))


def test_every_corpus_file_gives_the_same_report_locked_and_unlocked_and_ends_in_time():
    files = list(_files())
    locked = _outcomes(files, sandbox=True)
    unlocked = _outcomes(files, sandbox=False)
    assert len(files) > 90
    for (name, _), with_lock, without in zip(files, locked, unlocked, strict=True):
        assert with_lock == without, name
        if isinstance(with_lock, Finished):
            assert decode(with_lock.result, FileReport).file == name
        else:
            assert isinstance(with_lock, Stopped)
            assert "too long" not in str(with_lock.message), name

"""Evidence: stored whole, read back, read-only, safe for two at once."""

import hashlib
import os
import stat
import threading

import pytest

from docgen.errors import MismatchError, UnwritableError
from docgen.register.evidence import evidence_path, read_evidence, store_evidence

PDF = b"%PDF-1.7\nx\n%%EOF\n"


def test_it_lies_under_its_digest_and_is_read_only(tmp_path):
    digest = store_evidence(tmp_path, PDF)
    path = tmp_path / digest[:2] / f"{digest}.pdf"
    assert digest == hashlib.sha256(PDF).hexdigest()
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert evidence_path(tmp_path, digest) == path
    assert read_evidence(tmp_path, digest) == PDF


@pytest.mark.parametrize(
    ("data", "ending"), [(PDF, ".pdf"), (b"PK\x03\x04", ".asice"), (b"{}", ".json"), (b"", ".bin"), (b"MZ", ".bin")]
)
def test_the_bytes_decide_the_ending(tmp_path, data, ending):
    assert evidence_path(tmp_path, store_evidence(tmp_path, data)).suffix == ending


def test_the_same_bytes_again_change_nothing(tmp_path):
    path = evidence_path(tmp_path, store_evidence(tmp_path, PDF))
    before = path.stat().st_mtime_ns, path.stat().st_ino
    store_evidence(tmp_path, PDF)
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_many_at_once_all_succeed_and_leave_one_file(tmp_path):
    digests: list[str] = []
    threads = [threading.Thread(target=lambda: digests.append(store_evidence(tmp_path, PDF))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(digests) == 16
    assert len(set(digests)) == 1
    assert [path.name for path in (tmp_path / digests[0][:2]).iterdir()] == [f"{digests[0]}.pdf"]


def test_other_bytes_under_the_digest_are_never_taken_for_it(tmp_path):
    path = evidence_path(tmp_path, store_evidence(tmp_path, PDF))
    path.chmod(0o644)
    path.write_bytes(PDF[:-1] + b"x")
    with pytest.raises(MismatchError):
        store_evidence(tmp_path, PDF)
    with pytest.raises(MismatchError):
        read_evidence(tmp_path, path.stem)


def test_a_file_that_is_gone_is_said_to_be_gone(tmp_path):
    with pytest.raises(MismatchError, match="gone"):
        evidence_path(tmp_path, "ab" * 32)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_closed_folder_is_said_to_be_closed(tmp_path):
    tmp_path.chmod(0o555)
    with pytest.raises(UnwritableError):
        store_evidence(tmp_path, PDF)


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnwritableError, match="the disk is full"):
        store_evidence(tmp_path, PDF)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

"""Sealing: attachments and seal are one appended revision, found again byte for byte."""

from __future__ import annotations

import contextlib
import hashlib
import resource
import signal
import subprocess
import tempfile
import zlib
from datetime import UTC, date, datetime

import pytest

from docgen.demo.pki import PASSWORD, TestPki
from docgen.documents.pdf import print_pdf
from docgen.errors import ExitCode, MissingError, UnwritableError
from docgen.model.blocks import Document, Heading, plain
from docgen.signatures.seal import Embedded, Relationship, Spool, seal_pdf
from docgen.signatures.sign import Credentials, Level
from tests import judges

MOMENT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
COPY = Document(title="Oficiālā kopija", date=date(2026, 11, 24), blocks=(Heading(text=plain("Oficiālā kopija")),))


def _files():
    return [
        Embedded(
            name=f"{number:04d}.bin",
            description=f"Vēstule Nr. {number}, ķēde",
            media_type="application/octet-stream",
            relationship=Relationship.SOURCE,
            data=hashlib.sha256(str(number).encode()).digest() * 50,
        )
        for number in range(1, 13)
    ]


def test_what_waits_on_the_disk_comes_back_as_it_was():
    data = [b"a" * 10_000, b"", b"b" * 7]
    with Spool() as spool:
        files = [
            Embedded(name="a", description="", media_type="a/b", relationship=Relationship.DATA, data=item, spool=spool)
            for item in data
        ]
        assert [zlib.decompress(file.packed) for file in reversed(files)] == data[::-1]
        assert [file.size for file in files] == [10_000, 0, 7]


def test_a_full_disk_is_said_where_files_wait():
    with Spool() as spool, limited_files():
        with pytest.raises(UnwritableError) as caught:
            spool.keep(b"x" * 100_000)
        assert caught.value.exit_code is ExitCode.UNWRITABLE


def test_without_a_folder_for_what_waits_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(UnwritableError) as caught, Spool():
        pass
    assert "nowhere" in str(caught.value)


@contextlib.contextmanager
def limited_files():
    """No file of this process grows beyond 50,000 bytes meanwhile."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("pki")) as pki:
        yield pki


@pytest.fixture(scope="module")
def readable():
    return print_pdf(COPY)


def _seal(pki, readable, output, files, level=Level.LTA):
    return seal_pdf(
        readable,
        files,
        output,
        Credentials.from_pkcs12(pki.seal("Parauga ministrija", "90000000000"), PASSWORD),
        level=level,
        tsa_url=pki.tsa_url,
        anchors=[pki.certificate(kind).dump() for kind in ("signers", "timestamps")],
        modified=MOMENT,
    )


@pytest.fixture(scope="module")
def edition(pki, readable, tmp_path_factory):
    path = tmp_path_factory.mktemp("edition") / "edition.pdf"
    return path, _seal(pki, readable, path, _files())


def test_the_hash_is_that_of_the_first_sealed_revision(edition, readable):
    path, sealed = edition
    data = path.read_bytes()
    assert data.startswith(readable)
    assert len(readable) < sealed.length < len(data)
    assert hashlib.sha256(data[: sealed.length]).hexdigest() == sealed.sha256
    assert data[: sealed.length].rstrip().endswith(b"%%EOF")


def test_attachments_and_seal_are_one_revision(edition, readable):
    path, sealed = edition
    added = path.read_bytes()[len(readable) : sealed.length]
    assert added.count(b"startxref") == 1
    assert added.count(b"/EmbeddedFile\n") or added.count(b"/EmbeddedFile")


def test_later_revisions_do_not_repeat_the_list_of_attachments(edition):
    path, sealed = edition
    assert b"0001.bin" not in path.read_bytes()[sealed.length :]


def test_a_name_twice_is_a_mistake(pki, readable, tmp_path):
    files = _files()[:1] * 2
    with pytest.raises(ValueError, match="two attachments"):
        _seal(pki, readable, tmp_path / "edition.pdf", files)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["../x.pdf", "ē.pdf", "", ".hidden", "a/b", "-x"])
def test_an_attachment_with_an_unsafe_name_does_not_exist(name):
    with pytest.raises(ValueError, match="not a safe name"):
        Embedded(name=name, description="", media_type="a/b", relationship=Relationship.DATA, data=b"")


def test_what_exists_is_never_replaced(pki, readable, tmp_path):
    output = tmp_path / "edition.pdf"
    output.write_bytes(b"kept")
    with pytest.raises(UnwritableError):
        _seal(pki, readable, output, _files())
    assert output.read_bytes() == b"kept"
    assert [path.name for path in tmp_path.iterdir()] == ["edition.pdf"]


def test_nothing_is_left_when_the_time_stamp_cannot_be_had(pki, readable, tmp_path):
    with pytest.raises(MissingError):
        seal_pdf(
            readable,
            _files(),
            tmp_path / "edition.pdf",
            Credentials.from_pkcs12(pki.seal("Parauga ministrija", "90000000000"), PASSWORD),
            level=Level.LTA,
            tsa_url="http://127.0.0.1:9/",
            anchors=[pki.certificate("signers").dump()],
            modified=MOMENT,
        )
    assert not list(tmp_path.iterdir())


@pytest.mark.judge
def test_the_sealed_edition_is_conformant_and_passes(edition, pki):
    path, _ = edition
    judges.pdfa([path])
    (said,) = judges.dss([path], trust=sorted(pki.trust_folder.glob("*/*.pem")))
    assert [(s["indication"], s["level"]) for s in said["signatures"]] == [("TOTAL_PASSED", "PAdES-BASELINE-LTA")]
    assert [s["indication"] for s in said["document_timestamps"]] == ["PASSED"]


@pytest.mark.judge
def test_others_extract_the_same_bytes(edition, tmp_path):
    path, _ = edition
    subprocess.run([judges.program("pdfdetach"), "-saveall", "-o", str(tmp_path), str(path)], check=True)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        file.name: zlib.decompress(file.packed) for file in _files()
    }
    subprocess.run([judges.program("qpdf"), "--check", str(path)], check=True, capture_output=True)

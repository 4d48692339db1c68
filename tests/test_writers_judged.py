"""Outside judges on what the writers make: veraPDF (PDF/A-3a, PDF/UA-1), qpdf, poppler, LibreOffice."""

import subprocess

import pytest

from docgen.documents.pdf import Attachment, print_pdf
from docgen.documents.structure import fold
from docgen.documents.word import print_docx
from tests import judges
from tests.samples import HOSTILE, everything, letter

pytestmark = pytest.mark.judge


def test_pdf_is_archival_and_accessible(tmp_path):
    attached = [
        Attachment(name="docgen.json", content=b"{}", media_type="application/json", description="Vēstules dati"),
        Attachment(name="0001-ab.pdf", content=bytes(range(256)), media_type="application/pdf", description="Vēstule"),
    ]
    documents = {
        "letter": letter(),
        "long": letter(paragraphs=40),
        "all": everything(),
        "wide": everything(landscape=True),
    }
    documents |= {f"hostile{index}": letter(name) for index, name in enumerate(HOSTILE)}
    files = []
    for name, document in documents.items():
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(print_pdf(document, attached if name == "letter" else ()))
    judges.pdfa(files)


def test_pdf_is_sound_for_other_readers(tmp_path):
    file = tmp_path / "letter.pdf"
    file.write_bytes(
        print_pdf(
            letter(),
            [Attachment(name="docgen.json", content=b'{"a": 1}', media_type="application/json", description="Dati")],
        )
    )
    (tmp_path / "out").mkdir()
    subprocess.run([judges.program("qpdf"), "--check", str(file)], check=True, capture_output=True)
    subprocess.run(
        [judges.program("pdfdetach"), "-saveall", "-o", str(tmp_path / "out"), str(file)],
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "out" / "docgen.json").read_bytes() == b'{"a": 1}'


def test_libreoffice_shows_words_and_labels(tmp_path):
    file = tmp_path / "all.docx"
    file.write_bytes(print_docx(everything(rows=3)))
    subprocess.run(
        [
            *(judges.program("soffice"), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"),
            *("--convert-to", "pdf", "--outdir", str(tmp_path), str(file)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    run = subprocess.run(
        [judges.program("pdftotext"), "-layout", str(tmp_path / "all.pdf"), "-"],
        check=True,
        capture_output=True,
        text=True,
    )
    text = fold(run.stdout)
    for words in ("2.1. Biedrība", "2.1¹. Biedrība", "4.1. zem roba", "5. no pieci", "b) b", "(paraksts*)", "2 (2)"):
        assert words in text

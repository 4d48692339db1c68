"""A pack's own typeface and logo, in PDF and DOCX and in the worker; what is wrong with them is told by its path."""

import io
import shutil
import subprocess
import sys
import zipfile

import pypdf
import pytest

from docgen.documents.appearance_worker import appearances_with
from docgen.documents.font import FONTS, typeface
from docgen.documents.letters import check_letter, letter_document, make_letter
from docgen.documents.packs import load_pack
from docgen.documents.pdf import print_pdf
from docgen.documents.render_worker import print_with
from docgen.documents.structure import structure_text
from docgen.documents.wordtext import docx_text, fold
from docgen.errors import DataError
from docgen.model.recognition import what_differs
from docgen.worker import Forker
from docgen.workspace import builtin_packs
from tests import judges, tampered
from tests.corpora import ROOT
from tests.letters import whole_data
from tests.test_third_memorandum import LOGO

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the lock is Linux's")


def renamed(font):
    """The font under another name of the same length, as a pack's author might bring it."""
    for name, other in (("Liberation Serif", "Memorandum Serif"), ("LiberationSerif", "MemorandumSerif")):
        for encoding in ("ascii", "utf-16-be"):
            font = font.replace(name.encode(encoding), other.encode(encoding))
    return font


@pytest.fixture
def folder(tmp_path):
    folder = shutil.copytree(builtin_packs() / "iem", tmp_path / "paraugs")
    (folder / "fonts").mkdir()
    for path in FONTS.glob("*.ttf"):
        (folder / "fonts" / path.name).write_bytes(renamed(path.read_bytes()))
    (folder / "logo.png").write_bytes(LOGO)
    look(folder, 'fonts = "fonts"', 'logo = "logo.png"', 'logo_alt = "Ģerbonis"', "size = 11")
    return folder


def look(folder, *lines):
    text = (folder / "memorandum.toml").read_text("utf-8").split("\n[look]\n")[0]
    (folder / "memorandum.toml").write_text("\n".join((f"{text}\n[look]", *lines)), "utf-8")


def receipt(folder):
    pack = load_pack(folder)
    return check_letter("receipt", whole_data("receipt", pack), pack)


def fonts_of(pdf):
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    return {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in page["/Resources"]["/Font"].values()}


@LINUX
def test_a_letter_with_a_logo_is_equal_to_its_copy_and_no_drawing_may_stand_beside_it(folder):
    ((_, pdf),) = make_letter(receipt(folder), ["pdf"]).items()
    with Forker("docgen.documents.appearance_worker") as forker:
        copies = [pdf, tampered.saved_by_pypdf(pdf), tampered.drawing_beside_the_logo(pdf)]
        own, copy, altered = appearances_with(forker, copies)
    assert what_differs(own, copy) == ()
    assert what_differs(own, altered) == ("means",)


@pytest.mark.judge
def test_the_pack_s_typeface_and_logo_are_in_pdf_and_docx(folder, tmp_path):
    files = make_letter(receipt(folder), ["pdf", "docx"])
    pdf, docx = (next(content for name, content in files.items() if name.endswith(end)) for end in (".pdf", ".docx"))
    assert fonts_of(pdf) == {"MemorandumSerif", "MemorandumSerif-Bold"}
    assert fold(structure_text(pdf)) == docx_text(docx)
    assert docx_text(docx).startswith("Ģerbonis Iekšlietu ministrija")
    with zipfile.ZipFile(io.BytesIO(docx)) as parts:
        assert parts.read("word/media/image1.png") == LOGO
        assert b'w:ascii="Memorandum Serif"' in parts.read("word/styles.xml")
    (tmp_path / "receipt.pdf").write_bytes(pdf)
    judges.pdfa([tmp_path / "receipt.pdf"])


@LINUX
def test_the_worker_prints_with_the_pack_s_typeface_in_a_folder_that_is_closed_to_others(folder, tmp_path):
    document = letter_document(receipt(folder))
    tmp_path.chmod(0o700)
    with Forker("docgen.documents.render_worker") as forker:
        assert print_with(forker, document) == print_pdf(document)


@LINUX
def test_docgen_in_a_folder_that_is_closed_to_others_prints_in_its_worker(tmp_path):
    tmp_path.chmod(0o700)
    leave = shutil.ignore_patterns("__pycache__")
    for name in ("docgen", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=leave)
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=leave)
    code = (
        "from docgen.documents.pdf import print_pdf; from docgen.documents.render_worker import print_with\n"
        "from docgen.worker import Forker; from tests.samples import letter; import docgen\n"
        "with Forker('docgen.documents.render_worker') as forker:\n"
        "    assert print_with(forker, letter()) == print_pdf(letter())\n"
        "print(docgen.__file__)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(str(tmp_path))


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        (['fonts = "nowhere"'], "look.fonts"),
        (['fonts = "../paraugs"'], "look.fonts"),
        (['logo = "memorandum.txt"', 'logo_alt = "x"'], "look.logo"),
        (['logo = "../logo.png"', 'logo_alt = "x"'], "look.logo"),
        (['logo = "logo.png"'], "look.logo_alt"),
        (["size = 0"], "look.size"),
        (["colour = 1"], "look.colour"),
    ],
)
def test_what_is_wrong_with_a_look_is_told_by_its_path(folder, lines, path):
    look(folder, *lines)
    with pytest.raises(DataError) as caught:
        load_pack(folder)
    assert [problem.path for problem in caught.value.problems] == [path]


def test_a_typeface_needs_its_four_faces_of_one_family_that_can_be_read(folder):
    fonts = folder / "fonts"
    (fonts / "LiberationSerif-Italic.ttf").unlink()
    (fonts / "broken.otf").write_bytes(b"OTTO" + bytes(40))
    shutil.copy(FONTS / "LiberationSerif-Bold.ttf", fonts / "other.ttf")
    typeface.cache_clear()
    with pytest.raises(DataError) as caught:
        load_pack(folder)
    said = [f"{problem.path}: {problem.message}" for problem in caught.value.problems]
    assert len(said) == 3
    assert said[0].startswith("broken.otf: is no font")
    assert "italic" in said[1]
    assert "Liberation Serif, Memorandum Serif" in said[2]

"""The worker that looks at letters: what a lock changes, what a file may cost, and what each check is there for."""

import gzip
import io
import sys
from dataclasses import replace

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, FloatObject, NameObject

from docgen.documents.appearance_worker import appearances_with
from docgen.documents.raster import RasterError, page_rasters
from docgen.documents.structure import structure_text
from docgen.model.profiles import PROFILES
from docgen.model.recognition import Appearance, PageAppearance, what_differs
from docgen.worker import Finished, Forker, Request
from tests import tampered
from tests.corpora import shared
from tests.letters import A, letter_pdf

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the lock is Linux's")

WORKER = "docgen.documents.appearance_worker"
SHOWN = Appearance(
    text="Vēstule",
    drawn="Vēstule 1",
    titles=("Par", "Par"),
    pages=(
        PageAppearance(
            media=(0, 0, 59528, 84189), crop=(0, 0, 59528, 84189), rotation=0, unit=100, pixels=(9, 9), raster="a"
        ),
    ),
    means=("TJ", "Tf"),
)


def _files():
    for name in ("white_box_as_artifact", "shuffled_glyphs", "shown_layer", "annotation_over_text", "saved_by_pypdf"):
        yield name, getattr(tampered, name)(letter_pdf("accession", A, ["Anna Bērziņa"]))
    yield "print", letter_pdf("withdrawal", A, ["Anna Bērziņa"])


def _corpora():
    corpora = shared("corpora")
    for pattern in ("pades/*.pdf", "hostile/*.pdf", "hostile/pdf101/*"):
        for path in sorted(corpora.glob(pattern)):
            data = path.read_bytes()
            yield path.name, gzip.decompress(data) if path.suffix == ".gz" else data


def _outcomes(files, *, sandbox):
    requests = (
        Request(job="look", profile=PROFILES["letter"], data=data)
        for _, data in files
        if len(data) <= PROFILES["letter"].limits.size
    )
    with Forker(WORKER, sandbox=sandbox) as forker:
        return list(forker.run_many(requests))


def test_letters_look_the_same_locked_and_unlocked():
    files = list(_files())
    locked = _outcomes(files, sandbox=True)
    assert locked == _outcomes(files, sandbox=False)
    assert all(isinstance(outcome, Finished) for outcome in locked)


@pytest.mark.corpora
def test_every_corpus_file_looks_the_same_locked_and_unlocked():
    """A file that makes a reader import something late would end the run here, as a bug."""
    files = list(_corpora())
    assert len(files) > 90
    for (name, _), locked, unlocked in zip(
        files, _outcomes(files, sandbox=True), _outcomes(files, sandbox=False), strict=False
    ):
        assert locked == unlocked, name


@pytest.mark.parametrize("name", ["name_in_no_encoding", "rare_filter"])
def test_no_file_can_make_a_reader_import_something_late(name):
    pdf = getattr(tampered, name)(letter_pdf("accession", A, ["Anna Bērziņa"]))
    with Forker(WORKER) as forker:
        appearances_with(forker, [pdf])
    with Forker("docgen.edition.deep_worker") as forker:
        forker.run("words", PROFILES["edition"], {"printed": len(pdf)}, data=pdf)


def _with_pages(count, box=tampered.PAGE):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(letter_pdf("accession", A, ["Anna Bērziņa"]))))
    for _ in range(count - 1):
        writer.add_blank_page(*tampered.PAGE)
    writer.pages[-1][NameObject("/MediaBox")] = ArrayObject([FloatObject(value) for value in (0, 0, *box)])
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: _with_pages(31), id="too-many-pages"),
        pytest.param(lambda: _with_pages(1, (20_000, 20_000)), id="too-large-a-page"),
        pytest.param(lambda: b"%PDF-1.7\n%%EOF\n", id="no-document"),
        pytest.param(lambda: bytes(11 << 20), id="too-many-bytes"),
    ],
)
def test_a_file_beyond_the_limits_has_no_appearance(data):
    with Forker(WORKER) as forker:
        assert appearances_with(forker, [data()]) == [None]


def test_a_page_larger_than_allowed_is_not_drawn():
    with pytest.raises(RasterError, match="too large"):
        list(page_rasters(_with_pages(1, (20_000, 20_000)), scale=2, largest=2_400))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"text": "Vēstules"}, "text"),
        ({"drawn": "Vēstule 2"}, "text"),
        ({"titles": ("Par", "")}, "title"),
        ({"pages": ()}, "pages"),
        ({"pages": SHOWN.pages * 2}, "pages"),
        ({"pages": (replace(SHOWN.pages[0], raster="b"),)}, "raster"),
        *(
            ({"pages": (replace(SHOWN.pages[0], **{key: value}),)}, "geometry")
            for key, value in [
                ("media", (0, 0, 1, 1)), ("crop", (0, 0, 1, 1)), ("rotation", 90), ("unit", 200), ("pixels", (9, 8)),
            ]
        ),
        ({"means": ("TJ", "Tf", "Tr 3")}, "means"),
    ],
)  # fmt: skip
def test_each_difference_is_named(change, named):
    assert what_differs(SHOWN, SHOWN) == ()
    assert what_differs(SHOWN, replace(SHOWN, **change)) == (named,)


def test_a_letter_may_use_fewer_means_than_the_print():
    assert what_differs(SHOWN, replace(SHOWN, means=("TJ",))) == ()


def test_the_words_of_the_tree_are_those_that_are_read_aloud():
    pdf = letter_pdf("accession", A, ["Anna Bērziņa"])
    assert "nepievienojas" not in structure_text(pdf)
    assert "nepievienojas" in structure_text(tampered.replaced_words_in_the_tree(pdf))
    assert "nepievienojas" in structure_text(tampered.replaced_words(pdf))

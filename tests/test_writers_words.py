"""PDF and DOCX say the same words: those of the document."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import DictionaryObject, NameObject, NumberObject, TextStringObject

from docgen.documents.font import missing_glyphs
from docgen.documents.pdf import print_pdf
from docgen.documents.structure import _Collector, docx_text, fold, structure_text
from docgen.documents.word import print_docx
from docgen.errors import ConformanceError
from docgen.model.blocks import Clauses, Document, Heading, Text, words_of
from tests.samples import DAY, HOSTILE, clause, everything, letter, paragraph

# What data may hold (design.md §3): a glyph for it, and nothing that is unseen or joins words.
_LATIN = "".join(chr(code) for code in (*range(0x20, 0x7F), *range(0xA1, 0x180)) if code != 0xAD)
_TYPED = st.text(st.sampled_from(_LATIN + "–—„“”‘’…€№\u00a0\u2011"), min_size=1, max_size=40)


def _both(document):
    return structure_text(print_pdf(document)), docx_text(print_docx(document))


@pytest.mark.parametrize(
    "document", [letter(), everything(), everything(landscape=True)], ids=["letter", "all", "wide"]
)
def test_pdf_and_docx_say_the_same(document):
    pdf, docx = _both(document)
    assert pdf == docx
    assert pdf.endswith(fold(document.reference) or "* Dokuments ir parakstīts ar drošu elektronisko parakstu")


def test_the_words_are_those_of_the_document():
    text = structure_text(print_pdf(letter()))
    assert text.startswith('Biedrība "Drošā pilsēta" Reģ. Nr. 40008999902 birojs@drosapilseta.example Rīgā Nr. 1-5/12')
    assert "2026. gada 20. novembrī Iekšlietu ministrijai Rīga, LV-1026 Par pievienošanos" in text
    assert "valdes priekšsēdētāja Anna Bērziņa valdes priekšsēdētāja Jānis Ozols DOKUMENTS PARAKSTĪTS" in text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_out_as_typed(name):
    pdf, docx = _both(letter(name))
    assert pdf == docx
    assert pdf.startswith(fold(name) + " Reģ.")
    assert f"Kontaktpersona: {fold(name)}." in pdf


@settings(max_examples=25, deadline=None)
@given(_TYPED.filter(lambda text: text.strip(" \u00a0")))
def test_any_typed_text_comes_out_as_typed(text):
    document = Document(
        title="t",
        date=DAY,
        blocks=(Heading(text=(Text(text="V"),)), paragraph(text), Clauses(clauses=(clause("1.", text),))),
    )
    pdf, docx = _both(document)
    assert pdf == docx == fold(f"V\n{text}\n1. {text}")


def test_two_characters_with_one_glyph_stay_apart():
    typed = "a-b a\u2011b \u00b5\u03bc \u2206\u0394 \u2126"
    pdf, docx = _both(letter(typed))
    assert pdf == docx
    assert pdf.startswith(f"{typed} Reģ.")


def test_a_replacement_text_counts_instead_of_its_glyphs_and_artifacts_not_at_all():
    collected = _Collector()
    collected.begin("/Span", DictionaryObject({NameObject("/MCID"): NumberObject(3)}))
    collected.show("a")
    collected.begin("/Span", DictionaryObject({NameObject("/ActualText"): TextStringObject("fi")}))
    collected.show("?")
    collected.end()
    collected.begin("/Artifact", None)
    collected.show("7")
    collected.end()
    collected.show("b")
    collected.end()
    collected.show("outside")
    assert collected.texts == {3: "afib"}


def test_labels_are_numbered_where_word_can_and_written_where_it_cannot():
    with zipfile.ZipFile(BytesIO(print_docx(everything(rows=1)))) as archive:
        document = archive.read("word/document.xml").decode()
    assert ">2.1¹.<" in document
    assert ">4.1.<" in document
    assert not any(f">{label}<" in document for label in ("1.1.", "2.1.", "2.2.", "2.2.1.", "5.", "6."))
    text = docx_text(print_docx(everything()))
    assert "2. Uzdevumi: 2.1. Biedrība" in text
    assert "2.1¹. Biedrība" in text
    assert "4. robs 4.1. zem roba 3. atpakaļ" in text
    assert "5. no pieci 6. seši a) a b) b" in text


def test_repeated_headers_and_page_numbers_are_no_words():
    text = structure_text(print_pdf(everything(rows=120)))
    assert text.count("Nosaukums") == 1
    assert " (4)" not in text


def test_glyphs_that_the_font_lacks_are_named():
    assert missing_glyphs("Ģirts Ķēniņš, Ļaudona; ā č ē ģ ī ķ ļ ņ š ū ž – „x” № € a\u2011b") == set()
    assert missing_glyphs("a😀漢\ufeff") == {"😀", "漢", "\ufeff"}


def test_a_missing_glyph_stops_the_document():
    with pytest.raises(ConformanceError):
        print_pdf(letter("漢"))


def test_headings_that_skip_a_level_are_refused():
    document = Document(title="t", date=DAY, blocks=(Heading(text=(Text(text="V"),), level=3),))
    with pytest.raises(ConformanceError):
        print_pdf(document)


@pytest.mark.parametrize("character", ["\n", "\t", "\r", "\x00", "\x85", "\u2028", "\u2029"])
def test_texts_that_writers_would_drop_do_not_construct(character):
    with pytest.raises(ValueError, match="cannot stand in a text"):
        Text(text=f"a{character}b")


def test_words_of_forgets_the_style():
    assert words_of((Text(text="a", bold=True), Text(text="b"))) == "ab"

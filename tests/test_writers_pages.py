"""What the pages look like, as far as arithmetic can see: nothing leaves the paper, signatures never stand alone."""

import itertools
from io import BytesIO

import docx
import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader

from docgen.documents.pdf import Attachment, print_pdf
from docgen.documents.structure import _page_texts, structure_text
from docgen.documents.word import print_docx
from docgen.documents.wordtext import docx_text, fold
from docgen.model.blocks import (
    Addressee,
    Centered,
    Clauses,
    Column,
    DashList,
    Document,
    Heading,
    Letterhead,
    Look,
    PageBreak,
    RightAligned,
    SignatureBlock,
    SignatureRow,
    SmallPrint,
    Subject,
    Table,
    cell,
    plain,
    words_of,
)
from tests import judges
from tests.samples import DAY, SENTENCE, clause, everything, letter, lines, paragraph, signed

_MM = 72 / 25.4
_TWIP = 635  # the measure of python-docx in one twip


def _pages(pdf):
    return [" ".join(_page_texts(page).values()) for page in PdfReader(BytesIO(pdf)).pages]


def _outside(pdf, *, left=30, right=20, slack=0.5):
    """Return the boxes of texts that leave the margins."""
    found = []
    document = pdfium.PdfDocument(pdf)
    for page in document:
        width, height = page.get_size()
        for item in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_TEXT]):
            x0, y0, x1, y1 = item.get_bounds()
            if x0 < (left - slack) * _MM or x1 > width - (right - slack) * _MM or y0 < 0 or y1 > height:
                found.append((x0, y0, x1, y1))
    return found


_LAST = {
    "short": [paragraph("Pēdējā rindkopa.")],
    "long": [paragraph("Pēdējā " + SENTENCE * 8)],
    "longer than half a page": [paragraph("Pēdējā " + SENTENCE * 40)],
    "clauses": [Clauses(clauses=(*(clause(f"{i}.", SENTENCE * 2) for i in range(1, 6)), clause("6.", "Pēdējā")))],
    "dashes": [DashList(items=lines(SENTENCE, SENTENCE, "Pēdējā " + SENTENCE))],
}


@pytest.mark.parametrize("last", _LAST.values(), ids=_LAST)
def test_signatures_never_stand_alone(last):
    tried = 0
    for count in range(20, 60, 2):
        blocks = (
            Subject(text=plain("Par")),
            *(paragraph(f"Rinda {i}") for i in range(count)),
            *last,
            signed("Anna Bērziņa"),
            Centered(lines=lines("DOKUMENTS PARAKSTĪTS")),
        )
        pages = _pages(print_pdf(Document(title="t", date=DAY, blocks=blocks, reference="Atsauce ABC")))
        signed_page = pages[-1]
        for words in ("valdes priekšsēdētāja", "Anna Bērziņa", "DOKUMENTS PARAKSTĪTS", "Atsauce ABC"):
            assert words in signed_page
            signed_page = signed_page.replace(words, "")
        assert signed_page.split(), f"{count} lines: the signatures stand alone"
        tried += len(pages) > 1
    assert tried > 5


def test_long_words_break_without_a_trace():
    word = "birojs" * 40 + "@drosapilseta.example"
    document = Document(
        title="t",
        date=DAY,
        blocks=(
            Subject(text=plain(word)),
            Addressee(lines=lines(word)),
            paragraph(word),
            Clauses(clauses=(clause("1.", word, clause("1.1.", word)),)),
            DashList(items=lines(word)),
            Table(
                columns=(
                    Column(header=plain("Ļotigaršgalvenesvārds"), width=1),
                    Column(header=plain("Nosaukums"), width=8),
                    Column(header=plain("Datums"), width=1),
                ),
                rows=((cell("a" * 64), cell(word), cell("2026.\u00a0gada\u00a020.\u00a0novembrī")),),
            ),
            SignatureBlock(rows=(SignatureRow(position=plain(word), name=plain(word), mark=plain("(paraksts*)")),)),
        ),
        reference="R" * 200,
    )
    pdf = print_pdf(document)
    assert _outside(pdf) == []
    text = structure_text(pdf)
    assert text.count(word) == 9
    assert "a" * 64 in text
    assert "R" * 200 in text


def test_ordinary_words_are_not_broken():
    assert "birojs@drosapilseta.example" in "".join(_pages(print_pdf(letter())))
    assert _outside(print_pdf(everything())) == []


def test_a_row_taller_than_the_page_breaks():
    rows = ((cell("1."), cell(*[SENTENCE * 5] * 40)), (cell("2."), cell("beigas")))
    columns = (Column(header=plain("Nr."), width=1), Column(header=plain("Teksts"), width=6))
    document = Document(title="t", date=DAY, blocks=(Subject(text=plain("S")), Table(columns=columns, rows=rows)))
    pdf = print_pdf(document)
    assert _outside(pdf) == []
    assert len(_pages(pdf)) > 2


def agenda(before):
    """A table of which one row, after so many, is a heading of those below it."""
    columns = tuple(Column(header=plain(header), width=width) for header, width in (("Nr.", 1), ("Jautājums", 5)))
    rows = [(cell(f"{number}."), cell(f"Par {number}")) for number in range(before + 5)]
    rows.insert(before, ((), cell("Informatīvie", bold=True)))
    return Document(title="t", date=DAY, blocks=(Subject(text=plain("S")), Table(columns=columns, rows=tuple(rows))))


@pytest.mark.judge
def test_a_row_that_is_a_heading_never_ends_a_page(tmp_path):
    for before in range(25, 50):
        pdf = print_pdf(agenda(before))
        assert not any(page.endswith("Informatīvie") for page in _pages(pdf)), before
    assert fold(structure_text(pdf)) == docx_text(print_docx(agenda(before)))
    table = docx.Document(BytesIO(print_docx(agenda(25)))).tables[0]
    kept = [row for row in table.rows[1:] if row.cells[1].paragraphs[0].paragraph_format.keep_with_next]
    assert [row.cells[1].text for row in kept] == ["Informatīvie"]
    (tmp_path / "agenda.pdf").write_bytes(pdf)
    judges.pdfa([tmp_path / "agenda.pdf"])


def test_many_signatures_run_over_pages():
    document = Document(title="t", date=DAY, blocks=(Subject(text=plain("S")), signed(*["Anna Bērziņa"] * 60)))
    pdf = print_pdf(document)
    assert _outside(pdf) == []
    assert structure_text(pdf).count("Anna Bērziņa") == 60
    assert all(page.count("Anna Bērziņa") > 5 for page in _pages(pdf))
    assert len(_pages(pdf)) > 1


@pytest.mark.parametrize("count", [10, 14, 16])
def test_signatures_after_a_long_paragraph_stay_on_the_paper(count):
    phrase = Centered(lines=lines("DOKUMENTS PARAKSTĪTS", "UN"))
    blocks = (Subject(text=plain("S")), paragraph(SENTENCE * 16), signed(*["Anna Bērziņa"] * count), phrase)
    pdf = print_pdf(Document(title="t", date=DAY, blocks=blocks))
    bottoms = [box[1] for page in pdfium.PdfDocument(pdf) for box in _boxes(page)]
    assert min(bottoms) > 9 * _MM


def test_small_print_of_more_than_a_page_after_signatures_stays_on_the_paper():
    small = SmallPrint(lines=lines(*[SENTENCE] * 150))
    document = Document(title="t", date=DAY, blocks=(Subject(text=plain("S")), paragraph("P"), signed("Anna"), small))
    pages = list(pdfium.PdfDocument(print_pdf(document)))
    assert len(pages) > 1
    assert min(box[1] for page in pages for box in _boxes(page)) > 8 * _MM


def _texts(page):
    return list(page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_TEXT]))


def _boxes(page):
    return [item.get_bounds() for item in _texts(page)]


def test_names_begin_where_the_addressee_does_in_both_files():
    document = Document(
        title="t",
        date=DAY,
        blocks=(Subject(text=plain("S")), Addressee(lines=lines("Ministrijai")), signed("Ministrija Berga")),
    )
    (page,) = pdfium.PdfDocument(print_pdf(document))
    right = [round(box[0]) for box in _boxes(page) if box[0] > page.get_width() / 3]
    assert len(right) == 2
    assert len(set(right)) == 1
    word = docx.Document(BytesIO(print_docx(document)))
    (addressee,) = [one for one in word.paragraphs if one.style.name == "Addressee"]
    position = word.tables[0].columns[0].width
    assert abs(addressee.paragraph_format.left_indent - position) <= _TWIP


@pytest.mark.parametrize("look", [Look(), Look(size=11, leading=0.7, spacing=1.6)])
def test_paragraphs_are_as_far_apart_in_the_docx_as_in_the_pdf(look):
    blocks = (Subject(text=plain("S")), paragraph("HHH"), paragraph("HHH"))
    document = Document(title="t", date=DAY, blocks=blocks, look=look)
    (page,) = pdfium.PdfDocument(print_pdf(document))
    (_subject, first, second) = (box[1] for box in _boxes(page))
    styles = docx.Document(BytesIO(print_docx(document))).styles
    pitch = styles["Normal"].paragraph_format.line_spacing * 1.15 * look.size
    assert first - second == pytest.approx(pitch + styles["Body Text"].paragraph_format.space_after.pt, abs=0.5)


def test_units_after_the_name_of_the_letterhead_are_set_as_the_text():
    head = Letterhead(name=plain("Ministrija"), lines=(plain("Departaments", bold=True), *lines("Ielas iela 1")))
    assert [words_of(unit) for unit in head.units] == ["Departaments"]
    document = Document(title="t", date=DAY, blocks=(head, Subject(text=plain("S"))))
    word = docx.Document(BytesIO(print_docx(document)))
    assert [one.style.name for one in word.paragraphs[:3]] == ["Letterhead Name", "Letterhead Unit", "Letterhead"]
    (page,) = pdfium.PdfDocument(print_pdf(document))
    name, unit, address = (item.get_font_size() for item in _texts(page)[:3])
    assert name > unit > address


HEAD = "Nevalstisko organizāciju un Ministru kabineta sadarbības memoranda īstenošanas padomes darba kārtība"


def test_lines_that_are_not_set_from_the_left_are_about_as_long_in_both_files():
    blocks = (
        Letterhead(name=plain(f"Biedrība {HEAD}"), lines=lines(f"{HEAD}, {HEAD}", "Adrese")),
        RightAligned(lines=lines("1. pielikums", HEAD)),
        Heading(text=plain(HEAD)),
        Centered(lines=lines(f"{HEAD}, kas notiek attālināti")),
    )
    document = Document(title="t", date=DAY, blocks=blocks)
    (page,) = pdfium.PdfDocument(print_pdf(document))
    widths = {}
    for item in _texts(page):
        x0, y0, x1, _y1 = item.get_bounds()
        left, right = widths.get(round(y0 / 4), (x0, x1))
        widths[round(y0 / 4)] = min(left, x0), max(right, x1)
    long = sorted(right - left for left, right in widths.values())[2:]  # without "1. pielikums" and the address
    assert len(long) == 10
    assert min(long) > max(long) / 2
    indented = [one for one in docx.Document(BytesIO(print_docx(document))).paragraphs if one.text.find("padomes") > 0]
    assert len(indented) == 5
    assert all(one.paragraph_format.left_indent > 0 for one in indented)


def test_words_that_stay_together_stand_no_farther_from_their_neighbours_in_a_centred_line():
    document = Document(title="t", date=DAY, blocks=(Heading(text=plain("Plāns 2027.–2028.\u00a0gadam")),))
    (page,) = pdfium.PdfDocument(print_pdf(document))
    words = page.get_textpage()
    text = words.get_text_range()
    spaces = text.index(" "), text.index("gadam") - 1
    gaps = [words.get_charbox(space + 1)[0] - words.get_charbox(space - 1)[2] for space in spaces]
    assert gaps[0] == pytest.approx(gaps[1], abs=1.5)


@pytest.mark.parametrize(
    "points", [Clauses(clauses=tuple(clause(f"{i}.", "H") for i in range(1, 5))), DashList(items=lines(*"HHHH"))]
)
def test_the_last_point_before_signatures_stands_no_farther_from_the_others(points):
    document = Document(title="t", date=DAY, blocks=(Subject(text=plain("S")), points, signed("A")))
    (page,) = pdfium.PdfDocument(print_pdf(document))
    words = page.get_textpage()
    heights = [words.get_charbox(at)[1] for at, letter in enumerate(words.get_text_range()) if letter == "H"]
    first, *others = [one - other for one, other in itertools.pairwise(heights)]
    assert others == pytest.approx([first, first], abs=0.1)


def test_what_follows_a_list_stands_a_paragraph_apart_in_the_docx():
    blocks = (Subject(text=plain("S")), DashList(items=lines("a", "b")), paragraph("P"))
    word = docx.Document(BytesIO(print_docx(Document(title="t", date=DAY, blocks=blocks))))
    (first, last) = [one.paragraph_format.space_after for one in word.paragraphs if one.text in {"a", "b"}]
    assert first is None
    assert last == pytest.approx(word.styles["Body Text"].paragraph_format.space_after, abs=_TWIP)


def test_the_reference_takes_no_room_from_the_text_of_the_docx():
    document = Document(title="t", date=DAY, blocks=(Subject(text=plain("S")), paragraph("P")), reference="docgen A-1")
    docx_file = print_docx(document)
    body = docx.Document(BytesIO(docx_file)).element.body
    framed = body.xpath("./w:p[w:pPr/w:framePr]")
    assert [one.xpath("string(.)") for one in framed] == ["docgen A-1"]
    assert framed[0].getnext().xpath("string(.)") == "P"
    assert docx_text(docx_file) == fold(structure_text(print_pdf(document))) == "S P docgen A-1"


def test_nothing_is_left_free_above_the_first_words_of_the_docx():
    document = Document(title="t", date=DAY, blocks=(Heading(text=plain("S")), PageBreak(), Heading(text=plain("T"))))
    word = docx.Document(BytesIO(print_docx(document)))
    assert [one.paragraph_format.space_before for one in word.paragraphs] == [0, 0]


def test_a_long_address_is_parted_at_its_marks():
    address = "sekretariats.pilsoniska-drosiba@brivpratigo-ugunsdzeseju-apvieniba.example"
    document = Document(title="t", date=DAY, blocks=(Subject(text=plain("S")), Addressee(lines=lines(address))))
    (page,) = pdfium.PdfDocument(print_pdf(document))
    # PDFium writes U+FFFE for a hyphen at the end of a line.
    assert "brivpratigo\ufffeugunsdzeseju" in page.get_textpage().get_text_range()


def test_page_numbers_begin_on_the_second_page():
    document = pdfium.PdfDocument(print_pdf(everything(rows=60)))
    texts = [page.get_textpage().get_text_range() for page in document]
    count = len(texts)
    assert f"({count})" not in texts[0]
    assert all(f"{number} ({count})" in text for number, text in enumerate(texts[1:], 2))


@pytest.mark.parametrize("bottom", [20, 12])
def test_the_reference_stands_on_the_line_of_the_page_number(bottom):
    blocks = (Subject(text=plain("S")), PageBreak(), paragraph("P"))
    look = Look(bottom=bottom)
    document = Document(title="t", date=DAY, blocks=blocks, reference="docgen H", look=look)
    words = pdfium.PdfDocument(print_pdf(document))[1].get_textpage()
    text = words.get_text_range()
    baselines = [words.get_charbox(text.index(letter))[1] for letter in "H2"]
    assert baselines[0] == pytest.approx(baselines[1], abs=0.2)
    assert baselines[0] > bottom / 2 * _MM
    word = docx.Document(BytesIO(print_docx(document)))
    assert 0.4 * bottom < word.sections[0].footer_distance.mm < 0.6 * bottom


def test_the_pdf_ends_with_one_line_feed():
    assert print_pdf(letter()).endswith(b"%%EOF\n")
    assert not print_pdf(letter()).endswith(b"\n\n")


def test_attachments_come_out_byte_for_byte():
    binary = bytes(range(256)) * 3
    attachments = [
        Attachment(
            name="docgen.json", content='{"a":"ā"}'.encode(), media_type="application/json", description="Dati ā"
        ),
        Attachment(name="0001-ab.pdf", content=binary, media_type="application/pdf", description="Vēstule"),
        Attachment(name="empty.txt", content=b"", media_type="text/plain", description="Nekas"),
    ]
    reader = PdfReader(BytesIO(print_pdf(letter(), attachments)))
    specs = [item.get_object() for item in reader.root_object["/AF"]]
    found = {spec["/UF"]: spec["/EF"]["/F"].get_object() for spec in specs}
    assert {name: stream.get_data() for name, stream in found.items()} == {a.name: a.content for a in attachments}
    assert all(spec["/AFRelationship"] == "/Data" for spec in specs)
    assert found["docgen.json"]["/Subtype"] == "/application/json"


@pytest.mark.parametrize("name", ["ā.json", "a/b", "a\\b", "", "a\nb"])
def test_names_of_attachments_are_plain(name):
    with pytest.raises(ValueError, match="ASCII"):
        Attachment(name=name, content=b"", media_type="text/plain", description="x")


def test_properties_come_from_the_document():
    reader = PdfReader(BytesIO(print_pdf(letter())))
    assert reader.metadata.title == "Par pievienošanos sadarbības memorandam"
    assert reader.metadata.creation_date.date() == DAY
    assert reader.root_object["/Lang"] == "lv-LV" or reader.root_object["/Lang"] == "lv"


def test_the_docx_opens_and_knows_its_language():
    word = docx.Document(BytesIO(print_docx(everything())))
    assert word.core_properties.title == "Apkopojums"
    assert 'w:val="lv-LV"' in word.styles.element.xml
    assert [p.style.name for p in word.paragraphs if p.text == "Organizācijas"] == ["Heading 1"]
    body = word.element.body.xml
    assert body.count("<w:tblHeader") == 2
    assert word.sections[0].different_first_page_header_footer

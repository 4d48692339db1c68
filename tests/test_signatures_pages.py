"""Signatures of every kind of paper stand on a page with words of what is signed, however long the paper is."""

import itertools
from dataclasses import replace
from io import BytesIO

import docx
import pypdfium2
import pytest
from lxml import etree

from docgen.documents.letters import check_letter, letter_document
from docgen.documents.pdf import print_pdf
from docgen.documents.word import print_docx
from docgen.model.blocks import Addressee, Heading, PageBreak, SignatureBlock, Subject, words_of
from tests.letters import whole_data
from tests.samples import paragraph
from tests.test_every_letter import LETTERS, PACKS
from tests.test_sittings import approved, documents

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def letters():
    for parameters in LETTERS:
        pack, kind = parameters.values
        for signatories in (1, 7) if pack is PACKS[0] else (1,):
            data = whole_data(kind, pack)
            data["signatories"] *= signatories
            document = letter_document(check_letter(kind, data, pack))
            yield pytest.param(document, id=f"{pack.name}-{kind}-{signatories}")


def papers():
    for pack in ("iem", "mk"):
        for kind, document in documents(approved(pack), pack).items():
            if any(isinstance(block, SignatureBlock) for block in document.blocks):
                yield pytest.param(document, id=f"{pack}-{kind}")


def lengthened(document, count):
    """The document with so many lines more, before its last words."""
    blocks = document.blocks
    first = max(index for index, block in enumerate(blocks) if isinstance(block, Heading | Subject | Addressee))
    first = min(first, next(index for index, block in enumerate(blocks) if isinstance(block, SignatureBlock)) - 1)
    more = (paragraph(f"Rinda {one}") for one in range(count))
    return replace(document, blocks=(*blocks[: first + 1], *more, *blocks[first + 1 :]))


def bare(text):
    """A text without its spaces: what is read off a page has its own where lines end."""
    return "".join(text.split())


def pages_of(document):
    with pypdfium2.PdfDocument(print_pdf(document)) as pdf:
        return [bare(page.get_textpage().get_text_bounded()) for page in pdf]


def signed_and_after(document):
    """What stands in the last signatures and after them."""
    last = max(index for index, block in enumerate(document.blocks) if isinstance(block, SignatureBlock))
    return document.blocks[last:]


def texts_of(block):
    """The texts of a block that stands below a document's words."""
    if isinstance(block, SignatureBlock):
        return [words_of(text) for row in block.rows for text in (row.position, row.mark, row.name)]
    return [words_of(line) for line in getattr(block, "lines", (getattr(block, "text", ()),))]


@pytest.mark.parametrize("document", [*letters(), *papers()])
def test_signatures_of_every_paper_never_stand_alone(document):
    broken = set()
    for count in range(40):
        made = lengthened(document, count)
        pages = pages_of(made)
        broken.add(len(pages))
        closing = signed_and_after(made)
        (rows,) = [block.rows for block in closing if isinstance(block, SignatureBlock)]
        on = [number for number, page in enumerate(pages) if bare(words_of(rows[0].name)) in page][-1]
        if not any(isinstance(block, PageBreak) for block in closing):
            assert on == len(pages) - 1, f"{count} lines more: what follows the signatures stands alone"
        page = pages[on]
        for text in itertools.chain(*map(texts_of, closing), [made.reference, "*"]):
            page = page.replace(bare(text), "", 1)
        assert page.replace(f"{on + 1}({len(pages)})", "", 1), f"{count} lines more: the signatures stand alone"
    assert len(broken) > 1


@pytest.mark.parametrize("pack", ["iem", "mk"])
def test_the_certification_of_an_extract_stands_with_the_signatures_that_it_copies(pack):
    document = documents(approved(pack), pack)["extract"]
    for count in range(40):
        (page,) = [page for page in pages_of(lengthened(document, count)) if "IZRAKSTSPAREIZS" in page]
        assert "Sēdivadīja" in page
    body = docx.Document(BytesIO(print_docx(document))).element.body
    (heading,) = [one for one in body.iter(f"{_W}p") if "IZRAKSTS PAREIZS" in one.xpath("string(.)")]
    copied = heading.getprevious()
    assert b"SignatureTable" in etree.tostring(copied)
    assert all(one.find(f"{_W}pPr/{_W}keepNext") is not None for one in [heading, *copied.iter(f"{_W}p")])


@pytest.mark.parametrize("document", [*letters(), *papers()])
def test_word_keeps_signatures_with_the_words_before_them(document):
    body = docx.Document(BytesIO(print_docx(document))).element.body
    table = next(one for one in reversed(list(body.iter(f"{_W}tbl"))) if b"SignatureTable" in etree.tostring(one))
    before = table.getprevious()
    assert before.find(f"{_W}pPr/{_W}keepNext") is not None
    kept = [one.find(f"{_W}pPr/{_W}keepNext") is not None for one in table.iter(f"{_W}p")]
    per_row = len(kept) // len(list(table.iter(f"{_W}tr")))
    assert all(kept[:-per_row])

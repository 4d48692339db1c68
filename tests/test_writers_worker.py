"""Printing in a locked-down worker gives the same bytes, and its refusals come back."""

import sys

import pytest

from docgen.documents.pdf import Attachment, print_pdf
from docgen.documents.render_worker import print_with
from docgen.errors import ConformanceError
from docgen.worker import Forker
from tests.samples import everything, letter

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the lock-down is for Linux")


def test_the_worker_prints_the_same_bytes():
    attached = [Attachment(name="docgen.json", content=b"{}", media_type="application/json", description="Dati")]
    with Forker("docgen.documents.render_worker") as forker:
        assert print_with(forker, letter(), attached) == print_pdf(letter(), attached)
        assert print_with(forker, everything()) == print_pdf(everything())
        with pytest.raises(ConformanceError, match="could not be displayed"):
            print_with(forker, letter("漢"))

"""A line of a signed letter is blacked out, in an appended revision: the change after signing that the story needs.

Only for files that docgen printed and signed: their objects stand in plain text with classic cross-reference tables.
"""

from __future__ import annotations

import re

__all__ = ["black_out"]

_PAGE = re.compile(rb"(\d+) 0 obj\n<<(?:(?!endobj).)*?/Type ?/Page\b(?:(?!endobj).)*?>>\nendobj", re.DOTALL)
_CONTENTS = re.compile(rb"/Contents ((?:\d+ 0 R))")
_TRAILER = re.compile(rb"/Size (\d+)\n/Root (\d+ 0 R).*startxref\n(\d+)\n%%EOF\n\Z", re.DOTALL)
# Drawn before the page's own content, so that black text stands on a black bar (PDF points from the lower left).
_BAR = b"q 0 g 84 %d 428 14 re f Q\n"


def black_out(pdf: bytes, *, height: int) -> bytes:
    """Return the file with a black bar `height` points above the lower edge of its first page.

    Raises `ValueError` for a file of another make.
    """
    pages, trailer = list(_PAGE.finditer(pdf)), _TRAILER.search(pdf, pdf.rfind(b"trailer"))
    if not pages or trailer is None:
        msg = "not a letter that docgen printed and signed"
        raise ValueError(msg)
    number = int(pages[0][1])
    page = next(found[0] for found in reversed(pages) if int(found[1]) == number)
    new, root, previous = int(trailer[1]), trailer[2], trailer[3]
    bar = _BAR % height
    stream = b"%d 0 obj\n<</Length %d>>\nstream\n%sendstream\nendobj\n" % (new, len(bar), bar)
    changed = _CONTENTS.sub(rb"/Contents [%d 0 R \1]" % new, page) + b"\n"
    at = len(pdf)
    table = b"xref\n%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n" % (number, at, new, at + len(changed))
    ending = b"trailer\n<</Size %d/Root %s/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        new + 1,
        root,
        previous,
        at + len(changed) + len(stream),
    )
    return pdf + changed + stream + table + ending

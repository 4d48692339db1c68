"""Word templates of a workspace: `<kind>.docx` beside `<kind>.md`, for a clerk who wants Word (design.md §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.files import read_own

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from docgen.documents.packs import Pack
    from docgen.model.blocks import Document

__all__ = ["render_word_template", "word_file"]


def word_file(document: Document, kind: str, values: Mapping[str, object], pack: Pack) -> bytes:
    """Return the DOCX of a document: what the pack's Word template of that kind makes of the values, where it has one.

    Otherwise the document as docgen lays it out. Raises as `render_word_template` does.
    """
    template = pack.word_template(kind)
    if template is None:
        from docgen.documents.word import print_docx  # noqa: PLC0415 - python-docx only where Word is asked for

        return print_docx(document)
    return render_word_template(template, values, title=document.title, day=document.date)


def render_word_template(path: Path, values: Mapping[str, object], *, title: str, day: date | None) -> bytes:
    """Return the DOCX that the Word template at `path` makes of the values that its text template is filled with.

    `title` and `day` become the file's properties. The template is filled in a limited worker; the same template and
    values give the same bytes. Raises `DataError` with every problem and its paragraph where the template is hostile,
    where its tags are off, where it asks for what is not there, or where it takes more than is allowed;
    `UnreadableError` where the file cannot be read. The words of the DOCX are the template's: nothing says that they
    are those of the PDF.
    """
    from docgen.documents.template_worker import Guard  # noqa: PLC0415 - most letters have no Word template
    from docgen.documents.wordtemplatezip import LARGEST_FILE  # noqa: PLC0415 - as above

    content = read_own(path, LARGEST_FILE)
    with Guard.current() as guard:
        return guard.fill_word(content, values, name=str(path), title=title, day=day)

"""Papers with a data file of their own: those of a sitting, a work plan, its review.

Letters are filled from the fields that their template declares; a paper is filled from values that docgen makes of its
data file. Text template and Word template get the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.documents.context import context_of
from docgen.documents.environment import fill
from docgen.documents.pdf import print_pdf
from docgen.documents.rendering import render_template
from docgen.documents.template_worker import fill_guarded
from docgen.documents.wordtemplates import word_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from docgen.documents.packs import Pack
    from docgen.model.blocks import Document

__all__ = ["Paper", "paper_files"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A kind of template with what its data file gives it; `day` and `title` become the files' properties."""

    kind: str
    pack: Pack
    values: Mapping[str, object]
    day: date
    title: str
    landscape: bool = False

    @property
    def all_values(self) -> dict[str, object]:
        """What its templates are filled with: its own values, and what the pack gives."""
        return {**context_of(self.pack), **self.values}

    @property
    def document(self) -> Document:
        """The tree of blocks that the text template makes. Raises `DataError` where the template is wrong."""
        built_in = self.pack.is_builtin(self.pack.template_path(self.kind))
        return render_template(
            self.pack.template(self.kind),
            self.all_values,
            date=self.day,
            title=self.title,
            name=f"{self.pack.name}/{self.kind}",
            look=self.pack.look,
            logo=self.pack.logo,
            landscape=self.landscape,
            filled_by=fill if built_in else fill_guarded,
        )


def paper_files(paper: Paper, stem: str, formats: Sequence[str]) -> dict[str, bytes]:
    """Return the files of a paper by name: `pdf` and `docx`. The same paper: the same bytes.

    They have the same words, unless the pack or the workspace has a Word template of its own: it alone makes the DOCX.
    """
    document = paper.document
    files: dict[str, bytes] = {}
    if "pdf" in formats:
        files[f"{stem}.pdf"] = print_pdf(document)
    if "docx" in formats:
        files[f"{stem}.docx"] = word_file(document, paper.kind, paper.all_values, paper.pack)
    return files

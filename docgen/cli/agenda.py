"""`docgen agenda`: the agenda of a sitting, as PDF and DOCX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.cli.sitting_papers import paper_before
from docgen.messages import mark
from docgen.model.text import say

if TYPE_CHECKING:
    from docgen.cli.sitting_papers import Papers

__all__ = ["command"]


def _make(papers: Papers) -> dict[str, bytes]:
    from docgen.documents.agendas import make_agenda  # noqa: PLC0415 - `--help` does not pay for it

    return make_agenda(papers.sitting, papers.pack, papers.formats)


command = paper_before(
    "agenda",
    description=mark("Draw up the agenda of a council sitting from SITTING.toml, as PDF and DOCX with the same words."),
    missing=say("Give its data file: docgen agenda SITTING.toml   or begin one: docgen minutes --new DAY"),
    advice=say("Read it, then send it to the members; publish it where the council's agendas stand."),
    make=_make,
)

"""`docgen invitation`: the invitation to a sitting, as PDF and DOCX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.cli.sitting_papers import paper_before
from docgen.messages import mark
from docgen.model.text import say

if TYPE_CHECKING:
    from docgen.cli.sitting_papers import Papers

__all__ = ["command"]


def _make(papers: Papers) -> dict[str, bytes]:
    from docgen.documents.agendas import make_invitation  # noqa: PLC0415 - `--help` does not pay for it

    return make_invitation(papers.sitting, papers.pack, papers.formats, source=papers.source)


command = paper_before(
    "invitation",
    description=mark(
        "Draw up the invitation to a council sitting from SITTING.toml, as PDF and DOCX with the same words."
    ),
    missing=say("Give its data file: docgen invitation SITTING.toml   or begin one: docgen minutes --new DAY"),
    advice=say("Read it, have it signed, then send it to the members with the agenda and the materials."),
    make=_make,
)

"""What closes a document, and therefore stands on one page: its signatures and what belongs to them.

The phrase, the small print and the notes after the signatures would be lost on a page of their own; so would the
certification of an extract, which stands with the signatures that it copies (domain.md §5.3 F).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.model.blocks import Centered, Footnote, Heading, Paragraph, SignatureBlock, SmallPrint, Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.model.blocks import Block

__all__ = ["end_of_closing"]

_CERTIFICATION = 3  # blocks at most from the certified signatures to those of the certification


def end_of_closing(blocks: Sequence[Block], index: int) -> int:
    """Return where that ends which stands on the page of the signatures that begin at `index`."""
    end = index
    while end < len(blocks) and isinstance(blocks[end], SignatureBlock | Centered | SmallPrint | Footnote):
        end += 1
    certified = _next_signatures(blocks, end)
    return end if certified is None else end_of_closing(blocks, certified)


def _next_signatures(blocks: Sequence[Block], index: int) -> int | None:
    """Return where the signatures of a certification begin that follows at once: a heading, a line or two."""
    if index == len(blocks) or not isinstance(blocks[index], Heading | Subject):
        return None
    for at in range(index + 1, min(index + 1 + _CERTIFICATION, len(blocks))):
        if isinstance(blocks[at], SignatureBlock):
            return at
        if not isinstance(blocks[at], Paragraph):
            return None
    return None

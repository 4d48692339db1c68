"""The vertical rhythm of a page, once for both writers, so that PDF and DOCX look alike.

Each part of a document has the space before and after it in ems of the text, from the baseline of one line to the
capitals of the next: `leading` would be the next line of the same paragraph. Between two parts the larger space counts,
as in Word. What follows from the look of a pack (paragraphs, numbered points) is derived from it here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docgen.model.blocks import Look

__all__ = ["CAPITALS", "FOOT", "OVERHANG", "gaps_of"]

CAPITALS = 0.66  # em, the height of capitals in the typeface
# em: what a line has above its capitals and below its last baseline. Word counts it as text, so the PDF does too: else
# it would hold half a line more on a page, and break its pages elsewhere than the DOCX.
OVERHANG = (0.23, 0.22)
FOOT = 0.45  # of the lower margin, from the foot of the text to the baseline of page number and reference

_GAPS: dict[str, tuple[float, float]] = {
    "heading1": (2.0, 1.3),
    "heading": (1.9, 1.1),
    "subject": (2.2, 1.6),
    "letterhead": (0.0, 1.8),  # after the rule below it
    "addressee": (1.9, 2.1),
    "approval": (0.0, 2.2),
    "dateline": (1.8, 1.7),
    "centered": (2.3, 0.95),
    "small": (1.6, 0.8),
    "status": (0.0, 1.7),
    "table": (1.2, 1.2),
    "signatures": (2.6, 0.0),
    "signature": (2.0, 0.0),  # between two who sign
}
_DASH = 0.18  # em more than between lines: the items of a list belong together
_POINTS = 0.6  # of the space between paragraphs: numbered points stand a little closer


def gaps_of(look: Look) -> dict[str, tuple[float, float]]:
    """Return the space before and after each part, by its name."""
    points = look.leading + (look.spacing - look.leading) * _POINTS
    dash = look.leading + _DASH
    return {**_GAPS, "paragraph": (0.0, look.spacing), "clause": (0.0, points), "dash": (0.0, dash)}

"""What the printing font can draw, and how wide: read from its own tables.

The PDF embeds Liberation Serif (OFL, same widths as Times New Roman). Under PDF/A a character without a glyph stops the
whole document, so data is held against `missing_glyphs` first; widths decide which words cannot fit a line.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["FONTS", "missing_glyphs", "text_width"]

FONTS = Path(__file__).parent / "fonts"
_FACES = {False: "LiberationSerif-Regular.ttf", True: "LiberationSerif-Bold.ttf"}
_NO_BREAK_HYPHEN = "\u2011"
_CMAP_SEGMENTS = 4  # OpenType, "cmap", format 4: segments of the Basic Multilingual Plane


@dataclass(frozen=True, slots=True, kw_only=True)
class _Face:
    """Glyph and width of each character; widths in ems."""

    glyphs: dict[int, int]
    widths: dict[int, float]


def _tables(font: bytes) -> dict[bytes, bytes]:
    count = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * index) for index in range(count))
    return {tag: font[offset : offset + length] for tag, _checksum, offset, length in records}


def _glyphs(cmap: bytes) -> dict[int, int]:
    """Return the glyph of each character from the format 4 subtable that Windows uses (platform 3, encoding 1)."""
    for index in range(struct.unpack_from(">H", cmap, 2)[0]):
        platform, encoding, start = struct.unpack_from(">HHL", cmap, 4 + 8 * index)
        if (platform, encoding) == (3, 1) and struct.unpack_from(">H", cmap, start)[0] == _CMAP_SEGMENTS:
            break
    else:
        msg = "the font has no Unicode cmap of format 4"
        raise ValueError(msg)
    segments = struct.unpack_from(">H", cmap, start + 6)[0] // 2
    ends, starts, deltas, offsets = (start + 14 + 2 * k * segments + (2 if k else 0) for k in range(4))
    found: dict[int, int] = {}
    for segment in range(segments):
        first, last, delta, offset = (
            struct.unpack_from(">H", cmap, base + 2 * segment)[0] for base in (starts, ends, deltas, offsets)
        )
        for code in range(first, last + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", cmap, offsets + 2 * segment + offset + 2 * (code - first))[0]
            if not (offset and glyph == 0):
                glyph = (glyph + delta) & 0xFFFF
            if glyph:
                found[code] = glyph
    return found


@cache
def _face(bold: bool) -> _Face:  # noqa: FBT001 - a key of the cache
    tables = _tables((FONTS / _FACES[bold]).read_bytes())
    units = struct.unpack_from(">H", tables[b"head"], 18)[0]
    metrics = struct.unpack_from(">H", tables[b"hhea"], 34)[0]
    glyphs = _glyphs(tables[b"cmap"])
    widths = {
        code: struct.unpack_from(">H", tables[b"hmtx"], 4 * min(glyph, metrics - 1))[0] / units
        for code, glyph in glyphs.items()
    }
    return _Face(glyphs=glyphs, widths=widths)


def missing_glyphs(text: str) -> set[str]:
    """Return the characters of `text` that cannot be printed, in regular or in bold.

    The no-break hyphen is none of them: it is drawn as a hyphen and stays itself in the text.
    """
    faces = (_face(bold=False), _face(bold=True))
    missing = {character for character in text if any(ord(character) not in face.glyphs for face in faces)}
    return missing - {_NO_BREAK_HYPHEN}


def text_width(text: str, *, bold: bool = False) -> float:
    """Return the width in ems, without kerning; a character without a glyph counts as one em."""
    widths = _face(bold).widths
    return sum(widths.get(ord(character), 1.0) for character in text)

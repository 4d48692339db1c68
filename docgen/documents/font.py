"""What the printing font can draw, and how wide: read from its own tables.

The PDF embeds Liberation Serif (OFL, same widths as Times New Roman) unless the pack brings a font of its own. Under
PDF/A a character without a glyph stops the whole document, so data is held against `Typeface.missing` first; widths
decide which words cannot fit a line.
"""

from __future__ import annotations

import struct
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FONTS", "LATVIAN", "Typeface", "missing_glyphs", "printing_with", "text_width", "typeface"]

FONTS = Path(__file__).parent / "fonts"
_OWN_FAMILY, _OWN_FACES = "Liberation Serif", ("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf")
LATVIAN = "AĀBCČDEĒFGĢHIĪJKĶLĻMNŅOPRSŠTUŪVZŽaābcčdeēfgģhiījkķlļmnņoprsštuūvzžQWXYqwxy0123456789.,;:!?()–—-/\"'„“”%&@+*"
_NO_BREAK_HYPHEN = "\u2011"
_CMAP_SEGMENTS = 4  # OpenType, "cmap", format 4: segments of the Basic Multilingual Plane
_MOST_CODES = 0x20000  # twice that plane: segments that overlap could name each code thousands of times
_LARGEST = 32 * 1024 * 1024
_BOLD, _ITALIC = 1, 2  # OpenType, "head", macStyle
_FAMILY, _TYPOGRAPHIC_FAMILY = 1, 16  # OpenType, "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Face:
    """Glyph and width of each character; widths in ems."""

    glyphs: dict[int, int]
    widths: dict[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """A family of fonts in a folder: its regular and its bold face decide what can be printed."""

    family: str
    folder: Path
    regular: _Face
    bold: _Face

    def missing(self, text: str) -> set[str]:
        """Return the characters of `text` that cannot be printed, in regular or in bold.

        The no-break hyphen is none of them: it is drawn as a hyphen and stays itself in the text.
        """
        faces = (self.regular, self.bold)
        missing = {character for character in text if any(ord(character) not in face.glyphs for face in faces)}
        return missing - {_NO_BREAK_HYPHEN}

    def width(self, text: str, *, bold: bool = False) -> float:
        """Return the width in ems, without kerning; a character without a glyph counts as one em."""
        widths = (self.bold if bold else self.regular).widths
        return sum(widths.get(ord(character), 1.0) for character in text)


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
    left = _MOST_CODES
    for segment in range(segments):
        first, last, delta, offset = (
            struct.unpack_from(">H", cmap, base + 2 * segment)[0] for base in (starts, ends, deltas, offsets)
        )
        left -= max(0, last + 1 - first)
        if left < 0:
            msg = "the segments of the cmap overlap"
            raise ValueError(msg)
        for code in range(first, last + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", cmap, offsets + 2 * segment + offset + 2 * (code - first))[0]
            if not (offset and glyph == 0):
                glyph = (glyph + delta) & 0xFFFF
            if glyph:
                found[code] = glyph
    return found


def _family(name: bytes) -> str:
    """Return the family's name: the typographic one where the font has it (Windows, UTF-16)."""
    count, strings = struct.unpack_from(">HH", name, 2)
    found: dict[int, str] = {}
    for index in range(count):
        platform, _encoding, _language, key, length, offset = struct.unpack_from(">6H", name, 6 + 12 * index)
        if platform == 3:  # noqa: PLR2004 - OpenType's number for Windows
            found.setdefault(key, name[strings + offset : strings + offset + length].decode("utf-16-be"))
    return str(found.get(_TYPOGRAPHIC_FAMILY) or found[_FAMILY])


def _face(tables: dict[bytes, bytes]) -> _Face:
    units = struct.unpack_from(">H", tables[b"head"], 18)[0]
    metrics = struct.unpack_from(">H", tables[b"hhea"], 34)[0]
    if not units or not metrics:
        msg = "it has no units or no widths"
        raise ValueError(msg)
    glyphs = _glyphs(tables[b"cmap"])
    widths = {
        code: struct.unpack_from(">H", tables[b"hmtx"], 4 * min(glyph, metrics - 1))[0] / units
        for code, glyph in glyphs.items()
    }
    return _Face(glyphs=glyphs, widths=widths)


def _font_files(place: Path) -> tuple[list[Path], list[Problem]]:
    """Return the font files of a folder, and what must not be in it: Typst looks into folders below, through links."""
    files, problems = [], []
    for path in sorted(place.iterdir()) if place.is_dir() else ():
        if path.is_symlink() or not path.is_file():
            problems.append(Problem(path=path.name, message=say("is no plain file")))
        elif path.stat().st_size > _LARGEST:
            problems.append(Problem(path=path.name, message=say("has more than {limit} bytes", limit=_LARGEST)))
        elif path.suffix.lower() in {".ttf", ".otf"}:
            files.append(path)
    return files, problems


@cache
def typeface(folder: str = "") -> Typeface:
    """Return the typeface whose font files (.ttf, .otf) lie in a folder; docgen's own without one.

    All four faces must be there (regular, bold, italic, both), of one family, with every Latvian letter: otherwise a
    `DataError` that names what is wrong.
    """
    if not folder:  # docgen's own are known to be in order
        regular, bold = (_face(_tables((FONTS / name).read_bytes())) for name in _OWN_FACES)
        return Typeface(family=_OWN_FAMILY, folder=FONTS, regular=regular, bold=bold)
    place = Path(folder)
    faces: dict[int, _Face] = {}
    families: set[str] = set()
    files, problems = _font_files(place)
    for path in files:
        try:
            tables = _tables(path.read_bytes())
            style = struct.unpack_from(">H", tables[b"head"], 44)[0] & (_BOLD | _ITALIC)
            families.add(_family(tables[b"name"]))
            if style not in faces:
                faces[style] = _face(tables)
        except (ValueError, KeyError, struct.error) as exc:
            problems.append(Problem(path=path.name, message=say("is no font that can be read: {why}", why=str(exc))))
    names = {0: "regular", _BOLD: "bold", _ITALIC: "italic", _BOLD | _ITALIC: "bold italic"}
    absent = [name for style, name in names.items() if style not in faces]
    if absent:
        message = say("these faces of the font are missing: {faces}", faces=", ".join(absent))
        problems.append(Problem(path="look.fonts", message=message))
    if len(families) > 1:
        message = say("the fonts are of several families: {names}", names=", ".join(sorted(families)))
        problems.append(Problem(path="look.fonts", message=message))
    if problems:
        raise DataError(str(place), problems)
    made = Typeface(family=families.pop(), folder=place, regular=faces[0], bold=faces[_BOLD])
    missing = made.missing(LATVIAN)
    if missing:
        message = say("has no glyph for: {letters}", letters=" ".join(sorted(missing)))
        raise DataError(str(place), [Problem(path="look.fonts", message=message)])
    return made


def missing_glyphs(text: str) -> set[str]:
    """Return the characters of `text` that docgen's own font cannot print."""
    return typeface().missing(text)


_in_use: ContextVar[str] = ContextVar("_in_use", default="")


@contextmanager
def printing_with(folder: str) -> Iterator[Typeface]:
    """Measure with the typeface of a folder as long as this context lasts."""
    token = _in_use.set(folder)
    try:
        yield typeface(folder)
    finally:
        _in_use.reset(token)


def text_width(text: str, *, bold: bool = False) -> float:
    """Return the width in ems in the typeface in use."""
    return typeface(_in_use.get()).width(text, bold=bold)

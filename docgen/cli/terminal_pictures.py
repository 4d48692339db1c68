"""Pictures in a terminal: by the protocol that its environment names, else in half blocks of 24-bit colour.

Nothing is asked of the terminal itself: an answer that never comes would block. Where no protocol is named there is no
picture. Sources: the graphics protocol of kitty; inline images of iTerm2; sixels as of the DEC VT340.
"""

from __future__ import annotations

import base64
from enum import Enum, auto
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docgen.documents.preview import PageImage

__all__ = ["Terminal", "picture", "terminal_of"]

_CHUNK = 4096  # the most that kitty takes in one escape sequence
_GREYS = 16
_BAND = 6  # rows of pixels in a sixel
_LAST_COLUMN = 100  # columns of characters that a page takes at most
_SIXEL_TERMINALS = ("foot", "mlterm", "contour", "yaft")


class Terminal(Enum):
    """What a terminal can show."""

    KITTY = auto()
    ITERM = auto()
    SIXEL = auto()
    BLOCKS = auto()
    NONE = auto()


def terminal_of(environment: Mapping[str, str]) -> Terminal:
    """Return what the terminal that the environment names can show. Within tmux and screen: half blocks at most."""
    term, program = environment.get("TERM", ""), environment.get("TERM_PROGRAM", "")
    within = "TMUX" in environment or term.startswith(("screen", "tmux"))
    if not within and ("KITTY_WINDOW_ID" in environment or "kitty" in term or program in {"ghostty", "WezTerm"}):
        return Terminal.KITTY
    if not within and program in {"iTerm.app", "mintty"}:
        return Terminal.ITERM
    if not within and ("sixel" in term or term.startswith(_SIXEL_TERMINALS)):
        return Terminal.SIXEL
    if environment.get("COLORTERM", "") in {"truecolor", "24bit"}:
        return Terminal.BLOCKS
    return Terminal.NONE


def picture(terminal: Terminal, image: PageImage, png: bytes, *, columns: int) -> Iterator[str]:
    """Yield what the terminal must be sent to show a page, `columns` characters wide at most."""
    width = min(columns, _LAST_COLUMN)
    match terminal:
        case Terminal.KITTY:
            yield from _kitty(png, width)
        case Terminal.ITERM:
            name = base64.b64encode(png).decode("ascii")
            yield f"\x1b]1337;File=inline=1;size={len(png)};width={width}:{name}\a\n"
        case Terminal.SIXEL:
            yield from _sixel(_smaller(image, min(image.width, 8 * width)))
        case Terminal.BLOCKS:
            yield from _blocks(_smaller(image, width))
        case Terminal.NONE:
            return


def _kitty(png: bytes, width: int) -> Iterator[str]:
    content = base64.b64encode(png).decode("ascii")
    for start in range(0, len(content), _CHUNK):
        more = int(start + _CHUNK < len(content))
        first = f"f=100,a=T,c={width}," if not start else ""
        yield f"\x1b_G{first}m={more};{content[start : start + _CHUNK]}\x1b\\"
    yield "\n"


def _smaller(image: PageImage, width: int) -> list[list[tuple[int, int, int]]]:
    """Return the page `width` pixels wide, each the mean of those that it stands for: rows of (red, green, blue)."""
    scale = image.width / width
    height = max(1, int(image.height / scale))
    xs = [int(x * scale) for x in range(width + 1)]
    rows = []
    for y in range(height):
        lines = range(int(y * scale), max(int(y * scale) + 1, int((y + 1) * scale)))
        row = []
        for left, right in pairwise(xs):
            begins = [3 * (line * image.width + left) for line in lines]
            size = 3 * max(1, right - left)
            cells = b"".join(image.pixels[begin : begin + size] for begin in begins)
            count = len(cells) // 3
            row.append((sum(cells[0::3]) // count, sum(cells[1::3]) // count, sum(cells[2::3]) // count))
        rows.append(row)
    return rows


def _blocks(rows: list[list[tuple[int, int, int]]]) -> Iterator[str]:
    """Yield lines of upper half blocks: the letter's colour is the upper pixel, its ground the lower one."""
    for upper, lower in zip(rows[0::2], [*rows[1::2], rows[-1]], strict=False):
        cells = zip(upper, lower, strict=True)
        yield "".join(f"\x1b[38;2;{u[0]};{u[1]};{u[2]};48;2;{d[0]};{d[1]};{d[2]}m▀" for u, d in cells) + "\x1b[0m\n"


def _sixel(rows: list[list[tuple[int, int, int]]]) -> Iterator[str]:
    """Yield a page in shades of grey."""
    greys = [[sum(pixel) * (_GREYS - 1) // (3 * 255) for pixel in row] for row in rows]
    yield "\x1bPq" + "".join(f"#{shade};2" + f";{shade * 100 // (_GREYS - 1)}" * 3 for shade in range(_GREYS))
    for top in range(0, len(greys), _BAND):
        band = greys[top : top + _BAND]
        for shade in sorted({grey for row in band for grey in row}):
            bits = (sum((row[x] == shade) << y for y, row in enumerate(band)) for x in range(len(band[0])))
            yield f"#{shade}" + "".join(chr(63 + bit) for bit in bits) + "$"
        yield "-"
    yield "\x1b\\\n"

"""Pages of a PDF that docgen has just printed, as PNG.

Only for docgen's own fresh print: a stranger's file is drawn in a locked-down worker (`appearance_worker`).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docgen.documents.raster import Raster

__all__ = ["PageImage", "page_images", "png_of"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SCALE = 2  # pixels a point: 144 dots an inch
_PIXELS_A_METRE = round(_SCALE * 72 / 0.0254)
_RGB, _DEPTH, _NO_FILTER = 2, 8, b"\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageImage:
    """One page: three bytes a pixel (red, green, blue), rows from the top, no gap between them."""

    width: int
    height: int
    pixels: bytes


def page_images(pdf: bytes) -> Iterator[PageImage]:
    """Yield the pages of docgen's own PDF, 144 dots an inch. The same PDF and PDFium: the same pixels.

    Raises `ValueError` for what is no PDF.
    """
    from docgen.documents.raster import page_rasters  # noqa: PLC0415 - PDFium only where pages are looked at

    for raster in page_rasters(pdf, scale=_SCALE):
        yield _in_rgb(raster)


def _in_rgb(raster: Raster) -> PageImage:
    rows = memoryview(raster.pixels)
    pixels = bytearray()
    for y in range(raster.height):
        row = bytearray(rows[y * raster.stride : y * raster.stride + 3 * raster.width])
        row[0::3], row[2::3] = row[2::3], row[0::3]
        pixels += row
    return PageImage(width=raster.width, height=raster.height, pixels=bytes(pixels))


def png_of(image: PageImage) -> bytes:
    """Return the page as a PNG (ISO/IEC 15948): RGB, its resolution, no time and no text."""
    width = 3 * image.width
    rows = (image.pixels[y * width : (y + 1) * width] for y in range(image.height))
    body = zlib.compress(b"".join(_NO_FILTER + row for row in rows), 6)
    head = struct.pack("!IIBBBBB", image.width, image.height, _DEPTH, _RGB, 0, 0, 0)
    density = struct.pack("!IIB", _PIXELS_A_METRE, _PIXELS_A_METRE, 1)
    parts = ((b"IHDR", head), (b"pHYs", density), (b"IDAT", body), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))

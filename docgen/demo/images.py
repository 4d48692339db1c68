"""Pages of a PDF as pictures (PNG), for the demonstration's page."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from docgen.documents.raster import page_rasters

if TYPE_CHECKING:
    from docgen.documents.raster import Raster

__all__ = ["page_pictures"]

_SCALE = 1.25  # 90 dots an inch: readable, some 40 kB a page
_GREY_8_BIT = struct.pack(">BBBBB", 8, 0, 0, 0, 0)


def page_pictures(pdf: bytes, *, pages: int) -> list[tuple[int, int, bytes]]:
    """Return the first `pages` pages as (width, height, PNG in grey); the same bytes for the same page."""
    return [_picture(raster) for raster in page_rasters(pdf, scale=_SCALE, grey=True, pages=pages)]


def _picture(raster: Raster) -> tuple[int, int, bytes]:
    # Every row of a PNG begins with the number of its filter; 0 is none.
    rows = b"".join(
        b"\0" + raster.pixels[row * raster.stride : row * raster.stride + raster.width] for row in range(raster.height)
    )
    size = struct.pack(">II", raster.width, raster.height)
    chunks = (("IHDR", size + _GREY_8_BIT), ("IDAT", zlib.compress(rows, 9)), ("IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name.encode(), data) for name, data in chunks)
    return raster.width, raster.height, png


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

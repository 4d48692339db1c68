"""Pages of a PDF as pictures (PNG), for the demonstration's page."""

from __future__ import annotations

import struct
import zlib

import pypdfium2

__all__ = ["page_pictures"]

_SCALE = 1.25  # 90 dots an inch: readable, some 40 kB a page
_GREY_8_BIT = struct.pack(">BBBBB", 8, 0, 0, 0, 0)


def page_pictures(pdf: bytes, *, pages: int) -> list[tuple[int, int, bytes]]:
    """Return the first `pages` pages as (width, height, PNG in grey); the same bytes for the same page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_picture(document[number]) for number in range(min(pages, len(document)))]
    finally:
        document.close()


def _picture(page: pypdfium2.PdfPage) -> tuple[int, int, bytes]:
    bitmap = page.render(scale=_SCALE, grayscale=True)
    raw = bytes(bitmap.buffer)
    # Every row of a PNG begins with the number of its filter; 0 is none.
    rows = b"".join(
        b"\0" + raw[row * bitmap.stride : row * bitmap.stride + bitmap.width] for row in range(bitmap.height)
    )
    size = struct.pack(">II", bitmap.width, bitmap.height)
    chunks = (("IHDR", size + _GREY_8_BIT), ("IDAT", zlib.compress(rows, 9)), ("IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name.encode(), data) for name, data in chunks)
    return bitmap.width, bitmap.height, png


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

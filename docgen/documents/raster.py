"""Pages of a PDF as pictures in memory, by PDFium. The only place that imports pypdfium2.

A stranger's file is drawn in a locked-down worker only: PDFium is native code. Loading this module loads PDFium, which
starts no thread and opens no file while it draws; where it may not look for system fonts it has none, so what is
compared carries its fonts itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Raster", "RasterError", "page_rasters"]


class RasterError(ValueError):
    """PDFium reads no document or page there, or the page is larger than was allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """One page: rows of `stride` bytes from the top, one byte a pixel in grey or three (blue, green, red)."""

    width: int
    height: int
    stride: int
    pixels: bytes


def page_rasters(
    pdf: bytes, *, scale: float, grey: bool = False, pages: int | None = None, largest: int | None = None
) -> Iterator[Raster]:
    """Yield the first `pages` pages (all by default), `scale` pixels a point, annotations drawn.

    The same page gives the same bytes with the same PDFium. Raises `RasterError`, for a page that is wider or higher
    than `largest` pixels before anything is drawn.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as exc:
        raise RasterError(str(exc)) from exc
    try:
        for number in range(len(document) if pages is None else min(pages, len(document))):
            yield _raster(document, number, scale, grey=grey, largest=largest)
    finally:
        document.close()


def _raster(document: pypdfium2.PdfDocument, number: int, scale: float, *, grey: bool, largest: int | None) -> Raster:
    try:
        page = document[number]
        width, height = page.get_size()
        if largest is not None and not 0 < max(width, height) * scale <= largest:
            msg = f"page {number + 1} is too large"
            raise RasterError(msg)
        bitmap = page.render(scale=scale, grayscale=grey)
        raster = Raster(width=bitmap.width, height=bitmap.height, stride=bitmap.stride, pixels=bytes(bitmap.buffer))
        bitmap.close()
        page.close()
    except pypdfium2.PdfiumError as exc:
        raise RasterError(str(exc)) from exc
    return raster

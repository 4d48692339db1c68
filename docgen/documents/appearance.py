"""What a letter shows: its words by structure, each page as a picture, and the means by which it shows them.

Two files with equal appearance say the same to who reads, and to who has them read aloud. It runs in the locked-down
worker (`appearance_worker`), over exactly the bytes that it is given.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, NullObject

from docgen.documents.raster import page_rasters
from docgen.documents.structure import structure_of
from docgen.model.recognition import Appearance, PageAppearance

if TYPE_CHECKING:
    from pypdf import PageObject
    from pypdf.generic import PdfObject, RectangleObject

    from docgen.documents.raster import Raster
    from docgen.model.profiles import Limits

__all__ = ["SCALE", "appearance_of"]

SCALE = 2  # 144 dots an inch: a full stop has some ten pixels
_LARGEST = 2_400  # pixels of a side at this scale: beyond A3
_HUNDREDTH = 100
_NO_MEANS = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit")  # compared by value, whoever they are inherited from


def appearance_of(pdf: bytes, limits: Limits) -> Appearance:
    """Return what a PDF shows. Raises `ValueError` or an exception of a reader where it is not as docgen writes it.

    Read strictly: nothing is repaired.
    """
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    if len(reader.pages) > limits.pages:
        msg = f"more than {limits.pages} pages"
        raise ValueError(msg)
    structure = structure_of(reader)
    rasters = list(page_rasters(pdf, scale=SCALE, largest=_LARGEST))
    if len(rasters) != len(reader.pages):
        msg = "the readers disagree about the pages"
        raise ValueError(msg)
    means = set(structure.means)
    means.update(f"catalog {key}" for key in reader.root_object)
    for page in reader.pages:
        means.update(f"page {key}" for key in page if key not in _NO_MEANS)
        means.update(_resources(page))
    title = reader.metadata.title if reader.metadata is not None else None
    return Appearance(
        text=structure.text,
        drawn=structure.drawn,
        title=title or "",
        pages=tuple(_page(page, raster) for page, raster in zip(reader.pages, rasters, strict=True)),
        means=tuple(sorted(means)),
    )


def _page(page: PageObject, raster: Raster) -> PageAppearance:
    return PageAppearance(
        media=_box(page.mediabox),
        crop=_box(page.cropbox),
        rotation=page.rotation,
        unit=round(page.user_unit * _HUNDREDTH),
        pixels=(raster.width, raster.height),
        raster=hashlib.sha256(raster.pixels).hexdigest(),
    )


def _box(box: RectangleObject) -> tuple[int, ...]:
    return tuple(round(float(value) * _HUNDREDTH) for value in box)


def _resources(page: PageObject) -> set[str]:
    resources = page["/Resources"]
    assert isinstance(resources, DictionaryObject)
    return {f"resources {key}" for key in resources if not _empty(resources[key])}


def _empty(value: PdfObject) -> bool:
    """Whether a resource holds nothing: some programs leave such entries behind."""
    return isinstance(value, NullObject) or (isinstance(value, DictionaryObject) and not value)

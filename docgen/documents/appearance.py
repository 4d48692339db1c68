"""What a letter shows: its words by structure, each page as a picture, and the means by which it shows them.

Two files with equal appearance say the same to who reads, and to who has them read aloud. It runs in the locked-down
worker (`appearance_worker`), over exactly the bytes that it is given.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from typing import TYPE_CHECKING

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NullObject, StreamObject

from docgen.documents.raster import page_rasters
from docgen.documents.structure import fold, structure_of
from docgen.model.recognition import Appearance, PageAppearance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pypdf import PageObject
    from pypdf.generic import PdfObject, RectangleObject

    from docgen.documents.raster import Raster
    from docgen.model.profiles import Limits

__all__ = ["SCALE", "appearance_of"]

SCALE = 2  # 144 dots an inch: a full stop has some ten pixels
_LARGEST = 2_400  # pixels of a side at this scale: beyond A3
_HUNDREDTH = 100
_OUTLINE = 200
# A title by any prefix, as an element or as an attribute: a prefix means what the file says that it means.
_XMP_TITLE = re.compile(
    rb"<(?:[\w.-]+:)?title\b[^>]*>(.*?)</(?:[\w.-]+:)?title\s*>|\btitle\s*=\s*(\"[^\"]*\"|'[^']*')", re.DOTALL
)
_XMP_HIDDEN = (b"<!--", b"<![CDATA[")  # what a reader of XML passes over, or takes as it is
_BESIDE_TITLE = ("/Author", "/Subject", "/Keywords")
_TAG = re.compile(rb"<[^>]*>")
_OF_ENCODING = frozenset({"/Length", "/Filter", "/DecodeParms"})
_SEEN_ELSEWHERE = frozenset({"/ColorSpace", "/Font", "/ProcSet"})
_OF_PLACE = frozenset({"/Parent", "/P", "/Pg", "/StructParent", "/StructParents"})
_DEEPEST = 12
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
    root = reader.root_object
    means = set(structure.means)
    means.update(f"catalog {key}" for key in root)
    means.update(f"/Names {key}" for key in _entries(root, "/Names"))
    for key in ("/ViewerPreferences", "/MarkInfo", "/Lang", "/PageMode", "/PageLayout", "/OutputIntents"):
        if key in root:
            means.add(f"{key} {_whole(root[key])}")
    means.update(f"outline {key}" for item in _outline(reader) for key in item)
    for page in reader.pages:
        means.update(f"page {key}" for key in page if key not in _NO_MEANS)
        means.update(_resources(page))
    return Appearance(
        text=structure.text,
        drawn=structure.drawn,
        titles=tuple(_titles(reader)),
        pages=tuple(_page(page, raster) for page, raster in zip(reader.pages, rasters, strict=True)),
        means=tuple(sorted(means)),
    )


def _titles(reader: PdfReader) -> Iterator[str]:
    """Yield what a viewer shows beside the pages: the title by Info and by XMP, and the outline."""
    told: Mapping[str, object] = reader.metadata or {}
    yield str(told.get("/Title"))
    yield from (f"{key} {told[key]}" for key in _BESIDE_TITLE if key in told)
    xmp = reader.root_object["/Metadata"]
    assert isinstance(xmp, StreamObject)
    data = xmp.get_data()
    if any(sign in data for sign in _XMP_HIDDEN):
        msg = "the metadata have comments"
        raise ValueError(msg)
    for element, attribute in _XMP_TITLE.findall(data):  # programs write it anew with other spaces and entities
        yield fold(html.unescape(_TAG.sub(b" ", element or attribute).decode()))
    yield from (str(item["/Title"]) if "/Title" in item else "" for item in _outline(reader))


def _outline(reader: PdfReader) -> Iterator[DictionaryObject]:
    waiting = [_entries(reader.root_object, "/Outlines").get("/First")]
    left = _OUTLINE
    while waiting:
        item = waiting.pop()
        entry = item.get_object() if item is not None else None
        if not isinstance(entry, DictionaryObject):
            continue
        left -= 1
        if not left:
            msg = "the outline is too long, or leads in a circle"
            raise ValueError(msg)
        yield entry
        waiting += [entry.get("/Next"), entry.get("/First")]


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


def _entries(owner: DictionaryObject, key: str) -> DictionaryObject:
    value = owner[key] if key in owner else DictionaryObject()
    if not isinstance(value, DictionaryObject):
        msg = f"{key} is no dictionary"
        raise TypeError(msg)
    return value


def _resources(page: PageObject) -> set[str]:
    """Return the kinds of resources of a page. Some programs leave empty entries behind: these are none."""
    resources = _entries(page, "/Resources")
    found = {
        f"resources {key}"
        for key in resources
        if not isinstance(resources[key], NullObject) and resources[key] != DictionaryObject()
    }
    spaces = _entries(resources, "/ColorSpace")
    found.update(f"colours {_colours(name, spaces[name])}" for name in spaces)
    # Pictures, drawings within the drawing, and states: what they do is in them, whatever the page calls them.
    for kind in resources:
        if kind not in _SEEN_ELSEWHERE and isinstance(resources[kind], DictionaryObject):
            own = _entries(resources, kind)
            found.update(f"resources {kind} {_whole(own[name])}" for name in own)
    return found


def _whole(part: PdfObject | None, depth: int = 0) -> str:
    """Return all that an object says, with what it refers to; streams by digest. `ValueError` where it is too deep."""
    if depth > _DEEPEST:
        msg = "an object is nested too deeply, or leads in a circle"
        raise ValueError(msg)
    plain = part.get_object() if part is not None else None
    if isinstance(plain, DictionaryObject):
        left_out = {*_OF_PLACE, *(_OF_ENCODING if isinstance(plain, StreamObject) else ())}
        entries = " ".join(f"{key} {_whole(plain[key], depth + 1)}" for key in sorted(plain) if key not in left_out)
        data = hashlib.sha256(plain.get_data()).hexdigest() if isinstance(plain, StreamObject) else ""
        return f"<<{entries} {data}>>"
    if isinstance(plain, ArrayObject):
        return f"[{' '.join(_whole(item, depth + 1) for item in plain)}]"
    return f"{plain:g}" if isinstance(plain, float) else str(plain)


def _colours(name: str, space: PdfObject) -> str:
    """Return the kind of a colour space, with the digest of its profile: viewers differ in what they make of it.

    The name counts only where it means something (`/DefaultGray` and the like: ISO 32000-1, 8.6.5.6).
    """
    kind = f"{name} " if name.startswith("/Default") else ""
    if not isinstance(space, ArrayObject):
        return f"{kind}{space}"
    return kind + " ".join(_colour_part(part.get_object()) for part in space)


def _colour_part(part: PdfObject | None) -> str:
    if not isinstance(part, StreamObject):
        return str(part)
    entries = " ".join(f"{key} {part[key]}" for key in sorted(part) if key not in _OF_ENCODING)
    return f"{entries} {hashlib.sha256(part.get_data()).hexdigest()}"

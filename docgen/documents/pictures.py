"""What a picture of a pack claims to be, before anything unpacks it: a small file may be a picture of gigabytes."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["picture_problem"]

_LARGEST_SIDE = 4_000
_LARGEST_PROFILE = 1024 * 1024
_MOST_SCANS = 100
_PNG = b"\x89PNG\r\n\x1a\n"
_ALONE = {0x01, 0xFF, *range(0xD0, 0xD9)}  # markers without a length (ITU-T T.81, table B.1)
_NO_FRAMES = {0xC4, 0xC8, 0xCC}  # of 0xC0 to 0xCF, those that begin no frame
_SCAN = 0xDA


def picture_problem(content: bytes) -> Message | None:
    """Return why a PNG or JPEG is not printed: its size cannot be read, or it unpacks to more than a logo needs."""
    try:
        sides = _png_sides(content) if content.startswith(_PNG) else _jpeg_sides(content)
    except (struct.error, IndexError, ValueError, zlib.error):
        return say("is no picture that can be read")
    if not all(0 < side <= _LARGEST_SIDE for side in sides):
        return say("is a picture of more than {limit} pixels a side", limit=_LARGEST_SIDE)
    return None


def _png_sides(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG (ISO/IEC 15948). `ValueError` for a profile that unpacks to too much."""
    chunks = _chunks(content)
    kind, header = next(chunks, (b"", b""))
    if kind != b"IHDR":
        msg = "the header is missing"
        raise ValueError(msg)
    for name, data in chunks:
        if name == b"iCCP":
            packed = data.partition(b"\0")[2][1:]
            unpacking = zlib.decompressobj()
            unpacking.decompress(packed, _LARGEST_PROFILE)
            if unpacking.unconsumed_tail:
                msg = "the colour profile is too large"
                raise ValueError(msg)
    width, height = struct.unpack_from("!II", header)
    return width, height


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at < len(content):
        length, kind = struct.unpack_from("!I4s", content, at)
        yield kind, content[at + 8 : at + 8 + length]
        at += 12 + length


def _jpeg_sides(content: bytes) -> tuple[int, int]:
    """Return width and height of a JPEG (ITU-T T.81). `ValueError` where it is drawn over and over again."""
    if content.count(bytes((0xFF, _SCAN))) > _MOST_SCANS:
        msg = "too many scans"
        raise ValueError(msg)
    at = 2
    while True:
        mark, kind = content[at], content[at + 1]
        if mark != 0xFF:  # noqa: PLR2004 - what every marker begins with
            msg = "a marker is missing"
            raise ValueError(msg)
        if kind in _ALONE:
            at += 1 if kind == 0xFF else 2  # noqa: PLR2004 - a filling byte
            continue
        if 0xC0 <= kind <= 0xCF and kind not in _NO_FRAMES:  # noqa: PLR2004 - table B.1
            height, width = struct.unpack_from("!HH", content, at + 5)
            return width, height
        if kind == _SCAN:
            msg = "no frame"
            raise ValueError(msg)
        at += 2 + int(struct.unpack_from("!H", content, at + 2)[0])

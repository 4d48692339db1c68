"""Whether an archive is a plain ZIP: nothing beside its files, each described in one way (security.md §4.3).

Programs that open a ZIP find its files from its end, or from its begin; where both do not say the same, two programs
read two documents out of one file.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, BinaryIO

from docgen.model.text import say

if TYPE_CHECKING:
    import zipfile

    from docgen.model.text import Message

__all__ = ["not_plain"]

_END = struct.Struct("<4s4H2LH")
_END_SIGN, _LOCATOR_SIGN, _LOCATOR_SIZE = b"PK\x05\x06", b"PK\x06\x07", 20
_LOCAL = struct.Struct("<4s5H3L2H")
_LOCAL_SIGN = b"PK\x03\x04"
_DESCRIBED_BEHIND = 0x8  # flag: sizes and sum stand behind the data
_BEHIND, _BEHIND_SIGN = struct.Struct("<3L"), b"PK\x07\x08"
_FLAGS = 0x1 | _DESCRIBED_BEHIND | 0x800  # encrypted, described behind, names in UTF-8
_ZIP64 = 0x1  # kind of an extra field
_EXTRA = struct.Struct("<2H")


def not_plain(file: BinaryIO, archive: zipfile.ZipFile) -> Message | None:
    """Return what makes an archive no plain ZIP; None for one that is. `file` is what the archive was opened from.

    Names are compared by `zipfile` itself as it opens an entry. Raises `struct.error` and `OSError` where the file ends
    too early.
    """
    beside = say("is no plain ZIP: something stands before, between, after or over its files")
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END.size))
    sign, _, _, _, entries, _, begin, comment = _END.unpack(file.read(_END.size))
    if sign != _END_SIGN or comment or entries != len(infos):
        return beside
    file.seek(max(0, size - _END.size - _LOCATOR_SIZE))
    if file.read(len(_LOCATOR_SIGN)) == _LOCATOR_SIGN or any(_has_zip64(info.extra) for info in infos):
        return say("is a ZIP of a kind that no document needs (ZIP64)")
    end = 0
    for info in infos:
        file.seek(info.header_offset)
        sign, _, flags, method, _, _, total, packed, plain, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
        # What stands before the first file moves all of them, as `zipfile` counts. A gap could hold a file that is
        # not listed, which programs that read from the beginning would find.
        if sign != _LOCAL_SIGN or info.header_offset != end:
            return beside
        described, central = (total, packed, plain), (info.CRC, info.compress_size, info.file_size)
        end = info.header_offset + _LOCAL.size + name + extra + info.compress_size
        if flags & _DESCRIBED_BEHIND and described in {(0, 0, 0), central}:
            described, length = _behind(file, end)
            end += length
        same = method == info.compress_type and not (flags ^ info.flag_bits) & _FLAGS and described == central
        if not same:
            return say("is no plain ZIP: its files are described in two ways")
    return beside if end != begin else None


def _behind(file: BinaryIO, end: int) -> tuple[tuple[int, int, int], int]:
    """Return what stands behind the data of an entry, and how long that is."""
    file.seek(end)
    sign = len(_BEHIND_SIGN) if file.read(len(_BEHIND_SIGN)) == _BEHIND_SIGN else 0
    file.seek(end + sign)
    total, packed, plain = _BEHIND.unpack(file.read(_BEHIND.size))
    return (total, packed, plain), sign + _BEHIND.size


def _has_zip64(extra: bytes) -> bool:
    at = 0
    while at + _EXTRA.size <= len(extra):
        kind, length = _EXTRA.unpack_from(extra, at)
        if kind == _ZIP64:
            return True
        at += _EXTRA.size + length
    return False

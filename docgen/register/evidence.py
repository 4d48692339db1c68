"""Evidence: the exact bytes of what arrived, under their SHA-256, written once and never again.

A file is on the disk, read back and read-only before anything is recorded about it. Two programs that store the same
bytes at once both succeed; what is there already is compared, never replaced.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from docgen.errors import MismatchError, UnreadableError, UnwritableError
from docgen.files import read_limited, write_new
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["all_evidence", "evidence_path", "extension_of", "read_evidence", "report_bytes", "store_evidence"]

# The first bytes decide the ending, never the sender's file name.
_ENDINGS = (
    (b"%PDF-", ".pdf"),
    (b"PK\x03\x04", ".asice"),
    (b"-----BEGIN ", ".pem"),
    (b"{", ".json"),
    (b"\x30\x82", ".der"),
)
_READ_ONLY = 0o444


def extension_of(data: bytes) -> str:
    """Return the ending under which bytes are kept."""
    return next((ending for start, ending in _ENDINGS if data.startswith(start)), ".bin")


def report_bytes(report: Mapping[str, Any]) -> bytes:
    """Return the bytes in which a report is kept: JSON, its keys in order; what UTF-8 has no bytes for is escaped."""
    return (json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "backslashreplace")


def store_evidence(signed: Path, data: bytes) -> str:
    """Keep `data` and return its SHA-256. Raises `UnwritableError`, or `MismatchError` where other bytes lie there."""
    digest = hashlib.sha256(data).hexdigest()
    path = signed / digest[:2] / f"{digest}{extension_of(data)}"
    if not path.exists():
        try:
            write_new(path, data)
        except UnwritableError:
            # Another program may have stored it between the look and the write; the bytes decide.
            if not path.exists():
                raise
    if _digest(path) != digest:
        raise _damaged(path)
    with contextlib.suppress(OSError):
        path.chmod(_READ_ONLY)
    return digest


def evidence_path(signed: Path, digest: str) -> Path:
    """Return where a kept file lies. Raises `MismatchError` where it is gone."""
    # Not by `glob`: it compiles a pattern for each of thousands of names.
    folder = signed / digest[:2]
    names = sorted(name for name in _names(folder) if name.startswith(f"{digest}."))
    if not names:
        raise MismatchError(
            say("the evidence {sha256} is gone from {folder}", sha256=digest, folder=str(signed)),
            say("Restore it from a copy, then run: docgen register audit"),
        )
    return folder / names[0]


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names are enough
    except FileNotFoundError:
        return []


def read_evidence(signed: Path, digest: str) -> bytes:
    """Return the bytes of a kept file. Raises `MismatchError` where it is gone or not as it was stored."""
    path = evidence_path(signed, digest)
    try:
        data = read_limited(path, path.lstat().st_size)
    except UnreadableError as exc:  # a link or a pipe stands there
        raise _damaged(path) from exc
    if hashlib.sha256(data).hexdigest() != digest:
        raise _damaged(path)
    return data


def all_evidence(signed: Path) -> Iterator[Path]:
    """Yield every file in the evidence folder, in the order of names; what stands beside its subfolders is none."""
    for folder in sorted(signed.glob("[0-9a-f][0-9a-f]")):
        yield from sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _damaged(path: Path) -> MismatchError:
    return MismatchError(
        say("{file} is not as it was stored", file=str(path)),
        say("Restore it from a copy, then run: docgen register audit"),
    )

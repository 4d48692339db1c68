"""Worker profiles: what one file may cost, by what it is for (formats.md §11, limits of security.md §3).

The profile `letter` has the measured limits; the limits of the others grow with their pages and attachments. Figures
are hard bounds against hostile files, not expectations about good ones.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PROFILES", "Limits", "Profile"]

_KIB = 1024
_MIB = 1024 * _KIB
_GIB = 1024 * _MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a file may contain. Sizes are bytes; `attachment_names` None means that any plain name is allowed."""

    size: int
    pages: int = 30
    attachments: int = 1
    attachment_names: frozenset[str] | None = None
    attachment_size: int = 64 * _KIB
    revisions: int = 10
    signatures: int = 8
    contents: int = 256 * _KIB
    certificates: int = 6
    objects: int = 20_000
    references: int = 50_000
    nesting: int = 50
    array: int = 20_000
    stream: int = 16 * _MIB
    decoded: int = 64 * _MIB
    ratio: int = 100
    operators: int = 200_000
    fields: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a worker may use: `memory` on top of what its parent maps, CPU and wall-clock seconds; `threads` for Typst.

    `result` is the largest answer that the main process takes from it.
    """

    name: str
    limits: Limits
    memory: int = _GIB
    cpu: int = 10
    wall: int = 20
    threads: bool = False
    result: int = _MIB


PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            name="letter",
            limits=Limits(size=10 * _MIB, attachment_names=frozenset({"docgen.json", "letter.json"})),
        ),
        Profile(name="container", limits=Limits(size=10 * _MIB, certificates=8)),
        Profile(
            name="document",
            limits=Limits(
                size=50 * _MIB,
                pages=500,
                attachments=50,
                attachment_size=16 * _MIB,
                revisions=32,
                signatures=24,
                objects=200_000,
                references=300_000,
                array=50_000,
                decoded=256 * _MIB,
                operators=2_000_000,
                fields=2_000,
                stream=64 * _MIB,
            ),
            cpu=50,
            wall=60,
        ),
        Profile(
            name="edition",
            limits=Limits(
                size=2 * _GIB,
                pages=2_000,
                attachments=25_000,  # two originals a member; decisions/0013
                attachment_size=50 * _MIB,
                revisions=64,
                signatures=64,
                contents=4 * _MIB,
                objects=2_000_000,
                references=4_000_000,
                array=200_000,
                decoded=8 * _GIB,
                operators=50_000_000,
                fields=500,
                stream=64 * _MIB,
            ),
            memory=2 * _GIB,
            cpu=1_700,
            wall=1_800,
            result=16 * _MIB,
        ),
        Profile(
            name="render",
            limits=Limits(size=64 * _MIB, pages=2_000, attachments=10_000),
            memory=2 * _GIB,
            cpu=280,
            wall=300,
            threads=True,
            result=256 * _MIB,
        ),
    )
}

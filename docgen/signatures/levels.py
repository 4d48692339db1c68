"""The level of a signature as EU DSS counts it: by what the file carries and by the anchors (verification.md §7).

T: a signature time stamp or a later document time stamp is there, valid or not. LT: besides, the file has revocation
data for every certificate below an anchor of the signer's chain, of its time stamps' chains and of all later document
time stamps but the last (of the last too, where the signature has no stamp of its own). LTA: besides, a later document
time stamp covers the signer's item. Data outside the file never raises a level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.signatures._pyhanko import SubFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.signatures._pyhanko import Field
    from docgen.signatures.tokens import Examined, Material

__all__ = ["level_of"]


def level_of(
    field: Field, signer: Examined, stamps: Sequence[Examined], archive: Sequence[Examined], material: Material
) -> str:
    """Return the level of a signature; `stamps` are its own, `archive` the later document stamps, oldest first."""
    letter = _letter(signer, stamps, archive, material)
    if field.subfilter is SubFilter.PKCS7:
        return f"PKCS7-{letter}"
    if not field.baseline:
        return "PAdES-LTV" if letter in {"LT", "LTA"} else "PAdES-BES"
    return f"PAdES-BASELINE-{letter}"


def _letter(signer: Examined, stamps: Sequence[Examined], archive: Sequence[Examined], material: Material) -> str:
    if not stamps and not archive:
        return "B"
    needed = [signer, *stamps, *(archive[:-1] if stamps else archive)]
    if not all(_complete(examined, material) for examined in needed) or not _has_items(signer, material):
        return "T"
    items = _embedded_items(signer, material)
    return "LTA" if any(items & stamp.token.covers for stamp in archive) else "LT"


def _complete(examined: Examined, material: Material) -> bool:
    """Say whether the file has an item for every certificate below the anchor."""
    if examined.token.chain is None:
        return False
    return all(any(item.id in material.embedded for item in link.items) for link in examined.token.chain)


def _has_items(signer: Examined, material: Material) -> bool:
    return bool(material.embedded) and signer.token.chain is not None


def _embedded_items(signer: Examined, material: Material) -> frozenset[str]:
    chain = signer.token.chain or ()
    leaf = [item.id for item in chain[0].items if item.id in material.embedded] if chain else material.embedded
    return frozenset(leaf)

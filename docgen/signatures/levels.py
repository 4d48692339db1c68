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
    # A dictionary that lay in the file before the signature is not the signature's.
    kept = frozenset(item for item, revision in material.embedded.items() if revision >= field.revision)
    letter = _letter(signer, stamps, archive, kept)
    if field.subfilter is SubFilter.PKCS7:
        return f"PKCS7-{letter}"
    if not field.baseline:
        return "PAdES-LTV" if letter in {"LT", "LTA"} else "PAdES-BES"
    return f"PAdES-BASELINE-{letter}"


def _letter(signer: Examined, stamps: Sequence[Examined], archive: Sequence[Examined], kept: frozenset[str]) -> str:
    if not stamps and not archive:
        return "B"
    needed = [signer, *stamps, *(archive[:-1] if stamps else archive)]
    if not kept or not all(_complete(examined, kept) for examined in needed):
        return "T"
    chain = signer.token.chain or ()
    items = {item.id for item in chain[0].items} & kept if chain else kept
    return "LTA" if any(items & stamp.token.covers for stamp in archive) else "LT"


def _complete(examined: Examined, kept: frozenset[str]) -> bool:
    """Say whether the file has an item for every certificate below the anchor."""
    if examined.token.chain is None:
        return False
    return all(any(item.id in kept for item in link.items) for link in examined.token.chain)

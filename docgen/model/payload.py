"""The payload that every letter carries: its own data, and the reference that is printed on it (formats.md §5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PAYLOAD_NAME", "PAYLOAD_SCHEMA", "Payload", "reference_of"]

PAYLOAD_SCHEMA = "docgen-payload/1"
PAYLOAD_NAME = "docgen.json"

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 60
_SYMBOL_BITS = 5
_GROUP = 4
# Neither counts for the reference: the same letter keeps it after an upgrade.
_NOT_REFERENCED = frozenset({"reference", "renderer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A letter's own data. `data` is what is printed, dates as ISO strings; nothing in it is believed by itself."""

    act: str
    pack: str
    template_id: str
    template_sha256: str
    renderer: str
    language: str
    data: Mapping[str, object]

    @property
    def reference(self) -> str:
        """The reference that is printed on the letter."""
        return reference_of(self._members())

    @property
    def organisation(self) -> str:
        """The registration number of the organisation that writes, or that is written to; empty where there is none."""
        return str(self._table("organisation").get("registration_number", ""))

    @property
    def name(self) -> str:
        """The name of the organisation that writes, or that is written to."""
        return str(self._table("organisation").get("name", ""))

    @property
    def signatories(self) -> tuple[str, ...]:
        """The names of all whom the letter names as signing it."""
        rows = self.data.get("signatories", ())
        return tuple(str(row["name"]) for row in rows) if isinstance(rows, list | tuple) else ()

    def _table(self, name: str) -> Mapping[str, object]:
        table = self.data.get(name)
        return table if isinstance(table, dict) else {}

    def _members(self) -> dict[str, object]:
        return {
            "schema": PAYLOAD_SCHEMA,
            "act": self.act,
            "pack": self.pack,
            "template": {"id": self.template_id, "sha256": self.template_sha256},
            "renderer": self.renderer,
            "language": self.language,
            "data": dict(self.data),
        }

    def to_json(self) -> bytes:
        """Return the payload as it is embedded: canonical, with its reference."""
        return canonical_json({**self._members(), "reference": self.reference})


def reference_of(payload: Mapping[str, object]) -> str:
    """Return the reference: the first 60 bits of the SHA-256 of the canonical JSON, in Crockford's base 32.

    `reference` and `renderer` do not count.
    """
    counted = {key: value for key, value in payload.items() if key not in _NOT_REFERENCED}
    bits = int.from_bytes(hashlib.sha256(canonical_json(counted)).digest()[:8]) >> (64 - _BITS)
    symbols = [_CROCKFORD[bits >> shift & 31] for shift in range(_BITS - _SYMBOL_BITS, -1, -_SYMBOL_BITS)]
    return "-".join("".join(symbols[start : start + _GROUP]) for start in range(0, len(symbols), _GROUP))

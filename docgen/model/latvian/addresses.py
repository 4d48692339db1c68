"""Addresses of the Register of Enterprises in postal order (domain.md §8.6)."""

from __future__ import annotations

import re

from docgen.model.spacing import no_break

__all__ = ["postal_address"]

_INDEX = re.compile(r"(?:LV-)?([0-9]{4})")
_FLAT = re.compile(r"\s+-\s+(?=\w*[0-9]\w*$)")
# A comma within a house's quoted name parts nothing, nor does one before the number of a block (`1, k-2`).
_COMMA = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)(?!\s*k-[0-9])')


def postal_address(address: str, index: str = "") -> str:
    """Return the register's address, the largest unit first, in postal order, the smallest first.

    `Rīga, Latgales iela 180 - 5` and `1019` → `Latgales iela 180-5, Rīga, LV-1019`. For display only: what comes out is
    never read back. An index may be empty; one that is not four digits, with or without `LV-`: `ValueError`.
    """
    index = index.strip()
    number = _INDEX.fullmatch(index)
    if index and not number:
        msg = f"{index!r} is no postal index: LV- and four digits"
        raise ValueError(msg)
    units = [" ".join(unit.split()) for unit in _COMMA.split(address)]
    units = [unit for unit in units if unit]
    if units:
        units[-1] = _FLAT.sub("-", units[-1])
    last = [f"LV-{number[1]}"] if number else []
    return no_break(", ".join([*reversed(units), *last]))

"""Personal values (contacts, representatives) in a side table that can be erased while the chain of events holds.

An event carries the salted digest of the value; whoever has the event alone learns nothing from it, and whoever has
the value can prove that it is the recorded one. Erasing takes value and salt away for good; the digest stays, and a
record says by whom and why.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from docgen.database import erasures
from docgen.database import personal as table
from docgen.model.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["digest_of_content", "erase_personal", "keep_personal", "personal_value"]


def digest_of_content(content: bytes) -> str:
    """Return the salted digest: the SHA-256 of the canonical JSON of `{"salt", "value"}`."""
    return hashlib.sha256(content).hexdigest()


def keep_personal(connection: sa.Connection, value: Mapping[str, Any]) -> str:
    """Keep a value (plain JSON) in the transaction of `connection` and return its salted digest."""
    content = canonical_json({"salt": secrets.token_hex(16), "value": dict(value)})
    digest = digest_of_content(content)
    connection.execute(table.insert().values(digest=digest, content=content.decode()))
    return digest


def personal_value(connection: sa.Connection, digest: str) -> Mapping[str, Any] | None:
    """Return the value behind a digest; None where it was erased or never kept."""
    content = connection.scalar(sa.select(table.c.content).where(table.c.digest == digest))
    if content is None:
        return None
    value: Mapping[str, Any] = json.loads(content)["value"]
    return value


def erase_personal(connection: sa.Connection, digests: Iterable[str], act: Mapping[str, Any]) -> int:
    """Erase values for good and record it, in the caller's transaction; return how many there were.

    `act` says by whom, when and why (plain JSON). Nothing is recorded where there was nothing to erase.
    """
    erased = []
    for digest in dict.fromkeys(digests):
        changed = connection.execute(
            table.update().where(table.c.digest == digest, table.c.content.is_not(None)).values(content=None)
        )
        erased += [digest] if changed.rowcount == 1 else []
    if erased:
        number = (connection.scalar(sa.select(sa.func.max(erasures.c.number))) or 0) + 1
        body = canonical_json({**act, "number": number, "values": erased})
        digest = hashlib.sha256(body).hexdigest()
        connection.execute(erasures.insert().values(number=number, digest=digest, body=body.decode()))
    return len(erased)

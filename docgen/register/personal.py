"""Personal values (contacts, representatives) in a side table that can be erased while the chain of events holds.

An event carries the salted digest of the value; whoever has the event alone learns nothing from it, and whoever has
the value can prove that it is the recorded one. Erasing takes value and salt away for good; the digest stays.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from docgen.database import personal as table
from docgen.model.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def erase_personal(connection: sa.Connection, digest: str) -> bool:
    """Erase a value for good; say whether there was one."""
    changed = connection.execute(
        table.update().where(table.c.digest == digest, table.c.content.is_not(None)).values(content=None)
    )
    return changed.rowcount == 1

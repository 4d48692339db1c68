"""Certificates as the rules see them: validity, and whom they name. Personal codes leave this module masked."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["Certificate", "Holder", "holder_of", "mask_codes", "mask_identifier"]

# ETSI EN 319 412-1 clause 5.1.3: type (PNO, PAS, IDC, TIN, …), country, hyphen, the number itself.
_SEMANTIC = re.compile(r"^(?P<type>[A-Z]{3}|[A-Z]{2}:)(?P<country>[A-Z]{2})-(?P<number>.+)$")
# Identifiers that only natural persons have (the same clause).
_PERSON = re.compile(r"^(?:PNO|PAS|IDC|TIN)[A-Z]{2}-")
# With a dash or space between the halves; without one only where the first digit is that of a day or of a new code,
# for registration numbers have eleven digits too and begin with 4, 5 or 9, and digests are full of digits.
# Eleven digits after a plus are a phone (+37160000001), unless a zero comes first, as in no country's code,
# or the plus itself follows a letter or digit (name+code@…).
_PERSONAL_CODE = re.compile(
    r"(?<!\d)\d{6}[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d \u00a0\u2009\u202f]\d{5}(?!\d)"
    r"|(?<![0-9A-Za-z])(?:(?<!\+)|(?<=[0-9A-Za-z]\+)|(?=0))[0-3]\d{10}(?![0-9A-Za-z])"
)
_LATVIAN_MASK = "******-*****"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What time rules need of a certificate: its identity (SHA-256 of the DER bytes) and its validity."""

    id: str
    not_before: datetime
    not_after: datetime

    def valid_at(self, moment: datetime) -> bool:
        """Say whether the moment lies within the validity, both ends included (RFC 5280 clause 4.1.2.5)."""
        return self.not_before <= moment <= self.not_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whom a certificate names.

    `person` tells two signatures of one person from two persons: a digest of the identifier, or of the whole subject
    where there is none. `seal` is an organisation's certificate: it names an organisation and no person.
    """

    name: str | None
    identifier: str | None
    organisation: str | None
    person: str
    seal: bool


def mask_codes(text: str) -> str:
    """Return the text with everything masked in it that could be a personal code; registration numbers stay."""
    return _PERSONAL_CODE.sub(_LATVIAN_MASK, text)


def mask_identifier(identifier: str) -> str:
    """Return a natural person's identifier with its number masked; type and country stay.

    `PNOLV-010203-12345` gives `PNOLV-******-*****`; a number of another form keeps only its length.
    """
    match = _SEMANTIC.match(identifier)
    prefix = f"{match['type']}{match['country']}-" if match else ""
    number = match["number"] if match else identifier
    if _PERSONAL_CODE.fullmatch(number):
        return prefix + _LATVIAN_MASK
    return prefix + "*" * len(number)


def _masked(text: str | None) -> str | None:
    return mask_codes(text) if text else None


def holder_of(subject: Mapping[str, str], subject_der: bytes) -> Holder:
    """Read whom a subject names (attribute name as in RFC 5280 → value; `subject_der` is the whole name).

    A personal name (given name or surname) or a person's identifier makes it a person's, whatever organisation stands
    beside it; without them an organisation's identifier makes it a seal (ETSI EN 319 412-2 clause 4.2.4, 412-3 clause
    4.2.1).
    """
    given, surname = subject.get("given_name"), subject.get("surname")
    common, serial = subject.get("common_name"), subject.get("serial_number")
    organisation = subject.get("organization_name")
    organisation_id = subject.get("organization_identifier")
    personal = bool(given or surname)
    person = personal or bool(serial and _PERSON.match(serial))
    seal = not person and organisation_id is not None
    identity = serial if serial and not seal else None
    digest = hashlib.sha256(identity.encode() if identity else subject_der).hexdigest()
    if seal:
        return Holder(
            name=_masked(common or organisation),
            identifier=_masked(organisation_id or serial),
            organisation=_masked(organisation or common),
            person=digest,
            seal=True,
        )
    name = " ".join(part for part in (given, surname) if part) if personal else common
    return Holder(
        name=_masked(name),
        identifier=mask_identifier(serial) if serial else None,
        organisation=_masked(organisation),
        person=digest,
        seal=False,
    )

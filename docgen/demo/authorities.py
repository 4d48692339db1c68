"""The throw-away authorities as certomancer reads them: who exists, what is certified, what is served where.

Two hierarchies that do not know each other: `demo` (a root, a certification authority for signers, one for time
stamps; both issuing authorities are the anchors, as in Latvia's trusted list) and `rogue`, of the same shape, whom
nobody trusts. Certificates resemble Latvian ones: a person's has CN, SN, GN and `PNOLV-…` and the key usage
nonRepudiation alone (ETSI EN 319 412-2), a seal's has the organisation's registration number (EN 319 412-3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

__all__ = ["AUTHORITIES", "Holder", "Revocation", "architecture"]

# label -> words for the subject; the same in both hierarchies apart from the organisation's name.
AUTHORITIES = {
    "root": "saknes CA",
    "signers": "parakstītāju CA",
    "timestamps": "laika zīmogu CA",
    "signers-ocsp": "parakstītāju OCSP",
    "timestamps-ocsp": "laika zīmogu OCSP",
    "tsa": "laika zīmogs",
}

_ORGANISATION = {"demo": "Docgen izmēģinājuma uzticamība", "rogue": "Nezināma uzticamība"}
_RESPONDER_OF = {"signers": "signers-ocsp", "timestamps": "timestamps-ocsp"}

# QcStatements (ETSI EN 319 412-5), DER: QcCompliance, QcSSCD, QcType esign (1) or eseal (2).
_QC_STATEMENTS = "30293008060604008e4601013008060604008e4601043013060604008e4601063009060704008e460106{kind:02x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """From when a certificate is revoked, and why (a CRL reason)."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A person or (with `seal`) an organisation that has a certificate; `number` is the certificate's serial number."""

    label: str
    subject: tuple[tuple[str, str], ...]
    number: int
    begins: datetime
    ends: datetime
    seal: bool = False
    revocation: Revocation | None = None


def _validity(begins: datetime, ends: datetime) -> dict[str, str]:
    return {"valid-from": begins.isoformat(), "valid-to": ends.isoformat()}


def _from(authority: str) -> list[dict[str, Any]]:
    """Where a certificate of this authority says that its status is to be had."""
    return [
        {
            "id": "authority_information_access",
            "smart-value": {"schema": "aia-urls", "params": {"ocsp-responder-names": [authority]}},
        },
        {
            "id": "crl_distribution_points",
            "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": [authority]}},
        },
    ]


def _usage(*names: str) -> dict[str, Any]:
    return {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(names)}}


def _authority(issuer: str, begins: datetime, ends: datetime) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "validity": _validity(begins, ends),
        "extensions": [
            {"id": "basic_constraints", "critical": True, "value": {"ca": True}},
            _usage("key_cert_sign", "crl_sign"),
        ],
    }


def _responder(authority: str, begins: datetime, ends: datetime) -> dict[str, Any]:
    return {
        "issuer": authority,
        "validity": _validity(begins, ends),
        "extensions": [
            _usage("digital_signature"),
            {"id": "extended_key_usage", "critical": True, "value": ["ocsp_signing"]},
            {"id": "ocsp_no_check", "value": None},
        ],
    }


def _certificate_of(holder: Holder) -> dict[str, Any]:
    kind = 2 if holder.seal else 1
    certificate: dict[str, Any] = {
        "issuer": "signers",
        "serial": holder.number,
        "validity": _validity(holder.begins, holder.ends),
        "extensions": [
            _usage("non_repudiation"),
            {
                "id": "1.3.6.1.5.5.7.1.3",
                "smart-value": {"schema": "der-bytes", "params": _QC_STATEMENTS.format(kind=kind)},
            },
            *_from("signers"),
        ],
    }
    if holder.revocation is not None:
        certificate["revocation"] = {
            "revoked-since": holder.revocation.since.isoformat(),
            "reason": holder.revocation.reason,
        }
    return certificate


def architecture(hierarchy: str, start: datetime, holders: list[Holder], responder_ends: datetime) -> dict[str, Any]:
    """Return certomancer's description of one hierarchy with these holders, as it is seen around `start`."""
    long_ago, far = start - timedelta(days=5 * 365), start + timedelta(days=20 * 365)
    lately = start - timedelta(days=60)
    entities: dict[str, dict[str, str]] = {
        label: {
            "country-name": "LV",
            "organization-name": _ORGANISATION[hierarchy],
            "common-name": f"{_ORGANISATION[hierarchy]}: {words}",
        }
        for label, words in AUTHORITIES.items()
    }
    entities |= {holder.label: dict(holder.subject) for holder in holders}
    certificates: dict[str, Any] = {
        "root": _authority("root", long_ago, far),
        "signers": _authority("root", long_ago, far),
        "timestamps": _authority("root", long_ago, far),
        "signers-ocsp": _responder("signers", lately, responder_ends),
        "timestamps-ocsp": _responder("timestamps", lately, start + timedelta(days=12 * 365)),
        "tsa": {
            "issuer": "timestamps",
            "validity": _validity(lately, start + timedelta(days=7 * 365)),
            "extensions": [
                _usage("digital_signature"),
                {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]},
                *_from("timestamps"),
            ],
        },
    }
    certificates |= {holder.label: _certificate_of(holder) for holder in holders}
    return {
        "keyset": hierarchy,
        "entities": entities,
        "certs": certificates,
        "services": {
            "ocsp": {
                authority: {
                    "for-issuer": authority,
                    "responder-cert": responder,
                    "signing-key": responder,
                    "validity-period": {"days": 1},
                }
                for authority, responder in _RESPONDER_OF.items()
            },
            "crl-repo": {
                authority: {
                    "for-issuer": authority,
                    "signing-key": authority,
                    "issuer-cert": authority,
                    "simulated-update-schedule": "PT10M",
                }
                for authority in _RESPONDER_OF
            },
            "time-stamping": {"tsa": {"signing-cert": "tsa", "signing-key": "tsa", "certs-to-embed": ["timestamps"]}},
        },
    }

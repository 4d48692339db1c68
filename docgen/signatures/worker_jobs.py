"""The worker that verifies one file: `python -m docgen.signatures.worker_jobs`, started by `docgen.worker.Forker`.

Everything that verification may need is imported here, before any file is seen: under the lock a late import would
look like a damaged file, or change a verdict (measured/intake.md A2).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from docgen.model.policy import policy_named
from docgen.model.profiles import PROFILES
from docgen.signatures.trust import Trust
from docgen.signatures.verify import verify_bytes
from docgen.wire import encode
from docgen.worker import serve

__all__ = ["PRELOAD", "verify_job"]

# Modules that the libraries import at their first use, seen over all files of the corpora.
PRELOAD = (
    "asn1crypto.tsp",
    "asn1crypto.crl",
    "asn1crypto.ocsp",
    "cryptography.hazmat.backends.openssl.backend",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.hazmat.primitives.asymmetric.ed448",
    "encodings.raw_unicode_escape",
    "encodings.utf_32_be",
    "lxml._elementpath",
    "pyhanko.pdf_utils.filters",
    "pyhanko.pdf_utils.content",
    "pyhanko.sign.diff_analysis",
    "pyhanko.pdf_utils.metadata.xmp_xml",
    "uritools",
)


def verify_job(data: bytes | None, arguments: dict[str, Any]) -> dict[str, Any]:
    """Verify the worker's file and return its report as plain values."""
    assert data is not None, "this job is about a file"
    receipt = arguments["receipt"]
    report = verify_bytes(
        data,
        name=arguments["name"],
        trust=Trust.from_json(arguments["trust"]),
        policy=policy_named(arguments["policy"]),
        as_of=datetime.fromisoformat(arguments["as_of"]),
        receipt=None if receipt is None else datetime.fromisoformat(receipt),
        profile=PROFILES[arguments["profile"]],
    )
    return encode(report)


if __name__ == "__main__":
    serve({"verify": verify_job}, PRELOAD)

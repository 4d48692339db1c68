"""What verification found, as one value: text for people, JSON for programs and the exit code all derive from it.

Claim and proof have different names: `claimed_time` is what the signer wrote, `proven_time` what a time stamp or
docgen's own receipt proves. `intact` speaks of digest and signature value only and is None where it could not be
computed. Identifiers of persons arrive here masked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from docgen.errors import ExitCode, worst
from docgen.model.reasons import Decision, Reason, Verdict, decision_of, exit_code_of, verdict_of

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "Changes",
    "Coverage",
    "FileFormat",
    "FileReport",
    "Indication",
    "LetterFindings",
    "SignatureKind",
    "SignatureReport",
    "SubIndication",
    "TimestampKind",
    "TimestampReport",
    "TrustSummary",
    "VerificationReport",
]


class FileFormat(StrEnum):
    """What the bytes are, by content, never by name."""

    PDF = "pdf"
    ASICE = "asice"
    OTHER = "other"


class Indication(StrEnum):
    """ETSI EN 319 102-1's main indication of a signature."""

    TOTAL_PASSED = "TOTAL-PASSED"
    TOTAL_FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"


class SubIndication(StrEnum):
    """ETSI EN 319 102-1 table 5 and 6: why not passed."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    SIGNATURE_POLICY_NOT_AVAILABLE = "SIGNATURE_POLICY_NOT_AVAILABLE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    OUT_OF_BOUNDS_NOT_REVOKED = "OUT_OF_BOUNDS_NOT_REVOKED"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    REVOCATION_OUT_OF_BOUNDS_NO_POE = "REVOCATION_OUT_OF_BOUNDS_NO_POE"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    CUSTOM = "CUSTOM"


class SignatureKind(StrEnum):
    """A person's signature, an organisation's seal, or a time stamp over the document."""

    SIGNATURE = "signature"
    SEAL = "seal"
    DOCUMENT_TIMESTAMP = "document-timestamp"


class TimestampKind(StrEnum):
    """What a time stamp that belongs to a signature covers."""

    SIGNATURE = "signature"
    ARCHIVE = "archive"


class Coverage(StrEnum):
    """How far the signed bytes reach."""

    FILE = "file"
    REVISION = "revision"
    NONE = "none"


class Changes(StrEnum):
    """What was added to the file after this signature."""

    NONE = "none"
    PERMITTED = "permitted"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampReport:
    """A time stamp of one signature. `time` is what the token says; it proves something only if it passed."""

    kind: TimestampKind
    indication: Indication
    sub_indication: SubIndication | None = None
    time: datetime | None = None
    qualification: str | None = None
    intact: bool | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """One signature, seal or document time stamp of a file.

    `identifier` and `organisation` come from the certificate; a person's identifier is masked. `person` tells two
    signatures of one person from two persons: an opaque digest of the certificate's subject. `certificate_serial` is
    what a power of attorney can name without a personal code: hexadecimal digits.
    `signed_sha256` is the SHA-256 of exactly the signed bytes: it tells a letter that comes again in another wrapping.
    `qualification` is QESIG, QESEAL, ADESIG_QC … or None where the trust data cannot say.
    """

    id: str
    kind: SignatureKind
    indication: Indication
    sub_indication: SubIndication | None = None
    level: str | None = None
    qualification: str | None = None
    timestamp_qualification: str | None = None
    intact: bool | None = None
    coverage: Coverage = Coverage.NONE
    changes: Changes = Changes.UNKNOWN
    signed_by: str | None = None
    identifier: str | None = None
    organisation: str | None = None
    person: str | None = None
    certificate_serial: str | None = None
    claimed_time: datetime | None = None
    proven_time: datetime | None = None
    signed_sha256: str | None = None
    timestamps: tuple[TimestampReport, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFindings:
    """What recognition needs from a PDF, read from the verified revision only.

    `payload` is the text of `docgen.json` in the first revision. `first_revision` is that revision's length in bytes;
    `machinery_only` says that every later revision, from the first on, adds only signature machinery (docgen's own
    rule over the cross-reference tables), which together with equal bytes makes a letter `printed`.
    """

    payload: str | None = None
    first_revision: int = 0
    machinery_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One file. `reasons` are those of the file and of every signature that counts, each once.

    `material` lists the SHA-256 of data outside the file (certificates, CRLs, OCSP answers of the trust folder) that
    the verdict used; `receive` keeps those as evidence.
    """

    file: str
    sha256: str | None
    size: int | None
    format: FileFormat
    signatures: tuple[SignatureReport, ...] = ()
    reasons: tuple[Reason, ...] = ()
    inside: tuple[FileReport, ...] = ()
    findings: LetterFindings | None = None
    material: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict; a file without a signature was given UNSIGNED and so is never passed."""
        if not self.signatures and not self.reasons:
            return Verdict.INDETERMINATE
        return verdict_of(self.reasons)

    @property
    def decision(self) -> Decision | None:
        """What docgen proposes by these reasons."""
        if not self.signatures and not self.reasons:
            return Decision.REFUSE
        return decision_of(self.reasons)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code of this file alone."""
        if not self.signatures and not self.reasons:
            return ExitCode.UNDETERMINED
        return exit_code_of(self.reasons)

    @property
    def stamped_at(self) -> tuple[datetime, ...]:
        """When each person's signature was stamped, by its own time stamp that passed; nothing for one that has none.

        A seal says nothing about when persons signed, and anybody can add one later.
        """
        stamped = [
            [
                stamp.time
                for stamp in signature.timestamps
                if stamp.kind is TimestampKind.SIGNATURE
                and stamp.indication is Indication.TOTAL_PASSED
                and stamp.time is not None
            ]
            for signature in self.signatures
            if signature.kind is SignatureKind.SIGNATURE
        ]
        return tuple(min(times) for times in stamped if times)

    def __bool__(self) -> bool:
        """A report is not a boolean: read `verdict`."""
        msg = "a report has a verdict; it is neither true nor false"
        raise TypeError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustSummary:
    """With what trust data a report was made."""

    signers: int = 0
    timestamps: int = 0
    lists: tuple[str, ...] = ()
    stale: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """The report over a batch of files, judged at one moment under one policy."""

    as_of: datetime
    policy: str
    trust: TrustSummary
    files: tuple[FileReport, ...]

    @property
    def exit_code(self) -> ExitCode:
        """The worst exit code of the files; nothing verified is never success."""
        return worst([file.exit_code for file in self.files]) if self.files else ExitCode.UNDETERMINED

    def __bool__(self) -> bool:
        """A report is not a boolean: read `exit_code` or each file's `verdict`."""
        msg = "a report has verdicts; it is neither true nor false"
        raise TypeError(msg)

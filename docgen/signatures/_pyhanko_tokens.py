"""pyHanko asked at one chosen moment whether value, chain and algorithms of a signature or time stamp hold.

It is given exactly one chain, explicit anchors, no network and no revocation data; its own clock never counts. What
expiry, revocation and proof of existence mean is docgen.model.proof's business. Configuration and traps:
measured/verification.md §2 and §4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pyhanko.sign.ades.report import AdESStatus
from pyhanko.sign.validation.ades import ades_basic_validation, ades_timestamp_validation
from pyhanko.sign.validation.generic_cms import message_imprint_checker
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    CMSAlgorithmUsagePolicy,
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
    bootstrap_validation_data_handlers,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.fetchers.api import FetcherBackend, Fetchers
from pyhanko_certvalidator.ltv.poe import POEManager
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    AlgorithmUsageConstraint,
    CertRevTrustPolicy,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

from docgen.model.proof import Answer
from docgen.model.report import Indication, SubIndication

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asn1crypto import algos, cms, keys, x509
    from pyhanko.sign.validation.ades import AdESBasicValidationResult
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import SignatureStatus

__all__ = ["Library", "ask_signature", "ask_stamp", "imprint_of_document", "imprint_of_signature"]

# Dates after which EU DSS's default policy gives these no credit; docgen gives them none at any time.
_DIGESTS_ENDED = {"md5": datetime(2004, 8, 1, tzinfo=UTC), "sha1": datetime(2012, 8, 1, tzinfo=UTC)}
_SMALL_RSA_ENDED = datetime(2019, 10, 1, tzinfo=UTC)
# ETSI TS 119 312 v1.5.1 names these; EdDSA and SHAKE are not among them.
_DIGESTS = frozenset({"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"})
_SIGNATURES = frozenset({"rsassa_pkcs1v15", "rsassa_pss", "ecdsa"})
_RSA_BITS = range(2048, 8193)
_CURVE_BITS = 256


class _AllowList(CMSAlgorithmUsagePolicy):
    """SHA-256 or better; RSA of 2048 to 8192 bits, curves of 256 bits or more (security.md §4.1)."""

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        """Answer by the list alone; the date only tells how long ago it ended."""
        del moment
        return _digest_allowed(algo["algorithm"].native)

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        """Answer by the list alone, key size included where the key is known."""
        del moment
        try:
            name = algo.signature_algo
        except ValueError:
            name = algo["algorithm"].native
        if name not in _SIGNATURES:
            return AlgorithmUsageConstraint(allowed=False, not_allowed_after=_SMALL_RSA_ENDED)
        if public_key is not None and not _key_large_enough(public_key):
            return AlgorithmUsageConstraint(allowed=False, not_allowed_after=_SMALL_RSA_ENDED)
        if name == "rsassa_pss" and not _one_digest(algo):
            return AlgorithmUsageConstraint(allowed=False, not_allowed_after=_SMALL_RSA_ENDED)
        try:
            return _digest_allowed(algo.hash_algo)
        except ValueError:  # plain "RSA": the digest is named, and checked, beside it
            return AlgorithmUsageConstraint(allowed=True)


def _digest_allowed(name: str) -> AlgorithmUsageConstraint:
    if name in _DIGESTS:
        return AlgorithmUsageConstraint(allowed=True)
    return AlgorithmUsageConstraint(allowed=False, not_allowed_after=_DIGESTS_ENDED.get(name, _SMALL_RSA_ENDED))


def _one_digest(algo: algos.SignedDigestAlgorithm) -> bool:
    """Say whether PSS masks with MGF1 by the digest that it signs (ETSI TS 119 312 clause 6.2; RFC 4055 clause 3.1)."""
    mask = algo["parameters"]["mask_gen_algorithm"]
    same = mask["parameters"]["algorithm"].native == algo["parameters"]["hash_algorithm"]["algorithm"].native
    return bool(mask["algorithm"].native == "mgf1" and same)


def _key_large_enough(key: keys.PublicKeyInfo) -> bool:
    if key.algorithm in {"rsa", "rsassa_pss"}:
        # Unsigned, whatever the sign says: old Estonian keys lack the leading zero.
        modulus = int.from_bytes(key["public_key"].parsed["modulus"].contents, "big")
        return modulus.bit_length() in _RSA_BITS
    return bool(key.algorithm == "ec" and key.bit_size >= _CURVE_BITS)


class _AnySignOfModulus(DefaultSignatureValidator):
    """Reads an RSA modulus without its leading zero as the positive number that it is.

    Estonian cards carried such keys until 2017 (DER would call the number negative); their signatures are good.
    """

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Check the value with the key as it was meant; raises what the library raises."""
        readable = _with_positive_modulus(public_key_info)
        super().validate_signature(signature, signed_data, readable, signature_algorithm, context)


def _with_positive_modulus(key: keys.PublicKeyInfo) -> keys.PublicKeyInfo:
    if key.algorithm not in {"rsa", "rsassa_pss"} or key["public_key"].parsed["modulus"].native > 0:
        return key
    numbers = key["public_key"].parsed
    modulus = int.from_bytes(numbers["modulus"].contents, "big")
    positive = {"modulus": modulus, "public_exponent": numbers["public_exponent"].native}
    return type(key)({"algorithm": key["algorithm"], "public_key": type(numbers)(positive)})


class _NoFetching(FetcherBackend):
    """Fetches nothing: without one of our own, one with a network client is made for each question."""

    def get_fetchers(self) -> Fetchers:
        """Refuse; nobody asks with the rules given below."""
        msg = "nothing is fetched while verifying"
        raise NotImplementedError(msg)

    async def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """pyHanko under docgen's configuration, for one set of anchors each for signers and for time stamps."""

    signers: Sequence[x509.Certificate]
    timestamps: Sequence[x509.Certificate]

    def spec(self, chain: Sequence[x509.Certificate]) -> SignatureValidationSpec:
        """Return the settings for one question."""
        return SignatureValidationSpec(
            cert_validation_policy=_trusting(self.signers),
            ts_cert_validation_policy=_trusting(self.timestamps),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                RevinfoOnlineFetchingRule.LOCAL_ONLY,
                fetcher_backend=_NoFetching(),
                certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH,
            ),
            local_knowledge=LocalKnowledge(known_certs=[*chain, *self.signers, *self.timestamps]),
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
            signature_algorithm_policy=_AllowList(),
        )


def _trusting(anchors: Sequence[x509.Certificate]) -> CertValidationPolicySpec:
    return CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(list(anchors)),
        revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
        algorithm_usage_policy=_AllowList(),
        signature_validator=_AnySignOfModulus(),
    )


async def ask_signature(
    library: Library, embedded: EmbeddedPdfSignature, chain: Sequence[x509.Certificate], moment: datetime
) -> Answer:
    """Ask about a signature at `moment`; whatever escapes from the library is a malformed signature.

    An authority's certificate issues certificates and signs no documents (ETSI EN 319 412-2), unless it was itself
    given as an anchor.
    """
    if chain and (_made_for_machines(chain[0]) or (len(chain) > 1 and chain[0].ca)):
        return Answer(indication=Indication.INDETERMINATE, sub_indication=SubIndication.CHAIN_CONSTRAINTS_FAILURE)
    spec, timing = library.spec(chain), _timing(moment)
    handlers = bootstrap_validation_data_handlers(
        spec, timing_info=timing, poe_manager_override=POEManager(current_dt_override=moment)
    )
    try:
        result: AdESBasicValidationResult[SignatureStatus] = await ades_basic_validation(
            embedded.signed_data,
            spec,
            timing_info=timing,
            raw_digest=embedded.compute_digest(),
            validation_data_handlers=handlers,
        )
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - ValueError and others escape on malformed tokens
        return Answer(indication=Indication.TOTAL_FAILED, sub_indication=SubIndication.FORMAT_FAILURE)
    return _answer(result)


async def ask_stamp(
    library: Library,
    signed: cms.SignedData,
    imprint: Callable[[str], bytes],
    chain: Sequence[x509.Certificate],
    moment: datetime,
) -> Answer:
    """Ask about a time-stamp token at `moment`; `imprint` gives the digest of what it should cover.

    A digest too weak to sign with is too weak to stamp: the library looks at the token's own signature alone.
    """
    spec, timing = library.spec(chain), _timing(moment)
    handlers = bootstrap_validation_data_handlers(
        spec, timing_info=timing, poe_manager_override=POEManager(current_dt_override=moment)
    )
    try:
        result: AdESBasicValidationResult[SignatureStatus] = await ades_timestamp_validation(
            signed, spec, imprint, timing_info=timing, validation_data_handlers=handlers
        )
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - as above
        return Answer(indication=Indication.TOTAL_FAILED, sub_indication=SubIndication.FORMAT_FAILURE)
    answer = _answer(result)
    if answer.indication is Indication.TOTAL_FAILED or _digest_allowed(_imprint_digest(signed)).allowed:
        return answer
    return Answer(
        indication=Indication.INDETERMINATE,
        sub_indication=SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        intact=answer.intact,
    )


_MACHINES = frozenset({"server_auth", "code_signing", "time_stamping", "ocsp_signing"})


def _made_for_machines(certificate: x509.Certificate) -> bool:
    """Say whether a certificate names purposes, and none of them is a person's (RFC 5280 clause 4.2.1.12)."""
    purposes = certificate.extended_key_usage_value
    return purposes is not None and set(purposes.native) <= _MACHINES


def _imprint_digest(signed: cms.SignedData) -> str:
    """Return the name of the digest by which a time-stamp token names what it covers; "" where it cannot be read."""
    try:
        return str(
            signed["encap_content_info"]["content"].parsed["message_imprint"]["hash_algorithm"]["algorithm"].native
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        return ""


def imprint_of_signature(embedded: EmbeddedPdfSignature) -> Callable[[str], bytes]:
    """Return what computes the digest that a stamp over this signature's value must contain."""
    return message_imprint_checker(embedded.signer_info)


def imprint_of_document(embedded: EmbeddedPdfSignature) -> Callable[[str], bytes]:
    """Return what computes the digest that a document time stamp must contain."""
    return embedded.compute_digest


def _timing(moment: datetime) -> ValidationTimingInfo:
    return ValidationTimingInfo(validation_time=moment, best_signature_time=moment, point_in_time_validation=True)


_INDICATIONS = {
    AdESStatus.PASSED: Indication.TOTAL_PASSED,
    AdESStatus.FAILED: Indication.TOTAL_FAILED,
    AdESStatus.INDETERMINATE: Indication.INDETERMINATE,
}


def _answer(result: AdESBasicValidationResult[SignatureStatus]) -> Answer:
    """Translate; a pass needs a status that says intact, valid and trusted, not only the absence of a complaint."""
    indication = _INDICATIONS[result.ades_subindic.status]
    status = result.api_status
    intact = None if status is None else bool(getattr(status, "intact", False) and getattr(status, "valid", False))
    if indication is Indication.TOTAL_PASSED:
        if intact and getattr(status, "trusted", False):
            return Answer(indication=indication, intact=True)
        return Answer(
            indication=Indication.INDETERMINATE,
            sub_indication=SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
            intact=intact,
        )
    name = result.ades_subindic.standard_name
    known = SubIndication(name) if name in SubIndication.__members__ else SubIndication.FORMAT_FAILURE
    return Answer(indication=indication, sub_indication=known, intact=intact)

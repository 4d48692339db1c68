"""Planned histories, judged at several clocks: each cell as in the table that docgen's time rules were measured by.

The same files go to EU DSS (marker `judge`): the same pass or no pass, indication, sub-indication and level, but for
freshness, which DSS's default policy ignores.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from asn1crypto import pem
from pyhanko_certvalidator.policy_decl import NO_REVOCATION

from docgen.model.policy import POLICIES
from docgen.model.profiles import PROFILES
from docgen.model.reasons import ReasonCode
from docgen.model.report import SignatureKind
from docgen.signatures._pyhanko_seal import _TOLERANCE
from docgen.signatures._pyhanko_tokens import Library
from docgen.signatures.trust import Trust
from docgen.signatures.verify import verify_bytes
from tests import judges
from tests.pki_history import LATER, NOW, history, planned_files

P = "TOTAL-PASSED"
CCGF = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
OOB, ONR = "OUT_OF_BOUNDS_NO_POE", "OUT_OF_BOUNDS_NOT_REVOKED"
REV_OOB, REVOKED, LATE = "REVOCATION_OUT_OF_BOUNDS_NO_POE", "REVOKED_NO_POE", "TRY_LATER"

# file -> now, +1 y, +2 y, +12 y, and +12 y where the anchor is the time-stamp certificate itself
TABLE = {
    "B-B": (CCGF, CCGF, CCGF, CCGF, CCGF),
    "B-B + stamp": (CCGF, CCGF, CCGF, CCGF, CCGF),
    "B-T": (CCGF, CCGF, CCGF, CCGF, CCGF),
    "B-T + stamp": (CCGF, CCGF, CCGF, CCGF, CCGF),
    "B-T, TSA untrusted": (CCGF, CCGF, CCGF, CCGF, CCGF),
    "B-LT": (P, P, P, OOB, OOB),
    "seal B-LT": (P, P, P, OOB, OOB),
    "two B-LT": (P, P, P, OOB, OOB),
    "B-LT, CRL only": (P, P, P, ONR, P),
    "B-LT, TSA untrusted": (P, LATE, ONR, OOB, OOB),
    "responder short, B-LT": (P, REV_OOB, OOB, OOB, OOB),
    "B-LTA": (P, P, P, OOB, P),
    "second archive stamp": (P, P, P, OOB, P),
    "responder short, B-LTA": (P, P, P, OOB, P),
    "revoked before, B-T": (CCGF, CCGF, CCGF, CCGF, CCGF),
    "revoked before, B-LT": (REVOKED, REVOKED, REVOKED, REVOKED, REVOKED),
    "revoked after, B-LT": (P, P, P, OOB, OOB),
    "revoked after, B-LTA": (P, P, P, OOB, P),
    "revoked after, B-T, told later": (P, P, P, REVOKED, P),
    "signed after revocation, old OCSP, CRL that lists it": (REVOKED, REVOKED, REVOKED, REVOKED, REVOKED),
    "expired since, B-T": (CCGF, CCGF, CCGF, CCGF, CCGF),
    "expired since, B-LT": (P, P, P, OOB, OOB),
    "expired since, B-LTA": (P, P, P, OOB, P),
    "signed after expiry, OCSP from before": (ONR, ONR, ONR, OOB, OOB),
    "signed after expiry, OCSP from after": (CCGF, CCGF, CCGF, CCGF, CCGF),
}
FRESHNESS = {("B-LT, TSA untrusted", "+1 y"), ("B-B + DSS + stamp", "+1 y")}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    with history(folder / "a") as past, history(folder / "b", responder_ends=NOW + timedelta(days=182)) as short:
        files = planned_files(past, short)
        pens = (past.pki, short.pki)
        anchors = {kind: [pki.certificate(kind).dump() for pki in pens] for kind in ("signers", "timestamps", "tsa")}
        crls = [past.pki.crl(kind, at=NOW) for kind in ("signers", "timestamps")]
    return folder, files, anchors, crls


def trust_of(made, stamps="timestamps", crls=()):
    anchors = made[2]
    return Trust(signers=tuple(anchors["signers"]), timestamps=tuple(anchors[stamps]), crls=tuple(crls))


def verify(data, trust, at, *, policy="lenient", receipt=None):
    profile = PROFILES["document"]
    return verify_bytes(
        data, name="x.pdf", trust=trust, policy=POLICIES[policy], as_of=at, receipt=receipt, profile=profile
    )


def signatures(report):
    return [one for one in report.signatures if one.kind is not SignatureKind.DOCUMENT_TIMESTAMP]


def words(one):
    return str(one.sub_indication or one.indication)


@pytest.mark.parametrize("name", list(TABLE))
def test_each_cell(made, name):
    data = made[1][name]
    found = [words(signatures(verify(data, trust_of(made), at))[-1]) for at in LATER.values()]
    found.append(words(signatures(verify(data, trust_of(made, "tsa"), LATER["+12 y"]))[-1]))
    assert tuple(found) == TABLE[name]


def test_given_lists_answer_where_the_file_is_silent(made):
    trust = trust_of(made, crls=made[3])
    expected = {"B-B": P, "B-T": P, "revoked before, B-T": REVOKED, "expired since, B-T": CCGF, "B-T + stamp": P}
    found = {name: words(signatures(verify(made[1][name], trust, LATER["now"]))[0]) for name in expected}
    assert found == expected


def test_data_outside_the_file_raises_no_level(made):
    report = verify(made[1]["B-T"], trust_of(made, crls=made[3]), LATER["now"])
    assert signatures(report)[0].level == "PAdES-BASELINE-T"
    assert report.material, "what the verdict rests on is named"


@pytest.mark.parametrize("name", ["B-LT", "B-LTA", "B-LT, CRL only", "responder short, B-LT", "revoked after, B-LT"])
def test_a_receipt_keeps_a_letter_alive(made, name):
    received = NOW + timedelta(days=1)
    for at in LATER.values():
        if at > received:
            assert words(signatures(verify(made[1][name], trust_of(made), at, receipt=received))[0]) == P


@pytest.mark.parametrize("name", ["B-B", "B-T", "revoked before, B-LT"])
def test_a_receipt_is_no_revocation_data(made, name):
    report = verify(made[1][name], trust_of(made), LATER["+2 y"], receipt=NOW + timedelta(days=1))
    assert words(signatures(report)[0]) in {CCGF, REVOKED}


def test_the_tolerance_for_answers_when_signing_does_not_reach_verification():
    asked = Library(signers=[], timestamps=[]).spec([])
    for rules in (asked.cert_validation_policy, asked.ts_cert_validation_policy):
        # The library judges no answer; what it would tolerate by itself is less than what signing does.
        assert rules.revinfo_policy.revocation_checking_policy == NO_REVOCATION
        assert rules.time_tolerance < _TOLERANCE


def test_levels(made):
    found = {
        name: signatures(verify(made[1][name], trust_of(made), LATER["now"]))[0].level
        for name in ("B-B", "B-T", "B-LT", "B-LTA", "B-B + stamp", "B-LT, TSA untrusted")
    }
    assert found == {
        "B-B": "PAdES-BASELINE-B",
        "B-T": "PAdES-BASELINE-T",
        "B-LT": "PAdES-BASELINE-LT",
        "B-LTA": "PAdES-BASELINE-LTA",
        "B-B + stamp": "PAdES-BASELINE-T",
        "B-LT, TSA untrusted": "PAdES-BASELINE-T",
    }


def test_times_have_different_names(made):
    plain = signatures(verify(made[1]["B-B"], trust_of(made), LATER["now"]))[0]
    assert (plain.claimed_time, plain.proven_time) != (None, plain.claimed_time)
    assert plain.proven_time is None
    stamped = signatures(verify(made[1]["B-LT"], trust_of(made), LATER["+2 y"]))[0]
    assert abs(stamped.proven_time - NOW) < timedelta(seconds=30)


def codes(report):
    return {reason.code for reason in report.reasons}


def test_policies(made):
    files, now = made[1], LATER["now"]
    crls = trust_of(made, crls=made[3])
    assert not verify(files["B-LT"], trust_of(made), now, policy="by-anchor").reasons
    assert codes(verify(files["B-B"], crls, now, policy="by-anchor")) == {ReasonCode.TIME}
    assert not verify(files["B-B"], crls, now, policy="lenient").reasons
    assert codes(verify(files["seal B-LT"], trust_of(made), now, policy="by-anchor")) == {ReasonCode.SEAL_ONLY}
    # A time stamp of a stranger is never ignored, though the signature passes by the standard.
    assert codes(verify(files["B-LT, TSA untrusted"], trust_of(made), now, policy="lenient")) == {ReasonCode.TIME}


@pytest.mark.parametrize("trust", ["none", "anchors"])
@pytest.mark.parametrize("name", ["B-LT", "B-LTA", "two B-LT", "B-LT, TSA untrusted"])
def test_without_trusted_lists_nothing_is_accepted_and_nothing_called_bad(made, name, trust):
    given = Trust() if trust == "none" else trust_of(made)
    report = verify(made[1][name], given, LATER["now"], policy="lv-institution")
    assert codes(report) <= {ReasonCode.TRUST_MISSING, ReasonCode.QUALIFICATION_UNKNOWN}
    assert ReasonCode.TRUST_MISSING in codes(report)
    assert str(report.decision) == "REVIEW"
    assert all(one.qualification is None for one in report.signatures)


def test_no_anchor_is_missing_trust_not_a_stranger(made):
    assert codes(verify(made[1]["B-LT"], Trust(), LATER["now"])) >= {ReasonCode.TRUST_MISSING}
    assert ReasonCode.TRUST not in codes(verify(made[1]["B-LT"], Trust(), LATER["now"]))


def test_a_stamp_of_the_document_is_no_signature(tmp_path):
    with history(tmp_path / "c") as past:
        stamped = past.stamp(past.letter, NOW)
        trust = Trust(
            signers=(past.pki.certificate("signers").dump(),), timestamps=(past.pki.certificate("tsa").dump(),)
        )
    report = verify(stamped, trust, LATER["now"])
    assert codes(report) == {ReasonCode.UNSIGNED}
    assert int(report.exit_code) == 12
    assert int(verify(past.letter, trust, LATER["now"]).exit_code) == 12


def test_a_changed_byte_breaks_only_its_own_signature(made):
    data = bytearray(made[1]["two B-LT"])
    place = data.index(b"q Q")
    data[place : place + 3] = b"Q q"
    report = verify(bytes(data), trust_of(made), LATER["now"])
    assert {one.intact for one in signatures(report)} == {False}
    assert ReasonCode.CRYPTO in codes(report)


def test_personal_codes_are_masked(made):
    report = verify(made[1]["B-LT"], trust_of(made), LATER["now"])
    assert signatures(report)[0].identifier == "PNOLV-******-*****"
    assert "320000" not in repr(report)


@pytest.mark.judge
@pytest.mark.parametrize(
    ("anchors", "clock", "lists"),
    [
        ("timestamps", "+1 y", False),
        ("timestamps", "+12 y", False),
        ("tsa", "+12 y", False),
        ("timestamps", "now", True),
    ],
)
def test_eu_dss_says_the_same(made, tmp_path, anchors, clock, lists):
    _, files, certificates, crls = made
    crls = crls if lists else []
    names = list(files)
    paths, trusted, listed = [], [], []
    for number, name in enumerate(names):
        paths.append(tmp_path / f"{number:02}.pdf")
        paths[-1].write_bytes(files[name])
    for number, der in enumerate([*certificates["signers"], *certificates[anchors]]):
        trusted.append(tmp_path / f"{number}.pem")
        trusted[-1].write_bytes(pem.armor("CERTIFICATE", der))
    for number, der in enumerate(crls):
        listed.append(tmp_path / f"{number}.crl")
        listed[-1].write_bytes(der)
    at = LATER[clock]
    differences = []
    for name, theirs in zip(names, judges.dss(paths, trust=trusted, crls=listed, at=at), strict=True):
        ours = signatures(verify(files[name], trust_of(made, anchors, crls), at))
        assert len(ours) == len(theirs["signatures"])
        for mine, other in zip(ours, theirs["signatures"], strict=True):
            said = (str(mine.indication).replace("-", "_"), str(mine.sub_indication or ""), mine.level)
            if said != (other["indication"], other.get("sub_indication") or "", other["level"]):
                differences.append((name, clock))
    assert set(differences) <= FRESHNESS

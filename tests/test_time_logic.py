"""Time rules alone: proofs of existence, which revocation item decides, expiry, revocation, claim, freshness."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.certificates import Certificate
from docgen.model.proof import Answer, Link, Proofs, StatusItem, Token, TokenKind, judge_tokens, moment_for
from docgen.model.report import Indication, SubIndication

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)
YES = Answer(indication=Indication.TOTAL_PASSED, intact=True)

SIGNER = Certificate(id="signer", not_before=NOW - YEAR, not_after=NOW + YEAR)
RESPONDER = Certificate(id="responder", not_before=NOW - YEAR, not_after=NOW + 4 * YEAR)
AUTHORITY = Certificate(id="tsa", not_before=NOW - YEAR, not_after=NOW + 7 * YEAR)


def item(name="ocsp", issued=NOW, **other):
    return StatusItem(id=name, issued=issued, this_update=issued, issuer=other.pop("issuer", RESPONDER), **other)


def signature(*items, certificate=SIGNER, **other):
    link = Link(certificate=certificate, items=items)
    settings = {"answer": YES, "chain": (link,), "claimed": NOW, **other}
    return Token(id="s", kind=TokenKind.SIGNATURE, position=0, **settings)


def stamp(time=NOW, *, covers=("s",), position=0, kind=TokenKind.SIGNATURE_STAMP, name="t", **other):
    settings = {"answer": YES, "chain": (), **other}
    return Token(id=name, kind=kind, position=position, stamped=time, covers=frozenset(covers), **settings)


def judged(*tokens, at=NOW, receipt=None):
    verdict = judge_tokens(tokens, at, receipt)["s"]
    return verdict.indication, verdict.sub_indication


PASSED = (Indication.TOTAL_PASSED, None)


def undetermined(sub):
    return Indication.INDETERMINATE, sub


def test_a_good_answer_passes():
    assert judged(signature(item())) == PASSED


def test_without_any_item_nothing_can_be_said():
    assert judged(signature()) == undetermined(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)


def test_an_item_of_the_wrong_time_is_none():
    assert judged(signature(item(timely=False))) == undetermined(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)


def test_an_anchor_needs_no_item_and_never_expires():
    assert judged(signature(chain=()), at=NOW + 30 * YEAR) == PASSED


def test_what_the_library_refuses_is_final():
    no = Answer(indication=Indication.TOTAL_FAILED, sub_indication=SubIndication.HASH_FAILURE, intact=False)
    assert judged(signature(item(), answer=no)) == (Indication.TOTAL_FAILED, SubIndication.HASH_FAILURE)


def test_no_chain_is_no_pass_even_if_the_library_said_yes():
    assert judged(signature(chain=None)) == undetermined(SubIndication.NO_CERTIFICATE_CHAIN_FOUND)


def test_a_stamp_proves_the_time_before_expiry():
    late = NOW + 2 * YEAR
    assert judged(signature(item()), stamp(), at=late) == PASSED
    assert judged(signature(item()), at=late) == undetermined(SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)


def test_a_stamp_that_does_not_pass_is_ignored():
    stranger = Answer(
        indication=Indication.INDETERMINATE, sub_indication=SubIndication.NO_CERTIFICATE_CHAIN_FOUND, intact=True
    )
    late = NOW + 2 * YEAR
    tokens = signature(item()), stamp(answer=stranger)
    assert judged(*tokens, at=late) == undetermined(SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)


def test_the_latest_item_decides():
    revoked = item("later", issued=NOW + DAY, revoked_on=NOW - DAY)
    at = NOW + 2 * DAY
    assert judged(signature(item(), revoked), stamp(), at=at) == undetermined(SubIndication.REVOKED_NO_POE)
    older = replace(revoked, issued=NOW - DAY)
    assert judged(signature(item(), older), stamp(), at=at) == PASSED


@pytest.mark.parametrize("revoked_on", [NOW - DAY, NOW])
def test_revoked_before_the_proven_time(revoked_on):
    token = signature(item(issued=NOW + DAY, revoked_on=revoked_on))
    assert judged(token, stamp(), at=NOW + 2 * DAY) == undetermined(SubIndication.REVOKED_NO_POE)


def test_revoked_after_the_proven_time_passes():
    token = signature(item(issued=NOW + 2 * DAY, revoked_on=NOW + DAY))
    assert judged(token, stamp(), at=NOW + 3 * DAY) == PASSED


def test_a_revocation_of_the_future_does_not_count_yet():
    assert judged(signature(item(revoked_on=NOW + DAY)), stamp()) == PASSED


def test_a_revoked_authority_has_its_own_word():
    leaf = Link(certificate=SIGNER, items=(item(),))
    above = Link(
        certificate=replace(RESPONDER, id="ca"), items=(item("crl", NOW - DAY, revoked_on=NOW - DAY, issuer=None),)
    )
    assert judged(signature(chain=(leaf, above))) == undetermined(SubIndication.REVOKED_CA_NO_POE)


def test_signed_before_the_certificate_began():
    young = replace(SIGNER, not_before=NOW + DAY, not_after=NOW + YEAR)
    token = signature(item(issued=NOW + 2 * DAY), certificate=young, claimed=NOW + DAY)
    assert judged(token, stamp(), at=NOW + 3 * DAY) == (Indication.TOTAL_FAILED, SubIndication.NOT_YET_VALID)


def test_an_expired_responder_without_proof():
    short = replace(RESPONDER, not_after=NOW + 10 * DAY)
    at = NOW + 20 * DAY
    token = signature(item(issuer=short))
    assert judged(token, stamp(), at=at) == undetermined(SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE)


def test_an_archive_stamp_proves_the_responder():
    short = replace(RESPONDER, not_after=NOW + 10 * DAY)
    archive = stamp(
        NOW + DAY, covers=("s", "t", "responder"), position=1, kind=TokenKind.DOCUMENT_STAMP, name="archive"
    )
    token = signature(item(issuer=short), archived=True)
    assert judged(token, stamp(), archive, at=NOW + 20 * DAY) == PASSED


def test_receipt_is_proof_of_existence():
    token = signature(item())
    at = NOW + 12 * YEAR
    assert judged(token, at=at, receipt=NOW + DAY / 2) == PASSED
    assert judged(token, at=at) == undetermined(SubIndication.OUT_OF_BOUNDS_NO_POE)


def test_a_receipt_saves_no_revoked_signature():
    token = signature(item(revoked_on=NOW - DAY))
    assert judged(token, at=NOW + 12 * YEAR, receipt=NOW) == undetermined(SubIndication.REVOKED_NO_POE)


@pytest.mark.parametrize("claimed", [None, NOW - 2 * YEAR, NOW + 2 * YEAR])
def test_a_claim_outside_the_validity(claimed):
    assert judged(signature(item(), claimed=claimed)) == undetermined(SubIndication.SIG_CONSTRAINTS_FAILURE)


def test_freshness_is_judged_at_the_proven_time():
    old = item(issued=NOW - 84 * DAY)
    assert judged(signature(old), stamp()) == undetermined(SubIndication.TRY_LATER)
    assert judged(signature(replace(old, next_update=NOW + DAY)), stamp()) == PASSED
    assert judged(signature(item()), stamp(), at=NOW + 90 * DAY) == PASSED


def test_time_stamps_ask_for_no_fresh_item():
    authority = Link(certificate=AUTHORITY, items=(item("ocsp-tsa", issued=NOW - 84 * DAY),))
    at = NOW + 2 * YEAR
    assert judged(signature(item()), stamp(chain=(authority,)), at=at) == PASSED


def test_a_younger_archive_stamp_keeps_an_older_one_alive():
    expired = Link(certificate=AUTHORITY, items=(item("ocsp-tsa"),))
    old = stamp(NOW, chain=(expired,))
    renewal = stamp(
        NOW + 6 * YEAR,
        covers=("s", "t", "responder", "tsa"),
        position=1,
        kind=TokenKind.DOCUMENT_STAMP,
        name="renewal",
    )
    kept = replace(RESPONDER, not_after=NOW + 8 * YEAR)
    token = signature(item(issuer=kept), archived=True)
    expired_kept = replace(old, chain=(Link(certificate=AUTHORITY, items=(item("ocsp-tsa", issuer=kept),)),))
    assert judged(token, expired_kept, renewal, at=NOW + 12 * YEAR) == PASSED
    assert judged(token, expired_kept, at=NOW + 12 * YEAR)[0] is Indication.INDETERMINATE


def test_a_stamp_over_other_things_proves_nothing():
    late = NOW + 2 * YEAR
    tokens = signature(item()), stamp(covers=("another",))
    assert judged(*tokens, at=late) == undetermined(SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)


def test_the_library_is_asked_before_anything_ends():
    assert moment_for([SIGNER], NOW + 5 * YEAR) == SIGNER.not_after
    assert moment_for([], NOW) == NOW
    assert moment_for([SIGNER], NOW - 5 * YEAR) == SIGNER.not_before


MOMENTS = st.timedeltas(min_value=-3 * YEAR, max_value=12 * YEAR).map(lambda delta: NOW + delta)


@given(MOMENTS, MOMENTS, st.none() | MOMENTS, st.booleans(), MOMENTS)
def test_a_pass_always_has_its_reasons(at, issued, revoked_on, archived, stamped):
    """Whatever the times: a pass needs an item, a time within validity, and no revocation before that time."""
    token = signature(item(issued=issued, revoked_on=revoked_on), archived=archived)
    verdict = judge_tokens([token, stamp(stamped)], at)["s"]
    assert verdict.time <= at
    if verdict.passed:
        assert verdict.items
        assert SIGNER.valid_at(verdict.time)
        assert revoked_on is None or revoked_on > at or verdict.time < revoked_on


@given(MOMENTS, st.lists(MOMENTS, max_size=4))
def test_proofs_only_ever_grow_older(start, times):
    proofs = Proofs(start=start)
    for time in times:
        before = proofs.of("x")
        proofs = proofs.with_stamp(["x"], time)
        assert proofs.of("x") == min(before, time)
    assert proofs.of("y") == start

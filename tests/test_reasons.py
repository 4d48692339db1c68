"""Decision, exit code and verdict follow from the reason codes (formats.md §9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import ExitCode, worst
from docgen.model.reasons import Decision, Reason, ReasonCode, Verdict, decision_of, exit_code_of, verdict_of
from docgen.model.report import FileFormat, FileReport
from docgen.model.text import say

codes = st.sampled_from(list(ReasonCode))


def reason(code, *, by_validity=False):
    return Reason(code=code, message=say("x"), by_validity=by_validity)


reasons = st.lists(codes.map(reason), max_size=6)

TABLE = """
TYPE SIZE PARSE ENCRYPTED LIMIT | REFUSE | 4
UNSUPPORTED | REVIEW | 11
UNSIGNED | REFUSE | 12
COVERAGE CMS CRYPTO ALG CHANGED CONTAINER XML REVOKED | REFUSE | 10
TRUST | REFUSE | 11
TIME | REFUSE | 13
NOT_QUALIFIED SEAL_ONLY | REFUSE | 13
QUALIFICATION_UNKNOWN REVOCATION_UNKNOWN | REVIEW | 11
TRUST_MISSING TRUST_STALE | REVIEW | 14
ACTIVE CONTENT | REFUSE | 15
HIDDEN INCOMPLETE | REVIEW | 15
IDENTITY | REFUSE | 13
FOREIGN | REVIEW | 0
STATE | REVIEW | 0
PARTIAL | REVIEW | 13
RIGHTS_UNKNOWN MANDATE ORGANISATION | REVIEW | 0
REPLAY | None | 0
"""


@pytest.mark.parametrize("row", TABLE.strip().splitlines())
def test_each_code_has_the_decision_and_exit_code_of_the_table(row):
    names, decision, code = (part.strip() for part in row.split("|"))
    for name in names.split():
        assert str(decision_of([reason(ReasonCode(name))])) == decision
        assert exit_code_of([reason(ReasonCode(name))]) == int(code)


def test_the_table_names_every_code():
    assert {name for row in TABLE.strip().splitlines() for name in row.split("|")[0].split()} == set(ReasonCode)


@given(reasons)
def test_any_refusal_refuses_whatever_else_is_found(found):
    if any(r.decision is Decision.REFUSE for r in found):
        assert decision_of(found) is Decision.REFUSE


@given(reasons, codes)
def test_one_more_reason_never_makes_the_decision_milder(found, code):
    rank = {Decision.ACCEPT: 0, None: 1, Decision.REVIEW: 0, Decision.REFUSE: 2}
    if code is not ReasonCode.REPLAY and not any(r.code is ReasonCode.REPLAY for r in found):
        rank[Decision.REVIEW] = 1
    assert rank[decision_of([*found, reason(code)])] >= rank[decision_of(found)]


@given(st.lists(st.tuples(codes, st.booleans()).map(lambda p: reason(p[0], by_validity=p[1])), max_size=6))
def test_indeterminate_and_failed_never_exit_with_success(found):
    replayed = any(r.code is ReasonCode.REPLAY for r in found)
    if verdict_of(found) is not Verdict.PASSED and not (replayed and decision_of(found) is None):
        assert exit_code_of(found) is not ExitCode.DONE


def test_a_time_reason_that_rests_on_validity_alone_is_undecided_and_one_by_policy_is_not():
    assert verdict_of([reason(ReasonCode.TIME, by_validity=True)]) is Verdict.INDETERMINATE
    assert verdict_of([reason(ReasonCode.TIME)]) is Verdict.PASSED


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ([ReasonCode.TRUST, ReasonCode.CHANGED], 10),
        ([ReasonCode.TIME, ReasonCode.TRUST], 13),
        ([ReasonCode.FOREIGN, ReasonCode.PARTIAL], 13),
        ([ReasonCode.UNSIGNED, ReasonCode.PARSE], 12),
        ([ReasonCode.PARTIAL, ReasonCode.TRUST], 11),
    ],
)
def test_among_several_reasons_the_worst_of_the_deciding_ones_gives_the_exit_code(found, code):
    assert exit_code_of([reason(c) for c in found]) == code


def test_a_batch_exits_with_its_worst_verdict():
    assert worst([ExitCode.DONE, ExitCode.UNREADABLE, ExitCode.UNSIGNED, ExitCode.SIGNATURE_FAILED]) == 10
    assert worst([ExitCode.DONE, ExitCode.UNREADABLE, ExitCode.UNDETERMINED]) == 11
    with pytest.raises(ValueError, match="nothing"):
        worst([])


def test_a_report_over_nothing_is_never_passed_and_never_true():
    empty = FileReport(file="x", sha256=None, size=None, format=FileFormat.PDF)
    assert empty.verdict is Verdict.INDETERMINATE
    assert empty.decision is Decision.REFUSE
    assert empty.exit_code is not ExitCode.DONE
    with pytest.raises(TypeError):
        bool(empty)

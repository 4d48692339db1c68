"""A few random histories before EU DSS; many more by hand: `python -m tests.random_histories 100`."""

from __future__ import annotations

import pytest

from tests.pki_history import LATER
from tests.random_histories import compare


@pytest.mark.judge
def test_docgen_and_eu_dss_agree_on_what_passes(tmp_path):
    clocks = {clock: LATER[clock] for clock in ("+1 y", "+12 y")}
    pairs = compare(tmp_path, 15, 7, clocks)
    assert len(pairs) >= 30
    differing = [pair for pair in pairs if pair[2].passed != pair[3].passed]
    assert all(ours.sub_indication == "TRY_LATER" for *_, ours, _ in differing), differing
    assert all(ours.level == theirs.level for *_, ours, theirs in pairs)

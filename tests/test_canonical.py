"""Canonical JSON: one value, one sequence of bytes."""

import json
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.canonical import canonical_json

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(texts.map(lambda t: unicodedata.normalize("NFC", t)), inner, max_size=4)
    ),
    max_leaves=12,
)


def without_none(value):
    if isinstance(value, dict):
        return {k: without_none(v) for k, v in value.items() if v is not None}
    return [without_none(v) for v in value] if isinstance(value, list) else value


def nfc(value):
    return json.loads(unicodedata.normalize("NFC", json.dumps(value, ensure_ascii=False)))


@given(values)
def test_what_is_read_back_is_the_value_and_canonical_again(value):
    data = canonical_json(value)
    assert canonical_json(json.loads(data)) == data


@given(
    st.dictionaries(texts.map(lambda t: unicodedata.normalize("NFC", t)), st.integers(0, 9), max_size=6), st.randoms()
)
def test_the_order_of_members_does_not_count(value, random):
    shuffled = list(value.items())
    random.shuffle(shuffled)
    assert canonical_json(dict(shuffled)) == canonical_json(value)


@given(values, values)
def test_different_values_have_different_bytes(one, other):
    if nfc(without_none(one)) != nfc(without_none(other)):
        assert canonical_json(one) != canonical_json(other)


def test_names_are_sorted_by_utf16_units_as_the_standard_shows():
    # RFC 8785 §3.2.3, but for its presentation form, which NFC takes apart.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    ordered = list(json.loads(canonical_json(dict.fromkeys(names, 1))))
    assert ordered == ["\r", "1", "\u0080", "\u00f6", "\u05d3\u05bc", "\u20ac", "\U0001f600"]


def test_dates_and_instants_are_iso_strings_and_absent_keys_are_left_out():
    value = {"day": date(2026, 11, 20), "at": datetime(2026, 11, 20, 9, tzinfo=UTC), "none": None}
    assert canonical_json(value) == b'{"at":"2026-11-20T09:00:00Z","day":"2026-11-20"}'


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        2**53,
        datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None),
        "\ud800",
        {1: 2},
        object(),
        {"e\u0301": 1, "\u00e9": 2},
    ],
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError, match=r"."):
        canonical_json(value)

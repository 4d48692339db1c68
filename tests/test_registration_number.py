"""Registration numbers: one wrong digit is always noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.registration_number import is_registration_number

VALID = ["40008999902", "40008999917", "40008999921"]


@pytest.mark.parametrize("number", VALID)
def test_numbers_with_their_check_digit_are_right(number):
    assert is_registration_number(number)


@given(st.sampled_from(VALID), st.integers(0, 10), st.integers(1, 9))
def test_one_changed_digit_is_always_noticed(number, place, by):
    changed = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert not is_registration_number(changed)


@pytest.mark.parametrize(
    "text", ["", "4000899990", "400089999020", "4000899990x", "４０００８９９９９０２", " 40008999902"]
)
def test_what_is_not_eleven_digits_is_no_number(text):
    assert not is_registration_number(text)


@given(st.from_regex(r"[0-3][0-9]{10}", fullmatch=True))
def test_what_begins_like_a_personal_code_is_no_organisation(text):
    assert not is_registration_number(text)

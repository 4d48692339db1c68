"""Latvian forms over all their inputs."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.latvian import (
    Agreement,
    approved,
    collation_key,
    count_of,
    date_numeric,
    date_of,
    date_plain,
    date_until,
    date_when,
)


@pytest.mark.parametrize(
    ("form", "day", "expected"),
    [
        (date_when, date(2024, 1, 31), "2024. gada 31. janvārī"),
        (date_of, date(2007, 11, 8), "2007. gada 8. novembra"),
        (date_until, date(2024, 3, 1), "2024. gada 1. martam"),
        (date_plain, date(2021, 10, 27), "2021. gada 27. oktobris"),
        (date_when, date(2026, 4, 1), "2026. gada 1. aprīlī"),
        (date_of, date(2026, 4, 1), "2026. gada 1. aprīļa"),
        (date_until, date(2024, 10, 30), "2024. gada 30. oktobrim"),
    ],
)
def test_dates_take_the_case_that_the_sentence_asks_for(form, day, expected):
    assert form(day).replace("\u00a0", " ") == expected


@given(st.dates())
def test_a_date_is_never_torn_and_keeps_its_numbers(day):
    for form in (date_when, date_of, date_until, date_plain):
        text = form(day)
        assert " " not in text
        assert [int(n) for n in re.findall(r"\d+", text)] == [day.year, day.day]


@given(st.dates(), st.dates())
def test_two_days_never_read_alike(one, other):
    if one != other:
        assert date_when(one) != date_when(other)
        assert date_numeric(one) != date_numeric(other)


@given(st.integers(0, 10_000))
def test_counts_take_the_singular_after_one_but_not_after_eleven(count):
    text = count_of(count, "organizācija", "organizācijas", "organizāciju")
    singular = str(count).endswith("1") and not str(count).endswith("11")
    assert text.endswith("organizācija" if singular else "organizācijas" if count else "organizāciju")


def test_the_participle_agrees():
    assert [approved(a) for a in Agreement] == ["APSTIPRINĀTS", "APSTIPRINĀTA", "APSTIPRINĀTI"]


def test_names_sort_in_the_latvian_order_without_regard_to_case_and_quotation_marks():
    names = [
        "Žagata",
        "Zeme",
        "āboli",
        '"Avots"',
        "Čakste",
        "Cēsis",
        "Ķekava",
        "Kuldīga",
        "Ēka",
        "Eža",
        "2. vidusskola",
        "Šūpoles",
        "Saule",
    ]
    assert sorted(names, key=collation_key) == [
        *("2. vidusskola", '"Avots"', "āboli", "Cēsis", "Čakste", "Eža", "Ēka"),
        *("Kuldīga", "Ķekava", "Saule", "Šūpoles", "Zeme", "Žagata"),
    ]


@given(st.text(), st.text())
def test_any_two_names_can_be_compared(one, other):
    assert (collation_key(one) < collation_key(other)) in {True, False}

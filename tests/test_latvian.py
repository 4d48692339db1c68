"""Latvian dates, counts and agreement over all their inputs."""

import re
from datetime import date, time

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.latvian import (
    Agreement,
    Plural,
    agreement_of,
    approved,
    coordinated,
    count_of,
    counted,
    date_numeric,
    date_of,
    date_plain,
    date_span,
    date_until,
    date_when,
    number_range,
    parse_date,
    parse_date_and_time,
    parse_time,
    plural_of,
    time_at,
    year_ranges,
)
from docgen.model.spacing import no_break

FORMS = (date_when, date_of, date_until, date_plain)


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
    for form in FORMS:
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


@given(st.integers(0, 10_000))
def test_plural_categories_are_those_of_cldr(count):
    assert plural_of(count) == Locale("lv").plural_form(count)


@pytest.mark.parametrize(
    ("count", "category"),
    [
        *((0, Plural.ZERO), (1, Plural.ONE), (2, Plural.OTHER), (10, Plural.ZERO), (11, Plural.ZERO)),
        *((19, Plural.ZERO), (20, Plural.ZERO), (21, Plural.ONE), (22, Plural.OTHER), (111, Plural.ZERO)),
    ],
)
def test_ten_to_twenty_count_as_zero_in_cldr(count, category):
    assert plural_of(count) is category


@pytest.mark.parametrize(
    ("count", "noun", "expected"),
    [
        (1, "balss", "1 balss"),
        (2, "balss", "2 balsis"),
        (0, "balss", "0 balsu"),
        (21, "organizācija", "21 organizācija"),
        (12, "loceklis", "12 locekļi"),
        (0, "loceklis", "0 locekļu"),
        (5, "gads", "5 gadi"),
        (3, "pielikums", "3 pielikumi"),
        (11, "lapa", "11 lapas"),
        (0, "vēstule", "0 vēstuļu"),
    ],
)
def test_nouns_of_the_product_are_counted(count, noun, expected):
    assert counted(count, noun) == expected.replace(" ", "\u00a0")


def test_a_noun_without_known_forms_is_not_counted():
    with pytest.raises(ValueError, match="'galds'"):
        counted(2, "galds")


def test_the_participle_agrees():
    assert [approved(a) for a in Agreement] == ["APSTIPRINĀTS", "APSTIPRINĀTA", "APSTIPRINĀTI"]
    assert [coordinated(a) for a in Agreement] == ["SASKAŅOTS", "SASKAŅOTA", "SASKAŅOTI"]


@pytest.mark.parametrize(
    ("noun", "word"),
    [
        *((noun, "APSTIPRINĀTS") for noun in ("plāns", "nolikums", "Protokols", "saraksts")),
        *((noun, "APSTIPRINĀTA") for noun in ("kārtība", "Darba  kārtība", "veidlapa")),
        *((noun, "APSTIPRINĀTI") for noun in ("noteikumi", "GROZĪJUMI")),
    ],
)
def test_the_approval_agrees_with_the_document(noun, word):
    assert approved(agreement_of(noun)) == word


@pytest.mark.parametrize("noun", ["", "vēstule", "ziņa", "plāna"])
def test_the_gender_of_an_unknown_document_is_not_guessed(noun):
    with pytest.raises(ValueError, match="not known"):
        agreement_of(noun)


@given(st.dates(), st.sampled_from(FORMS))
def test_a_printed_date_is_read_back(day, form):
    assert parse_date(form(day)) == day
    assert parse_date(form(day).replace("\u00a0", " ")) == day
    assert parse_date(form(day).replace("\u00a0", "").replace("gada", "gada ").upper()) == day


@given(st.dates())
def test_a_date_in_digits_is_read_back(day):
    assert parse_date(date_numeric(day)) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2013.gada 24.aprīlī", date(2013, 4, 24)),
        ("2013.gada 24.apri\u0304li\u0304", date(2013, 4, 24)),
        ("2024. gada 31. janvārī", date(2024, 1, 31)),
        (" 2024. g. 31. Janvāris ", date(2024, 1, 31)),
        ("27.10.2021.", date(2021, 10, 27)),
        ("27.10.2021", date(2021, 10, 27)),
        ("1. 2. 2024.", date(2024, 2, 1)),
        ("2024. gada 29. februārī", date(2024, 2, 29)),
        ("2023. gada 29. februārī", None),
        ("2024. gada 31. janvarī", None),
        ("2024. gada 31.", None),
        ("27.10.21.", None),
        ("21. gada 27. oktobrī", None),
        ("10.27.2021.", None),
        ("٢٧.١٠.٢٠٢١", None),
        ("2021-10-27", None),
        ("līdz 27.10.2021.", None),
        ("", None),
    ],
)
def test_typed_dates_are_read_in_old_and_new_spelling_and_nothing_is_guessed(typed, day):
    assert parse_date(typed) == day


@given(st.text())
def test_any_text_is_a_date_or_none(text):
    assert parse_date(text) is None or parse_date_and_time(text) is None
    parse_time(text)


@given(st.times())
def test_a_printed_time_is_read_back_to_the_minute(moment):
    assert parse_time(time_at(moment)) == time(moment.hour, moment.minute)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("plkst. 11.00", time(11)),
        ("plkst.14.00.", time(14)),
        ("10:30", time(10, 30)),
        ("9.05", time(9, 5)),
        ("24.00", None),
        ("11.60", None),
        ("11", None),
    ],
)
def test_typed_times_are_read(typed, moment):
    assert parse_time(typed) == moment


def test_a_day_and_a_time_typed_together_are_read():
    read = (date(2013, 4, 24), time(14))
    assert parse_date_and_time("2013.gada 24.aprīlī plkst.14.00.") == read
    assert parse_date_and_time("2013. gada 24. aprīlī, plkst. 14.00") == read
    assert parse_date_and_time("2013. gada 31. aprīlī plkst. 14.00") is None
    assert parse_date_and_time("2013. gada 24. aprīlī plkst. 25.00") is None
    assert parse_date_and_time("2013. gada 24. aprīlī") is None


def test_a_span_is_from_the_genitive_to_the_dative():
    span = date_span(date(2023, 5, 1), date(2024, 10, 30))
    assert span.replace("\u00a0", " ") == "no 2023. gada 1. maija līdz 2024. gada 30. oktobrim"


@given(st.dates(), st.dates())
def test_a_span_never_runs_backwards(one, other):
    if one <= other:
        assert date_span(one, other).startswith("no ")
    else:
        with pytest.raises(ValueError, match="cannot end"):
            date_span(one, other)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_a_range_of_numbers_has_an_en_dash_and_never_runs_backwards(one, other):
    if one <= other:
        assert number_range(one, other) == f"{one}\u2013{other}"
    else:
        with pytest.raises(ValueError, match="cannot end"):
            number_range(one, other)


@pytest.mark.parametrize(
    "typed",
    [
        *("2024.-2026. gadam", "2024.–2026.gadam", "2024.-2026.gadam", "2024. - 2026. gadam"),
        *("2024-2026. gadam", "2024. — 2026. gadam", "2024.–2026.\u00a0gadam"),
    ],
)
def test_a_range_of_years_is_printed_one_way(typed):
    assert year_ranges(f"plāns {typed}, projekts") == "plāns 2024.–2026.\u00a0gadam, projekts"


@pytest.mark.parametrize(
    "text",
    [
        *("Nr. 1-21/88(2021)", "Latgales iela 180-5", "tālr. 6700-2026.", "2024-2026", "1-2024-2026. gadam"),
        *("2024.-2026. gadījumam", "2024.-2026. gadagrāmata", "2024. un 2026. gadam"),
    ],
)
def test_a_hyphen_that_is_no_range_of_years_stays(text):
    assert year_ranges(text) == text


@given(st.text(alphabet="0129.-– gadmui\u00a0", max_size=40))
def test_ranges_of_years_are_put_right_once(text):
    assert year_ranges(year_ranges(text)) == year_ranges(text)


@given(st.dates(), st.times(), st.integers(0, 10_000))
def test_no_form_has_a_space_where_a_line_must_not_end(day, moment, count):
    texts = [form(day) for form in (*FORMS, date_numeric)]
    texts += [date_span(day, day), time_at(moment), counted(count, "lapa"), year_ranges("2024.-2026. gadam")]
    for text in texts:
        assert no_break(text) == text

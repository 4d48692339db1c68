"""No-break spaces: where a Latvian line must not end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.spacing import hyphened, name_together, no_break

PIECES = st.sampled_from(
    (
        *("0", "5", "12", "2024.", "gada", "g.", "31.", "janvārī", "martam"),
        *("Nr.", "plkst.", "p.", "k.", "Reģ.", "A.", "Dz.", "Bērziņa", "–"),
        *("Tālr.", "+371", "67000000", ", LV-1000"),
        *("—", "lp.", "%", "€", "EUR", "un", ",", "-"),
        "\n",
    )
)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("2024. g. 31. janvārī", "2024.~g.~31.~janvārī"),
        ("2024. g. plāns", "2024.~g. plāns"),
        ("2024.–2026. gadam", "2024.–2026.~gadam"),
        ("12 % un 5 €", "12~% un 5~€"),
        ("7 km tālu", "7~km tālu"),
        ("7 klases", "7 klases"),
        ("Dž. A. Smits", "Dž.~A.~Smits"),
        ("Tālr. +371 67000000, e-pasts b@a.example", "Tālr.~+371~67000000, e-pasts~b@a.example"),
        ("+371 67 000 000 vai 67 000 000", "+371~67~000~000 vai 67 000 000"),
        ("Parauga iela 1-5, Rīga, LV-1000", "Parauga iela 1-5, Rīga,~LV-1000"),
    ],
)
def test_lines_do_not_end_where_they_must_not(typed, printed):
    assert no_break(typed) == printed.replace("~", "\u00a0")


def test_a_name_stays_in_one_line_unless_it_is_as_long_as_a_line():
    assert name_together("Anna Kalniņa-Ozola") == "Anna\u00a0Kalniņa-Ozola"
    assert name_together("Anna " * 10) == "Anna " * 10


@given(st.lists(PIECES).map(" ".join))
def test_only_spaces_change_and_a_second_time_nothing(text):
    once = no_break(text)
    assert no_break(once) == once
    assert once.replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("rakstiet uz e-pastu vai e-adresi", ["e-pastu", "e-adresi"]),
        ("(Nr. 1-21/88(2021), turpmāk", ["1-21/88(2021)"]),
        ("Parauga iela 1-5, Rīga, LV-1000", ["1-5", "LV-1000"]),
        ("Čiekurkalna 1. līnija 1, k-2, Rīga", ["k-2"]),
        ("darba plāns 2024.–2026. gadam", ["2024.–2026."]),
        ("darba plānā 2024.-2026.gadam un (2021.–2027. gadam)", ["2024.-2026.gadam", "2021.–2027."]),
        ("no 1. līdz 3. – 2024. gadā", []),
        ("Anna-Marija Kalniņa-Ozola", []),
    ],
)
def test_what_has_a_hyphen_and_stays_in_one_line(text, kept):
    parts = hyphened(text)
    assert "".join(part for part, _kept in parts) == text
    assert [part for part, stays in parts if stays] == kept

"""A sitting's data is read strictly: every problem at once, each with its path."""

import copy
import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import DataError
from docgen.model.reading import read_table, refused_character
from docgen.model.sitting import SittingStatus, Voice
from docgen.model.sitting_data import check_sitting
from tests.corpora import ROOT

EXAMPLE = tomllib.loads((ROOT / "templates" / "iem" / "sitting.example.toml").read_text("utf-8"))
SIDES = ("ministry", "ngo")


def check(data):
    return check_sitting(data, source="sitting.toml", sides=SIDES)


def paths(change):
    data = copy.deepcopy(EXAMPLE)
    change(data)
    with pytest.raises(DataError) as caught:
        check(data)
    return [problem.path for problem in caught.value.problems]


def test_the_example_is_a_sitting():
    sitting = check(EXAMPLE)
    assert (sitting.number, sitting.day, sitting.status) == ("2", date(2027, 1, 28), SittingStatus.DRAFT)
    assert [one.person.name for one in sitting.present(Voice.VOTE)] == ["Ilze Kalniņa", "Anna Bērziņa"]
    assert [one.reason for one in sitting.absent] == ["komandējums"]
    assert len(sitting.items[1].summary) == 2
    assert sitting.items[0].decisions[0].votes.cast == 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d.update(schema="docgen-sitting/2"), ["schema"]),
        (lambda d: d["sitting"].update(date="2027-02-30"), ["sitting.date"]),
        (lambda d: d["sitting"].pop("number"), ["sitting.number"]),
        (lambda d: d["sitting"].update(ends=d["sitting"]["begins"]), ["sitting.ends"]),
        (lambda d: d["items"][1].update(number=1), ["items[1].number"]),
        (lambda d: d["attendance"][0].update(side="navy"), ["attendance[0].side"]),
        (lambda d: d["attendance"][0].update(reason="slims"), ["attendance[0].reason"]),
        (lambda d: d["items"][0]["decisions"][0]["votes"].update({"for": 9}), ["items[0].decisions[0].votes"]),
        (lambda d: d["items"][0]["decisions"][0]["votes"].update({"for": -1}), ["items[0].decisions[0].votes.for"]),
        (lambda d: d["items"][0]["decisions"][0].pop("text"), ["items[0].decisions[0].text"]),
        (lambda d: d["sitting"].update(status="approved"), ["approval"]),
        (lambda d: d.update(approval={"by": ["X"], "on": date(2027, 2, 1)}), ["approval"]),
        (lambda d: d["next"].update(date=date(2027, 1, 28)), ["next.date"]),
        (lambda d: d.update(attendance=[]), ["attendance", "items[0].decisions[0].votes"]),
        (lambda d: d["chair"].update(naem="x"), ["chair.naem"]),
        (lambda d: d["chair"].update(name="Ilze\u202eKalniņa"), ["chair.name"]),
        (lambda d: d.pop("items"), ["items"]),
        (lambda d: d["sitting"].update(form="in-person"), ["attendance[1].remote"]),
        (lambda d: d["attendance"].append({**d["attendance"][1], "position": "cits"}), ["attendance[4].name"]),
    ],
)
def test_what_is_wrong_is_named_by_its_path(change, expected):
    assert paths(change) == expected


def test_all_problems_come_at_once():
    def change(data):
        data["sitting"].pop("number")
        data["items"][1]["number"] = 1
        data["extra"] = 1

    assert paths(change) == ["sitting.number", "items[1].number", "extra"]


@pytest.mark.parametrize(
    "text",
    ["a\tb", "a\nb", "a\u200bb", "a\u202eb", "a\u00adb", "z\u0327", "\ue000", "\ufeffa", "a\u2028b", "\x00", "\ud800"],
)
def test_characters_that_a_document_may_not_carry_are_found(text):
    assert refused_character(text) is not None


@given(
    st.text(
        alphabet="aābcčdeēfgģhiījkķlļmnņoprsštuūvzžAĀ \"'„“”–—#*_{}[]<>&=+-@$\\|:;.,()0123456789\u00a0", max_size=40
    )
)
def test_what_people_write_in_names_is_not_refused(text):
    assert refused_character(text) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda i: st.lists(i, max_size=2) | st.dictionaries(st.text(max_size=3), i, max_size=2),
    max_leaves=5,
)


@given(st.sampled_from(list(EXAMPLE)), json_values)
def test_any_value_anywhere_gives_a_sitting_or_its_problems_and_never_another_error(key, value):
    data = copy.deepcopy(EXAMPLE)
    data[key] = value
    problems = ()
    try:
        check(data)
    except DataError as error:
        problems = error.problems
    assert all(problem.path for problem in problems)


def test_a_table_that_is_absent_hands_out_stand_ins_without_problems():
    root = read_table({})
    below = root.table("x", required=False)
    assert (below.text("a"), below.day("b"), below.whole("c")) == ("", None, None)
    assert root.problems() == []


def test_before_the_sitting_names_that_nobody_knows_yet_may_stand_empty():
    data = copy.deepcopy(EXAMPLE)
    data["chair"] = {"name": ""}
    data["minute_taker"] = {"name": ""}
    data["attendance"][0]["name"] = ""
    data["attendance"][1]["name"] = ""
    assert check_sitting(data, source="s.toml", sides=SIDES, held=False).items
    with pytest.raises(DataError) as caught:
        check(data)
    assert [problem.path for problem in caught.value.problems] == [
        *("chair.name", "minute_taker.name", "attendance[0].name", "attendance[1].name"),
    ]

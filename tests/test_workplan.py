"""A work plan is read strictly, and asked what is still open."""

import copy
import json
import os
import subprocess
import sys
import tomllib
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from docgen.cli.root import root
from docgen.documents.packs import common_templates, load_pack
from docgen.documents.workplans import read_workplan
from docgen.errors import DataError
from docgen.model.workplan import Measure, MeasureStatus, PlanStatus, Review, WorkPlan, check_workplan
from docgen.workspace import builtin_packs

EXAMPLE_FILE = common_templates() / "workplan.example.toml"
EXAMPLE = tomllib.loads(EXAMPLE_FILE.read_text("utf-8"))
IEM = load_pack(builtin_packs() / "iem")
DAY = date(2027, 12, 31)
ORDER = {"author": "Iekšlietu ministrijas", "kind": "rīkojums", "date": date(2027, 1, 8), "number": "1-12/5"}


def changed(change):
    data = copy.deepcopy(EXAMPLE)
    change(data)
    return data


def plan_of(data, pack=IEM):
    return read_workplan(data, pack, source="plan.toml")


def paths(change):
    with pytest.raises(DataError) as caught:
        check_workplan(changed(change), source="plan.toml")
    return [problem.path for problem in caught.value.problems]


# --- Reading


def test_the_example_is_a_plan():
    plan = plan_of(EXAMPLE)
    assert (plan.first, plan.last, plan.status, plan.day) == (2027, 2028, PlanStatus.APPROVED, date(2027, 1, 28))
    assert plan.measures[0].status is MeasureStatus.UNDER_WAY
    assert plan.measures[1].status is None
    assert [one.number for one in plan.open_measures] == [1, 2]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d.update(schema="docgen-sitting/1"), "schema"),
        (lambda d: d["plan"].pop("title"), "plan.title"),
        (lambda d: d["plan"].update(noun="galds"), "plan.noun"),
        (lambda d: d["plan"].update(status="adopted"), "plan.status"),
        (lambda d: d["plan"].update(period={"from": 2028, "to": 2027}), "plan.period.to"),
        (lambda d: d["plan"].update(period={"from": 0, "to": 2028}), "plan.period.from"),
        (lambda d: d["plan"]["period"].pop("to"), "plan.period.to"),
        (lambda d: d.pop("approval"), "approval"),
        (lambda d: d["plan"].update(status="draft"), "approval"),
        (lambda d: d["approval"].pop("sitting"), "approval.sitting"),
        (lambda d: d["approval"].update(document=ORDER), "approval.sitting"),
        (lambda d: d["approval"].update(document=ORDER), "approval.approvers"),
        (lambda d: d["approval"].update(document=ORDER), "approval.body"),
        (lambda d: d.update(approval={"document": ORDER}), "footnote"),
        (lambda d: d.update(approval={"document": {**ORDER, "kind": "galds"}}), "approval.document.kind"),
        (lambda d: d.update(approval={"document": {**ORDER, "number": ""}}), "approval.document.number"),
        (lambda d: d.update(approval={"document": {**ORDER, "date": date(2029, 1, 1)}}), "approval.document.date"),
        (lambda d: d["approval"].update(by=["X"]), "approval.by"),
        (lambda d: d["approval"].update(sitting=date(2029, 1, 1)), "approval.sitting"),
        (lambda d: d["approval"]["approvers"][0].pop("position"), "approval.approvers[0].position"),
        (lambda d: d.pop("measures"), "measures"),
        (lambda d: d.update(measures=[]), "measures"),
        (lambda d: d["measures"][1].update(number=1), "measures[1].number"),
        (lambda d: d["measures"][0].update(deadline="2027-02-30"), "measures[0].deadline"),
        (lambda d: d["measures"][0].update(deadline=date(2026, 12, 31)), "measures[0].deadline"),
        (lambda d: d["measures"][0].update(status="late"), "measures[0].status"),
        (lambda d: d["measures"][0].update(responsable="x"), "measures[0].responsable"),
        (lambda d: d["measures"][0]["tasks"].append("a\tb"), "measures[0].tasks[2]"),
        (lambda d: d["measures"][0]["reviews"][0].update(year=2029), "measures[0].reviews[0].year"),
        (lambda d: d["measures"][0]["reviews"][0].pop("status"), "measures[0].reviews[0].status"),
        (
            lambda d: d["measures"][0]["reviews"].append({"year": 2027, "status": "done"}),
            "measures[0].reviews[1].year",
        ),
    ],
)
def test_each_fault_has_its_path(change, path):
    assert path in paths(change)


def test_a_personal_code_is_a_fault_wherever_it_stands():
    def change(data):
        data["measures"][0]["responsible"] = ["A. Bērziņa 010190-12345"]
        data["measures"][1]["title"] = "Rīkot mācības (32345612345)"

    assert paths(change) == ["measures[0].responsible[0]", "measures[1].title"]


def test_all_faults_are_named_at_once():
    def spoil(data):
        data["plan"].pop("title")
        data["measures"][0]["deadline"] = "soon"
        data["measures"][1]["number"] = 1
        data["footnotes"] = "x"

    assert set(paths(spoil)) == {"plan.title", "measures[0].deadline", "measures[1].number", "footnotes"}


def test_a_character_that_the_font_lacks_is_a_fault_with_its_path():
    with pytest.raises(DataError) as caught:
        plan_of(changed(lambda d: d["measures"][0]["tasks"].append("漢")))
    assert [problem.path for problem in caught.value.problems] == ["measures[0].tasks[2]"]


def test_states_that_cannot_be_do_not_construct():
    plan = plan_of(EXAMPLE)
    fields = {name: getattr(plan, name) for name in WorkPlan.__slots__}
    with pytest.raises(ValueError, match="exactly when it is approved"):
        WorkPlan(**{**fields, "approval": None})
    with pytest.raises(ValueError, match="unique"):
        WorkPlan(**{**fields, "measures": (plan.measures[0], plan.measures[0])})


# --- Rules


@given(st.lists(st.tuples(st.one_of(st.none(), st.dates()), st.sampled_from([None, *MeasureStatus])), max_size=12))
def test_open_measures_stand_by_deadline_and_those_without_one_last(rows):
    made = tuple(
        Measure(number=index, title="x", tasks=(), results=(), deadline=deadline, stated=status)
        for index, (deadline, status) in enumerate(rows)
    )
    fields = {name: getattr(plan_of(EXAMPLE), name) for name in WorkPlan.__slots__}
    left = WorkPlan(**{**fields, "measures": made}).open_measures
    assert {one.number for one in left} == {one.number for one in made if one.stated not in ("done", "dropped")}
    dated = [one.deadline for one in left if one.deadline is not None]
    assert dated == sorted(dated)
    assert [one.deadline for one in left] == [*dated, *[None] * (len(left) - len(dated))]


def test_a_deadline_has_passed_from_the_day_after_it():
    measure = Measure(number=1, title="x", tasks=(), results=(), deadline=DAY)
    assert not measure.is_overdue(DAY)
    assert measure.is_overdue(DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("stated", "reviews", "expected"),
    [
        (None, {}, None),
        ("planned", {}, "planned"),
        (None, {2026: "under-way"}, "under-way"),
        ("done", {2026: "under-way"}, "done"),
        ("done", {2027: "under-way"}, "under-way"),
        ("done", {2028: "done"}, None),
        ("done", {2026: "planned", 2028: "done"}, "planned"),
    ],
)
def test_a_review_of_a_year_says_what_was_known_at_its_end(stated, reviews, expected):
    measure = Measure(
        number=1, title="x", tasks=(), results=(),
        stated=stated and MeasureStatus(stated),
        reviews=tuple(Review(year=year, status=MeasureStatus(status)) for year, status in reviews.items()),
    )  # fmt: skip
    assert measure.status_after(2027) == expected
    assert measure.open_after(2027) is (expected not in {"done", "dropped"})


# --- The command


def docgen(*arguments, **more):
    return subprocess.run(
        [sys.executable, "-m", "docgen", *arguments], capture_output=True, text=True, check=False, **more
    )


def invoke(*arguments):
    return CliRunner().invoke(root, ["--lang", "en", "-q", "workplan", *arguments])


def test_the_example_that_it_prints_gives_the_same_bytes_anywhere(tmp_path):
    made = []
    (tmp_path / "plan.toml").write_text(invoke("--example").output, "utf-8")
    for folder, zone in (("a", "Europe/Riga"), ("b", "Pacific/Apia")):
        for what in ((), ("--review", "2027", "--as-of", "2027-12-31")):
            run = docgen(
                "-q", "workplan", "plan.toml", *what, "-o", folder, cwd=tmp_path, env={**os.environ, "TZ": zone}
            )
            assert (run.returncode, run.stderr) == (0, "")
        made.append({path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()})
    assert len(made[0]) == 4
    assert made[0] == made[1]


def test_a_review_of_a_past_year_is_held_against_its_last_day(tmp_path):
    plan = builtin_packs() / "mk" / "plan-2024-2026.toml"
    run = docgen(
        "--lang", "en", "workplan", str(plan), "--pack", "mk", "--review", "2024", "-o", str(tmp_path),
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600"},
    )  # fmt: skip
    assert "Deadlines were held against 2024-12-31." in run.stderr
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".docx", ".pdf"]


def test_open_measures_are_listed_for_people_and_programs():
    run = invoke(str(EXAMPLE_FILE), "--open", "--as-of", "2027-07-01")
    known = 'overdue; under way; Nozares politikas departaments; biedrība "Drošā pilsēta"'
    assert run.output.splitlines() == [
        f"2027-06-01  1. Pilnveidot ziņošanu par bīstamām ēkām ({known})",
        "no deadline  2. Rīkot kopīgas mācības (status not set)",
    ]
    said = json.loads(invoke(str(EXAMPLE_FILE), "--open", "--as-of", "2027-06-01", "--json").output)
    assert (said["schema"], said["exit_code"], said["as_of"]) == ("docgen-workplan/1", 0, "2027-06-01")
    assert [(one["number"], one["deadline"], one["overdue"], one["status"]) for one in said["measures"]] == [
        (1, "2027-06-01", False, "under-way"),
        (2, None, False, None),
    ]


def test_wrong_data_writes_nothing_and_names_every_place(tmp_path):
    text = EXAMPLE_FILE.read_text("utf-8").replace("number = 2", "number = 1").replace("2027-06-01", '"drīz"')
    (tmp_path / "plan.toml").write_text(text, "utf-8")
    run = docgen("--lang", "lv", "workplan", "plan.toml", "-o", "out", cwd=tmp_path)
    assert run.returncode == 4
    assert "measures[1].number:" in run.stderr
    assert "measures[0].deadline: datums jāraksta kā 2026-11-20" in run.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments", [(), (str(EXAMPLE_FILE), "--open", "--review", "2027"), (str(EXAMPLE_FILE), "--as-of", "soon")]
)
def test_a_call_that_makes_no_sense_is_a_fault_of_usage(arguments):
    assert docgen("workplan", *arguments).returncode == 2

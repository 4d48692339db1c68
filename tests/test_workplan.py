"""A work plan is read strictly, printed as adopted, reviewed year by year, and asked what is still open."""

import copy
import json
import os
import subprocess
import sys
import tomllib
import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from docgen.cli.root import root
from docgen.documents.packs import common_templates, load_pack
from docgen.documents.structure import _page_texts, docx_text, structure_text
from docgen.documents.workplans import make_review, make_workplan, read_workplan, review_document
from docgen.errors import DataError, UsageError
from docgen.model.workplan import Measure, MeasureStatus, PlanStatus, Review, WorkPlan, check_workplan
from docgen.workspace import builtin_packs
from tests import judges
from tests.samples import HOSTILE, SENTENCE
from tests.test_writers_pages import _outside

EXAMPLE_FILE = common_templates() / "workplan.example.toml"
EXAMPLE = tomllib.loads(EXAMPLE_FILE.read_text("utf-8"))
IEM, MK = (load_pack(builtin_packs() / name) for name in ("iem", "mk"))
DAY = date(2027, 12, 31)


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


def measures(*more):
    """The example with these measures."""
    rows = [{"number": index, "title": f"Pasākums {index}", **one} for index, one in enumerate(more, 1)]
    return changed(lambda data: data.update(measures=rows))


def both(files):
    """The words of a PDF and its DOCX, after making sure that they are the same."""
    by_kind = {name.rpartition(".")[2]: content for name, content in files.items()}
    text = structure_text(by_kind["pdf"])
    assert text == docx_text(by_kind["docx"])
    return text.replace("\u00a0", " ")


def words(data, pack=IEM):
    return both(make_workplan(plan_of(data, pack), pack, ["pdf", "docx"]))


def review_words(data, year=2027, day=DAY):
    return both(make_review(plan_of(data), IEM, year, day=day, formats=["pdf", "docx"]))


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


# --- The plan as a document


def test_an_approved_plan_carries_who_approved_it_and_when():
    text = words(EXAMPLE)
    assert text.startswith(
        "APSTIPRINĀTS Sadarbības padomes sēdē 2027. gada 28. janvārī I. Kalniņa (paraksts*) departamenta direktore, "
        "padomes vadītāja, Iekšlietu ministrija A. Bērziņa (paraksts*) "
    )
    assert text.endswith("* Dokuments ir parakstīts ar drošu elektronisko parakstu")
    assert "PROJEKTS" not in text


def test_without_the_footnote_no_mark_stands_for_a_signature():
    assert "paraksts" not in words(changed(lambda d: d.pop("footnote")))


def test_a_draft_says_so_and_was_approved_by_nobody():
    def draft(data):
        data["plan"]["status"] = "draft"
        data.pop("approval")

    text = words(changed(draft))
    assert text.startswith("PROJEKTS")
    assert "APSTIPRIN" not in text
    assert [*make_workplan(plan_of(changed(draft)), IEM, ["pdf"])] == ["workplan-2027-2028-draft.pdf"]


@pytest.mark.parametrize(("noun", "word"), [("kārtība", "APSTIPRINĀTA"), ("noteikumi", "APSTIPRINĀTI")])
def test_the_word_of_approval_agrees_with_the_noun(noun, word):
    assert words(changed(lambda d: d["plan"].update(noun=noun))).startswith(f"{word} ")


def test_body_and_approvers_come_from_the_pack_where_the_plan_does_not_name_them():
    def bare(data):
        data["approval"] = {"sitting": date(2027, 1, 28)}

    text = words(changed(bare), MK)
    assert MK.memorandum.council.name.genitive in text
    assert "J. Citskovskis (paraksts*)" in text
    with pytest.raises(UsageError, match="who approves plans"):
        plan_of(changed(bare), IEM)


def test_ranges_of_years_are_spelled_anew_unless_the_text_is_kept_word_for_word():
    def old(data):
        data["plan"]["title"] = data["goals_lead"] = data["measures"][0]["tasks"][0] = "Plāns 2027.-2028.gadam"

    def kept(data):
        old(data)
        data["plan"]["verbatim"] = True

    assert words(changed(old)).count("2027.–2028. gadam") == 3
    assert words(changed(kept)).count("2027.-2028.gadam") == 3


@pytest.mark.parametrize(
    ("values", "columns"),
    [
        ({}, []),
        ({"responsible": ["Valsts kanceleja"]}, ["Atbildīgie"]),
        ({"deadline": date(2027, 6, 1)}, ["Termiņš"]),
        ({"status": "dropped"}, ["Statuss"]),
        ({"reviews": [{"year": 2027, "status": "done"}]}, ["Statuss"]),
        (
            {"responsible": ["a", "b"], "deadline": date(2027, 6, 1), "status": "under-way"},
            ["Atbildīgie", "Termiņš", "Statuss"],
        ),
    ],
)
def test_columns_appear_only_when_a_measure_has_something_for_them(values, columns):
    text = words(measures({"tasks": ["a"], "results": ["b"]}, {"tasks": ["c"], "results": ["d"], **values}))
    found = [name for name in ("Atbildīgie", "Termiņš", "Statuss") if name in text]
    assert found == columns


def test_the_header_is_one_row_that_is_no_word_of_the_later_pages():
    data = measures(*({"tasks": [SENTENCE.strip()] * 12, "results": [SENTENCE.strip()]} for _ in range(12)))
    files = make_workplan(plan_of(data), IEM, ["pdf", "docx"])
    assert both(files).count("Sagaidāmais rezultāts") == 1


_TYPED = [text for text in HOSTILE if text.strip() == text and "  " not in text]


def test_what_people_write_in_measures_comes_out_as_typed():
    rows = [
        {"title": text, "tasks": [text, text], "results": [text], "responsible": [text],
         "reviews": [{"year": 2027, "status": "planned", "text": text}]}
        for text in _TYPED
    ]  # fmt: skip
    plan, review = words(measures(*rows)), review_words(measures(*rows))
    for text in _TYPED:
        assert plan.count(text) >= 5, text
        assert review.count(text) >= 6, text


@pytest.mark.parametrize("hostile", _TYPED[:16:3])
def test_what_people_write_around_the_measures_comes_out_as_typed(hostile):
    def everywhere(data):
        data["plan"]["title"] = data["goals_lead"] = data["preamble"] = data["footnote"] = hostile
        data["goals"] = [hostile]
        data["approval"]["body"] = hostile
        data["approval"]["approvers"][0].update(name=hostile, position=hostile, organisation=hostile)

    assert words(changed(everywhere)).count(hostile) >= 9


def test_rows_of_a_few_lines_stay_whole_and_tall_ones_may_break():
    short = [{"tasks": [f"sākums{index}", SENTENCE.strip(), f"beigas{index}"]} for index in range(40)]
    tall = {"tasks": [SENTENCE.strip()] * 60}
    files = make_workplan(plan_of(measures(*short, tall)), IEM, ["pdf", "docx"])
    pdf, docx = (content for _name, content in sorted(files.items(), reverse=True))
    pages = [" ".join(_page_texts(page).values()) for page in PdfReader(BytesIO(pdf)).pages]
    assert len(pages) > 4
    for index in range(40):
        assert [f"sākums{index} " in page + " " for page in pages] == [
            f"beigas{index} " in page + " " for page in pages
        ]
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        rows = archive.read("word/document.xml").decode().split("<w:tr>")[1:]
    assert ["cantSplit" in row for row in rows] == [True] * 41 + [False]


def test_seven_columns_and_words_without_an_end_stay_on_the_paper():
    long = {name: ["x" * 200, "ļoti " * 50 + "garš"] for name in ("tasks", "results", "responsible")}
    data = measures({**long, "title": "y" * 200, "deadline": date(2027, 6, 1), "status": "under-way"})
    pdf = make_workplan(plan_of(data), IEM, ["pdf"]).popitem()[1]
    assert _outside(pdf, left=20, right=20) == []


_LATIN = "".join(chr(code) for code in (*range(0x21, 0x7F), *range(0xA1, 0x180)) if code != 0xAD)
_TEXT = st.text(st.sampled_from(_LATIN + " –"), min_size=1, max_size=60).map(str.strip).filter(bool)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({"tasks": st.lists(_TEXT, max_size=4), "results": st.lists(_TEXT, max_size=3)}),
        min_size=1, max_size=4,
    )
)  # fmt: skip
def test_any_plan_has_the_same_words_in_pdf_and_docx(rows):
    data = changed(lambda d: d["plan"].update(verbatim=True))
    data["measures"] = [{"number": index, "title": f"Pasākums {index}", **row} for index, row in enumerate(rows)]
    text = words(data)
    for row in rows:
        for typed in (*row["tasks"], *row["results"]):
            assert " ".join(typed.split()) in text


# --- The review


def test_a_review_says_of_each_measure_what_was_done_what_is_open_and_what_is_late():
    data = measures(
        {"tasks": ["t1"], "deadline": date(2027, 3, 1),
         "reviews": [{"year": 2027, "status": "done", "text": "Beigts."}]},
        {"tasks": ["t2"], "deadline": date(2027, 6, 1), "responsible": ["Valsts kanceleja"],
         "reviews": [{"year": 2027, "status": "under-way", "text": "Sākts.\n\nTurpinās."}]},
        {"tasks": ["t3"], "deadline": date(2028, 6, 1), "status": "planned"},
        {"tasks": ["t4"]},
        {"tasks": ["t5"], "deadline": date(2027, 1, 1), "status": "dropped"},
    )  # fmt: skip
    text = review_words(data)
    assert "Pārskats par pasākumu īstenošanu 2027. gadā" in text
    assert (
        "Kopā 5 pasākumi: īstenoti – 1, tiek īstenoti – 1, plānoti – 1, atcelti – 1, statuss nav norādīts – 1." in text
    )
    done, rest = text.split("Vēl īstenojamie pasākumi")
    still_open, late = rest.split("Nokavētie termiņi")
    assert "1. Pasākums 1 īstenots Beigts. 2. Pasākums 2 tiek īstenots Sākts. Turpinās. 3. Pasākums 3 plānots " in done
    assert "4. Pasākums 4 nav norādīts Informācija par 2027. gadu nav sniegta. 5. Pasākums 5 atcelts" in done
    assert "2. Pasākums 2 – t2 Valsts kanceleja 01.06.2027. nokavēts 3. Pasākums 3 – t3 nav noteikti" in still_open
    assert still_open.rstrip().endswith("4. Pasākums 4 – t4 nav noteikti nav noteikts")
    assert late.split(":")[1].strip() == "2. Pasākums 2 – termiņš 2027. gada 1. jūnijs."


def test_a_review_with_nothing_left_says_so():
    text = review_words(measures({"status": "done", "deadline": date(2027, 3, 1)}))
    assert "Visi pasākumi ir īstenoti vai atcelti." in text
    assert "Nevienam neīstenotam pasākumam termiņš nav pagājis." in text


def test_a_review_needs_a_year_of_the_plan_that_has_begun():
    plan = plan_of(EXAMPLE)
    with pytest.raises(UsageError, match="outside the plan's period"):
        review_document(plan, IEM, 2029, day=date(2029, 1, 1))
    with pytest.raises(UsageError, match="had not begun"):
        review_document(plan, IEM, 2028, day=DAY)


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


@pytest.mark.judge
def test_plans_and_reviews_are_pdf_a_3a_and_pdf_ua_1(tmp_path):
    long = measures(*({"tasks": [SENTENCE.strip()] * 30, "results": ["x" * 200] * 3} for _ in range(9)))
    hostile = measures(*({"title": text, "tasks": [text] * 2, "results": [text]} for text in HOSTILE[:-1]))
    for name, data in (("short", EXAMPLE), ("long", long), ("hostile", hostile)):
        plan = plan_of(data)
        files = {**make_workplan(plan, IEM, ["pdf"]), **make_review(plan, IEM, 2027, day=DAY, formats=["pdf"])}
        for index, content in enumerate(files.values()):
            (tmp_path / f"{name}-{index}.pdf").write_bytes(content)
    judges.pdfa(sorted(tmp_path.iterdir()))

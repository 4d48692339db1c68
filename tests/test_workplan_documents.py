"""A work plan is printed as adopted, with the same words in PDF and DOCX, and reviewed year by year."""

import copy
import tomllib
import zipfile
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from docgen.documents.packs import common_templates, load_pack
from docgen.documents.structure import _page_texts, docx_text, structure_text
from docgen.documents.workplans import make_review, make_workplan, read_workplan, review_document
from docgen.errors import UsageError
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


def by_order(noun, kind="rīkojums"):
    order = {"author": "Iekšlietu ministrijas", "kind": kind, "date": date(2027, 1, 8), "number": "1-12/5"}

    def change(data):
        data["plan"]["noun"] = noun
        data["approval"] = {"document": order}
        data.pop("footnote")

    return changed(change)


@pytest.mark.parametrize(
    ("noun", "kind", "expected"),
    [
        ("plāns", "rīkojums", "APSTIPRINĀTS ar Iekšlietu ministrijas 2027. gada 8. janvāra rīkojumu Nr. 1-12/5 "),
        ("kārtība", "pavēle", "APSTIPRINĀTA ar Iekšlietu ministrijas 2027. gada 8. janvāra pavēli Nr. 1-12/5 "),
        ("noteikumi", "noteikumi", "APSTIPRINĀTI ar Iekšlietu ministrijas 2027. gada 8. janvāra noteikumiem Nr. "),
    ],
)
def test_a_document_that_approved_the_plan_is_named_in_place_of_a_sitting(noun, kind, expected):
    text = words(by_order(noun, kind))
    assert text.startswith(expected)
    assert "sēdē" not in text
    assert plan_of(by_order(noun)).day == date(2027, 1, 8)


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


@pytest.mark.judge
def test_plans_and_reviews_are_pdf_a_3a_and_pdf_ua_1(tmp_path):
    long = measures(*({"tasks": [SENTENCE.strip()] * 30, "results": ["x" * 200] * 3} for _ in range(9)))
    hostile = measures(*({"title": text, "tasks": [text] * 2, "results": [text]} for text in HOSTILE[:-1]))
    for name, data in (("short", EXAMPLE), ("order", by_order("plāns")), ("long", long), ("hostile", hostile)):
        plan = plan_of(data)
        files = {**make_workplan(plan, IEM, ["pdf"]), **make_review(plan, IEM, 2027, day=DAY, formats=["pdf"])}
        for index, content in enumerate(files.values()):
            (tmp_path / f"{name}-{index}.pdf").write_bytes(content)
    judges.pdfa(sorted(tmp_path.iterdir()))

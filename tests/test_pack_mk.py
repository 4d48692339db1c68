"""The pack of the memorandum between NGOs and the Cabinet: what is known of it, letters without clauses, its work plan.

How the plan is held against the founding document: white space is folded and the hyphen that begins a task in the
source is its mark, which docgen prints as a dash. Pages of the source cut through two rows of the table; there its text
extraction gives first what each cell has on the one page, then what each has on the next. `_row` undoes exactly that: a
row's words are those of its cells one after the other, or of their first parts and then of their second parts. A range
of years that ends a line after its dash is one word (`2022.–` `2025.`). Every other word stands as in the source.
"""

import re
import tomllib

import pytest
from click.testing import CliRunner

from docgen.cli.root import root
from docgen.documents.examples import example_of
from docgen.documents.letters import check_letter, fields_of, letter_kinds, make_letter
from docgen.documents.minutes import make_minutes, read_sitting
from docgen.documents.packs import load_pack
from docgen.documents.structure import docx_text, structure_text
from docgen.documents.workplans import make_workplan, read_workplan
from docgen.model.memorandum import AccessionMode, Effective, Presiding
from docgen.workspace import builtin_packs
from tests import judges
from tests.corpora import shared

PACK = load_pack(builtin_packs() / "mk")
PLAN = PACK.folder / "plan-2024-2026.toml"
DATA = tomllib.loads(PLAN.read_text("utf-8"))


def plain(text):
    return re.sub(r"\s+", " ", text).strip()


def letter_words(kind):
    data = tomllib.loads(example_of(kind, PACK, "lv"))
    return plain(structure_text(make_letter(check_letter(kind, data, PACK), ["pdf"]).popitem()[1]))


def test_what_the_sources_do_not_give_is_absent():
    memorandum, council = PACK.memorandum, PACK.memorandum.council
    assert PACK.text is None
    assert (memorandum.number, memorandum.accession_clause, memorandum.withdrawal_clause) == ("", "", "")
    assert memorandum.threshold is None
    assert (council.members, council.quorum, council.majority, council.term_months) == (None, None, "", None)
    assert council.meets_within_months is None
    assert (memorandum.accession_mode, memorandum.effective) == (AccessionMode.ROUND, Effective.SIGNED)
    assert council.presiding is Presiding.ROTATION


@pytest.mark.parametrize("kind", letter_kinds(PACK))
def test_every_letter_reads_well_without_clauses_and_numbers(kind):
    words = letter_words(kind)
    assert "punkt" not in words
    assert "Sadarbības padom" not in words
    assert "Iekšlietu" not in words
    assert not re.search(r"\(\s*[,)]|Nr\. [,)]|  | ,| \.|None|\{\{", words), words


def test_a_returned_letter_promises_no_day_where_one_joins_in_rounds():
    assert "Šī vēstule nav atteikums." in letter_words("return")
    assert "jebkurā laikā" not in letter_words("return")


def test_the_fields_of_its_letters_are_those_of_the_common_templates():
    iem = load_pack(builtin_packs() / "iem")
    assert {kind: fields_of(kind, PACK) for kind in letter_kinds(PACK)} == {
        kind: fields_of(kind, iem) for kind in letter_kinds(PACK)
    }


def test_minutes_of_the_council_carry_its_name_and_no_quorum():
    example = CliRunner().invoke(root, ["minutes", "--example", "--pack", "mk"])
    sitting = read_sitting(tomllib.loads(example.output), PACK, source="s.toml")
    files = make_minutes(sitting, PACK, ["pdf", "docx"])
    pdf, docx = (files[name] for name in sorted(files, reverse=True))
    words = plain(structure_text(pdf))
    assert "Nevalstisko organizāciju un Ministru kabineta sadarbības memoranda īstenošanas padomes" in words
    assert "Ar balsstiesībām piedalās – valsts pārvalde:" in words
    assert "lemttiesīga" not in words
    assert words == plain(docx_text(docx))


# --- The work plan and the founding document


def _seed():
    text = (shared("seeds") / "001_7df601741d31e9c1.txt").read_text("utf-8").replace("\ufeff", "")
    return re.sub(r"(?<=\d\.–)\s+(?=\d{4}\.)", "", text).split()


def _cells(measure, dash):
    tasks = [word for task in measure["tasks"] for word in (dash, *task.split())]
    return [
        [f"{measure['number']}."],
        measure["title"].split(),
        tasks,
        [word for result in measure["results"] for word in result.split()],
    ]


def _row(words, at, cells):
    """Return where a row ends that begins at `at`, each cell's words in order and none left over; None if it is not."""
    number, title, tasks, results = cells
    whole = [*number, *title, *tasks, *results]
    if words[at : at + len(whole)] == whole:
        return at + len(whole)
    begin = at + len(number) + len(title)
    for cut in range(1, len(tasks)):
        for other in range(len(results) + 1):
            parts = [*tasks[:cut], *results[:other], *tasks[cut:], *results[other:]]
            if words[begin : begin + len(parts)] == parts and words[at:begin] == [*number, *title]:
                return at + len(whole)
    return None


def _before_the_table():
    approval, plan = DATA["approval"], DATA["plan"]
    return [
        *("APSTIPRINĀTS", approval["body"], "sēdē 2024. gada 31. janvārī"),
        *(part for one in PACK.memorandum.approvers for part in (one.name, "(paraksts*)", one.position)),
        *(plan["title"], DATA["goals_lead"]),
        *(part for index, goal in enumerate(DATA["goals"], 1) for part in (f"{index}.", goal)),
        *(DATA["preamble"], "Nr. p. k. Pasākums Uzdevumi Sagaidāmais rezultāts"),
    ]


@pytest.mark.corpora
def test_the_plan_is_that_of_the_founding_document_word_for_word():
    words = _seed()
    head = " ".join(_before_the_table()).split()
    assert words[: len(head)] == head
    at, cut_rows = len(head), []
    for measure in DATA["measures"]:
        cells = _cells(measure, "-")
        whole = [word for cell in cells for word in cell]
        end = _row(words, at, cells)
        assert end is not None, (measure["number"], words[at : at + len(whole)])
        cut_rows += [measure["number"]] if words[at:end] != whole else []
        at = end
    assert words[at:] == ["*", *DATA["footnote"].split()]
    assert cut_rows == [3, 8]


def test_the_plan_is_printed_word_for_word_with_its_slips_in_the_order_of_the_page():
    files = make_workplan(read_workplan(DATA, PACK, source=PLAN.name), PACK, ["pdf", "docx"])
    rows = [word for measure in DATA["measures"] for cell in _cells(measure, "–") for word in cell]
    expected = [*" ".join(_before_the_table()).split(), *rows, "*", *DATA["footnote"].split()]
    assert structure_text(files["workplan-2024-2026.pdf"]).split() == expected
    assert docx_text(files["workplan-2024-2026.docx"]).split() == expected
    for slip in ("2024.-2026.gadam", "rīcībolitikas", "ietekme uz ietekmi", "Memorandu Padomes", "2021.-2027."):
        assert slip in " ".join(expected)


def test_the_command_gives_the_plan_again(tmp_path):
    run = CliRunner().invoke(root, ["-q", "workplan", str(PLAN), "--pack", "mk", "-o", str(tmp_path)])
    assert run.exit_code == 0, run.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["workplan-2024-2026.docx", "workplan-2024-2026.pdf"]


@pytest.mark.judge
def test_the_plan_and_the_letters_are_pdf_a_3a_and_pdf_ua_1(tmp_path):
    files = make_workplan(read_workplan(DATA, PACK, source=PLAN.name), PACK, ["pdf"])
    for kind in letter_kinds(PACK):
        data = tomllib.loads(example_of(kind, PACK, "lv"))
        files[f"{kind}.pdf"] = make_letter(check_letter(kind, data, PACK), ["pdf"]).popitem()[1]
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    judges.pdfa([tmp_path / name for name in files])

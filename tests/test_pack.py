"""The Interior Ministry's pack: its data, its text word for word, and what becomes of a broken pack."""

import re
import shutil
import tomllib
from datetime import date

import pytest

from docgen.documents.examples import example_of
from docgen.documents.letters import check_letter, fields_of, letter_kinds, make_letter
from docgen.documents.packs import common_templates, load_pack
from docgen.documents.structure import structure_text
from docgen.errors import DataError, UsageError
from docgen.model.blocks import words_of
from docgen.model.memorandum import Effective, SigningRights
from docgen.workspace import builtin_packs
from tests.corpora import shared

FOLDER = builtin_packs() / "iem"
PACK = load_pack(FOLDER)


def copied(tmp_path):
    """Return a copy of the pack with a template of its own, which stands before the common one."""
    folder = shutil.copytree(FOLDER, tmp_path / "iem")
    shutil.copy(common_templates() / "withdrawal.md", folder)
    return folder


def test_the_memorandum_as_data():
    memorandum = PACK.memorandum
    assert (memorandum.day, memorandum.number) == (date(2021, 10, 27), "1-21/88(2021)")
    assert memorandum.holder.dative == "Iekšlietu ministrijai"
    assert (memorandum.threshold, memorandum.in_force_clause) == (5, "15")
    assert (memorandum.accession_clause, memorandum.withdrawal_clause) == ("7", "16")
    assert (memorandum.effective, memorandum.signing_rights) == (Effective.RECEIVED, SigningRights.CLERK)
    assert memorandum.signature_policy == "lv-institution"
    assert memorandum.council is not None
    assert memorandum.council.quorum is None


def test_the_text_has_its_eighteen_clauses_in_order():
    assert [clause.label for clause in PACK.text.clauses] == [f"{number}." for number in range(1, 19)]
    below = {clause.label: [one.label for one in clause.clauses] for clause in PACK.text.clauses if clause.clauses}
    assert below == {
        "2.": ["2.1.", "2.2.", "2.3.", "2.4.", "2.5."],
        "5.": ["5.1.", "5.2.", "5.3."],
        "6.": ["6.1.", "6.2."],
    }


@pytest.mark.corpora
def test_the_text_is_that_of_the_founding_document_word_for_word():
    seed = (shared("seeds") / "000_5ff06d3f4fdb498d.txt").read_text("utf-8")
    text = PACK.text
    words = [*text.title, *text.preamble]
    for clause in text.clauses:
        words += [clause.label, words_of(clause.text)]
        for below in clause.clauses:
            words += [below.label, words_of(below.text)]
    words += text.closing
    assert re.split(r"\s+", " ".join(words).strip()) == re.split(r"\s+", seed.replace("\ufeff", "").strip())


def test_the_digest_covers_every_file_and_no_line_end(tmp_path):
    folder = copied(tmp_path)
    digest = load_pack(folder).digest
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_pack(folder).digest == digest
    assert load_pack(folder).text_sha256 == PACK.text_sha256
    for path in sorted(folder.iterdir()):
        kept = path.read_bytes()
        path.write_bytes(kept + (b"# \r\n" if path.suffix == ".toml" else b"\r\n\r\nX"))
        assert load_pack(folder).digest != digest, path.name
        path.write_bytes(kept)


def test_a_broken_pack_names_line_and_column(tmp_path):
    folder = copied(tmp_path)
    (folder / "memorandum.toml").write_text('[memorandum]\ntitle = "x\n', "utf-8")
    with pytest.raises(DataError, match=r"line 2, column \d+"):
        load_pack(folder)


def test_every_problem_of_a_pack_has_its_path(tmp_path):
    folder = copied(tmp_path)
    text = (folder / "memorandum.toml").read_text("utf-8")
    text = text.replace("threshold = 5", 'threshold = "five"').replace('mode = "letter"', 'mode = "call"')
    (folder / "memorandum.toml").write_text(text.replace("[publication]", "[publicity]"), "utf-8")
    with pytest.raises(DataError) as caught:
        load_pack(folder)
    assert {problem.path for problem in caught.value.problems} == {
        "accession.mode",
        "entry_into_force.threshold",
        "publicity",
    }


def test_a_text_outside_the_pack_is_no_text_of_it(tmp_path):
    folder = copied(tmp_path)
    (tmp_path / "other.txt").write_text("x", "utf-8")
    text = (folder / "memorandum.toml").read_text("utf-8").replace('"memorandum.txt"', '"../other.txt"')
    (folder / "memorandum.toml").write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"memorandum\.text"):
        load_pack(folder)


def test_a_pack_says_which_templates_it_has(tmp_path):
    folder = copied(tmp_path)
    with pytest.raises(UsageError) as caught:
        load_pack(folder).template("secession")
    assert "accession" in str(caught.value.hint)


@pytest.mark.parametrize("kind", letter_kinds(PACK))
def test_every_field_has_both_languages_and_an_example(kind):
    for field in fields_of(kind, PACK):
        assert set(field.label) == {"lv", "en"}
        assert field.example
        assert not field.choices or field.example in field.choices


def test_a_template_whose_head_is_not_in_order_names_every_place(tmp_path):
    folder = copied(tmp_path)
    path = folder / "withdrawal.md"
    wrong = """groups = ["organisation", "letters"]

[[field]]
colour = "red"
path = "letter.date"
type = "regnummer"
label = { lv = "Datums", en = "Date" }
example = "2026-11-20"

[[field]]
path = "letter.date"
type = "date"
required = "yes"
label = { lv = "Datums", en = "Date" }
example = "2026-11-20"
+++
"""
    head, body = path.read_text("utf-8").split("groups = ", 1)
    path.write_text(head + wrong + body.split("+++\n", 1)[1], "utf-8")
    with pytest.raises(DataError) as caught:
        fields_of("withdrawal", load_pack(folder))
    assert {problem.path for problem in caught.value.problems} == {
        "field[0].colour",
        "field[0].type",
        "groups",
        "letter.date",
        "signatories[].name",
    }
    for broken in ("no head", "+++\nx = \n+++\n", "+++\n"):
        path.write_text(broken, "utf-8")
        with pytest.raises(DataError):
            fields_of("withdrawal", load_pack(folder))


def test_a_template_of_another_pack_may_declare_tables_of_its_own(tmp_path):
    folder = copied(tmp_path)
    path = folder / "withdrawal.md"
    field = """[[field]]
path = "branches[].town"
type = "text"
label = { lv = "Pilsēta", en = "Town" }
example = "Cēsis"
"""
    text = path.read_text("utf-8").replace("[[field]]", field + "\n[[field]]", 1)
    text += "\n{% for one in branches %}{{ one.town }}. {% endfor %}\n"
    path.write_text(
        text.replace("::: centered", "Nozares:{% if not branches %} nav{% endif %}.\n\n::: centered"), "utf-8"
    )
    pack = load_pack(folder)
    data = tomllib.loads(example_of("withdrawal", pack, "en"))
    words = structure_text(make_letter(check_letter("withdrawal", data, pack), ["pdf"]).popitem()[1])
    assert "Nozares: nav." in words
    data["branches"] = [{"town": "Cēsis"}]
    words = structure_text(make_letter(check_letter("withdrawal", data, pack), ["pdf"]).popitem()[1])
    assert "Cēsis." in words

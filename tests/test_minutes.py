"""Minutes: what a secretary expects of them, the same words in PDF and DOCX, marked as draft or approved."""

import os
import subprocess
import sys
import tomllib
from datetime import date

import pytest
from click.testing import CliRunner

from docgen.cli.root import root
from docgen.documents.minutes import make_minutes, read_sitting
from docgen.documents.packs import load_pack
from docgen.documents.structure import structure_text
from docgen.documents.wordtext import docx_text
from docgen.errors import DataError
from docgen.workspace import builtin_packs
from tests import judges
from tests.corpora import ROOT

EXAMPLE = ROOT / "templates" / "iem" / "sitting.example.toml"
PACK = load_pack(builtin_packs() / "iem")


def data(**changes):
    return {**tomllib.loads(EXAMPLE.read_text("utf-8")), **changes}


def approved():
    changed = data(approval={"by": ["Ilze Kalniņa, departamenta direktore"], "on": date(2027, 2, 10)})
    changed["sitting"] = {**changed["sitting"], "status": "approved"}
    return changed


def files_of(described):
    files = make_minutes(read_sitting(described, PACK, source="s.toml"), PACK, ["pdf", "docx"])
    return {name.rpartition(".")[2]: content for name, content in files.items()}


def words(described):
    return structure_text(files_of(described)["pdf"]).replace("\u00a0", " ")


def test_the_draft_says_that_it_is_one_and_carries_every_element():
    text = words(data())
    for expected in (
        "PROJEKTS",
        "Iekšlietu ministrijas un nevalstisko organizāciju Sadarbības padomes",
        "SĒDES PROTOKOLS",
        "Nr. 2",
        "2027. gada 28. janvārī",
        "Sēdi sāk plkst. 11.00, sēdi slēdz plkst. 12.40.",
        "Sēdi vada: Ilze Kalniņa",
        "Protokolē: Mārtiņš Liepa",
        'valdes priekšsēdētāja, biedrība "Drošā pilsēta" – Anna Bērziņa',
        "Nepiedalās:",
        "(komandējums)",
        "Darba kārtība",
        "1.1. Apstiprināt sēdes darba kārtību. Balsojums: par – 2, pret – 0, atturas – 0.",
        "Atbildīgais: Nozares politikas departaments. Termiņš: līdz 2027. gada 1. martam.",
        "Nākamā sēde: 2027. gada 10. jūnijā.",
        "Sēdes prezentācija uz 12 lp.",
    ):
        assert expected in text, expected
    assert "APSTIPRINĀTS" not in text
    assert "DOKUMENTS PARAKSTĪTS" not in text


def test_approved_minutes_carry_the_approval_and_no_mark_of_a_draft():
    text = words(approved())
    assert "APSTIPRINĀTS" in text
    assert "2027. gada 10. februārī" in text
    assert "UN SATUR LAIKA ZĪMOGU" in text
    assert "PROJEKTS" not in text


def test_no_line_speaks_of_a_quorum_that_nobody_set():
    assert "lemttiesīga" not in words(data())


@pytest.mark.parametrize("described", [data(), approved()], ids=["draft", "approved"])
def test_pdf_and_docx_have_the_same_words(described):
    files = files_of(described)
    assert structure_text(files["pdf"]) == docx_text(files["docx"])


@pytest.mark.parametrize(
    "hostile", ["*Saule* _N_", "#let x", "{{ 7*7 }}", "=1+1", '<b>&amp; "x"', "::: table", "a | b || c", "- x", "1. x"]
)
def test_what_people_write_comes_out_as_typed(hostile):
    described = data()
    described["items"][1]["title"] = described["items"][1]["decisions"][0]["text"] = described["chair"]["position"] = (
        hostile
    )
    files = files_of(described)
    text = structure_text(files["pdf"])
    assert text.count(hostile) >= 3
    assert text == docx_text(files["docx"])


def test_a_character_that_the_font_lacks_is_a_fault_of_the_data_with_its_path():
    described = data()
    described["items"][0]["title"] = "Par 😀"
    with pytest.raises(DataError) as caught:
        read_sitting(described, PACK, source="s.toml")
    assert [p.path for p in caught.value.problems] == ["items[0].title"]


def test_the_command_prints_an_example_that_it_takes_back_with_the_same_bytes_anywhere(tmp_path):
    example = CliRunner().invoke(root, ["minutes", "--example"])
    assert example.exit_code == 0
    (tmp_path / "s.toml").write_text(example.output, "utf-8")
    made = []
    for folder, zone in (("a", "Europe/Riga"), ("b", "Pacific/Apia")):
        run = subprocess.run(
            [sys.executable, "-m", "docgen", "-q", "minutes", str(tmp_path / "s.toml"), "-o", str(tmp_path / folder)],
            env={**os.environ, "TZ": zone}, cwd=tmp_path, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert run.stderr == ""
        made.append({path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()})
    assert len(made[0]) == 2
    assert made[0] == made[1]


def test_wrong_data_writes_nothing_and_names_every_place(tmp_path):
    (tmp_path / "s.toml").write_text(
        EXAMPLE.read_text("utf-8").replace('number = "2"', "").replace("voice =", "voise ="), "utf-8"
    )
    docgen = [sys.executable, "-m", "docgen", "--lang", "lv"]
    run = subprocess.run(
        [*docgen, "minutes", str(tmp_path / "s.toml"), "-o", str(tmp_path / "out")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 4
    assert "sitting.number: trūkst" in run.stderr
    assert run.stderr.count("nezināma atslēga") == 4
    assert not (tmp_path / "out").exists()


@pytest.mark.judge
def test_minutes_are_pdf_a_3a_and_pdf_ua_1(tmp_path):
    paths = []
    for name, described in (("draft", data()), ("approved", approved())):
        paths.append(tmp_path / f"{name}.pdf")
        paths[-1].write_bytes(files_of(described)["pdf"])
    judges.pdfa(paths)

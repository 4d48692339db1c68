"""Letters: the elements that the Ministry asked for, the same words and bytes everywhere, every fault with its path."""

import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdf
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.cli.root import root
from docgen.documents.examples import example_of
from docgen.documents.font import missing_glyphs
from docgen.documents.letters import check_letter, fields_of, letter_kinds, letter_pdf_of, make_letter
from docgen.documents.packs import load_pack
from docgen.documents.payloads import parse_payload
from docgen.documents.structure import structure_text
from docgen.documents.wordtext import docx_text
from docgen.errors import DataError, UnreadableError, UsageError
from docgen.model.latvian import date_of, date_plain, date_until, date_when
from docgen.model.reading import refused_character
from docgen.workspace import builtin_packs
from tests import judges
from tests.letters import whole_data

PACK = load_pack(builtin_packs() / "iem")
HOSTILE = [
    'SIA "A & B <x>"',
    "*Saule* _N_",
    "#let x",
    "{{ 7*7 }}",
    "{% raw %}",
    "=1+1",
    "`x` [a](b) ![c](d)",
    "a | b || c",
    ":::",
    "# A",
    "1. a",
    "- a",
    "^a^ &amp; \\",
    "@daļa <zīme>",
    "Ā" * 300,
]


def whole(kind):
    """The example with its optional tables."""
    return whole_data(kind, PACK)


def files_of(kind, data):
    files = make_letter(check_letter(kind, data, PACK), ["pdf", "docx"])
    return {name.rpartition(".")[2]: content for name, content in files.items()}


def words(kind, data):
    return " ".join(structure_text(files_of(kind, data)["pdf"]).replace("\u00a0", " ").split())


def faults(kind, data):
    with pytest.raises(DataError) as caught:
        check_letter(kind, data, PACK)
    return {problem.path for problem in caught.value.problems}


def changed(kind, path, value):
    """The whole example with one value changed, or taken away (None)."""
    data = whole(kind)
    *above, key = path.split(".")
    table = data
    for name in above:
        table = table[0] if isinstance(table := table[name], list) else table
    if value is None:
        del table[key]
    else:
        table[key] = value
    return data


def test_an_accession_says_all_that_it_must():
    text = words("accession", whole("accession"))
    for expected in (
        'Biedrība "Drošā pilsēta" Reģ. Nr. 40008999902, Parauga iela 1-5, Rīga, LV-1000',
        "Tālr. +371 60000000, e-pasts birojs@drosapilseta.example",
        "Rīgā",
        "2026. gada 20. novembrī",
        "Nr. 1-5/12",
        "Iekšlietu ministrijai",
        "Par pievienošanos sadarbības memorandam",
        "Iekšlietu ministrijas un nevalstisko organizāciju 2021. gada 27. oktobra sadarbības memorandam",
        "sadarbības memorandam (Nr. 1-21/88(2021), turpmāk – memorands)",
        "memoranda 7. punktu organizācija apliecina, ka atbalsta memoranda mērķi un ir gatava iesaistīties tā",
        "Kontaktpersona: Jānis Ozols, projektu vadītājs, tālr. +371 60000001, e-pasts janis@drosapilseta.example.",
        "informē Sadarbības padomes sekretariātu, ka vēlas darboties Sadarbības padomē",
        "pārstāvis Sadarbības padomē: Līga Kalna, valdes locekle",
        "aizstājējs: Juris Priede",
        "15. punktu savā oficiālajā tīmekļvietnē",
        "valdes priekšsēdētāja",
        "Anna Bērziņa",
        "DOKUMENTS PARAKSTĪTS AR DROŠU ELEKTRONISKO PARAKSTU UN SATUR LAIKA ZĪMOGU",
    ):
        assert expected in text, expected


def test_joining_is_no_wish_to_work_in_the_council():
    data = whole("accession")
    del data["council"]
    assert "adarbības padom" not in words("accession", data)
    plain = tomllib.loads(example_of("accession", PACK, "lv"))
    assert "council" not in plain
    data["council"] = {"wish": "no"}
    assert "nevēlas darboties Sadarbības padomē" in words("accession", data)
    data["council"] = {"wish": "later"}
    assert "informēs atsevišķi" in words("accession", data)


def test_a_withdrawal_names_its_clause_and_a_later_day():
    data = whole("withdrawal")
    text = words("withdrawal", data)
    assert "Par izstāšanos no sadarbības memoranda" in text
    assert "16. punktu informē, ka 2026. gada 31. decembrī izstājas no memoranda." in text
    del data["withdrawal"]
    assert "16. punktu informē, ka izstājas no memoranda." in words("withdrawal", data)
    data["withdrawal"] = {"effective": date(2026, 11, 19)}
    assert faults("withdrawal", data) == {"withdrawal.effective"}


def test_a_council_notice_goes_to_the_secretariat():
    data = whole("council-notice")
    text = words("council-notice", data)
    assert "Sadarbības padomes sekretariātam Iekšlietu ministrijas Nozares politikas departamentam" in text
    assert "Par dalību Sadarbības padomē" in text
    data["council"] = {**data["council"], "wish": "change", "previous": "Pēteris Zariņš"}
    text = words("council-notice", data)
    assert "pilnvaras beidzas šā paziņojuma saņemšanas dienā: Pēteris Zariņš." in text
    assert "Jaunais organizācijas pilnvarotais pārstāvis Sadarbības padomē: Līga Kalna" in text
    data["council"] = {"wish": "no"}
    text = words("council-notice", data)
    assert "Par dalības izbeigšanu Sadarbības padomē" in text
    assert "atsauc savus pārstāvjus" in text


def test_the_notice_of_entry_into_force_names_the_memorandum_before_its_clause():
    text = words("in-force", whole("in-force"))
    assert text.index("turpmāk – memorands") < text.index("memoranda 15. punktā noteikto skaitu – 5.")


def test_an_example_says_of_what_is_optional_where_it_may_stand_at_all():
    english, latvian = (example_of("accession", PACK, language) for language in ("en", "lv"))
    assert "# Substitute's position (optional, only if council.wish = yes)" in english
    assert "# Aizstājēja amats (var norādīt tikai tad, ja council.wish = yes)" in latvian


def test_one_annex_stands_in_the_line_and_several_are_numbered():
    data = whole("accession")
    assert "Pielikumā: pilnvara uz 1 lp." in words("accession", data)
    data["annexes"].append({"title": "statūtu kopija", "pages": 3})
    assert "Pielikumā: 1. pilnvara uz 1 lp. 2. statūtu kopija uz 3 lp." in words("accession", data)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("accession", "Jūsu 2026. gada 20. novembra pievienošanās vēstule Nr. 1-5/12."),
        ("delegation", "Jūsu 2026. gada 20. novembra vēstule Nr. 1-5/12 par pārstāvja deleģēšanu."),
        ("power-of-attorney", "Jūsu 2026. gada 20. novembra pilnvara Nr. 1-5/12. Pilnvara ir spēkā no"),
    ],
)
def test_a_receipt_names_the_letter_by_its_date_and_number(act, said):
    data = whole("receipt")
    data["case"]["act"] = act
    data["case"].pop("answer_due", None)
    assert said in words("receipt", data)


def test_all_who_represent_jointly_sign():
    data = whole("accession")
    assert "Pārstāvības pamats: statūti." in words("accession", data)
    data["signatories"].append({"name": "Jānis Ozols", "position": "valdes loceklis", "mandate": "power-of-attorney"})
    text = words("accession", data)
    assert "Anna Bērziņa – statūti; Jānis Ozols – pilnvara." in text
    assert check_letter("accession", data, PACK).payload.signatories == ("Anna Bērziņa", "Jānis Ozols")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_people_write_comes_out_as_typed_in_both_files(hostile):
    data = whole("accession")
    data["organisation"]["name"] = data["signatories"][0]["position"] = data["contact"]["name"] = hostile
    files = files_of("accession", data)
    text = structure_text(files["pdf"])
    assert text == docx_text(files["docx"])
    assert text.count(hostile) >= 4


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F), min_size=1, max_size=60))
def test_any_name_is_printed_as_typed_or_refused(name):
    data = whole("withdrawal")
    data["organisation"]["name"] = name
    if refused_character(name) is not None or not name.strip(" ") or missing_glyphs(name):
        assert faults("withdrawal", data) == {"organisation.name"}
        return
    letter = check_letter("withdrawal", data, PACK)
    files = make_letter(letter, ["pdf", "docx"])
    texts = [structure_text(data) if file.endswith("pdf") else docx_text(data) for file, data in files.items()]
    assert texts[0] == texts[1]
    folded = [" ".join(text.replace("\u00a0", " ").split()) for text in (texts[0], letter.data["organisation"]["name"])]
    assert folded[1] in folded[0]


@pytest.mark.parametrize("kind", letter_kinds(PACK))
def test_pdf_and_docx_have_the_same_words(kind):
    files = files_of(kind, whole(kind))
    assert structure_text(files["pdf"]) == docx_text(files["docx"])


def texts_of(value):
    if isinstance(value, dict | list):
        return [text for item in (value.values() if isinstance(value, dict) else value) for text in texts_of(item)]
    return [str(value)]


@pytest.mark.parametrize("kind", letter_kinds(PACK))
def test_all_that_the_payload_says_is_on_the_page(kind):
    text = words(kind, whole(kind))
    choices = {field.example for field in fields_of(kind, PACK) if field.choices}
    data = check_letter(kind, whole(kind), PACK).payload.data
    if "name_dative" in data["organisation"]:
        data = {**data, "organisation": {**data["organisation"], "name": ""}}
    for value in texts_of(data):
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            day = date.fromisoformat(value)
            assert any(
                form(day).replace("\u00a0", " ") in text for form in (date_of, date_plain, date_until, date_when)
            )
        elif value not in choices:
            assert value in text


@pytest.mark.parametrize("kind", letter_kinds(PACK))
def test_the_letter_carries_its_data_and_is_printed_again_to_the_byte(kind):
    letter = check_letter(kind, whole(kind), PACK)
    files = make_letter(letter, ["pdf"])
    ((name, pdf),) = files.items()
    carried = pypdf.PdfReader(BytesIO(pdf)).attachments["docgen.json"][0]
    payload = parse_payload(carried.decode())
    assert payload == letter.payload
    assert json.loads(carried)["renderer"].startswith("docgen ")
    assert payload.reference in structure_text(pdf)
    assert payload.reference in name
    assert letter_pdf_of(payload, PACK) == pdf


def test_a_payload_of_no_letter_prints_nothing():
    payload = check_letter("withdrawal", whole("withdrawal"), PACK).payload
    with pytest.raises(UnreadableError):
        letter_pdf_of(replace(payload, act="minutes"), PACK)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("organisation.name", 'Biedrība "Drošā pilsēta" '),
        ("letter.date", "2026-W47-5"),
        ("letter.number", ""),
        ("schema", "docgen-letter/1"),
        ("council", {}),
    ],
)
def test_a_payload_that_says_more_than_its_page_prints_nothing(path, value):
    payload = check_letter("withdrawal", whole("withdrawal"), PACK).payload
    data = json.loads(json.dumps(payload.data))
    *above, key = path.split(".")
    (data[above[0]] if above else data)[key] = value
    with pytest.raises(UnreadableError):
        letter_pdf_of(replace(payload, data=data), PACK)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("organisation.name", None),
        ("organisation.name", ""),
        ("organisation.name", 5),
        ("organisation.name", "two\nlines"),
        ("organisation.name", "tab\there"),
        ("organisation.name", "bell\a"),
        ("organisation.name", "bidi\u202eidib"),
        ("organisation.name", "zero\u200bwidth"),
        ("organisation.name", "soft\u00adhyphen"),
        ("organisation.name", "mark q\u0301"),
        ("organisation.name", "line\u2028end"),
        ("organisation.name", "private \ue000"),
        ("organisation.name", "emoji 😀"),
        ("organisation.name", "日本"),
        ("organisation.name", "x" * 1001),
        ("organisation.registration_number", "40008999903"),
        ("organisation.registration_number", "4000899990"),
        ("organisation.registration_number", 40008999902),
        ("organisation.legal_address", None),
        ("organisation.email", "birojs@"),
        ("organisation.email", "a b@c.example"),
        ("organisation.phone", "60000000"),
        ("organisation.phone", "+371 6000"),
        ("organisation.fax", "+371 60000000"),
        ("letter.date", "2026-02-30"),
        ("letter.date", "20.11.2026"),
        ("signatories.mandate", "friendship"),
        ("signatories.name", None),
        ("signatories.position", "010190-12345"),
        ("council.wish", "perhaps"),
        ("council.wish", None),
        ("council.representative.name", None),
        ("council.substitute.name", None),
        ("schema", "docgen-letter/9"),
        ("extra", "x"),
    ],
)
def test_a_fault_is_named_by_its_path(path, value):
    expected = path.replace("signatories.", "signatories[0].")
    found = faults("accession", changed("accession", path, value))
    assert expected in found
    if path != "council.wish":
        assert found == {expected}


@pytest.mark.parametrize("character", ["\n", "\t", "\r", "\x85", "\u2029", "\u200f", "\U000e0041"])
def test_what_joins_words_or_deceives_is_named_for_what_it_is(character):
    with pytest.raises(DataError) as caught:
        check_letter("accession", changed("accession", "organisation.name", f"a{character}b"), PACK)
    (problem,) = caught.value.problems
    assert str(problem.message) == f"has a character that no document may carry: U+{ord(character):04X}"


def test_neither_a_missing_nor_a_wrong_wish_stands_for_yes():
    data = whole("accession")
    for council in ({"wish": "perhaps"}, {}):
        assert faults("accession", {**data, "council": council}) == {"council.wish"}
    assert faults("accession", {**data, "council": {"wish": "no", "substitute": {"name": "A"}}}) == {
        "council.substitute.name"
    }


def test_a_contact_without_any_address_is_a_fault():
    data = whole("accession")
    data["contact"] = {"name": "Jānis Ozols"}
    assert faults("accession", data) == {"contact"}


@pytest.mark.parametrize("kind", letter_kinds(PACK))
@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_example_works_as_it_is(kind, language, tmp_path):
    runner = CliRunner()
    example = runner.invoke(root, ["--lang", language, "letter", kind, "--example"])
    assert example.exit_code == 0
    made = runner.invoke(root, ["letter", kind, "--data", "-", "-o", str(tmp_path)], input=example.output)
    assert made.exit_code == 0, made.output
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".docx", ".pdf"]


def docgen(*arguments, **more):
    return subprocess.run(
        [sys.executable, "-m", "docgen", "--lang", "en", *arguments],
        capture_output=True, text=True, check=False, **more,
    )  # fmt: skip


def test_same_data_same_bytes_in_another_process_folder_and_time_zone(tmp_path):
    (tmp_path / "ngo.toml").write_text(example_of("accession", PACK, "lv"), "utf-8")
    made = []
    for folder, zone in (("a", "Europe/Riga"), ("b", "Pacific/Apia")):
        (tmp_path / folder).mkdir()
        run = docgen(
            "letter", "accession", "--data", str(tmp_path / "ngo.toml"), cwd=tmp_path / folder,
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": folder.replace("a", "1").replace("b", "2")},
        )  # fmt: skip
        assert run.returncode == 0
        assert "e-address" in run.stderr
        made.append({path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()})
    assert made[0] == made[1]
    assert made[0] == make_letter(check_letter("accession", tomllib.loads(example_of("accession", PACK, "lv")), PACK),
                                  ["pdf", "docx"])  # fmt: skip


def test_every_fault_is_listed_at_once_and_nothing_is_written(tmp_path):
    text = example_of("accession", PACK, "en")
    text = text.replace('"40008999902"', '"40008999903"').replace("2026-11-20", '"2026-02-30"')
    (tmp_path / "ngo.toml").write_text(text.replace("[contact]", "[contacts]"), "utf-8")
    run = docgen("letter", "accession", "--data", str(tmp_path / "ngo.toml"), "-o", str(tmp_path / "out"))
    assert run.returncode == 4
    for line in (
        "organisation.registration_number: check digit is wrong",
        "letter.date: is no date of the calendar",
        "contact.name: is missing",
        "contact: needs one of: email, phone",
        "contacts: unknown key",
    ):
        assert line in run.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b'schema = "docgen-letter/1"\n[organisation\n', "line 2, column 14"),
        (b'{"schema": "x",\n  oops}', "line 2, column 3"),
        (b"a = 1\na = 2\n", "line 2"),
        (b'{"a": 1, "a": 2}', "-"),
        (b"x = 1\ny = '\xff'\n", "line 2"),
        (b"a = " + b"[" * 5000, "-"),
        (b"a = " + b"1" * 5000, "-"),
    ],
)
def test_a_broken_data_file_is_answered_with_its_place(tmp_path, content, place):
    (tmp_path / "ngo.toml").write_bytes(content)
    run = CliRunner().invoke(root, ["letter", "accession", "--data", str(tmp_path / "ngo.toml")])
    assert isinstance(run.exception, DataError)
    assert run.exception.problems[0].path.startswith(place)


def test_more_than_a_mebibyte_is_no_data_file(tmp_path):
    (tmp_path / "ngo.toml").write_bytes(b"#" * (1024 * 1024 + 1))
    for path, typed in ((str(tmp_path / "ngo.toml"), None), ("-", b"#" * (1024 * 1024 + 1))):
        run = CliRunner().invoke(root, ["letter", "accession", "--data", path], input=typed)
        assert isinstance(run.exception, UnreadableError)


@pytest.mark.judge
def test_letters_are_pdf_a_3a_and_pdf_ua_1(tmp_path):
    paths = []
    for kind in letter_kinds(PACK):
        paths.append(tmp_path / f"{kind}.pdf")
        paths[-1].write_bytes(files_of(kind, whole(kind))["pdf"])
    long = whole("accession")
    long["organisation"]["name"] = "Ā" * 300
    paths.append(tmp_path / "long.pdf")
    paths[-1].write_bytes(files_of("accession", long)["pdf"])
    judges.pdfa(paths)


def test_a_letter_older_than_its_memorandum_is_a_fault_of_the_data():
    data = tomllib.loads(example_of("accession", PACK, "lv"))
    data["letter"]["date"] = date(1999, 1, 20)
    with pytest.raises(DataError) as caught:
        check_letter("accession", data, PACK)
    assert [problem.path for problem in caught.value.problems] == ["letter.date"]


def said(*arguments):
    result = CliRunner().invoke(root, ["--lang", "en", "letter", *map(str, arguments)])
    error = result.exception
    return f"{error} {error.hint}" if isinstance(error, UsageError) else result.stderr


def test_a_mistyped_kind_is_told_with_the_nearest_one_and_no_kind_with_all():
    assert "Did you mean accession?" in said("accesion")
    assert "Did you mean accession?" in said("accesion", "--example")
    nothing = said()
    assert "which letter?" in nothing
    assert "withdrawal" in nothing


def test_the_last_sentence_says_where_a_letter_goes_by_who_writes_it(tmp_path):
    for kind, advice in (
        ("accession", "e-address (Iekšlietu ministrija)"),
        ("receipt", "docgen register sent INTAKE"),
    ):
        (tmp_path / "d.toml").write_text(example_of(kind, PACK, "en"), "utf-8")
        assert advice in said(kind, "--data", tmp_path / "d.toml", "-o", tmp_path)

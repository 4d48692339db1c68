"""The elements that a letter may have: date of its time stamp, e-address, `Uz` line, certificate of a delegate."""

import json
from io import BytesIO
from zipfile import ZipFile

import pypdf
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from docgen.cli.root import root
from docgen.documents.cells import text_in_cell
from docgen.documents.fieldtext import field_value
from docgen.documents.heads import read_head
from docgen.documents.interview import Interview, Question
from docgen.documents.letters import check_letter, fields_of, head_of, letter_kinds, letter_pdf_of, make_letter
from docgen.documents.packs import load_pack
from docgen.documents.payloads import parse_payload
from docgen.documents.schema import json_schema
from docgen.documents.structure import structure_text
from docgen.documents.wordtext import docx_text, fold
from docgen.errors import DataError
from docgen.model.fields import FieldType, is_e_address
from docgen.model.text import Message
from docgen.workspace import builtin_packs
from tests import judges
from tests.letters import whole_data

PACK = load_pack(builtin_packs() / "iem")
BY_TIME_STAMP = "Dokumenta datums ir kvalificētā laika zīmoga datums"
DATED = [kind for kind in letter_kinds(PACK) if any(f.type is FieldType.DOCUMENT_DATE for f in fields_of(kind, PACK))]
ANSWERS = ["answer", "receipt", "return"]


def whole(kind, **tables):
    """Return the whole example with some values of its tables said otherwise; None takes a value away."""
    data = whole_data(kind, PACK)
    for table, values in tables.items():
        for key, value in values.items():
            if value is None:
                data[table].pop(key, None)
            else:
                data[table][key] = value
    return data


def stamped(kind):
    return whole(kind, letter={"date": "time-stamp"})


def made(kind, data):
    files = make_letter(check_letter(kind, data, PACK), ["pdf", "docx"])
    return {name.rpartition(".")[2]: content for name, content in files.items()}


def words(kind, data):
    """Return the words of a letter, which are those of both its files."""
    files = made(kind, data)
    text = fold(structure_text(files["pdf"]))
    assert text == docx_text(files["docx"])
    return text.replace("\u00a0", " ")


def problems(kind, data):
    with pytest.raises(DataError) as caught:
        check_letter(kind, data, PACK)
    return {problem.path for problem in caught.value.problems}


def advised(kind, data):
    return {problem.path for problem in check_letter(kind, data, PACK).advice}


def test_every_letter_of_an_organisation_can_take_the_date_of_its_time_stamp():
    assert {"accession", "council-notice", "delegation", "power-of-attorney", "proposal", "withdrawal"} == set(DATED)


@pytest.mark.parametrize("kind", DATED)
def test_a_letter_dated_by_its_time_stamp_says_so_and_names_no_day_of_its_own(kind):
    text = words(kind, stamped(kind))
    assert BY_TIME_STAMP in text
    assert "2026. gada 20. novembrī" not in text
    assert BY_TIME_STAMP not in words(kind, whole(kind))


@pytest.mark.parametrize("kind", DATED)
def test_a_letter_dated_by_its_time_stamp_is_printed_again_to_the_byte(kind):
    letter = check_letter(kind, stamped(kind), PACK)
    (pdf,) = make_letter(letter, ["pdf"]).values()
    carried = pypdf.PdfReader(BytesIO(pdf)).attachments["docgen.json"][0].decode()
    assert json.loads(carried)["data"]["letter"]["date"] == "time-stamp"
    assert letter.day is None
    assert letter_pdf_of(parse_payload(carried), PACK) == pdf


def test_the_word_file_of_a_letter_without_a_day_has_no_day_of_making():
    with ZipFile(BytesIO(made("accession", stamped("accession"))["docx"])) as archive:
        assert b"dcterms" not in archive.read("docProps/core.xml").split(b">", 2)[2]
    with ZipFile(BytesIO(made("accession", whole("accession"))["docx"])) as archive:
        assert b"2026-11-20T00:00:00Z" in archive.read("docProps/core.xml")


@pytest.mark.parametrize("value", ["Time-Stamp", "zīmogs", "time-stamp 2026-11-20", "", 1, True])
def test_another_word_in_the_place_of_a_date_is_a_fault(value):
    assert problems("accession", whole("accession", letter={"date": value})) == {"letter.date"}


def test_a_letter_without_a_date_is_a_fault_whatever_else_it_has():
    assert problems("accession", whole("accession", letter={"date": None})) == {"letter.date"}


def test_a_letter_of_the_secretariat_has_a_written_date():
    assert problems("answer", stamped("answer")) == {"letter.date"}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("time-stamp", "time-stamp"),
        ("Laika zīmogs", "time-stamp"),
        ("2026. gada 20. novembrī", "2026-11-20"),
        ("20.11.2026.", "2026-11-20"),
        ("rīt", "rīt"),
    ],
)
def test_a_cell_or_an_answer_gives_a_day_or_the_time_stamp(typed, value):
    (field,) = (field for field in fields_of("accession", PACK) if field.path == "letter.date")
    assert field_value(field, typed) == value


@pytest.mark.parametrize("date", ["2026-11-20", "time-stamp", "tomorrow"])
def test_check_and_schema_agree_on_the_date_of_a_letter(date):
    data = whole("accession", letter={"date": date})
    valid = Draft202012Validator(json_schema(head_of("accession", PACK), "lv")).is_valid(data)
    assert valid is (date != "tomorrow")


def test_a_letter_names_the_e_address_of_its_organisation():
    line = "Tālr. +371 60000000, e-pasts birojs@drosapilseta.example, e-adrese _DEFAULT@40008999902"
    assert line in words("accession", whole("accession"))
    alone = {"phone": None, "email": None, "e_address": "40008999902"}
    assert "LV-1000 E-adrese 40008999902 " in words("accession", whole("accession", organisation=alone))
    nothing = {"phone": None, "email": None, "e_address": None}
    assert "-adrese" not in words("accession", whole("accession", organisation=nothing))


@pytest.mark.parametrize("kind", [*ANSWERS, "in-force", "sitting-notice"])
def test_a_letter_of_the_secretariat_names_the_e_address_of_its_addressee(kind):
    assert "birojs@drosapilseta.example e-adrese _DEFAULT@40008999902" in words(kind, whole(kind))
    assert "e-adrese" not in words(kind, whole(kind, organisation={"e_address": None}))


@pytest.mark.parametrize(
    "address", ["_DEFAULT@40008999917", "40008999917", "_DEFAULT@40008999903", "birojs@drosapilseta.example", "@", "x"]
)
def test_an_e_address_that_is_none_or_another_s_is_a_fault(address):
    found = problems("accession", whole("accession", organisation={"e_address": address}))
    assert found == {"organisation.e_address"}


def test_an_e_address_is_never_a_person_s():
    assert not is_e_address("_PRIVATE@32000000000")
    assert is_e_address("_DEFAULT@40008999902")


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_reply_says_below_its_own_number_to_which_letter_it_answers(kind):
    assert "2026. gada 24. novembrī Nr. 1-57/301 Uz 20.11.2026. Nr. 1-5/12 " in words(kind, whole(kind))
    no_number = whole(kind, case={"letter_number": None})
    assert "Nr. 1-57/301 Uz 20.11.2026. Biedrībai" in words(kind, no_number)
    no_day = whole(kind, case={"letter_date": None})
    assert "Nr. 1-57/301 Uz Nr. 1-5/12 " in words(kind, no_day)
    neither = whole(kind, case={"letter_date": None, "letter_number": None})
    assert " Uz " not in words(kind, neither)
    no_own = whole(kind, letter={"number": None, "place": None})
    assert "2026. gada 24. novembrī Uz 20.11.2026. Nr. 1-5/12 " in words(kind, no_own)


def test_a_power_of_attorney_names_the_certificate_of_the_person_and_no_personal_code():
    text = words("power-of-attorney", whole("power-of-attorney"))
    assert "kurā norādīts šis vārds un uzvārds (sertifikāta sērijas numurs 5A 3F 10 7C 22 9E 41 B8)." in text
    code = whole("power-of-attorney", delegate={"certificate": "010190-12345"})
    assert problems("power-of-attorney", code) == {"delegate.certificate"}


def test_the_certificate_is_advisable_where_the_person_is_to_sign_and_belongs_nowhere_else():
    without = whole("power-of-attorney", delegate={"certificate": None})
    assert advised("power-of-attorney", without) == {"delegate.certificate"}
    assert "kurā norādīts šis vārds un uzvārds." in words("power-of-attorney", without)
    council = whole("power-of-attorney", delegate={"certificate": None}, power={"scope": "council"})
    assert advised("power-of-attorney", council) == set()
    assert "sertifikāt" not in words("power-of-attorney", council)
    assert problems("power-of-attorney", whole("power-of-attorney", power={"scope": "council"})) == {
        "delegate.certificate"
    }


@pytest.mark.parametrize("ground", ["power-of-attorney", "board-decision"])
def test_who_signs_on_another_ground_than_the_statutes_is_advised_to_enclose_it(ground):
    data = whole("withdrawal")
    data["signatories"][0]["mandate"] = ground
    assert advised("withdrawal", data) == set()
    del data["annexes"]
    assert advised("withdrawal", data) == {"annexes"}
    data["signatories"][0]["mandate"] = "statutory"
    assert advised("withdrawal", data) == set()


def test_a_delegate_s_power_of_attorney_is_advised_to_be_enclosed():
    data = whole("delegation")
    assert data["delegate"]["mandate"] == "power-of-attorney"
    del data["annexes"]
    assert advised("delegation", data) == {"annexes"}


def test_a_public_body_s_e_address_stands_in_its_letters(tmp_path):
    folder = tmp_path / "iem"
    folder.mkdir()
    for file in (builtin_packs() / "iem").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    head = folder / "memorandum.toml"
    before = head.read_text("utf-8")
    head.write_text(before.replace("[secretariat]", 'e_address = "_DEFAULT@90000000006"\n\n[secretariat]', 1), "utf-8")
    with pytest.raises(DataError) as caught:
        load_pack(folder)
    assert [problem.path for problem in caught.value.problems] == ["holder.e_address"]
    head.write_text(before.replace("[secretariat]", 'e_address = "_DEFAULT@40008999940"\n\n[secretariat]', 1), "utf-8")
    letter = check_letter("answer", whole("answer"), load_pack(folder))
    (pdf,) = make_letter(letter, ["pdf"]).values()
    assert "E-adrese _DEFAULT@40008999940" in structure_text(pdf)


@pytest.mark.judge
def test_letters_without_a_day_of_their_own_are_pdf_a_3a_and_pdf_ua_1(tmp_path):
    for kind in DATED:
        (tmp_path / f"{kind}-stamped.pdf").write_bytes(made(kind, stamped(kind))["pdf"])
    for kind in ANSWERS:
        (tmp_path / f"{kind}.pdf").write_bytes(made(kind, whole(kind))["pdf"])
        none = whole(kind, letter={"number": None, "place": None})
        (tmp_path / f"{kind}-none.pdf").write_bytes(made(kind, none)["pdf"])
    judges.pdfa(sorted(tmp_path.glob("*.pdf")))


def test_a_table_has_a_column_for_each_and_a_row_may_say_it_in_latvian(tmp_path):
    example = CliRunner().invoke(root, ["letter", "accession", "--table-example"]).stdout
    header, row = example.splitlines()
    delimiter = next(one for one in ";,\t" if one in header)
    names = header.lstrip("\ufeff").split(delimiter)
    assert {"letter.date", "organisation.e_address"} <= set(names)
    assert "2026-11-20" in row
    (tmp_path / "t.csv").write_text(f"{header}\n{row.replace('2026-11-20', 'laika zīmogs')}\n", "utf-8")
    call = ["letter", "accession", "--table", str(tmp_path / "t.csv"), "-o", str(tmp_path / "o"), "--format", "pdf"]
    run = CliRunner().invoke(root, call)
    assert run.exit_code == 0, run.output
    (made_of_row,) = (tmp_path / "o").iterdir()
    text = structure_text(made_of_row.read_bytes()).replace("\u00a0", " ")
    assert BY_TIME_STAMP in text
    assert "e-adrese _DEFAULT@40008999902" in text


def test_who_is_asked_may_answer_with_the_time_stamp():
    interview = Interview("withdrawal", PACK, {}, everything=False)
    answers = {
        "organisation.name": 'Biedrība "Alfa"',
        "organisation.registration_number": "40008999902",
        "organisation.legal_address": "Rīga",
        "letter.date": "laika zīmogs",
        "signatories[0].name": "Anna Bērziņa",
        "signatories[0].position": "valdes locekle",
        "signatories[0].mandate": "statutory",
    }
    steps = interview.questions()
    step = next(steps, None)
    while step is not None:
        answer = answers.get(step.path, "") if isinstance(step, Question) else False
        try:
            step = steps.send(answer)
        except StopIteration:
            step = None
    assert interview.data["letter"] == {"date": "time-stamp"}
    assert BY_TIME_STAMP in words("withdrawal", interview.data)


@pytest.mark.parametrize("type_", ["text", "number"])
def test_a_head_whose_letters_have_no_real_date_is_refused(type_):
    source = (builtin_packs() / "common" / "withdrawal.md").read_text("utf-8")
    field = f"""[[field]]
path = "letter.date"
type = "{type_}"
required = "yes"
label = {{ lv = "Datums", en = "Date" }}
example = "1"

[[field]]
path = "withdrawal.effective\""""
    changed = source.replace('[[field]]\npath = "withdrawal.effective"', field, 1)
    assert changed != source
    with pytest.raises(DataError) as caught:
        read_head(changed, name="withdrawal", groups=PACK.groups)
    assert [problem.path for problem in caught.value.problems] == ["letter.date"]
    assert read_head(source, name="withdrawal", groups=PACK.groups).kind == "withdrawal"


def test_an_e_address_that_a_spreadsheet_has_rounded_is_told_as_that():
    (field,) = (field for field in fields_of("accession", PACK) if field.path == "organisation.e_address")
    assert isinstance(text_in_cell(field, "4,0009E+10"), Message)
    assert text_in_cell(field, "40008999902") == "40008999902"


def test_a_power_of_attorney_does_not_end_before_it_is_written():
    ended = whole("power-of-attorney", power={"until": "2026-11-19"})
    assert problems("power-of-attorney", ended) == {"power.until"}
    on_its_day = whole("power-of-attorney", power={"until": "2026-11-20"})
    assert "spēkā līdz 2026. gada 20. novembrim" in words("power-of-attorney", on_its_day)

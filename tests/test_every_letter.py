"""Every kind of letter of every pack: any typed value comes out as typed, in PDF and DOCX alike, and conforms."""

import itertools
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docgen.documents.font import missing_glyphs
from docgen.documents.letters import check_letter, fields_of, letter_kinds, make_letter
from docgen.documents.packs import load_pack
from docgen.documents.structure import structure_text
from docgen.documents.wordtext import docx_text, fold
from docgen.errors import DataError
from docgen.model.fields import FieldType
from docgen.model.reading import refused_character
from docgen.workspace import builtin_packs
from tests import judges
from tests.hostile_values import HOSTILE, REFUSED
from tests.letters import whole_data

PACKS = [load_pack(path.parent) for path in sorted(builtin_packs().glob("*/memorandum.toml"))]
LETTERS = [pytest.param(pack, kind, id=f"{pack.name}-{kind}") for pack in PACKS for kind in letter_kinds(pack)]
TYPED = {FieldType.TEXT, FieldType.LIST, FieldType.PARAGRAPHS}


def placed(data, path, value):
    """Put a value at a path of the data, where it has one; tell whether it had."""
    *above, key = path.split(".")
    table = data
    for name in above:
        table = table.get(name.removesuffix("[]"))
        if table is None:
            return False
        table = table[0] if isinstance(table, list) else table
    if key not in table:
        return False
    table[key] = value
    return True


def typed_fields(kind, pack):
    return [field for field in fields_of(kind, pack) if field.type in TYPED and not field.choices]


def made(kind, pack, data):
    files = make_letter(check_letter(kind, data, pack), ["pdf", "docx"])
    return {name.rpartition(".")[2]: content for name, content in files.items()}


def least(kind, pack):
    """Return the example with nothing in it that could be left out."""
    data = whole_data(kind, pack)
    for field in reversed(fields_of(kind, pack)):
        *above, key = field.path.split(".")
        table = data
        for name in above:
            table = table.get(name.removesuffix("[]"), {})
            table = table[0] if isinstance(table, list) else table
        if key not in table:
            continue
        kept = table.pop(key)
        try:
            check_letter(kind, data, pack)
        except DataError:
            table[key] = kept
    return data


def hostile(kind, pack, turn):
    """Return the whole data with a hostile value in each typed field, another one in each turn."""
    data = whole_data(kind, pack)
    values = itertools.islice(itertools.cycle(HOSTILE), turn, None)
    said = []
    for field in typed_fields(kind, pack):
        value = next(values)
        if placed(data, field.path, [value, value] if field.type.is_many else value):
            said.append((field.path, value))
    if any(path == "organisation.name_dative" for path, _value in said):
        said = [(path, value) for path, value in said if path != "organisation.name"]
    return data, said


@pytest.mark.parametrize(("pack", "kind"), LETTERS)
def test_every_hostile_value_comes_out_as_typed_in_every_field(pack, kind):
    assert len(HOSTILE) >= 60
    # Each field gets each value in the first pack, whose templates are those of the others too.
    for turn in range(0, len(HOSTILE), 1 if pack is PACKS[0] else 8):
        data, said = hostile(kind, pack, turn)
        files = made(kind, pack, data)
        words = docx_text(files["docx"])
        assert fold(structure_text(files["pdf"])) == words
        for path, value in said:
            assert fold(value) in words, path


@pytest.mark.parametrize(("pack", "kind"), LETTERS)
def test_what_cannot_be_printed_is_refused_with_its_path_in_every_field(pack, kind):
    for field in typed_fields(kind, pack):
        for value in REFUSED:
            if field.type is FieldType.PARAGRAPHS and value.startswith("a\n"):
                continue
            data = whole_data(kind, pack)
            if not placed(data, field.path, [value] if field.type.is_many else value):
                continue
            with pytest.raises(DataError) as caught:
                check_letter(kind, data, pack)
            path = field.path.replace("[]", "[0]")
            assert any(problem.path.startswith(path) for problem in caught.value.problems), (field.path, value)


_LETTERS = st.characters(min_codepoint=0x20, max_codepoint=0x2122).filter(
    lambda c: not refused_character(c) and not missing_glyphs(c) and c != "\u00a0"
)
_TEXT = (
    st.text(_LETTERS, min_size=1, max_size=60).map(str.strip).filter(lambda t: t and not any(d.isdigit() for d in t))
)


def values_of(field):
    match field.type:
        case FieldType.TEXT:
            return _TEXT
        case FieldType.LIST | FieldType.PARAGRAPHS:
            return st.lists(_TEXT, min_size=1, max_size=4)
        case FieldType.DATE:
            return st.dates(min_value=date(2026, 1, 1), max_value=date(2040, 12, 31))
        case FieldType.NUMBER:
            return st.integers(min_value=0, max_value=10_000)
        case _:
            return st.just(None)


@pytest.mark.parametrize(("pack", "kind"), LETTERS)
def test_pdf_and_docx_say_the_same_whatever_is_typed(pack, kind):
    fields = [field for field in fields_of(kind, pack) if not field.choices]
    parts = {field.path: st.none() | values_of(field) for field in fields}

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries(parts))
    def same(values):
        data = whole_data(kind, pack)
        for path, value in values.items():
            if value is not None and path != "withdrawal.effective":
                placed(data, path, value)
        try:
            files = made(kind, pack, data)
        except DataError:  # what was typed may happen to be what no document carries
            return
        assert fold(structure_text(files["pdf"])) == docx_text(files["docx"])

    same()


@pytest.mark.judge
def test_every_letter_is_pdf_a_3a_and_pdf_ua_1_with_little_much_and_hostile_data(tmp_path):
    for parameters in LETTERS:
        pack, kind = parameters.values
        long = whole_data(kind, pack)
        for field in typed_fields(kind, pack):
            text = "Ļoti garš nosaukums ar daudziem vārdiem " * 12
            placed(long, field.path, [text] * 30 if field.type.is_many else text)
        for name, data in (("least", least(kind, pack)), ("long", long), ("hostile", hostile(kind, pack, 3)[0])):
            (tmp_path / f"{pack.name}-{kind}-{name}.pdf").write_bytes(made(kind, pack, data)["pdf"])
    judges.pdfa(sorted(tmp_path.glob("*.pdf")))

"""The payload: one reference for one letter, and nothing read that docgen does not write."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.documents.payloads import parse_payload
from docgen.errors import DataError
from docgen.model.payload import Payload

PAYLOAD = Payload(
    act="accession",
    pack="iem",
    template_id="iem/accession",
    template_sha256="0" * 64,
    renderer="docgen 1.0.0, typst 0.15.2",
    language="lv",
    data={
        "organisation": {"name": 'Biedrība "Ķīļu ģilde"', "registration_number": "40008999902"},
        "signatories": [{"name": "Anna Bērziņa"}, {"name": "Jānis Ozols"}],
    },
)
TEXT = PAYLOAD.to_json().decode()


def test_what_is_written_is_read_again():
    read = parse_payload(TEXT)
    assert read == PAYLOAD
    assert read.to_json() == PAYLOAD.to_json()
    assert (read.organisation, read.name) == ("40008999902", 'Biedrība "Ķīļu ģilde"')
    assert read.signatories == ("Anna Bērziņa", "Jānis Ozols")


def test_the_reference_is_the_first_sixty_bits_in_crockfords_letters():
    # Computed apart from docgen: SHA-256 of the canonical text, as written out here.
    counted = {key: value for key, value in json.loads(TEXT).items() if key not in {"reference", "renderer"}}
    canonical = json.dumps(counted, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    bits = f"{int(__import__('hashlib').sha256(canonical).hexdigest(), 16):0256b}"[:60]
    symbols = "".join("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[int(bits[i : i + 5], 2)] for i in range(0, 60, 5))
    assert PAYLOAD.reference == f"{symbols[:4]}-{symbols[4:8]}-{symbols[8:]}"


def test_an_upgrade_keeps_the_reference_and_other_words_change_it():
    assert replace(PAYLOAD, renderer="docgen 2.0.0, typst 1.0.0").reference == PAYLOAD.reference
    for change in (
        {"act": "withdrawal"},
        {"pack": "other"},
        {"template_sha256": "1" * 64},
        {"data": {**PAYLOAD.data, "contact": {"name": "Līga Kalna"}}},
    ):
        assert replace(PAYLOAD, **change).reference != PAYLOAD.reference


def test_the_same_letters_in_other_code_points_are_the_same_letter():
    decomposed = {**PAYLOAD.data, "organisation": {"name": "A\u0304", "registration_number": "40008999902"}}
    composed = {**PAYLOAD.data, "organisation": {"name": "\u0100", "registration_number": "40008999902"}}
    assert replace(PAYLOAD, data=decomposed).reference == replace(PAYLOAD, data=composed).reference


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        TEXT + "x",
        TEXT.replace('"act":"accession"', '"act":"withdrawal"'),
        TEXT.replace('"act":"accession"', '"act":"withdrawal","act":"accession"'),
        TEXT.replace('"language":"lv"', '"language":"xx"'),
        TEXT.replace("docgen-payload/1", "docgen-payload/2"),
        TEXT.replace('"pack":"iem"', '"pack":1'),
        TEXT.replace('"pack":"iem"', '"pack":"iem","more":"x"'),
        TEXT.replace('"Anna Bērziņa"', "NaN"),
        TEXT.replace('"Anna Bērziņa"', "1.5"),
        TEXT.replace('"Anna Bērziņa"', "9007199254740993"),
        TEXT.replace('"Anna Bērziņa"', '"\\ud800"'),
        TEXT.replace('"Anna Bērziņa"', "[" * 100 + "]" * 100),
        TEXT.replace('"Anna Bērziņa"', "[" * 20_000 + "]" * 20_000),
        TEXT.replace("Anna", "A" * 70_000),
        TEXT.replace('"data":{', '"data":[{').replace('"}]}', '"}]}]'),
    ],
)
def test_what_docgen_does_not_write_is_refused(text):
    with pytest.raises(DataError):
        parse_payload(text)


def test_what_is_too_deep_or_too_long_is_refused_though_its_reference_is_right():
    deep: object = "x"
    for _ in range(8):
        deep = {"a": deep}
    for more in (deep, "A" * 70_000):
        with pytest.raises(DataError) as caught:
            parse_payload(replace(PAYLOAD, data={**PAYLOAD.data, "more": more}).to_json().decode())
        assert "reference" not in str(caught.value)


@given(st.integers(0, len(TEXT) - 1), st.characters(codec="utf-8"))
def test_one_changed_character_is_noticed(place, character):
    changed = TEXT[:place] + character + TEXT[place + 1 :]
    try:
        read = parse_payload(changed)
    except DataError:
        return
    # Only what no reference covers may differ.
    assert replace(read, renderer=PAYLOAD.renderer) == PAYLOAD

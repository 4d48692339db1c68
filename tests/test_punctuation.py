"""Punctuation and spaces of every paper, with least and all data, and with values that end in a full stop."""

import copy
import re
import tomllib
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime

import pytest

from docgen.documents.agendas import agenda_document, invitation_document
from docgen.documents.checkingsamples import samples
from docgen.documents.environment import Filled
from docgen.documents.extracts import extract_document
from docgen.documents.letters import LETTER_SCHEMA, check_letter, fields_of, letter_document
from docgen.documents.minutes import minutes_document
from docgen.documents.papersamples import PAPER_KINDS, sample_papers
from docgen.documents.sittings import read_sitting
from docgen.documents.workplans import read_workplan, review_document, workplan_document
from docgen.model.blocks import Clause, Text, words_of
from docgen.model.sitting import Certification
from docgen.workspace import builtin_packs
from tests.test_every_letter import LETTERS, PACKS, placed, typed_fields

WRONG = {
    "two spaces": re.compile(r"[ \u00a0]{2}"),
    "a space at an edge": re.compile(r"^\s|\s$"),
    "a space before a mark": re.compile(r"\s[,.;:!?)]"),
    "a space after a bracket": re.compile(r"\(\s"),
    "empty brackets": re.compile(r"\(\)"),
    "two full stops": re.compile(r"(?<!\[)\.\.(?!\])"),
    "two marks": re.compile(r"[,;:][,;:.]"),
    "a hyphen as a dash": re.compile(r"\s-\s"),
}
SIGNED = date(2027, 6, 14)


def lines(value):
    """Yield each paragraph, line or cell of a document's tree as text."""
    if isinstance(value, tuple) and value and isinstance(value[0], Text):
        yield words_of(value)
    elif isinstance(value, Clause):
        yield f"{value.label} {words_of(value.text)}"
        yield from lines(value.clauses)
    elif isinstance(value, tuple):
        for one in value:
            yield from lines(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from lines(getattr(value, field.name))


def faults(document):
    """Return each line with something wrong, and what."""
    return [(what, line) for line in lines(document.blocks) for what, rule in WRONG.items() if rule.search(line)]


def letter(kind, pack, data):
    return letter_document(check_letter(kind, {"schema": LETTER_SCHEMA, **data}, pack))


@pytest.mark.parametrize(("pack", "kind"), LETTERS)
def test_every_letter_is_punctuated_whatever_is_left_out(pack, kind):
    tried = list(samples(fields_of(kind, pack)))
    assert len(tried) > 1
    for data in tried:
        assert not faults(letter(kind, pack, data)), data


@pytest.mark.parametrize(("pack", "kind"), LETTERS)
def test_a_value_that_ends_its_sentence_is_followed_by_no_second_full_stop(pack, kind):
    declared = {field.path for field in fields_of(kind, pack)}
    for data in samples(fields_of(kind, pack)):
        for field in typed_fields(kind, pack):
            values = [f"{one.rstrip('.')} u. c." for one in field.example.split("\n")]
            changed, value = copy.deepcopy(data), values[0]
            if placed(changed, field.path, values if field.type.is_many else value):
                if field.path == "organisation.name" and "organisation.name_dative" in declared:
                    changed["organisation"]["name_dative"] = value
                assert not faults(letter(kind, pack, changed)), field.path


def test_a_full_stop_of_the_template_gives_way_to_that_of_the_value_alone():
    filled = Filled(
        text="\ue0000\ue001. \ue0001\ue001. \ue0002\ue001, \ue0003\ue001.", values=("p. i.", "b", "c.", "d?")
    )
    assert filled.resolve(filled.text) == "p. i. b. c., d?"


def sitting_data(pack):
    return tomllib.loads((builtin_packs() / pack.name / "sitting.example.toml").read_text("utf-8"))


def approved(data):
    data["sitting"]["status"] = "approved"
    data["approval"] = {
        "on": date(2027, 6, 10),
        "approvers": [{"name": "I. Kalniņa", "position": "padomes priekšsēdētāja"}],
    }
    data["original"] = {"electronic": True, "time_stamp": datetime(2027, 6, 11, 10, 15, tzinfo=UTC)}
    data["separate_opinions"] = [{"name": "Anna Bērziņa", "item": 2, "text": "Piekrītu daļēji."}]
    return data


def least(data):
    """Return a sitting with nothing that may be left out."""
    kept = {
        "schema": data["schema"],
        "sitting": {key: data["sitting"][key] for key in ("number", "date", "form", "status")},
        "chair": {key: data["chair"][key] for key in ("name", "office") if key in data["chair"]},
        "minute_taker": {"name": data["minute_taker"]["name"]},
        "attendance": [{key: one[key] for key in ("name", "side", "voice")} for one in data["attendance"]],
        "items": [{key: one[key] for key in ("number", "kind", "title")} for one in data["items"]],
        "invitation": {"date": date(2027, 1, 14)},
    }
    return copy.deepcopy(kept)


def stopped(data):
    """Return the data with a full stop after each text that stands in a sentence of its own."""
    for path in ("means", "venue"):
        if path in data["sitting"]:
            data["sitting"][path] += "."
    for person in (data["chair"], data["minute_taker"]):
        person["organisation"] = "Paraugs u. c."
    data["items"][1]["decisions"][0]["responsible"] = "Paraugs u. c."
    data["items"][1]["speakers"] = ["A. Paraugs u. c."]
    return data


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
@pytest.mark.parametrize("form", ["in-person", "remote", "hybrid"])
@pytest.mark.parametrize(
    "shape", [lambda data: data, least, stopped, approved], ids=["all", "least", "stops", "approved"]
)
def test_every_paper_of_a_sitting_is_punctuated_whatever_is_left_out(pack, form, shape):
    data = shape(sitting_data(pack))
    data["sitting"]["form"] = form
    for one in data["attendance"] if form != "hybrid" else ():
        one.pop("remote", None)
    sitting = read_sitting(data, pack, source="sitting")
    documents = [minutes_document(sitting, pack), agenda_document(sitting, pack)]
    documents.append(invitation_document(sitting, pack, source="sitting"))
    if "approval" in data:
        by = Certification(organisation="Paraugs", position="referents", name="M. Liepa", day=SIGNED)
        documents.append(extract_document(sitting, pack, [2], by))
    for document in documents:
        assert not faults(document), document.title


@pytest.mark.parametrize("everything", [True, False])
def test_every_plan_and_its_review_are_punctuated_whatever_is_left_out(everything):
    pack = next(pack for pack in PACKS if pack.name == "iem")
    data = tomllib.loads((builtin_packs() / "common" / "workplan.example.toml").read_text("utf-8"))
    if not everything:
        data["plan"]["status"] = "draft"
        data["measures"] = [{key: one[key] for key in ("number", "title")} for one in data["measures"]]
        for key in ("approval", "footnote", "goals", "goals_lead", "preamble"):
            data.pop(key)
    plan = read_workplan(data, pack, source="plan")
    for document in (
        workplan_document(plan, pack),
        review_document(plan, pack, plan.first, day=date(plan.last, 12, 31)),
    ):
        assert not faults(document)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
@pytest.mark.parametrize("kind", PAPER_KINDS)
def test_every_sample_paper_is_punctuated(kind, pack):
    papers = sample_papers(kind, pack)
    assert papers
    for paper in papers:
        assert not faults(paper.document)

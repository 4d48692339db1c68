"""Editions: the plan follows the events, the pages say what the plan says, every original lies inside byte for byte."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from docgen.demo.pki import TestPki
from docgen.documents.structure import structure_text
from docgen.edition._pypdf import extract_attachments
from docgen.edition.compile import EVENTS, MANIFEST
from docgen.edition.manifest import Manifest
from docgen.edition.plan import annex_of, next_edition
from docgen.model.events import EventType
from docgen.model.replay import replay
from tests import judges
from tests.editions import DAY, ORGANISATIONS, Book, made_book, made_edition


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("pki")) as pki:
        yield pki


@pytest.fixture(scope="module")
def book(pki):
    return made_book(pki)


@pytest.fixture(scope="module")
def edition(pki, book, tmp_path_factory):
    path = tmp_path_factory.mktemp("edition") / "edition.pdf"
    manifest, sealed = made_edition(pki, book, path)
    return path, manifest, sealed


def test_the_annex_keeps_who_withdrew_and_numbers_stably(book):
    rows = annex_of(replay(book.events, DAY))
    assert [(row.number, row.registration_number) for row in rows] == list(enumerate(ORGANISATIONS, start=1))
    assert rows[1].withdrawn_on == DAY
    assert rows[0].withdrawn_on is None
    assert (rows[0].council_from, rows[0].council_until) == (DAY, None)


def test_a_seat_belongs_to_the_membership_in_which_it_was_taken(book):
    again = Book(moment=book.moment)
    number, name = next(iter(ORGANISATIONS.items()))
    for kind in (EventType.ACCESSION, EventType.COUNCIL_JOINED, EventType.WITHDRAWAL, EventType.ACCESSION):
        again.record(kind, organisation=number, data={"name": name} if kind is EventType.ACCESSION else {})
    first, second = annex_of(replay(again.events, DAY))
    assert (first.council_from, first.council_until) == (DAY, DAY)
    assert second.council_from is None


def test_editions_are_numbered_and_name_the_one_before(book):
    assert next_edition(book.events) == (1, None)
    later = Book(moment=book.moment, events=list(book.events))
    later.record(EventType.EDITION_ISSUED, data={"edition": 1, "length": 10, "sha256": "cd" * 32})
    number, before = next_edition(later.events)
    assert number == 2
    assert (before.number, before.length, before.sha256) == (1, 10, "cd" * 32)
    later.record(EventType.CORRECTION, data={"corrects": later.events[-1].seq, "void": True})
    assert next_edition(later.events) == (2, None)


def test_the_data_of_an_edition_survives_its_way_through_json(edition):
    _, manifest, _ = edition
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest


@pytest.mark.parametrize("wrong", [b"", b"[]", b"{}", b'{"schema":"docgen-edition/2"}', b"\xff", b'{"schema":7}'])
def test_other_data_is_refused(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - which of them is said does not matter
        Manifest.from_bytes(wrong)


def test_a_changed_type_in_the_data_is_refused(edition):
    _, manifest, _ = edition
    with pytest.raises(ValueError, match="whole number"):
        Manifest.from_bytes(manifest.to_bytes().replace(b'"number":1,"originals"', b'"number":true,"originals"'))


def test_every_original_lies_inside_byte_for_byte(edition, book):
    path, manifest, sealed = edition
    found = {item.name: item for item in extract_attachments(path.read_bytes(), sealed.length, limit=10**7)}
    assert set(found) == {MANIFEST, EVENTS, *(item.name for item in manifest.originals)}
    for original in manifest.originals:
        assert found[original.name].data == book.store[original.sha256]
        assert found[original.name].sha256 == original.sha256
    assert {item.sha256 for item in manifest.originals} == set(book.store)


def test_the_pages_say_what_the_register_says(edition, book):
    path, manifest, _ = edition
    data = path.read_bytes()
    text = structure_text(data[: data.index(b"%%EOF") + 6])
    assert "Informatīvs apkopojums uz 2026. gada 24. novembri" in text.replace("\u00a0", " ")
    for number, name in ORGANISATIONS.items():
        assert name in text
        assert number in text
    assert manifest.head in text
    assert "I. Kalniņa" in text
    for original in manifest.originals:
        assert original.sha256 in text
    assert "PNOLV" not in text
    assert text.count("pievienošanās") >= len(book.arrivals) - 1


def test_the_pages_have_the_words_of_a_decision_and_the_number_of_a_sitting(pki, tmp_path):
    book = Book(moment=datetime.now(tz=UTC).replace(microsecond=0))
    book.record(EventType.SITTING_HELD, data={"number": "2", "form": "remote"})
    text = "Sekretariātam līdz 2027. gada 1. martam sagatavot pārskatu (010190-12345)."
    book.record(EventType.DECISION_TAKEN, data={"held": 1, "label": "2.1.", "text": text})
    path = tmp_path / "edition.pdf"
    made_edition(pki, book, path)
    data = path.read_bytes()
    pages = " ".join(structure_text(data[: data.index(b"%%EOF") + 6]).split())
    assert "padomes sēde Nr. 2 " in pages
    assert "padomes lēmums 2.1. Sekretariātam līdz 2027. gada 1. martam sagatavot pārskatu (" in pages
    assert "010190-12345" not in pages


def test_an_edition_of_an_empty_register_is_one_too(pki, tmp_path):
    manifest, _ = made_edition(pki, Book(moment=None), tmp_path / "edition.pdf")
    assert manifest.head is None
    assert manifest.annex == ()


def test_the_annex_is_that_of_the_day(book):
    assert annex_of(replay(book.events, date(2026, 11, 23))) == ()


def test_a_manifest_is_a_value(edition):
    _, manifest, _ = edition
    assert replace(manifest, number=2) != manifest


@pytest.mark.judge
def test_the_edition_is_conformant_sealed_and_readable_by_others(edition, pki, book, tmp_path):
    path, manifest, _ = edition
    judges.pdfa([path])
    (said,) = judges.dss([path], trust=sorted(pki.trust_folder.glob("*/*.pem")))
    assert [(s["indication"], s["level"]) for s in said["signatures"]] == [("TOTAL_PASSED", "PAdES-BASELINE-LTA")]
    subprocess.run([judges.program("qpdf"), "--check", str(path)], check=True, capture_output=True)
    subprocess.run([judges.program("pdfdetach"), "-saveall", "-o", str(tmp_path), str(path)], check=True)
    for original in manifest.originals:
        assert (tmp_path / original.name).read_bytes() == book.store[original.sha256]

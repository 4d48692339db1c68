"""Deep verification: an honest edition passes from the file alone; each way to lie is named."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from docgen.demo.pki import TestPki
from docgen.documents.pdf import print_pdf
from docgen.edition import compile as compiling
from docgen.edition import deep_worker, letters
from docgen.edition.deep import verify_edition
from docgen.edition.deep_reports import deep_to_json, deep_to_text
from docgen.edition.deep_worker import verify_edition_file
from docgen.edition.letters import letters_of
from docgen.edition.manifest import Original
from docgen.edition.pages import edition_document
from docgen.errors import ExitCode
from docgen.model.events import EventType, EvidenceKind
from docgen.model.reasons import ReasonCode, Verdict
from docgen.model.text import say
from docgen.signatures.trust import Trust, load_trust
from tests.editions import Book, letter_of, made_book, made_edition


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("pki")) as pki:
        yield pki


@pytest.fixture(scope="module")
def trust(pki):
    return load_trust(pki.trust_folder)


@pytest.fixture(scope="module")
def book(pki):
    return made_book(pki)


@pytest.fixture(scope="module")
def edition(pki, book, tmp_path_factory):
    path = tmp_path_factory.mktemp("edition") / "edition.pdf"
    made_edition(pki, book, path)
    return path


def deep(data, trust, *, later=timedelta(0)):
    return verify_edition(data, name="edition.pdf", trust=trust, as_of=datetime.now(tz=UTC) + later)


def said(report):
    return [str(message) for message in report.disagreements]


def test_an_honest_edition_agrees_with_itself(edition, trust):
    report = deep(edition.read_bytes(), trust)
    assert said(report) == []
    assert report.edition.reasons == ()
    assert report.exit_code is ExitCode.DONE
    assert report.verdict is Verdict.PASSED
    assert len(report.originals) == 4
    assert {original.verdict for original in report.originals} == {Verdict.PASSED}
    assert (report.number, report.members) == (1, 2)


def test_the_worker_says_the_same(edition, trust):
    moment = datetime.now(tz=UTC).replace(microsecond=0) + timedelta(seconds=1)
    inside = verify_edition(edition.read_bytes(), name=edition.name, trust=trust, as_of=moment)
    assert verify_edition_file(edition, trust=trust, as_of=moment) == inside


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_answer_does_not_depend_on_the_number_of_workers(edition, trust, monkeypatch, jobs):
    moment = datetime.now(tz=UTC).replace(microsecond=0) + timedelta(seconds=1)
    inside = verify_edition(edition.read_bytes(), name=edition.name, trust=trust, as_of=moment)
    monkeypatch.setattr(letters, "_PIECE", 1)  # four letters, four workers
    assert verify_edition_file(edition, trust=trust, as_of=moment, jobs=jobs) == inside


def test_a_worker_that_names_wrong_places_is_not_believed(edition, trust, monkeypatch):
    def shifted(manifest, events, places):
        return letters_of(manifest, events, {digest: place + 1 for digest, place in places.items()})

    monkeypatch.setattr(deep_worker, "letters_of", shifted)
    report = verify_edition_file(edition, trust=trust, as_of=datetime.now(tz=UTC))
    assert report.exit_code is ExitCode.UNREADABLE
    assert "gave an answer that is none" in deep_to_text(report)


def test_two_years_later_it_still_passes(edition, trust):
    report = deep(edition.read_bytes(), trust, later=timedelta(days=730))
    assert said(report) == []
    assert report.exit_code is ExitCode.DONE


def test_one_changed_byte_of_the_pages_breaks_the_seal(edition, trust):
    data = bytearray(edition.read_bytes())
    data[data.index(b"stream") + 40] ^= 1
    report = deep(bytes(data), trust)
    assert report.exit_code in {ExitCode.SIGNATURE_FAILED, ExitCode.MISMATCH}
    assert report.verdict is Verdict.FAILED


def test_one_changed_byte_of_an_original_is_found(edition, trust):
    data = bytearray(edition.read_bytes())
    place = re.search(rb"/EmbeddedFile.*?stream\r?\n", bytes(data), re.DOTALL).end()
    data[place + 2000] ^= 1
    report = deep(bytes(data), trust)
    assert report.verdict is Verdict.FAILED
    assert report.exit_code in {ExitCode.SIGNATURE_FAILED, ExitCode.MISMATCH}
    assert report.disagreements


def test_a_row_that_no_event_carries_is_named(pki, book, trust, tmp_path):
    def lie(manifest):
        first, *others = manifest.annex
        return replace(manifest, annex=(replace(first, name="Cita biedrība"), *others))

    made_edition(pki, book, tmp_path / "e.pdf", change=lie)
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert report.exit_code is ExitCode.MISMATCH
    assert any("Row 1" in line and "Cita biedrība" in line for line in said(report))


def test_a_member_left_out_is_named(pki, book, trust, tmp_path):
    made_edition(pki, book, tmp_path / "e.pdf", change=lambda m: replace(m, annex=m.annex[:-1]))
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert any("Row 3" in line for line in said(report))


def test_an_original_left_out_is_named(pki, book, trust, tmp_path):
    made_edition(pki, book, tmp_path / "e.pdf", change=lambda m: replace(m, originals=m.originals[1:]))
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert report.exit_code is ExitCode.MISMATCH
    assert any("is not in the edition" in line for line in said(report))


def test_a_changed_event_is_named(pki, book, trust, tmp_path):
    changed = list(book.events)
    changed[1] = replace(changed[1], body=changed[1].body.replace(b"40008999917", b"40008999921"))
    made_edition(pki, book, tmp_path / "e.pdf", events=changed)
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert any("Event 2 is not as it was recorded" in line for line in said(report))


def test_a_dropped_event_is_named(pki, book, trust, tmp_path):
    made_edition(pki, book, tmp_path / "e.pdf", events=book.events[:-1])
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert any("another last event" in line for line in said(report))
    assert report.exit_code is ExitCode.MISMATCH


def test_an_event_taken_out_of_the_middle_is_named(pki, book, trust, tmp_path):
    made_edition(pki, book, tmp_path / "e.pdf", events=[*book.events[:2], *book.events[3:]])
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert any("Event 3 does not follow the one before it" in line for line in said(report))
    assert report.exit_code is ExitCode.MISMATCH


def test_a_file_that_no_event_names_is_named(pki, book, trust, tmp_path):
    digest = book.keep(b"foreign")
    extra = Original(sha256=digest, name="9999-extra.pdf", kind=EvidenceKind.SCAN, size=7, events=(1,))
    made_edition(pki, book, tmp_path / "e.pdf", change=lambda m: replace(m, originals=(*m.originals, extra)))
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert any("9999-extra.pdf" in line for line in said(report))
    assert report.exit_code is ExitCode.MISMATCH


def test_a_letter_that_says_another_organisation_than_its_event_is_named(pki, book, trust, tmp_path):
    other = Book(moment=book.moment)
    letter = pki.sign(letter_of("Biedrība", organisation="40008999917"), "Anna Bērziņa", "B-LT")
    other.record(EventType.ACCESSION, organisation="40008999902", letter=letter, data={"name": "Biedrība"})
    made_edition(pki, other, tmp_path / "e.pdf")
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert any("of 40008999917; the event says accession of 40008999902" in line for line in said(report))
    assert report.exit_code is ExitCode.MISMATCH


def test_a_foreign_name_beside_the_seal_is_named(pki, book, trust, tmp_path):
    made_edition(pki, book, tmp_path / "e.pdf", change=lambda m: replace(m, sealed_by="Cita ministrija"))
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert said(report) == ["The edition says that Cita ministrija sealed it; the seal is of Parauga ministrija."]


def test_an_edition_that_says_it_was_issued_later_is_named(pki, book, trust, tmp_path):
    def later(manifest):
        return replace(manifest, issued_at=manifest.issued_at + timedelta(days=1))

    made_edition(pki, book, tmp_path / "e.pdf", change=later)
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert any("time stamp is older" in line for line in said(report))


def test_a_false_predecessor_is_named(pki, book, trust, tmp_path):
    made_edition(pki, book, tmp_path / "e.pdf", change=lambda m: replace(m, number=4))
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert any("says number 4" in line for line in said(report))


def test_a_receipt_moved_behind_its_event_is_named(pki, book, trust, tmp_path):
    def lie(manifest):
        first, *others = manifest.receipts
        return replace(manifest, receipts=(replace(first, received_at=first.received_at + timedelta(days=1)), *others))

    made_edition(pki, book, tmp_path / "e.pdf", change=lie)
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert any("recorded before intake" in line for line in said(report))


def test_an_event_of_the_second_of_its_receipt_is_not_before_it(pki, book, trust, tmp_path):
    def within_the_second(manifest):
        later = (replace(one, received_at=one.received_at.replace(microsecond=999_000)) for one in manifest.receipts)
        return replace(manifest, receipts=tuple(later))

    assert all(event.recorded_at.microsecond == 0 for event in book.events)
    made_edition(pki, book, tmp_path / "e.pdf", change=within_the_second)
    assert not any("recorded before intake" in line for line in said(deep((tmp_path / "e.pdf").read_bytes(), trust)))


def test_a_letter_whose_signature_does_not_hold_is_named(pki, book, trust, tmp_path):
    other = Book(moment=book.moment)
    signed = bytearray(pki.sign(letter_of("Biedrība"), "Anna Bērziņa", "B-LT"))
    signed[signed.index(b"stream") + 40] ^= 1
    other.record(EventType.ACCESSION, organisation="40008999902", letter=bytes(signed), data={"name": "Biedrība"})
    made_edition(pki, other, tmp_path / "e.pdf")
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert report.edition.verdict is Verdict.PASSED
    assert report.exit_code is ExitCode.MISMATCH
    assert any("the letter of event 1, was PASSED" in line for line in said(report))


def test_pages_that_say_something_else_are_named(pki, book, trust, tmp_path, monkeypatch):
    def other_pages(manifest, events):
        first, *others = manifest.annex
        return edition_document(replace(manifest, annex=(replace(first, name="Cita biedrība"), *others)), events)

    monkeypatch.setattr(compiling, "edition_document", other_pages)
    made_edition(pki, book, tmp_path / "e.pdf")
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert said(report) == ["The pages do not say what the data and events of the edition say."]
    assert report.exit_code is ExitCode.MISMATCH


def test_a_page_painted_over_before_sealing_is_named(pki, book, trust, tmp_path):
    def painted(document):
        writer = IncrementalPdfFileWriter(io.BytesIO(print_pdf(document)))
        page = writer.root["/Pages"]["/Kids"][0]
        cover = generic.StreamObject(stream_data=b"/Artifact BMC 1 1 1 rg 0 0 600 850 re f EMC")
        contents = page.raw_get("/Contents")
        page["/Contents"] = generic.ArrayObject([contents, writer.add_object(cover)])
        writer.mark_update(page.container_ref)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    made_edition(pki, book, tmp_path / "e.pdf", print_document=painted)
    report = deep((tmp_path / "e.pdf").read_bytes(), trust)
    assert report.exit_code in {ExitCode.MISMATCH, ExitCode.SIGNATURE_FAILED}
    assert any("changes what was printed" in line for line in said(report))


def test_what_is_appended_after_the_seal_changes_nothing_that_is_read(edition, trust):
    writer = IncrementalPdfFileWriter(io.BytesIO(edition.read_bytes()))
    writer.root["/AF"] = generic.ArrayObject()
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    report = deep(out.getvalue(), trust)
    assert len(report.originals) == 4
    assert "proves nothing" in deep_to_text(report)
    assert ReasonCode.CHANGED in {reason.code for reason in report.edition.reasons}
    assert report.exit_code is ExitCode.SIGNATURE_FAILED


def test_whom_the_reader_does_not_trust_gives_no_pass(edition, pki):
    stranger = pki.certificate("signers", rogue=True).dump()
    report = deep(edition.read_bytes(), Trust(signers=(stranger,), timestamps=(stranger,)))
    assert report.exit_code is not ExitCode.DONE
    assert report.edition.verdict is not Verdict.PASSED


def test_a_letter_is_no_edition(pki, trust):
    report = deep(pki.sign(letter_of("Biedrība"), "Anna Bērziņa", "B-LT"), trust)
    assert any("no edition" in line for line in said(report))
    assert report.exit_code is not ExitCode.DONE


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_is_no_edition(trust, data):
    report = deep(data, trust)
    assert report.exit_code is not ExitCode.DONE
    assert report.verdict is not Verdict.PASSED


def test_text_and_json_and_exit_code_say_the_same(edition, trust):
    report = deep(edition.read_bytes(), trust)
    document = deep_to_json([report], as_of=datetime.now(tz=UTC), trust=trust.summary())
    assert document["exit_code"] == int(report.exit_code) == 0
    assert document["files"][0]["edition"]["disagreements"] == []
    assert len(document["files"][0]["inside"]) == 4
    assert "agree" in deep_to_text(report)
    wrong = replace(report, disagreements=(say("Row {number} differs.", number=7),))
    document = deep_to_json([wrong], as_of=datetime.now(tz=UTC), trust=trust.summary())
    assert document["exit_code"] == int(wrong.exit_code) == 20
    assert document["files"][0]["edition"]["disagreements"] == ["Row 7 differs."]
    assert "Row 7 differs." in deep_to_text(wrong)
    assert "agree." not in deep_to_text(wrong)


def test_a_report_is_no_boolean(edition, trust):
    with pytest.raises(TypeError):
        bool(deep(edition.read_bytes(), trust))

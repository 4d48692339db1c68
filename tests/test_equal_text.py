"""Letters with the words and the look of docgen's print but other bytes; and those that only seem so.

Every letter here is really signed, and received as strangers' letters are: verified, printed again, looked at.
"""

import io
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfWriter

from docgen.cli.receive import _what
from docgen.database import open_database
from docgen.documents.letters import check_letter, letter_document, letter_pdf_of, renderer_name
from docgen.documents.packs import load_pack
from docgen.documents.pdf import Attachment, print_pdf
from docgen.errors import ExitCode, UsageError
from docgen.model.decisions import Rules
from docgen.model.reasons import Decision, ReasonCode
from docgen.model.recognition import Act
from docgen.signatures.batch import Submission
from docgen.signatures.reports import to_json
from docgen.workflow.printing import Printer
from docgen.workflow.receive import Desk, Receipt, Source, receive
from docgen.workflow.register import Said, accept, accept_all_in_order
from tests import judges, tampered
from tests.letters import IEM, A, B, letter_data

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strangers' letters are looked at on Linux")

ANNA = "Anna Bērziņa"
OLDER = "docgen 0.9.0, typst 0.14.0"
RULES = Rules(threshold=5)


def payload(organisation=A, **claims):
    pack = load_pack(IEM)
    person = {"name": ANNA, "position": "valdes locekle", "email": "anna@alfa.example", "phone": "+371 60000000"}
    council = {"wish": "yes", "representative": person}
    letter = check_letter("accession", letter_data("accession", organisation, [ANNA], council=council), pack)
    return replace(letter.payload, **{"renderer": OLDER, **claims})


def printed(**claims):
    """Return a print whose payload says that another version made it; copies of it have other bytes."""
    return letter_pdf_of(payload(**claims), load_pack(IEM))


def take(desk, pdf):
    moment = datetime.now(tz=UTC)
    (received,) = receive(
        desk, [Source(name="letter.pdf", data=pdf)], Receipt(received_at=moment, now=moment, channel="email")
    )
    return received


def codes(received):
    return [reason.code for reason in received.report.reasons]


def saved_by_qpdf(*options):
    def copy(pdf):
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "in.pdf"), Path(folder, "out.pdf")
            source.write_bytes(pdf)
            subprocess.run([judges.program("qpdf"), *options, source, target], check=True, capture_output=True)
            return target.read_bytes()

    return copy


COPIES = [
    pytest.param(tampered.saved_by_pypdf, id="pypdf"),
    pytest.param(saved_by_qpdf(), id="qpdf"),
    pytest.param(saved_by_qpdf("--object-streams=generate"), id="qpdf-object-streams"),
    pytest.param(saved_by_qpdf("--qdf"), id="qpdf-uncompressed"),
]


# --- equal -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_with_the_same_words_and_the_same_look_is_equal_text(desk, pki, copy):
    received = take(desk, pki.sign(copy(printed()), ANNA, "B-LT"))
    what = received.recognition.recognised
    assert (what.as_, what.act, what.organisation, what.differences) == ("equal-text", "accession", A, ("renderer",))
    assert codes(received) == [ReasonCode.FOREIGN]
    assert received.report.decision is Decision.REVIEW
    assert received.report.exit_code is ExitCode.DONE
    assert [signer.named_in_letter for signer in received.recognition.signers] == [True]
    assert received.next_command == f"docgen register decide {received.intake} accept --by NAME --why TEXT"


def test_a_copy_that_names_this_version_was_saved_anew_and_is_equal_text(desk, pki, printer):
    own = payload(renderer=renderer_name())
    assert printer.claims_this_renderer(own)
    received = take(desk, pki.sign(tampered.saved_by_pypdf(letter_pdf_of(own, load_pack(IEM))), ANNA, "B-LT"))
    assert received.recognition.recognised.as_ == "equal-text"
    assert received.recognition.recognised.differences == ("bytes",)
    assert codes(received) == [ReasonCode.FOREIGN]


def test_a_layout_of_another_version_string_is_equal_text(desk, pki):
    pdf = printed()
    other = pdf.replace(b"(Typst 0.", b"(Typst 9.").replace(b">Typst 0.", b">Typst 9.")
    assert other != pdf
    received = take(desk, pki.sign(other, ANNA, "B-LT"))
    assert received.recognition.recognised.as_ == "equal-text"


@pytest.mark.skipif(
    not os.environ.get("DOCGEN_OTHER_TYPST"), reason="DOCGEN_OTHER_TYPST names no folder of a Typst wheel"
)
@pytest.mark.parametrize("act", ["accession", "withdrawal"])
def test_a_letter_that_another_typst_printed_is_equal_text(desk, pki, act):
    code = "import sys; from tests.letters import *; sys.stdout.buffer.write(letter_pdf(sys.argv[1], A, [sys.argv[2]]))"
    environment = {**os.environ, "PYTHONPATH": os.environ["DOCGEN_OTHER_TYPST"], "PYTHONUTF8": "1"}
    run = subprocess.run([sys.executable, "-c", code, act, ANNA], capture_output=True, check=True, env=environment)
    received = take(desk, pki.sign(run.stdout, ANNA, "B-LT"))
    assert received.recognition.recognised.as_ == "equal-text"
    assert received.recognition.recognised.differences == ("renderer",)


def test_it_is_accepted_with_a_reason_and_registers_what_its_payload_says(desk, pki):
    received = take(desk, pki.sign(tampered.saved_by_pypdf(printed()), ANNA, "B-LT"))
    assert list(accept_all_in_order(desk.database, RULES, by="I. Kalniņa", at=datetime.now(tz=UTC))) == []
    decide = {"by": "I. Kalniņa", "at": datetime.now(tz=UTC)}
    with pytest.raises(UsageError, match="needs a reason"):
        accept(desk.database, RULES, received.intake, **decide)
    said = Said(act=Act.WITHDRAWAL, organisation=B, name="Beta")
    with pytest.raises(UsageError, match="says itself"):
        accept(desk.database, RULES, received.intake, **decide, why="read it", said=said)
    outcome = accept(desk.database, RULES, received.intake, **decide, why="read it")
    assert [(event.type, event.organisation) for event in outcome.events] == [("accession", A), ("council-joined", A)]
    assert outcome.events[0].data["recognised"] == "equal-text"


def test_the_same_letter_printed_by_another_version_comes_again_as_the_same_letter(desk, pki):
    first = take(desk, pki.sign(printed(), ANNA, "B-LT"))
    assert first.recognition.recognised.as_ == "printed"
    accept(desk.database, RULES, first.intake, by="I. Kalniņa", at=datetime.now(tz=UTC))
    again = take(desk, pki.sign(tampered.saved_by_pypdf(printed()), ANNA, "B-LT"))
    assert again.duplicate_of == first.intake
    assert ReasonCode.REPLAY in codes(again)


def test_it_is_refused_where_somebody_signed_whom_it_does_not_name(desk, pki):
    received = take(desk, pki.sign(tampered.saved_by_pypdf(printed()), "Jānis Ozols", "B-LT"))
    assert received.recognition.recognised.as_ == "equal-text"
    assert set(codes(received)) == {ReasonCode.FOREIGN, ReasonCode.IDENTITY}
    assert received.report.decision is Decision.REFUSE


def test_a_printed_letter_pays_for_no_second_look(pki, verifier, tmp_path):
    with Printer(IEM) as printer, open_database(f"sqlite:///{tmp_path / 'register.db'}") as database:
        desk = Desk(
            database=database,
            signed=tmp_path / "signed",
            pack="iem",
            renderer=printer,
            verify=lambda path, name, moment: verifier.report(
                [Submission(name=name, path=path)], as_of=moment, receipt=moment
            ),
            material={},
            policy="by-anchor",
            as_json=lambda report: to_json(report, str),
        )
        assert take(desk, pki.sign(printed(), ANNA, "B-LT")).recognition.recognised.as_ == "printed"
        assert list(printer._forkers) == ["docgen.documents.render_worker"]


# --- not equal -------------------------------------------------------------------------------------------------------

ALTERED = {
    "white_box_as_artifact": {"raster"},
    "white_dot": {"raster"},
    "white_text": {"raster"},
    "other_font_size": {"raster"},
    "shuffled_glyphs": {"raster", "means"},
    "hidden_layer": {"raster", "means"},
    "shown_layer": {"means"},
    "other_colours": {"means"},
    "cropped_for_printers": {"means"},
    "larger_page": {"geometry", "raster"},
    "cropped_page": {"geometry", "raster"},
    "turned_page": {"geometry", "raster"},
    "page_of_another_unit": {"geometry"},
    "annotation_over_text": {"raster", "means"},
    "extra_page": {"pages"},
    "replaced_words": {"text", "means"},
    "replaced_words_in_the_tree": {"text", "means"},
    "invisible_text": {"text", "means"},
    "invisible_text_as_artifact": {"text", "means"},
    "white_text_on_white": {"text"},
    "other_title": {"title"},
    "other_title_in_the_metadata": {"title"},
    "other_outline": {"title"},
    "other_roles": {"means"},
    "meanings_in_a_comment": {"unreadable"},
    "two_meanings": {"unreadable"},
    "codes_of_one_byte": {"unreadable"},
    "meanings_from_elsewhere": {"unreadable"},
    "element_in_another_language": {"means"},
    "element_pronounced_otherwise": {"means"},
    "element_with_a_summary": {"means"},
    "other_language": {"means"},
    "read_from_right_to_left": {"means"},
    "font_written_downwards": {"means"},
    "other_output_colours": {"means"},
    "outline_that_cannot_be_seen": {"means"},
    "title_in_a_comment": {"unreadable"},
    "other_author": {"title"},
}


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_page_is_not_equal_text(desk, pki, name):
    received = take(desk, pki.sign(getattr(tampered, name)(printed()), ANNA, "B-LT"))
    what = received.recognition.recognised
    assert what.as_ == "foreign"
    assert what.differences[0] == "renderer"
    assert set(what.differences[1:]) == ALTERED[name]
    assert ReasonCode.FOREIGN in codes(received)
    assert received.report.decision is not Decision.ACCEPT
    assert received.recognition.letter is None


@pytest.mark.parametrize("name", ["second_title_by_another_prefix", "second_title_with_attributes"])
def test_a_second_title_in_the_metadata_is_seen(printer, name):
    """Most programs do not sign such a file; what signs it is not asked."""
    pdf = printed()
    assert printer.differences(pdf, getattr(tampered, name)(pdf)) == ("title",)


def test_two_files_in_one_attachment_are_more_than_a_letter_carries(desk, pki):
    received = take(desk, pki.sign(tampered.second_file_in_the_attachment(printed()), ANNA, "B-LT"))
    assert ReasonCode.LIMIT in codes(received)
    assert received.report.decision is Decision.REFUSE


@pytest.mark.parametrize("name", ["white_box_as_artifact", "replaced_words_in_the_tree"])
def test_an_altered_page_that_names_this_version_contradicts_its_payload(desk, pki, name):
    received = take(desk, pki.sign(getattr(tampered, name)(printed(renderer=renderer_name())), ANNA, "B-LT"))
    assert received.recognition.recognised.as_ == "foreign"
    assert codes(received) == [ReasonCode.CONTENT]
    assert received.report.decision is Decision.REFUSE


def test_another_payload_than_the_page_is_not_equal_text(desk, pki):
    other = payload(B)
    letter = check_letter("accession", letter_data("accession", A, [ANNA]), load_pack(IEM))
    data = Attachment(
        name="docgen.json", content=other.to_json(), media_type="application/json", description="Vēstules dati"
    )
    received = take(desk, pki.sign(print_pdf(letter_document(letter, other.reference), [data]), ANNA, "B-LT"))
    assert received.recognition.recognised.as_ == "foreign"
    assert {"raster", "text"} <= set(received.recognition.recognised.differences)


def test_a_payload_whose_data_this_version_cannot_read_is_not_equal_text(desk, pki):
    strange = payload()
    strange = replace(strange, data={**strange.data, "colour": {"of": "paper"}})
    letter = check_letter("accession", letter_data("accession", A, [ANNA]), load_pack(IEM))
    data = Attachment(
        name="docgen.json", content=strange.to_json(), media_type="application/json", description="Vēstules dati"
    )
    received = take(desk, pki.sign(print_pdf(letter_document(letter, strange.reference), [data]), ANNA, "B-LT"))
    assert received.recognition.recognised.as_ == "foreign"
    assert received.recognition.recognised.differences == ("data",)


def test_what_was_added_to_a_copy_before_it_was_signed_makes_it_foreign(desk, pki):
    writer = PdfWriter(io.BytesIO(tampered.saved_by_pypdf(printed())), incremental=True)
    writer.add_metadata({"/Title": "Par izstāšanos"})
    changed = io.BytesIO()
    writer.write(changed)
    received = take(desk, pki.sign(changed.getvalue(), ANNA, "B-LT"))
    assert received.recognition.recognised.as_ == "foreign"
    assert received.recognition.recognised.differences == ("renderer", "later-revisions")


def test_a_file_that_the_second_reader_does_not_open_is_not_equal_text(printer):
    pdf = printed()
    assert printer.differences(pdf, pdf[: len(pdf) // 2]) == ("unreadable",)
    assert printer.differences(pdf, b"") == ("unreadable",)
    assert printer.differences(pdf, pdf) == ()


def test_a_linearized_copy_stays_foreign(desk, pki):
    """Its oldest cross-reference section holds half the file: no first revision has the letter's data."""
    received = take(desk, pki.sign(saved_by_qpdf("--linearize")(printed()), ANNA, "B-LT"))
    assert received.recognition.recognised.as_ == "foreign"
    assert codes(received) == [ReasonCode.FOREIGN]


def test_it_is_told_in_words(desk, pki):
    received = take(desk, pki.sign(tampered.saved_by_pypdf(printed()), ANNA, "B-LT"))
    assert "equal in words and look" in str(_what(received))

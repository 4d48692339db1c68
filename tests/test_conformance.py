"""A sealed file is checked once more: each thing that PDF/A-3a or PDF/UA-1 asks for and that is broken is named."""

from __future__ import annotations

import io
import shlex
from datetime import UTC, date, datetime

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from docgen.demo.pki import PASSWORD, TestPki
from docgen.documents.pdf import print_pdf
from docgen.errors import ConformanceError, ExitCode, MissingError
from docgen.model.blocks import Document, Heading, plain
from docgen.signatures.conformance import check_conformance, failed_rules
from docgen.signatures.seal import Embedded, Relationship, seal_pdf
from docgen.signatures.sign import Credentials, Level
from docgen.signatures.verapdf import judge
from tests import judges
from tests.judges.standing import JVM

COPY = Document(title="Oficiālā kopija", date=date(2026, 11, 24), blocks=(Heading(text=plain("Oficiālā kopija")),))


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("pki")) as pki:
        yield pki


def seal(pki, path, readable):
    file = Embedded(
        name="1.json", description="Dati", media_type="application/json", relationship=Relationship.DATA, data=b"{}"
    )
    seal_pdf(
        readable,
        [file],
        path,
        Credentials.from_pkcs12(pki.seal("Parauga ministrija", "90000000000"), PASSWORD),
        level=Level.LTA,
        tsa_url=pki.tsa_url,
        anchors=[pki.certificate(kind).dump() for kind in ("signers", "timestamps")],
        modified=datetime(2026, 11, 24, tzinfo=UTC),
    )
    return path


@pytest.fixture(scope="module")
def sealed(pki, tmp_path_factory):
    return seal(pki, tmp_path_factory.mktemp("sealed") / "copy.pdf", print_pdf(COPY))


def changed(data, change):
    """One more revision, in which `change` did something to the catalog."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def without(*path):
    def change(writer):
        place = writer.root
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]
        if len(path) > 1:
            writer.update_container(place)

    return change


def first_file(writer):
    specification = writer.root["/AF"][0]
    writer.update_container(specification)
    return specification


def first_stream(writer):
    stream = writer.root["/AF"][0]["/EF"]["/F"]
    writer.update_container(stream)
    return stream


def with_action(writer):
    writer.root["/OpenAction"] = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    )


def with_form_field(writer):
    field = generic.DictionaryObject({pdf_name("/FT"): pdf_name("/Tx"), pdf_name("/T"): generic.pdf_string("x")})
    form = writer.root["/AcroForm"]
    form["/Fields"].append(writer.add_object(field))
    writer.update_container(form)
    writer.update_container(form["/Fields"])


def with_visible_seal(writer):
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (10, 10, 90, 90)))
    writer.update_container(field)


def with_other_metadata(writer):
    writer.root["/Metadata"] = writer.add_object(generic.StreamObject(stream_data=b"<x:xmpmeta/>"))


def with_unassociated_file(writer):
    del writer.root["/AF"][0]
    writer.update_container(writer.root["/AF"])


BROKEN = {
    "/MarkInfo": (without("/MarkInfo"), "6.7.2.2 /MarkInfo /Marked"),
    "/Lang": (without("/Lang"), "6.7.4 /Lang"),
    "/StructTreeRoot": (without("/StructTreeRoot"), "6.7.3 /StructTreeRoot"),
    "/OutputIntents": (without("/OutputIntents"), "6.2.3 /OutputIntents"),
    "XMP": (with_other_metadata, "6.6.4 pdfaid:part"),
    "PDF/UA": (with_other_metadata, "6.6.4 pdfuaid:part"),
    "title": (without("/ViewerPreferences"), "ISO 14289-1 7.1 /DisplayDocTitle"),
    "/AF": (without("/AF"), "6.8 /AF is not what /EmbeddedFiles is"),
    "one not in /AF": (with_unassociated_file, "6.8 /AF is not what /EmbeddedFiles is"),
    "/AFRelationship": (lambda w: first_file(w).pop("/AFRelationship"), "6.8 /AFRelationship"),
    "/UF": (lambda w: first_file(w).pop("/UF"), "6.8 /UF"),
    "/Subtype": (lambda w: first_stream(w).pop("/Subtype"), "6.8 /Subtype"),
    "script": (with_action, "6.5 /JavaScript"),
    "action": (with_action, "6.5 /OpenAction"),
    "field": (with_form_field, "6.4 field that is no signature"),
    "visible": (with_visible_seal, "6.3 visible signature"),
}


def test_a_sealed_file_has_what_it_needs(sealed):
    assert failed_rules(sealed.read_bytes()) == ()


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named(sealed, name):
    change, rule = BROKEN[name]
    assert rule in failed_rules(changed(sealed.read_bytes(), change))


def test_an_added_revision_alone_breaks_nothing(sealed):
    assert failed_rules(changed(sealed.read_bytes(), IncrementalPdfFileWriter.update_root)) == ()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no PDF at all\n"])
def test_what_cannot_be_read_does_not_pass(data):
    assert failed_rules(data) != ()


def test_a_missing_line_feed_at_the_end_is_named(sealed):
    assert failed_rules(sealed.read_bytes().rstrip(b"\n")) == (
        "6.1.3 %%EOF at the end, with one line feed",
        "6.1.9 line end after %%EOF",
    )


def test_an_object_on_the_line_of_the_end_is_named(pki, tmp_path):
    with pytest.raises(ConformanceError, match=r"6\.1\.9"):
        seal(pki, tmp_path / "copy.pdf", print_pdf(COPY).rstrip(b"\n"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_does_not_conform_is_not_written(pki, tmp_path):
    with pytest.raises(ConformanceError, match="/Lang") as found:
        seal(pki, tmp_path / "copy.pdf", changed(print_pdf(COPY), without("/Lang")))
    assert found.value.exit_code is ExitCode.CONFORMANCE
    assert list(tmp_path.iterdir()) == []


def test_every_failed_rule_is_said_at_once(sealed):
    def both(writer):
        without("/Lang")(writer)
        without("/MarkInfo")(writer)

    with pytest.raises(ConformanceError, match=r"/MarkInfo.*/Lang"):
        check_conformance(changed(sealed.read_bytes(), both))


def program(folder, *lines):
    path = folder / "verapdf"
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)
    return path


def test_a_named_judge_that_is_not_there_is_missed(sealed, monkeypatch):
    monkeypatch.setenv("DOCGEN_VERAPDF", "/nowhere/verapdf")
    with pytest.raises(MissingError, match="DOCGEN_VERAPDF"):
        judge(sealed)


@pytest.mark.parametrize("words", ["exit 0", "echo PASS", "echo '<validationReport>'; exit 3"])
def test_a_judge_without_a_verdict_is_no_pass(sealed, monkeypatch, tmp_path, words):
    monkeypatch.setenv("DOCGEN_VERAPDF", str(program(tmp_path, words)))
    with pytest.raises(ConformanceError, match="no verdict"):
        judge(sealed)


def test_without_a_judge_the_own_check_stands_alone(sealed, monkeypatch, tmp_path):
    monkeypatch.delenv("DOCGEN_VERAPDF", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert judge(sealed) is None


@pytest.mark.judge
def test_verapdf_judges_the_sealed_bytes(sealed, monkeypatch, tmp_path):
    java, jar = judges.program("java"), judges.verapdf_jar()
    call = f'exec {java} {" ".join(JVM)} -cp {shlex.quote(str(jar))} org.verapdf.apps.GreenfieldCliWrapper "$@"'
    monkeypatch.setenv("DOCGEN_VERAPDF", str(program(tmp_path, call)))
    judge(sealed)
    # What veraPDF and the own check both name.
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(changed(sealed.read_bytes(), lambda writer: first_file(writer).pop("/AFRelationship")))
    with pytest.raises(ConformanceError, match=r"6\.8"):
        judge(broken)
    assert failed_rules(broken.read_bytes()) != ()

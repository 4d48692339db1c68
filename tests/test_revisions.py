"""What a later revision may do: add signature machinery, and nothing else."""

import json

import pytest

from docgen.model.reasons import ReasonCode
from docgen.model.report import Changes
from docgen.signatures._pyhanko_reader import ReadError, Ref
from docgen.signatures.raw import check_coverage
from docgen.signatures.revisions import check_revisions, first_revision, machinery_only
from tests.corpora import shared
from tests.pdfs import (
    BASE,
    LIMITS,
    SIGNATURE,
    SIGNING,
    field,
    fill_ranges,
    opened,
    signature,
    signed,
    stream,
    update,
    with_catalog,
    with_page,
    write,
)

LATER = Ref(32, 0)
SIGNED = signed()

# A second signature in its own revision.
SECOND = {
    3: with_page(Annots=b"[21 0 R 31 0 R]"),
    20: b"<< /Fields [21 0 R 31 0 R] /SigFlags 3 >>",
    31: field(32, name=b"S2"),
    32: signature(),
}
# Validation data in its own revision.
DSS = {
    1: with_catalog(AcroForm=b"20 0 R", DSS=b"40 0 R"),
    40: b"<< /Type /DSS /Certs [41 0 R] >>",
    41: stream(b"certificate"),
}
INFO = {7: b"<< /Producer (a signing program) /ModDate (D:20261120) >>"}
XMP = {6: stream(b"<x:xmpmeta more=''/>", b"/Type /Metadata /Subtype /XML")}


END = len(SIGNED)


def judge(data, *, end=END, accepted=(SIGNATURE, LATER), sound=()):
    return check_revisions(opened(data), data, end, accepted=accepted, sound=sound)


def after(*revisions, base=SIGNED):
    data = base
    for objects in revisions:
        data = update(data, objects)
        if any(body and b"1111111111" in body for body in objects.values()):
            data = fill_ranges(data)
    return data


def test_a_signature_over_the_whole_file_has_nothing_after_it():
    assert judge(SIGNED).changes is Changes.NONE
    assert judge(SIGNED + b"\r\n").changes is Changes.NONE
    assert machinery_only(opened(SIGNED), SIGNED, accepted={SIGNATURE})
    assert first_revision(opened(SIGNED), SIGNED) == len(write())


@pytest.mark.parametrize(
    "revisions",
    [
        [SECOND],
        [{**SECOND, **INFO, **XMP}],
        [DSS],
        [{**DSS, **INFO}],
        [SECOND, {**DSS, 3: SECOND[3], 20: SECOND[20]}],
        [DSS, {40: b"<< /Type /DSS /Certs [41 0 R 42 0 R] >>", 42: stream(b"another")}],
        [DSS, {41: stream(b"renewed")}],
        [{**SECOND, 32: signature(b"/DocTimeStamp")}],
        [{1: with_catalog(AcroForm=b"20 0 R", Extensions=b"<< /ESIC << /BaseVersion /1.7 >> >>", Version=b"/2.0"),
          **SECOND}],
        [{20: SECOND[20], 31: field(32, name=b"S2"), 32: signature()}],
        [{**SECOND, 20: b"<< /Fields [21 0 R 31 0 R] /SigFlags 3 /DA (/Helv 0 Tf) /DR << >> >>"}],
        [{**SECOND, 31: field(32, name=b"S2", rect=b"[10 10 90 50]", flags=2)}],
    ],
    ids=["signature", "with-information", "dss", "dss-info", "both", "dss-grows", "dss-renewed", "stamp", "extensions",
         "no-page", "resources", "hidden"],
)  # fmt: skip
def test_signature_machinery_is_permitted(revisions):
    data = after(*revisions)
    assert judge(data).reasons == []
    assert judge(data).changes is Changes.PERMITTED
    assert machinery_only(opened(data), data, accepted={SIGNATURE, LATER})


FORBIDDEN = {
    "page-content": ({4: stream(b"BT (Other) Tj ET")}, "page 1"),
    "page-points-elsewhere": (
        {3: SIGNING[3].replace(b"/Contents 4", b"/Contents 9"), 9: stream(b"BT ET")}, "page 1"),
    "page-box": ({3: SIGNING[3].replace(b"842", b"400")}, "page 1"),
    "page-action": ({3: with_page(Annots=b"[21 0 R]", AA=b"<< >>")}, "page 1"),
    "font": ({5: BASE[5].replace(b"Helvetica", b"Courier")}, "page 1"),
    "page-added": ({2: b"<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 >>", 9: BASE[3]}, ""),
    "annotation": ({3: with_page(Annots=b"[21 0 R 9 0 R]"), 9: b"<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] >>"},
                   "page 1"),
    "direct-annotation": ({3: with_page(Annots=b"[21 0 R << /Subtype /Square /Rect [0 0 9 9] >>]")}, "page 1"),
    "annotation-taken": ({3: BASE[3]}, "page 1"),
    "widget-moved": ({21: field(rect=b"[0 0 400 400]")}, "page 1"),
    "signature-exchanged": ({21: field(23), 23: signature().replace(b"1111111111", b"0000000009")}, ""),
    "signature-changed": ({22: b"<< /Type /Sig >>"}, ""),
    "catalog-action": ({1: with_catalog(AcroForm=b"20 0 R", OpenAction=b"<< /S /JavaScript /JS (x) >>")}, "catalog"),
    "catalog-names": ({1: with_catalog(AcroForm=b"20 0 R", Names=b"<< >>")}, "catalog"),
    "catalog-pages": ({1: SIGNING[1].replace(b"/Pages 2", b"/Pages 9"), 9: BASE[2]}, "catalog"),
    "form-taken": ({1: BASE[1]}, "form"),
    "form-xfa": ({20: b"<< /Fields [21 0 R] /SigFlags 3 /XFA (x) >>"}, "form"),
    "form-redrawn": ({20: b"<< /Fields [21 0 R] /SigFlags 3 /NeedAppearances true >>"}, "form"),
    "field-taken": ({20: b"<< /Fields [] /SigFlags 3 >>"}, "form"),
    "text-field": ({20: SECOND[20], 31: b"<< /FT /Tx /T (x) /V (y) >>"}, "field x"),
    "empty-field": ({20: SECOND[20], 31: field(0, name=b"S2")}, "field S2"),
    "visible-empty-field": (
        {3: SECOND[3], 20: SECOND[20], 31: field(0, name=b"S2", rect=b"[0 0 595 842]")}, "field S2"),
    "old-signature-again": ({**SECOND, 31: field(22, name=b"S2"), 32: b"<< >>"}, "field S2"),
    "same-name": ({**SECOND, 31: field(32, name=b"S1")}, "field S1"),
    "field-with-action": ({**SECOND, 31: field(32, name=b"S2", extra=b"/AA << >>")}, "field S2"),
    "information-alone": (INFO, "metadata"),
    "xmp-alone": (XMP, "metadata"),
    "xmp-no-xmp": ({**SECOND, 6: stream(b"BT ET")}, "object 6"),
    "page-freed": ({4: None}, "page 1"),
    "table-only": ({9: None, 20: b"<< /Fields [21 0 R 22 0 R] >>"}, "form"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORBIDDEN)
def test_everything_else_is_a_change_with_its_place(name):
    objects, place = FORBIDDEN[name]
    data = after(objects)
    facts = judge(data)
    assert facts.changes is Changes.FORBIDDEN
    assert {reason.code for reason in facts.reasons} <= {ReasonCode.CHANGED, ReasonCode.HIDDEN}
    assert any(place in reason.where and "revision 3" in reason.where for reason in facts.reasons), facts.reasons
    assert not machinery_only(opened(data), data, accepted={SIGNATURE, LATER})
    # A signature in the same revision makes it no better.
    hidden = {**objects, **{number: body for number, body in SECOND.items() if number not in objects}}
    if not {3, 20, 31} & objects.keys() and name not in {"information-alone", "xmp-alone"}:
        assert judge(after(hidden)).changes is Changes.FORBIDDEN


def test_dss_may_not_be_taken_away():
    data = after(DSS, {1: SIGNING[1]})
    assert judge(data).changes is Changes.FORBIDDEN


@pytest.mark.parametrize("name", ["whiteout", "annotation", "information"])
def test_a_change_before_the_first_signature_is_no_machinery(name):
    before = {
        "whiteout": {
            3: BASE[3].replace(b"/Contents 4 0 R", b"/Contents [4 0 R 9 0 R]"),
            9: stream(b"1 g 0 0 9 9 re f"),
        },
        "annotation": {3: with_page(Annots=b"[9 0 R]"), 9: b"<< /Subtype /Square /Rect [0 0 9 9] >>"},
        "information": INFO,
    }[name]
    changes = {3: before[3][:-2] + b"/Annots [21 0 R] >>"} if name == "whiteout" else None
    if name == "annotation":
        changes = {3: with_page(Annots=b"[9 0 R 21 0 R]")}
    data = signed(update(write(), before), changes)
    assert judge(data, end=len(data)).changes is Changes.NONE
    assert not machinery_only(opened(data), data, accepted={SIGNATURE})


def test_a_whiteout_in_the_revision_of_the_signature_is_no_machinery():
    page = BASE[3].replace(b"/Contents 4 0 R", b"/Contents [4 0 R 9 0 R]")[:-2] + b"/Annots [21 0 R] >>"
    data = signed(changes={3: page, 9: stream(b"1 g 0 0 9 9 re f")})
    assert judge(data, end=len(data)).changes is Changes.NONE
    assert not machinery_only(opened(data), data, accepted={SIGNATURE})


def test_a_new_field_needs_an_accepted_signature():
    data = after(SECOND)
    facts = judge(data, accepted={SIGNATURE})
    assert facts.changes is Changes.FORBIDDEN
    assert "field S2" in facts.reasons[0].where


def test_a_signature_that_nobody_vouches_for_changed_nothing_while_it_is_invisible():
    assert judge(after(SECOND), accepted={SIGNATURE}, sound={LATER}).changes is Changes.PERMITTED
    shown = after({**SECOND, 31: field(32, name=b"S2", rect=b"[0 0 500 700]")})
    assert judge(shown, accepted={SIGNATURE}, sound={LATER}).changes is Changes.FORBIDDEN


def test_a_visible_stamp_of_an_accepted_signature_is_for_a_person_to_look_at():
    data = after({**SECOND, 31: field(32, name=b"S2", rect=b"[0 0 500 700]")})
    facts = judge(data)
    assert facts.changes is Changes.PERMITTED
    assert [(r.code, r.where) for r in facts.reasons] == [(ReasonCode.HIDDEN, "revision 3, page 1")]
    assert not machinery_only(opened(data), data, accepted={SIGNATURE, LATER})


def test_an_empty_field_that_was_signed_over_may_be_filled_in_its_place():
    prepared = signed(
        changes={
            3: with_page(Annots=b"[21 0 R 31 0 R]"),
            20: b"<< /Fields [21 0 R 31 0 R] /SigFlags 3 >>",
            31: field(0, name=b"S2", rect=b"[10 10 90 50]"),
        }
    )
    data = after({31: field(32, name=b"S2", rect=b"[10 10 90 50]"), 32: signature()}, base=prepared)
    assert judge(data, end=len(prepared)).reasons == []
    moved = after({31: field(32, name=b"S2", rect=b"[10 10 90 500]"), 32: signature()}, base=prepared)
    assert judge(moved, end=len(prepared)).changes is Changes.FORBIDDEN


@pytest.mark.parametrize("part", ["metadata", "info", "dss", "form"])
def test_content_that_also_plays_a_part_of_machinery_stays_content(part):
    """The page's own content is named as metadata, Info, validation data or form: it may not change as such."""
    entries = {
        "metadata": with_catalog(AcroForm=b"20 0 R").replace(b"/Metadata 6", b"/Metadata 4"),
        "info": with_catalog(AcroForm=b"20 0 R"),
        "dss": with_catalog(AcroForm=b"20 0 R", DSS=b"<< /Certs [4 0 R] >>"),
        "form": with_catalog(AcroForm=b"4 0 R"),
    }[part]
    base = signed(changes={1: entries, 4: stream(b"BT (Letter) Tj ET", b"/Type /Metadata /Fields []")})
    changed = {4: stream(b"BT (Other) Tj ET", b"/Type /Metadata /Fields []")}
    data = after({**SECOND, **changed}, base=base)
    if part == "info":
        base = base.replace(b"/Info 7 0 R", b"/Info 4 0 R")
        data = fill_ranges(update(base, {**SECOND, **changed}, info=4))
    assert judge(data, end=len(base)).changes is Changes.FORBIDDEN


def test_an_object_to_which_the_document_pointed_before_it_existed_may_not_be_added():
    base = signed(changes={4: stream(b"BT ET", b"/Group 50 0 R")})
    data = after({**SECOND, 50: b"<< /S /Transparency >>"}, base=base)
    facts = judge(data, end=len(base))
    assert facts.changes is Changes.FORBIDDEN
    assert "object 50" in facts.reasons[0].where


def test_another_catalog_is_another_document():
    data = update(SIGNED, {60: SIGNING[1]}, root=60)
    assert judge(data).changes is Changes.FORBIDDEN


def test_bytes_that_belong_to_no_revision_are_a_change():
    extra = SIGNED + b"9 0 obj << >> endobj\nstartxref\n%d\n%%%%EOF\n" % opened(SIGNED).sections[-1].startxref
    assert judge(extra).changes is Changes.FORBIDDEN


def test_a_signed_revision_whose_table_leads_beyond_it_does_not_stand_by_itself():
    late = b"4 0 obj\n" + stream(b"BT (Later) Tj ET") + b"\nendobj\n"
    data = SIGNED.replace(b"%010d 00000 n " % SIGNED.index(b"4 0 obj"), b"%010d 00000 n " % len(SIGNED), 1)
    data = update(data + late, {9: b"null"})
    assert judge(data).changes is Changes.FORBIDDEN
    assert "stand by itself" in str(judge(data).reasons[0].message)


def test_a_document_that_cannot_be_read_in_an_earlier_state_is_unknown():
    data = after({9: b"<< /Broken"})
    facts = judge(data)
    assert facts.changes is Changes.UNKNOWN
    assert [reason.code for reason in facts.reasons] == [ReasonCode.PARSE]


# --- the corpora -----------------------------------------------------------------------------------------------------

CHANGED = {"A01-isa-page-content", "A03-isa-annotation-overlay", "A04-eaa-certified-P3-annotation",
           "A07-isa-page-added", "A10-attachment-changed-after-signing", "A14-zip-after-eof", "A19-acroform-removed",
           "B01-form-value-changed", "C03-ssa-approval-attacker-signature", "C05-ssa-approval-unsigned-field",
           "L01-xmp-raw-update"}  # fmt: skip
MORE = {"E07-genuine-plus-doc-timestamp", "G07-two-signers-timestamped"}


def signatures(document):
    for revision in range(len(document.sections)):
        for ref in document.explicit(revision):
            value = document.value(ref, revision)
            if isinstance(value, dict) and "/ByteRange" in value:
                yield ref, document.offset(ref, revision)


def verdicts(data):
    """The changes after each signature that covers its revision, the first signature being the only trusted one."""
    document = opened(data)
    found = list(signatures(document))
    covers = [check_coverage(data, offset, LIMITS, name="S") for _, offset in found]
    return document, [ref for ref, _ in found], [facts.end for facts in covers if facts.end]


@pytest.mark.corpora
def test_hostile_revisions_are_changes_and_genuine_ones_are_not():
    for path in sorted((shared("corpora") / "hostile").glob("*.pdf")):
        data = path.read_bytes()
        try:
            document, refs, ends = verdicts(data)
        except ReadError:
            continue
        accepted = refs if path.stem in MORE else refs[:1]
        found = [check_revisions(document, data, end, accepted=accepted).changes for end in ends]
        if path.stem in CHANGED:
            assert found[0] is Changes.FORBIDDEN, path.name
        elif found:
            assert found[0] is (Changes.PERMITTED if path.stem in MORE else Changes.NONE), path.name
            assert machinery_only(document, data, accepted=accepted) or path.stem.startswith("F"), path.name


@pytest.mark.corpora
def test_the_verdict_on_real_files_is_the_published_one():
    folder = shared("corpora") / "pades"
    words = {"none": {Changes.NONE}, "permitted": {Changes.PERMITTED}, "suspicious": {Changes.FORBIDDEN}}
    judged = 0
    for entry in json.loads((folder / "expected.json").read_text("utf-8")):
        data = (folder / entry["file"]).read_bytes()
        if entry["modified_after_signing"] is None:
            continue
        try:
            document, refs, ends = verdicts(data)
        except ReadError:
            assert entry["must_reject"]
            continue
        found = {check_revisions(document, data, end, accepted=refs).changes for end in ends[:1]}
        judged += 1
        if entry["file"] == "pades-signed-filled-form.pdf":
            assert found == {Changes.FORBIDDEN}  # docgen is stricter: values of fields are content
        elif entry["file"] == "timestamped_and_signed.pdf":
            assert found == {Changes.PERMITTED}  # the first token is a time stamp, the signature came after it
        else:
            assert found == words[entry["modified_after_signing"]], entry["file"]
    assert judged > 12

"""Limits, active content and what is hidden, in every revision."""

import gzip
import re
import zlib
from dataclasses import replace

import pytest

from docgen.model.reasons import ReasonCode
from docgen.signatures._pyhanko_reader import ReadError
from docgen.signatures.content import check_content, check_limits
from tests.corpora import shared
from tests.pdfs import BASE, LETTER, LIMITS, opened, signed, stream, update, with_catalog, with_page, write


def limits_of(data, limits=LIMITS):
    return [reason.code for reason in check_limits(opened(data, limits), limits)]


def found(objects, limits=LIMITS):
    document = opened(write({**BASE, **objects}))
    assert check_limits(document, LIMITS) == []
    return check_content(document, limits)


def codes(objects, limits=LIMITS):
    return {reason.code for reason in found(objects, limits)}


def attachment(name=b"docgen.json", data=b"{}", more=b""):
    return {
        1: with_catalog(AF=b"[30 0 R]"),
        30: b"<< /Type /Filespec /F (%s) /UF (%s) /EF << /F 31 0 R /UF 31 0 R >> %s >>" % (name, name, more),
        31: stream(data, b"/Type /EmbeddedFile /Subtype /application#2Fjson", packed=True),
    }


def test_a_plain_letter_has_nothing_to_report():
    for data in (write(), signed(), write({**BASE, **attachment()})):
        document = opened(data, LETTER)
        assert check_limits(document, LETTER) == []
        assert check_content(document, LETTER) == []


# --- limits ----------------------------------------------------------------------------------------------------------


def test_too_many_pages_by_whatever_tree():
    kids = b" ".join(b"%d 0 R" % number for number in range(100, 131))
    pages = {2: b"<< /Type /Pages /Count 1 /Kids [" + kids + b"] >>", **dict.fromkeys(range(100, 131), BASE[3])}
    assert limits_of(write({**BASE, **pages}), LETTER) == [ReasonCode.LIMIT]
    assert limits_of(write({**BASE, **pages}), LIMITS) == []


@pytest.mark.parametrize(
    "objects",
    [
        {2: b"<< /Type /Pages /Kids [2 0 R] >>"},
        {2: b"<< /Type /Pages /Kids [9 0 R] >>", 9: b"<< /Type /Pages /Kids [2 0 R 3 0 R] >>"},
        {2: b"<< /Type /Pages /Kids [3 0 R 3 0 R] >>"},
        {2: b"<< /Type /Pages /Kids [9 0 R 9 0 R] >>", 9: b"<< /Type /Pages /Kids [3 0 R] >>"},
    ],
)
def test_a_page_stands_in_the_tree_once(objects):
    assert limits_of(write({**BASE, **objects})) == [ReasonCode.LIMIT]


def test_a_deep_page_tree_is_a_limit():
    chain = {n: b"<< /Type /Pages /Kids [%d 0 R] >>" % (n + 1) for n in range(100, 300)}
    assert limits_of(write({**BASE, 2: b"<< /Type /Pages /Kids [100 0 R] >>", **chain, 300: BASE[3]})) == [
        ReasonCode.LIMIT
    ]


@pytest.mark.parametrize(
    "body",
    [
        stream(b"\0" * (2 << 20), packed=True),
        stream(zlib.compress(zlib.compress(b"\0" * (8 << 20))), b"/Filter [/FlateDecode /FlateDecode]"),
        b"[" * 60 + b"]" * 60,
        b"<< /A " * 60 + b"1" + b" >>" * 60,
        b"[" + b"0 " * (LIMITS.array + 1) + b"]",
        b"<< /A [" + b"0 " * (LIMITS.array + 1) + b"] >>",
    ],
    ids=["ratio", "twice-packed", "nested-lists", "nested-dictionaries", "long-list", "long-list-inside"],
)
def test_bombs_are_limits_or_damage(body):
    assert limits_of(write({**BASE, 9: body}))[0] in {ReasonCode.LIMIT, ReasonCode.PARSE}


def test_streams_count_together():
    some = {n: stream(b"%d" % n * 100_000, packed=True) for n in range(100, 110)}
    assert limits_of(write({**BASE, **some})) == []
    assert limits_of(write({**BASE, **some}), replace(LIMITS, decoded=1_000_000)) == [ReasonCode.LIMIT]


def test_objects_revisions_fields_attachments_and_operators_are_counted():
    many = dict.fromkeys(range(100, 150), b"null")
    assert limits_of(write({**BASE, **many}), replace(LIMITS, objects=40)) == [ReasonCode.LIMIT]
    data = write()
    for _ in range(4):
        data = update(data, {7: BASE[7]})
    assert limits_of(data, replace(LIMITS, revisions=4)) == [ReasonCode.LIMIT]
    form = {1: with_catalog(AcroForm=b"<< /Fields [%s] >>" % (b"<< /FT /Tx >> " * 51))}
    assert limits_of(write({**BASE, **form}), LETTER) == [ReasonCode.LIMIT]
    assert limits_of(write({**BASE, **attachment(), 40: b"<< /EF << /F 41 0 R >> >>", 41: stream(b"x")}), LETTER) == [
        ReasonCode.LIMIT
    ]
    drawing = {4: stream(b"0 0 m 1 1 l S\n" * 70_000)}
    assert limits_of(write({**BASE, **drawing}), LETTER) == [ReasonCode.LIMIT]
    inside = {9: stream(b"q Q " * 110_000, b"/Subtype /Form")}
    assert limits_of(write({**BASE, **inside}), LETTER) == [ReasonCode.LIMIT]


def damage_in(data):
    document = opened(data)
    assert check_limits(document, LIMITS) == []
    return [reason.code for reason in check_content(document, LIMITS)]


def test_damage_in_any_revision_is_found():
    assert damage_in(update(write(), {9: b"<< /A"})) == [ReasonCode.PARSE]
    assert damage_in(update(write({**BASE, 9: b"<< /A"}), {9: b"null"})) == [ReasonCode.PARSE]
    broken = stream(b"not deflate", b"/Filter /FlateDecode")
    assert damage_in(write({**BASE, 4: broken})) == [ReasonCode.PARSE]


def test_an_object_has_one_meaning_in_a_revision():
    other = b"\n4 0 obj\n" + stream(b"BT (Other) Tj ET") + b"\nendobj\n"
    assert damage_in(write({**BASE, 8: b"null\nendobj" + other + b"10 0 obj null"})) == [ReasonCode.PARSE]
    # The same words inside the data of a stream are data.
    assert damage_in(write({**BASE, 8: stream(other)})) == []
    # A later revision may write it anew: that is judged as a change.
    assert damage_in(update(write(), {4: stream(b"BT (Other) Tj ET")})) == []


def test_a_table_names_an_object_once():
    data = write()
    row = re.search(rb"\n4 1\n(.{20})", data, re.DOTALL)[0]
    twice = data.replace(b"\n5 1\n", row + b"5 1\n", 1)
    assert damage_in(twice) == [ReasonCode.PARSE]


def test_an_image_that_is_not_unpacked_here_is_no_damage():
    assert limits_of(write({**BASE, 9: stream(b"x", b"/Subtype /Image /Filter /DCTDecode")})) == []


# --- active content --------------------------------------------------------------------------------------------------

ACTIVE = {
    "script": {1: with_catalog(OpenAction=b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>")},
    "script-in-names": {1: with_catalog(Names=b"<< /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>")},
    "script-later-in-a-chain": {
        1: with_catalog(OpenAction=b"<< /S /GoTo /D [3 0 R /Fit] /Next << /S /JavaScript /JS 9 0 R >> >>"),
        9: stream(b"x")},
    "launch": {1: with_catalog(OpenAction=b"<< /S /Launch /F (cmd.exe) >>")},
    "link": {3: with_page(Annots=b"[<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://x.example) >> >>]")},
    "form": {3: with_page(Annots=b"[<< /Subtype /Link /Rect [0 0 9 9] /A << /S /SubmitForm /F (x) >> >>]")},
    "other-file": {1: with_catalog(OpenAction=b"<< /S /GoToR /F (x.pdf) /D [0 /Fit] >>")},
    "inner-file": {1: with_catalog(OpenAction=b"<< /S /GoToE /T << /R /C /N (x) >> >>")},
    "import": {9: b"<< /Type /Action /S /ImportData /F (x) >>"},
    "reaction": {3: with_page(AA=b"<< /O << /S /GoTo /D [3 0 R /Fit] >> >>")},
    "dynamic-form": {1: with_catalog(AcroForm=b"<< /Fields [] /XFA 9 0 R >>"), 9: stream(b"<xdp/>")},
    "rich-media": {3: with_page(Annots=b"[<< /Subtype /RichMedia /Rect [0 0 9 9] >>]")},
    "film": {3: with_page(Annots=b"[<< /Subtype /Screen /Rect [0 0 9 9] >>]")},
    "attached-to-a-page": {3: with_page(Annots=b"[<< /Subtype /FileAttachment /Rect [0 0 9 9] >>]")},
    "content-elsewhere": {9: stream(b"", b"/F (other.bin) /FFilter /FlateDecode")},
    "page-of-another-file": {9: stream(b"", b"/Subtype /Form /Ref << /F (x.pdf) /Page 0 >>")},
    "file-elsewhere": {9: b"<< /Type /Filespec /F (\\\\\\\\host\\\\share) >>"},
    "file-by-address": {9: b"<< /FS /URL /F (http://x.example) >>"},
    "layers-by-action": {9: b"<< /S /SetOCGState /State [/OFF 3 0 R] >>"},
    "hide": {9: b"<< /S /Hide /T (x) >>"},
    "program-by-name": attachment(b"invoice.pdf.exe"),
    "program-by-bytes": attachment(b"notes.txt", b"MZ\x90\0"),
    "page-as-html": attachment(b"x.HTML"),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTIVE)
def test_active_content_is_found(name):
    assert ReasonCode.ACTIVE in codes(ACTIVE[name])


@pytest.mark.parametrize("name", ACTIVE)
def test_active_content_is_found_in_a_revision_that_a_later_one_replaced(name):
    hidden = update(write({**BASE, **ACTIVE[name]}), BASE)
    assert ReasonCode.ACTIVE in {reason.code for reason in check_content(opened(hidden), LIMITS)}


@pytest.mark.parametrize(
    "objects",
    [
        {1: with_catalog(OpenAction=b"[3 0 R /Fit]", Names=b"<< /JavaScript 9 0 R >>", AA=b"<< >>"), 9: b"<< >>"},
        {1: with_catalog(OpenAction=b"<< /S /GoTo /D [3 0 R /Fit] >>")},
        {9: b"<< /Type /StructElem /S /Hide >>"},
        {9: b"<< /S /D >>"},
        {3: with_page(Annots=b"[<< /Subtype /Link /Rect [0 0 9 9] /Dest [3 0 R /Fit] >>]")},
        attachment(b"0001-abcdef01.pdf", write()),
    ],
)
def test_what_stays_inside_the_document_is_not_active(objects):
    assert codes(objects) == set()


@pytest.mark.parametrize(
    "name", [b"letter.pdf", b"docgen.json.exe", b"DOCGEN.JSON", b"docgen.json\0", b"../docgen.json"]
)
def test_a_letter_carries_its_payload_and_nothing_else(name):
    assert codes(attachment(), LETTER) == set()
    assert codes(attachment(name), LETTER) == {ReasonCode.ACTIVE}


def test_two_names_of_one_file_must_both_be_allowed():
    objects = attachment()
    objects[30] = objects[30].replace(b"/UF (docgen.json)", b"/UF (evil.exe)")
    assert codes(objects, LETTER) == {ReasonCode.ACTIVE}


def test_a_large_payload_is_a_limit():
    assert codes(attachment(data=b" " * 70_000), LETTER) == {ReasonCode.LIMIT}


# --- hidden content --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "objects",
    [
        {1: with_catalog(OCProperties=b"<< /OCGs [9 0 R] /D << /OFF [9 0 R] >> >>"), 9: b"<< /Type /OCG /Name (x) >>"},
        {4: stream(b"BT /F1 12 Tf 3 Tr (secret) Tj ET", packed=True)},
        {9: stream(b"BT 3 Tr (secret) Tj ET", b"/Type /XObject /Subtype /Form")},
        {3: with_page(Annots=b"[<< /Subtype /FreeText /F 2 /Rect [0 0 9 9] >>]")},
        {3: with_page(Annots=b"[<< /Subtype /Widget /FT /Tx /F 32 /Rect [0 0 9 9] >>]")},
    ],
    ids=["layers", "invisible-text", "invisible-text-in-a-form", "hidden-annotation", "hidden-field"],
)
def test_what_is_hidden_is_for_a_person_to_look_at(objects):
    assert codes(objects) == {ReasonCode.HIDDEN}


@pytest.mark.parametrize(
    "objects",
    [
        {1: with_catalog(OCProperties=b"<< /OCGs [] >>")},
        {4: stream(b"BT 13 Tr 0 Tr (3 Tra) Tj ET")},
        {3: with_page(Annots=b"[<< /Subtype /Widget /FT /Sig /F 132 /Rect [0 0 0 0] >>]")},
        {3: with_page(Annots=b"[<< /Subtype /Widget /FT /Sig /F 2 /Rect [0 0 9 9] >>]")},
    ],
)
def test_ordinary_things_are_not_hidden(objects):
    assert codes(objects) == set()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-be", "utf-16-le"])
def test_metadata_that_declares_entities_is_refused(encoding):
    text = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x/>'.encode(encoding)
    assert codes({6: stream(text, b"/Type /Metadata /Subtype /XML")}) == {ReasonCode.XML}


def test_each_kind_of_finding_is_told_once_with_its_place():
    links = b" ".join([b"<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://x.example) >> >>"] * 20)
    reasons = found({3: with_page(Annots=b"[" + links + b"]")})
    assert [(reason.code, reason.where) for reason in reasons] == [(ReasonCode.ACTIVE, "object 3")]
    assert all(reason.hint is not None for reason in reasons)


# --- the corpora -----------------------------------------------------------------------------------------------------


def refused_on_opening(data):
    try:
        return opened(data), None
    except ReadError as exc:
        return None, exc.reason.code


@pytest.mark.corpora
def test_hostile_files_end_within_their_limits_and_genuine_ones_are_clean():
    folder = shared("corpora") / "hostile"
    expected = {"H01-js-openaction": ReasonCode.ACTIVE, "H03-launch": ReasonCode.ACTIVE,
                "J01-10k-pages": ReasonCode.LIMIT, "J06-flate-bomb-content": ReasonCode.LIMIT,
                "F03-swa-hex-contents": ReasonCode.PARSE}  # fmt: skip
    for path in sorted(folder.glob("*.pdf")):
        document, refused = refused_on_opening(path.read_bytes())
        if document is None:
            assert (path.stem[:3], refused) == ("K01", ReasonCode.ENCRYPTED)
            continue
        reasons = check_limits(document, LIMITS) or check_content(document, LIMITS)
        wanted = [code for stem, code in expected.items() if stem == path.stem]
        assert [reason.code for reason in reasons] == wanted, path.name


@pytest.mark.corpora
def test_loops_and_bombs_of_research_end():
    for path in sorted((shared("corpora") / "hostile" / "pdf101").iterdir()):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        document, refused = refused_on_opening(data)
        if document is None:
            assert refused is ReasonCode.LIMIT, path.name
            continue
        reasons = check_limits(document, LIMITS) or check_content(document, LIMITS)
        assert "bomb" not in path.name or [reason.code for reason in reasons] == [ReasonCode.LIMIT], path.name

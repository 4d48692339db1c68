"""Checks of a PDF's bytes: what no library may be asked before."""

import gzip
import json
import time
from dataclasses import replace

import pytest

from docgen.model.profiles import PROFILES
from docgen.model.reasons import ReasonCode
from docgen.model.report import Coverage
from docgen.signatures.raw import (
    byte_range_tokens,
    check_claimed,
    check_coverage,
    check_raw,
    dictionary_spans,
    stream_extents,
)
from tests.corpora import shared
from tests.pdfs import BASE, CONTENTS, LETTER, LIMITS, SIGNATURE, opened, signature, signed, stream, update, write


def codes(reasons):
    return [reason.code for reason in reasons]


def offset(data, number=22):
    return data.rindex(b"\n%d 0 obj" % number) + 1


def coverage(data, number=22, limits=LIMITS):
    return check_coverage(data, offset(data, number), limits, name="S1")


def test_a_plain_file_and_a_signed_one_pass():
    assert check_raw(write(), LIMITS) == []
    assert check_raw(signed(), LIMITS) == []


@pytest.mark.parametrize(
    "data", [b"", b"x", b"PK\x03\x04" + b"0" * 99, b"MZ", b"\n" + write(), b"%!PS-Adobe\n" + write()]
)
def test_what_does_not_begin_as_a_pdf_is_none(data):
    assert codes(check_raw(data, LIMITS)) == [ReasonCode.TYPE]


def test_size_is_looked_at_first():
    assert codes(check_raw(write(), replace(LIMITS, size=100))) == [ReasonCode.SIZE]


@pytest.mark.parametrize("tail", [b"PK\x05\x06", b" ", b"\0", b"x\n%%EO", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_nothing_but_line_ends_may_follow_the_end_mark(tail):
    assert codes(check_raw(write() + tail, LIMITS)) == [ReasonCode.COVERAGE]
    assert check_raw(write() + b"\r\n\n", LIMITS) == []


def test_a_file_without_an_end_is_damaged():
    assert codes(check_raw(write().replace(b"%%EOF", b""), LIMITS)) == [ReasonCode.PARSE]


def test_many_revisions_are_a_limit():
    data = write()
    for _ in range(LIMITS.revisions):
        data = update(data, {7: BASE[7]})
    assert codes(check_raw(data, LIMITS)) == [ReasonCode.LIMIT]


def test_encryption_and_hybrid_tables_are_refused():
    assert codes(check_raw(write(extra=b" /Encrypt 9 0 R"), LIMITS)) == [ReasonCode.ENCRYPTED]
    assert codes(check_raw(write(extra=b" /Encrypt << /Filter /Standard >>"), LIMITS)) == [ReasonCode.ENCRYPTED]
    assert codes(check_raw(write(extra=b" /XRefStm 15"), LIMITS)) == [ReasonCode.PARSE]
    assert check_raw(write(extra=b" /EncryptMetadata true"), LIMITS) == []


def test_an_object_stream_with_too_many_objects_is_a_limit():
    bad = stream(b"", b"/Type /ObjStm /N 2001 /First 8")
    assert codes(check_raw(write({**BASE, 9: bad}), LIMITS)) == [ReasonCode.LIMIT]
    assert check_raw(write({**BASE, 9: bad.replace(b"2001", b"100")}), LIMITS) == []


@pytest.mark.parametrize(
    "numbers", [b"", b"0 1 2", b"0 0 0 0", b"0 10 20 30 40 50", b"1 10 20 30", b"0 10 20 99999999", b"0 20 10 30",
                b"0 1 2 -3", b"0 1.0 2 3", b"5 0 R", b"0 10 99999999999999999999 1"],
)  # fmt: skip
def test_a_byte_range_is_four_numbers_inside_the_file(numbers):
    data = write({**BASE, 22: b"<< /Type /Sig /Contents " + CONTENTS + b" /ByteRange [" + numbers + b"] >>"})
    assert ReasonCode.COVERAGE in codes(check_raw(data, LIMITS))
    assert coverage(data).coverage is Coverage.NONE


def test_many_signatures_are_a_limit():
    token = b"<< /ByteRange [0 10 20 30] >>"
    data = write({**BASE, **dict.fromkeys(range(20, 21 + LIMITS.signatures), token)})
    assert codes(check_raw(data, LIMITS)) == [ReasonCode.LIMIT]


def test_a_signature_over_everything_but_its_own_value_covers_the_file():
    facts = coverage(signed())
    assert (facts.coverage, facts.reasons, facts.end) == (Coverage.FILE, [], len(signed()))
    assert facts.contents == bytes(40)
    later = update(signed(), {7: BASE[7]})
    assert coverage(later).coverage is Coverage.REVISION
    assert coverage(later).end == len(signed())


def shifted(data, *, begin=0, end=0):
    """Move the ends of the gap."""
    numbers = [int(n) for n in data[data.rindex(b"/ByteRange [") + 12 :].split(b"]")[0].split()]
    place = data.rindex(b"/ByteRange [")
    close = data.index(b"]", place)
    row = b"/ByteRange [0 %d %d %d" % (numbers[1] + begin, numbers[2] + end, numbers[3] - end)
    return data[:place] + row.ljust(close - place) + data[close:]


@pytest.mark.parametrize(("begin", "end"), [(1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-10, 0), (0, 20)])
def test_the_gap_is_exactly_the_value(begin, end):
    assert coverage(shifted(signed())).coverage is Coverage.FILE
    facts = coverage(shifted(signed(), begin=begin, end=end))
    assert facts.coverage is Coverage.NONE
    assert codes(facts.reasons) == [ReasonCode.COVERAGE]


@pytest.mark.parametrize(
    "body",
    [
        b"<< /Type /Sig /ByteRange [0 10 20 30] >>",
        b"<< /Type /Sig /Contents " + CONTENTS + b" >>",
        signature().replace(b"/Contents ", b"/Contents <00> /Contents "),
        signature().replace(b"/Contents ", b"/Contents <00> /#43ontents "),
        signature().replace(b"/Type /Sig", b"/Type /Sig /Inner << /Contents").replace(b" /ByteRange", b">> /ByteRange"),
        signature().replace(CONTENTS, CONTENTS[:9] + b" " + CONTENTS[10:]),
        signature().replace(CONTENTS, b"(" + CONTENTS[1:-1] + b")"),
        signature().replace(b">>", b""),
    ],
    ids=["no-value", "no-range", "two", "two-by-escape", "inside-another", "blank", "literal", "open"],
)
def test_the_value_is_the_one_of_that_dictionary(body):
    data = update(write(), {22: body})
    if b"1111111111" in data:
        # The gap is around the hexadecimal digits, wherever they stand.
        begin = data.rindex(b"00" * 20) - 41 if CONTENTS in data else data.rindex(b"/Contents") + 10
        begin = data.rfind(CONTENTS) if CONTENTS in data else begin
        end = begin + len(CONTENTS)
        row = b"[0 %d %d %d" % (begin, end, len(data) - end)
        mark = b"[0 1111111111 1111111111 1111111111]"
        data = data.replace(mark, row.ljust(len(mark) - 1) + b"]")
    facts = coverage(data)
    assert facts.coverage is Coverage.NONE
    assert codes(facts.reasons) == [ReasonCode.COVERAGE]


def test_a_value_may_not_be_longer_than_the_limit():
    facts = coverage(signed(), limits=replace(LIMITS, contents=20))
    assert codes(facts.reasons) == [ReasonCode.LIMIT]


def test_a_signature_in_an_object_stream_covers_nothing():
    facts = check_coverage(signed(), None, LIMITS, name="S1")
    assert facts.coverage is Coverage.NONE


def test_every_byte_range_belongs_to_one_evaluated_signature():
    data = signed()
    token = coverage(data).token
    assert byte_range_tokens(data) == [token]
    assert check_claimed(data, [token]) == []
    assert codes(check_claimed(data, [])) == [ReasonCode.COVERAGE]
    assert codes(check_claimed(data, [token, token])) == [ReasonCode.COVERAGE]
    two = update(data, {30: signature()})
    assert codes(check_claimed(two, [token])) == [ReasonCode.COVERAGE]


def test_a_signed_file_attached_unpacked_is_no_signature_of_this_one():
    inner = signed()
    whole = signed(write({**BASE, 9: stream(inner, b"/Type /EmbeddedFile")}))
    assert len(byte_range_tokens(whole)) == 2
    assert check_claimed(whole, [coverage(whole).token]) == []
    begin, end = next(extent for extent in stream_extents(whole) if extent[1] - extent[0] == len(inner))
    assert whole[begin:end] == inner


def test_spans_are_those_of_the_outermost_keys():
    data = b"7 0 obj % note >>\n<</A 1 0 R/B[1 2(\\)>>)]/C<</A 3>>/D(a(b)c)/E/F /G<41>/H true>>\nendobj"
    spans = dictionary_spans(data, 0)
    assert {key: data[a:b] for key, (a, b) in spans.items()} == {
        b"/A": b"1 0 R", b"/B": b"[1 2(\\)>>)]", b"/C": b"<</A 3>>", b"/D": b"(a(b)c)", b"/E": b"/F",
        b"/G": b"<41>", b"/H": b"true",
    }  # fmt: skip
    for bad in (b"", b"7 0 obj [1]", b"7 0 obj <</A>>", b"7 0 obj <</A 1/A 2>>", b"7 0 obj <</A (>>",
                b"7 0 obj <<1 2>>", b"7 0 obj <</A [>>", b"7 0 obj <</A 1"):  # fmt: skip
        assert dictionary_spans(bad, 0) is None


def test_many_open_brackets_cost_no_time_and_no_stack():
    assert dictionary_spans(b"7 0 obj << /A " + b"[" * 3_000_000, 0) is None
    assert dictionary_spans(b"7 0 obj << /A " + b"(" * 3_000_000, 0) is None


@pytest.mark.parametrize(
    "filler",
    [b" ", b"%\n", b"startxref ", b"/ByteRange [", b"/N 1 /ObjStm ", b"/Encrypt 1 ", b">>stream\n", b"1 0 obj<<"],
)
def test_a_megabyte_of_keywords_costs_little(filler):
    data = b"%PDF-1.7\n1 0 obj <<" + filler * (1_000_000 // len(filler)) + b"\n%%EOF\n"
    begin = time.process_time()
    check_raw(data, LETTER)
    check_claimed(data, [])
    check_coverage(data, 9, LETTER, name="S")
    assert time.process_time() - begin < 2


@pytest.mark.corpora
def test_genuine_files_pass_and_attacks_on_coverage_do_not():
    folder = shared("corpora") / "pades"
    expected = {entry["file"]: entry for entry in json.loads((folder / "expected.json").read_text("utf-8"))}
    word = {"PAdES-LT.pdf", "Signature-P-IT_ADO-1_HASH_FAILURE_ECDSA.pdf", "timestamped_and_signed.pdf"}
    for path in sorted(folder.glob("*.pdf")):
        data = path.read_bytes()
        found = check_raw(data, PROFILES["document"].limits)
        if path.name in word:  # hybrid tables
            assert codes(found) == [ReasonCode.PARSE]
        elif codes(found) == [ReasonCode.ENCRYPTED]:
            assert path.name in {"encrypted.pdf", "open_protected.pdf", "pdf-spoofing-attack.pdf"}
        elif not expected[path.name]["must_reject"]:
            assert found == [] or path.name == "pades_infinite_loop.pdf", path.name


@pytest.mark.corpora
def test_hostile_bytes_are_named_at_once():
    folder = shared("corpora") / "hostile"
    named = {
        "A14-zip-after-eof": ReasonCode.COVERAGE, "F06-usf-byterange-zeros": ReasonCode.COVERAGE,
        "F27-partial-hole": ReasonCode.COVERAGE, "F28-partial-start-uncovered": ReasonCode.COVERAGE,
        "J13-byterange-20k-pairs": ReasonCode.COVERAGE, "K01-encrypted-user-password": ReasonCode.ENCRYPTED,
    }  # fmt: skip
    for path in sorted(folder.glob("*.pdf")):
        found = codes(check_raw(path.read_bytes(), PROFILES["document"].limits))
        assert found == ([named[path.stem]] if path.stem in named else []), path.name
    for path in (folder / "pdf101").iterdir():
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        check_raw(data, PROFILES["document"].limits)


@pytest.mark.corpora
@pytest.mark.parametrize("name", ["F03-swa-hex-contents", "F12-usf-contents-missing", "F26-partial-tail-uncovered"])
def test_signatures_that_do_not_cover_are_found(name):
    data = (shared("corpora") / "hostile" / f"{name}.pdf").read_bytes()
    token = byte_range_tokens(data)[0]
    begin = data.rindex(b" 0 obj", 0, token)
    begin = max(data.rfind(b"\n", 0, begin), data.rfind(b"\r", 0, begin)) + 1
    assert check_coverage(data, begin, LIMITS, name="S").coverage is Coverage.NONE


def test_the_reader_finds_the_same_place():
    data = signed()
    assert opened(data).offset(SIGNATURE) == offset(data)

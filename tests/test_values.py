"""Objects read straight from the bytes are what the library's strict reader makes of them, or are left to it."""

import random
import re
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from docgen.model.reasons import ReasonCode
from docgen.signatures import _tables
from docgen.signatures._acting import _ACTIONS, _ANNOTATIONS, Streams, _findings, _plain
from docgen.signatures._pyhanko_reader import Name, ReadError, Ref, Stream
from docgen.signatures._values import Tokens, plain_object
from tests.corpora import shared
from tests.editions import letter_of
from tests.pdfs import BASE, LIMITS, opened, signed, stream, update, write

PLACE = Ref(9, 0)


def same(ours, theirs):
    """Equal, in every part of the same type: `True` is not 1, a name is no string."""
    if isinstance(ours, Stream):
        return isinstance(theirs, Stream) and ours.encoded == theirs.encoded and same(ours.entries, theirs.entries)
    if type(ours) is not type(theirs) or ours != theirs:
        return False
    if isinstance(ours, list):
        return all(same(*pair) for pair in zip(ours, theirs, strict=True))
    if isinstance(ours, dict):
        return list(ours) == list(theirs) and all(type(k) is str and same(ours[k], theirs[k]) for k in ours)
    return True


def theirs_of(document, ref, revision):
    try:
        return document._plain(document._read(ref, revision), 0)
    except Exception as exc:  # noqa: BLE001 - whatever it raises: it reads no value there
        return exc


def compare(document):
    """How many objects were read here, as the library reads them too, and how many are left to it."""
    ours = left = 0
    for revision in range(document.last + 1):
        for ref in document.explicit(revision):
            place = document.offset(ref, revision)
            if place is None:
                continue
            plain = plain_object(document.data, place, ref, Tokens())
            if plain is None:
                left += 1
                continue
            theirs = theirs_of(document, ref, revision)
            assert same(plain.value, theirs), (ref, plain.value, theirs)
            if isinstance(plain.value, Stream) and not isinstance(theirs, Exception):
                assert unpacked(document, plain.value) == unpacked(document, theirs)
            ours += 1
    return ours, left


def unpacked(document, read):
    try:
        return document.decode(read)
    except ReadError as exc:
        return exc.reason


def test_docgens_own_documents_are_read_without_the_library():
    for data in (write(), letter_of("Biedrība “Ģimeņu ķēde”", "40008999902")):
        ours, left = compare(opened(data))
        assert ours > 5
        assert left == 0


def test_a_signed_file_is_read_without_the_library():
    assert compare(opened(signed()))[1] == 0


def test_the_open_corpora_read_alike():
    read = 0
    for file in sorted(shared("corpora").rglob("*.pdf")):
        if file.stat().st_size < 3_000_000:
            try:
                document = opened(file.read_bytes())
            except ReadError:
                continue
            read += compare(document)[0]
    assert read > 1000


_WORDS = rb"""<< >> [ ] /A /B#20 /C#2 /#c4#81 / // 0 1 -7 +5 --5 3.25 .5 -.5 1. 1.2.3 0010 12345678901 (text) (a(b)c)
(a\(b) (\376\377\001\001) (\777) (\n) () (\001) (endobj) (stream) <> <41> <4> <FEFF0101> <FEFFD800> <80> true false null
trueX endobj stream /Length /Type { obj"""
_SPACED = [b"4 0 R", b"0 0 R", b"4  0 R", b"4 0 Rx", b"<4 1>", b"/\xc4", b"(\xe9)", b"%c\n", b"stream\nx", b"\x80"]
TOKENS = st.sampled_from([*_WORDS.split(), *_SPACED])
SPACES = st.sampled_from([b"", b" ", b"\n", b"\r\n", b"\x00", b"\t "])
SOUP = st.lists(st.tuples(TOKENS, SPACES), max_size=9).map(lambda parts: b"".join(a + b for a, b in parts))


@settings(max_examples=600)
@given(SOUP, st.booleans())
@example(b"/Name", False)
@example(b"<< /A 1 /A 1 >>", False)
@example(b"<< 1 /A >>", False)
@example(b"<< /A >>", False)
@example(b"<< [] /A >>", False)
def test_whatever_stands_there_is_read_alike_or_not_at_all(soup, wrapped):
    body = b"<< /X " + soup + b" >>" if wrapped else soup
    # Without a line end before the end of the object: where a token ends is a question too.
    data = write({**BASE, 9: b"null"}).replace(b"9 0 obj\nnull\nendobj", b"9 0 obj\n" + body + b"endobj")
    place = data.find(b"9 0 obj\n" + body)
    plain = plain_object(data, place, PLACE, Tokens())
    if plain is None:
        return
    document = opened(write())
    document.reader.stream.seek(0)
    document.reader.stream.truncate()
    document.reader.stream.write(data)
    document._xrefs.get_xref_data(0).standard_xrefs[9] = (0, place)
    assert same(plain.value, theirs_of(document, PLACE, 0)), (plain.value, theirs_of(document, PLACE, 0))


@pytest.mark.parametrize(
    "body",
    [
        stream(b"x").replace(b"/Length 1", b"/Length 3"),
        stream(b"x").replace(b"/Length 1", b"/Length 8 0 R"),
        stream(b"x").replace(b"/Length 1", b"/Length -1"),
        stream(b"x").replace(b"/Length 1", b"/Length true"),
        stream(b"x", b"/DecodeParms << >>"),
        stream(b"x", b"/Filter [/FlateDecode]"),
        stream(b"x").replace(b"stream\n", b"stream\r", 1),
        b"[" * 11 + b"]" * 11,
        b"<< /A 1 /A 2 >>",
        b"<< /A 1 /#41 2 >>",
        b"<< /A (\\n) >>",
        b"% remark\n<< >>",
        b"[12345678901]",
        b"[0 0 595 00000000842]",
        b"[12345678901.5]",
        b"[0.12345678901]",
        b"<< /A [1234567890123] >>",
        b"[4 0\nR]",
        b"[12345678 0 R]",
        b"<< /JS\x00(x) >>",
        b"[ /JS\x00]",
        b"\x00/JS",
        b"(a(b)c)",
        b"(a\\\nb)",
        b"<4>",
        b"[1-2]",
        b"[--1]",
        b"[5.]",
        b"[truefalse]",
    ],
)
def test_what_can_be_read_in_two_ways_is_left_to_the_library(body):
    data = write({**BASE, 8: b"1", 9: body})
    assert plain_object(data, data.index(b"9 0 obj"), PLACE, Tokens()) is None


def test_an_object_is_read_under_its_own_number_only():
    data = write({**BASE, 9: b"(x)"})
    assert plain_object(data, data.index(b"9 0 obj"), PLACE, Tokens()).value == b"x"
    assert plain_object(data, data.index(b"9 0 obj"), Ref(8, 0), Tokens()) is None
    assert plain_object(data, data.index(b"9 0 obj") - 1, PLACE, Tokens()) is None


def test_bytes_of_any_kind_are_text_as_it_stands():
    written = b"".join(b"<%02X> <FEFF%02X> (\\%03o) " % (byte, byte, byte) for byte in range(256))
    document = opened(write({**BASE, 9: b"[" + written + b"<308207DD" + b"AF" * 9_000 + b">]"}))
    assert compare(document)[1] == 0


def test_an_object_that_is_nothing_but_a_reference_is_damage():
    with pytest.raises(ReadError) as caught:
        opened(write({**BASE, 9: b"4 0 R"})).value(PLACE)
    assert caught.value.reason.code is ReasonCode.PARSE


def test_numbers_are_exact():
    data = write({**BASE, 9: b"[0.10 7 -3]"})
    value = plain_object(data, data.index(b"9 0 obj"), PLACE, Tokens()).value
    assert value == [Decimal("0.10"), 7, -3]
    assert [type(item) for item in value] == [Decimal, int, int]


def test_tokens_are_forgotten_before_they_fill_the_memory():
    tokens = Tokens()
    for number in range(1, 50_000):
        assert tokens[b"%d 0 R" % number] == Ref(number, 0)
    assert len(tokens) <= 20_001


# --- words found from their end --------------------------------------------------------------------------------------

_OLD_HEADER = re.compile(rb"(?:(?<=[\r\n])|(?<=endobj)|(?<=endobj ))(\d{1,10}) (\d{1,5}) obj(?![A-Za-z])")
_PIECES = [b"1", b"22", b" ", b"  ", b"\n", b"\r", b"\x00", b"obj", b"endobj", b"endobj ", b"objx", b"%", b"% 3 0 obj",
           b"x", b"12345678901", b"0 ", b" 0 obj", b" " * 300, b"%" + b"c" * 150 + b"\n", b"trailer"]  # fmt: skip


@pytest.mark.parametrize("seed", range(15))
def test_headers_are_found_as_a_pattern_finds_them(seed):
    dice = random.Random(seed)
    for _ in range(150):
        data = b"".join(dice.choices(_PIECES, k=dice.randint(1, 14)))
        assert list(_tables._headers(data)) == [(m.start(), int(m[1])) for m in _OLD_HEADER.finditer(data)]
        since = dice.randint(0, min(6, len(data)))
        plainly = [m.start() for m in _tables._ANY_HEADER.finditer(data, since)]
        # What stands in a remark inside a header counts as one more.
        assert set(plainly) <= set(_tables._any_headers(data, since)), (data, since)
        if b"%" not in data:
            assert list(_tables._any_headers(data, since)) == plainly, (data, since)


# --- dictionaries that are passed over -------------------------------------------------------------------------------

_KEYS = ["/JS", "/AA", "/XFA", "/Rect", "/FFilter", "/F", "/Ref", "/FS", "/OCProperties", "/EF",
         "/S", "/Type", "/Subtype", "/Length", "/UF", "/FT", "/K", "/P"]  # fmt: skip
_NAMED = [*_ACTIONS, *_ANNOTATIONS, "/Action", "/Form", "/URL", "/Filespec", "/Widget", "/TD"]


@pytest.mark.parametrize("seed", range(8))
def test_a_dictionary_that_is_passed_over_has_nothing_to_find(seed):
    dice, document = random.Random(seed), opened(update(write(), {8: b"<< /F 4 0 R >>"}))
    for _ in range(400):
        values = [Name(dice.choice(_NAMED)), 2, Ref(8, 0), {"/F": Ref(4, 0)}, [1], None, b"a.exe"]
        entry = {key: dice.choice(values) for key in dice.sample(_KEYS, dice.randint(0, 4))}
        if _plain(entry):
            assert list(_findings(Streams(document, LIMITS), 1, entry, "object 1")) == []

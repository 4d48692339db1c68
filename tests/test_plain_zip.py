"""What a ZIP may not be, for Word templates and workbooks alike: two documents in one file, or more than its files."""

import io
import struct
import zipfile

import openpyxl
import pytest

from docgen.documents.plainzip import not_plain
from docgen.documents.tables import open_table
from docgen.documents.wordtemplatezip import open_package
from docgen.errors import DataError
from tests.word_files import packed, parts, word

BESIDE = "something stands before, between, after or over its files"
TWICE = "its files are described in two ways"
END = struct.Struct("<4s4H2LH")


def changed(content, at, value):
    return content[:at] + value + content[at + len(value) :]


def directory(content):
    """Where the list of files begins, and what it says."""
    *_, begin, _ = END.unpack(content[-END.size :])
    return begin, content[begin : -END.size]


def with_a_gap(content, at, hidden):
    """Something stands at `at` that the list of files does not name; the files behind it are listed where they are."""
    begin, listed = directory(content)
    moved = b""
    while listed:
        name, extra, comment = struct.unpack("<3H", listed[28:34])
        place = struct.unpack("<L", listed[42:46])[0]
        entry, listed = listed[: 46 + name + extra + comment], listed[46 + name + extra + comment :]
        moved += changed(entry, 42, struct.pack("<L", place + len(hidden) if place >= at else place))
    *start, _begin, _ = END.unpack(content[-END.size :])
    return content[:at] + hidden + content[at:begin] + moved + END.pack(*start, begin + len(hidden), 0)


def second_file(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sorted(info.header_offset for info in archive.infolist())[1]


def with_comment(content):
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = b"x"
    return stream.getvalue()


def with_a_second_name(content):
    """The first file is listed once more, at the same place."""
    begin, listed = directory(content)
    name, extra, comment = struct.unpack("<3H", listed[28:34])
    again = listed[: 46 + name + extra + comment]
    sign, *_, entries, _length, _begin, _ = END.unpack(content[-END.size :])
    both = listed + again
    return content[:begin] + both + END.pack(sign, 0, 0, entries + 1, entries + 1, len(both), begin, 0)


def zip64(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.extra = struct.pack("<2HQ", 1, 8, 0)
            archive.writestr(info, content)
    return stream.getvalue()


def streamed(files, change=lambda content: content):
    """A ZIP written to a pipe: sizes and sums stand behind the data, as some programs do it."""

    class Pipe(io.RawIOBase):
        def __init__(self):
            self.written = b""

        def writable(self):
            return True

        def write(self, data):
            self.written += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return change(pipe.written)


def another_sum_behind(content):
    return changed(content, content.index(b"PK\x07\x08") + 4, b"\1\2\3\4")


WORD = word("Teksts")
FIRST_SUM, FIRST_SIZE = 14, 22  # places in the description of the first file
UNLISTED = WORD[: second_file(WORD)]
BAD = {
    "bytes before": (b"#!/bin/sh\n" + WORD, BESIDE),
    "bytes after": (WORD + b"x" * 40, BESIDE),
    "a comment": (with_comment(WORD), BESIDE),
    "two files one after the other": (WORD + WORD, BESIDE),
    "a file that is not listed, between the files": (with_a_gap(WORD, second_file(WORD), UNLISTED), BESIDE),
    "a file that is not listed, after the files": (with_a_gap(WORD, directory(WORD)[0], UNLISTED), BESIDE),
    "one file under two names": (with_a_second_name(WORD), BESIDE),
    "another sum": (changed(WORD, FIRST_SUM, b"\1\2\3\4"), TWICE),
    "another size": (changed(WORD, FIRST_SIZE, b"\1\2\3\4"), TWICE),
    "another way of packing": (changed(WORD, 8, b"\0\0"), TWICE),
    "another sum behind the data": (streamed(parts("Teksts"), another_sum_behind), TWICE),
    "ZIP64": (zip64(parts("Teksts")), "of a kind that no document needs (ZIP64)"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_plain_zip_is_no_word_template(name):
    content, words = BAD[name]
    with pytest.raises(DataError) as caught:
        open_package(content, name="veidne.docx")
    assert any(words in str(one.message) for one in caught.value.problems), caught.value


def workbook():
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("change", [lambda whole: whole + b"x" * 40, with_comment, with_a_second_name])
def test_what_is_no_plain_zip_is_no_workbook(change):
    with (
        pytest.raises(DataError) as caught,
        open_table(io.BytesIO(change(workbook())), (), kind="accession", source="t"),
    ):
        pass
    assert BESIDE in str(caught.value)


@pytest.mark.parametrize("content", [WORD, streamed(parts("Teksts")), packed({})], ids=["plain", "streamed", "empty"])
def test_a_plain_zip_is_one_whether_sizes_stand_before_or_behind_the_data(content):
    file = io.BytesIO(content)
    with zipfile.ZipFile(file) as archive:
        assert not_plain(file, archive) is None

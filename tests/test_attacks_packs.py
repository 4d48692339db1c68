"""Packs that somebody sends round: links, pipes and devices for files, pictures and fonts that are traps."""

import os
import shutil
import struct
import sys
import zlib

import pytest

from docgen.documents.font import FONTS, typeface
from docgen.documents.packs import load_pack
from docgen.documents.pictures import picture_problem
from docgen.errors import DataError, UnreadableError
from docgen.workspace import builtin_packs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are those of POSIX")
REGULAR = "LiberationSerif-Regular.ttf"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(builtin_packs() / "iem", tmp_path / "paraugs")


def look(folder, *lines):
    text = (folder / "memorandum.toml").read_text("utf-8").split("\n[look]\n")[0]
    (folder / "memorandum.toml").write_text("\n".join((f"{text}\n[look]", *lines)), "utf-8")


# -- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["letter.md", "fields.toml", "memorandum.toml", "logo.png", "words.txt"])
@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "/nowhere", "/dev/zero"])
def test_a_link_that_leads_out_of_the_pack_is_not_followed(folder, name, target):
    (folder.parent / "outside").write_text("secret", "utf-8")
    if name == "logo.png":
        look(folder, 'logo = "logo.png"', 'logo_alt = "x"')
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(target)
    with pytest.raises(UnreadableError) as error:
        load_pack(folder)
    assert "secret" not in str(error.value)


def test_a_link_within_the_pack_is_followed(folder):
    (folder / "other.md").write_text("a", "utf-8")
    (folder / "letter.md").symlink_to("other.md")
    assert load_pack(folder).template("letter") == "a"


def test_links_in_a_circle_are_told(folder):
    (folder / "letter.md").symlink_to("letter.md")
    with pytest.raises(UnreadableError):
        load_pack(folder)


@pytest.mark.parametrize("name", ["letter.md", "fields.toml"])
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_what_is_no_plain_file_is_not_waited_for(folder, name, make):
    (folder / name).unlink(missing_ok=True)
    make(folder / name)
    with pytest.raises(UnreadableError, match="not a file that can be read"):
        load_pack(folder)


def test_a_template_of_many_bytes_is_not_read(folder):
    (folder / "letter.md").write_bytes(b"a" * 2_000_000)
    with pytest.raises(UnreadableError, match="limit"):
        load_pack(folder)


# -- pictures ---------------------------------------------------------------------------------------------------------


def chunk(kind, content):
    return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))


def png(width, height, *more):
    header = chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"".join([b"\x89PNG\r\n\x1a\n", header, *more, chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b"")])


def jpeg(width, height, scans=1, frame=b"\xff\xc0"):
    begin = b"\xff\xd8\xff\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    sides = frame + b"\x00\x11\x08" + struct.pack("!HH", height, width) + b"\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"
    return begin + sides + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" * scans + b"\xff\xd9"


BOMB = chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(20_000_000), 9))
TRAPS = {
    "wide": (png(4_001, 1), "more than 4000 pixels"),
    "high": (png(1, 2**31 - 1), "more than 4000 pixels"),
    "empty": (png(0, 1), "more than 4000 pixels"),
    "profile that is a bomb": (png(5, 5, BOMB), "no picture that can be read"),
    "beginning alone": (b"\x89PNG\r\n\x1a\n", "no picture that can be read"),
    "wide JPEG": (jpeg(65_535, 65_535), "more than 4000 pixels"),
    "progressive JPEG": (jpeg(65_535, 1, frame=b"\xff\xc2"), "more than 4000 pixels"),
    "JPEG drawn over and over again": (jpeg(5, 5, scans=101), "no picture that can be read"),
    "JPEG without a frame": (b"\xff\xd8\xff\xda\x00\x08", "no picture that can be read"),
    "JPEG of nothing": (b"\xff\xd8\xff", "no picture that can be read"),
    "JPEG of noise": (b"\xff\xd8\xff" + b"x" * 100, "no picture that can be read"),
}


@pytest.mark.parametrize("case", TRAPS)
def test_a_picture_that_is_a_trap_is_refused_before_anything_unpacks_it(folder, case):
    content, words = TRAPS[case]
    (folder / "logo.png").write_bytes(content)
    look(folder, 'logo = "logo.png"', 'logo_alt = "x"')
    with pytest.raises(DataError, match=words) as error:
        load_pack(folder)
    assert [problem.path for problem in error.value.problems] == ["look.logo"]


def test_pictures_of_ordinary_size_are_none():
    small = chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(3_000)))
    assert picture_problem(png(4_000, 4_000, small)) is None
    assert picture_problem(jpeg(4_000, 10, scans=10)) is None


def test_a_drawing_that_fetches_is_no_logo(folder):
    (folder / "logo.png").write_bytes(
        b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    )
    look(folder, 'logo = "logo.png"', 'logo_alt = "x"')
    with pytest.raises(DataError, match="no PNG or JPEG"):
        load_pack(folder)


# -- fonts ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def fonts(tmp_path):
    folder = tmp_path / "fonts"
    folder.mkdir()
    for path in FONTS.glob("*.ttf"):
        shutil.copyfile(path, folder / path.name)
    return folder


def place_of(font, tag):
    records = [12 + 16 * index for index in range(struct.unpack_from(">H", font, 4)[0])]
    (record,) = [at for at in records if font[at : at + 4] == tag]
    return record, struct.unpack_from(">L", font, record + 8)[0]


def changed(fonts, tag, offset, value):
    font = bytearray((fonts / REGULAR).read_bytes())
    at = place_of(font, tag)[1] + offset
    font[at : at + len(value)] = value
    (fonts / REGULAR).write_bytes(font)


def with_overlapping_segments(fonts):
    """Each of many segments names every code: minutes of work in 256 kilobytes."""
    font, count = bytearray((fonts / REGULAR).read_bytes()), 32_000
    table = struct.pack(">7H", 4, 0, 0, 2 * count, 0, 0, 0) + b"\xff\xff" * count + bytes(2) + bytes(2) * count
    cmap = struct.pack(">HHHHL", 0, 1, 3, 1, 12) + table + b"\0\1" * count + bytes(2) * count
    struct.pack_into(">LL", font, place_of(font, b"cmap")[0] + 8, len(font), len(cmap))
    (fonts / REGULAR).write_bytes(font + cmap)


BAD_FONTS = {
    "no units": (lambda fonts: changed(fonts, b"head", 18, b"\0\0"), "no font that can be read"),
    "no widths": (lambda fonts: changed(fonts, b"hhea", 34, b"\0\0"), "no font that can be read"),
    "overlapping segments": (with_overlapping_segments, "no font that can be read"),
    "empty": (lambda fonts: (fonts / REGULAR).write_bytes(b""), "no font that can be read"),
    "cut off": (lambda fonts: os.truncate(fonts / REGULAR, 5_000), "no font that can be read"),
    "huge": (lambda fonts: os.truncate(fonts / REGULAR, 40_000_000), "has more than"),
    "link to everything": (lambda fonts: (fonts / "all").symlink_to("/"), "no plain file"),
    "link to itself": (lambda fonts: (fonts / "all").symlink_to("."), "no plain file"),
    "device": (lambda fonts: (fonts / "a.ttf").symlink_to("/dev/zero"), "no plain file"),
    "pipe": (lambda fonts: os.mkfifo(fonts / "a.ttf"), "no plain file"),
    "pipe of another name": (lambda fonts: os.mkfifo(fonts / "a"), "no plain file"),
    "folder": (lambda fonts: (fonts / "a.ttf").mkdir(), "no plain file"),
}


@pytest.mark.parametrize("case", BAD_FONTS)
def test_a_font_or_a_folder_of_fonts_that_is_a_trap_is_refused(fonts, case):
    make, words = BAD_FONTS[case]
    make(fonts)
    with pytest.raises(DataError, match=words):
        typeface(str(fonts))


@pytest.mark.parametrize("named", ["..", ".", "../other", "/usr/share/fonts", "linked"])
def test_fonts_lie_in_a_folder_of_the_pack(folder, fonts, named):
    fonts.rename(folder.parent / "other")
    (folder / "linked").symlink_to(folder.parent / "other")
    look(folder, f'fonts = "{named}"')
    with pytest.raises(DataError, match="no folder of the pack"):
        load_pack(folder)

"""`docgen letter --preview`: the pages as PNG beside the files, and in the terminal where it can show them."""

import io
import os
import pty
import re
import struct
import subprocess
import sys
import zlib

import pytest

from docgen.cli.terminal_pictures import Terminal, picture, terminal_of
from docgen.documents.examples import example_data
from docgen.documents.letters import check_letter, fields_of, make_letter
from docgen.documents.packs import load_pack
from docgen.documents.preview import PageImage, _in_rgb, page_images, png_of
from docgen.documents.raster import Raster
from docgen.errors import ExitCode
from docgen.workspace import pack_folder

PACK = load_pack(pack_folder(None, "iem"))
DATA = check_letter("accession", example_data(fields_of("accession", PACK)), PACK)
(PDF,) = make_letter(DATA, ["pdf"]).values()
SQUARES = PageImage(width=4, height=4, pixels=(b"\xff\0\0" * 2 + b"\0\0\xff" * 2) * 4)


def decoded(png):
    """Read a PNG by its own rules: width, height, and rows of bytes."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    stream, chunks = io.BytesIO(png[8:]), {}
    while head := stream.read(8):
        length, kind = struct.unpack("!I4s", head)
        chunks[kind] = stream.read(length)
        assert struct.unpack("!I", stream.read(4))[0] == zlib.crc32(kind + chunks[kind])
    width, height, depth, colours = struct.unpack("!IIBB", chunks[b"IHDR"][:10])
    assert (depth, colours) == (8, 2)
    raw = zlib.decompress(chunks[b"IDAT"])
    step = 1 + 3 * width
    assert len(raw) == step * height
    return width, height, [raw[y * step + 1 : (y + 1) * step] for y in range(height)]


def test_a_page_is_an_a4_of_144_dots_an_inch_with_dark_words_on_white():
    (page,) = page_images(PDF)
    width, height, rows = decoded(png_of(page))
    assert (width, height) == (1191, 1684)
    assert b"".join(rows) == page.pixels
    dark = sum(sum(row[x : x + 3]) < 150 for row in rows for x in range(0, len(row), 3))
    assert 0.005 < dark / (width * height) < 0.2
    assert rows[0] == b"\xff" * 3 * width


def test_red_stays_red_and_blue_stays_blue():
    raster = Raster(width=2, height=1, stride=8, pixels=b"\x01\x02\x03\x11\x12\x13\0\0")  # blue, green, red
    assert _in_rgb(raster).pixels == b"\x03\x02\x01\x13\x12\x11"
    _, _, rows = decoded(png_of(SQUARES))
    assert rows[0] == b"\xff\0\0" * 2 + b"\0\0\xff" * 2


@pytest.mark.parametrize(
    ("environment", "terminal"),
    [
        ({"KITTY_WINDOW_ID": "1"}, Terminal.KITTY),
        ({"TERM": "xterm-kitty"}, Terminal.KITTY),
        ({"TERM_PROGRAM": "iTerm.app"}, Terminal.ITERM),
        ({"TERM": "foot"}, Terminal.SIXEL),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Terminal.BLOCKS),
        ({"KITTY_WINDOW_ID": "1", "TMUX": "/tmp/x", "COLORTERM": "24bit"}, Terminal.BLOCKS),
        ({"TERM": "xterm"}, Terminal.NONE),
        ({}, Terminal.NONE),
    ],
)  # fmt: skip
def test_the_environment_tells_what_a_terminal_can_show(environment, terminal):
    assert terminal_of(environment) is terminal


def test_half_blocks_have_a_colour_above_and_one_below():
    lines = list(picture(Terminal.BLOCKS, SQUARES, b"", columns=4))
    assert len(lines) == 2
    assert lines[0].count("▀") == 4
    assert lines[0].startswith("\x1b[38;2;255;0;0;48;2;255;0;0m▀")
    assert lines[0].endswith("\x1b[38;2;0;0;255;48;2;0;0;255m▀\x1b[0m\n")


def test_kitty_gets_the_png_in_parts_that_it_takes():
    (page,) = page_images(PDF)
    parts = "".join(picture(Terminal.KITTY, page, png_of(page), columns=80)).split("\x1b\\")[:-1]
    assert all(len(part) < 4200 for part in parts)
    assert parts[0].startswith("\x1b_Gf=100,a=T,c=80,m=1;")
    assert parts[-1].startswith("\x1b_Gm=0;")


def test_sixels_are_well_formed():
    text = "".join(picture(Terminal.SIXEL, SQUARES, b"", columns=80))
    assert re.fullmatch(r"\x1bPq(?:#\d+;2;\d+;\d+;\d+)+(?:(?:#\d+[?-~]{4}\$)+-)+\x1b\\\n", text)


def docgen(*arguments, cwd, **more):
    return subprocess.run([sys.executable, "-m", "docgen", "--lang", "en", *arguments], capture_output=True, text=True,
                          check=False, cwd=cwd, **more)  # fmt: skip


@pytest.fixture
def data(tmp_path):
    example = docgen("letter", "accession", "--example", cwd=tmp_path)
    (tmp_path / "ngo.toml").write_text(example.stdout, "utf-8")
    return tmp_path / "ngo.toml"


def test_the_pages_lie_beside_the_letter_and_are_named(data, tmp_path):
    run = docgen("letter", "accession", "--data", str(data), "-o", "o", "--preview", cwd=tmp_path)
    pdf, docx, png = run.stdout.splitlines()
    assert png == pdf.removesuffix(".pdf") + "-1.png"
    assert (tmp_path / png).read_bytes() == png_of(next(page_images((tmp_path / pdf).read_bytes())))
    assert "\x1b" not in run.stdout
    again = docgen("letter", "accession", "--data", str(data), "-o", "o", "--preview", "--json", cwd=tmp_path)
    assert again.returncode == 0
    assert f'"files": ["{pdf}", "{docx}", "{png}"]' in again.stdout


def test_another_picture_in_the_place_is_not_overwritten(data, tmp_path):
    run = docgen("letter", "accession", "--data", str(data), "-o", "o", "--preview", cwd=tmp_path)
    png = tmp_path / run.stdout.splitlines()[-1]
    png.write_bytes(b"mine")
    again = docgen("letter", "accession", "--data", str(data), "-o", "o", "--preview", cwd=tmp_path)
    assert again.returncode == ExitCode.UNWRITABLE
    assert png.read_bytes() == b"mine"


def test_without_a_pdf_there_is_no_preview(data, tmp_path):
    run = docgen("letter", "accession", "--data", str(data), "--preview", "--format", "docx", cwd=tmp_path)
    assert run.returncode == ExitCode.USAGE
    assert not list(tmp_path.glob("*.docx"))


@pytest.mark.parametrize(("terminal", "shown"), [({"COLORTERM": "truecolor"}, "▀"), ({"TERM": "xterm"}, "")])
def test_24_bit_colour_shows_half_blocks_and_other_terminals_the_names_only(data, tmp_path, terminal, shown):
    outer, inner = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in {"COLORTERM", "TMUX", "TERM_PROGRAM"}}
    with subprocess.Popen(
        [sys.executable, "-m", "docgen", "letter", "accession", "--data", str(data), "--preview"],
        cwd=tmp_path, stdout=inner, stderr=subprocess.DEVNULL, env={**kept, "TERM": "xterm", **terminal},
    ) as process:  # fmt: skip
        os.close(inner)
        seen = b""
        try:
            while part := os.read(outer, 65536):
                seen += part
        except OSError:
            pass
        assert process.wait() == 0
    os.close(outer)
    text = seen.decode()
    assert "-1.png" in text
    assert ("▀" in text) == bool(shown)

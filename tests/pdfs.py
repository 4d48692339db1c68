"""Small PDFs written by hand, and appended revisions, so that a test says exactly which object it changes."""

import re
import zlib

from docgen.model.profiles import PROFILES
from docgen.signatures._pyhanko_reader import Ref, open_document

LIMITS = PROFILES["document"].limits
LETTER = PROFILES["letter"].limits


def stream(data, entries=b"", *, packed=False):
    """A stream object's text."""
    if packed:
        data, entries = zlib.compress(data, 9), entries + b" /Filter /FlateDecode"
    return b"<< " + entries + b" /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"


BASE = {
    1: b"<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R >>",
    2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources "
    b"<< /Font << /F1 5 0 R >> >> >>",
    4: stream(b"BT /F1 12 Tf 72 700 Td (Letter) Tj ET"),
    5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    6: stream(b"<x:xmpmeta/>", b"/Type /Metadata /Subtype /XML"),
    7: b"<< /Producer (docgen) >>",
}


def write(objects=BASE, *, root=1, info=7, extra=b"", head=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"):
    """A whole PDF of one revision."""
    return _append(head, objects, root=root, info=info, extra=extra, size=max(objects) + 1, first=True)


def update(data, objects, *, root=1, info=7, extra=b"", size=None):
    """The same PDF with one more revision; None frees an object."""
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    known = int(re.findall(rb"/Size (\d+)", data)[-1])
    whole = max(known, *(number + 1 for number in objects)) if size is None else size
    return _append(data, objects, root=root, info=info, extra=extra + b" /Prev %d" % previous, size=whole)


def _append(data, objects, *, root, info, extra, size, first=False):
    out = bytearray(data)
    rows = {0: b"0000000000 65535 f \n"} if first else {}
    for number, body in objects.items():
        if body is None:
            rows[number] = b"0000000000 00001 f \n"
            continue
        rows[number] = b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    place = len(out)
    out += b"xref\n"
    for number in sorted(rows):
        out += b"%d 1\n" % number + rows[number]
    out += b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size, root, info, extra, place)  # fmt: skip
    return bytes(out)


CONTENTS = b"<" + b"00" * 40 + b">"


def signature(kind=b"/Sig", contents=CONTENTS):
    """A signature dictionary whose byte range is filled in by `sign`."""
    return (
        b"<< /Type " + kind + b" /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Contents " + contents
        + b" /ByteRange [0 1111111111 1111111111 1111111111] >>"
    )  # fmt: skip


def fill_ranges(data):
    """Fill in the last placeholder so that it covers the whole file but its own value."""
    mark = b"[0 1111111111 1111111111 1111111111]"
    place = data.rindex(mark)
    begin = data.rindex(CONTENTS, 0, place)
    end = begin + len(CONTENTS)
    row = b"[0 %d %d %d" % (begin, end, len(data) - end)
    return data[:place] + row + b" " * (len(mark) - len(row) - 1) + b"]" + data[place + len(mark) :]


def field(value=22, *, name=b"S1", page=3, rect=b"[0 0 0 0]", flags=132, extra=b""):
    """A signature field that is its own widget."""
    signed = b" /V %d 0 R" % value if value else b""
    return (
        b"<< /FT /Sig /T (%s) /Type /Annot /Subtype /Widget /F %d /Rect %s /P %d 0 R%s %s >>"
        % (name, flags, rect, page, signed, extra)
    )  # fmt: skip


def with_page(**entries):
    """The page of BASE with more entries."""
    more = b" ".join(b"/%s %s" % (key.encode(), value) for key, value in entries.items())
    return BASE[3][:-2] + more + b" >>"


def with_catalog(**entries):
    """The catalog of BASE with more entries."""
    more = b" ".join(b"/%s %s" % (key.encode(), value) for key, value in entries.items())
    return BASE[1][:-2] + more + b" >>"


SIGNING = {
    1: with_catalog(AcroForm=b"20 0 R"),
    3: with_page(Annots=b"[21 0 R]"),
    20: b"<< /Fields [21 0 R] /SigFlags 3 >>",
    21: field(),
    22: signature(),
}


def signed(base=None, changes=None):
    """BASE signed in one appended revision (the value is zeros: only bytes and tables are looked at)."""
    return fill_ranges(update(write() if base is None else base, {**SIGNING, **(changes or {})}))


def opened(data, limits=LIMITS):
    return open_document(data, limits)


SIGNATURE = Ref(22, 0)

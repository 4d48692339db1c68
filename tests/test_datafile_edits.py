"""Answers are put into a data file that a person wrote: what he wrote stays, and the file reads as the answers."""

import copy
import difflib
import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.documents.datafile import parse_datafile
from docgen.documents.datafile_edits import _full, _plain, data_file_with
from docgen.documents.examples import data_file_of, example_data, example_of
from docgen.documents.interview import Interview, Offer
from docgen.documents.letters import check_letter, fields_of, letter_kinds
from docgen.documents.packs import load_pack
from docgen.workspace import pack_folder

PACK = load_pack(pack_folder(None, "iem"))
KINDS = letter_kinds(PACK)
FIELDS = fields_of("accession", PACK)


def answered(kind, original, answer=lambda question: question.field.example, everything=False):  # noqa: FBT002
    interview = Interview(kind, PACK, parse_datafile(original, source="-"), everything=everything)
    steps = interview.questions()
    try:
        step = next(steps)
        while True:
            step = steps.send(everything and not step.another if isinstance(step, Offer) else answer(step))
    except StopIteration:
        return interview.data


def saved(kind, original, **more):
    """Answer what a data file lacks; returns the file with the answers, which reads as they are."""
    data = answered(kind, original, **more)
    result = data_file_with(original, kind, PACK, "en", data)
    assert result is not None
    again = parse_datafile(result, source="-")
    assert _plain(again) == _plain(data)
    assert check_letter(kind, again, PACK).data == check_letter(kind, data, PACK).data
    return result


def without(original, result):
    """What of the lines of the original is not in the result, in its order."""
    kept = difflib.SequenceMatcher(None, original.splitlines(), result.splitlines(), autojunk=False)
    return [line for tag, a, b, _, _ in kept.get_opcodes() if tag != "equal" for line in original.splitlines()[a:b]]


ODD = """\
# My own file: do not touch.


schema   =   "docgen-letter/1"     # must be

   # indented
[ organisation ]   # who we are
  name                = 'Biedrība "Tilts"'   # as registered
\tregistration_number = "40008999902"#no space

# about the letter
[letter]
# nothing here but this

[[signatories]]  # first
name = "Anna Bērziņa"   # chair
# between
position = 'valdes locekle'

[[signatories]]  # second
position = "valdes loceklis" # before the name
name = "Jānis \\u014Czols"

[contact] # last
name = '''
Līga'''
# the end, without a line end"""


def test_comments_order_spaces_and_quoting_stay():
    result = saved("accession", ODD.encode()).decode()
    assert without(ODD, result) == []
    assert "# Legal address (required)\nlegal_address = " in result
    assert result.index("#no space\n") < result.index("legal_address") < result.index("# about the letter")
    assert result.index("[letter]") < result.index("date = 2026-11-20") < result.index("[[signatories]]  # first")
    assert result.count("mandate = ") == 2
    assert result.count("# Ground of representation") == 1


def test_line_ends_and_the_byte_order_mark_stay():
    original = b"\xef\xbb\xbf" + ODD.replace("\n", "\r\n").encode()
    result = saved("accession", original)
    assert result == b"\xef\xbb\xbf" + saved("accession", ODD.encode()).replace(b"\n", b"\r\n")


def test_mixed_line_ends_stay_each_as_it_was():
    original = ODD.replace("\n", "\r\n").replace("\r\n   # indented\r\n", "\n   # indented\n")
    result = saved("accession", original.encode()).decode()
    assert "\n   # indented\n[ org" in result
    assert result.count("\n") - result.count("\r\n") == 2


INLINE = """\
schema = "docgen-letter/1"
# dotted
organisation.name = "Tilts"  # n
organisation.registration_number = "40008999902"
signatories = [ {name = "Anna"}, # one
    { name = "Jānis", position = "loceklis" } ]
contact = {name = "Līga"}   # short
letter.place = 'Rīgā'
"""


def test_inline_tables_and_dotted_keys_stay_such():
    result = saved("accession", INLINE.encode()).decode()
    assert 'organisation.name = "Tilts"  # n\n' in result
    assert "\norganisation.legal_address = " in result
    assert "letter.place = 'Rīgā'\n" in result
    assert "\nletter.date = 2026-11-20\n" in result
    assert 'contact = {name = "Līga", email' in result
    assert "}   # short\n" in result
    assert "# one\n" in result
    assert "[" not in re.sub(r"signatories = \[.*\]|#.*", "", result, flags=re.DOTALL)


def test_a_table_whose_subtable_came_first_is_added():
    original = (
        ODD.encode()
        + b"""
[council.representative]   # her
name = "A"
position = "B"
"""
    )

    def answer(question):
        return "yes" if question.path == "council.wish" else question.field.example

    result = saved("accession", original, answer=answer).decode()
    assert without(original.decode(), result) == []
    assert result.endswith('\nwish = "yes"\n')


def test_a_wrong_value_is_changed_where_it_stands_and_one_that_is_left_out_is_commented_out():
    original = ODD.replace("40008999902", "40008999903").replace("[letter]\n", '[letter]\n date = "2019-13-01" # ?\n')
    original = original.replace("# about", 'email = """a\n\nb""" # ask Anna\n# about')

    def answer(question):
        return "" if question.path == "organisation.email" else question.field.example

    result = saved("accession", original.encode(), answer=answer).decode()
    assert '\tregistration_number = "40008999902"#no space\n' in result
    assert "\n date = 2026-11-20 # ?\n" in result
    assert '\n#email = """a\n#\n#b""" # ask Anna\n' in result


def test_the_header_of_a_table_without_keys_is_commented_out():
    data = answered("accession", ODD.encode())
    original = ODD.encode() + b"\n[drafter] # who?\n# nobody\n"
    result = data_file_with(original, "accession", PACK, "en", data)
    assert b"\n#[drafter] # who?\n# nobody\n" in result
    assert _plain(parse_datafile(result, source="-")) == _plain(data)


def test_a_line_of_another_table_that_is_commented_out_stays():
    original = f'{ODD}\n#[council.representative]\n#email = "janis@drosapilseta.example"\n'
    result = saved("accession", original.encode()).decode()
    assert without(original, result) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["lv", "en"])
def test_a_draft_of_docgens_own_becomes_the_file_with_all_answers(kind, language):
    draft = data_file_of(kind, PACK, language, {"schema": "docgen-letter/1"}).encode()
    data = answered(kind, draft, everything=True)
    result = data_file_with(draft, kind, PACK, language, data)
    assert result.decode() == data_file_of(kind, PACK, language, data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_lacks_nothing_stays_byte_for_byte(kind):
    original = example_of(kind, PACK, "lv").encode().removesuffix(b"\n")
    assert data_file_with(original, kind, PACK, "lv", tomllib.loads(original.decode())) == original


def test_another_entry_stands_behind_the_one_before():
    data = answered("accession", ODD.encode())
    data["signatories"].append({"name": "Trešā", "position": "x", "mandate": "statutory"})
    result = data_file_with(ODD.encode(), "accession", PACK, "en", data).decode()
    assert result.index("zols") < result.index('[[signatories]]\nname = "Trešā"') < result.index("[contact]")
    assert _plain(tomllib.loads(result)) == _plain(data)


@pytest.mark.parametrize(
    "original",
    [
        b'{"schema": "docgen-letter/1"}',
        b'[[signatories]]\nname = "A"\n[letter]\n[[signatories]]\nname = "B"\n',  # tomlkit would bring them together
        b"broken",
    ],
)
def test_a_text_that_cannot_be_kept_is_not_made_up(original):
    data = {"schema": "docgen-letter/1", "signatories": [{"name": "A"}, {"name": "B"}], "letter": {"place": "C"}}
    assert data_file_with(original, "accession", PACK, "en", data) is None


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
comments = st.sampled_from(
    ["", "", "# a\n", "\n", "\n\n  # ā = [b]\n", "#[council]\n", '#phone = "+371 60000000"\n', "\t\n"]
)


def pairs(draw, table, equals=" = ", before=""):
    """Some of the keys of a table, as lines without an end."""
    for key, value in table.items():
        if not isinstance(value, dict) and draw(st.booleans()):
            quoted = '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
            yield f"{before}{key}{equals}{value if isinstance(value, int) else quoted}"


def with_headers(draw, name, tables):
    many = isinstance(tables, list)
    for entry in (tables if many else [tables])[: draw(st.integers(0, 3))]:
        yield draw(comments) + (f"[[{name}]] # h\n" if many else f"[ {name} ] # h\n")
        for line in pairs(draw, entry):
            yield draw(comments) + draw(st.sampled_from(["", "  "])) + line + draw(st.sampled_from(["\n", "# c\n"]))


def in_lines(draw, name, tables, style):
    entries = ["{" + ", ".join(pairs(draw, one)) + "}" for one in (tables if isinstance(tables, list) else [tables])]
    if isinstance(tables, list):
        yield f"{name} = [{', '.join(entries)}] # i\n"
    elif style == "inline":
        yield f"{name} = {entries[0]} # i\n"
    else:
        yield from (f"{line}\n" for line in pairs(draw, tables, "=", f"{name} . "))


@st.composite
def answers(draw):
    whole = copy.deepcopy(example_data(FIELDS))
    whole["council"] = {"wish": "yes", "representative": {"name": "A", "email": "a@b.example"}}
    if annexes := draw(st.integers(0, 3)):
        whole["annexes"] = [{"title": draw(texts), "pages": number} for number in range(annexes)]
    for table in ("organisation", "letter", "contact", "council"):
        for key in [key for key, value in whole[table].items() if isinstance(value, str) and draw(st.booleans())]:
            whole[table][key] = draw(texts)
    return whole


@st.composite
def files(draw):
    """A file with part of some data, written in a person's manner, and all of the data."""
    whole = draw(answers())
    lines = [draw(comments), 'schema = "docgen-letter/1" # s\n']
    style = {name: draw(st.sampled_from(["none", "dotted", "inline", "header"])) for name in whole if name != "schema"}
    for name in (name for name in style if style[name] in {"dotted", "inline"}):
        lines += [draw(comments), *in_lines(draw, name, whole[name], style[name])]
    for name in (name for name in style if style[name] == "header"):
        lines += with_headers(draw, name, whole[name])
    text = "".join(lines).removesuffix(draw(st.sampled_from(["", "\n"])))
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + text.replace("\n", ends).encode(), whole


@settings(deadline=None, max_examples=150)
@given(files())
def test_whatever_is_answered_the_file_reads_as_it_and_every_comment_stays(case):
    original, data = case
    result = data_file_with(original, "accession", PACK, "lv", data)
    assert result is not None
    assert _plain(parse_datafile(result, source="-")) == _plain(_full(data))
    assert result.startswith(b"\xef\xbb\xbf") == original.startswith(b"\xef\xbb\xbf")
    assert result.count(b"\n") == result.count(b"\r\n") or b"\r\n" not in original
    before, after = (
        re.findall(r"# (?:[schia]|ā = \[b\])\r?$", one.decode(), re.MULTILINE) for one in (original, result)
    )
    assert [comment.rstrip("\r") for comment in before] == [comment.rstrip("\r") for comment in after]

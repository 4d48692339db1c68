"""Templates: values are never markup, whatever is missing or does not fit is named with its line."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.documents.rendering import render_template
from docgen.errors import DataError
from docgen.model.blocks import (
    Addressee,
    Approval,
    Centered,
    Clauses,
    DashList,
    DateLine,
    Footnote,
    Heading,
    Letterhead,
    PageBreak,
    Paragraph,
    RightAligned,
    SignatureBlock,
    SmallPrint,
    StatusLine,
    Subject,
    Table,
    words_of,
)
from docgen.model.spacing import no_break
from tests.samples import DAY, HOSTILE

TEMPLATE = """+++
kind = "test"
+++
::: status
{{ status }}
:::
::: letterhead
**{{ name }}**
Reģ. Nr. {{ number }}
{{ phone }}
:::
::: dateline
Rīgā | Nr. {{ number }} | {{ day|date_when }}
:::
::: addressee
Iekšlietu ministrijai
{{ name }}
:::
::: approval
APSTIPRINĀTS
:::
::: subject
Par {{ name }}
pievienošanos
:::
{{ name }} **{{ name }}** *{{ name }}*
un x^2^, {{ name }}.

{{ phone }}

# {{ name }}

- viens {{ name }}
- otrs
{% for person in people %}
- {{ person }}
{% endfor %}

::: right
1. pielikums
:::
::: clauses
1. Viens: {{ name }}
{% for person in people %}
1.{{ loop.index }}. {{ person }}
{% endfor %}
a) burts
{{ label }} ar vērtību
:::
::: table small 1r 5 3c
Nr. | Nosaukums | Cits
{{ number }} | {{ name }} || {{ name }} | a \\| b
:::
::: pagebreak
::: signature
{% for person in people %}
priekšsēdētājs | {{ person }} | (paraksts\\*)
{% endfor %}
:::
::: centered
DOKUMENTS
:::
::: small
{{ phone }}
:::
::: footnote \\*
Dokuments
:::
""".replace("footnote \\*", "footnote *")

PEOPLE = ["Anna Bērziņa", "Jānis Ozols"]


def render(name="Saule", source=TEMPLATE, **more):
    values = {
        "name": name,
        "number": "5",
        "phone": "",
        "status": "PROJEKTS",
        "label": "2.",
        "people": PEOPLE,
        "day": dt.date(2026, 11, 20),
        **more,
    }
    return render_template(source, values, date=DAY)


def of(document, kind):
    return [block for block in document.blocks if isinstance(block, kind)]


def problem(source, **values):
    with pytest.raises(DataError) as caught:
        render(source=source, **values)
    return f"{caught.value.problems[0].path}: {caught.value.problems[0].message}"


def test_every_container_gives_its_block():
    document = render()
    kinds = [StatusLine, Letterhead, DateLine, Addressee, Approval, Subject, Paragraph, Heading, DashList, RightAligned]
    kinds += [Clauses, Table, PageBreak, SignatureBlock, Centered, Footnote]
    assert [type(block) for block in document.blocks] == kinds
    assert of(document, SmallPrint) == []  # its only line came out empty
    assert document.title == "Par Saule pievienošanos"


def test_lines_that_come_out_empty_are_left_out():
    (letterhead,) = of(render(), Letterhead)
    assert [words_of(line) for line in letterhead.lines] == ["Reģ.\u00a0Nr.\u00a05"]
    assert len(of(render(phone="67000000"), Paragraph)) == 2


def test_clauses_nest_by_their_labels():
    (block,) = of(render(), Clauses)
    assert [clause.label for clause in block.clauses] == ["1.", "2."]
    assert [clause.label for clause in block.clauses[0].clauses] == ["1.1.", "1.2."]
    assert [clause.label for clause in block.clauses[0].clauses[1].clauses] == ["a)"]


def test_tables_have_cells_with_paragraphs():
    (table,) = of(render(), Table)
    assert [(column.width, column.align) for column in table.columns] == [(1, "right"), (5, "left"), (3, "center")]
    assert [[words_of(text) for text in cell] for cell in table.rows[0]] == [["5"], ["Saule", "Saule"], ["a | b"]]
    assert table.small


def test_signatures_have_position_name_and_mark():
    (block,) = of(render(), SignatureBlock)
    assert [(words_of(r.position), words_of(r.name), words_of(r.mark)) for r in block.rows] == [
        ("priekšsēdētājs", person, "(paraksts*)") for person in PEOPLE
    ]


def test_dates_stand_in_their_cases_without_breaks():
    (block,) = of(render(), DateLine)
    assert words_of(block.parts[2]) == "2026.\u00a0gada\u00a020.\u00a0novembrī"


def _kept(name):
    """Return whether the name stands everywhere as typed, and nothing else came of it."""
    document, plain_one = render(name), render("Saule")
    assert [type(block) for block in document.blocks] == [type(block) for block in plain_one.blocks]
    (paragraph,) = of(document, Paragraph)
    shown = no_break(name)
    assert [(run.text.strip(" "), run.bold, run.italic) for run in paragraph.text if shown.strip(" ") in run.text][
        :3
    ] == [
        (shown.strip(" "), False, False),
        (shown.strip(" "), True, False),
        (shown.strip(" "), False, True),
    ]
    (letterhead,) = of(document, Letterhead)
    assert words_of(letterhead.name) == shown
    (table,) = of(document, Table)
    assert [words_of(text) for text in table.rows[0][1]] == [shown, shown]
    (heading,) = of(document, Heading)
    assert words_of(heading.text) == shown


@pytest.mark.parametrize("name", [name for name in HOSTILE if not name.startswith("Ļoti")])
def test_values_are_never_markup(name):
    _kept(name)


_MARKUP = st.text(st.sampled_from("*_#{}%<>&|:`^[]()\\-+.1a \"'~$@=/!"), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(_MARKUP.filter(str.strip).map(str.strip).map(lambda text: f"S{text}T"))
def test_no_text_is_ever_markup(name):
    _kept(name)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a\n\n{{ nothing }}", "line 3: The template cannot be filled: 'nothing' is undefined."),
        ("{{ people.zzz }}", "line 1: The template cannot be filled: 'list object' has no attribute 'zzz'."),
        ("a\n{% if %}", "line 2: "),
        ("+++\nx = 1\n+++\n{{ nothing }}", "line 4: "),
        ("\n::: nosuch\n:::", "line 2: There is no container nosuch;"),
        ("::: small\nx", "line 1: The container small is not closed."),
        ("::: small\n::: right\n:::", "line 1: The container small is not closed before the next begins."),
        (":::", "line 1: A container ends here that did not begin."),
        ("::: small x\n:::", "line 1: The container small takes no arguments."),
        ("::: table 1 2\na | b | c\n:::", "line 1: A row has 3 cells where the table has 2 columns."),
        ("::: table\na\n:::", "line 1: A table begins with the widths"),
        ("::: dateline\na | b | c | d\n:::", "line 1: A date line has up to three parts."),
        ("a  \nb", "line 1: A line break within a paragraph"),
        ("- a\n  - b", "line 1: A point of a list holds one paragraph and numbered points."),
        ("{{ day }}", "line 1: The template cannot be filled: a value of the kind date cannot be printed"),
        ("{{ none }}", "line 1: The template cannot be filled: a value of the kind NoneType"),
        ("{{ 2 ** 9 }}", "line 1: The template cannot be filled: the operator **"),
        ("{{ 'a' * 9 }}", "line 1: The template cannot be filled: the operator *"),
        ("{{ '%9d' % 1 }}", "line 1: The template cannot be filled: the operator %"),
        ("{% for i in range(9999999) %}{% endfor %}", "line 1: The template cannot be filled: a range"),
        ("{{ ''.__class__ }}", "line 1: The template cannot be filled: access to attribute"),
        ("{{ people.append(1) }}", "line 1: The template cannot be filled: "),
        ("{{ lipsum() }}", "line 1: The template cannot be filled: 'lipsum' is undefined."),
        ("{{ name|safe }}", "line 1: The template cannot be filled: No filter named 'safe'"),
        ("{% include 'x' %}", "line 1: The template cannot be filled: "),
        ("a\n\n{{ name | date_when }}", "line 3: The template cannot be filled: AttributeError: 'str' object"),
        ("{{ {} | contact_line }}", "line 1: The template cannot be filled: KeyError: 'name'"),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(source, said):
    assert problem(source).startswith(said)


def test_values_that_writers_would_drop_are_refused():
    assert problem("\n{{ name }}", name="a\nb").startswith("line 2: The template cannot be filled: a value with U+000A")
    assert problem("x", name="a\ue000b").startswith("name: U+E000")


def test_macros_and_filters_see_the_value_but_stay_text():
    source = "{% macro m(a) %}**{{ a }}**{% endmacro %}{{ m(name) }} {{ name|upper }} {{ '*a*' }} {{ 5 % 3 }}"
    (paragraph,) = render("*x*", source).blocks
    assert [(run.text, run.bold) for run in paragraph.text] == [("***x*** *X* *a* 2", False)]


def test_only_lines_of_tags_alone_leave_no_line_behind():
    source = "::: small\n{% for p in people %}\n{{ p }}{% if loop.first %} (1){% endif %}\n{% endfor %}\n:::"
    (block,) = render(source=source).blocks
    assert [words_of(line) for line in block.lines] == ["Anna Bērziņa (1)", "Jānis Ozols"]
    (paragraph,) = render(source="a\n{% if name %}\nb\n{% endif %}\nc{# d #}\ne").blocks
    assert words_of(paragraph.text) == "a b c e"


def test_longer_texts_become_paragraphs():
    source = "{% for part in name|paragraphs %}\n{{ part }}\n\n{% endfor %}"
    document = render("viens\ndivi\n\n\ntrīs\n", source)
    assert [words_of(block.text) for block in document.blocks] == ["viens divi", "trīs"]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("2021. gada 27. oktobra", "2021.~gada~27.~oktobra"),
        ("līdz 1. martam", "līdz 1.~martam"),
        ("2024. gadā", "2024.~gadā"),
        ("Nr. 1-21/88(2021)", "Nr.~1-21/88(2021)"),
        ("Nr. p. k.", "Nr.~p.~k."),
        ("plkst. 11.00", "plkst.~11.00"),
        ("J. Bērziņš un A. B. Ozola", "J.~Bērziņš un A.~B.~Ozola"),
        ("kopā – Puses", "kopā~– Puses"),
        ("uz 1 lp.", "uz 1~lp."),
        ("5. panta 1. punktā", "5. panta 1. punktā"),
        ("Trīs. Četri", "Trīs. Četri"),
    ],
)
def test_lines_do_not_end_where_they_must_not(typed, printed):
    assert no_break(typed) == printed.replace("~", "\u00a0")


def test_paragraphs_of_a_cell_that_the_template_begins_with_a_dash_are_a_dash_list():
    row = "- {{ a }}||- {{ b }}||pēc ||- viens | {{ a }}||{% for x in people %}- {{ x }}||{% endfor %}"
    source = f"::: table 1 1\nA | B\n{row}"
    document = render_template(source + "\n\n:::", {"a": "- x", "b": "y", "people": PEOPLE}, date=DAY, title="t")
    ((first, second),) = document.blocks[0].rows
    shown = [
        [words_of(item) for item in part.items] if isinstance(part, DashList) else words_of(part) for part in first
    ]
    assert shown == [["- x", "y"], "pēc", ["viens"]]
    assert words_of(second[0]) == "- x"
    assert [words_of(item) for item in second[1].items] == PEOPLE
    with pytest.raises(DataError, match="A header holds no dash list"):
        render_template("::: table 1\n- a\n:::", {}, date=DAY, title="t")

"""What a template of somebody's own can do to docgen beyond its worker: to the process that reads what came of it.

The sandbox and the worker's limits are tried in `test_word_templates`.
"""

import sys

import pytest

from docgen.documents.environment import Filled, fill
from docgen.documents.markdown import parse_blocks
from docgen.documents.template_worker import Guard, fill_guarded
from docgen.errors import DataError
from docgen.model.blocks import Paragraph

VALUES = {"wish": "Saule", "name": "Biedrība"}
CUT = {
    "half a marker": '{{ "\\ue000" }}',
    "half a marker by its long code": '{{ "\\U0000e001" }}',
    "a marker of no value": '{{ "\\ue00099\\ue001" }}',
    "a marker of a value yet to come": '{{ "\\ue0000\\ue001" }}',
    "renumbered": '{% filter replace("0", "99") %}{{ wish }}{% endfilter %}',
    "a number beyond any": '{% filter replace("0", "99999999999999999999999") %}{{ wish }}{% endfilter %}',
    "cut by a filter": "{% filter first %}{{ wish }}{% endfilter %}",
    "cut from a macro": "{% macro m() %}{{ wish }}{% endmacro %}{% set s = m() %}{{ s[:1] }}",
    "cut from a block": "{% set s %}{{ wish }}{% endset %}{{ s[1:] }}",
    "half a character in a value": '{{ "\\ud800" }}',
    "half a character in the text": '{% filter replace("x", "\\ud800") %}x{% endfilter %}',
}


@pytest.mark.parametrize("case", CUT)
def test_a_printed_value_that_the_template_cuts_or_makes_up_is_a_problem_of_the_template(case):
    with pytest.raises(DataError) as error:
        fill(CUT[case], VALUES, name="veidne.md")
    assert error.value.problems
    with pytest.raises(DataError) as error:
        fill_guarded(CUT[case], VALUES, name="veidne.md")
    assert error.value.problems


def test_a_short_text_with_one_long_value_many_times_is_not_put_together_to_be_measured():
    long = "{% set b = 'aaaaaaaaaa' %}" + "{% set b = b | replace('a', 'aaaaaaaaaa') %}" * 5
    many = "{% filter replace('Y', s) %}" + "Y" * 100_000 + "{% endfilter %}"
    with pytest.raises(DataError, match="more than 1000000 characters"):
        fill_guarded(f"{long}{{% set s %}}{{{{ b }}}}{{% endset %}}{many}", VALUES, name="veidne.md")
    bomb = Filled(text="\ue0000\ue001" * 100_000, values=("a" * 1_000_000,))
    assert bomb.measured() == 100_000 * 1_000_000


def test_markers_of_nothing_count_as_characters():
    assert Filled(text="\ue0000\ue001" * 1_000, values=("",)).measured() == 3_000


@pytest.mark.skipif(sys.platform != "linux", reason="the worker is Linux's")
@pytest.mark.parametrize(
    "answer",
    [
        {"text": "\ue0001\ue001", "values": ["a"]},
        {"text": "\ue000", "values": []},
        {"text": "a" * 1_000_001, "values": []},
        {"text": "a\n\n" * 20_000, "values": []},
    ],
)
def test_nothing_that_the_worker_answers_is_believed(answer, monkeypatch):
    with Guard() as guard:
        monkeypatch.setattr(guard, "run", lambda *_, **__: answer)
        with pytest.raises(DataError) as error:
            guard.fill("a", VALUES, name="veidne.md")
        assert error.value.problems


def test_paragraphs_of_many_lines_and_many_page_breaks_are_read_in_one_go():
    (paragraph,) = parse_blocks(Filled(text="a\n" * 30_000, values=()), name="a")
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text[0].text == " ".join("a" * 30_000)
    assert len(parse_blocks(Filled(text="::: pagebreak\n" * 15_000 + "\n" * 15_000, values=()), name="a")) == 15_000

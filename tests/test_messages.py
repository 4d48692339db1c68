"""Every sentence that docgen says has a Latvian and an English text, with the same values."""

import gettext

import pytest

from docgen.messages import Language, default_language, render
from docgen.model.text import say, say_count
from tests import catalogue


def test_every_message_has_a_latvian_text_with_the_same_placeholders():
    assert len(catalogue.said()) > 50
    assert catalogue.problems() == []


def test_the_compiled_catalogue_is_the_one_of_the_latvian_files():
    with catalogue.COMPILED.open("rb") as source:
        compiled = gettext.GNUTranslations(source)
    for message in catalogue.translated():
        if message.id and not message.pluralizable:
            assert compiled.gettext(message.id) == message.string


def test_the_catalogue_has_nothing_that_the_code_does_not_say():
    own = {text for text, _ in catalogue.said()}
    click = "\n".join(path.read_text("utf-8") for path in catalogue.CLICK.rglob("*.py"))
    unused = [
        message.id[0] if isinstance(message.id, tuple) else message.id
        for message in catalogue.translated()
        if message.id
    ]
    # The text of a message may be folded over several lines in Click's source: its first words identify it.
    assert [text for text in unused if text not in own and text.split("{")[0].split("\n")[0][:20] not in click] == []


@pytest.mark.parametrize(
    ("count", "expected"), [(1, "1 kļūda"), (2, "2 kļūdas"), (11, "11 kļūdas"), (21, "21 kļūda"), (0, "0 kļūdu")]
)
def test_latvian_counts_take_their_own_forms(count, expected):
    message = say_count("{source}: {count} problem", "{source}: {count} problems", count, source="a.toml")
    assert render(message, Language.LV) == f"a.toml: {expected}"


def test_english_is_the_text_in_the_code():
    assert render(say("there is no pack “{name}”", name="x"), Language.EN) == "there is no pack “x”"


def test_values_may_be_messages_and_are_rendered_in_the_same_language():
    inner = say("unknown setting")
    assert render(say("{file}: {why}", file="f", why=inner), Language.LV) == "f: nezināms iestatījums"


@pytest.mark.parametrize(
    ("environment", "language"),
    [({"LANG": "lv_LV.UTF-8"}, "lv"), ({"LANG": "C"}, "en"), ({"DOCGEN_LANG": "lv", "LANG": "C"}, "lv"), ({}, "en")],
)
def test_the_default_language_comes_from_the_locale(environment, language):
    assert default_language(environment) == language

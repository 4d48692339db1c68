"""Every sentence that docgen says has a Latvian and an English text, with the same values."""

import gettext
import re

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


def latvian_texts():
    """Yield each Latvian text with the English one beside it."""
    for message in catalogue.translated():
        if message.id:
            english, latvian = (text if isinstance(text, tuple) else (text,) for text in (message.id, message.string))
            yield from ((english[-1] if at else english[0], text) for at, text in enumerate(latvian))


def test_latvian_texts_have_no_stray_spaces_and_a_full_stop_where_the_english_have_one():
    stray = re.compile(r"\S {2}(?! )\S|\s[,;](?=\s|$)|[^\s:]\s[.?](?=\s|$)|\s$")
    wrong = [
        latvian
        for english, latvian in latvian_texts()
        if (stray.search(latvian) and not stray.search(english))
        or latvian.endswith((".", "!")) != english.endswith((".", "!"))
    ]
    assert wrong == []


# One word for each thing: what another word stands for in these texts.
OTHER_WORDS = {
    "fail(?!ed)": "datne",
    "kolonn": "aile",
    "direktorij": "mape",
    "anulē": "atcelt",
    "demonstrācij": "izmēģinājums",
    "ierobežotā proces": "norobežotais process",
    "dalībniec": "dalībnieks",
    "izdrukājis": "vēstule, kas sagatavota ar docgen",
    r"sk\.": "skatiet",
}


@pytest.mark.parametrize("word", OTHER_WORDS)
def test_a_thing_has_one_word_in_latvian(word):
    found = re.compile(rf"\b{word}")
    assert [text for _, text in latvian_texts() if found.search(text.lower())] == []


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

"""The order of names in lists."""

import unicodedata
from itertools import pairwise, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docgen.model.latvian import collation_key

ALPHABET = "aābcčdeēfgģhiījkķlļmnņoprsštuūvzž"
# The first release of ICU known to have CLDR's order in which long vowels are letters of their own.
ICU = 78
# Any text, and texts that differ in little.
LIKE = st.text() | st.text('aA"“ -', max_size=4)


def _sorted(names):
    return sorted(names, key=collation_key)


def test_names_sort_in_the_latvian_order_without_regard_to_case_and_quotation_marks():
    ordered = [
        *("2. vidusskola", '"Avots"', "āboli", "Cēsis", "Čakste", "Eža", "Ēka"),
        *("Kuldīga", "Ķekava", "Saule", "Šūpoles", "Zeme", "Žagata"),
    ]
    assert _sorted(reversed(ordered)) == ordered


def test_names_sort_as_the_classification_of_territories_has_them():
    ordered = ["Aizkraukles", "Alūksnes", "Augšdaugavas", "Ādažu", "Balvu", "Kuldīgas", "Ķekavas", "Limbažu", "Līvānu"]
    assert _sorted(reversed(ordered)) == ordered


@given(st.permutations(ALPHABET))
def test_letters_follow_the_alphabet_and_outweigh_what_comes_after_them(letters):
    assert _sorted(letters) == list(ALPHABET)
    for one, other in pairwise(ALPHABET):
        assert collation_key(f"{one}ž") < collation_key(f"{other}a")
        assert collation_key(f"{one.upper()}ž") < collation_key(f"{other}a")


@given(st.text(ALPHABET, min_size=1), st.text(ALPHABET, min_size=1))
def test_words_sort_letter_by_letter_in_the_alphabet(one, other):
    places = [[ALPHABET.index(letter) for letter in word] for word in (one, other)]
    assert (collation_key(one) < collation_key(other)) == (places[0] < places[1])


def test_y_is_near_i():
    assert _sorted(["Jana", "Ila", "Yla", "Inga", "Hugo"]) == ["Hugo", "Ila", "Inga", "Yla", "Jana"]


def test_numbers_go_by_their_size_and_before_letters():
    ordered = ["1. pamatskola", "2. vidusskola", "007 klubs", "10. vidusskola", "100 balsis", "A klase"]
    assert _sorted(reversed(ordered)) == ordered


def test_a_number_longer_than_python_reads_has_its_place():
    assert collation_key("9" * 5000) < collation_key("1" + "0" * 5000)


def test_the_generic_word_and_the_marks_do_not_count():
    ordered = ['Nodibinājums "Avots"', "Biedrība „Baltā māja”", 'Reliģiskā organizācija "Cerība"', "Dzintars"]
    assert _sorted(reversed(ordered)) == ordered


def test_a_generic_word_that_belongs_to_the_name_counts():
    ordered = ['"Avots"', "Biedrība Saule", "Draudzes nams", 'Rīgas biedrība "Auseklis"', 'Fonds "Zeme"']
    assert _sorted(reversed(ordered)) == ordered


def test_accents_of_other_languages_do_not_count_at_first():
    ordered = ["Muceniece", "Müller", "Murāns", "Zeme", "Школа"]
    assert _sorted(reversed(ordered)) == ordered


def test_composed_and_decomposed_letters_have_one_place():
    decomposed = unicodedata.normalize("NFD", "Ķekava")
    assert _sorted(["Lapa", decomposed, "Kuldīga"]) == ["Kuldīga", decomposed, "Lapa"]
    decomposed = unicodedata.normalize("NFD", 'Biedrība "Saule"')
    assert _sorted(["Tilts", decomposed, "Roze"]) == ["Roze", decomposed, "Tilts"]


@given(st.lists(LIKE), st.randoms())
def test_the_order_does_not_depend_on_where_the_list_came_from(names, random):
    shuffled = list(names)
    random.shuffle(shuffled)
    assert _sorted(shuffled) == _sorted(names)


@given(LIKE, LIKE)
@example("Saule", "SAULE")
@example('Biedrība "Saule"', "Saule")
def test_two_names_have_one_place_only_if_they_are_one_text(one, other):
    first, second = collation_key(one), collation_key(other)
    assert (first < second) + (second < first) + (one == other) == 1


def test_the_order_is_that_of_icu():
    icu = pytest.importorskip("icu", reason="PyICU is not installed")
    if int(icu.ICU_VERSION.split(".")[0]) < ICU:
        pytest.skip(f"ICU {icu.ICU_VERSION} takes the length of a vowel for a difference of the second rank")
    words = ["".join(letters) for letters in product(ALPHABET + "qwxy", repeat=2)]
    assert _sorted(words) == sorted(words, key=icu.Collator.createInstance(icu.Locale("lv")).getSortKey)

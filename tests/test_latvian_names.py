"""Names of organisations, institutions, positions and persons; quotation marks and addresses."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docgen.model.latvian import (
    Case,
    Gender,
    GrammaticalNumber,
    QuotationStyle,
    QuotedName,
    declined,
    generic_word,
    in_quotes,
    initials,
    institution,
    position,
    postal_address,
    quoted_name,
    short_name,
    straight_quotes,
    with_quotes,
)
from docgen.model.spacing import no_break

GENERIC = ("biedrība", "nodibinājums", "fonds", "arodbiedrība", "reliģiskā organizācija", "draudze")
QUOTED = st.text(alphabet='ab ABā„“”«»″"(', max_size=14)
WORDS = st.text(alphabet="abcāĀBZ-", min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("case", "word"),
    [
        (Case.NOMINATIVE, "biedrība"),
        (Case.GENITIVE, "biedrības"),
        (Case.DATIVE, "biedrībai"),
        (Case.ACCUSATIVE, "biedrību"),
        (Case.LOCATIVE, "biedrībā"),
    ],
)
def test_the_generic_word_is_declined_and_the_proper_name_kept(case, word):
    assert declined('Biedrība "Drošā pilsēta"', case) == f'{word} "Drošā pilsēta"'
    assert declined("BIEDRĪBA „Drošā pilsēta”", case, start=True) == f'{word.capitalize()} "Drošā pilsēta"'


@pytest.mark.parametrize(
    ("word", "genitive", "dative", "plural_genitive", "plural_dative"),
    [
        ("nodibinājums", "nodibinājuma", "nodibinājumam", "nodibinājumu", "nodibinājumiem"),
        ("fonds", "fonda", "fondam", "fondu", "fondiem"),
        ("arodbiedrība", "arodbiedrības", "arodbiedrībai", "arodbiedrību", "arodbiedrībām"),
        (
            *("reliģiskā organizācija", "reliģiskās organizācijas", "reliģiskajai organizācijai"),
            *("reliģisko organizāciju", "reliģiskajām organizācijām"),
        ),
        ("draudze", "draudzes", "draudzei", "draudžu", "draudzēm"),
    ],
)
def test_generic_words_have_the_forms_of_the_table(word, genitive, dative, plural_genitive, plural_dative):
    plural = GrammaticalNumber.PLURAL
    assert generic_word(word, Case.GENITIVE) == genitive
    assert generic_word(word.title(), Case.DATIVE) == dative
    assert generic_word(word, Case.GENITIVE, plural) == plural_genitive
    assert generic_word(word, Case.DATIVE, plural, start=True) == plural_dative[0].upper() + plural_dative[1:]


@pytest.mark.parametrize("word", GENERIC)
@pytest.mark.parametrize("case", [Case.NOMINATIVE, Case.ACCUSATIVE, Case.LOCATIVE])
def test_a_form_that_the_table_does_not_give_is_absent(word, case):
    assert generic_word(word, case, GrammaticalNumber.PLURAL) is None


@given(st.text(), st.sampled_from(Case), st.sampled_from(GrammaticalNumber))
def test_an_unknown_word_has_no_forms(word, case, number):
    if " ".join(word.lower().split()) not in GENERIC:
        assert generic_word(word, case, number) is None


@pytest.mark.parametrize(
    ("name", "legal_form", "dative"),
    [
        ("Latvijas Ugunsdzēsības asociācija", "Biedrība", 'biedrībai "Latvijas Ugunsdzēsības asociācija"'),
        ('"House of Glory"', "Biedrība", 'biedrībai "House of Glory"'),
        ("Biedrība Saule", "biedrība", 'biedrībai "Biedrība Saule"'),
        ("Latvijas Ugunsdzēsības asociācija", None, None),
        ("Latvijas Ugunsdzēsības asociācija", "Kooperatīvs", None),
        ('Fonds "Saule"', "Nodibinājums", 'fondam "Saule"'),
        ('Rīgas biedrība "Saule"', "Biedrība", None),
        ('Biedrība "Saule" filiāle', "Biedrība", None),
        ('Biedrība "Saule" un "Zeme"', "Biedrība", None),
        ('Kooperatīvs "Saule"', None, None),
        ("", "Biedrība", None),
        ('nodibinājums "Invalīdu un viņu draugu apvienība Apeirons"', None, "=nodibinājumam"),
    ],
)
def test_a_name_without_a_generic_word_before_it_takes_its_legal_form_or_stays(name, legal_form, dative):
    if dative is not None and dative.startswith("="):
        dative = name.replace("nodibinājums", dative[1:])
    assert declined(name, Case.DATIVE, legal_form=legal_form) == dative


@pytest.mark.parametrize("name", ['Biedrība "Latvijas fonds "Zvaniņš""', 'Biedrība "Latvijas fonds "Zvaniņš"'])
def test_a_name_within_the_name_is_kept_even_where_one_mark_closes_both(name):
    assert declined(name, Case.DATIVE) == name.replace("Biedrība", "biedrībai")


@given(st.text(), st.sampled_from(Case), st.booleans())
def test_every_name_has_its_nominative_and_no_form_is_made_up(name, case, start):
    form = declined(name, case, start=start)
    assert form is not None or case is not Case.NOMINATIVE


@given(WORDS, st.sampled_from(GENERIC), st.sampled_from(Case), st.sampled_from(QuotationStyle))
def test_the_proper_name_comes_through_every_case(inside, word, case, style):
    for name in (f"{word} {in_quotes(inside, style)}", f"{word.upper()} {in_quotes(inside, style)}"):
        assert declined(name, case) == f'{generic_word(word, case)} "{inside}"'


def test_institutions_have_their_stored_forms_only():
    assert institution("Iekšlietu ministrija", Case.GENITIVE) == "Iekšlietu ministrijas"
    assert declined("Iekšlietu  ministrija", Case.DATIVE) == "Iekšlietu ministrijai"
    assert declined("Valsts kanceleja", Case.DATIVE) == "Valsts kancelejai"
    assert declined("Sadarbības padome", Case.LOCATIVE) == "Sadarbības padomē"
    assert declined("Valsts kanceleja", Case.NOMINATIVE) == "Valsts kanceleja"
    assert declined("Valsts kanceleja", Case.GENITIVE) is None
    assert declined("Veselības ministrija", Case.DATIVE) is None
    assert institution("Veselības ministrija", Case.NOMINATIVE) is None


@pytest.mark.parametrize(
    ("typed", "gender", "case", "expected"),
    [
        ("valdes priekšsēdētājs", Gender.FEMININE, Case.DATIVE, "valdes priekšsēdētājai"),
        ("valdes priekšsēdētāja", Gender.FEMININE, Case.GENITIVE, "valdes priekšsēdētājas"),
        ("Valdes  loceklis", Gender.MASCULINE, Case.GENITIVE, "Valdes locekļa"),
        ("valdes locekle", Gender.MASCULINE, Case.DATIVE, "valdes loceklim"),
        ("priekšsēdētāja vietnieks", Gender.FEMININE, Case.DATIVE, "priekšsēdētāja vietniecei"),
        ("vadītājs", Gender.MASCULINE, Case.GENITIVE, "vadītāja"),
        ("vadītāja", Gender.FEMININE, Case.NOMINATIVE, "vadītāja"),
        ("Direktors", Gender.FEMININE, Case.NOMINATIVE, "Direktore"),
        ("ministrs", Gender.FEMININE, Case.DATIVE, "ministrei"),
        ("prezidents", Gender.FEMININE, Case.GENITIVE, "prezidentes"),
        ("sekretārs", Gender.FEMININE, Case.NOMINATIVE, "sekretāre"),
        ("likvidators", Gender.FEMININE, Case.DATIVE, None),
        ("izpilddirektore", Gender.FEMININE, Case.GENITIVE, None),
        ("direktors", Gender.MASCULINE, Case.LOCATIVE, None),
        ("goda biedrs", Gender.FEMININE, Case.NOMINATIVE, "goda biedrs"),
        ("goda biedrs", Gender.MASCULINE, Case.DATIVE, None),
        ("", Gender.MASCULINE, Case.NOMINATIVE, ""),
    ],
)
def test_positions_follow_the_gender_that_is_given(typed, gender, case, expected):
    assert position(typed, gender, case) == expected


@given(st.text(), st.sampled_from(Gender), st.sampled_from(Case))
def test_every_position_has_its_nominative(typed, gender, case):
    assert position(typed, gender, case) is not None or case is not Case.NOMINATIVE


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        *((typed, 'Biedrība "Saule"') for typed in ("Biedrība „Saule”", "Biedrība „Saule“", "Biedrība “Saule”")),
        *((typed, 'Biedrība "Saule"') for typed in ("Biedrība «Saule»", "Biedrība ″Saule″", 'Biedrība "Saule"')),
        ("Biedrība ”Saule”", 'Biedrība "Saule"'),
        ("Biedrība „Fonds «Saule»”", 'Biedrība "Fonds «Saule»"'),
        ("Biedrība „Fonds “Saule”“", 'Biedrība "Fonds “Saule”"'),
        ('Biedrība „Fonds "Saule"”', 'Biedrība "Fonds "Saule""'),
        ("Biedrība „“Saule” fonds”", 'Biedrība "“Saule” fonds"'),
        ("Biedrība „Fonds «Saule» “", 'Biedrība "Fonds «Saule» "'),
        ("„Saule” un “Zeme”", '"Saule" un "Zeme"'),
        ("»Saule«", '"Saule"'),
        ("Biedrība „Saule", 'Biedrība "Saule'),
        ("Saule", "Saule"),
    ],
)
def test_outer_marks_become_straight_and_inner_ones_stay(typed, shown):
    assert straight_quotes(typed) == shown


@given(QUOTED)
@example("„„“ »a")
def test_making_marks_straight_twice_changes_nothing_more_and_loses_no_word(text):
    straight = straight_quotes(text)
    assert straight_quotes(straight) == straight
    bare = str.maketrans("", "", '„“”«»″"')
    assert straight.translate(bare) == text.translate(bare)
    assert len(straight) == len(text)


@given(WORDS, WORDS, st.sampled_from(QuotationStyle), st.sampled_from(QuotationStyle))
def test_a_document_has_one_style_of_marks(before, inside, typed, shown):
    text = f"{before} {in_quotes(inside, typed)}"
    assert with_quotes(text, shown) == f"{before} {in_quotes(inside, shown)}"
    assert with_quotes(with_quotes(text, shown)) == straight_quotes(text)


def test_marks_that_do_not_pair_are_straight_in_every_style():
    assert with_quotes("Biedrība „Saule", QuotationStyle.LATVIAN) == 'Biedrība "Saule'


def test_a_quoted_name_has_its_parts():
    parts = QuotedName(before="Biedrība", inside="Fonds «Saule»", after="(likvidējamā)")
    assert quoted_name(" Biedrība „Fonds «Saule»” (likvidējamā)") == parts
    for text in ("Saule", '"', 'A "B" C "D"', ""):
        assert quoted_name(text) is None


@pytest.mark.parametrize(
    ("address", "index", "expected"),
    [
        ("Rīga, Latgales iela 180 - 5", "1019", "Latgales iela 180-5, Rīga, LV-1019"),
        ("Rīga, Latgales iela 180", "LV-1019", "Latgales iela 180, Rīga, LV-1019"),
        ("Rīga, Latgales iela 180 - 5A", "", "Latgales iela 180-5A, Rīga"),
        ("Rīga, Čiekurkalna 1. līnija 1, k-2", "1026", "Čiekurkalna 1. līnija 1, k-2, Rīga, LV-1026"),
        (
            *("Cēsu nov., Priekuļu pag., Priekuļi, Dārza iela 5", "4126"),
            "Dārza iela 5, Priekuļi, Priekuļu pag., Cēsu nov., LV-4126",
        ),
        ('Cēsu nov., Vaives pag., "Ozoli, Liepas"', "4101", '"Ozoli, Liepas", Vaives pag., Cēsu nov., LV-4101'),
        (" ", "1019", "LV-1019"),
        ("", "", ""),
    ],
)
def test_the_register_s_address_is_shown_in_postal_order(address, index, expected):
    assert postal_address(address, index).replace("\u00a0", " ") == expected


@pytest.mark.parametrize("index", ["101", "10190", "LT-1019", "LV1019", "١٠١٩"])
def test_what_is_no_postal_index_is_refused(index):
    with pytest.raises(ValueError, match="no postal index"):
        postal_address("Rīga", index)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Anna Bērziņa", "A.~Bērziņa"),
        ("Dzintra Ozola", "Dz.~Ozola"),
        ("Džons Smits", "Dž.~Smits"),
        ("DZIDRA KALNIŅA", "Dz.~KALNIŅA"),
        ("Anna Marija Bērziņa", "A.~M.~Bērziņa"),
        ("Anna-Marija Bērziņa", "A.-M.~Bērziņa"),
        ("Dzintra-Džeina Bērziņa-Kalniņa", "Dz.-Dž.~Bērziņa-Kalniņa"),
        ("Ē\u0304rika Liepa", "Ē\u0304.~Liepa"),
        ("E\u0304rika Liepa", "Ē.~Liepa"),
        ("Jānis van der Berg", "J.~van der Berg"),
        ("A. Bērziņa", "A.~Bērziņa"),
        ("A.M. Bērziņa", "A.M.~Bērziņa"),
        ("Madonna", "Madonna"),
        ("", ""),
    ],
)
def test_given_names_become_initials(name, short):
    assert short_name(name).replace("\u00a0", "~") == short


def test_given_names_alone_have_initials():
    assert initials("Anna  Marija") == "A.\u00a0M."
    assert initials("Dzintra-Anna") == "Dz.-A."
    assert initials("") == ""


@given(st.text())
def test_a_shortened_name_is_not_shortened_again(name):
    assert short_name(short_name(name)) == short_name(name)


@given(st.lists(WORDS.map(str.title), max_size=4).map(" ".join), st.from_regex(r"[0-9]{4}", fullmatch=True))
def test_no_name_or_address_has_a_space_where_a_line_must_not_end(text, index):
    for shown in (short_name(text), initials(text), postal_address(f"Rīga, {text} Nr. 5", index)):
        assert no_break(shown) == shown

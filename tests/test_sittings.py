"""Invitation, agenda, minutes and extract of one sitting: what a secretary expects of each, from one data file."""

import re
import shutil
import struct
import tomllib
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from docgen.cli.root import root
from docgen.documents.agendas import agenda_document, invitation_document, make_agenda, make_invitation
from docgen.documents.extracts import extract_document, make_extract
from docgen.documents.font import FONTS
from docgen.documents.minutes import advice_for, decides_without_quorum, make_minutes, minutes_document
from docgen.documents.new_sitting import new_sitting
from docgen.documents.packs import load_pack
from docgen.documents.pdf import print_pdf
from docgen.documents.sittings import read_sitting
from docgen.documents.structure import structure_text
from docgen.documents.word import print_docx
from docgen.documents.wordtext import docx_text
from docgen.errors import DataError, UsageError
from docgen.model.council import CouncilMember, Representative
from docgen.model.sitting import Certification
from docgen.workspace import builtin_packs
from tests import judges
from tests.corpora import ROOT
from tests.samples import HOSTILE

PACKS = {name: load_pack(builtin_packs() / name) for name in ("iem", "mk")}
CERTIFIED = Certification(
    organisation="Iekšlietu ministrija", position="vecākais referents", name="Mārtiņš Liepa", day=date(2027, 6, 14)
)
OPINION = {"name": "Anna Bērziņa", "item": 2, "text": "Termiņš ir par īsu.\n\nLūdzu to pagarināt."}


def example(pack="iem"):
    return tomllib.loads((ROOT / "templates" / pack / "sitting.example.toml").read_text("utf-8"))


def approved(pack="iem", **changes):
    data = example(pack)
    data["sitting"]["status"] = "approved"
    people = [
        {"name": "I. Kalniņa", "position": "padomes priekšsēdētāja"},
        {"name": "A. Bērziņa", "position": "vietniece", "organisation": 'biedrība "Drošā pilsēta"'},
    ]
    data["approval"] = {"on": date(2027, 6, 10), "approvers": people}
    return {**data, **changes}


def read(data, pack="iem", *, held=True):
    return read_sitting(data, PACKS[pack], source="s.toml", held=held)


def documents(data, pack="iem"):
    """All papers that the data give; an extract only of approved minutes."""
    sitting = read(data, pack)
    made = {
        "agenda": agenda_document(sitting, PACKS[pack]),
        "invitation": invitation_document(sitting, PACKS[pack], source="s.toml"),
        "minutes": minutes_document(sitting, PACKS[pack]),
    }
    if data["sitting"]["status"] == "approved":
        numbers = [item.number for item in sitting.items][1:2]
        made["extract"] = extract_document(sitting, PACKS[pack], numbers, CERTIFIED)
    return made


def plain(text):
    return re.sub(r"\s+", " ", text).strip()


def words(document):
    return plain(structure_text(print_pdf(document)))


def all_words(data, pack="iem"):
    return {kind: words(document) for kind, document in documents(data, pack).items()}


def problems(data, pack="iem", *, held=True):
    with pytest.raises(DataError) as caught:
        read(data, pack, held=held)
    return [problem.path for problem in caught.value.problems]


# --- Agenda


def test_the_agenda_has_title_time_place_three_columns_and_the_secretariat():
    text = all_words(example())["agenda"]
    begins = "Iekšlietu ministrijas un nevalstisko organizāciju Sadarbības padomes 2027. gada 28. janvāra sēdes darba"
    assert text.startswith(f"{begins} kārtība Laiks: 2027. gada 28. janvārī plkst. 11.00–12.40 Vieta: Čiekurkalna")
    assert "sēdē var piedalīties arī attālināti (tiešsaistes platformā" in text
    assert "Nr. p. k. Jautājums Ziņo/Uzaicinātie 1. Par sēdes darba kārtību I. Kalniņa" in text
    assert "Materiāli: pārskata projekts" in text
    assert "Uzaicinātie: D. Krūmiņa, Drošības pētījumu centrs" in text
    assert "3. Dažādi Nākamā sēde: 2027. gada 10. jūnijā" in text
    assert "Pielikumi: 1. Sēdes prezentācija uz 12 lp." in text
    assert text.endswith("Padomes sekretariāts: Mārtiņš Liepa, tālr. +371 60000003, e-pasts padome@ministrija.example")


def test_informative_items_stand_under_their_own_heading_and_an_own_last_item_gets_the_next_sitting():
    data = example()
    data["items"] += [
        {"number": 3, "kind": "information", "title": "Par gaidāmajiem normatīvajiem aktiem"},
        {"number": 4, "kind": "other", "title": "Dažādi jautājumi"},
    ]
    text = all_words(data)["agenda"]
    assert "Informatīvie jautājumi 3. Par gaidāmajiem normatīvajiem aktiem 4. Dažādi jautājumi Nākamā sēde:" in text
    assert "Jautājumi lemšanai" not in text
    data["items"].append({"number": 5, "kind": "decision", "title": "Par nolikumu"})
    assert "Jautājumi lemšanai 5. Par nolikumu 6. Dažādi Nākamā sēde:" in all_words(data)["agenda"]


@pytest.mark.parametrize(
    ("form", "venue", "expected"),
    [
        ("remote", "", 'Vieta: sēde tiek organizēta attālināti (tiešsaistes platformā "Webex") Nr.'),
        (
            "remote",
            "Ministru kabineta Zaļā zāle",
            "Vieta: sēde tiek organizēta attālināti (Ministru kabineta Zaļā zāle)",
        ),
        ("in-person", "", "Vieta: Rīgā Nr."),
    ],
)
def test_the_place_says_how_the_council_meets(form, venue, expected):
    data = example()
    data["sitting"] |= {"form": form, "venue": venue}
    data["attendance"][1]["remote"] = form != "in-person"
    assert expected in all_words(data)["agenda"]


def test_agenda_and_invitation_need_no_attendance_and_minutes_do():
    left_out = {"attendance", "chair", "minute_taker", "working_groups"}
    data = {key: value for key, value in example().items() if key not in left_out}
    data["items"] = [{"number": 1, "kind": "decision", "title": "Par nolikumu"}]
    assert make_agenda(read(data, held=False), PACKS["iem"], ["pdf"])
    assert problems(data) == ["chair", "minute_taker", "attendance"]


# --- Invitation


def test_the_invitation_says_when_where_what_and_by_when_to_answer():
    text = all_words(example())["invitation"]
    for expected in (
        "Rīgā 2027. gada 14. janvārī Nr. 1-5/7 Sadarbības padomes locekļiem Par Sadarbības padomes sēdi",
        "Sadarbības padomes sēdē, kas notiks 2027. gada 28. janvārī plkst. 11.00.",
        "Norises vieta: Čiekurkalna 1. līnija 1, k-2, Rīga. Sēdē var piedalīties arī attālināti",
        "Saite attālinātai dalībai: https://sede.example/memorands",
        "1. Par sēdes darba kārtību (ziņo: I. Kalniņa); 2. Par memoranda īstenošanas gaitu (ziņo: I. Kalniņa).",
        "Lūdzam apstiprināt dalību līdz 2027. gada 25. janvārim.",
        "Nozares politikas departamenta direktore Ilze Kalniņa",
    ):
        assert expected in text, expected


def test_the_link_stands_in_the_invitation_alone():
    made = all_words(approved())
    assert [kind for kind, text in made.items() if "sede.example" in text] == ["invitation"]


def test_the_invitation_may_name_its_addressees_and_needs_a_day():
    data = example()
    data["invitation"] = {"to": ['Biedrībai "Drošā pilsēta"', 'Nodibinājumam "Palīdzības tilts"']}
    text = all_words(data)["invitation"]
    assert 'Biedrībai "Drošā pilsēta" Nodibinājumam "Palīdzības tilts"' in text
    assert "2027. gada 14. janvārī" in text  # the day on which the sitting was convened
    assert "PARAKSTĪTS" not in text  # nobody is said to sign it
    del data["convened"]
    with pytest.raises(DataError) as caught:
        make_invitation(read(data, held=False), PACKS["iem"], ["pdf"], source="s.toml")
    assert [problem.path for problem in caught.value.problems] == ["invitation.date"]


# --- Minutes


def test_tasks_are_listed_again_with_who_and_by_when():
    text = all_words(example())["minutes"]
    row = "Nr. Uzdevums Atbildīgais Termiņš 2.1. Sagatavot pārskatu par memoranda īstenošanu. Nozares politikas"
    assert f"Uzdevumi {row} departaments 01.03.2027." in text
    data = example()
    data["items"] = data["items"][:1]
    del data["working_groups"]
    assert "Uzdevumi" not in all_words(data)["minutes"]


def test_who_and_by_when_stand_once_where_the_sentence_of_the_decision_names_them():
    data = example()
    decision = data["items"][1]["decisions"][0]
    decision["text"] = "Nozares politikas departamentam līdz 2027. gada 1. martam sagatavot pārskatu."
    decision["responsible_dative"] = "Nozares politikas departamentam"
    text = all_words(data)["minutes"]
    assert f"2.1. {decision['text']} 2.2." in text
    assert "Nozares politikas departaments 01.03.2027." in text
    decision["deadline"] = date(2027, 3, 2)
    assert f"{decision['text']} Termiņš: līdz 2027. gada 2. martam." in all_words(data)["minutes"]
    decision["text"] = "Sagatavot pārskatu."
    assert problems(data) == ["items[1].decisions[0].responsible_dative"]


def test_chair_and_deputy_approve_each_in_a_block_of_their_own():
    text = all_words(approved())["minutes"]
    assert text.startswith(
        "APSTIPRINĀTS Iekšlietu ministrijas un nevalstisko organizāciju Sadarbības padomes sēdē 2027."
    )
    assert 'I. Kalniņa padomes priekšsēdētāja A. Bērziņa vietniece, biedrība "Drošā pilsēta"' in text


ORDER = {"author": "Iekšlietu ministrijas", "kind": "rīkojums", "date": date(2027, 6, 8), "number": "1-12/5"}


def test_a_document_that_approved_the_minutes_is_named_in_place_of_a_sitting():
    made = all_words(approved(approval={"document": ORDER}))
    block = "APSTIPRINĀTS ar Iekšlietu ministrijas 2027. gada 8. jūnija rīkojumu Nr. 1-12/5 Iekšlietu ministrijas un"
    assert made["minutes"].startswith(block)
    assert made["extract"].startswith(f"IZRAKSTS {block}")


@pytest.mark.parametrize(
    ("approval", "expected"),
    [
        ({"document": ORDER, "on": date(2027, 6, 8), "by": ["X"]}, ["approval.on", "approval.by"]),
        ({"document": ORDER, "approvers": [{"name": "X", "position": "Y"}]}, ["approval.approvers"]),
        ({"document": {**ORDER, "date": date(2027, 1, 27)}}, ["approval.document.date"]),
        ({"document": {**ORDER, "kind": "galds"}}, ["approval.document.kind"]),
        ({"body": "Padomes", "by": ["X"], "on": date(2027, 6, 8)}, ["approval.body"]),
        ({"by": ["X"]}, ["approval"]),
    ],
)
def test_minutes_are_approved_in_a_sitting_or_by_a_document_and_never_in_both_ways(approval, expected):
    assert problems(approved(approval=approval)) == expected


def test_a_separate_opinion_is_an_annex_on_a_page_of_its_own():
    document = documents(approved(separate_opinions=[OPINION]))["minutes"]
    text = words(document)
    assert "Pielikumā: 1. Sēdes prezentācija uz 12 lp. 2. Atsevišķais viedoklis (Anna Bērziņa)" in text
    annex = text[text.index("2. pielikums") :]
    assert annex.startswith(
        "2. pielikums Iekšlietu ministrijas un nevalstisko organizāciju Sadarbības padomes 2027. gada"
    )
    assert "sēdes protokolam Nr. 2 ATSEVIŠĶAIS VIEDOKLIS Par darba kārtības 2. jautājumu. Termiņš ir par īsu." in annex
    assert annex.endswith("Lūdzu to pagarināt. Anna Bērziņa")


def test_a_working_group_takes_in_who_is_no_party_and_a_guest_needs_no_membership():
    text = all_words(example())["minutes"]
    assert "Ziņošanas kārtības darba grupa Darba grupa izveidota, izskatot darba kārtības 2. jautājumu." in text
    assert "Darba grupu vada: Ilze Kalniņa, departamenta direktore, Iekšlietu ministrija." in text
    assert "– pētniece, Drošības pētījumu centrs – Dace Krūmiņa" in text
    assert "Ar padomdevēja tiesībām piedalās: – pētniece, Drošības pētījumu centrs – Dace Krūmiņa" in text


def test_who_takes_part_remotely_is_told_where_others_are_in_the_room():
    data = example()
    assert 'biedrība "Drošā pilsēta" – Anna Bērziņa (attālināti)' in all_words(data)["minutes"]
    data["sitting"]["form"] = "remote"
    text = all_words(data)["minutes"]
    assert "(attālināti)" not in text
    assert 'Sēde notiek attālināti (tiešsaistes platformā "Webex").' in text


def test_names_stand_in_a_vote_where_somebody_asked_for_it():
    data = example()
    data["items"][0]["decisions"][0]["votes"] = {
        "for": 1,
        "against": 1,
        "abstained": 0,
        "against_names": ["A. Bērziņa"],
    }
    assert "Balsojums: par – 1, pret – 1 (A. Bērziņa), atturas – 0." in all_words(data)["minutes"]


def with_quorum(tmp_path, rule):
    folder = tmp_path / "iem"
    folder.mkdir()
    text = (PACKS["iem"].folder / "memorandum.toml").read_text("utf-8")
    text = text.replace('text = "memorandum.txt"\n', "").replace("[council]\n", f"[council]\n{rule}\n")
    (folder / "memorandum.toml").write_text(text, "utf-8")
    return load_pack(folder)


def test_the_quorum_is_told_where_the_pack_configures_one(tmp_path):
    pack = with_quorum(tmp_path, "members = 3\nquorum = 2")
    sitting = read_sitting(example(), pack, source="s.toml")
    assert "Padomē ir 3 locekļi, piedalās 2; padome ir lemttiesīga." in words(minutes_document(sitting, pack))
    assert not decides_without_quorum(sitting, pack)
    data = example()
    data["attendance"][1] |= {"present": False, "remote": False}
    del data["items"][0]["decisions"][0]["votes"]
    sitting = read_sitting(data, pack, source="s.toml")
    assert "padome nav lemttiesīga" in words(minutes_document(sitting, pack))
    assert decides_without_quorum(sitting, pack)
    assert not decides_without_quorum(sitting, PACKS["iem"])


def test_votes_below_the_majority_of_the_pack_are_told_by_their_path(tmp_path):
    pack = with_quorum(tmp_path, 'members = 5\nmajority = "members"')
    told = [one.path for one in advice_for(read_sitting(example(), pack, source="s.toml"), pack)]
    assert told == ["items[0].decisions[0].votes"]
    assert not advice_for(read_sitting(example(), PACKS["iem"], source="s.toml"), PACKS["iem"])
    data = example()
    (tmp_path / "present").mkdir()
    pack = with_quorum(tmp_path / "present", 'majority = "present"')
    assert not advice_for(read_sitting(data, pack, source="s.toml"), pack)
    data["items"][0]["decisions"][0]["votes"]["for"] = 1
    assert [one.path for one in advice_for(read_sitting(data, pack, source="s.toml"), pack)] == told


def attended(pack, *rows):
    data = example()
    data["attendance"] = [{"side": "ngo", "voice": "vote", **row} for row in rows]
    for key in ("separate_opinions", "invitation"):
        data.pop(key, None)
    for item in data["items"]:
        for decision in item.get("decisions", ()):
            decision.pop("votes", None)
    return read_sitting(data, pack, source="s.toml")


def test_more_than_half_is_counted_of_the_members_on_the_day_of_the_sitting(tmp_path):
    pack = with_quorum(tmp_path, 'quorum_rule = "more-than-half"')
    here, away = [{"name": f"Persona {one}"} for one in range(4)], {"present": False}
    half = attended(pack, *here[:2], *({**one, **away} for one in here[2:]))
    assert "Padomē ir 4 locekļi, piedalās 2; padome nav lemttiesīga." in words(minutes_document(half, pack))
    assert decides_without_quorum(half, pack)
    # One member has left the council since: the same two are more than half of three.
    more = attended(pack, *here[:2], {**here[2], **away})
    assert "Padomē ir 3 locekļi, piedalās 2; padome ir lemttiesīga." in words(minutes_document(more, pack))
    assert not decides_without_quorum(more, pack)


def test_a_member_and_the_substitute_who_sits_for_that_member_are_one(tmp_path):
    pack = with_quorum(tmp_path, "quorum = 2")
    away = {"name": "Līga Kalna", "present": False}
    for told in ("Līga Kalna", "L. Kalna"):
        sitting = attended(pack, {"name": "Juris Priede", "substitute_for": told}, away, {"name": "Zane Vītola"})
        assert "Padomē ir 2 locekļi, piedalās 2; padome ir lemttiesīga." in words(minutes_document(sitting, pack))


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("members = 3\nquorum = 4", "council.quorum"),
        ('quorum = 2\nquorum_rule = "more-than-half"', "council.quorum_rule"),
        ('quorum_rule = "all"', "council.quorum_rule"),
    ],
)
def test_a_quorum_that_cannot_be_is_a_fault_of_the_pack(tmp_path, rule, path):
    with pytest.raises(DataError) as caught:
        with_quorum(tmp_path, rule)
    assert [problem.path for problem in caught.value.problems] == [path]


def test_where_chair_and_deputy_preside_in_turn_the_sitting_says_who_and_that_one_signs():
    data = example("mk")
    del data["chair"]["office"]
    assert problems(data, "mk") == ["chair.office"]
    assert read(data, "mk", held=False)
    data["chair"] = {"name": "Ilze Kalniņa", "office": "deputy"}
    text = all_words({**data, "convened": {"by": "Valsts kanceleja", "on": date(2027, 3, 17)}}, "mk")["minutes"]
    assert "Sēdi vada: Ilze Kalniņa, Memoranda padomes vadītāja vietniece." in text
    assert "Sēdi vadīja Ilze Kalniņa" in text


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda d: d["attendance"][3].update(voice="vote"), ["attendance[3].voice"]),
        (lambda d: d["attendance"][2].update(remote=True), ["attendance[2].remote"]),
        (lambda d: d["working_groups"][0].update(item=9), ["working_groups[0].item"]),
        (lambda d: d.update(separate_opinions=[{**OPINION, "item": 9}]), ["separate_opinions[0].item"]),
        (lambda d: d.update(separate_opinions=[{**OPINION, "text": " "}]), ["separate_opinions[0].text"]),
        (lambda d: d["items"][0]["decisions"][0]["votes"].update(for_names=["A", "B", "C"]),
         ["items[0].decisions[0].votes.for_names"]),
        (lambda d: d.update(original={"electronic": False, "time_stamp": "2027-06-11T10:15"}), ["original.time_stamp"]),
        (lambda d: d.update(original={"time_stamp": "rīt"}), ["original.time_stamp"]),
        (lambda d: d.update(certification={"name": "X"}),
         ["certification.organisation", "certification.position", "certification.date"]),
        (lambda d: d["chair"].update(office="queen"), ["chair.office"]),
        (lambda d: d["items"][1].update(summary="Kods 010203-12345."), ["items[1].summary"]),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_newer_keys_is_named_by_its_path(change, expected):
    data = example()
    change(data)
    assert problems(data) == expected


def test_an_invitation_after_the_sitting_is_a_fault_of_the_invitation_only():
    data = example()
    data["invitation"] |= {"date": date(2027, 1, 29), "reply_by": date(2027, 2, 1)}
    assert problems(data, held=False) == ["invitation.date", "invitation.reply_by"]
    assert read(data)


# --- Extract


def test_an_extract_is_marked_shows_its_gaps_and_is_certified():
    original = {"electronic": True, "time_stamp": "2027-06-11T10:15:00+03:00"}
    text = all_words(approved(original=original))["extract"]
    assert text.startswith("IZRAKSTS APSTIPRINĀTS")
    assert text.index("[..]") < text.index("2. Par memoranda īstenošanas gaitu")
    assert text.count("[..]") == 2
    assert "Par sēdes darba kārtību" not in text
    assert "Sēdi vadīja (paraksts*) Ilze Kalniņa Protokolēja (paraksts*) Mārtiņš Liepa" in text
    certified = "IZRAKSTS PAREIZS Iekšlietu ministrija vecākais referents Mārtiņš Liepa 2027. gada 14. jūnijā"
    assert certified in text
    assert text.endswith(
        "* Protokola oriģināls ir parakstīts ar drošu elektronisko parakstu un satur laika zīmogu "
        "(2027. gada 11. jūnijā plkst. 10.15)."
    )


def test_nothing_is_said_of_signatures_that_the_data_do_not_tell():
    text = all_words(approved())["extract"]
    assert "paraksts" not in text
    assert "oriģināls" not in text


def test_an_extract_has_the_words_of_the_minutes_and_corrects_none():
    data = approved()
    data["items"][1]["title"] = "Par memorannda īstenošanu"
    data["items"][1]["decisions"][0]["text"] = "sagatavot parskatu"
    made = all_words(data)
    chosen = made["extract"].split("[..]")[1].strip()
    assert chosen.startswith("2. Par memorannda īstenošanu")
    assert chosen in made["minutes"]
    assert made["extract"].split("[..]")[0].removeprefix("IZRAKSTS").strip() in made["minutes"]


def test_an_extract_of_items_side_by_side_has_no_gap_between_them():
    sitting = read(approved())
    both = words(extract_document(sitting, PACKS["iem"], [2, 1], CERTIFIED))
    assert both.count("[..]") == 2
    assert both.index("1. Par sēdes") < both.index("2. Par memoranda")
    assert words(extract_document(sitting, PACKS["iem"], [1], CERTIFIED)).count("[..]") == 2
    del (data := approved())["annexes"], data["next"], data["working_groups"], data["items"][1]["decisions"]
    assert words(extract_document(read(data), PACKS["iem"], [2], CERTIFIED)).count("[..]") == 1
    data["separate_opinions"] = [OPINION]
    assert words(extract_document(read(data), PACKS["iem"], [2], CERTIFIED)).count("[..]") == 2


def test_of_a_draft_and_of_an_item_that_is_not_there_there_is_no_extract():
    with pytest.raises(DataError, match="draft"):
        make_extract(read(example()), PACKS["iem"], [1], CERTIFIED, ["pdf"])
    with pytest.raises(DataError, match="no item 7; it has 1, 2"):
        make_extract(read(approved()), PACKS["iem"], [1, 7], CERTIFIED, ["pdf"])


# --- The beginning of a data file


MEMBERS = (
    CouncilMember(
        organisation="40008999902",
        name='Biedrība "Drošā pilsēta"',
        since=date(2026, 11, 20),
        representative=Representative(name="Anna Bērziņa", position="valdes priekšsēdētāja"),
        substitute=Representative(name="Jānis Ozols"),
    ),
    CouncilMember(organisation="40008999917", name='O\'Nīla "fonds"', since=date(2026, 11, 20)),
)


@pytest.mark.parametrize("pack", ["iem", "mk"])
@pytest.mark.parametrize("members", [MEMBERS, ()], ids=["register", "none"])
def test_the_beginning_of_a_file_names_what_is_to_be_filled_in_and_works_once_it_is(pack, members):
    text = new_sitting(date(2027, 1, 28), PACKS[pack], members)
    marked = re.findall(r'^\w+ = ""   # ←', text, re.MULTILINE)
    assert len(problems(tomllib.loads(text), pack)) == len(marked)
    filled = re.sub(r'^(\w+) = ""   # ←', r'\1 = "Zane Vītola" # ←', text, flags=re.MULTILINE)
    sitting = read(tomllib.loads(filled), pack)
    for member in members:
        name = member.name.replace("Biedrība", "biedrība")
        rows = [one for one in sitting.attendance if one.person.organisation == name]
        assert [(one.side, one.person.name) for one in rows] == [
            ("ngo", member.representative.name if member.representative else "Zane Vītola")
        ]
    assert ("Jānis Ozols" in text) == bool(members)
    # One place for the public body, and one for each organisation, or for all of them.
    assert len(sitting.attendance) == 1 + max(1, len(members))
    assert make_minutes(sitting, PACKS[pack], ["pdf"])


def test_the_beginning_of_a_file_has_the_approval_with_whom_the_pack_names_to_be_taken_up():
    text = new_sitting(date(2027, 1, 28), PACKS["mk"], ())
    remark = text[text.index("# [approval]") :].replace("# on = …", "# on = 2027-02-10")
    table = tomllib.loads(re.sub(r"^# ?", "", remark, flags=re.MULTILINE))["approval"]
    assert [one["name"] for one in table["approvers"]] == ["J. Citskovskis", "K. Zonberga"]
    assert read(approved("mk", approval={**table, "on": date(2027, 4, 1)}), "mk").approval.approvers
    assert '# by = ["…"]' in new_sitting(date(2027, 1, 28), PACKS["iem"], ())


def test_the_task_of_a_working_group_is_a_sentence():
    data = example()
    data["working_groups"] = [
        {"name": "Darba grupa", "task": "sagatavot priekšlikumus", "members": [{"name": "A. B."}]}
    ]
    assert "Uzdevums: sagatavot priekšlikumus. Darba grupas dalībnieki:" in all_words(data)["minutes"]


# --- All papers


@pytest.mark.parametrize("pack", ["iem", "mk"])
def test_pdf_and_docx_of_every_paper_have_the_same_words_and_the_same_bytes_twice(pack):
    data = approved(pack, separate_opinions=[OPINION], original={"electronic": True})
    for kind, document in documents(data, pack).items():
        pdf, docx = print_pdf(document), print_docx(document)
        assert structure_text(pdf) == docx_text(docx), kind
        assert (print_pdf(document), print_docx(document)) == (pdf, docx), kind


def hostile(text):
    data = approved(separate_opinions=[{"name": text, "text": text}], next={"date": date(2027, 7, 1), "note": text})
    data["items"][1] |= {"title": text, "summary": text, "reporters": [text], "invited": [text], "materials": [text]}
    data["items"][1]["decisions"] = [{"text": text, "responsible": text}]
    data["working_groups"] = [{"name": text, "task": text, "members": [{"name": text}]}]
    data["annexes"] = [{"title": text}]
    data["sitting"] |= {"venue": text, "means": text, "link": text}
    data["invitation"] |= {"to": [text], "signatory": {"name": text, "position": text}}
    return data


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(HOSTILE))
def test_what_people_write_comes_out_as_typed_in_every_paper(text):
    for kind, document in documents(hostile(text)).items():
        pdf = structure_text(print_pdf(document))
        assert plain(text.rstrip(".")) in plain(pdf), kind
        assert pdf == docx_text(print_docx(document)), kind


def long(items=40, paragraphs=9):
    data = approved()
    sentence = "Padomes locekļi pārrunā memoranda īstenošanas gaitu un turpmāko informācijas apmaiņu. " * 4
    data["items"] = [
        {
            "number": number,
            "kind": "decision",
            "title": f"Par jautājumu {number}",
            "reporters": ["I. Kalniņa"],
            "summary": "\n\n".join([sentence.strip()] * paragraphs),
            "decisions": [{"text": sentence.strip(), "responsible": "Nozares politikas departaments"}] * 2,
        }
        for number in range(1, items + 1)
    ]
    data["attendance"] += [{**data["attendance"][1], "name": f"Anna Bērziņa-{one}"} for one in range(30)]
    return data


def test_long_minutes_have_every_item_in_both_formats():
    document = documents(long())["minutes"]
    text = structure_text(print_pdf(document))
    assert text == docx_text(print_docx(document))
    assert "Par jautājumu 40" in text


@pytest.mark.judge
def test_every_paper_is_pdf_a_3a_and_pdf_ua_1(tmp_path):
    described = {
        "draft": (example(), "iem"),
        "approved": (approved(separate_opinions=[OPINION], original={"electronic": True}), "iem"),
        "cabinet": (approved("mk"), "mk"),
        "order": (approved(approval={"document": ORDER}), "iem"),
        "long": (long(items=12), "iem"),
        **{f"hostile{index}": (hostile(text), "iem") for index, text in enumerate(HOSTILE[::3])},
    }
    paths = []
    for name, (data, pack) in described.items():
        for kind, document in documents(data, pack).items():
            paths.append(tmp_path / f"{name}-{kind}.pdf")
            paths[-1].write_bytes(print_pdf(document))
    judges.pdfa(paths)


# --- The commands


def run(*words):
    return CliRunner().invoke(root, ["-q", *map(str, words)])


def test_the_commands_make_each_paper_from_the_example(tmp_path):
    file = tmp_path / "s.toml"
    file.write_text(run("minutes", "--example").output, "utf-8")
    for kind in ("agenda", "invitation", "minutes"):
        assert run(kind, file, "-o", tmp_path / "out").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("agenda-2027-01-28-2.docx", "agenda-2027-01-28-2.pdf"),
        *("invitation-2027-01-28-2.docx", "invitation-2027-01-28-2.pdf"),
        *("minutes-2027-01-28-2-draft.docx", "minutes-2027-01-28-2-draft.pdf"),
    ]


def test_a_pack_without_an_example_of_a_sitting_says_how_to_begin(tmp_path):
    folder = tmp_path / "own"
    shutil.copytree(builtin_packs() / "iem", folder)
    (folder / "sitting.example.toml").unlink()
    error = run("minutes", "--example", "--pack", folder).exception
    assert isinstance(error, UsageError)
    assert "--new" in str(error.hint)


def test_no_extract_is_certified_before_its_minutes_were_approved():
    sitting = read(approved())
    early = replace(CERTIFIED, day=date(2027, 6, 9))
    with pytest.raises(DataError, match="before the minutes were approved"):
        extract_document(sitting, PACKS["iem"], [2], early)
    assert extract_document(sitting, PACKS["iem"], [2], replace(early, day=date(2027, 6, 10)))


def test_the_extract_takes_its_certification_from_options_or_the_file_and_asks_for_what_is_missing(tmp_path):
    file = tmp_path / "s.toml"
    text = run("minutes", "--example").output.replace('status = "draft" ', 'status = "approved" ')
    file.write_text(text + '\n[approval]\nby = ["Padome"]\non = 2027-06-10\n', "utf-8")
    call = ("extract", file, "--item", "2", "-o", tmp_path / "out")
    lacking = run(*call, "--on", "2027-06-14").exception
    assert [problem.path for problem in lacking.problems] == ["--by", "--position"]
    options = ("--by", "Mārtiņš Liepa", "--position", "referents")
    assert [problem.path for problem in run(*call, *options, "--on", "2027-06-09").exception.problems] == ["--on"]
    assert isinstance(run(*call, *options, "--on", "2027-06-39").exception, UsageError)
    assert run(*call, *options, "--on", "2027-06-14").exit_code == 0
    made = tmp_path / "out" / "extract-2027-01-28-2-items-2.pdf"
    assert "Iekšlietu ministrija referents Mārtiņš Liepa 2027. gada 14. jūnijā" in plain(
        structure_text(made.read_bytes())
    )
    assert isinstance(run("extract", file).exception, UsageError)


def test_all_that_stands_against_an_extract_is_named_at_once(tmp_path):
    file = tmp_path / "s.toml"
    file.write_text(run("minutes", "--example").output, "utf-8")
    wrong = run("extract", file, "--item", "9", "--item", "9", "--by", "010190-12345", "-o", tmp_path / "out")
    assert [problem.path for problem in wrong.exception.problems] == ["--position", "--by", "--item", "sitting.status"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["--by", "--position", "--organisation"])
@pytest.mark.parametrize(
    "value", ["Mārtiņš\u202eLiepa", "a\nb", "Liepa 010190-12345", "Liepa 32345612345", "\U0001f600"]
)
def test_who_certifies_is_checked_as_the_data_file_is(tmp_path, option, value):
    file = tmp_path / "s.toml"
    text = run("minutes", "--example").output.replace('status = "draft" ', 'status = "approved" ')
    file.write_text(text + '\n[approval]\nby = ["Padome"]\non = 2027-06-10\n', "utf-8")
    options = {"--by": "Liepa", "--position": "referents", "--organisation": "Ministrija", option: value}
    words = [word for pair in options.items() for word in pair]
    wrong = run("extract", file, "--item", "2", "--on", "2027-06-14", *words, "-o", tmp_path / "out")
    assert [problem.path for problem in wrong.exception.problems] == [option]


def test_templates_of_a_workspace_are_filled_in_their_worker_with_the_same_words(tmp_path):
    own = tmp_path / "iem"
    own.mkdir()
    for kind in ("agenda", "invitation", "minutes", "extract"):
        (own / f"{kind}.md").write_text(PACKS["iem"].template(kind), "utf-8")
    pack = load_pack(PACKS["iem"].folder, over=own)
    data = approved(separate_opinions=[OPINION], original={"electronic": True})
    sitting = read_sitting(data, pack, source="s.toml")
    made = documents(data)
    assert minutes_document(sitting, pack) == made["minutes"]
    assert agenda_document(sitting, pack) == made["agenda"]
    assert invitation_document(sitting, pack, source="s.toml") == made["invitation"]
    assert extract_document(sitting, pack, [2], CERTIFIED) == made["extract"]


def without_omega(font):
    """Return a font whose table of characters (OpenType, cmap, format 4) begins a segment after Ω."""
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * one) for one in range(struct.unpack_from(">H", font, 4)[0]))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    tables = (struct.unpack_from(">HHL", font, cmap + 4 + 8 * one) for one in range(10))
    at = cmap + next(offset for platform, encoding, offset in tables if (platform, encoding) == (3, 1))
    twice = struct.unpack_from(">H", font, at + 6)[0]
    changed = bytearray(font)
    for place in range(at + 14, at + 14 + twice, 2):
        first = place + twice + 2
        if struct.unpack_from(">H", font, first)[0] <= ord("Ω") <= struct.unpack_from(">H", font, place)[0]:
            struct.pack_into(">H", changed, first, ord("Ω") + 1)
    return bytes(changed)


def test_what_the_font_of_the_pack_cannot_print_is_named_before_anything_is_drawn(tmp_path):
    folder = tmp_path / "iem"
    shutil.copytree(builtin_packs() / "iem", folder)
    (folder / "fonts").mkdir()
    for path in FONTS.glob("*.ttf"):
        (folder / "fonts" / path.name).write_bytes(without_omega(path.read_bytes()))
    with (folder / "memorandum.toml").open("a", encoding="utf-8") as opened:
        opened.write('\n[look]\nfonts = "fonts"\n')
    data = example()
    data["items"][0]["title"] = "Par Ω"
    assert read(data).items[0].title == "Par Ω"
    with pytest.raises(DataError, match=r"items\[0\]\.title: has characters .* U\+03A9"):
        read_sitting(data, load_pack(folder), source="s.toml")

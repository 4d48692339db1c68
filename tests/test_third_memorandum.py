"""A memorandum that docgen does not know: a copied pack, other data and texts, and no line of code."""

import json
import re
import shutil
import tomllib
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from docgen.cli.root import root
from docgen.demo.pki import PASSWORD, TestPki
from docgen.documents.examples import example_of
from docgen.documents.letters import check_letter, fields_of, letter_kinds, make_letter
from docgen.documents.packs import load_pack
from docgen.documents.structure import structure_text
from docgen.documents.wordtext import docx_text, fold
from docgen.workspace import builtin_packs
from tests import judges
from tests.letters import whole_data

CITY = """
[memorandum]
title = ["Parauga valstspilsētas pašvaldības un nevalstisko organizāciju", "SADARBĪBAS MEMORANDS"]
date = 2025-03-12
number = "7-2/14"
text = "memorandum.txt"
language = "lv"

[memorandum.name]
nominative = "Parauga valstspilsētas pašvaldības un nevalstisko organizāciju sadarbības memorands"
genitive = "Parauga valstspilsētas pašvaldības un nevalstisko organizāciju sadarbības memoranda"
dative = "Parauga valstspilsētas pašvaldības un nevalstisko organizāciju sadarbības memorandam"
accusative = "Parauga valstspilsētas pašvaldības un nevalstisko organizāciju sadarbības memorandu"

[holder]
nominative = "Parauga valstspilsētas pašvaldība"
genitive = "Parauga valstspilsētas pašvaldības"
dative = "Parauga valstspilsētas pašvaldībai"
address = "Rātslaukums 1, Paraugs, LV-1000"

[secretariat]
nominative = "Apkaimju centrs"
genitive = "Apkaimju centra"
dative = "Apkaimju centram"

# Organisations delegate whoever signs for them; the signing is held once a year.
[accession]
mode = "delegate"
effective = "signed"
signing_rights = "clerk"

[council]
nominative = "Sadarbības memoranda īstenošanas padome"
genitive = "Sadarbības memoranda īstenošanas padomes"
dative = "Sadarbības memoranda īstenošanas padomei"
short_nominative = "Memoranda padome"
short_genitive = "Memoranda padomes"
short_dative = "Memoranda padomei"
short_locative = "Memoranda padomē"
members = 18
quorum = 10
meets_within_months = 3

[council.sides]
city = "pašvaldība"
ngo = "nevalstiskās organizācijas"

[texts]
round = "2026. gada parakstīšanas kārta"

[look]
logo = "logo.png"
logo_alt = "Parauga valstspilsētas ģerbonis"

[signature_policy]
name = "lv-institution"
"""
TEXT = """Parauga valstspilsētas pašvaldības un nevalstisko organizāciju
SADARBĪBAS MEMORANDS

Pašvaldība un nevalstiskās organizācijas vienojas par sadarbību.

1. Memoranda mērķis ir sekmēt līdzdalību pilsētas pārvaldē.
2. Organizācija pievienojas, deleģējot savu pārstāvi memoranda parakstīšanai.

Domes priekšsēdētājs Pēteris Paraugs
"""
# The smallest PNG: one grey point.
LOGO = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)


@pytest.fixture
def city(tmp_path):
    """A workspace for the city: a built-in pack copied, its data and text changed, one template its own."""
    folder = tmp_path / "darbs" / "templates" / "paraugs"
    shutil.copytree(builtin_packs() / "iem", folder)
    (folder / "memorandum.toml").write_text(CITY, "utf-8")
    (folder / "memorandum.txt").write_text(TEXT, "utf-8")
    (folder / "logo.png").write_bytes(LOGO)
    common = (builtin_packs() / "common" / "delegation.md").read_text("utf-8")
    (folder / "delegation.md").write_text(
        common.replace("memoranda parakstīšanai deleģē", "memoranda parakstīšanai ({{ texts.round }}) deleģē"), "utf-8"
    )
    return tmp_path / "darbs"


def run(*arguments):
    return CliRunner().invoke(root, ["--lang", "en", *map(str, arguments)])


def done(*arguments):
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_copied_pack_makes_a_workspace_and_its_letters(city):
    made = run("init", "--pack", "paraugs", city)
    assert made.exit_code == 0, made.output
    assert tomllib.loads((city / "docgen.toml").read_text("utf-8")) == {"pack": "paraugs"}
    example = run("--workspace", city, "letter", "delegation", "--example")
    (city / "org.toml").write_text(example.stdout, "utf-8")
    letter = run("--workspace", city, "letter", "delegation", "--data", city / "org.toml")
    assert letter.exit_code == 0, letter.output
    (pdf,) = (city / "output" / "letters").glob("delegation-*.pdf")
    words = fold(structure_text(pdf.read_bytes()))
    assert "Parauga valstspilsētas pašvaldībai" in words
    assert "memoranda parakstīšanai (2026. gada parakstīšanas kārta) deleģē šādu pārstāvi: Līga Kalna" in words
    assert not re.search("Iekšlietu|Ministr", words)


def test_a_delegate_s_organisation_is_registered_for_the_round_and_stands_in_the_official_copy(city, tmp_path):
    done("init", "--pack", "paraugs", city)
    (city / "org.toml").write_text(done("--workspace", city, "letter", "delegation", "--example"), "utf-8")
    done("--workspace", city, "letter", "delegation", "--data", city / "org.toml", "--format", "pdf")
    (pdf,) = (city / "output" / "letters").glob("delegation-*.pdf")
    with TestPki(tmp_path / "pki") as pki:
        pki.write_revocation()
        signed = city / "signed.pdf"
        signed.write_bytes(pki.sign(pdf.read_bytes(), "Anna Bērziņa", "B-LT"))
        trusted = ("--trust", pki.trust_folder)
        received = json.loads(
            done("--workspace", city, "receive", signed, "--policy", "by-anchor", *trusted, "--json")
        )["files"][0]
        assert (received["recognised"]["as"], received["decision"]) == ("printed", "ACCEPT")
        # The memorandum is signed in the round; until then the organisation is no party.
        today = datetime.now(tz=ZoneInfo("Europe/Riga")).date().isoformat()
        without = run("--workspace", city, "register", "decide", received["intake"], "accept", "--by", "I. Liepa")
        assert "Say on which day it was signed with: --effective DAY" in without.stderr
        by = ("--by", "I. Liepa", "--effective", today)
        done("--workspace", city, "register", "decide", received["intake"], "accept", *by)
        state = json.loads(done("--workspace", city, "register", "export", "--format", "json"))
        (member,) = state["members"]
        assert (member["registration_number"], member["acceded_on"]) == ("40008999902", today)
        key, secret = pki.seal("Parauga valstspilsētas pašvaldība", "90000000000"), tmp_path / "secret"
        secret.write_text(PASSWORD, "utf-8")
        sealed = ("--key", key, "--pass-file", secret, "--tsa", pki.tsa_url, "-o", city / "kopija.pdf")
        done("--workspace", city, "compile", *sealed, *trusted)
        deep = json.loads(done("verify", "--deep", city / "kopija.pdf", *trusted, "--policy", "by-anchor", "--json"))
        assert deep["exit_code"] == 0
    words = fold(structure_text((city / "kopija.pdf").read_bytes()))
    assert "Parauga valstspilsētas pašvaldības un nevalstisko organizāciju SADARBĪBAS MEMORANDS" in words
    assert 'Biedrība "Drošā pilsēta"' in words


def without_council(city):
    memorandum = city / "templates" / "paraugs" / "memorandum.toml"
    text = memorandum.read_text("utf-8")
    memorandum.write_text(re.sub(r"(?ms)^\[council\].*?(?=^\[texts\])", "", text), "utf-8")
    return load_pack(memorandum.parent)


def test_a_memorandum_without_a_council_has_no_letters_about_one(city):
    pack = without_council(city)
    done("init", "--pack", "paraugs", city)
    assert not {"council-notice", "sitting-notice"} & {*letter_kinds(pack)}
    assert not [field for field in fields_of("accession", pack) if field.path.startswith("council")]
    for kind in letter_kinds(pack):
        data = tomllib.loads(example_of(kind, pack, "lv"))
        words = fold(structure_text(make_letter(check_letter(kind, data, pack), ["pdf"]).popitem()[1]))
        assert not re.search(r"padom[eis]| [.,:;]", words, re.IGNORECASE), kind
    (city / "org.toml").write_text(done("--workspace", city, "letter", "accession", "--example"), "utf-8")
    with (city / "org.toml").open("a", encoding="utf-8") as file:
        file.write('[council]\nwish = "yes"\n')
    refused = run("--workspace", city, "letter", "accession", "--data", city / "org.toml")
    assert "council: unknown key" in str(refused.exception)
    checked = run("--workspace", city, "template", "check")
    assert checked.exit_code == 0, checked.stderr


def test_a_name_in_a_case_that_the_memorandum_does_not_give_leaves_no_hole_in_a_letter(city):
    memorandum = city / "templates" / "paraugs" / "memorandum.toml"
    text = memorandum.read_text("utf-8")
    memorandum.write_text(re.sub("(?m)^(short_)?locative.*\n", "", text), "utf-8")
    done("init", "--pack", "paraugs", city)
    (city / "org.toml").write_text(done("--workspace", city, "letter", "council-notice", "--example"), "utf-8")
    for own in ("", "copied into the workspace"):
        if own:
            done("--workspace", city, "template", "copy", "council-notice", "--word")
        refused = run("--workspace", city, "letter", "council-notice", "--data", city / "org.toml")
        assert "memorandum.toml does not give what this prints: council.short_locative" in str(refused.exception)
        assert not (city / "output" / "letters").exists()
    checked = run("--workspace", city, "template", "check", "council-notice", "withdrawal")
    assert checked.exit_code == 0, checked.stderr
    assert "council-notice.docx, paragraph " in checked.stderr


@pytest.mark.judge
def test_every_letter_of_the_new_memorandum_conforms_and_names_nobody_else(city, tmp_path):
    pack = load_pack(city / "templates" / "paraugs")
    for kind in letter_kinds(pack):
        for data in (tomllib.loads(example_of(kind, pack, "lv")), whole_data(kind, pack)):
            files = make_letter(check_letter(kind, data, pack), ["pdf", "docx"])
            pdf, docx = (files[name] for name in sorted(files, reverse=True))
            words = fold(structure_text(pdf))
            assert words == docx_text(docx)
            assert not re.search(r"Iekšlietu|Ministr|None|\. punkt", words), kind
            (tmp_path / f"{kind}-{len(data)}.pdf").write_bytes(pdf)
    judges.pdfa(sorted(tmp_path.glob("*.pdf")))

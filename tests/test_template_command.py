"""`docgen template`: what a pack has, what a kind asks for, what is wrong with a template, and copies of one's own."""

import json
import os
import re
import shutil
import tomllib
from datetime import date

import jsonschema
import pytest
from docx import Document

from docgen.documents.checking import check_templates
from docgen.documents.checkingsamples import samples
from docgen.documents.examples import example_of
from docgen.documents.font import missing_glyphs
from docgen.documents.letters import LETTER_SCHEMA, head_of, letter_kinds
from docgen.documents.packs import load_pack
from docgen.documents.papersamples import PAPER_KINDS, sample_papers
from docgen.documents.schema import json_schema
from docgen.documents.structure import structure_text
from docgen.documents.template_worker import Guard
from docgen.documents.wordtext import docx_text, fold
from docgen.model.fields import check_fields
from docgen.workspace import builtin_packs, init_workspace
from tests import forked
from tests.word_files import word

IEM = load_pack(builtin_packs() / "iem")
VALIDATOR = jsonschema.Draft202012Validator


@pytest.fixture(autouse=True, scope="module")
def one_worker():
    """One worker process for the whole module: a process a test would take longer than the tests."""
    with Guard():
        yield


@pytest.fixture
def workspace(tmp_path):
    init_workspace(tmp_path / "ws", "iem")
    return tmp_path / "ws"


def docgen(*arguments, cwd, code=None):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOCGEN_")}
    return forked.run(["--lang", "en", *arguments], cwd=cwd, env=environment, text=True, code=code)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def errors(kind, data, language="lv"):
    schema = json_schema(head_of(kind, IEM), language)
    VALIDATOR.check_schema(schema)
    return list(VALIDATOR(schema, format_checker=VALIDATOR.FORMAT_CHECKER).iter_errors(plain(data)))


# -- list and fields --------------------------------------------------------------------------------------------------


def test_list_names_every_template_with_its_title_and_place(tmp_path):
    run = docgen("template", "list", "--pack", "iem", cwd=tmp_path)
    assert run.returncode == 0
    assert "accession  Letter of accession\n  comes with docgen: " in run.stdout
    rows = json.loads(docgen("template", "list", "--json", cwd=tmp_path).stdout)["templates"]
    assert [row["kind"] for row in rows] == list(IEM.templates)
    assert {row["kind"] for row in rows if row["letter"]} == set(letter_kinds(IEM))
    assert all(row["built_in"] and row["word"] is None for row in rows)


def test_list_shows_what_is_the_workspace_s_own(workspace):
    assert docgen("template", "copy", "accession", "--word", cwd=workspace).returncode == 0
    rows = json.loads(docgen("template", "list", "--json", cwd=workspace).stdout)["templates"]
    own = [row for row in rows if not row["built_in"]]
    assert [(row["kind"], row["path"], row["word"]) for row in own] == [
        (
            "accession",
            str(workspace / "templates" / "iem" / "accession.md"),
            str(workspace / "templates" / "iem" / "accession.docx"),
        )
    ]


def test_one_wrong_head_hides_no_other_template(workspace):
    folder = workspace / "templates" / "iem"
    folder.mkdir(parents=True)
    (folder / "accession.md").write_text("+++\nkind = \n+++\n", "utf-8")
    run = docgen("template", "list", cwd=workspace)
    assert run.returncode == 0
    assert "accession  its head is wrong" in run.stdout
    assert "withdrawal  Letter of withdrawal" in run.stdout


def test_fields_says_what_each_field_is_and_when_it_must_be_there(tmp_path):
    shown = docgen("template", "fields", "accession", cwd=tmp_path).stdout
    assert "organisation.registration_number  regnumber  (required)\n" in shown
    assert "council.wish  choice  (required, if the table council is given)" in shown
    assert "contact.email  email  (at least one of: email, phone)" in shown
    assert "(required, if council.wish is yes)" in shown
    assert "council.substitute.position  text  (optional, and only if council.wish is yes)" in shown
    listed = json.loads(docgen("template", "fields", "accession", "--json", cwd=tmp_path).stdout)["fields"]
    assert [one["path"] for one in listed] == [field.path for field in head_of("accession", IEM).fields]


def test_fields_of_a_paper_are_the_names_that_its_templates_may_print(tmp_path):
    text = docgen("template", "fields", "agenda", cwd=tmp_path).stdout
    assert text.startswith("Made of a data file of its own: docgen minutes --example")
    assert "rows[].title  text\n  Example: Par aktualitātēm\n" in text
    assert "day  date\n  Example: 2027-01-28\n" in text
    told = json.loads(docgen("template", "fields", "workplan", "--json", cwd=tmp_path).stdout)
    assert {"path": "measures[].number", "type": "number", "example": "1"} in told["names"]
    assert {"path": "columns.tasks", "type": "yes-no", "example": "True"} in told["names"]
    run = docgen("template", "fields", "workplan", "--json-schema", cwd=tmp_path)
    assert run.returncode == 2
    assert "docgen workplan --example" in run.stderr


@pytest.mark.parametrize("kind", letter_kinds(IEM))
def test_what_each_choice_of_a_field_means_is_said_in_both_languages(kind):
    for field in head_of(kind, IEM).fields:
        for language in ("lv", "en") if field.choices else ():
            hint = "" if field.hint is None else field.hint[language]
            assert [choice for choice in field.choices if choice not in hint] == [], field.path


@pytest.mark.parametrize("pack", ["iem", "mk"])
@pytest.mark.parametrize("kind", PAPER_KINDS)
def test_a_sample_of_a_paper_says_all_that_its_template_asks_for(pack, kind):
    loaded = load_pack(builtin_packs() / pack)
    first, *others = sample_papers(kind, loaded)
    assert others
    (checked,) = check_templates([loaded.template_path(kind)], loaded)
    assert (checked.problems, checked.filled) == ((), True)
    empty = {name for name, value in first.values.items() if value is None or value in ("", [], ())}
    assert empty <= {"quorum"}, "what is never given is never checked"


def test_fields_of_a_kind_that_there_is_not_names_those_that_there_are(tmp_path):
    run = docgen("template", "fields", "acession", cwd=tmp_path)
    assert run.returncode == 2
    assert "accession" in run.stderr


# -- JSON Schema ------------------------------------------------------------------------------------------------------


def test_the_command_prints_the_schema(tmp_path):
    printed = json.loads(docgen("template", "fields", "accession", "--json-schema", cwd=tmp_path).stdout)
    assert printed == json_schema(head_of("accession", IEM), "en")
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("kind", letter_kinds(IEM))
@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_example_is_valid_by_the_schema(kind, language):
    assert errors(kind, tomllib.loads(example_of(kind, IEM, language)), language) == []


@pytest.mark.parametrize("kind", letter_kinds(IEM))
def test_what_the_check_accepts_is_valid_by_the_schema(kind):
    fields = head_of(kind, IEM).fields
    for data in samples(fields):
        whole = {"schema": LETTER_SCHEMA, **data}
        assert check_fields(fields, whole, schema=LETTER_SCHEMA, missing=missing_glyphs)[1] == ()
        assert errors(kind, whole) == []


def changed(**tables):
    data = tomllib.loads(example_of("accession", IEM, "lv"))
    for name, table in tables.items():
        data[name] = {**data.get(name, {}), **table} if isinstance(table, dict) else table
    return data


@pytest.mark.parametrize(
    "data",
    [
        changed(schema="docgen-letter/9"),
        changed(organisation={"nmae": "A"}),
        changed(organisation={"name": ""}),
        changed(organisation={"registration_number": "4000899990"}),
        changed(letter={"date": "2026-13-01"}),
        changed(contact={"email": None, "phone": None}),
        changed(council={"wish": "perhaps"}),
        changed(council={"wish": "yes"}),
        changed(council={"wish": "no", "representative": {"name": "A", "position": "b"}}),
        changed(signatories=[]),
        changed(unknown={}),
        {"schema": LETTER_SCHEMA},
    ],
)
def test_what_the_check_refuses_is_not_valid_by_the_schema(data):
    data = {name: without_none(table) for name, table in data.items()}
    assert problems_of(data) != ()
    assert errors("accession", data) != []


@pytest.mark.parametrize("length", [1000, 1001])
def test_check_and_schema_agree_how_long_a_text_may_be(length):
    data = changed(organisation={"name": "ā" * length})
    assert (errors("accession", data) == []) == (problems_of(data) == ()) == (length <= 1000)


@pytest.mark.parametrize("count", [1, 20, 21])
def test_check_and_schema_agree_how_many_rows_there_may_be(count):
    row = {"name": "Anna Bērziņa", "position": "valdes locekle", "mandate": "statutory"}
    data = changed(signatories=[row] * count)
    assert (errors("accession", data) == []) == (problems_of(data) == ()) == (count <= 20)


def problems_of(data):
    fields = head_of("accession", IEM).fields
    return check_fields(fields, data, schema=LETTER_SCHEMA, missing=missing_glyphs)[1]


def without_none(table):
    return {key: value for key, value in table.items() if value is not None} if isinstance(table, dict) else table


# -- check ------------------------------------------------------------------------------------------------------------


def test_the_templates_that_come_with_docgen_are_in_order():
    for checked in check_templates([IEM.template_path(kind) for kind in IEM.templates], IEM):
        assert checked.problems == (), checked.path


def own(workspace, change=lambda text: text, kind="accession"):
    folder = workspace / "templates" / "iem"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind}.md"
    path.write_text(change(IEM.template(kind)), "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{{ holder.dative }}", "{{ holder.dativ }}", "there is no field holder.dativ; there are "),
        ("{{ holder.dative }}", "{{ holders }}", "there is no field holders; there are "),
        ("{{ holder.dative }}", "{{ holder }}", "holder is a table or a list"),
        ("{{ holder.dative }}", "{{ holder.dative.x }}", "nothing is below it"),
        ("{{ holder.dative }}", "{{ holder['dativ'] }}", "there is no field holder.dativ"),
        ("{{ holder.dative }}", "{% for one in signatories %}{{ one.nam }}{% endfor %}", "there is no field one.nam"),
        ("{{ holder.dative }}", "{% set x = holder %}{{ x.dativ }}", "there is no field x.dativ"),
        ("{{ holder.dative }}", "{% if holder.dativ %}{% endif %}", "there is no field holder.dativ"),
        ("{{ holder.dative }}", "{{ holder.dative | uper }}", "there is no filter uper"),
        ("{{ holder.dative }}", "{% if holder is wrong %}{% endif %}", "there is no test wrong"),
        ("{{ holder.dative }}", "{{ holder.dative }", "{{ holder.dative } is not closed"),
        ("{{ holder.dative }}", "{{ holder..dative }}", "{{ holder..dative }} cannot be read"),
        ("{{ holder.dative }}", "{% include 'x' %}", "{% include 'x' %} is not for templates"),
        ("{{ holder.dative }}", "{% if holder %}{{ holder.dative }}", "{% if %} is not closed: endif is missing"),
        ("{{ holder.dative }}", "{% endfor %}", "{% endfor %} ends what did not begin"),
        ("{{ holder.dative }}", "{% else %}", "{% else %} stands outside what it belongs to"),
        ("::: addressee", "::: adressee", "There is no container adressee; there are "),
        (
            "::: addressee",
            "{% if not holder.dative %}\n::: never\nx\n:::\n{% endif %}\n::: addressee",
            "no container never",
        ),
        ("::: addressee\n", "::: addressee\n::: right\n", "is not closed before the next begins"),
        ("::: addressee", "::: addressee 3", "takes no arguments"),
        ("{{ holder.dative }}", "{{ council.wish | length + 'x' }}", "The template cannot be filled"),
        ('kind = "accession"', 'kind = "acession"', "must be accession, as the file is named"),
        ('kind = "accession"', 'kind = "accession"\nkinds = 1', "unknown key"),
        ('"organisation", ', '"organisations", ', "there is no group of fields"),
    ],
)
def test_check_names_what_is_wrong_with_a_text_template(workspace, old, new, words):
    assert old in IEM.template("accession")
    path = own(workspace, lambda text: text.replace(old, new, 1))
    (checked,) = check_templates([path], load_pack(builtin_packs() / "iem", over=path.parent))
    told = [f"{one.path}: {one.message}" for one in checked.problems]
    assert any(words in one for one in told), told


def test_check_names_all_problems_of_all_templates_at_once_with_their_lines(workspace):
    path = own(
        workspace, lambda text: text.replace("holder.dative", "holder.dativ").replace("| date_when", "| date_wen")
    )
    (path.parent / "withdrawal.docx").write_bytes(word("Sveiki", "{{ organisation.nam }}", "{{ nope }}"))
    run = docgen("template", "check", cwd=workspace)
    assert run.returncode == 4
    lines = path.read_text("utf-8").splitlines()
    for needle, told in (("date_wen", "there is no filter date_wen"), ("dativ ", "there is no field holder.dativ;")):
        number = next(index for index, line in enumerate(lines, 1) if needle in line)
        assert f"{path}, line {number}: {told}" in run.stderr
    assert (
        f"{path.parent / 'withdrawal.docx'}, paragraph 2: there is no field organisation.nam; there are " in run.stderr
    )
    assert f"{path.parent / 'withdrawal.docx'}, paragraph 3: there is no field nope; there are " in run.stderr
    assert f"{IEM.template_path('answer')}: in order" in run.stdout


def test_check_knows_what_a_sitting_s_papers_and_a_plan_may_print(workspace):
    own(workspace, lambda text: text.replace("{{ title }}", "{{ titel }}"), "agenda")
    own(
        workspace,
        lambda text: text.replace("{{ task.", "{{ task.x.").replace("item.speakers", "item.speaker"),
        "minutes",
    )
    own(workspace, lambda text: text.replace("{{ one.title }}", "{{ one.titel }}"), "workplan")
    folder = workspace / "templates" / "iem"
    (folder / "extract.docx").write_bytes(word("Izraksts", "{{ certification.names }}", "{{ mark }}"))
    run = docgen("template", "check", cwd=workspace)
    assert run.returncode == 4
    assert "agenda.md, line 5: there is no field titel; there are annexes, " in run.stderr
    assert "there is no field item.speaker; there are decisions, " in run.stderr
    assert "there is no field one.titel; there are deadline, " in run.stderr
    message = "there is no field certification.names; there are day, name, organisation, position"
    assert f"extract.docx, paragraph 2: {message}" in run.stderr


def test_check_tries_a_paper_s_template_with_data_that_give_little(workspace):
    (workspace / "templates" / "iem").mkdir(parents=True)
    (workspace / "templates" / "iem" / "agenda.docx").write_bytes(word("{{ title }}", "{{ contact.name }}"))
    run = docgen("template", "check", "agenda", cwd=workspace)
    assert run.returncode == 4
    assert "agenda.docx, paragraph 2: The template cannot be filled: 'None' has no attribute 'name'" in run.stderr


def test_what_a_sitting_s_templates_are_filled_with_is_not_known_without_a_council(workspace):
    pack = workspace / "templates" / "bez"
    shutil.copytree(builtin_packs() / "iem", pack)
    text = (pack / "memorandum.toml").read_text("utf-8")
    (pack / "memorandum.toml").write_text(re.sub(r"(?ms)^\[council\].*?(?=^# An answer)", "", text), "utf-8")
    run = docgen("template", "check", "--pack", "bez", "agenda", "workplan", cwd=workspace)
    assert run.returncode == 0, run.stderr
    agenda, plan = run.stdout.splitlines()
    assert agenda.endswith("agenda.md: its tags are in order; it is not filled from fields")
    assert plan.endswith("workplan.md: in order")
    run = docgen("template", "fields", "agenda", "--pack", "bez", cwd=workspace)
    assert run.returncode == 2
    assert "the pack bez has no council" in run.stderr


def test_check_takes_files_and_kinds(workspace):
    assert docgen("template", "copy", "accession", "--word", "-q", cwd=workspace).returncode == 2  # -q is docgen's own
    assert docgen("template", "copy", "accession", "--word", cwd=workspace).returncode == 0
    run = docgen("template", "check", "accession", "templates/iem/accession.docx", cwd=workspace)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("in order") >= 2
    assert docgen("template", "check", "acession", cwd=workspace).returncode == 2
    assert docgen("template", "check", "nothing.md", cwd=workspace).returncode == 4


def test_check_of_a_template_that_loops_for_ever_ends(workspace):
    loop = "{% for a in range(1000) %}" * 4 + "{% endfor %}" * 4
    path = own(workspace, lambda text: text + loop)
    # The limit is the worker's own; that it is one second here only spares the machine.
    short = """
import dataclasses, docgen.documents.template_worker as worker
from docgen.cli.root import main
worker.PROFILE = dataclasses.replace(worker.PROFILE, cpu=1)
main()
"""
    run = docgen("template", "check", path, cwd=workspace, code=short)
    assert run.returncode == 4
    assert "it took more time, memory or room than is allowed" in run.stderr


def test_check_of_a_template_that_asks_only_in_one_branch_finds_it_there(workspace):
    wrong = '{% if council.wish == "later" %}{{ council.wish | mandates }}{% endif %}'
    path = own(workspace, lambda text: text.replace("{{ holder.dative }}", wrong))
    (checked,) = check_templates([path], load_pack(builtin_packs() / "iem", over=path.parent))
    assert checked.problems


# -- copy -------------------------------------------------------------------------------------------------------------


def test_copy_never_overwrites(workspace):
    assert docgen("template", "copy", "accession", cwd=workspace).returncode == 0
    path = workspace / "templates" / "iem" / "accession.md"
    assert path.read_bytes() == IEM.template_path("accession").read_bytes()
    path.write_text(path.read_text("utf-8") + "\nMūsu teikums.\n", "utf-8")
    before = path.read_bytes()
    run = docgen("template", "copy", "accession", cwd=workspace)
    assert run.returncode == 2
    assert "is there already" in run.stderr
    assert path.read_bytes() == before


def test_a_word_template_is_made_from_the_workspace_s_own_text(workspace):
    own(workspace, lambda text: text.replace("Par pievienošanos", "Par pievienošanos un cerībām"))
    assert docgen("template", "copy", "accession", "--word", cwd=workspace).returncode == 0
    run = docgen("template", "check", "accession", cwd=workspace)
    assert run.returncode == 0, run.stderr
    made = (workspace / "templates" / "iem" / "accession.docx").read_bytes()
    assert "un cerībām".encode() in made  # stored, not packed
    (workspace / "templates" / "iem" / "accession.docx").write_bytes(b"mans")
    assert docgen("template", "copy", "accession", "--word", cwd=workspace).returncode == 2
    assert (workspace / "templates" / "iem" / "accession.docx").read_bytes() == b"mans"


def test_copy_needs_a_workspace_and_a_known_kind(tmp_path, workspace):
    assert docgen("template", "copy", "accession", cwd=tmp_path).returncode == 2
    assert docgen("template", "copy", "acession", cwd=workspace).returncode == 2
    assert docgen("template", "copy", "../../x", cwd=workspace).returncode == 2
    assert not (workspace / "templates" / "iem").exists()


def test_a_sitting_s_papers_and_a_plan_are_made_with_the_workspace_s_word_templates(workspace):
    for kind in PAPER_KINDS:
        assert docgen("template", "copy", kind, "--word", cwd=workspace).returncode == 0
        path = workspace / "templates" / "iem" / f"{kind}.docx"
        document = Document(path)
        document.sections[0].header.paragraphs[0].text = f"Mūsu galvene {kind}"
        document.save(path)
    run = docgen("template", "check", cwd=workspace)
    assert run.returncode == 0, run.stderr
    data = docgen("minutes", "--example", cwd=workspace).stdout
    approved = data.replace('status = "draft"', 'status = "approved"')
    (workspace / "s.toml").write_text(f'{approved}\n[approval]\non = 2027-06-10\nby = ["padome"]\n', "utf-8")
    (workspace / "p.toml").write_text(docgen("workplan", "--example", cwd=workspace).stdout, "utf-8")
    certified = ("--item", "2", "--by", "M. Liepa", "--position", "referents", "--on", "2027-06-14")
    for kind, call in {
        "agenda": ("agenda", "s.toml"),
        "invitation": ("invitation", "s.toml"),
        "minutes": ("minutes", "s.toml"),
        "extract": ("extract", "s.toml", *certified),
        "workplan": ("workplan", "p.toml"),
        "workplan-review": ("workplan", "p.toml", "--review", "2027", "--as-of", "2027-12-31"),
    }.items():
        run = docgen(*call, "-o", str(workspace / kind), cwd=workspace)
        assert run.returncode == 0, run.stderr
        (docx,) = (workspace / kind).glob("*.docx")
        (pdf,) = (workspace / kind).glob("*.pdf")
        header = f"Mūsu galvene {kind}"
        made = docx_text(docx.read_bytes())
        assert Document(docx).sections[0].header.paragraphs[0].text == header
        assert fold(structure_text(pdf.read_bytes())) == made.replace(header, "").strip()
    wide = Document(workspace / "templates" / "iem" / "workplan.docx").sections[0]
    assert wide.page_width > wide.page_height


def test_copy_writes_all_of_its_files_or_none(workspace):
    folder = workspace / "templates" / "iem"
    folder.mkdir(parents=True)
    (folder / "accession.docx").write_bytes(b"mans")
    run = docgen("template", "copy", "accession", "--word", cwd=workspace)
    assert run.returncode == 2
    assert "accession.docx is there already" in run.stderr
    assert [path.name for path in folder.iterdir()] == ["accession.docx"]

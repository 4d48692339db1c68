"""What minutes should have by custom is said by its path; what they have is not, and nothing stops them."""

import copy
import tomllib

import pytest
from click.testing import CliRunner

from docgen.cli.root import root
from docgen.documents.minutes import advice_for
from docgen.documents.packs import load_pack
from docgen.documents.sittings import read_sitting
from docgen.workspace import builtin_packs

PACKS = {name: load_pack(builtin_packs() / name) for name in ("iem", "mk")}


def example(pack="iem"):
    return tomllib.loads((builtin_packs() / pack / "sitting.example.toml").read_text("utf-8"))


def advised(data, pack="iem"):
    return {problem.path for problem in advice_for(read_sitting(data, PACKS[pack], source="s.toml"), PACKS[pack])}


def without(path):
    """Return the example without the value at a path."""
    data = copy.deepcopy(example())
    *above, key = path.replace("[", ".").replace("]", "").split(".")
    table = data
    for name in above:
        table = table[int(name)] if isinstance(table, list) else table[name]
    del table[key]
    return data


@pytest.mark.parametrize("pack", PACKS)
def test_nothing_is_advised_where_minutes_have_all(pack):
    assert advised(example(pack), pack) == set()


@pytest.mark.parametrize(
    "path",
    [
        "sitting.place",
        "sitting.venue",
        "sitting.begins",
        "sitting.ends",
        "chair.position",
        "minute_taker.position",
        "attendance[0].position",
        "attendance[0].organisation",
        "items[0].reporters",
    ],
)
def test_what_is_missing_is_advised_by_its_path(path):
    assert path in advised(without(path))


def test_a_remote_sitting_needs_no_venue():
    data = without("sitting.venue")
    data["sitting"]["form"] = "remote"
    for one in data["attendance"]:
        one.pop("remote", None)
    assert "sitting.venue" not in advised(data)


def test_who_is_absent_may_stand_with_the_name_alone():
    data = example()
    data["attendance"].append({"name": "Pēteris Zariņš", "side": "ngo", "voice": "vote", "present": False})
    assert advised(data) == set()


def test_the_office_that_the_pack_knows_stands_for_the_chair_s_position():
    data = example("mk")
    data["chair"].pop("position", None)
    data["chair"]["office"] = "chair"
    assert advised(data, "mk") == set()
    data["chair"]["office"] = "other"
    assert advised(data, "mk") == {"chair.position"}


def items(*more):
    data = example()
    data["items"] = [{"number": number, "title": "Par darbu", **one} for number, one in enumerate(more, start=1)]
    data.pop("separate_opinions", None)
    data.pop("working_groups", None)
    return data


def test_an_item_for_decision_says_what_was_decided_and_any_other_what_was_said():
    decided = {"kind": "decision", "reporters": ["A. Bērziņa"], "decisions": [{"text": "Pieņemt zināšanai."}]}
    told = {"kind": "information", "reporters": ["A. Bērziņa"], "summary": "Informē par darbu."}
    assert advised(items(decided, told)) == set()
    undecided = {key: value for key, value in decided.items() if key != "decisions"}
    silent = {key: value for key, value in told.items() if key != "summary"}
    assert advised(items(undecided, silent)) == {"items[0].decisions", "items[1].summary"}
    assert advised(items({"kind": "other", "summary": "Nav."})) == set()


def test_a_task_has_somebody_responsible_and_a_deadline():
    task = {"text": "Sagatavot pārskatu.", "responsible": "Sekretariāts", "deadline": "2027-03-01"}

    def advised_of(decision):
        return advised(items({"kind": "decision", "reporters": ["A. Bērziņa"], "decisions": [decision]}))

    assert advised_of(task) == set()
    assert advised_of({key: task[key] for key in ("text", "responsible")}) == {"items[0].decisions[0].deadline"}
    assert advised_of({key: task[key] for key in ("text", "deadline")}) == {"items[0].decisions[0].responsible"}


def test_the_command_says_what_is_advisable_and_makes_the_minutes(tmp_path):
    written = (builtin_packs() / "iem" / "sitting.example.toml").read_text("utf-8")
    (tmp_path / "s.toml").write_text(written.replace("begins = 11:00:00", "# begins = 11:00:00", 1), "utf-8")
    call = ["--lang", "lv", "minutes", str(tmp_path / "s.toml"), "-o", str(tmp_path / "o")]
    run = CliRunner().invoke(root, call)
    assert run.exit_code == 0, run.output
    assert "sitting.begins: ieteicams norādīt" in run.output
    assert len(list((tmp_path / "o").iterdir())) == 2

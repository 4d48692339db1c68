"""The demonstration: the folder it may replace, the page, and the whole story once."""

import hashlib
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from docgen.demo.blackout import black_out
from docgen.demo.cast import LAST_DAY, NGOS, SCENES, SITTING_DAY, Flaw, letter_data
from docgen.demo.folder import MARKER, new_demonstration
from docgen.demo.page import write_page
from docgen.demo.story import tell_story
from docgen.errors import ExitCode, UsageError
from docgen.model.reasons import Decision, ReasonCode, Verdict
from docgen.model.registration_number import is_registration_number


def _play(folder, content):
    with new_demonstration(folder) as building:
        (building / "page").write_text(content)


def _names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_an_empty_or_absent_folder_takes_the_demonstration(tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "absent" / "demo", tmp_path / "empty"):
        _play(folder, "new")
        assert _names(folder) == [MARKER, "page"]
        assert [entry for entry in folder.parent.iterdir() if entry.name.startswith(".")] == []


def test_a_former_demonstration_is_replaced_and_links_out_of_it_are_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    _play(tmp_path / "demo", "old")
    (tmp_path / "demo" / "signed").mkdir()
    (tmp_path / "demo" / "link").symlink_to(outside)
    _play(tmp_path / "demo", "new")
    assert _names(tmp_path / "demo") == [MARKER, "page"]
    assert (tmp_path / "demo" / "page").read_text() == "new"
    assert (outside / "kept.txt").read_text() == "kept"
    assert _names(tmp_path) == ["demo", "outside"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError(28, "full")])
def test_an_interrupted_demonstration_leaves_the_former_one_whole(tmp_path, interruption):
    _play(tmp_path / "demo", "old")

    def broken():
        with new_demonstration(tmp_path / "demo") as building:
            (building / "page").write_text("half")
            assert (tmp_path / "demo" / "page").read_text() == "old"
            raise interruption

    with pytest.raises((KeyboardInterrupt, OSError)):
        broken()
    assert (tmp_path / "demo" / "page").read_text() == "old"
    assert _names(tmp_path) == ["demo"]


def test_the_next_run_removes_what_a_killed_one_left_and_nothing_else(tmp_path):
    left, foreign = tmp_path / ".demo.0123456789ab.new", tmp_path / ".demo.0123456789ac.new"
    for folder in (left, foreign):
        folder.mkdir()
        (folder / "half").write_text("half")
    (left / MARKER).write_text("docgen demo")
    _play(tmp_path / "demo", "new")
    assert _names(tmp_path) == [foreign.name, "demo"]


def test_a_former_demonstration_that_was_moved_away_by_a_killed_run_comes_back(tmp_path):
    _play(tmp_path / "demo", "old")
    (tmp_path / "demo").rename(tmp_path / ".demo.0123456789ab.old")
    with pytest.raises(KeyboardInterrupt), new_demonstration(tmp_path / "demo"):
        raise KeyboardInterrupt
    assert (tmp_path / "demo" / "page").read_text() == "old"
    assert _names(tmp_path) == ["demo"]


def test_two_demonstrations_at_once_do_not_remove_each_other(tmp_path):
    with new_demonstration(tmp_path / "demo") as first:
        _play(tmp_path / "demo", "second")
        assert (first / MARKER).is_file()
        (first / "page").write_text("first")
    assert (tmp_path / "demo" / "page").read_text() == "first"


def test_any_other_folder_stays_as_it_is(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(UsageError):
        _play(folder, "new")
    assert (folder / "letter.txt").read_text() == "mine"
    assert _names(tmp_path) == ["papers"]


def test_a_link_is_no_folder_for_a_demonstration(tmp_path):
    _play(tmp_path / "demo", "old")
    (tmp_path / "link").symlink_to(tmp_path / "demo")
    with pytest.raises(UsageError):
        _play(tmp_path / "link", "new")
    assert (tmp_path / "demo" / "page").read_text() == "old"


def test_the_cast_is_invented_and_in_order():
    assert len(NGOS) == 6
    for ngo in NGOS.values():
        assert is_registration_number(ngo.number)
        assert ngo.number.startswith("40008999")
        assert ngo.domain.endswith(".example")
    days = [scene.day for scene in SCENES]
    assert days == sorted(days)
    assert days[-1] < SITTING_DAY < LAST_DAY
    assert [scene.number for scene in SCENES] == list(range(1, len(SCENES) + 1))
    assert {scene.flaw for scene in SCENES} == set(Flaw)


def test_a_letter_sent_again_has_the_data_of_the_first():
    first = next(scene for scene in SCENES if scene.flaw is Flaw.NONE)
    again = next(scene for scene in SCENES if scene.flaw is Flaw.AGAIN)
    assert letter_data(first, date(2026, 11, 1)) == letter_data(again, date(2026, 11, 1))


def test_every_letter_is_dated_on_the_day_on_which_it_was_first_sent():
    dates = [letter_data(scene, date(2026, 11, 1))["letter"]["date"] for scene in SCENES]
    days = (1, 1, 3, 3, 3, 3, 1, 3, 3, 13, 13, 21)
    assert dates == [f"2026-11-{day:02d}" for day in days]
    assert all(day <= scene.day + 1 for day, scene in zip(days, SCENES, strict=True))


def test_only_letters_that_docgen_signed_are_blacked_out():
    with pytest.raises(ValueError, match="not a letter"):
        black_out(b"%PDF-1.7\nnothing\n%%EOF\n", height=400)


class Quiet:
    """Listens to the story and keeps what was told."""

    def __init__(self):
        self.chapters, self.lines = [], []

    def chapter(self, title):
        self.chapters.append(str(title))

    def tell(self, message):
        self.lines.append(str(message))

    def arrived(self, received):
        self.lines.append(received.report.file)

    def registered(self, events):
        self.lines += [event.type.value for event in events]

    def deep(self, report):
        self.lines.append(report.verdict.value)


class Links(HTMLParser):
    """Gathers what a page refers to, and what it is made of."""

    def __init__(self):
        super().__init__()
        self.targets, self.images, self.headings, self.tags, self.ids = [], [], [], [], set()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        self.ids |= {attributes["id"]} if "id" in attributes else set()
        if tag == "a":
            self.targets.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    narrator = Quiet()
    folder = tmp_path_factory.mktemp("story") / "demo"
    folder.mkdir()
    (folder / MARKER).touch()
    told = tell_story(folder, narrator)
    return told, narrator, write_page(told)


def test_the_story_ends_as_it_is_told(played):
    told, narrator, _ = played
    state = told.book.state
    assert len(told.played) == len(SCENES)
    assert len(state.members) == 5
    assert len(state.memberships) == 6
    assert [seat.organisation for seat in state.seats if seat.current] == ["40008999902", "40008999917"]
    fifth = next(played for played in told.played if "in-force" in [event.type.value for event in played.events])
    assert [played.scene.act for played in told.played if played.decision == "accept"][:5] == ["accession"] * 5
    assert [one for one in told.played if one.decision == "accept"].index(fifth) == 4
    assert told.deep.verdict is Verdict.PASSED
    assert told.deep.exit_code is ExitCode.DONE
    assert told.audit.findings == ()
    assert len([line for line in narrator.lines if "by-anchor" in line]) == 1


def test_the_sitting_is_recorded_with_its_decisions_its_task_and_its_signed_minutes(played):
    told, _, _ = played
    held = next(event for event in told.book.events if event.type.value == "sitting-held")
    taken = [event for event in told.book.events if event.type.value == "decision-taken"]
    assert [event.data["held"] for event in taken] == [held.seq] * 2
    assert [event.data.get("task", False) for event in taken] == [False, True]
    assert held.data["verdict"] == "PASSED"
    assert hashlib.sha256(told.minutes[0].read_bytes()).hexdigest() == held.data["minutes"]
    assert held.data["minutes"] in {item.sha256 for item in held.evidence}
    assert told.book.state.sittings == (held.effective_on,)


def test_every_flaw_is_found_and_nobody_registers_it(played):
    told, _, _ = played
    found = {one.scene.flaw: one for one in told.played}
    for flaw, code in (
        (Flaw.UNSIGNED, ReasonCode.UNSIGNED),
        (Flaw.ALTERED, ReasonCode.CHANGED),
        (Flaw.UNKNOWN_AUTHORITY, ReasonCode.TRUST),
    ):
        one = found[flaw]
        assert code in {reason.code for reason in one.received.report.reasons}
        assert one.received.report.decision is Decision.REFUSE
        assert (one.decision, one.events) == ("refuse", ())
    again = found[Flaw.AGAIN]
    assert again.received.duplicate_of == told.played[0].received.intake
    assert again.events == ()


def test_the_secretariat_answers_a_registered_letter_and_one_that_it_sends_back(played):
    told, _, page = played
    answers = [(one.decision, one.answer) for one in told.played if one.answer is not None]
    assert [(decision, answer.kind) for decision, answer in answers] == [("accept", "receipt"), ("refuse", "return")]
    sent = [event for event in told.book.events if event.type.value == "notice-sent"]
    assert [event.data["kind"] for event in sent] == ["receipt", "return"]
    text = page.read_text("utf-8")
    for event, (_, answer) in zip(sent, answers, strict=True):
        assert hashlib.sha256(answer.sent.read_bytes()).hexdigest() == event.evidence[0].sha256
        assert f"{answer.sent.stem}-1.png" in text


def test_one_changed_byte_is_found(played):
    told, _, _ = played
    before, after = told.issued.path.read_bytes(), told.changed.path.read_bytes()
    assert [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [told.changed.offset]
    assert told.changed.deep.verdict is Verdict.FAILED
    assert told.changed.deep.exit_code is ExitCode.SIGNATURE_FAILED


def test_no_key_stays_behind(played):
    told, _, _ = played
    folder = told.workspace.folder
    assert not (folder / "keys").exists()
    for path in folder.rglob("*"):
        assert path.suffix not in {".p12", ".key"}
        # Certificates and OCSP answers are evidence; a private key begins with its version, then its algorithm.
        assert path.is_dir() or not re.match(rb"0.{1,3}\x02\x01\x000", path.read_bytes()[:16], re.DOTALL)


def test_the_page_links_to_every_file_and_to_nothing_else(played):
    told, _, page = played
    links = Links()
    text = page.read_text("utf-8")
    links.feed(text)
    assert not re.search(r"https?://|//[a-z]|@import|url\(|<script|<link", text)
    files = {unquote(target) for target in links.targets if not target.startswith("#")}
    assert {target[1:] for target in links.targets if target.startswith("#")} <= links.ids
    folder = told.workspace.folder
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there - files == {MARKER, "index.html"}
    assert files <= there


def test_the_page_can_be_read_by_everybody(played):
    _, _, page = played
    links = Links()
    text = page.read_text("utf-8")
    links.feed(text)
    assert text.startswith('<!DOCTYPE html>\n<html lang="lv">')
    assert 'name="viewport"' in text
    assert links.headings[0] == 1
    assert links.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(links.headings, links.headings[1:], strict=False))
    assert links.images
    for image in links.images:
        assert len(image["alt"]) > 20
        assert (Path(page.parent) / unquote(image["src"])).read_bytes().startswith(b"\x89PNG")
    assert "PNOLV-3" not in text


def test_the_page_reads_as_text(played):
    _, _, page = played
    text = page.read_text("utf-8")
    assert not re.search(r"\d\.\.", text)
    assert "organizāciju sadarbības memorands. " in text
    assert text.count("by-anchor") <= text.count("Politika by-anchor") + 1


def test_names_are_escaped(played):
    _, _, page = played
    assert "Biedrība &#34;Drošā pilsēta&#34;" in page.read_text("utf-8")


@pytest.mark.judge
def test_every_pdf_in_order_is_pdfa_and_pdfua(played):
    from tests.judges import pdfa  # noqa: PLC0415 - only where the judges are asked

    told, _, _ = played
    sound = [one for one in told.played if one.scene.flaw is not Flaw.ALTERED]
    pdfa(
        [
            *(one.files.pdf for one in sound),
            *(one.files.sent for one in sound),
            *(path for one in told.played if one.answer is not None for path in (one.answer.pdf, one.answer.sent)),
            told.minutes[0],
            told.issued.path,
        ],
    )


@pytest.mark.judge
def test_eu_dss_passes_what_the_clerk_registered_and_the_seal(played):
    from tests.judges import dss  # noqa: PLC0415 - only where the judges are asked

    told, _, _ = played
    trust = told.workspace.trust
    files = [one.files.sent for one in told.played if one.decision == "accept"] + [told.issued.path]
    for judged in dss(files, trust=[trust / "signers" / "demo.pem", trust / "timestamps" / "demo.pem"]):
        assert {signature["indication"] for signature in judged["signatures"]} == {"TOTAL_PASSED"}, judged["file"]

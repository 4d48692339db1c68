"""Files are written whole or not at all, never over another, and read only where they are files."""

import errno
import os
import threading

import pytest

from docgen.errors import DataError, UnreadableError, UnwritableError, UsageError
from docgen.files import read_limited, read_own, safe_join, sha256_of, write_new
from docgen.workspace import find_workspace, init_workspace, pack_folder


def test_a_new_file_is_written_with_nothing_left_beside_it(tmp_path):
    write_new(tmp_path / "a" / "x.pdf", b"one")
    assert (tmp_path / "a" / "x.pdf").read_bytes() == b"one"
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["x.pdf"]


def test_another_file_is_never_overwritten_and_the_same_bytes_are_no_error(tmp_path):
    write_new(tmp_path / "x", b"one")
    write_new(tmp_path / "x", b"one")
    with pytest.raises(UnwritableError, match="exists already"):
        write_new(tmp_path / "x", b"two")
    assert (tmp_path / "x").read_bytes() == b"one"
    assert len(list(tmp_path.iterdir())) == 1


def test_replacing_is_asked_for_by_name(tmp_path):
    write_new(tmp_path / "x", b"one")
    write_new(tmp_path / "x", b"two", replace=True)
    assert (tmp_path / "x").read_bytes() == b"two"


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("docgen.files.os.fsync", full)
    with pytest.raises(UnwritableError, match="the disk is full"):
        write_new(tmp_path / "x", b"data")
    assert list(tmp_path.iterdir()) == []


def test_two_writers_of_the_same_bytes_at_once_both_succeed(tmp_path):
    failures = []

    def write():
        try:
            write_new(tmp_path / "x", b"same" * 1000)
        except UnwritableError as exc:
            failures.append(exc)

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not failures
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "missing", "large"])
def test_what_is_no_readable_file_is_refused_and_never_blocks(tmp_path, kind):
    path = tmp_path / "x"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link":
            (tmp_path / "y").write_bytes(b"1")
            path.symlink_to(tmp_path / "y")
        case "large":
            path.write_bytes(b"12345")
    with pytest.raises(UnreadableError) as caught:
        read_limited(path, 4)
    assert caught.value.hint is not None


def test_a_file_of_ones_own_may_be_a_link_but_neither_a_folder_nor_too_large(tmp_path):
    (tmp_path / "y").write_bytes(b"123")
    (tmp_path / "x").symlink_to(tmp_path / "y")
    assert read_own(tmp_path / "x", 3) == b"123"
    with pytest.raises(UnreadableError, match="more than 2 bytes"):
        read_own(tmp_path / "x", 2)
    with pytest.raises(UnreadableError, match="is a folder"):
        read_own(tmp_path, 3)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "-x", "a\0"])
def test_a_name_that_could_leave_its_folder_is_refused(tmp_path, name):
    with pytest.raises(UnwritableError):
        safe_join(tmp_path, name)


def test_the_digest_of_a_file(tmp_path):
    write_new(tmp_path / "x", b"abc")
    assert sha256_of(tmp_path / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_workspace_is_made_once_and_found_again(tmp_path):
    made = init_workspace(tmp_path / "w", "iem")
    assert made == init_workspace(tmp_path / "w", "iem") == find_workspace(tmp_path / "w")
    assert (made.trust / "signers").is_dir()
    with pytest.raises(UsageError):
        init_workspace(tmp_path / "w", "other")


def test_a_folder_without_settings_is_no_workspace_and_the_hint_says_how_to_make_one(tmp_path):
    with pytest.raises(UsageError) as caught:
        find_workspace(tmp_path)
    assert "docgen init" in str(caught.value.hint)


def test_all_unknown_settings_are_named_at_once(tmp_path):
    (tmp_path / "docgen.toml").write_text('pack = "iem"\npak = "x"\njobs = "two"\n')
    with pytest.raises(DataError) as caught:
        find_workspace(tmp_path)
    assert [p.path for p in caught.value.problems] == ["pak", "jobs"]


def test_broken_settings_name_line_and_column(tmp_path):
    (tmp_path / "docgen.toml").write_text('pack = "iem\n')
    with pytest.raises(DataError, match="line 1, column"):
        find_workspace(tmp_path)


def test_an_unknown_pack_names_the_known_ones():
    with pytest.raises(UsageError) as caught:
        pack_folder(None, "nope")
    assert "memorandum.toml" in str(caught.value.hint)

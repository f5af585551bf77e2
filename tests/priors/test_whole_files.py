"""A file is there whole or as it was before."""

import errno
import os

import pytest

from priors.whole_files import write_new, write_whole


def test_a_file_is_written_and_replaced(tmp_path):
    for content in (b"one", b"another, longer"):
        write_whole(tmp_path / "f", content)
        assert (tmp_path / "f").read_bytes() == content
    assert os.listdir(tmp_path) == ["f"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch, step):
    write_whole(tmp_path / "f", b"before")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "f", b"after")
    assert (tmp_path / "f").read_bytes() == b"before" and os.listdir(tmp_path) == ["f"]


def test_what_is_no_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "f")
    with pytest.raises(OSError, match="not a regular file"):
        write_whole(tmp_path / "f", b"content")
    assert (tmp_path / "f").is_fifo() and os.listdir(tmp_path) == ["f"]


def test_a_link_stays_one(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "f").symlink_to("elsewhere/g")
    for content in (b"one", b"another, longer"):
        write_whole(tmp_path / "f", content)
        assert (tmp_path / "f").is_symlink() and (tmp_path / "elsewhere" / "g").read_bytes() == content


def test_a_kill_before_the_end_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    def kill(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", kill)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "f", b"after")
    assert os.listdir(tmp_path) == []


def test_a_new_file_is_written_only_where_none_is(tmp_path):
    write_new(tmp_path / "f", b"one")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "f", b"other")
    assert (tmp_path / "f").read_bytes() == b"one" and os.listdir(tmp_path) == ["f"]


def test_a_new_file_is_written_where_no_file_has_two_names(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_new(tmp_path / "f", b"one")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "f", b"other")
    assert (tmp_path / "f").read_bytes() == b"one" and os.listdir(tmp_path) == ["f"]


@pytest.mark.parametrize("step", ["fsync", "link", "open"])
def test_a_new_file_that_cannot_be_written_is_not_there(tmp_path, monkeypatch, step):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="No space left"):
        write_new(tmp_path / "f", b"one")
    assert os.listdir(tmp_path) == []

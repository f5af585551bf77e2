"""When a search is saved, by whom, and what is left when something goes wrong."""

import errno
import os
import signal
import time

import numpy as np
import pytest

from mcts_compose.saves import saver as saving
from mcts_compose.saves.save_file import Save, SavedState
from mcts_compose.saves.saver import Saver

IDENTITY = {"task": "one"}
PATIENCE_S = 120.0


class Search:
    """Stands for a search: some words that it goes on changing."""

    def __init__(self, file, every=1.0, size=1000):
        self.words = np.zeros(size, np.int64)
        self.told = []
        self.saver = Saver(file, every, IDENTITY, self.told.append)
        self.seconds = 0.0
        assert self.saver.load() is None
        self.saver.keep(0.0, self.state)

    def state(self):
        return SavedState({"seconds": self.seconds}, {"words": self.words})

    def go_on(self, seconds):
        self.seconds += seconds
        self.words += 1
        self.saver.keep(self.seconds, self.state)

    def wait(self):
        """Lets the process that writes come to its end."""
        begun = time.monotonic()
        while self.saver._child and time.monotonic() < begun + PATIENCE_S:
            time.sleep(0.01)
            self.seconds += saving.LOOK_EVERY_S
            self.saver.keep(self.seconds, self.state)
        assert not self.saver._child


@pytest.fixture
def file(tmp_path):
    return tmp_path / "searches" / "search.save"


def test_save_holds_the_moment_at_which_it_began(file):
    search = Search(file)
    search.go_on(2.0)
    assert search.saver._child
    search.words += 41
    search.wait()
    save = Save(file, IDENTITY)
    assert save.facts == {"seconds": 2.0}
    np.testing.assert_array_equal(save.array("words"), np.ones(1000))
    assert search.saver.num_saves == 1
    assert search.told == []


def test_nothing_is_saved_before_its_time_nor_too_often(file):
    search = Search(file, every=10.0)
    search.go_on(9.0)
    assert not file.exists() and not search.saver._child
    search.go_on(2.0)
    search.wait()
    first = search.saver.num_saves
    search.go_on(1.0)
    assert not search.saver._child
    search.go_on(10.0)
    search.wait()
    assert (first, search.saver.num_saves) == (1, 2)


def test_save_that_would_cost_too_much_waits(file):
    search = Search(file)
    search.saver._rate = 1.0 / search.words.nbytes  # a second a save: a hundredth of 100 s
    search.go_on(50.0)
    assert not search.saver._child
    search.go_on(51.0)
    assert search.saver._child
    search.wait()


def test_what_saving_costs_is_counted(file):
    search = Search(file, size=1_000_000)
    search.go_on(200.0)
    search.wait()
    assert 0 < search.saver.cost < 5.0
    assert search.saver.size == search.words.nbytes
    assert search.saver.child_seconds > 0


def test_full_disk_is_said_once_and_the_last_save_stays(file, monkeypatch):
    search = Search(file)
    search.go_on(2.0)
    search.wait()
    before = file.read_bytes()

    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(saving, "write_save", fail)
    for _ in range(3):
        search.go_on(1000.0)
        search.wait()
    (said,) = search.told
    assert "No space left on device" in said and "the search goes on" in said
    assert file.read_bytes() == before
    monkeypatch.undo()
    search.go_on(1000.0)
    search.wait()
    assert Save(file, IDENTITY).facts["seconds"] > 3000.0


def test_nearly_full_disk_is_not_filled(file, monkeypatch):
    search = Search(file)
    free = os.statvfs(file.parent)
    monkeypatch.setattr(saving, "MOST_OF_DISK", search.words.nbytes / (2 * free.f_bavail * free.f_frsize))
    search.go_on(2.0)
    assert not search.saver._child
    (said,) = search.told
    assert "No space left on device" in said


def test_process_that_cannot_be_made_is_said(file, monkeypatch):
    def fork():
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    monkeypatch.setattr(saving.os, "fork", fork)
    search = Search(file)
    search.go_on(2.0)
    (said,) = search.told
    assert "Cannot allocate memory" in said


def test_end_of_the_search_ends_the_process_and_removes_its_part(file, monkeypatch):
    def write_slowly(file, *_):
        saving.temporary_of(file, os.getpid()).write_bytes(b"half")
        time.sleep(PATIENCE_S)

    monkeypatch.setattr(saving, "write_save", write_slowly)
    search = Search(file)
    search.go_on(2.0)
    child = search.saver._child
    while not list(file.parent.iterdir()):
        time.sleep(0.01)
    search.saver.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    assert list(file.parent.iterdir()) == []


def test_process_whose_parent_was_killed_ends_and_leaves_the_last_save(file):
    """A child of this test stands for the search; what writes for it is looked at from here."""
    reading, writing = os.pipe()
    search = os.fork()
    if search == 0:
        try:
            real, state = saving.write_save, Search(file)
            state.go_on(2.0)
            state.wait()

            def write_when_alone(file, identity, state, is_wanted):
                os.write(1, b"x")
                while is_wanted():
                    time.sleep(0.01)
                real(file, identity, state, is_wanted)

            saving.write_save = write_when_alone
            state.go_on(1000.0)
            os.write(writing, str(state.saver._child).encode())
            os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    os.waitpid(search, 0)
    writer = int(os.read(reading, 100))
    os.close(reading)
    os.close(writing)
    begun = time.monotonic()
    while _is_alive(writer) and time.monotonic() < begun + PATIENCE_S:
        time.sleep(0.01)
    assert not _is_alive(writer)
    assert Save(file, IDENTITY).facts == {"seconds": 2.0}
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def _is_alive(process):
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_a_killed_process_left_half_is_removed(file):
    file.parent.mkdir()
    saving.temporary_of(file, 12345).write_bytes(b"half")
    assert Saver(file, 1.0, IDENTITY, print).load() is None
    assert list(file.parent.iterdir()) == []


def test_foreign_save_is_said_and_not_used(file):
    search = Search(file)
    search.go_on(2.0)
    search.wait()
    told = []
    assert Saver(file, 1.0, {"task": "two"}, told.append).load() is None
    (said,) = told
    assert "task 'one', but should be of one with 'two'; the search begins anew" in said
    assert Saver(file, 1.0, IDENTITY, told.append).load().facts == {"seconds": 2.0}


def test_writer_holds_nothing_open_that_is_its_parents(file, monkeypatch):
    """Else a lock or a pipe of a killed search would be held until its save is written."""
    reading, writing = os.pipe()

    def list_open(file, *_):
        file.with_suffix(".open").write_text(" ".join(os.listdir("/proc/self/fd")))

    monkeypatch.setattr(saving, "write_save", list_open)
    search = Search(file)
    search.go_on(2.0)
    search.wait()
    numbers = file.with_suffix(".open").read_text().split()
    os.close(reading)
    os.close(writing)
    assert set(numbers) <= {"0", "1", "2", "3", "4"}  # the last are what is being written and listed

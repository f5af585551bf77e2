"""When a search is saved, by whom, and what is left when something goes wrong."""

import errno
import os
import signal
import threading
import time

import numpy as np
import pytest

from mcts_compose.saves import block_file, save_writer
from mcts_compose.saves import saver as saving
from mcts_compose.saves.save_file import Save, SavedState, log_of, temporary_of
from mcts_compose.saves.saver import Saver

IDENTITY = {"task": "one"}
PATIENCE_S = 120.0


class Search:
    """Stands for a search: some words that it goes on changing, and some that it adds."""

    def __init__(self, file, every=1.0, size=1000):
        self.words = np.zeros(size, np.int64)
        self.added = np.zeros(0, np.int64)
        self.epoch = 0
        self.told = []
        self.saver = Saver(file, every, IDENTITY, self.told.append)
        self.seconds = 0.0
        save = self.saver.load()
        if save is not None:
            self.seconds, self.words = save.facts["seconds"], save.array("words")
            self.added = save.array("added")
        self.saver.keep(self.seconds, self.state)

    def state(self):
        arrays = {"words": self.words, "added": self.added}
        return SavedState({"seconds": self.seconds}, arrays, ("added",), epoch=self.epoch)

    def go_on(self, seconds, added=0):
        self.seconds += seconds
        self.words += 1
        self.added = np.append(self.added, np.arange(len(self.added), len(self.added) + added))
        self.saver.keep(self.seconds, self.state)

    @property
    def is_saving(self):
        return self.saver._writer is not None and self.saver._writer.is_saving

    def wait(self):
        """Lets what is being written come to its end."""
        begun = time.monotonic()
        while self.is_saving and time.monotonic() < begun + PATIENCE_S:
            time.sleep(0.01)
            self.saver._look = 0.0
            self.saver.keep(self.seconds, self.state)
        assert not self.is_saving


@pytest.fixture
def file(tmp_path):
    return tmp_path / "searches" / "search.save"


@pytest.fixture
def begin(file):
    """Makes searches, and ends them after the test."""
    made = []

    def begun(*args, **kwargs):
        made.append(Search(file, *args, **kwargs))
        return made[-1]

    yield begun
    for search in made:
        search.saver.close()


@pytest.fixture
def gate(monkeypatch):
    """Holds everything back that is written until it is set."""
    gate, write = threading.Event(), block_file.Buffer.write

    def held_back(buffer, *args):
        assert gate.wait(PATIENCE_S)
        return write(buffer, *args)

    monkeypatch.setattr(block_file.Buffer, "write", held_back)
    yield gate
    gate.set()


def names_in(file):
    return sorted(entry.suffix for entry in file.parent.iterdir())


def test_save_holds_the_moment_at_which_it_began(begin, file, monkeypatch):
    search = begin()
    gate = threading.Event()
    real = save_writer.SaveWriter._job
    monkeypatch.setattr(save_writer.SaveWriter, "_job", lambda *args: gate.wait(PATIENCE_S) and real(*args))
    search.go_on(2.0, added=700)
    assert search.is_saving
    search.words += 41
    search.added[5] = 7
    gate.set()
    search.wait()
    save = Save(file, IDENTITY)
    assert save.facts == {"seconds": 2.0}
    np.testing.assert_array_equal(save.array("words"), np.ones(1000))
    np.testing.assert_array_equal(save.array("added"), np.arange(700))
    assert search.saver.num_saves == 1
    assert search.told == []


def test_nothing_is_saved_before_its_time_nor_too_often(begin, file):
    search = begin(every=10.0)
    search.go_on(9.0)
    assert not file.exists() and not search.is_saving
    search.go_on(2.0)
    search.wait()
    first = search.saver.num_saves
    search.go_on(1.0)
    assert not search.is_saving
    search.go_on(10.0)
    search.wait()
    assert (first, search.saver.num_saves) == (1, 2)


def test_save_that_would_cost_too_much_waits(begin, monkeypatch):
    search = begin()
    search.saver._rate = 1.0 / search.words.nbytes  # a second a save
    search.go_on(0.98 / saving.SHARE)
    assert not search.is_saving
    search.go_on(0.04 / saving.SHARE)
    assert search.is_saving


def test_log_leaves_saves_their_part_of_the_time(begin, monkeypatch):
    monkeypatch.setattr(saving, "is_crowded", lambda: False)
    search = begin(every=100.0)
    search.saver.cost = saving.SHARE_OF_LOG * saving.SHARE * 60.0 + 0.1
    search.go_on(60.0, added=3_000_000)
    assert search.saver._writer.written == {}
    search.go_on(30.0)
    assert search.saver._writer.written["added"] > 2_000_000


def test_what_saving_costs_is_counted(begin):
    search = begin(size=1_000_000)
    search.go_on(200.0)
    search.wait()
    assert 0 < search.saver.cost < 5.0
    assert search.saver.size == search.words.nbytes
    assert search.saver.writer_seconds > 0


@pytest.mark.parametrize("is_crowded", [False, True])
def test_time_of_the_writing_thread_counts_where_no_core_is_idle(begin, monkeypatch, is_crowded):
    write = block_file.Buffer.write

    def write_slowly(buffer, *args):
        end = time.thread_time() + 0.2
        while time.thread_time() < end:
            pass
        return write(buffer, *args)

    monkeypatch.setattr(block_file.Buffer, "write", write_slowly)
    monkeypatch.setattr(saving, "is_crowded", lambda: is_crowded)
    search = begin()
    search.go_on(1000.0)
    search.wait()
    assert search.saver.writer_seconds > 0.2
    assert (search.saver.cost > 0.9 * search.saver.writer_seconds) == is_crowded


def test_what_is_in_the_log_is_not_written_again(begin, file):
    search = begin()
    search.go_on(1000.0, added=300_000)
    search.wait()
    before = search.saver.num_bytes
    search.go_on(1000.0, added=10)
    search.wait()
    assert search.saver.num_bytes - before == search.words.nbytes + 10 * 8
    np.testing.assert_array_equal(Save(file, IDENTITY).array("added"), np.arange(300_010))


def test_log_grows_between_saves(begin, file):
    search = begin(every=100.0)
    search.go_on(60.0, added=3_000_000)
    assert search.saver._writer.written["added"] > 2_000_000
    assert not file.exists()
    search.go_on(1000.0)
    search.wait()
    np.testing.assert_array_equal(Save(file, IDENTITY).array("added"), np.arange(3_000_000))


def test_who_goes_on_goes_on_with_the_log(begin, file):
    search = begin()
    search.go_on(1000.0, added=300_000)
    search.wait()
    search.go_on(0.5, added=9_000_000)  # in part into the log, but of no save
    search.saver._writer.close()
    again = begin()
    np.testing.assert_array_equal(again.added, np.arange(300_000))
    again.go_on(1000.0, added=10)
    again.wait()
    assert again.saver.num_bytes == again.words.nbytes + 10 * 8
    np.testing.assert_array_equal(Save(file, IDENTITY).array("added"), np.arange(300_010))
    assert names_in(file) == [".log", ".save"]


def test_what_begins_anew_has_a_log_of_its_own(begin, file, gate):
    search = begin()
    gate.set()
    search.go_on(1000.0, added=5000)
    search.wait()
    gate.clear()
    search.epoch, search.added = 1, np.arange(3)
    search.go_on(1000.0)
    np.testing.assert_array_equal(Save(file, IDENTITY).array("added"), np.arange(5000))
    gate.set()
    search.wait()
    np.testing.assert_array_equal(Save(file, IDENTITY).array("added"), np.arange(3))
    assert names_in(file) == [".log", ".save"]


def test_full_disk_is_said_once_and_the_last_save_stays(begin, file, monkeypatch):
    search = begin()
    search.go_on(2.0, added=1000)
    search.wait()
    before = file.read_bytes()

    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(block_file.os, "write", fail)
    for _ in range(3):
        search.go_on(1000.0, added=1000)
        search.wait()
    (said,) = search.told
    assert "No space left on device" in said and "the search goes on" in said
    assert file.read_bytes() == before
    np.testing.assert_array_equal(Save(file, IDENTITY).array("added"), np.arange(1000))
    monkeypatch.undo()
    search.go_on(1000.0, added=1000)
    search.wait()
    save = Save(file, IDENTITY)
    assert save.facts["seconds"] > 3000.0
    np.testing.assert_array_equal(save.array("added"), search.added)
    assert names_in(file) == [".log", ".save"]


def test_nearly_full_disk_is_not_filled(begin, file, monkeypatch):
    search = begin()
    free = os.statvfs(file.parent)
    monkeypatch.setattr(saving, "MOST_OF_DISK", search.words.nbytes / (2 * free.f_bavail * free.f_frsize))
    search.go_on(2.0)
    assert not search.is_saving
    (said,) = search.told
    assert "No space left on device" in said


def test_directory_that_is_gone_is_said(begin, file):
    search = begin()
    file.parent.rmdir()
    search.go_on(2.0)
    (said,) = search.told
    assert "No such file" in said


def test_end_of_the_search_ends_the_writing_and_removes_its_part(begin, file, gate):
    search = begin()
    gate.set()
    search.go_on(2.0)
    search.wait()
    before = file.read_bytes()
    gate.clear()
    search.go_on(1000.0)
    assert names_in(file) == [".log", ".part", ".save"]
    threading.Timer(0.2, gate.set).start()
    search.saver.close()
    assert names_in(file) == [".log", ".save"]
    assert file.read_bytes() == before
    assert not [thread for thread in threading.enumerate() if "mcts-compose-saves" in thread.name]


def test_search_that_is_killed_while_it_writes_leaves_the_last_save(begin, file):
    """A child of this test stands for the search."""
    reading, writing = os.pipe()
    search = os.fork()
    if search == 0:
        try:
            child = Search(file)
            child.go_on(2.0, added=5000)
            child.wait()
            write = block_file.Buffer.write

            def write_half(buffer, *args):
                write(buffer, *args)
                os.write(writing, b"x")
                time.sleep(PATIENCE_S)

            block_file.Buffer.write = write_half
            child.go_on(1000.0, added=5000)
            time.sleep(PATIENCE_S)
        finally:
            os._exit(1)
    assert os.read(reading, 1) == b"x"
    os.kill(search, signal.SIGKILL)
    os.waitpid(search, 0)
    os.close(reading)
    os.close(writing)
    assert ".part" in names_in(file)
    again = begin()
    assert again.told == [] and again.seconds == 2.0
    np.testing.assert_array_equal(again.added, np.arange(5000))
    assert names_in(file) == [".log", ".save"]


def test_what_a_killed_process_left_half_is_removed(file):
    file.parent.mkdir()
    temporary_of(file, 12345).write_bytes(b"half")
    log_of(file, "aa").write_bytes(b"half")
    assert Saver(file, 1.0, IDENTITY, print).load() is None
    assert list(file.parent.iterdir()) == []


def test_foreign_save_is_said_and_stays_until_there_is_another(begin, file, gate):
    gate.set()
    search = begin()
    search.go_on(2.0, added=100)
    search.wait()
    search.saver.close()
    told = []
    other = Saver(file, 1.0, {"task": "two"}, told.append)
    assert other.load() is None
    (said,) = told
    assert "task 'one', but should be of one with 'two'; the search begins anew" in said
    gate.clear()
    other.keep(0.0, search.state)
    other.keep(1000.0, search.state)
    np.testing.assert_array_equal(Save(file, IDENTITY).array("added"), np.arange(100))
    gate.set()
    while other.num_saves == 0:
        time.sleep(0.01)
        other.keep(1001.0, search.state)
        other._look = 0.0
    other.close()
    assert Save(file, {"task": "two"}).facts == {"seconds": 2.0}
    assert names_in(file) == [".log", ".save"]


def test_damaged_log_is_said(begin, file):
    search = begin()
    search.go_on(2.0, added=1000)
    search.wait()
    search.saver.close()
    (log,) = file.parent.glob("*.log")
    data = bytearray(log.read_bytes())
    for damaged in (bytes([data[0] ^ 1]) + data[1:], data[:100], b""):
        log.write_bytes(damaged)
        with pytest.raises(saving.SaveError, match=r"is damaged|is cut short"):
            Save(file, IDENTITY).array("added")
    log.unlink()
    with pytest.raises(saving.SaveError, match="cannot be read"):
        Save(file, IDENTITY).array("added")

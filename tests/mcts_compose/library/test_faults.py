"""What may happen to a library: every damage is found and named, and nothing else is lost."""

import errno
import io
import itertools
import multiprocessing
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mcts_compose.checked_lines import checked_line
from mcts_compose.errors import InputError, OutputError
from mcts_compose.library import skill_files
from mcts_compose.library.entry import entry_line
from mcts_compose.library.library import Library
from tests.mcts_compose.library.shelf_of_three import DOUBLE, files, make_three, names

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_three(tmp_path / "lib")
    return tmp_path / "lib"


def contents(path: Path) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def check_named(path: Path, file: Path, whole: list[str]) -> None:
    """Checks that one file is named as damaged, that the rest loads, and that nothing was written."""
    before = contents(path)
    library = Library.open(path)
    assert names(library) == whole
    assert str(file.relative_to(path)) in [damage.file for damage in library.damaged if damage.is_own]
    assert [skill.name for skill in library.table.learnt] == whole
    assert contents(path) == before


WHOLE_WITHOUT = {"double": ["flip"], "double_all": ["double", "flip"], "flip": ["double", "double_all"]}


def damageable(path: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yields every file of the library, each with what is whole without it."""
    yield path / "library.json", ["double", "double_all", "flip"]
    for file in files(path):
        yield file, WHOLE_WITHOUT[file.name.split("-")[1]]


def test_a_file_that_ends_anywhere_too_early_is_named(path: Path) -> None:
    for file, whole in damageable(path):
        content = file.read_bytes()
        for length in range(len(content)):
            file.write_bytes(content[:length])
            check_named(path, file, whole)
        file.write_bytes(content + b"\n")
        check_named(path, file, whole)
        file.write_bytes(content)
    assert Library.open(path).damaged == ()


def test_a_flipped_bit_of_every_byte_is_named(path: Path) -> None:
    flip_bits(path, lambda place: [place % 8])


@pytest.mark.slow
def test_every_flipped_bit_is_named(path: Path) -> None:
    flip_bits(path, lambda _: range(8))


def flip_bits(path: Path, bits_of: Callable[[int], Iterable[int]]) -> None:
    for file, whole in damageable(path):
        content = bytearray(file.read_bytes())
        for place in range(len(content)):
            for bit in bits_of(place):
                content[place] ^= 1 << bit
                file.write_bytes(content)
                check_named(path, file, whole)
                content[place] ^= 1 << bit
        file.write_bytes(content)
    assert Library.open(path).damaged == ()


def test_every_flipped_bit_of_a_file_name_is_named(path: Path) -> None:
    for file in files(path):
        name = bytearray(os.fsencode(file.name))
        for place, bit in itertools.product(range(len(name)), range(8)):
            name[place] ^= 1 << bit
            if name[place] not in b"/\0":
                other = file.with_name(os.fsdecode(bytes(name)))
                file.rename(other)
                check_named(path, other, WHOLE_WITHOUT[file.name.split("-")[1]])
                other.rename(file)
            name[place] ^= 1 << bit


def test_what_calls_a_damaged_skill_is_named_with_the_cause(path: Path) -> None:
    files(path)[0].write_bytes(b"")
    own, cut_off = Library.open(path).damaged
    assert own.is_own and own.file.startswith("skills/000001-double-")
    assert not cut_off.is_own and "double_all calls 'double', which is not there" in str(cut_off)


def test_a_file_that_is_gone_is_named_by_its_number(path: Path) -> None:
    files(path)[1].unlink()
    (damage,) = Library.open(path).damaged
    assert damage.numbers == (2, 2) and "the skill of this number is not there" in str(damage)


def test_a_number_that_leaves_out_many_is_told_in_one_line(path: Path) -> None:
    library = Library.open(path)
    far = skill_files.file_name(999_999_999, library.entries[0])
    (path / "skills" / str(far)).write_bytes(b"x")
    damaged = Library.open(path).damaged
    assert [damage.numbers for damage in damaged] == [None, (4, 999_999_998)]


def test_a_number_beyond_all_others_lets_no_skill_be_written_that_cannot_be_read(path: Path) -> None:
    library = Library.open(path)
    far = skill_files.file_name(999_999_999_999_999, library.entries[0])
    (path / "skills" / str(far)).write_bytes(b"x")
    with pytest.raises(InputError, match="has the number 999999999999999; move it away"):
        library.add([library.new_entry("inc", "Adds one.", "(x: int) -> int; return add(x, 1)")])
    assert len(files(path)) == 4


@pytest.mark.parametrize("kind", ["directory", "fifo", "link", "large", "unreadable"])
def test_what_is_no_file_of_a_skill_is_named(path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = files(path)[2]
    file.unlink()
    make: dict[str, Callable[[], Any]] = {
        "directory": file.mkdir,
        "fifo": lambda: os.mkfifo(file),
        "link": lambda: file.symlink_to("/dev/zero"),
        "large": lambda: (file.touch(), os.truncate(file, 1 << 40)),
        "unreadable": lambda: file.write_bytes(b"x"),
    }
    make[kind]()
    if kind == "unreadable":

        def refuse(*_: object) -> bytes:
            raise PermissionError(errno.EACCES, "Permission denied")

        read = Path.read_bytes
        monkeypatch.setattr(Path, "read_bytes", lambda self: refuse() if self == file else read(self))
    library = Library.open(path)
    assert names(library) == ["double", "double_all"]
    assert [damage.file for damage in library.damaged] == [f"skills/{file.name}"]


def test_two_files_with_one_number_are_named_and_one_is_used(path: Path) -> None:
    library = make_three(path.parent / "other")
    inc = library.new_entry("inc", "Adds one.", "(x: int) -> int; return add(x, 1)")
    name = str(skill_files.file_name(2, inc))
    (path / "skills" / name).write_bytes(entry_line(2, inc))
    opened = Library.open(path)
    assert names(opened) == ["double", "double_all", "flip"]
    assert "another skill with the number 2" in str(opened.damaged[0])


def test_a_later_format_is_refused(path: Path) -> None:
    line = checked_line(b'{"format":2,"id":"0123456789abcdef","new":[1]}')
    (path / "library.json").write_bytes(line)
    with pytest.raises(InputError, match="has format 2, but this version reads up to 1"):
        Library.open(path)


def test_a_damaged_library_still_takes_skills(path: Path) -> None:
    files(path)[2].write_bytes(b"")
    library = Library.open(path)
    inc = library.new_entry("inc", "Adds one.", "(x: int) -> int; return add(x, 1)")
    library.add([inc])
    assert names(Library.open(path)) == ["double", "double_all", "inc"]
    assert [file.name[:6] for file in files(path)] == ["000001", "000002", "000003", "000004"]


def test_a_lost_skill_that_is_learnt_anew_heals_what_calls_it(path: Path) -> None:
    double = Library.open(path).entries[0]
    files(path)[0].unlink()
    library = Library.open(path)
    assert names(library) == ["flip"]
    library.add([library.new_entry("double", double.doc, DOUBLE)])
    assert names(Library.open(path)) == ["flip", "double", "double_all"]


class Steps:
    """Counts what is asked of the system, and does something at one of these steps instead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, act: Callable[[], None]) -> None:
        self.num, self.at, self.act = 0, at, act
        for owner, name in ((os, "fsync"), (os, "link"), (os, "open"), (Path, "mkdir")):
            monkeypatch.setattr(owner, name, self._counted(getattr(owner, name)))
        monkeypatch.setattr(io, "open", self._opened(io.open))

    def step(self) -> None:
        self.num += 1
        if self.num - 1 == self.at:
            self.act()

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.step()
            return function(*args, **kwargs)

        return counted

    def _opened(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def opened(*args: Any, **kwargs: Any) -> Any:
            mode = str(args[1:2])
            if "w" not in mode and "a" not in mode:
                return function(*args, **kwargs)
            self.step()
            return _File(function(*args, **kwargs), self)

        return opened


class _File:
    """A file whose writes are steps; one that fails has written a part."""

    def __init__(self, file: Any, steps: Steps) -> None:
        self.file, self.steps = file, steps

    def write(self, content: bytes) -> None:
        self.file.write(content[: len(content) // 2])
        self.file.flush()
        self.steps.step()
        self.file.write(content[len(content) // 2 :])

    def __enter__(self) -> "_File":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def add_two(path: Path) -> None:
    library = Library.open(path, create=True)
    one = library.new_entry("one", "Gives one.", "() -> int; return 1")
    library.add([one, library.new_entry("two", "Gives two.", "() -> int; return 2")])


def test_a_full_disk_at_any_step_adds_nothing_and_harms_nothing(path: Path) -> None:
    before = contents(path)
    for at in itertools.count():
        with pytest.MonkeyPatch.context() as patch:
            steps = Steps(patch, at, full)
            try:
                add_two(path)
                break
            except OutputError as error:
                assert "No space left on device" in str(error)
        assert contents(path) == before
    assert at > 12 and steps.num == at
    assert names(Library.open(path)) == ["double", "double_all", "flip", "one", "two"]


def test_a_full_disk_at_any_step_of_making_a_library_lets_it_be_made_later(tmp_path: Path) -> None:
    for at in itertools.count():
        with pytest.MonkeyPatch.context() as patch:
            Steps(patch, at, full)
            try:
                add_two(tmp_path / "lib")
                break
            except OutputError as error:
                assert "No space left on device" in str(error)
    assert at > 12
    assert Library.open(tmp_path / "lib").damaged == ()


def run_killed(target: Callable[[], None]) -> int:
    """Runs a function in a child process, and returns how that ended."""
    child = FORK.Process(target=target)
    child.start()
    child.join()
    assert child.exitcode is not None
    return child.exitcode


def test_a_kill_at_any_step_leaves_each_skill_whole_or_not_there(tmp_path: Path) -> None:
    def killed_at(at: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            Steps(patch, at, lambda: os.kill(os.getpid(), signal.SIGKILL))
            add_two(tmp_path / "lib")

    for at in itertools.count():
        shutil.rmtree(tmp_path / "lib", ignore_errors=True)
        if run_killed(lambda at=at: killed_at(at)) == 0:  # type: ignore[misc]
            break
        library = Library.open(tmp_path / "lib", create=True)
        assert library.damaged == () and names(library) == ["one", "two"][: len(library.entries)]
        add_two(tmp_path / "lib")
        assert sorted(names(Library.open(tmp_path / "lib"))) == ["one", "two"]
    assert at > 12


def add_many(path: Path, prefix: str, num: int, told: int | None = None) -> None:
    library = Library.open(path)
    for number in range(num):
        name = f"{prefix}{number}"
        body = (
            f"(x: int) -> int; return add(x, {number})" if number % 5 else "(x: int) -> int; return double(x)"
        )
        library.add([library.new_entry(name, "Adds a number.", body)])
        shared = f"shared{number}"
        library.add(
            [library.new_entry(shared, "Takes a number away.", f"(x: int) -> int; return sub(x, {number})")]
        )
        if told is not None:
            os.write(told, f"{name} {shared} ".encode())


def test_writers_and_readers_at_one_time_lose_nothing(path: Path) -> None:
    writers = [FORK.Process(target=add_many, args=(path, prefix, 30)) for prefix in ("a", "b")]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert Library.open(path).damaged == ()
    assert [writer.exitcode for writer in writers] == [0, 0]
    library = Library.open(path)
    assert library.damaged == ()
    added = [f"{prefix}{number}" for prefix in ("a", "b", "shared") for number in range(30)]
    assert sorted(names(library)) == sorted(["double", "double_all", "flip", *added])
    assert [int(file.name[:6]) for file in files(path)] == list(range(1, 94))


@pytest.mark.slow
def test_a_kill_at_fifty_moments_loses_nothing_that_was_added(path: Path) -> None:
    draws = random.Random(0)
    told: set[str] = set()
    for round_ in range(50):
        read, write = os.pipe()
        child = FORK.Process(target=add_many, args=(path, f"r{round_}x", 1000, write))
        child.start()
        said = b""
        for _ in range(draws.randrange(4)):  # some are killed before they add anything, others amid the third
            said += os.read(read, 1 << 16)
        time.sleep(draws.uniform(0.0, 0.004))
        os.kill(child.pid or 0, signal.SIGKILL)
        child.join()
        os.close(write)
        while piece := os.read(read, 1 << 16):
            said += piece
        told |= set(said.decode().split(" ")[:-1])
        os.close(read)
        library = Library.open(path)
        assert library.damaged == ()
        assert told <= set(names(library))
    assert len(told) > 50

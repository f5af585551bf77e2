import errno
import os
from pathlib import Path

import pytest

from mcts_compose.errors import InputError, OutputError
from mcts_compose.library.gaps import gaps, split_by
from mcts_compose.library.library import Library
from mcts_compose.library.repair import repair
from tests.mcts_compose.library.shelf_of_three import DOUBLE, files, make_three, names


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_three(tmp_path / "lib")
    return tmp_path / "lib"


def all_known(path: Path) -> bool:
    return all(damage.is_known for damage in Library.open(path).damaged)


def test_a_sound_library_is_left_as_it_is(path: Path) -> None:
    before = sorted(path.rglob("*"))
    assert repair(path) == []
    assert sorted(path.rglob("*")) == before


def test_a_damaged_file_is_set_aside_with_all_its_bytes(path: Path) -> None:
    file = files(path)[0]
    file.write_bytes(b"damaged")
    (said,) = repair(path)
    assert said.startswith(f"skills/{file.name}: it does not end with") and "moved to damaged/" in said
    assert (path / "damaged" / file.name).read_bytes() == b"damaged"
    library = Library.open(path)
    assert names(library) == ["flip"] and all_known(path)
    assert [damage.file[:13] for damage in library.damaged] == ["skills/000001", "skills/000002"]
    assert repair(path) == []


def test_a_number_that_was_set_aside_is_not_given_again(path: Path) -> None:
    files(path)[2].write_bytes(b"damaged")
    repair(path)
    library = Library.open(path)
    assert [damage.numbers for damage in library.damaged] == [(3, 3)] and all_known(path)
    library.add([library.new_entry("inc", "Adds one.", "(x: int) -> int; return add(x, 1)")])
    assert [file.name[:6] for file in files(path)] == ["000001", "000002", "000004"]
    assert [damage.numbers for damage in Library.open(path).damaged] == [(3, 3)] and all_known(path)
    library.add([library.new_entry("dec", "Takes one.", "(x: int) -> int; return sub(x, 1)")])
    files(path)[2].unlink()
    assert [damage.numbers for damage in Library.open(path).damaged] == [(3, 3), (4, 4)]
    assert not all_known(path)


def test_what_was_set_aside_and_is_learnt_anew_heals_what_calls_it(path: Path) -> None:
    files(path)[0].write_bytes(b"damaged")
    repair(path)
    library = Library.open(path)
    library.add([library.new_entry("double", "Doubles a number.", DOUBLE)])
    library = Library.open(path)
    assert names(library) == ["flip", "double", "double_all"]
    assert [damage.numbers for damage in library.damaged] == [(1, 1)] and all_known(path)


def test_a_skill_put_back_is_there_again(path: Path) -> None:
    file = files(path)[0]
    content = file.read_bytes()
    file.write_bytes(b"damaged")
    repair(path)
    file.write_bytes(content)
    library = Library.open(path)
    assert names(library) == ["double", "double_all", "flip"] and library.damaged == ()


def test_a_renamed_file_gets_its_name_back(path: Path) -> None:
    first, second, _ = files(path)
    first.rename(first.with_name("notes.txt"))
    second.rename(second.with_name("000009-double_all-00000000.json"))
    said = repair(path)
    assert len(said) == 2 and all("renamed to" in sentence for sentence in said)
    library = Library.open(path)
    assert library.damaged == () and names(library) == ["double", "double_all", "flip"]


def test_a_lost_file_becomes_a_known_loss(path: Path) -> None:
    files(path)[0].unlink()
    (said,) = repair(path)
    assert said == "skills/000001: the skill of this number is not there; noted in damaged/"
    library = Library.open(path)
    assert len(library.damaged) == 2 and all_known(path) and names(library) == ["flip"]
    library.add([library.new_entry("inc", "Adds one.", "(x: int) -> int; return add(x, 1)")])
    library.add([library.new_entry("dec", "Takes one.", "(x: int) -> int; return sub(x, 1)")])
    files(path)[2].unlink()
    assert not all_known(path)


def test_a_damaged_or_lost_header_is_written_anew(path: Path) -> None:
    (path / "library.json").write_bytes(b"x")
    assert len(repair(path)) == 1 and (path / "damaged" / "library.json").read_bytes() == b"x"
    assert Library.open(path).damaged == () and Library.open(path).id
    (path / "library.json").unlink()
    with pytest.raises(InputError, match="library repair makes a new one"):
        Library.open(path)
    assert len(repair(path)) == 1 and Library.open(path).damaged == ()
    (path / "library.json").write_bytes(b"y")
    repair(path)
    assert (path / "damaged" / "library.json.2").read_bytes() == b"y"


def test_files_that_were_never_finished_are_ignored_and_removed(path: Path) -> None:
    stale = path / "skills" / ".000004-inc-00000000.json.77.tmp"
    stale.write_bytes(b"half")
    assert Library.open(path).damaged == ()
    assert repair(path) == [f"skills/{stale.name}: removed; it was never finished"]
    assert not stale.exists()


def test_a_skill_that_calls_another_content_than_is_there_is_set_aside(path: Path, tmp_path: Path) -> None:
    other = Library.open(tmp_path / "other", create=True)
    other.add([other.new_entry("double", "Doubles.", "(x: int) -> int; return mul(x, 2)")])
    files(path)[0].unlink()
    files(tmp_path / "other")[0].rename(path / "skills" / files(tmp_path / "other")[0].name)
    library = Library.open(path)
    assert names(library) == ["double", "flip"] and not all_known(path)
    assert "calls 'double', but another one than is there" in str(library.damaged[0])
    repair(path)
    assert names(Library.open(path)) == ["double", "flip"] and all_known(path)


def test_what_is_no_library_is_not_repaired(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    for wrong in (tmp_path, tmp_path / "thesis.txt", tmp_path / "none"):
        with pytest.raises(InputError):
            repair(wrong)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_full_disk_while_mending_is_one_sentence_and_loses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = files(path)[0]
    file.write_bytes(b"damaged")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", full)
        with pytest.raises(OutputError, match="No space left on device"):
            repair(path)
    assert file.read_bytes() == b"damaged"
    repair(path)
    assert all_known(path)


def test_gaps_are_the_numbers_that_are_not_there() -> None:
    for numbers in ([], [1], [2], [1, 2, 3], [3, 5, 9], [9, 3, 5]):
        missing = [number for number in range(1, max(numbers, default=0)) if number not in numbers]
        assert [n for first, last in gaps(numbers) for n in range(first, last + 1)] == missing


def test_a_range_is_cut_where_known_ranges_begin_and_end() -> None:
    known = [(8, 12), (3, 4), (4, 5)]
    pieces = split_by((2, 10), known)
    assert pieces == [((2, 2), False), ((3, 4), True), ((5, 5), True), ((6, 7), False), ((8, 10), True)]
    assert split_by((1, 2), []) == [((1, 2), False)]

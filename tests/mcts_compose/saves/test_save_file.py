import errno
import os

import numpy as np
import pytest

from mcts_compose.saves import block_file, save_file
from mcts_compose.saves.block_file import BLOCK
from mcts_compose.saves.save_file import Save, SavedState, SaveError, joined, write_save

IDENTITY = {"task": "one", "seed": 3, "options": {"cut": 1.0}}
STATE = SavedState(
    {"seconds": 1.5, "level": 7, "name": "x"},
    {
        "words": np.arange(-700, 5000, dtype=np.int64),
        "bytes": np.arange(77, dtype=np.int8),
        "nothing": np.empty(0, np.float64),
        "halves": np.linspace(-1, 1, 3 * BLOCK).astype(np.float32),
    },
)


@pytest.fixture
def file(tmp_path):
    written = tmp_path / "search.save"
    write_save(written, IDENTITY, STATE)
    return written


def read(file, identity=IDENTITY):
    save = Save(file, identity)
    return SavedState(save.facts, {name: save.array(name) for name in STATE.arrays})


def assert_is_state(found):
    assert found.facts == STATE.facts
    for name, array in STATE.arrays.items():
        assert found.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(found.arrays[name], array)


@pytest.mark.parametrize("chunk", [BLOCK, 3 * BLOCK, block_file.CHUNK])
def test_save_gives_back_what_was_saved_in_chunks_of_any_size(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(block_file, "CHUNK", chunk)
    write_save(tmp_path / "save", IDENTITY, STATE)
    assert_is_state(read(tmp_path / "save"))


@pytest.mark.parametrize("chunk", [BLOCK, block_file.CHUNK])
def test_rows_that_do_not_lie_one_behind_the_other_are_read_as_if_they_did(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(block_file, "CHUNK", chunk)
    rows = np.arange(70_000).reshape(-1, 70)[:, 5:25]
    write_save(tmp_path / "save", IDENTITY, SavedState({}, {"rows": rows}))
    np.testing.assert_array_equal(Save(tmp_path / "save", IDENTITY).array("rows"), rows.ravel())


def test_array_is_read_into_the_front_of_a_larger_one(file):
    target = np.full(6000, 9, np.int64)
    Save(file, IDENTITY).fill("words", target)
    np.testing.assert_array_equal(target[:5700], STATE.arrays["words"])
    assert (target[5700:] == 9).all()


def test_save_that_would_not_fit_is_refused(file):
    with pytest.raises(SaveError, match="at most 10"):
        Save(file, IDENTITY).fill("words", np.empty(10, np.int64))
    with pytest.raises(SaveError, match="but should be at most"):
        Save(file, IDENTITY).fill("words", np.empty(6000, np.float64))
    with pytest.raises(SaveError, match="no array other"):
        Save(file, IDENTITY).array("other")


def test_every_cut_and_every_flipped_bit_that_matters_is_found(file):
    whole = file.read_bytes()
    for length in (0, 1, BLOCK, len(whole) // 2, len(whole) - BLOCK, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(SaveError):
            read(file)
    rng = np.random.default_rng(0)
    found = 0
    for place in rng.integers(0, len(whole), 300).tolist() + list(range(len(whole) - 32, len(whole))):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        try:
            assert_is_state(read(file))  # what stands between the arrays says nothing
        except SaveError as error:
            found += 1
            assert "\n" not in str(error)
    assert found > 200


def test_other_search_is_refused_and_what_differs_is_named(file):
    with pytest.raises(SaveError, match="of a search with seed 3, but should be of one with 4"):
        Save(file, {**IDENTITY, "seed": 4})
    with pytest.raises(SaveError, match="with prior None, but should be of one with 'uniform'"):
        Save(file, {**IDENTITY, "prior": "uniform"})


def test_other_format_is_refused(file, monkeypatch):
    now = save_file.FORMAT
    monkeypatch.setattr(save_file, "FORMAT", now + 1)
    with pytest.raises(SaveError, match=f"format {now}, but should be {now + 1}"):
        Save(file, IDENTITY)


@pytest.mark.parametrize("written", [0, BLOCK, 5 * BLOCK])
def test_full_disk_leaves_the_last_save_as_it_is(file, monkeypatch, written):
    whole = file.read_bytes()
    real_write, left = os.write, written

    def write(descriptor, data):
        nonlocal left
        if left == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        part = data[:left]
        left -= len(part)
        return real_write(descriptor, part)

    monkeypatch.setattr(block_file.os, "write", write)
    with pytest.raises(OSError, match="No space left"):
        write_save(file, IDENTITY, STATE._replace(facts={}))
    assert file.read_bytes() == whole
    assert [entry.name for entry in file.parent.iterdir()] == [file.name]


def test_file_system_without_direct_writes_will_do(tmp_path, monkeypatch):
    real_open = os.open

    def opened(path, flags, mode=0o777):
        if flags & os.O_DIRECT:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return real_open(path, flags, mode)

    monkeypatch.setattr(block_file.os, "open", opened)
    write_save(tmp_path / "save", IDENTITY, STATE)
    monkeypatch.undo()
    assert_is_state(read(tmp_path / "save"))


def test_parts_of_one_state_must_name_their_arrays_apart():
    parts = {
        "one": SavedState({"a": 1}, {"x": np.zeros(1)}),
        "other": SavedState({"a": 2}, {"y": np.ones(1)}),
    }
    whole = joined({"seconds": 3.0}, parts)
    assert whole.facts == {"seconds": 3.0, "one": {"a": 1}, "other": {"a": 2}}
    assert list(whole.arrays) == ["x", "y"]
    with pytest.raises(AssertionError):
        joined({}, {"one": parts["one"], "other": parts["one"]})

"""Shards on disk."""

import numpy as np
import pytest

from priors.arguments import PriorArgumentError
from priors.training.shards import Sample, load_shard, make_shard, save_shard, shard_paths

SAMPLES = [
    Sample([1, 2, 3], [5, 6], [7, 8, 9], [[4, 5], [6]], [True, False], 0.5, [3.0, 1.0]),
    Sample([1], [], []),
    Sample([2, 2], [9], [7, 9], [[8]], [False]),
]


def test_a_shard_is_read_as_it_was_written(tmp_path):
    shard = make_shard(SAMPLES, {"vocabulary": "v"})
    save_shard(shard, tmp_path / "shard-00000.npz")
    found = load_shard(tmp_path / "shard-00000.npz")
    for name, array in shard._asdict().items():
        np.testing.assert_array_equal(getattr(found, name), array)
    assert found.details == {"vocabulary": "v"}
    assert found.tokens.tolist() == [1, 2, 3, 7, 8, 9, 1, 2, 2, 7, 9]
    assert found.offsets.tolist() == [0, 6, 7, 11]
    assert found.bag_weights.tolist() == [0.75, 0.25, 1.0]
    assert found.arm_samples.tolist() == [0, 0, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["shard-00000.npz"]


@pytest.mark.parametrize(
    "sample",
    [
        Sample([], [1], []),
        Sample([1], [1], [], [[2]], []),
        Sample([1], [1, 2], [], bag_weights=[1.0]),
        Sample([1], [1], [], bag_weights=[0.0]),
        Sample([1], [1], [], bag_weights=[float("nan")]),
    ],
)
def test_samples_that_make_no_sense_are_refused(sample):
    with pytest.raises(ValueError):
        make_shard([sample], {})


def test_only_finished_shards_are_found_by_name(tmp_path):
    for name in ("shard-00001.npz", ".shard-00002.npz.17.tmp", "shard-00000.npz", "other.npz"):
        (tmp_path / name).touch()
    assert [path.name for path in shard_paths(tmp_path)] == ["shard-00000.npz", "shard-00001.npz"]


@pytest.mark.parametrize("keep", [0, 10, 300, -1])
def test_torn_shards_are_refused_in_one_sentence(tmp_path, keep):
    path = tmp_path / "shard-00000.npz"
    save_shard(make_shard(SAMPLES, {}), path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(PriorArgumentError, match=r"shard-00000\.npz"):
        load_shard(path)


def test_other_files_are_refused_and_never_unpickled(tmp_path):
    np.savez(tmp_path / "a.npz", tokens=np.array([{"an": "object"}], dtype=object))
    with pytest.raises(PriorArgumentError, match="no shard of samples"):
        load_shard(tmp_path / "a.npz")
    with pytest.raises(PriorArgumentError, match="No such file"):
        load_shard(tmp_path / "b.npz")

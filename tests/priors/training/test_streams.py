"""The order in which shards are trained on."""

import pytest

from priors.arguments import PriorArgumentError
from priors.training.batches import Sizes
from priors.training.shards import load_shard, shard_paths
from priors.training.streams import Stream
from tests.priors.training.made_up import VOCABULARY, roles, write_shards

SIZES = Sizes(rows=32, batch_words=4096, arms=4, words=99, examples=(1.0,))


def stream(directory, **changes):
    return Stream(directory, roles(), **{"vocabulary": VOCABULARY, "sizes": SIZES, "seed": 5} | changes)


def test_shards_are_taken_in_turn_but_for_the_first(tmp_path):
    source = stream(write_shards(tmp_path / "data", num_shards=4))
    names = []
    for _ in range(60):
        source.next()
        if not names or names[-1] != source.place.shard:
            names.append(source.place.shard)
    assert names[:3] == ["shard-00001.npz", "shard-00002.npz", "shard-00003.npz"]
    assert len(names) >= 4 and "shard-00000.npz" not in names


def test_a_stream_goes_on_where_another_stood(tmp_path):
    directory = write_shards(tmp_path / "data")
    first = stream(directory)
    for _ in range(9):
        first.next()
    second = stream(directory, place=first.place)
    for _ in range(12):
        assert first.next().tokens.tolist() == second.next().tokens.tolist()
    assert first.place == second.place


def test_the_held_out_shard_is_the_first(tmp_path):
    directory = write_shards(tmp_path / "data")
    held_out = stream(directory).held_out()
    assert sum(len(batch.tokens) for batch in held_out) == len(load_shard(shard_paths(directory)[0]))


def test_a_growing_directory_is_waited_for(tmp_path):
    (tmp_path / "data").mkdir()
    asked = []

    def is_growing():
        asked.append(1)
        if len(asked) == 2:
            write_shards(tmp_path / "data", num_shards=2)
        return True

    assert len(stream(tmp_path / "data", is_growing=is_growing).next().tokens) > 0
    assert len(asked) >= 2


def test_what_cannot_be_trained_on_is_said(tmp_path):
    with pytest.raises(PriorArgumentError, match="holds 0 shards"):
        stream(tmp_path).held_out()
    one = write_shards(tmp_path / "one", num_shards=1)
    with pytest.raises(PriorArgumentError, match="holds 1 shards"):
        stream(one).next()
    with pytest.raises(PriorArgumentError, match="made for vocabulary made up, not another"):
        stream(write_shards(tmp_path / "data"), vocabulary="another").next()
    with pytest.raises(PriorArgumentError, match="no sample is short enough"):
        stream(tmp_path / "data", sizes=SIZES._replace(words=3)).next()

"""Rows of batches."""

import numpy as np

from priors.training.batches import Sizes, batches_of
from priors.training.shards import Sample, make_shard
from tests.priors.training.made_up import BAG, END, EX, PRG, WAY, roles, sample, skill

ALL = Sizes(rows=96, batch_words=10_000, arms=9, words=999, examples=(0.0, 0.0, 0.0, 1.0))
NOISE = 48


def shard_of(num, seed=0):
    rng = np.random.default_rng(seed)
    return make_shard([sample(rng, num_arms=k % 5) for k in range(num)], {})


def one_row(example_chances):
    task = Sample(
        [8, NOISE, EX, 49, EX, 50, 51, BAG],
        [skill(0, 1), skill(2, 2)],
        [PRG, skill(0, 1), END],
        [[skill(0, 0), WAY], [skill(1, 1), NOISE, WAY]],
        [True, False],
        weight=2.0,
        bag_weights=[3.0, 1.0],
    )
    (batch,) = batches_of(make_shard([task], {}), roles(), ALL._replace(examples=example_chances), [0])
    return batch


def test_branches_follow_the_prompt_and_nothing_else():
    batch = one_row((0, 0, 0, 1))
    prompt = [8, NOISE, EX, 49, EX, 50, 51, BAG]
    branches = [PRG, skill(0, 1), END, skill(0, 0), WAY, skill(1, 1), NOISE, WAY]
    assert batch.tokens.tolist() == [[*prompt, *branches]]
    assert batch.segments.tolist() == [[0] * 8 + [1] * 3 + [2] * 2 + [3] * 3]
    assert batch.positions.tolist() == [[*range(8), 8, 9, 10, 8, 9, 8, 9, 10]]


def test_what_is_asked_where():
    batch = one_row((0, 0, 0, 1))
    assert batch.asked.tolist() == [[7, 8, 9, 12, 15]]
    assert batch.bag_places.tolist() == [0]
    columns = {word: column for column, word in enumerate(roles().priced)}
    assert batch.bag_targets[0, columns[skill(0, 1)]] == 0.75
    assert batch.bag_targets[0, columns[skill(2, 2)]] == 0.25
    assert batch.bag_weights.tolist() == [2.0]
    assert batch.program_places.tolist() == [1, 2]
    assert [roles().spoken[target] for target in batch.program_targets] == [skill(0, 1), END]
    assert batch.program_weights.tolist() == [1.0, 1.0]
    assert batch.way_places.tolist() == [3, 4]
    assert batch.way_targets.tolist() == [1.0, 0.0]
    assert batch.way_weights.tolist() == [1.0, 1.0]


def test_examples_are_hidden_from_the_last_on():
    shown = [one_row(chances).tokens[0] for chances in ((1.0,), (0.0, 1.0), (0.0, 0.0, 1.0), (0, 0, 0, 1.0))]
    before_bag = [row[: row.tolist().index(BAG)].tolist() for row in shown]
    assert before_bag == [
        [8, NOISE],
        [8, NOISE, EX, 49],
        [8, NOISE, EX, 49, EX, 50, 51],
        [8, NOISE, EX, 49, EX, 50, 51],
    ]


def test_every_sample_is_in_one_batch():
    shard = shard_of(150)
    sizes = ALL._replace(rows=7, examples=(0.3, 0.3, 0.4))
    found = [
        tuple(row[: list(row).index(EX) if EX in row else list(row).index(BAG)])
        for batch in batches_of(shard, roles(), sizes, [1])
        for row in batch.tokens.tolist()
    ]
    expected = [
        tuple(words[: words.index(EX)])
        for first in range(150)
        for words in [shard.tokens[shard.offsets[first] : shard.offsets[first + 1]].tolist()]
    ]
    assert sorted(found) == sorted(expected)


def test_batches_stay_within_their_bounds():
    shard = shard_of(300)
    for batch in batches_of(shard, roles(), ALL._replace(rows=20, batch_words=400, arms=2, words=30), [2]):
        assert len(batch.tokens) <= 20
        assert batch.tokens.size <= 400
        assert batch.tokens.shape[1] <= 30
        assert (batch.segments.max(axis=1) <= 3).all(), "two arms at most"
        assert (batch.segments >= 0).any(axis=0).all(), "no column is padding alone"


def test_the_seed_decides_the_order():
    shard = shard_of(120)
    sizes = ALL._replace(rows=16, examples=(0.5, 0.5))
    first, again, other = (
        [batch.tokens.tolist() for batch in batches_of(shard, roles(), sizes, [seed])] for seed in (3, 3, 4)
    )
    assert first == again
    assert first != other


def test_a_sample_without_bag_or_program_asks_for_neither():
    task = Sample([8, BAG], [], [], [[skill(0, 0), WAY]], [True])
    (batch,) = batches_of(make_shard([task], {}), roles(), ALL, [0])
    assert len(batch.bag_places) == len(batch.program_places) == 0
    assert len(batch.way_places) == 1

"""The bank's words and its hash table: widths, collisions, growth."""

import random

import numpy as np
import pytest

from mcts_compose.search import layout as at
from mcts_compose.search.bank import add_contents, intern, look_up, rehash
from mcts_compose.search.contents import digest, finish_hash, packed_size
from tests.mcts_compose.search.bank_contents import all_contents
from tests.mcts_compose.search.check_tree import looked_up
from tests.mcts_compose.search.problems import make_engine, make_problem
from vm.values import INT_MAX, INT_MIN, Elem, ValueType, encode

NUMBERS = ValueType(Elem.INT, 1)
FLOATS = ValueType(Elem.FLOAT, 1)
EDGES = {
    0: [0, 1, -1, 127, -128],
    1: [128, -129, 32767, -32768],
    2: [32768, -32769, 2**31 - 1, -(2**31)],
    3: [2**31, -(2**31) - 1, INT_MAX, INT_MIN, INT_MIN + 1],
}


@pytest.fixture
def engine():
    problem = make_problem("x: list[int] -> list[int]", [([3, 1],), ([2],)], [[1], [4]], ("sort",))
    return make_engine(problem)


def intern_batch(engine, batch, cost=5):
    """The id of a batch's contents."""
    source, shape = engine._put_batch(batch)
    contents, _ = intern(*engine.bank, batch.type.kind, shape, source, cost, at.LEAF_LITERAL, 0, 0, 0)
    return int(contents)


def width_of(engine, contents):
    return (int(engine.bank.pool[contents]) >> 8) & 0xFF


@pytest.mark.parametrize("width", EDGES)
def test_words_take_the_fewest_bytes_and_come_back(engine, width):
    for word in EDGES[width]:
        for values in ([[word], []], [[], [word]], [[0, word, 1], [word]], [[1] * 9, [word, 2]]):
            batch = encode(values, NUMBERS)
            contents = intern_batch(engine, batch)
            assert width_of(engine, contents) == width
            assert engine.values(contents).words.tolist() == batch.words.tolist()
            assert engine.values(contents).rows.tolist() == batch.rows.tolist()
            assert intern_batch(engine, batch) == contents


def test_random_words_come_back_and_stay_themselves(engine):
    draw = random.Random(3)
    known = {}
    for _ in range(2000):
        bits = draw.choice((1, 7, 8, 15, 16, 31, 32, 62, 63))
        values = [[draw.randint(-(2**bits), 2**bits - 1) for _ in range(draw.randrange(7))] for _ in range(2)]
        key = str(values)
        contents = intern_batch(engine, encode(values, NUMBERS))
        assert known.setdefault(key, contents) == contents
    assert len(set(known.values())) == len(known)
    for key, contents in known.items():
        assert str([list(map(int, part)) for part in _split(engine.values(contents))]) == key


def _split(batch):
    ends = np.cumsum(batch.rows)
    return [batch.words[end - size : end] for end, size in zip(ends, batch.rows, strict=True)]


def test_floats_keep_their_bits(engine):
    values = [[0.0, -0.0, 1.5, float("inf")], [float("nan"), -1e-310, 1e300]]
    contents = intern_batch(engine, encode(values, FLOATS))
    assert width_of(engine, contents) == 3
    assert engine.values(contents).words.tolist() == encode(values, FLOATS).words.tolist()
    assert intern_batch(engine, encode([[0.0], []], FLOATS)) != intern_batch(
        engine, encode([[-0.0], []], FLOATS)
    )


def test_equal_words_of_another_type_or_shape_are_other_contents(engine):
    batches = [
        encode([[1], [0]], NUMBERS),
        encode([1, 0], ValueType(Elem.INT, 0)),
        encode([True, False], ValueType(Elem.BOOL, 0)),
        encode([[True], [False]], ValueType(Elem.BOOL, 1)),
        encode([[[1]], [[0]]], ValueType(Elem.INT, 2)),
        encode([[1, 0], []], NUMBERS),
        encode([[], [1, 0]], NUMBERS),
        encode([[[1, 0]], []], ValueType(Elem.INT, 2)),
        encode([[[1], [0]], []], ValueType(Elem.INT, 2)),
    ]
    ids = [intern_batch(engine, batch) for batch in batches]
    assert len(set(ids)) == len(ids)
    assert [intern_batch(engine, batch) for batch in batches] == ids


@pytest.mark.parametrize("hashed", [5, 2**63 + 77, 2**64 - 1], ids=["first", "middle", "last slot"])
def test_contents_of_one_hash_are_told_apart_by_their_words(engine, hashed):
    hashed = np.uint64(hashed)
    bank, kind = engine.bank, NUMBERS.kind
    ids = {}
    for number in range(300):
        batch = encode([[number % 7, number], [number - 150]], NUMBERS)
        source, shape = engine._put_batch(batch)
        found, slot = look_up(*bank[:6], hashed, kind, shape, source, 3)
        assert found == 0
        _, spread = digest(bank.memory, source, 3)
        ids[number] = add_contents(
            *bank[:7], slot, hashed, kind, shape, source, 3, spread, 9, at.LEAF_LITERAL, 0, 0, 0
        )  # fmt: skip
    for number, contents in ids.items():
        batch = encode([[number % 7, number], [number - 150]], NUMBERS)
        source, shape = engine._put_batch(batch)
        assert look_up(*bank[:6], hashed, kind, shape, source, 3)[0] == contents
        assert look_up(*bank[:6], hashed, FLOATS.kind, shape, source, 3)[0] == 0


def test_the_hash_depends_on_every_word_the_shape_and_the_type(engine):
    memory = engine.memory
    source, shape = engine._put_batch(encode([[3, -4, 5], [6]], NUMBERS))

    def hash_of(shape, kind):
        mixed, _ = digest(memory, source, 4)
        return int(finish_hash(np.uint64(mixed), shape, kind))

    hashes = {
        hash_of(shape, NUMBERS.kind),
        hash_of(shape, FLOATS.kind),
        hash_of(shape + memory[at.REC], NUMBERS.kind),
    }  # fmt: skip
    for place in range(4):
        for bit in (0, 1, 31, 62, 63):
            words = memory[source : source + 4].view(np.uint64)
            words[place] ^= np.uint64(1 << bit)
            hashes.add(hash_of(shape, NUMBERS.kind))
            words[place] ^= np.uint64(1 << bit)
    assert len(hashes) == 3 + 4 * 5


def test_packed_words_fill_whole_pool_words():
    for width, words, size in (
        (0, 0, 0),
        (0, 1, 1),
        (0, 8, 1),
        (0, 9, 2),
        (1, 4, 1),
        (1, 5, 2),
        (2, 3, 2),
        (3, 3, 3),
    ):
        assert packed_size(words, width) == size


def test_a_larger_table_keeps_everything():
    problem = make_problem(
        "x: list[int] -> list[int]", [([3, 1, 2],), ([2, 9],)], [[1], [4]], ("add", "sort", "tail")
    )
    engine = make_engine(problem)
    first = len(engine.bank.table)
    while len(engine.bank.table) == first:
        engine.run_root(20_000)
    contents = all_contents(engine)
    assert 2 * len(contents) < len(engine.bank.table)
    assert np.count_nonzero(engine.bank.table) == len(contents)
    assert all(looked_up(engine, one) == one for one in contents[:: max(1, len(contents) // 5000)])


def test_rehash_wraps_round_the_end_of_the_table(engine):
    memory = engine.memory
    tags = [2**32 - 1] * 5 + [2**32 - 2] * 3 + [0] * 4 + [2**31] * 2
    old = np.zeros(16, np.uint64)
    old[: len(tags)] = [tag << 32 | 8 * (number + 1) for number, tag in enumerate(tags)]
    table = np.zeros(32, np.uint64)
    memory[at.TABLE_SHIFT] = 64 - 5
    rehash(memory, old, table)
    assert sorted(table[table != 0].tolist()) == sorted(old[old != 0].tolist())
    for entry in old[old != 0].tolist():
        slot = entry >> 59
        while table[slot] != entry:
            assert table[slot] != 0
            slot = (slot + 1) % 32

"""What is copied of a search says what the search itself said at that moment, whatever becomes of it."""

import numpy as np
import pytest

from mcts_compose.search import layout as at
from mcts_compose.search.expressions import expression
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.snapshot import Snapshot
from tests.mcts_compose.search.bank_contents import all_contents, is_derived, run_levels, type_of
from tests.mcts_compose.search.problems import make_engine, make_problem
from vm.values import Elem, decode

WIDE = [([3, -1, 2], 400, 70_000), ([5, 1, 9], -3, 5), ([], 7, 2), ([2, 2], 0, -(2**20))]
PROBLEMS = {
    "ints of every width": make_problem(
        "x: list[int], n: int, m: int -> list[int]", WIDE, [[9, 1], [2, 2], [7], [0, 4]],
        ["add", "sort", "lt", "square"],
    ),
    "texts": make_problem(
        "s: str, n: int -> str", [("ab", 1), ("", 2), ("xyz", 3)], ["zzq", "zz", "zzr"],
        ["concat", "take", "len"],
    ),
    "floats": make_problem(
        "x: list[float] -> float", [([1.5, 2.0],), ([-0.25],)], [9.0, 8.0], ["add", "sum"]
    ),
    "grids": make_problem(
        "g: grid -> grid", [([[1, 2], [3, 4]],), ([[5, 6, 7]],)], [[[9]], [[8]]],
        ["transpose", "add", "sum_rows"],
    ),
}  # fmt: skip


def grown(problem):
    """An engine after some levels, with all contents that were derived."""
    engine = make_engine(problem, SearchOptions())
    run_levels(engine, 8)
    contents = [one for one in all_contents(engine) if is_derived(engine, one)]
    assert len(contents) > 20
    # The first have every kind of leaf, the last the longest texts.
    return engine, contents if len(contents) < 400 else contents[:200] + contents[-200:]


@pytest.mark.parametrize("name", PROBLEMS)
def test_values_texts_and_derivations_are_the_engines(name):
    engine, contents = grown(PROBLEMS[name])
    copy = Snapshot(engine, contents, 8)
    for one in contents:
        batch, copied = engine.values(one), copy.values(one)
        assert copied.type == batch.type
        for array, expected in zip(copied[1:], batch[1:], strict=True):
            assert array.dtype == expected.dtype and np.array_equal(array, expected)
        assert repr(copy.host_values(one)) == repr(tuple(decode(batch)))
        action, operands = engine.derivation(one)
        assert (copy.derivation(one)[0], list(copy.derivation(one)[1])) == (action, operands)
        for depth in (0, 1, 8):
            assert expression(engine, copy, one, depth) == engine.expression_of(one, depth)
        for operand in operands:
            text = expression(engine, copy, one, 8, operand)
            assert text == expression(engine, engine, one, 8, operand) and "focus" in text


def test_every_kind_of_leaf_and_width_was_among_them():
    leaves, widths, elems = set(), set(), set()
    for problem in PROBLEMS.values():
        engine, contents = grown(problem)
        leaves |= {engine.leaf(one)[0] for one in contents if engine.derivation(one)[0] < 0}
        widths |= {int(engine.bank.pool[one]) >> 8 & 0xFF for one in contents}
        elems |= {type_of(engine, one) for one in contents}
    assert leaves == {"input", "constant", "literal"}
    assert widths == {0, 1, 2, 3}
    assert {type_.elem for type_ in elems} == {Elem.INT, Elem.BOOL, Elem.CHAR, Elem.FLOAT}
    assert {type_.rank for type_ in elems} == {0, 1, 2}


@pytest.mark.parametrize("depth", [0, 1])
def test_no_more_is_copied_than_texts_of_a_depth_name(depth):
    engine, contents = grown(PROBLEMS["ints of every width"])
    deep = max(contents, key=lambda one: len(engine.expression_of(one, 20)))
    copy = Snapshot(engine, [deep], depth)
    assert expression(engine, copy, deep, depth) == engine.expression_of(deep, depth)
    with pytest.raises(KeyError):
        expression(engine, copy, deep, 20)


def test_what_was_copied_outlives_the_search():
    engine, contents = grown(PROBLEMS["texts"])
    texts = [engine.expression_of(one, 8) for one in contents]
    values = [tuple(decode(engine.values(one))) for one in contents]
    copy = Snapshot(engine, contents, 8)
    engine.bank.pool[at.FIRST_ID : int(engine.memory[at.POOL_TOP])] = -1
    assert [expression(engine, copy, one, 8) for one in contents] == texts
    assert [copy.host_values(one) for one in contents] == values

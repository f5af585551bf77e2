"""Parts of one search: every contents is on its level in some part, whatever constants a part infers."""

import numpy as np
import pytest

from mcts_compose.search import layout as at
from mcts_compose.search import tree as kernels
from mcts_compose.search.bank import intern
from mcts_compose.search.contents import clear_flag, cost_of, flags_of, set_flag
from mcts_compose.search.focus_tree import FocusTree
from mcts_compose.search.levels import run_level, segment
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.part import Part
from mcts_compose.search.shares import is_foreign, owner_of
from tests.mcts_compose.search.bank_contents import all_contents, costs_by_values, run_levels
from tests.mcts_compose.search.brute_force import BruteForce
from tests.mcts_compose.search.problems import CONSTANT_PRICE, PLAIN, make_engine, make_problem
from vm.values import encode

ROWS = [([3, 1, 2, 2],), ([5, 4, 1],), ([8, 0, -7, 9],)]
SKILLS = ("tail", "head", "reverse", "len", "take", "add", "max", "lt", "compress")
MORE_SKILLS = (*SKILLS, "sort", "cumsum", "append", "concat", "replace", "insert", "select", "index", "mod")
OUT_OF_REACH = [[977, 1, 5], [5, 5], [123]]


def make_small(skills=SKILLS):
    return make_problem("x: list[int] -> list[int]", ROWS, OUT_OF_REACH, skills)


def engines_of_parts(problem, num_parts, split_level, last):
    """The banks of parts that have run alike up to one level, and then alone up to another."""
    engines = []
    for number in range(num_parts):
        engine = make_engine(problem)
        run_levels(engine, split_level)
        engine.split(Part(number, num_parts))
        run_levels(engine, last)
        engines.append(engine)
    return engines


def items_of(engine, cost):
    """The contents that the root's levels call on at a cost."""
    found = []
    for kind in range(at.NUM_KINDS):
        record = segment(engine.memory, cost, kind)
        found += engine.bank.items[engine.memory[record] : engine.memory[record + 1]].tolist()
    return found


def key_of(engine, contents):
    """What a contents is in every bank."""
    batch = engine.values(contents)
    return batch.type, batch.words.tobytes(), batch.rows.tobytes(), batch.cols.tobytes()


def levels_by_key(engine, last):
    """The levels that call on a contents, by what it is."""
    found = {}
    for level in range(1, last + 1):
        for contents in items_of(engine, level):
            found.setdefault(key_of(engine, contents), set()).add(level)
    return found


def put(engine, batch, cost, action, operand=0):
    """Puts a contents into the bank; returns its id."""
    source, shape = engine._put_batch(batch)
    return intern(*engine.bank, batch.type.kind, shape, source, cost, action, operand, 0, 0)[0]


def guess(engine, batch, cost, action, operand=0):
    """Makes an unknown contents known as an inferred constant, or as what a call makes of a guess."""
    contents = put(engine, batch, at.INFINITE_COST, at.UNDERIVED)
    if engine.cost(contents) < at.INFINITE_COST:
        return 0
    put(engine, batch, cost, action, operand)
    if engine.is_split and action == at.LEAF_LITERAL:
        set_flag(engine.bank.pool, contents, at.GUESSED)
    return contents


class Guesses:
    """Contents of a whole search, to be inferred long before calls give them."""

    def __init__(self, whole, seed):
        ids = [contents for contents in all_contents(whole) if whole.cost(contents) > 3]
        self._known = [(whole.values(contents), whole.cost(contents)) for contents in ids]
        self._rng = np.random.default_rng(seed)

    def tell(self, engine, most):
        """Makes some of them known: constants, and what trees and the goal-directed test make of those."""
        for _ in range(self._rng.integers(most)):
            constant = guess(engine, *self._any(), at.LEAF_LITERAL)
            if constant and self._rng.random() < 0.5:
                guess(engine, *self._any(), engine.first_action, constant)

    def _any(self):
        batch, cost = self._known[self._rng.integers(len(self._known))]
        return batch, int(self._rng.integers(2, cost))

    def steps(self):
        return int(self._rng.choice([50, 500, 50_000]))


@pytest.mark.parametrize("seed", range(16))
def test_every_contents_is_on_its_level_whatever_a_part_has_inferred(seed):
    rng = np.random.default_rng(seed)
    problem = make_small(tuple(rng.choice(MORE_SKILLS, rng.integers(3, 7), replace=False)))
    prices = {skill: int(rng.integers(1, 6)) for skill in problem.skills}
    known = make_engine(problem, PLAIN, prices)
    while known.memory[at.CANDIDATES] < 8000 and known.memory[at.LEVEL] < 50:
        known.run_root(4000)
    last, num_parts = int(known.memory[at.LEVEL]) - 1, int(rng.integers(2, 4))
    split_level = int(rng.integers(2, last // 2))
    engines = []
    for number in range(1 + num_parts):  # the first is the whole search
        engine = make_engine(problem, PLAIN, prices)
        engines.append(engine)
        # What all infer before they part is alike; what comes later is each part's own.
        common = Guesses(known, seed)
        common.tell(engine, 1 + seed % 2 * 4)
        run_levels(engine, split_level)
        common.tell(engine, 1 + seed % 3 * 4)
        if number == 0:
            run_levels(engine, last)
            continue
        engine.split(Part(number - 1, num_parts))
        guesses = Guesses(known, [seed, number])
        while engine.memory[at.LEVEL] <= last:
            guesses.tell(engine, 8)
            engine.make_room(at.BATCH)
            run_level(*engine.bank, engine.memory[at.CANDIDATES] + guesses.steps())
    whole, *parts = [levels_by_key(engine, last) for engine in engines]
    level_of = {key: min(levels) for key, levels in whole.items()}
    assert all(any(level in part.get(key, ()) for part in parts) for key, level in level_of.items())
    for engine, part in zip(engines[1:], parts, strict=True):
        shared = engine.memory[at.SHARED_COST]
        assert shared >= (last - engine.memory[at.LEAST_PRICE]) // 2
        assert all(level in part[key] for key, level in level_of.items() if level <= shared)
        assert all(min(levels) >= level_of.get(key, 1) for key, levels in part.items())


@pytest.mark.parametrize("num_parts", [2, 3])
@pytest.mark.parametrize("split_level", [2, 5])
def test_parts_together_find_all_that_brute_force_finds_at_its_cost(num_parts, split_level):
    problem = make_small()
    last = 14
    engines = engines_of_parts(problem, num_parts, split_level, last)
    memory = engines[0].memory
    twin = BruteForce(problem, int(memory[at.CAP]), int(memory[at.MAGNITUDE]), {}, CONSTANT_PRICE)
    twin.run_to(last)
    union = {}
    for engine in engines:
        for key, cost in costs_by_values(engine, twin).items():
            union[key] = min(cost, union.get(key, cost))
    assert {key: cost for key, cost in union.items() if cost <= last} == {
        key: cost for key, cost in twin.costs.items() if cost <= last
    }
    # Nobody could have found all of it alone.
    assert all(len(costs_by_values(engine, twin)) < len(union) for engine in engines)
    assert all(engine.memory[at.SHARED_COST] > split_level for engine in engines if split_level == 2)


def test_what_follows_from_shared_contents_is_enumerated_by_its_owner_alone():
    problem = make_small()
    engines = engines_of_parts(problem, 2, 6, 12)
    shared = 6
    counts = [0, 0]
    for number, engine in enumerate(engines):
        pool = engine.bank.pool
        for cost in range(shared + 1, 13):
            for contents in items_of(engine, cost):
                action, operands = engine.derivation(contents)
                if action >= 0 and all(cost_of(pool, operand) <= shared for operand in operands):
                    counts[number] += 1
                    assert owner_of(*engine.bank[:5], contents) == number
                    assert flags_of(pool, contents) & at.FOREIGN == 0
    assert min(counts) > 0.3 * max(counts)


def test_what_follows_from_a_guess_is_gone_on_with_by_whoever_made_it():
    engine = engines_of_parts(make_small(), 2, 6, 12)[0]
    pool = engine.bank.pool
    left = [contents for contents in all_contents(engine) if flags_of(pool, contents) & at.FOREIGN]
    assert len(left) > 20
    for contents in left:
        assert is_foreign(*engine.bank[:5], contents)
        operand = engine.derivation(contents)[1][0]
        for guessed in (contents, operand):
            set_flag(pool, guessed, at.GUESSED)
            assert not is_foreign(*engine.bank[:5], contents)
            clear_flag(pool, guessed, at.GUESSED)


def test_constants_that_no_level_has_met_are_guesses_when_the_parts_part():
    engine = make_engine(make_small())
    run_levels(engine, 6)
    numbers = engine.problem.goal.type
    late = put(engine, encode([[91, 92]] * 3, numbers), 3, at.LEAF_LITERAL)
    early = put(engine, encode([[81, 82]] * 3, numbers), 9, at.LEAF_LITERAL)
    after = [put(engine, encode([[92]] * 3, numbers), 4, engine.first_action, late)]
    after.append(put(engine, encode([[93]] * 3, numbers), 5, engine.first_action, after[0]))
    put(engine, encode([[82]] * 3, numbers), 10, engine.first_action, early)
    assert not any(flags_of(engine.bank.pool, contents) & at.GUESSED for contents in all_contents(engine))
    engine.split(Part(0, 2))
    guessed = [one for one in all_contents(engine) if flags_of(engine.bank.pool, one) & at.GUESSED]
    assert guessed == [late, *after]


def test_a_part_runs_little_more_than_its_share():
    problem = make_small()
    whole = make_engine(problem)
    run_levels(whole, 16)
    parts = engines_of_parts(problem, 2, 6, 16)
    candidates = [int(engine.memory[at.CANDIDATES]) for engine in (whole, *parts)]
    assert max(candidates[1:]) < 0.75 * candidates[0]


def test_a_contents_that_two_parts_could_go_on_with_is_an_arm_of_one_tree():
    rows = [(list(range(start, start + 9)),) for start in (0, 50, 90)]
    problem = make_problem("x: list[int] -> list[int]", rows, OUT_OF_REACH, SKILLS)
    arms = []
    for engine in engines_of_parts(problem, 2, 8, 8):
        tree = FocusTree(engine, SearchOptions())
        tree.refresh()
        focuses = tree.arms.reshape(-1, kernels.ARM_WORDS)[tree.arms_of(kernels.ROOT), kernels.ARM_CONTENTS]
        arms.append({key_of(engine, int(focus)) for focus in focuses})
    assert min(map(len, arms)) > 20
    assert not arms[0] & arms[1]

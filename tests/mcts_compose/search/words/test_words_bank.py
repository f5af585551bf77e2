"""The enumeration and its kernels against plain twins."""

import math
import random
from itertools import product

import numpy as np
import pytest

from mcts_compose.search.words import layout as at
from mcts_compose.search.words.apply import apply_rows, choose_rows
from mcts_compose.search.words.focus import Neighbourhood, operator_table
from mcts_compose.search.words.forward import Enumeration
from mcts_compose.search.words.nearness import count_goal_ones, score_rows
from mcts_compose.search.words.operators import operators_of
from mcts_compose.search.words.store import make_bank
from mcts_compose.search.words.sweep import sweep
from tests.mcts_compose.search.words.plain_words import (
    BIT_VECTOR,
    apply_plainly,
    levels_plainly,
    make_problem,
    num_reads,
)
from vm.assembly.isa import ASSEMBLY_ROWS
from vm.jit import kernel


def enumerate_to(problem, last, memory_mb=20):
    """A bank whose levels `0 .. last` are complete, with the enumeration that filled it."""
    bank = make_bank(problem, memory_mb)
    enumeration = Enumeration(problem, bank, operators_of(problem.operators, is_weighted=False))
    for _ in enumeration.work():
        if enumeration.level > last:
            break
    return bank, enumeration


def rows_as_sets(bank, enumeration, level, num_words):
    size = int(bank.state[at.SIZE])
    first, last = enumeration.rows_of(level)
    return [
        tuple(row[:num_words]) for row in bank.words[first * size : last * size].reshape(-1, size).tolist()
    ]


@pytest.mark.parametrize(
    ("width", "operators", "last"),
    [
        (8, ("neg", "not", "add", "sub", "and", "or"), 3),
        (32, ("sub", "xor", "lshr", "ashr", "mul"), 2),
        (40, ("add", "shl", "udiv", "sdiv", "srem"), 2),
        (64, ("not", "urem", "ult", "sle", "eq", "ite"), 2),
        (8, ("ite", "slt", "add"), 3),
    ],
)
def test_levels_hold_the_same_contents_as_the_plain_twin(width, operators, last):
    examples = [(3, 250), (0, 7), ((1 << width) - 1, 1), (1 << (width - 1), 9), (5, 5)]
    # A goal that nothing reaches, so that no level is cut short.
    problem = make_problem(lambda x, y: 0x5C ^ (x * x * x + 77 * y), examples, width, operators)
    bank, enumeration = enumerate_to(problem, last)
    plain = levels_plainly(problem, last)
    for level in range(last + 1):
        found = rows_as_sets(bank, enumeration, level, len(examples))
        assert len(found) == len(set(found))
        assert set(found) == plain[level], level


def test_derivations_give_the_stored_words():
    problem = make_problem(lambda x: x ^ 99, [(3,), (200,), (17,)], 8, BIT_VECTOR)
    bank, enumeration = enumerate_to(problem, 2)
    size, names = int(bank.state[at.SIZE]), {ASSEMBLY_ROWS[name].opcode: name for name in BIT_VECTOR}
    words = bank.words.reshape(-1, size)
    for row in range(*enumeration.rows_of(2)):
        opcode, *operands = bank.how[4 * row : 4 * row + 4].tolist()
        name = names[opcode]
        below = [words[each].tolist() for each in operands[: num_reads(name)]]
        assert words[row].tolist() == [apply_plainly(name, each, 8) for each in zip(*below, strict=True)]


def test_goals_lead_to_the_tasks_goal():
    problem = make_problem(
        lambda x: 3 * x + 5, [(3,), (200,), (17,)], 32, ("neg", "not", "add", "sub", "xor")
    )
    bank, enumeration = enumerate_to(problem, 2)
    size, names = int(bank.state[at.SIZE]), {ASSEMBLY_ROWS[name].opcode: name for name in problem.operators}
    words = bank.words.reshape(-1, size).tolist()
    first, last = enumeration.goals_of(1)[0], enumeration.goals_of(2)[1]
    assert last - first > 50
    for goal in range(first, last):
        opcode, is_second, parent, operand = bank.how[4 * goal : 4 * goal + 4].tolist()
        name = names[opcode]
        pair = [words[operand], words[goal]] if is_second else [words[goal], words[operand]]
        below = zip(*pair[: num_reads(name)], strict=True)
        assert words[parent] == [apply_plainly(name, each, 32) for each in below]


def test_nearness_counts_bits_as_the_plain_twin():
    problem = make_problem(lambda x: x & -x, [(3,), (200,), (17,), (96,)], 8, ("add", "and", "neg"))
    bank, enumeration = enumerate_to(problem, 2)
    goals = enumeration.goals_of(0)[0], enumeration.goals_of(1)[1]
    last = enumeration.rows_of(2)[1]
    scores = np.empty(last, np.float32)
    count_goal_ones(bank, *goals)
    score_rows(bank, 0, last, *goals, scores)
    words = bank.words.reshape(-1, int(bank.state[at.SIZE])).tolist()
    for row in range(last):
        best = max(plain_nearness(words[row], words[goal], 8) for goal in range(*goals))
        assert scores[row] == pytest.approx(best, abs=1e-6)


def plain_nearness(words, others, width):
    first = [(word >> bit) & 1 for word in words for bit in range(width)]
    second = [(word >> bit) & 1 for word in others for bit in range(width)]
    if len(set(first)) == 1 or len(set(second)) == 1:
        return 0.0
    pairs = set(zip(first, second, strict=True))
    correlation = abs(np.corrcoef(first, second)[0, 1])
    assert not math.isnan(correlation)
    return 2 * correlation if len(pairs) < 4 else correlation


@pytest.mark.parametrize("width", [8, 32, 40, 64])
def test_operators_on_rows_agree_with_the_machines_reference(width):
    rng = random.Random(width)
    bank = make_bank(make_problem(lambda x: x, [(word,) for word in range(16)], width, ("add",)), 1)
    size, count = int(bank.state[at.SIZE]), 8
    edges = [0, 1, width - 1, width, (1 << width) - 1, 1 << (width - 1)]
    words = [rng.choice([*edges, rng.getrandbits(width)]) for _ in range(2 * count * size)]
    bank.words[: len(words)] = words
    rows = [words[row * size : (row + 1) * size] for row in range(2 * count)]
    for name in BIT_VECTOR:
        if name == "ite":
            choose_block(bank, 0, 1, count, count)
            pairs = [(rows[0], rows[1], rows[count + each]) for each in range(count)]
        else:
            apply_block(bank, ASSEMBLY_ROWS[name].opcode, 0, 1, count, 1, count)
            pairs = [(rows[each], rows[count + each]) for each in range(count)]
        for each, operands in enumerate(pairs):
            below = zip(*operands[: num_reads(name)], strict=True)
            plain = [apply_plainly(name, words_below, width) for words_below in below]
            assert bank.block[each * size : (each + 1) * size].tolist() == plain, name


@kernel
def apply_block(bank, opcode, x, x_step, y, y_step, count):
    apply_rows(bank, opcode, x, x_step, y, y_step, count)


@kernel
def choose_block(bank, condition, x, y, count):
    choose_rows(bank, condition, x, y, count)


def swept(problem):
    """A tree, the rows that a sweep of all contents of cost up to 2 proposes, and the enumeration."""
    bank, enumeration = enumerate_to(problem, 2)
    operators = operators_of(problem.operators, is_weighted=False)
    neighbourhood = Neighbourhood(bank, operators, enumeration)
    rows = np.arange(enumeration.rows_of(2)[1], dtype=np.int64)
    bank.state[at.NUM_NEAR] = 0
    wanted = np.zeros(1 << 14, np.uint64)
    leaves = enumeration.rows_of(0)[1]
    cheap = operator_table(list(operators))
    sweep(bank, wanted, cheap, neighbourhood.inverses, leaves, rows, *enumeration.goals_of(0))
    return bank, enumeration, set(bank.near[: int(bank.state[at.NUM_NEAR])].tolist())


def test_a_sweep_proposes_what_the_plain_twin_proposes():
    """A contents e is proposed if e and an operation on e and a leaf give the goal by add, sub or xor."""
    operators = ("add", "sub", "xor", "lshr", "and")
    examples = [(3,), (200,), (17,), (96,), (255,)]
    problem = make_problem(lambda x: ((x & 200) >> 1) ^ (x & 200), examples, 8, operators, (1, 200))
    bank, enumeration, proposed = swept(problem)
    words = [tuple(row) for row in bank.words.reshape(-1, int(bank.state[at.SIZE])).tolist()]
    leaves = [words[row] for row in range(*enumeration.rows_of(0))]
    goal = words[enumeration.goals_of(0)[0]]
    plain = set()
    for row in range(enumeration.rows_of(2)[1]):
        term = words[row]
        around = [
            tuple(apply_plainly(name, pair, 8) for pair in zip(*operands, strict=True))
            for name in operators
            for leaf in leaves
            for operands in ((term, leaf), (leaf, term))
        ]
        for other, name in product(around, ("add", "sub", "xor")):
            for operands in ((term, other), (other, term)):
                if goal == tuple(apply_plainly(name, pair, 8) for pair in zip(*operands, strict=True)):
                    plain.add(row)
    assert proposed == plain
    assert 0 < len(plain) < enumeration.rows_of(2)[1] / 2


def test_what_the_tree_stores_is_what_its_derivations_give():
    """All stages around one contents, and repetitions: every stored contents is computed again."""
    operators = ("neg", "add", "sub", "xor", "lshr", "and", "ite", "mul")
    problem = make_problem(
        lambda x: (x * 5) ^ (x >> 3) ^ 99, [(3,), (200,), (17,), (96,)], 8, operators, (1, 2)
    )
    bank, enumeration = enumerate_to(problem, 2, memory_mb=50)
    neighbourhood = Neighbourhood(bank, operators_of(operators, is_weighted=False), enumeration)
    for row in range(*enumeration.rows_of(2)):
        neighbourhood.expand(row, 1 + row % 3, 0.3)
        if row % 20 == 0:
            neighbourhood.repeat(row)
    first, last = int(bank.state[at.FORWARD_END]), int(bank.state[at.INNER_COUNT])
    assert last - first > 1000
    size, names = int(bank.state[at.SIZE]), {ASSEMBLY_ROWS[name].opcode: name for name in operators}
    words = bank.words.reshape(-1, size)
    for row in range(first, last):
        opcode, *operands = bank.how[4 * row : 4 * row + 4].tolist()
        name = names[opcode]
        below = zip(*(words[each].tolist() for each in operands[: num_reads(name)]), strict=True)
        assert words[row].tolist() == [apply_plainly(name, each, 8) for each in below], row

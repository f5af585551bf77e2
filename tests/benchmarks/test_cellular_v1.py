"""`cellular-v1`: its definitions are the automata that the literature means."""

import numpy as np
import pytest

from benchmarks.suites.cellular_v1 import STEPS
from benchmarks.suites.curricula.cellular import rings

FUNCTIONS = {step.id: step.function for step in STEPS}
RING = [0, 0, 0, 1, 0, 1, 1, 1, 0, 0]
"""Every neighbourhood of three cells stands in it."""


def each_cell(rule):
    return [rule(RING[place - 1], RING[place], RING[(place + 1) % len(RING)]) for place in range(len(RING))]


def test_all_elementary_rules_are_there_and_differ():
    outputs = [FUNCTIONS[f"rule-{number}"](RING) for number in range(256)]
    assert len(set(map(tuple, outputs))) == 256


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        (30, lambda left, cell, right: left ^ (cell | right)),
        (90, lambda left, cell, right: left ^ right),
        (110, lambda left, cell, right: (cell | right) & ~(left & cell & right)),
        (184, lambda left, cell, right: right if cell else left),
        (204, lambda left, cell, right: cell),
        (232, lambda left, cell, right: int(left + cell + right > 1)),
    ],
)
def test_rule_with_a_number_is_the_known_one(number, rule):
    assert FUNCTIONS[f"rule-{number}"](RING) == each_cell(rule)
    assert FUNCTIONS["numbered-rule-step"](RING, number) == each_cell(rule)
    assert FUNCTIONS["rule-step"](RING, rings.table_of(number)) == each_cell(rule)


def test_glider_moves_one_down_and_one_to_the_right_in_four_steps():
    glider = [[0] * 8 for _ in range(8)]
    for row, column in ((0, 1), (1, 2), (2, 0), (2, 1), (2, 2)):
        glider[row][column] = 1
    moved = [[glider[row - 1][column - 1] for column in range(8)] for row in range(8)]
    assert FUNCTIONS["life-run"](glider, 4) == moved


def test_dead_borders_are_cells_that_never_live():
    draws = np.random.default_rng(1)
    for height, width in ((1, 1), (1, 5), (4, 1), (6, 9)):
        grid = draws.binomial(1, 0.5, size=(height, width))
        around = np.pad(grid, 1)
        blocks = sum(around[i : i + height, j : j + width] for i in range(3) for j in range(3))
        wanted = (blocks == 3) | ((blocks == 4) & (grid == 1))
        assert FUNCTIONS["bounded-life-step"](grid.tolist()) == wanted.astype(int).tolist()


def test_history_tells_the_number_of_its_rule():
    for number in (0, 30, 54, 110, 255):
        table = rings.table_of(number)
        assert FUNCTIONS["number-of-rule"](rings.history(RING, table, 2)) == number


def test_code_777_is_read_from_the_lowest_digit_on():
    assert rings.table_of(777, 7, 3) == [0, 1, 2, 1, 0, 0, 1]
    assert FUNCTIONS["totalistic-777"]([1, 0, 0]) == [1, 1, 1]

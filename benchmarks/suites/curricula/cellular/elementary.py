"""Steps of `cellular-v1` on elementary rules: one step, many steps, until nothing changes, by number."""

from __future__ import annotations

from typing import Any, Final

from benchmarks.suites.curricula.cellular.rings import (
    Ring,
    Table,
    codes,
    num_steps,
    ring,
    run,
    settled,
    step,
    table,
    table_of,
    times,
)
from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.sources import length
from benchmarks.suites.draws import Draws

_SHOWN_STEPS = 20
"""A shown ring settles within so many steps, so that trying to is cheap."""


def _is_still(x: Ring, rule: Table) -> bool:
    return step(x, rule) == x


def _settles(x: Ring, rule: Table) -> bool:
    return settled(x, rule, _SHOWN_STEPS if len(x) < 12 else 10 * _SHOWN_STEPS) is not None


def _settled_or_not(draws: Draws, larger: int) -> tuple[Any, ...]:
    x, rule = ring()(draws, larger), table()(draws, larger)
    return (settled(x, rule, _SHOWN_STEPS) if draws.chance(50) else None) or x, rule


def _two_rings(draws: Draws, larger: int) -> tuple[Any, ...]:
    size = length(draws, 3, 8, larger)
    return (*([draws.below(2) for _ in range(size)] for _ in range(2)), table()(draws, larger))


def _number_of_bits(draws: Draws, larger: int) -> tuple[Any, ...]:
    bits = draws.between(1, 5) if larger == 1 else draws.between(50, 60)
    return draws.below(1 << bits), bits


def _bits(draws: Draws, larger: int) -> list[int]:
    """Draws binary digits of a number that a word holds."""
    return table_of(*_number_of_bits(draws, larger))


STEPS: Final = (
    Step(
        "left-code",
        "Code each cell of a ring and its left neighbour as one number: twice the left one plus the cell.",
        "(x: list[int]) -> list[int]", "return add(mul(2, rotate(x, -1)), x)",
        lambda x: [code >> 1 for code in codes(x)], (ring(),), edges=(([1],), ([0, 1],)),
    ),
    Step(
        "neighbourhood",
        "Code each cell of a ring with its neighbours as one number: four times the left one, twice the "
        "cell, and the right one.",
        "(x: list[int]) -> list[int]", "return add(mul(2, left_code(x)), rotate(x, 1))",
        codes, (ring(),), subtasks=("left-code",), edges=(([1],), ([0, 1],)),
    ),
    Step(
        "rule-step",
        "Make one step of an elementary cellular automaton on a ring; the table says what becomes of a cell "
        "with each code of its neighbourhood.",
        "(x: list[int], table: list[int]) -> list[int]", "return gather(table, neighbourhood(x))",
        step, (ring(), table()), subtasks=("neighbourhood",),
    ),
    Step(
        "rule-run", "Make n steps of the elementary cellular automaton with this table on a ring.",
        "(x: list[int], table: list[int], n: int) -> list[int]", "return iterate(&rule_step(_, table), n, x)",
        run, (ring(), table(), times()), subtasks=("rule-step",), measure=num_steps,
    ),
    Step(
        "rule-is-still",
        "Say whether the elementary cellular automaton with this table leaves the ring as it is.",
        "(x: list[int], table: list[int]) -> bool", "return all(eq(x, rule_step(x, table)))",
        _is_still, _settled_or_not, subtasks=("rule-step",), shown=20,
    ),
    Step(
        "rule-settled",
        "Run the elementary cellular automaton with this table on the ring until nothing changes.",
        "(x: list[int], table: list[int]) -> list[int]",
        "return until(&rule_step(_, table), &rule_is_still(_, table), x)",
        lambda x, rule: settled(x, rule, 10 * _SHOWN_STEPS), (ring(), table()),
        subtasks=("rule-step", "rule-is-still"), accepts=_settles, shown=12,
    ),
    Step(
        "binary-digits", "Write the number with so many binary digits, the lowest first.",
        "(k: int, size: int) -> list[int]", "return bit_and(shr(k, iota(size)), 1)",
        table_of, _number_of_bits, measure=num_steps,
    ),
    Step(
        "binary-value", "Give the number with these binary digits, the lowest first.",
        "(x: list[int]) -> int", "return sum(shl(x, indices(x)))",
        lambda x: sum(bit << place for place, bit in enumerate(x)), (_bits,),
    ),
    Step(
        "numbered-rule-step", "Make one step of the elementary cellular automaton with number k on a ring.",
        "(x: list[int], k: int) -> list[int]", "return rule_step(x, binary_digits(k, 8))",
        lambda x, k: step(x, table_of(k)), (ring(), lambda draws, larger: draws.below(256)),
        subtasks=("rule-step", "binary-digits"),
    ),
    Step(
        "numbered-rule-run", "Make n steps of the elementary cellular automaton with number k on a ring.",
        "(x: list[int], k: int, n: int) -> list[int]", "return iterate(&numbered_rule_step(_, k), n, x)",
        lambda x, k, n: run(x, table_of(k), n), (ring(), lambda draws, larger: draws.below(256), times()),
        subtasks=("numbered-rule-step",), measure=num_steps,
    ),
    Step(
        "reversible-step",
        "Make one step of the reversible automaton of a table: the elementary rule's step, with a cell "
        "flipped where the ring before was one.",
        "(x: list[int], before: list[int], table: list[int]) -> list[int]",
        "return bit_xor(before, rule_step(x, table))",
        lambda x, before, rule: [a ^ b for a, b in zip(before, step(x, rule), strict=True)],
        _two_rings, subtasks=("rule-step",),
    ),
)  # fmt: skip

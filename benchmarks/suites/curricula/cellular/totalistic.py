"""Steps of `cellular-v1` on totalistic rules: what a cell becomes depends on the sum of its neighbourhood."""

from __future__ import annotations

from typing import Final

from benchmarks.suites.curricula.cellular.rings import (
    Ring,
    Table,
    neighbours,
    num_steps,
    ring,
    table,
    table_of,
    telling,
    times,
)
from benchmarks.suites.curricula.definition import Step

_COLOURS = 3
_NUM_SUMS = 7
_THREE_COLOURED = (777, 912, 1020, 1599, 2049)
"""Codes of rules of three colours that pictures are often shown of."""
_NUM_WIDE_SUMS = 6
_WIDE = (20, 52)
"""Codes of rules of two colours and two neighbours on each side, with structures that move.

Source: Wolfram, Universality and complexity in cellular automata, 1984 (class 4).
"""


def _sums(x: Ring) -> list[int]:
    return [sum(three) for three in neighbours(x)]


def _wide_sums(x: Ring) -> list[int]:
    return [sum(x[(place + offset) % len(x)] for offset in range(-2, 3)) for place in range(len(x))]


def _step(x: Ring, rule: Table) -> Ring:
    return [rule[value] for value in _sums(x)]


def _run(x: Ring, rule: Table, n: int) -> Ring:
    for _ in range(n):
        x = _step(x, rule)
    return x


def _three_coloured(code: int) -> Step:
    rule = table_of(code, _NUM_SUMS, _COLOURS)
    return Step(
        f"totalistic-{code}",
        f"Make one step of the totalistic automaton of three colours with code {code} on a ring: what a cell "
        "becomes depends on the sum of it and its two neighbours.",
        "(x: list[int]) -> list[int]", f"return gather({rule}, three_sum(x))",
        lambda x: _step(x, rule), (telling(_sums, _NUM_SUMS, _COLOURS, 16),), subtasks=("three-sum",),
        shown=4,
    )  # fmt: skip


def _wide(code: int) -> Step:
    rule = table_of(code, _NUM_WIDE_SUMS)
    return Step(
        f"wide-totalistic-{code}",
        f"Make one step of the totalistic automaton with code {code} on a ring: what a cell becomes depends "
        "on the sum of it and its two neighbours on each side.",
        "(x: list[int]) -> list[int]", f"return gather({rule}, five_sum(x))",
        lambda x: [rule[value] for value in _wide_sums(x)], (telling(_wide_sums, _NUM_WIDE_SUMS, 2, 16),),
        subtasks=("five-sum",), shown=4,
    )  # fmt: skip


STEPS: Final = (
    Step(
        "three-sum", "Add up each cell of a ring and its two neighbours.",
        "(x: list[int]) -> list[int]", "return add(add(rotate(x, -1), x), rotate(x, 1))",
        _sums, (ring(colours=_COLOURS),), edges=(([1],), ([0, 1],)),
    ),
    Step(
        "totalistic-step",
        "Make one step of a totalistic automaton on a ring; the table says what becomes of a cell for each "
        "sum of it and its two neighbours.",
        "(x: list[int], table: list[int]) -> list[int]", "return gather(table, three_sum(x))",
        _step, (ring(colours=_COLOURS), table(_NUM_SUMS, _COLOURS)), subtasks=("three-sum",),
    ),
    Step(
        "totalistic-run", "Make n steps of the totalistic automaton with this table on a ring.",
        "(x: list[int], table: list[int], n: int) -> list[int]",
        "return iterate(&totalistic_step(_, table), n, x)",
        _run, (ring(colours=_COLOURS), table(_NUM_SUMS, _COLOURS), times()), subtasks=("totalistic-step",),
        measure=num_steps,
    ),
    Step(
        "five-sum", "Add up each cell of a ring and its two neighbours on each side.",
        "(x: list[int]) -> list[int]", "return add(three_sum(x), add(rotate(x, 2), rotate(x, -2)))",
        _wide_sums, (ring(),), subtasks=("three-sum",),
    ),
    *map(_three_coloured, _THREE_COLOURED),
    *map(_wide, _WIDE),
)  # fmt: skip

"""Steps of `cellular-v1`: each of the 256 elementary rules, to be found from rings before and after."""

from __future__ import annotations

from typing import Final

from benchmarks.suites.curricula.cellular.rings import step, table_of, telling
from benchmarks.suites.curricula.definition import Step

_SMALL: Final = (([0],), ([1],), ([0, 1],), ([0, 0, 1],), ([1, 0, 1],), ([0, 1, 0, 0],))


def _rule(number: int) -> Step:
    rule = table_of(number)
    return Step(
        f"rule-{number}",
        f"Make one step of the elementary cellular automaton with number {number} on a ring.",
        "(x: list[int]) -> list[int]", f"return gather({rule}, neighbourhood(x))",
        lambda x: step(x, rule), (telling(),), subtasks=("neighbourhood",), shown=10, edges=_SMALL,
    )  # fmt: skip


STEPS: Final = tuple(map(_rule, range(256)))

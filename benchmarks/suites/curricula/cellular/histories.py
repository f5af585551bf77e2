"""Steps of `cellular-v1` that find a rule from what it did, and steps that write histories down.

A history is a grid, one row for each state, the first one on top.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.suites.curricula.cellular.rings import (
    Ring,
    Table,
    codes,
    history,
    num_steps,
    ring,
    run,
    step,
    table,
    telling,
    times,
    with_result,
)
from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.keyed_values import VALUES_BY_KEY, by_key
from benchmarks.suites.draws import Draws


def _table_between(before: Ring, after: Ring) -> Table:
    return by_key(codes(before), after)


def _history(draws: Draws, larger: int) -> list[Ring]:
    return history(telling()(draws, larger), table()(draws, larger), draws.between(1, 3))


def _short_history(draws: Draws, larger: int) -> tuple[Any, ...]:
    rule = table()(draws, larger)
    return history(ring(3, 6)(draws, larger), rule, draws.between(0, 3)), rule


STEPS: Final = (
    Step(
        "as-row", "Write the list as a grid with one row.",
        "(x: list[int]) -> grid", "return reshape(x, 1, len(x))", lambda x: [x], (ring(1, 8, 5),),
    ),
    Step(
        "next-row",
        "Give the state that comes after the last row of a history, under the rule with this table.",
        "(history: grid, table: list[int]) -> list[int]", "return rule_step(row(history, -1), table)",
        lambda g, rule: step(g[-1], rule), _short_history, subtasks=("rule-step",),
    ),
    Step(
        "history-step",
        "Put under a history of an elementary cellular automaton with this table the state that comes next.",
        "(history: grid, table: list[int]) -> grid",
        "return stack(history, as_row(next_row(history, table)))",
        lambda g, rule: [*g, step(g[-1], rule)], _short_history, subtasks=("as-row", "next-row"),
    ),
    Step(
        "history",
        "Write down the ring and its n next states under the elementary rule with this table, one row each.",
        "(x: list[int], table: list[int], n: int) -> grid",
        "return iterate(&history_step(_, table), n, as_row(x))",
        history, (ring(3, 6), table(), times(0, 3)), subtasks=("as-row", "history-step"), measure=num_steps,
    ),
    VALUES_BY_KEY,
    Step(
        "rule-between", "Find the table of the elementary rule that makes one ring from another.",
        "(before: list[int], after: list[int]) -> list[int]",
        "return values_by_key(neighbourhood(before), after)",
        _table_between, with_result(telling(), table()), subtasks=("neighbourhood", "values-by-key"),
    ),
    Step(
        "rule-of-history", "Find the table of the elementary rule that a history follows.",
        "(history: grid) -> list[int]", "return rule_between(row(history, 0), row(history, 1))",
        lambda g: _table_between(g[0], g[1]), (_history,), subtasks=("rule-between",),
    ),
    Step(
        "number-of-rule", "Find the number of the elementary rule that a history follows.",
        "(history: grid) -> int", "return binary_value(rule_of_history(history))",
        lambda g: sum(bit << place for place, bit in enumerate(_table_between(g[0], g[1]))), (_history,),
        subtasks=("binary-value", "rule-of-history"),
    ),
    Step(
        "next-state", "Find the rule that a history follows, and give the state that comes next.",
        "(history: grid) -> list[int]", "return rule_step(row(history, -1), rule_of_history(history))",
        lambda g: step(g[-1], _table_between(g[0], g[1])), (_history,),
        subtasks=("rule-step", "rule-of-history"),
    ),
    Step(
        "later-state", "Find the rule that a history follows, and give the state n steps after its end.",
        "(history: grid, n: int) -> list[int]",
        "return rule_run(row(history, -1), rule_of_history(history), n)",
        lambda g, n: run(g[-1], _table_between(g[0], g[1]), n), (_history, times()),
        subtasks=("rule-run", "rule-of-history"), measure=num_steps,
    ),
)  # fmt: skip

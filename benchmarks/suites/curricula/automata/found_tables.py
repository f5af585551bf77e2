"""Steps of `automata-v1` that find the table of an unknown automaton in one of its runs, and run it on.

A run is a word of zeros and ones and the states passed through, one more than the word has tokens. In it
every state has read both symbols, so that it tells the whole table.
"""

from __future__ import annotations

from typing import Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.keyed_values import VALUES_BY_KEY, by_key
from benchmarks.suites.curricula.sources import length, lists
from benchmarks.suites.draws import Draws

_TRIES: Final = 5_000


def _coded(x: list[int], y: list[int]) -> list[int]:
    return [2 * one + other for one, other in zip(x, y, strict=False)]


def _table_of_run(q: list[int], x: list[int]) -> list[int]:
    return by_key(_coded(q, x), q[1:])


def _next(q: int, t: int, table: list[int]) -> int:
    return table[2 * q + t]


def _final_state(table: list[int], word: list[int]) -> int:
    state = 0
    for token in word:
        state = _next(state, token, table)
    return state


def _random_table(draws: Draws, states: int) -> list[int]:
    return [draws.below(states) for _ in range(2 * states)]


def _two_lists(draws: Draws, larger: int) -> tuple[list[int], list[int]]:
    size = length(draws, 2, 6, larger)
    return [draws.below(4) for _ in range(size + 1)], [draws.below(2) for _ in range(size)]


def _state_and_symbol(draws: Draws, larger: int) -> tuple[int, int, list[int]]:
    states = draws.between(2, 4) * larger
    return draws.below(states), draws.below(2), _random_table(draws, states)


def _table_and_word(draws: Draws, larger: int) -> tuple[list[int], list[int]]:
    return _random_table(draws, draws.between(2, 4)), lists(0, 1, 2, 7)(draws, larger)


def _run(draws: Draws, larger: int) -> tuple[list[int], list[int]]:
    """Draws the states of a run and its word."""
    for _ in range(_TRIES):
        states = draws.between(2, 3)
        table = _random_table(draws, states)
        word, passed = [draws.below(2) for _ in range(length(draws, 8, 14, larger))], [0]
        for token in word:
            passed.append(_next(passed[-1], token, table))
        if len(set(_coded(passed, word))) == 2 * states:
            return passed, word
    raise ValueError("no run that tells the whole table was drawn")


def _run_and_word(draws: Draws, larger: int) -> tuple[list[int], list[int], list[int]]:
    passed, word = _run(draws, larger)
    return passed, word, lists(0, 1, 2, 8)(draws, larger)


STEPS: Final = (
    Step(
        "append-bits",
        "Code the elements of two lists at each place as one number: twice the first plus the second, as far "
        "as both lists go.",
        "(q: list[int], x: list[int]) -> list[int]", "return add(add(q, q), x)", _coded, _two_lists,
    ),
    VALUES_BY_KEY,
    Step(
        "table-of-run",
        "Find the table of an automaton: q is the list of states in one of its runs, x the zeros and ones "
        "read there. Give for each code, twice a state plus a symbol, the state that follows.",
        "(q: list[int], x: list[int]) -> list[int]", "return values_by_key(append_bits(q, x), tail(q))",
        _table_of_run, _run, subtasks=("append-bits", "values-by-key"),
    ),
    Step(
        "next-by-table",
        "The list g says for each code, twice a state plus a symbol, the state that follows; give the one "
        "for state q and symbol t.",
        "(q: int, t: int, g: list[int]) -> int", "return index(g, append_bit(q, t))",
        _next, _state_and_symbol, subtasks=("append-bit",), shown=12, measure=lambda q, t, g: len(g),
    ),
    Step(
        "run-by-table",
        "Run an automaton from state 0 over a word of zeros and ones and give the state it ends in; the list "
        "g says for each code, twice a state plus a symbol, the state that follows.",
        "(g: list[int], x: list[int]) -> int", "return fold(&next_by_table(_, _, g), 0, x)",
        _final_state, _table_and_word, subtasks=("next-by-table",), shown=12, measure=lambda g, x: len(x),
        edges=(([0, 0, 1, 1], [1, 0, 1]), ([1, 1, 0, 0], [1])),
    ),
    Step(
        "run-found-automaton",
        "Find an automaton in a run with states q and symbols x, run it from state 0 over the word y, and "
        "give the state in which it ends.",
        "(q: list[int], x: list[int], y: list[int]) -> int",
        "return run_by_table(table_of_run(q, x), y)",
        lambda q, x, y: _final_state(_table_of_run(q, x), y), _run_and_word,
        subtasks=("table-of-run", "run-by-table"), shown=16, measure=lambda q, x, y: min(len(x), len(y)),
    ),
)  # fmt: skip

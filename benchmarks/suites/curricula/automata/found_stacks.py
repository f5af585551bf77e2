"""Steps of `automata-v1` that find the tables of small stack machines, and then run them.

A configuration is one list: the state, then the stack with its top first; a 0 lies at the bottom, all other
elements are ones. A rule is one number, 2 * q + a: go to state q, and put a 1 on the stack if a is 1, else
take the top off. Place 4 * state + 2 * top + symbol of a machine's table says which rule is obeyed. A word is
accepted if the 0 at the bottom is on top again at the end.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.suites.curricula.automata.machines import ALL_BUT_LOOKING_UP
from benchmarks.suites.curricula.definition import Joint, Step
from benchmarks.suites.curricula.sources import length, lists
from benchmarks.suites.draws import Draws

Table = tuple[int, ...]
Cases = tuple[tuple[Any, ...], ...]

BRACKETS: Final = (1, 3, 1, 0, 3, 3, 3, 3)
"""0 opens and goes on the stack, 1 closes and takes one off; in state 1 something has been wrong."""
EQUAL_BLOCKS: Final = (1, 5, 1, 2, 5, 5, 5, 2, 5, 5, 5, 5)
"""Zeros go on the stack in state 0, ones take them off in state 1; in state 2 something has been wrong."""


def _code(s: list[int], t: int) -> int:
    return 4 * s[0] + 2 * s[1] + t


def _obeyed(s: list[int], number: int) -> list[int]:
    return [number // 2, *([1, *s[1:]] if number % 2 else s[2:])]


def _step(table: Table, s: list[int], t: int) -> list[int]:
    return _obeyed(s, table[_code(s, t)])


def _run(table: Table, s: list[int], word: list[int]) -> list[int]:
    for token in word:
        s = _step(table, s, token)
    return s


def _accepts(table: Table, word: list[int]) -> bool:
    return _run(table, [0, 0], word)[1] == 0


def _configuration(draws: Draws, larger: int, states: int = 3) -> list[int]:
    height = draws.choice((0, draws.between(1, 9))) if larger == 1 else length(draws, 1, 9, larger)
    return [draws.below(states) if draws.chance(55) else 0, *[1] * height, 0]


def _configuration_and_token(states: int) -> Joint:
    return lambda draws, larger: (_configuration(draws, larger, states), draws.below(2))


def _configuration_and_number(draws: Draws, larger: int) -> tuple[list[int], int]:
    s = _configuration(draws, larger)
    return s, 2 * draws.below(5) + (1 if len(s) == 2 else draws.below(2))


def _configuration_and_word(draws: Draws, larger: int) -> tuple[list[int], list[int]]:
    return [0, *[1] * draws.below(4), 0], _blocks(draws, larger)


def _blocks(draws: Draws, larger: int) -> list[int]:
    """Draws zeros and as many ones behind them, half of the time with a fault."""
    size = length(draws, 1, 9, larger)
    word = [0] * size + [1] * size
    if draws.chance(50):
        place = draws.below(len(word))
        word[place : place + 1] = draws.choice(([], [0, 1], [1 - word[place]]))
    return word


def _brackets(draws: Draws, larger: int) -> list[int]:
    """Draws a word in which every bracket is closed, half of the time with a fault."""
    size, depth = length(draws, 1, 5, larger), 0
    word: list[int] = []
    while len(word) + depth < 2 * size:
        word.append(int(depth > 0 and draws.chance(50)))
        depth += 1 - 2 * word[-1]
    word += [1] * depth
    if draws.chance(50):
        place = draws.below(len(word))
        word[place] = 1 - word[place]
    return word


def _machine(id_: str, what: str, table: Table, words: Any, rare: Cases, shown: int, tried: Cases) -> Any:
    """Returns the steps that find a machine's table, make one step of it, run it, and accept words by it."""
    skill = id_.replace("-", "_")
    return (
        Step(
            f"{id_}-rule",
            f"Find the table of the stack machine that accepts {what}: give the number of the rule that it "
            "obeys in the configuration s at the symbol t. It depends on state, top and symbol.",
            "(s: list[int], t: int) -> int", f"return index({list(table)}, stack_code(s, t))",
            lambda s, t: table[_code(s, t)], _configuration_and_token(len(table) // 4),
            subtasks=("stack-code",), shown=shown, edges=rare, without=ALL_BUT_LOOKING_UP,
            measure=lambda s, t: len(s),
        ),
        Step(
            f"{id_}-step", f"Make one step of the stack machine that accepts {what}, at the symbol t.",
            "(s: list[int], t: int) -> list[int]", f"return obey_stack_number(s, {skill}_rule(s, t))",
            lambda s, t: _step(table, s, t), _configuration_and_token(len(table) // 4),
            subtasks=("obey-stack-number", f"{id_}-rule"), shown=16, measure=lambda s, t: len(s),
        ),
        Step(
            f"{id_}-run", f"Run the stack machine that accepts {what} over the word x.",
            "(s: list[int], x: list[int]) -> list[int]", f"return fold(&{skill}_step, s, x)",
            lambda s, x: _run(table, s, x), _configuration_and_word, subtasks=(f"{id_}-step",), shown=12,
        ),
        Step(
            f"accept-{id_}", f"Say by a stack machine whether a word is one of {what}.",
            "(x: list[int]) -> bool", f"return bottom_on_top({skill}_run(pair(0, 0), x))",
            lambda x: _accepts(table, x), (words,), subtasks=("bottom-on-top", f"{id_}-run"), shown=18,
            edges=tried,
        ),
    )  # fmt: skip


STEPS: Final = (
    Step(
        "stack-code",
        "Code what a stack machine sees as one number: four times the state, twice the top, and the symbol "
        "t; the state is the first element of s, the top the second.",
        "(s: list[int], t: int) -> int", "return append_bit(append_bit(head(s), second_element(s)), t)",
        _code, _configuration_and_token(4), subtasks=("append-bit", "second-element"), shown=16,
        measure=lambda s, t: len(s),
    ),
    Step(
        "obey-on-stack",
        "Leave the state, the first element of s, out; then take the next one off if k is even, and put a 1 "
        "there if k is odd.",
        "(s: list[int], k: int) -> list[int]", "return obey_entry(tail(s), mod(k, 2))",
        lambda s, k: _obeyed(s, k)[1:], _configuration_and_number, subtasks=("obey-entry",), shown=12,
        measure=lambda s, k: len(s),
    ),
    Step(
        "obey-stack-number",
        "Obey the rule with number k of a stack machine: the state, the first element of s, becomes half of "
        "k; the top is taken off if k is even, and a 1 put on it if k is odd.",
        "(s: list[int], k: int) -> list[int]", "return prepend(div(k, 2), obey_on_stack(s, k))",
        _obeyed, _configuration_and_number, subtasks=("obey-on-stack",), shown=12,
        measure=lambda s, k: len(s),
    ),
    Step(
        "bottom-on-top",
        "Say whether the second element of s, the top of a stack, is the 0 that lies at the bottom.",
        "(s: list[int]) -> bool", "return eq(second_element(s), 0)",
        lambda s: s[1] == 0, (lists(0, 1, 2, 7),), subtasks=("second-element",),
        shown=12,
    ),
    *_machine(
        "brackets", "words in which every bracket, 0, is closed by a 1", BRACKETS, _brackets,
        (([1, 0], 0), ([1, 0], 1), ([1, 1, 0], 0), ([1, 1, 0], 1), ([0, 0], 0), ([0, 0], 1)), 32,
        (([],), ([0],), ([1],), ([0, 1],), ([1, 0],), ([0, 0, 1],), ([0, 1, 1, 0],), ([0, 1, 0, 1],)),
    ),
    *_machine(
        "equal-blocks", "some zeros and as many ones behind them", EQUAL_BLOCKS, _blocks,
        (
            ([2, 0], 0), ([2, 0], 1), ([2, 1, 0], 0), ([2, 1, 0], 1), ([1, 0], 0), ([1, 0], 1), ([0, 0], 0),
            ([0, 0], 1),
        ), 40,
        (([],), ([0],), ([1],), ([0, 1],), ([1, 0],), ([0, 1, 0, 1],), ([0, 0, 1],), ([0, 1, 1],)),
    ),
)  # fmt: skip

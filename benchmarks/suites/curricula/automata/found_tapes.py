"""Steps of `automata-v1` that find the tables of small tape machines, and then run them.

Configurations are those of `machines.py`: the state, the head's position in the list, and the tape. A rule is
one number here, w + 2 * (m + 1) + 6 * q: it writes w, moves the head by m, which is -1, 0 or 1, and goes to
state q. So a machine is a list of numbers, place 2 * state + symbol for what is done there; it is found from
configurations, each with the number of the rule that was obeyed in it.
"""

from __future__ import annotations

from typing import Any, Final

from benchmarks.suites.curricula.automata.machines import ALL_BUT_LOOKING_UP, obeyed_rule
from benchmarks.suites.curricula.definition import Joint, Step
from benchmarks.suites.curricula.sources import length, lists, numbers
from benchmarks.suites.draws import Draws

Table = tuple[int, ...]

STAY, RIGHT, LEFT = 0, 1, -1
_MOST_RULES: Final = 48


def _number(written: int, move: int, state: int) -> int:
    return written + 2 * (move + 1) + 6 * state


def _rule_of_number(number: int) -> list[int]:
    return [number % 2, number // 2 % 3 - 1, number // 6]


PARITY: Final = (_number(0, RIGHT, 0), _number(1, RIGHT, 1), _number(0, RIGHT, 1), _number(1, RIGHT, 0))
"""Goes to the right; the state says whether the ones passed are odd in number."""
INCREMENT: Final = (_number(1, STAY, 1), _number(0, RIGHT, 0), _number(0, STAY, 1), _number(1, STAY, 1))
"""Turns ones into zeros until it finds a zero, which it turns into a one, and stays there."""
UNARY: Final = (
    _number(1, RIGHT, 1), _number(1, RIGHT, 0), _number(0, LEFT, 2), _number(1, RIGHT, 1),
    _number(0, STAY, 3), _number(0, STAY, 3), _number(0, STAY, 3), _number(1, STAY, 3),
)  # fmt: skip
"""Fills the gap between two blocks of ones, goes to the end, and takes one away there."""


def _rule(table: Table, c: list[int]) -> int:
    return table[2 * c[0] + c[c[1]]]


def _step(table: Table, c: list[int]) -> list[int]:
    return obeyed_rule(c, _rule_of_number(_rule(table, c)))


def _run(table: Table, c: list[int], steps: int) -> list[int]:
    for _ in range(steps):
        c = _step(table, c)
    return c


def _on_tape(word: list[int]) -> list[int]:
    return [0, 2, *word, 0]


def _configurations(table: Table) -> Joint:
    def draw(draws: Draws, larger: int) -> tuple[list[int]]:
        tape = [draws.below(2) for _ in range(length(draws, 3, 8, larger))]
        return ([draws.below(len(table) // 2), draws.between(3, len(tape)), *tape],)

    return draw


def _bits(draws: Draws, larger: int) -> tuple[list[int], int]:
    word = lists(0, 1, 2, 7)(draws, larger)
    return _on_tape(word), len(word) - draws.below(2)


def _mostly_ones(draws: Draws, larger: int) -> tuple[list[int], int]:
    word = lists(0, 1, 2, 7)(draws, larger)
    ones = draws.below(len(word) + 1)
    word[:ones] = [1] * ones
    return _on_tape(word), ones + draws.between(1, 3)


def _two_blocks(draws: Draws, larger: int) -> tuple[list[int], int]:
    word = [1] * length(draws, 0, 4, larger) + [0] + [1] * length(draws, 0, 4, larger)
    return _on_tape(word), len(word) + draws.between(1, 4)


def _number_and_place(draws: Draws, larger: int) -> tuple[list[int], int]:
    (c,) = _configurations(UNARY)(draws, larger)
    return c, draws.below(_MOST_RULES)


def _length(configuration: list[int], *others: Any) -> int:
    return len(configuration)


def _machine(id_: str, what: str, table: Table, words: Joint, shown: int) -> tuple[Step, ...]:
    """Returns the steps that find a machine's table, make one step of it, and run it."""
    skill = id_.replace("-", "_")
    return (
        Step(
            f"{id_}-rule",
            f"Find the table of the tape machine that {what}: give the number of the rule that it obeys in "
            "the configuration c. It depends on twice the state plus the symbol under the head.",
            "(c: list[int]) -> int", f"return index({list(table)}, scanned_code(c))",
            lambda c: _rule(table, c), _configurations(table), subtasks=("scanned-code",), shown=shown,
            without=ALL_BUT_LOOKING_UP, measure=_length,
        ),
        Step(
            f"{id_}-step", f"Make one step of the tape machine that {what}.",
            "(c: list[int]) -> list[int]", f"return obey_number(c, {skill}_rule(c))",
            lambda c: _step(table, c), _configurations(table), subtasks=("obey-number", f"{id_}-rule"),
            shown=12, measure=_length,
        ),
        Step(
            f"{id_}-run", f"Make n steps of the tape machine that {what}, from a configuration c.",
            "(c: list[int], n: int) -> list[int]", f"return iterate(&{skill}_step, n, c)",
            lambda c, n: _run(table, c, n), words, subtasks=(f"{id_}-step",), shown=10, measure=_length,
        ),
    )  # fmt: skip


STEPS: Final = (
    Step(
        "move-of-number", "Halve k, rounding down, take the remainder by three, and subtract one.",
        "(k: int) -> int", "return sub(mod(div(k, 2), 3), 1)",
        lambda k: _rule_of_number(k)[1],
        (numbers(1, _MOST_RULES),),
        shown=16, measure=lambda k: k,
    ),
    Step(
        "rule-of-number",
        "Write a tape machine's rule with number k as three numbers: what it writes, k modulo two; how it "
        "moves; and the next state, a sixth of k.",
        "(k: int) -> list[int]", "return append(pair(mod(k, 2), move_of_number(k)), div(k, 6))",
        _rule_of_number,
        (numbers(1, _MOST_RULES),),
        subtasks=("move-of-number",), shown=12, measure=lambda k: k,
    ),
    Step(
        "obey-number", "Obey the rule with number k of a tape machine in the configuration c.",
        "(c: list[int], k: int) -> list[int]", "return obey_rule(c, rule_of_number(k))",
        lambda c, k: obeyed_rule(c, _rule_of_number(k)), _number_and_place,
        subtasks=("obey-rule", "rule-of-number"), shown=12, measure=_length,
    ),
    *_machine("parity", "tells whether a word has an odd number of ones", PARITY, _bits, 20),
    *_machine("increment", "adds one to a binary number, its lowest bit first", INCREMENT, _mostly_ones, 20),
    *_machine("unary-sum", "adds two numbers in unary", UNARY, _two_blocks, 40),
)  # fmt: skip

"""Steps of `automata-v1` that run machines given by their tables: finite, with a stack, with a tape.

A tape machine's configuration is one list: the state, the position of the head in this list, and from
position 2 on the tape of zeros and ones. Row 2 * state + symbol of its table says what is written, how the
head moves, and the next state.
"""

from __future__ import annotations

from typing import Final

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.sources import length, lists
from benchmarks.suites.draws import Draws
from vm.table import BY_NAME

Grid = list[list[int]]

ALL_BUT_LOOKING_UP: Final = tuple(name for name in BY_NAME if name not in ("index", "gather"))
"""What a step may not call that finds a table: arithmetic with the same results is none."""


def _table(draws: Draws, rows: int, columns: int, entries: int) -> Grid:
    return [[draws.below(entries) for _ in range(columns)] for _ in range(rows)]


def _finite(draws: Draws, larger: int) -> tuple[int, int, Grid]:
    states, symbols = draws.between(2, 3) * larger, draws.between(2, 3)
    table = _table(draws, states, symbols, states)
    return draws.below(states), draws.below(symbols), table


def _finite_run(draws: Draws, larger: int) -> tuple[Grid, list[int]]:
    states, symbols = draws.between(2, 4), draws.between(2, 3)
    return _table(draws, states, symbols, states), lists(0, symbols - 1, 2, 7)(draws, larger)


def _final_state(table: Grid, word: list[int]) -> int:
    state = 0
    for token in word:
        state = table[state][token]
    return state


def _stack_table(draws: Draws) -> Grid:
    """Returns what is done with each top, 0 to 2, at each token, 0 to 2: 0 takes it off, others go on top."""
    return [
        [draws.choice((0, 0, 1, 2)) if top else draws.between(1, 2) for _ in range(3)] for top in range(3)
    ]


def _obeyed(stack: list[int], entry: int) -> list[int]:
    return [entry, *stack] if entry else stack[1:]


def _stack_moved(stack: list[int], token: int, table: Grid) -> list[int]:
    return _obeyed(stack, table[stack[0] if stack else 0][token])


def _stack_run(table: Grid, word: list[int]) -> list[int]:
    stack: list[int] = []
    for token in word:
        stack = _stack_moved(stack, token, table)
    return stack


def _stack_step(draws: Draws, larger: int) -> tuple[list[int], int, Grid]:
    return lists(1, 2, 1, 6)(draws, larger), draws.below(3), _stack_table(draws)


def _tape(draws: Draws, larger: int, states: int) -> list[int]:
    tape = [draws.below(2) for _ in range(length(draws, 3, 7, larger))]
    return [draws.below(states), 2 + len(tape) // 2, *tape]


def _rules(draws: Draws, states: int) -> Grid:
    return [[draws.below(2), draws.choice((-1, 1)), draws.below(states)] for _ in range(2 * states)]


def _position_in_list(draws: Draws, larger: int) -> list[int]:
    values = [draws.below(10) for _ in range(length(draws, 4, 9, larger))]
    values[1] = draws.between(2, len(values) - 1)
    return values


def _tape_step(draws: Draws, larger: int) -> tuple[list[int], Grid]:
    states = draws.between(2, 3)
    return _tape(draws, larger, states), _rules(draws, states)


def _rule_and_tape(draws: Draws, larger: int) -> tuple[list[int], list[int]]:
    rule = [draws.below(10), draws.choice((-1, 1)), draws.below(10)]
    return _position_in_list(draws, larger), rule


def _tape_run(draws: Draws, larger: int) -> tuple[list[int], Grid, int]:
    states = draws.between(2, 3)
    steps = draws.between(1, 4) if larger == 1 else draws.between(40, 60)
    tape = [draws.below(2) for _ in range(2 * steps + draws.between(1, 3))]
    return [draws.below(states), 2 + len(tape) // 2, *tape], _rules(draws, states), steps


def _written(configuration: list[int], rule: list[int]) -> list[int]:
    changed = list(configuration)
    changed[changed[1]] = rule[0]
    return changed


def _moved(configuration: list[int], rule: list[int]) -> list[int]:
    return [configuration[0], configuration[1] + rule[1], *configuration[2:]]


def obeyed_rule(configuration: list[int], rule: list[int]) -> list[int]:
    """Returns the configuration after a rule: what is written, how the head moves, the next state."""
    return [rule[2], *_moved(_written(configuration, rule), rule)[1:]]


def _rule(configuration: list[int], table: Grid) -> list[int]:
    return table[2 * configuration[0] + configuration[configuration[1]]]


def _machine_step(configuration: list[int], table: Grid) -> list[int]:
    return obeyed_rule(configuration, _rule(configuration, table))


def _machine_run(configuration: list[int], table: Grid, steps: int) -> list[int]:
    for _ in range(steps):
        configuration = _machine_step(configuration, table)
    return configuration


def _length(configuration: list[int], *others: object) -> int:
    return len(configuration)


STEPS = (
    Step(
        "next-state",
        "Row q of an automaton's table g says for each symbol the state that follows state q; give "
        "the one for symbol t.",
        "(q: int, t: int, g: grid) -> int", "return index(row(g, q), t)",
        lambda q, t, g: g[q][t], _finite, shown=10, measure=lambda q, t, g: len(g),
    ),
    Step(
        "run-automaton",
        "Run a finite automaton from state 0 over a word and give the state it ends in; row q of its table "
        "g says for each symbol the state that follows state q.",
        "(g: grid, x: list[int]) -> int", "return fold(&next_state(_, _, g), 0, x)",
        _final_state, _finite_run, subtasks=("next-state",), shown=10, measure=lambda g, x: len(x),
    ),
    Step(
        "obey-entry", "A 0 takes the top, its first element, off a stack; any other number is put on top.",
        "(s: list[int], k: int) -> list[int]", "return choose(eq(k, 0), tail(s), prepend(k, s))",
        _obeyed, (lists(1, 2, 1, 6), lambda draws, larger: draws.choice((0, 0, 1, 2))), shown=10,
        edges=(([], 2), ([1], 0), ([2, 1], 0)),
    ),
    Step(
        "stack-machine-step",
        "One step of a stack machine: the table g says in the row of the stack's top, or row 0 if it is "
        "empty, for each symbol what to do; 0 takes the top off, any other number is put on top. The symbol "
        "is t.",
        "(s: list[int], t: int, g: grid) -> list[int]",
        "return obey_entry(s, next_state(head(s), t, g))",
        _stack_moved, _stack_step, subtasks=("next-state", "obey-entry"), shown=10,
        edges=(([], 1, [[1, 2, 1], [0, 1, 2], [0, 0, 1]]), ([2], 0, [[1, 2, 1], [0, 1, 2], [0, 0, 1]])),
        measure=_length,
    ),
    Step(
        "run-stack-machine",
        "Run a stack machine over a word, from the empty stack; the table g says in the row of the top, or "
        "row 0, for each symbol what to do: 0 takes the top off, others are put on top. Give the stack, top "
        "first.",
        "(g: grid, x: list[int]) -> list[int]",
        "return fold(&stack_machine_step(_, _, g), take(x, 0), x)",
        _stack_run, lambda draws, larger: (_stack_table(draws), lists(0, 2, 3, 8)(draws, larger)),
        subtasks=("stack-machine-step",), shown=10, measure=lambda g, x: len(x),
    ),
    Step(
        "scanned-symbol",
        "The second element of a list is a position in it; give the element at that position.",
        "(c: list[int]) -> int", "return index(c, second_element(c))",
        lambda c: c[c[1]], (_position_in_list,), shown=14,
        subtasks=("second-element",),
        edges=(([0, 2, 5],), ([1, 3, 5, 7],), ([1, 2, 5, 7],), ([2, 4, 5, 7, 6],), ([0, 3, 4, 9, 1],)),
    ),
    Step(
        "scanned-code",
        "Code what a tape machine sees in its configuration as one number: twice the state, the first "
        "element of c, plus the symbol under the head, to which the second element points.",
        "(c: list[int]) -> int", "return append_bit(head(c), scanned_symbol(c))",
        lambda c: 2 * c[0] + c[c[1]], (_position_in_list,), shown=14,
        subtasks=("append-bit", "scanned-symbol"),
    ),
    Step(
        "rule-of",
        "A tape machine's configuration c holds the state, the head's position in c, and the tape of zeros "
        "and ones. Give the row of the table g whose number is twice the state plus the symbol under the "
        "head.",
        "(c: list[int], g: grid) -> list[int]",
        "return row(g, scanned_code(c))",
        _rule, _tape_step, subtasks=("scanned-code",), shown=10, measure=_length,
    ),
    Step(
        "write-symbol", "The second element of c is a position in c: put the first element of r there.",
        "(c: list[int], r: list[int]) -> list[int]", "return replace(c, second_element(c), head(r))",
        _written, _rule_and_tape, subtasks=("second-element",), shown=12, measure=_length,
    ),
    Step(
        "move-head", "Add the second element of r to the second element of c; the rest of c stays.",
        "(c: list[int], r: list[int]) -> list[int]",
        "return replace(c, 1, add(second_element(c), second_element(r)))",
        _moved, _rule_and_tape, subtasks=("second-element",), shown=12, measure=_length,
    ),
    Step(
        "obey-rule",
        "Obey a rule r of a tape machine: put its first element where c's second element points to, add its "
        "second element to that position, and put its third in the first place of c.",
        "(c: list[int], r: list[int]) -> list[int]",
        "return replace(move_head(write_symbol(c, r), r), 0, last(r))",
        obeyed_rule, _rule_and_tape, subtasks=("write-symbol", "move-head"), shown=12, measure=_length,
    ),
    Step(
        "tape-machine-step",
        "One step of a Turing machine. c holds the state, the head's position in c, and the tape; row twice "
        "the state plus the symbol of the table g says what is written, how the head moves, and the next "
        "state.",
        "(c: list[int], g: grid) -> list[int]", "return obey_rule(c, rule_of(c, g))",
        _machine_step, _tape_step, subtasks=("obey-rule", "rule-of"), shown=10, measure=_length,
    ),
    Step(
        "run-tape-machine",
        "Run a Turing machine n steps from a configuration c, which holds the state, the head's position in "
        "c, and the tape; g is its table.",
        "(c: list[int], g: grid, n: int) -> list[int]", "return iterate(&tape_machine_step(_, g), n, c)",
        _machine_run, _tape_run, subtasks=("tape-machine-step",), measure=lambda c, g, n: n,
    ),
)  # fmt: skip

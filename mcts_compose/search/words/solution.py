"""Reads a program off the bank: the derivation of a contents, and the way from a goal to the task's."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mcts_compose.search.straight_lines import StraightLine
from mcts_compose.search.words import layout as at
from mcts_compose.search.words.operators import Operator
from mcts_compose.search.words.store import Bank

LEAF = -1
"""Stands for the opcode of inputs and constants, whose first operand is their number."""

Term = tuple[str, tuple[int, ...]]


class Hit(NamedTuple):
    """A contents that equals a goal.

    Attributes:
      output: which of the task's goals it leads to.
      goal: row.
      contents: row.
    """

    output: int
    goal: int
    contents: int


class _Writer:
    """Collects the lines of one program; equal lines are one.

    Terms are numbered as they come: inputs, constants and lines mixed.
    """

    def __init__(self, bank: Bank, operators: tuple[Operator, ...], num_inputs: int) -> None:
        self._bank, self._num_inputs = bank, num_inputs
        self._operators = {each.opcode: each for each in operators}
        self._of_row: dict[int, int] = {}
        self._numbers: dict[Term, int] = {}
        self.terms: list[Term] = []

    def number(self, term: Term) -> int:
        """Returns the number of a term."""
        if term not in self._numbers:
            self._numbers[term] = len(self.terms)
            self.terms.append(term)
        return self._numbers[term]

    def line(self, opcode: int, operands: tuple[int, ...]) -> int:
        """Returns the number of a line."""
        operator = self._operators[opcode]
        return self.number((operator.name, tuple(sorted(operands)) if operator.is_commutative else operands))

    def contents(self, row: int) -> int:
        """Returns the number of the term whose values a row holds; what needs no input is a constant."""
        if row not in self._of_row:
            opcode, *operands = (int(word) for word in self._bank.how[4 * row : 4 * row + 4])
            if opcode == LEAF:
                is_input = operands[0] < self._num_inputs
                term = ("input", (operands[0],)) if is_input else ("constant", (self._word(row),))
                self._of_row[row] = self.number(term)
            else:
                reads = self._operators[opcode].reads
                below = tuple(self.contents(operand) for operand in operands[:reads])
                if all(self.terms[each][0] == "constant" for each in below):
                    self._of_row[row] = self.number(("constant", (self._word(row),)))
                else:
                    self._of_row[row] = self.line(opcode, below)
        return self._of_row[row]

    def _word(self, row: int) -> int:
        return int(self._bank.words[row * int(self._bank.state[at.SIZE])])

    def output(self, hit: Hit) -> int:
        """Returns the number of the term that gives one of the task's outputs."""
        term, goal = self.contents(hit.contents), hit.goal
        while True:
            opcode, is_second, parent, operand = (
                int(word) for word in self._bank.how[4 * goal : 4 * goal + 4]
            )
            if opcode == LEAF:
                return term
            if self._operators[opcode].reads == 1:
                term = self.line(opcode, (term,))
            else:
                other = self.contents(operand)
                term = self.line(opcode, (other, term) if is_second else (term, other))
            goal = parent


def read_solution(
    bank: Bank, operators: tuple[Operator, ...], num_inputs: int, hits: tuple[Hit, ...]
) -> StraightLine:
    """Returns the program that gives every output as its hit says; only what is needed is in it."""
    writer = _Writer(bank, operators, num_inputs)
    outputs = [writer.output(hit) for hit in hits]
    needed: set[int] = set()
    waiting = list(outputs)
    while waiting:
        term = waiting.pop()
        if term not in needed:
            needed.add(term)
            name, operands = writer.terms[term]
            waiting += operands if name not in ("input", "constant") else ()
    used = [(number, *writer.terms[number]) for number in sorted(needed)]
    constants = [(number, operands[0]) for number, name, operands in used if name == "constant"]
    pointers = {number: operands[0] for number, name, operands in used if name == "input"}
    pointers |= {number: num_inputs + place for place, (number, _) in enumerate(constants)}
    lines: list[Term] = []
    for number, name, operands in used:
        if name not in ("input", "constant"):
            pointers[number] = num_inputs + len(constants) + len(lines)
            lines.append((name, tuple(pointers[operand] for operand in operands)))
    return StraightLine(
        tuple(lines), tuple(word for _, word in constants), tuple(pointers[o] for o in outputs)
    )


def price_of(solution: StraightLine, operators: tuple[Operator, ...]) -> int:
    """Returns the sum of the prices of a program's lines."""
    prices = {each.name: each.price for each in operators}
    return sum(prices[name] for name, _ in solution.lines)


def num_carries(solution: StraightLine) -> int:
    """Returns how many lines add or subtract.

    Where a sum and a bitwise operation fit the examples alike, the bitwise one is right more often: it is
    one of many words that no carry tells apart (source: the task "exchange two bit fields").
    """
    return sum(name in ("add", "sub") for name, _ in solution.lines)


def root_goal(bank: Bank, goal: int) -> int:
    """Returns the row of the task's goal that a goal leads to."""
    how = bank.how
    while int(how[4 * goal]) != LEAF:
        goal = int(how[4 * goal + 2])
    return goal


def new_hits(bank: Bank) -> list[Hit]:
    """Takes the hits that the kernels recorded since the last call."""
    count = int(bank.state[at.NUM_HITS])
    bank.state[at.NUM_HITS] = 0
    first = int(bank.state[at.INNER_END])
    pairs = np.array(bank.hits[: 2 * count]).reshape(-1, 2)
    return [Hit(root_goal(bank, int(goal)) - first, int(goal), int(row)) for goal, row in pairs]

"""Decides how a solver's term becomes a straight-line program of words: equal parts become one line.

A truth value becomes a word, 1 or 0; where the condition of an `ite` asks whether a word is 0, the word
itself is the condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from mcts_compose.verification.terms import TRUTH, Term
from vm.assembly.program import AssemblyProgram, Returns
from vm.assembly.sets import SETS

_OPERATORS: Final = {
    **{
        f"bv{name}": name
        for name in ("not", "neg", "and", "or", "xor", "add", "sub", "mul", "udiv", "urem", "sdiv", "srem",
                     "shl", "lshr", "ashr", "ult", "ule", "slt", "sle")
    },
    "=": "eq", "and": "and", "or": "or", "xor": "xor",
}  # fmt: skip
"""Mnemonics by the operators of terms; those on truth values work on their words, 1 and 0."""
_DENIED: Final = {"bvult": "ule", "bvule": "ult", "bvslt": "sle", "bvsle": "slt"}
"""What is true of the swapped operands when an operator is false."""

_Place: TypeAlias = tuple[str, int]
"""`input` and its index, `constant` and the word, or `line` and its index."""


class TermOperatorError(ValueError):
    """A term has an operator that no line of the set computes; the message names it."""


def program_of_term(term: Term, set_name: str, input_names: Sequence[str]) -> AssemblyProgram:
    """Returns a program that computes a term.

    Args:
      term: a word over arguments, all of the set's width.
      set_name: a set of bit vectors.
      input_names: one per argument.

    Raises:
      TermOperatorError: it makes words of other widths, or has an operator that the set has not.
    """
    lines = _Lines(SETS[set_name].width)
    output = lines.place(term)
    read = [*(operand for _, operands in lines.lines for operand in operands), output]
    constants = list(dict.fromkeys(number for kind, number in read if kind == "constant"))
    first_line = len(input_names) + len(constants)

    def pointer(place: _Place) -> int:
        kind, number = place
        if kind == "constant":
            return len(input_names) + constants.index(number)
        return number if kind == "input" else first_line + number

    return AssemblyProgram.from_pointers(
        set_name,
        dict.fromkeys(input_names, SETS[set_name].word_type),
        [(mnemonic, [pointer(operand) for operand in operands]) for mnemonic, operands in lines.lines],
        constants,
        [pointer(output)],
        Returns.WORD,
    )


class _Lines:
    """Lines that grow, each different one once."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines: list[tuple[str, tuple[_Place, ...]]] = []
        self.known: dict[tuple[str, tuple[_Place, ...]], _Place] = {}
        self.places: dict[int, _Place] = {}

    def line(self, mnemonic: str, *operands: _Place) -> _Place:
        """Returns where a line's word is; the line is new, or there already."""
        key = (mnemonic, operands)
        if key not in self.known:
            self.known[key] = ("line", len(self.lines))
            self.lines.append(key)
        return self.known[key]

    def place(self, term: Term) -> _Place:
        """Returns where the word of a term is, or that of a truth value."""
        if term.width not in (TRUTH, self.width):
            raise TermOperatorError(f"it makes words of {term.width} bits")
        if id(term) not in self.places:
            self.places[id(term)] = self._new_place(term)
        return self.places[id(term)]

    def _new_place(self, term: Term) -> _Place:
        if term.operator == "input":
            return ("input", term.number)
        if term.operator == "value":
            return ("constant", term.number)
        if term.operator == "ite":
            return self._choice(*term.operands)
        if term.operator == "not":
            return self._denial(term.operands[0])
        name = _OPERATORS.get(term.operator)
        if name is None:
            raise TermOperatorError(f"no line computes {term.operator}")
        return self.line(name, *map(self.place, term.operands))

    def _choice(self, condition: Term, chosen: Term, other: Term) -> _Place:
        if _is_value(chosen, 1) and _is_value(other, 0):
            return self.place(condition)
        word = _compared_with_zero(condition)
        if word is not None:
            return self.line("ite", self.place(word), self.place(other), self.place(chosen))
        if condition.operator == "not":
            word = _compared_with_zero(condition.operands[0])
        return self.line("ite", self.place(word or condition), self.place(chosen), self.place(other))

    def _denial(self, truth: Term) -> _Place:
        if truth.operator in _DENIED:
            return self.line(_DENIED[truth.operator], *map(self.place, reversed(truth.operands)))
        if truth.operator == "=":
            return self.line("ne", *map(self.place, truth.operands))
        return self.line("eq", self.place(truth), ("constant", 0))


def _is_value(term: Term, number: int) -> bool:
    return term.operator == "value" and term.number == number


def _compared_with_zero(truth: Term) -> Term | None:
    """Returns the word of which a truth value says that it is 0."""
    if truth.operator == "=":
        for word, other in (truth.operands, truth.operands[::-1]):
            if _is_value(other, 0):
                return word
    return None

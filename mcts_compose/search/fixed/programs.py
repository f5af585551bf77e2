"""Turns the actions that a search chose into a program."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mcts_compose.search.fixed.actions import Action
from mcts_compose.search.fixed.problem import FixedProblem
from vm.assembly.program import AsmLine, AssemblyProgram, Returns
from vm.assembly.sets import SETS


class ProgramWriter:
    """Writes the programs of one problem; what they share is made once."""

    def __init__(self, problem: FixedProblem, actions: Sequence[Action]) -> None:
        names: list[str | int] = [*problem.registers, *problem.constants]
        word_of = SETS[problem.set].normal
        self._set = problem.set
        self._inputs = problem.registers[: problem.num_inputs]
        self._types = (SETS[problem.set].word_type,) * problem.num_inputs
        self._outputs = tuple(problem.registers[register] for register in problem.outputs)
        self._lines = [
            AsmLine(action.row.name, tuple(names[cell] for cell in action.operands)).normal(word_of)
            for action in actions
        ]

    def write(self, chosen: Iterable[int]) -> AssemblyProgram:
        """Returns the program that runs the chosen actions, one after the other."""
        lines = tuple(self._lines[number] for number in chosen)
        return AssemblyProgram(self._set, self._inputs, self._types, self._outputs, lines, Returns.WORDS)

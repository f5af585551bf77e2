"""Turns the actions that a search chose into a program."""

from __future__ import annotations

from collections.abc import Sequence

from mcts_compose.search.fixed.actions import Action
from mcts_compose.search.fixed.problem import FixedProblem
from vm.assembly.program import AssemblyProgram, Returns
from vm.assembly.sets import SETS


def program_of(problem: FixedProblem, actions: Sequence[Action], chosen: Sequence[int]) -> AssemblyProgram:
    """Returns the program that runs the chosen actions, one after the other.

    Args:
      problem: names the registers and constants.
      actions: what each action number stands for.
      chosen: action numbers.
    """
    names: list[str | int] = [*problem.registers, *problem.constants]
    word = SETS[problem.set].word_type
    return AssemblyProgram.straight_line(
        problem.set,
        dict.fromkeys(problem.registers[: problem.num_inputs], word),
        [
            (actions[number].row.name, *(names[cell] for cell in actions[number].operands))
            for number in chosen
        ],
        [problem.registers[register] for register in problem.outputs],
        Returns.WORDS,
    )

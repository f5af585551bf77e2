"""Decides what the kernels get to see of a problem, and in which order its examples run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcts_compose.search.fixed.problem import FixedProblem
from mcts_compose.search.fixed.prunes import LOSSLESS
from mcts_compose.search.jumping.endless import make_trail
from mcts_compose.search.jumping.instructions import (
    Instruction,
    Instructions,
    list_instructions,
    tables_of,
)
from mcts_compose.search.jumping.machine import NUM_STATES, Cases
from vm.assembly.sets import SETS


@dataclass(frozen=True)
class Built:
    """A problem in the form that kernels read.

    Attributes:
      instructions: what each instruction number stands for.
      tables: the same for kernels.
      cases: the examples.
      registers: `[R + constants]` int64 with the constants in place.
      state: `[NUM_STATES]` int64.
    """

    instructions: tuple[Instruction, ...]
    tables: Instructions
    cases: Cases
    registers: np.ndarray[tuple[int], np.dtype[np.int64]]
    state: np.ndarray[tuple[int], np.dtype[np.int64]]


def build(
    problem: FixedProblem, rng: np.random.Generator, fuel: int, prunes: frozenset[str] = frozenset(LOSSLESS)
) -> Built:
    """Returns the problem's tables, with the instructions in an order drawn from `rng`."""
    instructions = list_instructions(problem)
    instructions = [instructions[index] for index in rng.permutation(len(instructions))]
    order = example_order(problem)
    num_examples, num_registers = problem.rows.shape
    registers = np.zeros(num_registers + len(problem.constants), np.int64)
    registers[num_registers:] = problem.constants
    cases = Cases(
        rows=np.ascontiguousarray(problem.rows[order], np.int64).reshape(-1),
        goals=np.ascontiguousarray(problem.goals[order], np.int64).reshape(-1),
        outputs=np.array(problem.outputs, np.int64),
        sizes=np.array(
            [num_registers, len(problem.outputs), num_examples, SETS[problem.set].width, fuel], np.int64
        ),
        seen=np.zeros(num_registers + 2, np.int64),
        trail=make_trail(),
    )
    return Built(
        tuple(instructions),
        tables_of(instructions, problem, prunes),
        cases,
        registers,
        np.zeros(NUM_STATES, np.int64),
    )


def example_order(problem: FixedProblem) -> list[int]:
    """Returns the examples with those first that few wrong programs get right by chance.

    These are the ones whose inputs and wanted outputs are many different numbers other than 0; among equals,
    the one with the smallest numbers runs the shortest loops.
    """

    def key(example: int) -> tuple[int, int]:
        words = [*problem.rows[example].tolist(), *problem.goals[example].tolist()]
        return -len({abs(word) for word in words} - {0, 1}), sum(map(abs, words))

    return sorted(range(len(problem.rows)), key=key)

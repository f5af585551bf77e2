"""What a search with fixed memory may see of a task: cells, instructions, shown examples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcts_compose.errors import InputError

MOST_LINES = 5_000
"""Different lines of a program: tables of what each says of the next grow with the square, and take some ten
seconds here (untuned; the largest task of the suites has 215)."""


@dataclass(frozen=True)
class FixedProblem:
    """Examples of a program that writes named registers.

    Shapes: `E` examples, `R` registers, `O` outputs.

    Attributes:
      set: name of the instruction set, as `vm.assembly.sets` knows it.
      instructions: mnemonics that a program may use.
      registers: names; the inputs come first, scratch registers follow.
      num_inputs: how many of the registers are inputs.
      rows: `[E, R]` int64, what the registers hold at the start; scratch registers hold 0.
      goals: `[E, O]` int64, what the outputs should hold at the end.
      outputs: the register of each output.
      constants: words that may stand as immediate operands.
      max_length: longest program in bounds, in instructions; None leaves it to the search.
      description: what the task asks for in words, or None; only priors see it.
    """

    set: str
    instructions: tuple[str, ...]
    registers: tuple[str, ...]
    num_inputs: int
    rows: NDArray[np.int64]
    goals: NDArray[np.int64]
    outputs: tuple[int, ...]
    constants: tuple[int, ...] = ()
    max_length: int | None = None
    description: str | None = None

    def __post_init__(self) -> None:
        wanted = (len(self.goals), len(self.registers)), (len(self.rows), len(self.outputs))
        if (self.rows.shape, self.goals.shape) != wanted or not len(self.rows):
            raise ValueError(f"rows {self.rows.shape} and goals {self.goals.shape} do not fit together")


def check_num_lines(choices: Sequence[Sequence[int]], num_registers: int, before: int) -> int:
    """Returns how many lines there are with those of one more instruction, counted before any is made.

    Those that read several constants and nothing else are not counted: a constant could stand for them.

    Args:
      choices: what may stand at each operand of the instruction; constants come after `num_registers`.
      num_registers: of the problem.
      before: lines of the instructions before it.

    Raises:
      InputError: they are more than a search holds.
    """
    reads = [len(cells) for cells in choices if len(cells) > num_registers]
    writes = math.prod(len(cells) for cells in choices if len(cells) <= num_registers)
    of_constants = math.prod(cells - num_registers for cells in reads) if len(reads) > 1 else 0
    count = before + writes * (math.prod(reads) - of_constants)
    if count > MOST_LINES:
        raise InputError(
            f"the instructions with their registers and constants make {count:,} lines or more, but should "
            f"make {MOST_LINES:,} at most; name fewer"
        )
    return count

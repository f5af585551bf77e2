"""What a search for straight lines of word operations gets, and what it gives back.

The words of a bit trick are the examples; those of a circuit are the rows of a truth table, 64 in a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class WordProblem:
    """Inputs and goals of a straight line of word operations.

    Attributes:
      width: bits of a word, 1..64.
      inputs: `[num_inputs, num_words]`; for truth tables 64 rows of the table are packed in one word.
      goals: `[num_goals, num_words]`, what the outputs must be.
      cares: `[num_goals, num_words]`, the bits of the goals that matter.
      operators: mnemonics of the instruction set.
      constants: words that cost nothing.
    """

    width: int
    inputs: NDArray[np.uint64]
    goals: NDArray[np.uint64]
    cares: NDArray[np.uint64]
    operators: tuple[str, ...]
    constants: tuple[int, ...]


class StraightLine(NamedTuple):
    """A program without jumps: pointers name the inputs, then the constants, then the lines.

    Attributes:
      lines: one mnemonic with the pointers of its operands each.
      constants: pointer `num_inputs + i` is `constants[i]`.
      outputs: pointer of each goal.
    """

    lines: tuple[tuple[str, tuple[int, ...]], ...]
    constants: tuple[int, ...]
    outputs: tuple[int, ...]

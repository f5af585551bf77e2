"""Decides what an assembly task says of the machine that its programs run on: cells, or words that grow.

Array tasks say nothing of it. Reading the field of a task file is `memory_fields`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from vm.assembly.sets import SETS
from vm.values import HostValue


@dataclass(frozen=True)
class _AssemblyMemory:
    """What all assembly tasks say.

    Attributes:
      set: name of the instruction set.
      instructions: mnemonics that a program may use.
    """

    set: str
    instructions: tuple[str, ...]

    @property
    def width(self) -> int:
        """Bits of a word."""
        return SETS[self.set].width


@dataclass(frozen=True)
class FixedMemory(_AssemblyMemory):
    """Cells that instructions write: the inputs, scratch registers that start as 0, and flags.

    Attributes:
      set: name of the instruction set.
      instructions: mnemonics that a program may use.
      scratch: names of the scratch registers.
      outputs: names of the registers that hold the answer when a program ends.
      constants: words that may stand as immediate operands.
      max_length: longest program in bounds, in instructions; None leaves it to the search.
      is_complete: whether shown and held-out examples together are every input that there is, or stand for
        every order of inputs that there is.
    """

    scratch: tuple[str, ...]
    outputs: tuple[str, ...]
    constants: tuple[int, ...] = ()
    max_length: int | None = None
    is_complete: bool = False


@dataclass(frozen=True)
class WordMemory(_AssemblyMemory):
    """Words that grow by one with every instruction: loop-free programs of bit tricks and circuits.

    Attributes:
      set: name of the instruction set; it has three addresses.
      instructions: mnemonics that a program may use.
      constants: words that may stand as operands, each 0 .. 2**width - 1.
      max_length: as of `FixedMemory`.
      is_complete: as of `FixedMemory`.
    """

    constants: tuple[int, ...] = ()
    max_length: int | None = None
    is_complete: bool = False


@dataclass(frozen=True)
class TruthTable:
    """Boolean functions of the same inputs, each written out.

    Attributes:
      num_inputs: arguments; the first is the most significant bit of a row's number.
      outputs: one text per function; character k is its value in row k: `0`, `1`, or `-` for any.
    """

    num_inputs: int
    outputs: tuple[str, ...]

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The rows in which some function has a value; the others are no examples."""
        free = "-" * len(self.outputs)
        return tuple(
            row for row, marks in enumerate(zip(*self.outputs, strict=True)) if "".join(marks) != free
        )

    @property
    def inputs(self) -> tuple[tuple[bool, ...], ...]:
        """The arguments of `rows`."""
        every = arguments_of(self.num_inputs)
        return tuple(every[row] for row in self.rows)

    @property
    def values(self) -> tuple[list[HostValue], ...]:
        """The values of all functions in `rows`; one that may be any is given as false."""
        return tuple([output[row] == "1" for output in self.outputs] for row in self.rows)

    @property
    def cares(self) -> tuple[tuple[bool, ...], ...]:
        """For `rows`, which of the values matter."""
        return tuple(tuple(output[row] != "-" for output in self.outputs) for row in self.rows)


@lru_cache(maxsize=16)
def arguments_of(num_inputs: int) -> tuple[tuple[bool, ...], ...]:
    """Returns the arguments of every row of a truth table, in order."""
    shifts = range(num_inputs - 1, -1, -1)
    return tuple(tuple(bool(row >> shift & 1) for shift in shifts) for row in range(2**num_inputs))

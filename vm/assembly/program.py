"""Decides what an assembly program is: immutable lines over named registers, and their canonical text.

    x86 (a: int, b: int) -> (a, b)
    cmp a, b
    jle done
    mov s, a
    mov a, b
    mov b, s
    done:

Registers are the inputs (a list makes two: its address and its length, `xs` and `xs_len`) and the scratch
registers, which are those that are named and are no inputs; they start as 0. Immediates are kept as words of
the set, so equal text means equal programs, and `AssemblyProgram.parse(str(p)) == p`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from vm.assembly.isa import ASSEMBLY_HASH, ASSEMBLY_ROWS, OperandKind
from vm.assembly.sets import SETS, InstructionSet
from vm.program import ProgramError
from vm.values import Batch, Elem, HostValue, ValueType, encode

if TYPE_CHECKING:
    from vm.assembly.execute import AssemblyRun
    from vm.assembly.trace import Step
    from vm.limits import Limits

LENGTH_SUFFIX = "_len"
HASH_BYTES = 16


@dataclass(frozen=True)
class Address:
    """A place in memory: a register's word plus an offset, or the offset alone."""

    base: str | None
    offset: int = 0

    def __str__(self) -> str:
        if self.base is None:
            return f"[{self.offset}]"
        sign = "-" if self.offset < 0 else "+"
        return f"[{self.base} {sign} {abs(self.offset)}]" if self.offset else f"[{self.base}]"


Operand: TypeAlias = "str | int | Address"
"""A register's or label's name, an immediate, or a place in memory; the row says which may stand where."""


@dataclass(frozen=True)
class AsmLine:
    """One instruction."""

    mnemonic: str
    operands: tuple[Operand, ...] = ()

    @cached_property
    def text(self) -> str:
        """The line as it is written."""
        return f"{self.mnemonic} {', '.join(map(str, self.operands))}".rstrip()

    @cached_property
    def has_numbers(self) -> bool:
        """Whether an operand is an immediate or a place in memory."""
        return not all(isinstance(operand, str) for operand in self.operands)

    def __str__(self) -> str:
        return self.text

    def normal(self, word_of: Callable[[int], int]) -> AsmLine:
        """Returns the line with its numbers as words."""
        if not self.has_numbers:
            return self
        return AsmLine(self.mnemonic, tuple(_normal(operand, word_of) for operand in self.operands))


def _normal(operand: Operand, word_of: Callable[[int], int]) -> Operand:
    """Returns an operand with its number as a word."""
    if isinstance(operand, Address):
        return Address(operand.base, word_of(operand.offset))
    return word_of(operand) if isinstance(operand, int) else operand


class Returns(IntEnum):
    """What a program gives."""

    WORD = 0
    """`-> r`: one word."""
    TRUTH = 1
    """`-> r: bool`: whether one word is not 0; for gates that is a word."""
    WORDS = 2
    """`-> (r, s)`: a list of words."""
    MEMORY = 3
    """`-> [p : n]`: the n words of memory from address p."""


@dataclass(frozen=True, eq=False)
class AssemblyProgram:
    """An immutable program of the scalar machine; construction brings its immediates to canonical form.

    Attributes:
      set: the name of its instruction set.
      input_names: one for each input.
      input_types: one for each input.
      outputs: registers, or immediates; for `Returns.MEMORY` the address and the number of words.
      instructions: its lines, without labels.
      returns: what is made of the outputs.
      labels: names, each with the index of the line it stands before, in order of that index.
    """

    set: str
    input_names: tuple[str, ...]
    input_types: tuple[ValueType, ...]
    outputs: tuple[str | int, ...]
    instructions: tuple[AsmLine, ...]
    returns: Returns = Returns.WORDS
    labels: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if len(self.input_names) != len(self.input_types):
            raise ProgramError(f"{len(self.input_names)} input names for {len(self.input_types)} input types")
        if self.set not in SETS:
            raise ProgramError(f"unknown instruction set {self.set!r}; known are {', '.join(SETS)}")
        normal = self.instruction_set.normal
        lines = tuple(line.normal(normal) for line in self.instructions)
        outputs = tuple(normal(output) if isinstance(output, int) else output for output in self.outputs)
        is_word = self.returns is Returns.TRUTH and self.instruction_set.width == 1
        object.__setattr__(self, "instructions", lines)
        object.__setattr__(self, "outputs", outputs)
        object.__setattr__(self, "returns", Returns.WORD if is_word else self.returns)
        object.__setattr__(self, "labels", tuple(sorted(self.labels, key=lambda label: label[1])))

    @classmethod
    def parse(cls, text: str) -> AssemblyProgram:
        """Returns the program that `text` says, verified.

        Raises:
          ProgramError: the text is no program, or one that may not run; line and column are named.
        """
        from vm.assembly.assembler import assemble

        return assemble(text)

    @classmethod
    def straight_line(
        cls,
        set_name: str,
        inputs: Mapping[str, ValueType],
        lines: Iterable[Sequence[Operand]],
        outputs: Sequence[str | int],
        returns: Returns = Returns.WORDS,
    ) -> AssemblyProgram:
        """Returns a program without labels.

        Args:
          set_name: its instruction set.
          inputs: names and types.
          lines: each a mnemonic and its operands.
          outputs: registers or immediates.
          returns: what is made of the outputs.
        """
        instructions = tuple(AsmLine(str(line[0]), tuple(line[1:])) for line in lines)
        return cls(set_name, tuple(inputs), tuple(inputs.values()), tuple(outputs), instructions, returns)

    @classmethod
    def from_pointers(
        cls,
        set_name: str,
        inputs: Mapping[str, ValueType],
        lines: Sequence[tuple[str, Sequence[int]]],
        constants: Sequence[int],
        outputs: Sequence[int],
        returns: Returns = Returns.WORDS,
    ) -> AssemblyProgram:
        """Returns a program of a set of three addresses in which every line writes a new register.

        Args:
          set_name: its instruction set.
          inputs: names and types.
          lines: mnemonics and the pointers they read; pointers are inputs, then constants, then lines.
          constants: words that stand in the text where they are read.
          outputs: pointers.
          returns: what is made of the outputs.
        """
        operands: list[str | int] = [*inputs, *constants]
        number = 0
        instructions = []
        for mnemonic, pointers in lines:
            number += 1
            while f"t{number}" in inputs:
                number += 1
            instructions.append((mnemonic, f"t{number}", *(operands[pointer] for pointer in pointers)))
            operands.append(f"t{number}")
        given = [operands[pointer] for pointer in outputs]
        return cls.straight_line(set_name, inputs, instructions, given, returns)

    @property
    def instruction_set(self) -> InstructionSet:
        """The row of `SETS` that the program is written in."""
        return SETS[self.set]

    @property
    def num_inputs(self) -> int:
        """How many inputs the program takes."""
        return len(self.input_names)

    @property
    def length(self) -> int:
        """How many instructions the program has."""
        return len(self.instructions)

    @property
    def called(self) -> frozenset[str]:
        """The names of all skills that the program calls: none."""
        return frozenset()

    @property
    def output_type(self) -> ValueType:
        """The type of what it returns."""
        if self.returns is Returns.TRUTH:
            return ValueType(Elem.BOOL, 0)
        word = self.instruction_set.word_type
        return word if self.returns is Returns.WORD else ValueType(word.elem, 1)

    @cached_property
    def input_registers(self) -> tuple[str, ...]:
        """The registers that the inputs make, in order."""
        names: list[str] = []
        for name, type_ in zip(self.input_names, self.input_types, strict=True):
            names += [name, name + LENGTH_SUFFIX] if type_.rank else [name]
        return tuple(names)

    @cached_property
    def registers(self) -> tuple[str, ...]:
        """All registers: those of the inputs, then the scratch registers in the order they are named."""
        names = dict.fromkeys(self.input_registers)
        for line in self.instructions:
            row = ASSEMBLY_ROWS.get(line.mnemonic)
            kinds = (
                () if row is None else (row.three if self.instruction_set.addresses == 3 else row.two) or ()
            )
            for kind, operand in zip(kinds, line.operands, strict=False):
                name = operand.base if isinstance(operand, Address) else operand
                if isinstance(name, str) and kind not in (OperandKind.LABEL, OperandKind.NEXT_LABEL):
                    names[name] = None
        return tuple(names)

    def type_text(self, type_: ValueType) -> str:
        """Returns how the program's header writes a type."""
        word = self.instruction_set.word
        if type_.elem is Elem.INT and type_.rank < 2:
            return f"list[{word}]" if type_.rank else word
        return str(type_)

    @cached_property
    def text_lines(self) -> tuple[str, ...]:
        """The lines of the canonical text: the header, labels and instructions."""
        inputs = ", ".join(
            f"{name}: {self.type_text(type_)}"
            for name, type_ in zip(self.input_names, self.input_types, strict=True)
        )
        outputs = [str(output) for output in self.outputs]
        gives = {
            Returns.WORD: ", ".join(outputs),
            Returns.TRUTH: f"{', '.join(outputs)}: bool",
            Returns.WORDS: f"({', '.join(outputs)})",
            Returns.MEMORY: f"[{' : '.join(outputs)}]",
        }[self.returns]
        lines = [f"{self.set} ({inputs}) -> {gives}"]
        labels = list(self.labels)
        for number, line in enumerate(self.instructions):
            while labels and labels[0][1] == number:
                lines.append(f"{labels.pop(0)[0]}:")
            lines.append(line.text)
        return (*lines, *(f"{name}:" for name, _ in labels))

    @property
    def text(self) -> str:
        """The canonical text in one line."""
        return "; ".join(self.text_lines)

    def line_text(self, number: int) -> str:
        """Returns the text of one instruction."""
        return str(self.instructions[number])

    def __str__(self) -> str:
        return "\n".join(self.text_lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssemblyProgram) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    @cached_property
    def hash(self) -> str:
        """A hash of the text and of the instruction table."""
        return hashlib.blake2b(f"{ASSEMBLY_HASH}|{self.text}".encode(), digest_size=HASH_BYTES).hexdigest()

    def run(self, batches: Sequence[Batch], limits: Limits | None = None) -> AssemblyRun:
        """Runs the program on all examples.

        Raises:
          ProgramError: the program may not run, or the batches do not fit its inputs.
        """
        from vm.assembly.execute import run_assembly_program

        return run_assembly_program(self, batches, limits)

    def __call__(self, *inputs: HostValue) -> HostValue:
        """Runs the program on one input.

        Raises:
          Fault: the run ended without a result.
          ProgramError: the program may not run, or the inputs do not fit.
        """
        self._check_count(inputs)
        batches = [encode([value], type_) for value, type_ in zip(inputs, self.input_types, strict=True)]
        return self.run(batches).outputs()[0]

    def trace(self, *inputs: HostValue, limits: Limits | None = None) -> Iterator[Step]:
        """Yields the machine before the first instruction and after each one, on one input.

        Raises:
          ProgramError: the program may not run, or the inputs do not fit.
        """
        from vm.assembly.trace import trace_assembly

        self._check_count(inputs)
        return trace_assembly(self, inputs, limits)

    def _check_count(self, inputs: Sequence[HostValue]) -> None:
        if len(inputs) != self.num_inputs:
            raise ProgramError(f"the program takes {self.num_inputs} inputs, not {len(inputs)}")

    def to_python(self) -> str:
        """Returns Python source of a standalone function `solve`.

        Raises:
          ProgramError: the program may not run.
        """
        from vm.assembly.export_python import python_source

        return python_source(self)

    def to_c(self, name: str) -> str:
        """Returns C99 source of a standalone function; see export_c.py for how it is called.

        Raises:
          ProgramError: the program may not run, or a function cannot have the name.
        """
        from vm.assembly.export_c import c_source

        return c_source(self, name)

    def to_x86(self, name: str) -> str:
        """Returns x86-64 assembly of a standalone function; see export_x86.py for how it is called.

        Raises:
          ProgramError: the program may not run, or the processor cannot do the same; the message says why.
        """
        from vm.assembly.export_x86 import x86_source

        return x86_source(self, name)

"""The plain twin of the scalar machine: what every instruction does, written from the table's words.

A word of `width` bits is an int: 0 .. 2**width - 1 below 64 bits, signed at 64.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from vm.assembly.isa import CONDITIONS, EQUAL, GREATER, LESS
from vm.assembly.program import LENGTH_SUFFIX, Address, AssemblyProgram, Operand, Returns
from vm.assembly.state import MAX_STACK, data_words
from vm.isa import Status
from vm.limits import DEFAULT_LIMITS, Limits
from vm.reference.forms import Form, ReferenceFault, form_words, from_form, to_form
from vm.values import HostValue


def unsigned(word: int, width: int) -> int:
    """Returns the number 0 .. 2**width - 1 that a word stands for."""
    return word % (1 << width)


def signed(word: int, width: int) -> int:
    """Returns the number -2**(width - 1) .. 2**(width - 1) - 1 that a word stands for."""
    number = unsigned(word, width)
    return number - (1 << width) if number >= 1 << (width - 1) else number


def to_word(number: int, width: int) -> int:
    """Returns a number as a word."""
    return signed(number, 64) if width == 64 else unsigned(number, width)


def _quotient(a: int, b: int) -> int:
    """Returns the quotient of two signed numbers, rounded towards zero; by zero as SMT-LIB has it."""
    if b == 0:
        return 1 if a < 0 else -1
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _remainder(a: int, b: int) -> int:
    return a if b == 0 else a - b * _quotient(a, b)


_UNSIGNED: Final[dict[str, Callable[..., int]]] = {
    "mov": lambda a, b, c, width: a,
    "not": lambda a, b, c, width: 2**width - 1 - a,
    "and": lambda a, b, c, width: a & b,
    "or": lambda a, b, c, width: a | b,
    "xor": lambda a, b, c, width: a ^ b,
    "nand": lambda a, b, c, width: 2**width - 1 - (a & b),
    "nor": lambda a, b, c, width: 2**width - 1 - (a | b),
    "xnor": lambda a, b, c, width: 2**width - 1 - (a ^ b),
    "andn": lambda a, b, c, width: (2**width - 1 - a) & b,
    "orn": lambda a, b, c, width: (2**width - 1 - a) | b,
    "add": lambda a, b, c, width: a + b,
    "sub": lambda a, b, c, width: a - b,
    "neg": lambda a, b, c, width: -a,
    "mul": lambda a, b, c, width: a * b,
    "imul": lambda a, b, c, width: a * b,
    "ite": lambda a, b, c, width: b if a else c,
    "shl": lambda a, b, c, width: a * 2**b if b < width else 0,
    "lshr": lambda a, b, c, width: a // 2**b if b < width else 0,
    "shr": lambda a, b, c, width: a // 2**b if b < width else 0,
    "udiv": lambda a, b, c, width: a // b if b else 2**width - 1,
    "urem": lambda a, b, c, width: a % b if b else a,
    "ult": lambda a, b, c, width: a < b,
    "ule": lambda a, b, c, width: a <= b,
    "eq": lambda a, b, c, width: a == b,
    "ne": lambda a, b, c, width: a != b,
}
"""What operators give on unsigned numbers, before it is made a word."""

_SIGNED: Final[dict[str, Callable[..., int]]] = {
    "min": lambda a, b, width: min(a, b),
    "max": lambda a, b, width: max(a, b),
    "ashr": lambda a, b, width: a // 2 ** min(unsigned(b, width), width),
    "sar": lambda a, b, width: a // 2 ** min(unsigned(b, width), width),
    "sdiv": lambda a, b, width: _quotient(a, b),
    "srem": lambda a, b, width: _remainder(a, b),
    "slt": lambda a, b, width: a < b,
    "sle": lambda a, b, width: a <= b,
}
"""What operators give on signed numbers, before it is made a word."""

REFERENCE_OPERATORS: Final[frozenset[str]] = frozenset({*_UNSIGNED, *_SIGNED})


def apply_operator(name: str, width: int, a: int, b: int = 0, c: int = 0) -> int:
    """Returns the word that an operator gives on words of `width` bits."""
    if name in _SIGNED:
        return to_word(int(_SIGNED[name](signed(a, width), signed(b, width), width)), width)
    words = [unsigned(word, width) for word in (a, b, c)]
    return to_word(int(_UNSIGNED[name](*words, width)), width)


def compare_words(a: int, b: int) -> int:
    """Returns the flags after comparing two signed words."""
    if a == b:
        return EQUAL
    return LESS if a < b else GREATER


def condition_holds(suffix: str, flags: int) -> bool:
    """Says whether the condition named `e`, `ne`, `l`, ... holds; 0 stands for nothing compared yet."""
    return flags in (LESS, EQUAL, GREATER) and CONDITIONS[suffix] & flags == flags


class AssemblyMachine:
    """One lane in progress; a step raises `ReferenceFault`, and `line` then is the one that faulted."""

    def __init__(self, program: AssemblyProgram, inputs: Sequence[Form], capacity: int) -> None:
        self.program = program
        self.width = program.instruction_set.width
        self.labels = dict(program.labels)
        self.registers = dict.fromkeys(program.registers, 0)
        self.memory = [0] * data_words(capacity)
        self.stack: list[int] = []
        self.flags = 0
        self.line = program.length
        used = 0
        for name, type_, form in zip(program.input_names, program.input_types, inputs, strict=True):
            if type_.rank == 0:
                self.registers[name] = to_word(int(form), self.width)
                continue
            if used + len(form) > len(self.memory):
                raise ReferenceFault(Status.OUT_OF_MEMORY)
            self.memory[used : used + len(form)] = form
            self.registers[name], self.registers[name + LENGTH_SUFFIX] = used, len(form)
            used += len(form)
        self.line = 0

    @property
    def has_ended(self) -> bool:
        """Whether there is no line to go on with."""
        return self.line == self.program.length

    def read(self, operand: Operand) -> int:
        """Returns the word of a register or immediate."""
        assert not isinstance(operand, Address)
        return self.registers[operand] if isinstance(operand, str) else operand

    def place(self, operand: Operand) -> int:
        """Returns the index into memory that an operand names."""
        assert isinstance(operand, Address)
        base = 0 if operand.base is None else self.registers[operand.base]
        address = to_word(base + operand.offset, 64)
        if not 0 <= address < len(self.memory):
            raise ReferenceFault(Status.BAD_INDEX)
        return address

    def put(self, word: int) -> None:
        """Puts a word on the stack."""
        if len(self.stack) == MAX_STACK:
            raise ReferenceFault(Status.STACK_OVERFLOW)
        self.stack.append(word)

    def return_line(self) -> int:
        """Returns where a return goes."""
        if not self.stack:
            return self.program.length
        line = self.stack.pop()
        if not 0 <= line <= self.program.length:
            raise ReferenceFault(Status.BAD_INDEX)
        return line

    def run_operator(self, name: str, operands: Sequence[Operand]) -> None:
        """Runs an operator: the result goes to the first operand."""
        first = 1 if self.program.instruction_set.addresses == 3 or name == "mov" else 0
        words = [self.read(operand) for operand in operands[first:]]
        self.registers[str(operands[0])] = apply_operator(name, self.width, *words)

    def step(self) -> None:
        """Runs one instruction."""
        line = self.program.instructions[self.line]
        name, operands = line.mnemonic, line.operands
        following = self.line + 1
        if name in REFERENCE_OPERATORS:
            self.run_operator(name, operands)
        elif name == "cmp":
            self.flags = compare_words(self.read(operands[0]), self.read(operands[1]))
        elif name.startswith("cmov"):
            if condition_holds(name.removeprefix("cmov"), self.flags):
                self.registers[str(operands[0])] = self.read(operands[1])
        elif name == "load":
            self.registers[str(operands[0])] = self.memory[self.place(operands[1])]
        elif name == "store":
            self.memory[self.place(operands[0])] = self.read(operands[1])
        elif name == "push":
            self.put(self.read(operands[0]))
        elif name == "pop":
            if not self.stack:
                raise ReferenceFault(Status.STACK_UNDERFLOW)
            self.registers[str(operands[0])] = self.stack.pop()
        elif name == "call":
            self.put(following)
            following = self.labels[str(operands[0])]
        elif name == "ret":
            following = self.return_line()
        elif name == "subleq":
            self.registers[str(operands[1])] = apply_operator(
                "sub", self.width, self.read(operands[1]), self.read(operands[0])
            )
            if self.registers[str(operands[1])] <= 0 and len(operands) > 2:
                following = self.labels[str(operands[2])]
        elif name == "jmp" or condition_holds(name.removeprefix("j"), self.flags):
            following = self.labels[str(operands[0])]
        self.line = following

    def result(self) -> Form:
        """Returns what the program gives when it has ended."""
        program = self.program
        words = [self.read(output) for output in program.outputs]
        if program.returns is Returns.MEMORY:
            address, size = words
            if size < 0 or address < 0 or address + size > len(self.memory):
                raise ReferenceFault(Status.BAD_INDEX)
            return self.memory[address : address + size]
        if program.returns is Returns.TRUTH:
            return words[0] != 0
        made = [bool(word) if self.width == 1 else word for word in words]
        return made[0] if program.returns is Returns.WORD else made


def run_assembly_lanes(
    program: AssemblyProgram,
    inputs: Sequence[Sequence[Form]],
    num_lanes: int,
    capacity: int,
    charge: Callable[[], None],
) -> tuple[list[Form] | None, Status, int | None]:
    """Runs a program lane after lane; returns the results, or the fault and its line.

    Args:
      program: what to run.
      inputs: for each input its forms, one for each lane.
      num_lanes: how many.
      capacity: most words of the result over all lanes.
      charge: is called for every instruction; raises `ReferenceFault` when there is no fuel left.
    """
    results: list[Form] = []
    for lane in range(num_lanes):
        line: int | None = None
        try:
            machine = AssemblyMachine(program, [forms[lane] for forms in inputs], capacity)
            while not machine.has_ended:
                line = machine.line
                charge()
                machine.step()
            line = None
            results.append(machine.result())
            if sum(map(form_words, results)) > capacity:
                raise ReferenceFault(Status.OUT_OF_MEMORY)
        except ReferenceFault as fault:
            return None, fault.status, line
    return results, Status.OK, None


@dataclass(frozen=True)
class AssemblyReferenceRun:
    """What a run gave; see `vm.assembly.execute.AssemblyRun`."""

    status: Status
    line: int | None
    fuel_used: int
    outputs: list[HostValue] | None


def run_assembly_reference(
    program: AssemblyProgram, inputs: Sequence[Sequence[HostValue]], limits: Limits = DEFAULT_LIMITS
) -> AssemblyReferenceRun:
    """Runs an assembly program on all examples; without inputs there is one. The heap is taken to suffice."""
    used = 0

    def charge() -> None:
        nonlocal used
        if used == limits.fuel:
            raise ReferenceFault(Status.OUT_OF_FUEL)
        used += 1

    forms = [
        [to_form(value, type_) for value in values]
        for values, type_ in zip(inputs, program.input_types, strict=True)
    ]
    num_lanes = len(forms[0]) if forms else 1
    results, status, line = run_assembly_lanes(program, forms, num_lanes, limits.capacity, charge)
    outputs = None if results is None else [from_form(form, program.output_type) for form in results]
    return AssemblyReferenceRun(status, line, used, outputs)

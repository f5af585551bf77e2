"""Random assembly programs over all sets: jumps, calls, stack and memory included, and spoilt ones."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from tests.vm.random_values import EDGE_INTS, random_int
from vm.assembly.isa import ASSEMBLY_ROWS, OperandKind
from vm.assembly.program import Address, AsmLine, AssemblyProgram, Operand, Returns
from vm.assembly.sets import SETS, InstructionSet
from vm.limits import Limits
from vm.values import Batch, Elem, HostValue, ValueType, encode

BOOL, INTS = ValueType(Elem.BOOL, 0), ValueType(Elem.INT, 1)
HEAP = 1 << 12
FUELS = (0, 1, 7, 60, 400, 400, 400, 2500)
CAPACITIES = (3, 9, 40, 40)
X86_WEIGHTS = {"load": 4, "store": 4, "push": 5, "pop": 4, "call": 3, "ret": 3, "cmp": 6}
NO_NAME = "nowhere"


@dataclass(frozen=True)
class AssemblyCase:
    """One fuzz case; a program that is spoilt must be refused."""

    program: AssemblyProgram
    batches: tuple[Batch, ...]
    limits: Limits
    is_spoilt: bool


class AssemblyGenerator:
    """An endless, seeded supply of cases."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.registers: list[str] = []
        self.labels: list[str] = []

    def word(self, set_: InstructionSet) -> int:
        """Returns an immediate: small numbers and edges."""
        rng = self.rng
        number = rng.randint(-3, 9) if rng.random() < 0.7 else rng.choice((*EDGE_INTS, set_.width))
        return set_.normal(number)

    def operand(self, kind: OperandKind, set_: InstructionSet) -> Operand:
        """Returns something that may stand at a place of this kind."""
        rng = self.rng
        if kind is OperandKind.ADDRESS:
            base = rng.choice((None, *self.registers))
            return Address(base, rng.randint(0, 8) if rng.random() < 0.9 else self.word(set_))
        if kind in (OperandKind.LABEL, OperandKind.NEXT_LABEL):
            return rng.choice(self.labels)
        if kind is OperandKind.READ and rng.random() < 0.3:
            return self.word(set_)
        return rng.choice(self.registers)

    def line(self, set_: InstructionSet) -> AsmLine:
        """Returns a random instruction."""
        weights = [X86_WEIGHTS.get(name, 2) for name in set_.mnemonics]
        name = self.rng.choices(set_.mnemonics, weights)[0]
        kinds = set_.operand_kinds(ASSEMBLY_ROWS[name])
        operands = tuple(self.operand(kind, set_) for kind in kinds)
        if OperandKind.NEXT_LABEL in kinds and self.rng.random() < 0.4:
            operands = operands[:-1]
        return AsmLine(name, operands)

    def program(self, set_: InstructionSet | None = None) -> AssemblyProgram:
        """Returns a program that may run."""
        rng = self.rng
        if set_ is None:
            set_ = SETS["x86"] if rng.random() < 0.6 else rng.choice(list(SETS.values()))
        choices = [set_.word_type, set_.word_type, BOOL] + [INTS] * (2 * set_.has_memory)
        types = tuple(rng.choice(choices) for _ in range(rng.choice((0, 1, 2, 2, 3))))
        names = tuple(f"x{number}" for number in range(len(types)))
        registers = [name for name, type_ in zip(names, types, strict=True)]
        registers += [f"{name}_len" for name, type_ in zip(names, types, strict=True) if type_.rank]
        self.registers = [*registers, *(f"r{number}" for number in range(rng.randint(1, 3)))]
        self.labels = [f"l{number}" for number in range(3)]
        length = rng.choice((0, 1, 2, 4, 8, 12, 20))
        lines = tuple(self.line(set_) for _ in range(length))
        labels = tuple((label, rng.randint(0, length)) for label in self.labels)
        returns = rng.choice(
            [Returns.WORD, Returns.TRUTH, Returns.WORDS] + [Returns.MEMORY] * set_.has_memory
        )
        count = {Returns.WORDS: rng.randint(0, 3), Returns.MEMORY: 2}.get(returns, 1)
        program = AssemblyProgram(set_.name, names, types, (), lines, Returns.WORDS, labels)
        known = [*program.registers, *([0, 3, 9] if returns is Returns.MEMORY else [self.word(set_)])]
        return replace(program, outputs=tuple(rng.choice(known) for _ in range(count)), returns=returns)

    def spoilt(self, program: AssemblyProgram) -> AssemblyProgram:
        """Returns the program changed at one place so that it may not run."""
        rng, lines = self.rng, list(program.instructions)
        kind = rng.randrange(5)
        if kind == 0 or not lines:
            return replace(program, outputs=(NO_NAME,), returns=Returns.WORD)
        if kind == 1 and program.set != "x86":
            return replace(program, outputs=(0, 0), returns=Returns.MEMORY)
        at = rng.randrange(len(lines))
        line = lines[at]
        if kind == 2 or not line.operands:
            lines[at] = AsmLine(line.mnemonic, (*line.operands, 0, 0, 0))
        elif kind == 3:
            lines[at] = AsmLine("mul" if program.set == "x86" else "jmp", line.operands)
        else:
            kinds = program.instruction_set.operand_kinds(ASSEMBLY_ROWS[line.mnemonic])
            place = rng.randrange(len(line.operands))
            is_label = kinds[place] in (OperandKind.LABEL, OperandKind.NEXT_LABEL)
            wrong: Operand = 7 if kinds[place] is OperandKind.ADDRESS else Address(None, 3)
            operands = list(line.operands)
            operands[place] = NO_NAME if is_label else wrong
            lines[at] = AsmLine(line.mnemonic, tuple(operands))
        return replace(program, instructions=tuple(lines))

    def value(self, type_: ValueType) -> HostValue:
        """Returns an input."""
        rng = self.rng
        if type_.rank:
            return [random_int(rng) for _ in range(rng.choice((0, 1, 3, 5)))]
        return rng.random() < 0.5 if type_.elem is Elem.BOOL else random_int(rng)

    def case(self, spoilt_share: float) -> AssemblyCase:
        """Returns the next case; `spoilt_share` of them are spoilt."""
        rng, program = self.rng, self.program()
        is_spoilt = rng.random() < spoilt_share
        lanes = rng.choice((1, 1, 2, 3)) if program.num_inputs else 1
        batches = tuple(
            encode([self.value(type_) for _ in range(lanes)], type_) for type_ in program.input_types
        )
        limits = Limits(rng.choice(FUELS), rng.choice(CAPACITIES), HEAP)
        return AssemblyCase(self.spoilt(program) if is_spoilt else program, batches, limits, is_spoilt)

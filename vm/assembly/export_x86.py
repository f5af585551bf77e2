"""Decides how a program of registers is written for x86-64 processors: text for the GNU assembler.

The function follows the System V calling convention and is called as the C export is (export_interface.py):
`void name(int64_t *values)`, `void name(const int64_t *in, int64_t *out)` or `int64_t name(int64_t a, ...)`.
Registers and the immediates that do not fit into an instruction get a register of the processor each; then
every instruction becomes one of the processor's, with these exceptions:

* `min` and `max` become `cmp` and a conditional move: the processor's own (pminsd and its kin) have no form
  for the 64 bits of a word that all processors know.
* On the machine only `cmp` writes the flags. An operator that stands between a `cmp` and its use, and would
  write the processor's, is put between `pushfq` and `popfq`.
* A condition that is asked for before any comparison never holds, so nothing is written for it.
* A `ret` that ends the program jumps to where the outputs are stored.

Refused is what the processor does otherwise: shifts by a register, which it takes modulo 64, a stack whose
depth at a line depends on the way to it, and conditions that may be asked for before the first comparison;
also memory, of which the machine has its own, and words of less than 64 bits. The stack has no end that the
function knows of.
"""

from __future__ import annotations

from typing import Final

from vm.assembly import isa
from vm.assembly.export_interface import Interface, interface_of, require_name
from vm.assembly.flow import MAIN, Compared, StackUse, comparisons, flags_wanted, opcode_of, target_of
from vm.assembly.isa import ASSEMBLY_ROWS
from vm.assembly.program import Address, AssemblyProgram, Operand, Returns
from vm.assembly.verifier import require_verified
from vm.program import ProgramError

WORD_BITS: Final = 64
WORD_BYTES: Final = 8
ARGUMENTS: Final = ("rdi", "rsi", "rdx", "rcx", "r8", "r9")
FREE: Final = ("rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "rsi", "rdi")
SAVED: Final = ("rbx", "rbp", "r12", "r13", "r14", "r15")
"""Registers that may be lost, and those that may not; source: System V ABI, AMD64 supplement, 3.2.1."""

_SETS: Final = ("x86", "minmax")
_WRITES_FLAGS: Final = frozenset(
    {isa.ADD, isa.SUB, isa.NEG, isa.MUL, isa.AND, isa.OR, isa.XOR, isa.SHL, isa.LSHR, isa.ASHR}
)
_SHIFTS: Final = frozenset({isa.SHL, isa.LSHR, isa.ASHR})
_NEEDS_REGISTER: Final = frozenset({isa.MIN, isa.MAX})
_INSTRUCTION_BITS: Final = 31  # an immediate of an instruction has so many bits beside its sign


def _fits(word: int) -> bool:
    return -(1 << _INSTRUCTION_BITS) <= word < 1 << _INSTRUCTION_BITS


class _Function:
    """Writes one program."""

    def __init__(self, program: AssemblyProgram, name: str) -> None:
        require_verified(program)
        require_name(name)
        self.program, self.name, self.length = program, name, program.length
        self.opcodes = [opcode_of(program, line) for line in range(self.length)]
        self.targets = [target_of(program, line) for line in range(self.length)]
        self.interface = interface_of(program)
        self._refuse()
        self.stack = StackUse(program)
        self.compared, self.wanted = comparisons(program), flags_wanted(program)
        self.registers = self._allotted()
        self.saved = [register for register in SAVED if register in self.registers.values()]

    def _refuse(self) -> None:
        """Raises an error if the processor cannot do the same."""
        program = self.program
        if program.set not in _SETS:
            raise ProgramError(f"{program.set} has no words of x86-64; sets that have are {', '.join(_SETS)}")
        for name, type_ in zip(program.input_names, program.input_types, strict=True):
            if type_ != program.instruction_set.word_type:
                raise ProgramError(f"input {name} is of type {type_}, where an export to x86-64 takes ints")
        if program.returns is Returns.MEMORY:
            raise ProgramError("the outputs stand in the machine's memory, which an export to x86-64 has not")
        known = comparisons(program)
        for line, instruction in enumerate(program.instructions):
            where = f"instruction {line}, `{instruction}`"
            if self.opcodes[line] in (isa.LOAD, isa.STORE):
                raise ProgramError(f"{where} uses the machine's memory, which an export to x86-64 has not")
            if self.opcodes[line] in _SHIFTS and not isinstance(instruction.operands[1], int):
                raise ProgramError(f"{where}: the processor takes the amount modulo 64")
            if ASSEMBLY_ROWS[instruction.mnemonic].reads_flags and known[line] is Compared.SOMETIMES:
                raise ProgramError(f"{where} may come before any comparison; the processor has no such flags")

    # ----- registers ---------------------------------------------------------------------------------

    def _constants(self) -> list[int]:
        """Returns the immediates that need a register, each once."""
        needed: dict[int, None] = {}
        for line, instruction in enumerate(self.program.instructions):
            opcode = self.opcodes[line]
            for place, operand in enumerate(instruction.operands):
                if not isinstance(operand, int) or opcode == isa.MOV or opcode in _SHIFTS:
                    continue
                is_first = opcode == isa.COMPARE and place == 0
                is_moved = ASSEMBLY_ROWS[instruction.mnemonic].reads_flags or opcode in _NEEDS_REGISTER
                if is_first or is_moved or not _fits(operand):
                    needed[operand] = None
        if self.program.returns is Returns.WORDS:
            needed.update(
                {word: None for word in self.program.outputs if isinstance(word, int) and not _fits(word)}
            )
        return list(needed)

    @property
    def pointer(self) -> str | None:
        """The register that holds the address the outputs go to."""
        return {Interface.IN_PLACE: "rdi", Interface.ARRAYS: "rsi"}.get(self.interface)

    def _allotted(self) -> dict[str | int, str]:
        """Returns the processor's register of every register and of the constants that need one."""
        names: list[str | int] = [*self.program.registers, *self._constants()]
        free = [register for register in (*FREE, *SAVED) if register != self.pointer]
        taken: dict[str | int, str] = {}
        if self.interface is Interface.ARGUMENTS:
            taken = dict(zip(self.program.input_names, ARGUMENTS, strict=False))
            free = [register for register in free if register not in taken.values()]
        rest = [name for name in names if name not in taken]
        if len(rest) > len(free):
            has = len(taken) + len(free)
            raise ProgramError(f"the program has {len(names)} registers and constants, the processor {has}")
        return {**taken, **dict(zip(rest, free, strict=False))}

    def word(self, operand: Operand) -> str:
        """Returns a register, or an immediate that stands in the instruction."""
        assert not isinstance(operand, Address)
        return self.registers.get(operand, str(operand))

    def begin(self) -> list[str]:
        """Returns what saves registers and gives all their first words."""
        program, lines = self.program, [f"push {register}" for register in self.saved]
        loads = []
        for place, name in enumerate(program.input_names):
            register = self.registers[name]
            if self.interface is not Interface.ARGUMENTS:
                loads.append(f"mov {register}, [rdi + {WORD_BYTES * place}]")
            elif place >= len(ARGUMENTS):
                # Above the arguments stand the return address and what was saved.
                depth = place - len(ARGUMENTS) + 1 + len(self.saved)
                loads.append(f"mov {register}, [rsp + {WORD_BYTES * depth}]")
        # The address goes last if an input takes its place.
        lines += sorted(loads, key=lambda load: load.startswith("mov rdi,"))
        for name in program.registers[len(program.input_registers) :]:
            lines.append(f"mov {self.registers[name]}, 0")
        for word, register in self.registers.items():
            if isinstance(word, int):
                lines.append(f"mov {register}, {word}")
        return lines

    def end(self) -> list[str]:
        """Returns what gives the outputs and brings the saved registers back."""
        outputs, lines = [self.word(output) for output in self.program.outputs], []
        depth = self.stack.depths[self.length]
        if depth:
            lines.append(f"add rsp, {WORD_BYTES * depth}")
        if self.program.returns is Returns.WORDS:
            for place, output in enumerate(outputs):
                lines.append(f"mov qword ptr [{self.pointer} + {WORD_BYTES * place}], {output}")
        else:
            lines.append(f"mov rax, {outputs[0]}")
        if self.program.returns is Returns.TRUTH:
            lines += ["test rax, rax", "setne al", "movzx eax, al"]
        return [*lines, *(f"pop {register}" for register in reversed(self.saved)), "ret"]

    # ----- instructions ------------------------------------------------------------------------------

    def label(self, line: int) -> str:
        """Returns the label of a line."""
        return f".L{self.name}_{line}"

    def operator(self, line: int) -> list[str]:
        """Returns the instructions of an operator."""
        opcode, operands = self.opcodes[line], self.program.instructions[line].operands
        mnemonic, words = self.program.instructions[line].mnemonic, [self.word(word) for word in operands]
        target = words[0]
        if opcode in (isa.MIN, isa.MAX):
            move = "cmovg" if opcode == isa.MIN else "cmovl"
            return [f"cmp {target}, {words[1]}", f"{move} {target}, {words[1]}"]
        if opcode in _SHIFTS:
            amount = operands[1]
            assert isinstance(amount, int)
            if 0 <= amount < WORD_BITS:
                return [f"{mnemonic} {target}, {amount}"]
            return [f"sar {target}, {WORD_BITS - 1}" if opcode == isa.ASHR else f"mov {target}, 0"]
        if opcode == isa.MUL and words[1].lstrip("-").isdigit():
            return [f"imul {target}, {target}, {words[1]}"]
        return [f"{mnemonic} {', '.join(words)}"]

    def instruction(self, line: int) -> list[str]:
        """Returns the processor's instructions for one of the machine's."""
        opcode, operands = self.opcodes[line], self.program.instructions[line].operands
        row, text, target = ASSEMBLY_ROWS[self.program.instructions[line].mnemonic], "", self.targets[line]
        if row.is_operator:
            lines = self.operator(line)
            keeps = opcode in _WRITES_FLAGS and self.wanted[line + 1]
            return ["pushfq", *lines, "popfq"] if keeps else lines
        if row.reads_flags and self.compared[line] is not Compared.ALWAYS:
            return [f"# {self.program.line_text(line)}: nothing was compared before"]
        if opcode == isa.RETURN:
            is_end = self.stack.procedures[line] == MAIN
            return [f"jmp {self.label(self.length)}" if is_end else "ret"]
        text = self.label(target) if target is not None else ", ".join(map(self.word, operands))
        return [f"{row.name} {text}"]

    def source(self) -> str:
        """Returns the whole text."""
        marked = {*self.targets, *([self.length] if isa.RETURN in self.opcodes else [])}
        lines = self.begin()
        for line in range(self.length + 1):
            lines += [f"{self.label(line)}:"] if line in marked else []
            lines += self.instruction(line) if line < self.length else self.end()
        body = [line if line.endswith(":") else f"    {line}" for line in lines]
        # The name stands outside of Intel's syntax, in which it could be the name of a register.
        head = [
            f"# {self.program.text_lines[0]}",
            "    .text",
            f"    .globl {self.name}",
            f"    .type {self.name}, @function",
            f"{self.name}:",
            "    .intel_syntax noprefix",
        ]
        tail = [
            "    .att_syntax",
            f"    .size {self.name}, .-{self.name}",
            '    .section .note.GNU-stack,"",@progbits',
        ]
        return "\n".join([*head, *body, *tail]) + "\n"


def x86_source(program: AssemblyProgram, name: str) -> str:
    """Returns the text of an assembly file (`.s`) that holds one function.

    Args:
      program: what the function computes.
      name: of the function.

    Raises:
      ProgramError: the program may not run, a function cannot have the name, or the processor cannot do the
        same; the message says why.
    """
    return _Function(program, name).source()

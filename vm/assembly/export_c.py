"""Decides how an assembly program is written as one standalone function in C99.

How it is called says export_interface.py. Words are

    x86, minmax, subleq    int64_t
    bv8 .. bv64            uint8_t .. uint64_t
    gates                  uint64_t with 64 cases side by side, since gates work bit by bit; whoever has one
                           case looks at the lowest bit of the results only

An input of type bool is a `bool`, or in an array a word that is not 0; `-> r: bool` returns a `bool`.

Every operator gives what the table says, at its edges too. Where the machine ends with a fault, on a bad
address or a full or empty stack, the function calls `abort`. There is no fuel: an endless loop does not end.
Negative numbers are taken to shift to the right with their sign, as all known compilers have it.
"""

from __future__ import annotations

from typing import Final

from vm.assembly import isa
from vm.assembly.export_c_words import Words, c_name, operator_expression
from vm.assembly.export_interface import Interface, interface_of, require_name
from vm.assembly.flow import (
    Compared,
    comparisons,
    has_unsure_condition,
    opcode_of,
    return_lines,
    target_of,
)
from vm.assembly.isa import ASSEMBLY_ROWS, CONDITIONS
from vm.assembly.program import LENGTH_SUFFIX, Address, AssemblyProgram, Operand, Returns
from vm.assembly.state import MAX_DATA, MAX_STACK
from vm.assembly.verifier import require_verified
from vm.values import Elem, ValueType

_COMPARISONS: Final = dict(zip(CONDITIONS.values(), ("==", "!=", "<", "<=", ">", ">="), strict=True))
_STACK_OPCODES: Final = frozenset({isa.PUSH, isa.POP, isa.CALL})
_MEMORY_OPCODES: Final = frozenset({isa.LOAD, isa.STORE})


class _Function:
    """Writes one program."""

    def __init__(self, program: AssemblyProgram, name: str) -> None:
        require_verified(program)
        require_name(name)
        self.program, self.name, self.length = program, name, program.length
        self.words = Words.of(program.instruction_set)
        self.interface = interface_of(program)
        self.opcodes = [opcode_of(program, line) for line in range(self.length)]
        self.targets = [target_of(program, line) for line in range(self.length)]
        self.compared = comparisons(program)
        self.inputs = tuple(zip(program.input_names, program.input_types, strict=True))
        takes_lists = any(type_.rank for type_ in program.input_types)
        self.has_memory = bool(_MEMORY_OPCODES & set(self.opcodes)) or takes_lists
        self.has_memory |= program.returns is Returns.MEMORY
        self.has_stack = bool(_STACK_OPCODES & set(self.opcodes))
        self.is_unsure = has_unsure_condition(program)

    def word(self, operand: Operand) -> str:
        """Returns the expression of a register or immediate."""
        assert not isinstance(operand, Address)
        return c_name(operand) if isinstance(operand, str) else self.words.literal(operand)

    def is_bool(self, type_: ValueType) -> bool:
        """Says whether an input is a truth value and no word."""
        return type_.elem is Elem.BOOL and self.words.width > 1

    # ----- head, declarations, end -------------------------------------------------------------------

    def signature(self) -> str:
        """Returns the head of the function."""
        word = self.words.type
        returned = {Returns.WORD: word, Returns.TRUTH: "bool", Returns.WORDS: "void",
                    Returns.MEMORY: "int64_t"}[self.program.returns]  # fmt: skip
        if self.interface is Interface.IN_PLACE:
            return f"{returned} {self.name}({word} *values)"
        if self.interface is Interface.ARRAYS:
            return f"{returned} {self.name}(const {word} *in, {word} *out)"
        parameters = []
        for name, type_ in self.inputs:
            if type_.rank:
                parameters += [f"const {word} *in_{name}", f"int64_t {c_name(name + LENGTH_SUFFIX)}"]
            else:
                parameters.append(f"bool in_{name}" if self.is_bool(type_) else f"{word} {c_name(name)}")
        if self.program.returns in (Returns.WORDS, Returns.MEMORY):
            parameters.append(f"{word} *out")
        return f"{returned} {self.name}({', '.join(parameters) or 'void'})"

    def declarations(self) -> list[str]:
        """Returns the local variables; a goto would skip those that come later."""
        word, lines = self.words.type, []
        if self.has_memory:
            lines += ["int64_t memory[MEMORY_WORDS] = {0};", "uint64_t used = 0, place = 0;"]
        if self.has_stack:
            lines += ["int64_t stack[STACK_WORDS] = {0};", "int top = 0;"]
        array = "values" if self.interface is Interface.IN_PLACE else "in"
        for place, (name, type_) in enumerate(self.inputs):
            if self.interface is not Interface.ARGUMENTS:
                is_true = " != 0" if self.is_bool(type_) else ""
                lines.append(f"{word} {c_name(name)} = {array}[{place}]{is_true};")
            elif type_.rank or self.is_bool(type_):
                lines.append(f"{word} {c_name(name)} = {0 if type_.rank else f'in_{name}'};")
        scratch = self.program.registers[len(self.program.input_registers) :]
        lines += [f"{word} {c_name(name)} = 0;" for name in scratch]
        if isa.COMPARE in self.opcodes:
            lines.append(f"{word} left = 0, right = 0;")
        if self.is_unsure:
            lines.append("bool compared = false;")
        for name, type_ in self.inputs:
            if type_.rank:
                length = c_name(name + LENGTH_SUFFIX)
                lines += [
                    f"if ((uint64_t){length} > MEMORY_WORDS - used) abort();",
                    f"{c_name(name)} = used;",
                    f"for (int64_t i = 0; i < {length}; i++) memory[used++] = in_{name}[i];",
                ]
        return lines

    def end(self) -> list[str]:
        """Returns what gives the outputs."""
        outputs = [self.word(output) for output in self.program.outputs]
        if self.program.returns is Returns.WORD:
            return [f"return {outputs[0]};"]
        if self.program.returns is Returns.TRUTH:
            return [f"return {outputs[0]} != 0;"]
        if self.program.returns is Returns.WORDS:
            array = "values" if self.interface is Interface.IN_PLACE else "out"
            return [f"{array}[{place}] = {output};" for place, output in enumerate(outputs)]
        place, size = outputs
        return [
            f"place = {place};",
            f"used = {size};",
            "if (used > MEMORY_WORDS || place > MEMORY_WORDS - used) abort();",
            "for (uint64_t i = 0; i < used; i++) out[i] = memory[place + i];",
            "return used;",
        ]

    # ----- instructions ------------------------------------------------------------------------------

    def mark(self, line: int) -> str:
        """Returns the C label of a line."""
        names = [name for name, place in self.program.labels if place == line]
        return c_name(names[0]) if names and line in self.targets else f"line_{line}"

    def needs_mark(self, line: int) -> bool:
        """Says whether something goes to a line otherwise than from the line before."""
        return line in self.targets or (isa.RETURN in self.opcodes and line in return_lines(self.program))

    def condition(self, line: int) -> str | None:
        """Returns when a conditional move or jump happens; None if never."""
        if self.compared[line] in (Compared.UNREACHED, Compared.NEVER):
            return None
        unsure = "compared && " if self.compared[line] is Compared.SOMETIMES else ""
        return f"{unsure}left {_COMPARISONS[self.opcodes[line] & isa.MASK_BITS]} right"

    def place(self, address: Operand) -> list[str]:
        """Returns the statements that find a place in memory."""
        assert isinstance(address, Address)
        offset = self.words.literal(address.offset)
        if address.base is None:
            place = offset
        else:
            place = f"(uint64_t){c_name(address.base)}" + (f" + {offset}" if address.offset else "")
        return [f"place = {place};", "if (place >= MEMORY_WORDS) abort();"]

    def push(self, word: str) -> list[str]:
        """Returns the statements that put a word on the stack."""
        return ["if (top == STACK_WORDS) abort();", f"stack[top++] = {word};"]

    def statements(self, line: int) -> list[str]:
        """Returns the statements of one instruction."""
        opcode, operands = self.opcodes[line], self.program.instructions[line].operands
        row, target = ASSEMBLY_ROWS[self.program.instructions[line].mnemonic], self.targets[line]
        goes_on = "" if target is None else f"goto {self.mark(target)};"
        if row.is_operator:
            return [self.operator(opcode, operands)]
        if opcode == isa.COMPARE:
            told = ["compared = true;"] if self.is_unsure else []
            return [f"left = {self.word(operands[0])};", f"right = {self.word(operands[1])};", *told]
        if row.reads_flags:
            condition = self.condition(line)
            if condition is None:
                return [f"/* {self.program.line_text(line)}: nothing was compared before */"]
            happens = goes_on or f"{self.word(operands[0])} = {self.word(operands[1])};"
            return [f"if ({condition}) {happens}"]
        if opcode == isa.LOAD:
            return [*self.place(operands[1]), f"{self.word(operands[0])} = memory[place];"]
        if opcode == isa.STORE:
            return [*self.place(operands[0]), f"memory[place] = {self.word(operands[1])};"]
        if opcode == isa.PUSH:
            return self.push(self.word(operands[0]))
        if opcode == isa.POP:
            return ["if (top == 0) abort();", f"{self.word(operands[0])} = stack[--top];"]
        if opcode == isa.CALL:
            return [*self.push(str(line + 1)), goes_on]
        if opcode == isa.RETURN:
            return ["goto line_on_stack;" if self.has_stack else f"goto {self.mark(self.length)};"]
        if opcode == isa.SUBLEQ:
            cell = self.word(operands[1])
            jump = [f"if ({cell} <= 0) {goes_on}"] if goes_on else []
            return [f"{cell} = {self.words.unsigned(cell)} - {self.word(operands[0])};", *jump]
        return [goes_on]

    def operator(self, opcode: int, operands: tuple[Operand, ...]) -> str:
        """Returns the assignment of an operator."""
        in_place = self.program.instruction_set.addresses == 2 and opcode != isa.MOV
        sources: list[str | int] = []
        for operand in operands if in_place else operands[1:]:
            assert not isinstance(operand, Address)
            sources.append(c_name(operand) if isinstance(operand, str) else operand)
        return f"{self.word(operands[0])} = {operator_expression(opcode, sources, self.words)};"

    def return_table(self) -> list[str]:
        """Returns the statements that go on at the line on the stack; an empty stack ends the program."""
        end = self.mark(self.length)
        if isa.RETURN not in self.opcodes or not self.has_stack:
            return []
        return [
            f"goto {end};",
            "line_on_stack:;",
            f"if (top == 0) goto {end};",
            "switch (stack[--top]) {",
            *(f"case {line}: goto {self.mark(line)};" for line in return_lines(self.program)),
            "default: abort();",
            "}",
        ]

    def source(self) -> str:
        """Returns the whole text."""
        lines = [*self.declarations(), ""]
        for line in range(self.length):
            lines += [f"{self.mark(line)}:;"] if self.needs_mark(line) else []
            lines += self.statements(line)
        lines += self.return_table()
        if self.needs_mark(self.length):
            lines.append(f"{self.mark(self.length)}:;")
        lines += ["", *self.end()]
        signature = self.signature()
        uses_bool = "bool" in signature or self.is_unsure
        aborts = self.has_memory or self.has_stack
        head = [
            f"/* {self.program.text_lines[0]} */",
            *(["#include <stdbool.h>"] if uses_bool else []),
            "#include <stdint.h>",
            *(["#include <stdlib.h>"] if aborts else []),
            *([f"#define MEMORY_WORDS UINT64_C({MAX_DATA})"] if self.has_memory else []),
            *([f"#define STACK_WORDS {MAX_STACK}"] if self.has_stack else []),
        ]
        return "\n".join([*head, "", signature, "{", *map(_indented, lines), "}"]) + "\n"


def _indented(line: str) -> str:
    """Returns a line of the function's body; labels stand out."""
    is_label = line.endswith(":;")
    return line if is_label or not line else f"    {line}"


def c_source(program: AssemblyProgram, name: str) -> str:
    """Returns the source of a C file that holds one function.

    Args:
      program: what the function computes.
      name: of the function.

    Raises:
      ProgramError: the program may not run, or a function cannot have the name.
    """
    return _Function(program, name).source()

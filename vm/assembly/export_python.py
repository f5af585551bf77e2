"""Decides how an assembly program is written as standalone Python: a function `solve` of its inputs.

Words are ints, signed where they have 64 bits and 0 .. 2**width - 1 where they have fewer; truth values and
the words of gates go in and out as bools. A program without jumps becomes one assignment after the other.
Otherwise the lines between jumps become blocks, and a loop goes from block to block by the number of the line
that each begins with. Faults raise `ValueError` with the machine's name for them; fuel is spent block by
block, so that a run short of fuel may end a little earlier than on the machine.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
from collections.abc import Callable
from typing import Any, Final

from vm.assembly import export_helpers as helpers
from vm.assembly import isa
from vm.assembly.flow import (
    Compared,
    comparisons,
    has_unsure_condition,
    is_straight,
    opcode_of,
    return_lines,
    target_of,
)
from vm.assembly.isa import ASSEMBLY_ROWS, CONDITIONS
from vm.assembly.program import LENGTH_SUFFIX, Address, AssemblyProgram, Operand, Returns
from vm.assembly.state import MAX_DATA, MAX_STACK
from vm.assembly.verifier import require_verified
from vm.limits import DEFAULT_LIMITS
from vm.values import Elem

_HELPERS: Final = {name: value for name, value in vars(helpers).items() if inspect.isfunction(value)}
_TAKEN_NAMES: Final = frozenset(
    {*keyword.kwlist, *dir(builtins), *_HELPERS}
    | set("left right compared memory used stack line fuel solve".split())
)
_COMPARISONS: Final = dict(zip(CONDITIONS.values(), ("==", "!=", "<", "<=", ">", ">="), strict=True))

# In the templates x, y, z are words, ux and uy what they are unsigned, sx and sy what they are signed.
_AS_IT_IS: Final[dict[int, str]] = {
    isa.MOV: "{x}",
    isa.AND: "{x} & {y}",
    isa.OR: "{x} | {y}",
    isa.XOR: "{x} ^ {y}",
    isa.ANDN: "~{x} & {y}",
    isa.MIN: "min({x}, {y})",  # the only set that has it holds words signed
    isa.MAX: "max({x}, {y})",
    isa.ITE: "{y} if {x} else {z}",
    isa.UREM: "{ux} % {uy} if {y} else {x}",
    isa.ULT: "int({ux} < {uy})",
    isa.ULE: "int({ux} <= {uy})",
    isa.SLT: "int({sx} < {sy})",
    isa.SLE: "int({sx} <= {sy})",
    isa.EQ: "int({x} == {y})",
    isa.NE: "int({x} != {y})",
}
"""Operators whose result is a word already."""
_TO_CUT: Final[dict[int, str]] = {
    isa.NOT: "~{x}",
    isa.NAND: "~({x} & {y})",
    isa.NOR: "~({x} | {y})",
    isa.XNOR: "~({x} ^ {y})",
    isa.ORN: "~{x} | {y}",
    isa.ADD: "{x} + {y}",
    isa.SUB: "{x} - {y}",
    isa.NEG: "-{x}",
    isa.MUL: "{x} * {y}",
    isa.UDIV: "{ux} // {uy} if {y} else -1",
    isa.SDIV: "word_quotient({sx}, {sy})",
    isa.SREM: "word_remainder({sx}, {sy})",
}
"""Operators whose result is a number that has yet to be made a word."""
_SHIFTS: Final = {isa.SHL: "{x} << {amount}", isa.LSHR: "{ux} >> {amount}", isa.ASHR: "{sx} >> {amount}"}
"""As before; the amount is less than the width."""


class _Function:
    """Writes one program."""

    def __init__(self, program: AssemblyProgram) -> None:
        require_verified(program)
        self.program, self.length = program, program.length
        self.width = program.instruction_set.width
        self.opcodes = [opcode_of(program, line) for line in range(self.length)]
        self.targets = [target_of(program, line) for line in range(self.length)]
        self.compared = comparisons(program)
        self.is_unsure = has_unsure_condition(program)
        self.helpers: dict[str, str] = {}
        self.inputs = tuple(zip(program.input_names, program.input_types, strict=True))
        takes_lists = any(type_.rank for type_ in program.input_types)
        self.has_memory = bool({isa.LOAD, isa.STORE} & set(self.opcodes)) or takes_lists
        self.has_memory |= program.returns is Returns.MEMORY

    def need(self, function: Callable[..., Any]) -> str:
        """Adds a helper with those it calls, and returns its name."""
        name = function.__name__
        if name not in self.helpers:
            tree = ast.parse(inspect.getsource(function))
            for node in ast.walk(tree):
                if isinstance(node, ast.Name) and node.id in _HELPERS:
                    self.need(_HELPERS[node.id])
                elif isinstance(node, ast.FunctionDef):
                    node.returns = None
                elif isinstance(node, ast.arg):
                    node.annotation = None
            self.helpers[name] = ast.unparse(tree)
        return name

    # ----- words -------------------------------------------------------------------------------------

    def word(self, operand: Operand) -> str:
        """Returns the expression of a register or immediate."""
        assert not isinstance(operand, Address)
        if isinstance(operand, int):
            return str(operand) if operand >= 0 else f"({operand})"
        return f"r_{operand}" if operand in _TAKEN_NAMES or operand.startswith("r_") else operand

    def unsigned(self, operand: Operand) -> str:
        """Returns the expression of what a word is unsigned."""
        if self.width < 64 or (isinstance(operand, int) and operand >= 0):
            return self.word(operand)
        return f"({self.word(operand)} % 2**64)"

    def signed(self, operand: Operand) -> str:
        """Returns the expression of what a word is signed."""
        if self.width == 64:
            return self.word(operand)
        return f"{self.need(helpers.signed_word)}({self.word(operand)}, {self.width})"

    def cut(self, expression: str) -> str:
        """Returns the expression of a number as a word."""
        if self.width == 64:
            return f"{self.need(helpers.wrap_word)}({expression})"
        return f"({expression}) & {self.mask}"

    @property
    def mask(self) -> str:
        """All bits of a word."""
        return f"{(1 << self.width) - 1:#x}" if self.width > 1 else "1"

    def operator(self, line: int) -> str:
        """Returns the assignment of an operator."""
        opcode, operands = self.opcodes[line], self.program.instructions[line].operands
        in_place = self.program.instruction_set.addresses == 2 and opcode != isa.MOV
        sources = list(operands if in_place else operands[1:])
        template = _AS_IT_IS.get(opcode) or _TO_CUT.get(opcode) or self.shift(opcode, sources[1])
        views: dict[str, str] = {}
        for name, operand in zip("xyz", sources, strict=False):
            views[name] = self.word(operand)
            views[f"u{name}"] = self.unsigned(operand) if f"u{name}" in template else ""
            views[f"s{name}"] = self.signed(operand) if f"s{name}" in template else ""
        for name in ("word_quotient", "word_remainder"):
            if name in template:
                self.need(_HELPERS[name])
        expression = template.format(**views)
        return f"{self.word(operands[0])} = {expression if opcode in _AS_IT_IS else self.cut(expression)}"

    def shift(self, opcode: int, by: Operand) -> str:
        """Returns the template of a shift; by the width or more it gives 0, or the sign in every bit."""
        template = _SHIFTS[opcode]
        last = self.width - 1
        if isinstance(by, int):
            amount = by % (1 << self.width)
            if amount > last and opcode != isa.ASHR:
                return "0"
            return template.replace("{amount}", str(min(amount, last)))
        if opcode == isa.ASHR:
            return template.replace("{amount}", f"min({{uy}}, {last})")
        return template.replace("{amount}", "{uy}") + f" if {{uy}} <= {last} else 0"

    # ----- instructions ------------------------------------------------------------------------------

    def condition(self, line: int) -> str | None:
        """Returns when a conditional move or jump happens; None if never."""
        if self.compared[line] in (Compared.UNREACHED, Compared.NEVER):
            return None
        unsure = "compared and " if self.compared[line] is Compared.SOMETIMES else ""
        return f"{unsure}left {_COMPARISONS[self.opcodes[line] & isa.MASK_BITS]} right"

    def place(self, address: Operand) -> str:
        """Returns the expression of a word of memory."""
        assert isinstance(address, Address)
        base = "0" if address.base is None else self.word(address.base)
        offset = f" + {self.word(address.offset)}" if address.offset else ""
        return f"memory[{self.need(helpers.checked_place)}(memory, {base}{offset})]"

    def push(self, word: str) -> str:
        """Returns the statement that puts a word on the stack."""
        return f"{self.need(helpers.push_word)}(stack, {word}, {MAX_STACK})"

    def statements(self, line: int) -> list[str]:
        """Returns what one instruction does, but for where it goes on."""
        opcode, operands = self.opcodes[line], self.program.instructions[line].operands
        if ASSEMBLY_ROWS[self.program.instructions[line].mnemonic].is_operator:
            return [self.operator(line)]
        if opcode == isa.COMPARE:
            told = ["compared = True"] if self.is_unsure else []
            return [f"left, right = {self.word(operands[0])}, {self.word(operands[1])}", *told]
        if isa.CONDITIONAL_MOVE <= opcode <= isa.LAST_STRAIGHT:
            condition = self.condition(line)
            if condition is None:
                return [f"pass  # {self.program.line_text(line)}: nothing was compared before"]
            return [f"if {condition}:", f"    {self.word(operands[0])} = {self.word(operands[1])}"]
        if opcode == isa.LOAD:
            return [f"{self.word(operands[0])} = {self.place(operands[1])}"]
        if opcode == isa.STORE:
            return [f"{self.place(operands[0])} = {self.word(operands[1])}"]
        if opcode == isa.PUSH:
            return [self.push(self.word(operands[0]))]
        if opcode == isa.POP:
            return [f"{self.word(operands[0])} = {self.need(helpers.pop_word)}(stack)"]
        if opcode == isa.CALL:
            return [self.push(str(line + 1))]
        if opcode == isa.SUBLEQ:
            cell = self.word(operands[1])
            return [f"{cell} = {self.cut(f'{cell} - {self.word(operands[0])}')}"]
        return []

    def following(self, line: int) -> str:
        """Returns the expression of the line after this one."""
        opcode, target = self.opcodes[line], self.targets[line]
        if opcode == isa.RETURN:
            return f"{self.need(helpers.line_of_return)}(stack, {self.length})"
        if target is None:
            return str(line + 1)
        if opcode in (isa.JUMP_ALWAYS, isa.CALL):
            return str(target)
        if opcode == isa.SUBLEQ:
            cell = self.word(self.program.instructions[line].operands[1])
            return f"{target} if {cell} <= 0 else {line + 1}"
        condition = self.condition(line)
        return str(line + 1) if condition is None else f"{target} if {condition} else {line + 1}"

    def blocks(self) -> list[range]:
        """Returns the lines of each block: from a line that is gone to, up to a line that goes elsewhere."""
        starts = {0, *(target for target in self.targets if target is not None)}
        ends = {line + 1 for line in range(self.length) if self.leaves(line)}
        if isa.RETURN in self.opcodes:
            starts |= set(return_lines(self.program))
        cuts = sorted((starts | ends) - {self.length})
        return [range(start, end) for start, end in zip(cuts, [*cuts[1:], self.length], strict=True)]

    def leaves(self, line: int) -> bool:
        """Says whether an instruction may go on elsewhere than with the next line."""
        return self.targets[line] is not None or self.opcodes[line] == isa.RETURN

    def loop(self) -> list[str]:
        """Returns the loop over the blocks."""
        lines = [f"line, fuel = 0, {DEFAULT_LIMITS.fuel}", f"while line < {self.length}:"]
        for number, block in enumerate(self.blocks()):
            lines.append(f"    {'elif' if number else 'if'} line == {block.start}:")
            body = [f"fuel = {self.need(helpers.spend_fuel)}(fuel, {len(block)})"]
            for line in block:
                body += self.statements(line)
            body.append(f"line = {self.following(block[-1])}")
            lines += [f"        {line}" for line in body]
        return lines

    # ----- around them -------------------------------------------------------------------------------

    def begin(self) -> list[str]:
        """Returns what brings inputs and registers to their words."""
        lines, registers = [], []
        if self.has_memory:
            lines.append(f"memory, used = [0] * {MAX_DATA}, 0")
        for name, type_ in self.inputs:
            word = self.word(name)
            if type_.rank:
                length = self.word(name + LENGTH_SUFFIX)
                taken = f"{self.need(helpers.take_list)}(memory, used, {word})"
                lines.append(f"{word}, {length}, used = used, len({word}), {taken}")
            elif type_.elem is Elem.BOOL:
                lines.append(f"{word} = int({word})")
            elif self.program.instruction_set.addresses == 3:
                lines.append(f"{word} = {self.cut(word) if self.width == 64 else f'{word} & {self.mask}'}")
        registers = [self.word(name) for name in self.program.registers[len(self.program.input_registers) :]]
        if registers:
            lines.append(" = ".join([*registers, "0"]))
        if {isa.PUSH, isa.POP, isa.CALL, isa.RETURN} & set(self.opcodes):
            lines.append("stack = []")
        if self.is_unsure:
            lines.append("left, right, compared = 0, 0, False")
        return lines

    def end(self) -> str:
        """Returns the expression of the outputs."""
        outputs = [self.word(output) for output in self.program.outputs]
        if self.program.returns is Returns.TRUTH:
            return f"{outputs[0]} != 0"
        if self.program.returns is Returns.MEMORY:
            return f"{self.need(helpers.give_list)}(memory, {', '.join(outputs)})"
        words = [f"bool({output})" for output in outputs] if self.width == 1 else outputs
        return words[0] if self.program.returns is Returns.WORD else f"[{', '.join(words)}]"

    def source(self, name: str) -> str:
        """Returns the text of the function alone."""
        body = [f'"""{self.program.text_lines[0]}"""', *self.begin()]
        if is_straight(self.program):
            for line in range(self.length):
                body += self.statements(line)
        else:
            body += self.loop()
        body.append(f"return {self.end()}")
        parameters = ", ".join(self.word(parameter) for parameter in self.program.input_names)
        return "\n".join([f"def {name}({parameters}):", *(f"    {line}" for line in body)])


def python_functions(program: AssemblyProgram, name: str) -> dict[str, str]:
    """Returns the sources of a program's function and of the helpers it needs, by name; the function is last.

    Raises:
      ProgramError: the program may not run.
    """
    function = _Function(program)
    source = function.source(name)
    return {**function.helpers, name: source}


def python_source(program: AssemblyProgram) -> str:
    """Returns the source of a module with the function `solve`.

    Raises:
      ProgramError: the program may not run.
    """
    return "\n\n\n".join(python_functions(program, "solve").values()) + "\n"

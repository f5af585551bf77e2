"""Decides how assembly text is read; what is refused is said with line and column.

    program     = header, (label | instruction)...        one a line, or with ";" between
    header      = set "(" [name ":" type ","...] ")" "->" outputs
    outputs     = operand [":" "bool"] | "(" [operand ","...] ")" | "[" operand ":" operand "]"
    label       = name ":"
    instruction = mnemonic [operand ","...]
    operand     = name | number | "[" name [("+" | "-") number] "]" | "[" number "]"

Numbers are decimal or, with `0x`, hexadecimal. A `#` begins a comment that ends with the line.
"""

from __future__ import annotations

import re
from functools import lru_cache

from vm.assembly.program import LENGTH_SUFFIX, Address, AsmLine, AssemblyProgram, Operand, Returns
from vm.assembly.sets import SETS, InstructionSet
from vm.assembly.verifier import (
    RefusedLineError,
    check_input_type,
    check_line,
    check_outputs,
    check_size,
    nearest,
)
from vm.program import ProgramError
from vm.tokens import Token, tokenize
from vm.values import Elem, ValueType

MAX_DIGITS = 20  # hold every 64-bit word; Python itself refuses to read very long numbers
CACHED_TEXTS = 256

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|\#[^\n]*)
      | (?P<end>[\n;])
      | (?P<number>0[xX][0-9A-Fa-f]+|[0-9]+)
      | (?P<name>[A-Za-z_][A-Za-z_0-9]*)
      | (?P<mark>->|[()\[\],:+-])
    """,
    re.VERBOSE,
)


class _Assembler:
    """Reads tokens from left to right; every error names the token it stands at."""

    def __init__(self, text: str) -> None:
        self.tokens = tokenize(text, _TOKEN)
        self.at = 0
        self.set = SETS["x86"]
        self.inputs: dict[str, ValueType] = {}
        self.labels: dict[str, int] = {}
        self.lines: list[tuple[AsmLine, list[Token]]] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def error(self, reason: str, token: Token | None = None) -> ProgramError:
        where = token or self.token
        return ProgramError(reason, where.line, where.column)

    def found(self) -> str:
        if self.token.kind == "end":
            return "the end of the line"
        return self.token.text if self.token.kind == "stop" else repr(self.token.text)

    def take(self) -> Token:
        token = self.token
        self.at += token.kind != "stop"
        return token

    def take_if(self, mark: str) -> bool:
        is_there = self.token.kind == "mark" and self.token.text == mark
        self.at += is_there
        return is_there

    def expect(self, mark: str) -> None:
        if not self.take_if(mark):
            raise self.error(f"expected {mark!r}, found {self.found()}")

    def expect_name(self, what: str) -> Token:
        if self.token.kind != "name":
            raise self.error(f"expected {what}, found {self.found()}")
        return self.take()

    def skip_ends(self) -> None:
        while self.token.kind == "end":
            self.at += 1

    def expect_end(self) -> None:
        if self.token.kind not in ("end", "stop"):
            raise self.error(f"expected the end of the line, found {self.found()}")
        self.skip_ends()

    def read_number(self) -> int:
        """Reads an int that is a word of the set, signed or unsigned."""
        first = self.token
        negative = self.take_if("-")
        if self.token.kind != "number":
            raise self.error(f"expected a number, found {self.found()}")
        digits = self.take().text
        is_long = len(digits) > MAX_DIGITS
        word = 0 if is_long else int(digits, 16 if digits[:2] in ("0x", "0X") else 10)
        word = -word if negative else word
        if is_long or not -(1 << (self.set.width - 1)) <= word < 1 << self.set.width:
            raise self.error(f"the number does not fit in a word of {self.set.width} bits", first)
        return word

    def read_word(self, what: str) -> str | int:
        """Reads a register or a number."""
        if self.token.kind == "number" or self.token.text == "-":
            return self.read_number()
        return self.expect_name(what).text

    def read_type(self) -> ValueType:
        first = self.expect_name("a type")
        text = first.text
        if self.take_if("["):
            text += f"[{self.expect_name('a type').text}]"
            self.expect("]")
        word = self.set.word_type
        known = {self.set.word: word, "bool": ValueType(Elem.BOOL, 0)}
        if self.set.has_memory:
            known[f"list[{self.set.word}]"] = ValueType(word.elem, 1)
        if text not in known:
            raise self.error(f"{self.set.name} takes {' and '.join(known)}, not {text}", first)
        reason = check_input_type(known[text], self.set)
        if reason is not None:
            raise self.error(reason, first)
        return known[text]

    def read_inputs(self) -> None:
        self.expect("(")
        taken: set[str] = set()
        while not self.take_if(")"):
            if self.inputs:
                self.expect(",")
            name = self.expect_name("the name of an input")
            self.expect(":")
            type_ = self.read_type()
            made = {name.text, name.text + LENGTH_SUFFIX} if type_.rank else {name.text}
            if taken & made:
                raise self.error(f"two inputs make registers of the name {min(taken & made)!r}", name)
            taken |= made
            self.inputs[name.text] = type_

    def read_outputs(self) -> tuple[Returns, tuple[str | int, ...]]:
        if self.take_if("["):
            address = self.read_word("an address")
            self.expect(":")
            length = self.read_word("a number of words")
            self.expect("]")
            return Returns.MEMORY, (address, length)
        if self.take_if("("):
            outputs: list[str | int] = []
            while not self.take_if(")"):
                if outputs:
                    self.expect(",")
                outputs.append(self.read_word("an output"))
            return Returns.WORDS, tuple(outputs)
        output = self.read_word("an output")
        if not self.take_if(":"):
            return Returns.WORD, (output,)
        type_ = self.expect_name("bool")
        if type_.text != "bool":
            raise self.error(f"an output is a word or a bool, not {type_.text!r}", type_)
        return Returns.TRUTH, (output,)

    def read_operand(self) -> Operand:
        if not self.take_if("["):
            return self.read_word("an operand")
        if self.token.kind == "number" or self.token.text == "-":
            address = Address(None, self.set.normal(self.read_number()))
        else:
            base, offset = self.expect_name("a register").text, 0
            if self.token.text in ("+", "-"):
                self.take_if("+")
                offset = self.set.normal(self.read_number())
            address = Address(base, offset)
        self.expect("]")
        return address

    def read_statement(self) -> None:
        first = self.expect_name("an instruction or a label")
        if self.take_if(":"):
            if first.text in self.labels:
                raise self.error(f"there is a label {first.text!r} already", first)
            self.labels[first.text] = len(self.lines)
            return
        operands: list[Operand] = []
        tokens = [first]
        while self.token.kind not in ("end", "stop"):
            if operands:
                self.expect(",")
            tokens.append(self.token)
            operands.append(self.read_operand())
        self.lines.append((AsmLine(first.text, tuple(operands)), tokens))

    def read_set(self) -> InstructionSet:
        name = self.expect_name("the name of an instruction set")
        if name.text not in SETS:
            raise self.error(f"unknown instruction set {name.text!r}; {nearest(name.text, SETS)}", name)
        return SETS[name.text]

    def read(self) -> AssemblyProgram:
        self.skip_ends()
        start = self.token
        self.set = self.read_set()
        self.read_inputs()
        self.expect("->")
        output_token = self.token
        returns, outputs = self.read_outputs()
        self.expect_end()
        while self.token.kind != "stop":
            self.read_statement()
            self.expect_end()
        for line, tokens in self.lines:
            try:
                check_line(line, self.set, self.labels)
            except RefusedLineError as refusal:
                place = 0 if refusal.operand is None else refusal.operand + 1
                raise self.error(str(refusal), tokens[place]) from None
        program = AssemblyProgram(
            self.set.name, tuple(self.inputs), tuple(self.inputs.values()), outputs,
            tuple(line for line, _ in self.lines), returns, tuple(self.labels.items()),
        )  # fmt: skip
        reason = check_outputs(program)
        if reason is not None:
            raise self.error(reason, output_token)
        reason = check_size(program)
        if reason is not None:
            raise self.error(reason, start)
        return program


@lru_cache(maxsize=CACHED_TEXTS)
def assemble(text: str) -> AssemblyProgram:
    """Returns the program that `text` says, verified.

    Raises:
      ProgramError: the text is no program, or one that may not run; line and column are named.
    """
    return _Assembler(text).read()

"""Decides how program text is read: calls may be nested; what is refused is said with line and column.

    program    = header, statement..., "return" expression        one a line, or with ";" between
    header     = "(" [name ":" type ","...] ")" "->" type
    statement  = name "=" expression
    expression = literal | name | skill "(" expression... ")" | "&" skill ["(" (expression | "_")... ")"]

A `#` begins a comment that ends with the line.
"""

from __future__ import annotations

import difflib
import re

from vm.literals import unquote
from vm.program import FREE, Apply, Bind, Constant, Line, Program, ProgramError
from vm.skill import INSTRUCTIONS_ONLY, SkillTable
from vm.tokens import Token, tokenize
from vm.values import BadValueError, Elem, HostValue, ValueType, parse_type
from vm.verifier import RefusedError, Typer

MAX_DEPTH = 100
LITERAL_KINDS = frozenset({"number", "text", "char"})
LITERAL_STARTS = frozenset({"[", "true", "false", "nan", "inf"})
RESERVED = frozenset({"return", "true", "false", "empty", "nan", "inf", FREE})

_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|\#[^\n]*)
      | (?P<end>[\n;])
      | (?P<number>-?(?:\d+\.\d*(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+|inf\b|nan\b))
      | (?P<name>[A-Za-z_][A-Za-z_0-9]*)
      | (?P<text>"(?:[^"\\\n]|\\.)*")
      | (?P<char>'(?:[^'\\\n]|\\.)*')
      | (?P<mark>->|[()\[\],:=&])
    """,
    re.VERBOSE,
)


class _Reader:
    """Reads tokens from left to right; every error names the token it stands at."""

    def __init__(self, text: str) -> None:
        self.tokens = tokenize(text, _TOKEN)
        self.at = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def error(self, reason: str, token: Token | None = None) -> ProgramError:
        where = token or self.token
        return ProgramError(reason, where.line, where.column)

    def take(self) -> Token:
        token = self.token
        self.at += token.kind != "stop"
        return token

    def take_if(self, text: str) -> bool:
        found = self.token.text == text and self.token.kind in ("mark", "name")
        self.at += found
        return found

    def expect(self, text: str) -> Token:
        token = self.token
        if not self.take_if(text):
            raise self.error(f"expected {text!r}, found {self._found()}")
        return token

    def expect_name(self, what: str) -> Token:
        if self.token.kind != "name" or self.token.text in RESERVED:
            raise self.error(f"expected {what}, found {self._found()}")
        return self.take()

    def _found(self) -> str:
        if self.token.kind == "end":
            return "the end of the line"
        return self.token.text if self.token.kind == "stop" else repr(self.token.text)

    def skip_ends(self) -> None:
        while self.token.kind == "end":
            self.at += 1

    def expect_end(self) -> None:
        if self.token.kind not in ("end", "stop"):
            raise self.error(f"expected the end of the line, found {self._found()}")
        self.skip_ends()

    def read_type(self) -> ValueType:
        """Reads a type such as `list[int]`."""
        first = self.expect_name("a type")
        text = first.text
        while self.token.text in ("[", "]") and (self.token.text == "[" or text.count("[") > text.count("]")):
            text += self.take().text
            if text.endswith("["):
                text += self.expect_name("a type").text
        try:
            return parse_type(text)
        except ValueError as error:
            raise self.error(str(error), first) from None

    def read_literal(self) -> Constant | None:
        """Reads a literal, or nothing if none begins here."""
        first = self.token
        if first.text == "empty" and first.kind == "name":
            return self._read_empty()
        if first.kind not in LITERAL_KINDS and first.text not in LITERAL_STARTS:
            return None
        type_, value = self._read_value(0)
        try:
            return Constant(type_, value)
        except BadValueError as error:
            raise self.error(str(error).removeprefix("example 0: "), first) from None

    def _read_empty(self) -> Constant:
        self.take()
        self.expect("[")
        type_ = self.read_type()
        self.expect("]")
        if type_.rank == 0:
            raise self.error(f"a {type_} cannot be empty")
        return Constant(type_, "" if type_ == ValueType(Elem.CHAR, 1) else [])

    def _read_value(self, depth: int) -> tuple[ValueType, HostValue]:
        token = self.take()
        if token.kind == "number" or token.text in ("nan", "inf"):
            if token.text.lstrip("-").isdecimal():
                return ValueType(Elem.INT, 0), self._int(token)
            return ValueType(Elem.FLOAT, 0), float(token.text)
        if token.text in ("true", "false"):
            return ValueType(Elem.BOOL, 0), token.text == "true"
        if token.kind in ("text", "char"):
            try:
                value = unquote(token.text)
            except ValueError as error:
                raise self.error(str(error), token) from None
            if token.kind == "char" and len(value) != 1:
                raise self.error(
                    "a character stands between single quotes, a text between double quotes", token
                )
            return ValueType(Elem.CHAR, int(token.kind == "text")), value
        if token.text == "[" and depth < 2:
            return self._read_list(token, depth)
        raise self.error("expected a literal", token)

    def _int(self, token: Token) -> int:
        # 20 characters hold every 64-bit int; Python itself refuses to read very long ones.
        if len(token.text) > 20 or not -(2**63) <= int(token.text) < 2**63:
            raise self.error("the int does not fit in 64 bits", token)
        return int(token.text)

    def _read_list(self, opening: Token, depth: int) -> tuple[ValueType, HostValue]:
        items: list[tuple[ValueType, HostValue]] = []
        while not self.take_if("]"):
            if items:
                self.expect(",")
            items.append(self._read_value(depth + 1))
        if not items:
            raise self.error("the type of an empty list must be said: empty[list[int]]", opening)
        types = {type_ for type_, _ in items}
        if len(types) == 2 and types <= {
            ValueType(elem, items[0][0].rank) for elem in (Elem.INT, Elem.FLOAT)
        }:
            types = {ValueType(Elem.FLOAT, items[0][0].rank)}
        if len(types) > 1:
            raise self.error(f"a list of {' and '.join(sorted(map(str, types)))}", opening)
        inner = types.pop()
        if inner.rank > 1:
            raise self.error("lists are nested at most twice", opening)
        values = [value for _, value in items]
        if inner == ValueType(Elem.CHAR, 0):
            return ValueType(Elem.CHAR, 1), "".join(map(str, values))
        return ValueType(inner.elem, inner.rank + 1), values


class _ProgramReader(_Reader):
    """Reads a whole program and types each line as soon as it is read."""

    def __init__(self, text: str, skills: SkillTable) -> None:
        super().__init__(text)
        self.skills = skills
        self.lines: list[Line] = []
        self.pointers: dict[str, int] = {}
        self.typer = Typer((), skills)

    def read(self) -> Program:
        self.skip_ends()
        names, types, output_type = self._read_header()
        self.typer = Typer(types, self.skills)
        self.expect_end()
        while not self.take_if("return"):
            self._read_statement()
        token = self.token
        output = self._read_expression(0)
        try:
            self.typer.check_output(output, output_type)
        except RefusedError as refusal:
            raise self.error(str(refusal), token) from None
        self.skip_ends()
        if self.token.kind != "stop":
            raise self.error(f"nothing may follow the return, found {self._found()}")
        return Program(names, types, output_type, tuple(self.lines), output, self.skills)

    def _read_header(self) -> tuple[tuple[str, ...], tuple[ValueType, ...], ValueType]:
        types: list[ValueType] = []
        self.expect("(")
        while not self.take_if(")"):
            if types:
                self.expect(",")
            name = self.expect_name("the name of an input")
            if name.text in self.pointers:
                raise self.error(f"two inputs have the name {name.text!r}", name)
            self.pointers[name.text] = len(types)
            self.expect(":")
            types.append(self.read_type())
        self.expect("->")
        return tuple(self.pointers), tuple(types), self.read_type()

    def _read_statement(self) -> None:
        if self.token.kind == "stop":
            raise self.error("the program has no return")
        name = self.expect_name("a name or return")
        if name.text in self.pointers:
            raise self.error(f"{name.text!r} has a value already", name)
        self.expect("=")
        self.pointers[name.text] = self._read_expression(0)
        self.expect_end()

    def _add(self, line: Line, token: Token) -> int:
        try:
            self.typer.add(line)
        except RefusedError as refusal:
            raise self.error(str(refusal), token) from None
        self.lines.append(line)
        return len(self.typer.types) - 1

    def _read_expression(self, depth: int) -> int:
        """Reads an expression and returns its pointer."""
        if depth > MAX_DEPTH:
            raise self.error(f"calls are nested deeper than {MAX_DEPTH}")
        first = self.token
        literal = self.read_literal()
        if literal is not None:
            return self._add(literal, first)
        if self.take_if("&"):
            skill = self.expect_name("the name of a skill")
            slots = self._read_operands(depth, free=True) if self.token.text == "(" else ()
            return self._add(Bind(skill.text, slots), skill)
        name = self.expect_name("an expression")
        if self.token.text == "(":
            args = tuple(arg for arg in self._read_operands(depth, free=False) if arg is not None)
            return self._add(Apply(name.text, args), name)
        if name.text not in self.pointers:
            near = difflib.get_close_matches(name.text, self.pointers, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(self.pointers) or 'none'}"
            raise self.error(f"unknown name {name.text!r}; {hint}", name)
        return self.pointers[name.text]

    def _read_operands(self, depth: int, *, free: bool) -> tuple[int | None, ...]:
        self.expect("(")
        operands: list[int | None] = []
        while not self.take_if(")"):
            if operands:
                self.expect(",")
            operands.append(None if free and self.take_if(FREE) else self._read_expression(depth + 1))
        return tuple(operands)


def parse_program(text: str, skills: SkillTable = INSTRUCTIONS_ONLY) -> Program:
    """Returns the program that `text` says, verified.

    Raises:
      ProgramError: the text is no program, or one that may not run; line and column are named.
    """
    return _ProgramReader(text, skills).read()


def parse_literals(text: str) -> list[Constant]:
    """Returns the types and values of literals with commas between them, such as the inputs of a program.

    Raises:
      ProgramError: the text is something else.
    """
    reader = _Reader(text)
    constants: list[Constant] = []
    while reader.token.kind != "stop":
        if constants:
            reader.expect(",")
        constant = reader.read_literal()
        if constant is None:
            raise reader.error("expected a literal")
        constants.append(constant)
    return constants


def parse_literal(text: str) -> Constant:
    """Returns the type and value that one literal says.

    Raises:
      ProgramError: the text is no literal.
    """
    reader = _Reader(text)
    constant = reader.read_literal()
    if constant is None or reader.token.kind != "stop":
        raise reader.error("expected one literal")
    return constant

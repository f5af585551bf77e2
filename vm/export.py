"""Writes a program as one standalone Python function.

The function works on the plain forms of the reference (vm/reference): text is a list of characters inside
it. The helpers it needs are the reference's own functions, so what a skill does is written in one place;
only those used are written out, with what they call, and they need nothing but Python's standard library.
Faults raise `ValueError`; bounds on fuel and memory are kept roughly: in loops and where an operand's value
blows up a result.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
import re
import textwrap
import types
from collections.abc import Callable, Sequence
from typing import Any

from vm import export_helpers
from vm.assembly.export_python import python_functions
from vm.export_helpers import LIMIT
from vm.functions.function import PythonFunction
from vm.isa import Convention
from vm.program import Apply, Constant, Program, ProgramError
from vm.reference.forms import ZEROS, Form, to_form
from vm.reference.registry import TWINS
from vm.values import Elem, ValueType
from vm.verifier import Call, Closure, Typer, type_program

OWN_HELPERS = {name: value for name, value in vars(export_helpers).items() if inspect.isfunction(value)}
ITEM_NAME = "item"
TAKEN_NAMES = frozenset(
    {*keyword.kwlist, *dir(builtins), *OWN_HELPERS, "LIMIT"}
    | {name for twin in TWINS.values() for name in twin.function.__globals__}
)
_MADE_NAME = re.compile(r"(?:v|item)[0-9]+|(?:skill|x)_.*")


class _Plain(ast.NodeTransformer):
    """Strips decorators and annotations from a function, and turns status codes into their names."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list, node.returns = [], None
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "Status":
            return ast.copy_location(ast.Constant(node.attr), node)
        self.generic_visit(node)
        return node


def _literal(value: Form) -> str:
    """Returns Python source for a form."""
    if isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            return f"list({''.join(value)!r})"
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, float) and value != value:
        return "math.nan"
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "math.inf" if value > 0 else "-math.inf"
    return repr(value)


class _Helpers:
    """Collects the definitions and imports that the exported functions need, each after what it calls."""

    def __init__(self) -> None:
        self.imports: set[str] = set()
        self.constants: dict[str, str] = {}
        self.functions: dict[str, str] = {}

    def need(self, function: Callable[..., Any]) -> str:
        """Adds a function with everything it calls, and returns its name."""
        name = function.__name__
        function = OWN_HELPERS.get(name, function)
        if name in self.functions:
            return name
        tree = _Plain().visit(ast.parse(textwrap.dedent(inspect.getsource(function))))
        self.functions[name] = ""
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        for used_name in sorted(used & set(function.__globals__)):
            self._need_global(used_name, function.__globals__[used_name])
        # Taken out and put back: what it calls stands above it.
        del self.functions[name]
        self.functions[name] = ast.unparse(ast.fix_missing_locations(tree))
        return name

    def _need_global(self, name: str, value: Any) -> None:
        if isinstance(value, types.ModuleType):
            self.imports.add(f"import {value.__name__}")
        elif inspect.isfunction(value):
            self.need(value)
        elif isinstance(value, re.Pattern):
            self.imports.add("import re")
            self.constants[name] = f"re.compile({value.pattern!r})"
        elif isinstance(value, int | float | str | tuple | list):
            self.constants[name] = repr(value)
        else:
            self.imports.add(f"from {value.__module__} import {value.__name__}")

    def source(self) -> str:
        """Returns imports, constants and functions, in this order."""
        imports = "\n".join(sorted(self.imports))
        constants = "\n".join(f"{name} = {value}" for name, value in sorted(self.constants.items()))
        return "\n\n\n".join(part for part in (imports, constants, *self.functions.values()) if part)


def parameter_names(program: Program) -> list[str]:
    """Returns the function's parameters: the inputs' names, but where one means something else in it."""
    return [
        f"x_{name}" if name in TAKEN_NAMES or _MADE_NAME.fullmatch(name) else name
        for name in program.input_names
    ]


class _Writer:
    """Writes the expressions of one program's calls."""

    def __init__(self, program: Program, helpers: _Helpers) -> None:
        self.program = program
        self.helpers = helpers
        self.typer: Typer = type_program(program)
        self.num_items = 0
        self.names = self._pointer_names()

    def _pointer_names(self) -> list[str]:
        """Returns the expression of each pointer; those of bound skills are not used."""
        names = parameter_names(self.program)
        for number, line in enumerate(self.program.lines):
            names.append(_constant(line, self.helpers) if isinstance(line, Constant) else f"v{number}")
        calls = [at for at, line in enumerate(self.program.lines) if isinstance(line, Apply)]
        for number, at in enumerate(calls):
            names[self.program.num_inputs + at] = f"v{number + 1}"
        return names

    def _item(self) -> str:
        self.num_items += 1
        return f"{ITEM_NAME}{self.num_items}"

    def lines(self) -> list[str]:
        """Returns one assignment for each call."""
        lines = []
        for number, line in enumerate(self.program.lines):
            if isinstance(line, Apply):
                pointer = self.program.num_inputs + number
                operands = [self.typer.closures.get(arg) or self.names[arg] for arg in line.args]
                lines.append(f"{self.names[pointer]} = {self.call(self.typer.calls[pointer], operands)}")
        return lines

    @property
    def output(self) -> str:
        """What the program returns."""
        return self.names[self.program.output]

    def call(self, call: Call, operands: Sequence[str | Closure]) -> str:
        """Returns the expression of one call; operands are expressions without side effects, or closures."""
        data = [operand for operand in operands if isinstance(operand, str)]
        if call.composition is not None:
            return f"{function_name(call.composition.name)}({', '.join(data)})"
        assert call.body is not None
        if call.body.convention is Convention.HIGHER:
            closures = [operand for operand in operands if isinstance(operand, Closure)]
            return self._higher(call, closures, data)
        ranks = [type_.rank for type_ in call.operands if isinstance(type_, ValueType)]
        if call.body.convention is Convention.ELEMENTWISE:
            expression = self._lifted(self.helpers.need(TWINS[call.skill].function), data, ranks)
        else:
            expression = self._structural(call, data)
        if call.result.rank < 2:
            return expression
        return f"{self.helpers.need(export_helpers.tidy)}({expression})"

    def _structural(self, call: Call, data: Sequence[str]) -> str:
        twin, args = TWINS[call.skill], list(data)
        if twin.zero:
            first = call.operands[0]
            assert isinstance(first, ValueType)
            args.append(f"zero={_literal(ZEROS[first.elem])}")
        if twin.limit:
            self.helpers.constants["LIMIT"] = repr(LIMIT)
            args.append("limit=LIMIT")
        return f"{self.helpers.need(twin.function)}({', '.join(args)})"

    def _lifted(self, function: str, data: Sequence[str], ranks: Sequence[int]) -> str:
        """Returns a comprehension over the operands of the highest rank; `zip` cuts them to the shortest."""
        rank = max(ranks)
        if rank == 0:
            return f"{function}({', '.join(data)})"
        items = [self._item() if own == rank else name for name, own in zip(data, ranks, strict=True)]
        inner = self._lifted(function, items, [own - 1 if own == rank else own for own in ranks])
        over = [(item, name) for item, name, own in zip(items, data, ranks, strict=True) if own == rank]
        if len(over) == 1:
            return f"[{inner} for {over[0][0]} in {over[0][1]}]"
        sources = ", ".join(name for _, name in over)
        return f"[{inner} for {', '.join(item for item, _ in over)} in zip({sources})]"

    def _applied(self, closure: Closure, call: Call, args: Sequence[str]) -> str:
        """Returns the expression of a bound skill's call with its free slots filled."""
        free = iter(args)
        operands: list[str | Closure] = []
        for slot in closure.slots:
            if slot is None:
                operands.append(next(free))
            else:
                operands.append(slot if isinstance(slot, Closure) else self.names[slot])
        return self.call(call, operands)

    def _function(self, closure: Closure, call: Call, num_args: int) -> str:
        args = [self._item() for _ in range(num_args)]
        return f"lambda {', '.join(args)}: {self._applied(closure, call, args)}"

    def _higher(self, call: Call, closures: Sequence[Closure], data: Sequence[str]) -> str:
        skill, closure, callee = call.skill, closures[0], call.callees[0]
        if skill in ("map", "filter"):
            item = self._item()
            applied = self._applied(closure, callee, [item])
            return (
                f"[{applied} for {item} in {data[0]}]"
                if skill == "map"
                else f"[{item} for {item} in {data[0]} if {applied}]"
            )
        if skill == "sort_by":
            return f"sorted({data[0]}, key={self._function(closure, callee, 1)})"
        if skill == "scan":
            self.helpers.imports.add("from itertools import accumulate")
            return f"list(accumulate({data[0]}, {self._function(closure, callee, 2)}))"
        functions = [
            self._function(bound, made, 2 if skill == "fold" else 1)
            for bound, made in zip(closures, call.callees, strict=True)
        ]
        return f"{self.helpers.need(OWN_HELPERS[skill])}({', '.join([*functions, *data])})"


def _constant(line: Constant, helpers: _Helpers) -> str:
    text = _literal(to_form(line.value, line.type))
    if "math." in text:
        helpers.imports.add("import math")
    return text


def function_name(skill: str) -> str:
    """Returns the name of a learnt skill's function."""
    return f"skill_{skill}"


def _from_host(name: str, type_: ValueType, helpers: _Helpers) -> str | None:
    """Returns the expression that turns an argument into its form; None if it is its own form."""
    if type_.elem is Elem.FLOAT:
        inner = ("float({})", "[float(item) for item in {}]", "[[float(item) for item in row] for row in {}]")
    elif type_.elem is Elem.CHAR:
        inner = ("{}", "list({})", "[list(row) for row in {}]")
    else:
        inner = ("{}", "{}", "{}")
    expression = inner[type_.rank].format(name)
    if type_.rank == 2:
        return f"{helpers.need(export_helpers.tidy)}({expression})"
    return None if expression == name else expression


def _to_host(expression: str, type_: ValueType) -> str:
    """Returns the expression that turns a form into the host value."""
    if type_.elem is not Elem.CHAR or type_.rank == 0:
        return expression
    return f"''.join({expression})" if type_.rank == 1 else f"[''.join(row) for row in {expression}]"


def _function_source(name: str, doc: str, program: Program, body: Sequence[str]) -> str:
    args = ", ".join(parameter_names(program))
    return "\n".join([f"def {name}({args}):", *(f"    {line}" for line in (doc, *body))])


def _doc(text: str) -> str:
    """Returns a docstring of one line, whatever the text has in it."""
    return ast.unparse(ast.Expr(ast.Constant(text))) if "\\" in text or '"' in text else f'"""{text}"""'


def python_source(program: Program) -> str:
    """Returns the source of a module with the function `solve`.

    Raises:
      ProgramError: the program may not run, or calls a Python function of a package.
    """
    helpers, functions = _Helpers(), []
    reached = _reached_skills(program)
    for skill in program.skills.learnt:
        if skill.name not in reached:
            continue
        if isinstance(skill.body, PythonFunction):
            raise ProgramError(
                f"it calls {skill.name}, a Python function of {skill.body.module}, which stays there"
            )
        if isinstance(skill.body, Program):
            writer = _Writer(skill.body, helpers)
            body = [*writer.lines(), f"return {writer.output}"]
            doc = _doc(skill.doc or skill.signature)
            functions.append(_function_source(function_name(skill.name), doc, skill.body, body))
        else:
            helpers.functions.update(python_functions(skill.body, function_name(skill.name)))
    writer = _Writer(program, helpers)
    body = []
    for name, type_ in zip(parameter_names(program), program.input_types, strict=True):
        converted = _from_host(name, type_, helpers)
        if converted is not None:
            body.append(f"{name} = {converted}")
    body.extend(writer.lines())
    if export_helpers.count_round.__name__ in helpers.functions:
        body.insert(0, "ROUNDS[0] = 0")
    body.append(f"return {_to_host(writer.output, program.output_type)}")
    functions.append(_function_source("solve", _doc(program.text_lines[0]), program, body))
    return "\n\n\n".join(part for part in (helpers.source(), *functions) if part) + "\n"


def _reached_skills(program: Program) -> set[str]:
    """Returns the names of the learnt skills that the program calls, directly or through others."""
    reached: set[str] = set()
    waiting = [program]
    while waiting:
        for name in sorted(waiting.pop().called - reached):
            skill = program.skills.learnt_skill(name)
            if skill is not None:
                reached.add(name)
                waiting += [skill.body] if isinstance(skill.body, Program) else []
    return reached

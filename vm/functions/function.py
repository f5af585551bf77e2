"""Decides what a Python function is as the body of a skill, and its text.

    python turn (x: list[int], n: int) -> list[int]
    of my_package.skills
    source 1f0c5d2e8a94b7c36d10e2f4a5b6c7d8

The text holds no code. Reading it looks for the function among what installed packages offer
(vm/functions/installed.py) and refuses one whose types or source are others. A pickle names the module and
the function, as pickles of functions do.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from vm.functions.errors import FunctionError
from vm.functions.source import source_hash
from vm.program import Apply, Program
from vm.program_text import FUNCTION_KEYWORD as KEYWORD
from vm.skill import DEFAULT_COST, Skill, SkillTable
from vm.values import Batch, HostValue, ValueType, parse_type

if TYPE_CHECKING:
    from vm.execute import Run
    from vm.limits import Limits

HASH_BYTES: Final = 16
MAX_INPUTS: Final = 16
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_NO_PLAIN_CALL: Final = (
    inspect.CO_VARARGS | inspect.CO_VARKEYWORDS | inspect.CO_GENERATOR | inspect.CO_COROUTINE
)


@dataclass(frozen=True, eq=False)
class PythonFunction:
    """A function of one or more values.

    Attributes:
      name: the skill's, under which a package offers it.
      function: what is compiled; it takes ints, floats, bools and arrays as vm/functions/entry.py says.
      input_types: one for each parameter.
      output_type: the type of what it returns.
    """

    name: str
    function: Callable[..., Any]
    input_types: tuple[ValueType, ...]
    output_type: ValueType

    def __post_init__(self) -> None:
        if _NAME.fullmatch(self.name) is None:
            raise FunctionError(
                f"the function {self.name!r} needs a name of small letters, digits and _ that begins with a "
                "letter; say name= if its own should stay"
            )
        function = self.function
        if not inspect.isfunction(function) or function.__name__ == "<lambda>":
            raise FunctionError(f"{self.name} should be a function made by def, not {function!r}")
        code = function.__code__
        plain = not (code.co_flags & _NO_PLAIN_CALL or code.co_kwonlyargcount or function.__defaults__)
        if not plain or code.co_argcount != len(self.input_types):
            raise FunctionError(
                f"the function {self.name} should have one plain parameter for each of its "
                f"{len(self.input_types)} input types"
            )
        if not 1 <= code.co_argcount <= MAX_INPUTS:
            raise FunctionError(f"the function {self.name} should have 1 to {MAX_INPUTS} parameters")

    @property
    def input_names(self) -> tuple[str, ...]:
        """The parameters' names."""
        code = self.function.__code__
        return code.co_varnames[: code.co_argcount]

    @property
    def num_inputs(self) -> int:
        """How many inputs it takes."""
        return len(self.input_types)

    @property
    def length(self) -> int:
        """How many lines it counts as: one."""
        return 1

    @property
    def called(self) -> frozenset[str]:
        """The names of all skills that it calls: none."""
        return frozenset()

    @property
    def module(self) -> str:
        """The module that defines it."""
        return self.function.__module__

    @property
    def header(self) -> str:
        """Its name and types."""
        pairs = zip(self.input_names, self.input_types, strict=True)
        return f"{self.name} ({', '.join(f'{name}: {type_}' for name, type_ in pairs)}) -> {self.output_type}"

    @cached_property
    def source(self) -> str:
        """A hash of what decides what it does; see vm/functions/source.py.

        Raises:
          FunctionError: it uses what cannot be hashed.
        """
        return source_hash(self.name, self.function)

    @cached_property
    def text_lines(self) -> tuple[str, ...]:
        """The lines of the canonical text."""
        return f"{KEYWORD} {self.header}", f"of {self.module}", f"source {self.source}"

    @property
    def text(self) -> str:
        """The canonical text in one line."""
        return "; ".join(self.text_lines)

    def __str__(self) -> str:
        return "\n".join(self.text_lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PythonFunction) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    @cached_property
    def hash(self) -> str:
        """A hash of name, types and source; the module is not in it."""
        text = f"{KEYWORD} {self.header}|{self.source}"
        return hashlib.blake2b(text.encode(), digest_size=HASH_BYTES).hexdigest()

    def __reduce__(self) -> tuple[Any, ...]:
        qualified = self.function.__qualname__
        if self.module == "__main__" or "<locals>" in qualified:
            raise FunctionError(
                f"the function {self.name} cannot be sent to another process, since it stands in "
                f"{'a script' if self.module == '__main__' else 'another function'}; put it into a module"
            )
        types = (*self.input_types, self.output_type)
        return _found_again, (self.module, qualified, self.name, tuple(map(str, types)), self.source)

    def as_program(self) -> Program:
        """Returns the program that calls it and does nothing else."""
        table = SkillTable((Skill(self.name, "", self),))
        line = Apply(self.name, tuple(range(self.num_inputs)))
        return Program(self.input_names, self.input_types, self.output_type, (line,), self.num_inputs, table)

    def run(self, batches: Sequence[Batch], limits: Limits | None = None) -> Run:
        """Runs it on all examples.

        Raises:
          FunctionError: it cannot be compiled, or the batches do not fit its inputs.
        """
        return self.as_program().run(batches, limits)

    def __call__(self, *inputs: HostValue) -> HostValue:
        """Runs it on one input.

        Raises:
          Fault: the run ended without a result.
          FunctionError: it cannot be compiled, or the inputs do not fit.
        """
        return self.as_program()(*inputs)


def _found_again(module: str, qualified: str, name: str, types: Sequence[str], source: str) -> PythonFunction:
    """Returns the function that a pickle names.

    Raises:
      FunctionError: it is another one here.
    """
    found: Any = importlib.import_module(module)
    for part in qualified.split("."):
        found = getattr(found, part)
    *inputs, output = map(parse_type, types)
    body = PythonFunction(name, python_function(found), tuple(inputs), output)
    if body.source != source:
        raise FunctionError(f"the function {name} of {module} is another one here; install the same version")
    return body


def python_function(found: Any) -> Any:
    """Returns the function behind a skill or behind what numba has made of it; anything else as it is."""
    if isinstance(found, Skill):
        found = found.body
    if isinstance(found, PythonFunction):
        return found.function
    return getattr(found, "py_func", found)


def function_skill(
    signature: str, *, doc: str = "", name: str = "", cost: int = DEFAULT_COST
) -> Callable[[Callable[..., Any]], Skill]:
    """Makes a skill of a function; numba compiles it when a program first calls it.

        @function_skill("list[int], int -> list[int]")
        def turn(x, n):
            "Turns a list to the left."
            ...

    Args:
      signature: the types, as `mcts-compose library list` shows them.
      doc: what it does, one line; else the first line of the function's own.
      name: by which programs call it; else the function's.
      cost: default price in the search.

    Raises:
      FunctionError: it can be no skill; the message is one sentence.
    """
    inputs, _, output = signature.partition("->")
    if signature.count("->") != 1:
        raise FunctionError(f"a signature looks like 'list[int], int -> int', not {signature!r}")
    try:
        types = [parse_type(text.strip()) for text in (*filter(None, inputs.split(",")), output)]
    except ValueError as error:
        raise FunctionError(f"the signature {signature!r} is wrong: {error}") from None

    def make(given: Callable[..., Any]) -> Skill:
        function = python_function(given)
        own = getattr(function, "__doc__", None)
        first = inspect.cleandoc(own).partition("\n")[0] if isinstance(own, str) else ""
        called = name or getattr(function, "__name__", "")
        if not (doc or first):
            raise FunctionError(f"the function {called} should have a line that says what it does")
        return Skill(
            called, doc or first, PythonFunction(called, function, tuple(types[:-1]), types[-1]), cost
        )

    return make

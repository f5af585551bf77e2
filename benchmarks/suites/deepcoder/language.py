"""Decides what a DeepCoder statement means: an interpreter of that language over ints and lists of ints.

A program is a straight line of statements. Its inputs are the first variables; each statement makes the next
one, and the last one is the result. Text form: `a <- [int] | b <- int | c <- TAKE b a | d <- MAP (*2) c`.

A statement has no value on an example (None, "null") when it takes an element that is not there, takes or
drops a negative number of elements, or makes an int outside -256 .. 255 or a list of more than 20. Division
rounds down; `ZIPWITH` stops at the end of the shorter list; `SCANL1` begins with the first element.
"""

from __future__ import annotations

import functools
import itertools
import string
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

Value: TypeAlias = "int | list[int]"

LOW: Final = -256
HIGH: Final = 255
MAX_LENGTH: Final = 20
INT: Final = "int"
LIST: Final = "[int]"

MAPS: Final[dict[str, Callable[[int], int]]] = {
    "(+1)": lambda v: v + 1,
    "(-1)": lambda v: v - 1,
    "(*2)": lambda v: v * 2,
    "(/2)": lambda v: v // 2,
    "(*-1)": lambda v: -v,
    "(**2)": lambda v: v * v,
    "(*3)": lambda v: v * 3,
    "(/3)": lambda v: v // 3,
    "(*4)": lambda v: v * 4,
    "(/4)": lambda v: v // 4,
}
TESTS: Final[dict[str, Callable[[int], bool]]] = {
    "(>0)": lambda v: v > 0,
    "(<0)": lambda v: v < 0,
    "even": lambda v: v % 2 == 0,
    "odd": lambda v: v % 2 == 1,
}
STEPS: Final[dict[str, Callable[[int, int], int]]] = {
    "(+)": lambda a, b: a + b,
    "(-)": lambda a, b: a - b,
    "(*)": lambda a, b: a * b,
    "min": min,
    "max": max,
}


class Operation(NamedTuple):
    """One operation with its function, as `MAP (*2)`.

    Attributes:
      name: as written in program text.
      params: `int` or `[int]` for each operand.
      result: the type of its value.
      function: plain Python; may return None.
    """

    name: str
    params: tuple[str, ...]
    result: str
    function: Callable[..., Value | None]


class Statement(NamedTuple):
    """An operation on earlier variables, given by their positions."""

    operation: Operation
    args: tuple[int, ...]


class Code(NamedTuple):
    """A program: the types of its inputs, and its statements."""

    input_types: tuple[str, ...]
    statements: tuple[Statement, ...]

    @property
    def types(self) -> tuple[str, ...]:
        """The type of each variable, inputs first."""
        return (*self.input_types, *(statement.operation.result for statement in self.statements))

    def __str__(self) -> str:
        names = string.ascii_lowercase
        lines = [f"{name} <- {type_}" for name, type_ in zip(names, self.input_types, strict=False)]
        for name, (operation, args) in zip(names[len(lines) :], self.statements, strict=False):
            lines.append(" ".join([name, "<-", operation.name, *(names[arg] for arg in args)]))
        return " | ".join(lines)


def _access(n: int, xs: list[int]) -> int | None:
    return xs[n] if 0 <= n < len(xs) else None


def _scan(step: Callable[[int, int], int]) -> Callable[[list[int]], list[int]]:
    return lambda xs: list(itertools.accumulate(xs, step))


def _map(function: Callable[[int], int]) -> Callable[[list[int]], list[int]]:
    return lambda xs: [function(v) for v in xs]


def _filter(test: Callable[[int], bool]) -> Callable[[list[int]], list[int]]:
    return lambda xs: [v for v in xs if test(v)]


def _count(test: Callable[[int], bool]) -> Callable[[list[int]], int]:
    return lambda xs: sum(map(test, xs))


def _zip(step: Callable[[int, int], int]) -> Callable[[list[int], list[int]], list[int]]:
    return lambda xs, ys: [step(a, b) for a, b in zip(xs, ys, strict=False)]


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("HEAD", (LIST,), INT, lambda xs: xs[0] if xs else None),
    Operation("LAST", (LIST,), INT, lambda xs: xs[-1] if xs else None),
    Operation("TAKE", (INT, LIST), LIST, lambda n, xs: xs[:n] if n >= 0 else None),
    Operation("DROP", (INT, LIST), LIST, lambda n, xs: xs[n:] if n >= 0 else None),
    Operation("ACCESS", (INT, LIST), INT, _access),
    Operation("MINIMUM", (LIST,), INT, lambda xs: min(xs, default=None)),
    Operation("MAXIMUM", (LIST,), INT, lambda xs: max(xs, default=None)),
    Operation("REVERSE", (LIST,), LIST, lambda xs: xs[::-1]),
    Operation("SORT", (LIST,), LIST, sorted),
    Operation("SUM", (LIST,), INT, sum),
    *(Operation(f"MAP {name}", (LIST,), LIST, _map(function)) for name, function in MAPS.items()),
    *(Operation(f"FILTER {name}", (LIST,), LIST, _filter(test)) for name, test in TESTS.items()),
    *(Operation(f"COUNT {name}", (LIST,), INT, _count(test)) for name, test in TESTS.items()),
    *(Operation(f"ZIPWITH {name}", (LIST, LIST), LIST, _zip(step)) for name, step in STEPS.items()),
    *(Operation(f"SCANL1 {name}", (LIST,), LIST, _scan(step)) for name, step in STEPS.items()),
)
BY_NAME: Final[dict[str, Operation]] = {operation.name: operation for operation in OPERATIONS}


def is_in_range(value: Value) -> bool:
    """Says whether a value is one that the language can hold."""
    if isinstance(value, int):
        return LOW <= value <= HIGH
    return len(value) <= MAX_LENGTH and (not value or (LOW <= min(value) and max(value) <= HIGH))


def apply(operation: Operation, operands: Sequence[Value]) -> Value | None:
    """Returns the value of one operation, or None when it has none."""
    value = operation.function(*operands)
    return value if value is not None and is_in_range(value) else None


def run(code: Code, inputs: Sequence[Value]) -> list[Any] | None:
    """Returns the values of all variables, inputs first; None when a statement has no value."""
    values: list[Any] = list(inputs)
    for operation, args in code.statements:
        value = apply(operation, [values[arg] for arg in args])
        if value is None:
            return None
        values.append(value)
    return values


def parse(text: str) -> Code:
    """Returns the program that a text says; the text is one that `str` made."""
    names: list[str] = []
    input_types: list[str] = []
    statements: list[Statement] = []
    for line in text.split(" | "):
        name, _, right = line.partition(" <- ")
        if right in (INT, LIST):
            input_types.append(right)
        else:
            words = right.split()
            operation = BY_NAME.get(words[0]) or BY_NAME[" ".join(words[:2])]
            args = words[len(operation.name.split()) :]
            statements.append(Statement(operation, tuple(names.index(arg) for arg in args)))
        names.append(name)
    return Code(tuple(input_types), tuple(statements))


@functools.cache
def next_statements(types: tuple[str, ...]) -> tuple[Statement, ...]:
    """Returns every statement over variables of these types."""
    return tuple(
        Statement(operation, args)
        for operation in OPERATIONS
        for args in itertools.product(
            *([at for at, type_ in enumerate(types) if type_ == param] for param in operation.params)
        )
    )


@functools.cache
def last_statements(types: tuple[str, ...], result: str) -> tuple[Statement, ...]:
    """Returns the statements over variables of these types that read the newest one and have this result."""
    return tuple(
        statement
        for statement in next_statements(types)
        if statement.operation.result == result and len(types) - 1 in statement.args
    )

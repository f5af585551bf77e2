"""Decides what an array program gives for arguments that are terms of the solver z3.

Only programs on numbers and truth values, and on lists whose length does not depend on a value, are terms.
Numbers have no bounds here, while the machine's wrap at 64 bits: what is proved holds as long as none does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

from vm.program import Apply, Constant, Program


class NotNumbersError(ValueError):
    """A program has a call that is no term; the message names its skill."""


def term_of_program(program: Program, arguments: Sequence[Any], z3: Any) -> Any:
    """Returns what a program gives.

    Args:
      program: verified.
      arguments: one number or truth value of z3 for each input.
      z3: the package, an extra.

    Raises:
      NotNumbersError: a call is no term.
    """
    skills = _skills(z3)
    values = list(arguments)
    for line in program.lines:
        if isinstance(line, Constant):
            values.append(line.value)
            continue
        skill = skills.get(line.skill) if isinstance(line, Apply) else None
        if skill is None:
            raise NotNumbersError(f"no term says what {line.skill} does")
        try:
            values.append(skill(*(values[pointer] for pointer in line.args)))  # type: ignore[union-attr]
        except (TypeError, ValueError, z3.Z3Exception):
            raise NotNumbersError(f"no term says what {line.skill} does with these operands") from None
    return values[program.output]


def _lifted(skill: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a skill on single values, applied to each element where operands are lists."""

    def apply(*operands: Any) -> Any:
        lists = [operand for operand in operands if isinstance(operand, list)]
        if not lists:
            return skill(*operands)
        count = min(map(len, lists))  # the machine lifts to the shorter list
        columns = [
            operand[:count] if isinstance(operand, list) else [operand] * count for operand in operands
        ]
        return [apply(*row) for row in zip(*columns, strict=True)]

    return apply


def _some(values: Any) -> list[Any]:
    """Returns the elements of a list that has some."""
    if not isinstance(values, list) or not values:
        raise ValueError
    return values


def _skills(z3: Any) -> Mapping[str, Callable[..., Any]]:
    """Returns what the skills do, by name."""

    def least(one: Any, other: Any) -> Any:
        return z3.If(one <= other, one, other)

    def most(one: Any, other: Any) -> Any:
        return z3.If(one >= other, one, other)

    def number(value: Any) -> Any:
        return z3.If(value, 1, 0)

    def divided(one: Any, other: Any) -> Any:
        # The solver rounds down where the divisor is positive; by zero the machine gives zero.
        return z3.If(other == 0, 0, z3.If(other > 0, one / other, (-one) / (-other)))

    single = {
        "neg": lambda x: -x,
        "abs": lambda x: z3.If(x >= 0, x, -x),
        "sign": lambda x: z3.If(x > 0, 1, z3.If(x < 0, -1, 0)),
        "square": lambda x: x * x,
        "add": lambda x, y: x + y,
        "sub": lambda x, y: x - y,
        "mul": lambda x, y: x * y,
        "div": lambda x, y: divided(z3.IntVal(x) if isinstance(x, int) else x, y),
        "mod": lambda x, y: x - y * divided(z3.IntVal(x) if isinstance(x, int) else x, y),
        "even": lambda x: x % 2 == 0,
        "odd": lambda x: x % 2 == 1,
        "min": least,
        "max": most,
        "eq": lambda x, y: x == y,
        "ne": lambda x, y: x != y,
        "lt": lambda x, y: x < y,
        "le": lambda x, y: x <= y,
        "gt": lambda x, y: x > y,
        "ge": lambda x, y: x >= y,
        "not": z3.Not,
        "and": z3.And,
        "or": z3.Or,
        "xor": z3.Xor,
        "select": z3.If,
        "to_int": number,
    }
    return {name: _lifted(skill) for name, skill in single.items()} | {
        "choose": lambda mark, xs, ys: [z3.If(mark, x, y) for x, y in zip(_some(xs), _some(ys), strict=True)],
        "singleton": lambda x: [x],
        "pair": lambda x, y: [x, y],
        "append": lambda xs, x: [*_some(xs), x],
        "prepend": lambda x, xs: [x, *_some(xs)],
        "concat": lambda xs, ys: [*_some(xs), *_some(ys)],
        "reverse": lambda xs: _some(xs)[::-1],
        "head": lambda xs: _some(xs)[0],
        "last": lambda xs: _some(xs)[-1],
        "len": lambda xs: len(_some(xs)),
        "sum": lambda xs: reduce(lambda x, y: x + y, _some(xs)),
        "count": lambda xs: reduce(lambda x, y: x + y, map(number, _some(xs))),
        "minimum": lambda xs: reduce(least, _some(xs)),
        "maximum": lambda xs: reduce(most, _some(xs)),
        "any": lambda xs: z3.Or(_some(xs)),
        "all": lambda xs: z3.And(_some(xs)),
    }

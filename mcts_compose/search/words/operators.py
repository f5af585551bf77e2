"""What the search knows of the operators: opcodes, operands, prices, and how a goal goes back through one."""

from __future__ import annotations

from typing import NamedTuple

from mcts_compose.errors import InputError
from vm.assembly.isa import ADD, ASSEMBLY_ROWS, ITE, MOV, NEG, NOT, SUB, XOR, OperandKind

DEAR = {"mul": 2, "udiv": 3, "urem": 3, "sdiv": 3, "srem": 3}
"""Prices above 1: multiplications and divisions give many contents and are rarely right (untuned)."""


class Operator(NamedTuple):
    """One operator of a problem.

    Attributes:
      name: mnemonic.
      opcode: of the machine's table.
      reads: operands.
      is_commutative: whether two operands can be swapped.
      price: what one line with it costs.
    """

    name: str
    opcode: int
    reads: int
    is_commutative: bool
    price: int


class Inverse(NamedTuple):
    """How a goal goes back through an operator: if `opcode` is to give the goal, `inverse` must be given.

    Attributes:
      opcode: the operator before the goal.
      is_second: whether the new goal is its second operand; the first or second is a known contents.
      inverse: the operator that gives the new goal from the goal and the contents.
      is_swapped: whether the contents is the first operand of `inverse`.
      reads: operands of the operator.
      price: of the operator.
    """

    opcode: int
    is_second: bool
    inverse: int
    is_swapped: bool
    reads: int
    price: int


_INVERSES = {
    NOT: ((False, NOT, False),),
    NEG: ((False, NEG, False),),
    XOR: ((False, XOR, False),),
    ADD: ((False, SUB, False),),
    SUB: ((False, ADD, False), (True, SUB, True)),
}
"""For a known u: x + u = goal gives x = goal - u; x - u = goal, goal + u; u - x = goal, u - goal."""


def operators_of(names: tuple[str, ...], *, is_weighted: bool) -> tuple[Operator, ...]:
    """Returns the operators with these mnemonics, without `mov`.

    Raises:
      InputError: a name is none of an operator on words.
    """
    operators: dict[int, Operator] = {}
    for name in names:
        row = ASSEMBLY_ROWS.get(name)
        if row is None or not row.is_operator or row.three is None:
            raise InputError(f"the operator {name!r} is unknown, but should be one of a set such as bv32")
        if row.opcode != MOV:
            reads = sum(kind == OperandKind.READ for kind in row.three)
            price = DEAR.get(name, 1) if is_weighted else 1
            operators[row.opcode] = Operator(name, row.opcode, reads, row.commutative, price)
    return tuple(operators.values())


def inverses_of(operators: tuple[Operator, ...]) -> tuple[Inverse, ...]:
    """Returns the ways in which goals go back through the operators."""
    return tuple(
        Inverse(each.opcode, is_second, inverse, is_swapped, each.reads, each.price)
        for each in operators
        for is_second, inverse, is_swapped in _INVERSES.get(each.opcode, ())
    )


def chooses(operators: tuple[Operator, ...]) -> bool:
    """Says whether an operator chooses between two words."""
    return any(each.opcode == ITE for each in operators)

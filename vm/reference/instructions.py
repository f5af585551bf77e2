"""Runs the plain function of one instruction on one lane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vm.reference import grids, lists, regions, scalars, text  # noqa: F401 (importing them fills TWINS)
from vm.reference.forms import ZEROS, Form, lift
from vm.reference.registry import TWINS
from vm.values import ValueType

REFERENCE_NAMES: Final[frozenset[str]] = frozenset(TWINS)
NO_LIMIT: Final = 2**63


def _is_empty_grid(form: Form) -> bool:
    return isinstance(form, list) and all(line == [] for line in form)


def apply_instruction(
    name: str, args: Sequence[Form], param_types: Sequence[ValueType], limit: int = NO_LIMIT
) -> Form:
    """Returns what an instruction that takes no skills gives on one lane.

    Args:
      name: the instruction.
      args: one form for each operand.
      param_types: the operands' types, those of one of the instruction's overloads (not checked).
      limit: the most words the result may have; only results that an operand's value blows up are held
        against it.

    Raises:
      ReferenceFault: the instruction faults on this lane.
    """
    twin = TWINS[name]
    if twin.elementwise:
        result = lift(twin.function, list(args), [type_.rank for type_ in param_types])
    else:
        named: dict[str, Form] = {}
        if twin.zero:
            named["zero"] = ZEROS[param_types[0].elem]
        if twin.limit:
            named["limit"] = limit
        result = twin.function(*args, **named)
    # A grid without elements has no rows either.
    return [] if _is_empty_grid(result) else result

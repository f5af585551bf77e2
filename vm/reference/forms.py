"""Plain forms of values on one lane, and what they have in common; see `vm/reference/__init__.py`."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any, TypeAlias

from vm.isa import Status
from vm.values import Elem, HostValue, ValueType

Form: TypeAlias = Any
"""An int, a float, a bool, a character, a list of those, or a list of equally long lists of those."""

ZEROS: dict[Elem, Form] = {Elem.INT: 0, Elem.FLOAT: 0.0, Elem.BOOL: False, Elem.CHAR: "\0"}


class ReferenceFault(Exception):  # noqa: N818 (a fault is a result of the machine, not an error of the program)
    """The run ends with a status other than `OK`."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.name)
        self.status = status


def wrap(number: int) -> int:
    """Returns the 64-bit two's complement int that `number` wraps to."""
    return (number + 2**63) % 2**64 - 2**63


def to_form(value: HostValue, type_: ValueType) -> Form:
    """Returns the form of a host value."""
    if type_.rank == 0:
        return float(value) if type_.elem is Elem.FLOAT else value  # type: ignore[arg-type]
    inner = ValueType(type_.elem, type_.rank - 1)
    return [to_form(item, inner) for item in value]  # type: ignore[union-attr]


def from_form(form: Form, type_: ValueType) -> HostValue:
    """Returns the host value of a form."""
    if type_.rank == 0:
        return form  # type: ignore[no-any-return]
    if type_.rank == 1 and type_.elem is Elem.CHAR:
        return "".join(form)
    inner = ValueType(type_.elem, type_.rank - 1)
    return [from_form(item, inner) for item in form]


def form_words(form: Form) -> int:
    """Returns how many machine words the form takes."""
    return sum(map(form_words, form)) if isinstance(form, list) else 1


def float_bits(number: float) -> int:
    """Returns the bits of a float as a signed int."""
    return int(struct.unpack("<q", struct.pack("<d", number))[0])


def forms_agree(left: Form, right: Form) -> bool:
    """Says whether two forms have the same type, shape and bits; any NaN agrees with any NaN."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(forms_agree, left, right))
    if isinstance(left, float):
        return (math.isnan(left) and math.isnan(right)) or float_bits(left) == float_bits(right)
    return bool(left == right)


def lift(function: Callable[..., Form], args: list[Form], ranks: list[int]) -> Form:
    """Applies a scalar function elementwise: rank 0 is broadcast, unequal lengths are cut to the shortest."""
    if not any(ranks):
        return function(*args)
    length = min(len(arg) for arg, rank in zip(args, ranks, strict=True) if rank == max(ranks))
    inner = [rank - 1 if rank == max(ranks) else rank for rank in ranks]
    return [
        lift(
            function,
            [arg[i] if rank == max(ranks) else arg for arg, rank in zip(args, ranks, strict=True)],
            inner,
        )
        for i in range(length)
    ]

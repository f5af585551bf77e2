"""Collects the plain functions of the reference by instruction name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from vm.isa import Status
from vm.reference.forms import Form, ReferenceFault

F = TypeVar("F", bound=Callable[..., Form])


@dataclass(frozen=True)
class Twin:
    """The plain function of one instruction.

    Attributes:
      function: for an elementwise instruction a function of scalars, else of whole forms.
      elementwise: whether `lift` makes it work at every rank.
      zero: whether it takes `zero`, the element that stands for nothing, of the first operand's type.
      limit: whether it takes `limit`, the most words that its result may have.
    """

    function: Callable[..., Form]
    elementwise: bool
    zero: bool = False
    limit: bool = False


TWINS: dict[str, Twin] = {}


def _add(name: str, twin: Twin) -> None:
    if name in TWINS:
        raise ValueError(f"instruction {name!r} has two reference functions")
    TWINS[name] = twin


def elementwise(name: str) -> Callable[[F], F]:
    """Makes the decorated function of scalars the twin of an instruction that lifts."""

    def add(function: F) -> F:
        _add(name, Twin(function, elementwise=True))
        return function

    return add


def structural(name: str, *, zero: bool = False, limit: bool = False) -> Callable[[F], F]:
    """Makes the decorated function of whole forms the twin of an instruction that does not lift."""

    def add(function: F) -> F:
        _add(name, Twin(function, elementwise=False, zero=zero, limit=limit))
        return function

    return add


def fault_unless(condition: bool, status: Status) -> None:
    """Ends the run with `status` unless the condition holds."""
    if not condition:
        raise ReferenceFault(status)


def require_room(words: int, limit: int) -> None:
    """Ends the run if a result of so many words, not built yet, does not fit."""
    fault_unless(words <= limit, Status.OUT_OF_MEMORY)

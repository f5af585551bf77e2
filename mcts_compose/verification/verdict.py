"""Decides what a check of a program says."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from vm.values import HostValue

Method: TypeAlias = Literal["exhaustive", "smt", "examples"]


class Counterexample(NamedTuple):
    """An input on which a program is wrong, and what would be right."""

    inputs: tuple[HostValue, ...]
    output: HostValue


class Verification(NamedTuple):
    """What is known of a program that fits all shown examples.

    Attributes:
      method: `exhaustive`: it was run on the whole domain; `smt`: a solver proved it right, by reference or
        specification; `examples`: nothing is known beyond the examples.
      counterexamples: inputs on which it was found wrong; none is known of a verified program.
      reason: why there was no stronger check, one sentence; None after one.
    """

    method: Method
    counterexamples: tuple[Counterexample, ...] = ()
    reason: str | None = None

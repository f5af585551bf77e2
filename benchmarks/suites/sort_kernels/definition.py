"""Decides how a kernel's task is written down: all orders are shown, and all ties are held out.

A kernel without branches that sorts all orders of different values need not sort equal ones. So a task counts
as solved when all orders are right, and as generalising when all tuples with equal values are right as well.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.suites.sort_kernels.networks import MachineName, Network, lines_of

REGISTERS: Final = "abcdef"
SETS: Final[dict[MachineName, tuple[str, tuple[str, ...]]]] = {
    "cmov": ("x86", ("mov", "cmp", "cmovl", "cmovg")),
    "minmax": ("minmax", ("mov", "min", "max")),
}


@dataclass(frozen=True)
class Kernel:
    """One kernel before it is written for a machine.

    Attributes:
      id: words joined by hyphens.
      description: what the kernel does, in words.
      size: registers that hold values.
      outputs: registers that are read at the end.
      function: from the values to what those registers should hold.
      network: comparators that do it; their instructions are the bound where no shortest length is known.
      accepts: says of values whether the kernel must be right for them.
      shortest: known shortest length for a machine, with where it is from.
      machines: those that it is written for.
    """

    id: str
    description: str
    size: int
    outputs: str
    function: Callable[[Sequence[int]], list[int]]
    network: Network
    accepts: Callable[[Sequence[int]], bool] = lambda values: True
    shortest: dict[MachineName, tuple[int, str]] = field(default_factory=dict)
    machines: tuple[MachineName, ...] = ("cmov", "minmax")


def weak_orders(size: int) -> list[tuple[int, ...]]:
    """Returns the tuples of so many values that use the numbers from 1 on without a gap, in order.

    What only compares and moves values does the same to any other values that stand in the same order.
    """
    domain = itertools.product(range(1, size + 1), repeat=size)
    return [values for values in domain if len(set(values)) == max(values)]


def document_of(kernel: Kernel, machine: MachineName) -> dict[str, Any]:
    """Returns the task document of a kernel for a machine."""
    tuples = [values for values in weak_orders(kernel.size) if kernel.accepts(values)]
    orders = [values for values in tuples if len(set(values)) == kernel.size]
    ties = [values for values in tuples if len(set(values)) < kernel.size]
    lines = lines_of(kernel.network, machine)
    if machine in kernel.shortest:
        length, source = kernel.shortest[machine]
        bound = f"Shortest known length {length} ({source})."
    else:
        length = len(lines)
        bound = f"The shortest length is not known; the bound of {length} is a network of comparators."
    names = list(REGISTERS[: kernel.size])
    set_name, instructions = SETS[machine]
    document = {
        "id": f"{kernel.id}-{machine}",
        "name": f"{kernel.id.replace('-', ' ')} with {' '.join(instructions)}",
        "description": f"{kernel.description} {bound}",
        "types": {"inputs": ["int"] * kernel.size, "output": "list[int]"},
        "arg_names": names,
        "inputs": [list(values) for values in orders],
        "outputs": [kernel.function(values) for values in orders],
        "test_inputs": [list(values) for values in ties],
        "test_outputs": [kernel.function(values) for values in ties],
        "group": kernel.id,
        "memory": {
            "kind": "fixed",
            "set": set_name,
            "instructions": list(instructions),
            "scratch": 1,
            "max_length": length,
            "outputs": list(kernel.outputs),
            "domain": "examples",
        },
    }
    if len(lines) <= length:
        document["solution"] = program_text(set_name, names, kernel.outputs, lines)
    return document


def program_text(set_name: str, names: Sequence[str], outputs: Sequence[str], lines: Sequence[str]) -> str:
    """Returns the text of a program on ints."""
    header = f"{set_name} ({', '.join(f'{name}: int' for name in names)}) -> ({', '.join(outputs)})"
    return "; ".join((header, *lines))

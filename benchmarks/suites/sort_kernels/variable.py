"""Sorts of variable length: a register holds how many values there are, and the registers after those stay.

Each is there without jumps, where a comparator is switched off by comparing a value with itself, and with
jumps over the comparators that are not needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from benchmarks.suites.sort_kernels.definition import REGISTERS, program_text, weak_orders
from benchmarks.suites.sort_kernels.networks import SCRATCH, network

SIZES: Final = (2, 3, 4)
COUNT: Final = "k"
BRANCHLESS: Final = ("mov", "cmp", "cmovl", "cmovg")
JUMPING: Final = (*BRANCHLESS, "je", "jl", "jle", "jmp")
STEPS: Final = {4: "ad bd cd", 3: "bc ac", 2: "ab"}
"""Comparators that are needed from this length on, the longest first; those of fewer values follow."""
NUMBERS: Final = {2: "two", 3: "three", 4: "four"}


def documents() -> list[dict[str, Any]]:
    """Returns the task documents, with and without jumps."""
    return [
        document
        for size in SIZES
        for document in (
            _document(size, "cmov", BRANCHLESS, _without_jumps(size)),
            _document(size, "jumps", JUMPING, _with_jumps(size)),
        )
    ]


def _document(size: int, suffix: str, instructions: Sequence[str], lines: Sequence[str]) -> dict[str, Any]:
    names = [COUNT, *REGISTERS[:size]]
    rows = _rows(size, (-20, 10))
    orders = [row for row in rows if len(set(row[1:])) == size]
    held_out = [row for row in rows if len(set(row[1:])) < size] + _rows(size, (0,))
    length = sum(not line.endswith(":") for line in lines)
    return {
        "id": f"varsort{size}-{suffix}",
        "name": f"varsort{size} with {' '.join(instructions)}",
        "description": f"Sort the first k of {NUMBERS[size]} registers and leave the others as they are. "
        f"The shortest length is not known; the bound of {length} is a network of comparators.",
        "types": {"inputs": ["int"] * len(names), "output": "list[int]"},
        "arg_names": names,
        "inputs": orders,
        "outputs": [sort_first(row) for row in orders],
        "test_inputs": held_out,
        "test_outputs": [sort_first(row) for row in held_out],
        "group": f"varsort{size}",
        "memory": {
            "kind": "fixed",
            "set": "x86",
            "instructions": list(instructions),
            "scratch": 1,
            "max_length": length,
            "outputs": names[1:],
            "constants": list(range(2, size + 1)),
        },
        "solution": program_text("x86", names, names[1:], lines),
    }


def _rows(size: int, bases: Sequence[int]) -> list[list[int]]:
    """Returns every length with all tuples of values just above each base.

    Values that are all above the length and others that are all below it are shown, so that nothing is learnt
    from comparing a value with the length; values like lengths are held out.
    """
    return [
        [length, *(base + value for value in values)]
        for base in bases
        for length in range(size + 1)
        for values in weak_orders(size)
    ]


def sort_first(row: Sequence[int]) -> list[int]:
    """Returns the values with the first so many in order."""
    length, *values = row
    return sorted(values[:length]) + values[length:]


def _without_jumps(size: int) -> list[str]:
    lines: list[str] = []
    for needed in range(size, 1, -1):
        for first, second, _ in network(STEPS[needed]):
            lines += [
                f"mov {SCRATCH}, {second}",
                f"cmp {COUNT}, {needed}",
                f"cmovl {SCRATCH}, {first}",
                f"cmp {first}, {SCRATCH}",
                f"mov {SCRATCH}, {first}",
                f"cmovg {first}, {second}",
                f"cmovg {second}, {SCRATCH}",
            ]
    return lines


def _with_jumps(size: int) -> list[str]:
    lines = [f"cmp {COUNT}, 2", "jl done"]
    if size > 2:
        lines.append("je two")
    if size > 3:
        lines += [f"cmp {COUNT}, 3", "je three"]
    for needed in range(size, 1, -1):
        if needed < size:
            lines.append(f"{NUMBERS[needed]}:")
        for comparator in network(STEPS[needed]):
            lines += comparator.lines("cmov")
    return [*lines, "done:"]

"""Decides how a bit trick's task is written down: word widths, operators, constants and examples.

A trick has three descriptions that tests compare: a plain Python function, which makes the examples, the
known straight-line program, and an SMT-LIB term, against which answers are proved right for all inputs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.suites.bit_tricks.sources import Source
from benchmarks.suites.draws import Draws

WIDTHS: Final = (8, 32)
SHOWN: Final = 32
HELD_OUT: Final = 64
OPERATORS: Final = (
    "neg", "not", "add", "sub", "mul", "udiv", "urem", "sdiv", "srem", "and", "or", "xor",
    "shl", "lshr", "ashr", "ult", "ule", "slt", "sle", "eq", "ne", "ite",
)  # fmt: skip
_TRIES: Final = 5_000


@dataclass(frozen=True)
class Trick:
    """One trick at any width.

    Attributes:
      number: 1 to 25, as in the literature.
      description: what it computes, in words.
      arguments: names of the words it takes.
      lines: from the width to the known program; `and x t1` makes the next of `t1`, `t2`, ..., the last of
        which is the result; numbers are constants.
      reference: from the width to an SMT-LIB term over the arguments.
      function: from width and arguments to the result, a word.
      source: draws arguments.
      edges: arguments that are shown whatever is drawn; -1 stands for the word of all ones.
      is_question: whether the answer is 0 or 1, so that shown answers are kept balanced.
    """

    number: int
    description: str
    arguments: tuple[str, ...]
    lines: Callable[[int], list[str]]
    reference: Callable[[int], str]
    function: Callable[..., int]
    source: Source
    edges: tuple[tuple[int, ...], ...]
    is_question: bool = False


def documents_of(trick: Trick) -> list[dict[str, Any]]:
    """Returns the task documents of a trick: for each width with the exact and with the full table."""
    return [_document(trick, width, table) for width in WIDTHS for table in ("exact", "full")]


def _document(trick: Trick, width: int, table: str) -> dict[str, Any]:
    shown, held_out = _examples(trick, width)
    lines = trick.lines(width)
    memory: dict[str, Any] = {"kind": "growing", "set": f"bv{width}", "instructions": list(OPERATORS)}
    if table == "exact":
        used = {line.split()[0] for line in lines}
        memory["instructions"] = [name for name in OPERATORS if name in used]
        memory["constants"] = constants_of(lines)
    return {
        "id": f"p{trick.number:02}-w{width}-{table}",
        "name": f"P{trick.number} on {width} bits, {table} operators",
        "description": trick.description,
        "types": {"inputs": [f"bv{width}"] * len(trick.arguments), "output": f"bv{width}"},
        "arg_names": list(trick.arguments),
        "inputs": [list(row) for row in shown],
        "outputs": [trick.function(width, *row) for row in shown],
        "test_inputs": [list(row) for row in held_out],
        "test_outputs": [trick.function(width, *row) for row in held_out],
        "group": f"p{trick.number:02}",
        "memory": memory,
        "reference": trick.reference(width),
        "solution": program_text(trick, width),
    }


def constants_of(lines: list[str]) -> list[int]:
    """Returns the different constants of a program in the order of their size."""
    return sorted({int(word) for line in lines for word in line.split()[1:] if word.isdigit()})


def program_text(trick: Trick, width: int) -> str:
    """Returns the known program as assembly."""
    parameters = ", ".join(f"{name}: bv{width}" for name in trick.arguments)
    lines = trick.lines(width)
    body = [
        f"{mnemonic} t{number}, {', '.join(operands)}"
        for number, (mnemonic, *operands) in enumerate((re.split(r"\s+", line) for line in lines), 1)
    ]
    return "; ".join((f"bv{width} ({parameters}) -> t{len(lines)}", *body))


def _examples(trick: Trick, width: int) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """Returns shown and held-out arguments; the same for both operator tables."""
    draws = Draws(f"bit-tricks-v1/p{trick.number:02}-w{width}")
    mask = 2**width - 1
    rows: list[tuple[int, ...]] = []
    for edge in trick.edges:
        row = tuple(value & mask for value in edge)
        if row not in rows:
            rows.append(row)
    num_edges = len(rows)
    for _ in range(_TRIES):
        if len(rows) == SHOWN + HELD_OUT:
            break
        row = tuple(value & mask for value in trick.source(draws, width))
        if row not in rows and _is_wanted(trick, width, row, rows):
            rows.append(row)
    assert len(rows) == SHOWN + HELD_OUT, f"P{trick.number} at {width} bits has too few different arguments"
    # Edges stand among the drawn examples, so that the first few shown ones are ordinary.
    return rows[num_edges:SHOWN] + rows[:num_edges], rows[SHOWN:]


def _is_wanted(trick: Trick, width: int, row: tuple[int, ...], rows: list[tuple[int, ...]]) -> bool:
    """Says whether an example keeps the answers of a question balanced.

    With one argument that holds for the first ones only: there are but 32 powers of two in 32 bits.
    """
    if not trick.is_question:
        return True
    answers = [trick.function(width, *before) for before in rows]
    rarer = int(2 * sum(answers) <= len(answers))
    is_scarce = len(trick.arguments) == 1 and len(rows) >= SHOWN // 2
    return is_scarce or trick.function(width, *row) == rarer

"""Tasks whose answer is a short SUBLEQ program on named cells.

`subleq a, b, label` takes cell a from cell b and goes to the label if that leaves 0 or less; without a
label it goes on with the next line either way. Scratch cells hold 0 at the start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.suites.draws import Draws

SHOWN: Final = 12
HELD_OUT: Final = 10
_TRIES: Final = 2_000


@dataclass(frozen=True)
class Finding:
    """One program to be found.

    Attributes:
      id: words joined by hyphens.
      description: what the program does, in words.
      arguments: names of the cells that are given.
      outputs: cells that are read at the end.
      lines: a known program; the bound on length is its length.
      function: from the given cells to what the outputs should hold.
      low: least value that is drawn.
      high: largest value that is drawn; longer loops are held out.
      edges: cells that are shown whatever is drawn.
      scratch: how many scratch cells there are.
      constants: words that may be taken from a cell.
    """

    id: str
    description: str
    arguments: str
    outputs: tuple[str, ...]
    lines: str
    function: Callable[..., list[int]]
    low: int = -50
    high: int = 50
    edges: tuple[tuple[int, ...], ...] = ()
    scratch: int = 2
    constants: tuple[int, ...] = ()

    @property
    def solution(self) -> str:
        """The known program's text."""
        header = f"subleq ({', '.join(f'{name}: int' for name in self.arguments)})"
        lines = [line if line.endswith(":") else f"subleq {line}" for line in self.lines.split("; ")]
        return "; ".join((f"{header} -> ({', '.join(self.outputs)})", *lines))

    @property
    def length(self) -> int:
        """Instructions of the known program."""
        return sum(not line.endswith(":") for line in self.lines.split("; "))


PAIRS: Final = ((3, 8), (8, 3), (5, 5), (0, 0), (-4, 6), (6, -4))

FINDINGS: Final[tuple[Finding, ...]] = (
    Finding("clear", "Set the cell to 0.", "a", ("a",), "a, a", lambda a: [0]),
    Finding("subtract", "Take a from b.", "ab", ("a", "b"), "a, b", lambda a, b: [a, b - a]),
    Finding("negate", "Put the negative of a into b, whatever b was.", "ab", ("b",), "b, b; a, b",
            lambda a, b: [-a]),
    Finding("negate-in-place", "Change the sign of the cell.", "a", ("a",), "a, s1; a, a; s1, s2; s2, a",
            lambda a: [-a]),
    Finding("add", "Add a to b and keep a.", "ab", ("a", "b"), "a, s1; s1, b", lambda a, b: [a, a + b]),
    Finding("copy", "Copy a to b and keep a.", "ab", ("a", "b"), "b, b; a, s1; s1, b", lambda a, b: [a, a]),
    Finding("move", "Move a to b and set a to 0.", "ab", ("a", "b"), "b, b; a, s1; s1, b; a, a",
            lambda a, b: [0, a]),
    Finding("exchange", "Exchange the two cells.", "ab", ("a", "b"), "a, s1; b, s2; a, a; b, b; s2, a; s1, b",
            lambda a, b: [b, a]),
    Finding("double", "Double the cell.", "a", ("a",), "a, s1; s1, a", lambda a: [2 * a]),
    Finding("triple", "Multiply the cell by 3.", "a", ("a",), "a, s1; a, s1; s1, a", lambda a: [3 * a]),
    Finding("times-six", "Multiply the cell by 6.", "a", ("a",), "a, s1; a, s1; s1, a; a, s2; s2, a",
            lambda a: [6 * a]),
    Finding("add-three", "Add 3 to the cell.", "a", ("a",), "-1, a; -1, a; -1, a", lambda a: [a + 3],
            constants=(-1,)),
    Finding("sum-of-three", "Add a and b to c.", "abc", ("c",), "a, s1; b, s1; s1, c",
            lambda a, b, c: [a + b + c]),
    Finding("is-less", "Put 1 into c if a is less than b, else 0.", "abc", ("c",),
            "c, c; a, b, end; -1, c; end:", lambda a, b, c: [int(a < b)],
            edges=((3, 8, 1), (8, 3, 1), (5, 5, -2), (7, 8, 0)), constants=(-1, 1)),
    Finding("is-equal", "Set a to 1 if it equals b, else to 0.", "ab", ("a",),
            "b, a, low; a, a, end; low:; a, s1, same; a, a, end; same:; -1, a; end:",
            lambda a, b: [int(a == b)], constants=(-1, 1),
            edges=((4, 4), (0, 0), (-7, -7), (4, 5), (5, 4), (3, 9), (-8, 8))),
    Finding("minimum", "Put the smaller of the two cells into a.", "ab", ("a",),
            "a, s1; s1, s2; b, s2, end; s2, a; end:", lambda a, b: [min(a, b)], edges=PAIRS),
    Finding("maximum", "Put the larger of the two cells into a.", "ab", ("a",),
            "a, b, end; b, s1; s1, a; end:", lambda a, b: [max(a, b)], edges=PAIRS),
    Finding("absolute", "Drop the sign of the cell.", "a", ("a",), "a, s1, end; s1, s2; s2, a; s2, a; end:",
            lambda a: [abs(a)], edges=((0,), (1,), (-1,), (-9,))),
    Finding("clamp-to-zero", "Set the cell to 0 if it is negative.", "a", ("a",), "a, s1, end; a, a; end:",
            lambda a: [max(a, 0)], edges=((0,), (1,), (-1,), (-9,))),
    Finding("is-positive", "Set the cell to 1 if it is positive, else to 0.", "a", ("a",),
            "s1, a, low; a, a, up; low:; a, a, end; up:; -1, a; end:", lambda a: [int(a > 0)],
            edges=((0,), (1,), (2,), (-1,), (-9,)), constants=(-1, 1)),
    Finding("product", "Put the product of a and b, both at least 1, into s2.", "ab", ("s2",),
            "again:; a, s1; 1, b, end; s3, s3, again; end:; s1, s2", lambda a, b: [a * b], 1, 9,
            edges=((1, 1), (2, 3), (3, 1)), scratch=3, constants=(1,)),
    Finding("sum-up-to", "Put the sum of all whole numbers from 1 to a, which is at least 1, into s1.", "a",
            ("s1",), "again:; a, s2; 1, a, end; s3, s3, again; end:; s2, s1", lambda a: [a * (a + 1) // 2],
            1, 24,
            edges=((1,), (2,), (3,)), scratch=3, constants=(1,)),
    Finding("remainder", "Put the remainder of a by b into a; a is not negative, b at least 1.", "ab", ("a",),
            "-1, a; again:; b, a, end; s2, s2, again; end:; 1, a; b, s1; s1, a", lambda a, b: [a % b], 1, 20,
            edges=((0, 3), (7, 3), (6, 3), (2, 5)), constants=(-1, 1)),
)  # fmt: skip


def document_of(finding: Finding) -> dict[str, Any]:
    """Returns the task document of a program to be found."""
    draws = Draws(f"subleq-v1/{finding.id}")
    rows = list(finding.edges)
    for _ in range(_TRIES):
        if len(rows) == SHOWN + HELD_OUT:
            break
        row = tuple(draws.between(finding.low, finding.high) for _ in finding.arguments)
        if row not in rows:
            rows.append(row)
    assert len(rows) == SHOWN + HELD_OUT, f"{finding.id} has too few different arguments"
    num_edges = len(finding.edges)
    # Edges stand among the drawn examples, so that the first few shown ones are ordinary.
    shown = rows[num_edges:SHOWN] + rows[:num_edges]
    held_out = rows[SHOWN:]
    return {
        "id": f"find-{finding.id}",
        "name": f"{finding.id.replace('-', ' ')} in SUBLEQ",
        "description": finding.description,
        "types": {"inputs": ["int"] * len(finding.arguments), "output": "list[int]"},
        "arg_names": list(finding.arguments),
        "inputs": [list(row) for row in shown],
        "outputs": [finding.function(*row) for row in shown],
        "test_inputs": [list(row) for row in held_out],
        "test_outputs": [finding.function(*row) for row in held_out],
        "group": f"find-{finding.id}",
        "memory": {
            "kind": "fixed",
            "set": "subleq",
            "instructions": ["subleq"],
            "scratch": finding.scratch,
            "max_length": finding.length,
            "outputs": list(finding.outputs),
            "constants": list(finding.constants),
        },
        "solution": finding.solution,
    }

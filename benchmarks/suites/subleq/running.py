"""Tasks that are given a SUBLEQ program as data and are solved by running it with a skill.

A program is a list of words, three to an instruction: `a b c` takes word a from word b and goes to word c if
that leaves 0 or less. It ends at an address that is none, such as -1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.suites.draws import Draws

SHOWN: Final = 14
HELD_OUT: Final = 14
FUEL: Final = 500
SKILLS: Final = (
    "run_subleq", "head", "last", "sum", "maximum", "minimum", "len", "count", "ne", "eq", "sub", "concat",
    "take", "drop", "sort", "reverse",
)  # fmt: skip
HALT: Final = -1
_TRIES: Final = 1_000


def run(program: list[int], fuel: int) -> list[int]:
    """Returns the memory at the end of a program, after at most so many instructions."""
    memory, at = list(program), 0
    while fuel > 0 and 0 <= at <= len(memory) - 3:
        a, b, target = memory[at : at + 3]
        if not (0 <= a < len(memory) and 0 <= b < len(memory)):
            break
        fuel -= 1
        memory[b] -= memory[a]
        at = target if memory[b] <= 0 else at + 3
    return memory


@dataclass(frozen=True)
class Shape:
    """A program of which the data are drawn.

    Attributes:
      lines: `a b c` with names of cells, or of places to go to: a number of a line, or `halt`; without c the
        next line.
      cells: names and, for those that are not drawn, their words; the last one holds the result.
      low: least word that is drawn.
      high: largest word that is drawn.
    """

    lines: tuple[str, ...]
    cells: tuple[tuple[str, int | None], ...]
    low: int = -30
    high: int = 60

    def program(self, draws: Draws) -> list[int]:
        """Returns the words of the program with data."""
        address = {name: 3 * len(self.lines) + place for place, (name, _) in enumerate(self.cells)}
        words: list[int] = []
        for number, line in enumerate(self.lines):
            a, b, *to = line.split()
            target = 3 * (number + 1) if not to else HALT if to == ["halt"] else 3 * int(to[0])
            words += [address[a], address[b], target]
        drawn = [draws.between(self.low, self.high) if word is None else word for _, word in self.cells]
        return words + drawn


SHAPES: Final[tuple[Shape, ...]] = (
    Shape(("x y", "z z halt"), (("z", 0), ("x", None), ("y", None))),
    Shape(("x z", "z y", "z z halt"), (("z", 0), ("x", None), ("y", None))),
    Shape(("y y", "x z", "z y", "z z halt"), (("x", None), ("z", 0), ("y", None))),
    Shape(("x z", "x z", "z x", "z z halt"), (("z", 0), ("x", None))),
    Shape(("one x halt", "z z 0"), (("one", 1), ("z", 0), ("x", None)), 1, 30),
    Shape(("a s", "one b 3", "z z 0", "s c", "z z halt"),
          (("one", 1), ("z", 0), ("s", 0), ("a", None), ("b", None), ("c", 0)), 1, 9),
    Shape(("x y halt", "x z", "z y", "z z halt"), (("z", 0), ("x", None), ("y", None))),
)  # fmt: skip


@dataclass(frozen=True)
class Running:
    """One task on programs that are given.

    Attributes:
      id: words joined by hyphens.
      description: what is wanted of a program.
      output: type of the answer.
      body: a known solution.
      function: from a program to the answer.
    """

    id: str
    description: str
    output: str
    body: str
    function: Callable[[list[int]], Any]


RUNNINGS: Final[tuple[Running, ...]] = (
    Running("memory", "Run the SUBLEQ program and give its memory at the end.", "list[int]",
            f"return run_subleq(program, {FUEL})", lambda program: run(program, FUEL)),
    Running("one-step", "Run one instruction of the SUBLEQ program and give its memory.", "list[int]",
            "return run_subleq(program, 1)", lambda program: run(program, 1)),
    Running("result", "Run the SUBLEQ program; its result is the last word of its memory.", "int",
            f"return last(run_subleq(program, {FUEL}))", lambda program: run(program, FUEL)[-1]),
    Running("total", "Run the SUBLEQ program and add up its memory.", "int",
            f"return sum(run_subleq(program, {FUEL}))", lambda program: sum(run(program, FUEL))),
    Running("largest", "Run the SUBLEQ program and find the largest word of its memory.", "int",
            f"return maximum(run_subleq(program, {FUEL}))", lambda program: max(run(program, FUEL))),
    Running("changes", "How many words does the SUBLEQ program change when it runs?", "int",
            f"return count(ne(run_subleq(program, {FUEL}), program))",
            lambda program: sum(x != y for x, y in zip(run(program, FUEL), program, strict=True))),
    Running("twice", "Run the SUBLEQ program, and what it has become once more; give the last word.", "int",
            f"a = run_subleq(program, {FUEL}); return last(run_subleq(a, {FUEL}))",
            lambda program: run(run(program, FUEL), FUEL)[-1]),
)  # fmt: skip


def document_of(running: Running) -> dict[str, Any]:
    """Returns the task document of a task on programs that are given."""
    draws = Draws(f"subleq-v1/run-{running.id}")
    programs: list[list[int]] = []
    for number in range(_TRIES):
        if len(programs) == SHOWN + HELD_OUT:
            break
        program = SHAPES[number % len(SHAPES)].program(draws)
        if program not in programs:
            programs.append(program)
    shown, held_out = programs[:SHOWN], programs[SHOWN:]
    return {
        "id": f"run-{running.id}",
        "name": f"run a SUBLEQ program: {running.id.replace('-', ' ')}",
        "description": running.description,
        "types": {"inputs": ["list[int]"], "output": running.output},
        "arg_names": ["program"],
        "inputs": [[program] for program in shown],
        "outputs": [running.function(program) for program in shown],
        "test_inputs": [[program] for program in held_out],
        "test_outputs": [running.function(program) for program in held_out],
        "group": f"run-{running.id}",
        "skills": list(SKILLS),
        "constants": [1, FUEL],
        "solution": f"(program: list[int]) -> {running.output}; {running.body}",
    }

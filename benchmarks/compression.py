"""Compares what becomes a skill by our compression with what stitch alone finds, on the same solutions.

`python -m benchmarks.compression RUN...` takes the programs of run directories that are right, one a task,
and splits the tasks into two halves. Skills are made of one half; then the programs of that half, and those
of the other, which had no part in it, are written with them. What is counted are calls: of the own half
with the bodies of the skills, of the other without, both directions together. Ours uses stitch too, but
keeps only what it finds again in tasks that it was not made of; this is what is compared. What stitch finds
and no program here can call (holes for functions, single calls) is no skill of either.

Source: Bowers and others 2023, "Top-Down Synthesis for Library Learning".
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple, TypeAlias

import typer

from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError

if TYPE_CHECKING:
    from mcts_compose.curriculum.terms import Term
    from vm.program import Program

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

Finder: TypeAlias = "Callable[[Mapping[str, Program]], Sequence[Term]]"


class Compression(NamedTuple):
    """What the skills of one way do to the programs, both halves together.

    Attributes:
      way: how they were found.
      num_skills: how many.
      own_calls: calls of the programs that they were made of, the skills' own bodies counted.
      other_calls: calls of the other programs, without bodies.
      seconds: wall time of finding them.
    """

    way: str
    num_skills: int
    own_calls: int
    other_calls: int
    seconds: float


def ours(solutions: Mapping[str, Program]) -> Sequence[Term]:
    """Returns what our compression makes skills of."""
    from mcts_compose.curriculum.compression import shared_compositions

    return [shared.pattern for shared in shared_compositions(solutions)]


def stitch(solutions: Mapping[str, Program]) -> Sequence[Term]:
    """Returns what stitch finds in all solutions, as many and with as many holes as we ask it for."""
    from mcts_compose.curriculum.compression import found_by_stitch
    from mcts_compose.curriculum.terms import term_of

    return list(found_by_stitch([term_of(program) for _, program in sorted(solutions.items())]))


def nothing(solutions: Mapping[str, Program]) -> Sequence[Term]:
    """Returns no skill, for the programs as they are."""
    return []


WAYS: Final[dict[str, Finder]] = {"no skills": nothing, "stitch": stitch, "ours": ours}


def compared(solutions: Mapping[str, Program]) -> list[Compression]:
    """Returns what each way does.

    Args:
      solutions: by the tasks' ids.

    Raises:
      InputError: stitch_core is not installed.
    """
    halves = [{task: each for task, each in solutions.items() if _half(task) == half} for half in (0, 1)]
    found = []
    for way, find in WAYS.items():
        num_skills = own_calls = other_calls = 0
        seconds = 0.0
        for own, other in (halves, halves[::-1]):
            begun = time.perf_counter()
            patterns = find(own)
            seconds += time.perf_counter() - begun
            num_skills += len(patterns)
            own_calls += _num_calls(own, patterns) + sum(pattern.num_calls for pattern in patterns)
            other_calls += _num_calls(other, patterns)
        found.append(Compression(way, num_skills, own_calls, other_calls, seconds))
    return found


def _half(task: str) -> int:
    """Returns the half of a task; another split than the one that our compression makes inside."""
    return hashlib.blake2b(f"compared {task}".encode(), digest_size=1).digest()[0] % 2


def _num_calls(solutions: Mapping[str, Program], patterns: Sequence[Term]) -> int:
    """Returns the calls of programs that are written with patterns, each in its turn, wherever it fits."""
    from mcts_compose.curriculum.terms import term_of

    total = 0
    for program in solutions.values():
        term = term_of(program)
        for number, pattern in enumerate(patterns):
            term = written_with(pattern, f"skill{number}", term)
        total += term.num_calls
    return total


def written_with(pattern: Term, name: str, term: Term) -> Term:
    """Returns a term in which whatever is the pattern is a call of a skill, outer places first."""
    from mcts_compose.curriculum.terms import Term, match

    holes: dict[str, Term] = {}
    if term.is_call and match(pattern, term, holes):
        head, args = name, tuple(holes[f"#{number}"] for number in range(len(holes)))
    else:
        head, args = term.head, term.args
    return Term(head, tuple(written_with(pattern, name, arg) for arg in args), term.type)


def solutions_of(runs: Sequence[Path]) -> dict[str, Program]:
    """Returns the shortest array program that fits each task, by suite and id.

    Raises:
      InputError: a directory is no run, or there are none.
    """
    from mcts_compose.results.run_directory import read_results
    from vm.program import Program

    found: dict[str, Program] = {}
    for result in (result for run in runs for result in read_results(run)):
        if result.is_right and not result.is_assembly and not result.skills:
            program, task = result.program, f"{result.suite}#{result.task}"
            if isinstance(program, Program) and (task not in found or program.length < found[task].length):
                found[task] = program
    if not found:
        raise InputError(f"{runs[0]}: no run has an array program without learnt skills that is right")
    return found


@app.command()
def compression(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Run directories.")],
) -> None:
    """Compare our compression of solutions with what stitch alone finds."""
    solutions = solutions_of(runs)
    print(f"{len(solutions)} programs; skills of one half, calls of both directions together")
    print(f"{'':10} {'skills':>7} {'calls of the own half':>22} {'of the other':>13} {'seconds':>8}")
    for row in compared(solutions):
        print(
            f"{row.way:10} {row.num_skills:7} {row.own_calls:22,} {row.other_calls:13,} {row.seconds:8.2f}"
        )  # fmt: skip


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.compression")

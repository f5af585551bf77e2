"""`python -m benchmarks.kernels`: how fast sorting kernels are found, proved shortest and counted.

Every question is asked with several seeds, which shuffle the order in which instructions are tried: that
order alone moves a search tenfold, so medians are what counts. Every kernel found is replayed in plain Python
on all orders of different values, wherever 0 stands among them, and on ties.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError

if TYPE_CHECKING:
    from mcts_compose.results.record import Result
    from mcts_compose.task import Task
    from vm.assembly.program import AssemblyProgram

SUITE: Final = "sort-kernels-v1"


class Question(NamedTuple):
    """What is asked of a search.

    Attributes:
      task: id of the task.
      search: name of the searcher.
      limit_ms: the search should take no longer, as a median.
      different: options that differ from the defaults.
    """

    task: str
    search: str
    limit_ms: float | None
    different: Mapping[str, Any] = MappingProxyType({})

    @property
    def text(self) -> str:
        """The question in words."""
        if "prove_none_shorter_than" in self.different:
            return f"{self.task}, none of {self.different['prove_none_shorter_than'] - 1}"
        return f"{self.task}, all shortest" if "all" in self.different else f"{self.task}, {self.search}"


QUESTIONS: Final = (
    Question("sort3-cmov", "mcts", 5),
    Question("sort3-cmov", "best-first", None),
    Question("sort3-cmov", "mcts", 20, {"prove_none_shorter_than": 11}),
    Question("sort3-cmov", "mcts", 100, {"all": True}),
    Question("sort4-cmov", "mcts", 300),
    Question("sort4-cmov", "best-first", None),
    Question("sort3-minmax", "mcts", 1),
    Question("sort3-minmax", "best-first", None),
    Question("sort3-minmax", "mcts", None, {"prove_none_shorter_than": 8}),
    Question("sort4-minmax", "mcts", 5),
    Question("sort4-minmax", "best-first", None),
    Question("sort4-minmax", "mcts", None, {"prove_none_shorter_than": 15}),
    Question("sort5-minmax", "mcts", 100),
    Question("sort5-minmax", "best-first", None),
    Question("sort6-minmax", "mcts", None),
    Question("sort6-minmax", "best-first", None),
    Question("sort5-cmov", "mcts", 90_000),
    Question("sort5-cmov", "best-first", None),
)
LONG_TASKS: Final = ("sort5-cmov",)


class Domain(NamedTuple):
    """Inputs on which a kernel is replayed."""

    different: list[tuple[int, ...]]
    ties: list[tuple[int, ...]]


@cache
def domain(size: int) -> Domain:
    """Returns all orders of `size` words: different ones around 0, and ones of which some are equal."""
    different = [
        tuple(value - zero + (value >= zero) for value in order)
        for zero in range(size + 1)
        for order in itertools.permutations(range(size))
    ]
    ties = [
        ranks
        for ranks in itertools.product(range(1, size + 1), repeat=size)
        if len(set(ranks)) < size and set(ranks) == set(range(1, max(ranks) + 1))
    ]
    return Domain(different, ties)


def num_sorted(program: AssemblyProgram, inputs: list[tuple[int, ...]]) -> int:
    """Returns how many inputs the program sorts, run in plain Python."""
    from vm.reference.assembly import run_assembly_reference

    outputs = run_assembly_reference(program, list(zip(*inputs, strict=True))).outputs or []
    return sum(output == sorted(words) for output, words in zip(outputs, inputs, strict=True))


def ask(question: Question, task: Task, seed: int, seconds: float) -> Result:
    """Returns what one search gives."""
    from mcts_compose import solve
    from mcts_compose.budget import Budget
    from mcts_compose.search.options import SearchOptions

    on_program = (lambda program: program.text) if "all" in question.different else None
    return solve(
        task, search=question.search, budget=Budget(seconds=seconds), seed=seed,
        options=SearchOptions(**question.different), on_program=on_program, suite=SUITE,
    )  # fmt: skip


def replayed(results: list[Result], task: Task) -> str:
    """Returns in words what kernels do on the whole domain; "-" without any."""
    from vm.assembly.program import AssemblyProgram

    found = [result.program for result in results]
    programs = [program for program in found if isinstance(program, AssemblyProgram)]
    if not programs:
        return "-"
    inputs = domain(len(task.input_types))
    right = sum(num_sorted(program, inputs.different) == len(inputs.different) for program in programs)
    ties = sum(num_sorted(program, inputs.ties) == len(inputs.ties) for program in programs)
    return f"{right} of {len(programs)}, ties {ties}"


def is_answered(question: Question, result: Result) -> bool:
    """Says whether a search gave what was asked for."""
    if "prove_none_shorter_than" in question.different:
        wanted: int = question.different["prove_none_shorter_than"]
        return (result.none_shorter_than or 0) >= wanted
    return result.solved and ("all" not in question.different or result.solutions is not None)


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def kernels(
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Searches for each question.")] = 11,
    long_seeds: Annotated[
        int, typer.Option("--long-seeds", min=1, help="The same where a search takes long (n = 5).")
    ] = 5,
    seconds: Annotated[float, typer.Option("--seconds", help="Wall time of one search.")] = 300.0,
    only: Annotated[str, typer.Option("--only", metavar="PREFIX", help="Tasks that begin so.")] = "",
) -> None:
    """Measure how fast sorting kernels are found, proved shortest and counted."""
    from rich.console import Console
    from rich.table import Table

    from mcts_compose.task_sources import find_suite

    tasks: dict[str, Any] = {task.id: task for task in find_suite(SUITE).tasks}
    asked = [question for question in QUESTIONS if question.task.startswith(only)]
    if not asked:
        names = ", ".join(dict.fromkeys(question.task for question in QUESTIONS))
        raise InputError(f"--only is {only!r}, but the tasks are {names}")
    table = Table("question", "answered", "length", "median ms", "most ms", "wanted", "tables s", "sort all")
    for question in asked:
        task = tasks[question.task]
        ask(question, task, 0, seconds)  # compiles what is not compiled yet
        count = long_seeds if question.task in LONG_TASKS else seeds
        results = [ask(question, task, seed, seconds) for seed in range(count)]
        times = [1000 * result.seconds for result in results]
        lengths = sorted({result.length for result in results if result.length is not None})
        table.add_row(
            question.text,
            f"{sum(is_answered(question, result) for result in results)} of {count}",
            ", ".join(map(str, lengths)) or "-",
            f"{statistics.median(times):.2f}",
            f"{max(times):.2f}",
            "-" if question.limit_ms is None else f"{question.limit_ms:g}",
            f"{statistics.median(result.table_seconds or 0.0 for result in results):.3f}",
            replayed(results, task),
        )
    Console(width=130).print(table)


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.kernels")

"""`python -m benchmarks.check_exports SUITE_OR_FILE... --run DIR`: do exports do what the machine does?

Every program of a run directory is exported to Python and compared with the machine on all examples of its
task, the held-out ones and random inputs (examples with shuffled, cut, repeated and changed elements). A
fault of the machine must be a ValueError of the export.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from benchmarks.commands import suites_of
from mcts_compose.commands.main import run_alone
from mcts_compose.results.run_directory import read_results
from mcts_compose.task import Task
from vm.program import Fault, Program
from vm.values import HostValue, equal

RANDOM_INPUTS = 200
FAULT = "fault"

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _changed(value: Any, rng: np.random.Generator) -> Any:
    """Returns a random value of the same type, near the given one."""
    if isinstance(value, bool):
        return bool(rng.integers(2))
    if isinstance(value, int):
        return int(value + rng.integers(-3, 4))
    if isinstance(value, float):
        return float(value + rng.normal())
    if isinstance(value, str):
        letters = list(value) + list("aZ 9,")
        return "".join(rng.choice(letters, int(rng.integers(0, len(value) + 3))))
    if value and isinstance(value[0], list):
        return [[_changed(item, rng) for item in line] for line in value]
    if not value:
        return []
    size = int(rng.integers(0, len(value) + 3))
    return [_changed(value[int(rng.integers(len(value)))], rng) for _ in range(size)]


def _by_machine(program: Program, inputs: tuple[HostValue, ...]) -> HostValue:
    try:
        return program(*inputs)
    except Fault:
        return FAULT


def _by_export(function: Any, inputs: tuple[HostValue, ...]) -> HostValue:
    try:
        result: HostValue = function(*inputs)
        return result
    except ValueError:
        return FAULT


def disagreements(program: Program, task: Task, seed: int = 0) -> list[tuple[HostValue, ...]]:
    """Returns the inputs on which the exported program and the machine differ."""
    namespace: dict[str, Any] = {}
    exec(program.to_python(), namespace)  # our own export of a verified program
    function = namespace["solve"]
    rng = np.random.default_rng(seed)
    inputs = [*task.inputs, *task.test_inputs]
    for number in range(RANDOM_INPUTS):
        inputs.append(tuple(_changed(value, rng) for value in task.inputs[number % len(task.inputs)]))
    return [one for one in inputs if not equal(_by_machine(program, one), _by_export(function, one))]


@app.command()
def check_exports(
    sources: Annotated[list[str], typer.Argument(metavar="SUITE_OR_FILE...", help="Where the tasks are.")],
    run: Annotated[list[Path], typer.Option(help="Run directory; may be repeated.")],
) -> None:
    """Compare exported programs with the machine."""
    tasks = {
        (suite, task.id): task
        for suite, found in suites_of(sources, None).items()
        for task in found
        if isinstance(task, Task)
    }
    checked, wrong = 0, 0
    for directory in run:
        for result in read_results(directory):
            task = tasks.get((result.suite, result.task))
            program = result.program
            if not isinstance(program, Program) or task is None:
                continue
            checked += 1
            bad = disagreements(program, task)
            if bad:
                wrong += 1
                typer.echo(f"{result.task}: {len(bad)} inputs differ, first {bad[0]!r}: {result.program}")
    typer.echo(f"{checked} programs, {wrong} differ")
    raise typer.Exit(1 if wrong else 0)


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.check_exports")

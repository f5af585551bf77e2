"""`python -m benchmarks.crossfit`: judges fitted weights on tasks that they were not fitted on.

The groups of all suites are split into two halves by a hash. Weights of the frequency prior are fitted on the
programs that fit the shown examples of one half, the other half is run with them, and the reverse; both
halves are reported together.

    generation 1    a half is run with the uniform prior; the programs found give its weights
    generation 2    a half is run again, with its own weights; the programs found give its new weights
    report          each half is run with the other half's last weights, once for each number of seconds

So no program of a task, and none that was found with its help, enters the weights with which it is reported.
All runs are kept under one directory; the same command with the same `--out` resumes.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from mcts_compose.commands import flags
from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError, OutputError, located, shown
from mcts_compose.settings import Settings

if TYPE_CHECKING:
    from mcts_compose.cluster.jobs import AnyTask
    from mcts_compose.results.record import Result

HALVES = ("a", "b")
Suites = Mapping[str, Sequence["AnyTask"]]
TaskKind = TypeVar("TaskKind", bound="AnyTask")

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def half_of(group: str) -> str:
    """Returns the half that a group of tasks belongs to."""
    return HALVES[hashlib.blake2b(group.encode(), digest_size=1).digest()[0] & 1]


def split(suites: Mapping[str, Sequence[TaskKind]]) -> dict[str, dict[str, list[TaskKind]]]:
    """Returns the suites of each half, tasks in order; a suite without tasks in a half is not in it."""
    halves: dict[str, dict[str, list[TaskKind]]] = {half: {} for half in HALVES}
    for name, tasks in suites.items():
        for task in tasks:
            halves[half_of(task.group or task.id)].setdefault(name, []).append(task)
    return halves


class CrossFit:
    """The runs of one cross-fit under one directory.

    Args:
      suites: tasks by the names under which they are reported.
      settings: everything but prior and seconds, which each run sets.
      out: where runs and weights go.
      run: runs suites with settings into a directory and returns the results.
    """

    def __init__(
        self,
        suites: Suites,
        settings: Settings,
        out: Path,
        run: Callable[[Any, Settings, Path], list[Result]],
    ) -> None:
        self.halves = split(suites)
        self.settings = settings
        self.out = out
        self.run = run

    def fit(self, num_generations: int, seconds: float) -> dict[str, Path]:
        """Returns the file with the last weights of each half."""
        weights: dict[str, Path] = {}
        for generation in range(1, num_generations + 1):
            for half in HALVES:
                results = self._run(half, weights.get(half), seconds, f"fit-{generation}-{half}")
                path = self.out / f"weights-{generation}-{half}.json"
                _write_weights(
                    results, path, f"generation {generation} of half {half} at {seconds:g} s a task"
                )
                weights[half] = path
        return weights

    def report(self, weights: Mapping[str, Path], seconds: float) -> list[Result]:
        """Returns the results of both halves, each run with the other's weights."""
        return [
            result
            for half, other in zip(HALVES, reversed(HALVES), strict=True)
            for result in self._run(half, weights[other], seconds, f"report-{seconds:g}s-{half}")
        ]

    def _run(self, half: str, weights: Path | None, seconds: float, name: str) -> list[Result]:
        prior: dict[str, Any] = {"prior": "uniform", "prior_args": {}}
        if weights is not None:
            prior = {"prior": "frequency", "prior_args": {"weights": str(weights)}}
        settings = dataclasses.replace(self.settings, seconds=seconds, **prior)
        return self.run(self.halves[half], settings, self.out / name)


def _write_weights(results: Sequence[Result], path: Path, origin: str) -> None:
    from priors.frequency import train_frequency

    texts = [result.program_text for result in results if result.solved and result.program_text is not None]
    if not texts:
        raise InputError(f"{origin}: no task was solved, so there is nothing to fit on")
    try:
        train_frequency(texts, path, origin=origin)
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", path)) from None


def parse_seconds(text: str) -> tuple[float, ...]:
    """Returns the numbers of a list such as `1,10`.

    Raises:
      InputError: a part is no number above 0, or stands there twice.
    """
    try:
        numbers = tuple(Settings(seconds=float(part)).seconds or 0.0 for part in text.split(","))
    except ValueError:
        numbers = ()
    if not numbers or len(set(numbers)) < len(numbers):
        raise InputError(f"--seconds is {shown(text)}, but should be different numbers above 0 such as 1,10")
    return numbers


@app.command()
def crossfit(
    sources: Annotated[list[str], typer.Argument(metavar="SUITE_OR_FILE...", help="As in `bench run`.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where runs and weights go; resumed if it exists.")
    ],
    seconds: Annotated[
        str, typer.Option("--seconds", metavar="S,...", help="Wall times a task to report.")
    ] = "1",
    fit_seconds: Annotated[float, typer.Option("--fit-seconds", help="Wall time a task when fitting.")] = 1.0,
    generations: Annotated[int, typer.Option("--generations", min=1, max=5, help="How often to fit.")] = 1,
    show_examples: Annotated[
        int | None, typer.Option("--show-examples", min=1, help="As in `bench run`.")
    ] = None,
    search: flags.SearchFlag = None,
    seed: flags.SeedFlag = 0,
    backup: flags.BackupFlag = None,
    no_goal_directed: flags.NoGoalDirectedFlag = False,
    no_inferred_constants: flags.NoInferredConstantsFlag = False,
    no_split: flags.NoSplitFlag = False,
    no_value: flags.NoValueFlag = False,
    no_rebasing: flags.NoRebasingFlag = False,
) -> None:
    """Fit weights on one half of the groups, run the other half with them, and the reverse."""
    settings = flags.settings_of(
        config=None, search=search, backup=backup, no_goal_directed=no_goal_directed,
        no_inferred_constants=no_inferred_constants, no_split=no_split, no_value=no_value,
        no_rebasing=no_rebasing,
    )  # fmt: skip
    from rich.console import Console

    from benchmarks.commands import suites_of
    from mcts_compose.commands.terminal import run_progress
    from mcts_compose.results.suite_run import run_suite
    from mcts_compose.results.summary import summarise, summary_table

    numbers = parse_seconds(seconds)
    suites = suites_of(sources, show_examples)

    def run(tasks: Suites, settings: Settings, directory: Path) -> list[Result]:
        with run_progress() as report:
            return run_suite(tasks, settings, directory, (seed,), report)

    fitted = CrossFit(suites, settings, out, run)
    weights = fitted.fit(generations, fit_seconds)
    rows = [
        summary._replace(suite=f"{summary.suite}, {number:g} s")
        for number in numbers
        for summary in summarise(fitted.report(weights, number))
    ]
    Console().print(summary_table(sorted(rows, key=lambda row: row.suite.rpartition(",")[0])))


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.crossfit")

"""`python -m benchmarks.model_crossfit`: judges a model on tasks from which it has learnt nothing.

The groups are split into halves as in `benchmarks.crossfit`.

    fit        the programs found on each half give its weights of the frequency prior
    round 1    each half is run with the model, its weights beside it; from what was found a copy of the model
               learns on: `mcts-compose train lm --init MODEL --from-runs RUNS`
    round 2    the same again, from the model of round 1
    report     each half is run with the weights and models of the other; rows take turns task by task

So no program of a task, and none that was found with its help, is in the weights or the models with which the
task is reported, unless it was in the model given. All is kept under one directory; the same command with the
same `--out` resumes.
"""

from __future__ import annotations

import dataclasses
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import msgspec
import typer

from benchmarks.crossfit import HALVES, CrossFit, parse_seconds
from benchmarks.one_core import CoreFlag, keep_to_core
from mcts_compose.commands import flags
from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError, located, shown
from mcts_compose.settings import Settings

if TYPE_CHECKING:
    from benchmarks.crossfit import Suites
    from mcts_compose.results.record import Result

UNIFORM, FREQUENCY, MODEL = "uniform", "frequency", "model"
PRIOR: Final = "bundled"
"""The prior that reads a trained model from a directory."""

Weights = Mapping[str, Path]
"""A file or a directory by half."""

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


class Condition(NamedTuple):
    """One table of the report.

    Attributes:
      seconds: wall time a task.
      goal_directed: whether the goal-directed test is on.
    """

    seconds: float
    goal_directed: bool

    @property
    def name(self) -> str:
        """What the condition is called."""
        return f"{self.seconds:g} s" + ("" if self.goal_directed else ", no goal-directed")


def round_name(number: int) -> str:
    """Returns the name of a row with the model of a round; the model that all began with is round 0."""
    return MODEL if number == 0 else f"{MODEL}, round {number}"


class ModelCrossFit:
    """The runs and models of one cross-fit, beside the weights that `fitted` makes.

    Args:
      fitted: the cross-fit of the weights, with the tasks and the settings.
      model: directory of the model that all begins with.
      prior_args: further arguments of its prior.
      run_rows: runs suites with several settings in turn, under a directory; returns the results by row.
      train: makes a directory from one model and the directories of runs.
    """

    def __init__(
        self,
        fitted: CrossFit,
        model: Path,
        prior_args: Mapping[str, str],
        run_rows: Callable[[Suites, Mapping[str, Settings], Path], dict[str, list[Result]]],
        train: Callable[[Path, Sequence[Path], Path], None],
    ) -> None:
        self.fitted = fitted
        self.model = model
        self.prior_args = prior_args
        self.run_rows = run_rows
        self.train = train

    def tune(self, weights: Weights, num_rounds: int, seconds: float) -> list[dict[str, Path]]:
        """Returns the models of each half, round by round, beginning with the one that was given."""
        out = self.fitted.out
        rounds: list[dict[str, Path]] = [dict.fromkeys(HALVES, self.model)]
        for number in range(1, num_rounds + 1):
            models: dict[str, Path] = {}
            for half in HALVES:
                before = rounds[-1][half]
                settings = dataclasses.replace(
                    self._with_model(self.fitted.settings, before, weights[half]), seconds=seconds
                )
                run = out / f"round-{number}-{half}"
                self.fitted.run(self.fitted.halves[half], settings, run)
                models[half] = out / f"model-{number}-{half}"
                self.train(before, [run], models[half])
            rounds.append(models)
        return rounds

    def report(
        self, weights: Weights, rounds: Sequence[Weights], condition: Condition
    ) -> dict[str, list[Result]]:
        """Returns the results of both halves by row, each run with what the other half gave."""
        from benchmarks.in_turn import directory_name

        found: dict[str, list[Result]] = {}
        for half, other in zip(HALVES, reversed(HALVES), strict=True):
            settings = dataclasses.replace(
                self.fitted.settings, seconds=condition.seconds, goal_directed=condition.goal_directed
            )
            own = {"weights": str(weights[other])}
            rows = {
                UNIFORM: dataclasses.replace(settings, prior="uniform", prior_args={}),
                FREQUENCY: dataclasses.replace(settings, prior="frequency", prior_args=own),
            }
            for number, models in enumerate(rounds):
                rows[round_name(number)] = self._with_model(settings, models[other], weights[other])
            directory = self.fitted.out / f"report-{directory_name(condition.name)}-{half}"
            for name, results in self.run_rows(self.fitted.halves[half], rows, directory).items():
                found.setdefault(name, []).extend(results)
        return found

    def _with_model(self, settings: Settings, model: Path, weights: Path) -> Settings:
        return dataclasses.replace(
            settings, prior=PRIOR, prior_args={**self.prior_args, "model": str(model)},
            base_prior="frequency", base_prior_args={"weights": str(weights)},
        )  # fmt: skip


def train_once(
    init: Path, runs: Sequence[Path], out: Path, sources: Sequence[str], more: Sequence[str]
) -> None:
    """Lets a model learn on from runs, in a process of its own; does nothing if that was done before.

    Args:
      init: directory of the model to begin with.
      runs: run directories.
      out: directory of the model to make; an interrupted training goes on.
      sources: suites and files that hold the runs' tasks.
      more: further arguments of the command.

    Raises:
      InputError: the training failed, or `out` was made in another way.
    """
    command = ["train", "lm", "--init", str(init), "--out", str(out)]
    command += [word for run in runs for word in ("--from-runs", str(run))]
    command += [word for source in sources for word in ("--tasks", source)]
    command += more
    record = out.with_name(f"{out.name}.json")
    if record.exists():
        if msgspec.json.decode(record.read_bytes()) == command:
            return
        raise InputError(located("was trained with other arguments; name another --out", out))
    status = subprocess.run([sys.executable, "-m", "mcts_compose", *command], check=False).returncode
    if status != 0:
        raise InputError(f"mcts-compose {shlex.join(command)} ended with status {status}, but should with 0")
    record.write_bytes(msgspec.json.encode(command))


def conditions_of(seconds: str, blind_seconds: str) -> list[Condition]:
    """Returns the tables to report: with the goal-directed test, and without.

    Raises:
      InputError: a part is no number above 0, or there is none at all.
    """
    found = [
        Condition(number, goal_directed)
        for text, goal_directed in ((seconds, True), (blind_seconds, False))
        if text.strip()
        for number in parse_seconds(text)
    ]
    if not found:
        raise InputError(f"--seconds is {shown(seconds)}, but should be numbers above 0 such as 1,10")
    return found


@app.command()
def model_crossfit(
    sources: Annotated[list[str], typer.Argument(metavar="SUITE_OR_FILE...", help="As in `bench run`.")],
    model: Annotated[Path, typer.Option("--model", metavar="DIR", help="The model to begin with.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Where all of it goes; resumed if it exists.")
    ],
    seconds: Annotated[
        str, typer.Option("--seconds", metavar="S,...", help="Wall times a task to report.")
    ] = "1",
    blind_seconds: Annotated[
        str,
        typer.Option("--blind-seconds", metavar="S,...", help="The same without the goal-directed test."),
    ] = "0.5",
    fit_seconds: Annotated[
        float, typer.Option("--fit-seconds", help="Wall time a task in fits and rounds.")
    ] = 1.0,
    generations: Annotated[
        int, typer.Option("--generations", min=1, max=5, help="How often to fit weights.")
    ] = 1,
    rounds: Annotated[int, typer.Option("--rounds", min=0, max=5, help="How often the model learns.")] = 1,
    prior_args: Annotated[
        str | None,
        typer.Option("--prior-args", metavar="K=V,...", help="More arguments of the model's prior."),
    ] = None,
    train_args: Annotated[
        str, typer.Option("--train-args", help="More arguments of `mcts-compose train lm`, as one text.")
    ] = "",
    search: flags.SearchFlag = None,
    seed: flags.SeedFlag = 0,
    eps: flags.EpsFlag = None,
    core: CoreFlag = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per row and suite.")] = False,
) -> None:
    """Let a model learn from one half of the groups, run the other half with it, and the reverse."""
    keep_to_core(core)
    from benchmarks.commands import suites_of
    from benchmarks.in_turn import run_in_turn
    from benchmarks.prior_table import groups_of, print_summaries, summaries_of
    from mcts_compose.commands.terminal import note, run_progress
    from mcts_compose.results.suite_run import run_suite
    from mcts_compose.settings import resolve
    from priors.arguments import parse_arguments

    conditions = conditions_of(seconds, blind_seconds)
    settings = resolve({"search": search, "eps": eps})
    suites = suites_of(sources, None)

    def run(tasks: Suites, settings: Settings, directory: Path) -> list[Result]:
        with run_progress() as report:
            return run_suite(tasks, settings, directory, (seed,), report)

    def run_rows(tasks: Suites, rows: Mapping[str, Settings], directory: Path) -> dict[str, list[Result]]:
        with run_progress() as report:
            return run_in_turn(rows, tasks, directory, (seed,), report)

    def train(init: Path, runs: Sequence[Path], directory: Path) -> None:
        train_once(init, runs, directory, sources, shlex.split(train_args))

    fitted = CrossFit(suites, settings, out, run)
    tuned = ModelCrossFit(fitted, model, parse_arguments(prior_args or ""), run_rows, train)
    weights = fitted.fit(generations, fit_seconds)
    models = tuned.tune(weights, rounds, fit_seconds)
    group_of = groups_of(suites)
    for condition in conditions:
        results = tuned.report(weights, models, condition)
        against_base = {name: FREQUENCY for name in results if name != FREQUENCY}
        against_before = {round_name(n): round_name(n - 1) for n in range(1, len(models))}
        note(condition.name)
        print_summaries(summaries_of(results, against_base, group_of), as_json=as_json)
        if against_before:
            learnt = {name: results[name] for name in map(round_name, range(len(models)))}
            print_summaries(summaries_of(learnt, against_before, group_of), as_json=as_json)


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.model_crossfit")

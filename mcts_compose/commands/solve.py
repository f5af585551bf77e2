"""The command `solve`: one task, one search."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mcts_compose.commands import flags
from mcts_compose.commands.main import NOT_SOLVED, SOLVED
from mcts_compose.commands.terminal import announce_compilation, note, run_progress, verdict

if TYPE_CHECKING:
    from mcts_compose.results.record import Result

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def solve(
    task: Annotated[str, typer.Argument(metavar="TASK", help="A task file, FILE#ID, or SUITE#ID.")],
    prior: flags.PriorFlag = None,
    prior_args: flags.PriorArgsFlag = None,
    search: flags.SearchFlag = None,
    seconds: flags.SecondsFlag = None,
    simulations: flags.SimulationsFlag = None,
    workers: flags.WorkersFlag = None,
    seed: flags.SeedFlag = 0,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Keep the result in this run directory.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    optimise: flags.OptimiseFlag = None,
    backup: flags.BackupFlag = None,
    no_goal_directed: flags.NoGoalDirectedFlag = False,
    no_inferred_constants: flags.NoInferredConstantsFlag = False,
    no_split: flags.NoSplitFlag = False,
    no_value: flags.NoValueFlag = False,
    no_rebasing: flags.NoRebasingFlag = False,
    config: flags.ConfigFlag = None,
) -> int:
    """Search for a program that fits a task's examples."""
    settings = flags.settings_of(
        config=config, prior=prior, prior_args=prior_args, search=search, seconds=seconds,
        simulations=simulations, workers=workers, optimise=optimise, backup=backup,
        no_goal_directed=no_goal_directed, no_inferred_constants=no_inferred_constants, no_split=no_split,
        no_value=no_value, no_rebasing=no_rebasing,
    )  # fmt: skip
    from mcts_compose.results.suite_run import run_suite
    from mcts_compose.solving import solve as solve_task
    from mcts_compose.task_sources import find_task

    found = find_task(task)
    if out is not None:
        with run_progress() as report:
            result = run_suite({found.suite: [found.task]}, settings, out, [seed], report)[0]
    else:
        result = solve_task(
            found.task, search=settings.search, prior=settings.prior, prior_args=settings.prior_args,
            budget=settings.budget_for(found.task.budget), seed=seed, options=settings.options(),
            on_start=announce_compilation, suite=found.suite,
        )  # fmt: skip
    _print(result, as_json=as_json)
    return SOLVED if result.solved else NOT_SOLVED


def _print(result: Result, *, as_json: bool) -> None:
    if as_json:
        import msgspec

        sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
        return
    if result.program is not None:
        print(result.program)
    rate = result.executions / result.seconds if result.seconds > 0 else 0.0
    note(
        f"{verdict(result)}; {result.length if result.solved else 0} calls, {result.seconds:.2f} s, "
        f"{result.simulations:,} simulations, {result.executions:,} candidates ({rate:,.0f} a second)"
    )

"""`python -m benchmarks.variants`: the same tasks with every searcher, and with each part of it switched off.

The prior is `frequency`. One row per variant, one column per suite, "solved / right" in each cell. All runs
are kept under one directory; the same command with the same `--out` resumes. `--only` takes some of the
variants, so that two processes can share the rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from mcts_compose.commands import flags
from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError, shown
from mcts_compose.settings import Settings

if TYPE_CHECKING:
    from mcts_compose.results.record import Result

VARIANTS: Final[dict[str, dict[str, Any]]] = {
    **{name: {"search": name} for name in ("mcts", "enumerate", "best-first", "beam", "levin", "random")},
    "mcts, no goal-directed test": {"goal_directed": False},
    "mcts, no inferred constants": {"inferred_constants": False},
    "mcts, no split": {"split": False},
    "mcts, no value": {"value": False},
    "mcts, no re-basing": {"rebasing": False},
    "mcts, mean backup": {"backup": "mean"},
}
"""Settings that differ from the defaults, by the name of the row."""

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def chosen(only: str | None) -> dict[str, dict[str, Any]]:
    """Returns the variants that `--only` names, separated by semicolons; all without it.

    Raises:
      InputError: a name is no variant.
    """
    if only is None:
        return VARIANTS
    names = [name.strip() for name in only.split(";")]
    for name in names:
        if name not in VARIANTS:
            raise InputError(f"--only names {shown(name)}, but the variants are: {'; '.join(VARIANTS)}")
    return {name: VARIANTS[name] for name in names}


def cells(results: list[Result]) -> dict[str, str]:
    """Returns "solved / right" by suite."""
    from mcts_compose.results.summary import summarise

    return {row.suite: f"{row.num_solved} / {row.num_right}" for row in summarise(results)}


@app.command()
def variants(
    sources: Annotated[list[str], typer.Argument(metavar="SUITE_OR_FILE...", help="As in `bench run`.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where runs go; resumed if it exists.")],
    seconds: Annotated[float, typer.Option("--seconds", help="Wall time a task.")] = 1.0,
    only: Annotated[str | None, typer.Option("--only", metavar="NAME;...", help="Some of the rows.")] = None,
    seed: flags.SeedFlag = 0,
) -> None:
    """Run suites with every searcher and with each part of the search switched off."""
    from rich.console import Console
    from rich.table import Table

    from benchmarks.commands import suites_of
    from mcts_compose.commands.terminal import run_progress
    from mcts_compose.results.suite_run import run_suite

    suites = suites_of(sources, None)
    table = Table("variant", *(f"{name} ({len(tasks)})" for name, tasks in suites.items()))
    for name, different in chosen(only).items():
        with run_progress() as report:
            results = run_suite(
                suites,
                Settings(seconds=seconds, prior="frequency", **different),
                out / name.replace(", ", "-"),
                (seed,),
                report,
            )
        found = cells(results)
        table.add_row(name, *(found.get(suite, "-") for suite in suites))
    Console().print(table)


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.variants")

"""`python -m benchmarks.priors`: the same tasks with several priors, and with parts of it switched off.

    python -m benchmarks.priors SUITE_OR_FILE... --priors "uniform;frequency;bundled" --seconds 1 --out DIR

With `--seconds` all priors get equal wall time, the model's included, and with `--core` on one core; with
`--executions` they get equal candidates.
Rows take turns task by task. All runs are kept under one directory; the same command with the same `--out`
resumes. `--only` takes some of the rows, so that two processes can share them; the table has every row that
is finished.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.one_core import CoreFlag, keep_to_core
from mcts_compose.commands import flags
from mcts_compose.commands.main import run_alone
from mcts_compose.commands.terminal import note
from mcts_compose.errors import InputError

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def priors(
    sources: Annotated[list[str], typer.Argument(metavar="SUITE_OR_FILE...", help="As in `bench run`.")],
    priors: Annotated[
        str,
        typer.Option("--priors", metavar="PRIOR;...", help="Priors to compare, each NAME or NAME:K=V,K=V."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where runs go; resumed if it exists.")],
    seconds: flags.SecondsFlag = None,
    executions: flags.ExecutionsFlag = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="PRIOR", help="What to compare with.  [default: the first]"),
    ] = None,
    without: Annotated[
        str,
        typer.Option(
            "--without",
            metavar="PART;...",
            help="More rows, each without goal-directed, prices, ranks or values, or several with +.",
        ),
    ] = "",
    only: Annotated[
        str | None, typer.Option("--only", metavar="ROW;...", help="Run some of the rows.")
    ] = None,
    seeds: Annotated[
        str, typer.Option("--seeds", metavar="N,...", help="Run every task with each of these.")
    ] = "0",
    show_examples: Annotated[
        int | None, typer.Option("--show-examples", min=1, help="As in `bench run`.")
    ] = None,
    core: CoreFlag = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per row and suite.")] = False,
    search: flags.SearchFlag = None,
    base_prior: flags.BasePriorFlag = None,
    base_prior_args: flags.BasePriorArgsFlag = None,
    eps: flags.EpsFlag = None,
    temperature: flags.TemperatureFlag = None,
    top_p: flags.TopPFlag = None,
    top_k: flags.TopKFlag = None,
    deterministic: flags.DeterministicFlag = None,
) -> None:
    """Run the same tasks with several priors, in turn, and compare them."""
    keep_to_core(core)
    from benchmarks.commands import suites_of
    from benchmarks.in_turn import finished, run_in_turn
    from benchmarks.prior_rows import chosen_rows, references, rows_of
    from benchmarks.prior_table import groups_of, print_summaries, summaries_of
    from mcts_compose.commands.terminal import run_progress
    from mcts_compose.settings import parse_seeds, resolve

    if (seconds is None) == (executions is None):
        raise InputError("either --seconds or --executions should be given: equal wall time, or candidates")
    settings = resolve(
        {
            "search": search, "seconds": seconds, "executions": executions, "base_prior": base_prior,
            "base_prior_args": base_prior_args, "eps": eps, "temperature": temperature, "top_p": top_p,
            "top_k": top_k, "deterministic": deterministic,
        }
    )  # fmt: skip
    rows = rows_of(priors, without, settings)
    compared = references(rows, against)
    wanted = chosen_rows(rows, only)
    numbers = parse_seeds(seeds)
    suites = suites_of(sources, show_examples)
    with run_progress() as report:
        run = {name: row.settings for name, row in wanted.items()}
        results = run_in_turn(run, suites, out, numbers, report)
    for name, row in rows.items():
        if name not in results:
            stored = finished(name, row.settings, suites, out, numbers)
            if stored is None:
                note(f"{name}: not finished yet, so not in the table")
            else:
                results[name] = stored
    in_order = {name: results[name] for name in rows if name in results}
    print_summaries(summaries_of(in_order, compared, groups_of(suites)), as_json=as_json)


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.priors")

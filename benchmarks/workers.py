"""`python -m benchmarks.workers`: the same command with several numbers of workers, in turn.

    python -m benchmarks.workers "bench run lists-v1 --simulations 20000" --workers 0,1,2
    python -m benchmarks.workers "solve sort-kernels-v1#sort5-cmov --parts 2 --seed {round}" --rounds 3

Every run is a process of its own with a run directory of its own, so that its time is what a user waits: the
start of Python, of ray and of the workers is in it. All numbers of workers must give the same results, but
for times and what a prior server did. `+ARGUMENTS` in place of a number is a row with other arguments, as
`+--parts 1`, and may give others.
"""

from __future__ import annotations

import json
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from mcts_compose.commands.main import NOT_SOLVED, SOLVED, run_alone
from mcts_compose.commands.terminal import note
from mcts_compose.errors import InputError
from mcts_compose.results.record import TIMES, WORK_OF_SERVERS

ROUND: Final = "{round}"
LEFT_OUT: Final = TIMES | WORK_OF_SERVERS
"""Fields of a result in which numbers of workers may differ."""

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def arguments_of(row: str) -> list[str]:
    """Returns what a row adds to the command.

    Raises:
      InputError: it is neither a number of workers nor `+ARGUMENTS`.
    """
    if row.startswith("+"):
        return shlex.split(row[1:])
    if not row.isdecimal():
        raise InputError(f"--workers has {row!r}, but should be numbers such as 0,1,2, or +ARGUMENTS")
    return ["--workers", row]


def timed(command: list[str], directory: Path) -> tuple[float, list[dict[str, Any]]]:
    """Runs `mcts-compose` once; returns its wall time in seconds and its results without `LEFT_OUT`.

    Raises:
      InputError: the command failed.
    """
    began = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", "mcts_compose", *command, "--out", str(directory)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    if run.returncode not in (SOLVED, NOT_SOLVED):
        said = run.stderr.strip().splitlines() or ["nothing"]
        raise InputError(f"{shlex.join(command)} ended with status {run.returncode} and said: {said[-1]}")
    with (directory / "results.jsonl").open(encoding="utf-8") as lines:
        results = [json.loads(line) for line in lines]
    return seconds, [{name: one[name] for name in one.keys() - LEFT_OUT} for one in results]


@app.command()
def workers(
    command: Annotated[
        str, typer.Argument(metavar="COMMAND", help=f"Of mcts-compose, without --out; {ROUND} is its number.")
    ],
    rows: Annotated[
        str, typer.Option("--workers", metavar="N,...", help="The first is compared with.")
    ] = "1,2",
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="How often each is run.")] = 5,
) -> None:
    """Measure how much faster a command is with more workers."""
    from rich.console import Console
    from rich.table import Table

    added = {row: arguments_of(row) for row in rows.split(",")}
    seconds: dict[str, list[float]] = {row: [] for row in added}
    num_different = 0
    with tempfile.TemporaryDirectory() as place:
        for number in range(rounds):
            words = shlex.split(command.replace(ROUND, str(number)))
            of_round = []
            for place_of_row, (row, more) in enumerate(added.items()):
                taken, results = timed([*words, *more], Path(place) / f"{number}-{place_of_row}")
                seconds[row].append(taken)
                if not row.startswith("+"):
                    of_round.append(results)
                note(f"round {number + 1}, {row}: {taken:.1f} s")
            num_different += sum(results != of_round[0] for results in of_round)
    table = Table("workers", "median s", "least", "most", "times faster, median", "least", "most")
    reference = next(iter(added))
    for row, times in seconds.items():
        ratios = [slow / fast for slow, fast in zip(seconds[reference], times, strict=True)]
        table.add_row(
            row,
            *(f"{value:.1f}" for value in (statistics.median(times), min(times), max(times))),
            *(f"{value:.2f}" for value in (statistics.median(ratios), min(ratios), max(ratios))),
        )
    Console(width=120).print(table)
    print("all results alike" if not num_different else f"{num_different} runs gave other results")
    raise typer.Exit(min(num_different, 1))


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.workers")

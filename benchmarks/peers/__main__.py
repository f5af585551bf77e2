"""`python -m benchmarks.peers`: puts the tasks of suites to a solver that is not ours, and prints a table.

The run directory is like that of `bench run`, so whatever reads the one reads the other; the same command
with the same `--out` resumes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError, nearest, shown

if TYPE_CHECKING:
    from benchmarks.peers.peer import Peer

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _cvc5(spec: str, grammar: str) -> Peer:
    from benchmarks.peers.cvc5 import Cvc5

    return Cvc5(spec, grammar)


def _z3(spec: str, grammar: str) -> Peer:
    from benchmarks.peers.z3 import Z3

    return Z3(spec, grammar)


PEERS: Final[dict[str, Callable[[str, str], Peer]]] = {"cvc5": _cvc5, "z3": _z3}
"""What makes each peer, from the values of `--spec` and `--grammar`."""


@app.command()
def peers(
    peer: Annotated[str, typer.Argument(metavar="PEER", help=f"One of: {', '.join(PEERS)}.")],
    sources: Annotated[list[str], typer.Argument(metavar="SUITE_OR_FILE...", help="As in `bench run`.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Run directory; resumed if it exists.")],
    seconds: Annotated[float, typer.Option("--seconds", help="Wall time a task.")] = 10.0,
    memory_mb: Annotated[
        int | None, typer.Option("--memory-mb", metavar="N", help="Memory of its process.  [default: 6000]")
    ] = None,
    show_examples: Annotated[
        int | None, typer.Option("--show-examples", metavar="N", min=1, help="As in `bench run`.")
    ] = None,
    spec: Annotated[
        str,
        typer.Option(
            "--spec", metavar="examples|reference", help="Fit the shown examples, or be right for all inputs."
        ),
    ] = "examples",
    grammar: Annotated[
        str,
        typer.Option(
            "--grammar",
            metavar="task|icfp",
            help="Make words of what the task may use, or of the operators of the ICFP contest.",
        ),
    ] = "task",
) -> None:
    """Put every task of suites and task files to another solver, and print a table."""
    if peer not in PEERS:
        raise InputError(
            f"unknown peer {shown(peer)}; known ones are {', '.join(PEERS)}{nearest(peer, PEERS)}"
        )
    solver = PEERS[peer](spec, grammar)
    from benchmarks.commands import print_summary, suites_of, tell_errors
    from benchmarks.peers.peer import run_peer, supported_by
    from mcts_compose.commands.terminal import run_progress

    suites = supported_by(solver, suites_of(sources, show_examples))
    with run_progress() as report:
        results = run_peer(solver, suites, seconds, out, report, memory_mb)
    print_summary(results)
    if status := tell_errors(results, suites):
        raise typer.Exit(status)


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.peers")

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


def _cvc5(spec: str) -> Peer:
    from benchmarks.peers.cvc5 import Cvc5

    return Cvc5(spec)


PEERS: Final[dict[str, Callable[[str], Peer]]] = {"cvc5": _cvc5}
"""What makes each peer, from the value of `--spec`."""


@app.command()
def peers(
    peer: Annotated[str, typer.Argument(metavar="PEER", help="One of: cvc5.")],
    sources: Annotated[list[str], typer.Argument(metavar="SUITE_OR_FILE...", help="As in `bench run`.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Run directory; resumed if it exists.")],
    seconds: Annotated[float, typer.Option("--seconds", help="Wall time a task.")] = 10.0,
    spec: Annotated[
        str,
        typer.Option(
            "--spec", metavar="examples|reference", help="Fit the shown examples, or be right for all inputs."
        ),
    ] = "examples",
) -> None:
    """Put every task of suites and task files to another solver, and print a table."""
    if peer not in PEERS:
        raise InputError(
            f"unknown peer {shown(peer)}; known ones are {', '.join(PEERS)}{nearest(peer, PEERS)}"
        )
    solver = PEERS[peer](spec)
    from rich.console import Console

    from benchmarks.commands import suites_of
    from benchmarks.peers.peer import run_peer
    from mcts_compose.commands.terminal import run_progress
    from mcts_compose.results.summary import summarise, summary_table

    suites = suites_of(sources, None)
    with run_progress() as report:
        results = run_peer(solver, suites, seconds, out, report)
    Console().print(summary_table(summarise(results)))


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.peers")

"""`python -m benchmarks.cluster_costs`: what each piece of a spread run costs on this machine, apart.

Each group of pieces is measured in a process of its own, one after the other, so that none finds what another
has loaded. Times are of the wall clock unless they say CPU: a machine that does nothing else gives the
figures that are meant. `--core` keeps all to one core, as does whatever starts this command on one.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from benchmarks.cluster_costs.figures import Figure, table_of
from benchmarks.one_core import CoreFlag, keep_to_core
from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError, nearest, shown

GROUPS: Final = {
    "records": "messages:records",
    "driver": "driving:driver",
    "starts": "processes:starts",
    "cold": "processes:cold_start",
    "memory": "processes:memory",
    "server": "serving:server",
    "model": "serving:model",
    "demand": "serving:demand",
    "sharing": "sharing:sharing",
    "parts": "parts:exchange",
}
"""By the name of a group the function that measures it, in a module of this folder."""

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def cluster_costs(
    groups: Annotated[
        list[str] | None,
        typer.Argument(metavar="[GROUP...]", help=f"Of {', '.join(GROUPS)}; all by default."),
    ] = None,
    repeat: Annotated[int, typer.Option("--repeat", min=1, help="How often each is measured.")] = 5,
    out: Annotated[Path | None, typer.Option("--out", help="Also write the figures here, as JSON.")] = None,
    core: CoreFlag = None,
    here: Annotated[bool, typer.Option("--here", hidden=True)] = False,
) -> None:
    """Measure what the pieces of a spread run cost."""
    keep_to_core(core)
    names = groups or list(GROUPS)
    for name in names:
        if name not in GROUPS:
            hint = nearest(name, GROUPS)
            raise InputError(f"there is no group {shown(name)}; there are {', '.join(GROUPS)}{hint}")
    if here:
        print(json.dumps([each for name in names for each in _measured(name, repeat)]))
        return
    from rich.console import Console

    console = Console(width=120)
    figures: list[Figure] = []
    for name in names:
        of_group = _in_own_process(name, repeat)
        console.print(name, table_of(of_group), sep="\n")
        figures += of_group
        if out is not None:
            out.write_text(
                json.dumps([each._asdict() for each in figures], indent=1) + "\n", encoding="utf-8"
            )


def _measured(name: str, repeat: int) -> Iterable[Figure]:
    module, _, function = GROUPS[name].partition(":")
    measure: Callable[[int], Sequence[Figure]] = getattr(
        importlib.import_module(f"benchmarks.cluster_costs.{module}"), function
    )
    return measure(repeat)


def _in_own_process(name: str, repeat: int) -> list[Figure]:
    """Returns the figures of a group.

    Raises:
      InputError: it cannot be measured here; its process has said why.
    """
    command = [sys.executable, "-m", "benchmarks.cluster_costs", name, "--repeat", str(repeat), "--here"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise InputError(f"group {name!r} could not be measured; its process ended with {done.returncode}")
    lines = done.stdout.strip().splitlines()
    return [Figure(each, unit, tuple(values)) for each, unit, values in json.loads(lines[-1])]


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.cluster_costs")

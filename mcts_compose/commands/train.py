"""The command `train`: fits a prior on programs that are known to be right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from mcts_compose.errors import InputError, OutputError, located

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.callback()
def top() -> None:
    """Fit a prior on solved programs."""


@app.command()
def frequency(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Run directories (their right programs), task files and suites (known solutions).",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The weights file to write.")],
    smoothing: Annotated[float, typer.Option("--smoothing", min=1e-6, help="Added to every count.")] = 2.0,
) -> None:
    """Count the skills and constants of solved programs, for the prior `frequency`."""
    if out.exists():
        raise InputError(located("is there already; name another --out", out))
    from priors.frequency import train_frequency

    programs = list(programs_of(sources))
    try:
        weights = train_frequency(
            programs, out, origin=f"programs of {', '.join(sources)}", smoothing=smoothing
        )
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", out)) from None
    except ValueError as error:
        raise InputError(str(error)) from None
    print(
        f"{out}: {weights.num_programs} programs, "
        f"{len(weights.skills)} skills, {len(weights.constants)} constants"
    )


def programs_of(sources: Sequence[str]) -> Iterator[str]:
    """Yields the texts of all right array programs of run directories, and of all such solutions of tasks."""
    from mcts_compose.results.run_directory import read_results
    from mcts_compose.task import Task
    from mcts_compose.task_sources import find_suite

    for source in sources:
        path = Path(source)
        if path.is_dir():
            yield from (
                result.program_text
                for result in read_results(path)
                if result.is_right and result.program_text and not result.is_assembly
            )
        else:
            tasks = find_suite(source).tasks
            yield from (
                task.solution
                for task in tasks
                if isinstance(task, Task) and task.solution is not None and task.memory is None
            )

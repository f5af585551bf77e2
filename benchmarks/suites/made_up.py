"""Writes tasks on lists that no benchmark holds: `python -m benchmarks.suites.made_up`.

They are drawn as the samples are that a language model is trained on (`mcts_compose/training/generated.py`):
results of random programs on random arguments of many kinds. As task files they can also be run, so that a
model learns from what a search finds. Equal seeds and numbers give equal tasks.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from benchmarks.suites.deepcoder.unseen import line_of
from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError, OutputError, located
from mcts_compose.task import Task
from mcts_compose.training.generated import draw_bank, draw_results, is_result, known_skills
from vm.values import decode

LEAST_COST: Final = 14
"""Of a solution, by the bank's own prices: cheaper ones every prior finds at once (untuned)."""
DRAWN: Final = 20
"""Results that a bank is asked for; one of them becomes a task."""

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def made_up_tasks(seed: int) -> Iterator[Task]:
    """Yields tasks without end, each from a bank of its own, without held-out examples."""
    rng = np.random.default_rng((seed, 0x7A5C))
    skills = known_skills()
    number = 0
    while True:
        problem, bank = draw_bank(rng, skills)
        dear = (
            contents
            for contents in draw_results(rng, bank, len(problem.inputs), DRAWN)
            if bank.engine.cost(contents) >= LEAST_COST
        )
        for contents in dear:
            batch = bank.engine.values(contents)
            if not is_result(batch):
                continue
            yield Task(
                id=f"m-{number:04}",
                name="",
                description=None,
                input_types=problem.input_types,
                output_type=batch.type,
                inputs=tuple(zip(*map(decode, problem.inputs), strict=True)),
                outputs=tuple(decode(batch)),
                group=f"m-{number:04}",
                solution=bank.engine.program_of(contents, batch.type).text,
            )
            number += 1
            break
        bank.engine.release()


@app.command()
def made_up(
    seed: Annotated[int, typer.Option("--seed", min=0, help="Which tasks are drawn.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The task file to write, .jsonl.")],
    num: Annotated[int, typer.Option("--num", min=1, max=10_000, help="Tasks to write.")] = 300,
) -> None:
    """Write tasks on lists, made up as the samples are that models are trained on."""
    if out.suffix != ".jsonl":
        raise InputError(located("the name of the task file should end in .jsonl", out))
    if out.exists():
        raise InputError(located("is there already; name another --out", out))
    lines = b"".join(map(line_of, islice(made_up_tasks(seed), num)))
    try:
        out.write_bytes(lines)
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", out)) from None


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.suites.made_up")

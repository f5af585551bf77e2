"""Writes tasks like those of `deepcoder-v1`, of other seeds: `python -m benchmarks.suites.deepcoder.unseen`.

The generator is that of the suite, its streams are named after the seed, and no program of the suite is
taken again. So what is chosen or fitted with the suite can be reported on tasks that had no part in it. Equal
seeds, lengths and numbers give equal tasks. A task takes about half a second of one core, with `--quick` some
0.01 s: that is for training, since a task may then have a shorter solution than its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from benchmarks.suites.deepcoder.generate import (
    LENGTHS,
    PROGRAMS_FILE,
    SHIPPED,
    TASKS_PER_LENGTH,
    generate,
    stream_of,
    task_id,
)
from benchmarks.suites.deepcoder.language import parse
from benchmarks.suites.deepcoder.tasks import make_task
from mcts_compose.commands.main import run_alone
from mcts_compose.errors import InputError, OutputError, located, shown
from mcts_compose.task import Task

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def unseen_tasks(
    seed: int, lengths: Sequence[int], num_per_length: int = TASKS_PER_LENGTH, *, is_quick: bool = False
) -> list[Task]:
    """Returns tasks of some lengths, the shortest programs first, with ids such as those of the suite."""
    origin = f"{SHIPPED}/seed-{seed}"
    shipped = [parse(line) for line in PROGRAMS_FILE.read_text().splitlines()]
    codes = generate(lengths, num_per_length, origin, shipped, is_quick=is_quick)
    ids = [task_id(length, number) for length in lengths for number in range(num_per_length)]
    return [make_task(id_, code, stream_of(id_, origin)) for id_, code in zip(ids, codes, strict=True)]


def parse_lengths(text: str) -> range:
    """Returns the lengths of `5` or `5-8`.

    Raises:
      InputError: it is neither, or there is no such length.
    """
    first, mark, last = text.partition("-")
    parts = (first, last) if mark else (first, first)
    if all(part.isdecimal() and len(part) == 1 and int(part) in LENGTHS for part in parts):
        lengths = range(int(parts[0]), int(parts[1]) + 1)
        if lengths:
            return lengths
    raise InputError(
        f"--lengths is {shown(text)}, but should be a length from {LENGTHS[0]} to {LENGTHS[-1]}, or 5-8"
    )


def line_of(task: Task) -> bytes:
    """Returns the line of a task file that reads as this task."""
    document = {
        "id": task.id,
        "types": {"inputs": list(map(str, task.input_types)), "output": str(task.output_type)},
        "inputs": task.inputs,
        "outputs": task.outputs,
        "test_inputs": task.test_inputs,
        "test_outputs": task.test_outputs,
        "group": task.group,
        "solution": task.solution,
    }
    return msgspec.json.encode(document) + b"\n"


@app.command()
def unseen(
    seed: Annotated[int, typer.Option("--seed", min=0, help="Which tasks are drawn.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The task file to write, .jsonl.")],
    lengths: Annotated[
        str, typer.Option("--lengths", metavar="N-M", help="Statements of a program.")
    ] = "5-8",
    num: Annotated[int, typer.Option("--num", min=1, max=1000, help="Tasks of each length.")] = 100,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not check whether a shorter program does the same.")
    ] = False,
) -> None:
    """Write tasks of another seed than the suite's."""
    wanted = parse_lengths(lengths)
    if out.suffix != ".jsonl":
        raise InputError(located("the name of the task file should end in .jsonl", out))
    if out.exists():
        raise InputError(located("is there already; name another --out", out))
    lines = b"".join(map(line_of, unseen_tasks(seed, wanted, num, is_quick=quick)))
    try:
        out.write_bytes(lines)
    except OSError as error:
        raise OutputError(located(f"cannot be written ({error.strerror})", out)) from None


if __name__ == "__main__":
    run_alone(app, "python -m benchmarks.suites.deepcoder.unseen")

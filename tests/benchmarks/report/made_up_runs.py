"""Runs for tests of the page: three of one task file, whose results were never searched."""

import json
from collections.abc import Sequence
from pathlib import Path

from mcts_compose.results.origin import origin_of, record_origin
from mcts_compose.results.record import Result
from mcts_compose.task_files import load_tasks
from tests.benchmarks.comparison.recorded import write_run
from tests.mcts_compose.make_result import make_result

SUM = "(x: list[int]) -> int; v1 = sum(x); return v1"
LAST = "(x: list[int]) -> int; v1 = last(x); return v1"
LONG = "(x: list[int]) -> int; " + "; ".join(f"v{n} = sort(x)" for n in range(1, 40)) + "; return sum(v1)"
NAMES = ("first", "second", "third")


def task_ids(count: int, mark: str = "") -> list[str]:
    return [f"sum{number:03}{mark}" for number in range(count)]


def write_tasks(file: Path, ids: Sequence[str]) -> None:
    """Writes tasks that want the sum of a list; of four each one group."""
    lines = [
        json.dumps({
            "id": task, "group": f"group-{number // 4}", "description": f"add them up {task}",
            "types": {"inputs": ["list[int]"], "output": "int"},
            "inputs": [[[number, 4]], [[2]]], "outputs": [number + 4, 2],
            "test_inputs": [[[5, 5]]], "test_outputs": [10],
        })
        for number, task in enumerate(ids)
    ]  # fmt: skip
    file.write_text("\n".join(lines))


def results_of(file: Path, which: int, seeds: Sequence[int] = (0,), **changes: object) -> list[Result]:
    """Results of a run: task after task right, wrong, not solved, or failed, in another order for each run.

    Run 0 takes the fewest candidates, run 1 the least time.
    """
    results = []
    for number, task in enumerate(load_tasks(file)):
        kind = (number + (which if number % 4 == 2 else 0)) % 4
        solved = kind < 2
        for seed in seeds:
            fields: dict[str, object] = {
                "suite": file.stem,
                "seed": seed,
                "solved": solved,
                "generalises": kind == 0 if solved else None,
                "program_text": (SUM, LAST, None, None)[kind] if number else LONG,
                "stopped": ("solved", "solved", "budget:seconds", "error")[kind],
                "error": "the search broke down" if kind == 3 else None,
                "first_hit": 100 + which if solved else None,
                "seconds": 0.5 - 0.1 * (which == 1),
                "task_hash": task.hash,
                "length": 1 if solved else None,
            }
            results.append(make_result(task.id, **(fields | changes)))
    return results


def write_runs(place: Path, count: int = 12, mark: str = "", **changes: object) -> list[str]:
    """Writes a task file and three runs of it, and returns the runs' directories."""
    file = place / "sums.jsonl"
    write_tasks(file, task_ids(count, mark))
    for which, name in enumerate(NAMES):
        config = {"prior": ("uniform", "frequency", "bundled")[which], "eps": 0.1}
        models = {"model_calls": 7, "model_seconds": 0.2, "model_tokens": 1234} if which == 2 else {}
        write_run(place / name, results_of(file, which, **models, **changes), **config)
        arguments = ["bench", "run", str(file), "--prior", str(config["prior"]), "--out", name]
        record_origin(place / name, origin_of(arguments, [str(file)], None, None))
    return [str(place / name) for name in NAMES]

"""Recorded runs for tests of comparisons: results that were never searched, in run directories."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mcts_compose.results.record import Result
from mcts_compose.results.run_directory import open_run
from tests.mcts_compose.make_result import make_result

CONFIG = {"seconds": 1.0, "simulations": None, "executions": None, "prior": "uniform"}


def drawn_results(
    seed: int, slower: float = 1.0, tasks: int = 30, seeds: Sequence[int] = (0,)
) -> list[Result]:
    """Results of two suites; `seed` decides times and verdicts, and `slower` stretches what they took."""
    generator = np.random.default_rng(seed)
    results = []
    for number in range(tasks):
        for each in seeds:
            took = float(np.exp(generator.normal())) * slower
            solved = bool(generator.random() < 0.8)
            results.append(
                make_result(
                    f"t{number:02}",
                    suite="a" if number % 3 else "b",
                    seed=each,
                    solved=solved,
                    generalises=bool(generator.random() < 0.9) if solved else None,
                    seconds=took,
                    first_hit=int(1000 * took) if solved else None,
                    executions=int(2000 * took),
                    stopped="solved" if solved else "budget:seconds",
                    model_calls=number,
                )
            )
    return results


def write_run(path: Path, results: Sequence[Result], **config: object) -> Path:
    """Writes results as a run directory."""
    with open_run(path, {**CONFIG, **config}) as run:
        for result in results:
            run.append(result)
    return path

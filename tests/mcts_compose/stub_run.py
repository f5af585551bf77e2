"""Runs a stub suite into a directory: `python -m tests.mcts_compose.stub_run DIR`; made to be killed."""

import sys
from pathlib import Path

from mcts_compose.results.suite_run import run_suite
from mcts_compose.settings import Settings
from tests.mcts_compose.make_result import StubSolver, make_task

NUM_TASKS = 60
SEEDS = (0, 1)

if __name__ == "__main__":
    tasks = [make_task(number) for number in range(NUM_TASKS)]
    settings = Settings(simulations=100)
    run_suite({"stub": tasks}, settings, Path(sys.argv[1]), SEEDS, solver=StubSolver(delay=0.002))

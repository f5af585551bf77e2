"""Runs a stub suite with workers: `python -m ...spread_run DIR WORKERS`; made to be killed."""

import sys
from pathlib import Path

from mcts_compose.commands.main import complain
from mcts_compose.results.suite_run import run_suite
from mcts_compose.settings import Settings
from tests.mcts_compose.cluster.solvers import Solver
from tests.mcts_compose.make_result import make_task

NUM_TASKS = 40
DELAY_S = 0.2


def main():
    tasks = [make_task(number) for number in range(NUM_TASKS)]
    settings = Settings(simulations=100, workers=int(sys.argv[2]))
    try:
        run_suite({"stub": tasks}, settings, Path(sys.argv[1]), solver=Solver(delay=DELAY_S))
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

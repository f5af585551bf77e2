"""Makes tasks and results for tests, and a solver that is deterministic and searches nothing."""

import time

from mcts_compose.results.record import Result
from mcts_compose.solving import NO_MODEL
from mcts_compose.task import Task
from vm.values import Elem, ValueType

INT = ValueType(Elem.INT, 0)
INTS = ValueType(Elem.INT, 1)


def make_task(number: int = 0, **changes: object) -> Task:
    fields = {
        "id": f"task-{number:03d}",
        "name": f"task {number}",
        "description": None,
        "input_types": (INTS,),
        "output_type": INT,
        "inputs": (([number, 1],), ([2],)),
        "outputs": (number + 1, 2),
        "test_inputs": (([5, 5],),),
        "test_outputs": (10,),
    }
    return Task(**(fields | changes))


def make_result(task: str = "task-000", **changes: object) -> Result:
    fields = {
        "suite": "stub",
        "task": task,
        "seed": 0,
        "search": "mcts",
        "prior": "uniform",
        "solved": True,
        "generalises": True,
        "program_text": "(x: list[int]) -> int; v1 = sum(x); return v1",
        "length": 1,
        "cost": 2.5,
        "seconds": 0.25,
        "simulations": 10,
        "executions": 1000,
        "distinct": 500,
        "nodes": 3,
        "stopped": "solved",
        "error": None,
        "tree_hash": "00",
        "table_hash": "11",
        "task_hash": "22",
        "version": "0",
        "verified": "examples",
        "unverified": None,
        "check_seconds": 0.0,
        "counterexamples": 0,
        "optimal": False,
        "none_shorter_than": None,
        "lossy": (),
        "table_seconds": 0.0,
        "solutions": None,
        "first_hit": 900,
        **NO_MODEL,
    }
    return Result(**(fields | changes))


class StubSolver:
    """Gives every task a result that depends on task and seed only, after a moment."""

    def __init__(self, delay: float = 0.0) -> None:
        self.delay = delay
        self.calls: list[tuple[str, int]] = []

    def __call__(self, task: Task, *, seed: int, suite: str) -> Result:
        time.sleep(self.delay)
        self.calls.append((task.id, seed))
        return make_result(
            task.id, suite=suite, seed=seed, executions=len(task.id) * 100 + seed, task_hash=task.hash
        )

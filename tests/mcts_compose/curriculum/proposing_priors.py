"""Priors that propose: one that knows what helps, one that does not, and some that do harm."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from mcts_compose.task import Task
from priors.base import Prior, PriorError
from priors.frequency import FrequencyPrior
from priors.registry import PRIORS, Entry
from tests.mcts_compose.curriculum.small_suite import LISTS, tasks

asked: list = []
"""Every request, over all priors, in order."""


def unaided() -> list[Task]:
    """The small suite without its first step, and with no word on what helps what."""
    return [replace(task, subtasks=()) for task in tasks() if task.id != "carried"]


def line_of(task: Task, **changes: object) -> str:
    """A line that proposes a task, with its shown examples."""
    types = {"inputs": list(map(str, task.input_types)), "output": str(task.output_type)}
    fields = {
        "name": task.id, "description": task.description or "-", "types": types,
        "inputs": task.inputs, "outputs": task.outputs,
    }  # fmt: skip
    return json.dumps(fields | changes)


def _task(name: str) -> Task:
    return next(task for task in tasks() if task.id == name)


def plan_line() -> str:
    """A plan for `settled`: carry, then keep the last digits; the last step says what its values are."""
    sums = {"name": "running", "description": "Carry tens along.", "type": "list[int]"}
    units = {"name": "units", "description": "Keep last digits.", "reads": ["running"]}
    return json.dumps({"plan": [sums | {"values": _task("sums").outputs}, units]})


class Proposer(Prior):
    """Prices as `frequency` does; proposes what a subclass says."""

    name = "proposer"
    proposes = True

    def __init__(self) -> None:
        self._base = FrequencyPrior()

    @classmethod
    def from_arguments(cls, arguments):
        return cls()

    def price_skills(self, requests):
        return self._base.price_skills(requests)

    def propose_subtasks(self, requests):
        asked.extend(requests)
        return [self.lines(request)[: request.num] for request in requests]

    def lines(self, request) -> list[str]:
        return []


class Helpful(Proposer):
    """Proposes the step that each task was made for."""

    def lines(self, request):
        words = request.price_request.description or ""
        step = {"addition": "settled", "settled": "sums", "sums": "carried"}
        return [line_of(_task(step[name])) for name in step if f"The {name} " in words]


class Planning(Proposer):
    """Proposes a plan for `settled`, and the first step of it for `sums`."""

    def lines(self, request):
        words = request.price_request.description or ""
        if "The sums " in words:
            return [line_of(_task("carried"))]
        return [plan_line()] if "The settled " in words else []


class Useless(Proposer):
    """Proposes what can be found and is of no use, what is there, and what nothing gives."""

    def lines(self, request):
        odd = [sorted(row)[::-1][:1] + row for row in LISTS]
        rows = [[row] for row in LISTS]
        types = {"inputs": ["list[int]"], "output": "list[int]"}
        noise = [[7 * k % 11, k] for k in range(len(LISTS))]
        made = {"description": "Something.", "types": types, "inputs": rows}
        return [
            json.dumps(made | {"name": "largest-before", "outputs": odd}),
            json.dumps(made | {"name": "in order", "outputs": [sorted(row) for row in LISTS]}),
            json.dumps(made | {"name": "noise", "outputs": noise}),
            json.dumps(made | {"name": "wrong", "outputs": [*[row[::-1] for row in LISTS[:-1]], [1]]}),
        ]


class Raising(Proposer):
    """Fails whenever it is asked for sub-tasks."""

    def propose_subtasks(self, requests):
        raise PriorError("out of\x1b[31m ideas")


class Hanging(Proposer):
    """Takes longer than anybody waits."""

    def propose_subtasks(self, requests):
        time.sleep(30)
        return [[] for _ in requests]


class Hostile(Proposer):
    """Answers with everything but sub-tasks."""

    def propose_subtasks(self, requests):
        return [HOSTILE_LINES * 10 for _ in requests]


GOOD = json.loads(line_of(_task("carried")))
HUGE = 10**400
FLOATS = [0.5, 1.5, 2.5, 3.5, 4.5, HUGE]
ON_FLOATS = {"types": {"inputs": ["float"], "output": "int"}, "inputs": [[-each] for each in FLOATS]}
HOSTILE_LINES = [
    "", "no JSON", "[]", "null", "[" * 100_000, '{"plan":' * 5_000, "{" + '"a":' * 300, "x" * 50_000, 7, None,
    "\x1b[2J", '{"plan": []}', '{"plan": "all"}', '{"plan": [{"name": "a", "description": "b"}], "more": 1}',
    '{"plan": [{"name": "a", "description": "b", "reads": ["nothing"]}]}',
    '{"plan": [{"name": "x", "description": "b"}]}',
    '{"plan": [{"name": "a", "description": "b", "type": "list[int]", "values": [[1], "a"]}]}',
    json.dumps(GOOD | {"name": ""}), json.dumps(GOOD | {"name": "n" * 61}), json.dumps(GOOD | {"name": 3}),
    json.dumps(GOOD | {"name": "a\x07b"}), json.dumps(GOOD | {"description": "\u202eb"}),
    json.dumps(GOOD | {"description": "\ud800"}), json.dumps(GOOD | {"more": 1}),
    json.dumps(GOOD | {"types": {"inputs": [], "output": "int"}, "inputs": [[]] * 6}),
    json.dumps(GOOD | {"types": {"inputs": ["bv32", "int"], "output": "int"}}),
    json.dumps(GOOD | {"types": {"inputs": ["list[" * 99, "int"], "output": "int"}}),
    json.dumps(GOOD | {"outputs": [True] * 6}), json.dumps(GOOD | {"outputs": ["a"] * 6}),
    json.dumps(GOOD | {"outputs": [2**63] * 6}), json.dumps(GOOD | {"outputs": [[[[[1]]]]] * 6}),
    json.dumps(GOOD | {"outputs": GOOD["outputs"][:-1]}), json.dumps(GOOD | {"outputs": []}),
    json.dumps(GOOD | {"inputs": [[1, 2]] * 6}), json.dumps(GOOD | {"inputs": [[1, 2, 3]] * 6}),
    json.dumps(GOOD | {"inputs": [[1, 2]] * 6, "outputs": [3] * 6}),
    json.dumps(GOOD).replace("[31, 4]", "[1e999, 4]"), json.dumps(GOOD).replace("[31, 4]", "[NaN, 4]"),
    json.dumps(GOOD).replace("[31, 4]", f"[{'9' * 5_000}, 4]"),
    json.dumps(GOOD | {"inputs": [[1, 2]] * 1_000, "outputs": [3] * 1_000}),
    json.dumps(GOOD | {"types": {"inputs": ["int"] * 2, "output": "float"}, "outputs": FLOATS}),
    json.dumps(GOOD | {"types": {"inputs": ["int"] * 2, "output": "list[float]"}, "outputs": [FLOATS] * 6}),
    json.dumps(GOOD | ON_FLOATS),
    json.dumps({"plan": [{"name": "a", "description": "b", "type": "float", "values": [-HUGE] * 6}]}),
]  # fmt: skip
"""None of them is a proposal; some are no text."""

KINDS = {kind.__name__.lower(): kind for kind in (Helpful, Planning, Useless, Raising, Hanging, Hostile)}


@contextmanager
def registered() -> Iterator[None]:
    """Makes these priors known by their names in small letters."""
    with pytest.MonkeyPatch.context() as patch:
        for name, kind in KINDS.items():
            patch.setattr(kind, "name", name)
            patch.setitem(PRIORS._registered, name, Entry(name, f"{__name__}:{kind.__name__}", "tests"))
        yield

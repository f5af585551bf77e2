"""Times whole searches that find nothing: their targets are random, so they run until the budget ends."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from typing import Final

from benchmarks.speed.report import Figure
from benchmarks.suites.draws import Draws
from mcts_compose.task import Task
from vm.values import HostValue, parse_type

WANTED_CANDIDATES: Final = 2.5e6
WANTED_DISTINCT: Final = 1.2e6
SIGNATURES: Final = (
    (("list[int]",), "list[int]"),
    (("list[int]", "int"), "list[int]"),
    (("list[int]",), "int"),
)
_EXAMPLES: Final = 5
_SCRIPT: Final = """
import json, resource, sys
from benchmarks.speed.searches import SIGNATURES, hopeless_task
from mcts_compose import Budget, solve
from mcts_compose.search.warm_up import warm_up
task, seconds, search = hopeless_task(*SIGNATURES[int(sys.argv[1])]), float(sys.argv[2]), sys.argv[3]
warm_up()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
first = solve(task, search=search, prior="frequency", budget=Budget(seconds=seconds))
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
result = solve(task, search=search, prior="frequency", budget=Budget(seconds=seconds))
print(json.dumps([result.seconds, result.executions, result.distinct, 1024 * grown / first.distinct]))
"""
"""Each task has a process of its own. The growth of resident memory is that of the first search; the second,
which has its pages already, as in a suite, gives the rates."""


def hopeless_task(input_types: tuple[str, ...], output_type: str) -> Task:
    """Returns a task on lists of about ten ints whose outputs are drawn apart from its inputs."""
    draws = Draws(f"speed/{input_types}/{output_type}")

    def value(type_: str) -> HostValue:
        if type_ == "int":
            return draws.between(0, 9)
        return [draws.between(-20, 60) for _ in range(draws.between(8, 12))]

    return Task(
        id="hopeless",
        name="hopeless",
        description=None,
        input_types=tuple(map(parse_type, input_types)),
        output_type=parse_type(output_type),
        inputs=tuple(tuple(map(value, input_types)) for _ in range(_EXAMPLES)),
        outputs=tuple(
            1000 + draws.below(10**6) if output_type == "int" else value(output_type)
            for _ in range(_EXAMPLES)
        ),
    )


def measure(seconds: float, search: str) -> list[Figure]:
    """Returns candidates and distinct contents a second, and bytes per stored contents."""
    rows = [_run(number, seconds, search) for number in range(len(SIGNATURES))]
    figures = [
        _rate("candidates/s", [row[1] / row[0] for row in rows], WANTED_CANDIDATES, search),
        _rate("distinct contents/s", [row[2] / row[0] for row in rows], WANTED_DISTINCT, search),
    ]
    per_content = statistics.median(row[3] for row in rows)
    name = f"resident bytes per distinct contents, {search}"
    return [*figures, Figure(name, None, "", f"{per_content:.0f} B", "")]


def _run(number: int, seconds: float, search: str) -> list[float]:
    command = [sys.executable, "-c", _SCRIPT, str(number), str(seconds), search]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: list[float] = json.loads(done.stdout)
    return figures


def _rate(name: str, rates: list[float], wanted: float, search: str) -> Figure:
    median = statistics.median(rates)
    spread = f"{min(rates) / 1e6:.2f} to {max(rates) / 1e6:.2f} M"
    return Figure(
        f"{name}, {search}",
        median / wanted,
        "at least 1",
        f"{median / 1e6:.2f} M ({spread})",
        f"{wanted / 1e6:g} M",
    )

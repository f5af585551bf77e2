"""Parts of one search on ray workers: the outcome is that of one process, also when a worker is lost."""

import os
import signal

import pytest

from mcts_compose.budget import Budget
from mcts_compose.cluster import part_crew
from mcts_compose.cluster.part_actor import new_part_actor
from mcts_compose.cluster.part_crew import PartCrew
from mcts_compose.errors import InputError
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.run import run_fixed
from tests.mcts_compose.search.fixed.twin import sorting

ray = pytest.importorskip("ray")
pytestmark = [pytest.mark.xdist_group("ray"), pytest.mark.timeout(300)]

BUDGET = Budget(executions=200_000)


@pytest.fixture(scope="module", autouse=True)
def session(own_ray):
    """Every test runs beside a ray of two cores."""
    return own_ray


@pytest.fixture(scope="module")
def crew():
    return PartCrew(new_part_actor, 2)


def told(outcome):
    """Everything that should not depend on who searched."""
    return (
        outcome.program and outcome.program.text, outcome.stopped, outcome.executions, outcome.simulations,
        outcome.distinct, outcome.tree_hash, outcome.none_shorter_than, outcome.first_hit,
    )  # fmt: skip


@pytest.mark.parametrize(("searcher", "parts"), [("mcts", 2), ("best-first", 3), ("enumerate", 5)])
def test_workers_give_the_outcome_of_one_process(crew, searcher, parts):
    options = FixedOptions(optimise="length")
    for problem in (sorting(3, max_length=12), sorting(4, minmax=True, max_length=14)):
        arguments = {"searcher": searcher, "budget": BUDGET, "options": options, "parts": parts}
        assert told(run_fixed(problem, **arguments, crew=crew)) == told(run_fixed(problem, **arguments))


def kill(crew):
    ray.kill(crew._actors[1])


def hang(crew):
    os.kill(ray.get(crew._actors[1].prepare.remote()), signal.SIGSTOP)


@pytest.mark.parametrize("lose", [kill, hang])
def test_lost_worker_changes_nothing(crew, lose, monkeypatch):
    """Not in the middle, nor after the last round, when only hashes are missing."""
    monkeypatch.setattr(part_crew, "LONGEST_ROUND_S", 10.0)

    class Losing:
        rounds = 0
        begin = crew.begin

        def work(self, orders):
            self.rounds += 1
            if self.rounds == 3:
                lose(crew)
            return crew.work(orders)

        def hashes(self):
            lose(crew)
            return crew.hashes()

    problem, losing = sorting(3, max_length=10), Losing()
    options = FixedOptions(optimise="length", cut=None)
    arguments = {"searcher": "best-first", "budget": Budget(seconds=200), "options": options, "parts": 3}
    assert told(run_fixed(problem, **arguments, crew=losing)) == told(run_fixed(problem, **arguments))
    assert losing.rounds > 3


def test_workers_that_are_lost_again_and_again_end_the_search(crew):
    class Losing:
        begin, hashes = crew.begin, crew.hashes

        def work(self, orders):
            new_actor = crew._new_actor
            crew._new_actor = lambda: kill_soon(new_actor())
            try:
                ray.kill(crew._actors[0])
                return crew.work(orders)
            finally:
                crew._new_actor = new_actor

    def kill_soon(actor):
        ray.kill(actor)
        return actor

    with pytest.raises(InputError, match="6 workers of one search were lost, the last because"):
        run_fixed(sorting(3, max_length=10), budget=BUDGET, parts=2, crew=Losing())

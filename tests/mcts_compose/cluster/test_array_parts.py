"""Parts of an array search on ray workers: the outcome is that of one process, also when a worker is lost."""

import pytest

from mcts_compose.budget import Budget
from mcts_compose.cluster.array_part_actor import new_array_part_actor
from mcts_compose.cluster.part_crew import PartCrew
from mcts_compose.search.in_parts import run_in_parts
from mcts_compose.search.options import SearchOptions
from mcts_compose.solving import load_prior
from tests.mcts_compose.search.test_in_parts import make_deep, told

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module", autouse=True)
def session(own_ray):
    """Every test runs beside a ray of two cores."""
    return own_ray


@pytest.fixture(scope="module")
def crew():
    return PartCrew(new_array_part_actor, 2)


def run(parts, crew=None, prior="frequency", **settings):
    budget = Budget(executions=settings.pop("executions", 500_000), memory_mb=256)
    return run_in_parts(
        make_deep(), searcher="mcts", prior=load_prior(prior), base_prior=load_prior("frequency"),
        budget=budget, seed=0, options=SearchOptions(parts=parts, **settings), crew=crew,
    )  # fmt: skip


@pytest.mark.parametrize(("parts", "prior"), [(2, "frequency"), (3, "bundled")])
def test_workers_give_the_outcome_of_one_process(crew, parts, prior):
    first = run(parts, prior=prior)
    assert told(run(parts, crew, prior)) == told(first)
    assert first.nodes > 0


def test_lost_worker_changes_nothing(crew):
    """Not in the middle, nor after the last round, when only the programs are missing."""

    class Losing:
        rounds = 0
        begin, hashes = crew.begin, crew.hashes

        def work(self, orders):
            self.rounds += 1
            if self.rounds == 4:
                ray.kill(crew._actors[1])
            return crew.work(orders)

        def offers(self):
            ray.kill(crew._actors[0])
            return crew.offers()

    losing = Losing()
    assert told(run(3, losing)) == told(run(3))
    assert losing.rounds > 4

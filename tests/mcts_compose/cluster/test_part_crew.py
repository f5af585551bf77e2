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
from priors.arguments import PriorArgumentError
from tests.mcts_compose.search.fixed.ranking_models import Adverse, Raising
from tests.mcts_compose.search.fixed.twin import sorting

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.timeout(300)

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
    monkeypatch.setattr(part_crew, "LONGEST_ROUND_S", 3.0)

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


# ----- with a model that ranks ----------------------------------------------------------------------------


WAITING = FixedOptions(deterministic=True, optimise="length")


@pytest.fixture(scope="module")
def adverse():
    return Adverse(run_fixed(sorting(3, max_length=11), budget=Budget(seconds=60)).program)


def told_of_model(outcome):
    """The same of what concerns the model."""
    return (
        *told(outcome), outcome.model_calls, outcome.model_passes, outcome.model_tokens, outcome.refined,
        outcome.prior_failures, outcome.prior_failure,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("parts", [2, 3])
def test_workers_with_copies_of_a_model_give_the_outcome_of_one_process(crew, adverse, parts):
    budget = Budget(simulations=1200, model_calls=100)
    arguments = {"budget": budget, "options": WAITING, "parts": parts}
    for prior in (adverse, Raising()):
        outcome = run_fixed(sorting(3, max_length=11), prior=prior, **arguments, crew=crew)
        assert told_of_model(outcome) == told_of_model(
            run_fixed(sorting(3, max_length=11), prior=prior, **arguments)
        )
        assert outcome.model_calls > 0


class _Losing:
    """Loses a worker in the middle, and the other before all is counted."""

    def __init__(self, crew):
        self.crew, self.rounds = crew, 0
        self.lend, self.begin, self.hashes = crew.lend, crew.begin, crew.hashes

    def work(self, orders):
        self.rounds += 1
        if self.rounds == 5:
            ray.kill(self.crew._actors[1])
        return self.crew.work(orders)

    def leave_model(self):
        ray.kill(self.crew._actors[0])
        return self.crew.leave_model()


@pytest.mark.slow
def test_lost_worker_with_a_model_changes_nothing_and_counts_no_call_twice(crew, adverse):
    arguments = {"budget": Budget(simulations=900), "options": WAITING, "parts": 3, "prior": adverse}
    problem = sorting(3, max_length=11)
    outcome = run_fixed(problem, **arguments, crew=_Losing(crew))
    assert told_of_model(outcome) == told_of_model(run_fixed(problem, **arguments))


@pytest.mark.slow
def test_lost_worker_whose_model_answers_at_its_own_time_spoils_no_proof(crew, adverse):
    arguments = {"budget": Budget(seconds=100), "options": FixedOptions(cut=None), "parts": 3}
    outcome = run_fixed(sorting(3, max_length=10), prior=adverse, **arguments, crew=_Losing(crew))
    assert (outcome.stopped, outcome.none_shorter_than) == ("exhausted", 11)
    assert outcome.refined > 0


class _Unfit(Adverse):
    def prepare(self):
        raise PriorArgumentError("its file is gone")


def test_model_that_cannot_be_had_by_workers_is_one_sentence(crew, adverse):
    class Unsent(Adverse):
        def __reduce__(self):
            raise TypeError("mine alone")

    program = run_fixed(sorting(2, max_length=4), budget=BUDGET).program
    refused = ((_Unfit(program), "its file is gone"), (Unsent(program), "cannot be sent to workers"))
    for prior, expected in refused:
        with pytest.raises(InputError, match=expected):
            run_fixed(sorting(3, max_length=10), budget=BUDGET, parts=2, prior=prior, crew=crew)

"""Whole programs drawn from a prior: what fits is kept, what is no program never runs, all is counted."""

import threading
import time

import numpy as np
import pytest

from mcts_compose.budget import Budget
from mcts_compose.errors import InputError
from mcts_compose.search import sampling
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.sampling import run_sampling
from mcts_compose.solving import solve
from priors.base import Prices, Prior, PriorError, Usage
from priors.frequency import FrequencyPrior
from priors.uniform import UniformPrior
from tests.mcts_compose.make_result import make_task
from tests.mcts_compose.search.problems import make_problem

HEADER = "(x: list[int]) -> int; "
SUM = HEADER + "v1 = sum(x); return v1"
LONG_SUM = HEADER + "v1 = sort(x); v2 = reverse(v1); v3 = sum(v2); return v3"
WRONG = HEADER + "return head(x)"
ENDLESS = HEADER + "v1 = iterate(&add(_, 1), 1000000000000, 1); return v1"
PROBLEM = make_problem("x: list[int] -> int", [([1, 2],), ([4],), ([],)], [3, 4, 0])

NO_PROGRAMS = {
    "empty": "",
    "prose": "Sure! Here is the program: sum(x)",
    "half": "(x: list[int]) -> int; v1 = sum(",
    "unknown skill": HEADER + "return os_system(x)",
    "wrong types": HEADER + "return sort(x)",
    "other inputs": "(x: int) -> int; return x",
    "more inputs": "(x: list[int], y: int) -> int; return y",
    "other output": "(x: list[int]) -> list[int]; return x",
    "assembly": "bv32 (x: bv32) -> t1; and t1, x, 1",
    "deep": HEADER + "return " + "neg(" * 3000 + "1" + ")" * 3000,
    "long": SUM + " " * 5000,
    "a megabyte": "x" * 10**6,
    "controls": "\x1b[2J\x00\u202e" + SUM,
    "surrogate": "\ud800",
    "large number": HEADER + "return 99999999999999999999999999",
    "large exponent": HEADER + "v1 = 1e999999999; return sum(x); return v1",
    "nested lists": HEADER + "return sum([[[[1]]]])",
    "two returns": SUM + "; return 1",
    "special tokens": "<|im_end|>" + SUM,
    "escape": HEADER + 'return len("\\U0011ffff")',
    "line breaks": "\n" * 50,
}


class Scripted(Prior):
    """Writes given lines over and over."""

    name = "scripted"
    is_model = True

    def __init__(self, *lines):
        self.lines, self.asked, self.calls = lines, [], 0

    @property
    def usage(self):
        return Usage(calls=self.calls, passes=2 * self.calls, tokens=9 * self.calls, seconds=0.5)

    def price_skills(self, requests):
        raise PriorError("writes programs only")

    def sample_programs(self, request, names, num, seed):
        start = sum(asked[2] for asked in self.asked)
        self.asked.append((request, tuple(names), num, seed))
        self.calls += 1
        return [self.lines[(start + number) % len(self.lines)] for number in range(num)]


def run(prior, *, seed=0, base_prior=None, **settings):
    bounds = {name: settings.pop(name) for name in Budget.__dataclass_fields__ if name in settings}
    return run_sampling(
        PROBLEM, prior=prior, base_prior=base_prior or UniformPrior(), budget=Budget(**bounds), seed=seed,
        options=SearchOptions(**settings),
    )  # fmt: skip


def test_the_cheapest_program_that_fits_is_kept():
    outcome = run(Scripted(WRONG, LONG_SUM, SUM, ENDLESS), simulations=40)
    assert (outcome.program.text, outcome.stopped) == (SUM, "solved")
    assert (outcome.simulations, outcome.executions, outcome.first_hit) == (40, 4, 2)
    assert (outcome.prior_failures, outcome.distinct, outcome.nodes) == (0, 2, 0)
    assert outcome.program([5, 6]) == 11


def test_prices_of_the_base_prior_decide_what_is_cheap():
    class Dislikes(UniformPrior):
        def price_skills(self, requests):
            (prices,) = super().price_skills(requests)
            skills = np.array([9.0 if skill.name == "sum" else 0.1 for skill in requests[0].skills])
            return [Prices(skills, prices.constants / 4)]

    by_fold = HEADER + "v1 = fold(&add, 0, x); return v1"
    assert run(Scripted(by_fold, SUM), simulations=2).program.text == SUM
    assert run(Scripted(by_fold, SUM), simulations=2, base_prior=Dislikes()).program.text != SUM


def test_of_equally_cheap_programs_the_one_drawn_more_often_is_kept():
    first, second = (HEADER + f"v1 = {skill}(x); v2 = sum(v1); return v2" for skill in ("sort", "reverse"))
    assert run(Scripted(first, second, second), simulations=3).program.text == second
    assert run(Scripted(first, second), simulations=2).program.text == first


def test_shortest_wanted_calls_alone_decide():
    padded = HEADER + "v1 = add(x, 0); return sum(v1)"
    outcome = run(Scripted(padded, SUM), simulations=2, optimise="length")
    assert (outcome.program.text, outcome.cost, outcome.stopped) == (SUM, 4.0, "budget:simulations")


def test_an_input_left_unread_costs_more():
    constant, better = (
        HEADER + "return 3",
        HEADER + "v1 = len(x); v2 = sub(v1, v1); v3 = add(v2, 3); return v3",
    )
    problem = make_problem("x: list[int] -> int", [([1, 2],)], [3])
    prior, bound = Scripted(constant, better), Budget(simulations=2)
    for price, kept in ((100, better), (0, constant)):
        options = SearchOptions(unused_input_price=price)
        outcome = run_sampling(
            problem, prior=prior, base_prior=UniformPrior(), budget=bound, seed=0, options=options
        )
        assert outcome.program.text == kept


@pytest.mark.parametrize("case", NO_PROGRAMS)
def test_what_is_no_program_never_runs_and_is_counted(case, monkeypatch):
    run(Scripted(SUM), simulations=1)  # what the process runs once, so that no clock pays for it
    ran = []
    original = sampling.Program.run
    monkeypatch.setattr(
        sampling.Program, "run", lambda self, *rest: ran.append(self.text) or original(self, *rest)
    )
    outcome = run(Scripted(NO_PROGRAMS[case], SUM), simulations=6)
    assert ran == [SUM]
    assert (outcome.program.text, outcome.simulations, outcome.executions) == (SUM, 6, 1)
    assert outcome.prior_failures == 3
    assert outcome.prior_failure.startswith("prior 'scripted': no program: ")
    assert len(outcome.prior_failure) < 400 and outcome.prior_failure.isprintable()


def test_a_skill_that_the_task_does_not_allow_is_not_called():
    problem = make_problem("x: list[int] -> int", [([1, 2],)], [3], skills=["head", "add"])
    outcome = run_sampling(
        problem, prior=Scripted(SUM), base_prior=UniformPrior(), budget=Budget(simulations=4), seed=0,
        options=SearchOptions(),
    )  # fmt: skip
    assert (outcome.program, outcome.executions, outcome.prior_failures) == (None, 0, 4)
    assert "it calls sum" in outcome.prior_failure


def test_programs_with_other_names_of_inputs_are_taken():
    renamed = "(numbers: list[int]) -> int; return sum(numbers)"
    outcome = run(Scripted(renamed, SUM), simulations=2)
    assert (outcome.program.text, outcome.executions) == (SUM, 1)


@pytest.mark.parametrize("line", [ENDLESS, HEADER + "v1 = iota(9000000000000); return sum(v1)"])
def test_a_program_that_uses_too_much_ends_in_a_fault(line):
    began = time.perf_counter()
    outcome = run(Scripted(line), simulations=3)
    assert (outcome.program, outcome.executions, outcome.distinct) == (None, 1, 0)
    assert time.perf_counter() - began < 60


def test_each_measure_of_the_budget_ends_it():
    lines = [HEADER + f"return add({number}, {number})" for number in range(2000)]
    assert run(Scripted(*lines), simulations=21).stopped == "budget:simulations"
    outcome = run(Scripted(*lines), executions=21)
    assert (outcome.stopped, outcome.executions, outcome.simulations) == ("budget:executions", 21, 21)
    outcome = run(Scripted(*lines), model_calls=3, executions=10**6)
    assert (outcome.stopped, outcome.model_calls) == ("budget:model_calls", 3)
    unasked = Scripted(*lines)
    outcome = run(unasked, model_calls=0)
    assert (outcome.stopped, outcome.simulations, unasked.usage.calls) == ("budget:model_calls", 0, 0)
    outcome = run(Scripted(WRONG), seconds=0.2)
    assert outcome.stopped == "budget:seconds" and 0.2 <= outcome.seconds < 10


def test_a_prior_with_nothing_new_to_say_ends_it(monkeypatch):
    monkeypatch.setattr(sampling, "STALE_LINES", 100)
    outcome = run(Scripted(WRONG, ""), executions=50)
    assert (outcome.stopped, outcome.executions) == ("budget:stale", 1)
    assert outcome.simulations == pytest.approx(100, abs=20)


class _Raising(Scripted):
    def sample_programs(self, request, names, num, seed):
        raise self.lines[0]


class _Giving(Scripted):
    def sample_programs(self, request, names, num, seed):
        self.calls += 1
        return self.lines[0]


def _without_end():
    while True:
        yield SUM


@pytest.mark.parametrize(
    ("prior", "kind"),
    [
        (_Raising(PriorError("no")), "exception"),
        (_Raising(MemoryError()), "exception"),
        (_Raising(SystemExit(0)), "exception"),
        (_Giving(None), "exception"),
        (_Giving(7), "exception"),
        (_Giving([1, None, b"x"]), "type"),
    ],
)
def test_a_prior_that_cannot_answer_ends_it(prior, kind):
    outcome = run(prior, seconds=60)
    assert (outcome.program, outcome.stopped, outcome.simulations) == (None, "budget:stale", 0)
    assert outcome.prior_failures >= sampling.FRUITLESS_BATCHES
    assert outcome.prior_failure.startswith(f"prior 'scripted': {kind}")


def test_an_empty_answer_is_no_line():
    assert run(_Giving([]), simulations=5).stopped == "budget:stale"


def test_more_lines_than_were_asked_for_are_not_taken():
    outcome = run(_Giving(_without_end()), simulations=5)
    assert (outcome.simulations, outcome.program.text) == (5, SUM)


def test_a_prior_that_hangs_is_left_behind():
    free = threading.Event()

    class Hangs(Scripted):
        def sample_programs(self, request, names, num, seed):
            free.wait(20)
            return []

    began = time.perf_counter()
    outcome = run(Hangs(), seconds=0.3)
    assert outcome.stopped == "budget:seconds" and time.perf_counter() - began < 15
    free.set()


def test_equal_seeds_draw_equal_lines():
    class Draws(Scripted):
        def sample_programs(self, request, names, num, seed):
            self.asked.append((num, seed))
            numbers = np.random.default_rng(seed).integers(0, 9, num)
            return [HEADER + f"return add({number}, 1)" for number in numbers]

    one, two, other = Draws(), Draws(), Draws()
    hashes = [
        run(prior, seed=seed, simulations=50).tree_hash for prior, seed in ((one, 3), (two, 3), (other, 4))
    ]
    assert hashes[0] == hashes[1] != hashes[2]
    assert one.asked == two.asked and len({seed for _, seed in one.asked}) == 4
    assert [num for num, _ in one.asked] == [16, 16, 16, 2]


def test_the_request_shows_what_a_search_shows():
    prior = Scripted(SUM)
    task = make_task(test_inputs=(([77777],),), test_outputs=(88888,))
    result = solve(task, search="sample", prior=prior, budget=Budget(simulations=16))
    ((request, names, _, _),) = prior.asked
    assert (names, len(request.examples)) == (task.arg_names, len(task.inputs))
    assert "77777" not in repr(request) and request.base is not None
    assert (result.solved, result.search, result.prior, result.model_calls) == (True, "sample", "scripted", 1)
    assert (result.model_passes, result.model_tokens) == (2, 9)


def test_a_prior_that_writes_no_programs_is_refused(monkeypatch):
    class Sampler(FrequencyPrior):
        sample_programs = Scripted.sample_programs

    with pytest.raises(
        InputError, match="needs a prior that writes whole programs, which 'frequency' does not"
    ):
        solve(make_task(), search="sample", prior="frequency")


def test_only_array_tasks_are_sampled(sort_task_2):
    with pytest.raises(InputError, match="'sample' does not do"):
        solve(sort_task_2, search="sample", prior=Scripted(SUM))


@pytest.fixture
def sort_task_2():
    from tests.mcts_compose.test_families import sort_task

    return sort_task(2)


def test_a_tree_that_is_asked_for_is_a_root():
    outcome = run(Scripted(SUM), simulations=4, keep_tree=True)
    assert [(node.visits, node.is_solved) for node in outcome.tree.nodes] == [(4, True)]

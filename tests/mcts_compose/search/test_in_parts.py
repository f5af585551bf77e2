"""A search over arrays in parts: what the parts do together is what the whole search does, done once."""

import pickle
from contextlib import ExitStack
from unittest.mock import patch

import pytest

from mcts_compose.budget import Budget
from mcts_compose.search import layout as at
from mcts_compose.search import under_way
from mcts_compose.search.crew import EXHAUSTED, GOING, LocalCrew, Order, Report
from mcts_compose.search.in_parts import run_in_parts
from mcts_compose.search.options import SearchOptions
from mcts_compose.solving import load_prior
from priors.uniform import UniformPrior
from tests.mcts_compose.search.bank_contents import all_contents, is_derived, run_levels
from tests.mcts_compose.search.problems import MEMORY_MB, is_right, make_problem, problem_of_program, search

ROWS = [([3, 1, 2, 2],), ([5, 4, 1],), ([8, 0, -7, 9],)]
SKILLS = ("tail", "head", "reverse", "len", "take", "add", "max", "lt", "compress")
OUT_OF_REACH = [[77, 1, 5], [5, 5], [123]]
DEEP = (
    "(x: list[int]) -> list[int]; a1 = sort(x); a2 = mul(a1, 3); a3 = reverse(a2); a4 = add(a3, x); "
    "a5 = cummax(a4); return a5"
)


def make_deep():
    return problem_of_program(DEEP, [*ROWS, ([4, 4, 0, -3, 6],)])


def told(outcome):
    """Everything that should not depend on who searched."""
    return (
        outcome.program and outcome.program.text, outcome.cost, outcome.stopped, outcome.executions,
        outcome.simulations, outcome.distinct, outcome.nodes, outcome.tree_hash, outcome.first_hit,
        outcome.num_weighed,
    )  # fmt: skip


def run(problem, parts, crew=None, *, split_at=None, tree_starts=None, searcher="mcts", **settings):
    """Runs a search in parts; settings are options or bounds of the budget."""
    bounds = {name: settings.pop(name) for name in Budget.__dataclass_fields__ if name in settings}
    bounds.setdefault("memory_mb", MEMORY_MB * parts)
    priors = {name: settings.pop(name, UniformPrior()) for name in ("prior", "base_prior")}
    with ExitStack() as patches:
        if split_at is not None:
            patches.enter_context(patch.object(under_way, "SPLIT_AT", split_at))
        if tree_starts is not None:
            patches.enter_context(patch.object(under_way, "TREE_STARTS", tree_starts))
        return run_in_parts(
            problem, searcher=searcher, **priors, budget=Budget(**bounds), seed=0,
            options=SearchOptions(parts=parts, **settings), crew=crew,
        )  # fmt: skip


@pytest.mark.parametrize(("parts", "tree_share"), [(2, 0.5), (3, 0.35)])
def test_nothing_cheap_is_lost_where_trees_and_guesses_come_first(parts, tree_share):
    """The trees of parts make contents before their level, and constants that one part infers are its own."""
    rows = [(list(range(start, start + 14)),) for start in (0, 50, 90)]
    outputs = [[7, *row[0][1:13], 7, 7] for row in rows]
    skills = ("take", "tail", "reverse", "append", "prepend", "len", "max", "add")
    problem = make_problem("x: list[int] -> list[int]", rows, outputs, skills)
    crew = LocalCrew()
    run(
        problem, parts, crew, split_at=50, tree_starts=100, executions=400_000, tree_share=tree_share,
        choose="cheapest", margin=0,
    )  # fmt: skip
    searches = crew._searches
    last = min(int(part.engine.memory[at.LEVEL]) for part in searches) - 1
    assert all(part.tree is not None and part.tree.num_nodes > 10 for part in searches)
    assert all(part.engine.memory[at.SHARED_COST] > 5 for part in searches)
    whole = under_way.Search(
        problem, "enumerate", UniformPrior(), UniformPrior(), Budget(memory_mb=256), 0,
        SearchOptions(goal_directed=False, inferred_constants=False, split=False),
    ).engine  # fmt: skip
    run_levels(whole, last)
    wanted = costs_by_key(whole)
    found = {}
    for part in searches:
        for key, cost in costs_by_key(part.engine).items():
            found[key] = min(cost, found.get(key, cost))
    cheap = {key: cost for key, cost in wanted.items() if cost <= last}
    assert len(cheap) > 5000
    assert not [key for key, cost in cheap.items() if found.get(key, at.INFINITE_COST) > cost]


def costs_by_key(engine):
    """Cost by type and values of all that is derived."""
    found = {}
    for contents in all_contents(engine):
        if is_derived(engine, contents):
            batch = engine.values(contents)
            key = batch.type, batch.words.tobytes(), batch.rows.tobytes(), batch.cols.tobytes()
            found[key] = engine.cost(contents)
    return found


@pytest.mark.parametrize("searcher", ["mcts", "enumerate", "best-first"])
@pytest.mark.parametrize("parts", [2, 3])
def test_all_parts_together_exhaust_a_small_space(searcher, parts):
    skills = ("take", "drop", "len")
    problem = make_problem(
        "x: list[int] -> list[int]", ROWS, [[2, 3, 1, 2], [5, 4, 1], [8, 0, -7, 9]], skills
    )
    outcome = run(
        problem, parts, split_at=20, tree_starts=0, searcher=searcher, executions=5_000_000, tree_share=0.3
    )
    assert (outcome.stopped, outcome.program) == ("exhausted", None)


@pytest.mark.parametrize("optimise", ["length", "cost"])
@pytest.mark.parametrize("parts", [2, 3])
def test_parts_prove_the_cost_that_the_whole_search_proves(parts, optimise):
    text = "(x: list[int]) -> list[int]; a1 = sort(x); a2 = reverse(a1); a3 = add(a2, x); return a3"
    problem = problem_of_program(text, ROWS, ("sort", "reverse", "add", "tail", "max"))
    settings = {"executions": 3_000_000, "optimise": optimise, "goal_directed": False}
    whole, _ = search(problem, "mcts", **settings)
    outcome = run(problem, parts, split_at=100, tree_starts=200, **settings)
    assert whole.stopped == outcome.stopped == "solved"
    assert outcome.cost == whole.cost
    # No part goes on for long when no other can find anything cheaper.
    assert 500 < outcome.executions < 20 * whole.executions
    assert is_right(problem, outcome.program)


class Scripted(LocalCrew):
    """Reports what a script says; parts without an order are not asked."""

    def __init__(self, *script):
        super().__init__()
        self._script, self.orders = list(script), []

    def begin(self, stage, built):
        pass

    def work(self, orders):
        self.orders.append(orders)
        reports = self._script.pop(0)
        return [None if order is None else report for order, report in zip(orders, reports, strict=True)]

    def hashes(self):
        return ["hash"]

    def offers(self):
        return [None, None]


def report(status=GOING, level=9, best_cost=at.INFINITE_COST, executions=1000):
    return Report(status, executions, 9, 9, 0, (300, 3), level, best_cost, 500)


def test_a_search_is_exhausted_when_its_last_part_is():
    problem = make_problem("x: list[int] -> list[int]", ROWS, OUT_OF_REACH)
    crew = Scripted(
        (report(EXHAUSTED), report()), (None, report(executions=2000)), (None, report(EXHAUSTED))
    )  # fmt: skip
    outcome = run(problem, 2, crew, executions=10**6)
    assert outcome.stopped == "exhausted"
    assert [order[0] is None for order in crew.orders] == [False, True, True]
    assert outcome.executions == 300 + 700 + 700


@pytest.mark.parametrize("last", [report(level=16, best_cost=15), report(EXHAUSTED, level=12, best_cost=15)])
def test_a_program_is_the_cheapest_when_no_part_has_cheaper_ones_left(last, monkeypatch):
    problem = make_problem("x: list[int] -> list[int]", ROWS, OUT_OF_REACH)
    monkeypatch.setattr("mcts_compose.search.in_parts._InParts.choice", lambda _: None)
    crew = Scripted(
        (report(level=12), report(level=12, best_cost=15)),
        (report(level=16), report(level=13, best_cost=15)),
        (report(level=99), report(level=15, best_cost=15)),
        (report(level=99), last),
    )
    outcome = run(problem, 2, crew, executions=10**6, optimise="cost")
    assert outcome.stopped == "solved"
    bounds = [[order and order.bound for order in orders] for orders in crew.orders]
    assert bounds == [[at.INFINITE_COST] * 2, [15, 15], [None, 15], [None, 15]]


def test_a_part_stops_where_none_of_its_programs_can_be_cheaper_than_another_parts():
    problem = make_problem("x: list[int] -> list[int]", ROWS, OUT_OF_REACH, SKILLS)
    crew = LocalCrew()
    run(problem, 2, crew, executions=20_000)
    level = crew.work([Order(10**6, None, 0), None])[0].level
    assert crew.work([Order(10**6, None, level + 1), None])[0].level == level + 2


def test_patience_is_that_of_all_parts_together():
    first = {"patience": 2.0, "patience_floor": 0}
    outcome = run(make_deep(), 2, executions=3_000_000, split_at=1000, **first)
    assert outcome.stopped == "solved"
    assert outcome.executions <= 2 * outcome.first_hit + 2 * under_way.ROOT_CHUNK


def test_a_search_that_ends_before_its_parts_part_is_the_whole_search():
    problem = problem_of_program("(x: list[int]) -> list[int]; a1 = sort(x); a2 = tail(a1); return a2", ROWS)
    whole, _ = search(problem, "mcts", executions=40_000)
    outcome = run(problem, 3, split_at=50_000, executions=40_000)
    assert outcome.program.text == whole.program.text
    assert outcome.first_hit == whole.first_hit


class PostedCrew(LocalCrew):
    """Does the parts as workers do: everything goes through the post."""

    def begin(self, stage, built):
        super().begin(pickle.loads(pickle.dumps(stage)), built)

    def work(self, orders):
        return pickle.loads(pickle.dumps(super().work(pickle.loads(pickle.dumps(orders)))))

    def offers(self):
        return pickle.loads(pickle.dumps(super().offers()))


@pytest.mark.parametrize("bound", [{"executions": 700_000}, {"simulations": 150}])
def test_the_outcome_does_not_depend_on_who_does_the_parts(bound):
    problem = make_deep()
    first = run(problem, 3, **bound)
    assert told(run(problem, 3, PostedCrew(), **bound)) == told(first)
    assert first.executions > 100_000 or first.simulations >= 100


def test_the_bundled_model_prices_for_all_parts():
    prior = load_prior("bundled")
    prior.prepare()
    arguments = {"prior": prior, "base_prior": load_prior("frequency"), "executions": 300_000}
    outcome = run(make_deep(), 2, PostedCrew(), **arguments)
    assert outcome.model_calls == 1
    assert told(outcome) == told(run(make_deep(), 2, **arguments))
    assert told(outcome)[-4:] != told(run(make_deep(), 2, executions=300_000))[-4:]


@pytest.mark.parametrize("executions", [1, 60_000, 400_001])
def test_the_budget_bounds_all_parts_together(executions):
    problem = make_problem("x: list[int] -> list[int]", ROWS, OUT_OF_REACH, SKILLS)
    outcome = run(problem, 4, executions=executions)
    assert outcome.stopped == "budget:executions"
    assert executions <= outcome.executions <= executions + 4 * under_way.ROOT_CHUNK


def test_the_program_is_chosen_among_those_of_all_parts():
    found = []

    class Watching(LocalCrew):
        def work(self, orders):
            reports = super().work(orders)
            found.append([report is not None and report.best_cost < at.INFINITE_COST for report in reports])
            return reports

        def offers(self):
            of_parts = super().offers()
            texts.update(
                offer.program.text for offers in of_parts if offers is not None for offer in offers.likeliest
            )
            return of_parts

    problem, texts = make_deep(), set()
    outcome = run(problem, 2, Watching(), executions=1_000_000, split_at=1000)
    assert is_right(problem, outcome.program)
    assert outcome.program.text in texts
    assert 1 <= outcome.num_weighed <= len(texts)
    assert any(found[-1])
    assert not any(found[0])


def test_memory_at_its_end_ends_the_search():
    problem = make_problem("x: list[int] -> list[int]", ROWS, OUT_OF_REACH)
    outcome = run(problem, 2, executions=50_000_000, memory_mb=128)
    assert outcome.stopped == "budget:memory"

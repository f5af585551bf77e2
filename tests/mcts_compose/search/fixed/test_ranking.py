"""What a model is asked of a search with fixed memory, and what becomes of its answers."""

import time
from dataclasses import replace

import numpy as np
import pytest

from mcts_compose.budget import Budget
from mcts_compose.search.fixed import storage, tree
from mcts_compose.search.fixed.actions import list_actions
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.ranking import NodeWriter, price_request
from mcts_compose.search.fixed.run import run_fixed
from mcts_compose.task import Task
from mcts_compose.task_memory import FixedMemory
from priors.base import Ranks
from priors.frequency import FrequencyPrior
from priors.uniform import UniformPrior
from tests.mcts_compose.search.fixed.ranking_models import (
    Adverse,
    Hanging,
    Knowing,
    Raising,
    Recording,
    Slow,
    ranks_of,
)
from tests.mcts_compose.search.fixed.twin import fits, problem, run_line, sorting, start_of
from tests.own_threads import own_threads
from vm.assembly.program import AssemblyProgram
from vm.values import parse_type

FREE = Budget(seconds=60)
WAITING = FixedOptions(deterministic=True)
KERNELS = [
    pytest.param(sorting(3, minmax=True, max_length=8), id="min and max"),
    pytest.param(sorting(3, max_length=11), id="conditional moves"),
]


def kernel_of(task, seed=99):
    """A program that a search without a model finds."""
    return run_fixed(task, budget=FREE, seed=seed).program


def lines_of(text):
    """The instructions that a request's text names."""
    return AssemblyProgram.parse(f"x86 (a: int, b: int, c: int) -> a; {text}").instructions if text else ()


# ----- what is asked ------------------------------------------------------------------------------------


def test_request_shows_task_instructions_and_cells():
    task = replace(sorting(3, max_length=11), description="sort three")
    model = Recording()
    run_fixed(task, budget=Budget(simulations=200), options=WAITING, prior=model)
    root = model.requests[0]
    shown = root.price_request
    assert (root.focus, root.input_names, shown.description) == ("", ("a", "b", "c"), "sort three")
    assert shown.input_types == (parse_type("int"),) * 3 and shown.output_type == parse_type("list[int]")
    assert [view.name for view in shown.skills] == ["mov", "cmp", "cmovl", "cmovg"]
    assert [view.signature for view in shown.skills] == ["out, in", "in, in", "inout, in", "inout, in"]
    assert all(view.doc for view in shown.skills)
    assert shown.examples[1].inputs == (1, 3, 2) and shown.examples[1].output == [1, 2, 3]
    assert shown.base is not None and len(shown.base.skills) == 4
    assert {"cmp a, b", "mov a, s1", "cmovl c, b"} & {arm.text for arm in root.arms} == {"cmp a, b"}
    assert all(arm.values == () for request in model.requests for arm in request.arms)
    assert len({request.focus for request in model.requests}) == len(model.requests) > 10
    for request in model.requests:
        for example, cells in enumerate(request.focus_values):
            held = start_of(task, example)
            for line in lines_of(request.focus):
                run_line(line, held)
            assert cells == [held[name] for name in task.registers]


def test_cells_are_words_of_the_set():
    task = problem([250, 3], [1, 2], ("add", "mov"), constants=(10,), set_="bv8")
    task = replace(task, set="bv8", instructions=("add",))
    actions = list_actions(task)
    writer = NodeWriter(task, actions, price_request(task))
    by_text = {arm.text: number for number, arm in enumerate(writer.request([], range(len(actions))).arms)}
    request = writer.request([by_text["add a, a, 10"]] * 2, [])
    assert request.focus == "add a, a, 10; add a, a, 10"
    assert request.focus_values == ([14], [23])


def test_model_is_asked_about_the_task_and_its_shown_examples_only():
    from mcts_compose import solve

    task = Task(
        id="t", name="t", description=None, input_types=(parse_type("int"),) * 2,
        output_type=parse_type("list[int]"), inputs=((1, 2), (2, 1)), outputs=([1, 2], [1, 2]),
        test_inputs=((771, 772),), test_outputs=([771, 772],),
        memory=FixedMemory("x86", ("mov", "cmp", "cmovl", "cmovg"), ("s1",), ("x", "y"), max_length=6),
    )  # fmt: skip
    model, shown = Recording(), (((1, 2), [1, 2]), ((2, 1), [1, 2]))
    solve(task, prior=model, budget=Budget(simulations=100))
    assert model.requests and "77" not in repr(model.requests)
    assert all(request.price_request.examples == shown for request in model.requests)


# ----- what a search without a model does is what it did ---------------------------------------------------


@pytest.mark.parametrize("task", KERNELS)
@pytest.mark.parametrize("seed", range(3))
def test_tree_is_the_same_without_a_model_and_with_one_that_has_no_opinion(task, seed):
    def hash_with(prior, options=None):
        return run_fixed(task, budget=FREE, seed=seed, prior=prior, options=options).tree_hash

    plain = hash_with(None)
    assert plain == hash_with(UniformPrior()) == hash_with(FrequencyPrior())
    model = Recording()
    assert plain == hash_with(model, FixedOptions(model_ranks=False)) and not model.requests
    assert plain == hash_with(model) == hash_with(model, WAITING) and model.requests


@pytest.mark.parametrize("searcher", ["best-first", "enumerate"])
def test_only_the_tree_asks(searcher):
    model = Recording()
    run_fixed(sorting(3, minmax=True, max_length=8), searcher=searcher, budget=FREE, prior=model)
    assert not model.requests


def test_model_that_does_not_rank_is_not_asked():
    model = Recording()
    model.ranks = False
    outcome = run_fixed(sorting(3, minmax=True, max_length=8), budget=FREE, prior=model)
    assert (model.requests, outcome.model_calls) == ([], 0)


def test_proofs_and_counts_ask_nothing():
    task, model = sorting(3, minmax=True, max_length=8), Recording()
    proof = run_fixed(task, budget=FREE, prior=model, options=FixedOptions(prove_none_shorter_than=8))
    assert proof.none_shorter_than == 8
    counted = run_fixed(task, budget=FREE, prior=model, options=FixedOptions(all=True))
    assert counted.num_programs and not model.requests


# ----- what answers do ----------------------------------------------------------------------------------


def ranked_tree(weights, *, num_first, values):
    """A root with edges to unexpanded nodes, ranked; its statistics and its ranking."""
    count = len(weights)
    arrays, ranking = storage.make_tree(100), storage.make_ranking(100)
    arrays.first_edge[0], arrays.num_edges[0], arrays.visits[0] = 0, count, 0
    arrays.edge_child[:count] = np.arange(1, count + 1)
    arrays.edge_action[:count] = np.arange(count)
    arrays.edge_visits[:count] = 0
    arrays.edge_value[:count] = values
    ranking.edge_prior[:count] = weights
    ranking.num_first[0] = num_first
    arrays.weights[tree.OF_RANKED] = 1.0
    return arrays, ranking


def test_ranked_edges_are_selected_by_puct_with_their_probabilities():
    weights, values, visits = [0.5, 0.3, 0.15, 0.05], [0.5, 0.6, 0.9, 0.2], [4, 1, 3, 0]
    arrays, ranking = ranked_tree(weights, num_first=4, values=values)
    arrays.edge_visits[:4], arrays.visits[0] = visits, 8
    scores = [q + p * 9**0.5 / (1 + n) for q, p, n in zip(values, weights, visits, strict=True)]
    assert tree.select_edge(arrays, ranking, 0, 123.0) == int(np.argmax(scores))
    # Those that are left share the probability of one that is gone.
    tree.drop_edge(arrays, ranking, 0, 0)
    assert arrays.edge_action[:3].tolist() == [1, 2, 3] and arrays.num_edges[0] == 3
    scores = [q + p / 0.5 * 3 / (1 + n) for q, p, n in zip(values[1:], weights[1:], visits[1:], strict=True)]
    assert tree.select_edge(arrays, ranking, 0, 123.0) == int(np.argmax(scores))


def test_number_of_selectable_edges_grows_with_visits():
    weights, values = [0.9, 0.04, 0.03, 0.02, 0.01], [0.1, 0.2, 0.3, 0.4, 0.5]
    arrays, ranking = ranked_tree(weights, num_first=1, values=values)
    ranking.ranked_at[0] = 7
    seen = []
    for more in (0, 1, 3, 4, 8, 9, 15, 16, 1000):
        arrays.visits[0] = 7 + more
        seen.append(tree.num_selectable(arrays, ranking, 0))
    assert seen == [1, 2, 2, 3, 3, 4, 4, 5, 5]
    arrays.visits[0] = 8
    assert tree.best_edge_value(arrays, ranking, 0) == np.float32(0.2)
    ranking.num_first[0] = tree.UNRANKED
    assert tree.num_selectable(arrays, ranking, 0) == 5
    assert tree.best_edge_value(arrays, ranking, 0) == np.float32(0.5)


class _FirstArm(Recording):
    """All for one instruction."""

    def __init__(self, text):
        super().__init__()
        self.text = text

    def answer(self, request):
        return ranks_of([1.0 if arm.text == self.text else 1e-6 for arm in request.arms])


def test_answer_orders_the_edges_and_top_k_bounds_them():
    task = sorting(3, max_length=11)
    outcomes = {}
    for text in ("cmp a, b", "cmp b, c"):
        model = _FirstArm(text)
        run_fixed(
            task, budget=Budget(simulations=60), prior=model, options=replace(WAITING, top_k=1, eps=0.0)
        )
        assert text in {arm.text for arm in model.requests[0].arms}
        outcomes[text] = [request.focus for request in model.requests[1:]]
    for text, focuses in outcomes.items():
        assert sum(focus.startswith(text) for focus in focuses) > len(focuses) / 2


def median_work(task, make_model, seeds=range(5)):
    """Median simulations to the first program, over orders of actions."""
    found = [run_fixed(task, budget=FREE, seed=seed, prior=make_model(), options=WAITING) for seed in seeds]
    assert all(fits(task, outcome.program.instructions) for outcome in found)
    return float(np.median([outcome.simulations for outcome in found]))


@pytest.mark.parametrize(
    ("task", "share"),
    [
        pytest.param(sorting(3, max_length=11), 0.6, id="three"),
        pytest.param(sorting(4, minmax=True, max_length=15), 0.75, id="four, min and max"),
        pytest.param(sorting(4, max_length=20), 0.5, id="four"),
    ],
)
def test_model_that_knows_a_kernel_saves_simulations(task, share):
    """Measured for four kernels: 44 to 69 of 169, 66 to 89 of 114, 461 to 1,519 of 4,003 simulations."""
    with_model = []
    for seed in (90, 91, 92):
        kernel = kernel_of(task, seed)
        with_model.append(median_work(task, lambda kernel=kernel: Knowing(kernel)))
    assert np.median(with_model) <= share * median_work(task, lambda: None)


@pytest.mark.parametrize("task", KERNELS)
@pytest.mark.parametrize("eps", [0.0, 0.2])
@pytest.mark.parametrize("top", [{}, {"top_k": 1}, {"top_p": 0.5}], ids=str)
def test_adverse_model_loses_no_kernel(task, eps, top):
    options = replace(WAITING, eps=eps, **top)
    kernel = kernel_of(task)
    for seed in range(2):
        outcome = run_fixed(task, budget=FREE, seed=seed, prior=Adverse(kernel), options=options)
        assert outcome.program.length <= task.max_length and fits(task, outcome.program.instructions)
        assert outcome.refined > 0


@pytest.mark.parametrize("top_k", [0, 1])
def test_adverse_model_changes_no_verdict(top_k):
    """What can be exhausted is, with and without the model; the shortest is as short."""
    sort_two, kernel = sorting(2), kernel_of(sorting(2, max_length=4))
    options = replace(WAITING, top_k=top_k, optimise="length")
    for bound, is_there in ((3, False), (4, True)):
        outcome = run_fixed(
            replace(sort_two, max_length=bound), budget=FREE, prior=Adverse(kernel), options=options
        )
        assert (outcome.program is not None, outcome.none_shorter_than) == (is_there, 4)
    proof = run_fixed(
        sorting(3, max_length=10), budget=FREE, prior=Adverse(kernel_of(sorting(3, max_length=11))),
        options=replace(WAITING, top_k=top_k),
    )  # fmt: skip
    assert (proof.stopped, proof.none_shorter_than) == ("exhausted", 11)


# ----- determinism, accounting, broken models -----------------------------------------------------------


def test_search_that_waits_is_the_same_again():
    task = sorting(4, max_length=20)
    kernel = kernel_of(task)

    def outcome_of(model):
        return run_fixed(task, budget=Budget(simulations=600), seed=3, prior=model, options=WAITING)

    first, again, slow = outcome_of(Knowing(kernel)), outcome_of(Knowing(kernel)), outcome_of(Slow(kernel))
    assert first.tree_hash == again.tree_hash == slow.tree_hash
    assert first.tree_hash != outcome_of(Adverse(kernel)).tree_hash


def test_arrays_that_grow_change_nothing_with_a_model(monkeypatch):
    task = sorting(4, max_length=20)
    kernel, hashes = kernel_of(task), set()
    for first in (64, storage.FIRST_POSITIONS):
        monkeypatch.setattr(storage, "FIRST_POSITIONS", first)
        outcome = run_fixed(task, budget=Budget(simulations=300), prior=Knowing(kernel), options=WAITING)
        hashes.add(outcome.tree_hash)
    assert len(hashes) == 1


def test_account_adds_up():
    task, model = sorting(4, max_length=20), Knowing(kernel_of(sorting(4, max_length=20)))
    outcome = run_fixed(task, budget=Budget(simulations=200), prior=model, options=WAITING)
    assert outcome.model_calls == len(model.requests) == sum(model.batches) == outcome.refined
    assert outcome.model_passes == len(model.batches) and outcome.model_tokens == 7 * outcome.model_calls
    assert (outcome.prior_failures, outcome.prior_failure) == (0, None)
    assert max(model.batches) <= 16


def test_model_calls_bound_a_search():
    task = sorting(4, max_length=20)
    model = Adverse(kernel_of(task))
    outcome = run_fixed(task, budget=Budget(model_calls=21), prior=model, options=WAITING)
    assert outcome.stopped == "budget:model_calls" and outcome.model_calls == len(model.requests) == 21


def test_model_that_never_has_an_opinion_is_asked_no_more():
    model = Recording()
    outcome = run_fixed(sorting(4, max_length=20), budget=Budget(simulations=500), prior=model)
    assert len(model.batches) <= 3 and outcome.stopped == "budget:simulations"
    waiting = Recording()
    run_fixed(sorting(4, max_length=20), budget=Budget(simulations=500), prior=waiting, options=WAITING)
    assert len(waiting.batches) == 3


def test_model_that_raises_is_counted_and_changes_nothing():
    task = sorting(3, max_length=11)
    outcome = run_fixed(task, budget=FREE, prior=Raising(), options=WAITING)
    assert outcome.prior_failures > 0 and "the model is gone" in outcome.prior_failure
    assert outcome.refined == 0
    assert outcome.tree_hash == run_fixed(task, budget=FREE).tree_hash


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: Ranks(np.full(len(request.arms), np.nan, np.float32)),
        lambda request: Ranks(np.zeros(len(request.arms) + 1, np.float32)),
        lambda request: "yes",
    ],
    ids=["NaN", "shape", "type"],
)
def test_broken_answers_are_counted_and_change_nothing(answer):
    class Broken(Recording):
        def answer(self, request):
            return answer(request)

    task = sorting(3, max_length=11)
    outcome = run_fixed(task, budget=FREE, prior=Broken(), options=WAITING)
    assert outcome.prior_failures == outcome.model_calls > 0 == outcome.refined
    assert outcome.tree_hash == run_fixed(task, budget=FREE).tree_hash


@pytest.mark.parametrize("deterministic", [False, True])
def test_hanging_model_stops_no_search(deterministic):
    model, began = Hanging(), time.perf_counter()
    try:
        outcome = run_fixed(
            sorting(5, max_length=33), budget=Budget(seconds=0.5), prior=model,
            options=FixedOptions(deterministic=deterministic),
        )  # fmt: skip
        assert outcome.stopped == "budget:seconds" and outcome.seconds < 20 and outcome.refined == 0
        assert outcome.simulations > 1 or deterministic
        assert bool(outcome.prior_failures) == deterministic
    finally:
        model.let.set()
    assert time.perf_counter() - began < 30


def test_search_goes_on_while_the_model_works_and_leaves_no_thread():
    task = sorting(5, max_length=33)
    model = Slow(AssemblyProgram.parse("x86 (a: int, b: int) -> a; cmp a, b"))
    outcome = run_fixed(task, budget=Budget(seconds=0.5), prior=model)
    assert outcome.refined > 16 and outcome.simulations > 20 * outcome.model_calls
    deadline = time.perf_counter() + 5
    while own_threads("mcts-compose-model") and time.perf_counter() < deadline:
        time.sleep(0.01)
    assert not own_threads("mcts-compose-model")

"""What a model is asked while the search goes on, and what its answers do to the tree."""

from types import SimpleNamespace

import numpy as np
import pytest

from mcts_compose.search import SEARCHERS, refinement
from mcts_compose.search import layout as at
from mcts_compose.search import tree as kernels
from mcts_compose.search.asking import PATIENCE
from mcts_compose.search.focus_tree import FocusTree
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.pricing import price_request
from mcts_compose.search.refinement import BATCH_EVERY, VALUE_WEIGHT, Refinement, _Asked
from mcts_compose.search.warm_up import warm_up
from priors.base import Ranks
from priors.uniform import UniformPrior
from tests.mcts_compose.search.bank_contents import run_levels
from tests.mcts_compose.search.check_tree import check_search
from tests.mcts_compose.search.fake_models import FakeModel
from tests.mcts_compose.search.problems import make_engine, make_problem, search
from tests.mcts_compose.search.test_determinism import NOISE
from vm.program import Program
from vm.values import decode

SKILLS = ("add", "sort", "reverse", "tail", "head", "sum", "cumsum", "compress", "even", "lt", "max", "until")
ROWS = [([3, 1, 2, 8],), ([5, 4, 1, 9, 9],), ([0, 7, -2],)]
PROBLEM = make_problem("x: list[int] -> list[int]", ROWS, [[17, 3], [1, 1, 40], [6, -6, 6, 2]], SKILLS)


class PatientAsker:
    """Stands for the thread: keeps a batch until the test says what its answer is."""

    def __init__(self):
        self.in_flight = 0
        self.asked = []
        self.answer = None

    def ask_ranks(self, requests, size):
        assert self.in_flight == 0
        self.asked, self.in_flight = requests(), size
        assert len(self.asked) == size

    def ranks(self, seconds):
        answer, self.answer = self.answer, None
        if answer is not None:
            self.in_flight = 0
        return answer


class Refined:
    """A grown tree, its refinement, and what of it tests look at."""

    def __init__(self, **options):
        warm_up()
        self.engine = make_engine(PROBLEM, SearchOptions(), dict.fromkeys(SKILLS, 3))
        run_levels(self.engine, 9)
        self.tree = FocusTree(self.engine, SearchOptions())
        self.tree.refresh()
        for _ in range(40):
            assert self.tree.simulate()
        self.asker, self.told = PatientAsker(), []
        self.refinement = Refinement(
            self.tree, self.asker, price_request(PROBLEM), SearchOptions(**options), self.told.append
        )
        # As if the kernels had run for long: what is asked is not bounded by what it has cost.
        self.refinement._began_s = -1e9
        self.refinement.renew_root()

    def ask(self):
        self.refinement.step(None, 1.0)
        return self.asker.asked

    def answer(self, *ranks):
        self.asker.answer = list(ranks)
        self.refinement.step(0, 1.0)

    def contents(self, node=kernels.ROOT):
        return [int(self.tree.arms[arm * kernels.ARM_WORDS]) for arm in self.tree.arms_of(node)]

    def priors(self, node=kernels.ROOT):
        return dict(zip(self.contents(node), np.exp(self.tree.log_priors(node)).tolist(), strict=True))

    def h(self, node=kernels.ROOT):
        odds = self.tree.odds[kernels.H :: kernels.ODDS_WORDS]
        return {
            int(self.tree.arms[arm * kernels.ARM_WORDS]): float(odds[arm]) for arm in self.tree.arms_of(node)
        }

    def ids(self, request, node=kernels.ROOT):
        """The contents of a request's arms, found by their values."""
        by_values = {repr(tuple(decode(self.engine.values(one)))): one for one in self.contents(node)}
        return [by_values[repr(arm.values)] for arm in request.arms]


def ranks_of(request, weights, values=None):
    weights = np.array(weights, np.float64)
    assert len(weights) == len(request.arms)
    return Ranks(np.log(weights / weights.sum()).astype(np.float32), values)


def falling(request):
    return ranks_of(request, 0.5 ** np.arange(len(request.arms)))


@pytest.mark.parametrize("eps, temperature", [(0.2, 1.0), (0.0, 1.0), (0.7, 2.0), (1.0, 1.0)])
def test_arms_share_their_mass_as_the_mixture_says_and_the_others_keep_theirs(eps, temperature):
    refined = Refined(eps=eps, temperature=temperature)
    before = refined.priors()
    root, *others = refined.ask()
    asked = refined.ids(root)
    assert 1 < len(asked) < len(before)
    refined.answer(falling(root), *[None] * len(others))
    after = refined.priors()
    mass = sum(before[one] for one in asked)
    tempered = [0.5 ** (place / temperature) for place in range(len(asked))]
    for place, one in enumerate(asked):
        model = mass * tempered[place] / sum(tempered)
        assert after[one] == pytest.approx((1 - eps) * model + eps * before[one], rel=1e-4, abs=1e-12)
    for one in before.keys() - set(asked):
        assert after[one] == pytest.approx(before[one], rel=1e-9)
    assert refined.refinement.num_refined == 1
    assert refined.told == [kernels.ROOT]


def test_answers_do_not_pile_up():
    once, twice = Refined(), Refined()
    root, *others = once.ask()
    shades = np.linspace(0.9, 0.1, len(root.arms)).astype(np.float32)
    last = ranks_of(root, 0.5 ** np.arange(len(root.arms)), shades)
    once.answer(last, *[None] * len(others))
    twice.ask()
    asked = _Asked(kernels.ROOT, twice.ids(root))
    twice.answer(ranks_of(root, 3.0 ** np.arange(len(root.arms)), shades[::-1]), *[None] * len(others))
    assert twice.priors() != pytest.approx(once.priors(), rel=1e-6)
    twice.refinement._apply(asked, last)
    assert twice.priors() == pytest.approx(once.priors(), rel=1e-6)
    assert twice.h() == pytest.approx(once.h(), abs=1e-6)


def test_a_node_is_asked_again_only_when_it_has_new_arms():
    refined = Refined()
    root, *others = refined.ask()
    refined.answer(falling(root), *[falling(request) for request in others])
    refined.asker.asked = []
    refined.refinement.renew_root()
    known = set(refined.ids(root))
    again = refined.ask()
    # The best arms of the root are other ones now that the model has spoken: those it had not seen.
    assert again and again[0].focus == ""
    assert set(refined.ids(again[0])) - known
    for _ in range(10):
        refined.answer(*[falling(request) for request in refined.asker.asked])
        refined.asker.asked = []
        refined.refinement.renew_root()
        refined.ask()
    assert all(request.focus for request in refined.asker.asked)


def test_a_model_without_opinions_is_left_alone():
    refined = Refined()
    for batch in range(PATIENCE):
        assert refined.ask(), batch
        refined.answer(*[None] * len(refined.asker.asked))
        refined.asker.asked = []
        refined.tree.engine.memory[at.CANDIDATES] += BATCH_EVERY
        refined.refinement._asked_at[:] = 0
        refined.refinement.renew_root()
    assert refined.ask() == []
    assert refined.refinement.num_refined == 0


def test_a_silent_model_is_asked_again_after_pauses_that_double():
    refined = Refined()
    memory = refined.tree.engine.memory
    asked_at = []
    for _ in range(200):
        refined.refinement._asked_at[:] = 0
        refined.refinement.renew_root()
        refined.asker.asked = []
        if refined.ask():
            asked_at.append(int(memory[at.CANDIDATES]))
            refined.answer(*[None] * len(refined.asker.asked))
        memory[at.CANDIDATES] += BATCH_EVERY
    gaps = np.diff(asked_at) // BATCH_EVERY
    assert gaps.tolist() == [1] * (PATIENCE - 1) + [2, 4, 8, 16, 32, 64]
    memory[at.CANDIDATES] += 10**9
    refined.refinement.renew_root()
    refined.answer(*map(falling, refined.ask()))
    memory[at.CANDIDATES] += BATCH_EVERY
    refined.refinement.renew_root()
    refined.refinement._said.clear()
    assert refined.ask(), "it has spoken"


@pytest.mark.parametrize("deterministic", [False, True])
def test_a_search_that_does_not_wait_asks_no_more_before_the_kernels_have_caught_up(
    deterministic, monkeypatch
):
    refined = Refined(deterministic=deterministic)
    now = [100.0]
    monkeypatch.setattr(refinement, "time", SimpleNamespace(thread_time=lambda: now[0]))
    refined.refinement._began_s, refined.refinement._spent_s = 100.0, 1.0
    for now[0], may_ask in ((109.9, False), (110.1, True)):
        refined.refinement.renew_root()
        assert bool(refined.ask()) == (may_ask or deterministic)
        refined.answer(*[None] * len(refined.asker.asked))
        refined.asker.asked = []


def test_what_asking_and_answers_cost_is_summed_up(monkeypatch):
    refined = Refined()
    ticks = iter(range(0, 1000, 3))
    monkeypatch.setattr(refinement, "time", SimpleNamespace(thread_time=lambda: next(ticks)))
    refined.refinement.step(None, 1.0)
    # Three looks at the clock: at the beginning, whether the kernels are behind, and at the end.
    assert refined.refinement._spent_s == 6


def test_no_more_is_asked_than_is_left():
    assert len(Refined().ask()) > 2
    refined = Refined()
    refined.refinement.step(2, 1.0)
    assert len(refined.asker.asked) == 2
    refined = Refined()
    refined.refinement.step(0, 1.0)
    assert refined.asker.asked == []


def test_arms_are_matched_by_their_contents():
    refined, moved = Refined(), Refined()
    root, *others = refined.ask()
    asked = refined.ids(root)
    refined.answer(falling(root), *[None] * len(others))
    moved.ask()
    # While the model works, two arms change places, and a third is replaced by another contents.
    tree, places = moved.tree, [moved.contents().index(one) for one in asked[:3]]
    for words, table in ((kernels.ARM_WORDS, tree.arms), (kernels.ODDS_WORDS, tree.odds)):
        one, other = (slice(words * place, words * (place + 1)) for place in places[:2])
        table[one], table[other] = table[other].copy(), table[one].copy()
    gone, new = asked[2], max(moved.contents()) + 1
    tree.arms[places[2] * kernels.ARM_WORDS] = new
    before = moved.priors()
    moved.answer(falling(root), *[None] * len(others))
    after = moved.priors()
    assert after[new] == pytest.approx(before[new])
    assert gone not in after
    ratio = refined.priors()[asked[0]] / refined.priors()[asked[1]]
    assert after[asked[0]] / after[asked[1]] == pytest.approx(ratio, rel=0.2)
    assert after[asked[0]] > after[asked[1]] > after[asked[5]]


def test_values_add_evidence_to_h_and_to_the_childrens_own_values():
    refined = Refined()
    root, *others = refined.ask()
    asked, before = refined.ids(root), refined.h()
    tree = refined.tree
    own = tree.scores[kernels.OWN :: kernels.SCORE_WORDS].copy()
    best = tree.scores[kernels.BEST :: kernels.SCORE_WORDS].copy()
    values = np.linspace(0.1, 0.9, len(asked)).astype(np.float32)
    refined.answer(ranks_of(root, np.ones(len(asked)), values), *[None] * len(others))
    evidence = np.log(values / (1 - values))
    changed = 0
    for one, shift in zip(asked, VALUE_WEIGHT * (evidence - evidence.mean()), strict=True):
        assert refined.h()[one] == pytest.approx(before[one] + shift, abs=1e-5)
        child = tree.node_of.get(one)
        if child is not None:
            changed += 1
            base = child * kernels.SCORE_WORDS
            assert tree.scores[base + kernels.OWN] == pytest.approx(own[child] + shift, abs=1e-5)
            assert tree.scores[base + kernels.BEST] == max(best[child], tree.scores[base + kernels.OWN])
    assert changed > 0
    for one in before.keys() - set(asked):
        assert refined.h()[one] == before[one]


def test_ranks_and_values_can_be_left_out_one_by_one():
    values = {}
    for name, options in {"ranks": {"model_values": False}, "values": {"model_ranks": False}}.items():
        refined = Refined(**options)
        priors, h = refined.priors(), refined.h()
        root, *others = refined.ask()
        shades = np.linspace(0.1, 0.9, len(root.arms)).astype(np.float32)
        refined.answer(ranks_of(root, 2.0 ** np.arange(len(root.arms)), shades), *[None] * len(others))
        values[name] = (refined.priors() == pytest.approx(priors), refined.h() == h)
    assert values == {"ranks": (False, True), "values": (True, False)}


@pytest.mark.parametrize("pruning", [{"top_k": 3}, {"top_p": 0.4}, {"top_p": 0.9, "top_k": 5}])
def test_the_likeliest_arms_are_open_and_the_others_open_in_their_order(pruning):
    refined = Refined(**pruning)
    root, *others = refined.ask()
    refined.answer(falling(root), *[None] * len(others))
    tree, priors = refined.tree, refined.priors()
    arms = sorted(tree.arms_of(kernels.ROOT), key=lambda arm: -priors[refined.contents()[arm]])
    opens = [float(tree.odds[arm * kernels.ODDS_WORDS + kernels.OPENS]) for arm in arms]
    visited = [int(tree.arms[arm * kernels.ARM_WORDS + kernels.ARM_CHILD]) >= 0 for arm in arms]
    assert all(value == 0 for value, was in zip(opens, visited, strict=True) if was)
    pruned = [value for value in opens if value > 0]
    assert pruned == sorted(pruned)
    assert all(value > tree.nodes[kernels.N_VISITS] / kernels.WORK_UNIT for value in pruned)
    num_open = len(opens) - len(pruned)
    mass, wanted = 0.0, 0
    while mass < pruning.get("top_p", 2) - 1e-9 and wanted < pruning.get("top_k", len(arms)):
        mass += priors[refined.contents()[arms[wanted]]]
        wanted += 1
    assert opens[:wanted] == [0.0] * wanted
    assert num_open == wanted + sum(visited[wanted:])


def test_requests_show_texts_and_values_of_what_the_tree_holds():
    refined = Refined()
    requests = refined.ask()
    assert len(requests) > 3
    seen_focus = False
    for request in requests:
        assert request.input_names == ("x",)
        assert len({arm.text for arm in request.arms}) == len(request.arms)
        names = ("x",) if not request.focus else ("x", "focus")
        rows = [row if not request.focus else (*row, value) for row, value in
                zip(ROWS, request.focus_values or ROWS, strict=True)]  # fmt: skip
        if request.focus:
            assert value_of(request.focus, ("x",), ROWS) == list(request.focus_values)
        for arm in request.arms:
            seen_focus = seen_focus or "focus" in arm.text
            assert value_of(arm.text, names, rows) == list(arm.values), arm.text
    assert seen_focus
    assert requests[0].focus == "" and requests[0].focus_values == ()


def value_of(text, names, rows):
    """What a text gives on rows of arguments, run as a program."""
    from vm.values import KIND_TYPES

    for result in KIND_TYPES:
        for focus in KIND_TYPES if len(names) > 1 else (None,):
            types = [f"x: {PROBLEM.input_types[0]}"] + ([f"focus: {focus}"] if focus else [])
            try:
                program = Program.parse(f"({', '.join(types)}) -> {result}; return {text}")
                return [program(*row) for row in rows]
            except Exception:  # another pair of types fits
                continue
    raise AssertionError(text)


@pytest.mark.parametrize("searcher", [name for name in SEARCHERS if name != "enumerate"])
def test_waiting_makes_a_search_repeatable_however_slow_the_model(searcher):
    bounds = {"seed": 5, "simulations": 80, "tree_starts": 2000, "deterministic": True}
    runs = [search(NOISE, searcher, prior=FakeModel(sleep), **bounds)[0] for sleep in (0.0, 0.01)]
    assert runs[0].tree_hash == runs[1].tree_hash
    assert runs[0].refined == runs[1].refined > 0
    assert runs[0].model_calls == runs[1].model_calls
    assert runs[0].tree_hash != search(NOISE, searcher, **(bounds | {"deterministic": False}))[0].tree_hash


@pytest.mark.parametrize("searcher", [name for name in SEARCHERS if name != "enumerate"])
@pytest.mark.parametrize("pruning", [{}, {"top_k": 2}, {"top_p": 0.5, "eps": 0.0}])
@pytest.mark.parametrize("deterministic", [False, True])
def test_a_refined_tree_is_sound(searcher, pruning, deterministic):
    outcome, inside = search(
        NOISE, searcher, prior=FakeModel(0.001), base_prior=UniformPrior(), simulations=80, tree_starts=2000,
        deterministic=deterministic, **pruning,
    )  # fmt: skip
    check_search(outcome, inside, sample=50)

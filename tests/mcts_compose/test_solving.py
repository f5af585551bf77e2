import dataclasses
from pathlib import Path
from types import SimpleNamespace

import pytest

import mcts_compose
import mcts_compose.search
from mcts_compose.budget import Budget
from mcts_compose.errors import InputError
from mcts_compose.families.arrays import problem_of
from mcts_compose.results import suite_run
from mcts_compose.results.suite_run import run_suite
from mcts_compose.search.outcome import SearchOutcome
from mcts_compose.search.tree_view import NodeView, TreeView
from mcts_compose.settings import Settings
from mcts_compose.solving import solve, solve_with_tree
from priors.arguments import PriorArgumentError
from priors.uniform import UniformPrior
from tests.mcts_compose.make_result import make_task
from tests.mcts_compose.search.fake_models import FakeModel
from vm.program import Program
from vm.values import decode

RIGHT = "(x: list[int]) -> int; return sum(x)"


class FakeSearch:
    """Stands for the search: returns a program without looking, and remembers what it was shown."""

    def __init__(self, program: str | None = RIGHT, stopped: str = "solved") -> None:
        self.program = program
        self.stopped = stopped
        self.calls: list[SimpleNamespace] = []
        self.changes: dict[str, object] = {}

    def __call__(self, problem, **settings):
        self.calls.append(SimpleNamespace(problem=problem, **settings))
        nodes = tuple(
            NodeView(
                id=number,
                parent=number - 1 if number else None,
                label=f"<b>sum(x)</b> {number}",
                visits=90 - number,
                q=0.5,
                prior=0.1,
                value=0.2,
                cost=3.0,
                is_solved=number == 2,
            )
            for number in range(4)
        )
        outcome = SearchOutcome(
            program=None if self.program is None else Program.parse(self.program),
            cost=None if self.program is None else 3.5,
            simulations=7,
            executions=1000,
            distinct=100,
            model_calls=0,
            nodes=4,
            stopped=self.stopped,
            seconds=0.5,
            tree_hash="abcd",
            tree=TreeView(nodes=nodes, num_nodes=4),
        )
        return dataclasses.replace(outcome, **self.changes)


@pytest.fixture
def fake_search(monkeypatch: pytest.MonkeyPatch) -> FakeSearch:
    search = FakeSearch()
    monkeypatch.setattr(mcts_compose.search, "run_search", search, raising=False)
    monkeypatch.setattr(mcts_compose.search, "SEARCHERS", {"mcts": "", "enumerate": ""}, raising=False)
    return search


def test_result_is_judged_on_shown_and_held_out_examples(fake_search: FakeSearch) -> None:
    result = solve(make_task(), prior="uniform", budget=Budget(simulations=10), seed=3)
    assert (result.solved, result.generalises, result.stopped) == (True, True, "solved")
    assert (result.search, result.prior, result.seed, result.tree_hash) == ("mcts", "uniform", 3, "abcd")
    assert result.program is not None
    assert result.program([1, 2, 3]) == 6


def test_a_model_is_no_base_prior(fake_search: FakeSearch) -> None:
    with pytest.raises(InputError, match="--base-prior is fake, which is a model"):
        solve(make_task(), prior="uniform", base_prior=FakeModel())
    assert not fake_search.calls


def test_held_out_examples_are_not_shown(fake_search: FakeSearch) -> None:
    task = make_task(test_inputs=(([77777],),), test_outputs=(88888,), solution="secret")
    solve(task, prior="uniform")
    (call,) = fake_search.calls
    problem = call.problem
    assert decode(problem.inputs[0]) == [list(arguments[0]) for arguments in task.inputs]
    assert decode(problem.goal) == list(task.outputs)
    for secret in ("77777", "88888", "secret"):
        assert secret not in repr(call)


def test_wrong_on_held_out_is_solved_but_does_not_generalise(fake_search: FakeSearch) -> None:
    result = solve(make_task(test_outputs=(11,)), prior="uniform")
    assert (result.solved, result.generalises, result.is_right) == (True, False, False)


def test_no_held_out_examples_is_no_verdict(fake_search: FakeSearch) -> None:
    assert solve(make_task(test_inputs=(), test_outputs=()), prior="uniform").generalises is None


def test_claim_of_the_search_is_not_believed(fake_search: FakeSearch) -> None:
    fake_search.program = "(x: list[int]) -> int; return len(x)"
    result = solve(make_task(), prior="uniform")
    assert (result.solved, result.generalises, result.stopped) == (False, None, "error")
    assert result.error is not None


def test_faulting_program_does_not_solve(fake_search: FakeSearch) -> None:
    fake_search.program = "(x: list[int]) -> int; return add(sum(x), index(x, 99))"
    result = solve(make_task(), prior="uniform")
    assert (result.solved, result.stopped) == (False, "error")


def test_nothing_found_is_no_error(fake_search: FakeSearch) -> None:
    fake_search.program, fake_search.stopped = None, "budget:seconds"
    result = solve(make_task(), prior="uniform")
    assert (result.solved, result.generalises, result.program, result.stopped) == (
        False,
        None,
        None,
        "budget:seconds",
    )


def test_budget_comes_from_the_call_then_the_task_then_the_default(fake_search: FakeSearch) -> None:
    own = Budget(simulations=5)
    solve(make_task(budget=own), prior="uniform")
    solve(make_task(budget=own), prior="uniform", budget=Budget(seconds=1.0))
    solve(make_task(), prior="uniform")
    assert [call.budget for call in fake_search.calls] == [own, Budget(seconds=1.0), Budget(seconds=10.0)]
    with pytest.raises(InputError, match="should bound one"):
        solve(make_task(), prior="uniform", budget=Budget(memory_mb=100))


def test_unknown_names_are_refused_before_the_search(fake_search: FakeSearch) -> None:
    with pytest.raises(InputError, match="unknown search 'mtcs'"):
        solve(make_task(), search="mtcs")
    with pytest.raises(InputError, match="unknown prior 'unifrom'"):
        solve(make_task(), prior="unifrom")
    with pytest.raises(InputError, match="no skill 'sotr'; did you mean 'sort'"):
        solve(make_task(skills=("sotr",)), prior="uniform")
    assert fake_search.calls == []


class _Unready(UniformPrior):
    """A prior whose model cannot be loaded."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def prepare(self) -> None:
        raise self.error


def test_prior_that_cannot_be_made_ready_ends_before_the_search(fake_search: FakeSearch) -> None:
    with pytest.raises(InputError, match=r"^the directory holds no weights$"):
        solve(make_task(), prior=_Unready(PriorArgumentError("the directory holds no weights")))
    with pytest.raises(InputError, match=r"^prior 'uniform' cannot be made ready: KeyError: 'llama'$"):
        solve(make_task(), prior=_Unready(KeyError("llama")))
    with pytest.raises(
        InputError, match=r"made ready: peft is not installed; .* pip install 'mcts-compose\[lm"
    ):
        solve(make_task(), prior=_Unready(ModuleNotFoundError("No module named 'peft'", name="peft")))
    assert fake_search.calls == []


def test_suite_run_makes_its_prior_ready_before_the_first_task(
    fake_search: FakeSearch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    unready = _Unready(PriorArgumentError("the directory holds no weights"))
    monkeypatch.setattr(suite_run, "load_prior", lambda *_: unready)
    with pytest.raises(InputError, match="holds no weights"):
        run_suite({"s": [make_task()]}, Settings(prior="m"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_tree_is_handed_on(fake_search: FakeSearch) -> None:
    solution = solve_with_tree(make_task(), prior="uniform")
    assert solution.tree is not None
    assert solution.tree.num_nodes == 4


def test_problem_has_no_place_for_held_out_examples() -> None:
    fields = set(problem_of(make_task()).__dataclass_fields__)
    assert not {name for name in fields if "test" in name or "held" in name or "solution" in name}


def test_public_names_are_there() -> None:
    for name in mcts_compose.__all__:
        assert getattr(mcts_compose, name) is not None
    assert mcts_compose.solve is solve
    with pytest.raises(AttributeError):
        _ = mcts_compose.nothing

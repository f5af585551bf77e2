"""Nothing of what language models run on is imported, or even needed, before a model is asked for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import mcts_compose
from mcts_compose.budget import Budget
from mcts_compose.search.options import SearchOptions
from mcts_compose.solving import solve
from priors.recorded.cached import CachedPrior
from priors.registry import PRIORS
from tests.priors.recorded.fake_model import FakeModel

ROOT = Path(__file__).parents[2]
FOR_MODELS = ("torch", "transformers", "tokenizers", "accelerate", "peft", "huggingface_hub")
# Nothing simple fits, so that the tree is grown and the model asked about its arms.
TASK = {
    "id": "noise",
    "types": {"inputs": ["list[int]"], "output": "list[int]"},
    "inputs": [[[1, 2, 3, 9]], [[4, 4, 8]], [[5, -1]]],
    "outputs": [[17, -3, 71], [4, 92, 13, 8, -60], [33, 5]],
}
SIMULATIONS = 150

WITHOUT = f"""
import importlib.abc, json, sys

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {FOR_MODELS!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
"""


def run_without(code, *arguments):
    """Runs code in a process in which nothing that models need can be imported; returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT + code, *map(str, arguments)], cwd=ROOT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def task_file(tmp_path):
    path = tmp_path / "task.json"
    path.write_text(json.dumps(TASK))
    return path


def test_commands_need_no_model():
    code = """
import mcts_compose, priors.base, priors.registry
from mcts_compose.commands.main import main
for command in (["--help"], ["priors"], ["skills"], ["suites"], ["priors", "--json"], ["solve", "--help"]):
    assert main(command) == 0
"""
    run_without(code)


def _light_priors():
    return [name for name in ("uniform", "frequency", "bundled") if name in PRIORS.names()]


def test_searches_with_light_priors_need_no_model(task_file):
    code = """
from mcts_compose.commands.main import main
for prior in sys.argv[2:]:
    assert main(["solve", sys.argv[1], "--prior", prior, "--simulations", "60", "--json"]) in (0, 1)
"""
    results = [json.loads(line) for line in run_without(code, task_file, *_light_priors()).splitlines()]
    assert [result["prior"] for result in results] == _light_priors()
    assert all(result["prior_failures"] == 0 and not result["error"] for result in results)


def test_the_same_imports_nothing_where_all_is_installed(task_file):
    code = f"""
import sys
from mcts_compose.commands.main import main
assert main(["priors"]) == 0
for prior in sys.argv[2:]:
    main(["solve", sys.argv[1], "--prior", prior, "--simulations", "60"])
imported = set({FOR_MODELS!r}) & set(sys.modules)
assert not imported, imported
"""
    command = [sys.executable, "-c", code, str(task_file), *_light_priors()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


REPLAY = """
from mcts_compose.commands.main import main
main(["solve", sys.argv[1], "--prior", "replay", "--prior-args", f"file={sys.argv[2]}", "--deterministic",
      "--simulations", sys.argv[3], "--search", sys.argv[4], "--json"])
"""
SAME = (
    "tree_hash", "program_text", "solved", "cost", "simulations", "executions", "nodes", "refined",
    "first_hit", "stopped", "prior_fingerprint",
)  # fmt: skip


def assert_replayed(task_file, path, recorded):
    """Replays a recorded search where nothing for models can be imported, and compares."""
    simulations = recorded.simulations
    replayed = json.loads(run_without(REPLAY, task_file, path, simulations, recorded.search))
    assert {name: replayed[name.replace("program_text", "program")] for name in SAME} == {
        name: getattr(recorded, name) for name in SAME
    }
    assert (replayed["model_calls"], replayed["prior_failures"]) == (0, recorded.prior_failures)
    assert replayed["cache_hits"] > 1


def test_a_recorded_search_is_replayed_without_the_model(task_file, tmp_path):
    (task,) = mcts_compose.load_tasks(task_file)
    path = tmp_path / "answers.db"
    model = FakeModel()
    settings = {"budget": Budget(simulations=SIMULATIONS), "options": SearchOptions(deterministic=True)}
    recorded = solve(task, prior=CachedPrior(model, path), **settings)
    assert recorded.model_calls == sum(map(len, model.asked)) > 1
    assert (recorded.prior_failures, recorded.stopped) == (0, "budget:simulations")
    assert recorded.refined > 0
    assert_replayed(task_file, path, recorded)
    assert recorded.tree_hash != solve(task, prior="frequency", **settings).tree_hash


@pytest.mark.slow
def test_a_recorded_language_model_is_replayed_without_torch(task_file, tmp_path):
    from tests.priors.causal_lm.tiny_models import write_model

    (task,) = mcts_compose.load_tasks(task_file)
    path, directory = tmp_path / "answers.db", write_model(tmp_path / "model", "llama")
    arguments = {"of": "causal-lm", "file": str(path), "of.pretrained": str(directory), "of.threads": "1"}
    settings = {"budget": Budget(simulations=SIMULATIONS), "options": SearchOptions(deterministic=True)}
    recorded = solve(task, prior="cached", prior_args=arguments, **settings)
    assert recorded.model_tokens > 0 and recorded.refined > 0
    assert_replayed(task_file, path, recorded)
    drawn = solve(task, search="sample", prior="cached", prior_args=arguments, budget=Budget(simulations=20))
    assert drawn.simulations == 20 and drawn.executions > 0
    assert_replayed(task_file, path, drawn)
    again = solve(task, prior="cached", prior_args=arguments, **settings)
    assert (again.tree_hash, again.model_calls) == (recorded.tree_hash, 0)
    assert again.cache_hits == recorded.model_calls


def test_answers_that_are_missing_are_the_base_priors(task_file, tmp_path):
    (task,) = mcts_compose.load_tasks(task_file)
    path = tmp_path / "answers.db"
    settings = {"budget": Budget(simulations=SIMULATIONS), "options": SearchOptions(deterministic=True)}
    solve(task, prior=CachedPrior(FakeModel(), path), **settings)
    (other,) = mcts_compose.load_tasks(_with_description(task_file))
    replayed = solve(other, prior="replay", prior_args={"file": str(path)}, **settings)
    assert replayed.prior_failures > 0 and "were not recorded" in replayed.prior_failure
    assert replayed.tree_hash == solve(other, prior="frequency", **settings).tree_hash


def _with_description(task_file):
    task_file.write_text(json.dumps(TASK | {"description": "another"}))
    return task_file

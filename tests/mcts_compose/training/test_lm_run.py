"""Training by command: from made-up samples, further on solved tasks, stopped, repeated, wrongly called."""

import errno
import json
import shutil
import signal
import sys
from dataclasses import replace

import msgspec
import pytest
import torch

from mcts_compose.commands.main import main
from mcts_compose.training import lm_run
from mcts_compose.training.lm_run import Plan, train_model
from mcts_compose.training.shards import write_shards
from priors.registry import make_prior
from priors.testing import price_requests
from priors.training import model_files
from priors.training.recipe import Recipe
from priors.training.shards import load_shard

RECIPE = Recipe(preset="tiny", steps=4, batch_size=16, batch_words=2048)
TASK = {
    "id": "sorted",
    "types": {"inputs": ["list[int]"], "output": "list[int]"},
    "inputs": [[[3, 1, 2]], [[5, 4]], [[9, 8, 8, 1]]],
    "outputs": [[1, 2, 3], [4, 5], [1, 8, 8, 9]],
    "test_inputs": [[[7, 6]]],
    "test_outputs": [[6, 7]],
    "solution": "(x: list[int]) -> list[int]; return sort(x)",
}


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    directory = tmp_path_factory.mktemp("data")
    assert len(list(write_shards(directory, 120, seed=5, size=60))) == 2
    return directory


def write_tasks(path, num):
    solution = TASK["solution"]
    tasks = [
        TASK
        | {"id": f"t{k}", "solution": solution.replace("sort(x)", "reverse(sort(x))") if k % 2 else solution}
        for k in range(num)
    ]
    for task in tasks:
        if "reverse" in task["solution"]:
            task["outputs"] = [output[::-1] for output in task["outputs"]]
            task["test_outputs"] = [output[::-1] for output in task["test_outputs"]]
    path.write_text("".join(json.dumps(task) + "\n" for task in tasks))
    return str(path)


def nothing(progress):
    pass


def test_a_model_is_trained_from_samples_and_asked(tmp_path, data):
    training = train_model(Plan(tmp_path / "m", data=data, device="cpu"), RECIPE, nothing)
    assert training["steps"] == 4 and training["samples"] > 30
    names = {path.name for path in (tmp_path / "m").iterdir()}
    assert names == {
        "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "prior.json",
        "training.json", "README.md", "work",
    }  # fmt: skip
    prior = make_prior("bundled", {"model": str(tmp_path / "m")})
    assert len(prior.price_skills(price_requests())) == len(price_requests())
    card = (tmp_path / "m" / "README.md").read_text()
    assert "preset `tiny`" in card and "| 4 |" in card
    settings = json.loads((tmp_path / "m" / "prior.json").read_text())
    assert sum(settings["generator"].values()) == pytest.approx(1.0, abs=1e-3)


def test_it_is_trained_further_on_solved_tasks(tmp_path, data):
    train_model(Plan(tmp_path / "first", data=data, device="cpu"), RECIPE, nothing)
    tasks = write_tasks(tmp_path / "tasks.jsonl", 12)
    plan = Plan(
        tmp_path / "second", init=tmp_path / "first", data=data, suites=(tasks,), device="cpu", mode="mixture"
    )
    training = train_model(plan, RECIPE, nothing)
    assert training["recipe"]["init"] and "known solutions of tasks (12 tasks, " in training["recipe"]["data"]
    for name in ("training.json", "README.md", "prior.json", "config.json", "work/recipe.json"):
        said = (tmp_path / "second" / name).read_text()
        assert not any(str(place) in said for place in (tmp_path, data)), f"{name} names a place"
    settings = json.loads((tmp_path / "second" / "prior.json").read_text())
    assert settings["mode"] == "mixture"
    made_up = json.loads((tmp_path / "first" / "prior.json").read_text())["generator"]
    assert settings["generator"]["skill:sort"] > 3 * made_up.get("skill:sort", 0.0)


def test_held_out_examples_are_not_trained_on(tmp_path, data):
    """What is learnt of all examples of a task is the same whatever its tests say."""
    tasks = [json.loads(line) for line in open(write_tasks(tmp_path / "a.jsonl", 4))]
    for task in tasks:
        task["test_inputs"], task["test_outputs"] = [[[77, 76, 75]]], [[75, 76, 77]]
    (tmp_path / "b.jsonl").write_text("".join(json.dumps(task) + "\n" for task in tasks))
    shards = []
    for name in "ab":
        plan = Plan(tmp_path / name, data=data, suites=(str(tmp_path / f"{name}.jsonl"),), device="cpu")
        train_model(plan, msgspec.structs.replace(RECIPE, steps=1), nothing)
        shard = load_shard(tmp_path / name / "work" / "solved" / "shard-00001.npz")
        firsts = range(
            0, len(shard), lm_run.VARIANTS
        )  # the other variants show parts, drawn by a task's hash
        shards.append([shard.tokens[shard.offsets[k] : shard.offsets[k + 1]].tolist() for k in firsts])
    assert len(shards[0]) == 3 and shards[0] == shards[1]


def test_the_same_command_goes_on_and_another_is_refused(tmp_path, data):
    plan = Plan(tmp_path / "m", data=data, device="cpu")

    def interrupt(progress):
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        train_model(plan, RECIPE, interrupt)
    with pytest.raises(ValueError, match="another run was begun here: its seed is 0, not 3"):
        train_model(plan, msgspec.structs.replace(RECIPE, seed=3), nothing)
    others = shutil.copytree(data, tmp_path / "others")
    shutil.copy(others / "shard-00001.npz", others / "shard-00002.npz")
    with pytest.raises(ValueError, match="another run was begun here: its data is '2 shards of samples, sha"):
        train_model(replace(plan, data=others), RECIPE, nothing)
    moved = shutil.copytree(data, tmp_path / "moved")
    assert train_model(replace(plan, data=moved), RECIPE, nothing)["steps"] == 4
    with pytest.raises(ValueError, match="holds a trained model already"):
        train_model(plan, RECIPE, nothing)


def test_what_was_trained_outlives_a_failure_to_write_it(tmp_path, data, monkeypatch):
    plan = Plan(tmp_path / "m", data=data, device="cpu")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(model_files, "write_weights", full)
        with pytest.raises(OSError, match="No space"):
            train_model(plan, RECIPE, nothing)
    reports = []
    assert train_model(plan, RECIPE, reports.append)["steps"] == 4
    assert not reports, "the second call only writes"
    assert sorted(path.name for path in (tmp_path / "m" / "work").iterdir()) == [".lock", "recipe.json"]


def test_samples_are_made_beside_the_training(tmp_path, monkeypatch):
    started = []
    popen = lm_run.subprocess.Popen

    def small(command, **options):
        started.append(command)
        code = (
            "from pathlib import Path; from mcts_compose.training.shards import write_shards; "
            f"list(write_shards(Path({command[command.index('--out') + 1]!r}), 120, 5, size=60))"
        )
        return popen([sys.executable, "-c", code], **options)

    monkeypatch.setattr(lm_run.subprocess, "Popen", small)
    training = train_model(Plan(tmp_path / "m", num_samples=50_000, device="cpu"), RECIPE, nothing)
    assert training["steps"] == 4
    (command,) = started
    assert command[1:3] == ["-m", "mcts_compose.training.shards"] and "50000" in command


def test_a_missing_package_is_said_in_one_sentence(tmp_path, data, monkeypatch):
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(ValueError, match=r"training needs accelerate; install it with pip install 'mcts-com"):
        train_model(Plan(tmp_path / "m", data=data), RECIPE, nothing)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "huge"], "--preset must be one of tiny"),
        (["--steps", "3", "--seconds", "3"], "exclude each other"),
        (["--mode", "best"], "--mode must be experts or mixture"),
        (["--device", "tpu"], "--device must be auto or cpu"),
        (["--tasks", "lists-v1"], "there are no runs"),
        (["--init", "/no/such/model"], "/no/such/model: has no list of words"),
        (["--data", "/no/such/data"], "has no list of words"),
        (["--samples", "5"], "--samples"),
    ],
)
def test_wrong_calls_are_refused(tmp_path, capsys, arguments, message):
    assert main(["train", "lm", "--out", str(tmp_path / "m"), *arguments]) == 2
    assert message in capsys.readouterr().err


def test_the_command_trains(tmp_path, data, capsys):
    arguments = ["--data", str(data), "--preset", "tiny", "--steps", "2", "--device", "cpu", "--threads", "1"]
    assert main(["train", "lm", "--out", str(tmp_path / "m"), *arguments]) == 0
    said = capsys.readouterr()
    assert "parameters" in said.out and "held out: bag" in said.err

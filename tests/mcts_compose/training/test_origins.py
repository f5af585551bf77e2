"""What a training run says of its data: content decides, places do not."""

import json
import shutil

import pytest

from mcts_compose.errors import InputError
from mcts_compose.results.run_directory import open_run
from mcts_compose.training.origins import runs_text, shards_text, tasks_text
from tests.mcts_compose.make_result import make_result

TASK = {
    "id": "first", "types": {"inputs": ["int"], "output": "int"}, "inputs": [[1], [2]], "outputs": [1, 2],
    "solution": "(x: int) -> int; return x",
}  # fmt: skip


def write_data(directory):
    directory.mkdir(parents=True)
    for number in range(3):
        (directory / f"shard-{number:05}.npz").write_bytes(bytes([number]) * 100)
    return directory


def test_shards_are_known_by_their_content(tmp_path):
    text = shards_text(write_data(tmp_path / "data"))
    assert text.startswith("3 shards of samples, sha256 ")
    assert shards_text(write_data(tmp_path / "elsewhere" / "other")) == text


@pytest.mark.parametrize("change", ["a byte", "a shard more", "a shard less", "another order"])
def test_other_shards_are_told_apart(tmp_path, change):
    data = write_data(tmp_path / "data")
    before = shards_text(data)
    first, second, third = sorted(data.iterdir())
    if change == "a byte":
        second.write_bytes(second.read_bytes()[:-1] + b"x")
    elif change == "a shard more":
        (data / "shard-00003.npz").write_bytes(b"")
    elif change == "a shard less":
        third.unlink()
    else:
        held = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(held)
    assert shards_text(data) != before


def test_runs_are_known_by_their_results(tmp_path):
    with open_run(tmp_path / "run", {}) as run:
        run.append(make_result(task="a"))
        before = runs_text([tmp_path / "run"])
        run.append(make_result(task="b"))
    after = runs_text([tmp_path / "run"])
    assert before.startswith("1 run, sha256 ") and before != after
    shutil.copytree(tmp_path / "run", tmp_path / "copy")
    assert runs_text([tmp_path / "copy"]) == after
    assert runs_text([tmp_path / "copy", tmp_path / "run"]).startswith("2 runs, ")
    with pytest.raises(InputError, match=r"there is no results\.jsonl here"):
        runs_text([tmp_path])


def test_a_solution_matters_only_where_it_is_trained_on(tmp_path):
    for name, solution in (("a", TASK["solution"]), ("b", "(x: int) -> int; v1 = neg(x); return neg(v1)")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tasks.json").write_text(json.dumps(TASK | {"solution": solution}))
    one, other = str(tmp_path / "a" / "tasks.json"), str(tmp_path / "b" / "tasks.json")
    assert tasks_text([one], with_solutions=False) == tasks_text([other], with_solutions=False)
    assert tasks_text([one], with_solutions=True) != tasks_text([other], with_solutions=True)
    assert tasks_text([one], with_solutions=True).startswith("tasks (1 task, sha256 ")

"""Searches with a causal language model, through Python and the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import mcts_compose
from mcts_compose.budget import Budget
from mcts_compose.commands.main import main
from mcts_compose.search.options import SearchOptions
from priors.causal_lm.prior import CausalLMPrior
from tests.priors.causal_lm.tiny_models import SHAPES, write_adapter, write_model
from vm.program import Program

SKILLS = ["sort", "head", "take", "drop", "reverse", "add", "mul", "sum", "len", "compress", "gt", "even"]
TASK = {
    "id": "larger-twice",
    "description": "Sort the <|im_end|> list and double it.",
    "types": {"inputs": ["list[int]"], "output": "list[int]"},
    "inputs": [[[3, 1, 2]], [[9, 4]], [[]], [[5, 5, 1]]],
    "outputs": [[2, 4, 6], [8, 18], [], [2, 10, 10]],
    "skills": SKILLS,
}
# No short program gives these, so the tree is grown.
HARD = {**TASK, "id": "noise", "outputs": [[7, 1, 9, 4], [2, 2, 5], [3], [8, 0, 6, 1]]}


def _write(file: Path, task=TASK) -> str:
    file.write_text(json.dumps(task))
    return str(file)


def _task(tmp_path, task=TASK):
    (found,) = mcts_compose.load_tasks(_write(tmp_path / "task.json", task))
    return found


def _solve(task, directory, simulations, **arguments):
    return mcts_compose.solve(
        task,
        prior="causal-lm",
        prior_args={"pretrained": str(directory), "threads": "1", **arguments},
        budget=Budget(simulations=simulations, seconds=60.0),
        options=SearchOptions(deterministic=True),
    )


@pytest.mark.parametrize("chat", [False, True], ids=["base", "chat"])
@pytest.mark.parametrize("kind", SHAPES)
def test_a_model_of_every_kind_searches(kind, chat, model_directory, tmp_path):
    directory = model_directory(kind, chat=chat)
    result = _solve(_task(tmp_path), directory, 30)
    assert result.solved and result.program([4, 0]) == [0, 8]
    assert result.model_calls > 0 and result.model_tokens > 0
    assert result.prior_failures == 0, result.prior_failure
    prior = CausalLMPrior.from_arguments({"pretrained": str(directory)})
    assert result.prior_fingerprint == prior.fingerprint


def test_equal_searches_grow_equal_trees(model_directory, tmp_path):
    one, other = (_solve(_task(tmp_path, HARD), model_directory(), 150) for _ in range(2))
    assert one.tree_hash == other.tree_hash and one.refined == other.refined > 0
    assert one.model_tokens == other.model_tokens and one.prior_failures == 0


@pytest.mark.slow
def test_two_hundred_nodes_compute_less_than_a_tenth_of_their_tokens(tmp_path):
    directory = write_model(tmp_path / "model", context=8192)
    task = _task(tmp_path, {**HARD, "skills": None})
    result = _solve(task, directory, 3000)
    assert result.prior_failures == 0 and result.refined >= 200
    assert result.model_tokens + result.reused_tokens >= 10 * result.model_tokens


def test_the_command_line_takes_every_argument(model_directory, tmp_path, capsys):
    adapter = write_adapter(tmp_path / "lora", model_directory("qwen2"))
    arguments = (
        f"pretrained={model_directory('qwen2')},adapter={adapter},dtype=bfloat16,device=cpu,batch_size=8,"
        "chat=no,normalise=sum,max_examples=2,max_tokens=900,attention=sdpa,trust_remote_code=no,threads=1"
    )
    command = ["solve", _write(tmp_path / "task.json"), "--prior", "causal-lm", "--prior-args", arguments]
    assert main([*command, "--simulations", "30", "--deterministic", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["prior"] == "causal-lm" and result["model_calls"] > 0 and result["prior_failures"] == 0


def test_a_broken_model_ends_the_command_before_the_search(tmp_path, capsys):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    command = ["solve", _write(tmp_path / "task.json"), "--prior", "causal-lm"]
    assert main([*command, "--prior-args", f"pretrained={tmp_path / 'model'}"]) == 2
    said = capsys.readouterr()
    assert "holds no model.safetensors" in said.err and said.err.count("\n") == 1 and said.out == ""
    assert main(command) == 2
    assert "needs pretrained=" in capsys.readouterr().err


def test_a_suite_with_a_broken_model_is_not_begun(tmp_path, capsys):
    command = [
        "bench",
        "run",
        _write(tmp_path / "task.json"),
        "--out",
        str(tmp_path / "run"),
        "--prior",
        "causal-lm",
    ]
    assert main([*command, "--prior-args", f"pretrained={tmp_path}"]) == 2
    assert f"{tmp_path} holds no " in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_programs_of_the_model_alone(model_directory, tmp_path):
    result = mcts_compose.solve(
        _task(tmp_path),
        search="sample",
        prior="causal-lm",
        prior_args={"pretrained": str(model_directory()), "threads": "1"},
        budget=Budget(simulations=40, seconds=60.0),
    )
    assert result.simulations == 40 and result.executions > 0 and result.prior_failures == 0
    assert result.program_text is None or Program.parse(result.program_text)


def test_a_process_ends_in_peace_while_the_model_is_at_work(model_directory, tmp_path):
    """Torch aborts a process that takes its thread away, so the end waits for the pass."""
    code = (
        "import sys, threading, time\n"
        "from priors.base import PriorError\n"
        "from priors.causal_lm.prior import CausalLMPrior\n"
        "from priors.testing import rank_requests\n"
        "prior = CausalLMPrior.from_arguments({'pretrained': sys.argv[1], 'threads': '1'})\n"
        "prior.prepare()\n"
        "def work():\n"
        "    try:\n"
        "        while True:\n"
        "            prior.rank_arms(rank_requests() * 50)\n"
        "    except PriorError:\n"
        "        pass\n"
        "threading.Thread(target=work, daemon=True).start()\n"
        "time.sleep(0.2)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(model_directory())],
        capture_output=True, text=True, timeout=60, cwd=Path(mcts_compose.__file__).parent.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "terminate" not in done.stderr

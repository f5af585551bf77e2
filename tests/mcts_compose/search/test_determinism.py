"""Same seed and budget, same tree: in a process, between processes, and between versions (golden trees)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from mcts_compose.search import SEARCHERS, focus_tree
from mcts_compose.search import layout as at
from mcts_compose.search import tree as kernels
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.value import NUM_CLASSES, NUM_FEATURES
from mcts_compose.search.warm_up import warm_up
from tests.mcts_compose.search.bank_contents import run_levels
from tests.mcts_compose.search.problems import make_engine, make_problem, problem_of_program, search

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden"
OVERWRITE = "MCTS_COMPOSE_OVERWRITE_GOLDEN"
"""Set to 1, the golden trees are written anew, and the run fails, so that it is not left on."""

LISTS = [([3, 1, 2, 8],), ([5, 4, 1, 9, 9],), ([0, 7, -2],)]
OUT_OF_REACH = [[17, 3], [1, 1, 40], [6, -6, 6, 2]]
NOISE = make_problem("x: list[int] -> list[int]", LISTS, OUT_OF_REACH)
GOLDEN_SKILLS = ("add", "sort", "reverse", "tail", "head", "sum", "cumsum", "compress", "even", "lt", "max")
GOLDEN_TASKS = {
    "noise": make_problem("x: list[int] -> list[int]", LISTS, OUT_OF_REACH, GOLDEN_SKILLS),
    "sums": problem_of_program(
        "(x: list[int]) -> int; return sum(cumsum(compress(cumsum(sort(x)), even(reverse(x)))))",
        LISTS,
        GOLDEN_SKILLS,
    ),
}
SIMULATIONS = 32


def hashes():
    """The tree's hash by searcher, for one seed and a budget of simulations."""
    return {
        name: search(NOISE, name, seed=5, simulations=60, tree_starts=2000)[0].tree_hash for name in SEARCHERS
    }


def test_the_same_seed_gives_the_same_tree_in_this_process_and_in_another():
    here = hashes()
    assert hashes() == here
    code = f"import json; from {__name__} import hashes; print(json.dumps(hashes()))"
    other = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "3"},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert json.loads(other.stdout) == here


def test_searchers_differ_and_only_the_random_one_listens_to_the_seed():
    first = hashes()
    assert len(set(first.values())) == len(SEARCHERS)
    for name in SEARCHERS:
        other = search(NOISE, name, seed=6, simulations=60, tree_starts=2000)[0].tree_hash
        assert (other != first[name]) == (name == "random")


def test_an_executions_budget_is_as_repeatable_as_one_of_simulations():
    runs = [search(NOISE, "mcts", executions=60_000, tree_starts=2000)[0] for _ in range(2)]
    assert runs[0].tree_hash == runs[1].tree_hash
    assert runs[0].executions == runs[1].executions


def fixed_weights():
    """Weights that no fitting changes, so that golden trees show changes of the search alone."""
    return np.random.default_rng(1).normal(size=NUM_CLASSES * NUM_FEATURES)


def grown_tree(problem):
    """The tree after a short root enumeration and a few simulations, as plain values."""
    warm_up()
    options = SearchOptions()
    with patch.object(focus_tree, "shipped_weights", fixed_weights):
        engine = make_engine(problem, options, dict.fromkeys(GOLDEN_SKILLS, 3))
        run_levels(engine, 9)
        tree = focus_tree.FocusTree(engine, options)
        tree.refresh()
        for _ in range(SIMULATIONS):
            assert tree.simulate()
    shown = []
    for number in range(tree.num_nodes):
        base = number * kernels.NODE_WORDS
        focus = int(tree.nodes[base + kernels.N_FOCUS])
        visited = []
        for arm in tree.arms_of(number):
            contents, visits, _ = tree.arms[arm * kernels.ARM_WORDS : (arm + 1) * kernels.ARM_WORDS].tolist()
            if visits:
                visited.append([engine.program_of(contents).text, visits])
        shown.append(
            {
                "focus": engine.program_of(focus).text if focus else "",
                "parent": int(tree.nodes[base + kernels.N_PARENT]),
                "visits": int(tree.nodes[base + kernels.N_VISITS]),
                "candidates": int(tree.nodes[base + kernels.N_CANDIDATES]),
                "arms": len(tree.arms_of(number)),
                "best": round(float(tree.scores[number * kernels.SCORE_WORDS + kernels.BEST]), 6),
                "visited": visited,
            }
        )
    return {
        "candidates": int(engine.memory[at.CANDIDATES]),
        "distinct": int(engine.memory[at.DISTINCT]),
        "program": getattr(engine.best_program(), "text", None),
        "nodes": shown,
    }


@pytest.mark.parametrize("task", GOLDEN_TASKS)
def test_trees_are_the_golden_ones(task):
    path = GOLDEN / f"tree_{task}.json"
    grown = grown_tree(GOLDEN_TASKS[task])
    if os.environ.get(OVERWRITE):
        path.write_text(json.dumps(grown, indent=1) + "\n", encoding="utf-8")
    assert grown == json.loads(path.read_text(encoding="utf-8")), (
        f"if this is meant, run the test with {OVERWRITE}=1"
    )


def test_golden_files_are_compared_not_written():
    assert not os.environ.get(OVERWRITE), (
        "the golden trees were written anew: look at them, and unset the variable"
    )

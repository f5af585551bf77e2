"""Arrays that one search leaves to the next: nothing of the first may show in the second."""

import threading

from mcts_compose.budget import Budget
from mcts_compose.search import arrays
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.run import run_search
from priors.uniform import UniformPrior
from tests.mcts_compose.search.problems import MEMORY_MB, make_problem


def _run(outputs, executions=60_000):
    problem = make_problem("x: list[int] -> list[int]", [([3, 1, 2],), ([5, 4, 1, 9],), ([7, 7],)], outputs)
    return run_search(
        problem, searcher="mcts", prior=UniformPrior(), options=SearchOptions(), seed=0,
        budget=Budget(executions=executions, memory_mb=MEMORY_MB),
    )  # fmt: skip


def test_a_search_in_used_arrays_is_the_search_in_new_ones():
    goal = [[11, 5, 70], [1, 2], [99]]
    arrays._spare.clear()
    new = _run(goal)
    _run([[8, 8, 1], [4], [0, 3, 3]], executions=100_000)
    assert arrays._spare
    used = _run(goal)
    assert (new.tree_hash, new.executions, new.distinct) == (used.tree_hash, used.executions, used.distinct)


def test_threads_that_search_at_once_find_what_each_finds_alone():
    goals = [[[11, 5, 70], [1, 2], [99]], [[8, 8, 1], [4], [0, 3, 3]]]
    alone = [_run(goal).tree_hash for goal in goals]
    found = {}
    threads = [
        threading.Thread(target=lambda number=number: found.update({number: _run(goals[number]).tree_hash}))
        for number in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(2)] == alone


def test_at_most_one_large_table_is_kept():
    kept = arrays.Arrays(1000, 100)
    for bits in (16, 20, 24):
        kept.table(1 << bits)
    assert kept.table_bytes == 8 << 24

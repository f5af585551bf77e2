"""A search over arrays that was saved, ended and gone on with is the search that was never ended."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from mcts_compose.budget import Budget
from mcts_compose.saves import block_file
from mcts_compose.saves import saver as saver_module
from mcts_compose.saves.save_file import Save, write_save
from mcts_compose.saves.saver import Saver
from mcts_compose.search import SEARCHERS, logged_levels, run, under_way
from mcts_compose.search import layout as at
from mcts_compose.search import tree as kernels
from mcts_compose.search.arrays_state import HEADERS
from mcts_compose.search.logged_levels import LEVELS, LoggedLevels
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.table_refill import refill_table
from mcts_compose.search.warm_up import warm_up
from priors.uniform import UniformPrior
from tests.mcts_compose.saves.stopping import GrowsAndStops, StopsAfter, in_two_parts
from tests.mcts_compose.search.bank_contents import run_levels
from tests.mcts_compose.search.fake_models import FakeModel
from tests.mcts_compose.search.problems import MEMORY_MB, PLAIN, make_engine, problem_of_program
from tests.mcts_compose.search.test_determinism import GOLDEN_SKILLS, LISTS, NOISE

ROOT = Path(__file__).parents[3]
SUMS = problem_of_program(
    "(x: list[int]) -> int; return sum(cumsum(compress(cumsum(sort(x)), even(reverse(x)))))",
    LISTS,
    GOLDEN_SKILLS,
)
STARTS = 2000
"""Candidates after which the tree begins, so that a short search has one."""


def outcome_of(saver, searcher="mcts", problem=NOISE, *, prior=None, executions=200_000, **options):
    with patch.object(under_way, "TREE_STARTS", STARTS):
        outcome = run.run_search(
            problem, searcher=searcher, prior=prior or UniformPrior(), seed=5,
            budget=Budget(executions=executions, memory_mb=MEMORY_MB),
            options=SearchOptions(deterministic=True, **options), saver=saver,
        )  # fmt: skip
    facts = dataclasses.asdict(outcome)
    return {
        **facts,
        "program": outcome.program and outcome.program.text,
        "seconds": 0.0,
        "model_seconds": 0.0,
    }


@pytest.mark.parametrize("steps", [1, 7, 30])
@pytest.mark.parametrize("searcher", SEARCHERS)
def test_search_that_goes_on_is_the_one_that_was_never_ended(searcher, steps, tmp_path):
    whole = outcome_of(None, searcher)
    parts = in_two_parts(tmp_path / "save", lambda saver: outcome_of(saver, searcher), steps)
    assert parts == whole


@pytest.mark.parametrize(("searcher", "steps"), [("mcts", 6), *((searcher, 29) for searcher in SEARCHERS)])
def test_search_saved_piece_by_piece_goes_on_alike(searcher, steps, tmp_path, monkeypatch):
    monkeypatch.setattr(block_file, "CHUNK", 16 * block_file.BLOCK)
    whole = outcome_of(None, searcher)
    file = tmp_path / "save"
    parts = in_two_parts(file, lambda saver: outcome_of(saver, searcher), steps, GrowsAndStops)
    assert parts == whole
    # What went on has saved again, into the same log.
    pieces = Save(file, {"task": "one"}).log.pieces
    assert {"pool", "links", "items", HEADERS} <= {piece.name for piece in pieces}
    assert searcher == "enumerate" or LEVELS in {piece.name for piece in pieces}
    assert len([piece for piece in pieces if piece.name == "pool"]) > 5


def test_outcome_says_what_saves_cost_and_is_else_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(saver_module, "SHARE", 100.0)
    saver = Saver(tmp_path / "saves" / "save", 0.01, {"task": "one"}, print)
    saved, plain = outcome_of(saver), outcome_of(None)
    assert saver.num_saves > 0
    assert saved.pop("save_seconds") == saver.cost > plain.pop("save_seconds") == 0.0
    assert saved == plain


def test_links_tell_every_header_that_changes():
    """What is in the log and what changed there give the headers as they are, at any moment of a search."""
    with patch.object(under_way, "TREE_STARTS", STARTS):
        search = under_way.Search(
            NOISE, "mcts", UniformPrior(), UniformPrior(), Budget(simulations=10**6, memory_mb=MEMORY_MB), 5,
            SearchOptions(),
        )  # fmt: skip
        copy, written, changed = np.zeros(0, np.int64), {}, 0
        for _ in range(25):
            for _ in range(3):
                search.step()
            state = search.state()
            rows = state.changes[HEADERS](written).view(np.int64).reshape(-1, 1 + at.HEADER)
            copy[rows[:, :1] + np.arange(at.HEADER)] = rows[:, 1:]
            changed += len(rows)
            copy = np.append(copy, state.arrays["pool"][len(copy) :])
            written = {name: len(array) for name, array in state.arrays.items()}
            assert without_marks(search.engine, copy) == without_marks(search.engine, state.arrays["pool"])
    assert search.tree.num_nodes > 3 and changed > 100


def test_log_has_every_local_level_once_and_all_again_when_its_end_is_lost(monkeypatch):
    """What a save holds of each node and what the log has of its levels give all of its record."""
    monkeypatch.setattr(logged_levels, "NODES_AT_ONCE", 3)
    with patch.object(under_way, "TREE_STARTS", STARTS):
        search = under_way.Search(
            NOISE, "mcts", UniformPrior(), UniformPrior(), Budget(simulations=10**6, memory_mb=MEMORY_MB), 5,
            SearchOptions(),
        )  # fmt: skip
        while search.tree is None:
            search.step()
        log, sizes = [], []
        for save in range(12):
            for _ in range(3):
                search.step()
            if save == 8:
                log = log[: sum(sizes[:6])]
            before = len(log)
            for piece in search.tree.state().news[LEVELS]({LEVELS: len(log)}):
                log.extend(piece)
            sizes.append(len(log) - before)
            again = LoggedLevels()
            nodes = np.zeros(search.tree.num_nodes * kernels.NODE_WORDS, np.int64)
            record = search.tree.nodes[: len(nodes)].reshape(-1, kernels.NODE_WORDS)
            nodes.reshape(-1, kernels.NODE_WORDS)[:, : kernels.N_LISTS] = record[:, : kernels.N_LISTS]
            again.restore(InLog(log), nodes, len(record))
            np.testing.assert_array_equal(nodes, record.ravel())
            assert sum(map(len, again.news(nodes, len(record), {LEVELS: len(log)}))) == 0
    complete = int(record[:, kernels.N_LEVEL].sum()) - len(record)
    assert len(record) > 10 and sum(sizes[:8]) < complete
    assert sizes[8] == complete - sum(sizes[9:])


class InLog:
    """Stands for a save with these rows in its log."""

    def __init__(self, rows):
        self.rows = rows

    def pieces(self, name):
        assert name == LEVELS
        yield np.array(self.rows)


def without_marks(engine, pool):
    """The bytes of a pool but for stamps and the flag of what is collected, which a save makes anew."""
    pool = pool.copy()
    contents = at.FIRST_ID
    while contents < len(pool):
        header = int(pool[contents])
        pool[contents] &= ~(at.COLLECTED << 16)
        pool[contents + 3] = pool[contents + 3] >> 32 << 32
        words = int(engine.memory[(header >> 32) + engine.examples])
        contents += at.HEADER + (((words << (header >> 8 & 0xFF)) + 7) >> 3)
    return pool.tobytes()


def test_every_searcher_with_a_tree_is_saved_with_one(tmp_path):
    """What the test above compares would say nothing of a search that has not come to its tree."""
    for searcher in SEARCHERS:
        assert (outcome_of(None, searcher)["nodes"] > 1) == (searcher != "enumerate")


def test_search_in_three_parts_finds_the_program_and_its_first_hit(tmp_path):
    file = tmp_path / "save"
    whole = outcome_of(None, "mcts", SUMS, executions=3_000_000)
    assert whole["program"] is not None

    def rest(saver):
        return outcome_of(saver, "mcts", SUMS, executions=3_000_000)

    assert in_two_parts(file, rest, 10) == whole
    assert in_two_parts(file, rest, 30) == whole  # begins from the save of ten steps, which is still there


@pytest.mark.parametrize("searcher", ["mcts", "best-first", "levin"])
def test_what_a_model_said_is_kept_and_not_asked_again(searcher, tmp_path):
    def ended(saver, model):
        return outcome_of(saver, searcher, prior=model, top_k=3)

    models = [FakeModel() for _ in range(3)]
    whole = ended(None, models[0])
    assert whole["refined"] > 1
    rest = iter(models[1:])
    parts = in_two_parts(tmp_path / "save", lambda saver: ended(saver, next(rest)), 40)
    assert parts == whole


def test_batch_that_was_with_the_model_is_asked_again(tmp_path):
    """Without `deterministic`, where the answer may still be under way at a step's end."""
    model = FakeModel()
    file = tmp_path / "save"
    whole = []
    with patch.object(under_way, "TREE_STARTS", STARTS):
        search = under_way.Search(
            NOISE,
            "mcts",
            model,
            UniformPrior(),
            Budget(simulations=300, memory_mb=MEMORY_MB),
            5,
            SearchOptions(),
        )
        while not (search.refinement and search.refinement._batch):
            search.step()
            search.refine()
        state = search.state()
        whole = [list(asked) for asked in search.refinement._batch]
        search.model.close()
    assert state.facts["refinement"]["batch"] == whole
    saver = StopsAfter(file)
    write_save(file, {"task": "one"}, state)
    again = under_way.Search(
        NOISE, "mcts", FakeModel(), UniformPrior(), Budget(simulations=300, memory_mb=MEMORY_MB), 5,
        SearchOptions(), Save(file, {"task": "one"}),
    )  # fmt: skip
    assert again.model.in_flight == len(whole)
    again.refinement._take(again.model.ranks(30.0))
    assert again.refinement.num_refined >= search.refinement.num_refined
    again.model.close()
    assert saver.told == []


def test_other_process_goes_on_alike(tmp_path):
    file = tmp_path / "save"
    whole = outcome_of(None)
    try:
        outcome_of(StopsAfter(file, 25))
    except BaseException:
        assert file.exists()
    code = (
        f"import json, pathlib; from {__name__} import outcome_of, StopsAfter;"
        f"print(json.dumps(outcome_of(StopsAfter(pathlib.Path({str(file)!r})))))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "3"},
    )  # fmt: skip
    assert json.loads(other.stdout) == json.loads(json.dumps(whole))


def test_seconds_of_an_earlier_process_count(tmp_path):
    file = tmp_path / "save"
    options = {"prior": UniformPrior(), "seed": 5, "options": SearchOptions(), "searcher": "mcts"}

    def ended(saver, budget):
        return run.run_search(NOISE, saver=saver, budget=budget, **options)

    class LongAgo(StopsAfter):
        def keep(self, seconds, state):
            def older():
                return state()._replace(facts={**state().facts, "seconds": 1000.0})

            super().keep(seconds, older)

    try:
        ended(LongAgo(file, 3), Budget(simulations=50, memory_mb=4 * MEMORY_MB))
    except BaseException:
        assert file.exists()
    outcome = ended(StopsAfter(file), Budget(seconds=1001.0, memory_mb=4 * MEMORY_MB))
    assert outcome.stopped == "budget:seconds"
    assert 1001.0 <= outcome.seconds < 1030.0


def test_refilled_table_knows_every_contents_and_no_other():
    warm_up()
    engine = make_engine(NOISE, PLAIN)
    run_levels(engine, 11)
    bank = engine.bank
    before = np.sort(bank.table[bank.table != 0])
    assert len(before) == engine.memory[at.DISTINCT] > 1000
    bank.table.fill(0)
    refill_table(*bank[:6])
    np.testing.assert_array_equal(np.sort(bank.table[bank.table != 0]), before)
    run_levels(engine, 12)
    twin = make_engine(NOISE, PLAIN)
    run_levels(twin, 12)
    np.testing.assert_array_equal(
        bank.pool[: engine.memory[at.POOL_TOP]], twin.bank.pool[: twin.memory[at.POOL_TOP]]
    )

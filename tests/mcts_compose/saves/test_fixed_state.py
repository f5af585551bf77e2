"""A search with fixed memory that was saved, ended and gone on with is the search that was never ended."""

import dataclasses

import pytest

from mcts_compose.budget import Budget
from mcts_compose.saves import block_file
from mcts_compose.search.fixed import storage
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.run import run_fixed
from mcts_compose.search.fixed.searcher import Searcher
from tests.mcts_compose.saves.stopping import GrowsAndStops, StopsAfter, in_two_parts
from tests.mcts_compose.search.fixed.ranking_models import Recording, ranks_of
from tests.mcts_compose.search.fixed.twin import problem, sorting

SORT3 = sorting(3)
ROTATE = problem([(1, 2, 3), (4, 5, 6)], [(2, 3, 1), (5, 6, 4)], ("mov",), scratch=1)
CASES = {
    "mcts": ({"searcher": "mcts"}, SORT3),
    "mcts, mean": ({"searcher": "mcts", "options": FixedOptions(backup="mean")}, SORT3),
    "mcts, shortest": ({"searcher": "mcts", "options": FixedOptions(optimise="length")}, SORT3),
    "best-first": ({"searcher": "best-first"}, SORT3),
    "best-first, shortest": (
        {"searcher": "best-first", "options": FixedOptions(optimise="length", heuristic="distance")},
        sorting(3, max_length=11),
    ),
    "enumerate": ({"searcher": "enumerate"}, SORT3),
    "enumerate, all": ({"searcher": "enumerate", "options": FixedOptions(all=True)}, SORT3),
    "none shorter": ({"options": FixedOptions(prove_none_shorter_than=11)}, SORT3),
    "nothing merged": (
        {"searcher": "mcts", "options": FixedOptions(prunes=FixedOptions().prunes - {"equivalence"})}, ROTATE,
    ),
}  # fmt: skip


class ByText(Recording):
    """Ranks instructions by their texts."""

    def answer(self, request):
        return ranks_of([1 + sum(map(ord, arm.text)) % 7 for arm in request.arms])


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch):
    """Many steps and several growths of the arrays in a search of milliseconds."""
    monkeypatch.setattr(Searcher, "chunk", 4)
    monkeypatch.setattr(storage, "FIRST_POSITIONS", 128)


def outcome_of(saver, wanted, searched, prior=None):
    programs = []
    outcome = run_fixed(
        searched, budget=Budget(seconds=60), seed=3, prior=prior, saver=saver,
        on_program=lambda program: programs.append(program.text), **wanted,
    )  # fmt: skip
    facts = dataclasses.asdict(outcome)
    times = dict.fromkeys(("seconds", "table_seconds", "model_seconds", "save_seconds"), 0.0)
    return {**facts, **times, "program": outcome.program and outcome.program.text}, programs


def steps_of(tmp_path, *wanted):
    saver = StopsAfter(tmp_path / "none")
    outcome_of(saver, *wanted)
    return saver.steps


@pytest.mark.parametrize("case", CASES)
def test_search_that_goes_on_is_the_one_that_was_never_ended(case, tmp_path):
    wanted, searched = CASES[case]
    whole = outcome_of(None, wanted, searched)
    steps = steps_of(tmp_path, wanted, searched)
    assert steps >= 2, "the search has no step after which it could go on"
    for share in (0.0, 0.3, 0.7, 1.0):
        stop = max(1, round(share * steps))
        file = tmp_path / f"save-{share}"
        assert in_two_parts(file, lambda saver: outcome_of(saver, wanted, searched), stop) == whole


@pytest.mark.parametrize("case", CASES)
def test_search_saved_piece_by_piece_goes_on_alike(case, tmp_path, monkeypatch):
    monkeypatch.setattr(block_file, "CHUNK", block_file.BLOCK)
    wanted, searched = CASES[case]
    whole = outcome_of(None, wanted, searched)
    stop = max(1, round(0.6 * steps_of(tmp_path, wanted, searched)))

    def ended(saver):
        return outcome_of(saver, wanted, searched)

    class SavesFiveTimes(GrowsAndStops):
        every = max(2, stop // 5)

    assert in_two_parts(tmp_path / "save", ended, stop, SavesFiveTimes) == whole


def test_what_a_model_said_is_kept(tmp_path):
    wanted = {"searcher": "mcts", "options": FixedOptions(deterministic=True, top_k=4)}

    def ended(saver):
        return outcome_of(saver, wanted, SORT3, ByText())

    whole = ended(None)
    assert whole[0]["refined"] > 1
    counting = StopsAfter(tmp_path / "none")
    ended(counting)
    assert in_two_parts(tmp_path / "save", ended, counting.steps // 2) == whole


def test_damaged_save_is_said_and_the_search_begins_anew(tmp_path):
    wanted, searched = CASES["mcts"]
    whole = outcome_of(None, wanted, searched)
    file = tmp_path / "save"
    with pytest.raises(BaseException, match=r"^$"):
        outcome_of(StopsAfter(file, 5), wanted, searched)
    data = bytearray(file.read_bytes())
    data[5000] ^= 1
    file.write_bytes(data)
    saver = StopsAfter(file)
    assert outcome_of(saver, wanted, searched) == whole
    (said,) = saver.told
    assert "is damaged; the search begins anew" in said


def test_search_in_parts_goes_on_without_saves(tmp_path):
    wanted = {**CASES["mcts"][0], "parts": 2}
    saver = StopsAfter(tmp_path / "save", 1)
    assert outcome_of(saver, wanted, SORT3) == outcome_of(None, wanted, SORT3)
    assert saver.steps == 0

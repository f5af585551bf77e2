"""Whole training runs of a tiny model: it learns, can be stopped, and reads skills that it never saw."""

import signal

import numpy as np
import pytest
import torch

from priors.training.batches import Sizes
from priors.training.loop import forget_states, train
from priors.training.presets import PRESETS
from priors.training.recipe import Recipe
from priors.training.streams import Stream
from priors.training.trainee import Trainee, new_model
from tests.priors.training.made_up import (
    BAG,
    CUES,
    END,
    FIRST,
    NOISE,
    SECOND,
    VOCABULARY,
    roles,
    skill,
    write_shards,
)

SIZES = Sizes(rows=32, batch_words=4096, arms=4, words=99, examples=(0.5, 0.5))


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def run(data, work, recipe, solved=None, **options):
    work.mkdir(exist_ok=True)
    trainee = Trainee(new_model(PRESETS["tiny"], roles(), end=END, seed=recipe.seed), roles())
    streams = [
        Stream(directory, roles(), vocabulary=VOCABULARY, sizes=SIZES, seed=recipe.seed)
        for directory in (data, solved)
        if directory is not None
    ]
    outcome = train(trainee, streams, recipe, work, device="cpu", **options)
    trainee.model.load_state_dict(outcome.weights, strict=False)
    return outcome, trainee


@pytest.mark.slow
def test_it_learns_bags_programs_and_ways(tmp_path):
    data = write_shards(tmp_path / "data", size=600)
    reports = []
    outcome, _ = run(data, tmp_path / "work", Recipe(preset="tiny", steps=150), report=reports.append)
    first, last = outcome.history[0], outcome.history[-1]
    assert last["bag"] < 0.35 * first["bag"]
    assert last["program"] < 0.35 * first["program"]
    assert last["way"] < 0.6
    assert reports[-1].share == 1.0 and reports[-1].step == outcome.counters.step == 150
    assert outcome.counters.samples > 100 * 32 / 2
    forget_states(tmp_path / "work")
    assert list((tmp_path / "work").iterdir()) == [], "nothing of the run is left behind"


def test_a_run_that_was_stopped_ends_as_one_that_was_not(tmp_path):
    data = write_shards(tmp_path / "data")
    recipe = Recipe(preset="tiny", steps=24, seed=2)
    whole, _ = run(data, tmp_path / "whole", recipe, evaluate_every=0.25)

    def interrupt(progress):
        if progress.step == 12:
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run(data, tmp_path / "stopped", recipe, evaluate_every=0.25, report=interrupt)
    assert signal.getsignal(signal.SIGINT) is before
    assert [path.name for path in (tmp_path / "stopped").glob("state-*")] == ["state-000000012"]
    resumed, _ = run(data, tmp_path / "stopped", recipe, evaluate_every=0.25)
    for name, weight in whole.weights.items():
        assert torch.equal(weight, resumed.weights[name]), name
    assert [one["bag"] for one in whole.history] == [one["bag"] for one in resumed.history]
    assert whole.counters.samples == resumed.counters.samples


def test_a_killed_run_goes_on_from_its_last_whole_state(tmp_path):
    data = write_shards(tmp_path / "data")
    recipe = Recipe(preset="tiny", steps=16)

    class Killed(BaseException):
        pass

    def kill(progress):
        if progress.step == 12:
            raise Killed

    with pytest.raises(Killed):
        run(data, tmp_path / "work", recipe, evaluate_every=0.25, save_every_s=0.0, report=kill)
    (tmp_path / "work" / ".state-000000013.tmp").mkdir()  # what a kill while saving leaves
    outcome, _ = run(data, tmp_path / "work", recipe, evaluate_every=0.25)
    assert outcome.counters.step == 16
    assert [one["step"] for one in outcome.history] == [0, 4, 8, 12, 16]


def test_a_finished_run_gives_its_result_again(tmp_path):
    """Whoever could not write the model, as on a full disk, does not train again."""
    data = write_shards(tmp_path / "data")
    recipe = Recipe(preset="tiny", steps=4)
    first, _ = run(data, tmp_path / "work", recipe)
    reports = []
    second, _ = run(data, tmp_path / "work", recipe, report=reports.append)
    assert second.counters == first.counters and second.history == first.history and not reports
    assert all(torch.equal(weight, second.weights[name]) for name, weight in first.weights.items())


def test_the_best_weights_are_kept_not_the_last(tmp_path):
    data = write_shards(tmp_path / "data")
    recipe = Recipe(preset="tiny", steps=20, learning_rate=1.0, clip=100.0)
    outcome, trainee = run(data, tmp_path / "work", recipe, evaluate_every=0.25)
    assert outcome.history[-1]["bag"] > outcome.history[0]["bag"], "the rate is far too high"
    fresh = new_model(PRESETS["tiny"], roles(), end=END, seed=0)
    assert torch.equal(trainee.model.model.embed_tokens.weight, fresh.model.embed_tokens.weight)


def test_solved_tasks_take_their_share_of_the_steps(tmp_path):
    data, solved = write_shards(tmp_path / "data"), write_shards(tmp_path / "solved", num_shards=2, seed=9)
    recipe = Recipe(preset="tiny", steps=12, solved_share=0.25)
    assert [recipe.is_solved_step(step) for step in range(8)] == [False, False, False, True] * 2
    outcome, _ = run(data, tmp_path / "work", recipe, solved=solved)
    assert outcome.counters.step == 12


@pytest.mark.slow
def test_a_skill_that_was_never_seen_is_ranked_by_its_words(tmp_path):
    left_out = [(1, 2), (3, 0)]
    data = write_shards(tmp_path / "data", size=1500, without=left_out)
    recipe = Recipe(preset="tiny", steps=350, dropout=0.3)
    _, trainee = run(data, tmp_path / "work", recipe)
    table = trainee.model.model.embed_tokens.weight.detach().clone()
    every = [skill(i, j) for i in range(FIRST) for j in range(SECOND)]
    rng = np.random.default_rng(0)
    for i, j in left_out:
        table[skill(i, j)] = table[list(roles().spellings[skill(i, j)])].mean(dim=0)
    for i, j in left_out:
        ranks = []
        for _ in range(20):
            noise = [NOISE + int(k) for k in rng.integers(10, size=3)]
            ids = torch.tensor([CUES + i, *noise, CUES + FIRST + j, BAG])
            hidden = trainee.model.model(inputs_embeds=table[ids][None]).last_hidden_state[0, -1]
            logits = hidden @ table[every].T
            ranks.append(int((logits > logits[every.index(skill(i, j))]).sum()))
        assert np.mean(ranks) < 3, "by chance it would be the tenth of twenty"

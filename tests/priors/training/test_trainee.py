"""The losses against a slow twin that reads every branch alone, and skills without a row of their own."""

import numpy as np
import pytest
import torch

from priors.training.batches import Sizes, batches_of
from priors.training.presets import PRESETS, Preset
from priors.training.shards import make_shard
from priors.training.trainee import Trainee, new_model, to_device
from tests.priors.training.made_up import END, roles, sample

SIZES = Sizes(rows=8, batch_words=4096, arms=4, words=99, examples=(0.5, 0.5))


def batch_and_trainee(layers=2):
    rng = np.random.default_rng(0)
    shard = make_shard([sample(rng, num_arms=k % 4) for k in range(8)], {})
    (batch,) = batches_of(shard, roles(), SIZES, [0])
    trainee = Trainee(new_model(Preset(layers, 16, 2, 24), roles(), end=END, seed=1), roles())
    return batch, trainee


def branches(batch):
    """Each row's prompt, and the prompt with each of its branches; as (row, words, segment)."""
    for row, (tokens, segments) in enumerate(zip(batch.tokens, batch.segments, strict=True)):
        for segment in range(segments.max() + 1):
            yield row, tokens[(segments == 0) | (segments == segment)], segment


def twin_losses(batch, trainee, table):
    """Bag, program and way losses, each branch read by transformers alone."""
    role = roles()
    priced, spoken = torch.tensor(role.priced), torch.tensor(role.spoken)
    bag = program = way = 0.0
    arms_seen = 0
    for row, words, segment in branches(batch):
        ids = torch.tensor(words)
        hidden = trainee.model.model(inputs_embeds=table[ids][None]).last_hidden_state[0]
        if segment == 0:
            log_p = torch.log_softmax(hidden[-1] @ table[priced].T, dim=-1)
            bag -= float((torch.tensor(batch.bag_targets[row]) * log_p).sum())
        elif segment == 1:
            num = int((batch.segments[row] == 1).sum())
            log_p = torch.log_softmax(hidden @ table[spoken].T, dim=-1)
            for place in range(len(words) - num, len(words) - 1):
                target = role.spoken.index(int(words[place + 1]))
                program -= float(log_p[place, target]) / (num - 1)
        else:
            odds = hidden[-1] @ (table[role.yes] - table[role.no])
            is_on_way = batch.way_targets[arms_seen]
            log_p = torch.nn.functional.logsigmoid(odds if is_on_way else -odds)
            way -= float(log_p) * batch.way_weights[arms_seen]
            arms_seen += 1
    return [bag, program, way]


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("has_unknown", [False, True])
def test_losses_are_those_of_branches_read_alone(layers, has_unknown):
    batch, trainee = batch_and_trainee(layers)
    unknown = torch.zeros(len(trainee.skills), dtype=torch.bool)
    table = trainee.model.model.embed_tokens.weight.detach().clone()
    if has_unknown:
        unknown[[0, 3, 7]] = True
        for skill in trainee.skills[unknown].tolist():
            table[skill] = table[list(roles().spellings[skill])].mean(dim=0)
    with torch.no_grad():
        sums = trainee(to_device(batch, torch.device("cpu")), unknown)
        expected = twin_losses(batch, trainee, table)
    assert sums.losses.tolist() == pytest.approx(expected, abs=1e-3)
    rows_with_arms = len({int(place) // batch.asked.shape[1] for place in batch.way_places})
    assert sums.weights.tolist() == pytest.approx([8, 8, rows_with_arms], abs=1e-3)


def test_rows_of_unknown_skills_get_no_gradient_but_their_words_do():
    batch, trainee = batch_and_trainee()
    unknown = torch.ones(len(trainee.skills), dtype=torch.bool)
    sums = trainee(to_device(batch, torch.device("cpu")), unknown)
    sums.losses.sum().backward()
    gradient = trainee.model.model.embed_tokens.weight.grad
    assert (gradient[trainee.skills] == 0).all()
    spelling = sorted({word for words in roles().spellings.values() for word in words})
    assert (gradient[spelling] != 0).any(dim=1).all()


def test_equal_seeds_make_equal_models():
    one, same, other = (new_model(PRESETS["tiny"], roles(), end=END, seed=seed) for seed in (3, 3, 4))
    for name, weight in one.state_dict().items():
        assert torch.equal(weight, same.state_dict()[name])
    assert not torch.equal(one.lm_head.weight, other.lm_head.weight)

"""Decides what a model is compared with when it judges a task: the average task that it was trained on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from priors.training.batches import Batch
from priors.training.trainee import Trainee, to_device


def mean_bag(batches: Sequence[Batch]) -> NDArray[np.float64]:
    """Returns the average share of each priced word, `[num_priced]`; the samples' weights count."""
    total = sum(batch.bag_weights.astype(np.float64) @ batch.bag_targets for batch in batches)
    weight = sum(float(batch.bag_weights.sum()) for batch in batches)
    return np.asarray(total, dtype=np.float64) / max(weight, 1e-9)


@torch.no_grad()
def mean_state(trainee: Trainee, batches: Sequence[Batch], device: torch.device) -> NDArray[np.float64]:
    """Returns the average hidden state at `<bag>`, `[width]`; the samples' weights count."""
    total = torch.zeros(trainee.width, dtype=torch.float64)
    weight = 0.0
    for batch in batches:
        tensors = to_device(batch, device)
        states = trainee.states_at_bags(tensors).double().cpu()
        total += tensors.bag_weights.double().cpu() @ states
        weight += float(batch.bag_weights.sum())
    mean: NDArray[np.float64] = (total / max(weight, 1e-9)).numpy()
    return mean

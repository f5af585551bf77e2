"""The weights of the value model that ship with the package."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.value import NUM_CLASSES, NUM_FEATURES

SHIPPED = Path(__file__).parent / "value_weights.json"


@cache
def shipped_weights() -> NDArray[np.float64]:
    """Returns `[NUM_CLASSES * NUM_FEATURES]` float64, logits.

    Raises:
      ValueError: the file does not fit the features.
    """
    stored = json.loads(SHIPPED.read_text())["weights"]
    weights = np.array(stored, np.float64)
    if weights.shape != (NUM_CLASSES, NUM_FEATURES):
        expected = (NUM_CLASSES, NUM_FEATURES)
        raise ValueError(f"{SHIPPED.name} has shape {weights.shape}, but should have {expected}")
    return weights.ravel()

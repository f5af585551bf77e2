"""Decides the sizes of models that can be trained by name, all of Llama's architecture with a tied head."""

from __future__ import annotations

from typing import Final, NamedTuple


class Preset(NamedTuple):
    """The size of a model.

    Attributes:
      layers: how many.
      width: of a hidden state.
      heads: of each layer; `width / heads` is even.
      inner: the width between the two matrices of the feed-forward part, about 8/3 of `width`.
    """

    layers: int
    width: int
    heads: int
    inner: int


# Positions of every model: the longest prompt with a program or an arm behind it, and as much again.
MAX_POSITIONS: Final = 512

PRESETS: Final[dict[str, Preset]] = {
    "tiny": Preset(1, 32, 2, 64),  # for tests
    # The shipped model. What it must know is which properties go together, and that is in the inner width:
    # on one core it was ahead of two and three layers of width 128 at any time of a training run.
    "small": Preset(1, 192, 6, 1536),
    "slim": Preset(2, 128, 4, 344),
    "base": Preset(8, 512, 8, 1376),  # from here on for a GPU, untuned
    "large": Preset(16, 1024, 16, 2752),
}

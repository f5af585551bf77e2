"""Decides what fixes a training run: settings that are kept beside the model, and the learning rate."""

from __future__ import annotations

from typing import Final

import msgspec

from priors.training.presets import PRESETS

# Behind a warm-up of this share of the run the learning rate falls in a straight line to 0; untuned.
WARM_UP: Final = 0.03


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a model is trained; two runs with one recipe on the same data in steps are equal.

    Attributes:
      preset: the size of the model.
      init: sha256 of the weights to start from, or empty for random ones.
      data: what the samples are, in words and by their hashes; no path is in it.
      vocabulary: which words the samples are made of.
      steps: batches to train on; 0 if `seconds` decides.
      seconds: of wall time; 0 if `steps` decides.
      seed: of weights, order and dropout.
      batch_size: rows of a batch at most; 96 and 128 were equally good in an experiment.
      batch_words: of a batch at most, padding included.
      max_arms: of a row.
      max_words: of a row, all branches together.
      example_chances: how likely a prompt shows no example, one, two, three; examples are half of the words
        of a prompt and told little in an experiment, but a model that never saw one cannot use it. Untuned.
      learning_rate: at its highest. 2.5e-3 was the best of a few for models of this size.
      clip: the norm to which gradients are cut.
      bag_weight: of the loss at `<bag>`.
      program_weight: of the loss on programs.
      way_weight: of the loss on arms; the three are untuned.
      dropout: the share of skills that each step treats as unknown.
      solved_share: of the steps that train on solved tasks rather than generated ones.
    """

    preset: str = "small"
    init: str = ""
    data: str = ""
    vocabulary: str = ""
    steps: int = 0
    seconds: float = 0.0
    seed: int = 0
    batch_size: int = 96
    batch_words: int = 8192
    max_arms: int = 6
    max_words: int = 320
    example_chances: tuple[float, ...] = (0.85, 0.1, 0.0, 0.05)
    learning_rate: float = 2.5e-3
    clip: float = 1.0
    bag_weight: float = 1.0
    program_weight: float = 0.5
    way_weight: float = 1.0
    dropout: float = 0.15
    solved_share: float = 0.5

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise ValueError(f"preset must be one of {', '.join(PRESETS)}, not {self.preset!r}")
        if (self.steps > 0) == (self.seconds > 0):
            raise ValueError("either steps or seconds must be above 0")

    def progress(self, step: int, seconds: float) -> float:
        """Returns how much of the run is done, 0 to 1."""
        return min(1.0, step / self.steps if self.steps else seconds / self.seconds)

    def rate(self, progress: float) -> float:
        """Returns the learning rate at a point of the run."""
        # Not from 0, since a run measured in seconds is at 0 for its whole first step.
        return self.learning_rate * min(1.0, 0.05 + progress / WARM_UP) * (1.0 - progress)

    def is_solved_step(self, step: int) -> bool:
        """Says whether a step trains on solved tasks; they are spread evenly."""
        return int((step + 1) * self.solved_share) > int(step * self.solved_share)

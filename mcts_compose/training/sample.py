"""What a language model learns from one task with a known solution, as words and as their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from priors.bundled import text
from priors.bundled.vocabulary import Vocabulary
from priors.training import shards
from vm.table import TABLE_HASH


class Arm(NamedTuple):
    """A step that a search could take.

    Attributes:
      words: of the node's focus and of the step's contents, `<way>` last.
      is_on_way: whether it lies on the way to the known solution.
    """

    words: list[str]
    is_on_way: bool


class Sample(NamedTuple):
    """One task with a known solution.

    Attributes:
      prompt: the task's words.
      bag: skills and constants of the solution, each once.
      program: the solution in prefix form; empty if it is not to be learnt.
      arms: some steps of one node; there may be none.
      weight: how much it counts.
      bag_weights: how much each of `bag` counts; all alike if there are none.
    """

    prompt: list[str]
    bag: list[str]
    program: list[str]
    arms: Sequence[Arm] = ()
    weight: float = 1.0
    bag_weights: list[float] | None = None

    def numbered(self, vocabulary: Vocabulary) -> shards.Sample:
        """Returns the sample in the numbers of a vocabulary; what has no number is left out of the bag."""
        weights = self.bag_weights or [1.0] * len(self.bag)
        known = [
            (number, weight)
            for word, weight in zip(self.bag, weights, strict=True)
            if (number := vocabulary.id(word)) is not None
        ]
        return shards.Sample(
            prompt=vocabulary.ids([*self.prompt, text.BAG]),
            bag=[number for number, _ in known],
            program=vocabulary.ids([text.PROGRAM, *self.program, text.END]) if self.program else [],
            arms=[vocabulary.ids(arm.words) for arm in self.arms],
            labels=[arm.is_on_way for arm in self.arms],
            weight=self.weight,
            bag_weights=[weight for _, weight in known],
        )


def make_shard(samples: Iterable[Sample], vocabulary: Vocabulary, origin: dict[str, Any]) -> shards.Shard:
    """Returns samples as a shard that says what they were made with, and `origin` besides."""
    numbered = [sample.numbered(vocabulary) for sample in samples]
    info = {"vocabulary": vocabulary.fingerprint, "text_version": text.VERSION, "table_hash": TABLE_HASH}
    return shards.make_shard(numbered, info | origin)

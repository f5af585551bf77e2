"""Decides in which order shards are trained on, also while further ones are still being written.

Shards are taken in turns, by name. A turn whose shard is not there yet takes one that was used before, drawn
by the seed, so training never waits once it has begun; so do all turns after the last shard. The first shard
is held out: it is never trained on, and says how good the model is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from priors.arguments import PriorArgumentError
from priors.training.batches import Batch, Sizes, batches_of
from priors.training.roles import WordRoles
from priors.training.shards import Shard, load_shard, shard_paths

_POLL_S: Final = 0.2


class Place(NamedTuple):
    """Where a stream stands, so that it can go on there.

    Attributes:
      turn: how many shards were finished.
      shard: the file name of the one in use; empty before the first.
      batch: how many batches of it were given.
    """

    turn: int = 0
    shard: str = ""
    batch: int = 0


class Stream:
    """Batches from a directory of shards, without an end.

    Args:
      directory: where the shards are.
      roles: of their vocabulary.
      vocabulary: what the shards must say of their vocabulary in `info`.
      sizes: of batches.
      seed: decides the order within shards, and which are repeated.
      is_growing: says whether further shards may come.
      place: where to begin.
    """

    def __init__(
        self,
        directory: Path,
        roles: WordRoles,
        *,
        vocabulary: str,
        sizes: Sizes,
        seed: int,
        is_growing: Callable[[], bool] = lambda: False,
        place: Place | None = None,
    ) -> None:
        self.directory = directory
        self.place = place or Place()
        self._roles = roles
        self._vocabulary = vocabulary
        self._sizes = sizes
        self._seed = seed
        self._is_growing = is_growing
        self._batches: Iterator[Batch] | None = None

    def held_out(self) -> list[Batch]:
        """Returns all batches of the shard that is held out, waiting for it if need be."""
        path = self._wait_for(1)[0]
        return list(batches_of(self._load(path), self._roles, self._sizes, (self._seed,)))

    def next(self) -> Batch:
        """Returns the next batch.

        Raises:
          PriorArgumentError: there is no shard to train on, or one is damaged or of another vocabulary.
        """
        while True:
            if self._batches is None:
                self._begin()
            assert self._batches is not None
            batch = next(self._batches, None)
            if batch is not None:
                self.place = self.place._replace(batch=self.place.batch + 1)
                return batch
            if self.place.batch == 0:
                raise PriorArgumentError(
                    f"shard {self.directory / self.place.shard}: no sample is short enough"
                )
            self.place = Place(self.place.turn + 1)
            self._batches = None

    def _begin(self) -> None:
        """Opens the shard of this turn, and skips what was given of it before."""
        turn, name, given = self.place
        if not name:
            paths = self._wait_for(2)[1:]
            drawn = int(np.random.default_rng([self._seed, turn]).integers(len(paths)))
            name = paths[turn if turn < len(paths) else drawn].name
            self.place = Place(turn, name, given)
        shard = self._load(self.directory / name)
        self._batches = batches_of(shard, self._roles, self._sizes, (self._seed, turn))
        for _ in range(given):
            next(self._batches, None)

    def _wait_for(self, num_shards: int) -> list[Path]:
        while True:
            may_grow = self._is_growing()  # asked first: a shard may be finished between the two
            paths = shard_paths(self.directory)
            if len(paths) >= num_shards:
                return paths
            if not may_grow:
                raise PriorArgumentError(
                    f"{self.directory} holds {len(paths)} shards of samples; training needs two, "
                    "since the first is held out"
                )
            time.sleep(_POLL_S)

    def _load(self, path: Path) -> Shard:
        shard = load_shard(path)
        found = shard.details.get("vocabulary")
        if found != self._vocabulary:
            raise PriorArgumentError(
                f"shard {path} was made for vocabulary {found}, not {self._vocabulary}; make it again"
            )
        return shard

"""What the searchers with fixed memory have in common: each is an object that goes on step by step.

`advance` runs a chunk and says what happened; `make_room` makes the arrays larger, or says that memory is at
its end. Who stops them and when is `run`'s to decide.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mcts_compose.saves.save_file import SavedState
from mcts_compose.search.fixed import handover, positions, storage
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.part import WHOLE, Part
from mcts_compose.search.fixed.post import Parcel, Post
from mcts_compose.search.fixed.table_building import Built

if TYPE_CHECKING:
    from mcts_compose.saves.save_file import Save


class Searcher(ABC):
    """A search under way.

    Attributes:
      built: the tables.
      options: switches.
      bound: longest program that is wanted.
      cut: factor of the lossy cut, 0 without.
      solution: numbers of the actions of the last program found.
      most: positions for which there is room at present.
      positions: the store of all positions met.
      part: which part of the search this is.
      post: what came from other parts.
      chunk: expansions before the clock is looked at; they take about a millisecond.
    """

    bytes_beside: int
    chunk = 256

    def __init__(
        self, built: Built, options: FixedOptions, bound: int, cut: float, memory_mb: int, part: Part = WHOLE
    ) -> None:
        self.built, self.options, self.bound, self.cut = built, options, bound, cut
        self.part, self.post = part, Post()
        self.solution: list[int] = []
        self._limit = storage.positions_in(built, memory_mb, self.bytes_beside)
        self.most = min(storage.FIRST_POSITIONS, max(self._limit, 1))
        self.positions = storage.make_positions(built, self.most, part)

    @property
    def without_dead_writes(self) -> bool:
        """Whether actions that undo the one before are left out."""
        return "dead-writes" in self.options.prunes

    @property
    def merges(self) -> bool:
        """Whether equal positions are one."""
        return "equivalence" in self.options.prunes

    @property
    def num_positions(self) -> int:
        """How many positions there are."""
        return int(self.positions.counters[positions.NUM_POSITIONS])

    @property
    def num_distinct(self) -> int:
        """How many different positions there are."""
        return int(self.positions.counters[positions.DISTINCT])

    @property
    def executions(self) -> int:
        """How many actions were run."""
        return int(self.positions.counters[positions.GENERATED])

    @property
    @abstractmethod
    def simulations(self) -> int:
        """How many positions were expanded, or walks made."""

    @abstractmethod
    def advance(self, most: int) -> int:
        """Goes on for up to `most` expansions; returns GOING, SOLVED, EXHAUSTED or FULL."""

    def make_room(self) -> bool:
        """Makes the arrays larger; says whether memory allowed it."""
        if self.most >= self._limit:
            return False
        self.most = min(self.most * storage.GROWTH, self._limit)
        self.positions = storage.grow_positions(self.positions, self.built, self.most)
        self._grow()
        return True

    @abstractmethod
    def _grow(self) -> None:
        """Makes what stands beside the positions as large as these."""

    @abstractmethod
    def _beside(self) -> dict[str, tuple[Any, dict[str, int]]]:
        """Returns what stands beside the positions, by name, each with how much of its arrays is used.

        Arrays that are not named there are used whole.
        """

    def _parts(self) -> dict[str, tuple[Any, dict[str, int]]]:
        """Returns all that a save holds, in the same form."""
        store = self.positions._replace(slots=np.zeros(0, np.uint64))
        return {"positions": (store, storage.used_positions(store)), **self._beside()}

    def state(self) -> SavedState:
        """Returns the state of the search, as views."""
        arrays = {
            f"{part}.{name}": array[: used.get(name)]
            for part, (made, used) in self._parts().items()
            for name, array in made._asdict().items()
        }
        facts = {"most": self.most, "bound": self.bound, "solution": self.solution}
        return SavedState(facts, arrays, tuple(name for name in arrays if name in storage.GROWING))

    def restore(self, save: Save, facts: Mapping[str, Any]) -> None:
        """Makes a new searcher, of the same tables and options, the one that was saved.

        Raises:
          SaveError: the save is damaged; the searcher is then of no use.
        """
        self.bound, self.solution = facts["bound"], facts["solution"]
        self.most = facts["most"]
        self.positions = storage.grow_positions(self.positions, self.built, self.most)
        self._grow()
        for part, (made, _) in self._parts().items():
            for name, array in made._asdict().items():
                save.fill(f"{part}.{name}", array)
        self.positions.slots.fill(0)
        positions.refill_slots(self.positions, self.built.tables.keys)

    @property
    def fewest_shown(self) -> NDArray[np.int32] | None:
        """Fewest different outputs of a position by length, which the lossy cut asks; None without a cut."""
        return None

    def admit(self) -> bool:
        """Takes in what has arrived from other parts; says whether memory allowed it."""
        while self.post.num_waiting:
            self.post.num_admitted += self._admit()
            if self.post.num_waiting and not self.make_room():
                return False
        return True

    @abstractmethod
    def _admit(self) -> int:
        """Takes in what waits as far as there is room; returns how many."""

    def hand_over(self) -> list[Parcel]:
        """Returns what belongs to each other part, once."""
        return self.post.send(self.built.tables, self.positions)

    def hash(self) -> str:
        """Returns a hash of all positions and of how they were reached."""
        digest = hashlib.blake2b(digest_size=8)
        count, end = self.num_positions, int(self.positions.counters[positions.POOL_END])
        for array in (
            self.positions.pool[:end],
            self.positions.parent[:count],
            self.positions.action[:count],
        ):
            digest.update(array.tobytes())
        for array in self._statistics():
            digest.update(array.tobytes())
        return digest.hexdigest()

    def _statistics(self) -> Iterator[NDArray[Any]]:
        """Yields what the hash covers beside the positions."""
        yield from ()

    def path_to(self, position: int) -> list[int]:
        """Returns the actions that first led to a position."""
        actions: list[int] = []
        while position > 0:
            actions.append(int(self.positions.action[position]))
            parent = int(self.positions.parent[position])
            if parent < 0:
                return self.post.actions_of(handover.origin_of(parent)) + actions[-2::-1]
            position = parent
        return actions[::-1]

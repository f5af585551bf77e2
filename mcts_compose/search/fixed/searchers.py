"""The three searchers with fixed memory, each as an object that goes on step by step.

`advance` runs a chunk and says what happened; `make_room` makes the arrays larger, or says that memory is at
its end. Who stops them and when is `run`'s to decide.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from mcts_compose.saves.save_file import SavedState
from mcts_compose.search.fixed import best_first, handover, levels, positions, storage, tree
from mcts_compose.search.fixed.best_first import is_goal
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.part import WHOLE, Part
from mcts_compose.search.fixed.post import Parcel, Post
from mcts_compose.search.fixed.prunes import COMMUTES, DEAD_WRITE
from mcts_compose.search.fixed.table_building import Built
from mcts_compose.search.fixed.tree import EXHAUSTED, SOLVED

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


class TreeSearcher(Searcher):
    """Monte Carlo tree search; see `tree`."""

    bytes_beside = 4 + 4 + 8 + 4 + storage.EDGES_PER_NODE * (4 + 2 + 4 + 4)

    def __init__(
        self,
        built: Built,
        options: FixedOptions,
        bound: int,
        cut: float,
        memory_mb: int,
        part: Part = WHOLE,
        *,
        with_model: bool = False,
    ) -> None:
        if with_model:
            self.bytes_beside += 2 + 4 + storage.EDGES_PER_NODE * 4
        super().__init__(built, options, bound, cut, memory_mb, part)
        self.tree = storage.make_tree(self.most)
        self.ranking = storage.make_ranking(self.most) if with_model else None
        # A*'s length + weight * length in bounds * (1 - worth), turned round and scaled to [0, 1].
        of_length = 1 / (1 + options.weight)
        of_rows = options.rows_share * (1 - of_length)
        self.tree.weights[:] = 1 - of_length - of_rows, of_rows, of_length / bound, options.c_ranked
        tree.start_tree(built.tables, self.positions, self.tree, built.num_shown)
        if part.num_parts > 1:
            handover.start_top(self.positions, self.tree, part.owns_start)

    @property
    def simulations(self) -> int:
        """Walks of the tree."""
        return int(self.tree.counters[tree.SIMULATIONS])

    def advance(self, most: int) -> int:
        """Runs up to `most` simulations."""
        status = int(
            tree.simulate(
                self.built.tables, self.positions, self.tree, self.ranking, self.bound, self.cut,
                self.options.c_puct, self.options.backup == "mean", self.without_dead_writes, self.merges,
                most,
            )
        )  # fmt: skip
        if status == SOLVED:
            length = int(self.tree.counters[tree.SOLUTION_LENGTH])
            self.solution = self.tree.solution[:length].tolist()
            if self.part.num_parts > 1:  # the walk does not know how what arrived came to be
                way = self.path_to(int(self.tree.counters[tree.SOLVED_NODE]))
                self.solution = [*way, self.solution[-1]]
        return status

    @property
    def fewest_shown(self) -> NDArray[np.int32]:
        """Fewest different outputs of a position by length."""
        return self.tree.fewest_shown

    def admit(self) -> bool:
        """Takes in what has arrived, in groups below the top; says whether memory allowed it."""
        if not self.post.num_waiting:
            return True
        self._adopted, self._num_adopted = np.zeros(self.post.num_waiting, np.int32), 0
        if not super().admit():
            return False
        while not handover.have_groups_room(self.positions, self.tree, self._num_adopted):
            if not self.make_room():
                return False
        if self._num_adopted:
            handover.group_nodes(self.positions, self.tree, self._adopted, self._num_adopted)
        return True

    _adopted: NDArray[np.int32]
    _num_adopted = 0

    def _admit(self) -> int:
        num_admitted, self._num_adopted = handover.adopt_arrivals(
            self.built.tables, self.positions, self.tree, self.post.arrivals, self.post.num_admitted,
            self.bound, self.cut, self.merges, self._adopted, self._num_adopted,
        )  # fmt: skip
        return int(num_admitted)

    def actions_of(self, node: int) -> list[int]:
        """Returns the actions that an expanded node still has, in the order of its edges."""
        first = int(self.tree.first_edge[node])
        actions: list[int] = self.tree.edge_action[first : first + int(self.tree.num_edges[node])].tolist()
        return actions

    def _grow(self) -> None:
        self.tree = storage.grow_tree(self.tree, self.most)
        if self.ranking is not None:
            self.ranking = storage.grow_ranking(self.ranking, self.most)

    def _beside(self) -> dict[str, tuple[Any, dict[str, int]]]:
        nodes = self.num_positions
        parts: dict[str, tuple[Any, dict[str, int]]] = {
            "tree": (self.tree, storage.used_tree(self.tree, nodes))
        }
        if self.ranking is not None:
            parts["ranking"] = (self.ranking, storage.used_ranking(self.tree, nodes))
        return parts

    def _statistics(self) -> Iterator[NDArray[Any]]:
        nodes, edges = self.num_positions, int(self.tree.counters[tree.NUM_EDGES])
        yield self.tree.visits[:nodes]
        yield self.tree.value[:nodes]
        yield self.tree.edge_visits[:edges]


class BestFirstSearcher(Searcher):
    """Best-first search; see `best_first`."""

    bytes_beside = 4 + 1
    limit = 2**62
    """Priority above which nothing is expanded."""

    def __init__(
        self, built: Built, options: FixedOptions, bound: int, cut: float, memory_mb: int, part: Part = WHOLE
    ) -> None:
        super().__init__(built, options, bound, cut, memory_mb, part)
        if options.heuristic == "outputs":
            of_outputs = best_first.STEP * np.arange(len(built.tables.worth), dtype=np.float32)
            of_rows = np.zeros_like(built.tables.worth_of_rows)
        else:
            unit = np.float32(options.weight * bound * best_first.STEP)
            of_outputs = unit * np.float32(1 - options.rows_share) * (1 - built.tables.worth)
            of_rows = unit * np.float32(options.rows_share) * (1 - built.tables.worth_of_rows)
        self.queue = storage.make_queue(
            built, self.most, np.rint(of_outputs).astype(np.int32), np.rint(of_rows).astype(np.int32),
            part.owns_start,
        )  # fmt: skip

    @property
    def simulations(self) -> int:
        """Positions expanded."""
        return int(self.queue.counters[best_first.EXPANDED])

    def advance(self, most: int) -> int:
        """Expands up to `most` positions."""
        status = int(
            best_first.run_best_first(
                self.built.tables, self.positions, self.queue, self.bound, self.cut,
                self.options.heuristic == "distance", self.without_dead_writes, self.merges, self.limit,
                most,
            )
        )  # fmt: skip
        if status == SOLVED:
            self.solution = self.path_to(int(self.queue.counters[best_first.GOAL]))
        return status

    @property
    def next_priority(self) -> int:
        """Priority of the position that comes next."""
        return int(best_first.next_priority(self.queue))

    @property
    def fewest_shown(self) -> NDArray[np.int32]:
        """Fewest different outputs of a position by length."""
        return self.queue.fewest_shown

    def _admit(self) -> int:
        return int(
            handover.queue_arrivals(
                self.built.tables, self.positions, self.queue, self.post.arrivals, self.post.num_admitted,
                self.bound, self.cut, self.options.heuristic == "distance", self.merges,
            )
        )  # fmt: skip

    def _grow(self) -> None:
        self.queue = storage.grow_queue(self.queue, self.most)

    def _beside(self) -> dict[str, tuple[Any, dict[str, int]]]:
        return {"queue": (self.queue, storage.used_queue(self.num_positions))}


class LevelSearcher(Searcher):
    """Search level by level; see `levels`. It knows all shortest programs when it wants edges."""

    bytes_beside = 1

    def __init__(
        self,
        built: Built,
        options: FixedOptions,
        bound: int,
        memory_mb: int,
        part: Part = WHOLE,
        *,
        with_edges: bool = False,
    ) -> None:
        super().__init__(built, options, bound, 0.0, memory_mb, part)
        self.with_edges = with_edges
        self.until = bound
        self.levels = storage.make_levels(self.most, with_edges, part.owns_start)

    @property
    def simulations(self) -> int:
        """Positions expanded."""
        return int(self.levels.counters[levels.EXPANDED] - self.levels.counters[levels.PASSED])

    def advance(self, most: int) -> int:
        """Expands up to `most` positions, none longer than `until`.

        A solution counts when all positions as long are known.
        """
        prunes = self.options.prunes
        barred = 0
        if not self.with_edges:
            barred = DEAD_WRITE * ("dead-writes" in prunes) | COMMUTES * ("commutation" in prunes)
        status = int(
            levels.run_levels(
                self.built.tables, self.positions, self.levels, self.bound, barred, self.merges,
                self.with_edges, self.until, most,
            )
        )  # fmt: skip
        if status != EXHAUSTED:
            return status
        goal = int(self.levels.counters[levels.GOAL])
        if goal == levels.NO_GOAL:
            return EXHAUSTED
        self.solution = self.path_to(goal)
        return SOLVED

    def _admit(self) -> int:
        return int(
            handover.place_arrivals(
                self.built.tables, self.positions, self.levels, self.post.arrivals, self.post.marks,
                self.post.num_admitted, self.merges,
            )
        )  # fmt: skip

    def hand_over(self) -> list[Parcel]:
        """Returns what belongs to each other part, with whether more than one path led there."""
        return self.post.send(self.built.tables, self.positions, self.levels.is_mixed)

    def _grow(self) -> None:
        self.levels = storage.grow_levels(self.levels, self.most, self.with_edges)

    def _beside(self) -> dict[str, tuple[Any, dict[str, int]]]:
        return {"levels": (self.levels, storage.used_levels(self.levels, self.num_positions))}

    def count_programs(self) -> tuple[int, NDArray[np.int64]]:
        """Returns how many programs are as short as the one found, and the ways on from each position.

        Counts above 2**63 wrap; so many cannot be handed out in any case.
        """
        paths = np.zeros(self.num_positions, np.int64)
        paths[self._goals()] = 1
        levels.count_paths(self.levels, paths)
        return int(paths[0]), paths

    def _goals(self) -> list[int]:
        """Returns the positions as long as the solution in which every example is at its goal."""
        lengths = self.positions.length[: self.num_positions]
        candidates = np.flatnonzero(lengths == len(self.solution)).tolist()
        return [at for at in candidates if is_goal(self.built.tables, self.positions, at)]

    def programs(self, paths: NDArray[np.int64]) -> Iterator[list[int]]:
        """Yields the actions of every program that is as short as the one found.

        Args:
          paths: ways on from each position, as `count_programs` returns them.
        """
        count = int(self.levels.counters[levels.NUM_EDGES])
        leads_on = np.flatnonzero(paths[self.levels.edge_child[:count]] > 0)
        successors: dict[int, list[tuple[int, int]]] = {}
        for parent, child, action in zip(
            self.levels.edge_parent[leads_on].tolist(),
            self.levels.edge_child[leads_on].tolist(),
            self.levels.edge_action[leads_on].tolist(),
            strict=True,
        ):
            successors.setdefault(parent, []).append((child, action))
        walks = [iter(successors.get(0, []))]
        actions: list[int] = []
        while walks:
            step = next(walks[-1], None)
            if step is None:
                walks.pop()
                actions = actions[:-1]
            elif len(walks) == len(self.solution):
                yield [*actions, step[1]]
            else:
                actions.append(step[1])
                walks.append(iter(successors[step[0]]))


SEARCHERS: Final[dict[str, str]] = {
    "mcts": "tree over positions by PUCT; the value is how few different outputs are left",
    "best-first": "expands the position of least length + heuristic (A*)",
    "enumerate": "every position that so many instructions reach, before any that more reach",
}

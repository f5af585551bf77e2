"""The searchers: which focus is expanded next. All share the root's enumeration and one expansion.

`step` runs simulations of the searcher's own kind and returns how many, 0 when it has nothing left to do.
"""

from __future__ import annotations

import heapq
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from mcts_compose.saves.save_file import SavedState
from mcts_compose.search import tree as kernels
from mcts_compose.search.focus_tree import FocusTree

if TYPE_CHECKING:
    from mcts_compose.saves.save_file import Save

BEAM_WIDTH = 8
BEAM_DEPTH = 8


class Searcher(Protocol):
    """Decides what is expanded next."""

    def step(self, most: int, candidates: int) -> int:
        """Runs simulations, at least one, until `most` are done or about `candidates` candidates were run.

        It also ends when a cheaper program is found.

        Returns:
          How many simulations were run; 0 if nothing is left.
        """
        ...

    def rerank(self, node: int) -> None:
        """Is told that the logits of a node's arms have changed."""
        ...

    def state(self) -> SavedState:
        """Returns what the searcher itself remembers; the tree is not its own."""
        return SavedState({}, {})

    def restore(self, save: Save, facts: Mapping[str, Any]) -> None:
        """Remembers what was saved.

        Raises:
          SaveError: the save is damaged.
        """


class MonteCarlo(Searcher):
    """PUCT over the focus tree."""

    def __init__(self, tree: FocusTree, rng: np.random.Generator) -> None:
        self._tree = tree

    def step(self, most: int, candidates: int) -> int:
        """Runs simulations in one call of a kernel."""
        return self._tree.simulate(most, candidates)


class _Frontier(Searcher, ABC):
    """A queue of arms and of nodes to deepen, cheapest key first; subclasses say what the key is."""

    def __init__(self, tree: FocusTree, rng: np.random.Generator) -> None:
        self._tree = tree
        self._queue: list[tuple[float, int, int, int, float]] = []
        self._pushed: set[tuple[int, int]] = set()
        self._path_of: dict[int, float] = {}
        self._count = 0

    @abstractmethod
    def _key(self, node: int, logit: float, log_prior: float) -> float:
        """Returns the place in the queue: smallest first."""

    def _push_arms(self, node: int, log_path: float) -> None:
        tree = self._tree
        self._path_of[node] = log_path
        for arm, log_prior in zip(tree.arms_of(node), tree.log_priors(node).tolist(), strict=True):
            focus = int(tree.arms[arm * kernels.ARM_WORDS + kernels.ARM_CONTENTS])
            if (node, focus) in self._pushed or focus in tree.node_of:
                continue
            self._pushed.add((node, focus))
            key = self._key(node, tree.logit(arm), log_path + log_prior)
            self._count += 1
            heapq.heappush(self._queue, (key, self._count, node, arm, log_path + log_prior))

    def rerank(self, node: int) -> None:
        """Queues a node's arms once more, by their new keys; whichever comes later finds the child made."""
        if node in self._path_of:
            arms = (int(self._tree.arms[arm * kernels.ARM_WORDS]) for arm in self._tree.arms_of(node))
            self._pushed.difference_update((node, focus) for focus in arms)
            self._push_arms(node, self._path_of[node])

    def state(self) -> SavedState:
        """Returns the queue, what is in it or was, and the paths."""
        keys = np.array([(key, path) for key, _, _, _, path in self._queue], np.float64)
        places = np.array([entry[1:4] for entry in self._queue], np.int64)
        arrays = {
            "queue_keys": keys.reshape(-1),
            "queue_places": places.reshape(-1),
            "pushed": np.array(list(self._pushed), np.int64).reshape(-1),
            "path_nodes": np.array(list(self._path_of), np.int64),
            "paths": np.array(list(self._path_of.values()), np.float64),
        }
        return SavedState({"count": self._count}, arrays)

    def restore(self, save: Save, facts: Mapping[str, Any]) -> None:
        """Puts the queue back in its order, which is that of a heap."""
        keys = save.array("queue_keys").reshape(-1, 2).tolist()
        places = save.array("queue_places").reshape(-1, 3).tolist()
        self._queue = [
            (key, count, node, arm, path)
            for (key, path), (count, node, arm) in zip(keys, places, strict=True)
        ]
        self._pushed = {(node, focus) for node, focus in save.array("pushed").reshape(-1, 2).tolist()}
        nodes, paths = save.array("path_nodes").tolist(), save.array("paths").tolist()
        self._path_of = dict(zip(nodes, paths, strict=True))
        self._count = facts["count"]

    def step(self, most: int, candidates: int) -> int:
        """Expands the arm of the smallest key, or deepens its node again."""
        tree = self._tree
        self._push_arms(kernels.ROOT, 0.0)
        while self._queue:
            _, _, node, arm, log_path = heapq.heappop(self._queue)
            if arm == kernels.DEEPEN:
                target = node
            else:
                target, fresh = tree.child(node, arm)
                if not fresh:
                    continue
            value = tree.expand(target)
            self._push_arms(target, log_path)
            if not tree.is_closed(target):
                self._count += 1
                logit = value + math.log(kernels.DEEPEN_PRIOR)
                path = log_path + math.log(kernels.DEEPEN_PRIOR)
                key = self._key(target, logit, path)
                heapq.heappush(self._queue, (key, self._count, target, kernels.DEEPEN, path))
            return 1
        return 0


class BestFirst(_Frontier):
    """Highest value less cost first, wherever in the tree."""

    def _key(self, node: int, logit: float, log_prior: float) -> float:
        return -logit


class Levin(_Frontier):
    """Smallest depth over probability first; source: Levin tree search (Orseau et al. 2018)."""

    def _key(self, node: int, logit: float, log_prior: float) -> float:
        return math.log(self._tree.depth[node] + 2) - log_prior


class Beam(Searcher):
    """The best focuses of each depth; after the last depth a round begins again with twice the width."""

    def __init__(self, tree: FocusTree, rng: np.random.Generator) -> None:
        self._tree = tree
        self._width = BEAM_WIDTH
        self._depth = 0
        self._parents = [kernels.ROOT]
        self._waiting: list[int] = []
        self._expanded: list[int] = []
        self._idle_rounds = 0

    def _next_layer(self) -> None:
        tree = self._tree
        if self._depth == 0 or self._depth >= BEAM_DEPTH or not self._parents:
            if self._depth > 0:
                self._width *= 2
            self._depth, self._parents = 0, [kernels.ROOT]
        offers = sorted((-tree.logit(arm), arm, node) for node in self._parents for arm in tree.arms_of(node))
        self._expanded = []
        for _, arm, node in offers[: self._width]:
            target, fresh = tree.child(node, arm)
            self._expanded.append(target)
            if fresh or (self._depth > 0 and not tree.is_closed(target)):
                self._waiting.append(target)
        self._parents = self._expanded
        self._depth += 1

    def state(self) -> SavedState:
        """Returns the layer at hand."""
        facts = {
            "width": self._width, "depth": self._depth, "parents": self._parents,
            "waiting": self._waiting, "expanded": self._expanded,
        }  # fmt: skip
        return SavedState(facts, {})

    def restore(self, save: Save, facts: Mapping[str, Any]) -> None:
        """Goes on with the layer that was saved."""
        self._width, self._depth = facts["width"], facts["depth"]
        self._parents, self._waiting = facts["parents"], facts["waiting"]
        self._expanded = facts["expanded"]

    def step(self, most: int, candidates: int) -> int:
        """Expands the next focus of the layer; makes the next layer when it is done."""
        for _ in range(4 * BEAM_DEPTH):
            if self._waiting:
                self._tree.expand(self._waiting.pop(0))
                return 1
            self._next_layer()
        return 0


class Random(Searcher):
    """Walks down from the root by the arms' prior and expands where it ends."""

    def __init__(self, tree: FocusTree, rng: np.random.Generator) -> None:
        self._tree = tree
        self._rng = rng

    def step(self, most: int, candidates: int) -> int:
        """Expands one focus."""
        tree, node = self._tree, kernels.ROOT
        for _ in range(64):
            arms = tree.arms_of(node)
            if not arms:
                break
            arm = arms[int(self._rng.choice(len(arms), p=np.exp(tree.log_priors(node))))]
            node, fresh = tree.child(node, arm)
            if fresh:
                tree.expand(node)
                return 1
            if not tree.is_closed(node) and self._rng.random() < kernels.DEEPEN_PRIOR:
                tree.expand(node)
                return 1
        return 1 if node != kernels.ROOT else 0


SEARCHER_CLASSES: dict[str, type[MonteCarlo | BestFirst | Levin | Beam | Random]] = {
    "mcts": MonteCarlo,
    "best-first": BestFirst,
    "levin": Levin,
    "beam": Beam,
    "random": Random,
}

"""The focus tree as the host sees it: makes nodes, runs simulations, says what is in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from mcts_compose.saves.save_file import SavedState
from mcts_compose.search import layout as at
from mcts_compose.search import tree as kernels
from mcts_compose.search.engine import Engine
from mcts_compose.search.expansion import CALL_WORDS, MAX_CALLS, expand, refresh_root
from mcts_compose.search.levels import segment
from mcts_compose.search.logged_levels import LEVELS, LoggedLevels, records_of
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.simulation import simulate
from mcts_compose.search.value import count_goal
from mcts_compose.search.value_weights import shipped_weights

if TYPE_CHECKING:
    from mcts_compose.saves.save_file import Save

ROOT_ARMS = 256
WORK = 2000
"""Most candidates of one expansion (source: see tree.py)."""
PARTNERS = 300
ROOT_VALUED = 4000
"""Most contents of a root level and kind whose value is looked at (untuned)."""
FIRST_NODES = 256
C_PUCT = 1.0
MAX_DEPTH = 64


class FocusTree:
    """Nodes, arms and their statistics, growing with the search."""

    def __init__(self, engine: Engine, options: SearchOptions) -> None:
        self.engine = engine
        self.options = options
        self.weights = shipped_weights()
        self._counts = count_goal(engine.problem.goal)
        self._node_of: dict[int, int] = {}
        self._depth: list[int] = []
        self._seen_level = 1
        self._logged = LoggedLevels()
        self._allocate(FIRST_NODES)
        self._path = np.zeros(2 * MAX_DEPTH, np.int64)
        self._calls = np.zeros(MAX_CALLS * CALL_WORDS, np.int64)
        self._span = np.array([0.0, 1e-9])
        bank = engine.bank
        kernels.start_node(
            bank.memory, bank.pool, bank.items, self.nodes, self.scores, self._places,
            0, kernels.NOTHING, ROOT_ARMS, 0.0,
        )  # fmt: skip

    def _allocate(self, num_nodes: int) -> None:
        sizes = {
            "nodes": (num_nodes * kernels.NODE_WORDS, np.int64),
            "scores": (num_nodes * kernels.SCORE_WORDS, np.float64),
            "arms": ((ROOT_ARMS + num_nodes * kernels.NODE_ARMS) * kernels.ARM_WORDS, np.int64),
            "odds": ((ROOT_ARMS + num_nodes * kernels.NODE_ARMS) * kernels.ODDS_WORDS, np.float64),
        }
        for name, (size, dtype) in sizes.items():
            larger = np.zeros(size, dtype)
            old = getattr(self, name, None)
            if old is not None:
                larger[: len(old)] = old
            setattr(self, name, larger)
        self._max_nodes = num_nodes
        self._place_nodes()

    def _place_nodes(self) -> None:
        """Makes the table of focuses anew."""
        self._places = np.zeros(4 * self._max_nodes, np.int64)
        for node in range(1, self.num_nodes):
            focus = int(self.nodes[node * kernels.NODE_WORDS + kernels.N_FOCUS])
            self._places[kernels.place_of(self.nodes, self._places, focus)] = node

    nodes: np.ndarray
    scores: np.ndarray
    arms: np.ndarray
    odds: np.ndarray

    def state(self) -> SavedState:
        """Returns what is not in the engine's memory, as views; the nodes' levels go to the log."""
        nodes, arms = self.num_nodes, self.num_arms
        arrays: dict[str, np.ndarray] = {
            "nodes": records_of(self.nodes, nodes)[:, : kernels.N_LISTS],
            "scores": self.scores[: nodes * kernels.SCORE_WORDS],
            "arms": self.arms[: arms * kernels.ARM_WORDS],
            "odds": self.odds[: arms * kernels.ODDS_WORDS],
            "span": self._span,
        }
        facts = {"max_nodes": self._max_nodes, "seen_level": self._seen_level}
        return SavedState(facts, arrays, news={LEVELS: partial(self._logged.news, self.nodes, nodes)})

    def restore(self, save: Save, facts: Mapping[str, Any]) -> None:
        """Becomes the tree that was saved; the engine's memory is the saved one already.

        Raises:
          SaveError: the save is damaged.
        """
        self._seen_level = facts["seen_level"]
        num_nodes, self._max_nodes = facts["max_nodes"], 0
        self._allocate(num_nodes)
        nodes = save.array("nodes").reshape(-1, kernels.N_LISTS)
        records_of(self.nodes, len(nodes))[:, : kernels.N_LISTS] = nodes
        self._logged.restore(save, self.nodes, len(nodes))
        for name in ("scores", "arms", "odds"):
            save.fill(name, getattr(self, name))
        save.fill("span", self._span)
        self._place_nodes()

    def grow(self) -> None:
        """Makes room for twice as many nodes."""
        self._allocate(2 * self._max_nodes)

    def _make_room(self, candidates: int) -> None:
        """Makes sure that a node and the contents of `candidates` more candidates fit; arrays double."""
        self.engine.make_room(candidates)
        if self.num_nodes == self._max_nodes:
            self.grow()

    @property
    def num_nodes(self) -> int:
        """How many nodes there are."""
        return int(self.engine.memory[at.TREE_NODES])

    @property
    def num_arms(self) -> int:
        """How many arms the nodes have together, those included that wait for a contents."""
        return int(self.engine.memory[at.TREE_ARMS])

    @property
    def low(self) -> float:
        """The h that counts as 0."""
        return float(self._span[0])

    @property
    def high(self) -> float:
        """The h that counts as 1."""
        return float(self._span[1])

    @property
    def node_of(self) -> dict[int, int]:
        """The node of each focus."""
        self._know_new_nodes()
        return self._node_of

    @property
    def depth(self) -> list[int]:
        """The distance from the root of each node, on the way by which it was first reached."""
        self._know_new_nodes()
        return self._depth

    def _know_new_nodes(self) -> None:
        for node in range(len(self._depth), self.num_nodes):
            base = node * kernels.NODE_WORDS
            parent = int(self.nodes[base + kernels.N_PARENT])
            self._depth.append(0 if node == kernels.ROOT else self._depth[parent] + 1)
            if node != kernels.ROOT:
                self._node_of[int(self.nodes[base + kernels.N_FOCUS])] = node

    def refresh(self) -> None:
        """Offers what completed root levels brought as arms of the root, and renews the partners' bound."""
        memory = self.engine.memory
        level = int(memory[at.LEVEL])
        bank = self.engine.bank
        while self._seen_level < level:
            refresh_root(
                *bank[:5], bank.items, self.nodes, self.scores, self.arms, self.odds, self._counts,
                self.weights, self._seen_level, self.options.value, ROOT_VALUED,
            )  # fmt: skip
            self._seen_level += 1
        total, cost = 0, 0
        for cost in range(1, level):
            first, last = int(segment(memory, cost, 0)), int(segment(memory, cost, at.NUM_KINDS - 1))
            starts, ends = memory[first : last + 1 : 2], memory[first + 1 : last + 2 : 2]
            total += int((ends - starts).sum())
            if total > PARTNERS:
                break
        memory[at.PARTNER_COST] = max(cost - 1, 1) if total > PARTNERS else cost
        self._renew_range()

    def _renew_range(self) -> None:
        """Renews the range of h over which values are normalised, from the root's arms."""
        count = int(self.nodes[kernels.N_NUM_ARMS])
        if count:
            h = self.odds[: kernels.ODDS_WORDS * count : kernels.ODDS_WORDS]
            self._span[:] = h.min(), max(h.max(), h.min() + 1e-9)

    def arms_of(self, node: int) -> list[int]:
        """Returns the arms of a node."""
        base = node * kernels.NODE_WORDS
        first = int(self.nodes[base + kernels.N_FIRST_ARM])
        return list(range(first, first + int(self.nodes[base + kernels.N_NUM_ARMS])))

    def logit(self, arm: int) -> float:
        """Returns the prior logit of an arm."""
        return float(self.odds[arm * kernels.ODDS_WORDS + kernels.LOGIT])

    def log_priors(self, node: int) -> np.ndarray:
        """Returns the log-probabilities of a node's arms."""
        logits = np.array([self.logit(arm) for arm in self.arms_of(node)])
        return logits - np.logaddexp.reduce(logits) if len(logits) else logits

    def is_closed(self, node: int) -> bool:
        """Whether the node's own enumeration is at its end."""
        return bool(self.nodes[node * kernels.NODE_WORDS + kernels.N_CLOSED])

    def child(self, node: int, arm: int) -> tuple[int, bool]:
        """Returns the node that an arm promotes to, and whether it was made now."""
        before = self.num_nodes
        if before == self._max_nodes:
            self.grow()
        bank = self.engine.bank
        child = kernels.child_of(
            bank.memory, bank.pool, bank.items, self.nodes, self.scores, self.arms, self.odds, self._places,
            node, arm,
        )  # fmt: skip
        return int(child), self.num_nodes > before

    def expand(self, node: int) -> float:
        """Runs one expansion of a node; returns the best h that it found."""
        self.engine.make_room(2 * WORK)
        value: float = expand(
            *self.engine.bank, self.nodes, self.scores, self.arms, self.odds, self._calls, self._counts,
            self.weights, node, WORK, self.options.value, self.options.rebasing,
        )  # fmt: skip
        self._span[1] = max(self._span[1], value)
        return value

    def simulate(self, most: int = 1, candidates: int = 1) -> int:
        """Runs simulations until `most` are done or `candidates` were run, or a cheaper program is found.

        Returns:
          How many simulations were run, at least one; 0 if the tree has nothing left to select.
        """
        self._make_room(candidates + WORK)
        options, limit = self.options, int(self.engine.memory[at.CANDIDATES]) + candidates
        return int(
            simulate(
                *self.engine.bank, self.nodes, self.scores, self.arms, self.odds, self._places, self._calls,
                self._path, self._span, self._counts, self.weights, C_PUCT, options.backup == "mean",
                options.value, options.rebasing, WORK, most, limit,
            )
        )  # fmt: skip

"""The focus tree as the host sees it: makes nodes, runs simulations, says what is in it."""

from __future__ import annotations

import numpy as np

from mcts_compose.search import layout as at
from mcts_compose.search import tree as kernels
from mcts_compose.search.engine import Engine
from mcts_compose.search.levels import segment
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.value_weights import shipped_weights

ROOT_ARMS = 256
NODE_ARMS = 24
WORK = 2000
"""Most candidates of one expansion (source: see tree.py)."""
PARTNERS = 300
ROOT_VALUED = 4000
"""Most contents of a root level and kind whose value is looked at (untuned)."""
FIRST_NODES = 256
C_PUCT = 1.0


class FocusTree:
    """Nodes, arms and their statistics, growing with the search."""

    def __init__(self, engine: Engine, options: SearchOptions) -> None:
        self.engine = engine
        self.options = options
        self.weights = shipped_weights()
        self.num_nodes = 0
        self.num_arms = 0
        self.node_of: dict[int, int] = {}
        self.depth: list[int] = []
        self._seen_level = 1
        self._allocate(FIRST_NODES)
        self.path = np.zeros(128, np.int64)
        self.low, self.high = 0.0, 1e-9
        self.new_node(0, kernels.NOTHING, ROOT_ARMS, 0.0, 0)

    def _allocate(self, num_nodes: int) -> None:
        sizes = {
            "nodes": (num_nodes * kernels.NODE_WORDS, np.int64),
            "scores": (num_nodes * kernels.SCORE_WORDS, np.float64),
            "arms": ((ROOT_ARMS + num_nodes * NODE_ARMS) * kernels.ARM_WORDS, np.int64),
            "odds": ((ROOT_ARMS + num_nodes * NODE_ARMS) * 2, np.float64),
        }
        for name, (size, dtype) in sizes.items():
            larger = np.zeros(size, dtype)
            old = getattr(self, name, None)
            if old is not None:
                larger[: len(old)] = old
            setattr(self, name, larger)
        self.max_nodes = num_nodes

    nodes: np.ndarray
    scores: np.ndarray
    arms: np.ndarray
    odds: np.ndarray

    def new_node(self, focus: int, parent: int, max_arms: int, own: float, depth: int) -> int:
        """Makes a node and returns its number; the arrays double when they are full."""
        if self.num_nodes == self.max_nodes:
            self._allocate(2 * self.max_nodes)
        node = self.num_nodes
        bank = self.engine.bank
        kernels.start_node(
            self.nodes, self.scores, bank.items, bank.memory, bank.pool,
            node, focus, parent, self.num_arms, max_arms, own,
        )  # fmt: skip
        self.num_nodes += 1
        self.num_arms += max_arms
        self.depth.append(depth)
        if focus:
            self.node_of[focus] = node
        return node

    def refresh(self) -> None:
        """Offers what completed root levels brought as arms of the root, and renews the partners' bound."""
        memory = self.engine.memory
        level = int(memory[at.LEVEL])
        bank = self.engine.bank
        while self._seen_level < level:
            kernels.refresh_root(
                *bank[:5], bank.items, self.nodes, self.arms, self.odds, self.weights, self._seen_level,
                self.options.value, ROOT_VALUED,
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
            h = self.odds[: 2 * count : 2]
            self.low, self.high = float(h.min()), max(float(h.max()), float(h.min()) + 1e-9)

    def arms_of(self, node: int) -> list[int]:
        """Returns the arms of a node."""
        base = node * kernels.NODE_WORDS
        first = int(self.nodes[base + kernels.N_FIRST_ARM])
        return list(range(first, first + int(self.nodes[base + kernels.N_NUM_ARMS])))

    def log_priors(self, node: int) -> np.ndarray:
        """Returns the log-probabilities of a node's arms."""
        logits = np.array([self.odds[2 * arm + 1] for arm in self.arms_of(node)])
        return logits - np.logaddexp.reduce(logits) if len(logits) else logits

    def is_closed(self, node: int) -> bool:
        """Whether the node's own enumeration is at its end."""
        return bool(self.nodes[node * kernels.NODE_WORDS + kernels.N_CLOSED])

    def child(self, node: int, arm: int) -> tuple[int, bool]:
        """Returns the node that an arm promotes to, and whether it was made now."""
        focus = int(self.arms[arm * kernels.ARM_WORDS + kernels.ARM_CONTENTS])
        known = self.node_of.get(focus)
        fresh = known is None
        if known is None:
            known = self.new_node(focus, node, NODE_ARMS, float(self.odds[2 * arm]), self.depth[node] + 1)
        self.arms[arm * kernels.ARM_WORDS + kernels.ARM_CHILD] = known
        return known, fresh

    def expand(self, node: int) -> float:
        """Runs one expansion of a node; returns the best h that it found."""
        self.engine.make_room(2 * WORK)
        value: float = kernels.expand(
            *self.engine.bank, self.nodes, self.scores, self.arms, self.odds, self.weights,
            node, WORK, self.options.value, self.options.rebasing,
        )  # fmt: skip
        if value > self.high:
            self.high = value
        return value

    def simulate(self) -> bool:
        """Runs one simulation; returns False if the tree has nothing left to select."""
        mean = self.options.backup == "mean"
        memory = self.engine.memory
        depth = int(
            kernels.select(
                self.nodes, self.scores, self.arms, self.odds, self.path, mean, self.low, self.high, C_PUCT
            )
        )
        node, arm = int(self.path[2 * depth - 2]), int(self.path[2 * depth - 1])
        before = int(memory[at.CANDIDATES])
        if arm >= 0:
            target, fresh = self.child(node, arm)
            best = float(self.scores[target * kernels.SCORE_WORDS + kernels.BEST])
            value = self.expand(target) if fresh else best
            if fresh:
                self.scores[target * kernels.SCORE_WORDS + kernels.BEST] = max(
                    value, float(self.scores[target * kernels.SCORE_WORDS + kernels.BEST])
                )
                self.scores[target * kernels.SCORE_WORDS + kernels.SUM] = value
        elif arm == kernels.DEEPEN:
            value = self.expand(node)
        elif node == kernels.ROOT:
            return False
        else:
            # Nothing is left here: the visit alone makes the parent look elsewhere.
            value = self.low
        # Every simulation is charged, also one that ran no candidate.
        work = kernels.WORK_UNIT + int(memory[at.CANDIDATES]) - before
        kernels.back_up(self.nodes, self.scores, self.arms, self.path, depth, value, work)
        return True

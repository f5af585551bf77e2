"""The tree over promising contents: a node is one contents, its focus, and what was found around it.

The root's children are the contents of the enumeration that are nearest to a goal; the children of a focus
are the near contents found in its neighbourhood. A simulation walks down by PUCT, where the node itself is
one of the choices: its neighbourhood is then expanded by one stage more. The value of a node is the
nearness of the nearest contents below it (max-backup). Beside the simulations the whole bank is swept for
shared terms, in the order of nearness, and steps are repeated from the cheapest contents on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.words import layout as at
from mcts_compose.search.words.focus import LOOK_UP_SPEED, STAGES, Expansion, Neighbourhood, operator_table
from mcts_compose.search.words.forward import Enumeration
from mcts_compose.search.words.nearness import score_rows
from mcts_compose.search.words.operators import Operator
from mcts_compose.search.words.solution import LEAF
from mcts_compose.search.words.store import BLOCK, Bank
from mcts_compose.search.words.sweep import sweep
from vm.assembly.isa import ITE

C_PUCT = 1.0
"""Weight of exploration (untuned)."""
LARGEST_NEARNESS = 2.0
CHILDREN = 24
"""Near contents that become children of their focus (untuned)."""
ROOT_CHILDREN = 4096
ROOT_ROWS = 1_000_000
"""Contents of the enumeration that are looked at, the cheapest first (untuned)."""
COST_PENALTY = 0.02
"""What a contents' score loses for each unit of its cost (untuned)."""
WORK_UNIT = 16_000
"""Candidates that count as one visit more: about the first stage of an expansion."""
SWEEP_ROWS = 256
"""Contents that one sweep looks at."""
REPEAT_SHARE = 0.3
"""Share of the tree's work that is repetitions (untuned)."""
SWEEP_SHARE = 0.4
"""Share of the tree's work that is the sweeps' (untuned)."""


@dataclass
class Node:
    """One focus.

    Attributes:
      row: of the bank; `LEAF` for the root.
      score: nearness of its contents to a goal, less a penalty for its cost.
      stage: stages of its neighbourhood that were expanded.
      work: visits, each with the work that it was.
      own_work: the part of it that expanded the node itself.
      value: the best score below it, its own included.
      is_done: whether nothing is left to be expanded here or below.
      children: the best first.
    """

    row: int
    score: float
    stage: int = 0
    work: float = 0.0
    own_work: float = 0.0
    value: float = 0.0
    is_done: bool = False
    children: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.value = self.score


class FocusTree:
    """A search tree over one bank.

    Attributes:
      nodes: how many were expanded.
      work: candidates, those that were only looked up by what they cost less.
    """

    def __init__(
        self, bank: Bank, operators: tuple[Operator, ...], enumeration: Enumeration, *, is_greedy: bool
    ) -> None:
        self._bank, self._enumeration, self._is_greedy = bank, enumeration, is_greedy
        self._neighbourhood = Neighbourhood(bank, operators, enumeration)
        self._cheap = operator_table([each for each in operators if each.price == 1 and each.opcode != ITE])
        goals = self._neighbourhood.goals[1] - self._neighbourhood.goals[0]
        self._wanted = np.zeros(
            1 << (2 * len(self._neighbourhood.inverses) * goals + 1).bit_length(), np.uint64
        )
        self._order: NDArray[np.int64] = np.empty(0, np.int64)
        self._scores: NDArray[np.float32] = np.empty(0, np.float32)
        self._scored = self._swept = 0
        self._root = Node(LEAF, 0.0, stage=STAGES)
        self._seen: set[int] = set()
        self._heap: list[tuple[float, int, Node]] = []
        self._pushed = 0
        self._starts = self._starts_of_repetitions()
        self._repeated = 0
        self._sweep_work = self._repeat_work = self.work = 0.0
        self.nodes = 0

    def grow_root(self) -> None:
        """Gives the root the best of the contents that the enumeration found since the last call."""
        bank = self._bank
        last = min(int(bank.state[at.COUNT]), ROOT_ROWS)
        if last <= self._scored:
            return
        scores: NDArray[np.float32] = np.empty(last - self._scored, np.float32)
        score_rows(bank, self._scored, last, *self._neighbourhood.goals, scores)
        scores -= COST_PENALTY * bank.costs[self._scored : last]
        # What was swept is not swept again; the rest and what is new stand by score, the best first.
        rest, new = self._order[self._swept :], np.arange(self._scored, last, dtype=np.int64)
        all_scores = np.concatenate([self._scores[self._swept :], scores])
        order = np.argsort(-all_scores, kind="stable")
        self._order, self._scores = np.concatenate([rest, new])[order], all_scores[order]
        self._swept, self._scored = 0, last
        self._add_children(self._root, self._order[:ROOT_CHILDREN], self._scores[:ROOT_CHILDREN])
        self._root.is_done = False
        del self._root.children[ROOT_CHILDREN:]

    def _starts_of_repetitions(self) -> NDArray[np.int64]:
        """Returns where repetitions start: the inputs, then contents of cost 1, the nearest first."""
        bank, size = self._bank, int(self._bank.state[at.SIZE])
        first, last = self._enumeration.rows_of(1)
        words = bank.words[: last * size].reshape(-1, size)
        starts = np.flatnonzero((words != words[:, :1]).any(axis=1))
        scores: NDArray[np.float32] = np.empty(last, np.float32)
        score_rows(bank, 0, last, *self._neighbourhood.goals, scores)
        scores[:first] += np.float32(LARGEST_NEARNESS)
        return starts[np.argsort(-scores[starts], kind="stable")]

    def step(self) -> bool:
        """Sweeps a part of the bank or runs a simulation; returns False if nothing is left."""
        if self._sweep_work <= SWEEP_SHARE * self.work and self._sweep():
            return True
        if self._repeat_work <= REPEAT_SHARE * self.work and self._repeated < len(self._starts):
            work = self._neighbourhood.repeat(int(self._starts[self._repeated]))
            self._repeated += 1
            self._repeat_work += work
            self.work += work
            return True
        return self._simulate()

    def warm(self) -> None:
        """Runs every kernel of the tree once."""
        self._sweep()
        self._neighbourhood.repeat(0)
        for stage in range(1, STAGES + 1):
            self._neighbourhood.expand(0, stage, 0.0)

    def _sweep(self) -> bool:
        """Looks for shared terms among the next contents, and expands those it finds."""
        bank, leaves = self._bank, self._enumeration.rows_of(0)[1]
        inverses, goals = self._neighbourhood.inverses, self._neighbourhood.goals
        rows = self._order[self._swept : self._swept + SWEEP_ROWS]
        if not len(rows) or not len(inverses) or leaves > BLOCK:
            return False
        self._swept += len(rows)
        before = int(bank.state[at.EXECUTIONS])
        bank.state[at.NUM_NEAR] = 0
        sweep(bank, self._wanted, self._cheap, inverses, leaves, rows, *goals)
        work = (int(bank.state[at.EXECUTIONS]) - before) / LOOK_UP_SPEED
        self._sweep_work += work
        self.work += work
        for row in bank.near[: int(bank.state[at.NUM_NEAR])].tolist():
            self.work += self._neighbourhood.expand(row, 1, LARGEST_NEARNESS).work
        return True

    def _descend(self) -> list[Node]:
        """Walks down by PUCT; returns the path to the node whose next stage is to be expanded, or []."""
        path = [self._root]
        while path[-1] is self._root or path[-1].stage:
            step = self._select(path[-1])
            if step is None:
                return []
            if step is path[-1]:
                break
            path.append(step)
        return path

    def _take_nearest(self) -> list[Node]:
        """Takes the best node off the heap of `best-first`, [] if none is left."""
        return [heappop(self._heap)[-1]] if self._heap else []

    def _push(self, node: Node) -> None:
        """Puts a node into the heap: each stage is dearer, so that its nearness must be larger by as much."""
        self._pushed += 1
        priority = math.log2(1 + node.own_work) / 16 - node.score / LARGEST_NEARNESS
        heappush(self._heap, (priority, self._pushed, node))

    def _simulate(self) -> bool:
        """Selects a node, expands its next stage and backs up; returns False if nothing is left."""
        path = self._take_nearest() if self._is_greedy else self._descend()
        if not path:
            return False
        leaf = path[-1]
        self.nodes += leaf.stage == 0
        leaf.stage += 1
        expansion = self._neighbourhood.expand(leaf.row, leaf.stage, leaf.score)
        self._take_children(leaf, expansion)
        self.work += expansion.work
        leaf.own_work += 1 + expansion.work / WORK_UNIT
        best = max((child.score for child in leaf.children), default=leaf.score)
        for node in reversed(path):
            node.work += 1 + expansion.work / WORK_UNIT
            node.value = max(node.value, best)
            node.is_done = node.stage >= STAGES and all(child.is_done for child in node.children)
        if self._is_greedy and leaf.stage < STAGES:
            self._push(leaf)
        return True

    def _select(self, node: Node) -> Node | None:
        """Returns the child to go to, the node itself for its next stage, or None.

        Source: PUCT, Silver et al., Nature 550 (2017). Differs: the prior of a child falls with its place by
        score, 1 / (1 + place), and visits are weighed by their work, since stages differ by a factor of 100.
        """
        best: Node | None = None
        best_score = -math.inf
        total = C_PUCT * math.sqrt(node.work + 1)
        if node.stage < STAGES:
            best, best_score = node, self._puct(node.score, node.own_work, 0, total)
        for place, child in enumerate(node.children):
            if child.is_done:
                continue
            score = self._puct(child.value, child.work, place, total)
            if score > best_score:
                best, best_score = child, score
            if child.stage == 0:
                # Children stand by score, so that those after the first without a visit are no better.
                break
        return best

    def _puct(self, value: float, work: float, place: int, total: float) -> float:
        """Returns how much a choice is worth a simulation."""
        return value / LARGEST_NEARNESS + total / ((1 + place) * (1 + work))

    def _take_children(self, node: Node, expansion: Expansion) -> None:
        """Makes the nearest contents of an expansion children of its node."""
        scores = expansion.nearness - np.float32(COST_PENALTY * (expansion.price + node.stage))
        order = np.argsort(-scores, kind="stable")[:CHILDREN]
        self._add_children(node, expansion.near[order], scores[order])

    def _add_children(self, node: Node, rows: NDArray[np.integer], scores: NDArray[np.float32]) -> None:
        """Adds children to a node that are nowhere else in the tree; children stand by score."""
        for row, score in zip(rows.tolist(), scores.tolist(), strict=True):
            if row not in self._seen:
                self._seen.add(row)
                child = Node(row, score)
                node.children.append(child)
                if self._is_greedy:
                    self._push(child)
        node.children.sort(key=lambda child: -child.score)

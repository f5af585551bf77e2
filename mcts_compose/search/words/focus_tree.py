"""The tree over promising contents: a node is one contents, its focus, and what was found around it.

The root's children are the contents of the enumeration that are nearest to a goal; the children of a focus are
the near contents found in its neighbourhood. A simulation walks down by PUCT, where the node itself is one of
the choices: its neighbourhood is then expanded by one stage more. The value of a node is the nearness of the
nearest contents below it (max-backup).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.words import layout as at
from mcts_compose.search.words import local as rows
from mcts_compose.search.words import neighbourhood as kernels
from mcts_compose.search.words.forward import Enumeration
from mcts_compose.search.words.nearness import count_goal_ones, score_rows
from mcts_compose.search.words.operators import Operator, inverses_of
from mcts_compose.search.words.solution import LEAF
from mcts_compose.search.words.store import BLOCK, Bank
from mcts_compose.search.words.sweep import sweep
from vm.assembly.isa import ITE

C_PUCT = 1.0
"""Weight of exploration (untuned)."""
MADE_CONSTANTS = 3
"""Constants made of constants that operands are taken from (untuned)."""
MAX_BASE = 24
"""Rows that operands of an expansion are taken from: inputs, constants, then the parts of the focus."""
CHILDREN = 24
"""Near contents that become children of their focus (untuned)."""
ROOT_CHILDREN = 4096
WORK_UNIT = 16_000
"""Candidates that count as one visit more: about the first stage of an expansion."""
ROOT_ROWS = 1_000_000
"""Contents of the enumeration that are looked at, the cheapest first (untuned)."""
COST_PENALTY = 0.02
"""What a contents' value loses for each unit of its cost (untuned)."""
STAGES = 3
SWEEP_ROWS = 256
"""Contents that one sweep looks at."""
SWEEP_SHARE = 0.5
"""Share of the tree's candidates that is the sweeps' (untuned)."""


@dataclass
class Node:
    """One focus.

    Attributes:
      row: of the bank; `LEAF` for the root.
      score: value of its contents.
      price: of the lines that it is made of.
      work: simulations that went through it, each with the candidates that it ran.
      own_work: the part of it that expanded the node itself.
      stage: stages of its neighbourhood that were expanded.
      value: the best score below it, its own included.
      children: by score, the best first.
    """

    row: int
    score: float
    price: int
    work: float = 0.0
    own_work: float = 0.0
    stage: int = 0
    value: float = 0.0
    children: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.value = self.score

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be expanded here or below."""
        return self.stage >= STAGES and all(child.is_done for child in self.children)


class FocusTree:
    """A search tree over one bank.

    Attributes:
      nodes: how many there are.
    """

    def __init__(
        self, bank: Bank, operators: tuple[Operator, ...], enumeration: Enumeration, *, is_greedy: bool
    ) -> None:
        self._bank, self._enumeration = bank, enumeration
        self._is_greedy = is_greedy
        self._prices = {each.opcode: each.price for each in operators}
        self._reads = {each.opcode: each.reads for each in operators}
        self._operators = np.array(
            [[each.opcode, each.reads, each.is_commutative] for each in operators], np.int64
        )
        self._all_inverses = inverses_of(operators)
        binary = [each for each in self._all_inverses if each.reads == 2]
        self._inverses = np.array(
            [[each.opcode, each.is_second, each.inverse, each.is_swapped, each.price] for each in binary],
            np.int64,
        ).reshape(-1, 5)
        self._cheap = np.array(
            [
                [each.opcode, each.reads, each.is_commutative]
                for each in operators
                if each.price == 1 and each.opcode != ITE
            ],
            np.int64,
        ).reshape(-1, 3)
        self._swept = 0
        self._order: NDArray[np.int64] = np.empty(0, np.int64)
        self._scores: NDArray[np.float32] = np.empty(0, np.float32)
        self._sweep_work = self._work = 0
        self._root = Node(LEAF, 0.0, 0)
        self._seen: set[int] = set()
        self._scored = 0
        self._goals = enumeration.goals_of(0)[0], enumeration.goals_of(1)[1]
        count_goal_ones(bank, *self._goals)
        wanted = 2 * max(1, len(self._inverses)) * (self._goals[1] - self._goals[0])
        self._wanted = np.zeros(1 << wanted.bit_length(), np.uint64)
        self.nodes = 1

    def grow_root(self) -> None:
        """Gives the root the best of the contents that the enumeration found since the last call."""
        bank = self._bank
        last = min(int(bank.state[at.COUNT]), ROOT_ROWS)
        if last <= self._scored:
            return
        scores: NDArray[np.float32] = np.empty(last - self._scored, np.float32)
        score_rows(bank, self._scored, last, *self._goals, scores)
        scores -= COST_PENALTY * bank.costs[self._scored : last]
        # What was swept is not swept again; the rest and what is new stand by score, the best first.
        rest, new = self._order[self._swept :], np.arange(self._scored, last, dtype=np.int64)
        all_scores = np.concatenate([self._scores[self._swept :], scores])
        order = np.argsort(-all_scores, kind="stable")
        self._order, self._scores = np.concatenate([rest, new])[order], all_scores[order]
        self._swept, self._scored = 0, last
        self._add_children(self._root, self._order[:ROOT_CHILDREN], self._scores[:ROOT_CHILDREN])
        del self._root.children[ROOT_CHILDREN:]

    def step(self) -> bool:
        """Sweeps a part of the bank or runs a simulation; returns False if nothing is left."""
        state = self._bank.state
        before = int(state[at.EXECUTIONS])
        is_sweep = len(self._inverses) > 0 and self._sweep_work <= SWEEP_SHARE * self._work
        did = self._sweep() if is_sweep else False
        spent = int(state[at.EXECUTIONS]) - before
        self._sweep_work += spent
        if not did:
            did = self._simulate()
        self._work += int(state[at.EXECUTIONS]) - before
        return did

    def _sweep(self) -> bool:
        """Looks for shared terms among the next contents, and expands those it finds."""
        bank, leaves = self._bank, self._enumeration.rows_of(0)[1]
        rows_to_sweep = self._order[self._swept : self._swept + SWEEP_ROWS]
        if not len(rows_to_sweep) or leaves > BLOCK:
            return False
        self._swept += len(rows_to_sweep)
        bank.state[at.NUM_NEAR] = 0
        sweep(bank, self._wanted, self._cheap, self._inverses, leaves, rows_to_sweep, *self._goals)
        for row in [int(each) for each in bank.near[: int(bank.state[at.NUM_NEAR])]]:
            self._expand(Node(row, 0.0, 0))
        return True

    def _simulate(self) -> bool:
        """Walks down, expands one stage and backs up; returns False if nothing is left."""
        path = [self._root]
        while True:
            step = self._select(path[-1])
            if step is None:
                return False
            if step is path[-1]:
                break
            path.append(step)
            if step.stage == 0:
                break
        before = int(self._bank.state[at.EXECUTIONS])
        self._expand(path[-1])
        work = 1 + (int(self._bank.state[at.EXECUTIONS]) - before) / WORK_UNIT
        for node in reversed(path):
            node.work += work
            node.value = max([node.score, *(child.value for child in node.children[:CHILDREN])])
        return True

    def _select(self, node: Node) -> Node | None:
        """Returns the child to go to, the node itself for its next stage, or None."""
        best: Node | None = None
        best_score = -math.inf
        total = math.sqrt(node.work + 1)
        if node is not self._root and node.stage < STAGES:
            best, best_score = node, node.score / 2 + C_PUCT * total / (1 + node.own_work)
        for rank, child in enumerate(node.children):
            if child.is_done:
                continue
            score = child.value / 2
            if not self._is_greedy:
                score += C_PUCT * total / ((1 + rank) * (1 + child.work))
            elif child.work:
                score -= math.log2(1 + child.work) / 16
            if score > best_score:
                best, best_score = child, score
            if child.work == 0:
                # Children stand by score, so that those after the first without a visit are no better.
                break
        return best

    def _parts(self, row: int) -> tuple[list[int], int]:
        """Returns the contents that a focus is made of, nearest first, and the price of their lines."""
        bank = self._bank
        found: list[int] = []
        waiting, price = [row], 0
        while waiting:
            part = waiting.pop(0)
            opcode = int(bank.how[4 * part])
            if part in found or opcode == LEAF:
                continue
            found.append(part)
            price += self._prices[opcode]
            waiting += [int(each) for each in bank.how[4 * part + 1 : 4 * part + 1 + self._reads[opcode]]]
        return found, price

    def _small_constants(self) -> list[int]:
        """Returns the contents of cost 1 that are the smallest constants: they cost no line."""
        bank, size = self._bank, int(self._bank.state[at.SIZE])
        first, last = self._enumeration.rows_of(1)
        words = bank.words[first * size : last * size].reshape(-1, size)
        rows_of_constants = np.flatnonzero((words == words[:, :1]).all(axis=1))
        best = rows_of_constants[np.argsort(words[rows_of_constants, 0], kind="stable")]
        return [first + int(each) for each in best[:MADE_CONSTANTS]]

    def _lay_base(self, node: Node) -> int:
        """Makes the base of a focus; returns its length. The focus is its last row."""
        bank = self._bank
        leaves = [*range(*self._enumeration.rows_of(0)), *self._small_constants()]
        parts, node.price = self._parts(node.row)
        rows.clear(bank)
        for row in [*leaves, *parts[1:]][: MAX_BASE - 1]:
            rows.add_base(bank, row)
        rows.add_base(bank, node.row)
        return int(bank.state[at.LOCAL_COUNT] - bank.state[at.NUM_ROWS])

    def _expand(self, node: Node) -> None:
        """Expands the next stage of a node; stages before it are run again, because their rows are gone."""
        bank, state = self._bank, self._bank.state
        before = int(state[at.EXECUTIONS])
        if node.stage == 0:
            self.nodes += 1
        node.stage += 1
        first = int(state[at.NUM_ROWS])
        base = self._lay_base(node)
        firsts = first + base
        state[at.NUM_NEAR] = 0
        if node.stage == 1:
            for each in self._all_inverses:
                if each.reads == 2:
                    for cost in (0, 1):
                        goals = self._enumeration.goals_of(cost)
                        self._enumeration.make_goals(
                            each, goals, (node.row, node.row + 1), cost + each.price, int(state[at.NUM_ROWS])
                        )
        kernels.expand_firsts(bank, self._operators, base, min(node.price + 1, 254))
        seconds = int(state[at.LOCAL_COUNT])
        if node.stage == 1:
            kernels.join(bank, self._inverses, firsts - 1, seconds, *self._goals, 1)
            kernels.score_firsts(bank, firsts, seconds, *self._goals)
        else:
            cost, main = min(node.price + 2, 254), self._enumeration.goals_of(0)
            kernels.expand_seconds(
                bank, self._operators, base, firsts, seconds, cost, node.score, *self._goals
            )
            last = int(state[at.LOCAL_COUNT])
            if node.stage == 2:
                kernels.join(bank, self._inverses, seconds, last, *main, 2)
            else:
                kernels.join(bank, self._inverses, seconds, last, *self._goals, 2)
                kernels.expand_thirds(bank, self._operators, first, base, seconds, last, min(cost + 1, 254))
        node.own_work += 1 + (int(state[at.EXECUTIONS]) - before) / WORK_UNIT
        self._take_children(node)

    def _take_children(self, node: Node) -> None:
        """Makes the nearest contents of an expansion children of its node."""
        count = int(self._bank.state[at.NUM_NEAR])
        scores = self._bank.nearness[:count] - COST_PENALTY * (node.price + node.stage)
        order = np.argsort(-scores, kind="stable")[:CHILDREN]
        self._add_children(node, self._bank.near[order], scores[order])

    def _add_children(
        self, node: Node, rows_of_children: NDArray[np.integer], scores: NDArray[np.float32]
    ) -> None:
        """Adds children to a node that are nowhere else in the tree; children stand by score."""
        for row, score in zip(rows_of_children.tolist(), scores.tolist(), strict=True):
            if row not in self._seen:
                self._seen.add(row)
                node.children.append(Node(row, score, 0))
        node.children.sort(key=lambda child: -child.score)

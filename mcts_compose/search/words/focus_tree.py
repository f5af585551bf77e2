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
from mcts_compose.search.words.store import Bank

C_PUCT = 0.5
"""Weight of exploration (untuned)."""
MAX_BASE = 20
"""Rows that operands of an expansion are taken from: inputs, constants, then the parts of the focus."""
CHILDREN = 24
"""Near contents that become children of their focus (untuned)."""
ROOT_CHILDREN = 4096
ROOT_ROWS = 400_000
"""Contents of the enumeration that are looked at, the cheapest first (untuned)."""
COST_PENALTY = 0.02
"""What a contents' value loses for each unit of its cost (untuned)."""
STAGES = 3


@dataclass
class Node:
    """One focus.

    Attributes:
      row: of the bank; `LEAF` for the root.
      score: value of its contents.
      price: of the lines that it is made of.
      visits: simulations that went through it.
      stage: stages of its neighbourhood that were expanded.
      value: the best score below it, its own included.
      children: by score, the best first.
    """

    row: int
    score: float
    price: int
    visits: int = 0
    stage: int = 0
    value: float = 0.0
    children: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.value = self.score


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
        self._root = Node(LEAF, 0.0, 0)
        self._seen: set[int] = set()
        self._scored = 0
        self._goals = enumeration.goals_of(0)[0], enumeration.goals_of(1)[1]
        count_goal_ones(bank, *self._goals)
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
        best = np.argsort(-scores, kind="stable")[:ROOT_CHILDREN]
        found = [Node(self._scored + int(each), float(scores[each]), 0) for each in best]
        self._scored = last
        children = sorted([*self._root.children, *found], key=lambda node: -node.score)
        self._root.children = [node for node in children if node.visits or node.row not in self._seen]
        del self._root.children[ROOT_CHILDREN:]

    def simulate(self) -> bool:
        """Walks down, expands one stage and backs up; returns False if nothing is left."""
        path = [self._root]
        while True:
            step = self._select(path[-1])
            if step is None:
                return False
            if step is path[-1]:
                break
            path.append(step)
            if step.visits == 0:
                break
        self._expand(path[-1])
        for node in reversed(path):
            node.visits += 1
            node.value = max(
                [node.score, *(child.value for child in node.children[:CHILDREN] if child.visits)]
            )
        return True

    def _select(self, node: Node) -> Node | None:
        """Returns the child to go to, the node itself for its next stage, or None."""
        best: Node | None = None
        best_score = -math.inf
        total = math.sqrt(node.visits + 1)
        is_open = node is not self._root and node.stage < STAGES
        if is_open:
            best, best_score = (
                node,
                node.score + C_PUCT * total / (1 + 3 * node.stage) / (1 + len(node.children)),
            )
        weight = 1.0
        for child in node.children:
            if child.visits > 40 and child.stage >= STAGES and not child.children:
                continue
            score = child.value + C_PUCT * 0.1 * total * weight / (1 + child.visits)
            if self._is_greedy:
                score = child.score if child.visits == 0 else child.value - 0.05 * child.visits
            if score > best_score:
                best, best_score = child, score
            if child.visits == 0:
                # Children stand by score: the unvisited ones after this one are no better.
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

    def _lay_base(self, node: Node) -> int:
        """Makes the base of a focus; returns its length. The focus is its last row."""
        bank = self._bank
        leaves = list(range(*self._enumeration.rows_of(0)))
        parts, node.price = self._parts(node.row)
        rows.clear(bank)
        for row in [*leaves, *parts[1:]][: MAX_BASE - 1]:
            rows.add_base(bank, row)
        rows.add_base(bank, node.row)
        return int(bank.state[at.LOCAL_COUNT] - bank.state[at.NUM_ROWS])

    def _expand(self, node: Node) -> None:
        """Expands the next stage of a node; stages before it are run again, because their rows are gone."""
        bank, state = self._bank, self._bank.state
        if node.visits == 0:
            self.nodes += 1
            self._seen.add(node.row)
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
        self._take_children(node)

    def _take_children(self, node: Node) -> None:
        """Makes the nearest contents of an expansion children of its node."""
        count = int(self._bank.state[at.NUM_NEAR])
        scores = self._bank.nearness[:count] - COST_PENALTY * (node.price + node.stage)
        for each in np.argsort(-scores, kind="stable")[:CHILDREN]:
            row = int(self._bank.near[each])
            if row not in self._seen:
                self._seen.add(row)
                node.children.append(Node(row, float(scores[each]), 0))
        node.children.sort(key=lambda child: -child.score)

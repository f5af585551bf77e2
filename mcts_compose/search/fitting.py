"""Decides which programs are there to choose from: all that the kept derivations of the goal can be put to.

A contents has its cheapest derivation and, up to the margin, others (others.py); each operand of each of them
again. So a few rows make many programs, of which the cheapest are listed. A program's cost is that of its
calls as a tree, and the price of the inputs that it does not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from mcts_compose.search import layout as at
from vm.values import IntArray

if TYPE_CHECKING:
    from mcts_compose.search.engine import Engine

MOST_LISTED: Final = 100
"""Programs of one contents, the cheapest first; 50 to 200 choose as well (measured on four list suites)."""
MOST_JOINED: Final = 20_000
"""Combinations of operands that are looked at in all; a tenth of a second at most (untuned)."""
_LOW: Final = 0xFFFFFFFF


class Tree(NamedTuple):
    """A program as nested calls.

    Attributes:
      contents: id of what it gives.
      action: address of the action, negative for a leaf.
      operands: of the call.
    """

    contents: int
    action: int
    operands: tuple[Tree, ...] = ()


class Fit(NamedTuple):
    """A program that fits.

    Attributes:
      cost: in the search's units.
      tree: the program.
    """

    cost: int
    tree: Tree


def fitting(engine: Engine) -> list[Fit]:
    """Returns different programs that give the goal, the cheapest first; the search's own is among them."""
    goal, best = int(engine.memory[at.GOAL]), engine.best_cost
    own = cheapest_tree(engine, goal)
    if own.action < 0:
        return [Fit(best, own)]
    lister = _Lister(engine)
    dearest = best + engine.options.margin
    found: dict[Tree, int] = {}
    # The goal's own cost has the price of unread inputs in it, that of its calls is lower.
    for extra, tree in lister.below(goal, dearest - lister.cost(goal)):
        cost = lister.cost(goal) + extra + engine.unread_price(inputs_read(engine, tree))
        if cost <= dearest:
            found.setdefault(tree, cost)
    # What it was priced at may have fallen since, as an operand became cheaper.
    found[own] = min(best, found.get(own, best))
    return sorted((Fit(cost, tree) for tree, cost in found.items()), key=lambda fit: fit.cost)


def cheapest_tree(engine: Engine, contents: int) -> Tree:
    """Returns the cheapest known derivation of a contents."""
    action, operands = engine.derivation(contents)
    return Tree(contents, action, tuple(cheapest_tree(engine, operand) for operand in operands))


def inputs_read(engine: Engine, tree: Tree) -> int:
    """Returns a bit for each of the task's inputs that a program reads."""
    if tree.action < 0:
        return engine.inputs_read(tree.contents)
    bits = 0
    for operand in tree.operands:
        bits |= inputs_read(engine, operand)
    return bits


class _Lister:
    """Puts derivations together.

    Args:
      engine: a search that is over; its rows are read once.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ways: dict[int, list[_Way]] = {}
        self._known: dict[tuple[int, int], list[tuple[int, Tree]]] = {}
        self._joined = 0
        self._others = _Others(engine)

    def cost(self, contents: int) -> int:
        """Returns the cost of the cheapest call that gives a contents, as its operands cost now."""
        return min(self._price(way.action, way.operands) for way in self._ways_to(contents))

    def _price(self, action: int, operands: tuple[int, ...]) -> int:
        return self._engine.action_at(action).price + sum(map(self._engine.cost, operands))

    def _ways_to(self, contents: int) -> list[_Way]:
        """Returns every derivation that is a call, once, those that cost least more first."""
        ways = self._ways.get(contents)
        if ways is None:
            ways = self._ways[contents] = self._found_ways(contents)
        return ways

    def _found_ways(self, contents: int) -> list[_Way]:
        engine = self._engine
        action, operands = engine.derivation(contents)
        found: dict[tuple[int, tuple[int, ...]], int] = {}
        if action >= 0:
            found[action, tuple(operands)] = self._price(action, tuple(operands))
        for price, action, first, second, third in self._others.of(contents).tolist():
            arity = len(engine.action_at(action).overload.params)
            found.setdefault((action, (first, second, third)[:arity]), price)
        is_goal = contents == engine.memory[at.GOAL]
        # The goal's own cost has the price of unread inputs in it.
        least = min(found.values(), default=0) if is_goal else engine.cost(contents)
        ways = [_Way(price - least, action, operands) for (action, operands), price in found.items()]
        return sorted(ways, key=lambda way: way.extra)

    def below(self, contents: int, most: int) -> list[tuple[int, Tree]]:
        """Returns the programs that cost at most so much more than the cheapest, with what they cost more."""
        key = contents, most
        if key not in self._known:
            self._known[key] = self._list(contents, most)
        return self._known[key]

    def _list(self, contents: int, most: int) -> list[tuple[int, Tree]]:
        action, _ = self._engine.derivation(contents)
        found = [(0, Tree(contents, action))] if action < 0 else []
        if most > 0 or not found:
            for way in self._ways_to(contents):
                if way.extra > most:
                    break
                parts = self._join(way.operands, way.extra, most)
                found += [(total, Tree(contents, way.action, trees)) for total, trees in parts]
        found.sort(key=lambda each: each[0])
        return found[:MOST_LISTED]

    def _join(self, operands: tuple[int, ...], extra: int, most: int) -> list[tuple[int, tuple[Tree, ...]]]:
        """Returns all combinations of the operands' programs within a bound; a call takes from the bound.

        A derivation that reads its own contents costs more than that contents by a call at least, so bounds
        fall until it is out of them.
        """
        parts: list[tuple[int, tuple[Tree, ...]]] = [(extra, ())]
        for operand in operands:
            joined = []
            for spent, trees in parts:
                left = most - spent if self._joined < MOST_JOINED else 0
                for more, tree in self.below(operand, left):
                    joined.append((spent + more, (*trees, tree)))
            self._joined += len(joined)
            joined.sort(key=lambda each: each[0])
            parts = joined[:MOST_LISTED]
        return parts


class _Way(NamedTuple):
    """One derivation: what it costs more than the cheapest, and the call."""

    extra: int
    action: int
    operands: tuple[int, ...]


class _Others:
    """The other derivations of a search, found by what they give.

    Of some hundred thousand a few are looked at: the rest are put in order and not read.

    Args:
      engine: a search that is over.
    """

    def __init__(self, engine: Engine) -> None:
        memory = engine.memory
        begin, size = int(memory[at.OTHERS]), at.OTHER_WORDS * int(memory[at.NUM_OTHERS])
        self._engine = engine
        self._words = memory[begin : begin + size].reshape(-1, at.OTHER_WORDS)
        # A row's number in its key keeps rows of one contents in their order, and numbers are sorted faster
        # than their positions are.
        self._keys = np.sort(self._words[:, 0] & ~_LOW | np.arange(len(self._words)))

    def of(self, contents: int) -> IntArray:
        """Returns those that can matter to a contents: price, action and three operands, 0 for none.

        Shape (derivations, 5).
        """
        memory, pool = self._engine.memory, self._engine.bank.pool
        cost, margin = self._engine.cost(contents), self._engine.options.margin
        begin, end = np.searchsorted(self._keys, (contents << 32, contents + 1 << 32))
        # A contents that costs more than any program listed is part of none.
        if cost > self._engine.best_cost + margin:
            end = begin
        words = self._words[self._keys[begin:end] & _LOW]
        action = words[:, 0] & _LOW
        operands = words[:, 1] >> 32, words[:, 1] & _LOW, words[:, 2] >> 32
        # The cost of no operand, whose id is 0, reads as 0. Operands may cost less now than they did then.
        price = memory[action + at.A_PRICE] + sum(pool[operand + 1] >> 32 for operand in operands)
        rows: IntArray = np.stack((price, action, *operands), axis=1)[price - cost <= margin]
        return rows

"""A bank to learn from: contents enumerated from some inputs, and the steps that lead to one of them.

The engine is the search's own, so the skills are the live ones and interning does the filtering: what equals
an input, or the result of a cheaper call, is no new contents. Above the cheap calls only some contents of
each cost are handed on, so that a few candidates reach deep.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search import layout as at
from mcts_compose.search.engine import Engine, OutOfRoomError
from mcts_compose.search.levels import segment
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.problem import Problem
from mcts_compose.search.value import count_goal, value_of
from mcts_compose.search.value_weights import shipped_weights
from mcts_compose.training.sample import Arm
from priors.bundled import text
from priors.bundled.properties import Values
from vm.values import Batch, IntArray

CANDIDATES: Final = 60_000
MAX_LEVEL: Final = 44
COMPLETE_LEVEL: Final = 8
"""Up to this cost a bank is complete, so that what cheap calls give is no result of dear ones."""
MEMORY_MB: Final = 96
OPTIONS: Final = SearchOptions(
    goal_directed=False, inferred_constants=False, split=False, choose="cheapest", max_list=24
)

POSITIVES: Final = 2
NEGATIVES: Final = 2
"""Arms that are drawn at random; as many again are those of `VALUED` that look nearest to the result."""
VALUED: Final = 40


class Bank:
    """One enumerated bank; how far it is searched is untuned, like all numbers of this file.

    Args:
      problem: inputs and skills; its types are known to the model. Its goal is what arms lead to until
        `aim` names another.
      prices: cost units by skill name.
      constant_prices: cost units by `repr` of the constant.
      kept: contents of each cost and type that are handed on above the cheap calls.
      rng: what is drawn.

    Attributes:
      ids: `[contents]` int64, every contents that a call made.
      costs: `[contents]` int64, of the cheapest derivation.
      kinds: `[contents]` int64, of their types.
      read: `[contents]` int64, a bit for each input that the derivation reads.
      operands: `[contents, 3]` int64, ids, 0 where there is none.
      siblings: `[contents]` int64, how many contents the same action has made.
    """

    def __init__(
        self,
        problem: Problem,
        prices: Mapping[str, int],
        constant_prices: Mapping[str, int],
        kept: int,
        rng: np.random.Generator,
    ) -> None:
        self._rng = rng
        self.engine = Engine(problem, dict(prices), dict(constant_prices), OPTIONS, MEMORY_MB)
        self._counts: IntArray = count_goal(problem.goal)
        self._run(kept)
        self._read()

    def _run(self, kept: int) -> None:
        engine, memory = self.engine, self.engine.memory
        try:
            while memory[at.CANDIDATES] < CANDIDATES and memory[at.LEVEL] < MAX_LEVEL:
                if not engine.run_root(int(CANDIDATES - memory[at.CANDIDATES])):
                    continue
                level = int(memory[at.LEVEL]) - 1
                if level == COMPLETE_LEVEL:
                    for lower in range(2, level):
                        self._thin(lower, kept)
                if level >= COMPLETE_LEVEL:
                    self._thin(level, kept)
        except OutOfRoomError:
            pass

    def _thin(self, level: int, kept: int) -> None:
        """Leaves only some of the contents of a level for later levels to read."""
        memory, items = self.engine.memory, self.engine.bank.items
        for kind in sorted(type_.kind for type_ in text.KNOWN_TYPES):
            record = int(segment(memory, level, kind))
            begin, end = int(memory[record]), int(memory[record + 1])
            if end - begin > kept:
                items[begin:end] = self._rng.permutation(items[begin:end])
                memory[record + 1] = begin + kept

    def _read(self) -> None:
        bank, memory = self.engine.bank, self.engine.memory
        ids = np.unique(bank.links[: 2 * int(memory[at.NUM_LINKS]) : 2])
        pool = bank.pool
        actions = pool[ids + 1].astype(np.uint32).view(np.int32)
        called = (actions > 0) & (pool[ids + 1] >> 32 < at.INFINITE_COST)
        _, number, count = np.unique(actions[called], return_inverse=True, return_counts=True)
        self.siblings: IntArray = count[number]
        self.ids: IntArray = ids[called]
        self.costs: IntArray = pool[self.ids + 1] >> 32
        self.kinds: IntArray = pool[self.ids] & 0xFF
        self.read: IntArray = (pool[self.ids] >> at.INPUT_BITS) & 0xFF
        words = pool[self.ids + 2]
        self.operands: NDArray[np.int64] = np.stack(
            [words >> 32, words & 0xFFFFFFFF, pool[self.ids + 3] >> 32], axis=1
        )

    def aim(self, contents: int) -> None:
        """Makes a contents the result that arms lead to."""
        batch, memory = self.engine.values(contents), self.engine.memory
        goal = int(memory[at.GOALS])
        words = int(memory[goal + at.G_WORDS])
        memory[words : words + len(batch.words)] = batch.words
        memory[goal + at.G_SHAPE] = int(self.engine.bank.pool[contents]) >> 32
        memory[goal + at.G_KIND] = batch.type.kind
        self._counts = count_goal(batch)

    def head_of(self, contents: int) -> str:
        """Returns the word of the skill that makes a contents."""
        action, _ = self.engine.derivation(contents)
        if action < 0:
            return text.LEAF
        number = (action - int(self.engine.memory[at.ACTIONS])) // at.ACTION_WORDS
        return text.skill_word(self.engine.actions[number].row.name)

    def step(self, contents: int, goal: Values) -> list[str] | None:
        """Returns the words of a contents as a step towards a result; None if its type is not known."""
        batch = self.engine.values(contents)
        return step_of(self.head_of(contents), batch, goal)

    def readers(self, result: int) -> dict[int, set[int]]:
        """Returns all contents that a result's derivation reads, each with those that read it."""
        found: dict[int, set[int]] = {}
        waiting = [result]
        while waiting:
            current = waiting.pop()
            for operand in self.engine.derivation(current)[1]:
                if operand not in found:
                    waiting.append(operand)
                found.setdefault(operand, set()).add(current)
        return found

    def arms_to(self, result: int, goal: Values) -> list[Arm]:
        """Returns arms of the root or of a focus on the way to a result, which `aim` has named.

        Those on the way come first. Others of the root are any contents; others of a focus read it.
        """
        engine, rng = self.engine, self._rng
        readers = self.readers(result)
        calls = [contents for contents in readers if engine.derivation(contents)[0] >= 0]
        if not calls:
            return []
        focus = int(rng.choice(calls)) if len(calls) > 1 and rng.random() < 0.5 else 0
        positives = set(calls)
        if focus:
            positives, waiting = set(), [focus]
            while waiting:
                new = readers.get(waiting.pop(), set()) - positives - {result}
                positives |= new
                waiting += new
        words = self.step(focus, goal) if focus else None
        before = [text.FOCUS, *words] if words else []
        dearest = max((engine.cost(contents) for contents in positives), default=0) + 2
        others = self.others(focus, dearest, {*positives, result, focus})
        drawn = rng.choice(sorted(positives), min(len(positives), POSITIVES), replace=False).tolist()
        steps = [(self.step(contents, goal), contents in positives) for contents in [*drawn, *others]]
        return [Arm([*before, *step, text.WAY], is_on_way) for step, is_on_way in steps if step is not None]

    def others(self, focus: int, dearest: int, left_out: set[int]) -> list[int]:
        """Returns contents that could be arms: some at random, and some that look near the goal.

        Args:
          focus: what they read; 0 for any contents.
          dearest: the highest cost.
          left_out: ids that are not wanted.
        """
        usable = self.costs <= dearest
        if focus:
            usable &= (self.operands == focus).any(axis=1)
        places = np.flatnonzero(usable)
        if not len(places):
            return []
        drawn = [
            int(one)
            for one in dict.fromkeys(self._rng.choice(self.ids[places], VALUED).tolist())
            if one not in left_out
        ]
        bank, weights = self.engine.bank, shipped_weights()
        near = sorted(drawn[NEGATIVES:], key=lambda one: -value_of(*bank[:5], self._counts, weights, one))
        return [*drawn[:NEGATIVES], *near[:NEGATIVES]]


def step_of(head: str, batch: Batch, goal: Values) -> list[str] | None:
    """Returns the words of some values as a step towards a result; None if their type is not known."""
    return text.step_words(head, batch.type, Values(batch), goal) if batch.type in text.KNOWN_TYPES else None

"""Makes samples without any task: a bank is enumerated from random inputs, and its contents become results.

The engine is the search's own, so that the skills are the live ones and interning does the filtering: what
equals an input, or the result of a cheaper call, is no result. Each bank draws its own inputs, skills,
prices and constants, and of every level only some contents go on, so that it reaches deep with few
candidates. No benchmark task and no weights that were fitted on one are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search import layout as at
from mcts_compose.search.actions import searched_rows
from mcts_compose.search.derived import LOOPS
from mcts_compose.search.engine import Engine, OutOfRoomError
from mcts_compose.search.levels import segment
from mcts_compose.search.options import SearchOptions
from mcts_compose.search.problem import Problem
from mcts_compose.training.inputs import draw_columns, draw_signature
from mcts_compose.training.sample import Arm, Sample
from priors.bundled import text
from priors.bundled.properties import Values
from vm.isa import Instruction
from vm.table import TABLE_HASH
from vm.values import Batch, HostValue, ValueType, encode

VERSION: Final = 1
"""Of the recipe; a part of its fingerprint."""
CANDIDATES: Final = 100_000
"""Candidates of a bank."""
SAMPLES_A_BANK: Final = 50
MAX_LEVEL: Final = 44
COMPLETE_LEVEL: Final = 8
"""Up to this cost a bank is complete, so that what cheap calls give is no result of dear ones."""
KEPT: Final = (2, 4, 8, 16)
"""Contents of each cost and type that are handed on to levels above that."""
MEMORY_MB: Final = 96
OPTIONS: Final = SearchOptions(goal_directed=False, inferred_constants=False, split=False, max_list=24)

LEAST_COST: Final = 4
CHANCE_OF_SKILL: Final = (0.85, 0.3, 0.12)
"""How likely a bank has a skill of the lowest prices, of the highest, and a loop."""
TYPE_WEIGHTS: Final = {text.INTS: 0.6, text.INT: 0.25, text.BOOL: 0.08, text.BOOLS: 0.07}
UNUSED_INPUT: Final = 0.1
"""Share of results that need not read every argument."""
MOST: Final = 400
"""Larger ints may be a tenth of a result's words."""
LONGEST: Final = 20
SHARE_WITH_ARMS: Final = 0.3
NEGATIVES: Final = 4
MAX_WORDS: Final = 32
"""Of a program."""


def fingerprint() -> str:
    """Returns a hash of the recipe and of the instruction table."""
    return hashlib.blake2b(f"{VERSION} {TABLE_HASH}".encode(), digest_size=8).hexdigest()


def _fits(row: Instruction) -> bool:
    """Says whether a skill works on the known types."""
    if row.name in LOOPS:
        return True
    return any(
        all(type_ in text.KNOWN_TYPES for type_ in (*overload.params, overload.result))
        for overload in row.overloads
    )


class Bank:
    """One enumerated bank.

    Args:
      rng: what is drawn.
      skills: the rows that it may draw from.
    """

    def __init__(self, rng: np.random.Generator, skills: Sequence[Instruction]) -> None:
        self._rng = rng
        self.types = draw_signature(rng)
        examples = int(rng.choice((2, 3, 3, 4, 5, 5, 6, 8, 10, 11, 12, 15)))
        columns = draw_columns(rng, self.types, examples)
        batches = tuple(encode(column, type_) for column, type_ in zip(columns, self.types, strict=True))
        names = tuple(f"x{number}" for number in range(len(self.types)))
        chosen = self._draw_skills(skills)
        extra: list[HostValue] = [int(number) for number in rng.integers(11, 100, int(rng.integers(0, 3)))]
        goal = encode([[10**8 + 7 * number] for number in range(examples)], text.INTS)
        problem = Problem(
            names, self.types, text.INTS, batches, goal, constants=tuple(dict.fromkeys(extra)),
            skills=tuple(row.name for row in chosen),
        )  # fmt: skip
        prices = {row.name: max(1, row.cost + int(rng.integers(-1, 2))) for row in chosen}
        # Most constants are out of reach, so that a bank's few are met often.
        constants = {
            repr(value): int(rng.integers(1, 5)) if rng.random() < 0.35 else at.MAX_COST - 1
            for value in (*range(-1, 11), *extra)
        }
        self.inputs = [Values(batch) for batch in batches]
        self.engine = Engine(problem, prices, constants, OPTIONS, MEMORY_MB)
        self._run(int(rng.choice(KEPT)))
        self._read_bank()

    def _draw_skills(self, skills: Sequence[Instruction]) -> list[Instruction]:
        usual, rare, loop = CHANCE_OF_SKILL
        chances = [loop if row.name in LOOPS else rare if row.cost > 5 else usual for row in skills]
        drawn = self._rng.random(len(skills)) < chances
        return [row for row, is_in in zip(skills, drawn, strict=True) if is_in] or [skills[0]]

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
        for kind in {type_.kind for type_ in text.KNOWN_TYPES}:
            record = int(segment(memory, level, kind))
            begin, end = int(memory[record]), int(memory[record + 1])
            if end - begin > kept:
                items[begin:end] = self._rng.permutation(items[begin:end])
                memory[record + 1] = begin + kept

    def _read_bank(self) -> None:
        """Reads cost, kind, used inputs and operands of all contents, and how many its last call has made."""
        bank, memory = self.engine.bank, self.engine.memory
        ids = np.unique(bank.links[: 2 * int(memory[at.NUM_LINKS]) : 2])
        pool = bank.pool
        action = pool[ids + 1].astype(np.uint32).view(np.int32)
        called = (action > 0) & (pool[ids + 1] >> 32 < at.INFINITE_COST)
        _, number, count = np.unique(action[called], return_inverse=True, return_counts=True)
        self.frequencies: NDArray[np.int64] = count[number]
        self.ids: NDArray[np.int64] = ids[called]
        self.costs = pool[self.ids + 1] >> 32
        self.kinds = pool[self.ids] & 0xFF
        self.read = (pool[self.ids] >> at.INPUT_BITS) & 0xFF
        words = pool[self.ids + 2]
        self.operands = np.stack([words >> 32, words & 0xFFFFFFFF, pool[self.ids + 3] >> 32], 1)

    def draw_results(self, num: int) -> list[tuple[ValueType, int]]:
        """Returns contents that may be results, with their types.

        Costs are drawn in proportion to themselves, and rare last calls more than frequent ones.
        """
        rng, every = self._rng, (1 << len(self.types)) - 1
        found: list[tuple[ValueType, int]] = []
        for type_, weight in TYPE_WEIGHTS.items():
            usable = (self.kinds == type_.kind) & (self.costs >= LEAST_COST)
            complete = usable & (self.read == every)
            for mask, share in ((complete, 1 - UNUSED_INPUT), (usable, UNUSED_INPUT)):
                places = np.flatnonzero(mask)
                if not len(places):
                    continue
                costs = self.costs[places]
                chance = costs / (np.bincount(costs)[costs] * np.sqrt(self.frequencies[places]))
                count = min(len(places), rng.poisson(num * weight * share))
                drawn = rng.choice(places, count, replace=False, p=chance / chance.sum())
                found += [(type_, int(self.ids[place])) for place in drawn]
        rng.shuffle(found)
        return found

    def is_result(self, batch: Batch) -> bool:
        """Says whether values could be what a task asks for."""
        words, rows = batch.words, batch.rows
        examples = len(rows)
        if len(words) < examples / 2:
            return False
        if np.abs(words[words != -(2**63)]).max(initial=0) > MOST and (np.abs(words) > MOST).mean() > 0.1:
            return False
        if batch.type.rank == 0:
            different = len(np.unique(words))
            return different == 2 if batch.type == text.BOOL else different > min(2, examples / 3)
        if rows.max() > LONGEST or (rows == 0).mean() > 0.5:
            return False
        starts = np.r_[0, np.cumsum(rows)]
        first = words[: rows[0]]
        return any(
            not np.array_equal(words[begin:end], first)
            for begin, end in zip(starts[1:], starts[2:], strict=False)
        )

    def head_of(self, contents: int) -> str:
        """Returns the word of the skill that makes a contents."""
        action, _ = self.engine.derivation(contents)
        if action < 0:
            return text.LEAF
        number = (action - int(self.engine.memory[at.ACTIONS])) // at.ACTION_WORDS
        return text.skill_word(self.engine.actions[number].row.name)

    def sample(self, type_: ValueType, contents: int) -> Sample | None:
        """Returns the sample whose result is a contents; None if it would make a poor task."""
        batch = self.engine.values(contents)
        if not self.is_result(batch):
            return None
        program = self.engine.program_of(contents)
        words, bag = text.program_words(program), text.bag_words(program)
        if words is None or bag is None or len(words) > MAX_WORDS:
            return None
        goal = Values(batch)
        prompt = text.words_of_values((*self.types, type_), self.inputs, goal)
        arms = self._arms(contents, goal) if self._rng.random() < SHARE_WITH_ARMS else []
        return Sample(prompt, bag, words, arms)

    def _step(self, contents: int, goal: Values) -> list[str] | None:
        batch = self.engine.values(contents)
        if batch.type not in text.KNOWN_TYPES:
            return None
        return text.step_words(self.head_of(contents), batch.type, Values(batch), goal)

    def _arms(self, result: int, goal: Values) -> list[Arm]:
        """Returns arms of a focus on the way to a result, or of the root, those on the way first.

        The root's arms are any contents. Those of a focus are made of it: they read it, or read something
        that does.
        """
        engine, rng = self.engine, self._rng
        readers: dict[int, set[int]] = {}
        waiting = [result]
        while waiting:
            current = waiting.pop()
            for operand in engine.derivation(current)[1]:
                if operand not in readers:
                    waiting.append(operand)
                readers.setdefault(operand, set()).add(current)
        calls = [contents for contents in readers if engine.derivation(contents)[0] >= 0]
        if not calls:
            return []
        focus = int(rng.choice(calls)) if len(calls) > 1 and rng.random() < 0.5 else 0
        if focus:
            positives, waiting = set[int](), [focus]
            while waiting:
                for reader in readers.get(waiting.pop(), ()):
                    if reader != result and reader not in positives:
                        positives.add(reader)
                        waiting.append(reader)
            others = self.ids[(self.operands == focus).any(axis=1)]
        else:
            positives, others = set(calls), self.ids
        if not positives or not len(others):
            return []
        costs = [engine.cost(contents) for contents in positives]
        near = others[engine.bank.pool[others + 1] >> 32 <= max(costs) + 2]
        negatives = {int(other) for other in rng.choice(near, NEGATIVES)} - positives - {result, focus} if len(
            near
        ) else set()
        chosen = [*rng.choice(sorted(positives), min(len(positives), 2), replace=False).tolist()]
        words = self._step(focus, goal) if focus else None
        before = [text.FOCUS, *words] if words else []
        return [
            Arm([*before, *step, text.WAY], contents in positives)
            for contents in [*chosen, *sorted(negatives)]
            if (step := self._step(int(contents), goal)) is not None
        ]


def samples(seed: int, shard: int) -> Iterator[Sample]:
    """Yields samples without end; they depend on seed and shard alone."""
    rng = np.random.default_rng((seed, shard))
    empty = encode([[0]], text.INTS)
    skills = [
        row for row in searched_rows(Problem((), (), text.INTS, (), empty)) if _fits(row)
    ]
    while True:
        bank = Bank(rng, skills)
        for type_, contents in bank.draw_results(SAMPLES_A_BANK):
            found = bank.sample(type_, contents)
            if found is not None:
                yield found
        bank.engine.release()

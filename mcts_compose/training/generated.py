"""Makes samples without any task: contents of a bank of random inputs become the results of made-up tasks.

Each bank draws its own inputs, skills, prices and constants; the way to each of its contents is known. No
benchmark task and no weights that were fitted on one are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from mcts_compose.search import layout as at
from mcts_compose.search.actions import searched_rows
from mcts_compose.search.derived import LOOPS
from mcts_compose.search.problem import Problem
from mcts_compose.training.bank import Bank
from mcts_compose.training.inputs import draw_columns, draw_signature
from mcts_compose.training.sample import Sample
from priors.bundled import text
from priors.bundled.properties import Values
from vm.isa import Instruction
from vm.table import TABLE_HASH
from vm.values import Batch, HostValue, ValueType, encode

VERSION: Final = 3
"""Of the recipe; a part of its fingerprint."""
EXAMPLES: Final = (2, 3, 3, 4, 5, 5, 6, 8, 10, 11, 12, 15)
SAMPLES_A_BANK: Final = 20
"""Few, since the samples of a bank have its skills and constants in common, which a model would learn."""
KEPT: Final = (2, 4, 8, 16)
CHANCE_OF_SKILL: Final = (0.85, 0.3, 0.12)
"""How likely a bank has a skill of the lowest prices, of the highest, and a loop."""
RARE_PRICE: Final = 6
CHANCE_OF_CONSTANT: Final = 0.35
"""Most constants are out of a bank's reach, so that its few are met often."""

LEAST_COST: Final = 4
TYPE_WEIGHTS: Final = {text.INTS: 0.6, text.INT: 0.25, text.BOOL: 0.08, text.BOOLS: 0.07}
UNUSED_INPUT: Final = 0.1
"""Share of results that need not read every argument."""
MOST: Final = 400
"""Larger ints may be a tenth of a result's words."""
LONGEST: Final = 20
MAX_WORDS: Final = 32
"""Of a program."""
SHARE_WITH_ARMS: Final = 0.3


def fingerprint() -> str:
    """Returns a hash of the recipe and of the instruction table."""
    return hashlib.blake2b(f"{VERSION} {TABLE_HASH}".encode(), digest_size=8).hexdigest()


def known_skills() -> list[Instruction]:
    """Returns the skills of the search that work on types known to the model."""
    everything = Problem((), (), text.INTS, (), encode([[0]], text.INTS))
    return [
        row
        for row in searched_rows(everything)
        if row.name in LOOPS
        or any(
            all(type_ in text.KNOWN_TYPES for type_ in (*overload.params, overload.result))
            for overload in row.overloads
        )
    ]


def _draw_skills(rng: np.random.Generator, skills: Sequence[Instruction]) -> list[Instruction]:
    usual, rare, loop = CHANCE_OF_SKILL
    chances = [loop if row.name in LOOPS else rare if row.cost >= RARE_PRICE else usual for row in skills]
    drawn = rng.random(len(skills)) < chances
    return [row for row, is_in in zip(skills, drawn, strict=True) if is_in] or [skills[0]]


def draw_bank(rng: np.random.Generator, skills: Sequence[Instruction]) -> tuple[Problem, Bank]:
    """Returns a random bank and the problem of its inputs; the goal is a placeholder that nothing gives."""
    types, examples = draw_signature(rng), int(rng.choice(EXAMPLES))
    columns = draw_columns(rng, types, examples)
    chosen = _draw_skills(rng, skills)
    constants: list[HostValue] = [int(number) for number in rng.integers(11, 100, int(rng.integers(0, 3)))]
    problem = Problem(
        input_names=tuple(f"x{number}" for number in range(len(types))),
        input_types=types,
        output_type=text.INTS,
        inputs=tuple(encode(column, type_) for column, type_ in zip(columns, types, strict=True)),
        goal=encode([[10**8 + 7 * number] for number in range(examples)], text.INTS),
        constants=tuple(dict.fromkeys(constants)),
        skills=tuple(row.name for row in chosen),
    )
    prices = {row.name: max(1, row.cost + int(rng.integers(-1, 2))) for row in chosen}
    constant_prices = {
        repr(value): int(rng.integers(1, 5)) if rng.random() < CHANCE_OF_CONSTANT else at.MAX_COST - 1
        for value in (*range(-1, 11), *constants)
    }
    return problem, Bank(problem, prices, constant_prices, int(rng.choice(KEPT)), rng)


def draw_results(rng: np.random.Generator, bank: Bank, num_inputs: int, num: int) -> list[int]:
    """Returns about `num` contents that may be results.

    Costs are drawn in proportion to themselves, and rare last calls more than frequent ones.
    """
    every = (1 << num_inputs) - 1
    found: list[int] = []
    for type_, weight in TYPE_WEIGHTS.items():
        usable = (bank.kinds == type_.kind) & (bank.costs >= LEAST_COST)
        complete = usable & (bank.read == every)
        for mask, share in ((complete, 1 - UNUSED_INPUT), (usable, UNUSED_INPUT)):
            places = np.flatnonzero(mask)
            if not len(places):
                continue
            costs = bank.costs[places]
            chance = costs / (np.bincount(costs)[costs] * np.sqrt(bank.siblings[places]))
            count = min(len(places), rng.poisson(num * weight * share))
            found += bank.ids[rng.choice(places, count, replace=False, p=chance / chance.sum())].tolist()
    rng.shuffle(found)
    return found


def is_result(batch: Batch) -> bool:
    """Says whether values could be what a task asks for: not all alike, nor mostly empty, nor huge."""
    words, rows = batch.words, batch.rows
    examples = len(rows)
    if len(words) < examples / 2:
        return False
    if ((words > MOST) | (words < -MOST)).mean() > 0.1:
        return False
    if batch.type.rank == 0:
        different = len(np.unique(words))
        return different == 2 if batch.type == text.BOOL else different > min(2, examples / 3)
    if rows.max() > LONGEST or (rows == 0).mean() > 0.5:
        return False
    starts = np.r_[0, np.cumsum(rows)]
    return any(not np.array_equal(words[begin:end], words[: rows[0]]) for begin, end in pairwise(starts[1:]))


def make_sample(
    rng: np.random.Generator, problem: Problem, inputs: Sequence[Values], bank: Bank, contents: int
) -> Sample | None:
    """Returns the sample whose result is a contents of a bank; None if it would make a poor task."""
    batch = bank.engine.values(contents)
    if not is_result(batch):
        return None
    program = bank.engine.program_of(contents)
    words, bag = text.program_words(program), text.bag_words(program)
    if words is None or bag is None or len(words) > MAX_WORDS:
        return None
    goal = Values(batch)
    types: tuple[ValueType, ...] = (*problem.input_types, batch.type)
    arms = []
    if rng.random() < SHARE_WITH_ARMS:
        bank.aim(contents)
        arms = bank.arms_to(contents, goal)
    return Sample(text.words_of_values(types, inputs, goal), bag, words, arms)


def samples(seed: int, shard: int) -> Iterator[Sample]:
    """Yields samples without end; they depend on seed and shard alone."""
    rng = np.random.default_rng((seed, shard))
    skills = known_skills()
    while True:
        problem, bank = draw_bank(rng, skills)
        inputs = [Values(batch) for batch in problem.inputs]
        for contents in draw_results(rng, bank, len(inputs), SAMPLES_A_BANK):
            found = make_sample(rng, problem, inputs, bank, contents)
            if found is not None:
                yield found
        bank.engine.release()

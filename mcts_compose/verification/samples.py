"""Decides on which inputs a program is compared with the reference before a proof is tried.

Most wrong programs fail on one of these, which is cheaper than a solver, and gives several inputs to learn
from.
"""

from __future__ import annotations

import random

from mcts_compose.task import Task
from vm.assembly.sets import SETS
from vm.values import HostValue

NUM_SAMPLES = 2_000
"""Untuned: about 20 ms."""
SEED = 20


def sample_inputs(task: Task) -> list[tuple[HostValue, ...]]:
    """Returns inputs drawn with a fixed seed: edges, runs of ones, shown ones changed a little, and any."""
    assert task.memory is not None
    rng = random.Random(SEED)
    width = task.memory.width
    count = len(task.input_types)
    shown = [[int(word) for word in arguments] for arguments in task.inputs]  # type: ignore[arg-type]
    drawn = []
    for _ in range(NUM_SAMPLES):
        words = [draw_word(rng, width) for _ in range(count)]
        if rng.random() < 0.3:
            words = [word ^ (rng.random() < 0.5) << rng.randrange(width) for word in rng.choice(shown)]
        if count > 1 and rng.random() < 0.3:
            one, other = rng.sample(range(count), 2)
            words[one] = words[other] + rng.choice((-1, 0, 0, 1))
        drawn.append([word % 2**width for word in words])
    is_signed = SETS[task.memory.set].word == "int"
    half = 2 ** (width - 1)
    return [
        tuple(word - 2 * half if is_signed and word >= half else word for word in words) for words in drawn
    ]


def draw_word(rng: random.Random, width: int) -> int:
    """Returns an edge, a power of two or its neighbour, a run of ones, a small or any word."""
    kind = rng.randrange(5)
    if kind == 0:
        return rng.choice((0, 1, 2**width - 1, 2 ** (width - 1), 2 ** (width - 1) - 1))
    if kind == 1:
        return int(2 ** rng.randrange(width)) + rng.choice((-1, 0, 1))
    if kind == 2:
        return ((1 << rng.randint(1, width)) - 1) << rng.randrange(width)
    return rng.getrandbits(min(width, 8) if kind == 3 else width)

"""Covers of circuits by look-up tables, compared with all sets of roots that there are."""

import itertools
import random

import pytest

from benchmarks.baselines.table_cover import Gates, gates_of, is_cover, num_tables
from vm.assembly.program import AssemblyProgram


def drawn(seed: int, num_inputs: int = 4, num_gates: int = 9) -> Gates:
    """A random circuit, in which a gate that nothing reads is an output."""
    rng = random.Random(seed)
    reads = [
        rng.sample(range(max(0, number - 5), number), 2)
        for number in range(num_inputs, num_inputs + num_gates)
    ]
    read = {each for pair in reads for each in pair}
    outputs = {number for number in range(num_inputs, num_inputs + num_gates) if number not in read}
    return Gates(num_inputs, reads, frozenset(outputs | {num_inputs + num_gates // 2}))


def read_by(gates: Gates, root: int, roots: set[int]) -> set[int]:
    """What the table of a root reads, walked back step by step."""
    found, waiting = set(), list(gates.reads[root - gates.num_inputs])
    while waiting:
        number = waiting.pop()
        if number < gates.num_inputs or number in roots:
            found.add(number)
        else:
            waiting += gates.reads[number - gates.num_inputs]
    return found


def plainly_a_cover(gates: Gates, roots: set[int], width: int) -> bool:
    return all(len(read_by(gates, root, roots)) <= width for root in roots)


def least(gates: Gates, width: int) -> int:
    """The size of the smallest cover, found by trying all."""
    others = [number for number in range(gates.num_inputs, gates.num_inputs + len(gates.reads))
              if number not in gates.outputs]  # fmt: skip
    return next(
        len(gates.outputs) + count
        for count in range(len(others) + 1)
        for chosen in itertools.combinations(others, count)
        if plainly_a_cover(gates, gates.outputs | set(chosen), width)
    )


@pytest.mark.parametrize("width", [3, 4])
def test_small_circuits_get_their_smallest_cover(width: int) -> None:
    for seed in range(12):
        gates = drawn(seed)
        assert num_tables(gates, width, rounds=100) == least(gates, width)


def test_a_cover_is_what_walking_back_says() -> None:
    rng = random.Random(1)
    seen = set()
    for seed in range(60):
        gates = drawn(seed)
        roots = gates.outputs | {number for number in range(4, 13) if rng.random() < 0.5}
        answer = is_cover(gates, set(roots), 3)
        assert answer == plainly_a_cover(gates, set(roots), 3)
        seen.add(answer)
    assert seen == {True, False}


def test_inputs_constants_and_inverters_of_a_program() -> None:
    text = "gates (a: bool, b: bool, c: bool) -> (t2, a, 1, t3); and t1, a, b; or t2, t1, c; not t3, t1"
    gates = gates_of(AssemblyProgram.parse(text))
    assert gates == Gates(3, [[0, 1], [3, 2], [3]], frozenset({4, 5}))
    assert num_tables(gates, 3) == 2 and num_tables(gates, 2) == 3
    wire = gates_of(AssemblyProgram.parse("gates (a: bool, b: bool) -> (a, 0); and t1, a, b"))
    assert num_tables(wire) == 0

"""Decides how many look-up tables a circuit of gates takes, each of at most so many inputs.

Some gates are roots, outputs always. A root's table reads what is found walking back from it: roots and
inputs, the first on each way. So any set of roots in which no table reads too much is a cover, and its tables
are as many. The search begins with all gates, takes away roots while it can, and then again and again puts a
few back and takes others away. It proves nothing: a smaller cover, or a circuit made for tables, may do with
fewer.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final, NamedTuple

from vm.assembly.program import AssemblyProgram

ROUNDS: Final = 2_000
"""How often some roots are put back; on the circuits of boolean_epfl the last thousand changed nothing."""
MOST_PUT_BACK: Final = 6
"""Roots that are put back at once (untuned)."""


class Gates(NamedTuple):
    """A circuit; inputs and gates are numbered, inputs first, and a gate reads lower numbers.

    Attributes:
      num_inputs: how many inputs there are.
      reads: of each gate, what it reads; constants are left out.
      outputs: the gates that are outputs; inputs and constants that are take no table.
    """

    num_inputs: int
    reads: Sequence[Sequence[int]]
    outputs: frozenset[int]


def gates_of(program: AssemblyProgram) -> Gates:
    """Returns the circuit of a program in which each gate writes a register of its own, its first operand."""
    numbers = {name: number for number, name in enumerate(program.input_names)}
    reads = []
    for line in program.instructions:
        target, *operands = line.operands
        reads.append([numbers[operand] for operand in operands if isinstance(operand, str)])
        numbers[str(target)] = len(program.input_names) + len(reads) - 1
    outputs = {numbers[output] for output in program.outputs if isinstance(output, str)}
    return Gates(
        len(program.input_names),
        reads,
        frozenset(number for number in outputs if number >= len(program.input_names)),
    )


def num_tables(gates: Gates, width: int = 6, rounds: int = ROUNDS, seed: int = 0) -> int:
    """Returns the tables of the smallest cover that was found.

    Args:
      gates: the circuit.
      width: most inputs of a table.
      rounds: as of `ROUNDS`.
      seed: of the order in which roots are tried.
    """
    rng = random.Random(seed)
    roots = _thinned(gates, set(range(gates.num_inputs, gates.num_inputs + len(gates.reads))), width, rng)
    for _ in range(rounds):
        absent = [number for number in _numbers(gates) if number not in roots]
        if not absent:
            break
        tried = roots | set(rng.sample(absent, min(len(absent), rng.randint(1, MOST_PUT_BACK))))
        if is_cover(gates, tried, width):
            tried = _thinned(gates, tried, width, rng)
            roots = tried if len(tried) <= len(roots) else roots
    return len(roots)


def is_cover(gates: Gates, roots: set[int], width: int) -> bool:
    """Says whether every table of a set of roots reads at most `width` of roots and inputs."""
    found = [1 << number for number in range(gates.num_inputs)]
    for number, reads in enumerate(gates.reads, start=gates.num_inputs):
        read = 0
        for each in reads:
            read |= found[each]
        if number in roots:
            if read.bit_count() > width:
                return False
            read = 1 << number
        found.append(read)
    return True


def _thinned(gates: Gates, roots: set[int], width: int, rng: random.Random) -> set[int]:
    """Returns a cover without the roots that can be spared, one after the other in a random order."""
    order = sorted(roots - gates.outputs)
    rng.shuffle(order)
    for number in order:
        if is_cover(gates, roots - {number}, width):
            roots = roots - {number}
    return roots


def _numbers(gates: Gates) -> range:
    return range(gates.num_inputs, gates.num_inputs + len(gates.reads))

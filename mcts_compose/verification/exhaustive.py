"""Decides which tasks are small enough to check a program on all inputs, and does so.

Three domains are seen as whole:
- a truth table is all that is asked for;
- words of at most 16 bits together, where a reference says what is right;
- orders: a program that only compares words and moves them does the same to every input of one order, so all
  n! orders of n different values stand for all inputs of different values. Equal values are another matter:
  a program that sorts every order can still be wrong on ties (two of eight published kernels are), which is
  what held-out examples are for.

A task may also say that its examples are the whole domain. Where a program does nothing but compare and move,
its shown examples then stand for all inputs of their orders: so merges say that halves come sorted.

Source of the argument on orders: Knuth, TAOCP vol. 3, 5.3.1 (comparison trees see nothing but the order).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from mcts_compose.results.word_runs import outputs_on
from mcts_compose.task import Task
from mcts_compose.task_memory import FixedMemory
from mcts_compose.verification.references import values_of
from mcts_compose.verification.terms import Term
from mcts_compose.verification.verdict import Counterexample
from vm.assembly.isa import CONDITIONS, EQUAL, GREATER, LESS
from vm.assembly.program import AssemblyProgram, Returns
from vm.values import Elem, HostValue

MAX_DOMAIN_BITS = 16
"""Largest domain that is run whole: two words of 8 bits; untuned, it takes a fraction of a second."""
MAX_COUNTEREXAMPLES = 8
"""How many are handed to the next search: several rule out more wrong programs than one; untuned."""
MAX_STEPS = 10_000
"""Longest run that is followed; sorting kernels take some dozens of steps."""
ONLY_COMPARE_AND_MOVE = frozenset(
    {"mov", "cmp", "min", "max", "jmp", *(prefix + name for prefix in ("cmov", "j") for name in CONDITIONS)}
)


def is_small(task: Task) -> bool:
    """Says whether all inputs of a task can be run."""
    return task.memory is not None and task.memory.width * len(task.input_types) <= MAX_DOMAIN_BITS


def whole_domain(task: Task) -> list[tuple[HostValue, ...]]:
    """Returns all inputs of a task whose domain is small."""
    assert task.memory is not None
    words: Sequence[HostValue] = range(2**task.memory.width)
    if task.input_types[0].elem is Elem.BOOL:
        words = (False, True)
    return list(itertools.product(words, repeat=len(task.input_types)))


def failures(
    program: AssemblyProgram,
    task: Task,
    reference: Sequence[Term],
    inputs: Sequence[tuple[HostValue, ...]],
    limit: int = MAX_COUNTEREXAMPLES,
) -> tuple[Counterexample, ...]:
    """Returns inputs on which a program and the reference differ: `limit` at most, out of all."""
    wanted = values_of(task, reference, inputs)
    given = outputs_on(program, inputs)
    wrong = [place for place, (one, other) in enumerate(zip(given, wanted, strict=True)) if one != other]
    step = max(1, math.ceil(len(wrong) / limit))
    return tuple(Counterexample(tuple(inputs[place]), wanted[place]) for place in wrong[::step])


def covers_all_orders(program: AssemblyProgram, task: Task) -> bool:
    """Says whether the shown examples stand for all inputs of different values; see the module docstring."""
    is_claimed = isinstance(task.memory, FixedMemory) and task.memory.is_complete
    return (is_claimed or are_all_orders(task.inputs)) and all(
        _sees_only_the_order(program, [int(word) for word in words])  # type: ignore[arg-type]
        for words in task.inputs
    )


def _sees_only_the_order(program: AssemblyProgram, words: Sequence[int]) -> bool:
    """Says whether a run compares and moves inputs alone, so that it is the same for all inputs of one order.

    Registers are followed by which input they hold; a scratch register holds none before it is written, and
    then may be moved, but neither compared nor given back.
    """
    if program.returns is Returns.MEMORY or any(isinstance(output, int) for output in program.outputs):
        return False
    holds: dict[str, int | None] = dict.fromkeys(program.registers)
    holds.update({name: index for index, name in enumerate(program.input_names)})
    labels = dict(program.labels)
    flags, place = 0, 0
    for _ in range(MAX_STEPS):
        if place == program.length:
            return all(holds[str(output)] is not None for output in program.outputs)
        line = program.instructions[place]
        place += 1
        is_known = line.mnemonic in ONLY_COMPARE_AND_MOVE
        if not is_known or not all(isinstance(operand, str) for operand in line.operands):
            return False
        if line.mnemonic.startswith("j"):
            if line.mnemonic == "jmp" or flags & CONDITIONS[line.mnemonic[1:]]:
                place = labels[str(line.operands[0])]
            continue
        target, source = map(str, line.operands)
        ours, theirs = holds[target], holds[source]
        if line.mnemonic in ("cmp", "min", "max"):
            if ours is None or theirs is None:
                return False
            order = (words[ours] > words[theirs]) - (words[ours] < words[theirs])
            if line.mnemonic == "cmp":
                flags = {-1: LESS, 0: EQUAL, 1: GREATER}[order]
            elif order == (1 if line.mnemonic == "min" else -1):
                holds[target] = theirs
        elif line.mnemonic == "mov" or flags & CONDITIONS[line.mnemonic.removeprefix("cmov")]:
            holds[target] = theirs
    return False


def are_all_orders(inputs: Sequence[Sequence[HostValue]]) -> bool:
    """Says whether inputs are the same different values, two or more, in every order."""
    rows = {tuple(row) for row in inputs}
    count = len(inputs[0])
    values = set(inputs[0])
    return (
        len(values) == count > 1
        and len(rows) == math.factorial(count)
        and all(set(row) == values for row in rows)
    )

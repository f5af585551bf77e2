"""Decides which tasks are small enough to check a program on all inputs, and does so.

Three domains are seen as whole:
- a truth table is all that is asked for;
- words of at most 16 bits together, where a reference says what is right;
- orders: a program that only compares words and moves them does the same to every input of one order, so all
  n! orders of n different values stand for all inputs of different values. Equal values are another matter:
  a program that sorts every order can still be wrong on ties (two of eight published kernels are), which is
  what held-out examples are for.

A task may also say that its examples are the whole domain.

Source of the argument on orders: Knuth, TAOCP vol. 3, 5.3.1 (comparison trees see nothing but the order).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from mcts_compose.results.word_runs import outputs_on
from mcts_compose.task import Task
from mcts_compose.verification.references import values_of
from mcts_compose.verification.terms import Term
from mcts_compose.verification.verdict import Counterexample
from vm.assembly.isa import CONDITIONS
from vm.assembly.program import AssemblyProgram, Returns
from vm.values import Elem, HostValue

MAX_DOMAIN_BITS = 16
"""Largest domain that is run whole: two words of 8 bits; untuned, it takes a fraction of a second."""
MAX_COUNTEREXAMPLES = 8
"""How many are handed to the next search: several rule out more wrong programs than one; untuned."""
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
    return _only_compares_and_moves(program) and _are_all_orders(task.inputs)


def _only_compares_and_moves(program: AssemblyProgram) -> bool:
    if program.returns is Returns.MEMORY or any(isinstance(output, int) for output in program.outputs):
        return False
    scratch = set(program.registers) - set(program.input_names)
    written: set[str] = set()
    for line in program.instructions:
        if line.mnemonic not in ONLY_COMPARE_AND_MOVE:
            return False
        if any(not isinstance(operand, str) for operand in line.operands):
            return False
        reads = line.operands[1:] if line.mnemonic == "mov" else line.operands
        if any(operand in scratch - written for operand in reads):
            return False
        if line.mnemonic == "mov":
            written.add(str(line.operands[0]))
    return not program.labels or not scratch


def _are_all_orders(inputs: Sequence[Sequence[HostValue]]) -> bool:
    rows = {tuple(row) for row in inputs}
    count = len(inputs[0])
    values = set(inputs[0])
    return (
        len(values) == count
        and len(rows) == math.factorial(count)
        and all(set(row) == values for row in rows)
    )

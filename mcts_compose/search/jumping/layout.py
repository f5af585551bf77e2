"""Decides the places of lines of which is known what stands behind what, and writes them as a program."""

from __future__ import annotations

from collections.abc import Sequence

from mcts_compose.search.fixed.problem import FixedProblem
from mcts_compose.search.jumping.instructions import Instruction
from mcts_compose.search.jumping.partial import COUNT, END, LAST, NOBODY, UNCHOSEN, Partial
from vm.assembly.isa import OperandKind
from vm.assembly.program import AsmLine, AssemblyProgram, Operand, Returns
from vm.assembly.sets import SETS


def order_of(partial: Partial) -> list[int]:
    """Returns the lines in the order of their places: first the chain of line 0, last the one that ends."""
    last = int(partial.scalars[LAST])
    heads = [line for line in range(int(partial.scalars[COUNT])) if partial.before[line] == NOBODY]
    chains = [_chain(partial, head) for head in heads]
    chains.sort(key=lambda chain: (chain[0] != 0, last != NOBODY and chain[-1] == last))
    return [line for chain in chains for line in chain]


def _chain(partial: Partial, line: int) -> list[int]:
    chain = [line]
    while partial.behind[chain[-1]] not in (UNCHOSEN, END):
        chain.append(int(partial.behind[chain[-1]]))
    return chain


def program_of(
    problem: FixedProblem, instructions: Sequence[Instruction], partial: Partial
) -> AssemblyProgram:
    """Returns the program that a search has found.

    Args:
      problem: names the registers and constants.
      instructions: what each instruction number stands for.
      partial: every line of it has an instruction.
    """
    order = order_of(partial)
    place_of = {line: place for place, line in enumerate(order)} | {END: len(order)}
    chosen = [instructions[partial.instruction[line]] for line in order]
    targets = [
        _target(instruction, place_of.get(int(partial.label[line])), place, len(order))
        for place, (line, instruction) in enumerate(zip(order, chosen, strict=True))
    ]
    named = sorted({target for target in targets if target is not None})
    name_at = dict(zip(named, _fresh_names(len(named), {*problem.registers}), strict=True))
    cells: list[Operand] = [*problem.registers, *problem.constants]
    lines = []
    for instruction, target in zip(chosen, targets, strict=True):
        operands = [cells[cell] for cell in instruction.operands]
        operands += [] if target is None else [name_at[target]]
        lines.append(AsmLine(instruction.row.name, tuple(operands)))
    word = SETS[problem.set].word_type
    inputs = problem.registers[: problem.num_inputs]
    return AssemblyProgram(
        problem.set,
        inputs,
        tuple(word for _ in inputs),
        tuple(problem.registers[register] for register in problem.outputs),
        tuple(lines),
        Returns.WORDS,
        tuple((name, place) for place, name in name_at.items()),
    )


def _target(instruction: Instruction, label: int | None, place: int, end: int) -> int | None:
    """Returns the place of an instruction's label, or None if it needs none.

    A label on the next line can be left out where labels are optional; a jump that no example takes must name
    some line, and names the end.
    """
    if OperandKind.LABEL in instruction.kinds:
        return end if label is None else label
    return None if label == place + 1 else label


def _fresh_names(count: int, taken: set[str]) -> list[str]:
    """Returns names of labels that are no registers."""
    names: list[str] = []
    number = 0
    while len(names) < count:
        number += 1
        if f"l{number}" not in taken:
            names.append(f"l{number}")
    return names

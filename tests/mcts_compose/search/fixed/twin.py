"""Search with fixed memory once more, in plain Python: every program, one after the other."""

import itertools

import numpy as np

from mcts_compose.search.fixed.problem import FixedProblem
from vm.assembly.program import AsmLine

CONDITIONS = {
    "cmove": "=", "cmovne": "<>", "cmovl": "<", "cmovle": "<=", "cmovg": ">", "cmovge": ">=",
}  # fmt: skip


def run_line(line: AsmLine, cells: dict, constants=()):
    """Runs one instruction on a dict of registers, with the flag under `flag`: None, "<", "=" or ">"."""
    target, source = line.operands
    word = source if isinstance(source, int) else cells[source]
    name = line.mnemonic
    if name == "mov":
        cells[target] = word
    elif name == "cmp":
        left = target if isinstance(target, int) else cells[target]
        cells["flag"] = "<" if left < word else "=" if left == word else ">"
    elif name == "min":
        cells[target] = min(cells[target], word)
    elif name == "max":
        cells[target] = max(cells[target], word)
    elif name == "add":
        cells[target] += word
    elif name == "sub":
        cells[target] -= word
    elif cells["flag"] is not None and cells["flag"] in CONDITIONS[name]:
        cells[target] = word


def start_of(problem, example):
    cells = dict(zip(problem.registers, problem.rows[example].tolist(), strict=True))
    return cells | {"flag": None}


def fits(problem, lines):
    """Says whether a program brings every example to its goal."""
    for example in range(len(problem.rows)):
        cells = start_of(problem, example)
        for line in lines:
            run_line(line, cells)
        held = [cells[problem.registers[output]] for output in problem.outputs]
        if held != problem.goals[example].tolist():
            return False
    return True


def all_lines(problem):
    """Every instruction with every choice of operands, but those that obviously change nothing."""
    operands = [*problem.registers, *problem.constants]
    mirrors = {"cmovl", "cmovg"} <= set(problem.instructions)
    for name in problem.instructions:
        for target, source in itertools.product(problem.registers, operands):
            is_idle = target == source and name not in ("add", "sub")
            is_mirror = mirrors and name == "cmp" and source in problem.registers and target > source
            if not (is_idle or is_mirror):
                yield AsmLine(name, (target, source))


def shortest_programs(problem, longest):
    """Returns all shortest programs, as tuples of lines; empty if none has at most `longest` lines."""
    lines = list(all_lines(problem))
    for length in range(longest + 1):
        found = [p for p in itertools.product(lines, repeat=length) if fits(problem, p)]
        if found:
            return found
    return []


def sorting(n, *, minmax=False, scratch=1, max_length=None, instructions=None, orders=None):
    """The problem of a sorting kernel."""
    orders = list(itertools.permutations(range(1, n + 1))) if orders is None else orders
    registers = (*"abcdef"[:n], *(f"s{number + 1}" for number in range(scratch)))
    rows = np.column_stack([np.array(orders), np.zeros((len(orders), scratch), np.int64)])
    names = instructions or (("mov", "min", "max") if minmax else ("mov", "cmp", "cmovl", "cmovg"))
    goals = np.sort(np.array(orders), axis=1)
    return FixedProblem(
        "minmax" if minmax else "x86", names, registers, n, rows.astype(np.int64), goals.astype(np.int64),
        tuple(range(n)), (), max_length,
    )  # fmt: skip


def problem(rows, goals, instructions, *, outputs=None, constants=(), max_length=None, scratch=0, set_="x86"):
    """A problem with the registers a, b, c, ...; scratch ones come last."""
    rows = np.array(rows, np.int64).reshape(len(rows), -1)
    rows = np.column_stack([rows, np.zeros((len(rows), scratch), np.int64)])
    goals = np.array(goals, np.int64).reshape(len(goals), -1)
    num_inputs = rows.shape[1] - scratch
    registers = (*"abcdef"[:num_inputs], *(f"s{number + 1}" for number in range(scratch)))
    outputs = tuple(range(goals.shape[1])) if outputs is None else outputs
    return FixedProblem(
        set_, tuple(instructions), registers, num_inputs, rows, goals, outputs, constants, max_length
    )

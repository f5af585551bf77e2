"""Grids of one row are searched as lists, for which there are more instructions and better tests of goals.

Where every grid among the shown examples has exactly one row, the search is given lists instead; the program
it finds is put between calls that take the rows out of the grids and make a grid of the result. What else the
search tells stays that of lists: the cost is without those calls, the tree and its visits hold lists.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from mcts_compose.search.problem import Problem
from vm.program import Apply, Program, renumber
from vm.values import Batch, ValueType

TO_LIST: Final = "flatten"
TO_GRID: Final = "one_row"


def as_lists(problem: Problem) -> Problem | None:
    """Returns the problem with lists for grids of one row; None if a grid has others, or there is none."""
    batches = (*problem.inputs, problem.goal)
    if any(batch.type.rank == 2 and not np.all(batch.rows == 1) for batch in batches):
        return None
    if all(batch.type.rank < 2 for batch in batches):
        return None
    if problem.skills is not None and not {TO_LIST, TO_GRID} <= set(problem.skills):
        return None
    inputs = tuple(map(_as_list, problem.inputs))
    goal = _as_list(problem.goal)
    types = tuple(batch.type for batch in inputs)
    return replace(problem, inputs=inputs, goal=goal, input_types=types, output_type=goal.type)


def with_grids(program: Program, problem: Problem) -> Program:
    """Returns a program of `as_lists(problem)` as one of the problem itself."""
    num_inputs = len(problem.inputs)
    rows = [number for number, type_ in enumerate(problem.input_types) if type_.rank == 2]
    place = {number: number for number in range(num_inputs)}
    place |= {number: num_inputs + index for index, number in enumerate(rows)}
    place |= {num_inputs + index: num_inputs + len(rows) + index for index in range(len(program.lines))}
    taken = [Apply(TO_LIST, (number,)) for number in rows]
    lines = [*taken, *(renumber(line, place) for line in program.lines)]
    output = place[program.output]
    if problem.output_type.rank == 2:
        lines.append(Apply(TO_GRID, (output,)))
        output = num_inputs + len(lines) - 1
    return Program(
        problem.input_names, problem.input_types, problem.output_type, tuple(lines), output, program.skills
    )


def _as_list(batch: Batch) -> Batch:
    if batch.type.rank < 2:
        return batch
    return Batch(ValueType(batch.type.elem, 1), batch.words, batch.cols, np.ones_like(batch.cols))

"""Decides how an action that calls learnt compositions becomes code of the machine in the search's memory."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from mcts_compose.search import layout as at
from mcts_compose.search.actions import Action
from mcts_compose.search.skill_rows import COMPOSITION
from vm.assembly.state import DATA, data_words
from vm.lowering import lower
from vm.program import Apply, Line, Program
from vm.skill import SkillTable
from vm.state import FRAME_WIDTH, NUM_COUNTERS, Code
from vm.values import IntArray

HEAP_VALUES: Final = 64
"""Largest values that the machine's heap holds at once in a search (untuned)."""


def is_code(action: Action) -> bool:
    """Says whether an action calls a learnt composition, itself or through a loop."""
    return any(row.family == COMPOSITION for row in (action.row, *(skill.row for skill in action.skills)))


def program_of_action(action: Action, table: SkillTable) -> Program:
    """Returns the program that an action stands for, its operands being the inputs.

    For the call of a composition it is the body, which saves the machine the call.
    """
    params = action.overload.params
    skill = table.learnt_skill(action.row.name)
    if skill is not None and isinstance(skill.body, Program):
        return skill.body
    binds: tuple[Line, ...] = tuple(skill.line(range(len(params))) for skill in action.skills)
    num_bound = sum(len(skill.bound) for skill in action.skills)
    values = tuple(range(len(params), len(params) + len(binds)))
    lines = (*binds, Apply(action.row.name, (*values, *range(num_bound, len(params)))))
    names = tuple(f"x{slot}" for slot in range(len(params)))
    return Program(names, params, action.overload.result, lines, len(params) + len(lines) - 1, table)


class MachinePart(NamedTuple):
    """What the search's memory holds so that the machine can run in it.

    Attributes:
      codes: for each action its code with the header, empty where it needs none.
      sizes: words of each region of memory, by its register.
    """

    codes: list[IntArray]
    sizes: dict[int, int]


def machine_part(actions: list[Action], table: SkillTable, cap: int, examples: int) -> MachinePart:
    """Returns the code of all actions and the room that it needs to run."""
    codes = [lower(program_of_action(action, table)) if is_code(action) else None for action in actions]
    used = [code for code in codes if code is not None]
    if not used:
        return MachinePart([np.zeros(0, np.int64)] * len(actions), {})
    packed = [np.zeros(0, np.int64) if code is None else _packed(code) for code in codes]
    heap = HEAP_VALUES * (cap + 3 * examples + 1)
    sizes = {
        at.CODES: sum(map(len, packed)),
        at.REGISTERS_AT: 2 * max(len(code.ranks) for code in used),
        at.FRAMES_AT: FRAME_WIDTH * max(len(code.blocks) for code in used),
        at.CALLS: NUM_COUNTERS,
        at.HEAP_AT: heap + 7 * cap + 1,  # behind the heap stands the room that vm/state.py names
        at.CELLS_AT: DATA + data_words(cap),
    }
    return MachinePart(packed, sizes)


def _packed(code: Code) -> IntArray:
    """Returns code as one row: the sizes of its tables, then the tables."""
    parts = [table.reshape(-1) for table in code]
    header = np.array([len(part) for part in parts], np.int64)
    assert len(header) == at.CODE_HEADER
    return np.concatenate((header, *parts))

"""Builds the row tables of a problem: row states, distances, pairs, and what the search reads beside them."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.budget import DEFAULT_MEMORY_MB
from mcts_compose.search.fixed.actions import (
    Action,
    blocked_successors,
    code_of,
    list_actions,
    reads_of,
)
from mcts_compose.search.fixed.distances import list_predecessors, pair_distances, row_distances
from mcts_compose.search.fixed.options import FixedOptions
from mcts_compose.search.fixed.problem import FixedProblem
from mcts_compose.search.fixed.row_classes import classes_of, representatives
from mcts_compose.search.fixed.row_states import EXTRA, TOO_MANY, reach_rows
from mcts_compose.search.fixed.tables import NEVER, RowTables
from vm.assembly.isa import COMPARE, CONDITIONAL_MOVE, LAST_STRAIGHT, MAX, MIN, MOV
from vm.assembly.sets import SETS

LEAST_MEMORY_MB = 256
"""What the largest table may take in any case; its room is reserved, and little of it written (untuned)."""
MOST_ROWS = 65_534
"""A row state is a uint16; one more number is LOST."""
FIRST_ROWS = 4096
MOST_PAIRS = 2_000
"""Row states up to which the joint distances are computed; 1920 (min and max of five) take a second."""
KEY_SEED = 0x5EED


class TooManyRowsError(ValueError):
    """More row states can be reached than tables hold."""


class Built(NamedTuple):
    """Tables with what they are about.

    Attributes:
      tables: the tables.
      actions: what each action number stands for.
      start: row states of the examples, each once; empty if one of them cannot reach its goal.
      num_shown: how many different outputs these have.
      seconds: wall time of building.
    """

    tables: RowTables
    actions: list[Action]
    start: NDArray[np.uint16]
    num_shown: int
    seconds: float


def only_moves(actions: list[Action]) -> bool:
    """Says whether actions only copy values from register to register."""
    return all(
        action.row.opcode in (MOV, MIN, MAX, COMPARE)
        or CONDITIONAL_MOVE <= action.row.opcode <= LAST_STRAIGHT
        for action in actions
    )


class _Reached(NamedTuple):
    rows: NDArray[np.int64]
    """`[S, registers + EXTRA]`"""
    moves: NDArray[np.int64]
    """`[A, S]`, S where lost"""
    start: NDArray[np.int64]
    goals: NDArray[np.int64]
    """`[goals, outputs]`"""


def _reach(
    problem: FixedProblem,
    actions: list[Action],
    longest: int,
    drops_lost: bool,
    known_only: bool,
    memory_mb: int,
) -> _Reached:
    """Enumerates row states, with more and more room.

    Raises:
      TooManyRowsError: there are more than `MOST_ROWS`, or than the memory holds.
    """
    set_ = SETS[problem.set]
    width = len(problem.registers) + EXTRA
    goals, goal_of = np.unique(problem.goals, axis=0, return_inverse=True)
    known = problem.num_inputs if known_only else len(problem.registers)
    beside = np.tile([0, (1 << known) - 1], (len(problem.rows), 1))
    first = np.column_stack([problem.rows, beside, goal_of.reshape(-1)])
    first, start = np.unique(first, axis=0, return_inverse=True)
    registers = np.zeros(len(problem.registers) + len(problem.constants), np.int64)
    registers[len(problem.registers) :] = [set_.normal(word) for word in problem.constants]
    code, reads = code_of(actions), reads_of(actions, len(problem.registers))
    moves_only = drops_lost and only_moves(actions)
    most, room = FIRST_ROWS, max(memory_mb, LEAST_MEMORY_MB) * 2**20
    while True:
        most = max(most, 2 * len(first))
        rows = np.empty((most + 1) * width, np.int64)
        rows[: first.size] = first.reshape(-1)
        moves = np.empty(len(actions) * (most + 1), np.int32)
        slots = np.zeros(1 << (2 * most).bit_length(), np.int32)
        status, count = reach_rows(
            code, reads, rows, len(first), longest, width, registers, set_.width,
            np.ascontiguousarray(goals.reshape(-1)), goals.shape[1], moves_only, slots, moves,
        )  # fmt: skip
        if status != TOO_MANY:
            table = moves.reshape(len(actions), -1)[:, :count].astype(np.int64)
            table[table < 0] = count
            return _Reached(rows.reshape(-1, width)[:count], table, np.unique(start.reshape(-1)), goals)
        is_full = len(actions) * 8 * most * np.dtype(np.int32).itemsize > room
        if most >= 8 * MOST_ROWS or is_full:
            raise TooManyRowsError(f"more than {most:,} row states can be reached")
        most *= 8


def build_tables(
    problem: FixedProblem,
    options: FixedOptions,
    order: NDArray[np.int64],
    longest: int,
    *,
    known_only: bool = False,
    memory_mb: int = DEFAULT_MEMORY_MB,
) -> Built:
    """Returns the tables of a problem.

    Args:
      problem: what the task shows.
      options: which prunes are in use.
      order: `[A]` a permutation of the actions: the order in which they are tried.
      longest: longest program that will be looked for.
      known_only: whether scratch registers that were not written may not be read.
      memory_mb: most that the largest table may take, if it is more than `LEAST_MEMORY_MB`.

    Raises:
      TooManyRowsError: more row states can be reached than tables hold.
      NotStraightError: an instruction jumps, or touches memory or stack.
    """
    began = time.perf_counter()
    listed = list_actions(problem)
    actions = [listed[number] for number in order]
    with_distances = "viability" in options.prunes
    reached = _reach(problem, actions, longest, with_distances, known_only, memory_mb)
    outputs = reached.rows[:, list(problem.outputs)]
    is_goal = (outputs == reached.goals[reached.rows[:, -1]]).all(axis=1)
    if "equivalence" in options.prunes:
        reached, outputs, is_goal = _merged(reached, outputs, is_goal)
    distance = _distances(reached.moves, is_goal)
    keep = distance < NEVER if with_distances else np.ones(len(distance), bool)
    if keep.sum() > MOST_ROWS:
        raise TooManyRowsError(f"{keep.sum():,} row states can be reached")
    number = np.append(np.where(keep, np.cumsum(keep) - 1, keep.sum()), keep.sum())
    moves = number[reached.moves[:, keep]]
    num_rows = int(keep.sum())
    if with_distances:
        distance = distance[keep]
    else:
        # Nothing is known but which row states are at their goals.
        distance = np.where(is_goal, 0, 1).astype(np.uint8)
    shown = np.column_stack([outputs, reached.rows[:, -1]])[keep]
    labels = np.unique(shown, axis=0, return_inverse=True)[1].reshape(-1)
    start = number[reached.start]
    is_hopeless = bool((start == num_rows).any())
    start = np.unique(start[start < num_rows])
    num_shown = len(np.unique(labels[start]))
    pairs = np.zeros(1, np.uint8)
    has_pairs = with_distances and "pairs" in options.prunes and num_rows <= MOST_PAIRS
    if has_pairs:
        pairs = _pairs(moves, distance)
    tables = RowTables(
        moves=np.concatenate([moves, np.full((len(actions), 1), num_rows)], axis=1)
        .astype(np.uint16)
        .reshape(-1),
        distance=np.append(distance, np.uint8(NEVER)),
        shown=np.append(labels, 0).astype(np.int32),
        keys=np.random.PCG64(KEY_SEED).random_raw(num_rows + 1),
        pairs=pairs,
        worth=_worth(int(labels.max(initial=0)) + 1, num_shown, len(reached.goals)),
        worth_of_rows=_worth(len(start), len(start), 1),
        blocked=blocked_successors(actions),
        sizes=np.array([num_rows + 1, len(actions), int(labels.max(initial=0)) + 1, has_pairs], np.int64),
    )
    kept = start[:0] if is_hopeless else start
    return Built(tables, actions, kept.astype(np.uint16), num_shown, time.perf_counter() - began)


def _merged(
    reached: _Reached, outputs: NDArray[np.int64], is_goal: NDArray[np.bool_]
) -> tuple[_Reached, NDArray[np.int64], NDArray[np.bool_]]:
    """Returns the same with one row state for each class of equivalent ones: the first that was reached."""
    classes = classes_of(reached.moves, is_goal)
    kept = representatives(classes)
    moves = np.append(classes, len(kept))[reached.moves[:, kept]]
    merged = _Reached(reached.rows[kept], moves, np.unique(classes[reached.start]), reached.goals)
    return merged, outputs[kept], is_goal[kept]


def _predecessors(moves: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Returns the lists of `list_predecessors` for `[A, S]` moves."""
    num_actions, num_rows = moves.shape
    padded = np.concatenate([moves, np.full((num_actions, 1), num_rows)], axis=1).astype(np.int32)
    first = np.empty(num_actions * (num_rows + 1) + 1, np.int64)
    sources = np.empty(num_actions * num_rows, np.int32)
    list_predecessors(padded.reshape(-1), num_actions, num_rows, first, sources)
    return first, sources


def _distances(moves: NDArray[np.int64], is_goal: NDArray[np.bool_]) -> NDArray[np.uint8]:
    num_actions, num_rows = moves.shape
    first, sources = _predecessors(moves)
    distance = np.where(np.append(is_goal, False), 0, NEVER).astype(np.uint8)
    row_distances(first, sources, num_actions, num_rows, distance, np.empty(num_rows, np.int32))
    return distance[:-1]


def _pairs(moves: NDArray[np.int64], distance: NDArray[np.uint8]) -> NDArray[np.uint8]:
    num_actions, num_rows = moves.shape
    first, sources = _predecessors(moves)
    pairs = np.empty(num_rows * num_rows, np.uint8)
    queue = np.empty(num_rows * (num_rows + 1) // 2, np.int32)
    pair_distances(first, sources, num_actions, num_rows, np.append(distance, np.uint8(NEVER)), pairs, queue)
    return pairs


def _worth(most_shown: int, first_shown: int, num_goals: int) -> NDArray[np.float32]:
    """Returns the value of a position by its number of different outputs: 1 at the least, 0 at the start.

    1 - ln(p / g) / ln(P / g) for p outputs, P at the start and g goals (source: experiments on sorting
    kernels, where it needed the fewest expansions; P is at least g + 1 here).
    """
    shown = np.maximum(np.arange(most_shown + 1), num_goals) / num_goals
    scale = np.log(max(first_shown, num_goals + 1) / num_goals)
    worth: NDArray[np.float32] = np.clip(1 - np.log(shown) / scale, 0, 1).astype(np.float32)
    return worth

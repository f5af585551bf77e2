"""The bank of a search for words: where rows, hash tables and hits lie, and how large they are.

A row holds the values of one contents on all examples. All rows lie in one array, in four regions:

    0 .. forward_end           contents in the order of their cost, as the enumeration finds them
    forward_end .. inner_end   contents that the tree finds
    inner_end .. num_rows      goals: rows from which the task's goal is reached by known operations
    num_rows ..                rows of the focus that is being expanded, see `local`

Contents and goals have a hash table each, over the same rows and the same hashes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mcts_compose.search.straight_lines import WordProblem
from mcts_compose.search.words import layout as at

ROW_BYTES = 16 + 1 + 2 * 8
"""Bytes of a contents beside its words: derivation, cost, slots of the hash table (half full)."""
INNER_SHARE = 0.25
GOAL_SHARE = 0.12
MAX_GOALS = 1 << 18
MAX_CONDITIONS = 1 << 15
MAX_HITS = 256
LOCAL_ROWS = 1 << 15
"""Rows of one focus; what would be more is left out (untuned)."""
MAX_NEAR = 1 << 12
BLOCK = 64
"""Candidates that are computed, hashed and looked up together."""
LANES = 8
"""Rows are padded to a multiple of this, for vector code."""


class Bank(NamedTuple):
    """Rows, hash tables and hits of one search.

    Attributes:
      words: `[num_rows * size]` uint32 up to 32 bits, else uint64.
      narrow: the same memory as uint32, as `wide` as uint64: native functions have one type.
      wide: see `narrow`.
      how: `[num_rows * 4]` int32; of contents opcode and rows of the operands, of goals see `goals`.
      costs: `[num_rows]` uint8.
      slots: uint64, a power of two; 0, or a tag above the row of a contents plus 1.
      goal_slots: the same for goals.
      condition_slots: the same for contents that are zero in different places; numbers are rows as well.
      conditions: int32 rows of these contents, cheapest first.
      hits: `[MAX_HITS * 2]` int32 rows of a goal and of a contents that is equal to it.
      factors: `[size]` of the dtype of `words`: what a row's hash is made with.
      block: `[(BLOCK + 1) * size]` of the dtype of `words`: candidates, and room for one more row.
      narrow_block: the block as uint32.
      wide_block: the block as uint64.
      hashes: `[BLOCK]` uint64 of the candidates.
      goal_ones: `[max_goals]` int64, bits that are 1 in a goal, of the few that nearness is measured to.
      origins: `[local rows]` int32, the bank's row of a row of the focus.
      local_how: `[local rows * 4]` int32, opcode and operands of a row of the focus, which are such rows.
      local_slots: hash table of the rows of the focus.
      near: `[MAX_NEAR]` int32, contents that the expansion of a focus found near a goal.
      nearness: `[MAX_NEAR]` float32, how near.
      state: int64 counters, see `layout`.
    """

    words: NDArray[np.unsignedinteger]
    narrow: NDArray[np.uint32]
    wide: NDArray[np.uint64]
    how: NDArray[np.int32]
    costs: NDArray[np.uint8]
    slots: NDArray[np.uint64]
    goal_slots: NDArray[np.uint64]
    condition_slots: NDArray[np.uint64]
    conditions: NDArray[np.int32]
    hits: NDArray[np.int32]
    factors: NDArray[np.unsignedinteger]
    block: NDArray[np.unsignedinteger]
    narrow_block: NDArray[np.uint32]
    wide_block: NDArray[np.uint64]
    hashes: NDArray[np.uint64]
    goal_ones: NDArray[np.int64]
    origins: NDArray[np.int32]
    local_how: NDArray[np.int32]
    local_slots: NDArray[np.uint64]
    near: NDArray[np.int32]
    nearness: NDArray[np.float32]
    state: NDArray[np.int64]


def pad(row: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """Returns a row of `size` words: the first example stands once more where there are fewer."""
    return np.concatenate([row, np.full(size - len(row), row[0], np.uint64)])


def make_bank(problem: WordProblem, memory_mb: int) -> Bank:
    """Returns an empty bank that fits the memory."""
    num_words = problem.inputs.shape[1] if len(problem.inputs) else problem.goals.shape[1]
    size = max(LANES, -(-num_words // LANES) * LANES)
    dtype = np.dtype(np.uint32 if problem.width <= 32 else np.uint64)
    row_bytes = size * dtype.itemsize + ROW_BYTES
    rows = max(4096, min(memory_mb * 1_000_000 // row_bytes, (1 << 30)))
    goals = min(MAX_GOALS, int(rows * GOAL_SHARE))
    inner = int(rows * INNER_SHARE)
    state = np.zeros(at.STATE_SIZE, np.int64)
    state[at.SIZE], state[at.WIDTH] = size, problem.width
    state[at.IS_WIDE] = dtype.itemsize == 8
    state[at.FORWARD_END] = rows - inner - goals
    state[at.INNER_COUNT] = state[at.FORWARD_END]
    state[at.INNER_END] = rows - goals
    state[at.GOAL_COUNT] = state[at.INNER_END]
    state[at.NUM_ROWS] = rows
    state[at.LIMIT] = at.NO_LIMIT
    state[at.MAX_CONDITIONS] = MAX_CONDITIONS if "ite" in problem.operators else 0
    factors = np.random.default_rng(0x5EED).integers(1, 1 << (8 * dtype.itemsize - 1), size).astype(dtype)
    words, block = np.empty((rows + LOCAL_ROWS) * size, dtype), np.empty((BLOCK + 1) * size, dtype)
    return Bank(
        words=words,
        narrow=words.view(np.uint32),
        wide=words.view(np.uint64),
        how=np.empty(rows * 4, np.int32),
        costs=np.empty(rows, np.uint8),
        slots=np.zeros(1 << (2 * rows - 1).bit_length(), np.uint64),
        goal_slots=np.zeros(1 << (2 * goals - 1).bit_length(), np.uint64),
        condition_slots=np.zeros(4 * MAX_CONDITIONS, np.uint64),
        conditions=np.empty(MAX_CONDITIONS, np.int32),
        hits=np.empty(2 * MAX_HITS, np.int32),
        factors=factors | dtype.type(1),
        block=block,
        narrow_block=block.view(np.uint32),
        wide_block=block.view(np.uint64),
        hashes=np.empty(BLOCK, np.uint64),
        goal_ones=np.zeros(goals, np.int64),
        origins=np.empty(LOCAL_ROWS, np.int32),
        local_how=np.empty(4 * LOCAL_ROWS, np.int32),
        local_slots=np.zeros(4 * LOCAL_ROWS, np.uint64),
        near=np.empty(MAX_NEAR, np.int32),
        nearness=np.empty(MAX_NEAR, np.float32),
        state=state,
    )

"""Decides what a circuit search looks at: each row of inputs once, each goal once, sources that differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mcts_compose.errors import InputError
from mcts_compose.search.circuits.basis import Basis
from mcts_compose.search.straight_lines import WordProblem

WORD_BITS = 64


@dataclass(frozen=True)
class Wanted:
    """What an output of the problem is.

    Attributes:
      kind: `goal`, `source` or `constant`.
      index: which goal or source, or the constant's bit.
      inverted: whether its complement is meant.
    """

    kind: str
    index: int
    inverted: bool


@dataclass(frozen=True)
class Rows:
    """A problem of circuits, one column a row of the truth table.

    Attributes:
      sources: bool [num_sources, num_rows], functions that are given and differ.
      source_words: which input each source is, or num_inputs + i for constant i.
      goals: bool [num_goals, num_rows], functions to be made, 0 where they do not matter.
      cares: bool [num_goals, num_rows], where they matter.
      outputs: what each output of the problem is.
      is_consistent: False if equal inputs want different outputs.
    """

    sources: NDArray[np.bool_]
    source_words: tuple[int, ...]
    goals: NDArray[np.bool_]
    cares: NDArray[np.bool_]
    outputs: tuple[Wanted, ...]
    is_consistent: bool

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return int(self.sources.shape[1])


def to_bits(words: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Returns bool [n, 64 * num_words] of uint64 [n, num_words]; bit 0 of word 0 comes first."""
    octets = np.ascontiguousarray(words, "<u8").view(np.uint8)
    return np.unpackbits(octets, axis=1, bitorder="little").astype(np.bool_)


def to_words(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Returns uint64 [n, num_words] of bool [n, num_rows]; the rest of the last word is 0."""
    count, rows = bits.shape
    padded = np.zeros((count, max(1, -(-rows // WORD_BITS)) * WORD_BITS), np.bool_)
    padded[:, :rows] = bits
    return np.packbits(padded, axis=1, bitorder="little").view("<u8").astype(np.uint64)


def to_number(bits: NDArray[np.bool_]) -> int:
    """Returns rows as the bits of one integer; the first row is bit 0."""
    return int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little")


def problem_rows(problem: WordProblem, basis: Basis) -> Rows:
    """Returns the rows that matter, with equal ones merged, and the goals that are not given already.

    Raises:
      InputError: if a goal has as many rows as no input.
    """
    if problem.inputs.shape[1] != problem.goals.shape[1]:
        raise InputError(
            f"the inputs have {problem.inputs.shape[1]} words, but the goals {problem.goals.shape[1]}; "
            "both must have the same rows"
        )
    inputs, goals, cares = to_bits(problem.inputs), to_bits(problem.goals), to_bits(problem.cares)
    used = cares.any(axis=0)
    inputs, goals, cares = inputs[:, used], goals[:, used], cares[:, used]
    keys, place = np.unique(inputs, axis=1, return_inverse=True)
    place = place.reshape(-1)
    on = np.zeros((goals.shape[0], keys.shape[1]), np.bool_)
    off = np.zeros_like(on)
    for goal in range(goals.shape[0]):
        on[goal, place[goals[goal] & cares[goal]]] = True
        off[goal, place[~goals[goal] & cares[goal]]] = True
    is_consistent = not bool((on & off).any())
    sources, source_words = _sources(problem, basis, keys)
    distinct, outputs = _distinct_goals(on, off, sources, basis)
    return Rows(sources, source_words, on[distinct], (on | off)[distinct], outputs, is_consistent)


def _sources(
    problem: WordProblem, basis: Basis, keys: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], tuple[int, ...]]:
    """Returns the given functions that differ.

    Constants help only where inverters cost; an input that is the same in all rows that matter is one.
    """
    rows: list[NDArray[np.bool_]] = []
    words = []
    given = list(keys)
    if not basis.has_free_not:
        given += [np.full(keys.shape[1], bool(constant)) for constant in problem.constants]
    for word, row in enumerate(given):
        is_useless = basis.has_free_not and bool((row == row[:1]).all())
        if not is_useless and not any(np.array_equal(row, known) for known in rows):
            rows.append(row)
            words.append(word)
    return np.array(rows, np.bool_).reshape(len(rows), keys.shape[1]), tuple(words)


def _distinct_goals(
    on: NDArray[np.bool_], off: NDArray[np.bool_], sources: NDArray[np.bool_], basis: Basis
) -> tuple[list[int], tuple[Wanted, ...]]:
    """Returns the goals that gates must make, and what each output is."""
    distinct: list[int] = []
    outputs = []
    for goal in range(len(on)):
        outputs.append(_known(goal, on, off, sources, distinct, basis))
        if outputs[-1] is None:
            outputs[-1] = Wanted("goal", len(distinct), False)
            distinct.append(goal)
    return distinct, tuple(output for output in outputs if output is not None)


def _known(
    goal: int,
    on: NDArray[np.bool_],
    off: NDArray[np.bool_],
    sources: NDArray[np.bool_],
    distinct: list[int],
    basis: Basis,
) -> Wanted | None:
    ones, zeros = on[goal], off[goal]
    if not ones.any() or not zeros.any():
        return Wanted("constant", int(ones.any()), False)
    for inverted in (False, True) if basis.has_free_not else (False,):
        highs, lows = (zeros, ones) if inverted else (ones, zeros)
        for index, source in enumerate(sources):
            if source[highs].all() and not source[lows].any():
                return Wanted("source", index, inverted)
        for index, other in enumerate(distinct):
            if np.array_equal(on[other], highs) and np.array_equal(off[other], lows):
                return Wanted("goal", index, inverted)
    return None

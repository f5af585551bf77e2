"""Decides what is copied of a search, so that another thread can read it while the kernels go on.

Contents never change, but a cheaper derivation may take the place of another at any moment, and the arrays
are handed on when the search ends. Copying takes some array operations for all contents together, in a
hundredth of the time that making texts and host values of them takes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mcts_compose.search import layout as at
from mcts_compose.search.engine import Engine
from vm.values import KIND_TYPES, Batch, Elem, HostValue, IntArray, decode

_LOW = 0xFFFFFFFF
_WORDS_OF = (np.int8, np.int16, np.int32, np.int64)
"""How words are packed, by the width that a contents' header says."""


class Snapshot:
    """The derivations and the values of some contents, as they were when it was made.

    Args:
      engine: the search at hand, between two kernel calls.
      contents: of these the values and the derivations.
      depth: and of what they were made from the derivations, so many calls deep.
    """

    def __init__(self, engine: Engine, contents: Sequence[int], depth: int) -> None:
        self._examples = engine.examples
        wanted = np.unique(np.array(contents, np.int64))
        ids, headers = _closure(engine, wanted, depth)
        actions = headers[:, 1] & _LOW
        is_leaf = actions > _LOW >> 1
        # Literals are written by their values, other leaves by their names.
        literals = [leaf for leaf in ids[is_leaf].tolist() if engine.leaf(leaf)[0] == "literal"]
        self._derivations = (ids, actions, headers, engine.memory[np.where(is_leaf, 0, actions) + at.A_ARITY])
        self._known: dict[int, tuple[int, Sequence[int]]] = {}
        self._copy_values(engine, np.union1d(wanted, np.array(literals, np.int64)))

    def _copy_values(self, engine: Engine, ids: IntArray) -> None:
        pool, memory, examples = engine.bank.pool, engine.memory, engine.examples
        headers = pool[ids]
        shapes, widths = headers >> 32, headers >> 8 & 0xFF
        sizes = memory[shapes + examples]
        words_in_one = 8 >> widths
        lengths = -(-sizes // words_in_one)
        starts = np.cumsum(lengths) - lengths
        # The words of all contents in a row.
        places = np.repeat(ids + at.HEADER - starts, lengths) + np.arange(int(lengths.sum()))
        packed = pool[places]
        self._words = [packed.view(dtype) for dtype in _WORDS_OF]
        self._dims = memory[(shapes + examples + 1)[:, None] + np.arange(2 * examples)]
        self._parts = dict(
            zip(
                ids.tolist(),
                zip(
                    range(len(ids)), (headers & 0xFF).tolist(), widths.tolist(),
                    (starts * words_in_one).tolist(), sizes.tolist(), strict=True,
                ),
                strict=True,
            )
        )  # fmt: skip

    def derivation(self, contents: int) -> tuple[int, Sequence[int]]:
        """Does what `Engine.derivation` did when the copy was made."""
        if not self._known:
            self._know()
        return self._known[contents]

    def _know(self) -> None:
        ids, actions, headers, arities = self._derivations
        operands = np.column_stack([headers[:, 2] >> 32, headers[:, 2], headers[:, 3] >> 32]) & _LOW
        signed = np.where(actions > _LOW >> 1, actions - _LOW - 1, actions)
        for one, action, arity, given in zip(
            ids.tolist(), signed.tolist(), arities.tolist(), operands.tolist(), strict=True
        ):
            self._known[one] = (action, given[:arity] if action >= 0 else ())

    def values(self, contents: int) -> Batch:
        """Does what `Engine.values` does."""
        row, kind, width, start, size = self._parts[contents]
        dims = self._dims[row]
        words = self._words[width][start : start + size].astype(np.int64)
        return Batch(KIND_TYPES[kind], words, dims[: self._examples], dims[self._examples :])

    def host_values(self, contents: int) -> tuple[HostValue, ...]:
        """Returns the values of a contents, one per example."""
        row, kind, width, start, size = self._parts[contents]
        type_ = KIND_TYPES[kind]
        if type_.elem is not Elem.INT or type_.rank > 1:
            return tuple(decode(self.values(contents)))
        # What `decode` does, all words at once: four times as fast.
        words: list[HostValue] = self._words[width][start : start + size].tolist()
        if type_.rank == 0:
            return tuple(words)
        values: list[HostValue] = []
        begin = 0
        for rows in self._dims[row, : self._examples].tolist():
            values.append(words[begin : begin + rows])
            begin += rows
        return tuple(values)


def _closure(engine: Engine, wanted: IntArray, depth: int) -> tuple[IntArray, IntArray]:
    """Returns the contents that texts of so many calls name, `[N]`, and their headers, `[N, HEADER]`."""
    pool, memory = engine.bank.pool, engine.memory
    known = fresh = wanted
    all_ids, all_headers = [], []
    for _ in range(depth + 1):
        headers = pool[fresh[:, None] + np.arange(at.HEADER)]
        all_ids.append(fresh)
        all_headers.append(headers)
        actions = headers[:, 1] & _LOW
        calls = actions <= _LOW >> 1
        arities, two, three = memory[actions[calls] + at.A_ARITY], headers[calls, 2], headers[calls, 3]
        operands = np.concatenate(
            [(two >> 32)[arities > 0], two[arities > 1], (three >> 32)[arities > 2]]
        )  # fmt: skip
        fresh = np.setdiff1d(operands & _LOW, known)
        if not len(fresh):
            break
        known = np.concatenate([known, fresh])
    return np.concatenate(all_ids), np.concatenate(all_headers)

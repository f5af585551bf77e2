"""Decides how samples become rows of a batch, and which are trained on together.

A row is a prompt with everything that branches off it, one branch behind the other. A word sees those before
it in the prompt and in its own branch, never another branch, and its position counts from the prompt's end:
each branch is read as if it stood alone behind the prompt.

    tokens     p  p  p  <bag> | <prg> a  b  <end> | <arm> c <way> | <arm> d e <way> | pad
    segments   0  0  0  0     | 1     1  1  1     | 2     2 2     | 3     3 3 3     | -1
    positions  0  1  2  3     | 4     5  6  7     | 4     5 6     | 4     5 6 7     | 0
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from priors.training.roles import WordRoles
from priors.training.shards import Ids, Shard

PAD_SEGMENT: Final = -1
# Rows of about the same length are taken from this many batches at a time; untuned.
_WINDOW: Final = 16

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


class Batch(NamedTuple):
    """Rows, and what the model should say at which of their words.

    `Q` words of each row are asked what follows; the others are only read. A place is a number among all
    `B * Q` asked words, row after row.

    Attributes:
      tokens: `[B, L]` int64.
      segments: `[B, L]` int64.
      positions: `[B, L]` int64.
      asked: `[B, Q]` int64, the columns of the words that are asked, 0 behind a row's last one.
      bag_places: `[b]` int64, where the bag is asked for.
      bag_targets: `[b, num_priced]` float32, sums to 1.
      bag_weights: `[b]` float32.
      program_places: `[p]` int64, of each word before a word of a program.
      program_targets: `[p]` int64, the word that follows, as its index among those of programs.
      program_weights: `[p]` float32; those of one program sum to its sample's weight.
      way_places: `[w]` int64, of the last word of each arm.
      way_targets: `[w]` float32, 1 on the way and 0 beside it.
      way_weights: `[w]` float32; those of one sample's arms sum to its weight.
    """

    tokens: Ints
    segments: Ints
    positions: Ints
    asked: Ints
    bag_places: Ints
    bag_targets: Floats
    bag_weights: Floats
    program_places: Ints
    program_targets: Ints
    program_weights: Floats
    way_places: Ints
    way_targets: Floats
    way_weights: Floats


class Sizes(NamedTuple):
    """How large batches and their rows may be.

    Attributes:
      rows: of a batch, at most.
      batch_words: of a batch, padding included, at most, unless a single row has more.
      arms: of a row; where a sample has more, some are drawn.
      words: of a row, all branches together; samples with more are left out.
      examples: how likely a prompt shows no example, one, two and so on, at most as many as it has; the
        chances sum to 1. Most of a prompt is said by its properties, and examples are most of its words.
    """

    rows: int
    batch_words: int
    arms: int
    words: int
    examples: tuple[float, ...]


def batches_of(shard: Shard, roles: WordRoles, sizes: Sizes, seed: Sequence[int]) -> Iterator[Batch]:
    """Yields a shard's samples in batches of rows of about one length; `seed` decides their order."""
    rng = np.random.default_rng(list(seed))
    arms = _drawn_arms(shard, sizes.arms, rng)
    cuts = _cuts(shard, roles, rng.choice(len(sizes.examples), len(shard), p=sizes.examples))
    arm_lengths = np.diff(shard.arm_offsets)
    lengths = np.diff(shard.offsets) + np.array([arm_lengths[of].sum() for of in arms], dtype=np.int64)
    lengths -= shard.prompts - 1 - cuts
    order = rng.permutation(np.flatnonzero(lengths <= sizes.words))
    chunks: list[NDArray[np.int64]] = []
    for start in range(0, len(order), _WINDOW * sizes.rows):
        window = order[start : start + _WINDOW * sizes.rows]
        window = window[np.argsort(lengths[window], kind="stable")]
        while len(window):
            # Ascending, so the last row of a batch is its longest.
            areas = lengths[window[: sizes.rows]] * np.arange(1, len(window[: sizes.rows]) + 1)
            num_rows = max(1, int(np.searchsorted(areas, sizes.batch_words, side="right")))
            chunks.append(window[:num_rows])
            window = window[num_rows:]
    for index in rng.permutation(len(chunks)):
        chunk = chunks[index]
        writer = _RowWriter(shard, roles, len(chunk), int(lengths[chunk].max()))
        for row, sample in enumerate(chunk.tolist()):
            writer.write(row, sample, int(cuts[sample]), arms[sample])
        yield writer.batch()


def _cuts(shard: Shard, roles: WordRoles, num_examples: Ints) -> Ints:
    """Returns how many words of each prompt stand before `<bag>` if it shows so many examples."""
    begins = np.flatnonzero(shard.tokens == roles.example)
    first = np.searchsorted(begins, shard.offsets[:-1])
    has_more = first + num_examples < np.searchsorted(begins, shard.offsets[:-1] + shard.prompts)
    cuts: Ints = shard.prompts.astype(np.int64) - 1
    cuts[has_more] = begins[(first + num_examples)[has_more]] - shard.offsets[:-1][has_more]
    return cuts


def _drawn_arms(shard: Shard, max_arms: int, rng: np.random.Generator) -> list[list[int]]:
    """Returns which arms of each sample are trained on, ascending."""
    bounds = np.searchsorted(shard.arm_samples, np.arange(len(shard) + 1))
    drawn: list[list[int]] = []
    for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if last - first <= max_arms:
            drawn.append(list(range(first, last)))
        else:
            drawn.append(sorted((first + rng.choice(last - first, max_arms, replace=False)).tolist()))
    return drawn


class _RowWriter:
    """Writes the rows of one batch, `width` words each."""

    def __init__(self, shard: Shard, roles: WordRoles, num_rows: int, width: int) -> None:
        self._shard = shard
        self._tokens = np.full((num_rows, width), roles.pad, dtype=np.int64)
        self._segments = np.full((num_rows, width), PAD_SEGMENT, dtype=np.int64)
        self._positions = np.zeros((num_rows, width), dtype=np.int64)
        self._among_priced = _index(roles.priced, roles.num_words)
        self._among_spoken = _index(roles.spoken, roles.num_words)
        self._asked: list[list[int]] = []
        self._bags: list[tuple[int, int, float]] = []
        self._bag_targets: list[Floats] = []
        self._program: list[tuple[int, int, int, float]] = []
        self._ways: list[tuple[int, int, int, float]] = []

    def write(self, row: int, sample: int, cut: int, arms: Sequence[int]) -> None:
        """Writes a sample into a row.

        Args:
          row: where to.
          sample: which.
          cut: how many words of its prompt are kept before `<bag>`.
          arms: which of its arms.
        """
        shard = self._shard
        first, behind = int(shard.offsets[sample]), int(shard.offsets[sample] + shard.prompts[sample])
        program = shard.tokens[behind : shard.offsets[sample + 1]]
        weight = float(shard.weights[sample])
        end = self._put(row, 0, 0, 0, np.append(shard.tokens[first : first + cut], shard.tokens[behind - 1]))
        asked = [cut]
        self._ask_bag(row, sample, weight)
        num_prompt, end = end, self._put(row, end, 1, end, program)
        targets = self._among_spoken[program[1:]]  # `<prg>` itself is given
        for index, target in enumerate(targets.tolist()):
            self._program.append((row, len(asked), target, weight / len(targets)))
            asked.append(num_prompt + index)
        for number, arm in enumerate(arms):
            words = shard.arm_tokens[shard.arm_offsets[arm] : shard.arm_offsets[arm + 1]]
            end = self._put(row, end, 2 + number, num_prompt, words)
            self._ways.append((row, len(asked), int(shard.arm_labels[arm]), weight / len(arms)))
            asked.append(end - 1)
        self._asked.append(asked)

    def _put(self, row: int, start: int, segment: int, position: int, words: Ids) -> int:
        """Writes a segment, and returns where the next one begins."""
        end = start + len(words)
        self._tokens[row, start:end] = words
        self._segments[row, start:end] = segment
        self._positions[row, start:end] = np.arange(position, position + len(words))
        return end

    def _ask_bag(self, row: int, sample: int, weight: float) -> None:
        bag = slice(int(self._shard.bag_offsets[sample]), int(self._shard.bag_offsets[sample + 1]))
        if bag.stop > bag.start:
            target = np.zeros(self._among_priced.max() + 1, dtype=np.float32)
            target[self._among_priced[self._shard.bag_tokens[bag]]] = self._shard.bag_weights[bag]
            self._bags.append((row, 0, weight))
            self._bag_targets.append(target)

    def batch(self) -> Batch:
        """Returns what was written."""
        width = max(map(len, self._asked))
        asked = np.array(
            [[*columns, *[0] * (width - len(columns))] for columns in self._asked], dtype=np.int64
        )
        bags = np.array(self._bags, dtype=np.float64).reshape(-1, 3)
        program = np.array(self._program, dtype=np.float64).reshape(-1, 4)
        ways = np.array(self._ways, dtype=np.float64).reshape(-1, 4)
        targets = np.array(self._bag_targets, dtype=np.float32)
        return Batch(
            self._tokens,
            self._segments,
            self._positions,
            asked,
            _places(bags, width),
            targets.reshape(-1, self._among_priced.max() + 1),
            bags[:, 2].astype(np.float32),
            _places(program, width),
            program[:, 2].astype(np.int64),
            program[:, 3].astype(np.float32),
            _places(ways, width),
            ways[:, 2].astype(np.float32),
            ways[:, 3].astype(np.float32),
        )


def _places(asked: NDArray[np.float64], width: int) -> Ints:
    """Returns the places of words given by row and number."""
    return asked[:, 0].astype(np.int64) * width + asked[:, 1].astype(np.int64)


def _index(words: Sequence[int], num_words: int) -> Ints:
    """Returns for each word its index in `words`, or -1."""
    index = np.full(num_words, -1, dtype=np.int64)
    index[np.asarray(words, dtype=np.int64)] = np.arange(len(words))
    return index

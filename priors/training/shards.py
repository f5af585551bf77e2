"""Decides how samples to train on are kept on disk: in shards, each written whole or not at all.

A sample is one task: its prompt, the skills and constants that its program uses, the program, and some arms
of a tree that would lead there or not. All are word ids of one vocabulary. A shard is one `.npz` file; ragged
lists are one array of items with an array of offsets. What follows a prompt branches off behind its end:

    prompt .. <bag>  <prg> program .. <end>
                     <focus>? .. <arm> .. <way>       one branch per arm
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from priors.arguments import PriorArgumentError
from priors.whole_files import write_whole

Ids = NDArray[np.uint16]
SHARD_PATTERN: Final = "shard-*.npz"


class Sample(NamedTuple):
    """One task as word ids.

    Attributes:
      prompt: the task, up to and with `<bag>`.
      bag: the skills and constants of the program, each once; empty where the program is not known.
      program: `<prg>`, the program and `<end>`; empty where it is not known.
      arms: one branch per arm, up to and with `<way>`.
      labels: for each arm, whether it lies on the way to the program.
      weight: how much the sample counts.
      bag_weights: how much each of `bag` counts within it, of any sum; None for all alike.
    """

    prompt: Sequence[int]
    bag: Sequence[int]
    program: Sequence[int]
    arms: Sequence[Sequence[int]] = ()
    labels: Sequence[bool] = ()
    weight: float = 1.0
    bag_weights: Sequence[float] | None = None


class Shard(NamedTuple):
    """Samples in arrays.

    Attributes:
      tokens: `[T]` uint16, prompts and programs, sample after sample.
      offsets: `[n + 1]` int64, where each sample begins in `tokens`.
      prompts: `[n]` int32, how many words of each sample are its prompt.
      bag_tokens: `[K]` uint16.
      bag_weights: `[K]` float32, sums to 1 over each sample that has a bag.
      bag_offsets: `[n + 1]` int64.
      weights: `[n]` float32.
      arm_tokens: `[A]` uint16.
      arm_offsets: `[m + 1]` int64.
      arm_samples: `[m]` int32, whose arm it is; ascending.
      arm_labels: `[m]` uint8.
      info: `[]` text, JSON: the vocabulary, and how the samples were made.
    """

    tokens: Ids
    offsets: NDArray[np.int64]
    prompts: NDArray[np.int32]
    bag_tokens: Ids
    bag_weights: NDArray[np.float32]
    bag_offsets: NDArray[np.int64]
    weights: NDArray[np.float32]
    arm_tokens: Ids
    arm_offsets: NDArray[np.int64]
    arm_samples: NDArray[np.int32]
    arm_labels: NDArray[np.uint8]
    info: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.prompts)

    @property
    def details(self) -> dict[str, Any]:
        """What `info` says."""
        found: dict[str, Any] = json.loads(str(self.info))
        return found


def make_shard(samples: Sequence[Sample], info: Mapping[str, Any]) -> Shard:
    """Returns samples as a shard.

    Raises:
      ValueError: a sample has no prompt, more arms than labels or fewer, or weights that are none.
    """
    for sample in samples:
        if not sample.prompt or len(sample.arms) != len(sample.labels):
            raise ValueError("a sample needs a prompt, and one label per arm")
    tokens, offsets = _ragged([[*sample.prompt, *sample.program] for sample in samples])
    bag_tokens, bag_offsets = _ragged([sample.bag for sample in samples])
    arm_tokens, arm_offsets = _ragged([arm for sample in samples for arm in sample.arms])
    return Shard(
        tokens,
        offsets,
        np.array([len(sample.prompt) for sample in samples], dtype=np.int32),
        bag_tokens,
        np.array([share for sample in samples for share in _shares(sample)], dtype=np.float32),
        bag_offsets,
        np.array([sample.weight for sample in samples], dtype=np.float32),
        arm_tokens,
        arm_offsets,
        np.array([k for k, sample in enumerate(samples) for _ in sample.arms], dtype=np.int32),
        np.array([label for sample in samples for label in sample.labels], dtype=np.uint8),
        np.array(json.dumps(dict(info))),
    )


def _ragged(rows: Sequence[Sequence[int]]) -> tuple[Ids, NDArray[np.int64]]:
    offsets = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=offsets[1:])
    return np.array([item for row in rows for item in row], dtype=np.uint16), offsets


def _shares(sample: Sample) -> list[float]:
    """Returns the shares of a sample's bag, which sum to 1."""
    if not sample.bag:
        return []
    if sample.bag_weights is None:
        return [1.0 / len(sample.bag)] * len(sample.bag)
    total = float(sum(sample.bag_weights))
    if len(sample.bag_weights) != len(sample.bag) or not 0 < total < float("inf"):
        raise ValueError("a sample's bag needs one weight for each of its words, with a positive sum")
    return [weight / total for weight in sample.bag_weights]


def save_shard(shard: Shard, path: Path) -> None:
    """Writes a shard, whole or not at all; it is on disk when this returns."""
    content = io.BytesIO()
    np.savez_compressed(content, **shard._asdict())
    write_whole(path, content.getvalue())


def load_shard(path: Path) -> Shard:
    """Returns the shard in a file.

    Raises:
      PriorArgumentError: the file cannot be read, or is no shard.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            shard = Shard(**{name: arrays[name] for name in Shard._fields})
    except OSError as error:
        raise PriorArgumentError(f"shard {path}: {error.strerror or error}") from None
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, EOFError) as error:
        raise PriorArgumentError(f"shard {path} is no shard of samples: {error}") from None
    counts = {len(shard.offsets) - 1, len(shard.bag_offsets) - 1, len(shard.weights), len(shard)}
    if len(counts) != 1 or len(shard.arm_offsets) - 1 != len(shard.arm_samples):
        raise PriorArgumentError(f"shard {path} is no shard of samples: its arrays have different lengths")
    return shard


def shard_paths(directory: Path) -> list[Path]:
    """Returns the finished shards in a directory, by name."""
    return sorted(directory.glob(SHARD_PATTERN))

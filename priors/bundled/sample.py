"""What a language model learns from one task, and many of them packed into arrays and files.

A sample is a few *segments* of words:

    prompt     the task
    program    `<bag> <prg>` word ... `<end>`, after the prompt
    focus      `<focus>` ..., after the prompt; empty at the root
    arm, ...   ... `<way>`, each after prompt and focus, and after no other arm

A shard is one `.npz` file of samples; a directory of shards has the tokenizer beside them, and says in
`shards.json` what they were made with.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from priors.bundled import text
from priors.bundled.vocabulary import Vocabulary

PROMPT, SOLUTION, FOCUS, ARM = range(4)
"""Kinds of segments."""
NO_LABEL: Final = -1
FORMAT: Final = 1
MANIFEST: Final = "shards.json"


class Arm(NamedTuple):
    """A step that a search could take.

    Attributes:
      words: of its contents, `<way>` last.
      is_on_way: whether it lies on the way to the known solution.
    """

    words: list[str]
    is_on_way: bool


class Sample(NamedTuple):
    """One task with a known solution, as words.

    Attributes:
      prompt: of the task.
      bag: skills and constants of the solution, each once.
      program: the solution in prefix form; empty if it is not to be learnt.
      focus: of a node's focus; empty at the root.
      arms: some steps from there; there may be none.
    """

    prompt: list[str]
    bag: list[str]
    program: list[str]
    focus: list[str]
    arms: list[Arm]


class Shard(NamedTuple):
    """Samples as arrays; `N` samples, `S` segments, `T` words, `B` words of bags.

    Attributes:
      words: `[T]` uint16, numbers of the vocabulary, segment after segment.
      segment_starts: `[S + 1]` int64, where each segment's words begin.
      segment_kinds: `[S]` uint8, `PROMPT`, `SOLUTION`, `FOCUS` or `ARM`, in this order within a sample.
      segment_labels: `[S]` int8, of an arm 1 if it is on the way and 0 if not, of others `NO_LABEL`.
      sample_starts: `[N + 1]` int64, where each sample's segments begin.
      bag: `[B]` uint16, the skills and constants of each sample's solution.
      bag_weights: `[B]` float32, their shares; they sum to 1 in a sample.
      bag_starts: `[N + 1]` int64, where each sample's bag begins.
    """

    words: NDArray[np.uint16]
    segment_starts: NDArray[np.int64]
    segment_kinds: NDArray[np.uint8]
    segment_labels: NDArray[np.int8]
    sample_starts: NDArray[np.int64]
    bag: NDArray[np.uint16]
    bag_weights: NDArray[np.float32]
    bag_starts: NDArray[np.int64]

    @property
    def num_samples(self) -> int:
        """How many samples there are."""
        return len(self.sample_starts) - 1


def pack(samples: Iterable[Sample], vocabulary: Vocabulary) -> Shard:
    """Returns samples as arrays; a bag's words have equal shares, those that are unknown none."""
    words: list[int] = []
    starts, kinds, labels, sample_starts = [0], list[int](), list[int](), [0]
    bag: list[int] = []
    weights: list[float] = []
    bag_starts = [0]

    def add(kind: int, segment: list[str], label: int = NO_LABEL) -> None:
        words.extend(vocabulary.ids(segment))
        starts.append(len(words))
        kinds.append(kind)
        labels.append(label)

    for sample in samples:
        add(PROMPT, sample.prompt)
        add(SOLUTION, [text.BAG, text.PROGRAM, *sample.program, text.END] if sample.program else [text.BAG])
        if sample.focus:
            add(FOCUS, sample.focus)
        for arm in sample.arms:
            add(ARM, arm.words, int(arm.is_on_way))
        sample_starts.append(len(kinds))
        known = [number for word in sample.bag if (number := vocabulary.id(word)) is not None]
        bag += known
        weights += [1.0 / len(known)] * len(known)
        bag_starts.append(len(bag))
    return Shard(
        np.array(words, np.uint16), np.array(starts, np.int64), np.array(kinds, np.uint8),
        np.array(labels, np.int8), np.array(sample_starts, np.int64), np.array(bag, np.uint16),
        np.array(weights, np.float32), np.array(bag_starts, np.int64),
    )  # fmt: skip


def write_shard(shard: Shard, path: Path) -> None:
    """Writes a shard, whole or not at all."""
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    np.savez(unfinished, **shard._asdict())  # type: ignore[arg-type]
    unfinished.replace(path)


def read_shard(path: Path) -> Shard:
    """Returns the shard in a file.

    Raises:
      ValueError: the file is no shard; one sentence names it.
      OSError: it cannot be read.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            shard = Shard(**{name: arrays[name] for name in Shard._fields})
    except (KeyError, ValueError, EOFError) as error:
        raise ValueError(f"{path} is no shard of samples ({error})") from None
    return shard


def write_manifest(directory: Path, manifest: dict[str, Any]) -> None:
    """Writes what a directory's shards were made with."""
    content = {"format": FORMAT, "text_version": text.VERSION} | manifest
    (directory / MANIFEST).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def read_manifest(directory: Path) -> dict[str, Any]:
    """Returns what a directory's shards were made with.

    Raises:
      ValueError: the directory has no such file, or it is of another version.
    """
    path = directory / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ValueError(f"{path} is missing or damaged, so the directory holds no samples") from None
    if (manifest.get("format"), manifest.get("text_version")) != (FORMAT, text.VERSION):
        raise ValueError(f"{path} is of another version; generate the samples again")
    return manifest


def shard_files(directory: Path) -> list[Path]:
    """Returns the shards of a directory in order."""
    return sorted(directory.glob("shard-*.npz"))

"""Decides how made-up samples are written: `python -m mcts_compose.training.shards --out DIR --samples N`.

A shard depends on the seed and its own number alone, so that an interrupted run goes on where it was and
several processes may share a directory, each with its own shards.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Final

import typer

from mcts_compose.errors import InputError, located
from mcts_compose.training.generated import fingerprint, samples
from mcts_compose.training.sample import make_shard
from priors.arguments import PriorArgumentError
from priors.bundled.vocabulary import default_vocabulary, write_tokenizer
from priors.training.shards import load_shard, save_shard, shard_paths

SAMPLES_A_SHARD: Final = 5000


def shard_path(directory: Path, number: int) -> Path:
    """Returns where a shard stands."""
    return directory / f"shard-{number:05}.npz"


def write_shards(
    directory: Path, num_samples: int, seed: int, part: tuple[int, int] = (0, 1), size: int = SAMPLES_A_SHARD
) -> Iterator[Path]:
    """Writes shards until the directory has the samples, and yields each one's path; those there are kept.

    Args:
      directory: made if it is not there.
      num_samples: rounded up to whole shards.
      seed: of everything random.
      part: (which, of how many): the shards whose number leaves that remainder.
      size: samples of a shard.

    Raises:
      InputError: the directory holds samples that were made otherwise.
    """
    vocabulary = default_vocabulary()
    origin = {"generator": fingerprint(), "seed": seed, "size": size}
    directory.mkdir(parents=True, exist_ok=True)
    for path in shard_paths(directory)[:1]:
        try:
            found = load_shard(path).details
        except PriorArgumentError as error:
            raise InputError(str(error)) from None
        if any(found.get(key) != value for key, value in origin.items()):
            raise InputError(located("holds samples of another seed or recipe; name another one", directory))
    write_tokenizer(vocabulary, directory)
    for number in range(part[0], -(-num_samples // size), part[1]):
        path = shard_path(directory, number)
        if not path.exists():
            found_samples = islice(samples(seed, number), size)
            save_shard(make_shard(found_samples, vocabulary, origin | {"number": number}), path)
        yield path


def main(
    out: Annotated[Path, typer.Option(help="Directory to write.")],
    num: Annotated[int, typer.Option("--samples", min=1, help="How many, rounded up to whole shards.")],
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 1,
) -> None:
    """Make samples for language models from random programs."""
    for path in write_shards(out, num, seed):
        typer.echo(path)


if __name__ == "__main__":
    typer.run(main)

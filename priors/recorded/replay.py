"""The prior that answers from a file of recorded answers alone, without the model or what it runs on.

    --prior replay --prior-args file=answers.db

What is not in the file it does not know: such a batch raises `PriorError`, which the search counts. A file
with the answers of several models needs `source=NUMBER` besides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from priors.arguments import ArgumentReader, PriorArgumentError
from priors.base import PriceRequest, Prices, Prior, PriorError, RankRequest, Ranks, SubtaskRequest, Usage
from priors.recorded import answers
from priors.recorded.answer_file import AnswerFile, RecordingError, Source
from priors.recorded.cached import PRICES, PROGRAMS, RANKS, SUBTASKS
from priors.recorded.keys import answer_key


class ReplayPrior(Prior):
    """Gives the recorded answers of one model.

    Args:
      path: the file.
      source: number of the model in it; None if there is only one.

    Raises:
      PriorArgumentError: the file cannot be used, or does not say which model is meant.
    """

    name = "replay"
    is_model = True

    def __init__(self, path: Path, source: int | None = None) -> None:
        self._file = AnswerFile(path, is_writable=False)
        self._file.check()
        self.source = _chosen(self._file, source)
        self.ranks = self.source.ranks
        self.proposes = self.source.proposes
        self._hits = 0

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> ReplayPrior:
        """Returns the prior for `file=PATH`, and `source=NUMBER` if several models are in it.

        Raises:
          PriorArgumentError: an argument is missing or unknown, or the file cannot be used.
        """
        reader = ArgumentReader(cls.name, arguments)
        path = Path(reader.required("file", "PATH")).expanduser()
        number = reader.number("source", None, 1, 2**31)
        reader.finish()
        return replay(path, None if number is None else int(number))

    @property
    def fingerprint(self) -> str:
        """The recorded model's."""
        return self.source.fingerprint

    @property
    def usage(self) -> Usage:
        """How many requests were answered; nothing else is done here."""
        return Usage(hits=self._hits)

    def price_skills(self, requests: Sequence[PriceRequest]) -> list[Prices]:
        """Returns the recorded prices.

        Raises:
          PriorError: some were not recorded.
        """
        return self._read([answer_key(PRICES, request) for request in requests], answers.read_prices)

    def rank_arms(self, requests: Sequence[RankRequest]) -> list[Ranks | None]:
        """Returns the recorded ranks.

        Raises:
          PriorError: some were not recorded.
        """
        return self._read([answer_key(RANKS, request) for request in requests], answers.read_ranks)

    def propose_subtasks(self, requests: Sequence[SubtaskRequest]) -> list[list[str]]:
        """Returns the recorded proposals.

        Raises:
          PriorError: some were not recorded.
        """
        if not self.proposes:
            return [[] for _ in requests]
        return self._read([answer_key(SUBTASKS, request) for request in requests], answers.read_lines)

    def _read(self, keys: Sequence[bytes], read: Callable[[bytes], Any]) -> list[Any]:
        if not keys:
            return []
        try:
            known = self._file.find(self.source.id, keys)
        except RecordingError as error:
            raise PriorError(str(error)) from None
        num_missing = sum(key not in known for key in keys)
        if num_missing:
            raise PriorError(f"{num_missing} of {len(keys)} requests were not recorded")
        self._hits += len(keys)
        return [read(known[key]) for key in keys]


class ReplaySampler(ReplayPrior):
    """The same of a model that also writes whole programs."""

    def sample_programs(self, request: PriceRequest, names: Sequence[str], num: int, seed: int) -> list[str]:
        """Returns the recorded lines.

        Raises:
          PriorError: they were not recorded.
        """
        key = answer_key(PROGRAMS, request, tuple(names), num, seed)
        lines: list[str] = self._read([key], answers.read_lines)[0]
        return lines


def replay(path: Path, source: int | None = None) -> ReplayPrior:
    """Returns the prior that reads a file.

    Raises:
      PriorArgumentError: the file cannot be used, or does not say which model is meant.
    """
    prior = ReplayPrior(path, source)
    return ReplaySampler(path, prior.source.id) if prior.source.writes_programs else prior


def _chosen(file: AnswerFile, number: int | None) -> Source:
    """Returns the source of that number, or the only one."""
    try:
        sources = file.sources()
    except (RecordingError, ValueError) as error:
        raise PriorArgumentError(str(error)) from None
    fitting = [source for source in sources if number in (None, source.id)]
    if len(fitting) == 1:
        return fitting[0]
    listed = "; ".join(map(str, sources))
    if not sources:
        raise PriorArgumentError(f"recorded answers {file.path}: nothing was recorded in it")
    if number is None:
        raise PriorArgumentError(
            f"recorded answers {file.path}: they are of {len(sources)} models; choose one by source=NUMBER: "
            f"{listed}"
        )
    raise PriorArgumentError(f"recorded answers {file.path}: there is no source {number}, but {listed}")

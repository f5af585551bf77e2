"""The prior that asks another one only what it has not asked before, and records every answer in a file.

    --prior cached --prior-args of=causal-lm,file=answers.db,of.pretrained=DIR

An answer is found again if the wrapped prior has the same name, fingerprint and arguments, and the request
says the same. Arguments that a prior's class names in `neutral_arguments` do not count where there is a
fingerprint: they change no answer (how many requests go together), or the fingerprint covers them (where the
model lies). Answers that are not sound are handed on, for the search to count, and not recorded.

A file that can no longer be written, or read, costs the recording and not the search: that is said once, as a
warning, and the wrapped prior goes on answering.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from priors.arguments import ArgumentReader, PriorArgumentError
from priors.base import (
    PriceRequest,
    Prices,
    Prior,
    PriorError,
    ProgramSampler,
    RankRequest,
    Ranks,
    SubtaskRequest,
    Usage,
)
from priors.recorded import answers
from priors.recorded.answer_file import AnswerFile, RecordingError
from priors.recorded.keys import answer_key

PREFIX: Final = "of."
PRICES, RANKS, PROGRAMS, SUBTASKS = "prices", "ranks", "programs", "subtasks"

_Asked = TypeVar("_Asked")


class CachedPrior(Prior):
    """Answers from a file what is in it, and asks the wrapped prior the rest.

    Args:
      wrapped: who is asked.
      path: the file; made if it is not there.
      arguments: the wrapped prior's.

    Raises:
      PriorArgumentError: the file cannot be used.
    """

    name = "cached"
    is_model = True

    def __init__(self, wrapped: Prior, path: Path, arguments: Mapping[str, str] | None = None) -> None:
        self.wrapped = wrapped
        self.shared = wrapped.shared
        self.ranks = wrapped.ranks
        self.proposes = wrapped.proposes
        self._arguments = dict(arguments or {})
        self._file = AnswerFile(path, is_writable=True)
        self._file.check()
        self._source: int | None = None
        self._hits = 0
        self._has_warned = False

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> CachedPrior:
        """Returns the prior for `of=NAME`, `file=PATH`, and the wrapped prior's arguments as `of.NAME=VALUE`.

        Raises:
          PriorArgumentError: an argument is missing or unknown, or the file cannot be used.
          ValueError: the wrapped prior cannot be made.
        """
        from priors.registry import make_prior

        own = {name: value for name, value in arguments.items() if not name.startswith(PREFIX)}
        theirs = {name[len(PREFIX) :]: arguments[name] for name in arguments.keys() - own.keys()}
        reader = ArgumentReader(cls.name, own)
        of, file = reader.required("of", "NAME"), reader.required("file", "PATH")
        for name in own.keys() - {"of", "file"}:
            raise PriorArgumentError(
                f"prior {cls.name!r} takes of and file; an argument of {of!r} is written {PREFIX}{name}="
            )
        return cached(make_prior(of, theirs), Path(file).expanduser(), theirs)

    @property
    def fingerprint(self) -> str:
        """The wrapped prior's."""
        return self.wrapped.fingerprint

    @property
    def usage(self) -> Usage:
        """What the wrapped prior has done, and how many requests it was spared."""
        done = self.wrapped.usage
        return done._replace(hits=done.hits + self._hits)

    def prepare(self) -> None:
        """Prepares the wrapped prior, which may be asked; `replay` is the one that needs no model."""
        self.wrapped.prepare()

    def price_skills(self, requests: Sequence[PriceRequest]) -> list[Prices]:
        """Returns recorded prices where there are some, the wrapped prior's elsewhere.

        Raises:
          PriorError: the wrapped prior cannot answer.
        """
        keys = [answer_key(PRICES, request) for request in requests]
        ask = self.wrapped.price_skills
        return self._answer(keys, requests, ask, answers.written_prices, answers.read_prices)

    def rank_arms(self, requests: Sequence[RankRequest]) -> list[Ranks | None]:
        """Returns recorded ranks where there are some, the wrapped prior's elsewhere.

        Raises:
          PriorError: the wrapped prior cannot answer.
        """
        keys = [answer_key(RANKS, request) for request in requests]
        ask = self.wrapped.rank_arms
        return self._answer(keys, requests, ask, answers.written_ranks, answers.read_ranks)

    def propose_subtasks(self, requests: Sequence[SubtaskRequest]) -> list[list[str]]:
        """Returns recorded proposals where there are some, the wrapped prior's elsewhere.

        Raises:
          PriorError: the wrapped prior cannot answer.
        """
        if not self.proposes:
            return [[] for _ in requests]
        keys = [answer_key(SUBTASKS, request) for request in requests]
        return self._answer(
            keys, requests, self.wrapped.propose_subtasks,
            lambda _, answer: answers.written_lines(answer), answers.read_lines,
        )  # fmt: skip

    def _answer(
        self,
        keys: Sequence[bytes],
        requests: Sequence[_Asked],
        ask: Callable[[Sequence[_Asked]], Sequence[Any]],
        written: Callable[[_Asked, object], bytes | None],
        read: Callable[[bytes], Any],
    ) -> list[Any]:
        """Returns one answer per request; a request that comes twice is asked once."""
        known = self._find(keys)
        missing = {key: request for key, request in zip(keys, requests, strict=True) if key not in known}
        self._hits += sum(key not in missing for key in keys)
        unsound: dict[bytes, Any] = {}
        if missing:
            given = list(ask(list(missing.values())))
            if len(given) != len(missing):
                raise PriorError(f"{len(given)} answers to {len(missing)} requests")
            fresh: dict[bytes, bytes] = {}
            for (key, request), answer in zip(missing.items(), given, strict=True):
                data = written(request, answer)
                if data is None:
                    unsound[key] = answer
                else:
                    fresh[key] = data
            self._record(fresh)
            known |= fresh
        # Fresh answers are read back as well, so that a recording gives what its making gave.
        return [unsound[key] if key in unsound else read(known[key]) for key in keys]

    def _find(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        try:
            return self._file.find(self._number(), keys) if keys else {}
        except RecordingError as error:
            self._warn(error)
            return {}

    def _record(self, fresh: Mapping[bytes, bytes]) -> None:
        if not fresh:
            return
        try:
            self._file.add(self._number(), fresh)
        except RecordingError as error:
            self._warn(error)

    def _number(self) -> int:
        """Returns the wrapped prior's number in the file; its fingerprint is asked for here, not before."""
        if self._source is None:
            fingerprint = self.fingerprint
            neutral = getattr(self.wrapped, "neutral_arguments", ()) if fingerprint else ()
            matters = {name: text for name, text in self._arguments.items() if name not in neutral}
            writes = isinstance(self.wrapped, ProgramSampler)
            self._source = self._file.source_of(
                self.wrapped.name, fingerprint, matters, ranks=self.ranks, writes_programs=writes,
                proposes=self.proposes,
            )  # fmt: skip
        return self._source

    def _warn(self, error: RecordingError) -> None:
        if not self._has_warned:
            self._has_warned = True
            warnings.warn(f"answers are not recorded: {error}", RuntimeWarning, stacklevel=2)


class CachedSampler(CachedPrior):
    """The same around a prior that also writes whole programs."""

    def sample_programs(self, request: PriceRequest, names: Sequence[str], num: int, seed: int) -> list[str]:
        """Returns recorded lines if the same was asked before, the wrapped prior's else.

        Raises:
          PriorError: the wrapped prior cannot answer.
        """
        assert isinstance(self.wrapped, ProgramSampler)
        sample = self.wrapped.sample_programs
        key = answer_key(PROGRAMS, request, tuple(names), num, seed)
        lines: list[str] = self._answer(
            [key], [request], lambda _: [sample(request, names, num, seed)],
            lambda _, answer: answers.written_lines(answer), answers.read_lines,
        )[0]  # fmt: skip
        return lines


def cached(wrapped: Prior, path: Path, arguments: Mapping[str, str] | None = None) -> CachedPrior:
    """Returns the prior with a recording around it.

    Raises:
      PriorArgumentError: the file cannot be used.
    """
    kind = CachedSampler if isinstance(wrapped, ProgramSampler) else CachedPrior
    return kind(wrapped, path, arguments)

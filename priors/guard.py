"""Keeps a search going whatever its prior does: broken answers are counted and replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from priors.base import (
    Example,
    PriceRequest,
    Prices,
    Prior,
    ProgramSampler,
    RankRequest,
    Ranks,
    SubtaskRequest,
    Usage,
)
from priors.uniform import UniformPrior

# Rounding may leave a probability slightly above 1.
_SLACK = 1e-3
_LONGEST_DETAILS: Final = 300


class _BrokenAnswerError(Exception):
    """Says what is wrong with an answer: its kind, then the details."""


class GuardedPrior(Prior):
    """A prior that never fails: it puts a fallback's answers in place of another prior's broken ones.

    Attributes:
      name: the guarded prior's name.
      is_model: as the guarded prior says.
      ranks: the same.
      proposes: the same.
      failures: how many requests were answered by the fallback instead, by what was wrong: `exception` (a
        whole batch), `count` (not one answer per request), `type`, `shape`, `not finite`, `range`, and what
        callers of `count_failed` name.
      first_failure: one sentence on the first of them, or None.
      guarded: the prior.
    """

    def __init__(self, prior: Prior, fallback: Prior | None = None) -> None:
        self.name = prior.name
        self.is_model = prior.is_model
        self.ranks = prior.ranks
        self.proposes = prior.proposes
        self.failures: Counter[str] = Counter()
        self.first_failure: str | None = None
        self.guarded = prior
        self._fallback: Prior = UniformPrior() if fallback is None else fallback

    @property
    def num_failures(self) -> int:
        """How many requests the fallback answered."""
        return self.failures.total()

    @property
    def fingerprint(self) -> str:
        """The guarded prior's; empty if it fails to say."""
        try:
            return str(self.guarded.fingerprint)
        except (Exception, SystemExit):
            return ""

    @property
    def usage(self) -> Usage:
        """The guarded prior's; all zeros if it fails to say."""
        try:
            used = Usage(*self.guarded.usage)
        except (Exception, SystemExit):
            return Usage()
        return used if all(isinstance(count, int | float) for count in used) else Usage()

    def prepare(self) -> None:
        """Prepares the guarded prior, whose refusal is not replaced."""
        self.guarded.prepare()

    def price_skills(self, requests: Sequence[PriceRequest]) -> list[Prices]:
        """Returns the prior's prices where sound, elsewhere `request.base`, or else the fallback's.

        The prior gets copies of what can be changed in a request: the search goes on using its own.
        """
        answers = self._ask(self.guarded.price_skills, [_own(request) for request in requests])
        prices: list[Prices] = []
        for request, answer in zip(requests, answers, strict=True):
            try:
                prices.append(_sound_prices(request, answer))
            except (Exception, SystemExit) as error:
                self._count(error)
                prices.append(request.base or self._fallback.price_skills([request])[0])
        return prices

    def with_base(self, request: PriceRequest, base_prior: Prior) -> PriceRequest:
        """Returns the request with a base prior's prices; a broken answer of its is counted here as well."""
        base = GuardedPrior(base_prior)
        (prices,) = base.price_skills([request])
        self.failures += base.failures
        self.first_failure = self.first_failure or base.first_failure
        return replace(request, base=prices)

    def rank_arms(self, requests: Sequence[RankRequest]) -> list[Ranks | None]:
        """Returns the prior's ranks where they are sound, no opinion elsewhere."""
        answers = self._ask(self.guarded.rank_arms, requests)
        ranks: list[Ranks | None] = []
        for request, answer in zip(requests, answers, strict=True):
            try:
                ranks.append(None if answer is None else _sound_ranks(request, answer))
            except (Exception, SystemExit) as error:
                self._count(error)
                ranks.append(None)
        return ranks

    def sample_programs(self, request: PriceRequest, names: Sequence[str], num: int, seed: int) -> list[str]:
        """Returns at most `num` lines of the prior's; what is no text is counted and left out."""

        def sample(requests: Sequence[PriceRequest]) -> list[Any]:
            assert isinstance(self.guarded, ProgramSampler)
            lines = self.guarded.sample_programs(requests[0], names, num, seed)
            return [list(islice(lines, num))]

        (lines,) = self._ask(sample, [_own(request)])
        if isinstance(lines, _BrokenAnswerError):
            self._count(lines)
            return []
        for line in lines:
            if not isinstance(line, str):
                self._count(_BrokenAnswerError("type", f"expected a line, got {type(line).__name__}"))
        return [line for line in lines if isinstance(line, str)]

    def propose_subtasks(self, requests: Sequence[SubtaskRequest]) -> list[list[str]]:
        """Returns at most `num` lines for each request; what is no text is counted and left out."""
        own = [replace(request, price_request=_own(request.price_request)) for request in requests]
        answers = self._ask(self.guarded.propose_subtasks, own)
        proposed: list[list[str]] = []
        for request, answer in zip(requests, answers, strict=True):
            lines: list[str] = []
            try:
                for line in _listed(answer, request.num):
                    if isinstance(line, str):
                        lines.append(line)
                    else:
                        self._count(_BrokenAnswerError("type", f"expected a line, got {type(line).__name__}"))
            except (Exception, SystemExit) as error:
                self._count(error)
            proposed.append(lines)
        return proposed

    def _ask(self, question: Any, requests: Sequence[Any]) -> list[Any]:
        """Returns one answer per request; each is a `_BrokenAnswerError` where the whole call failed."""
        if not requests:
            return []
        try:
            answers = list(islice(question(requests), len(requests) + 1))
        except (Exception, SystemExit) as error:
            return [_BrokenAnswerError("exception", _said(error))] * len(requests)
        if len(answers) != len(requests):
            given = len(answers) if len(answers) < len(requests) else "too many"
            said = f"{given} answers to {len(requests)} requests"
            return [_BrokenAnswerError("count", said)] * len(requests)
        return answers

    def count_failed(self, num_requests: int, kind: str, details: str) -> None:
        """Counts requests of which the caller knows that no answer came."""
        for _ in range(num_requests):
            self._count(_BrokenAnswerError(kind, details))

    def _count(self, error: BaseException) -> None:
        kind, details = error.args if isinstance(error, _BrokenAnswerError) else ("exception", _said(error))
        self.failures[kind] += 1
        if self.first_failure is None:
            self.first_failure = f"prior {self.name!r}: {kind}: {_short(details)}"


def _said(error: BaseException) -> str:
    """Returns an exception in words, also of one that cannot say what it means."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


def _short(details: str) -> str:
    return details if len(details) <= _LONGEST_DETAILS else details[: _LONGEST_DETAILS - 3] + "..."


def _own(request: PriceRequest) -> PriceRequest:
    """Returns a request whose lists and arrays are nobody else's."""
    base = request.base
    return replace(
        request,
        examples=tuple(Example(_copied(one.inputs), _copied(one.output)) for one in request.examples),
        constants=_copied(request.constants),
        base=None if base is None else Prices(base.skills.copy(), base.constants.copy()),
    )


def _copied(value: Any) -> Any:
    """Returns a value whose lists are nobody else's."""
    if not isinstance(value, list | tuple):
        return value
    # Most of a value are numbers, which need no call.
    parts = [_copied(part) if isinstance(part, list | tuple) else part for part in value]
    return parts if isinstance(value, list) else tuple(parts)


def _sound_array(name: str, values: object, size: int) -> NDArray[np.float64]:
    """Returns a float64 copy of `values`, which must be `[size]` finite numbers."""
    # Before anything is copied, since it may be too large for that.
    shape = values.shape if isinstance(values, np.ndarray) else None
    if shape is None and isinstance(values, Sequence) and not isinstance(values, str):
        shape = (len(values),)
    if shape not in (None, (size,)):
        raise _BrokenAnswerError("shape", f"{name} have shape {shape} instead of ({size},)")
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise _BrokenAnswerError("type", f"{name} are no array of numbers ({error})") from None
    if array.shape != (size,):
        raise _BrokenAnswerError("shape", f"{name} have shape {array.shape} instead of ({size},)")
    if not np.isfinite(array).all():
        raise _BrokenAnswerError("not finite", f"{name} hold NaN or infinity")
    return array


def _listed(answer: object, most: int) -> list[object]:
    """Returns the first elements of an answer, which must be a list."""
    if isinstance(answer, _BrokenAnswerError):
        raise answer
    if not isinstance(answer, list | tuple):
        raise _BrokenAnswerError("type", f"expected a list of lines, got {type(answer).__name__}")
    return list(answer[:most])


def _sound_prices(request: PriceRequest, answer: object) -> Prices:
    if isinstance(answer, _BrokenAnswerError):
        raise answer
    if not isinstance(answer, Prices):
        raise _BrokenAnswerError("type", f"expected Prices, got {type(answer).__name__}")
    skills = _sound_array("skill prices", answer.skills, len(request.skills))
    constants = _sound_array("constant prices", answer.constants, len(request.constants))
    if (skills < -_SLACK).any() or (constants < -_SLACK).any():
        raise _BrokenAnswerError("range", "a price is below 0 nats")
    return Prices(np.maximum(skills, 0.0), np.maximum(constants, 0.0))


def _sound_ranks(request: RankRequest, answer: object) -> Ranks:
    if isinstance(answer, _BrokenAnswerError):
        raise answer
    if not isinstance(answer, Ranks):
        raise _BrokenAnswerError("type", f"expected Ranks, got {type(answer).__name__}")
    ranks = _sound_array("arm ranks", answer.log_priors, len(request.arms))
    if (ranks > _SLACK).any():
        raise _BrokenAnswerError("range", "a log-probability is above 0")
    log_priors = np.minimum(ranks, 0.0).astype(np.float32)
    if answer.values is None:
        return Ranks(log_priors)
    values = _sound_array("arm values", answer.values, len(request.arms))
    if (values < -_SLACK).any() or (values > 1 + _SLACK).any():
        raise _BrokenAnswerError("range", "a value is not between 0 and 1")
    return Ranks(log_priors, np.clip(values, 0.0, 1.0).astype(np.float32))

"""The small language model that ships with the package, asked in numpy: no optional package is needed.

It reads a task as properties and examples (priors/bundled/text.py), once, and says which skills and constants
its solution is made of (`priors.bundled.pricing`); then it says of arms, by their own properties, whether
they lie on the way. Tasks of types that it was not trained on keep the base prior's prices, and get no
opinion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np

from priors.arguments import ArgumentReader, PriorArgumentError
from priors.base import Example, PriceRequest, Prices, Prior, RankRequest, Ranks, Usage
from priors.bundled import pricing, text
from priors.bundled.model import BundledModel
from priors.bundled.sampling import sampled_programs
from vm.values import HostValue, ValueType

SHIPPED_MODEL: Final = Path(__file__).parent / "model"


class BundledPrior(Prior):
    """Asks a model that `mcts-compose train lm` has made.

    Args:
      directory: of the model.
      strength: how strongly the model changes the base prior's prices; as its `prior.json` says by default.
      ranks: whether it ranks arms; off by default, since on one core the kernels make more of the time.
    """

    name = "bundled"
    is_model = True
    neutral_arguments = frozenset({"model"})

    def __init__(
        self, directory: Path = SHIPPED_MODEL, strength: float | None = None, ranks: bool = False
    ) -> None:
        self._directory = directory
        self._strength = strength
        self.ranks = ranks
        self._loaded: BundledModel | None = None

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> BundledPrior:
        """Returns the prior for `model=DIR`, `lam=NUMBER` and `rank=yes|no`, all optional.

        Raises:
          PriorArgumentError: an argument is unknown, or its value is wrong.
        """
        reader = ArgumentReader(cls.name, arguments)
        given = reader.text("model")
        strength = reader.number("lam", None, 0.0, 1.0)
        rank = reader.text("rank", "no")
        reader.finish()
        if rank not in ("yes", "no"):
            raise PriorArgumentError(f"prior 'bundled': rank must be yes or no, not {rank!r}")
        directory = SHIPPED_MODEL if given is None else Path(given).expanduser()
        if given is None and not directory.is_dir():
            raise PriorArgumentError(
                "prior 'bundled' needs model=DIR, since this installation lacks the model of the package"
            )
        if not directory.is_dir():
            raise PriorArgumentError(f"prior 'bundled': model={directory} is not a directory")
        return cls(directory, strength, rank == "yes")

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_loaded": None}

    def prepare(self) -> None:
        """Loads the model, and compiles what reads properties.

        Raises:
          PriorArgumentError: the directory is not that of such a model.
        """
        self._model()
        for request in _every_type():
            _, goal = text.task_values(request)
            text.task_words(request)
            text.arm_words("", request.examples[0].inputs[:1], goal)

    def _model(self) -> BundledModel:
        if self._loaded is None:
            self._loaded = BundledModel(self._directory)
        return self._loaded

    @property
    def fingerprint(self) -> str:
        """A hash of the model and of what `prior.json` says."""
        return self._model().fingerprint

    @property
    def usage(self) -> Usage:
        """What the model has done so far."""
        return Usage() if self._loaded is None else self._loaded.usage

    def price_skills(self, requests: Sequence[PriceRequest]) -> list[Prices]:
        """Returns the base prior's prices, sharpened by what the model says of the task."""
        return [self._price(request) for request in requests]

    def rank_arms(self, requests: Sequence[RankRequest]) -> list[Ranks | None]:
        """Returns how likely the model finds each arm to lie on the way; no opinion on unknown types."""
        return [self._rank(request) if self.ranks else None for request in requests]

    def sample_programs(self, request: PriceRequest, names: Sequence[str], num: int, seed: int) -> list[str]:
        """Returns up to `num` programs drawn from the model; none for types that it does not know."""
        if not _is_readable(request):
            return []
        model = self._model()
        model.count_call()
        words = self._prompt(model, request, text.MAX_EXAMPLES)
        prefix = model.read(words, pricing.skills_by_word(request))
        return sampled_programs(model, request, prefix, names, num, seed)

    def _prompt(self, model: BundledModel, request: PriceRequest, num_examples: int) -> tuple[str, ...]:
        """Returns the words of a task up to `<bag>`, with fewer examples where they are too many."""
        for number in range(num_examples, -1, -1):
            words = (*text.task_words(request, number), text.BAG)
            if 2 * len(words) <= model.max_words:
                break
        return words[-model.max_words // 2 :]

    def _price(self, request: PriceRequest) -> Prices:
        if not _is_readable(request):
            return pricing.to_prices(pricing.base_log_probabilities(request), len(request.skills))
        model = self._model()
        strength = model.settings.strength if self._strength is None else self._strength
        model.count_call()
        words = self._prompt(model, request, model.settings.examples)
        prefix = model.read(words, pricing.skills_by_word(request))
        return pricing.priced(model, request, prefix.last, strength)

    def _rank(self, request: RankRequest) -> Ranks | None:
        price_request = request.price_request
        num_focus = len(request.focus_values)
        if not request.arms or not _is_readable(price_request):
            return None
        if num_focus not in (0, len(price_request.examples)):
            return None
        model = self._model()
        skills = pricing.skills_by_word(price_request)
        _, goal = text.task_values(price_request)
        words = self._prompt(model, price_request, model.settings.examples)
        focus = text.focus_words(request, goal)
        found = [
            text.arm_words(arm.text, arm.values, goal) if len(arm.values) == goal.examples else None
            for arm in request.arms
        ]
        branches = [branch for branch in found if branch is not None]
        if not branches:
            return None
        model.count_call()
        prefix = model.read((*words, *focus), skills, after=len(words) if focus else 0)
        odds = model.ways(prefix, branches, skills)
        # An arm of which the model cannot read the contents is as good as the others are on average.
        all_odds = np.full(len(found), odds.mean())
        all_odds[[branch is not None for branch in found]] = odds
        log_priors = all_odds - all_odds.max()
        log_priors -= np.log(np.exp(log_priors).sum())
        values = 1.0 / (1.0 + np.exp(-np.clip(all_odds, -60.0, 60.0)))
        return Ranks(log_priors.astype(np.float32), values.astype(np.float32))


def _every_type() -> Iterator[PriceRequest]:
    """Yields tasks which together have a value of every type at every place."""
    values: dict[ValueType, HostValue] = {text.INT: 1, text.INTS: [1], text.BOOL: True, text.BOOLS: [True]}
    for first, second, output in product(text.KNOWN_TYPES, repeat=3):
        example = Example((values[first], values[second]), values[output])
        yield PriceRequest(None, (first, second), output, (example,), ())


def _is_readable(request: PriceRequest) -> bool:
    """Says whether the model can read a task: it has examples, of known types."""
    return bool(request.examples) and text.is_known_type(request)

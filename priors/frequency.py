"""The prior that counts: how often solved programs use each skill and each constant.

It asks nothing of the task but its types: all tasks with one set of skills get the same prices, tasks over
texts others than the rest. The counts come from a file; two ship, whose `origin` says of which programs:
`weights/frequency.json` counts those that were right on held-out examples of suites over lists, and
`weights/texts.json`, for tasks with a text or a character among their types, known solutions of tasks over
texts (`benchmarks.text_prices` makes it). A file that is named is used for all tasks. What `train frequency`
counts are all programs that fit the shown examples; held-out ones have no say. From counts to prices, for the
skills and constants of a request:

    p = (count + smoothing) / total          names without a count get the smoothing alone
    -ln p of each constant                   moved by `shrink` towards the mean of all constants
    at most `clip` nats                      so that nothing is out of reach
    p divided by its sum                     so that it is a distribution, less the share of learnt skills

Learnt skills, which nobody has counted, are priced by priors/learnt.py.

Smoothing 2, shrinking halfway and a clip of five cost units (six nats) were the better of two recipes tried
in an earlier experiment on list tasks; they are not tuned beyond that.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from priors.arguments import ArgumentReader, PriorArgumentError
from priors.base import PriceRequest, Prices, Prior
from priors.learnt import learnt_probabilities
from priors.whole_files import write_whole

if TYPE_CHECKING:
    from vm.program import Program
    from vm.values import HostValue

FORMAT_VERSION: Final = 1
SHIPPED_WEIGHTS: Final = Path(__file__).parent / "weights" / "frequency.json"
TEXT_WEIGHTS: Final = SHIPPED_WEIGHTS.with_name("texts.json")


class FrequencyWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the prior knows; the content of a weights file.

    Attributes:
      version: of the file format.
      origin: where the counts come from, one sentence.
      table_hash: the instruction table of the programs counted; for the record, since names decide.
      num_programs: how many programs were counted.
      smoothing: added to every count, above 0.
      shrink: how far constants move towards their mean price, 0 to 1.
      clip: the highest price in nats, before everything is made to sum to 1 again.
      skills: in how many programs each skill occurs, by name.
      constants: the same of constants, by `constant_key`.
    """

    version: int
    origin: str
    table_hash: str
    num_programs: int
    smoothing: float = 2.0
    shrink: float = 0.5
    clip: float = 6.0
    skills: dict[str, float]
    constants: dict[str, float]

    def __post_init__(self) -> None:
        if self.version != FORMAT_VERSION:
            raise ValueError(f"version is {self.version}, this release reads {FORMAT_VERSION}")
        if not (0 < self.smoothing < math.inf and 0 <= self.shrink <= 1 and 0 < self.clip < math.inf):
            raise ValueError("smoothing and clip must be above 0, and shrink from 0 to 1")
        for name, count in (*self.skills.items(), *self.constants.items()):
            if not 0 <= count < math.inf:
                raise ValueError(f"the count of {name!r} is {count}, not a number from 0")


def constant_key(value: HostValue) -> str:
    """Returns the name by which a constant is counted: `3`, `2.0`, `true`, `"a"`, `[1, 2]`."""
    return json.dumps(value)


def fit(
    programs: Iterable[Program],
    *,
    origin: str,
    smoothing: float = 2.0,
    shrink: float = 0.5,
    clip: float = 6.0,
) -> FrequencyWeights:
    """Returns the weights of solved programs.

    A skill counts once per program, however often the program calls it: otherwise a few long programs would
    decide. Skills with bound slots count like calls. Constants count by value.
    """
    from vm.program import Apply, Bind, Constant
    from vm.table import TABLE_HASH

    skills: Counter[str] = Counter()
    constants: Counter[str] = Counter()
    num_programs = 0
    for program in programs:
        num_programs += 1
        skills.update({line.skill for line in program.lines if isinstance(line, Apply | Bind)})
        constants.update({constant_key(line.value) for line in program.lines if isinstance(line, Constant)})
    return FrequencyWeights(
        version=FORMAT_VERSION,
        origin=origin,
        table_hash=TABLE_HASH,
        num_programs=num_programs,
        smoothing=smoothing,
        shrink=shrink,
        clip=clip,
        skills=_sorted_counts(skills),
        constants=_sorted_counts(constants),
    )


def _sorted_counts(counts: Mapping[str, int]) -> dict[str, float]:
    """Returns the counts, the highest first, equal ones by name."""
    return {name: float(counts[name]) for name in sorted(counts, key=lambda name: (-counts[name], name))}


def train_frequency(
    programs: Iterable[Program | str],
    out: Path,
    *,
    origin: str,
    smoothing: float = 2.0,
    shrink: float = 0.5,
    clip: float = 6.0,
) -> FrequencyWeights:
    """Fits weights on solved programs (or their texts) and writes them to `out`, whole or not at all.

    Raises:
      ValueError: a text is no program, or there is none to fit on.
    """
    from vm.program import Program

    parsed = [Program.parse(program) if isinstance(program, str) else program for program in programs]
    if not parsed:
        raise ValueError("there are no solved programs to fit on")
    weights = fit(parsed, origin=origin, smoothing=smoothing, shrink=shrink, clip=clip)
    save_weights(weights, out)
    return weights


def save_weights(weights: FrequencyWeights, path: Path) -> None:
    """Writes a weights file; an existing one is replaced in one step."""
    write_whole(path, msgspec.json.format(msgspec.json.encode(weights), indent=2) + b"\n")


def load_weights(path: Path) -> FrequencyWeights:
    """Returns the weights in a file.

    Raises:
      PriorArgumentError: the file cannot be read, or does not hold weights; the message names it.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=FrequencyWeights)
    except OSError as error:
        raise PriorArgumentError(f"weights {path}: {error.strerror}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise PriorArgumentError(f"weights {path} is no weights file: {error}") from None


@cache
def shipped_weights() -> FrequencyWeights:
    """Returns the weights that come with the package, for tasks without texts."""
    return load_weights(SHIPPED_WEIGHTS)


@cache
def text_weights() -> FrequencyWeights:
    """Returns the weights that come with the package for tasks over texts."""
    return load_weights(TEXT_WEIGHTS)


class FrequencyPrior(Prior):
    """Prices skills and constants by how often solved programs use them; no opinion on arms.

    Args:
      weights: what it knows of tasks; the shipped weights by default, which are two.
      smoothing: in place of what the weights say.
    """

    name = "frequency"

    def __init__(self, weights: FrequencyWeights | None = None, smoothing: float | None = None) -> None:
        self.weights = _smoothed(weights or shipped_weights(), smoothing)
        self.text_weights = _smoothed(weights or text_weights(), smoothing)

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, str]) -> FrequencyPrior:
        """Returns the prior for `weights=FILE` and `smoothing=NUMBER`, both optional.

        Raises:
          PriorArgumentError: an argument is unknown, or its value is wrong.
        """
        reader = ArgumentReader(cls.name, arguments)
        path = reader.file("weights", SHIPPED_WEIGHTS)
        smoothing = reader.number("smoothing", None, 1e-6, 1e6)
        reader.finish()
        weights = load_weights(path) if "weights" in arguments else None
        return cls(weights, smoothing)

    def price_skills(self, requests: Sequence[PriceRequest]) -> list[Prices]:
        """Returns the prices that follow from the counts; see the module docstring."""
        return [self._price(request) for request in requests]

    def _price(self, request: PriceRequest) -> Prices:
        from vm.values import has_texts

        over_texts = has_texts((*request.input_types, request.output_type))
        weights = self.text_weights if over_texts else self.weights
        num_skills = len(request.skills)
        counts = [weights.skills.get(skill.name, 0.0) for skill in request.skills]
        counts += [weights.constants.get(constant_key(value), 0.0) for value in request.constants]
        if not counts:
            return Prices(np.zeros(0), np.zeros(0))
        smoothed = np.array(counts) + weights.smoothing
        nats = np.log(smoothed.sum()) - np.log(smoothed)
        constants = nats[num_skills:]
        if len(constants):
            constants += weights.shrink * (constants.mean() - constants)
        # Below ln n even n equally likely things would all be clipped, and the counts would say nothing.
        nats = np.minimum(nats, max(weights.clip, math.log(2 * len(nats))))
        learnt = learnt_probabilities(request)
        counted = np.concatenate([np.isnan(learnt), np.ones(len(constants), dtype=bool)])
        nats[:num_skills][~counted[:num_skills]] = -np.log(learnt[~counted[:num_skills]])
        # What has been counted shares what the learnt skills leave.
        left = 1.0 - np.nansum(learnt)
        nats[counted] += np.log(np.exp(-nats[counted]).sum() / left)
        nats = np.maximum(0.0, nats)
        return Prices(nats[:num_skills].copy(), nats[num_skills:].copy())


def _smoothed(weights: FrequencyWeights, smoothing: float | None) -> FrequencyWeights:
    return weights if smoothing is None else msgspec.structs.replace(weights, smoothing=smoothing)

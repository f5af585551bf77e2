"""The contract between the search and a prior.

A prior answers three questions, all in batches and all about what is likely, never about what is right:

1. `price_skills`, once per task and before the search starts: how likely is each skill and each constant to
   occur in a solution? The answer orders everything that is enumerated.
2. `rank_arms`, now and then while the search runs: of a node's few dozen arms, which is worth a visit, and,
   if the prior can tell, how likely does each lie on the way to a solution? It is never asked for single
   candidates, of which there are a million a second.
3. `propose_subtasks`, when `learn` gets no further: which smaller tasks would help with one that stays
   unsolved? The answer is text, one proposal a line, in one of the two forms that the README shows under
   "Add a prior". What comes of it is found out by searching, so a wrong one costs candidates and no more.

What every prior promises:

* **Units.** Prices and ranks are in nats. `Prices` holds `-ln p`, so `exp(-nats)` summed over a request's
  skills and constants is 1; `Ranks.log_priors` gives `ln p` over the node's arms. The search makes its own
  integer costs of them.
* **Batching.** A call gets any number of requests, also none, and returns one answer for each, in their
  order. An answer depends on its own request alone: neither the size nor the order of the batch may change it
  by more than rounding.
* **Determinism.** The same requests give the same answers. A prior that samples draws from a generator that
  it seeds anew in each call.
* **Immutability.** Requests are shared by all who read them. A prior changes nothing in them, and keeps no
  lists of theirs; arrays that it returns belong to the caller.
* **Threads and processes.** A prior is called from one thread at a time, not always the same. It can be
  pickled, so that workers get one each; what cannot be pickled (a loaded model, a connection) is made again
  on first use. One that is `shared` costs too much for that: workers ask a server that has it.
* **No opinion.** `rank_arms` may answer None for any request: the search then keeps its own order. A prior
  that answers so always says beforehand that it does not rank, by `ranks`: no request is made then. One that
  writes sub-tasks says so by `proposes`; without, it is never asked for any, and answers with none.
* **Models.** A prior with `is_model` is mixed with a base prior, `(1 - eps) * model + eps * base`, so that
  nothing solvable is lost where it is wrong; its `usage` says what it has done, its `fingerprint` what fixes
  its answers. A base prior's answers are taken as they are.
* **Failure.** A prior that cannot answer raises `PriorError` with one sentence. Nothing ever ends because
  of a prior: `priors.guard.GuardedPrior` counts failures and broken answers, and puts the base prior's prices
  in their place.

`priors.testing.PriorContract` checks these promises of any prior. This file must not import torch, ray, or
anything above `vm`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from vm.values import HostValue, ValueType


class PriorError(RuntimeError):
    """A prior could not answer; the message is one sentence."""


class Usage(NamedTuple):
    """What a model has done since it was made; differences say what one search asked of it.

    Attributes:
      calls: requests that the model answered.
      passes: forward passes.
      tokens: tokens computed in them.
      reused_tokens: tokens of the same requests that came from a cache of prefixes.
      hits: requests that were answered without the model, from recorded answers.
      seconds: wall time in the model.
    """

    calls: int = 0
    passes: int = 0
    tokens: int = 0
    reused_tokens: int = 0
    hits: int = 0
    seconds: float = 0.0

    def plus(self, other: Usage) -> Usage:
        """Returns what was done here and there together."""
        return Usage(
            calls=self.calls + other.calls,
            passes=self.passes + other.passes,
            tokens=self.tokens + other.tokens,
            reused_tokens=self.reused_tokens + other.reused_tokens,
            hits=self.hits + other.hits,
            seconds=self.seconds + other.seconds,
        )

    def since(self, earlier: Usage) -> Usage:
        """Returns what was done between `earlier` and now."""
        return Usage(
            calls=self.calls - earlier.calls,
            passes=self.passes - earlier.passes,
            tokens=self.tokens - earlier.tokens,
            reused_tokens=self.reused_tokens - earlier.reused_tokens,
            hits=self.hits - earlier.hits,
            seconds=self.seconds - earlier.seconds,
        )


@dataclass(frozen=True)
class SkillView:
    """What a prior is shown of one skill.

    Attributes:
      name: the name by which programs call it.
      signature: its types, as text.
      doc: what it does, one line.
      body: the text of its composition, empty of a Python function, or None if it is an instruction.
      is_expected: whether the task names it, through a sub-task, as one that should help.
    """

    name: str
    signature: str
    doc: str
    body: str | None = None
    is_expected: bool = False

    @property
    def is_learnt(self) -> bool:
        """Whether it is a learnt skill and no instruction."""
        return self.body is not None


class Example(NamedTuple):
    """One example that the search may see: its arguments and its result."""

    inputs: tuple[HostValue, ...]
    output: HostValue


@dataclass(frozen=True)
class PriceRequest:
    """A task as a prior is shown it, before the search; held-out examples are not in it.

    Attributes:
      description: what the task asks for in words, or None.
      input_types: the types of the arguments.
      output_type: the type of the result.
      examples: the examples that the search sees.
      skills: the skills that the search may call, without repetition.
      constants: the constants that the search starts from; a character and a text can look the same.
      base: the base prior's prices of the same skills and constants, for a prior that sharpens them; None if
        there is no base prior.
    """

    description: str | None
    input_types: tuple[ValueType, ...]
    output_type: ValueType
    examples: tuple[Example, ...]
    skills: tuple[SkillView, ...]
    constants: tuple[HostValue, ...] = ()
    base: Prices | None = None


@dataclass(frozen=True, eq=False)
class Prices:
    """How unlikely each skill and constant of a request is, in nats.

    Attributes:
      skills: `[num_skills]` float64, `-ln p`, finite, at least 0.
      constants: `[num_constants]` float64, the same.
    """

    skills: NDArray[np.float64]
    constants: NDArray[np.float64]


@dataclass(frozen=True)
class ArmView:
    """What a prior is shown of one arm.

    Attributes:
      text: the action in one line. Growing memory: the calls that make the contents which the arm promotes,
        such as `take(focus, length(y))`; inputs go by their names, the node's focus by `focus`. Fixed
        memory: one instruction, such as `cmp a, b`.
      values: the contents, one value per example; in fixed memory empty.
    """

    text: str
    values: tuple[HostValue, ...]


@dataclass(frozen=True)
class RankRequest:
    """One node of the tree as a prior is shown it.

    Attributes:
      price_request: the task.
      input_names: the names that `focus` and the arms use for the arguments.
      focus: growing memory: the calls that make the node's focus, in the form of `ArmView.text`. Fixed
        memory: the instructions so far, joined by `; `. Empty at the root.
      focus_values: growing memory: the focus contents, one value per example, none at the root. Fixed
        memory: the cells of each example as a list.
      arms: what the search may do next.
    """

    price_request: PriceRequest
    input_names: tuple[str, ...]
    focus: str
    focus_values: tuple[HostValue, ...]
    arms: tuple[ArmView, ...]


@dataclass(frozen=True, eq=False)
class Ranks:
    """What a prior says of a node's arms.

    Attributes:
      log_priors: `[num_arms]` float32, ln of the probability that each arm is the one to take.
      values: `[num_arms]` float32 in [0, 1], how likely each arm's contents lies on the way to a solution;
        None if the prior cannot tell. Growing memory only: in fixed memory exact distances say how near a
        state is, and values are not looked at.
    """

    log_priors: NDArray[np.float32]
    values: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class SubtaskRequest:
    """A task that stays unsolved, as a prior is shown it that may propose sub-tasks.

    Attributes:
      price_request: the task; its skills are those that a search for it may call.
      input_names: the names that a plan uses for the arguments.
      num: how many lines are read at most, at least 1.
      seed: of a prior that samples; equal requests give equal lines.
    """

    price_request: PriceRequest
    input_names: tuple[str, ...]
    num: int
    seed: int = 0


@runtime_checkable
class Prior(Protocol):
    """What the search asks; the module docstring is the contract.

    A class that inherits from this one need only have a name and `price_skills`.

    Attributes:
      name: as in the registry.
      is_model: whether the search mixes the answers with the base prior's.
      shared: whether several workers share one by a server, rather than have one each.
      ranks: whether `rank_arms` has an opinion of anything; without, it is never called in a search. Only
        models are asked to rank.
      proposes: whether `propose_subtasks` ever has an answer; without, it is never called by `learn`.
    """

    name: str
    is_model: bool = False
    shared: bool = False
    ranks: bool = True
    proposes: bool = False

    @property
    def fingerprint(self) -> str:
        """What fixes the answers besides name and arguments, such as a hash of the weights; else empty."""
        return ""

    @property
    def usage(self) -> Usage:
        """What the model has done so far; all zeros where there is none."""
        return Usage()

    def prepare(self) -> None:
        """Makes ready what takes long or may fail, such as loading a model; called before a search is timed.

        Calling it again costs nothing, and a prior that is asked without it does the same on first use.

        Raises:
          PriorArgumentError: what the arguments name cannot be used; one sentence.
        """
        return

    def price_skills(self, requests: Sequence[PriceRequest]) -> Sequence[Prices]:
        """Returns the prices of each request's skills and constants.

        Raises:
          PriorError: it cannot answer.
        """
        ...

    def rank_arms(self, requests: Sequence[RankRequest]) -> Sequence[Ranks | None]:
        """Returns what it says of each request's arms, or None for no opinion.

        Raises:
          PriorError: it cannot answer.
        """
        return [None] * len(requests)

    def propose_subtasks(self, requests: Sequence[SubtaskRequest]) -> Sequence[list[str]]:
        """Returns for each request at most `num` lines, each of which proposes a sub-task or a plan.

        What cannot be read or does not help is the caller's to drop and count.

        Raises:
          PriorError: it cannot answer.
        """
        return [[] for _ in requests]


@runtime_checkable
class ProgramSampler(Protocol):
    """A prior that can also write whole programs; the searcher `sample` needs one."""

    def sample_programs(self, request: PriceRequest, names: Sequence[str], num: int, seed: int) -> list[str]:
        """Returns up to `num` lines that should be programs of the request's types.

        `names` are those of the arguments. What does not parse or verify is the caller's to drop and count.
        Equal seeds give equal lines.

        Raises:
          PriorError: it cannot answer.
        """
        ...

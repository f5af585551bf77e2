"""The contract between the search and a prior.

A prior answers two questions, both in batches and both about what is likely, never about what is right:

1. `price_skills`, once per task and before the search starts: how likely is each skill and each constant to
   occur in a solution? The answer orders everything that is enumerated.
2. `rank_arms`, now and then while the search runs: of a node's few dozen arms, which is worth a visit? It is
   never asked for single candidates, of which there are a million a second. The searchers do not ask it yet.

What every prior promises:

* **Units.** Both answers are in nats. `Prices` holds `-ln p`, so `exp(-nats)` summed over a request's skills
  and constants is 1; `rank_arms` gives `ln p` over the node's arms. The search makes its own integer costs of
  them.
* **Batching.** A call gets any number of requests, also none, and returns one answer for each, in their
  order. An answer depends on its own request alone: neither the size nor the order of the batch may change it
  by more than rounding.
* **Determinism.** The same requests give the same answers. A prior that samples draws from a generator that
  it seeds anew in each call.
* **Immutability.** Requests are shared by all who read them. A prior changes nothing in them, and keeps no
  lists of theirs; arrays that it returns belong to the caller.
* **Threads and processes.** A prior is called from one thread at a time. It can be pickled, so that workers
  get one each; what cannot be pickled (a loaded model, a connection) is made again on first use.
* **No opinion.** `rank_arms` may answer None for any request: the search then keeps its own order.
* **Failure.** A prior that cannot answer raises `PriorError` with one sentence. The search never ends because
  of a prior: `priors.guard.GuardedPrior` counts failures and broken answers, and puts uniform prices in their
  place.

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


@dataclass(frozen=True)
class SkillView:
    """What a prior is shown of one skill.

    Attributes:
      name: the name by which programs call it.
      signature: its types, as text.
      doc: what it does, one line.
      body: the text of its composition, or None if it is an instruction.
    """

    name: str
    signature: str
    doc: str
    body: str | None = None


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
    """

    description: str | None
    input_types: tuple[ValueType, ...]
    output_type: ValueType
    examples: tuple[Example, ...]
    skills: tuple[SkillView, ...]
    constants: tuple[HostValue, ...] = ()


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
    """What a prior is shown of one arm: the contents that it would promote to focus.

    Attributes:
      text: a program that derives the contents, one line.
      values: the contents, one value per example.
    """

    text: str
    values: tuple[HostValue, ...]


@dataclass(frozen=True)
class RankRequest:
    """One node of the tree as a prior is shown it.

    Attributes:
      price_request: the task.
      focus: a program that derives the node's focus contents, one line; empty at the root.
      focus_values: the focus contents, one value per example; empty at the root.
      arms: what the search may do next.
    """

    price_request: PriceRequest
    focus: str
    focus_values: tuple[HostValue, ...]
    arms: tuple[ArmView, ...]


@runtime_checkable
class Prior(Protocol):
    """What the search asks; the module docstring is the contract."""

    name: str

    def price_skills(self, requests: Sequence[PriceRequest]) -> Sequence[Prices]:
        """Returns the prices of each request's skills and constants.

        Raises:
          PriorError: it cannot answer.
        """
        ...

    def rank_arms(self, requests: Sequence[RankRequest]) -> Sequence[NDArray[np.float32] | None]:
        """Returns `[num_arms]` float32 log-probabilities of each request's arms, or None for no opinion.

        Raises:
          PriorError: it cannot answer.
        """
        ...

"""The process that has the one prior of many searches: what it answers, and when it is ready to.

It loads the prior by name and arguments in a thread, so that it can say meanwhile, and after every restart,
that it is there but not ready. Whoever it is that carries questions to it makes this class an actor.
"""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Mapping
from typing import NamedTuple

from mcts_compose.cluster.batching import KEPT_ANSWERS, BatchCounts, Batcher
from mcts_compose.cluster.questions import Question, Reply
from mcts_compose.errors import InputError, one_sentence
from mcts_compose.solving import load_prior, prepare_prior
from priors.base import Prior, ProgramSampler
from priors.guard import GuardedPrior
from priors.recorded.cached import CachedPrior
from priors.recorded.replay import ReplayPrior


class ServedName(NamedTuple):
    """What searches are to know of the prior that a server has.

    Attributes:
      name: the prior's.
      is_model: the prior's.
      ranks: the prior's.
      fingerprint: the prior's.
      writes_programs: whether it can be asked for whole programs.
      proposes: the prior's.
    """

    name: str
    is_model: bool
    ranks: bool
    fingerprint: str
    writes_programs: bool
    proposes: bool


class ServerStatus(NamedTuple):
    """How a server is.

    Attributes:
      started: when this process of the server began, in seconds since 1970; after a restart another.
      pid: of this process.
      served: the prior, once it is loaded.
      error: why it cannot be loaded; one sentence.
      busy_s: how long the call of the prior that is under way has taken.
      counts: what was done.
    """

    started: float
    pid: int
    served: ServedName | None
    error: str | None
    busy_s: float
    counts: BatchCounts


class PriorServer:
    """Has one prior and answers all searches.

    Args:
      name: of the prior.
      arguments: of the prior.
    """

    def __init__(self, name: str, arguments: Mapping[str, str]) -> None:
        self._started = time.time()
        self._served: ServedName | None = None
        self._error: str | None = None
        self._batcher: Batcher | None = None
        self._loading = threading.Thread(target=self._load, args=(name, dict(arguments)), daemon=True)
        self._loading.start()

    async def ask(self, question: Question) -> Reply:
        """Returns the reply to a question; a failure is a reply as well."""
        if self._batcher is None:
            return Reply(None, error=self._error or "the prior server is loading", is_ready=False)
        return await asyncio.wrap_future(self._batcher.submit(question))

    async def status(self) -> ServerStatus:
        """Returns how the server is, at once, whatever the prior is doing."""
        counts, busy_s = BatchCounts(), 0.0
        if self._batcher is not None:
            counts, busy_s = self._batcher.counts, self._batcher.busy_s
        return ServerStatus(self._started, os.getpid(), self._served, self._error, busy_s, counts)

    def _load(self, name: str, arguments: Mapping[str, str]) -> None:
        try:
            prior = load_prior(name, arguments)
            prepare_prior(prior)
            gc.freeze()  # what a loaded model consists of is not looked through while questions wait
            self._serve(prior)
        except InputError as error:
            self._error = str(error)
        except BaseException as error:  # of a prior that exits; the server must be able to say so
            self._error = f"prior {name!r} cannot be made ready: {one_sentence(error)}"

    def _serve(self, prior: Prior) -> None:
        self._batcher = Batcher(prior, kept=_num_kept(prior))
        self._served = served_name(prior)


def served_name(prior: Prior) -> ServedName:
    """Returns what searches are to know of a prior."""
    return ServedName(
        name=prior.name,
        is_model=prior.is_model,
        ranks=prior.ranks,
        fingerprint=GuardedPrior(prior).fingerprint,
        writes_programs=isinstance(prior, ProgramSampler),
        proposes=prior.proposes,
    )


def _num_kept(prior: Prior) -> int:
    """Returns how many answers are kept beside those that the prior records itself, and counts as hits."""
    return 0 if isinstance(prior, CachedPrior | ReplayPrior) else KEPT_ANSWERS

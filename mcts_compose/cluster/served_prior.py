"""The prior that a search worker has in place of a model: it asks the server that has the model."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np

from mcts_compose.cluster.prior_server import ServedName
from mcts_compose.cluster.questions import Kind, Question, request_keys
from mcts_compose.cluster.server_line import Channel, ServerLine
from priors.base import PriceRequest, Prices, Prior, PriorError, RankRequest, Ranks, SubtaskRequest, Usage


class ServedPrior(Prior):
    """Answers as the served prior does; a lost server is a `PriorError`.

    Args:
      channel: the way to the server.
      served: what the server has.

    Attributes:
      merges: whether its questions may be asked together with those of other searches, which changes the last
        bits of answers; a lost server is then not waited for. Whoever runs a search that counts alone bound
        leaves it at False.
    """

    def __init__(self, channel: Channel, served: ServedName) -> None:
        self.merges = False
        self._served = served
        self._channel = channel
        self._begin()

    def _begin(self) -> None:
        self.name = self._served.name
        self.is_model, self.ranks = self._served.is_model, self._served.ranks
        self.proposes = self._served.proposes
        self._line = ServerLine(self._channel)
        self._caller = uuid.uuid4().hex
        self._usage = Usage()

    def __getstate__(self) -> dict[str, Any]:
        return {"_channel": self._channel, "_served": self._served, "merges": self.merges}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    @property
    def fingerprint(self) -> str:
        """The served prior's."""
        return self._served.fingerprint

    @property
    def usage(self) -> Usage:
        """What the served prior has done for this one; of a batch with others' questions, a part."""
        return self._usage

    @property
    def losses(self) -> int:
        """How often the server was lost."""
        return self._line.losses

    def price_skills(self, requests: Sequence[PriceRequest]) -> list[Prices]:
        """Returns the served prior's prices.

        Raises:
          PriorError: it cannot answer, or the server is lost.
        """
        return self._ask("prices", requests)

    def rank_arms(self, requests: Sequence[RankRequest]) -> list[Ranks | None]:
        """Returns the served prior's ranks.

        Raises:
          PriorError: it cannot answer, or the server is lost.
        """
        return self._ask("ranks", requests)

    def propose_subtasks(self, requests: Sequence[SubtaskRequest]) -> list[list[str]]:
        """Returns the served prior's proposals.

        Raises:
          PriorError: it cannot answer, or the server is lost.
        """
        return self._ask("subtasks", requests) if self.proposes else [[] for _ in requests]

    def _ask(
        self,
        kind: Kind,
        requests: Sequence[Any],
        sampling: tuple[tuple[str, ...], int, int] | None = None,
    ) -> list[Any]:
        if not requests:
            return []
        question = Question(
            kind, tuple(requests), request_keys(kind, requests, sampling), self._caller, self.merges, sampling
        )
        reply = self._line.ask(question, waits=not self.merges)
        self._usage = self._usage.plus(reply.usage)
        if reply.answers is None:
            raise PriorError(reply.error or "the prior server has no answer")
        return [_own(answer) for answer in reply.answers]


class ServedSampler(ServedPrior):
    """The same of a prior that also writes whole programs."""

    def sample_programs(self, request: PriceRequest, names: Sequence[str], num: int, seed: int) -> list[str]:
        """Returns the served prior's lines.

        Raises:
          PriorError: it cannot answer, or the server is lost.
        """
        lines: list[str] = self._ask("programs", [request], (tuple(names), num, seed))[0]
        return lines


def served_prior(channel: Channel, served: ServedName) -> ServedPrior:
    """Returns the prior that asks a server."""
    kind = ServedSampler if served.writes_programs else ServedPrior
    return kind(channel, served)


def _own(answer: Any) -> Any:
    """Returns an answer whose arrays belong to the caller: the server keeps its own, and ray's are read-only.

    What is no sound answer stays as it is, for the search to count.
    """
    if isinstance(answer, Prices):
        return Prices(_copied(answer.skills), _copied(answer.constants))
    if isinstance(answer, Ranks):
        return Ranks(_copied(answer.log_priors), _copied(answer.values))
    return list(answer) if isinstance(answer, list) else answer


def _copied(values: Any) -> Any:
    return values.copy() if isinstance(values, np.ndarray) else values

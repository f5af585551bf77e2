"""What a search sends to a prior server and what comes back, and when two questions are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from priors.base import RankRequest, Usage
from priors.recorded.keys import answer_key

Kind: TypeAlias = Literal["prices", "ranks", "programs", "subtasks"]
_RANK_FIELDS: Final = tuple(field.name for field in fields(RankRequest) if field.name != "price_request")


@dataclass(frozen=True)
class Question:
    """What one caller asks in one go.

    Attributes:
      kind: what is asked for.
      requests: as the prior's method takes them; for `programs` one.
      keys: of each request, what is equal for equal questions only.
      caller: who asks; no two searches have the same.
      merges: whether it may be asked together with others' questions, which changes answers by rounding.
      sampling: for `programs` the names of the arguments, the number of lines and the seed.
    """

    kind: Kind
    requests: tuple[Any, ...]
    keys: tuple[bytes, ...]
    caller: str
    merges: bool
    sampling: tuple[tuple[str, ...], int, int] | None = None

    @property
    def may_be_merged(self) -> bool:
        """Whether it can be part of a batch: programs are written one request at a time."""
        return self.merges and self.sampling is None


class Reply(NamedTuple):
    """What comes back.

    Attributes:
      answers: as the prior gave them; None if it gave none.
      usage: what the model did for this question; of a batch of several, this one's part.
      error: why there are no answers; one sentence.
      is_ready: False if the server cannot answer anything yet.
    """

    answers: list[Any] | None
    usage: Usage = Usage()
    error: str | None = None
    is_ready: bool = True


def request_keys(kind: Kind, requests: Sequence[Any], *sampling: object) -> tuple[bytes, ...]:
    """Returns the keys of requests; of the task, which the nodes of a search share, only once."""
    tasks: dict[int, str] = {}
    keys = []
    for request in requests:
        if isinstance(request, RankRequest):
            task = request.price_request
            if id(task) not in tasks:
                tasks[id(task)] = answer_key("task", task).hex()
            parts = (getattr(request, name) for name in _RANK_FIELDS)
            keys.append(answer_key(kind, tasks[id(task)], *parts))
        else:
            keys.append(answer_key(kind, request, *sampling))
    return tuple(keys)

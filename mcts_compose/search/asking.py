"""Decides how a search calls a model: from one thread of its own, so that no model can stop a search.

The thread gets requests, or what makes them, and gives back answers; it touches nothing that the search
changes. One batch is with the model at a time. A search that ends leaves a call that hangs to itself: the
thread is a daemon, and ends when the call does. Until then no other search calls the same prior.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from priors.base import PriceRequest, Prices, RankRequest, Ranks, SubtaskRequest, Usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from priors.guard import GuardedPrior

LONGEST_WAIT_S = 300.0
"""After this a model that was to be waited for is taken to hang (untuned)."""
PATIENCE = 3
"""Batches without any opinion after which a model is left alone, for a while or for good (untuned)."""
CLOSING_S = 0.1
"""What the end of a search waits for a call that is under way (untuned)."""


class RequestError(RuntimeError):
    """A fault of the search's own, not of the model: it ends the search."""


class Asker:
    """Calls one guarded prior from a thread, one batch at a time.

    Attributes:
      usage: what the model has done for this asker, calls that are under way not counted.
      in_flight: how many requests are with the model.
    """

    def __init__(self, prior: GuardedPrior) -> None:
        self.usage = Usage()
        self.in_flight = 0
        self._prior = prior
        self._thread: threading.Thread | None = None
        self._questions: queue.SimpleQueue[Callable[[], list[Any]] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[list[Any] | BaseException, Usage]] = queue.SimpleQueue()
        self._is_given_up = False

    @property
    def answered(self) -> int:
        """How many requests have been answered, by the model or from a record of its answers.

        Budgets bound this, so that a recorded search ends where it is replayed as well.
        """
        return self.usage.calls + self.usage.hits

    def calls_left(self, most: int | None) -> int | None:
        """Returns how many more requests the model may get of so many; None if nothing bounds them."""
        return None if most is None else max(0, most - self.answered - self.in_flight)

    def ask_prices(self, requests: Sequence[PriceRequest]) -> None:
        """Hands a batch of requests to the model; none may be in flight."""
        self._ask(lambda: self._prior.price_skills(requests), len(requests))

    def ask_ranks(self, requests: Callable[[], Sequence[RankRequest]], size: int) -> None:
        """Hands a batch of requests to the model; none may be in flight.

        Args:
          requests: makes them, in the model's thread, so that the search need not.
          size: how many there are.
        """

        def ask() -> list[Ranks | None]:
            try:
                made = requests()
            except Exception as error:
                raise RequestError("the requests for a model could not be made") from error
            return self._prior.rank_arms(made)

        self._ask(ask, size)

    def ask_programs(self, request: PriceRequest, names: Sequence[str], num: int, seed: int) -> None:
        """Hands a request for whole programs to the model; none may be in flight."""
        self._ask(lambda: self._prior.sample_programs(request, names, num, seed), 1)

    def programs(self, seconds: float) -> list[str] | None:
        """Returns the lines that were asked for, waiting at most so long; None if there are none."""
        return self._answer(seconds)

    def ask_subtasks(self, requests: Sequence[SubtaskRequest]) -> None:
        """Hands requests for sub-tasks to the model; none may be in flight."""
        self._ask(lambda: self._prior.propose_subtasks(requests), len(requests))

    def subtasks(self, seconds: float) -> list[list[str]] | None:
        """Returns the lines that were asked for, waiting at most so long; None if there are none."""
        return self._answer(seconds)

    def prices(self, seconds: float) -> list[Prices] | None:
        """Returns the prices that were asked for, waiting at most so long; None if there are none."""
        return self._answer(seconds)

    def ranks(self, seconds: float) -> list[Ranks | None] | None:
        """Returns the ranks that were asked for, waiting at most so long; None if there are none.

        With 0 seconds they may still come; after waiting in vain they are given up.
        """
        return self._answer(seconds)

    def close(self) -> None:
        """Ends the thread, at once if it is idle; a call that takes long is left behind and not counted."""
        if self._thread is not None:
            self._questions.put(None)
            self._thread.join(CLOSING_S)
            self._answer(0.0)

    def _ask(self, question: Callable[[], list[Any]], size: int) -> None:
        assert self.in_flight == 0, "one batch is with the model at a time"
        self.in_flight = size
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="mcts-compose-model", daemon=True)
            self._thread.start()
        self._questions.put(question)

    def _answer(self, seconds: float) -> list[Any] | None:
        try:
            answers, used = self._answers.get(timeout=seconds) if seconds > 0 else self._answers.get_nowait()
        except queue.Empty:
            if seconds > 0:
                self._is_given_up = True
                self._prior.count_failed(self.in_flight, "late", f"no answer after {seconds:.3g} s")
            return None
        self.usage = self.usage.plus(used)
        size, self.in_flight = self.in_flight, 0
        if self._is_given_up:
            self._is_given_up = False
            return None
        if isinstance(answers, RequestError):
            raise answers
        if isinstance(answers, BaseException):
            self._prior.count_failed(size, "exception", f"{type(answers).__name__}: {answers}")
            return None
        return answers

    def _work(self) -> None:
        while (question := self._questions.get()) is not None:
            with _alone_with(self._prior.guarded):
                before = self._prior.usage
                answers: list[Any] | BaseException
                try:
                    answers = question()
                except BaseException as error:  # an exit that a model asks for ends neither thread nor search
                    answers = error
                used = self._prior.usage.since(before)
            self._answers.put((answers, used))


_users: dict[int, tuple[threading.Lock, int]] = {}
"""By the identity of a prior that is being called: a lock, and how many threads have or want it."""
_users_lock = threading.Lock()


@contextmanager
def _alone_with(prior: object) -> Iterator[None]:
    """Lets one thread at a time call a prior, whichever searches the threads belong to."""
    with _users_lock:
        lock, count = _users.get(id(prior), (threading.Lock(), 0))
        _users[id(prior)] = lock, count + 1
    try:
        with lock:
            yield
    finally:
        with _users_lock:
            lock, count = _users.pop(id(prior))
            if count > 1:
                _users[id(prior)] = lock, count - 1

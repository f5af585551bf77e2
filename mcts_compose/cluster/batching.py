"""Decides which questions of several searches a model gets together: those that wait while it is at work.

One call of the prior is under way at a time. Questions of one kind that have come meanwhile are the next, in
the order in which they came. When searches that have asked lately are missing, the batch waits for them a
little: two searches with one question each would otherwise take turns for ever, each in a batch of its own.

A question that does not merge is a call of its own, with exactly its requests, so that its answers are those
of a search that has the prior to itself. Answers are kept, and given again to equal requests; to a question
that does not merge only if the same was asked alone. They count as calls, since the budget of a search is not
to depend on what others asked.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future
from itertools import islice
from typing import Any, Final, NamedTuple

from mcts_compose.cluster.questions import Question, Reply
from mcts_compose.errors import one_sentence, printable
from priors.base import Prior, PriorError, ProgramSampler, Usage
from priors.guard import GuardedPrior

MOST_REQUESTS: Final = 256
"""Requests in a call, unless a single question has more (untuned: eight searches' largest batches)."""
KEPT_ANSWERS: Final = 20_000
"""Requests whose answers are kept; of a node with 24 arms an answer has some 500 bytes (untuned)."""
LINGER_SHARE: Final = 0.5
"""What a batch waits for missing searches, in parts of the last batch's time: two searches met in 1.5 of 2
questions a batch at 0.25, and in 1.55 to 2 at 0.5, with the model at work for 0.9 of the time in both."""
LATELY: Final = 4
"""A search is missed if it has asked during so many of the last batches (untuned)."""


class BatchCounts(NamedTuple):
    """What a batcher has done.

    Attributes:
      questions: that were answered, kept answers and failures included.
      requests: in these questions.
      repeated: requests whose answers had been kept, or were asked twice in one batch.
      batches: calls of the prior.
      batched_questions: questions in these calls; one that is asked again alone counts again.
      batched_requests: requests in them, the same.
      failed: questions without answers.
      seconds: wall time in the prior.
    """

    questions: int = 0
    requests: int = 0
    repeated: int = 0
    batches: int = 0
    batched_questions: int = 0
    batched_requests: int = 0
    failed: int = 0
    seconds: float = 0.0


_NOTHING: Final = Usage()
_CLOSED: Final = Reply(None, error="the prior server was closed", is_ready=False)


class _Waiting(NamedTuple):
    question: Question
    reply: Future[Reply]


class Batcher:
    """Asks one prior for many searches; its methods may be called from any thread.

    Args:
      prior: asked from one thread only.
      kept: how many requests' answers are kept; 0 for a prior that keeps its own.
      most_requests: in a call.
      linger_share: as `LINGER_SHARE`.
    """

    def __init__(
        self, prior: Prior, *, kept: int = KEPT_ANSWERS, most_requests: int = MOST_REQUESTS,
        linger_share: float = LINGER_SHARE,
    ) -> None:  # fmt: skip
        self._prior = prior
        self._guard = GuardedPrior(prior)  # for the usage alone, which a broken prior may fail to say
        self._most_requests = most_requests
        self._linger_share = linger_share
        self._kept = _Kept(kept)
        self._counts = BatchCounts()
        self._batch_began: float | None = None
        self._last_batch_s = 0.0
        self._last_asked: dict[str, int] = {}
        self._queue: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        threading.Thread(target=self._work, name="mcts-compose-batches", daemon=True).start()

    @property
    def counts(self) -> BatchCounts:
        """What was done so far."""
        return self._counts

    @property
    def busy_s(self) -> float:
        """How long the call that is under way has taken; 0 if there is none."""
        began = self._batch_began
        return 0.0 if began is None else time.monotonic() - began

    def submit(self, question: Question) -> Future[Reply]:
        """Returns what will hold the reply; a failure is a reply as well."""
        waiting = _Waiting(question, Future())
        with self._changed:
            if question.may_be_merged:
                self._last_asked[question.caller] = self._counts.batches
            known = self._known(question)
            if known is None and not self._is_closed:
                self._queue.append(waiting)
                self._changed.notify()
                return waiting.reply
        if known is None:
            waiting.reply.set_result(_CLOSED)
        else:
            self._finish(waiting, Reply(known, Usage(calls=len(known))), len(known))
        return waiting.reply

    def close(self) -> None:
        """Lets no further call begin; what waits is told so."""
        with self._changed:
            self._is_closed = True
            left, self._queue = self._queue, deque()
            self._changed.notify()
        for waiting in left:
            waiting.reply.set_result(_CLOSED)

    def _work(self) -> None:
        while batch := self._next_batch():
            if batch[0].question.may_be_merged:
                self._answer_together(batch)
            else:
                self._answer_alone(batch[0])

    def _next_batch(self) -> list[_Waiting]:
        """Waits for questions and returns those that are asked together; none after the end."""
        with self._changed:
            while not self._queue and not self._is_closed:
                self._changed.wait()
            until = time.monotonic() + self._linger_share * self._last_batch_s
            while self._is_worth_waiting() and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            if self._is_closed:
                return []
            first = self._queue.popleft()
            batch, size = [first], len(first.question.requests)
            others: deque[_Waiting] = deque()
            for waiting in self._queue:
                grown = size + len(waiting.question.requests)
                if grown <= self._most_requests and _fit(first.question, waiting.question):
                    batch.append(waiting)
                    size = grown
                else:
                    others.append(waiting)
            self._queue = others
            return batch

    def _is_worth_waiting(self) -> bool:
        """Says whether the next batch could become larger: someone is missing who asked lately."""
        if self._is_closed or not self._queue[0].question.may_be_merged:
            return False
        since = self._counts.batches - LATELY
        self._last_asked = {caller: at for caller, at in self._last_asked.items() if at >= since}
        here = {waiting.question.caller for waiting in self._queue}
        size = sum(len(waiting.question.requests) for waiting in self._queue)
        return size < self._most_requests and not here >= self._last_asked.keys()

    def _answer_alone(self, waiting: _Waiting) -> None:
        """Asks exactly what one question says."""
        question = waiting.question
        known = self._known(question)
        if known is not None:
            self._finish(waiting, Reply(known, Usage(calls=len(known))), len(known))
            return
        answers, used, error = self._call(question, list(question.requests), 1)
        if answers is not None and len(answers) == len(question.requests):
            self._kept.add(_alone_key(question), answers)
        self._finish(waiting, Reply(answers, used, error), 0)

    def _answer_together(self, batch: Sequence[_Waiting], spent: Usage = _NOTHING) -> None:
        """Asks what questions say once; where that fails, each question by itself.

        Args:
          batch: at least one.
          spent: what a single one has used before, in a batch that failed.
        """
        questions = [waiting.question for waiting in batch]
        found: dict[bytes, Any] = {}
        wanted: dict[bytes, Any] = {}
        news = []
        for question in questions:
            before = len(wanted)
            for key, request in zip(question.keys, question.requests, strict=True):
                kept = self._kept.find(key)
                if kept is None:
                    wanted.setdefault(key, request)
                else:
                    (found[key],) = kept
            news.append(len(wanted) - before)
        answers, used, error = self._call(questions[0], list(wanted.values()), len(batch))
        if answers is not None and (num_answers := len(answers)) != len(wanted):
            answers, error = None, f"{num_answers} answers to {len(wanted)} requests"
        parts = divided(used, news)
        if answers is None and len(batch) > 1:
            for waiting, part in zip(batch, parts, strict=True):
                self._answer_together([waiting], part)
            return
        if answers is None:
            self._finish(batch[0], Reply(None, spent.plus(parts[0]), error), 0)
            return
        fresh = dict(zip(wanted, answers, strict=True))
        for key, answer in fresh.items():
            self._kept.add(key, [answer])
        found |= fresh
        for waiting, part, new in zip(batch, parts, news, strict=True):
            keys = waiting.question.keys
            repeated = len(keys) - new
            usage = spent.plus(part)._replace(calls=spent.calls + part.calls + repeated)
            self._finish(waiting, Reply([found[key] for key in keys], usage), repeated)

    def _call(
        self, question: Question, requests: list[Any], num_questions: int
    ) -> tuple[list[Any] | None, Usage, str | None]:
        """Calls the prior once for requests of the question's kind, unless there are none."""
        if not requests:
            return [], _NOTHING, None
        before = self._guard.usage
        began = self._batch_began = time.monotonic()
        answers: list[Any] | None = None
        error: str | None = None
        try:
            answers = self._ask(question, requests)
        except BaseException as raised:  # an exit that a model asks for does not end the server
            error = printable(str(raised)) if isinstance(raised, PriorError) else one_sentence(raised)
        self._batch_began = None
        self._last_batch_s = time.monotonic() - began
        with self._changed:
            counts = self._counts
            self._counts = counts._replace(
                batches=counts.batches + 1,
                batched_questions=counts.batched_questions + num_questions,
                batched_requests=counts.batched_requests + len(requests),
                seconds=counts.seconds + self._last_batch_s,
            )
        return answers, self._guard.usage.since(before), error

    def _ask(self, question: Question, requests: list[Any]) -> list[Any]:
        prior, most = self._prior, len(requests) + 1
        if question.kind == "prices":
            return list(islice(prior.price_skills(requests), most))
        if question.kind == "ranks":
            return list(islice(prior.rank_arms(requests), most))
        if question.kind == "subtasks":
            return list(islice(prior.propose_subtasks(requests), most))
        assert isinstance(prior, ProgramSampler) and question.sampling is not None
        names, num, seed = question.sampling
        return [list(islice(prior.sample_programs(requests[0], names, num, seed), num))]

    def _known(self, question: Question) -> list[Any] | None:
        """Returns the kept answers of a question; None unless there are all."""
        if not question.may_be_merged:
            return self._kept.find(_alone_key(question))
        kept = [self._kept.find(key) for key in question.keys]
        known = [answer for one in kept if one is not None for answer in one]
        return known if len(known) == len(question.keys) else None

    def _finish(self, waiting: _Waiting, reply: Reply, repeated: int) -> None:
        with self._changed:
            counts = self._counts
            self._counts = counts._replace(
                questions=counts.questions + 1,
                requests=counts.requests + len(waiting.question.requests),
                repeated=counts.repeated + repeated,
                failed=counts.failed + (reply.answers is None),
            )
        waiting.reply.set_result(reply)


class _Kept:
    """The newest answers by key, at most so many; for several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._lock = threading.Lock()
        self._answers: OrderedDict[bytes, list[Any]] = OrderedDict()

    def find(self, key: bytes) -> list[Any] | None:
        """Returns the answers that were kept under a key, which are the newest now."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def add(self, key: bytes, answers: list[Any]) -> None:
        """Keeps answers and drops the oldest that are too many."""
        with self._lock:
            self._size += len(answers) - len(self._answers.pop(key, ()))
            self._answers[key] = answers
            while self._size > self._most:
                self._size -= len(self._answers.popitem(last=False)[1])


def _fit(one: Question, other: Question) -> bool:
    return one.may_be_merged and other.may_be_merged and one.kind == other.kind


def _alone_key(question: Question) -> bytes:
    return b"alone" + b"".join(question.keys)


def divided(used: Usage, sizes: Sequence[int]) -> list[Usage]:
    """Returns parts of what was used that add up to it, by the number of requests; counts stay whole."""
    total = sum(sizes)
    if not total:
        return [used, *[_NOTHING] * (len(sizes) - 1)]
    ends = [sum(sizes[: number + 1]) for number in range(len(sizes))]

    def upto(end: int) -> Usage:
        return Usage(
            calls=used.calls * end // total,
            passes=used.passes * end // total,
            tokens=used.tokens * end // total,
            reused_tokens=used.reused_tokens * end // total,
            hits=used.hits * end // total,
            seconds=used.seconds * end / total,
        )

    return [upto(end).since(upto(begin)) for begin, end in zip([0, *ends], ends, strict=False)]

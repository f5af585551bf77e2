"""The batcher: what is merged, in what order, whose failure is whose, and what adds up."""

import threading
import time

import pytest

from mcts_compose.cluster.batching import BatchCounts, Batcher, divided
from mcts_compose.cluster.questions import Question, request_keys
from priors.base import Usage
from priors.testing import price_requests, rank_requests
from tests.mcts_compose.cluster.slow_model import SlowModel, many_prices, many_ranks, poisoned, same
from tests.own_threads import own_threads


def question(requests, caller="a", *, merges=True, kind="prices", sampling=None):
    keys = request_keys(kind, requests, sampling)
    return Question(kind, tuple(requests), keys, caller, merges, sampling)


@pytest.fixture
def model():
    return SlowModel()


@pytest.fixture(autouse=True)
def no_thread_is_left():
    yield
    until = time.monotonic() + 10.0
    while (left := own_threads("mcts-compose-batches")) and time.monotonic() < until:
        time.sleep(0.01)
    assert left == []


@pytest.fixture
def held(model):
    """A batcher whose model is at work on a request of caller `z` until its gate is opened."""
    model.gate.clear()
    batcher = Batcher(model, linger_share=0.0)
    batcher.submit(question(many_prices(1, 900), "z"))
    assert model.began.acquire(timeout=10)
    yield batcher
    model.gate.set()
    batcher.close()


def _replies(*futures):
    return [future.result(timeout=10) for future in futures]


def _is_right(reply, requests):
    alone = SlowModel()
    ask = alone.rank_arms if hasattr(requests[0], "arms") else alone.price_skills
    return all(map(same, reply.answers, ask(requests)))


def test_what_comes_while_the_model_is_at_work_is_one_batch_in_its_order(model, held):
    asked = [many_prices(2, 10 * number) for number in range(3)]
    futures = [held.submit(question(requests, f"c{n}")) for n, requests in enumerate(asked)]
    model.gate.set()
    for reply, requests in zip(_replies(*futures), asked, strict=True):
        assert reply.error is None and _is_right(reply, requests)
    assert model.asked[1:] == [[one for requests in asked for one in requests]]
    assert held.counts.batches == 2 and held.counts.batched_questions == 4


def test_kinds_are_not_mixed_and_the_oldest_question_comes_first(model, held):
    futures = [
        held.submit(question(many_ranks(2), "a", kind="ranks")),
        held.submit(question(many_prices(1), "b")),
        held.submit(question(many_ranks(3, 5), "c", kind="ranks")),
    ]
    model.gate.set()
    assert all(reply.error is None for reply in _replies(*futures))
    assert [type(batch[0]).__name__ for batch in model.asked] == [
        "PriceRequest",
        "RankRequest",
        "PriceRequest",
    ]
    assert model.sizes == [1, 5, 1]


def test_questions_that_do_not_merge_are_asked_exactly_as_they_are(model, held):
    alone, twice = many_prices(3, 50), [many_prices(1, 70)[0]] * 2
    futures = [
        held.submit(question(many_prices(2), "a")),
        held.submit(question(alone, "b", merges=False)),
        held.submit(question(many_prices(2, 20), "c")),
        held.submit(question(twice, "d", merges=False)),
    ]
    model.gate.set()
    assert all(reply.error is None for reply in _replies(*futures))
    assert model.asked[1:] == [[*many_prices(2), *many_prices(2, 20)], alone, twice]


def test_a_batch_has_at_most_so_many_requests_but_a_question_is_never_torn(model):
    model.gate.clear()
    batcher = Batcher(model, most_requests=4, linger_share=0.0)
    futures = [batcher.submit(question(many_prices(1, 900), "z"))]
    assert model.began.acquire(timeout=10)
    for number, size in enumerate((3, 2, 1, 6)):
        futures.append(batcher.submit(question(many_prices(size, 10 * number), f"c{number}")))
    model.gate.set()
    _replies(*futures)
    assert model.sizes == [1, 4, 2, 6]
    batcher.close()


def test_a_broken_request_fails_alone(model, held):
    good, bad = many_prices(2), [poisoned()]
    futures = [held.submit(question(good, "a")), held.submit(question(bad, "b"))]
    model.gate.set()
    fine, broken = _replies(*futures)
    assert fine.error is None and _is_right(fine, good)
    assert broken.answers is None and broken.error == "poisoned"
    assert model.sizes == [1, 3, 2, 1] and held.counts.failed == 1


@pytest.mark.parametrize("merges", [True, False])
def test_an_exit_of_the_model_is_an_error_and_the_next_question_is_answered(model, merges):
    def leave(requests):
        del model.price_skills
        raise SystemExit("enough")

    model.price_skills = leave
    batcher = Batcher(model)
    (reply,) = _replies(batcher.submit(question(many_prices(2), merges=merges)))
    assert reply.answers is None and reply.error == "SystemExit: enough"
    (reply,) = _replies(batcher.submit(question(many_prices(2), merges=merges)))
    assert _is_right(reply, many_prices(2))
    batcher.close()


def test_too_few_answers_reach_nobody_but_who_asked(model, held):
    model.rank_arms = lambda requests: SlowModel().rank_arms(requests)[: 2 if len(requests) > 2 else None]
    fine, also = many_ranks(2), many_ranks(1, 7)
    futures = [held.submit(question(one, str(n), kind="ranks")) for n, one in enumerate((fine, also))]
    model.gate.set()
    assert all(_is_right(reply, one) for reply, one in zip(_replies(*futures), (fine, also), strict=True))


def test_equal_requests_are_asked_once(model, held):
    first, second = many_prices(3), many_prices(3, 1)
    futures = [held.submit(question(first, "a")), held.submit(question(second, "b"))]
    model.gate.set()
    replies = _replies(*futures)
    assert _is_right(replies[0], first) and _is_right(replies[1], second)
    assert model.asked[1:] == [many_prices(4)]
    # Two of b's three were a's: they count as answered, and nothing was computed for them.
    assert [reply.usage.calls for reply in replies] == [3, 3]
    assert [reply.usage.tokens for reply in replies] == [21, 7]
    (again,) = _replies(held.submit(question(first[1:], "c")))
    assert _is_right(again, first[1:]) and again.usage == Usage(calls=2)
    assert model.sizes == [1, 4] and held.counts.repeated == 4


def test_of_kept_answers_the_oldest_go(model):
    batcher = Batcher(model, kept=4)
    for start in (0, 2, 4):
        _replies(batcher.submit(question(many_prices(2, start))))
    _replies(batcher.submit(question(many_prices(2, 4))), batcher.submit(question(many_prices(2, 2))))
    assert model.sizes == [2, 2, 2]
    _replies(batcher.submit(question(many_prices(1, 1))))
    assert model.sizes == [2, 2, 2, 1]
    batcher.close()


def test_nothing_is_kept_for_a_prior_that_keeps_its_own(model):
    batcher = Batcher(model, kept=0)
    for merges in (True, True, False, False):
        _replies(batcher.submit(question(many_prices(2), merges=merges)))
    assert model.sizes == [2, 2, 2, 2]
    batcher.close()


def test_who_must_be_alone_gets_kept_answers_only_of_the_same_question(model):
    batcher = Batcher(model)
    requests = many_prices(3)
    _replies(batcher.submit(question(requests)))
    for _ in range(2):
        _replies(batcher.submit(question(requests, merges=False)))
        _replies(batcher.submit(question(requests[:2], merges=False)))
    assert model.asked == [requests, requests, requests[:2]]
    batcher.close()


def test_programs_are_written_request_by_request_and_kept_by_seed(model):
    batcher = Batcher(model)
    (request,) = many_prices(1)
    lines = {}
    for seed in (1, 2, 1):
        asked = question([request], kind="programs", sampling=(("x",), 2, seed))
        (reply,) = _replies(batcher.submit(asked))
        lines[seed] = reply.answers[0]
    assert lines == {seed: SlowModel().sample_programs(request, ("x",), 2, seed) for seed in (1, 2)}
    assert batcher.counts.batches == 2 and batcher.counts.repeated == 1
    batcher.close()


def test_two_searches_that_take_turns_come_to_be_asked_together(model):
    """Each asks again as soon as it has its answer, and the model takes 20 ms."""

    def meeting(linger_share):
        slow = SlowModel()
        ranked = slow.rank_arms
        slow.rank_arms = lambda requests: time.sleep(0.02) or ranked(requests)
        batcher = Batcher(slow, linger_share=linger_share)

        def search(caller):
            for number in range(20):
                requests = many_ranks(2, 1000 * caller + 10 * number)
                _replies(batcher.submit(question(requests, str(caller), kind="ranks")))

        callers = [threading.Thread(target=search, args=(caller,)) for caller in (1, 2)]
        for number, caller in enumerate(callers):
            caller.start()
            time.sleep(0.01 * (number == 0))
        for caller in callers:
            caller.join(30)
        batcher.close()
        return batcher.counts

    together, apart = meeting(2.0), meeting(0.0)
    assert together.batched_questions >= 1.5 * together.batches
    assert apart.batched_questions <= 1.2 * apart.batches
    assert together.requests == apart.requests == 80


def test_a_single_search_is_never_kept_waiting(model):
    batcher = Batcher(model, linger_share=1000.0)
    model.price_skills = lambda requests: time.sleep(0.02) or SlowModel().price_skills(requests)
    began = time.monotonic()
    for number in range(5):
        _replies(batcher.submit(question(many_prices(1, number))))
    assert time.monotonic() - began < 15.0
    batcher.close()


def test_closing_tells_who_waits(model, held):
    waiting = held.submit(question(many_prices(2), "a"))
    held.close()
    (reply,) = _replies(waiting)
    assert reply.answers is None and not reply.is_ready and "closed" in reply.error
    (late,) = _replies(held.submit(question(many_prices(2, 5), "a")))
    assert not late.is_ready


def test_what_many_threads_used_adds_up_to_what_the_model_did(model):
    batcher = Batcher(model, kept=0)
    used = []

    def search(caller):
        for number in range(10):
            kind, make = ("ranks", many_ranks) if (caller + number) % 3 else ("prices", many_prices)
            asked = make(1 + (caller + number) % 4, 1000 * caller + 10 * number)
            (reply,) = _replies(
                batcher.submit(question(asked, str(caller), merges=caller % 3 > 0, kind=kind))
            )
            assert _is_right(reply, asked)
            used.append(reply.usage)

    callers = [threading.Thread(target=search, args=(caller,)) for caller in range(6)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(30)
    total = Usage()
    for one in used:
        total = total.plus(one)
    assert len(used) == 60 and total._replace(seconds=0.0) == model.usage
    counts = batcher.counts
    assert counts.questions == counts.batched_questions == 60 and counts.failed == 0
    assert counts.requests == counts.batched_requests == total.calls and counts.batches <= 60
    batcher.close()


def test_parts_add_up_and_follow_the_sizes():
    used = Usage(calls=7, passes=3, tokens=1001, reused_tokens=0, hits=2, seconds=1.5)
    parts = divided(used, [1, 0, 2, 4])
    total = Usage()
    for part in parts:
        total = total.plus(part)
    assert total == used
    assert [part.calls for part in parts] == [1, 0, 2, 4]
    assert parts[1] == Usage()
    assert divided(used, [0, 0]) == [used, Usage()]


def test_a_new_batcher_has_done_nothing(model):
    batcher = Batcher(model)
    assert batcher.counts == BatchCounts() and batcher.busy_s == 0.0
    batcher.close()


def test_keys_are_equal_for_equal_requests_alone():
    prices, ranks = price_requests(), rank_requests()
    keys = [
        *request_keys("prices", prices),
        *request_keys("ranks", ranks),
        *request_keys("programs", prices, (("x",), 1, 0)),
        *request_keys("programs", prices, (("x",), 1, 1)),
    ]
    assert len(set(keys)) == len(keys)
    assert request_keys("prices", price_requests()) == request_keys("prices", prices)
    assert request_keys("ranks", rank_requests()) == request_keys("ranks", ranks)

"""Steps of `automata-v1` that move tokens: copy, reverse, recall, and what a stack does."""

from __future__ import annotations

from benchmarks.suites.curricula.automata.languages import LONG
from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.sources import fixed, length, lists
from benchmarks.suites.draws import Draws

_TURNING = ("reverse", "rotate", "order_by", "sort_by", "grade", "grade_down")


def _token_list(draws: Draws, larger: int) -> list[int]:
    size = draws.between(2, 6) if larger == 1 else LONG
    return [draws.between(1, 9) for _ in range(size)]


def _any_tokens(draws: Draws, larger: int) -> list[int]:
    return [token if draws.chance(50) else 1 - token for token in _token_list(draws, larger)]


def _with_mark(draws: Draws, larger: int) -> list[int]:
    word = _token_list(draws, larger)
    return [*word, 0, *(draws.between(0, 9) for _ in range(draws.below(4)))]


def _with_count(draws: Draws, larger: int) -> list[int]:
    return [*lists(1, 9, 1, 4)(draws, larger), 0, draws.between(1, 4)]


def _copied(word: list[int]) -> list[int]:
    return word[: word.index(0)]


def _pop_or_push(stack: list[int], token: int) -> list[int]:
    return stack[1:] if token == 2 else [token, *stack]


def _manipulated(stack: list[int], moves: list[int]) -> list[int]:
    for token in moves:
        stack = _pop_or_push(stack, token)
    return stack


def _stack_and_moves(draws: Draws, larger: int) -> tuple[list[int], list[int]]:
    return lists(0, 1, 1, 5)(draws, larger), lists(0, 2, 2, 6)(draws, larger)


def _one_missing(draws: Draws, larger: int) -> list[int]:
    half: list[int] = lists(1, 4, 2, 5)(draws, larger)
    word = half + half
    word[draws.below(len(word))] = 0
    return word


def _associations(draws: Draws, larger: int) -> list[int]:
    keys = [10]
    for _ in range(length(draws, 2, 5, larger)):
        keys.append(keys[-1] + draws.between(1, 5))
    keys = sorted(keys[1:], key=lambda key: (draws.below(1000), key))
    return [*(token for key in keys for token in (key, draws.between(1, 4))), draws.choice(keys)]


STEPS = (
    Step(
        "duplicate", "Write a word of tokens twice, the second time behind the first.",
        "(x: list[int]) -> list[int]", "return concat(x, x)",
        lambda x: x + x, (lists(0, 3, 1, 6),), edges=(([],),),
    ),
    Step(
        "copy-to-mark", "Copy the tokens that stand before the first end mark, 0.",
        "(x: list[int]) -> list[int]", "return take(x, find(x, 0))",
        _copied, (_with_mark,), edges=(([0],), ([4, 0, 0],), ([3, 1, 0, 7, 0, 2],)), measure=len,
    ),
    Step(
        "repeat-copy",
        "Copy the tokens before the first end mark, 0, as many times as the last token says.",
        "(x: list[int]) -> list[int]", "return repeat(copy_to_mark(x), last(x))",
        lambda x: _copied(x) * x[-1], (_with_count,), subtasks=("copy-to-mark",),
        edges=(([3, 0, 3],), ([1, 2, 0, 1],)), measure=len,
    ),
    Step(
        "second-element", "Give the second element of a list that has at least two elements.",
        "(x: list[int]) -> int", "return head(tail(x))",
        lambda x: x[1], (lists(0, 9, 2, 6),), edges=(([4, 7],), ([3, 1, 3],)),
    ),
    Step(
        "third-element", "Give the third element of a list that has at least three elements.",
        "(x: list[int]) -> int", "return head(drop(x, 2))",
        lambda x: x[2], (lists(0, 9, 3, 7),), edges=(([4, 7, 1],), ([3, 1, 8, 2],)),
    ),
    Step(
        "push", "Put a token on top of a stack, whose top is its first element.",
        "(s: list[int], t: int) -> list[int]", "return prepend(t, s)",
        lambda s, t: [t, *s], (lists(0, 9, 1, 6), fixed(0, 9)), edges=(([], 4),),
    ),
    Step(
        "reverse-word", "Give the tokens of a word from the last to the first.",
        "(x: list[int]) -> list[int]", "return fold(&push, take(x, 0), x)",
        lambda x: x[::-1], (_any_tokens,), subtasks=("push",), without=_TURNING,
        edges=(([],), ([3],), ([1, 2],)),
        measure=len,
    ),
    Step(
        "pop-or-push",
        "One move of a stack with its top first: 2 takes the top off, any other token goes on top.",
        "(s: list[int], t: int) -> list[int]", "return choose(eq(t, 2), tail(s), prepend(t, s))",
        _pop_or_push, (lists(0, 1, 1, 6), fixed(0, 2)), shown=14,
        edges=(
            ([], 1), ([], 2), ([1], 2), ([0, 1, 1], 2), ([0, 1], 1), ([0, 1], 0), ([1, 0], 1),
            ([1, 0], 0),
        ),
    ),
    Step(
        "stack-manipulation",
        "Make all moves, in turn, on a stack with its top first: 2 takes the top off, 0 and 1 go on top.",
        "(s: list[int], x: list[int]) -> list[int]", "return fold(&pop_or_push, s, x)",
        _manipulated, _stack_and_moves, subtasks=("pop-or-push",), edges=(([1, 0], [2, 2, 1]), ([], [1, 0])),
    ),
    Step(
        "exchange-halves", "Exchange the first and the second half of a word of even length.",
        "(x: list[int]) -> list[int]", "return rotate(x, div(len(x), 2))",
        lambda x: x[len(x) // 2 :] + x[: len(x) // 2],
        (lambda draws, larger: [draws.below(9) for _ in range(2 * length(draws, 1, 4, larger))],),
        edges=(([],), ([1, 2],)),
    ),
    Step(
        "missing-duplicate",
        "A word was written twice, and one of all its tokens replaced by 0. Give the token that stood there.",
        "(x: list[int]) -> int", "return index(exchange_halves(x), find(x, 0))",
        lambda x: (x[len(x) // 2 :] + x[: len(x) // 2])[x.index(0)], (_one_missing,),
        subtasks=("exchange-halves",), shown=12,
        edges=(([1, 0],), ([0, 2],), ([1, 4, 0, 4],), ([1, 1, 1, 0],)),
    ),
    Step(
        "odds-first",
        "Give the first, third, fifth token and so on, and behind them the second, fourth and so on.",
        "(x: list[int]) -> list[int]", "return concat(every(x, 2), every(tail(x), 2))",
        lambda x: x[::2] + x[1::2], (lists(0, 9, 2, 8),), edges=(([],), ([4],), ([1, 2, 3],)),
    ),
    Step(
        "shift-right",
        "Move all tokens n places to the right, fill with zeros, and drop what leaves the word.",
        "(x: list[int], n: int) -> list[int]", "return shift(x, neg(n), 0)",
        lambda x, n: ([0] * n + x)[: len(x)],
        (lists(1, 9, 3, 7), fixed(0, 5)), edges=(([1, 2], 3), ([4, 5, 6], 0)),
    ),
    Step(
        "associative-recall",
        "Keys, from 11 on, stand before their values, which are below 10; the last token is one of the keys "
        "again. Give its value.",
        "(x: list[int]) -> int", "return index(x, add(find(x, last(x)), 1))",
        lambda x: x[x.index(x[-1]) + 1], (_associations,), shown=18,
        edges=(([12, 4, 15, 7, 12],), ([12, 4, 15, 7, 15],), ([30, 5, 11, 1, 20, 8, 11],)),
    ),
)  # fmt: skip

"""Steps of `automata-v1` that say whether a word belongs to a language, or where an automaton ends."""

from __future__ import annotations

from itertools import accumulate, pairwise

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.sources import length, lists
from benchmarks.suites.draws import Draws

LONG = 1000
"""Length of held-out words where an algorithm is to hold for any length."""


def _closed_one_kind(word: list[int]) -> bool:
    return sum(word) == 0 and min(accumulate(word), default=0) >= 0


def _stack(word: list[int]) -> list[int]:
    stack: list[int] = []
    for token in word:
        stack = _dyck_step(stack, token)
    return stack


def _dyck_step(stack: list[int], token: int) -> list[int]:
    if token < 0 and stack[:1] == [-token]:
        return stack[1:]
    return [max(token, 0), *stack]


def _closed_word(draws: Draws, size: int, kinds: int) -> list[int]:
    """Returns a random word of about that length in which every bracket is closed by one of its kind."""
    word: list[int] = []
    stack: list[int] = []
    while len(word) + len(stack) < size:
        if stack and draws.chance(45):
            word.append(-stack.pop())
        else:
            stack.append(draws.between(1, kinds))
            word.append(stack[-1])
    return word + [-token for token in reversed(stack)]


def _bracket_word(draws: Draws, larger: int, kinds: int) -> list[int]:
    """Draws a closed word, or one that is nearly so: with two tokens exchanged, or one changed."""
    size = 2 * draws.between(1, 4) if larger == 1 else LONG + 2 * draws.below(10)
    word = _closed_word(draws, size, kinds)
    fault = draws.below(4)
    place, other = draws.below(len(word)), draws.below(len(word))
    if fault == 1:
        word[place], word[other] = word[other], word[place]
    elif fault == 2:
        word[place] = -word[place]
    elif fault == 3:
        word[place] = draws.between(1, kinds) * (1 if word[place] > 0 else -1)
    return word


def _one_kind(draws: Draws, larger: int) -> tuple[list[int]]:
    return (_bracket_word(draws, larger, 1),)


def _two_kinds(draws: Draws, larger: int) -> tuple[list[int]]:
    return (_bracket_word(draws, larger, 2),)


def _stack_and_token(draws: Draws, larger: int) -> tuple[list[int], int]:
    stack = lists(1, 2, 1, 6)(draws, larger)
    token = -stack[0] if draws.chance(50) else draws.choice((1, 2, -1, -2))
    return stack, token


def _brackets(draws: Draws, larger: int) -> list[int]:
    return [draws.choice((1, 2, -1, -2)) for _ in range(length(draws, 2, 7, larger))]


def _mostly_ones(draws: Draws, larger: int) -> list[int]:
    size = length(draws, 1, 6, larger)
    return [1] * size if draws.chance(50) else [int(draws.chance(80)) for _ in range(size)]


_BITS = (lists(0, 1, 2, 7),)

STEPS = (
    Step(
        "parity", "Say whether the number of ones in a word of zeros and ones is odd.",
        "(x: list[int]) -> bool", "return odd(sum(x))",
        lambda x: sum(x) % 2 == 1, _BITS, shown=12, edges=(([],), ([1],), ([0],), ([1, 0, 1],), ([1, 1, 1],)),
    ),
    Step(
        "even-pairs",
        "Say whether 01 and 10 together stand an even number of times in a word of zeros and ones.",
        "(x: list[int]) -> bool", "return eq(head(x), last(x))",
        lambda x: sum(one != other for one, other in pairwise(x)) % 2 == 0, _BITS, shown=14,
        edges=(([1, 0],), ([0],), ([1, 1],), ([0, 1, 0, 0],), ([0, 1, 1],), ([1, 0, 0, 1],), ([1, 0, 0],)),
    ),
    Step(
        "cycle-navigation",
        "Walk on a circle of five places numbered 0 to 4, from place 0: every token moves by -1, 0 or 1. "
        "Give the place where the walk ends.",
        "(x: list[int]) -> int", "return mod(sum(x), 5)",
        lambda x: sum(x) % 5, (lists(-1, 1, 2, 9),),
        edges=(([],), ([-1],), ([1, 1, 1, 1, 1, 1],), ([-1, -1],)), shown=10,
    ),
    Step(
        "all-ones", "Say whether a word of zeros and ones has no zero (the first Tomita language).",
        "(x: list[int]) -> bool", "return all(eq(x, 1))",
        lambda x: 0 not in x, (_mostly_ones,), shown=12,
        edges=(([],), ([0],), ([1],), ([1, 0, 1],), ([0, 1, 1],), ([1, 1, 0],)),
    ),
    Step(
        "evens-of-both",
        "Say whether a word has an even number of zeros and an even number of ones (the fifth Tomita "
        "language).",
        "(x: list[int]) -> bool", "return even(bit_or(sum(x), len(x)))",
        lambda x: x.count(0) % 2 == 0 and x.count(1) % 2 == 0, _BITS, shown=26,
        edges=(
            ([],), ([0],), ([1],), ([0, 1],), ([1, 0],), ([0, 0],), ([1, 1],), ([0, 0, 0],), ([1, 0, 0, 1],),
            ([1, 1, 1, 0],),
        ),
    ),
    Step(
        "ones-less-zeros", "Give the number of ones in a word of zeros and ones, less the number of zeros.",
        "(x: list[int]) -> int", "return sum(sub(add(x, x), 1))",
        lambda x: x.count(1) - x.count(0), _BITS, edges=(([],), ([0],), ([1, 1],)), shown=10,
    ),
    Step(
        "difference-by-three",
        "Say whether the number of ones less the number of zeros is a multiple of three (the sixth Tomita "
        "language).",
        "(x: list[int]) -> bool", "return eq(mod(ones_less_zeros(x), 3), 0)",
        lambda x: (x.count(1) - x.count(0)) % 3 == 0, _BITS, subtasks=("ones-less-zeros",), shown=24,
        edges=(
            ([],), ([0],), ([1],), ([0, 1],), ([1, 1, 1],), ([0, 0, 0],), ([1, 1],), ([1, 1, 0],),
            ([1, 0, 0],), ([1, 1, 1, 1, 0],),
        ),
    ),
    Step(
        "as-many-closed",
        "Say whether a word of brackets has as many that open, 1, as that close, -1.",
        "(x: list[int]) -> bool", "return eq(sum(x), 0)",
        lambda x: sum(x) == 0, _one_kind, shown=12,
        edges=(([],), ([1],), ([-1],), ([1, -1],), ([-1, 1],), ([1, 1, -1],), ([1, -1, -1],)),
        measure=len,
    ),
    Step(
        "never-below",
        "Say whether in no beginning of a word of brackets more are closed, -1, than opened, 1.",
        "(x: list[int]) -> bool", "return le(0, minimum(cumsum(x)))",
        lambda x: min(accumulate(x), default=0) >= 0, _one_kind, shown=14,
        edges=(
            ([],), ([1],), ([-1],), ([1, -1],), ([-1, 1],), ([1, 1, -1],), ([1, -1, -1],), ([1, -1, -1, 1],),
            ([1, 1, -1, 1],),
        ), measure=len,
    ),
    Step(
        "dyck-one",
        "Say whether brackets of one kind match: 1 opens, -1 closes, nothing is closed before it is opened, "
        "and nothing stays open.",
        "(x: list[int]) -> bool", "return and(as_many_closed(x), never_below(x))",
        _closed_one_kind, _one_kind, subtasks=("as-many-closed", "never-below"), shown=18,
        edges=(
            ([],), ([1],), ([-1],), ([1, -1],), ([-1, 1],), ([1, 1, -1],), ([1, -1, -1, 1],),
            ([1, 1, -1, -1],), ([1, -1, 1, -1],), ([1, 1, -1, 1],), ([-1, 1, 1, -1],),
        ), measure=len,
    ),
    Step(
        "closes-top", "Say whether the token added to the top of the stack, its first element, gives zero.",
        "(s: list[int], t: int) -> bool", "return eq(add(head(s), t), 0)",
        lambda s, t: s[0] + t == 0, _stack_and_token, shown=12, measure=lambda s, t: len(s),
        edges=(([1], -1), ([2], -1), ([2, 1], -1), ([1, 2], -1), ([2, 1], -2), ([1], 1)),
    ),
    Step(
        "push-open",
        "Put a token on top of the stack, as its first element; a negative one, which closes, is put there "
        "as 0.",
        "(s: list[int], t: int) -> list[int]", "return prepend(max(t, 0), s)",
        lambda s, t: [max(t, 0), *s], _stack_and_token, edges=(([], 2), ([], -1)),
        measure=lambda s, t: len(s),
    ),
    Step(
        "dyck-step",
        "A bracket k opens and -k closes. What closes the top of the stack takes it off; any other bracket "
        "is put on top, a closing one as 0.",
        "(s: list[int], t: int) -> list[int]", "return choose(closes_top(s, t), tail(s), push_open(s, t))",
        _dyck_step, _stack_and_token, subtasks=("closes-top", "push-open"), shown=12,
        edges=(([1], -1), ([2, 1], -2), ([1, 2], -2), ([], 1), ([], -2)), measure=lambda s, t: len(s),
    ),
    Step(
        "open-brackets",
        "Read a word of brackets with a stack: k opens, -k closes the top and takes it off, a wrong one "
        "leaves a 0. Give the stack at the end, its top first.",
        "(x: list[int]) -> list[int]", "return fold(&dyck_step, take(x, 0), x)",
        _stack, (_brackets,), subtasks=("dyck-step",), shown=10,
        edges=(([1, 2, -2],), ([1, -2],), ([2],)),
    ),
    Step(
        "dyck-two",
        "Say whether brackets of two kinds match: 1 and 2 open, -1 and -2 close what was opened last and is "
        "of the same kind; nothing stays open.",
        "(x: list[int]) -> bool", "return eq(len(open_brackets(x)), 0)",
        lambda x: not _stack(x), _two_kinds, subtasks=("open-brackets",), shown=18,
        edges=(
            ([],), ([1],), ([-1],), ([1, -1],), ([2, -2],), ([1, -2],), ([-1, 1],), ([1, 2, -1, -2],),
            ([1, 2, -2, -1],), ([2, -2, 1, -1],), ([1, 1, -1, -1],),
        ), measure=len,
    ),
)  # fmt: skip

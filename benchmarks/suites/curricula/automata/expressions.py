"""Steps of `automata-v1` that evaluate expressions modulo 5: without brackets by two registers, with brackets
by a stack.

The stack may begin with anything that is long enough, since what stands below is never read in the end.
Tokens 0 to 4 are numbers; 5 is minus, 6 is times, 7 is plus, 8 opens and 9 closes a bracket, 10 is unknown.
"""

from __future__ import annotations

from benchmarks.suites.curricula.definition import Step
from benchmarks.suites.curricula.sources import fixed, length, lists, numbers
from benchmarks.suites.draws import Draws

MINUS, TIMES, PLUS, OPEN, CLOSE, UNKNOWN = 5, 6, 7, 8, 9, 10


def _operate(one: int, operation: int, other: int) -> int:
    if operation == TIMES:
        return one * other % 5
    return (one + other if operation == PLUS else one - other) % 5


def _flat(draws: Draws, larger: int) -> list[int]:
    word = [draws.below(5)]
    for _ in range(length(draws, 1, 4, larger)):
        word += [draws.choice((MINUS, TIMES, PLUS)), draws.below(5)]
    return word


def _flat_value(word: list[int]) -> int:
    total, term = 0, word[0]
    for operation, number in zip(word[1::2], word[2::2], strict=True):
        if operation == TIMES:
            term *= number
        else:
            total, term = total + term, number * (operation - TIMES)
    return (total + term) % 5


def _registers(draws: Draws, larger: int) -> tuple[list[int], int]:
    big = 5 * larger**2
    return [draws.between(-big, big), draws.choice((-1, 1)) * draws.between(big // 5, big)], draws.below(5)


def _term_begun(registers: list[int], token: int) -> list[int]:
    return [registers[0] + registers[1], token - TIMES]


def _operator_read(registers: list[int], token: int) -> list[int]:
    return registers if token == TIMES else _term_begun(registers, token)


def _factor_read(registers: list[int], number: int) -> list[int]:
    return [*registers[:-1], registers[-1] * number % 5]


def _token_read(registers: list[int], token: int) -> list[int]:
    return _factor_read(registers, token) if token < MINUS else _operator_read(registers, token)


def _registers_after(word: list[int]) -> list[int]:
    registers = [0, 1]
    for token in word:
        registers = _token_read(registers, token)
    return registers


def _nested(draws: Draws, operations: int, allowed: tuple[int, ...]) -> list[int]:
    """Returns an expression of so many operations in which every operation stands in brackets."""
    if operations == 0:
        return [draws.below(5)]
    left = draws.below(operations)
    one, other = _nested(draws, left, allowed), _nested(draws, operations - 1 - left, allowed)
    return [OPEN, *one, draws.choice(allowed), *other, CLOSE]


def _with_brackets(draws: Draws, larger: int) -> list[int]:
    return _nested(draws, length(draws, 1, 3, larger), (MINUS, TIMES, PLUS))


def _evaluated(word: list[int]) -> int:
    stack: list[int] = []
    for token in word:
        stack = _bracket_step(stack, token)
    return stack[0]


def _reduced(stack: list[int]) -> list[int]:
    return [_operate(stack[2], stack[1], stack[0]), *stack[4:]]


def _bracket_step(stack: list[int], token: int) -> list[int]:
    return _reduced(stack) if token == CLOSE else [token, *stack]


def _before_close(draws: Draws, larger: int) -> list[int]:
    # What lies below may be anything: an evaluation may begin on any stack.
    below = [draws.below(10) for _ in range(length(draws, 4, 8, larger) - 4)]
    return [draws.below(5), draws.choice((MINUS, TIMES, PLUS)), draws.below(5), OPEN, *below]


def _stack_and_token(draws: Draws, larger: int) -> tuple[list[int], int]:
    return _before_close(draws, larger), CLOSE if draws.chance(50) else draws.below(9)


def _operands(draws: Draws, larger: int) -> tuple[int, int, int]:
    number = numbers(0, 9)
    return number(draws, larger), draws.choice((MINUS, TIMES, PLUS)), number(draws, larger)


def _signed_operands(draws: Draws, larger: int) -> tuple[int, int, int]:
    one, _, other = _operands(draws, larger)
    return one, draws.choice((MINUS, PLUS)), other


def _equation(draws: Draws, larger: int) -> tuple[list[int], int]:
    word = _nested(draws, length(draws, 1, 2, larger), (MINUS, PLUS))
    places = [place for place, token in enumerate(word) if token < MINUS]
    word[draws.choice(places)] = UNKNOWN
    return word, draws.below(5)


def _value_at(value: int, word: list[int]) -> int:
    return _evaluated([value if token == UNKNOWN else token for token in word])


def _two_operands(one: int, operation: int, other: int) -> int:
    return max(one, other, 1)


STEPS = (
    Step(
        "times-modulo-five", "Multiply two numbers and give the remainder of the product by five.",
        "(a: int, b: int) -> int", "return mod(mul(a, b), 5)",
        lambda a, b: a * b % 5, (numbers(0, 9), numbers(0, 9)), edges=((2, 4), (3, 3)), shown=10,
        measure=lambda a, b: max(a, b, 1),
    ),
    Step(
        "times-last", "Multiply the last element of a list by a number, modulo 5.",
        "(x: list[int], k: int) -> list[int]", "return replace(x, -1, times_modulo_five(last(x), k))",
        _factor_read, (lists(0, 9, 1, 5), fixed(0, 9)), subtasks=("times-modulo-five",),
        edges=(([2], 4), ([7, 3], 3)), shown=10,
    ),
    Step(
        "begin-term",
        "x holds the sum of the finished terms and the unfinished term. Add the two up; the operator t, 5 "
        "for minus and 7 for plus, leaves -1 or 1 as the beginning of the next term.",
        "(x: list[int], t: int) -> list[int]", "return pair(sum(x), sub(t, 6))",
        _term_begun, lambda draws, larger: (_registers(draws, larger)[0], draws.choice((MINUS, PLUS))),
        edges=(([0, 3], 7), ([2, -1], 5)), measure=lambda x, t: max(map(abs, x)),
    ),
    Step(
        "read-operator",
        "x holds the sum of the finished terms and the unfinished term. Times, 6, changes nothing; minus, "
        "5, and plus, 7, finish the term and begin the next one with -1 or 1.",
        "(x: list[int], t: int) -> list[int]", "return choose(eq(t, 6), x, begin_term(x, t))",
        _operator_read, lambda draws, larger: (_registers(draws, larger)[0], draws.between(MINUS, PLUS)),
        subtasks=("begin-term",), edges=(([0, 3], 7), ([2, -1], 5), ([2, 4], 6)), shown=10,
        measure=lambda x, t: max(map(abs, x)),
    ),
    Step(
        "read-token",
        "x holds the sum of the finished terms and the unfinished term. A number, below 5, multiplies the "
        "term modulo 5; times, 6, changes nothing; minus, 5, and plus, 7, finish it and begin the next one.",
        "(x: list[int], t: int) -> list[int]",
        "return choose(lt(t, 5), times_last(x, t), read_operator(x, t))",
        _token_read, lambda draws, larger: (_registers(draws, larger)[0], draws.below(8)),
        subtasks=("times-last", "read-operator"), shown=12,
        edges=(([0, 3], 7), ([2, -1], 5), ([2, 4], 6), ([1, 1], 4), ([1, -1], 3)),
        measure=lambda x, t: max(map(abs, x)),
    ),
    Step(
        "read-expression",
        "Read an expression of numbers below 5, with 5 for minus, 6 for times and 7 for plus between them: "
        "begin with the sum 0 and the term 1. A number multiplies the term modulo 5; minus and plus add the "
        "term to the sum and begin the next one with -1 or 1. Give the sum and the last term.",
        "(x: list[int]) -> list[int]", "return fold(&read_token, pair(0, 1), x)",
        _registers_after, (_flat,), subtasks=("read-token",), shown=12,
        edges=(([3],), ([2, 7, 4, 6, 3],), ([1, 5, 2],), ([4, 6, 4],), ([2, 5, 1, 5, 3],)),
    ),
    Step(
        "modular-arithmetic",
        "Evaluate an expression modulo 5: numbers are below 5, between them stand 5 for minus, 6 for times "
        "and 7 for plus; times goes before the others.",
        "(x: list[int]) -> int", "return mod(sum(read_expression(x)), 5)",
        _flat_value, (_flat,), subtasks=("read-expression",), shown=14,
        edges=(([3],), ([2, 7, 4, 6, 3],), ([1, 5, 2],), ([4, 6, 4],), ([2, 5, 1, 5, 3],)),
    ),
    Step(
        "add-or-subtract", "Add b to a if the operator t is 7, and subtract it if t is 5.",
        "(a: int, t: int, b: int) -> int", "return add(a, mul(b, sub(t, 6)))",
        lambda a, t, b: a + b * (t - TIMES), _signed_operands, edges=((3, 7, 4), (3, 5, 4)),
        measure=_two_operands,
    ),
    Step(
        "operate",
        "Combine a and b modulo 5: by minus if the operator t is 5, by times if it is 6, by plus if 7.",
        "(a: int, t: int, b: int) -> int",
        "return mod(select(eq(t, 6), mul(a, b), add_or_subtract(a, t, b)), 5)",
        _operate, _operands, subtasks=("add-or-subtract",), shown=16,
        edges=((3, 7, 4), (3, 5, 4), (3, 6, 4), (8, 6, 9), (9, 7, 7), (1, 5, 8), (3, 7, 0), (4, 5, 0)),
        measure=_two_operands,
    ),
    Step(
        "value-of-top",
        "The top of a stack is its first element. Give modulo 5 what the third combined with the first "
        "gives, by the operator in the second: 5 for minus, 6 for times, 7 for plus.",
        "(s: list[int]) -> int", "return operate(third_element(s), second_element(s), head(s))",
        lambda s: _operate(s[2], s[1], s[0]), (_before_close,),
        subtasks=("operate", "third-element", "second-element"), shown=20,
        edges=(([3, 5, 4, 8],), ([3, 5, 2, 8],), ([3, 6, 4, 8],), ([3, 7, 4, 8],)),
    ),
    Step(
        "close-bracket",
        "Take the first four elements off a stack: number, operator, number, bracket. Put on top what the "
        "third combined with the first gives modulo 5.",
        "(s: list[int]) -> list[int]", "return prepend(value_of_top(s), drop(s, 4))",
        _reduced, (_before_close,), subtasks=("value-of-top",),
        shown=14,
        edges=(([3, 5, 4, 8],), ([3, 6, 4, 8, 7, 1],), ([3, 7, 2, 8, 0, 1],), ([4, 6, 0, 8, 0],)),
    ),
    Step(
        "bracket-step",
        "A token 9 closes a bracket: number, operator, number and bracket on top of the stack become their "
        "value. Any other token is put on top.",
        "(s: list[int], t: int) -> list[int]", "return choose(eq(t, 9), close_bracket(s), push(s, t))",
        _bracket_step, _stack_and_token, subtasks=("close-bracket", "push"), shown=18,
        edges=(
            ([3, 5, 4, 8], 9), ([3, 5, 4, 8], 8), ([3, 6, 4, 8, 7, 9], 9), ([8, 2, 6, 4, 9], 8),
            ([0, 7, 2, 8], 0), ([3, 7, 2, 8, 0, 1], 9),
        ), measure=lambda s, t: len(s),
    ),
    Step(
        "brackets-arithmetic",
        "Evaluate an expression modulo 5 in which each operation stands in brackets, 8 and 9: numbers are "
        "below 5, 5 is minus, 6 is times and 7 is plus.",
        "(x: list[int]) -> int", "return head(fold(&bracket_step, x, x))",
        _evaluated, (_with_brackets,), subtasks=("bracket-step",), shown=14,
        edges=(([8, 2, 6, 4, 9],), ([8, 1, 5, 3, 9],), ([8, 8, 1, 7, 1, 9, 6, 4, 9],)),
    ),
    Step(
        "value-at", "Evaluate an expression in brackets modulo 5, with v in the place of the unknown, 10.",
        "(v: int, e: list[int]) -> int", "return brackets_arithmetic(replace_value(e, 10, v))",
        _value_at, lambda draws, larger: (draws.below(5), _equation(draws, larger)[0]),
        subtasks=("brackets-arithmetic",), shown=14, edges=((2, [8, 10, 5, 4, 9]), (2, [8, 4, 5, 10, 9])),
    ),
    Step(
        "solve-equation",
        "An expression in brackets has one unknown, 10, and no times. Give the value of the unknown, below "
        "5, for which it is r modulo 5.",
        "(e: list[int], r: int) -> int", "return find(map(&value_at(_, e), iota(5)), r)",
        lambda e, r: next(value for value in range(5) if _value_at(value, e) == r),
        _equation, subtasks=("value-at",), shown=12,
        edges=(([8, 10, 7, 4, 9], 1), ([8, 1, 5, 10, 9], 3)),
    ),
)  # fmt: skip

"""Reference functions of the elementwise instructions: arithmetic, comparison, logic, bits, characters."""

from __future__ import annotations

import math
from collections.abc import Callable

from vm.reference.forms import Form, wrap
from vm.reference.registry import elementwise
from vm.values import INT_MAX, INT_MIN

WHITE_SPACE = " \t\n\v\f\r"
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)


def wrapped(number: int | float) -> int | float:
    """Returns a float as it is and an int wrapped to 64 bits."""
    return number if isinstance(number, float) else wrap(number)


@elementwise("neg")
def negate(a: Form) -> Form:
    return wrapped(-a)


@elementwise("abs")
def absolute(a: Form) -> Form:
    return wrapped(abs(a))


@elementwise("sign")
def sign(a: Form) -> Form:
    return int(a > 0) - int(a < 0)


@elementwise("square")
def square(a: Form) -> Form:
    return wrapped(a * a)


@elementwise("add")
def add(a: Form, b: Form) -> Form:
    return wrapped(a + b)


@elementwise("sub")
def subtract(a: Form, b: Form) -> Form:
    return wrapped(a - b)


@elementwise("mul")
def multiply(a: Form, b: Form) -> Form:
    return wrapped(a * b)


@elementwise("div")
def divide(a: Form, b: Form) -> Form:
    if b == 0:
        return type(a)(0)
    return a / b if isinstance(a, float) else wrap(a // b)


@elementwise("mod")
def modulo(a: Form, b: Form) -> Form:
    return a if b == 0 else a % b


@elementwise("min")
def smaller(a: Form, b: Form) -> Form:
    return a if a < b else b


@elementwise("max")
def larger(a: Form, b: Form) -> Form:
    return a if a > b else b


@elementwise("pow")
def power(a: Form, b: Form) -> Form:
    return 0 if b < 0 else wrap(pow(a, b, 2**64))


@elementwise("gcd")
def greatest_common_divisor(a: Form, b: Form) -> Form:
    return wrap(math.gcd(a, b))


@elementwise("even")
def even(a: Form) -> Form:
    return a % 2 == 0


@elementwise("odd")
def odd(a: Form) -> Form:
    return a % 2 == 1


def passes_miller_rabin(number: int, witness: int) -> bool:
    """Says whether an odd number above the witness may be prime."""
    twos = ((number - 1) & -(number - 1)).bit_length() - 1
    power_ = pow(witness, (number - 1) >> twos, number)
    return power_ == 1 or any(pow(power_, 2**i, number) == number - 1 for i in range(twos))


@elementwise("prime")
def prime(a: Form) -> Form:
    if a < 2 or any(a % p == 0 for p in PRIMES):
        return a in PRIMES
    return all(passes_miller_rabin(a, p) for p in PRIMES)


@elementwise("to_float")
def to_float(a: Form) -> Form:
    return float(a)


def to_int_with(number: float, rounding: Callable[[float], int]) -> int:
    """Returns the float as an int: NaN gives 0, out of range the nearest int."""
    if math.isnan(number):
        return 0
    if math.isinf(number):
        return INT_MAX if number > 0 else INT_MIN
    return min(max(rounding(number), INT_MIN), INT_MAX)


@elementwise("floor")
def floor(a: Form) -> Form:
    return to_int_with(a, math.floor)


@elementwise("round")
def round_half_even(a: Form) -> Form:
    return to_int_with(a, round)


@elementwise("sqrt")
def square_root(a: Form) -> Form:
    return math.sqrt(a) if a > 0 else 0.0


@elementwise("exp")
def exponential(a: Form) -> Form:
    try:
        return math.exp(a)
    except OverflowError:
        return math.inf


@elementwise("log")
def logarithm(a: Form) -> Form:
    return math.log(a) if a > 0 else 0.0


@elementwise("sin")
def sine(a: Form) -> Form:
    return math.sin(a) if math.isfinite(a) else 0.0


@elementwise("cos")
def cosine(a: Form) -> Form:
    return math.cos(a) if math.isfinite(a) else 0.0


@elementwise("eq")
def equals(a: Form, b: Form) -> Form:
    return a == b


@elementwise("ne")
def differs(a: Form, b: Form) -> Form:
    return a != b


@elementwise("lt")
def less(a: Form, b: Form) -> Form:
    return a < b


@elementwise("le")
def at_most(a: Form, b: Form) -> Form:
    return a <= b


@elementwise("gt")
def greater(a: Form, b: Form) -> Form:
    return a > b


@elementwise("ge")
def at_least(a: Form, b: Form) -> Form:
    return a >= b


@elementwise("not")
def negation(a: Form) -> Form:
    return not a


@elementwise("and")
def conjunction(a: Form, b: Form) -> Form:
    return a and b


@elementwise("or")
def disjunction(a: Form, b: Form) -> Form:
    return a or b


@elementwise("xor")
def exclusive_or(a: Form, b: Form) -> Form:
    return a != b


@elementwise("select")
def select(a: Form, b: Form, c: Form) -> Form:
    return b if a else c


@elementwise("to_int")
def to_int(a: Form) -> Form:
    return int(a)


@elementwise("bit_and")
def bit_and(a: Form, b: Form) -> Form:
    return a & b


@elementwise("bit_or")
def bit_or(a: Form, b: Form) -> Form:
    return a | b


@elementwise("bit_xor")
def bit_xor(a: Form, b: Form) -> Form:
    return a ^ b


@elementwise("bit_not")
def bit_not(a: Form) -> Form:
    return ~a


@elementwise("shl")
def shift_left(a: Form, b: Form) -> Form:
    if b >= 64:
        return 0
    return wrap(a << b) if b >= 0 else a >> min(-b, 63)


@elementwise("shr")
def shift_right(a: Form, b: Form) -> Form:
    return shift_left(a, -b)


@elementwise("popcount")
def popcount(a: Form) -> Form:
    return (a % 2**64).bit_count()


@elementwise("upper")
def upper(a: Form) -> Form:
    return a.upper() if "a" <= a <= "z" else a


@elementwise("lower")
def lower(a: Form) -> Form:
    return a.lower() if "A" <= a <= "Z" else a


@elementwise("is_letter")
def is_letter(a: Form) -> Form:
    return "a" <= a <= "z" or "A" <= a <= "Z"


@elementwise("is_digit")
def is_digit(a: Form) -> Form:
    return "0" <= a <= "9"


@elementwise("is_upper")
def is_upper(a: Form) -> Form:
    return "A" <= a <= "Z"


@elementwise("is_lower")
def is_lower(a: Form) -> Form:
    return "a" <= a <= "z"


@elementwise("is_space")
def is_space(a: Form) -> Form:
    return a in WHITE_SPACE


@elementwise("code")
def code(a: Form) -> Form:
    return ord(a)


@elementwise("char")
def char(a: Form) -> Form:
    clipped = min(max(a, 0), 0x10FFFF)
    return "\N{REPLACEMENT CHARACTER}" if 0xD800 <= clipped <= 0xDFFF else chr(clipped)

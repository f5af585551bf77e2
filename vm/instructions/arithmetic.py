"""Arithmetic on numbers, elementwise: integers wrap at 64 bits, division by zero is 0.

Kernels that may overflow calculate with unsigned words: numba tells LLVM that signed ints never overflow.
"""

import math

import numpy as np

from vm.isa import Family
from vm.jit import kernel
from vm.values import INT_MIN

FAMILY = Family("arithmetic")

FAMILY.row("neg", "Changes the sign.", edge="The smallest int is its own negative.",
           example="neg([1, -2]) = [-1, 2]", lifts=True)  # fmt: skip


@FAMILY.body("neg", "int -> int")
@kernel
def neg(memory, a, out, n):
    for i in range(n):
        memory[out + i] = -memory[a + i]


@FAMILY.body("neg", "float -> float")
@kernel
def neg_float(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = -floats[a + i]


FAMILY.row("abs", "Gives the distance from zero.", edge="The smallest int stays as it is.",
           example="abs([1, -2]) = [1, 2]", lifts=True)  # fmt: skip


@FAMILY.body("abs", "int -> int")
@kernel
def absolute(memory, a, out, n):
    for i in range(n):
        word = memory[a + i]
        memory[out + i] = -word if word < 0 else word


@FAMILY.body("abs", "float -> float")
@kernel
def absolute_float(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = abs(floats[a + i])


FAMILY.row("sign", "Gives -1, 0 or 1 as the number is below, at or above zero.", edge="NaN gives 0.",
           example="sign([7, 0, -3]) = [1, 0, -1]", lifts=True, cost=5)  # fmt: skip


@FAMILY.body("sign", "int -> int")
@kernel
def sign(memory, a, out, n):
    for i in range(n):
        word = memory[a + i]
        memory[out + i] = (1 if word > 0 else 0) - (1 if word < 0 else 0)


@FAMILY.body("sign", "float -> int")
@kernel
def sign_float(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        word = floats[a + i]
        memory[out + i] = (1 if word > 0 else 0) - (1 if word < 0 else 0)


FAMILY.row("square", "Multiplies each number by itself.", edge="Integers wrap at 64 bits.",
           example="square([3, -2]) = [9, 4]", lifts=True)  # fmt: skip


@FAMILY.body("square", "int -> int")
@kernel
def square(memory, a, out, n):
    words = memory.view(np.uint64)
    for i in range(n):
        words[out + i] = words[a + i] * words[a + i]


@FAMILY.body("square", "float -> float")
@kernel
def square_float(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = floats[a + i] * floats[a + i]


FAMILY.row("add", "Adds.", edge="Integers wrap at 64 bits; unequal lengths are cut to the shorter.",
           example="add([1, 2], 3) = [4, 5]", lifts=True, commutative=True, cost=3)  # fmt: skip


@FAMILY.body("add", "int int -> int")
@kernel
def add(memory, a, b, out, n):
    words = memory.view(np.uint64)
    for i in range(n):
        words[out + i] = words[a + i] + words[b + i]


@FAMILY.body("add", "float float -> float")
@kernel
def add_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = floats[a + i] + floats[b + i]


FAMILY.row("sub", "Subtracts the second from the first.",
           edge="Integers wrap at 64 bits; unequal lengths are cut to the shorter.",
           example="sub([5, 2], 3) = [2, -1]", lifts=True, cost=3)  # fmt: skip


@FAMILY.body("sub", "int int -> int")
@kernel
def sub(memory, a, b, out, n):
    words = memory.view(np.uint64)
    for i in range(n):
        words[out + i] = words[a + i] - words[b + i]


@FAMILY.body("sub", "float float -> float")
@kernel
def sub_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = floats[a + i] - floats[b + i]


FAMILY.row("mul", "Multiplies.", edge="Integers wrap at 64 bits; unequal lengths are cut to the shorter.",
           example="mul([2, 3], [4, 5]) = [8, 15]", lifts=True, commutative=True, cost=3)  # fmt: skip


@FAMILY.body("mul", "int int -> int")
@kernel
def mul(memory, a, b, out, n):
    words = memory.view(np.uint64)
    for i in range(n):
        words[out + i] = words[a + i] * words[b + i]


@FAMILY.body("mul", "float float -> float")
@kernel
def mul_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = floats[a + i] * floats[b + i]


@kernel
def floor_divide(left, right):
    """Returns `left // right` rounded down; 0 for a zero divisor; the one overflow wraps."""
    if right == 0:
        return np.int64(0)
    if right == -1:
        return -left
    return left // right


@kernel
def floor_modulo(left, right):
    """Returns the remainder of `floor_divide`, with the divisor's sign; `left` for a zero divisor."""
    if right == 0:
        return left
    if right == -1:
        return np.int64(0)
    return left % right


@kernel
def _are_small(memory, a, b, n):
    """Says whether all words at `a` and `b` have magnitudes below 2**31."""
    spread = np.int64(0)
    for i in range(n):
        left, right = memory[a + i], memory[b + i]
        spread |= (left ^ (left >> 63)) | (right ^ (right >> 63))
    return spread < 2**31


@kernel
def _small_quotient(left, right):
    """Returns `left // right` of small ints, `left` for a zero divisor.

    Floats divide in SIMD, ints do not. It is exact: a quotient that is not whole is at least 1 / |right| off
    the next whole number, and rounding moves it by less than 2**-21 / |right|.
    """
    return math.floor(np.float64(left) / np.float64(right if right != 0 else 1))


FAMILY.row("div", "Divides the first by the second; ints round down.",
           edge="A zero divisor gives 0; the smallest int by -1 wraps; the longer is cut to the shorter.",
           example="div([7, -7], 2) = [3, -4]", lifts=True)  # fmt: skip


@FAMILY.body("div", "int int -> int")
@kernel
def div(memory, a, b, out, n):
    if _are_small(memory, a, b, n):
        for i in range(n):
            quotient = _small_quotient(memory[a + i], memory[b + i])
            memory[out + i] = quotient if memory[b + i] != 0 else 0
        return
    for i in range(n):
        memory[out + i] = floor_divide(memory[a + i], memory[b + i])


@FAMILY.body("div", "float float -> float")
@kernel
def div_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        right = floats[b + i]
        floats[out + i] = 0.0 if right == 0.0 else floats[a + i] / right


FAMILY.row("mod", "Gives the remainder of the division rounded down; it has the divisor's sign.",
           edge="A zero divisor gives the first operand; unequal lengths are cut to the shorter.",
           example="mod([7, -7], 3) = [1, 2]", lifts=True)  # fmt: skip


@FAMILY.body("mod", "int int -> int")
@kernel
def mod(memory, a, b, out, n):
    if _are_small(memory, a, b, n):
        for i in range(n):
            left, right = memory[a + i], memory[b + i]
            memory[out + i] = left - right * _small_quotient(left, right)
        return
    for i in range(n):
        memory[out + i] = floor_modulo(memory[a + i], memory[b + i])


FAMILY.row("min", "Gives the smaller of two.",
           edge="If one is NaN the second is given; unequal lengths are cut to the shorter.",
           example="min([1, 5], 3) = [1, 3]", lifts=True, commutative=True)  # fmt: skip


@FAMILY.body("min", "int int -> int")
@kernel
def minimum(memory, a, b, out, n):
    for i in range(n):
        left, right = memory[a + i], memory[b + i]
        memory[out + i] = left if left < right else right


@FAMILY.body("min", "float float -> float")
@kernel
def minimum_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        left, right = floats[a + i], floats[b + i]
        floats[out + i] = left if left < right else right


FAMILY.row("max", "Gives the larger of two.",
           edge="If one is NaN the second is given; unequal lengths are cut to the shorter.",
           example="max([1, 5], 3) = [3, 5]", lifts=True, commutative=True)  # fmt: skip


@FAMILY.body("max", "int int -> int")
@kernel
def maximum(memory, a, b, out, n):
    for i in range(n):
        left, right = memory[a + i], memory[b + i]
        memory[out + i] = left if left > right else right


@FAMILY.body("max", "float float -> float")
@kernel
def maximum_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        left, right = floats[a + i], floats[b + i]
        floats[out + i] = left if left > right else right


FAMILY.row("pow", "Raises the first to the power of the second.",
           edge="Integers wrap; a negative exponent of ints gives 0; unequal lengths are cut to the shorter.",
           example="pow(2, [0, 3, 10]) = [1, 8, 1024]", lifts=True, cost=6)  # fmt: skip


@FAMILY.body("pow", "int int -> int")
@kernel
def power(memory, a, b, out, n):
    words = memory.view(np.uint64)
    for i in range(n):
        base, exponent = words[a + i], memory[b + i]
        result = np.uint64(0 if exponent < 0 else 1)
        while exponent > 0:
            if exponent & 1:
                result *= base
            base *= base
            exponent >>= 1
        words[out + i] = result


FAMILY.row("gcd", "Gives the greatest common divisor, never negative.",
           edge="gcd(0, 0) is 0; the smallest int with 0 or itself wraps; the longer is cut to the shorter.",
           example="gcd(12, [18, 5]) = [6, 1]", lifts=True, commutative=True, cost=6)  # fmt: skip


@FAMILY.body("gcd", "int int -> int")
@kernel
def greatest_common_divisor(memory, a, b, out, n):
    for i in range(n):
        left, right = memory[a + i], memory[b + i]
        while right != 0:
            left, right = right, floor_modulo(left, right)
        memory[out + i] = -left if left < 0 else left


FAMILY.row("even", "Says whether an int is even.", edge="Zero and negative even ints are even.",
           example="even([1, 2]) = [false, true]", lifts=True, cost=3)  # fmt: skip


@FAMILY.body("even", "int -> bool")
@kernel
def even(memory, a, out, n):
    for i in range(n):
        memory[out + i] = (memory[a + i] & 1) ^ 1


FAMILY.row("odd", "Says whether an int is odd.", edge="Negative odd ints are odd.",
           example="odd([1, 2]) = [true, false]", lifts=True, cost=3)  # fmt: skip


@FAMILY.body("odd", "int -> bool")
@kernel
def odd(memory, a, out, n):
    for i in range(n):
        memory[out + i] = memory[a + i] & 1


@kernel
def _multiply_modulo(left, right, modulus):
    """Returns `left * right % modulus` for 0 <= left, right < modulus < 2^63, by doubling: no overflow."""
    if modulus < 3037000499:
        return left * right % modulus
    result = np.int64(0)
    while right > 0:
        if right & 1:
            result = result - (modulus - left) if result >= modulus - left else result + left
        left = left - (modulus - left) if left >= modulus - left else left + left
        right >>= 1
    return result


@kernel
def is_prime_number(number):
    """Says whether `number` is prime, exactly for all 64-bit ints.

    Source: Miller-Rabin with the first twelve primes as witnesses, deterministic below 3.3e24
    (Sorenson, Webster 2015).
    """
    if number < 2:
        return False
    for prime in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if number % prime == 0:
            return number == prime
    if number < 1369:
        return True
    odd_part, twos = number - 1, 0
    while odd_part & 1 == 0:
        odd_part >>= 1
        twos += 1
    for prime in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        power_, base, exponent = np.int64(1), np.int64(prime), odd_part
        while exponent > 0:
            if exponent & 1:
                power_ = _multiply_modulo(power_, base, number)
            base = _multiply_modulo(base, base, number)
            exponent >>= 1
        if power_ == 1 or power_ == number - 1:
            continue
        composite = True
        for _ in range(twos - 1):
            power_ = _multiply_modulo(power_, power_, number)
            if power_ == number - 1:
                composite = False
                break
        if composite:
            return False
    return True


FAMILY.row("prime", "Says whether an int is a prime number.", edge="Ints below 2 are not prime.",
           example="prime([1, 2, 9, 11]) = [false, true, false, true]", lifts=True, cost=6)  # fmt: skip


@FAMILY.body("prime", "int -> bool")
@kernel
def prime(memory, a, out, n):
    for i in range(n):
        memory[out + i] = 1 if is_prime_number(memory[a + i]) else 0


FAMILY.row("to_float", "Turns ints into floats.", edge="Ints beyond 2^53 round to the nearest float.",
           example="to_float(3) = 3.0", lifts=True)  # fmt: skip


@FAMILY.body("to_float", "int -> float")
@kernel
def to_float(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = np.float64(memory[a + i])


@kernel
def float_to_int(number):
    """Returns a whole float as an int: NaN gives 0, out of range the nearest int."""
    if number != number:
        return np.int64(0)
    if number >= 9223372036854775808.0:
        return np.int64(9223372036854775807)
    if number <= -9223372036854775808.0:
        return np.int64(INT_MIN)
    return np.int64(number)


FAMILY.row("floor", "Rounds floats down to ints.", edge="NaN gives 0; beyond 64 bits the nearest int.",
           example="floor(2.7) = 2", lifts=True)  # fmt: skip


@FAMILY.body("floor", "float -> int")
@kernel
def floor(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        memory[out + i] = float_to_int(np.floor(floats[a + i]))


FAMILY.row("round", "Rounds floats to the nearest int, halves to the even one.",
           edge="NaN gives 0; beyond 64 bits the nearest int.",
           example="round([2.5, 3.5]) = [2, 4]", lifts=True)  # fmt: skip


@FAMILY.body("round", "float -> int")
@kernel
def round_(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        memory[out + i] = float_to_int(np.rint(floats[a + i]))


FAMILY.row("sqrt", "Gives the square root.", edge="A negative number gives 0.",
           example="sqrt(9.0) = 3.0", lifts=True, cost=5)  # fmt: skip


@FAMILY.body("sqrt", "float -> float")
@kernel
def square_root(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = math.sqrt(floats[a + i]) if floats[a + i] > 0 else 0.0


FAMILY.row("exp", "Gives e to the power of the number.", edge="Overflow gives infinity.",
           example="exp(0.0) = 1.0", lifts=True, cost=5)  # fmt: skip


@FAMILY.body("exp", "float -> float")
@kernel
def exponential(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = math.exp(floats[a + i])


FAMILY.row("log", "Gives the natural logarithm.", edge="A number that is not above 0 gives 0.",
           example="log(1.0) = 0.0", lifts=True, cost=5)  # fmt: skip


@FAMILY.body("log", "float -> float")
@kernel
def logarithm(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = math.log(floats[a + i]) if floats[a + i] > 0 else 0.0


FAMILY.row("sin", "Gives the sine of an angle in radians.", edge="An infinite angle or NaN gives 0.",
           example="sin(0.0) = 0.0", lifts=True, cost=5)  # fmt: skip


@FAMILY.body("sin", "float -> float")
@kernel
def sine(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = math.sin(floats[a + i]) if math.isfinite(floats[a + i]) else 0.0


FAMILY.row("cos", "Gives the cosine of an angle in radians.", edge="An infinite angle or NaN gives 0.",
           example="cos(0.0) = 1.0", lifts=True, cost=5)  # fmt: skip


@FAMILY.body("cos", "float -> float")
@kernel
def cosine(memory, a, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        floats[out + i] = math.cos(floats[a + i]) if math.isfinite(floats[a + i]) else 0.0

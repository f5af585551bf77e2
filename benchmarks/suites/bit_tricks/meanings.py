"""Says in plain Python what each bit trick computes, bit by bit and not by the trick.

Every function takes the width first and gives a word, that is an int from 0 to 2**width - 1.
"""

from __future__ import annotations


def signed(width: int, word: int) -> int:
    """Returns the signed meaning of a word."""
    return word - (1 << width) if word >> (width - 1) else word


def bits(width: int, word: int) -> list[int]:
    """Returns the bits of a word, the lowest first."""
    return [word >> index & 1 for index in range(width)]


def lowest(width: int, word: int, bit: int) -> int:
    """Returns the index of the lowest bit of this value; the width if there is none."""
    return [*bits(width, word), bit].index(bit)


def _cut(width: int, value: int) -> int:
    return value & ones(width)


def ones(length: int) -> int:
    """Returns so many 1-bits."""
    return sum(1 << index for index in range(length))


def clear_lowest_one(width: int, x: int) -> int:
    """P1."""
    return x ^ keep_lowest_one(width, x)


def clear_trailing_ones(width: int, x: int) -> int:
    """P2: 0 if and only if the word is of the form 2**n - 1."""
    index = lowest(width, x, 0)
    return x >> index << index


def keep_lowest_one(width: int, x: int) -> int:
    """P3."""
    return _cut(width, 1 << lowest(width, x, 1))


def mask_to_lowest_one(width: int, x: int) -> int:
    """P4: ones up to and with the lowest one; everywhere if there is none."""
    return _cut(width, ones(lowest(width, x, 1) + 1))


def spread_lowest_one(width: int, x: int) -> int:
    """P5: also ones below the lowest one; everywhere if there is none."""
    return x | (ones(lowest(width, x, 1)))


def set_lowest_zero(width: int, x: int) -> int:
    """P6."""
    return _cut(width, x | 1 << lowest(width, x, 0))


def keep_lowest_zero(width: int, x: int) -> int:
    """P7: a one where the lowest zero is."""
    return _cut(width, 1 << lowest(width, x, 0))


def mask_trailing_zeros(width: int, x: int) -> int:
    """P8."""
    return ones(lowest(width, x, 1))


def absolute(width: int, x: int) -> int:
    """P9: of the least word it is that word."""
    return abs(signed(width, x))


def same_length(width: int, x: int, y: int) -> int:
    """P10: as many leading zeros."""
    return int(x.bit_length() == y.bit_length())


def longer(width: int, x: int, y: int) -> int:
    """P11: fewer leading zeros."""
    return int(x.bit_length() > y.bit_length())


def not_shorter(width: int, x: int, y: int) -> int:
    """P12: not more leading zeros."""
    return int(x.bit_length() >= y.bit_length())


def sign(width: int, x: int) -> int:
    """P13."""
    value = signed(width, x)
    return _cut(width, (value > 0) - (value < 0))


def floor_average(width: int, x: int, y: int) -> int:
    """P14."""
    return (x + y) // 2


def ceiling_average(width: int, x: int, y: int) -> int:
    """P15."""
    return (x + y + 1) // 2


def larger(width: int, x: int, y: int) -> int:
    """P16."""
    return x if signed(width, x) >= signed(width, y) else y


def clear_lowest_run(width: int, x: int) -> int:
    """P17."""
    index = lowest(width, x, 1)
    while x >> index & 1:
        x -= 1 << index
        index += 1
    return x


def is_power_of_two(width: int, x: int) -> int:
    """P18."""
    return int(sum(bits(width, x)) == 1)


def exchange_fields(width: int, x: int, m: int, k: int) -> int:
    """P19: exchanges each bit that the mask selects with the one k places higher.

    Where fields overlap or leave the word, each of the two places takes in the difference of the bits.
    """
    old = bits(width, x)
    new = list(old)
    for index in range(width):
        above = old[index + k] if index + k < width else 0
        if m >> index & 1 and above != old[index]:
            new[index] ^= 1
            if index + k < width:
                new[index + k] ^= 1
    return sum(bit << index for index, bit in enumerate(new))


def next_with_as_many_ones(width: int, x: int) -> int:
    """P20: the highest words of their number of ones go to the lowest with two ones less, 0 to all ones."""
    if x == 0:
        return ones(width)
    new = bits(width, x)
    first = lowest(width, x, 1)
    zero = first
    while zero < width and new[zero]:
        zero += 1
    length = zero - first
    if zero == width:
        return ones(length - 2)
    new[zero] = 1
    new[:zero] = [int(index < length - 1) for index in range(zero)]
    return sum(bit << index for index, bit in enumerate(new))


def cycle(width: int, x: int, a: int, b: int, c: int) -> int:
    """P21."""
    if x == a:
        return b
    return a if x == c else c


def parity(width: int, x: int) -> int:
    """P22."""
    return sum(bits(width, x)) % 2


def count_ones(width: int, x: int) -> int:
    """P23."""
    return sum(bits(width, x))


def round_up_to_power_of_two(width: int, x: int) -> int:
    """P24: 0 for 0, and 0 where the power does not fit."""
    if x == 0:
        return 0
    power = 1
    while power < x:
        power *= 2
    return _cut(width, power)


def high_half_of_product(width: int, x: int, y: int) -> int:
    """P25."""
    return x * y >> width

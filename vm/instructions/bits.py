"""Bits of 64-bit ints, elementwise, in two's complement."""

import numpy as np

from vm.isa import Family
from vm.jit import kernel

FAMILY = Family("bits")


FAMILY.row("bit_and", "Keeps the bits set in both.", edge="Unequal lengths are cut to the shorter.",
           example="bit_and(12, 10) = 8", lifts=True, commutative=True, cost=6)  # fmt: skip


@FAMILY.body("bit_and", "int int -> int")
@kernel
def bit_and(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = memory[a + i] & memory[b + i]


FAMILY.row("bit_or", "Sets the bits set in either.", edge="Unequal lengths are cut to the shorter.",
           example="bit_or(12, 10) = 14", lifts=True, commutative=True, cost=6)  # fmt: skip


@FAMILY.body("bit_or", "int int -> int")
@kernel
def bit_or(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = memory[a + i] | memory[b + i]


FAMILY.row("bit_xor", "Sets the bits set in exactly one.", edge="Unequal lengths are cut to the shorter.",
           example="bit_xor(12, 10) = 6", lifts=True, commutative=True, cost=6)  # fmt: skip


@FAMILY.body("bit_xor", "int int -> int")
@kernel
def bit_xor(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = memory[a + i] ^ memory[b + i]


FAMILY.row("bit_not", "Flips every bit.", edge="Keeps the shape.", example="bit_not(0) = -1",
           lifts=True, cost=6)  # fmt: skip


@FAMILY.body("bit_not", "int -> int")
@kernel
def bit_not(memory, a, out, n):
    for i in range(n):
        memory[out + i] = ~memory[a + i]


@kernel
def shift_bits(word, count):
    """Returns `word` shifted left by `count` bits, or right by `-count`, keeping the sign; always defined."""
    if count >= 64:
        return np.int64(0)
    if count >= 0:
        return word << count
    return word >> min(-count, 63) if count > -64 else word >> 63


FAMILY.row("shl", "Shifts bits to the left by the second operand.",
           edge="A negative count shifts right, keeping the sign; "
                "counts of 64 and more give 0 (or the sign).",
           example="shl(3, 4) = 48", lifts=True, cost=6)  # fmt: skip


@FAMILY.body("shl", "int int -> int")
@kernel
def shift_left(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = shift_bits(memory[a + i], memory[b + i])


FAMILY.row("shr", "Shifts bits to the right by the second operand, keeping the sign.",
           edge="A negative count shifts left; counts of 64 and more give 0 or -1, the sign.",
           example="shr(-48, 4) = -3", lifts=True, cost=6)  # fmt: skip


@FAMILY.body("shr", "int int -> int")
@kernel
def shift_right(memory, a, b, out, n):
    for i in range(n):
        count = memory[b + i]
        memory[out + i] = shift_bits(memory[a + i], -count) if count > -64 else np.int64(0)


FAMILY.row("popcount", "Counts the bits that are set.", edge="-1 has 64 of them.",
           example="popcount([0, 7, -1]) = [0, 3, 64]", lifts=True, cost=6)  # fmt: skip


@FAMILY.body("popcount", "int -> int")
@kernel
def popcount(memory, a, out, n):
    for i in range(n):
        word, count = np.uint64(memory[a + i]), np.int64(0)
        while word != np.uint64(0):
            word &= word - np.uint64(1)
            count += 1
        memory[out + i] = count

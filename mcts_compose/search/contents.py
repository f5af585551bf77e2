"""Contents as the pool holds them: a header with the cheapest derivation, and packed words behind it.

A *contents* is a pointer's values on all examples. Words are stored in 1, 2, 4 or 8 bytes each, whichever
holds them all, so that comparing touches little memory. Interning is bank.py.
"""

import numpy as np

from mcts_compose.search.layout import (
    EXAMPLES,
    HEADER,
    INHERITED,
    INPUT_BITS,
    KEYS,
)
from vm.jit import inlined, kernel


@kernel
def kind_of(pool, contents):
    """Returns the kind of a contents."""
    return pool[np.uint64(contents)] & 0xFF


@kernel
def shape_of(pool, contents):
    """Returns the shape address of a contents."""
    return pool[np.uint64(contents)] >> 32


@kernel
def flags_of(pool, contents):
    """Returns the flags of a contents."""
    return (pool[np.uint64(contents)] >> 16) & 0xFF


@kernel
def inputs_of(pool, contents):
    """Returns a bit for each of the task's inputs that the cheapest known derivation reads."""
    return (pool[np.uint64(contents)] >> INPUT_BITS) & 0xFF


@kernel
def set_inputs(pool, contents, bits):
    """Writes which inputs the derivation of a contents reads."""
    pool[np.uint64(contents)] = (pool[np.uint64(contents)] & ~(0xFF << INPUT_BITS)) | (bits << INPUT_BITS)


@kernel
def set_flag(pool, contents, flag):
    """Sets one flag of a contents."""
    pool[np.uint64(contents)] |= flag << 16


@kernel
def clear_flag(pool, contents, flag):
    """Clears one flag of a contents."""
    pool[np.uint64(contents)] &= ~(flag << 16)


@kernel
def cost_of(pool, contents):
    """Returns the cost of the cheapest known derivation."""
    return pool[np.uint64(contents + 1)] >> 32


@kernel
def digest(memory, address, words):
    """Returns (hash, spread) of words: a sum of products, and the OR of their magnitudes' bits.

    Each word's low half, mixed with a key's, times its high half, mixed with the key's: one 32-bit product a
    word, which SIMD has, and floats count with both halves. Source: the accumulation of XXH3 (Collet 2019).
    """
    keys = np.uint64(memory[KEYS])
    low = np.uint64(0xFFFFFFFF)
    mixed = np.uint64(0)
    spread = np.int64(0)
    for i in range(np.uint64(words)):
        word = memory[np.uint64(address) + i]
        salted = np.uint64(word ^ memory[keys + i])
        mixed += (salted & low) * (salted >> np.uint64(32))
        spread |= word ^ (word >> 63)
    return mixed, spread


@kernel
def finish_hash(mixed, shape, kind):
    """Returns the contents hash from the sum over its words, its shape and its kind."""
    mixed += np.uint64(shape) * np.uint64(0x9E3779B97F4A7C15)
    mixed += np.uint64(kind) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    return mixed ^ (mixed >> np.uint64(29))


@kernel
def width_for(spread, kind):
    """Returns log2 of the bytes each word needs; floats always take 8."""
    if spread < 128 and not 3 <= kind <= 5:
        return 0
    if spread < 32768 and not 3 <= kind <= 5:
        return 1
    return 2 if spread < 2147483648 and not 3 <= kind <= 5 else 3


@kernel
def packed_size(words, width):
    """Returns how many pool words the packed words take."""
    return ((words << width) + 7) >> 3


@inlined
def unpack_here(memory, pool, bytes_, halves, ints, contents, target):
    """Does what `unpack` does, as part of the caller's code."""
    header = pool[np.uint64(contents)]
    words = memory[np.uint64((header >> 32) + memory[EXAMPLES])]
    width = (header >> 8) & 0xFF
    base = np.uint64(contents + HEADER)
    to = np.uint64(target)
    # Whole blocks of 8 words: the loops then have no remainder, which for a few words is most of them.
    count = np.uint64((words + 7) & ~7)
    if width == 0:
        base *= np.uint64(8)
        for i in range(count):
            memory[to + i] = bytes_[base + i]
    elif width == 1:
        base *= np.uint64(4)
        for i in range(count):
            memory[to + i] = halves[base + i]
    elif width == 2:
        base *= np.uint64(2)
        for i in range(count):
            memory[to + i] = ints[base + i]
    else:
        for i in range(np.uint64(words)):
            memory[to + i] = pool[base + i]


@kernel
def unpack(memory, pool, bytes_, halves, ints, contents, target):
    """Writes the words of a contents at `target`, and anything behind them up to a multiple of 8 words."""
    unpack_here(memory, pool, bytes_, halves, ints, contents, target)


@inlined
def pack(memory, pool, bytes_, halves, ints, source, words, width, contents):
    """Writes words at `source` behind the header of a contents, in `1 << width` bytes each."""
    count = np.uint64(words)
    base = np.uint64(contents + HEADER)
    begin = np.uint64(source)
    if width == 0:
        base *= np.uint64(8)
        for i in range(count):
            bytes_[base + i] = np.int8(memory[begin + i])
    elif width == 1:
        base *= np.uint64(4)
        for i in range(count):
            halves[base + i] = np.int16(memory[begin + i])
    elif width == 2:
        base *= np.uint64(2)
        for i in range(count):
            ints[base + i] = np.int32(memory[begin + i])
    else:
        for i in range(count):
            pool[base + i] = memory[begin + i]


@inlined
def holds(memory, pool, bytes_, halves, ints, contents, source, words):
    """Says whether the words of a contents equal those at `source`."""
    width = (pool[np.uint64(contents)] >> 8) & 0xFF
    count = np.uint64(words)
    base = np.uint64(contents + HEADER)
    begin = np.uint64(source)
    differ = np.int64(0)
    if width == 0:
        base *= np.uint64(8)
        for i in range(count):
            differ |= memory[begin + i] ^ bytes_[base + i]
    elif width == 1:
        base *= np.uint64(4)
        for i in range(count):
            differ |= memory[begin + i] ^ halves[base + i]
    elif width == 2:
        base *= np.uint64(2)
        for i in range(count):
            differ |= memory[begin + i] ^ ints[base + i]
    else:
        for i in range(count):
            differ |= memory[begin + i] ^ pool[base + i]
    return differ == 0


@kernel
def write_derivation(pool, contents, cost, action, a, b, c):
    """Writes the cheapest derivation; operands are ids, 0 where unused."""
    at = np.uint64(contents)
    pool[at + np.uint64(1)] = (cost << 32) | (action & 0xFFFFFFFF)
    pool[at + np.uint64(2)] = (a << 32) | b
    pool[at + np.uint64(3)] = (c << 32) | (pool[at + np.uint64(3)] & 0xFFFFFFFF)
    # Operand 0 is no contents and reads nothing; what an input itself reads is written by whoever makes it.
    inherited = (pool[np.uint64(a)] | pool[np.uint64(b)] | pool[np.uint64(c)]) & INHERITED
    pool[at] = (pool[at] & ~INHERITED) | inherited

"""Comparison, logic and choice, elementwise; a mask is a list of bools."""

import numpy as np

from vm.isa import Family
from vm.jit import kernel

FAMILY = Family("logic")


FAMILY.row("eq", "Says where two are equal.",
           edge="Unequal lengths are cut to the shorter; NaN differs from everything.",
           example="eq([1, 2], 2) = [false, true]", lifts=True,
           cost=3, searched=True, commutative=True)  # fmt: skip


@FAMILY.body("eq", "W W -> bool")
@kernel
def equals(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = 1 if memory[a + i] == memory[b + i] else 0


@FAMILY.body("eq", "float float -> bool")
@kernel
def equals_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        memory[out + i] = 1 if floats[a + i] == floats[b + i] else 0


FAMILY.row("ne", "Says where two differ.",
           edge="Unequal lengths are cut to the shorter; NaN differs from everything.",
           example="ne([1, 2], 2) = [true, false]", lifts=True,
           cost=4, searched=True, commutative=True)  # fmt: skip


@FAMILY.body("ne", "W W -> bool")
@kernel
def differs(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = 1 if memory[a + i] != memory[b + i] else 0


@FAMILY.body("ne", "float float -> bool")
@kernel
def differs_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        memory[out + i] = 1 if floats[a + i] != floats[b + i] else 0


FAMILY.row("lt", "Says where the first is below the second.",
           edge="Unequal lengths are cut to the shorter; NaN compares false.",
           example="lt([1, 2], 2) = [true, false]", lifts=True,
           cost=3, searched=True, commutative=False)  # fmt: skip


@FAMILY.body("lt", "W W -> bool")
@kernel
def less(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = 1 if memory[a + i] < memory[b + i] else 0


@FAMILY.body("lt", "float float -> bool")
@kernel
def less_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        memory[out + i] = 1 if floats[a + i] < floats[b + i] else 0


FAMILY.row("le", "Says where the first is at most the second.",
           edge="Unequal lengths are cut to the shorter; NaN compares false.",
           example="le([1, 3], 2) = [true, false]", lifts=True,
           cost=4, searched=True, commutative=False)  # fmt: skip


@FAMILY.body("le", "W W -> bool")
@kernel
def at_most(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = 1 if memory[a + i] <= memory[b + i] else 0


@FAMILY.body("le", "float float -> bool")
@kernel
def at_most_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        memory[out + i] = 1 if floats[a + i] <= floats[b + i] else 0


FAMILY.row("gt", "Says where the first is above the second.",
           edge="Unequal lengths are cut to the shorter; NaN compares false.",
           example="gt([1, 3], 2) = [false, true]", lifts=True,
           cost=4, searched=False, commutative=False)  # fmt: skip


@FAMILY.body("gt", "W W -> bool")
@kernel
def greater(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = 1 if memory[a + i] > memory[b + i] else 0


@FAMILY.body("gt", "float float -> bool")
@kernel
def greater_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        memory[out + i] = 1 if floats[a + i] > floats[b + i] else 0


FAMILY.row("ge", "Says where the first is at least the second.",
           edge="Unequal lengths are cut to the shorter; NaN compares false.",
           example="ge([1, 3], 2) = [false, true]", lifts=True,
           cost=4, searched=False, commutative=False)  # fmt: skip


@FAMILY.body("ge", "W W -> bool")
@kernel
def at_least(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = 1 if memory[a + i] >= memory[b + i] else 0


@FAMILY.body("ge", "float float -> bool")
@kernel
def at_least_float(memory, a, b, out, n):
    floats = memory.view(np.float64)
    for i in range(n):
        memory[out + i] = 1 if floats[a + i] >= floats[b + i] else 0


FAMILY.row("not", "Turns true into false and false into true.", edge="Keeps the shape.",
           example="not([true, false]) = [false, true]", lifts=True, cost=3)  # fmt: skip


@FAMILY.body("not", "bool -> bool")
@kernel
def negation(memory, a, out, n):
    for i in range(n):
        memory[out + i] = memory[a + i] ^ 1


FAMILY.row("and", "Says where both are true.", edge="Unequal lengths are cut to the shorter.",
           example="and([true, false], true) = [true, false]", lifts=True, commutative=True)  # fmt: skip


@FAMILY.body("and", "bool bool -> bool")
@kernel
def conjunction(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = memory[a + i] & memory[b + i]


FAMILY.row("or", "Says where at least one is true.", edge="Unequal lengths are cut to the shorter.",
           example="or([true, false], false) = [true, false]", lifts=True, commutative=True)  # fmt: skip


@FAMILY.body("or", "bool bool -> bool")
@kernel
def disjunction(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = memory[a + i] | memory[b + i]


FAMILY.row("xor", "Says where exactly one is true.", edge="Unequal lengths are cut to the shorter.",
           example="xor([true, false], true) = [false, true]", lifts=True, commutative=True)  # fmt: skip


@FAMILY.body("xor", "bool bool -> bool")
@kernel
def exclusive_or(memory, a, b, out, n):
    for i in range(n):
        memory[out + i] = memory[a + i] ^ memory[b + i]


FAMILY.row("select", "Takes from the second where the mask is true, from the third elsewhere.",
           edge="Unequal lengths are cut to the shortest.",
           example="select([true, false], [1, 2], [3, 4]) = [1, 4]", lifts=True, cost=4)  # fmt: skip


@FAMILY.body("select", "bool T T -> T")
@kernel
def select(memory, a, b, c, out, n):
    for i in range(n):
        memory[out + i] = memory[b + i] if memory[a + i] != 0 else memory[c + i]


FAMILY.row("to_int", "Turns true into 1 and false into 0.", edge="Keeps the shape.",
           example="to_int([true, false]) = [1, 0]", lifts=True, cost=4)  # fmt: skip


@FAMILY.body("to_int", "bool -> int")
@kernel
def to_int(memory, a, out, n):
    for i in range(n):
        memory[out + i] = memory[a + i]

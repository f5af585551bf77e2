"""Improvement: a walk over circuits that are right, by replacing one gate at a time.

A step takes a gate and what is seen of it. If another node will do, it takes the gate's place, and the
circuit shrinks. Else some other gate of the same cost will do for it, one of all that fit being drawn:
nothing is lost, and if it frees the only reader of another gate, something is won. Now and then a step makes
a new gate for one operand of a gate, so that the circuit may grow by no more than `slack` above the best.
Source: resubstitution (Mishchenko et al. 2011, "Scalable don't-care-based logic optimization and
resynthesis"), here at random.
"""

from typing import NamedTuple

import numpy as np

from mcts_compose.search.circuits.basis import INVERT_FIRST, INVERT_LAST, INVERT_SECOND, NOT, XOR
from mcts_compose.search.circuits.net import (
    BEST,
    EXECUTIONS,
    HAS_FREE_NOT,
    NUM_GATES,
    NUM_GOALS,
    NUM_SOURCES,
    NUM_WORDS,
    ZERO,
    find_care,
    reorder,
    take_order,
)
from vm.jit import inlined, kernel

MAX_DIVISORS = 96
"""Nodes that a step looks at as operands; of larger circuits a random choice. Untuned."""
GROW_CHANCE = 8
"""One step of so many makes a new gate. Untuned."""

# What a draw found.
NUM_FOUND, FOUND_FORM, FOUND_FIRST, FOUND_SECOND = 0, 1, 2, 3


class Draw(NamedTuple):
    """What a step works with.

    Attributes:
      random: uint64 [1], state of the generator.
      divisors: int64 [MAX_DIVISORS], nodes that may be read.
      target: uint64 [num_words], the function wanted.
      care: uint64 [num_words], where it matters.
      literals: int64 [2 * MAX_DIVISORS], node * 2 + 1 if inverted.
      heads: uint64 [2 * MAX_DIVISORS], first word of each literal where the target is 0 and matters.
      found: int64 [4], named above.
    """

    random: np.ndarray
    divisors: np.ndarray
    target: np.ndarray
    care: np.ndarray
    literals: np.ndarray
    heads: np.ndarray
    found: np.ndarray


@inlined
def draw_below(draw, bound):
    """Returns a random number below `bound`; source: xorshift64* (Vigna 2016)."""
    state = draw.random[0]
    state ^= state >> np.uint64(12)
    state ^= state << np.uint64(25)
    state ^= state >> np.uint64(27)
    draw.random[0] = state
    high = (state * np.uint64(2685821657736338717)) >> np.uint64(33)
    return np.int64(high) % bound


@inlined
def offer(draw, form, first, second):
    """Keeps one of all gates offered, each with equal chance."""
    found = draw.found
    found[NUM_FOUND] += 1
    if draw_below(draw, found[NUM_FOUND]) == 0:
        found[FOUND_FORM], found[FOUND_FIRST], found[FOUND_SECOND] = form, first, second


@kernel
def choose_divisors(net, draw):
    """Writes the nodes outside the cone, or some of them, to `divisors`; returns how many."""
    size = net.registers[NUM_SOURCES] + net.registers[NUM_GATES]
    count = 0
    if size <= MAX_DIVISORS:
        for node in range(size):
            if net.cone[node] == 0:
                draw.divisors[count] = node
                count += 1
        return count
    start, stride = draw_below(draw, size), 1 + draw_below(draw, size // MAX_DIVISORS + 1)
    for index in range(min(MAX_DIVISORS, size // stride)):
        node = (start + index * stride) % size
        if net.cone[node] == 0:
            draw.divisors[count] = node
            count += 1
    return count


@kernel
def fits(net, draw, node, invert):
    """Says whether a node, or its complement, is the target where it matters."""
    for word in range(net.registers[NUM_WORDS]):
        off = (net.values[node, word] ^ draw.target[word]) & draw.care[word]
        if off != (draw.care[word] if invert else ZERO):
            return False
    return True


@kernel
def offer_nodes(net, draw, besides):
    """Offers the nodes outside the cone that fit by themselves, as XOR forms that say whether inverted."""
    for node in range(net.registers[NUM_SOURCES] + net.registers[NUM_GATES]):
        if net.cone[node] != 0 or node == besides:
            continue
        if fits(net, draw, node, False):
            offer(draw, XOR, node, node)
        elif net.registers[HAS_FREE_NOT] != 0 and fits(net, draw, node, True):
            offer(draw, XOR | INVERT_LAST, node, node)


@kernel
def covers(net, draw, node, invert, last):
    """Says whether a literal is 1 wherever the target, inverted if `last`, is 1 and matters."""
    for word in range(net.registers[NUM_WORDS]):
        value = ~net.values[node, word] if invert else net.values[node, word]
        target = ~draw.target[word] if last else draw.target[word]
        if target & draw.care[word] & ~value != ZERO:
            return False
    return True


@kernel
def are_apart(net, draw, one, other, last):
    """Says whether two literals are nowhere both 1 where the target, inverted if `last`, is 0 and matters."""
    for word in range(net.registers[NUM_WORDS]):
        left = ~net.values[one >> 1, word] if one & 1 else net.values[one >> 1, word]
        right = ~net.values[other >> 1, word] if other & 1 else net.values[other >> 1, word]
        target = ~draw.target[word] if last else draw.target[word]
        if left & right & ~target & draw.care[word] != ZERO:
            return False
    return True


@kernel
def list_literals(net, draw, num_divisors, last):
    """Writes the literals that cover the target, inverted if `last`; returns how many."""
    count = 0
    off = draw.care[0] & (draw.target[0] if last else ~draw.target[0])
    for index in range(num_divisors):
        node = draw.divisors[index]
        for invert in range(2):
            if covers(net, draw, node, invert, last):
                value = ~net.values[node, 0] if invert else net.values[node, 0]
                draw.literals[count] = node * 2 + invert
                draw.heads[count] = value & off
                count += 1
    return count


@kernel
def offer_ands(net, draw, num_divisors, last):
    """Offers all gates of the and kind whose result is inverted if `last`."""
    allowed, heads, literals = net.allowed, draw.heads, draw.literals
    count = list_literals(net, draw, num_divisors, last)
    for at in range(count):
        head, one = heads[at], literals[at]
        for before in range(at):
            if head & heads[before] != ZERO:
                continue
            other = literals[before]
            form = (one & 1) * INVERT_FIRST + (other & 1) * INVERT_SECOND + last * INVERT_LAST
            if allowed[form] and one >> 1 != other >> 1 and are_apart(net, draw, one, other, last):
                offer(draw, form, one >> 1, other >> 1)
    net.registers[EXECUTIONS] += count * count // 2 + num_divisors


@kernel
def is_sum(net, draw, one, other, invert):
    """Says whether the exclusive or of two nodes, inverted or not, is the target where it matters."""
    for word in range(net.registers[NUM_WORDS]):
        off = (net.values[one, word] ^ net.values[other, word] ^ draw.target[word]) & draw.care[word]
        if off != (draw.care[word] if invert else ZERO):
            return False
    return True


@kernel
def offer_sums(net, draw, num_divisors):
    """Offers all gates of the exclusive-or kind."""
    target, care, values = draw.target[0], draw.care[0], net.values
    for at in range(num_divisors):
        one = draw.divisors[at]
        rest = values[one, 0] ^ target
        for before in range(at):
            other = draw.divisors[before]
            off = (rest ^ values[other, 0]) & care
            if off == ZERO and net.allowed[XOR] and is_sum(net, draw, one, other, 0):
                offer(draw, XOR, one, other)
            if off == care and net.allowed[XOR | INVERT_LAST] and is_sum(net, draw, one, other, 1):
                offer(draw, XOR | INVERT_LAST, one, other)
    net.registers[EXECUTIONS] += num_divisors * num_divisors // 2


@kernel
def offer_gates(net, draw):
    """Offers all gates on the divisors that are the target where it matters."""
    allowed = net.allowed
    count = choose_divisors(net, draw)
    for last in range(2):
        is_used = False
        for form in range(INVERT_LAST * last, INVERT_LAST * last + 4):
            is_used = is_used or allowed[form] != 0
        if is_used:
            offer_ands(net, draw, count, last)
    if allowed[XOR] or allowed[XOR | INVERT_LAST]:
        offer_sums(net, draw, count)
    if allowed[NOT]:
        for index in range(count):
            if fits(net, draw, draw.divisors[index], True):
                offer(draw, NOT, draw.divisors[index], draw.divisors[index])


@kernel
def redirect(net, node, other, invert):
    """Lets all readers of `node` read `other`, inverted or not."""
    gates = net.gates
    for gate in range(net.registers[NUM_GATES]):
        for side in range(2):
            if gates[gate, 1 + side] == node:
                gates[gate, 1 + side] = other
                if invert:
                    gates[gate, 0] ^= INVERT_LAST if gates[gate, 0] & XOR else INVERT_FIRST << side
    for goal in range(net.registers[NUM_GOALS]):
        if net.outputs[goal, 0] == node:
            net.outputs[goal, 0] = other
            net.outputs[goal, 1] ^= invert


@kernel
def aim_at_operand(net, draw, gate, side):
    """Makes an operand the target, with the care that its reader leaves it."""
    form, own, other = net.gates[gate, 0], net.gates[gate, 1 + side], net.gates[gate, 2 - side]
    is_and = form < XOR
    for word in range(net.registers[NUM_WORDS]):
        draw.target[word] = net.values[own, word]
        if is_and:
            mate = net.values[other, word]
            draw.care[word] &= ~mate if form & (INVERT_SECOND >> side) else mate


@kernel
def try_new_operand(net, draw, gate, slack):
    """Makes a new gate for an operand of `gate`, if the circuit then does not grow too much."""
    registers = net.registers
    side = draw_below(draw, 2)
    aim_at_operand(net, draw, gate, side)
    draw.found[NUM_FOUND] = 0
    offer_gates(net, draw)
    if draw.found[NUM_FOUND] == 0:
        return
    fresh = registers[NUM_GATES]
    form, old = net.gates[gate, 0], net.gates[gate, 1 + side]
    for field in range(3):
        net.gates[fresh, field] = draw.found[FOUND_FORM + field]
    net.gates[gate, 1 + side] = registers[NUM_SOURCES] + fresh
    if form == NOT:
        net.gates[gate, 2 - side] = registers[NUM_SOURCES] + fresh
    registers[NUM_GATES] = fresh + 1
    count = reorder(net)
    if count <= registers[BEST] + slack:
        take_order(net, count)
        return
    registers[NUM_GATES] = fresh
    net.gates[gate, 1 + side] = old
    if form == NOT:
        net.gates[gate, 2 - side] = old


@kernel
def step(net, draw, slack):
    """Replaces a random gate, or makes a new gate for an operand of it."""
    registers = net.registers
    gate = draw_below(draw, registers[NUM_GATES])
    find_care(net, gate)
    node = registers[NUM_SOURCES] + gate
    for word in range(registers[NUM_WORDS]):
        draw.care[word] = net.care[word]
        draw.target[word] = net.values[node, word]
    registers[EXECUTIONS] += registers[NUM_GATES]
    draw.found[NUM_FOUND] = 0
    offer_nodes(net, draw, node)
    if draw.found[NUM_FOUND] > 0:
        redirect(net, node, draw.found[FOUND_FIRST], draw.found[FOUND_FORM] >> 2 & 1)
        take_order(net, reorder(net))
        return
    if slack > 0 and draw_below(draw, GROW_CHANCE) == 0:
        try_new_operand(net, draw, gate, slack)
        return
    offer_gates(net, draw)
    if draw.found[NUM_FOUND] > 0:
        for field in range(3):
            net.gates[gate, field] = draw.found[FOUND_FORM + field]
        take_order(net, reorder(net))


@kernel
def walk(net, draw, slack, most_executions):
    """Steps until the circuit is smaller than the best, or the budget of gate values is spent.

    Returns:
      1 if the circuit is smaller than `registers[BEST]`, which is then its size; else 0.
    """
    registers = net.registers
    while registers[EXECUTIONS] < most_executions and registers[NUM_GATES] > 0:
        step(net, draw, slack)
        if registers[NUM_GATES] < registers[BEST]:
            registers[BEST] = registers[NUM_GATES]
            return 1
    return 0

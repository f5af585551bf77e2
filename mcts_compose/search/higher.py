"""Runs derived actions (see derived.py): loops over instructions as values, on all examples at once.

What they give is what vm/loops.py gives. Assembly bodies are run here too, by vm/assembly/lanes.py. Three
bounds are the search's own and count as faults here: `MAX_ROUNDS`, `MAX_INSTRUCTIONS` and the largest
magnitude of a repeated value. Elementwise skills cannot fault, so they also run on examples that are done;
what they give there is dropped.
"""

import numpy as np

from mcts_compose.search.layout import (
    A_ARITY,
    A_BODY,
    A_BODY_BOUND,
    A_KIND_OUT,
    A_LOOP,
    A_TEST,
    A_TEST_BOUND,
    A_TEST_CARRIED,
    ALIGNED,
    ASSEMBLY,
    CAP,
    EXAMPLES,
    MAGNITUDE,
    NUM_RANKS,
    OPERANDS,
    SCRATCH_SHAPE,
    SHAPES,
)
from mcts_compose.search.machine_calls import run_machine
from mcts_compose.search.shapes import intern_shape
from vm.assembly.lanes import run_lanes
from vm.assembly.state import FUEL_LEFT, INPUTS
from vm.dispatch import apply_elementwise, apply_structural
from vm.jit import kernel, native
from vm.shape import OK, close, copy, put_list, rows, start
from vm.state import ASSEMBLY as ASSEMBLY_BODY
from vm.state import CALL, FOLD, ITERATE, SCAN
from vm.values import INT_MAX

MAX_ROUNDS = 64
MAX_INSTRUCTIONS = 100_000  # of an assembly body, over all examples; untuned
FLOAT_LIST = 4
FAULT = -1


@kernel
def _apply_scalars(memory, opcode, one, other, out):
    """Runs an elementwise skill on one word of each example."""
    first, words = np.uint64(one), np.uint64(memory[EXAMPLES])
    apply_elementwise(opcode, memory, first, np.uint64(other), first, np.uint64(out), words)


@kernel
def _through_list(memory, action, xs, shape, out):
    """Runs a fold or a scan; the fold's first value stands in the first operand buffer."""
    examples, opcode, is_scan = memory[EXAMPLES], memory[action + A_BODY], memory[action + A_LOOP] == SCAN
    carried = memory[ALIGNED]
    element, result = carried + examples, carried + 2 * examples
    longest = 0
    for e in range(examples):
        size = rows(memory, examples, shape, e)
        longest = max(longest, size)
        memory[carried + e] = memory[memory[OPERANDS] + e]
        if is_scan and size > 0:
            memory[carried + e] = memory[out + start(memory, shape, e)] = memory[xs + start(memory, shape, e)]
    for place in range(1 if is_scan else 0, longest):
        for e in range(examples):
            inside = place < rows(memory, examples, shape, e)
            memory[element + e] = memory[xs + start(memory, shape, e) + place] if inside else 0
        _apply_scalars(memory, opcode, carried, element, result)
        for e in range(examples):
            if place < rows(memory, examples, shape, e):
                memory[carried + e] = memory[result + e]
                if is_scan:
                    memory[out + start(memory, shape, e) + place] = memory[result + e]
    if is_scan:
        return shape
    copy(memory, carried, out, examples)
    return memory[SHAPES]


@kernel
def _most_rounds(memory, counts):
    """Returns the largest of the examples' counts."""
    most = np.int64(0)
    for e in range(memory[EXAMPLES]):
        most = max(most, memory[counts + e])
    return most


@kernel
def _iterate_scalar(memory, action, counts, x, out):
    """Applies a skill to an int as often as the counts say."""
    examples = memory[EXAMPLES]
    bound, result = memory[OPERANDS] + memory[action + A_BODY_BOUND] * memory[CAP], memory[ALIGNED]
    most = _most_rounds(memory, counts)
    if most > MAX_ROUNDS:
        return np.int64(FAULT)
    copy(memory, x, out, examples)
    for step in range(most):
        _apply_scalars(memory, memory[action + A_BODY], out, bound, result)
        changed = False
        for e in range(examples):
            if memory[counts + e] > step and memory[result + e] != memory[out + e]:
                memory[out + e] = memory[result + e]
                changed = True
                if abs(memory[result + e]) >= memory[MAGNITUDE]:
                    return np.int64(FAULT)
        if not changed:
            break
    return memory[SHAPES]


@kernel
def _until_scalar(memory, action, x, out):
    """Applies a skill to an int until the test says true; a value that stays as it is never gets there."""
    examples = memory[EXAMPLES]
    operands, flags = memory[OPERANDS], memory[ALIGNED]
    result = flags + examples
    bound = operands + memory[action + A_BODY_BOUND] * memory[CAP]
    compared = operands + memory[action + A_TEST_BOUND] * memory[CAP]
    copy(memory, x, out, examples)
    for _ in range(MAX_ROUNDS):
        if memory[action + A_TEST_CARRIED] == 0:
            _apply_scalars(memory, memory[action + A_TEST], out, compared, flags)
        else:
            _apply_scalars(memory, memory[action + A_TEST], compared, out, flags)
        _apply_scalars(memory, memory[action + A_BODY], out, bound, result)
        is_done = True
        for e in range(examples):
            if memory[flags + e] == 0:
                is_done = False
                if memory[result + e] == memory[out + e] or abs(memory[result + e]) >= memory[MAGNITUDE]:
                    return np.int64(FAULT)
                memory[out + e] = memory[result + e]
        if is_done:
            return memory[SHAPES]
    return np.int64(FAULT)


@kernel
def _repeat_list(memory, opcode, count, size, words, spare, shapes, limit):
    """Applies a skill to one list; returns where its words stand then and how many they are, or a fault.

    Args:
      memory: see layout.py.
      opcode: the skill.
      count: how often.
      size: words of the list.
      words: where it stands.
      spare: a second buffer.
      shapes: room for two shape records of one example.
      limit: words of this magnitude are faults.
    """
    given, made = shapes, shapes + 4
    for _ in range(count):
        put_list(memory, 1, given, 0, 0, size)
        close(memory, 1, given, size)
        status = apply_structural(
            opcode, memory, 1, words, given, words, given, words, given, spare, made, memory[CAP]
        )
        if status != 0:
            return words, np.int64(FAULT)
        made_size = start(memory, made, 1)
        changed = made_size != size
        for i in range(made_size):
            changed = changed or memory[spare + i] != memory[words + i]
            if abs(memory[spare + i]) >= limit:
                return words, np.int64(FAULT)
        words, spare, size = spare, words, made_size
        if not changed:
            break
    return words, size


@kernel
def _iterate_list(memory, action, counts, xs, shape, out):
    """Applies a skill to a list as often as the counts say, example by example."""
    examples, cap, made = memory[EXAMPLES], memory[CAP], memory[SCRATCH_SHAPE]
    buffers, opcode = memory[ALIGNED], memory[action + A_BODY]
    if _most_rounds(memory, counts) > MAX_ROUNDS:
        return np.int64(FAULT)
    is_float = memory[action + A_KIND_OUT] == FLOAT_LIST
    end, limit = 0, INT_MAX if is_float else memory[MAGNITUDE]
    for e in range(examples):
        size = rows(memory, examples, shape, e)
        copy(memory, xs + start(memory, shape, e), buffers, size)
        words, size = _repeat_list(
            memory, opcode, memory[counts + e], size, buffers, buffers + cap, buffers + 2 * cap, limit
        )
        if size < 0 or end + size > cap:
            return np.int64(FAULT)
        copy(memory, words, out + end, size)
        put_list(memory, examples, made, e, end, size)
        end += size
    close(memory, examples, made, end)
    return intern_shape(memory, made)


@kernel
def _run_assembly(memory, action, x_shape, y_shape, z_shape, out):
    """Runs an assembly body on the operand buffers."""
    cells, cap, made = memory[ASSEMBLY], memory[CAP], memory[SCRATCH_SHAPE]
    for slot, shape in enumerate((x_shape, y_shape, z_shape)):
        memory[cells + INPUTS + 2 * slot] = memory[OPERANDS] + slot * cap
        memory[cells + INPUTS + 2 * slot + 1] = shape
    memory[cells + FUEL_LEFT] = MAX_INSTRUCTIONS
    status = run_lanes(memory, memory, memory[action + A_BODY], cells, memory[EXAMPLES], cap, made, out)
    if status != OK:
        return np.int64(FAULT)
    if memory[action + A_KIND_OUT] % NUM_RANKS == 0:
        return memory[SHAPES]
    return intern_shape(memory, made)


@native("int64(int64[::1], int64, int64, int64, int64, int64)")
def apply_derived(memory, action, x_shape, y_shape, z_shape, out):
    """Runs a derived action on the operand buffers; returns the result's shape, or -1 on any fault."""
    loop, arity = memory[action + A_LOOP], memory[action + A_ARITY]
    # The last operand is what the loop goes through or repeats on; a count or first value stands before it.
    last = memory[OPERANDS] + (arity - 1) * memory[CAP]
    shape = z_shape if arity == 3 else y_shape if arity == 2 else x_shape
    if loop == CALL:
        return run_machine(memory, action, x_shape, y_shape, z_shape, out)
    if loop == ASSEMBLY_BODY:
        return _run_assembly(memory, action, x_shape, y_shape, z_shape, out)
    if loop == SCAN or loop == FOLD:
        return _through_list(memory, action, last, shape, out)
    if loop != ITERATE:
        return _until_scalar(memory, action, last, out)
    if memory[action + A_KIND_OUT] % NUM_RANKS == 0:
        return _iterate_scalar(memory, action, last - memory[CAP], last, out)
    return _iterate_list(memory, action, last - memory[CAP], last, shape, out)

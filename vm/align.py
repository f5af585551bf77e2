"""Brings the operands of elementwise calls to one shape: scalars are broadcast, others are cut."""

import numpy as np

from vm.jit import kernel
from vm.shape import close, cols, copy, fill, put, put_list, rows, start, total
from vm.state import CONSTANT_RANK
from vm.values import INT_MAX


@kernel
def common_shape(memory, lanes, x_shape, x_rank, y_shape, y_rank, z_shape, z_rank, out_shape):
    """Writes each lane's smallest rows and cols among operands that are not scalars; returns the words."""
    at = 0
    for e in range(lanes):
        num_rows, num_cols = INT_MAX, INT_MAX
        if x_rank > 0:
            num_rows, num_cols = rows(memory, lanes, x_shape, e), cols(memory, lanes, x_shape, e)
        if y_rank > 0:
            num_rows = min(num_rows, rows(memory, lanes, y_shape, e))
            num_cols = min(num_cols, cols(memory, lanes, y_shape, e))
        if z_rank > 0:
            num_rows = min(num_rows, rows(memory, lanes, z_shape, e))
            num_cols = min(num_cols, cols(memory, lanes, z_shape, e))
        if max(x_rank, y_rank, z_rank) == 1:
            put_list(memory, lanes, out_shape, e, at, num_rows)
        else:
            put(memory, lanes, out_shape, e, at, num_rows, num_cols)
        at += num_rows * num_cols
    close(memory, lanes, out_shape, at)
    return at


@kernel
def broadcast(memory, lanes, address, out_shape, out):
    """Writes each lane's scalar as often as the lane of the shape has words."""
    begin = start(memory, out_shape, 0)
    for e in range(lanes):
        end = start(memory, out_shape, e + 1)
        fill(memory, out + begin, end - begin, memory[np.uint64(address + e)])
        begin = end


@kernel
def cut(memory, lanes, address, shape, out_shape, out):
    """Copies of each lane the rows and cols that the smaller shape has."""
    for e in range(lanes):
        source, target = address + start(memory, shape, e), out + start(memory, out_shape, e)
        width, keep = cols(memory, lanes, shape, e), cols(memory, lanes, out_shape, e)
        num_rows = rows(memory, lanes, out_shape, e)
        if width == keep:
            copy(memory, source, target, num_rows * keep)
            continue
        for row in range(num_rows):
            copy(memory, source + row * width, target + row * keep, keep)


@kernel
def align(memory, lanes, address, shape, rank, out_shape, scratch):
    """Returns where the operand stands word for word beside the result: in place, or copied to `scratch`.

    An operand is nowhere smaller than the result, so equal totals mean equal shapes.
    """
    if rank == CONSTANT_RANK:
        fill(memory, scratch, total(memory, lanes, out_shape), memory[np.uint64(address)])
        return scratch
    if rank == 0:
        broadcast(memory, lanes, address, out_shape, scratch)
        return scratch
    if shape == out_shape or total(memory, lanes, shape) == total(memory, lanes, out_shape):
        return address
    cut(memory, lanes, address, shape, out_shape, scratch)
    return scratch

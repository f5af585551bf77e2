"""Calls one kernel through the dispatch, as the machine does, with guards around everything it may touch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vm.align import align, common_shape
from vm.dispatch import apply_elementwise, apply_structural
from vm.isa import Convention, Overload, Status
from vm.table import BODIES
from vm.values import Batch, IntArray

GUARD_WORD = -0x5A5A5A5A5A5A5A5A
GUARD_SIZE = 8


class Tape:
    """Machine memory under construction: pieces one after the other, each followed by guard words."""

    def __init__(self) -> None:
        self.pieces: list[IntArray] = []
        self.size = 0

    def add(self, words: IntArray) -> int:
        """Returns the address of the added words."""
        address = self.size
        self.pieces += [words, np.full(GUARD_SIZE, GUARD_WORD, np.int64)]
        self.size += len(words) + GUARD_SIZE
        return address

    def room(self, size: int) -> int:
        """Returns the address of so many words to be written."""
        return self.add(np.full(size, GUARD_WORD, np.int64))


def shape_record(batch: Batch) -> IntArray:
    """Returns the shape record of a batch."""
    starts = np.concatenate([[0], np.cumsum(batch.rows * batch.cols)])
    return np.concatenate([starts, batch.rows, batch.cols]).astype(np.int64)


def call_overload(
    overload: Overload, operands: Sequence[Batch], capacity: int
) -> tuple[Status, Batch | None]:
    """Returns the status and, if it is OK, the result of one instruction on all lanes.

    Raises:
      AssertionError: the kernel wrote where it must not.
    """
    body, lanes = BODIES[overload.opcode], operands[0].num_examples
    tape = Tape()
    addresses = [tape.add(batch.words) for batch in operands]
    shapes = [tape.add(shape_record(batch)) for batch in operands]
    fixed = tape.size
    record = 3 * lanes + 1
    if body.convention is Convention.ELEMENTWISE:
        largest = max(len(batch.words) for batch in operands)
        out_shape, scratch, out = (
            tape.room(record),
            [tape.room(largest) for _ in range(3)],
            tape.room(largest),
        )
        memory = np.concatenate(tape.pieces)
        described = [(shape, batch.type.rank) for shape, batch in zip(shapes, operands, strict=True)]
        described += [described[0]] * (3 - len(described))
        if overload.result.rank == 0:
            memory[out_shape : out_shape + record] = shape_record(operands[0])
            words = lanes
        else:
            words = common_shape(memory, lanes, *(item for pair in described for item in pair), out_shape)
        aligned = [
            align(memory, lanes, address, shape, batch.type.rank, out_shape, place)
            for address, shape, batch, place in zip(addresses, shapes, operands, scratch, strict=False)
        ]
        aligned += [aligned[0]] * (3 - len(aligned))
        apply_elementwise(body.opcode, memory, *map(np.uint64, aligned), np.uint64(out), np.uint64(words))
        status = Status.OK
    else:
        room = lanes if overload.result.rank == 0 else capacity
        out_shape, out = tape.room(record), tape.room(room)
        memory = np.concatenate(tape.pieces)
        operand_addresses = [item for pair in zip(addresses, shapes, strict=True) for item in pair]
        operand_addresses += operand_addresses[:2] * (3 - len(operands))
        status = Status(
            apply_structural(body.opcode, memory, lanes, *operand_addresses, out, out_shape, capacity)
        )
        words = memory[out_shape + lanes] if overload.result.rank > 0 else lanes
        assert np.array_equal(memory[out + room :], np.full(GUARD_SIZE, GUARD_WORD)), (
            "wrote behind the result"
        )
    assert np.array_equal(memory[:fixed], np.concatenate(tape.pieces)[:fixed]), "wrote to an operand"
    if status is not Status.OK:
        return status, None
    if overload.result.rank == 0:
        rows = cols = np.ones(lanes, np.int64)
    else:
        rows, cols = memory[out_shape + lanes + 1 : out_shape + record].reshape(2, lanes)
        starts = memory[out_shape : out_shape + lanes + 1]
        assert np.array_equal(np.diff(starts), rows * cols) and starts[0] == 0, "starts and shapes disagree"
    return status, Batch(overload.result, memory[out : out + words].copy(), rows.copy(), cols.copy())

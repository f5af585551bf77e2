"""The instruction table: all families in one fixed order, and look-ups by name and by opcode."""

from __future__ import annotations

from typing import Final

from vm.instructions import (
    arithmetic,
    bits,
    building,
    control,
    grid_building,
    grids,
    logic,
    occurrences,
    order,
    parts,
    reductions,
    regions,
    text,
)
from vm.isa import Body, Instruction, build_table, table_hash

INSTRUCTIONS: Final[tuple[Instruction, ...]] = build_table(
    (
        arithmetic.FAMILY,
        logic.FAMILY,
        bits.FAMILY,
        parts.FAMILY,
        building.FAMILY,
        order.FAMILY,
        occurrences.FAMILY,
        reductions.FAMILY,
        text.FAMILY,
        grids.FAMILY,
        grid_building.FAMILY,
        regions.FAMILY,
        control.FAMILY,
    )
)
BY_NAME: Final[dict[str, Instruction]] = {row.name: row for row in INSTRUCTIONS}
BODIES: Final[tuple[Body, ...]] = tuple(body for row in INSTRUCTIONS for body in row.bodies)
ROW_OF_OPCODE: Final[tuple[Instruction, ...]] = tuple(row for row in INSTRUCTIONS for _ in row.bodies)
TABLE_HASH: Final[str] = table_hash(INSTRUCTIONS)

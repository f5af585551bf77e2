"""Counts the blocks of memory that compiled code takes and does not give back.

Compiled code that raises while arrays are alive never frees them, nor the values that its exception holds.
Numba is imported when this is called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Input = TypeVar("Input")
Given = TypeVar("Given")


def with_kept(call: Callable[[Input], Given], values: Input) -> tuple[Given, int]:
    """Returns what a call gives and how many blocks are left of it; no other code may run meanwhile."""
    from numba.core.runtime import _nrt_python as counts
    from numba.core.runtime import rtsys

    was_counting = counts.memsys_stats_enabled()
    counts.memsys_enable_stats()
    try:
        before = rtsys.get_allocation_stats()
        given = call(values)
        after = rtsys.get_allocation_stats()
    finally:
        if not was_counting:
            counts.memsys_disable_stats()
    return given, (after.alloc - after.free) - (before.alloc - before.free)

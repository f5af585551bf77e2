"""Times three of the machine's kernels against C on the same memory, in one run, alternating.

memory: x [slots * n] | y [slots * n] | mask [slots * n] | out [n] | shape record | shape record of the result
"""

from __future__ import annotations

import ctypes
import functools
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np

from benchmarks.speed.compiler import build_library
from benchmarks.speed.report import Figure
from vm.table import BY_NAME
from vm.values import IntArray, ValueType, parse_type

EXAMPLES: Final = 5
LENGTH: Final = 10
SLOTS: Final = 1024
"""Enough operands that no branch predictor learns them, few enough for the second-level cache."""
REPEATS: Final = 15
SECONDS_A_RUN: Final = 0.01
COMPILE: Final = ("cc", "-O3", "-march=native", "-shared", "-fPIC")
_SOURCE = Path(__file__).with_name("c_loops.c")
_LIST = parse_type("list[int]")

Loop: TypeAlias = Callable[..., int]


class _Memory(NamedTuple):
    words: IntArray
    x: int
    y: int
    mask: int
    out: int
    shape: int
    out_shape: int


def compare() -> list[Figure]:
    """Returns the ratio machine / C for an elementwise instruction, a compress and a sort, and for dispatch.

    Raises:
      MissingCompilerError: there is no `cc`, or it does not compile the loops.
    """
    from benchmarks.speed import loops

    memory = _memory()
    with tempfile.TemporaryDirectory() as directory:
        target = Path(directory) / "c_loops.so"
        library = build_library(COMPILE, [_SOURCE], target, "the instructions are not compared with C")
        n = EXAMPLES * LENGTH
        plain = (memory.x, memory.y, memory.out, n, SLOTS)
        shaped = (EXAMPLES, memory.x, memory.mask, memory.shape, memory.out, memory.out_shape, n, SLOTS)
        dispatched = functools.partial(loops.repeat_dispatched, _opcode("add", _LIST, _LIST))
        cases: list[tuple[str, float | None, Loop, Any, tuple[int, ...]]] = [
            ("add", 1.5, loops.repeat_add, library.repeat_add, plain),
            ("compress", 2.0, loops.repeat_compress, library.repeat_compress, shaped),
            ("sort", 2.0, loops.repeat_sort, library.repeat_sort, shaped),
            ("add through dispatch", None, dispatched, library.repeat_add, plain),
        ]
        return [_figure(*case, memory.words) for case in cases]


def _figure(
    name: str, bound: float | None, machine: Loop, c_loop: Any, args: tuple[int, ...], words: IntArray
) -> Figure:
    c_loop.restype = ctypes.c_int64
    c_loop.argtypes = [ctypes.c_void_p, *[ctypes.c_int64] * (len(args) + 1)]
    ours, theirs = _alternate(
        lambda rounds: machine(words, *args, rounds), lambda rounds: c_loop(words.ctypes.data, *args, rounds)
    )
    return Figure(
        f"{name}, {EXAMPLES} x {LENGTH} ints", ours / theirs, "" if bound is None else f"at most {bound:g}",
        f"{ours * 1e9:.1f} ns", f"{theirs * 1e9:.1f} ns in C",
    )  # fmt: skip


def _memory() -> _Memory:
    """Returns random operands, and the shape of `EXAMPLES` lists of `LENGTH` words."""
    draws = np.random.default_rng(0)
    n = EXAMPLES * LENGTH
    record = 3 * EXAMPLES + 1
    operands = [
        draws.integers(-99, 100, SLOTS * n),
        draws.integers(-99, 100, SLOTS * n),
        draws.integers(0, 2, SLOTS * n),
    ]
    shape = [np.arange(EXAMPLES + 1) * LENGTH, np.full(EXAMPLES, LENGTH), np.ones(EXAMPLES)]
    words = np.concatenate([*operands, np.zeros(n), *shape, np.zeros(record)]).astype(np.int64)
    out = 3 * SLOTS * n
    return _Memory(words, 0, SLOTS * n, 2 * SLOTS * n, out, out + n, out + n + record)


def _opcode(name: str, *params: ValueType) -> int:
    return next(overload.opcode for overload in BY_NAME[name].overloads if overload.params == params)


def _alternate(ours: Loop, theirs: Loop) -> tuple[float, float]:
    """Returns the median seconds of one call of each, measured in turn; both must do the same."""
    if ours(SLOTS) != theirs(SLOTS):
        raise AssertionError("the machine and the C loop do not agree, so their times mean nothing")
    rounds = SLOTS
    while _seconds(theirs, rounds) < SECONDS_A_RUN:
        rounds *= 2
    times = [(_seconds(ours, rounds), _seconds(theirs, rounds)) for _ in range(REPEATS)]
    return statistics.median(one for one, _ in times) / rounds, statistics.median(
        one for _, one in times
    ) / rounds


def _seconds(loop: Loop, rounds: int) -> float:
    begin = time.perf_counter()
    loop(rounds)
    return time.perf_counter() - begin

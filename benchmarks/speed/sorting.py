"""Times sorting kernels that searches found, exported to x86-64 and to C, beside a network and `std::sort`.

All sort the same random arrays, one after the other: where an array begins depends on the result before, so
the time is that from the first load to the last store. The time of the loop with a function that does nothing
is taken off.
"""

from __future__ import annotations

import ctypes
import functools
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.compiler import MissingCompilerError, build_library
from benchmarks.speed.report import Figure
from vm.assembly.program import AssemblyProgram

ARRAYS: Final = 1 << 12
"""Enough arrays that no branch predictor learns them; a power of two."""
REPEATS: Final = 15
SECONDS_A_RUN: Final = 0.01
COMPILE_C: Final = ("cc", "-O2", "-shared", "-fPIC")
COMPILE_CPP: Final = ("c++", "-O2", "-shared", "-fPIC")
SIZES: Final = (3, 4, 5)
KERNELS: Final = {
    ("cmov", 3): (
        "x86 (a: int, b: int, c: int) -> (a, b, c); cmp b, c; cmovg s, c; cmovg c, b; cmovg b, s; "
        "mov s, a; cmp a, b; cmovg a, b; cmovg b, s; cmp b, c; cmovg b, c; cmovg c, s"
    ),
    ("cmov", 4): (
        "x86 (a: int, b: int, c: int, d: int) -> (a, b, c, d); mov s, c; cmp a, s; cmovg c, a; "
        "cmovl s, a; mov a, b; cmp a, d; cmovg a, d; cmovl b, d; mov d, a; cmp d, s; cmovg a, s; "
        "cmovg s, d; mov d, b; cmp b, c; cmovg b, c; cmovl d, c; cmovl c, b; cmp b, s; cmovg b, s; "
        "cmovl c, s"
    ),
    ("cmov", 5): (
        "x86 (a: int, b: int, c: int, d: int, e: int) -> (a, b, c, d, e); mov s, d; cmp d, e; "
        "cmovg d, e; cmovg e, s; mov s, c; cmp a, s; cmovl s, a; cmovg c, a; mov a, e; cmp c, e; "
        "cmovg e, c; cmovg c, a; mov a, s; cmp d, s; cmovl a, d; cmovl d, s; cmovg s, d; cmp c, s; "
        "cmovg d, c; cmovg c, s; mov s, b; cmp a, b; cmovg b, a; cmovg a, s; cmp b, c; cmovg b, c; "
        "cmovg c, s; cmp d, s; cmovl c, d; cmovl d, s; cmp d, e; cmovg d, e; cmovg e, s"
    ),
    ("minmax", 3): (
        "minmax (a: int, b: int, c: int) -> (a, b, c); mov s, c; max c, a; min a, s; mov s, b; "
        "max b, a; min b, c; max c, s; min a, s"
    ),
    ("minmax", 4): (
        "minmax (a: int, b: int, c: int, d: int) -> (a, b, c, d); mov s, d; max d, b; min b, s; "
        "max s, d; min s, a; max d, a; min a, b; max s, b; mov b, a; min a, c; max b, c; min c, d; "
        "max c, s; max d, b; min b, s"
    ),
    ("minmax", 5): (
        "minmax (a: int, b: int, c: int, d: int, e: int) -> (a, b, c, d, e); mov s, d; min s, e; "
        "max d, e; mov e, c; min c, a; max e, a; mov a, e; min e, s; max e, c; min c, s; max s, e; "
        "max a, s; max s, d; min e, d; max d, a; min s, a; mov a, b; max b, c; min b, e; max e, a; "
        "min a, c; max c, e; min c, s; max s, e; max e, d; min d, s"
    ),
}
"""What `mcts` found on the orders of n values, with the smallest seeds whose kernels sort equal values and
negative ones as well: one that reads its scratch register first may count on 0 being less than all values."""
NOTHING: Final = "no sort"
NETWORK: Final = "network"
STD_SORT: Final = "std::sort"
_HERE: Final = Path(__file__).parent
_NETWORKS: Final = _HERE / "sort_networks.c"
_STD_SORT: Final = _HERE / "std_sort.cpp"

Loop: TypeAlias = Callable[[int], int]
"""Sorts so many arrays with one function; returns a number that depends on all results."""


def compare() -> tuple[list[Figure], list[str]]:
    """Returns ratios of kernels to the network and to `std::sort`, and why something was not compared.

    Raises:
      MissingCompilerError: there is no `cc`, or it does not compile the kernels.
      AssertionError: a function does not sort.
    """
    with tempfile.TemporaryDirectory() as directory:
        libraries, reasons = _libraries(Path(directory))
        figures = []
        for size in SIZES:
            arrays = np.random.default_rng(size).integers(-1000, 1000, (ARRAYS, size))
            loops = {name: _loop(*found, arrays) for name, found in _functions(libraries, size).items()}
            figures += _figures(size, _nanoseconds(loops, arrays))
        return figures, reasons


def _libraries(directory: Path) -> tuple[dict[str, ctypes.CDLL], list[str]]:
    """Returns what is compiled, by what it holds, and why some of it is missing."""
    programs = {f"{set_}_sort{size}": AssemblyProgram.parse(text) for (set_, size), text in KERNELS.items()}
    c_file, x86_file = directory / "kernels.c", directory / "kernels.s"
    c_file.write_text("\n".join(program.to_c(name) for name, program in programs.items()), "utf-8")
    x86_file.write_text("\n".join(program.to_x86(name) for name, program in programs.items()), "utf-8")
    lost = "the sorting kernels are not timed"
    libraries = {
        "networks": build_library(COMPILE_C, [_NETWORKS], directory / "networks.so", lost),
        "C": build_library(COMPILE_C, [c_file], directory / "c.so", lost),
    }
    reasons = []
    if platform.machine() in ("x86_64", "AMD64"):
        libraries["x86-64"] = build_library(COMPILE_C, [x86_file], directory / "x86.so", lost)
    else:
        reasons.append("this is no x86-64 processor, so the kernels are timed as C alone")
    try:
        lost = "the sorting kernels are not compared with std::sort"
        libraries["std::sort"] = build_library(COMPILE_CPP, [_STD_SORT], directory / "std_sort.so", lost)
    except MissingCompilerError as reason:
        reasons.append(str(reason))
    return libraries, reasons


def _functions(libraries: dict[str, ctypes.CDLL], size: int) -> dict[str, tuple[Any, Any]]:
    """Returns the loop and the sorting function of everything that is timed at a size."""
    repeat = libraries["networks"].repeat_sort
    functions = {
        NOTHING: libraries["networks"].no_sort,
        NETWORK: getattr(libraries["networks"], f"network_sort{size}"),
    }
    if STD_SORT in libraries:
        functions[STD_SORT] = getattr(libraries[STD_SORT], f"std_sort{size}")
    for (set_, kernel_size), text in KERNELS.items():
        length = AssemblyProgram.parse(text).length
        for form in ("x86-64", "C"):
            if kernel_size == size and form in libraries:
                functions[f"{set_} kernel of {length}, {form}"] = getattr(
                    libraries[form], f"{set_}_sort{size}"
                )
    return {name: (repeat, function) for name, function in functions.items()}


def _loop(repeat: Any, function: Any, arrays: NDArray[np.int64]) -> Loop:
    """Returns the loop over one function on all arrays."""
    repeat.restype = ctypes.c_int64
    repeat.argtypes = [ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int64] * 4]
    # The arrays are an argument of the partial, so they stay alive as long as their address is used.
    return functools.partial(_repeat, repeat, ctypes.cast(function, ctypes.c_void_p), arrays)


def _repeat(repeat: Any, function: Any, arrays: NDArray[np.int64], rounds: int) -> int:
    return int(repeat(function, arrays.ctypes.data, *arrays.shape, 0, rounds))


def _nanoseconds(loops: dict[str, Loop], arrays: NDArray[np.int64]) -> dict[str, float]:
    """Returns the median time of one sort with each function, all measured in turn."""
    powers = 3 ** np.arange(arrays.shape[1])[::-1]
    wanted = int((np.sort(arrays, axis=1) @ powers).sum())
    for name, loop in loops.items():
        if name != NOTHING and loop(ARRAYS) != wanted:
            raise AssertionError(f"{name} does not sort, so its time means nothing")
    rounds = ARRAYS
    while _seconds(loops[NETWORK], rounds) < SECONDS_A_RUN:
        rounds *= 2
    times: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(REPEATS):
        for name, loop in loops.items():
            times[name].append(_seconds(loop, rounds) / rounds * 1e9)
    medians = {name: statistics.median(values) for name, values in times.items()}
    nothing = medians.pop(NOTHING)
    return {name: median - nothing for name, median in medians.items()}


def _seconds(loop: Loop, rounds: int) -> float:
    begin = time.process_time()
    loop(rounds)
    return time.process_time() - begin


def _figures(size: int, nanoseconds: dict[str, float]) -> list[Figure]:
    """Returns the ratio of every kernel to everything that is no kernel."""
    rivals = [name for name in (NETWORK, STD_SORT) if name in nanoseconds]
    pairs = [(name, rival) for name in nanoseconds if name not in rivals for rival in rivals]
    pairs += [(STD_SORT, NETWORK)] if STD_SORT in nanoseconds else []
    return [
        Figure(
            f"sort {size} words, {name}", nanoseconds[name] / nanoseconds[rival], "",
            f"{nanoseconds[name]:.1f} ns", f"{nanoseconds[rival]:.1f} ns, {rival}",
        )
        for name, rival in pairs
    ]  # fmt: skip

"""Sorting kernels that searches find, exported to C and x86-64, sort random arrays."""

import ctypes
import itertools

import numpy as np
import pytest

from benchmarks.speed.sorting import KERNELS
from mcts_compose.budget import Budget
from mcts_compose.search.fixed.run import run_fixed
from tests.mcts_compose.search.fixed.twin import sorting
from tests.vm.assembly.native import compiled, needs_compiler, needs_x86
from vm.assembly.program import AssemblyProgram
from vm.limits import Limits
from vm.values import encode

LENGTHS = {("cmov", 3): 11, ("cmov", 4): 20, ("minmax", 3): 8, ("minmax", 4): 15}
ARRAYS = 100_000
SEEDS = 8
BREAKS_TIES = (
    "x86 (a: int, b: int, c: int) -> (a, b, c); cmp a, b; cmovl s, a; cmovg s, b; cmovg b, a; cmovg a, s; "
    "cmp c, s; cmovg s, c; cmovl a, c; cmp b, c; cmovg c, b; cmovg b, s"
)
"""A shortest kernel; where a equals b, nothing is saved in s."""


def sorts(program, rows):
    """Says of each row whether the machine sorts it."""
    columns = zip(*rows, strict=True)
    batches = [encode(list(map(int, column)), program.input_types[0]) for column in columns]
    limits = Limits(capacity=1 << 20, heap=1 << 22)
    return [
        given == sorted(row) for given, row in zip(program.run(batches, limits).outputs(), rows, strict=True)
    ]


def is_right_on_different_values(program):
    """Says whether a program that only compares sorts all different values.

    What it does depends on the order of the values and of the 0 that its scratch register begins with, so all
    orders of values below and above 0 are enough.
    """
    n = program.num_inputs
    return all(sorts(program, list(itertools.permutations(range(-n, n + 1), n))))


@pytest.fixture(scope="module")
def kernels():
    """Kernels of three to five words; one found on positive values may count on that, so seeds are tried."""
    found = {}
    for (set_, size), length in LENGTHS.items():
        for seed in range(SEEDS):
            problem = sorting(size, minmax=set_ == "minmax", max_length=length)
            outcome = run_fixed(problem, budget=Budget(seconds=20), seed=seed)
            if outcome.program is not None and is_right_on_different_values(outcome.program):
                found[f"{set_}_{size}"] = outcome.program
                break
    found |= {f"{set_}_5": AssemblyProgram.parse(KERNELS[set_, 5]) for set_ in ("cmov", "minmax")}
    return found


def random_rows(size):
    """Returns arrays of different values, over the whole range of words and close together."""
    draws = np.random.default_rng(size)
    wide = draws.integers(-(1 << 63), (1 << 63) - 1, (2 * ARRAYS, size), endpoint=True)
    close = draws.integers(-9, 10, (4 * ARRAYS, size))
    rows = np.concatenate([wide[:ARRAYS], close])
    in_order = np.sort(rows, axis=1)
    is_different = (in_order[:, 1:] != in_order[:, :-1]).all(axis=1)
    return np.ascontiguousarray(rows[is_different][: 2 * ARRAYS])


def sort_all(function, rows):
    """Calls a function on every row in place."""
    function.argtypes = [ctypes.c_void_p]
    begin, step = rows.ctypes.data, rows.strides[0]
    for number in range(len(rows)):
        function(begin + number * step)


def check_kernels(kernels, library):
    assert set(kernels) == {f"{set_}_{size}" for set_ in ("cmov", "minmax") for size in (3, 4, 5)}
    for name, program in kernels.items():
        rows = random_rows(program.num_inputs)
        assert len(rows) >= ARRAYS
        wanted = np.sort(rows, axis=1)
        sort_all(getattr(library, name), rows)
        assert (rows == wanted).all(), name


@needs_compiler
def test_kernels_in_c_sort_random_arrays(kernels, tmp_path):
    library = compiled(tmp_path, [program.to_c(name) for name, program in kernels.items()], ".c")
    check_kernels(kernels, library)


@needs_x86
def test_kernels_in_x86_sort_random_arrays(kernels, tmp_path):
    library = compiled(tmp_path, [program.to_x86(name) for name, program in kernels.items()], ".s")
    check_kernels(kernels, library)


def test_an_exported_kernel_is_the_kernel_instruction_for_instruction(kernels):
    program = kernels["cmov_4"]
    source = program.to_x86("sort4").split(".intel_syntax")[1]
    mnemonics = [line.split()[0] for line in source.splitlines()[1:] if line.startswith("    ")]
    around = 4 + 1  # loads and the scratch register before the kernel
    assert mnemonics[around : around + program.length] == [line.mnemonic for line in program.instructions]


@needs_x86
def test_on_equal_values_exports_do_what_the_machine_does(kernels, tmp_path):
    """Shortest kernels need not sort equal values: this one does not, and its exports fail alike."""
    program = AssemblyProgram.parse(BREAKS_TIES)
    rows = list(itertools.product(range(-3, 4), repeat=3))
    results = sorts(program, rows)
    assert all(ok for ok, row in zip(results, rows, strict=True) if len(set(row)) == 3)
    assert not all(results)
    for source, suffix in ((program.to_c("sort3"), ".c"), (program.to_x86("sort3"), ".s")):
        values = np.array(rows, np.int64)
        sort_all(compiled(tmp_path, [source], suffix).sort3, values)
        assert values.tolist() == [program(*row) for row in rows]


@pytest.mark.parametrize("key", KERNELS)
def test_the_kernels_that_are_timed_sort_everything(key):
    program = AssemblyProgram.parse(KERNELS[key])
    n = program.num_inputs
    # 0 stands at every place among the values, or is one of them.
    low, high = (-n, n) if n < 5 else (-3, 3)
    assert all(sorts(program, list(itertools.product(range(low, high + 1), repeat=n))))
    assert n < 5 or is_right_on_different_values(program)

"""Native functions: called by symbol from kernels and from Python, kept on disk, and able to fail."""

import numpy as np
import pytest

from vm import jit

pytestmark = pytest.mark.skipif(not jit.compiles(), reason="nothing is compiled")


@jit.native("int64(int64[::1], int64)")
def sum_below(numbers, limit):
    """Adds the numbers below a limit, which must not be negative."""
    if limit < 0:
        raise ValueError("negative")
    result = 0
    for i in range(numbers.size):
        if numbers[i] < limit:
            result += numbers[i]
    return result


@jit.kernel
def twice(numbers, limit):
    """Calls the native function."""
    return 2 * sum_below(numbers, limit)


def test_native_functions_are_called_from_kernels_and_from_python():
    numbers = np.arange(10)
    assert sum_below(numbers, 4) == 6
    assert twice(numbers, 4) == 12


def test_errors_cross_the_border():
    with pytest.raises(ValueError, match="negative"):
        twice(np.arange(3), -1)
    with pytest.raises(RuntimeError, match="has failed"):
        sum_below(np.arange(3), -1)


def test_only_arrays_of_the_right_type_cross_the_border():
    with pytest.raises(TypeError, match="needs int64"):
        sum_below(np.arange(3.0), 1)
    with pytest.raises(TypeError, match="needs int64"):
        sum_below(np.arange(6)[::2], 1)


def test_machine_code_is_read_back_unless_damaged(tmp_path):
    file = tmp_path / "code.o"
    assert jit.read_checked(file) is None
    jit.write_checked(file, b"machine code")
    assert jit.read_checked(file) == b"machine code"
    assert [path.name for path in tmp_path.iterdir()] == ["code.o"]
    file.write_bytes(file.read_bytes()[:-1])
    assert jit.read_checked(file) is None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    jit.write_checked(tmp_path / "missing" / "code.o", b"machine code")
    assert list(tmp_path.iterdir()) == []

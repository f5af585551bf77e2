"""Views that compiled code makes without checks are those that numpy makes."""

import numpy as np
import pytest

from vm.jit import kernel, table, window


@kernel
def change_window(words, first, size):
    """Adds one to every word of a window; returns its length."""
    view = window(words, first, size)
    for i in range(len(view)):
        view[i] += 1
    return len(view)


@kernel
def change_table(words, width):
    """Writes the place of every cell of a table; returns rows and cols."""
    view = table(words, width)
    for row in range(view.shape[0]):
        for col in range(view.shape[1]):
            view[row, col] = 10 * row + col
    return view.shape


@pytest.mark.parametrize(("first", "size"), [(0, 0), (0, 7), (2, 3), (7, 0)])
def test_a_window_is_a_slice(first, size):
    words, twin = np.arange(7), np.arange(7)
    assert change_window(words, first, size) == size
    twin[first : first + size] += 1
    assert (
        words.tolist()
        == twin.tolist()
        == np.r_[np.arange(first), window(words, first, size), np.arange(first + size, 7)].tolist()
    )


@pytest.mark.parametrize(("rows", "width"), [(0, 3), (1, 5), (4, 2)])
def test_a_table_is_the_words_row_after_row(rows, width):
    words = np.zeros(rows * width, np.int64)
    assert tuple(change_table(words, width)) == (rows, width)
    wanted = [[10 * row + col for col in range(width)] for row in range(rows)]
    assert words.reshape(-1, width).tolist() == table(words, width).tolist() == wanted

"""Figures are written as the pages of the docs write them."""

import msgspec
import pytest

from benchmarks.tables.cells import Amount, Cell, Change, Counts, Ratio, Share, written

CELLS = [
    (None, ""),
    ("`mcts`", "`mcts`"),
    (1234567, "1,234,567"),
    (Counts(155, 149), "155 / 149"),
    (Share(11, 12), "11 of 12"),
    (Change(4, 0), "+4 / -0"),
    (Change(29, 4, 0.00001), "+29 / -4, p 0.00001"),
    (Change(3, 3, 1.0), "+3 / -3, p 1"),
    (Ratio(0.3, 0.24, 0.425), "0.30x [0.24, 0.42]"),
    (Ratio(0.058, 0.048, 0.0711, digits=3), "0.058x [0.048, 0.071]"),
    (Ratio(158, digits=0), "158x"),
    (Amount(89.2, "s"), "89.2 s"),
    (Amount(1.8, digits=2), "1.80"),
    (Amount(16300.0), "16,300"),
    (Amount(0.27, "ms", 0.24, 0.3), "0.27 (0.24 to 0.3) ms"),
    ([Amount(4, "kB"), Amount(1.5, "kB", digits=2)], "4 kB; 1.50 kB"),
]


@pytest.mark.parametrize(("cell", "text"), CELLS)
def test_a_cell_is_written_and_comes_back_from_its_record(cell: Cell, text: str) -> None:
    assert written(cell) == text
    assert msgspec.json.decode(msgspec.json.encode(cell), type=Cell) == cell

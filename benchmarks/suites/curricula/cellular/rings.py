"""Sources of rings of cells and of rules for the steps of `cellular-v1`, and what one step of a rule is.

A ring is a list whose ends are neighbours. A rule's table says for each code of a neighbourhood what the
cell becomes; the code of an elementary rule is 4 * left + 2 * cell + right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from benchmarks.suites.curricula.definition import Joint, Source
from benchmarks.suites.curricula.sources import length
from benchmarks.suites.draws import Draws

Ring: TypeAlias = list[int]
Table: TypeAlias = list[int]

NUM_CODES: Final = 8
_LEAST, _MOST = 8, 12
_TRIES: Final = 5_000


def codes(x: Ring) -> list[int]:
    """Returns the code of each cell's neighbourhood."""
    return [4 * left + 2 * cell + right for left, cell, right in neighbours(x)]


def neighbours(x: Ring) -> list[tuple[int, int, int]]:
    """Returns each cell between its two neighbours."""
    return list(zip([*x[-1:], *x[:-1]], x, [*x[1:], *x[:1]], strict=True))


def step(x: Ring, table: Table) -> Ring:
    """Returns the ring after one step of an elementary rule."""
    return [table[code] for code in codes(x)]


def run(x: Ring, table: Table, n: int) -> Ring:
    """Returns the ring after n steps of an elementary rule."""
    for _ in range(n):
        x = step(x, table)
    return x


def table_of(number: int, size: int = NUM_CODES, colours: int = 2) -> Table:
    """Returns the table of the rule with this number: its digits, the lowest first."""
    return [number // colours**place % colours for place in range(size)]


def settled(x: Ring, table: Table, limit: int) -> Ring | None:
    """Returns the first ring that the rule does not change, or None if it takes more steps than `limit`."""
    for _ in range(limit + 1):
        after = step(x, table)
        if after == x:
            return x
        x = after
    return None


def ring(least: int = 3, most: int = 8, colours: int = 2) -> Source:
    """Returns a source of rings; larger ones are longer."""
    return lambda draws, larger: [draws.below(colours) for _ in range(length(draws, least, most, larger))]


def table(size: int = NUM_CODES, colours: int = 2) -> Source:
    """Returns a source of tables."""
    return lambda draws, larger: [draws.below(colours) for _ in range(size)]


def telling(
    code: Callable[[Ring], list[int]] = codes, num_codes: int = NUM_CODES, colours: int = 2, most: int = _MOST
) -> Source:
    """Returns a source of rings in which every code stands, so that they tell a rule's whole table."""
    source = ring(most - _MOST + _LEAST, most, colours)

    def draw(draws: Draws, larger: int) -> Ring:
        for _ in range(_TRIES):
            x: Ring = source(draws, larger)
            if len(set(code(x))) == num_codes:
                return x
        raise ValueError("no ring in which every code stands was drawn")

    return draw


def times(low: int = 0, high: int = 4) -> Source:
    """Returns a source of numbers of steps; larger ones are so many times `high`."""

    def draw(draws: Draws, larger: int) -> int:
        return draws.between(low, high) if larger == 1 else draws.between(larger * high, (larger + 2) * high)

    return draw


def num_steps(*arguments: Any) -> int:
    """Measures arguments by the number of steps, the last of them."""
    return max(1, int(arguments[-1]))


def with_result(source: Source, tables: Source) -> Joint:
    """Returns a source of rings with what one step of a drawn rule makes of them."""

    def draw(draws: Draws, larger: int) -> tuple[Ring, Ring]:
        x = source(draws, larger)
        return x, step(x, tables(draws, larger))

    return draw


def history(x: Ring, rule: Table, n: int) -> list[Ring]:
    """Returns the ring and what becomes of it in n steps, one row each."""
    rows = [x]
    for _ in range(n):
        rows.append(step(rows[-1], rule))
    return rows

"""A small library to read, damage and mend: `double_all` calls `double`, and `flip` is assembly."""

from pathlib import Path

from mcts_compose.library.entry import Provenance
from mcts_compose.library.library import Library

DOUBLE = "(x: int) -> int; return add(x, x)"
DOUBLE_ALL = "(xs: list[int]) -> list[int]; return map(&double, xs)"
FLIP = "x86 (a: int, b: int) -> (b, a)"


def make_three(path: Path) -> Library:
    library = Library.open(path, create=True)
    provenance = Provenance(
        suite="steps-v1", task="double", generation=1, seed=0, date="2026-01-01T00:00:00Z"
    )
    library.add([library.new_entry("double", "Doubles a number.", DOUBLE, provenance=provenance)])
    library.add([library.new_entry("double_all", "Doubles each number.", DOUBLE_ALL)])
    library.add([library.new_entry("flip", "Swaps two numbers.", FLIP)])
    return library


def names(library: Library) -> list[str]:
    return [entry.name for entry in library.entries]


def files(path: Path) -> list[Path]:
    return sorted((path / "skills").iterdir())

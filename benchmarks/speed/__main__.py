"""`python -m benchmarks.speed`: prints one table of speeds, the ratio to what each should be first."""

from __future__ import annotations

import argparse

from rich.console import Console

from benchmarks.speed import against_c, cold_start, searches, skill_calls, sorting
from benchmarks.speed.compiler import MissingCompilerError
from benchmarks.speed.report import Figure, table_of

LOG_WIDTH = 140


def main() -> None:
    """Measures what the flags ask for and prints the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description="Measures speed; run it on an idle machine."
    )
    parser.add_argument(
        "--seconds", type=float, default=1.0, help="wall time of each whole search [default: 1]"
    )
    parser.add_argument(
        "--search",
        action="append",
        help="searcher of the whole searches, again for one more [default: mcts and enumerate]",
    )
    parser.add_argument(
        "--no-cold-start", action="store_true", help="leave out the compilation from an empty cache"
    )
    args = parser.parse_args()
    figures: list[Figure] = []
    missing: list[str] = []
    try:
        figures += against_c.compare()
    except MissingCompilerError as reason:
        missing.append(str(reason))
    try:
        found, reasons = sorting.compare()
        figures += found
        missing += reasons
    except MissingCompilerError as reason:
        missing.append(str(reason))
    figures += skill_calls.measure()
    for search in args.search or ("mcts", "enumerate"):
        figures += searches.measure(args.seconds, search)
    if not args.no_cold_start:
        figures += cold_start.measure()
    console = Console()
    # A log has no width of its own: 80 columns would break every cell.
    (console if console.is_terminal else Console(width=LOG_WIDTH)).print(table_of(figures))
    for sentence in missing:
        print(sentence)


if __name__ == "__main__":
    main()

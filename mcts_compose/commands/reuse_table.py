"""Decides what the terminal says of reuse: what the library saves, and the skills that are called most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TextIO

from mcts_compose.curriculum.without import by_generation, late, totals

if TYPE_CHECKING:
    from mcts_compose.curriculum.reuse import Reuse
    from mcts_compose.curriculum.without import Comparison, Totals

MOST_SKILLS: Final = 10
WIDTH: Final = 100
"""Columns when it does not go to a terminal."""


def reuse_sentence(reuse: Reuse) -> str:
    """Returns in one sentence how many skills are used."""
    never = len(reuse.never_called)
    return (
        f"{len(reuse.skills):,} skills, {reuse.depth} levels deep; nothing calls {never:,} of them "
        f"({reuse.share_never_called:.0%})"
    )


def print_reuse(reuse: Reuse, comparisons: Sequence[Comparison], out: TextIO) -> None:
    """Prints both tables, and below each what they come to."""
    from rich.console import Console
    from rich.table import Table

    console = Console(file=out, width=None if out.isatty() else WIDTH, markup=False, highlight=False)
    saved = Table("gen", *("tasks", "right", "without", "candidates", "without", "seconds", "without"))
    for column in saved.columns[1:]:
        column.justify = "right"
    for generation, row in by_generation(comparisons).items():
        saved.add_row("-" if generation is None else str(generation), *_cells(row))
    every, last = totals(comparisons), totals(late(comparisons))
    saved.add_section()
    saved.add_row("all", *_cells(every))
    console.print(saved)
    console.print(
        f"of {every.solved_with} solved tasks {every.solved_with - every.solved_both} are not solved without "
        f"the library; of the {last.solved_with} of the last third of the generations, "
        f"{last.solved_with - last.solved_both}",
        soft_wrap=True,
    )
    called = Table("skill", "gen", "called by", "through others")
    for column in called.columns[1:]:
        column.justify = "right"
    order = sorted(reuse.skills, key=lambda skill: (-skill.num_direct, -skill.num_through))
    for skill in order[:MOST_SKILLS]:
        called.add_row(
            skill.entry.name, str(skill.entry.provenance.generation or "-"), str(skill.num_direct),
            str(skill.num_through),
        )  # fmt: skip
    console.print(called)
    console.print(reuse_sentence(reuse))


def _cells(row: Totals) -> tuple[str, ...]:
    return (
        str(row.tasks), str(row.solved_with), str(row.solved_without), f"{row.executions_with:,}",
        f"{row.executions_without:,}", f"{row.seconds_with:.1f}", f"{row.seconds_without:.1f}",
    )  # fmt: skip

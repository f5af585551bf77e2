"""Decides which skills of a library the search for a task may call: every one makes all others dearer.

Those that the task's sub-tasks mean are always there, with all that they call. Of the others there are at
most `MOST_OTHERS`: those whose words are most like the description, of equally like ones those that more
skills call, and of these the newer ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from mcts_compose.library.entry import Entry
from mcts_compose.library.names import unversioned
from mcts_compose.task import Task
from priors.learnt import likeness

MOST_OTHERS: Final = 16
"""Untuned."""


def offered(task: Task, expected: Iterable[str], entries: Sequence[Entry]) -> tuple[str, ...]:
    """Returns the names of the skills that the search for a task may call, in the library's order.

    Args:
      task: its description is read.
      expected: names that its sub-tasks mean; those that are no skills are left out.
      entries: the library.
    """
    wanted = set(expected)
    chosen = {entry.name for entry in entries if entry.name in wanted or unversioned(entry.name) in wanted}
    callers = Counter(name for entry in entries for name in entry.calls)
    others = [entry for entry in entries if entry.name not in chosen]
    alike = likeness(task.description, [f"{entry.name} {entry.doc}" for entry in others])
    order = sorted(
        range(len(others)),
        key=lambda number: (-round(float(alike[number]), 6), -callers[others[number].name], -number),
    )
    chosen |= {others[number].name for number in order[:MOST_OTHERS]}
    return tuple(entry.name for entry in entries if entry.name in chosen)

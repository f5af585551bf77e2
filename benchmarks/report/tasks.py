"""Decides where the content of a run's tasks is found again: where its command said, or by the suite's name.

What is found counts for a result only if its hash is the one that the result names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mcts_compose.results.origin import read_origin
from mcts_compose.task import Task

if TYPE_CHECKING:
    from benchmarks.comparison.runs import Run
    from mcts_compose.results.record import Result
    from mcts_compose.task_sources import Suite

OTHER_NOW = "the task has another content now than when it was run"


class TasksAtHand:
    """The tasks of runs, as far as they are found.

    Attributes:
      group_by_task: by suite and task id, of tasks that name a group.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        self._task_by_hash: dict[tuple[str, str, str], Task] = {}
        self._reason_by_suite: dict[str, str] = {}
        self.group_by_task: dict[tuple[str, str], str] = {}
        loaded: set[_Place] = set()
        for run in runs:
            for suite in dict.fromkeys(result.suite for result in run.results):
                for place in _places(run, suite):
                    if place not in loaded:
                        loaded.add(place)
                        self._load(place, suite)

    def of(self, result: Result) -> Task | str:
        """Returns the task of a result, or one sentence that says why it is not at hand."""
        task = self._task_by_hash.get((result.suite, result.task, result.task_hash))
        return task or self._reason_by_suite.get(result.suite, OTHER_NOW)

    def _load(self, place: _Place, suite: str) -> None:
        try:
            found = place.suite()
        except (ValueError, OSError) as error:  # a name that no suite has, a file that has gone or changed
            self._reason_by_suite.setdefault(suite, f"the tasks are not at hand: {error}")
            return
        if found.name != suite:
            return
        for task in found.tasks:
            if task.group:
                self.group_by_task.setdefault((suite, task.id), task.group)
            if isinstance(task, Task):
                self._task_by_hash[suite, task.id, task.hash] = task


class _Place(NamedTuple):
    """Where the tasks of a suite may be.

    Attributes:
      source: a suite or a file.
      show_examples: how many of their examples are shown; None for all.
      library: the library that is offered to them.
    """

    source: str
    show_examples: int | None
    library: str | None

    def suite(self) -> Suite:
        """Returns the tasks.

        Raises:
          InputError: they are not there.
        """
        from benchmarks.suites.selection import select_suite, show_first

        suite = select_suite(self.source)
        if self.show_examples is not None:
            suite, _ = show_first(suite, self.show_examples)
        if self.library is None:
            return suite
        from mcts_compose.library.attach import with_library
        from mcts_compose.library.library import Library

        library = Library.open(Path(self.library))
        tasks = (with_library(task, library) if isinstance(task, Task) else task for task in suite.tasks)
        return suite._replace(tasks=tuple(tasks))


def _places(run: Run, suite: str) -> Iterator[_Place]:
    """Yields where the tasks of a suite may be: where the run's command said, else where its name leads."""
    origin = read_origin(run.path)
    if origin is None:
        yield _Place(suite, None, None)
        return
    library = None if origin.library is None else origin.place(origin.library)
    for source in origin.sources:
        yield _Place(origin.place(source), origin.show_examples, library)

"""Decides what goes to the terminal besides results: progress, notes, and nothing that could drive it."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mcts_compose.errors import printable

if TYPE_CHECKING:
    from mcts_compose.cluster.jobs import WorkerState
    from mcts_compose.results.record import Result
    from mcts_compose.results.suite_run import RunProgress

SEARCH_DIRECTORY = Path(__file__).parent.parent / "search"
SUMMARY_S = 30.0
"""Seconds between two lines about all workers in a log."""
MOST_WORKER_LINES = 16


def note(sentence: str) -> None:
    """Prints one sentence on standard error."""
    print(printable(sentence), file=sys.stderr, flush=True)


def announce_compilation(*, search: bool = True, room: str = "") -> None:
    """Says so when kernels are not in the user's cache yet, since the command then seems to hang.

    Args:
      search: whether the search's kernels are needed too, besides the machine's.
      room: the part of the search, a folder; empty for the search over arrays.
    """
    from vm.jit import VM_DIRECTORY, cache_directory

    directories = [VM_DIRECTORY, SEARCH_DIRECTORY / room] if search else [VM_DIRECTORY]
    if not all(any(cache_directory(directory).rglob("*.nbi")) for directory in directories):
        note("compiling kernels (once, about 30 s)...")


def verdict(result: Result) -> str:
    """Returns in words what became of a task."""
    if result.stopped == "error":
        return f"error: {result.error}"
    proved = ""
    if result.optimal:
        proved = ", proved shortest"
    elif result.none_shorter_than is not None:
        proved = f", proved that none has fewer than {result.none_shorter_than}"
    if not result.solved:
        return f"not solved ({result.stopped}){proved}"
    held_out = {None: "", True: ", right on held-out", False: ", wrong on held-out"}[result.generalises]
    # An exhaustive check of all orders says nothing of ties, which are held out.
    on_all = (
        ", verified on all different values" if result.generalises is False else ", verified on all inputs"
    )
    verified = {"exhaustive": on_all, "smt": ", verified by proof"}
    counted = "" if result.solutions is None else f", one of {result.solutions:,} shortest"
    return f"solved{held_out}{verified.get(result.verified or '', '')}{proved}{counted}"


@contextmanager
def run_progress() -> Iterator[Callable[[RunProgress], None]]:
    """Gives what reports a run: a bar and the workers on a terminal, one plain line per task elsewhere."""
    if sys.stderr.isatty():
        with _bar() as report:
            yield report
    else:
        yield _PlainLines()


class _Tally:
    """What the run has done since this command began.

    Attributes:
      num_solved: tasks solved.
    """

    def __init__(self) -> None:
        self.num_solved = 0
        self._begun = time.monotonic()
        self._executions = 0
        self._seconds = 0.0
        self._model_seconds = 0.0

    def add(self, result: Result) -> None:
        """Counts a result."""
        self.num_solved += result.solved
        self._executions += result.executions
        self._seconds += result.seconds
        self._model_seconds += result.model_seconds

    def __str__(self) -> str:
        """Returns it in words."""
        passed = time.monotonic() - self._begun
        rate = self._executions / passed if passed > 0 else 0.0
        words = f"{self.num_solved:,} solved, {rate:,.0f} candidates a second"
        if self._model_seconds:
            words += f", {self._model_seconds / max(self._seconds, self._model_seconds):.0%} in the model"
        return words


def _opening(progress: RunProgress) -> None:
    if progress.dropped_bytes:
        note(f"a torn last line of {progress.dropped_bytes} bytes was dropped; its task is run again")
    if progress.done < progress.total:
        announce_compilation()
    if progress.done:
        note(f"resuming: {progress.done} of {progress.total} results are there")


class _PlainLines:
    """Reports a run in a log: a line for every task, and with workers now and then one for all."""

    def __init__(self) -> None:
        self._tally = _Tally()
        self._told = time.monotonic()

    def __call__(self, progress: RunProgress) -> None:
        """Prints what there is to say."""
        if progress.is_opening:
            _opening(progress)
        if progress.notice is not None:
            note(progress.notice)
        result = progress.result
        if result is not None:
            self._tally.add(result)
            name = f"{result.suite}#{result.task}" if result.suite else result.task
            told = f"{verdict(result)}, {result.seconds:.2f} s"
            note(f"[{progress.done}/{progress.total}] {name} seed {result.seed}: {told}")
        if progress.workers and time.monotonic() - self._told > SUMMARY_S:
            self._told = time.monotonic()
            counts = Counter(worker.doing for worker in progress.workers)
            doing = ", ".join(f"{count} {name}" for name, count in counts.items())
            note(f"{progress.done} of {progress.total} done, {self._tally}; workers: {doing}")


def _worker_lines(workers: Sequence[WorkerState]) -> list[str]:
    """Returns a line for every worker, and one for all that would be too many."""
    lines = [
        f"{worker.name:>10}  {worker.doing} {printable(worker.job)[:50]}  {worker.seconds:.0f} s"
        for worker in workers[:MOST_WORKER_LINES]
    ]
    if len(workers) > MOST_WORKER_LINES:
        lines.append(f"and {len(workers) - MOST_WORKER_LINES} more workers")
    return lines


@contextmanager
def _bar() -> Iterator[Callable[[RunProgress], None]]:
    from rich.console import Console, RenderableType
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.text import Text

    lines: list[str] = []

    class WithWorkers(Progress):
        """A bar with the workers below."""

        def get_renderables(self) -> Iterator[RenderableType]:
            """Returns what is drawn."""
            yield from super().get_renderables()
            yield from (Text(line, no_wrap=True) for line in lines)

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with WithWorkers(*columns, console=Console(stderr=True)) as bar:
        line = bar.add_task("")
        tally = _Tally()
        name = ""

        def report(progress: RunProgress) -> None:
            nonlocal name
            if progress.is_opening:
                _opening(progress)
            if progress.notice is not None:
                note(progress.notice)
            if progress.result is not None:
                tally.add(progress.result)
                name = printable(progress.result.task)[:40]
            if progress.workers:
                lines[:] = _worker_lines(progress.workers)
            bar.update(line, total=progress.total, completed=progress.done, description=f"{tally}  {name}")

        yield report
        lines.clear()

"""Decides what goes to the terminal besides results: progress, notes, and nothing that could drive it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mcts_compose.errors import printable

if TYPE_CHECKING:
    from mcts_compose.results.record import Result
    from mcts_compose.results.suite_run import RunProgress

SEARCH_DIRECTORY = Path(__file__).parent.parent / "search"


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
    """Gives what reports a run: a bar on a terminal, one plain line per task elsewhere."""
    if sys.stderr.isatty():
        with _bar() as report:
            yield report
    else:
        yield _plain_line


def _opening(progress: RunProgress) -> None:
    if progress.dropped_bytes:
        note(f"a torn last line of {progress.dropped_bytes} bytes was dropped; its task is run again")
    if progress.done < progress.total:
        announce_compilation()
    if progress.done:
        note(f"resuming: {progress.done} of {progress.total} results are there")


def _plain_line(progress: RunProgress) -> None:
    result = progress.result
    if result is None:
        _opening(progress)
        return
    name = f"{result.suite}#{result.task}" if result.suite else result.task
    told = f"{verdict(result)}, {result.seconds:.2f} s"
    note(f"[{progress.done}/{progress.total}] {name} seed {result.seed}: {told}")


@contextmanager
def _bar() -> Iterator[Callable[[RunProgress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        line = bar.add_task("")
        solved = 0

        def report(progress: RunProgress) -> None:
            nonlocal solved
            if progress.result is None:
                _opening(progress)
            else:
                solved += progress.result.solved
            name = "" if progress.result is None else printable(progress.result.task)[:40]
            bar.update(
                line, total=progress.total, completed=progress.done, description=f"{solved} solved  {name}"
            )

        yield report
